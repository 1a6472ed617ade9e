"""Every refused row with its line and its reason in plain words."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

from kamerton.analytics.lines import AMOUNT_LIMIT
from kamerton.ledger.read.dates import ORDERS_IN_WORDS, DateForm, read_date
from kamerton.ledger.read.folding import starts_a_total
from kamerton.ledger.read.model import Limits, RefusedRow, Unreadable
from kamerton.ledger.read.numbers import BLANKS, NumberForm, is_missing, read_number
from kamerton.ledger.read.role_words import ROLE_WORDS
from kamerton.ledger.read.study import GroupStudy
from kamerton.said import Said

HEAD = ("file", "line", "column", "value", "reason")
HEAD_ROWS = 1_000
SHOWN = 500  # characters of a value
_BATCH = 20_000
_MOST = 0.5  # share of rows refused for one column that makes the file uncertain as a whole
_FEW = 20  # rows: below, nothing is concluded from a share

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_FIGURE = re.compile(r"[-+]?[0-9][0-9.,\u00a0\u202f ' ]*-?")


@dataclass(frozen=True, kw_only=True)
class Faults:
    """Unusable rows of one group, kept in a table of the connection."""

    study: GroupStudy
    table: str
    counts: dict[str, int]  # role -> rows

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def check_certainty(
    faults: Sequence[Faults], read: int, limits: Limits, con: duckdb.DuckDBPyConnection
) -> None:
    """Raise Unreadable where one column makes most rows unusable: the column is not what it was taken for."""
    for each in faults:
        for role, count in each.counts.items():
            if count > _MOST * read and count >= _FEW:
                row = next(_described(each, f"fault = '{role}'", limits, con, lines=False))
                raise Unreadable(
                    Said(
                        '{count} of {read} rows cannot be used because of the column "{column}" '
                        "(for example {value!r}, which {reason}). Nothing was read.",
                        count=count,
                        read=read,
                        column=row.column,
                        value=row.value[:58],
                        reason=row.reason,
                    ),
                    code="uncertain",
                    hint=Said(
                        "If this is not the {word}, name the right column with --map {role}=...",
                        word=ROLE_WORDS[role],
                        role=role,
                    ),
                )


def refused_rows(
    faults: Sequence[Faults], limits: Limits, con: duckdb.DuckDBPyConnection
) -> Iterator[RefusedRow]:
    """Rows that had the wrong shape, then rows with values that cannot be used."""
    for each in faults:
        for table in each.study.group.tables:
            if table.refused_count:
                yield from table.refusals()
        if each.total:
            yield from _described(each, "fault IS NOT NULL", limits, con, lines=True)


def _described(
    faults: Faults, where: str, limits: Limits, con: duckdb.DuckDBPyConnection, *, lines: bool
) -> Iterator[RefusedRow]:
    columns = faults.study.columns
    value = " ".join(f"WHEN '{role}' THEN CAST(c{at} AS VARCHAR)" for role, at in columns.items())
    words = sorted(
        {
            0,
            *(
                columns[role]
                for role in ("account", "account_name", "document", "product")
                if role in columns
            ),
        }
    )
    label = f"concat_ws(chr(31), {', '.join(f'CAST(c{at} AS VARCHAR)' for at in words)})"
    for at, table in enumerate(faults.study.group.tables):
        cursor = con.cursor().execute(
            f"SELECT record, fault, day, CASE fault {value} END, {label} FROM {faults.table} "  # noqa: S608
            f"WHERE file = {at} AND {where} ORDER BY record"
        )
        while rows := cursor.fetchmany(_BATCH):
            found = table.lines_of([row[0] for row in rows]) if lines else [0] * len(rows)
            for (_, role, day, text, labels), line in zip(rows, found, strict=True):
                yield RefusedRow(
                    file=table.file.name,
                    line=line,
                    column=_column(faults.study, role),
                    value=(text or "")[:SHOWN],
                    reason=_reason(faults.study, role, text or "", day, (labels or "").split("\x1f"), limits),
                )


def _column(study: GroupStudy, role: str) -> str:
    role = "quantity" if role == "amount" and "amount" not in study.columns else role
    return study.group.names[study.columns[role]] if role in study.columns else role


# ---------------------------------------------------------------- reasons


def _reason(
    study: GroupStudy, role: str, text: str, day: dt.date | None, labels: Sequence[str], limits: Limits
) -> str:
    """What is wrong, as the end of a sentence about the value."""
    if role == "account":
        return Said("is the total of all other rows, not a sale")
    if role == "date":
        return _date_reason(study, text, labels, limits)
    if role == "currency":
        if day is None:
            return Said("has no rate on or before the date of the sale")
        return Said("has no rate on or before {date}", date=day)
    if role == "amount" and "amount" not in study.columns:
        return Said("gives an amount of a million millions or more")
    return _number_reason(study, role, text)


def _date_reason(study: GroupStudy, text: str, labels: Sequence[str], limits: Limits) -> str:
    if is_missing(text):
        total = any(starts_a_total(label) for label in labels)
        return (
            Said("is empty: this is a total, not a sale") if total else Said("is empty: a sale needs a date")
        )
    form = study.plan.date or DateForm()
    for each in (form, DateForm(order="dmy"), DateForm(order="mdy")):
        found = read_date(text, each)
        if found is None:
            continue
        if not limits.first_year <= found.year <= limits.last_year:
            return Said(
                "is in the year {year}: dates from {first} to {last} are read",
                year=str(found.year),
                first=str(limits.first_year),
                last=str(limits.last_year),
            )
        return Said("is not {order}, as the other dates of the column are", order=ORDERS_IN_WORDS[form.order])
    year = re.match(r"\s*(\d{4,})-\d\d?-\d\d?", text)
    return (
        Said("is in the year {year}, which is out of bounds", year=str(int(year[1])))
        if year
        else Said("is not a date")
    )


def _number_reason(study: GroupStudy, role: str, text: str) -> str:
    if is_missing(text):
        needed = Said("an amount") if role == "amount" else Said("its {role}", role=ROLE_WORDS[role])
        return Said("is empty: a sale needs {needed}", needed=needed)
    if text.strip(BLANKS).lower().strip("+-") in {"inf", "infinity", "∞"}:
        return Said("is not a finite number")
    form = study.plan.numbers.get(role, NumberForm(decimal="."))
    found = read_number(text, form)
    if found is not None:
        return _size_reason(role, found)
    other = {".": Said("a decimal comma"), ",": Said("a decimal point")}.get(form.decimal)
    swapped = NumberForm(decimal="," if form.decimal == "." else ".", marks=True, percent=True)
    if other and read_number(text, swapped) is not None:
        return Said("is written with {other}, unlike the other figures of the column", other=other)
    return Said("is not a number")


def _size_reason(role: str, found: Decimal) -> str:
    if abs(found) >= AMOUNT_LIMIT:
        return Said("is too large: amounts below a million millions are read")
    return Said("is above 100 %") if role == "discount" else Said("cannot be used")


# ---------------------------------------------------------------- the file of refused rows


def write_refused(path: Path, rows: Iterable[RefusedRow]) -> tuple[tuple[RefusedRow, ...], int]:
    """Write them all as CSV (UTF-8); the first ones and how many there are.

    A value that a spreadsheet would calculate gets an apostrophe before it; figures stay as they are.
    """
    head: list[RefusedRow] = []
    count = 0
    with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD)
        for row in rows:
            count += 1
            if count <= HEAD_ROWS:
                head.append(row)
            writer.writerow(
                [defused(row.file), row.line, defused(row.column), defused(row.value), row.reason]
            )
    return tuple(head), count


def defused(value: str) -> str:
    """Safe to open in a spreadsheet."""
    bare = value.lstrip(" \u00a0")
    return f"'{value}" if bare.startswith(_FORMULA) and not _FIGURE.fullmatch(value.strip()) else value
