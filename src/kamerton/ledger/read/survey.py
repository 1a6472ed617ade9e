"""One pass over a UTF-8 text file that proves its structure, or finds the rows that break it.

DuckDB reads a text file in parallel and fast, but guesses where it is in doubt. A file whose survey is
`regular` leaves nothing to guess; every other file is rewritten first (rewriting.py).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kamerton.ledger.read.model import Unreadable
from kamerton.said import Said

Bytes = npt.NDArray[np.uint8]
Positions = npt.NDArray[np.int64]

CHUNK = 1 << 20
CR = 13


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What the survey checks a file against. Delimiter, quote and line end are single bytes."""

    delimiter: int | None  # None: one column
    quote: int | None
    line_end: int  # 10, or 13 in files of the old Macintosh form
    columns: int
    start: int  # byte position of the first record


@dataclass(kw_only=True)
class Survey:
    """What was found. `bad` holds rows of (record, first byte, end byte, columns) of the rows that misfit."""

    records: int = 0  # lines that are blank not counted
    blank_lines: int = 0
    empty_records: int = 0  # rows of delimiters only
    ends_empty: int = 0  # rows whose last column is empty
    quoted_line_ends: int = 0
    line_ends: int = 0
    carriage_returns: int = 0  # right before a line end
    stray_returns: int = 0
    longest: int = 0  # bytes of the longest record
    bad: list[Positions] = field(default_factory=list)
    broken_quotes: bool = False
    utf8: bool = True
    nul_at: int | None = None  # byte position
    open_end: int = 0  # 1 if the last line has no line end

    @property
    def misfits(self) -> int:
        return sum(len(rows) for rows in self.bad)

    def widths(self) -> dict[int, int]:
        """Number of columns -> rows, of the rows that misfit."""
        if not self.bad:
            return {}
        columns, counts = np.unique(self.bad_rows()[:, 3], return_counts=True)
        return dict(zip(columns.tolist(), counts.tolist(), strict=True))

    def bad_rows(self) -> Positions:
        return np.concatenate(self.bad) if self.bad else np.zeros((0, 4), dtype=np.int64)


@dataclass(kw_only=True)
class _Piece(Survey):
    """One chunk's share. The record that was open before it, and the one it leaves open, are not in it."""

    opened: tuple[int, int] | None = None  # end byte and marks of the record that was open before
    left_open_at: int | None = None  # where the record begins that goes on behind the chunk
    left_marks: int = 0  # its delimiters so far


def survey(path: Path, layout: Layout, *, max_line_bytes: int, check_utf8: bool, threads: int = 2) -> Survey:
    """Read the file once, in bounded memory. Raises Unreadable for a line over the limit."""
    merge = _Merge(layout)
    inside = False
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[_Piece]] = deque()
        for block in blocks(path, layout.start, layout.line_end, max_line_bytes):
            quotes = 0 if layout.quote is None else block.count(layout.quote)
            waiting.append(pool.submit(_piece, block, layout, inside, quotes, check_utf8))
            inside ^= bool(quotes & 1)
            if len(waiting) > threads + 1:
                merge.add(waiting.popleft().result())
        while waiting:
            merge.add(waiting.popleft().result())
    merge.found.broken_quotes |= inside
    return merge.found


@dataclass(frozen=True)
class Block:
    """Bytes of whole lines, in a buffer of its own."""

    offset: int  # in the file
    buffer: bytearray
    size: int  # bytes of the buffer that count

    def has(self, byte: int) -> bool:
        return self.buffer.find(byte, 0, self.size) >= 0

    def count(self, byte: int) -> int:
        return int(np.count_nonzero(self.bytes() == byte)) if self.has(byte) else 0

    def bytes(self) -> Bytes:
        return np.frombuffer(self.buffer, dtype=np.uint8, count=self.size)


