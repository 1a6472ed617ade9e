"""Text files: encoding, delimiter, quotes, header and structure found out, and handed to DuckDB without a guess left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kamerton.ledger.read import encoding as encodings
from kamerton.ledger.read.dialect import BLANKS, Dialect, find_dialect
from kamerton.ledger.read.header import find_top
from kamerton.ledger.read.model import Choices, FileFound, RefusedRow, Unreadable
from kamerton.ledger.read.raw import NO_NULL, RawTable, Workplace, quoted, unique_names
from kamerton.ledger.read.rewriting import SHOWN, rewrite, wrong_width
from kamerton.ledger.read.stored import StoredLines
from kamerton.ledger.read.survey import CR, Layout, Survey, blocks, survey

if TYPE_CHECKING:
    import duckdb

SAMPLE = 256 * 1024
LINES_OF_HEAD = 300
LINES_OF_PART = 100
LF = 10


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """What the samples say; the survey of the whole file has the last word."""

    path: Path  # UTF-8
    dialect: Dialect
    names: tuple[str, ...]
    columns: int  # fields in a row, those that are dropped at its end included
    header_line: int | None  # 1-based
    first_line: int  # 1-based physical line of the first row of data
    start: int  # its byte position
    skipped: tuple[str, ...]  # physical lines above it
    line_end: int
    notes: tuple[str, ...]


def open_text(
    path: Path,
    *,
    name: str,
    file: FileFound,
    choices: Choices,
    con: duckdb.DuckDBPyConnection,
    place: Workplace,
) -> RawTable:
    """The table of a delimited text file. Raises Unreadable if it holds none that is certain."""
    plain, encoding, notes = _as_utf8(path, name, choices, place)
    try:
        return _open_utf8(plain, name, replace(file, encoding=encoding), choices, con, place, notes)
    except _NotUtf8:
        if choices.encoding is not None:
            raise _undecodable(path, name, encoding) from None
    encoding, notes = _guess(path, name)
    plain = encodings.to_utf8(path, encoding, place)
    return _open_utf8(plain, name, replace(file, encoding=encoding), choices, con, place, notes)


class _NotUtf8(Exception):
    """The survey met bytes that are not UTF-8."""


def _as_utf8(path: Path, name: str, choices: Choices, place: Workplace) -> tuple[Path, str, tuple[str, ...]]:
    with path.open("rb") as opened:
        head = opened.read(64 * 1024)
    if choices.encoding is not None:
        encoding = encodings.canonical(choices.encoding)
        if encoding in {"utf-8", "utf-8-sig", "ascii"}:
            return path, "utf-8", ()
        return encodings.to_utf8(path, encoding, place), encoding, ()
    mark = encodings.by_mark(head)
    if mark in {None, "utf-8-sig"}:
        return path, "utf-8", ()
    assert mark is not None  # noqa: S101
    _ = name
    return encodings.to_utf8(path, mark, place), mark, ()


def _undecodable(path: Path, name: str, encoding: str) -> Unreadable:
    line = encodings.decodable(path, encoding) or 1
    return Unreadable(
        f"{name} is not {encoding.upper()}: line {line:,} has bytes that mean nothing there. Nothing was read.",
        code="encoding",
        hint="Name its encoding with --encoding, or save the file as UTF-8.",
    )


def _guess(path: Path, name: str) -> tuple[str, tuple[str, ...]]:
    found = encodings.gather(path)
    if _mostly_utf8(found):
        raise _undecodable(path, name, "utf-8")
    best, other = encodings.guess(found)
    notes = (f"{name} is read as {best}.",)
    if other:
        notes = (f"{name} is read as {best}; {other} fits nearly as well. Only accented letters differ.",)
    return best, notes


def _mostly_utf8(found: encodings.Foreign) -> bool:
    """A UTF-8 file with a few damaged bytes: taking it for another encoding would spoil every accented letter."""
    good = sum(times for word, times in found.words.items() if _is_utf8(word))
    return good > 0.5 * sum(found.words.values())


def _is_utf8(word: bytes) -> bool:
    try:
        return bool(word.decode())
    except UnicodeDecodeError:
        return False


def _open_utf8(
    path: Path,
    name: str,
    file: FileFound,
    choices: Choices,
    con: duckdb.DuckDBPyConnection,
    place: Workplace,
    notes: tuple[str, ...],
) -> RawTable:
    plan = _plan(path, name, choices, place.limits.max_columns, place.limits.max_line_bytes)
    plan = replace(plan, notes=notes + plan.notes)
    file = replace(file, delimiter=plan.dialect.delimiter, header_line=plan.header_line)
    layout = _layout(plan)
    place.tell(0, file.size_bytes, f"Checking {name}")
    found = survey(path, layout, max_line_bytes=place.limits.max_line_bytes, check_utf8=True)
    if not found.utf8:
        raise _NotUtf8
    if found.nul_at is not None:
        raise _nul(path, name, found.nul_at)
    if not found.records:
        raise _no_rows(name, plan)
    if _is_regular(found, plan):
        direct = _direct(plan, layout, found, name, file, con)
        if direct is not None:
            return direct
    return _rewritten(plan, found, name, file, con, place)


# --- the plan ---------------------------------------------------------------------------------------------------


def _plan(path: Path, name: str, choices: Choices, max_columns: int, max_line_bytes: int) -> _Plan:
    parts, line_end = _samples(path, max_line_bytes)
    head = parts[0]
    if not any(line.strip() for line in head):
        raise Unreadable(
            f"{name} holds blank lines only, no table. Nothing was read.",
            code="empty",
            hint="Export the data again.",
        )
    declared = _declared_delimiter(head[0])
    bare = [[line.rstrip("\r\n") for line in part] for part in parts]
    if declared is not None:
        bare[0] = bare[0][1:]
    dialect = find_dialect(bare, delimiter=choices.delimiter or declared)
    return _with_header(
        path, name, head, bare, dialect, line_end, 1 if declared is not None else 0, max_columns
    )


def _declared_delimiter(line: str) -> str | None:
    """Excel's own first line, 'sep=;'."""
    text = line.rstrip("\r\n").strip().strip('"')
    return text[4:] if text.lower().startswith("sep=") and len(text) == 5 else None


