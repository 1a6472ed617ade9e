"""A few thousand rows of a table and what its columns look like in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import duckdb

from kamerton.ledger.read.dates import DateForm, read_date
from kamerton.ledger.read.numbers import NumberForm, is_missing, read_number
from kamerton.ledger.read.raw import RawTable
from kamerton.ledger.read.roles import ColumnProfile

_ROWS = 2_000
_CELLS = 200_000
_SMALL_BYTES = 50 * 1024**2  # up to here the whole file is passed over for rows from all of it
_TYPED = 0.5  # share of the values that must read as numbers or dates: the others are refused later
_SAMPLES = 8
_READ = 300  # values that are read as numbers and dates to tell what a column is

Type = Literal["text", "number", "date", "other"]


@dataclass(frozen=True, kw_only=True)
class Group:
    """Tables with the same columns of the same types: one export in several files."""

    tables: tuple[RawTable, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return self.tables[0].names

    def type_of(self, column: int) -> Type:
        return type_of(self.tables[0].types[column])

    def source(self, columns: Sequence[int] | None = None, *, records: bool = False) -> str:
        """SQL of the rows of all tables; with `records` also `record` and `file`, the table's position."""
        parts = [table.select(columns, with_record=records) for table in self.tables]
        if records:
            parts = [f"SELECT *, {at} AS file FROM ({part})" for at, part in enumerate(parts)]  # noqa: S608
        return " UNION ALL ".join(parts)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Rows as text, "" for NULL, in column order."""

    rows: tuple[tuple[str, ...], ...]

    def column(self, index: int) -> list[str]:
        return [row[index] for row in self.rows]


def type_of(duckdb_type: str) -> Type:
    kind = duckdb_type.upper()
    if kind == "VARCHAR":
        return "text"
    if kind.startswith(("DATE", "TIMESTAMP")):
        return "date"
    return "number" if kind.startswith(_NUMBER_TYPES) else "other"


_NUMBER_TYPES: tuple[str, ...] = (
    "DECIMAL",
    "DOUBLE",
    "FLOAT",
    "REAL",
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
)
_NUMBER_TYPES += ("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT")


def group_tables(tables: Sequence[RawTable]) -> tuple[Group, ...]:
    found: dict[tuple[object, ...], list[RawTable]] = {}
    for table in tables:
        key = (tuple(name.casefold() for name in table.names), table.types)
        found.setdefault(key, []).append(table)
    return tuple(Group(tables=tuple(same)) for same in found.values())


def take_sample(group: Group, con: duckdb.DuckDBPyConnection) -> Sample:
    """The first rows of each table and, of small files, rows from all over them."""
    wide = len(group.names)
    wanted = max(20, min(_ROWS, _CELLS // wide) // len(group.tables) // 2)
    rows: list[tuple[str, ...]] = []
    for table in group.tables:
        shown = ", ".join(f"coalesce(CAST(c{i} AS VARCHAR), '')" for i in range(wide))
        rows += con.execute(f"SELECT {shown} FROM ({table.select(limit=wanted)})").fetchall()  # noqa: S608
        step = table.rows_estimate // wanted
        if step > 1 and table.file.size_bytes <= _SMALL_BYTES:
            inner = table.select(with_record=True)
            far = f"record >= {wanted} AND record % {step} = {step - 1}"
            rows += con.execute(f"SELECT {shown} FROM ({inner}) WHERE {far} LIMIT {wanted}").fetchall()  # noqa: S608
    return Sample(rows=tuple(rows))


def profile(name: str, type_: Type, values: Sequence[str]) -> ColumnProfile:
    """A column as its values in the sample show it."""
    kept = [value for value in values if not is_missing(value)]
    distinct = list(dict.fromkeys(value.strip() for value in values if value.strip()))
    some = kept[:: 1 + len(kept) // _READ]
    figures = [figure for value in some if (figure := _figure(value)) is not None]
    kind = _kind(type_, some, len(figures)) if some or not distinct else "text"
    numeric = kind == "number"
    return ColumnProfile(
        name=name,
        kind=kind,
        distinct_share=len(set(kept)) / len(kept) if kept else 0.0,
        blank_share=1 - len(kept) / len(values) if values else 1.0,
        integer_share=_share(sum(figure == int(figure) for figure in figures), len(figures))
        if numeric
        else 0.0,
        negative_share=_share(sum(figure < 0 for figure in figures), len(figures)) if numeric else 0.0,
        mean_length=_share(sum(map(len, kept)), len(kept)),
        min_value=min(figures) if numeric else None,
        max_value=max(figures) if numeric else None,
        samples=tuple(distinct[:_SAMPLES]),
    )


def _share(count: int, total: int) -> float:
    return count / total if total else 0.0


def _kind(type_: Type, kept: list[str], figures: int) -> Literal["text", "number", "date", "empty"]:
    if not kept:
        return "empty"
    if type_ in {"number", "date"}:
        return type_
    if figures >= _TYPED * len(kept):
        return "number"
    return "date" if sum(map(_is_date, kept)) >= _TYPED * len(kept) else "text"


def _figure(value: str) -> float | None:
    if not any(map(str.isdigit, value)):
        return None
    for sign in (".", ","):
        read = read_number(value, NumberForm(decimal=sign, marks=True, percent=True))
        if read is not None:
            return float(read)
    return None


_FORMS = (DateForm(order="dmy"), DateForm(order="mdy"), DateForm(order="ymd"), DateForm(kind="period"))


def _is_date(value: str) -> bool:
    return any(map(str.isdigit, value)) and any(read_date(value, form) is not None for form in _FORMS)
