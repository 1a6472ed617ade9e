"""What the reader is asked and what it answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Literal

from kamerton.core.refused import Refused

Progress = Callable[[int, int, str], None]  # done, total, note


class Unreadable(Refused):
    """The file as a whole is refused; nothing of it is used."""


class NeedsAnswer(Refused):
    """The file can be read in more than one way: `doubts` names them and the choices."""

    def __init__(self, message: str, doubts: tuple[Doubt, ...]) -> None:
        super().__init__(message, code="needs_answer")
        self.doubts = doubts


@dataclass(frozen=True, kw_only=True)
class Rate:
    """One unit of `currency` is `rate` units of the company currency from `date` on, until the next rate."""

    currency: str
    date: dt.date
    rate: Decimal


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What the user settled. Empty: find out, and ask where both readings are possible."""

    mapping: Mapping[str, str] = field(default_factory=dict)  # role -> column name; "" frees the role
    dates: Literal["dmy", "mdy", "ymd"] | None = None
    decimal: Literal[".", ","] | None = None
    sheet: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    drop_duplicates: bool = False
    company_currency: str | None = None  # None: lines are taken as they are, one currency only
    rates: tuple[Rate, ...] = ()
    kinds: Mapping[str, str] = field(
        default_factory=dict
    )  # value of the kind column -> sale|return|cancellation


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bounds that keep a hostile or broken file from taking the machine."""

    max_unpacked_bytes: int = 20 * 1024**3
    max_unpack_ratio: int = 200
    max_columns: int = 2_000
    max_line_bytes: int = 8 * 1024**2
    memory_bytes: int = 768 * 1024**2  # a process takes nearly twice that: what is fetched, and the engines
    threads: int | None = None
    glance_bytes: int = (
        32 * 1024**2
    )  # text files from here on are surveyed only if reading them shows a doubt
    queries: bool = False  # run .sql files: they read whatever the process may, so only for its own user
    first_year: int = 1950  # a date outside first_year..last_year is a refused row
    last_year: int = 2100


@dataclass(frozen=True, kw_only=True)
class Choice:
    value: str
    label: str  # what it means, with an example taken from the column


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """A question that only the user can answer."""

    key: str  # dates | decimal | sheet | role:<role> | ...: the field of Choices that settles it
    column: str | None
    question: str
    choices: tuple[Choice, ...]
    option: str  # the command line's way to answer, e.g. "--dates dmy"


@dataclass(frozen=True, kw_only=True)
class FileFound:
    path: Path
    name: str  # as the user knows it
    format: str  # csv | xlsx | xls | parquet | jsonl | sql
    size_bytes: int
    encoding: str | None = None
    delimiter: str | None = None
    header_line: int | None = None  # 1-based
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    compression: str | None = None


@dataclass(frozen=True, kw_only=True)
class ColumnFound:
    name: str
    role: str | None
    confidence: float  # 0 to 1, of the role
    kind: Literal["text", "number", "date", "empty"]
    form: str | None  # dmy, mdy, ymd, "1.234,56", ...
    samples: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """What was found out about the files before anything is imported."""

    files: tuple[FileFound, ...]
    columns: tuple[ColumnFound, ...]
    mapping: dict[str, str]  # role -> column name
    missing: tuple[str, ...]  # required roles that no column has: account, date, amount
    doubts: tuple[Doubt, ...]
    first_rows: tuple[tuple[str, ...], ...]  # as text, in column order
    shape: str  # fingerprint of the header, finds a saved mapping again
    notes: tuple[str, ...]  # plain sentences: what was assumed and why


@dataclass(frozen=True, kw_only=True)
class RefusedRow:
    file: str
    line: int  # 1-based line of the text file, or row of the sheet
    column: str
    value: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Counts:
    """read = used + unassigned + refused + dropped duplicates. `duplicates` counts exact repeats beyond the first."""

    read: int
    used: int
    refused: int
    unassigned: int
    duplicates: int
    duplicates_dropped: int
    used_turnover: Decimal
    unassigned_turnover: Decimal


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The files as canonical lines: `parquet` has the columns of analytics.lines.COLUMNS."""

    parquet: Path
    counts: Counts
    refused_csv: Path | None  # every refused row: file,line,column,value,reason
    refused_head: tuple[RefusedRow, ...]  # the first 1,000
    refused_total: int
    first_date: dt.date | None
    last_date: dt.date | None
    has_cost: bool
    lines_without_cost: int
    currency: str | None
    merge_offers: tuple[tuple[str, ...], ...]  # account ids whose names differ only in form
    inspection: Inspection
