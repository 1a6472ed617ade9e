"""Records of a delimited text, line by line, with nothing lost where quotes go wrong."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kamerton.said import Said

BLANKS = " "  # columns separated by runs of blanks
MAX_JOINED = 200  # physical lines in one quoted cell
MAX_ATTEMPTS = 30  # of them with a quote
MAX_RECORD = 1 << 20  # characters
_RUN = re.compile(r"[ \t]+")
_WIDE_RUN = re.compile(r"[ \t]{2,}|\t")

Numbered = Iterator[tuple[int, str]]  # physical lines, 1-based


@dataclass(frozen=True, kw_only=True)
class Dialect:
    delimiter: str  # "" where the file has one column; BLANKS for runs of blanks
    quote: str = '"'  # "" if quotes mean nothing
    escape: str = ""  # a backslash, or "" where quotes are doubled
    padded: bool = False  # blanks between delimiter and quote
    wrapped: bool = False  # every line stands in quotes as a whole
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
        lines = [unwrap(line) for line in lines] if self.wrapped else list(lines)
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
    if dialect.wrapped:
        lines = ((number, unwrap(line)) for number, line in lines)
    if dialect.delimiter == BLANKS:
        for number, line in lines:
            yield number, line, _by_blanks(line.rstrip("\r\n\x1a"), dialect)
        return
    yield from _Splitter(lines, dialect, 0 if strict else columns).records()


def unwrap(line: str) -> str:
    """The line without the quotes around it, where it has them: "a,""b, c"",d" is a,"b, c",d."""
    text = line.strip()
    return text[1:-1].replace('""', '"') if len(text) > 1 and text[0] == text[-1] == '"' else line


def _by_blanks(line: str, dialect: Dialect) -> list[str] | Broken:
    if any(line[end - 1 : end].strip() for _, end in dialect.gutters[:-1]):
        return Broken(reason=Said("A value reaches over the edge of its column."))
    if dialect.gutters or dialect.wide:
        return dialect.split([line])[0]
    return line.split()


class _Open(Exception):
    """The record ends inside quotes."""


class _Splitter:
    """Splits plain lines itself and gives those with quotes to the csv module, one record at a time."""

    def __init__(self, lines: Numbered, dialect: Dialect, columns: int) -> None:
        self.lines, self.columns = lines, columns
        self.waiting: deque[tuple[int, str]] = deque()  # lines that were looked at and given back
        self.delimiter, self.quote, self.escape = dialect.delimiter or "\x1c", dialect.quote, dialect.escape
        self.padded = dialect.padded
        self.opening = self.delimiter + self.quote
        self.feed: list[str] = []
        self.reader = csv.reader(
            _Feed(self.feed),
            delimiter=self.delimiter,
            quotechar=self.quote or None,
            quoting=csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            escapechar=self.escape or None,
            skipinitialspace=self.padded,
            strict=True,
        )

    def records(self) -> Iterator[tuple[int, str, list[str] | Broken]]:
        while (item := self._next()) is not None:
            number, line = item
            yield number, line, self._plain(line) if self._is_plain(line) else self._quoted(line)

    def _next(self) -> tuple[int, str] | None:
        return self.waiting.popleft() if self.waiting else next(self.lines, None)

    def _is_plain(self, line: str) -> bool:
        """No escape, and no quote where a cell begins: quotes further on are characters like others."""
        if self.escape and self.escape in line:
            return False
        if not self.quote or self.quote not in line:
            return True
        return not (self.padded or line.startswith(self.quote) or self.opening in line)

    def _plain(self, line: str) -> list[str]:
        cells = line.rstrip("\r\n\x1a").split(self.delimiter)
        return [cell.lstrip(" ") for cell in cells] if self.padded else cells

    def _quoted(self, line: str) -> list[str] | Broken:
        """Split a record that has quotes, over as many lines as it takes."""
        try:
            return self._strict(line)
        except _Open:
            return self._joined(line)
        except csv.Error:
            return self._literal(line)

    def _joined(self, line: str) -> list[str] | Broken:
        taken: list[tuple[int, str]] = []
        attempts, size = 0, len(line)
        while len(taken) < MAX_JOINED and attempts < MAX_ATTEMPTS and size < MAX_RECORD:
            if (following := self._next()) is None:
                break
            taken.append(following)
            size += len(following[1])
            if self.quote not in following[1]:
                continue  # cannot close the quote
            attempts += 1
            try:
                return self._strict(line + "".join(text for _, text in taken))
            except _Open:
                continue
            except csv.Error:
                break
        self.waiting.extendleft(reversed(taken))
        return Broken(reason=Said("A quote is opened and never closed."))

    def _strict(self, record: str) -> list[str]:
        self.feed.append(record)
        try:
            return next(self.reader)
        except csv.Error as error:
            if "unexpected end" in str(error):
                raise _Open from error
            raise

    def _literal(self, line: str) -> list[str] | Broken:
        """Quotes that nobody doubled ('"Big" box') are taken as they stand if the columns come out right."""
        cells = line.rstrip("\r\n").split(self.delimiter)
        if len(cells) != self.columns:
            return Broken(reason=Said("Quotes inside a cell are not doubled, so its end is not certain."))
        quote = self.quote
        return [_unquoted(cell, quote) if cell[:1] == quote else cell for cell in cells]


def _unquoted(cell: str, quote: str) -> str:
    whole = len(cell) > 1 and cell[-1] == quote
    return cell[1:-1].replace(quote * 2, quote) if whole else cell


class _Feed:
    """Hands the csv module one record at a time; it may be asked again after it had none."""

    def __init__(self, records: list[str]) -> None:
        self.records = records

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        if not self.records:
            raise StopIteration
        return self.records.pop()
