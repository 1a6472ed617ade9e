"""The analysis as JSON: the contract `kamerton.analysis/1`, described in docs/analysis-json.md.

Money is a JSON number written from the Decimal with exactly two decimals, so it is exact to the cent in the
text; a share or rate is a number where 0.1 is 10 %; what cannot be told is null. NaN is never written.
The text is put together by hand: the standard encoder knows no Decimal, and 20,000 accounts should take
a fraction of a second. One account stands on one line.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from itertools import islice
from json.encoder import encode_basestring as quoted
from operator import attrgetter
from typing import Any

from kamerton.analytics import exact
from kamerton.analytics.account_table import AccountTable, Money, YearlyMoney, YearlyRates
from kamerton.analytics.model import (
    AccountFigures,
    Amounts,
    Analysis,
    Concentration,
    Retention,
    SellerFigures,
    Thresholds,
    Window,
    YearFigures,
)
from kamerton.cli.reports import findings
from kamerton.cli.reports.model import REFUSED_VALUE_LENGTH, Report
from kamerton.ledger.read.model import RefusedRow

SCHEMA = "kamerton.analysis/1"


def schema() -> Any:
    """The JSON Schema of the contract, as it is in the package."""
    return json.loads(files(__package__).joinpath("analysis-1.schema.json").read_text(encoding="utf-8"))


def write_json(report: Report) -> bytes:
    """The whole document in UTF-8, ending with a line end. Keys stand in the order of the contract."""
    # Joined once: it is tens of megabytes. A file name that is not valid text becomes its JSON escape.
    return "".join(_pieces(report)).encode("utf-8", "backslashreplace")


def _pieces(report: Report) -> Iterator[str]:
    for at, (key, value) in enumerate(_document(report)):
        yield (",\n " if at else "{") + f"{quoted(key)}: "
        yield from (value,) if isinstance(value, str) else rows(value)
    yield "}\n"


def _document(report: Report) -> Iterator[tuple[str, str | Iterator[str]]]:
    """Key -> its value, or the records of its list."""
    analysis = report.analysis
    yield "schema", quoted(SCHEMA)
    yield "as_of", day(analysis.as_of)
    yield "currency", quoted(analysis.currency)
    yield "basis", quoted(analysis.basis)
    yield "basis_note", quoted(analysis.basis_note)
    yield "window", _window(analysis.window)
    yield "rows", _rows(report)
    yield "totals", _totals(analysis)
    yield "concentration", _concentrations(analysis)
    yield "years", map(_year, analysis.years)
    yield "sellers", map(_seller, analysis.sellers)
    yield "accounts", _accounts(analysis.accounts)
    yield "refused", map(_refused, report.refused)
    yield from _additions(report)


def _additions(report: Report) -> Iterator[tuple[str, str]]:
    """What later readers may use and the contract does not promise to every reader."""
    analysis = report.analysis
    yield "level", quoted(analysis.level)
    yield "headline", quoted(findings.headline(report))
    yield "previous_window", _window(analysis.previous)
    yield "window_covered", flag(analysis.window_covered)
    yield "previous_covered", flag(analysis.previous_covered)
    yield "key_accounts", _keys(analysis)
    yield "retention", _retention(analysis.retention)
    yield "concentration_income", _income_concentrations(analysis)
    yield "thresholds", _thresholds(analysis.thresholds)
    yield "source", _source(report)


# --- values ----------------------------------------------------------------------------------------------


def amount(value: Decimal | None) -> str:
    """Two decimals, plain notation, no negative zero: 1234.50."""
    if value is None or not value.is_finite():
        return "null"
    written = str(value)
    if written[-3:-2] != "." or "E" in written:
        written = f"{value:.2f}"
    return "0.00" if written == "-0.00" else written


def ratio(value: float | None) -> str:
    """Twelve significant digits: the noise of adding doubles stays out. What is not a number is null."""
    if value is None or not math.isfinite(value):
        return "null"
    return "%.12g" % (value + 0.0)


@lru_cache(maxsize=20_000)
def day(value: dt.date | None) -> str:
    return "null" if value is None else f'"{value.isoformat()}"'


_PLAIN_AMOUNTS = re.compile(r"(?:-?[0-9]+\.[0-9]{2}\n|None\n)*")


def amounts(values: Sequence[Decimal | None] | Money) -> list[str]:
    """`amount` of each; in one go where all of them have two decimals already."""
    if isinstance(values, Money):
        return ["null"] * len(values) if values.cents is None else exact.texts(values.cents)
    written = list(map(str, values))
    if "-0.00" in written or not _PLAIN_AMOUNTS.fullmatch("\n".join([*written, ""])):
        return list(map(amount, values))
    return ["null" if each == "None" else each for each in written] if "None" in written else written


def ratios(values: Sequence[float | None]) -> list[str]:
    """`ratio` of each, in one go."""
    plain = [math.nan if value is None else value + 0.0 for value in values]
    written = ("%.12g\n" * len(plain) % tuple(plain)).splitlines()
    return ["null" if each in _NO_NUMBERS else each for each in written]


_NO_NUMBERS = frozenset({"nan", "-nan", "inf", "-inf"})


def number(value: int | None) -> str:
    return "null" if value is None else str(int(value))


def text(value: str | None) -> str:
    return "null" if value is None else quoted(value)


def words(values: Iterable[str]) -> str:
    return "[" + ", ".join(map(quoted, values)) + "]"


def flag(value: bool) -> str:
    return "true" if value else "false"


def record(members: Mapping[str, str]) -> str:
    return "{" + ", ".join([f'"{key}": {value}' for key, value in members.items()]) + "}"


def rows(records: Iterable[str]) -> Iterator[str]:
    """A list with a record on each line, in pieces."""
    before = "["
    for each in records:
        yield f"{before}\n  "
        yield each
        before = ","
    yield "[]" if before == "[" else "]"


# --- parts -----------------------------------------------------------------------------------------------


def _window(window: Window) -> str:
    return record({"from": day(window.from_date), "to": day(window.to_date)})


def _rows(report: Report) -> str:
    counts = report.reading.counts
    return record(
        {
            "read": number(counts.read),
            "used": number(counts.used),
            "refused": number(counts.refused),
            "unassigned": number(counts.unassigned),
            "duplicates": number(counts.duplicates),
            "used_turnover": amount(counts.used_turnover),
            "unassigned_turnover": amount(counts.unassigned_turnover),
            "duplicates_dropped": number(counts.duplicates_dropped),
            "without_cost": number(report.reading.lines_without_cost),
            "refused_listed": number(len(report.refused)),
        }
    )


def _totals(analysis: Analysis) -> str:
    totals = analysis.totals
    return record(
        {
            "turnover": amount(totals.turnover),
            "cost": amount(totals.cost),
            "income": amount(totals.income),
            "accounts": number(totals.accounts),
            "documents": number(totals.documents),
            "lines": number(totals.lines),
            "first_date": day(totals.first_date),
            "last_date": day(totals.last_date),
            "returned": amount(totals.returned),
            "gross": amount(totals.gross),
            "window_turnover": amount(totals.window_turnover),
            "window_income": amount(totals.window_income),
            "previous_turnover": amount(totals.previous_turnover),
            "previous_income": amount(totals.previous_income),
        }
    )


def _concentrations(analysis: Analysis) -> str:
    return record(
        {
            "all_time": _concentration(analysis.concentration_all_time),
            "window": _concentration(analysis.concentration_window),
            "by_year": _by_year(analysis.concentration_by_year),
        }
    )


def _income_concentrations(analysis: Analysis) -> str:
    if analysis.income_concentration_all_time is None or analysis.income_concentration_window is None:
        return "null"
    return record(
        {
            "all_time": _concentration(analysis.income_concentration_all_time),
            "window": _concentration(analysis.income_concentration_window),
            "by_year": _by_year(analysis.income_concentration_by_year or {}),
        }
    )


def _by_year(years: Mapping[int, Concentration]) -> str:
    return record({str(year): _concentration(spread) for year, spread in sorted(years.items())})


def _concentration(spread: Concentration) -> str:
    return record(
        {
            "accounts": number(spread.accounts),
            "hhi": ratio(spread.hhi),
            "effective_accounts": ratio(spread.effective_accounts),
            "accounts_for_80pct": number(spread.accounts_for_80pct),
            "top20pct_share": ratio(spread.top20pct_share),
            "over_10pct": words(spread.over_10pct),
            "over_20pct": words(spread.over_20pct),
            "over_70pct": words(spread.over_70pct),
            "largest_share": ratio(spread.largest_share),
            "top5_share": ratio(spread.top5_share),
            "top10_share": ratio(spread.top10_share),
        }
    )


def _year(year: YearFigures) -> str:
    return record(
        {
            "year": number(year.year),
            "partial": flag(year.partial),
            "turnover": amount(year.turnover),
            "cost": amount(year.cost),
            "income": amount(year.income),
            "active": number(year.active),
            "retained": number(year.retained),
            "new": number(year.new),
            "reactivated": number(year.reactivated),
            "lost": number(year.lost),
        }
    )


def _seller(seller: SellerFigures) -> str:
    return record(
        {
            "seller": quoted(seller.seller),
            "turnover": amount(seller.turnover),
            "income": amount(seller.income),
            "accounts": number(seller.accounts),
            "years": _amounts(seller.years),
        }
    )


def _amounts(years: Mapping[int, Amounts]) -> str:
    return "{" + ", ".join([f'"{year}": {_pair(years[year])}' for year in sorted(years)]) + "}"


def _pair(pair: Amounts) -> str:
    return f'{{"turnover": {amount(pair.turnover)}, "income": {amount(pair.income)}}}'


def _amounts_by_year(values: Sequence[Mapping[int, Amounts]] | YearlyMoney) -> list[str]:
    """One record of years for each account."""
    if isinstance(values, YearlyMoney):
        form, width = _years_form(values.years, _PAIR), len(values.years)
        sides = zip(amounts(values.turnover), amounts(values.income), strict=True)
        return [form % each for each in _in_rows([part for side in sides for part in side], 2 * width)]
    ordered = list(map(_in_order, values))
    pairs = [pair for years in ordered for pair in years.values()]
    written = iter(amounts([value for pair in pairs for value in (pair.turnover, pair.income)]))
    return [_years_form(tuple(years), _PAIR) % tuple(islice(written, 2 * len(years))) for years in ordered]


def _growth_by_year(values: Sequence[Mapping[int, float | None]] | YearlyRates) -> list[str]:
    if isinstance(values, YearlyRates):
        form, width = _years_form(values.years, "%s"), len(values.years)
        return (
            [form % each for each in _in_rows(ratios(values.rates), width)] if width else ["{}"] * len(values)
        )
    ordered = list(map(_in_order, values))
    written = iter(ratios([rate for years in ordered for rate in years.values()]))
    return [_years_form(tuple(years), "%s") % tuple(islice(written, len(years))) for years in ordered]


_PAIR = '{"turnover": %s, "income": %s}'


def _in_rows(values: Sequence[str], width: int) -> Iterator[tuple[str, ...]]:
    """The values in tuples of `width`."""
    return zip(*[iter(values)] * width, strict=True)


def _in_order(years: Mapping[int, Any]) -> Mapping[int, Any]:
    keys = list(years)
    return years if keys == sorted(keys) else dict(sorted(years.items()))


@lru_cache(maxsize=10_000)
def _years_form(years: tuple[int, ...], member: str) -> str:
    """The record of these years with the places of their values."""
    return "{" + ", ".join(f'"{year}": {member}' for year in years) + "}"


def _each(write: Callable[[Any], str]) -> Callable[[Sequence[Any]], list[str]]:
    return lambda values: list(map(write, values))


#: Key -> how a column of it is written, in the order of the contract. Accounts are written column by column:
#: one call formats all of them, where twenty thousand times forty calls would take seconds.
_ACCOUNT_COLUMNS: dict[str, Callable[[Sequence[Any]], list[str]]] = {
    "account": _each(quoted),
    "name": _each(quoted),
    "group": _each(text),
    "rank": _each(str),
    "turnover": amounts,
    "cost": amounts,
    "income": amounts,
    "share_turnover": ratios,
    "share_income": ratios,
    "window_turnover": amounts,
    "window_income": amounts,
    "window_share_turnover": ratios,
    "window_share_income": ratios,
    "abc": _each(text),
    "xyz": _each(text),
    "key": _each(flag),
    "reasons": _each(words),
    "dependency": _each(text),
    "by_year": _amounts_by_year,
    "growth": _growth_by_year,
    "returned": amounts,
    "gross": amounts,
    "returns_rate": ratios,
    "first_date": _each(day),
    "last_date": _each(day),
    "state": _each(quoted),
    "lifetime_value": amounts,
    "lifetime_method": _each(quoted),
    "p_alive": ratios,
    "previous_turnover": amounts,
    "previous_income": amounts,
    "warnings": _each(words),
    "documents": _each(number),
    "purchase_days": _each(number),
    "first_purchase": _each(day),
    "last_purchase": _each(day),
    "silent_days": _each(number),
    "usual_gap_days": ratios,
}
_ACCOUNT = "{" + ", ".join(f'"{key}": %s' for key in _ACCOUNT_COLUMNS) + "}"


def _accounts(accounts: Sequence[AccountFigures]) -> Iterator[str]:
    if not accounts:
        return iter(())
    values: Iterable[Any]
    if isinstance(accounts, AccountTable):
        values = [accounts.columns[name] for name in _ACCOUNT_COLUMNS]
    else:
        values = zip(*map(attrgetter(*_ACCOUNT_COLUMNS), accounts), strict=True)
    columns = [write(each) for write, each in zip(_ACCOUNT_COLUMNS.values(), values, strict=True)]
    return map(_ACCOUNT.__mod__, zip(*columns, strict=True))


def _refused(row: RefusedRow) -> str:
    return record(
        {
            "file": quoted(row.file),
            "line": number(row.line),
            "column": quoted(row.column),
            "value": quoted(row.value[:REFUSED_VALUE_LENGTH]),
            "reason": quoted(row.reason),
        }
    )


def _keys(analysis: Analysis) -> str:
    ids = [account.account for account in findings.keys(analysis)]
    return record({"accounts": words(ids), "share": ratio(analysis.key_share)})


def _retention(retention: Retention) -> str:
    return record({part.name: ratio(getattr(retention, part.name)) for part in fields(retention)})


def _thresholds(thresholds: Thresholds) -> str:
    return record({part.name: _threshold(getattr(thresholds, part.name)) for part in fields(thresholds)})


def _threshold(value: float | Decimal | tuple[float, float] | None) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(map(ratio, value)) + "]"
    if isinstance(value, int):
        return number(value)
    return ratio(value) if isinstance(value, float) else amount(value)


def _source(report: Report) -> str:
    inspection = report.reading.inspection
    found = (
        record(
            {
                "file": quoted(file.name),
                "format": quoted(file.format),
                "bytes": number(file.size_bytes),
                "encoding": text(file.encoding),
                "delimiter": text(file.delimiter),
                "sheet": text(file.sheet),
            }
        )
        for file in inspection.files
    )
    offers = ", ".join(words(offer) for offer in report.reading.merge_offers)
    return record(
        {
            "files": "[" + ", ".join(found) + "]",
            "mapping": record_of_text(inspection.mapping),
            "notes": words(inspection.notes),
            "perhaps_the_same": f"[{offers}]",
        }
    )


def record_of_text(members: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{quoted(key)}: {quoted(value)}" for key, value in members.items()) + "}"
