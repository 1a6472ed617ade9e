"""Small ledgers written by hand: lines as tuples or keyword arguments, an Ibis table out."""

from __future__ import annotations

import atexit
import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa

from kamerton.analytics.lines import COLUMNS

AS_OF = dt.date(2024, 12, 31)

_ARROW = {
    "VARCHAR": pa.string(),
    "DATE": pa.date32(),
    "DECIMAL(18, 6)": pa.decimal128(18, 6),
    "BIGINT": pa.int64(),
}
SCHEMA = pa.schema([(name, _ARROW[kind]) for name, kind in COLUMNS.items()])


def sale(
    account: str | None, date: str | dt.date, amount: Any, cost: Any = None, **more: Any
) -> dict[str, Any]:
    """One line; a negative amount is a return unless `kind` says otherwise."""
    day = dt.date.fromisoformat(date) if isinstance(date, str) else date
    value = Decimal(str(amount))
    return {
        "account": account,
        "date": day,
        "amount": value,
        "cost": None if cost is None else Decimal(str(cost)),
        "kind": "return" if value < 0 else "sale",
        **more,
    }


@lru_cache(maxsize=1)
def _connection() -> ibis.BaseBackend:
    connection = ibis.duckdb.connect(threads=2)
    atexit.register(_connection.cache_clear)
    atexit.register(connection.disconnect)
    return connection


def ledger(lines: Iterable[Mapping[str, Any]]) -> ibis.Table:
    """The lines as an Ibis table with every canonical column, on DuckDB."""
    rows = [{name: line.get(name) for name in COLUMNS} for line in lines]
    return _connection().create_table("lines", pa.Table.from_pylist(rows, schema=SCHEMA), overwrite=True)


def from_query(query: str, folder: Path) -> Path:
    """A canonical Parquet file from a DuckDB query that names some of the columns."""
    connection = duckdb.connect()
    relation = connection.sql(query)
    columns = ", ".join(
        f"cast({_quoted(name) if name in relation.columns else 'NULL'} as {kind}) as {_quoted(name)}"
        for name, kind in COLUMNS.items()
    )
    out = folder / "lines.parquet"
    connection.execute(f"copy (select {columns} from ({query})) to '{out}' (format parquet)")
    return out


def _quoted(name: str) -> str:
    return f'"{name}"'
