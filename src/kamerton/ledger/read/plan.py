"""Dialect, header and columns of a text file, from lines of its head, middle and end."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path

from kamerton.ledger.read.dialect import find_dialect
from kamerton.ledger.read.header import Top, column_names, find_top
from kamerton.ledger.read.model import Choices, Limits, Unreadable
from kamerton.ledger.read.raw import unique_names
from kamerton.ledger.read.splitting import BLANKS, Dialect
from kamerton.ledger.read.survey import CR, Layout, too_long
from kamerton.said import Said

SAMPLE = 256 * 1024  # bytes
HEAD, PART, FEW = 300, 100, 3  # lines
MAX_HEADER_LINES = 20  # physical lines that one record of the head may have
BOM = b"\xef\xbb\xbf"
LF = 10

Record = list[str]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What the samples say; the survey of the whole file has the last word."""

    path: Path  # UTF-8
    dialect: Dialect
    names: tuple[str, ...]
    columns: int  # cells in a row, the blank ones that are dropped at its end included
    header_line: int | None  # 1-based
    first_line: int  # 1-based physical line of the first row of data
    start: int  # its byte position
    skipped: tuple[str, ...]  # physical lines above it
    line_end: int
    typed: frozenset[int]  # columns of numbers or dates
    notes: tuple[str, ...]

    @property
    def is_simple(self) -> bool:
        """Columns end at a single byte, or there is only one."""
        mark = self.dialect.delimiter
        return mark == "" or (len(mark.encode()) == 1 and mark != BLANKS)

    def layout(self) -> Layout:
        mark = self.dialect.delimiter if self.is_simple else ""
        return Layout(
            delimiter=ord(mark) if mark else None,
            quote=ord(self.dialect.quote) if self.dialect.quote else None,
            line_end=self.line_end,
            columns=self.columns if mark else 1,
            start=self.start,
        )


@dataclass(frozen=True, kw_only=True)
class _Samples:
    """Physical lines with their ends."""

    head: list[str]
    others: list[list[str]]
    line_end: int
    declared: str | None  # the delimiter that Excel's own first line names: "sep=;"

    @property
    def above(self) -> int:
        return 0 if self.declared is None else 1


def make_plan(path: Path, name: str, choices: Choices, limits: Limits) -> Plan:
    """Raises Unreadable for a file without lines, rows or certain columns."""
    samples = _samples(path, limits.max_line_bytes)
    if not any(line.strip() for line in samples.head):
        raise Unreadable(
            Said("{name} holds blank lines only, no table. Nothing was read.", name=name),
            code="empty",
            hint=Said("Export the data again."),
        )
    parts = [
        [line.rstrip("\r\n") for line in part] for part in (samples.head[samples.above :], *samples.others)
    ]
    dialect = find_dialect(parts, delimiter=choices.delimiter or samples.declared)
    records = list(islice(records_of(samples.head, dialect, start=samples.above), HEAD))
    body = [record for part in parts[1:] for record in dialect.split(part)]
    top = find_top([cells for _, cells in records], body)
    _check_rows(name, records, top)
    rows = [cells for _, cells in records[top.first_data :]] + body
    header = [] if top.header is None else _header(records, top.header)
    columns, cells, notes = _columns(name, header, rows)
    if columns > limits.max_columns:
        raise _too_wide(name, columns, limits)
    first_line = records[top.first_data][0]
    skipped = tuple(samples.head[: first_line - 1])
    return Plan(
        path=path,
        dialect=dialect,
        names=unique_names(cells),
        columns=columns,
        header_line=None if top.header is None else records[top.header][0],
        first_line=first_line,
        start=_mark(path) + len("".join(skipped).encode("utf-8", errors="surrogateescape")),
        skipped=skipped,
        line_end=samples.line_end,
        typed=top.typed,
        notes=notes,
    )


def _header(records: list[tuple[int, Record]], at: int) -> Record:
    above = records[at - 1][1] if at else []
    return column_names(records[at][1], [cell.strip() for cell in above])


def _too_wide(name: str, columns: int, limits: Limits) -> Unreadable:
    return Unreadable(
        Said(
            "{name} has {columns} columns; at most {most} are read. Nothing was read.",
            name=name,
            columns=columns,
            most=limits.max_columns,
        ),
        code="too_many_columns",
        hint=Said("Check the delimiter, or export the columns that matter."),
    )


def _check_rows(name: str, records: list[tuple[int, Record]], top: Top) -> None:
    if top.first_data >= len(records):
        raise header_only(name)


def header_only(name: str) -> Unreadable:
    return Unreadable(
        Said("{name} has a header and no rows below it. Nothing was read.", name=name),
        code="header_only",
        hint=Said("Export the data again with its rows."),
    )


# --- samples ------------------------------------------------------------------------------------------------


