"""Text files that leave something to guess, split here row by row and kept as Parquet in the workplace."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from kamerton.ledger.read.cells import kind_of_text
from kamerton.ledger.read.model import RefusedRow
from kamerton.ledger.read.plan import Plan
from kamerton.ledger.read.raw import Workplace
from kamerton.ledger.read.splitting import Broken, split
from kamerton.ledger.read.stored import writing
from kamerton.said import Said, from_plain, to_plain

BATCH = 20_000
SHOWN = 200  # characters of a refused row


@dataclass(kw_only=True)
class Rewritten:
    parquet: Path
    refused_path: Path
    records: int = 0
    refused: int = 0
    filled_up: int = 0  # rows that got absent cells at their end
    widths: dict[int, int] = field(default_factory=dict)  # columns -> rows, of the refused

    def refusals(self) -> Iterator[RefusedRow]:
        if self.refused:
            with self.refused_path.open(encoding="utf-8") as file:
                for line in file:
                    told = json.loads(line)
                    yield RefusedRow(**{**told, "reason": from_plain(told["reason"])})


def rewrite(plan: Plan, name: str, *, fill_short: bool, place: Workplace) -> Rewritten:
    """Split the file from its first row of data on; blank rows are left out."""
    result = Rewritten(
        parquet=place.new_path(name + ".parquet"), refused_path=place.new_path(name + ".refused")
    )
    total = plan.path.stat().st_size
    with (
        plan.path.open(encoding="utf-8-sig", newline="") as source,
        result.refused_path.open("w", encoding="utf-8") as refused,
        writing(result.parquet, _schema(plan.columns)) as writer,
    ):
        batches, read = _Batches(writer), 0
        lines = islice(enumerate(source, start=1), plan.first_line - 1, None)
        for number, text, cells in split(lines, plan.dialect, plan.columns):
            read += len(text)
            if number % BATCH == 0:
                place.tell(min(read, total), total, Said("Reading {name}", name=name))
            if isinstance(cells, list) and _is_blank(cells):
                continue
            fitted = cells if isinstance(cells, Broken) else _fit(cells, plan, fill_short)
            if not isinstance(fitted, Broken):
                result.filled_up += len(cells) < plan.columns if isinstance(cells, list) else 0
                batches.add(number, fitted)
                continue
            width = len(cells) if isinstance(cells, list) else 0
            result.widths[width] = result.widths.get(width, 0) + 1
            result.refused += 1
            shown = text[:SHOWN].rstrip("\r\n")
            row = RefusedRow(file=name, line=number, column="", value=shown, reason=fitted.reason)
            refused.write(
                json.dumps(asdict(row) | {"reason": to_plain(row.reason)}, ensure_ascii=False) + "\n"
            )
        batches.flush()
    result.records = batches.rows
    return result


def _is_blank(cells: list[str]) -> bool:
    return not any(cells) or (len(cells) == 1 and not cells[0].strip())


def wrong_width(found: int, expected: int) -> str:
    if found == 1:
        return Said("The row has 1 column, the table has {expected}.", expected=expected)
    return Said("The row has {found} columns, the table has {expected}.", found=found, expected=expected)


def _fit(cells: list[str], plan: Plan, fill_short: bool) -> list[str | None] | Broken:
    """The row at its right width: nothing but blank cells may be cut or, where that is the custom, added."""
    columns = plan.columns
    if len(cells) == columns:
        return list(cells)
    if len(cells) > columns and not any(cell.strip() for cell in cells[columns:]):
        return list(cells[:columns])
    if len(cells) < columns and fill_short and _is_like_others(cells, plan.typed):
        return [*cells, *([None] * (columns - len(cells)))]
    return Broken(reason=wrong_width(len(cells), columns))


def _is_like_others(cells: list[str], typed: frozenset[int]) -> bool:
    """Numbers and dates stand where the other rows have them, so only the end of the row is missing."""
    kinds = [kind_of_text(cells[column]) for column in typed if column < len(cells)]
    return "text" not in kinds and any(kind != "empty" for kind in kinds)


class _Batches:
    """Gathers rows as text columns c0, c1, ... and `line`, and hands them on in batches."""

    def __init__(self, writer: pq.ParquetWriter) -> None:
        self.writer = writer
        self.buffer: list[list[str | None]] = []
        self.lines: list[int] = []
        self.rows = 0

    def add(self, line: int, cells: list[str | None]) -> None:
        self.buffer.append(cells)
        self.lines.append(line)
        self.rows += 1
        if len(self.buffer) >= BATCH:
            self.flush()

    def flush(self) -> None:
        if not self.buffer:
            return
        columns = [pa.array(column, type=pa.string()) for column in zip(*self.buffer, strict=True)]
        lines = pa.array(self.lines, type=pa.int64())
        self.writer.write_batch(pa.record_batch([*columns, lines], schema=self.writer.schema))
        self.buffer.clear()
        self.lines.clear()


def _schema(columns: int) -> pa.Schema:
    return pa.schema(
        [*[pa.field(f"c{i}", pa.string()) for i in range(columns)], pa.field("line", pa.int64())]
    )