def blocks(path: Path, start: int, line_end: int, max_line_bytes: int) -> Iterator[Block]:
    """Pieces of the file that end at a line end, the last one perhaps without. Memory: a chunk and a line."""
    with path.open("rb", buffering=0) as file:
        file.seek(start)
        offset, rest = start, b""
        while True:
            buffer = bytearray(len(rest) + CHUNK)
            buffer[: len(rest)] = rest
            size = len(rest) + file.readinto(memoryview(buffer)[len(rest) :])
            if size == len(rest):
                if rest:
                    yield Block(offset, buffer, size)
                return
            cut = buffer.rfind(line_end, len(rest), size) + 1
            first = buffer.find(line_end, len(rest), size) if cut else size
            if first > max_line_bytes or size - cut > max_line_bytes:
                raise too_long(offset, max_line_bytes)
            if cut:
                yield Block(offset, buffer, cut)
            offset, rest = offset + cut, bytes(memoryview(buffer)[cut:size])


def too_long(offset: int, limit: int) -> Unreadable:
    return Unreadable(
        Said(
            "A line that begins at byte {offset} is longer than {size} MB, so this is no table "
            "of rows. Nothing was read.",
            offset=offset,
            size=round(limit / 1024**2),
        ),
        code="line_too_long",
        hint=Said("Export the data again with one row a line."),
    )


def _piece(block: Block, layout: Layout, inside: bool, quotes: int, check_utf8: bool) -> _Piece:
    piece, chunk = _Piece(), block.bytes()
    if block.has(0):
        piece.nul_at = block.offset + block.buffer.find(0)
    if not block.buffer.isascii():
        piece.utf8 = not check_utf8 or _is_utf8(chunk)
    if chunk[-1] != layout.line_end:
        chunk, piece.open_end = np.append(chunk, np.uint8(layout.line_end)), 1
    marked = chunk == layout.line_end
    piece.line_ends = int(np.count_nonzero(marked))
    if layout.delimiter is not None:
        marked |= chunk == layout.delimiter
    marks = np.flatnonzero(marked)
    if quotes:
        marks = _outside_quotes(piece, chunk, marks, layout, inside)
    elif inside:
        marks, piece.quoted_line_ends = marks[:0], piece.line_ends
    _records(piece, chunk, block, marks=marks, layout=layout, inside=inside)
    return piece


def _is_utf8(chunk: Bytes) -> bool:
    try:
        chunk.tobytes().decode()
    except UnicodeDecodeError:
        return False
    return True


def _outside_quotes(piece: _Piece, chunk: Bytes, marks: Positions, layout: Layout, inside: bool) -> Positions:
    quote_at = np.flatnonzero(chunk == layout.quote)
    opening, closing = (quote_at[1::2], quote_at[0::2]) if inside else (quote_at[0::2], quote_at[1::2])
    piece.broken_quotes = not (
        _at_edges(chunk, opening - 1, layout, closing=False)
        and _at_edges(chunk, closing + 1, layout, closing=True)
    )
    within = ((np.searchsorted(quote_at, marks) + inside) & 1).astype(bool)
    piece.quoted_line_ends = int(np.count_nonzero(chunk[marks[within]] == layout.line_end))
    return np.asarray(marks[~within])


def _at_edges(chunk: Bytes, beside: Positions, layout: Layout, *, closing: bool) -> bool:
    """Whether quotes stand only at the edge of their field, or beside another quote."""
    edge = np.zeros(256, dtype=bool)
    edge[[layout.line_end, layout.quote or 0]] = True
    if layout.delimiter is not None:
        edge[layout.delimiter] = True
    edge[CR] |= closing
    within = beside[(beside >= 0) & (beside < len(chunk))]
    return bool(edge[chunk[within]].all())


