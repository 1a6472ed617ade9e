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
from typing import TYPE_CHECKING

from kamerton.ledger.read.model import Unreadable

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

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
    ascii: bool = True
    utf8: bool = True
    nul_at: int | None = None  # byte position
    open_end: int = 0  # 1 if the last line has no line end

    @property
    def misfits(self) -> int:
        return sum(len(rows) for rows in self.bad)

    def widths(self) -> dict[int, int]:
        """Number of columns -> rows, of the rows that misfit."""
        import numpy as np

        if not self.bad:
            return {}
        columns, counts = np.unique(np.concatenate(self.bad)[:, 3], return_counts=True)
        return dict(zip(columns.tolist(), counts.tolist(), strict=True))


@dataclass(kw_only=True)
class _Piece(Survey):
    """One chunk's share. The record that was open before it, and the one it leaves open, are not in it."""

    end: int  # byte position behind the chunk
    opened: tuple[int, int] | None = None  # end byte and marks of the record that was open before
    left_open_at: int | None = None  # where the record begins that goes on behind the chunk
    left_marks: int = 0  # its delimiters so far


def survey(path: Path, layout: Layout, *, max_line_bytes: int, check_utf8: bool, threads: int = 2) -> Survey:
    """Read the file once, in bounded memory. Raises Unreadable for a line over the limit."""
    merge = _Merge(layout)
    inside = False
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[_Piece]] = deque()
        for piece, inside in _submitted(pool, path, layout, max_line_bytes, check_utf8):  # noqa: B007
            waiting.append(piece)
            if len(waiting) > threads + 1:
                merge.add(waiting.popleft().result())
        while waiting:
            merge.add(waiting.popleft().result())
    merge.found.broken_quotes |= inside
    return merge.found


def _submitted(
    pool: ThreadPoolExecutor, path: Path, layout: Layout, max_line_bytes: int, check_utf8: bool
) -> Iterator[tuple[Future[_Piece], bool]]:
    """Pieces in work, and whether the file is inside quotes behind them."""
    import numpy as np

    inside = False
    for offset, block, last in blocks(path, layout.start, layout.line_end, max_line_bytes):
        chunk = np.frombuffer(block, dtype=np.uint8)
        quotes = 0 if layout.quote is None else int(np.count_nonzero(chunk == layout.quote))
        piece = pool.submit(_piece, chunk, offset, layout, inside, quotes, last, check_utf8)
        inside ^= bool(quotes & 1)
        yield piece, inside


def blocks(path: Path, start: int, line_end: int, max_line_bytes: int) -> Iterator[tuple[int, bytes, bool]]:
    """(byte position, bytes, is last) of pieces that end at a line end. Memory: a chunk and a line."""
    mark = bytes([line_end])
    with path.open("rb", buffering=0) as file:
        file.seek(start)
        offset, rest = start, b""
        while True:
            read = file.read(CHUNK)
            if not read:
                if rest:
                    yield offset, rest, True
                return
            cut = read.rfind(mark) + 1
            if not cut:
                rest += read
            else:
                first = read.find(mark)
                if len(rest) + first > max_line_bytes:
                    raise _too_long(offset, max_line_bytes)
                block = rest + read[:cut] if rest or cut < len(read) else read
                yield offset, block, False
                offset, rest = offset + len(block), read[cut:]
            if len(rest) > max_line_bytes:
                raise _too_long(offset, max_line_bytes)


def _too_long(offset: int, limit: int) -> Unreadable:
    return Unreadable(
        f"A line that begins at byte {offset:,} is longer than {limit / 1024**2:,.0f} MB, so this is no table "
        "of rows. Nothing was read.",
        code="line_too_long",
        hint="Export the data again with one row a line.",
    )


def _piece(
    chunk: Bytes, offset: int, layout: Layout, inside: bool, quotes: int, last: bool, check_utf8: bool
) -> _Piece:
    import numpy as np

    piece = _Piece(end=offset + len(chunk))
    if int(chunk.min()) == 0:
        piece.nul_at = offset + int(np.flatnonzero(chunk == 0)[0])
    if int(chunk.max()) > 127:
        piece.ascii = False
        piece.utf8 = not check_utf8 or _is_utf8(chunk)
    if last and chunk[-1] != layout.line_end:
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
    _records(piece, chunk, offset, marks, layout, inside)
    return piece


def _is_utf8(chunk: Bytes) -> bool:
    try:
        chunk.tobytes().decode()
    except UnicodeDecodeError:
        return False
    return True