def _samples(path: Path, max_line_bytes: int) -> tuple[list[list[str]], int]:
    """Physical lines, with their ends, of the head, the middle and the end of the file."""
    size = path.stat().st_size
    with path.open("rb") as file:
        parts = [file.read(SAMPLE)]
        while b"\n" not in parts[0] and b"\r" not in parts[0] and len(parts[0]) < min(size, max_line_bytes):
            parts[0] += file.read(SAMPLE)
        for at in (size // 2, size - SAMPLE // 2):
            if at > len(parts[0]):
                file.seek(at)
                parts.append(file.read(SAMPLE // 2).partition(b"\n")[2])
    line_end = LF if b"\n" in parts[0] or b"\r" not in parts[0] else CR
    texts = [_lines(part, whole=size <= len(part)) for part in parts]
    return [texts[0][:LINES_OF_HEAD], *[lines[:LINES_OF_PART] for lines in texts[1:] if lines]], line_end


def _lines(part: bytes, *, whole: bool) -> list[str]:
    lines = part.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="surrogateescape")
    found = [line for line in _split_lines(lines)]
    return found if whole or len(found) < 2 else found[:-1]


def _split_lines(text: str) -> list[str]:
    """Like a file opened with newline='': ends at LF, CR LF and CR only, and keeps them."""
    import io

    return list(io.StringIO(text, newline=""))


def _with_header(
    path: Path,
    name: str,
    head: list[str],
    bare: list[list[str]],
    dialect: Dialect,
    line_end: int,
    declared: int,
    max_columns: int,
) -> _Plan:
    records = list(_records_of(head, dialect, declared))[:LINES_OF_HEAD]
    body = [record for part in bare[1:] for record in dialect.split(part[:300])]
    rows = [cells for _, cells in records]
    top = find_top(rows, body)
    width = _usual_width(rows[top.first_data :] + body) or len(rows[top.header or 0])
    header = rows[top.header] if top.header is not None else []
    columns, cells, notes = _columns(header, width, rows[top.first_data :] + body, name)
    if columns > max_columns:
        raise Unreadable(
            f"{name} has {columns:,} columns; at most {max_columns:,} are read. Nothing was read.",
            code="too_many_columns",
            hint="Check the delimiter, or export the columns that matter.",
        )
    last_header = records[top.header][0] if top.header is not None else None
    first = records[top.first_data][0] if top.first_data < len(records) else len(head) + 1
    if top.header is None and top.first_data < len(records):
        notes = (*notes, f"{name} has no header: its columns are called by their position.")
    skipped = tuple(head[: first - 1])
    return _Plan(
        path=path,
        dialect=dialect,
        names=unique_names(cells),
        columns=columns,
        header_line=last_header,
        first_line=first,
        start=_bytes_of(path, skipped),
        skipped=skipped,
        line_end=line_end,
        notes=notes,
    )


def _bytes_of(path: Path, lines: Sequence[str]) -> int:
    with path.open("rb") as file:
        mark = 3 if file.read(3) == b"\xef\xbb\xbf" else 0
    return mark + len("".join(lines).encode("utf-8", errors="surrogateescape"))


def _records_of(head: list[str], dialect: Dialect, declared: int) -> Iterator[tuple[int, list[str]]]:
    """(1-based line, cells) of the first records; a quote that stays open for long is a character like others."""
    index = declared
    while index < len(head):
        lines = 1
        if dialect.quote and dialect.delimiter != BLANKS:
            while lines < 20 and index + lines < len(head) and _is_open(head[index : index + lines], dialect):
                lines += 1
            lines = 1 if lines == 20 else lines
        cells = dialect.split(head[index : index + lines])
        if any(cell.strip() for cell in (cells[0] if cells else [])):
            yield index + 1, [cell.rstrip("\r\n") for cell in cells[0]]
        index += lines


def _is_open(lines: Sequence[str], dialect: Dialect) -> bool:
    return len(dialect.split([*lines, "\x1d"])) == 1 or dialect.split([*lines, "\x1d"])[-1] != ["\x1d"]


def _usual_width(rows: Sequence[Sequence[str]]) -> int:
    widths = [len(row) for row in rows if row]
    return max(set(widths), key=lambda width: (widths.count(width), width), default=0)


def _columns(
    header: list[str], width: int, rows: list[list[str]], name: str
) -> tuple[int, list[str], tuple[str, ...]]:
    """(fields in a row, header cells of the columns that are kept, notes)."""
    if not header:
        return width, [""] * width, ()
    full = [row for row in rows if len(row) == width]
    if width > len(header):
        if all(not any(cell.strip() for cell in row[len(header) :]) for row in full):
            return width, header, ()
        if width == len(header) + 1 and _counts_up([row[0] for row in full]):
            return (
                width,
                ["row", *header],
                (f"{name}: the first column has no name in the header; it counts the rows.",),
            )
        raise Unreadable(
            f"The header of {name} names {len(header)} columns, but its rows have {width}, so it is not certain "
            "which name belongs to which column. Nothing was read.",
            code="structure",
            hint="Export the data again, or name the delimiter with --delimiter.",
        )
    kept = len(header)
    while (
        kept > 1
        and not header[kept - 1].strip()
        and not any(row[kept - 1].strip() for row in rows if len(row) >= kept)
    ):
        kept -= 1
    columns = len(header) if width == len(header) or kept > width else max(kept, width)
    return columns, header[:kept], ()


def _counts_up(cells: Sequence[str]) -> bool:
    numbers = [int(cell) for cell in cells if cell.strip().isdigit()]
    return len(numbers) == len(cells) and all(b > a for a, b in zip(numbers, numbers[1:], strict=False))


def _layout(plan: _Plan) -> Layout:
    dialect = plan.dialect
    simple = len(dialect.delimiter.encode()) == 1 and dialect.delimiter != BLANKS
    return Layout(
        delimiter=ord(dialect.delimiter) if simple else None,
        quote=ord(dialect.quote) if dialect.quote else None,
        line_end=plan.line_end,
        columns=plan.columns if simple else 1,
        start=plan.start,
    )


# --- the verdict ------------------------------------------------------------------------------------------------


def _is_regular(found: Survey, plan: _Plan) -> bool:
    """Whether DuckDB cannot read the file in any other way than the survey did."""
    dialect = plan.dialect
    return (
        (dialect.delimiter == "" or (len(dialect.delimiter.encode()) == 1 and dialect.delimiter != BLANKS))
        and not (dialect.escape or dialect.padded or found.broken_quotes or found.stray_returns)
        and found.carriage_returns in {0, found.line_ends - found.quoted_line_ends - found.open_end}
        and not (found.misfits and found.quoted_line_ends)
        and not _tolerable(found, plan)
        and not (dialect.quote and any(dialect.quote in line for line in plan.skipped[:-1]))
        and sum(dialect.quote in line for line in plan.skipped if dialect.quote) <= 1
    )


def _tolerable(found: Survey, plan: _Plan) -> bool:
    """Misfits that the rewriting may accept: filled up where short, cut where only blanks are too many."""
    return found.misfits > 0 and (
        _trims(found, plan) or any(width > plan.columns for width in found.widths()) or plan.columns == 1
    )


def _trims(found: Survey, plan: _Plan) -> bool:
    """The exporter leaves blank cells at the end of a row out: many rows are short, none ends in a blank cell."""
    short = sum(rows for width, rows in found.widths().items() if width < plan.columns)
    return found.ends_empty == 0 and short >= max(3, 0.02 * found.records) and plan.columns > 2


def _nul(path: Path, name: str, at: int) -> Unreadable:
    with path.open("rb") as file:
        line = 1 + sum(chunk.count(b"\n") for chunk in _until(file, at))
    return Unreadable(
        f"{name} has zero bytes (the first in line {line:,}): it is damaged or no text. Nothing was read.",
        code="nul_bytes",
        hint="Export the data again as CSV.",
    )


def _until(file: object, end: int) -> Iterator[bytes]:
    while end > 0:
        chunk: bytes = file.read(min(end, 1 << 20))  # type: ignore[attr-defined]
        if not chunk:
            return
        end -= len(chunk)
        yield chunk


def _no_rows(name: str, plan: _Plan) -> Unreadable:
    return Unreadable(
        f"{name} has a header and no rows below it. Nothing was read.",
        code="header_only",
        hint="Export the data again with its rows.",
    )


def _mostly_wrong(name: str, refused: int, records: int, columns: int, widths: dict[int, int]) -> Unreadable:
    common = max(widths, key=lambda width: widths[width], default=0)
    return Unreadable(
        f"{refused:,} of {records:,} rows of {name} do not have the {columns} columns of the table "
        f"(most of them have {common}), so the columns are not certain. Nothing was read.",
        code="structure",
        hint="Export the data again, or name the delimiter with --delimiter.",
    )


# --- straight from the file -------------------------------------------------------------------------------------


def _direct(
    plan: _Plan, layout: Layout, found: Survey, name: str, file: FileFound, con: duckdb.DuckDBPyConnection
) -> RawTable | None:
    """DuckDB reads the file itself; None if its first row is not the one that we see."""
    if found.misfits > 0.5 * found.records:
        raise _mostly_wrong(name, found.misfits, found.records, plan.columns, found.widths())
    relation = _read_csv(plan, found)
    all_columns = [f"c{i}" for i in range(plan.columns)]
    table = RawTable(
        file=file,
        names=plan.names,
        types=("VARCHAR",) * len(plan.names),
        rows_estimate=found.records - found.misfits - found.empty_records,
        relation=relation,
        where="NOT (" + " AND ".join(f"{c} = ''" for c in all_columns) + ")" if found.empty_records else "",
        lines=_DirectLines(plan.path, layout, found, plan.first_line),
        refused_count=found.misfits,
        refusals=_DirectRefusals(plan, layout, found, name),
        notes=plan.notes,
    )
    return table if _starts_alike(table, plan, found, con) else None


def _read_csv(plan: _Plan, found: Survey) -> str:
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(plan.columns))
    quote = quoted(plan.dialect.quote)
    options = {
        "auto_detect": "false",
        "header": "false",
        "skip": str(len(plan.skipped)),
        "delim": quoted(plan.dialect.delimiter or "\x1c"),
        "quote": quote,
        "escape": quote,
        "nullstr": quoted(NO_NULL),
        "columns": f"{{{columns}}}",
        "strict_mode": "true",
        "compression": "'none'",
        "ignore_errors": "true" if found.misfits else "false",
        "parallel": "false" if found.quoted_line_ends else "true",
    }
    if found.longest > 1 << 20:
        options |= {
            "max_line_size": str(found.longest + 1024),
            "buffer_size": str(4 * (found.longest + 1024)),
        }
    return f"read_csv({quoted(plan.path)}, {', '.join(f'{key}={value}' for key, value in options.items())})"


def _starts_alike(table: RawTable, plan: _Plan, found: Survey, con: duckdb.DuckDBPyConnection) -> bool:
    import duckdb as engine

    if found.bad and int(found.bad[0][0, 0]) == 0:
        return True  # the first row is refused: there is no cell to compare
    with plan.path.open("rb") as file:
        file.seek(plan.start)
        text = file.read(max(found.longest + 2, 1 << 16)).decode("utf-8", errors="replace")
    expected = next((cells for _, cells in _records_of(_split_lines(text), plan.dialect, 0)), [])
    try:
        row = con.execute(replace(table, where="").select(limit=1)).fetchone()
    except engine.Error:
        return False
    return row is not None and list(row) == expected[: len(row)]


@dataclass(frozen=True)
class _DirectRefusals:
    plan: _Plan
    layout: Layout
    found: Survey
    name: str

    def __call__(self) -> Iterator[RefusedRow]:
        lines = _DirectLines(self.plan.path, self.layout, self.found, self.plan.first_line)
        with self.plan.path.open("rb") as file:
            for rows in self.found.bad:
                at = lines.starting(rows[:, 1].tolist())
                for (_, start, end, width), line in zip(rows.tolist(), at, strict=True):
                    file.seek(start)
                    value = file.read(min(end - start, 4 * SHOWN)).decode("utf-8", errors="replace")[:SHOWN]
                    reason = wrong_width(width, self.plan.columns)
                    yield RefusedRow(
                        file=self.name, line=line, column="", value=value.strip("\r\n"), reason=reason
                    )


@dataclass(frozen=True)
class _DirectLines:
    """Finds physical lines by reading the file once more."""

    path: Path
    layout: Layout
    found: Survey
    first_line: int

    def __call__(self, records: Sequence[int]) -> list[int]:
        if not (self.found.blank_lines or self.found.misfits or self.found.quoted_line_ends):
            return [self.first_line + record for record in records]
        return self._counted(records)

    def _counted(self, records: Sequence[int]) -> list[int]:
        import numpy as np

        wanted = np.asarray(records, dtype=np.int64)
        order = np.argsort(wanted, kind="stable")
        lines = np.zeros(len(wanted), dtype=np.int64)
        bad = (
            np.concatenate([rows[:, 1] for rows in self.found.bad])
            if self.found.bad
            else np.zeros(0, np.int64)
        )
        seen, at = 0, 0
        for first_line, starts in self._starts():
            kept = ~np.isin(starts[:, 0], bad)
            good = starts[kept]
            stop = int(np.searchsorted(wanted[order], seen + len(good)))
            lines[order[at:stop]] = good[wanted[order[at:stop]] - seen, 1] + first_line
            seen, at = seen + len(good), stop
        return lines.tolist()

    def starting(self, positions: list[int]) -> list[int]:
        """Lines of records by the byte position where they start."""
        import numpy as np

        wanted = np.asarray(positions, dtype=np.int64)
        lines = np.zeros(len(wanted), dtype=np.int64)
        for first_line, starts in self._starts():
            at = np.searchsorted(starts[:, 0], wanted)
            hit = (
                (at < len(starts)) & (starts[np.minimum(at, len(starts) - 1), 0] == wanted)
                if len(starts)
                else None
            )
            if hit is not None:
                lines[hit] = starts[at[hit], 1] + first_line
        return lines.tolist()

    def _starts(self) -> Iterator[tuple[int, object]]:
        """Per chunk: its first line, and (byte position, line in the chunk) of each record that begins in it."""
        import numpy as np

        line, inside = self.first_line, False
        for offset, block, _ in blocks(self.path, self.layout.start, self.layout.line_end, 1 << 40):
            chunk = np.frombuffer(block, dtype=np.uint8)
            ends = np.flatnonzero(chunk == self.layout.line_end)
            starts = np.concatenate(([0], ends + 1))
            if len(starts) and starts[-1] >= len(chunk):
                starts = starts[:-1]
            number = np.arange(len(starts))
            if self.layout.quote is not None:
                quotes = np.flatnonzero(chunk == self.layout.quote)
                open_at = (np.searchsorted(quotes, starts) + inside) & 1
                inside ^= bool(len(quotes) & 1)
            else:
                open_at = np.zeros(len(starts), dtype=np.int64)
            following = np.append(chunk, [np.uint8(self.layout.line_end)] * 2)
            blank = (following[starts] == self.layout.line_end) | (
                (following[starts] == CR) & (following[starts + 1] == self.layout.line_end)
            )
            kept = (open_at == 0) & ~blank
            yield line, np.stack([starts[kept] + offset, number[kept]], axis=1)
            line += len(ends)


# --- rewritten --------------------------------------------------------------------------------------------------


def _rewritten(
    plan: _Plan, found: Survey, name: str, file: FileFound, con: duckdb.DuckDBPyConnection, place: Workplace
) -> RawTable:
    simple = plan.dialect.delimiter not in {"", BLANKS}
    fill = simple and not found.broken_quotes and _trims(found, plan)
    result = rewrite(plan.path, name, plan.dialect, plan.columns, plan.first_line, fill, place)
    if result.refused > result.records:
        raise _mostly_wrong(
            name, result.refused, result.records + result.refused, plan.columns, result.widths
        )
    if not result.records:
        raise _no_rows(name, plan)
    notes = plan.notes
    if result.padded:
        notes = (*notes, f"{result.padded:,} rows of {name} end early; their last cells are taken for blank.")
    return RawTable(
        file=file,
        names=plan.names,
        types=("VARCHAR",) * len(plan.names),
        rows_estimate=result.records,
        relation=f"read_parquet({quoted(result.parquet)}, file_row_number=true)",
        record="file_row_number",
        lines=StoredLines(result.parquet, con),
        refused_count=result.refused,
        refusals=result.refusals,
        notes=notes,
    )
