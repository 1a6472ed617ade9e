"""Rows that are kept as Parquet in the workplace, with their line numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from kamerton.ledger.read.raw import quoted


@contextmanager
def writing(path: Path, schema: pa.Schema) -> Iterator[pq.ParquetWriter]:
    """A Parquet file; an error while writing, such as a full disk, stays the error that is raised."""
    writer = pq.ParquetWriter(path, schema, compression="lz4")
    try:
        yield writer
    except BaseException:
        with suppress(OSError, pa.ArrowException):
            writer.close()
        raise
    writer.close()


_LINES = """
WITH wanted AS (
    SELECT unnest($records::BIGINT[]) AS record, generate_subscripts($records::BIGINT[], 1) AS place
)
SELECT line FROM wanted JOIN {stored} ON file_row_number = record ORDER BY place
"""


@dataclass(frozen=True)
class StoredLines:
    """Looks the column `line` up by the row's position."""

    parquet: Path
    con: duckdb.DuckDBPyConnection

    def __call__(self, records: Sequence[int]) -> list[int]:
        stored = f"read_parquet({quoted(self.parquet)}, file_row_number=true)"
        rows = self.con.cursor().execute(_LINES.replace("{stored}", stored), {"records": list(records)})
        return [line for (line,) in rows.fetchall()]
