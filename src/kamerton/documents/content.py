"""What a document says, whatever its format: plain values, tables of them, charts of them. No database, no clock.

Every field, table and chart has a key: the placeholder under which a template names it (docs/how-to/your-own-templates.md).
What is empty stays in its place with no rows, so that the placeholders of a kind are the same for every subject.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Value = str | int | float | Decimal | dt.date | None
#: money in whole units of `unit`, share: 0.1 is 10 %.
ValueKind = Literal["text", "money", "share", "count", "number", "date"]
ChartKind = Literal["column", "bar", "line"]
#: A table with more columns wants a page on its side.
WIDE_COLUMNS = 8


@dataclass(frozen=True, slots=True)
class Field:
    """One value under its placeholder, for example account.name."""

    key: str
    label: str
    value: Value
    kind: ValueKind = "text"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    label: str
    kind: ValueKind = "text"
    unit: str = ""
    weight: float = 1.0  # of its width, among the columns of its table

    @property
    def is_number(self) -> bool:
        return self.kind in ("money", "share", "count", "number")


@dataclass(frozen=True, slots=True)
class Table:
    """`total`: a last row that sums up the others."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    total: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    values: tuple[float | Decimal | int | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """One value of each series for each category; None is a gap."""

    key: str
    title: str
    kind: ChartKind
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    value_kind: ValueKind = "money"

    @property
    def is_empty(self) -> bool:
        return not self.categories or not any(
            value is not None for each in self.series for value in each.values
        )


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it; a section that says nothing is left out."""

    title: str
    text: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()

    @property
    def is_empty(self) -> bool:
        told = any(each.value not in (None, "") for each in self.fields) or any(self.text)
        return not (
            told or any(each.rows for each in self.tables) or any(not c.is_empty for c in self.charts)
        )


@dataclass(frozen=True, slots=True)
class Content:
    """A document. `parts`: the same for each account of a document about several, each with keys of its own."""

    title: str
    day: dt.date
    opening: str = ""
    fields: tuple[Field, ...] = ()
    sections: tuple[Section, ...] = ()
    parts: tuple[Content, ...] = ()
    #: What stands on a document that holds something secret; empty where it holds nothing.
    mark: str = ""
    legal: tuple[str, ...] = ()
    company: str = ""
    reader: str = ""
    #: What only a writer of its own reads (the picture of a map).
    extra: object = field(default=None, compare=False)

    def all_fields(self) -> Iterator[Field]:
        yield from self.fields
        for section in self.sections:
            yield from section.fields

    def tables(self) -> Mapping[str, Table]:
        return {each.key: each for section in self.sections for each in section.tables}

    def charts(self) -> Mapping[str, Chart]:
        return {each.key: each for section in self.sections for each in section.charts}


def is_wide(content: Content) -> bool:
    """Whether a table of it wants a page on its side."""
    tables = [*content.tables().values(), *(t for part in content.parts for t in part.tables().values())]
    return any(len(each.columns) > WIDE_COLUMNS for each in tables)


def as_table(chart: Chart, category: str = "") -> Table:
    """The figures of a chart, for formats that draw none."""
    columns = (
        Column("category", category, weight=1.4),
        *(
            Column(f"series{at}", each.name, chart.value_kind, chart.unit)
            for at, each in enumerate(chart.series)
        ),
    )
    rows = tuple(
        (name, *(each.values[at] for each in chart.series)) for at, name in enumerate(chart.categories)
    )
    return Table(chart.key, chart.title, columns, rows)
