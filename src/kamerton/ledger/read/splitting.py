"""Records of a delimited text, line by line, with nothing lost where quotes go wrong."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

BLANKS = " "  # columns separated by runs of blanks
MAX_JOINED = 200  # physical lines in one quoted cell
_RUN = re.compile(r"[ \t]+")
_WIDE_RUN = re.compile(r"[ \t]{2,}|\t")

Numbered = Iterator[tuple[int, str]]  # physical lines, 1-based


@dataclass(frozen=True, kw_only=True)
class Dialect:
    delimiter: str  # "" where the file has one column; BLANKS for runs of blanks
    quote: str = '"'  # "" if quotes mean nothing
    escape: str = ""  # a backslash, or "" where quotes are doubled
    padded: bool = False  # blanks between delimiter and quote
    wide: bool = False  # with BLANKS: one blank is text, two separate
    gutters: tuple[tuple[int, int], ...] = ()  # with BLANKS: columns start and end at fixed positions

    def split(self, lines: Iterable[str]) -> list[list[str]]:
        """Records of these lines, quoted line ends joined. Never fails: what cannot be split stays whole."""
        if self.gutters:
            return [[line[start:end].strip() for start, end in self.gutters] for line in lines]
        if self.delimiter == BLANKS:
            run = _WIDE_RUN if self.wide else _RUN
            return [run.split(line.strip()) for line in lines]
        if not self.delimiter:
            return Dialect(delimiter="\x1c", quote=self.quote, escape=self.escape).split(lines)
        lines = list(lines)
        try:
            return list(self._reader(lines, self.delimiter))
        except csv.Error:  # a cell beyond the limit of the csv module
            return [line.rstrip("\r\n").split(self.delimiter) for line in lines]

    def _reader(self, lines: Iterable[str], delimiter: str) -> Iterable[list[str]]:
        return csv.reader(
            (line if line.endswith("\n") else line + "\n" for line in lines),
            delimiter=delimiter,
            quotechar=self.quote or None,
            quoting=csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            escapechar=self.escape or None,
            skipinitialspace=self.padded,
        )


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A line that could not be split."""

    reason: str


def split(
    lines: Numbered, dialect: Dialect, columns: int, *, strict: bool = False
) -> Iterator[tuple[int, str, list[str] | Broken]]:
    """(line number, text, cells) of every record. A quote that is never closed costs its own line only.

    Quotes within a cell that nobody doubled are kept as they are, unless `strict`.
    """
    waiting: deque[tuple[int, str]] = deque()
    special = [mark for mark in (dialect.quote, dialect.escape) if mark]
    while item := waiting.popleft() if waiting else next(lines, None):
        number, line = item
        if dialect.delimiter == BLANKS:
            yield number, line, _by_blanks(line.rstrip("\r\n\x1a"), dialect)
        elif any(mark in line for mark in special):
            yield number, line, _quoted(line, lines, waiting, dialect, 0 if strict else columns)
        else:
            text = line.rstrip("\r\n\x1a")
            cells = text.split(dialect.delimiter) if dialect.delimiter else [text]
            yield number, line, [cell.lstrip(" ") for cell in cells] if dialect.padded else cells


def _by_blanks(line: str, dialect: Dialect) -> list[str] | Broken:
    if any(line[end - 1 : end].strip() for _, end in dialect.gutters[:-1]):
        return Broken(reason="A value reaches over the edge of its column.")
    if dialect.gutters or dialect.wide:
        return dialect.split([line])[0]
    return line.split()


def _quoted(
    line: str,
    lines: Numbered,
    waiting: deque[tuple[int, str]],
    dialect: Dialect,
    columns: int,
) -> list[str] | Broken:
    """Split a record that has quotes, over as many lines as it takes."""
    joined = line
    taken: list[tuple[int, str]] = []
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
        [record],
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
    """Quotes that nobody doubled ('"Big" box') are taken as they stand if the columns come out right."""
    cells = line.rstrip("\r\n").split(dialect.delimiter) if dialect.delimiter else [line.rstrip("\r\n")]
    if len(cells) != columns:
        return Broken(reason="Quotes inside a cell are not doubled, so its end is not certain.")
    return [_unquoted(cell, dialect.quote) for cell in cells]


def _unquoted(cell: str, quote: str) -> str:
    inner = cell[1:-1] if len(cell) > 1 and cell[0] == cell[-1] == quote else None
    return cell if inner is None else inner.replace(quote * 2, quote)
