"""Lines of rows that were kept as Parquet with their line number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from kamerton.ledger.read.raw import quoted

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