def _samples(path: Path, max_line_bytes: int) -> _Samples:
    size = path.stat().st_size
    with path.open("rb") as file:
        first = file.read(SAMPLE)
        while _line_ends(first) < FEW and len(first) < min(size, FEW * max_line_bytes):
            first += file.read(SAMPLE)
        others = []
        for at in (size // 2, size - SAMPLE // 2):
            if at > len(first):
                file.seek(at)
                others.append(file.read(SAMPLE // 2).partition(b"\n")[2])
    head = _lines(first.removeprefix(BOM), whole=len(first) >= size)[:HEAD]
    if any(len(line) > max_line_bytes for line in head):
        raise too_long(0, max_line_bytes)
    return _Samples(
        head=head,
        others=[lines for part in others if (lines := _lines(part, whole=False)[:PART])],
        line_end=LF if b"\n" in first or b"\r" not in first else CR,
        declared=_declared_delimiter(head[0]) if head else None,
    )


def _line_ends(part: bytes) -> int:
    return part.count(b"\n") or part.count(b"\r")


def _declared_delimiter(line: str) -> str | None:
    text = line.rstrip("\r\n").strip('" ')
    return text[4:] if len(text) == 5 and text.lower().startswith("sep=") else None


def _lines(part: bytes, *, whole: bool) -> list[str]:
    lines = split_lines(part.decode("utf-8", errors="surrogateescape"))
    return lines if whole or len(lines) < 2 else lines[:-1]


def split_lines(text: str) -> list[str]:
    """As a file opened with newline='' does: lines end at LF, CR LF or CR and keep their end."""
    return list(io.StringIO(text, newline=""))


def _mark(path: Path) -> int:
    with path.open("rb") as file:
        return len(BOM) if file.read(len(BOM)) == BOM else 0


def records_of(lines: Sequence[str], dialect: Dialect, *, start: int = 0) -> Iterator[tuple[int, Record]]:
    """(1-based line, cells) of the records that are not blank; `start` lines above them are passed over."""
    index = start
    while index < len(lines):
        taken = _lines_of_record(lines, index, dialect)
        cells = next(
            iter(
                dialect.split(
                    [line.rstrip("\r\n") if taken == 1 else line for line in lines[index : index + taken]]
                )
            ),
            [],
        )
        if any(cell.strip() for cell in cells):
            yield index + 1, cells
        index += taken


def _lines_of_record(lines: Sequence[str], index: int, dialect: Dialect) -> int:
    """More than one where a cell in quotes has line ends; 1 where a quote is never closed."""
    if not dialect.quote or dialect.delimiter == BLANKS or dialect.quote not in lines[index]:
        return 1
    for taken in range(1, min(MAX_HEADER_LINES, len(lines) - index) + 1):
        if dialect.split([*lines[index : index + taken], "\x1d"])[-1] == ["\x1d"]:
            return taken
    return 1


# --- columns ------------------------------------------------------------------------------------------------


def _columns(name: str, header: Record, rows: list[Record]) -> tuple[int, Record, tuple[str, ...]]:
    """(cells in a row, header cells of the columns that are kept, notes)."""
    width = _usual_width(rows) or len(header)
    if not header:
        return (
            width,
            [""] * width,
            (Said("{name} has no header: its columns are called by their position.", name=name),),
        )
    if width > len(header):
        return _beyond_header(name, header, width, [row for row in rows if len(row) == width])
    kept = len(header)
    while kept > 1 and not header[kept - 1].strip() and not any(_cell(row, kept - 1) for row in rows):
        kept -= 1
    return max(width, kept), header[:kept], ()


def _usual_width(rows: Sequence[Record]) -> int:
    widths = [len(row) for row in rows if any(row)]
    return max(set(widths), key=lambda width: (widths.count(width), width), default=0)


def _cell(row: Record, index: int) -> str:
    return row[index].strip() if index < len(row) else ""


def _beyond_header(
    name: str, header: Record, width: int, rows: list[Record]
) -> tuple[int, Record, tuple[str, ...]]:
    """Rows are wider than their header: a delimiter at their end, or row numbers without a name."""
    if not any(cell.strip() for row in rows for cell in row[len(header) :]):
        return width, header, ()
    if width == len(header) + 1 and _counts_up([row[0] for row in rows]):
        note = Said("The first column of {name} has no name in the header; it numbers the rows.", name=name)
        return width, ["row", *header], (note,)
    raise Unreadable(
        Said(
            "The header of {name} names {named} columns, but its rows have {width}, so it is not "
            "certain which name belongs to which column. Nothing was read.",
            name=name,
            named=len(header),
            width=width,
        ),
        code="structure",
        hint=Said("Export the data again, or name the delimiter with --delimiter."),
    )


def _counts_up(cells: Sequence[str]) -> bool:
    numbers = [int(cell) for cell in cells if cell.strip().isdecimal()]
    return len(numbers) == len(cells) > 1 and all(after > before for before, after in pairwise(numbers))
