"""A regular text file, read by DuckDB where it lies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import duckdb
import numpy as np

from kamerton.ledger.read.model import FileFound, RefusedRow
from kamerton.ledger.read.plan import Plan, records_of, split_lines
from kamerton.ledger.read.raw import NO_NULL, RawTable, quoted
from kamerton.ledger.read.rewriting import SHOWN, wrong_width
from kamerton.ledger.read.survey import CR, Block, Positions, Survey, blocks

_DEFAULT_LINE = 1 << 20  # DuckDB's own limit is 2 MB; above half of it we set one


def direct_table(
    plan: Plan, found: Survey, file: FileFound, con: duckdb.DuckDBPyConnection
) -> RawTable | None:
    """None if the first row that DuckDB reads is not the one that we see."""
    lines = DirectLines(plan, found)
    table = RawTable(
        file=file,
        names=plan.names,
        types=("VARCHAR",) * len(plan.names),
        rows_estimate=found.records - found.misfits - found.empty_records,
        relation=_read_csv(plan, found),
        where=not_blank(plan.columns) if found.empty_records else "",
        lines=lines,
        refused_count=found.misfits,
        refusals=_Refusals(plan, found, file.name, lines),
        notes=plan.notes,
    )
    return table if _starts_alike(table, plan, found, con) else None


def not_blank(columns: int) -> str:
    """SQL condition that leaves out rows of delimiters only."""
    return "NOT (" + " AND ".join(f"c{i} = ''" for i in range(columns)) + ")"


def _read_csv(plan: Plan, found: Survey) -> str:
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(plan.columns))
    options = {
        "auto_detect": "false",
        "header": "false",
        "skip": str(len(plan.skipped)),
        "delim": quoted(plan.dialect.delimiter or "\x1c"),
        "quote": quoted(plan.dialect.quote),
        "escape": quoted(plan.dialect.quote),
        "nullstr": quoted(NO_NULL),
        "columns": f"{{{columns}}}",
        "strict_mode": "true",
        "compression": "'none'",
        "ignore_errors": "true" if found.misfits else "false",
        # A reader that starts in the middle cannot be certain whether a line end stands in quotes.
        "parallel": "false" if found.quoted_line_ends else "true",
    }
    if found.longest > _DEFAULT_LINE:
        options |= {
            "max_line_size": str(found.longest + 1024),
            "buffer_size": str(4 * (found.longest + 1024)),
        }
    return f"read_csv({quoted(plan.path)}, {', '.join(f'{key}={value}' for key, value in options.items())})"


def _starts_alike(table: RawTable, plan: Plan, found: Survey, con: duckdb.DuckDBPyConnection) -> bool:
    first_good = int(next((i for i, row in enumerate(found.bad_rows()[:1000, 0]) if i != row), found.misfits))
    with plan.path.open("rb") as file:
        file.seek(plan.start)
        text = file.read(max(found.longest + 2, 1 << 16)).decode("utf-8", errors="replace")
    records = [cells for _, cells in records_of(split_lines(text)[:1000], plan.dialect)]
    if first_good >= len(records):
        return first_good > 0
    try:
        row = con.execute(replace(table, where="").select(limit=1)).fetchone()
    except duckdb.Error:
        return False
    return row is not None and list(row) == records[first_good][: len(row)]


@dataclass(frozen=True)
class _Refusals:
    plan: Plan
    found: Survey
    name: str
    lines: DirectLines

    def __call__(self) -> Iterator[RefusedRow]:
        with self.plan.path.open("rb") as file:
            for rows in self.found.bad:
                lines = self.lines.starting(rows[:, 1])
                for (_, start, end, width), line in zip(rows.tolist(), lines, strict=True):
                    file.seek(start)
                    value = file.read(min(end - start, 4 * SHOWN)).decode("utf-8", errors="replace")
                    reason = wrong_width(width, self.plan.columns)
                    yield RefusedRow(file=self.name, line=line, column="", value=value[:SHOWN], reason=reason)


@dataclass(frozen=True)
class DirectLines:
    """Finds physical lines by reading the file once more, where counting alone does not tell."""

    plan: Plan
    found: Survey

    def __call__(self, records: Sequence[int]) -> list[int]:
        if not (self.found.blank_lines or self.found.misfits or self.found.quoted_line_ends):
            return [self.plan.first_line + record for record in records]
        wanted = np.asarray(records, dtype=np.int64)
        order = np.argsort(wanted, kind="stable")
        lines = np.zeros(len(wanted), dtype=np.int64)
        bad = self.found.bad_rows()[:, 1]
        seen, at = 0, 0
        for positions, numbers in self._starts():
            kept = numbers[~np.isin(positions, bad)]
            stop = int(np.searchsorted(wanted[order], seen + len(kept)))
            lines[order[at:stop]] = kept[wanted[order[at:stop]] - seen]
            seen, at = seen + len(kept), stop
        return [int(line) for line in lines]

    def starting(self, wanted: Positions) -> list[int]:
        """Lines of records by the byte position where they start."""
        lines = np.zeros(len(wanted), dtype=np.int64)
        for positions, numbers in self._starts():
            if len(positions):
                at = np.minimum(np.searchsorted(positions, wanted), len(positions) - 1)
                hit = positions[at] == wanted
                lines[hit] = numbers[at[hit]]
        return [int(line) for line in lines]

    def _starts(self) -> Iterator[tuple[Positions, Positions]]:
        """Per block: byte positions and physical lines of the records that begin in it."""
        layout = self.plan.layout()
        line, inside = self.plan.first_line, False
        for block in blocks(self.plan.path, layout.start, layout.line_end, 1 << 40):
            ends = np.flatnonzero(block.bytes() == layout.line_end)
            starts = np.concatenate((np.zeros(1, dtype=np.int64), ends + 1))
            starts = starts[starts < block.size]
            kept = ~_blank(block, starts, layout.line_end)
            if layout.quote is not None and (inside or block.has(layout.quote)):
                quotes = np.flatnonzero(block.bytes() == layout.quote)
                kept &= ((np.searchsorted(quotes, starts) + inside) & 1) == 0
                inside ^= bool(len(quotes) & 1)
            yield starts[kept] + block.offset, np.flatnonzero(kept) + line
            line += len(ends)


def _blank(block: Block, starts: Positions, line_end: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    chunk = np.append(block.bytes(), np.full(2, line_end, dtype=np.uint8))
    returned = (chunk[starts] == CR) & (chunk[starts + 1] == line_end)
    return np.asarray((chunk[starts] == line_end) | returned, dtype=np.bool_)
