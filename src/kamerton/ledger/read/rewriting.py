"""Text files that leave something to guess, split here row by row and kept as Parquet in the workplace."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from kamerton.ledger.read.dialect import BLANKS, Dialect
from kamerton.ledger.read.model import RefusedRow
from kamerton.ledger.read.raw import Workplace

BATCH = 20_000
MAX_JOINED = 200  # physical lines in one quoted cell
SHOWN = 200  # characters of a refused row


@dataclass(kw_only=True)
class Rewritten:
    parquet: Path
    records: int = 0
    blank: int = 0
    refused_path: Path
    refused: int = 0
    padded: int = 0  # rows that were filled up with absent cells
    widths: dict[int, int] = field(default_factory=dict)

    def refusals(self) -> Iterator[RefusedRow]:
        import json

        if self.refused:
            with self.refused_path.open(encoding="utf-8") as file:
                for line in file:
                    yield RefusedRow(**json.loads(line))


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A line that could not be split."""

    reason: str


def rewrite(
    path: Path, name: str, dialect: Dialect, columns: int, first_line: int, fill_short: bool, place: Workplace
) -> Rewritten:
    """Split `path` (UTF-8) from physical line `first_line` (1-based) on."""
    import json

    result = Rewritten(
        parquet=place.new_path(name + ".parquet"), refused_path=place.new_path(name + ".refused")
    )
    with (
        path.open(encoding="utf-8-sig", newline="") as source,
        result.refused_path.open("w", encoding="utf-8") as refused,
        _Writer(result.parquet, columns) as writer,
    ):
        total = path.stat().st_size
        for number, text, cells in split(_numbered(source, first_line), dialect, columns):
            if isinstance(cells, Broken):
                reason = cells.reason
            elif not any(cells) or (len(cells) == 1 and not cells[0].strip()):
                result.blank += 1
                continue
            else:
                fitted = _fit(cells, columns, fill_short)
                if fitted is not None:
                    result.padded += len(cells) < columns
                    writer.add(number, fitted)
                    continue
                result.widths[len(cells)] = result.widths.get(len(cells), 0) + 1
                reason = wrong_width(len(cells), columns)
            result.refused += 1
            row = RefusedRow(
                file=name, line=number, column="", value=text[:SHOWN].rstrip("\r\n"), reason=reason
            )
            refused.write(json.dumps(row.__dict__, ensure_ascii=False) + "\n")
            if number % BATCH == 0:
                place.tell(min(total, source.buffer.tell()), total, f"Reading {name}")
    result.records = writer.rows
    return result


def wrong_width(found: int, expected: int) -> str:
    fields = "1 column" if found == 1 else f"{found} columns"
    return f"The row has {fields}, the table has {expected}."


def _numbered(source: TextIO, first_line: int) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(source, start=1):
        if number >= first_line:
            yield number, line


def _fit(cells: list[str], columns: int, fill_short: bool) -> list[str | None] | None:
    """The row at its right width: nothing but blank cells may be cut or, where that is the custom, added."""
    if len(cells) == columns:
        return list(cells)
    if len(cells) > columns:
        return None if any(cell.strip() for cell in cells[columns:]) else list(cells[:columns])
    return [*cells, *([None] * (columns - len(cells)))] if fill_short else None


def split(
    lines: Iterator[tuple[int, str]], dialect: Dialect, columns: int
) -> Iterator[tuple[int, str, list[str] | Broken]]:
    """(line number, text, cells) of every record. A quote that is never closed costs its own line only."""
    if dialect.delimiter == BLANKS or dialect.gutters:
        for number, line in lines:
            yield number, line, dialect.split([line])[0]
        return
    waiting: deque[tuple[int, str]] = deque()
    while True:
        item = waiting.popleft() if waiting else next(lines, None)
        if item is None:
            return
        number, line = item
        text = line.rstrip("\r\n")
        if (not dialect.quote or dialect.quote not in line) and not (
            dialect.escape and dialect.escape in line
        ):
            if "\x1a" in text:
                text = text.replace("\x1a", "")
            yield number, line, text.split(dialect.delimiter) if dialect.delimiter else [text]
            continue
        yield number, line, _quoted(line, lines, waiting, dialect, columns)


def _quoted(
    line: str,
    lines: Iterator[tuple[int, str]],
    waiting: deque[tuple[int, str]],
    dialect: Dialect,
    columns: int,
) -> list[str] | Broken:
    """Split a record that has quotes, over as many lines as it takes."""
    joined, taken = line, []
    while True:
        try:
            return _strict(joined, dialect)
        except _Open:
            following = waiting.popleft() if waiting else next(lines, None)
            if following is None or len(taken) >= MAX_JOINED or len(joined) > 1 << 20:
                waiting.extendleft(reversed([*taken, following] if following else taken))
                return Broken(reason="A quote is opened and never closed.")
            taken.append(following)
            joined += following[1]
        except csv.Error:
            if taken:
                waiting.extendleft(reversed(taken))
                return Broken(reason="A quote is opened and never closed.")
            return _literal(line, dialect, columns)


class _Open(Exception):
    """The record ends inside quotes."""


def _strict(record: str, dialect: Dialect) -> list[str]:
    reader = csv.reader(
        record.splitlines(keepends=True) if False else [record],
        delimiter=dialect.delimiter or "\x1c",
        quotechar=dialect.quote or None,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        escapechar=dialect.escape or None,
        skipinitialspace=dialect.padded,
        strict=True,
    )
    try:
        return next(reader)
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise _Open from error
        raise
    except StopIteration:
        return []


def _literal(line: str, dialect: Dialect, columns: int) -> list[str] | Broken:
    """Quotes inside a cell that nobody doubled ('"Big" box'): taken as they stand if the columns come out right."""
    cells = line.rstrip("\r\n").split(dialect.delimiter) if dialect.delimiter else [line.rstrip("\r\n")]
    if len(cells) != columns:
        return Broken(reason="Quotes inside a cell are not doubled, so its end is not certain.")
    return [_unquoted(cell, dialect.quote) for cell in cells]


def _unquoted(cell: str, quote: str) -> str:
    inner = cell[1:-1] if len(cell) > 1 and cell[0] == cell[-1] == quote else None
    return cell if inner is None else inner.replace(quote * 2, quote)


class _Writer:
    """Rows as text columns c0, c1, ... and `line`, in batches."""

    def __init__(self, path: Path, columns: int) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        fields = [pa.field(f"c{i}", pa.string()) for i in range(columns)]
        self.schema = pa.schema([*fields, pa.field("line", pa.int64())])
        self.writer = pq.ParquetWriter(path, self.schema, compression="lz4", write_statistics=False)
        self.buffer: list[list[str | None]] = []
        self.lines: list[int] = []
        self.rows = 0

    def add(self, line: int, cells: list[str | None]) -> None:
        self.buffer.append(cells)
        self.lines.append(line)
        self.rows += 1
        if len(self.buffer) >= BATCH:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        columns = [pa.array(column, type=pa.string()) for column in zip(*self.buffer, strict=True)]
        self.writer.write_batch(
            pa.record_batch([*columns, pa.array(self.lines, type=pa.int64())], schema=self.schema)
        )
        self.buffer.clear()
        self.lines.clear()

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, *_: object) -> None:
        if self.buffer:
            self._flush()
        self.writer.close()