def _outside_quotes(piece: _Piece, chunk: Bytes, marks: Positions, layout: Layout, inside: bool) -> Positions:
    import numpy as np

    quote_at = np.flatnonzero(chunk == layout.quote)
    opening, closing = (quote_at[1::2], quote_at[0::2]) if inside else (quote_at[0::2], quote_at[1::2])
    piece.broken_quotes = not (
        _at_edges(chunk, opening - 1, layout, closing=False)
        and _at_edges(chunk, closing + 1, layout, closing=True)
    )
    within = ((np.searchsorted(quote_at, marks) + inside) & 1).astype(bool)
    piece.quoted_line_ends = int(np.count_nonzero(chunk[marks[within]] == layout.line_end))
    return marks[~within]


def _at_edges(chunk: Bytes, beside: Positions, layout: Layout, *, closing: bool) -> bool:
    """Whether quotes stand only at the edge of their field, or beside another quote."""
    import numpy as np

    edge = np.zeros(256, dtype=bool)
    edge[[layout.line_end, layout.quote or 0]] = True
    if layout.delimiter is not None:
        edge[layout.delimiter] = True
    edge[CR] |= closing
    within = beside[(beside >= 0) & (beside < len(chunk))]
    return bool(edge[chunk[within]].all())


def _records(
    piece: _Piece, chunk: Bytes, offset: int, marks: Positions, layout: Layout, inside: bool
) -> None:
    """Where records end and how many columns they have; a chunk without misfits is proven by one comparison."""
    import numpy as np

    ends = marks[layout.columns - 1 :: layout.columns]
    records = piece.line_ends - piece.quoted_line_ends
    fits = len(marks) == records * layout.columns and bool((chunk[ends] == layout.line_end).all())
    widths = None
    if not fits:
        at = np.flatnonzero(chunk[marks] == layout.line_end)
        ends, widths = marks[at], np.diff(at, prepend=-1)
        piece.left_marks = len(marks) - (int(at[-1]) + 1 if len(at) else 0)
    starts = np.concatenate(([0], ends + 1))
    if starts[-1] < len(chunk) and (len(ends) or not inside):
        piece.left_open_at = offset + int(starts[-1])
    starts = starts[:-1]
    returned = _returns(piece, chunk, ends, layout)
    content = ends - starts - returned
    if inside and len(ends):
        piece.opened = (offset + int(ends[0]), layout.columns if widths is None else int(widths[0]))
        starts, ends, content = starts[1:], ends[1:], content[1:]
        widths = None if widths is None else widths[1:]
    _count(piece, chunk, offset, starts, ends, content, widths, layout)


def _returns(piece: _Piece, chunk: Bytes, ends: Positions, layout: Layout) -> Positions:
    """1 for each record that ends in a carriage return before its line end."""
    import numpy as np

    if layout.line_end == CR:
        return np.zeros(len(ends), dtype=np.int64)
    total = int(np.count_nonzero(chunk == CR))
    if not total:
        return np.zeros(len(ends), dtype=np.int64)
    returned = (chunk[np.maximum(ends - 1, 0)] == CR).astype(np.int64)
    piece.carriage_returns = int(returned.sum())
    piece.stray_returns = total - piece.carriage_returns
    return returned


def _count(
    piece: _Piece,
    chunk: Bytes,
    offset: int,
    starts: Positions,
    ends: Positions,
    content: Positions,
    widths: Positions | None,
    layout: Layout,
) -> None:
    import numpy as np

    if not len(ends):
        return
    piece.longest = int(content.max())
    filled = content > 0
    piece.records = int(np.count_nonzero(filled))
    piece.blank_lines = len(ends) - piece.records
    if layout.delimiter is not None:
        last = chunk[np.maximum(starts + content - 1, 0)]
        piece.ends_empty = int(np.count_nonzero((last == layout.delimiter) & filled))
        piece.empty_records = int(
            np.count_nonzero((content == layout.columns - 1) & (last == layout.delimiter))
        )
    if widths is None:
        return
    misfit = np.flatnonzero(filled & (widths != layout.columns))
    if len(misfit):
        ordinal = np.cumsum(filled)[misfit] - 1
        rows = [ordinal, starts[misfit] + offset, (starts + content)[misfit] + offset, widths[misfit]]
        piece.bad = [np.stack(rows, axis=1)]


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
        found.ascii &= piece.ascii
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
        import numpy as np

        if piece.opened is None:
            return
        end, marks = piece.opened
        width = self.marks + marks
        if width != self.columns:
            self.found.bad.append(np.array([[self.found.records, self.begin, end, width]]))
        self.found.longest = max(self.found.longest, end - self.begin)
        self.found.records += 1
        self.marks = 0
