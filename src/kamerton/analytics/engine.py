"""Opening a ledger for analysis: DuckDB through Ibis over Parquet files.

Figures take any Ibis table with the columns of `lines.COLUMNS`; this module is the embedded default.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kamerton.analytics.lines import COLUMNS

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa
    from ibis.backends.duckdb import Backend

_MEGABYTE = 1024**2


def open_parquet(
    paths: Sequence[Path], *, memory_bytes: int = 900 * _MEGABYTE, threads: int | None = None, temp_dir: Path
) -> tuple[Backend, ibis.Table]:
    """Connect DuckDB to Parquet batches. Beyond `memory_bytes` it spills into `temp_dir`.

    Without any path the table is empty, with the right columns. The caller disconnects.
    """
    import ibis  # noqa: PLC0415

    settings = {
        "memory_limit": f"{max(memory_bytes // _MEGABYTE, 64)}MB",
        "temp_directory": str(temp_dir),
        # Nothing depends on the order of lines, and keeping it costs memory.
        "preserve_insertion_order": False,
        **({"threads": threads} if threads else {}),
    }
    connection = ibis.duckdb.connect(**settings)
    if paths:
        return connection, connection.read_parquet([str(path) for path in paths])
    columns = ", ".join(f'cast(NULL as {kind}) as "{name}"' for name, kind in COLUMNS.items())
    # Ibis asks DuckDB 2 for the schema of a bare query in a way that is gone; of a view it does not.
    connection.raw_sql(f"create temp view no_lines as select {columns} where false")
    return connection, connection.table("no_lines")


def load() -> None:
    """Import what an analysis needs, about a second: for a thread beside the reading of a file."""
    import ibis  # noqa: PLC0415
    import pyarrow.compute as _  # noqa: F401, PLC0415
    import scipy.special  # noqa: F401, PLC0415

    # The backend's module and the compilers behind it come with the first attribute.
    ibis.duckdb  # noqa: B018


def fetched(expression: ibis.Table) -> pa.Table:
    """The rows of an expression, from whatever engine it runs on.

    On DuckDB it takes the Arrow table as it comes: Ibis would import pandas to convert nothing. It also
    would for an in-memory table, which is why no expression here uses one.
    """
    backend = expression.get_backend()
    if backend.name == "duckdb":
        return backend._to_duckdb_relation(expression).to_arrow_table()  # noqa: SLF001 - held by the pin on Ibis
    return expression.to_pyarrow()
