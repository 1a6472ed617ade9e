"""Dated exchange rates: checking one, and reading a table of them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path

from django.utils.translation import gettext as _

from kamerton.core.refused import Refused
from kamerton.ledger.read.model import Rate as DatedRate
from kamerton.ledger.uploads import Upload

_CODE = re.compile(r"[A-Z]{3}")
_LARGEST = Decimal(10) ** 8
_MAX_BYTES = 20 * 2**20
_COLUMNS = ("currency", "date", "rate")


class BadRates(Refused):
    """A rate, or a table of rates, that cannot be taken."""


def checked(currency: str, date: dt.date, rate: Decimal) -> DatedRate:
    """Raises BadRates for what is no currency code or no positive rate with up to ten decimals."""
    code = currency.strip().upper()
    if not _CODE.fullmatch(code):
        raise BadRates(
            _("%(code)r is not a currency code such as USD.") % {"code": currency}, code="bad_rate"
        )
    if not rate.is_finite() or not 0 < rate < _LARGEST or rate != round(rate, 10):
        raise BadRates(
            _("%(rate)s is not a rate: it must be above 0 and have at most ten decimals.") % {"rate": rate},
            code="bad_rate",
        )
    return DatedRate(currency=code, date=date, rate=rate)


def read(file: Upload | Path) -> list[DatedRate]:
    """Every rate of a CSV or XLSX table with the columns currency, date (2026-01-31) and rate, in any order.

    Raises BadRates naming the first line that cannot be taken: nothing is taken then.
    """
    name = (file.name or "").lower()
    content = _bytes(file)
    rows = _sheet(content) if name.endswith((".xlsx", ".xls")) else _csv(content)
    head = next(rows, [])
    places = _places(head)
    found = [
        _row(number, row, places) for number, row in enumerate(rows, start=2) if any(map(str.strip, row))
    ]
    if not found:
        raise BadRates(_("The file holds no rates. Nothing was changed."), code="bad_rates")
    return list({(rate.currency, rate.date): rate for rate in found}.values())


def _bytes(file: Upload | Path) -> bytes:
    pieces = [file.read_bytes()] if isinstance(file, Path) else file.chunks()
    content = b"".join(pieces)
    if len(content) > _MAX_BYTES:
        raise BadRates(_("A table of rates has at most 20 MB. Nothing was changed."), code="bad_rates")
    return content


def _places(head: Sequence[str]) -> tuple[int, int, int]:
    names = [cell.strip().casefold() for cell in head]
    missing = [column for column in _COLUMNS if column not in names]
    if missing:
        raise BadRates(
            _("The file has no column %(column)s. Nothing was changed.") % {"column": missing[0]},
            code="bad_rates",
            hint=_("The first line must name the columns currency, date and rate."),
        )
    return names.index("currency"), names.index("date"), names.index("rate")


def _row(number: int, row: Sequence[str], places: tuple[int, int, int]) -> DatedRate:
    try:
        currency, date, rate = (row[place].strip() for place in places)
        return checked(currency, dt.date.fromisoformat(date[:10]), _decimal(rate))
    except (ValueError, IndexError, InvalidOperation, BadRates) as error:
        reason = (
            str(error)
            if isinstance(error, BadRates)
            else _("a date such as 2026-01-31 and a number are needed")
        )
        raise BadRates(
            _("Line %(line)d: %(reason)s Nothing was changed.")
            % {"line": number, "reason": f"{reason}".rstrip(".") + "."},
            code="bad_rates",
        ) from error


def _decimal(text: str) -> Decimal:
    """A decimal comma is as good as a point; a number with both is not a rate."""
    return Decimal(text.replace(",", ".", 1) if "." not in text else text)


def _csv(content: bytes) -> Iterator[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    first = text.partition("\n")[0]
    delimiter = max(";,\t|", key=first.count)
    yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _sheet(content: bytes) -> Iterator[list[str]]:
    from python_calamine import CalamineError, load_workbook  # noqa: PLC0415 - seldom needed

    try:
        rows = load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python(skip_empty_area=True)
    except CalamineError as error:
        raise BadRates(
            _("This is no workbook that can be read. Nothing was changed."), code="bad_rates"
        ) from error
    for row in rows:
        yield [_cell(value) for value in row]


def _cell(value: object) -> str:
    """Workbooks keep numbers as floats: their shortest text is the number that was typed."""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return format(Decimal(repr(value)), "f") if isinstance(value, float) else str(value)