def _records(
    piece: _Piece, chunk: Bytes, block: Block, *, marks: Positions, layout: Layout, inside: bool
) -> None:
    """Record ends and columns per record; one comparison proves a chunk that has no misfit."""
    ends = marks[layout.columns - 1 :: layout.columns]
    records = piece.line_ends - piece.quoted_line_ends
    widths = None
    if len(marks) != records * layout.columns or not bool((chunk[ends] == layout.line_end).all()):
        at = np.flatnonzero(chunk[marks] == layout.line_end)
        ends, widths = marks[at], np.diff(at, prepend=-1)
        piece.left_marks = len(marks) - (int(at[-1]) + 1 if len(at) else 0)
    starts = np.concatenate((np.zeros(1, dtype=np.int64), ends + 1))
    if starts[-1] < len(chunk) and (len(ends) or not inside):
        piece.left_open_at = block.offset + int(starts[-1])
    content = ends - starts[:-1] - _returns(piece, chunk, block, ends, layout)
    lines = _Lines(starts=starts[:-1], content=content, widths=widths)
    if inside and len(ends):
        piece.opened = (block.offset + int(ends[0]), layout.columns if widths is None else int(widths[0]))
        lines = _Lines(
            starts=starts[1:-1], content=content[1:], widths=None if widths is None else widths[1:]
        )
    if len(lines.starts):
        _count(piece, chunk, block.offset, lines, layout)


@dataclass(frozen=True, kw_only=True)
class _Lines:
    """Records that are whole within a chunk."""

    starts: Positions
    content: Positions  # bytes without the line end
    widths: Positions | None  # columns; None: all fit


def _returns(piece: _Piece, chunk: Bytes, block: Block, ends: Positions, layout: Layout) -> Positions:
    """1 for each record that ends in a carriage return before its line end."""
    if layout.line_end == CR or not block.has(CR):
        return np.zeros(len(ends), dtype=np.int64)
    returned = (chunk[np.maximum(ends - 1, 0)] == CR).astype(np.int64)
    piece.carriage_returns = int(returned.sum())
    piece.stray_returns = block.count(CR) - piece.carriage_returns
    return np.asarray(returned)


def _count(piece: _Piece, chunk: Bytes, offset: int, lines: _Lines, layout: Layout) -> None:
    content = lines.content
    filled = content > 0
    piece.longest = int(content.max())
    piece.records = int(np.count_nonzero(filled))
    piece.blank_lines = len(content) - piece.records
    if layout.delimiter is not None:
        last = chunk[np.maximum(lines.starts + content - 1, 0)]
        piece.ends_empty = int(np.count_nonzero((last == layout.delimiter) & filled))
        if lines.widths is None:
            piece.empty_records = int(np.count_nonzero(content == layout.columns - 1))
        else:
            fits = lines.widths == layout.columns
            piece.empty_records = int(np.count_nonzero((content == layout.columns - 1) & fits & filled))
    if lines.widths is None:
        return
    misfit = np.flatnonzero(filled & (lines.widths != layout.columns))
    if len(misfit):
        start = lines.starts[misfit] + offset
        ordinal = np.cumsum(filled)[misfit] - 1
        piece.bad = [np.stack([ordinal, start, start + content[misfit], lines.widths[misfit]], axis=1)]


class _Merge:
    """Puts the pieces together in file order and completes the records that cross their edges."""

    def __init__(self, layout: Layout) -> None:
        self.found = Survey()
        self.columns = layout.columns
        self.begin = layout.start  # of the record that is open
        self.marks = 0  # its delimiters

    def add(self, piece: _Piece) -> None:
        found = self.found
        for name in (
            "line_ends", "quoted_line_ends", "carriage_returns", "stray_returns", "ends_empty",
            "open_end", "empty_records", "blank_lines",
        ):  # fmt: skip
            setattr(found, name, getattr(found, name) + getattr(piece, name))
        found.utf8 &= piece.utf8
        found.broken_quotes |= piece.broken_quotes
        found.longest = max(found.longest, piece.longest)
        found.nul_at = piece.nul_at if found.nul_at is None else found.nul_at
        self._complete(piece)
        for rows in piece.bad:
            rows[:, 0] += found.records
            found.bad.append(rows)
        found.records += piece.records
        if piece.left_open_at is not None:
            self.begin, self.marks = piece.left_open_at, 0
        self.marks += piece.left_marks

    def _complete(self, piece: _Piece) -> None:
        if piece.opened is None:
            return
        end, marks = piece.opened
        width = self.marks + marks
        if width != self.columns:
            self.found.bad.append(np.array([[self.found.records, self.begin, end, width]]))
        self.found.longest = max(self.found.longest, end - self.begin)
        self.found.records += 1
        self.marks = 0
