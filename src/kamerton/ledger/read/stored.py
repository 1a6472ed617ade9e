"""Lines of rows that were kept as Parquet with their line number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kamerton.ledger.read.raw import quoted

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class StoredLines:
    """Looks the column `line` up by the row's position."""

    parquet: Path
    con: duckdb.DuckDBPyConnection

    def __call__(self, records: Sequence[int]) -> list[int]:
        rows = self.con.cursor().execute(
            "SELECT p.line FROM (SELECT unnest($wanted::BIGINT[]) AS record, "
            "generate_subscripts($wanted::BIGINT[], 1) AS n) w "
            f"JOIN read_parquet({quoted(self.parquet)}, file_row_number=true) p ON p.file_row_number = w.record "
            "ORDER BY n",
            {"wanted": list(records)},
        )
        return [line for (line,) in rows.fetchall()]
