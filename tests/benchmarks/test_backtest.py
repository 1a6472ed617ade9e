"""The back-test on a small company whose endings are planted."""

from __future__ import annotations

import datetime as dt

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from benchmarks import backtest, made_books
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
    assert all(len(row.split("|")) == 12 for row in rows)
    assert "Northwind" in text
    results = "# Measured\n\n| What |\n"
    once = backtest.placed(results, text)
    assert backtest.kept(once) == text
    assert backtest.placed(once, text) == once
    assert once.startswith("# Measured\n\n| What |\n\n## ")


def cut(ours: list[float], theirs: list[float], lost: list[bool]) -> backtest.Cut:
    flags, told = np.array(lost), (np.array(ours), *(np.array(theirs) for _ in range(4)))
    pairs = tuple((backtest.telling.auc(each, flags), backtest.telling.lift(each, flags)) for each in told)
    return backtest.Cut(
        on=dt.date(2025, 1, 1), method="default", accounts=len(lost), came=(0.5, 0.5), told=(0.5, 0.5),
        figures=(pairs, pairs), who=np.arange(len(lost)), each=(told, told), happened=(flags, flags),
    )  # fmt: skip


def test_a_figure_that_tells_all_is_better_whoever_is_drawn():
    lost = [at % 2 == 0 for at in range(40)]
    right, wrong = [float(each) for each in lost], [float(not each) for each in lost]
    better = backtest.difference([cut(right, wrong, lost)], 0, 0)
    worse = backtest.difference([cut(wrong, right, lost)], 0, 0)
    assert better is not None
    assert worse is not None
    assert (better.value, better.low, better.verdict) == (1.0, 1.0, "yes")
    assert (worse.value, worse.high, worse.verdict) == (-1.0, -1.0, "no")


def test_one_account_more_or_less_is_chance():
    lost = [at < 20 for at in range(40)]
    theirs = [float(40 - at) for at in range(40)]
    ours = [*theirs[:19], theirs[20], theirs[19], *theirs[21:]]
    found = backtest.difference([cut(ours, theirs, lost)], 0, 0)
    assert found is not None
    assert found.value < 0
    assert found.verdict == "no, within chance"
    assert found == backtest.difference([cut(ours, theirs, lost)], 0, 0)  # the same in every run


@pytest.mark.parametrize("name", made_books.KINDS)
def test_a_made_book_is_the_same_in_every_run(name, tmp_path):
    first = made_books.made_book(name, tmp_path).read_bytes()
    assert made_books.made_book(name, tmp_path).read_bytes() == first
    assert len(first.splitlines()) > 2000
