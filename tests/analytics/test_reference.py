"""Every account of AdventureWorks against the independent answers (the whole set, not an extract)."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import pytest

from kamerton.analytics.analyse import analyse
from kamerton.analytics.engine import open_parquet
from kamerton.analytics.model import Analysis, Concentration, Question
from tests.analytics.ledgers import from_query

#: The reference was rounded as a binary float: an exact half cent may have gone either way.
CENT = Decimal("0.01")


@pytest.fixture(scope="module")
def reference(shared_sets: Path) -> dict:
    return json.loads((shared_sets / "reference" / "adventureworks_dw.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def analysis(shared_sets: Path, reference: dict, tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    folder = tmp_path_factory.mktemp("adventureworks")
    parquet = shared_sets / "adventureworks_dw" / "parquet"
    query = f"""
        select ResellerKey as account, ResellerName as account_name, OrderDate as date,
            SalesOrderNumber as document, SalesAmount as amount, TotalProductCost as cost,
            EmployeeKey as seller, 'sale' as kind
        from '{parquet}/FactResellerSales.parquet' join '{parquet}/DimReseller.parquet' using (ResellerKey)
    """
    connection, lines = open_parquet([from_query(query, folder)], temp_dir=folder)
    found = analyse(lines, Question(as_of=dt.date.fromisoformat(reference["rolling12"]["as_of"])))
    connection.disconnect()
    return found


def same(ours: Decimal | None, theirs: float | None) -> bool:
    return abs((ours or Decimal(0)) - Decimal(str(theirs or 0))) <= CENT


def assert_concentration(ours: Concentration, theirs: dict) -> None:
    assert ours.accounts == theirs["customers"]
    assert ours.hhi == pytest.approx(theirs["hhi_0_1"], abs=6e-7)
    assert ours.accounts_for_80pct == theirs["n_customers_80pct"]
    assert list(ours.over_10pct) == theirs["over_10pct_ids"]
    for share, top in ((ours.largest_share, 1), (ours.top5_share, 5), (ours.top10_share, 10)):
        assert share == pytest.approx(theirs[f"top{top}_share"], abs=6e-7)


def test_totals(analysis, reference):
    totals, expected = analysis.totals, reference["totals"]
    assert float(totals.turnover) == expected["revenue"]
    assert float(totals.cost) == expected["cost"]
    assert float(totals.income) == expected["margin"]
    assert (totals.accounts, totals.documents, totals.lines) == (
        expected["customers"],
        expected["orders"],
        expected["rows"],
    )


def test_every_account_in_every_year(analysis, reference):
    found = {each.account: each for each in analysis.accounts}
    assert set(found) == {each["customer"] for each in reference["customers"]}
    for expected in reference["customers"]:
        ours = found[expected["customer"]]
        assert same(ours.turnover, expected["revenue"]), expected
        assert same(ours.income, expected["margin"]), expected
        for year, amounts in ours.by_year.items():
            assert same(amounts.turnover, expected["by_year"].get(str(year))), (expected, year)
            assert same(amounts.income, expected["margin_by_year"].get(str(year))), (expected, year)


def test_years_and_movements(analysis, reference):
    assert [year.year for year in analysis.years if year.partial] == reference["partial_years"]
    for ours, expected in zip(analysis.years, reference["per_year"], strict=True):
        assert (ours.year, float(ours.turnover), float(ours.cost)) == (
            expected["year"],
            expected["revenue"],
            expected["cost"],
        )
        assert_concentration(analysis.concentration_by_year[ours.year], expected["concentration"])
    for ours, expected in zip(analysis.years, reference["activity_by_year"], strict=True):
        counts = ("active", "retained", "new", "reactivated", "lost")
        assert [getattr(ours, name) for name in counts] == [expected[name] for name in counts]


def test_concentration_and_windows(analysis, reference):
    assert_concentration(analysis.concentration_all_time, reference["concentration_all_time"])
    latest, before, _ = reference["rolling12"]["windows"]
    assert_concentration(analysis.concentration_window, latest["concentration"])
    assert float(analysis.totals.window_turnover) == latest["revenue"]
    assert float(analysis.totals.window_income) == latest["margin"]
    assert float(analysis.totals.previous_turnover) == before["revenue"]


def test_top_twenty(analysis, reference):
    for ours, expected in zip(analysis.accounts, reference["top20"], strict=False):
        assert (ours.rank, ours.account, ours.name) == (
            expected["rank"],
            expected["customer"],
            expected["name"],
        )
        assert ours.share_turnover == pytest.approx(expected["share_of_revenue"], abs=6e-7)
        assert ours.share_income == pytest.approx(expected["share_of_margin"], abs=6e-7)
        growth = {int(year): value for year, value in expected["yoy"].items()}
        assert ours.growth == pytest.approx(growth, abs=6e-7)
        assert same(ours.window_turnover, expected["rolling12"]["w0"])
        assert same(ours.previous_turnover, expected["rolling12"]["w1"])


def test_sellers(analysis, reference):
    found = {each.seller: each for each in analysis.sellers}
    for expected in reference["by_salesperson"]:
        ours = found[str(expected["employee_key"])]
        assert same(ours.turnover, expected["revenue"])
        assert same(ours.income, expected["margin"])
        assert ours.accounts == expected["customers"]
