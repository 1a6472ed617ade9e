"""DuckDB through Ibis, and the pins that hold it together."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from decimal import Decimal

import ibis
import pyarrow as pa
import pytest

from kamerton.analytics import adoption, cubes, seller_portfolios, series
from kamerton.analytics.analyse import analyse
from kamerton.analytics.engine import open_parquet
from kamerton.analytics.lines import COLUMNS
from kamerton.analytics.model import Question
from tests.analytics.ledgers import AS_OF, ledger, sale


def test_in_memory_tables_work_with_the_pinned_sqlglot():
    connection = ibis.duckdb.connect()
    table = connection.create_table("t", pa.table({"k": ["a", "b"], "v": [1, 2]}))
    other = ibis.memtable(pa.table({"k": ["b"], "d": ["2024-01-01"]}))
    assert table.semi_join(other, "k").to_pyarrow().to_pylist() == [{"k": "b", "v": 2}]
    connection.disconnect()


def test_without_batches_there_is_an_empty_ledger(tmp_path):
    connection, lines = open_parquet([], temp_dir=tmp_path)
    assert lines.columns == tuple(COLUMNS)
    with pytest.raises(cubes.NothingToAnalyse):
        analyse(lines, Question())
    connection.disconnect()


def test_several_batches_are_one_ledger(tmp_path):
    for at, line in enumerate([sale("a", "2024-01-01", 3), sale("b", "2024-02-01", 4)]):
        ledger([line]).to_parquet(tmp_path / f"{at}.parquet")
    connection, lines = open_parquet(sorted(tmp_path.glob("*.parquet")), threads=1, temp_dir=tmp_path)
    assert analyse(lines, Question()).totals.turnover == 7
    connection.disconnect()


def test_an_analysis_does_not_import_pandas(tmp_path):
    ledger([sale("a", "2024-01-01", 3)]).to_parquet(tmp_path / "lines.parquet")
    script = (
        "import sys; from pathlib import Path; from kamerton.analytics import analyse, engine, model\n"
        f"engine.load(); folder = Path({str(tmp_path)!r})\n"
        "_, lines = engine.open_parquet([folder / 'lines.parquet'], temp_dir=folder)\n"
        "assert analyse.analyse(lines, model.Question()).totals.turnover == 3\n"
        "assert 'pandas' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


EXPRESSIONS = {
    "span": cubes.span_of,
    "cells": lambda lines: cubes.cells_of(lines, AS_OF),
    "names": cubes.names_of,
    "sellers": cubes.sellers_of,
    "documents": cubes.documents_of,
    "shared documents": cubes.shared_documents_of,
    "days": cubes.days_of,
    "adoption": lambda lines: adoption.first_purchases(lines, AS_OF, AS_OF),
    "portfolios": lambda lines: seller_portfolios.portfolio_sums(lines, AS_OF, 3),
    "products by quarter": lambda lines: series.sums_by(
        lines, by=("account", "product"), period="quarter", as_of=AS_OF
    ),
    "sellers by window": lambda lines: series.sums_by(lines, by=("seller",), period="window", as_of=AS_OF),
    "rows": lambda lines: series.rows_of(lines, accounts=["a"], from_date=AS_OF),
}


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "pyspark"])
@pytest.mark.parametrize("name", EXPRESSIONS)
def test_every_expression_compiles_for_every_engine(name, dialect):
    lines = ibis.table({column: kind.lower() for column, kind in _ibis_types().items()}, name="lines")
    assert ibis.to_sql(EXPRESSIONS[name](lines), dialect=dialect)


@pytest.mark.skipif("KAMERTON_TEST_POSTGRES" not in os.environ, reason="no PostgreSQL named for tests")
def test_postgresql_gives_the_same_analysis_to_the_last_digit():
    lines = ledger(
        sale(
            f"c{n % 17}",
            dt.date(2021, 1, 31) + dt.timedelta(days=n * 3),
            Decimal(n * 37 % 1000 - 100) / 8,
            cost=n % 50 if n % 5 else None,
            document=f"D{n // 3}",
            group="Nord" if n % 17 < 4 else None,
            seller=f"Seller {n % 2}",
            product=f"P{n // 40}",
        )
        for n in range(400)
    )
    server = ibis.connect(os.environ["KAMERTON_TEST_POSTGRES"])
    there = server.create_table("kamerton_lines", lines.to_pyarrow(), temp=True)
    for level in ("account", "group"):
        question = Question(as_of=dt.date(2024, 2, 15), level=level)
        assert analyse(there, question) == analyse(lines, question)
    for name, expression in EXPRESSIONS.items():
        ours, theirs = (
            sorted(map(str, expression(table).to_pyarrow().to_pylist())) for table in (lines, there)
        )
        assert ours == theirs, name
    server.disconnect()


def _ibis_types() -> dict[str, str]:
    names = {"VARCHAR": "string", "DATE": "date", "BIGINT": "int64"}
    return {column: names.get(kind, kind) for column, kind in COLUMNS.items()}
