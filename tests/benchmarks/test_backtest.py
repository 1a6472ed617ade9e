"""The back-test on a small company whose endings are planted."""

from __future__ import annotations

import datetime as dt

import duckdb
import pyarrow as pa
import pytest

from benchmarks import backtest
from tests.analytics import planted
from tests.analytics.ledgers import from_query


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> list[backtest.Cut]:
    folder = tmp_path_factory.mktemp("planted")
    columns = ("account", "date", "amount", "cost", "kind")
    table = pa.Table.from_pylist([{name: line[name] for name in columns} for line in planted.lines()])
    raw = folder / "raw.parquet"
    duckdb.from_arrow(table).write_parquet(str(raw))
    return list(backtest.cuts(from_query(f"select * from '{raw}'", folder), folder))


def test_dates_leave_a_year_after_and_about_a_year_before():
    assert list(backtest.dates(35)) == [12, 15, 18, 21, 24]
    assert list(backtest.dates(17)) == [12]


def test_every_date_is_told_by_what_was_known(found):
    assert [each.on for each in found][:2] == [dt.date(2022, 12, 31), dt.date(2022, 9, 30)]
    assert found[0].method == "own_past"
    assert found[-1].method == "default"
    silence = [backtest.mean(found, 0, figure, 0) for figure in (0, 2)]
    assert all(value is not None and value > 0.8 for value in silence)


def test_the_section_tells_every_figure_and_goes_where_it_stood(found):
    text = backtest.section({"superstore": found}, ["northwind"])
    rows = [row for row in text.splitlines() if row.startswith("| Superstore | lost")]
    assert len(rows) == 4
    assert all(len(row.split("|")) == 11 for row in rows)
    assert "Northwind" in text
    results = "# Measured\n\n| What |\n"
    once = backtest.placed(results, text)
    assert backtest.kept(once) == text
    assert backtest.placed(once, text) == once
    assert once.startswith("# Measured\n\n| What |\n\n## ")
