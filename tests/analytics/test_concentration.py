"""Shares, Pareto, HHI against values worked out by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pytest

from kamerton.analytics import concentration
from kamerton.analytics.analyse import analyse
from kamerton.analytics.cubes import collect
from kamerton.analytics.curves import curve
from kamerton.analytics.model import Question, Thresholds
from kamerton.analytics.series import concentration_over_time
from tests.analytics.ledgers import ledger, sale

DEFAULT = Thresholds()
TEN = np.array([400, 200, 100, 100, 50, 50, 40, 30, 20, 10])  # together 1,000
IDS = [f"c{n}" for n in range(10)]


@pytest.mark.requirement("PFA-04")
def test_measures_of_ten_accounts():
    found = concentration.concentration(IDS, TEN, DEFAULT)
    assert found.accounts == 10
    assert found.hhi == pytest.approx(0.16 + 0.04 + 0.02 + 0.005 + 0.0016 + 0.0009 + 0.0004 + 0.0001)
    assert found.effective_accounts == pytest.approx(1 / 0.228)
    assert found.accounts_for_80pct == 4  # 400 + 200 + 100 + 100 is 80 % exactly
    assert found.top20pct_share == 0.6
    assert (found.largest_share, found.top5_share, found.top10_share) == (0.4, 0.85, 1.0)
    assert found.over_10pct == ("c0", "c1")  # 10 % exactly is not above
    assert (found.over_20pct, found.over_70pct) == (("c0",), ())


@pytest.mark.requirement("SEL-14")
def test_pareto_of_a_known_ledger_on_turnover_and_on_income():
    # Five accounts, so the top 20 % is one. Turnover 600 of 1,000; income 100 of 250.
    lines = [
        sale("a", "2024-02-01", 600, cost=500),
        sale("b", "2024-02-01", 200, cost=120),
        sale("c", "2024-02-01", 100, cost=70),
        sale("d", "2024-02-01", 60, cost=30),
        sale("e", "2024-02-01", 40, cost=30),
    ]
    analysis = analyse(ledger(lines), Question())
    assert analysis.concentration_all_time.top20pct_share == 0.6
    assert analysis.concentration_all_time.accounts_for_80pct == 2
    assert analysis.income_concentration_all_time.top20pct_share == 0.4
    assert analysis.income_concentration_all_time.accounts_for_80pct == 3
    points = curve((each.account, each.turnover) for each in analysis.accounts)
    assert [(point.account, point.accounts_share, point.share) for point in points] == [
        ("a", 0.2, 0.6), ("b", 0.4, 0.8), ("c", 0.6, 0.9), ("d", 0.8, 0.96), ("e", 1.0, 1.0),
    ]  # fmt: skip


@pytest.mark.parametrize(("accounts", "top"), [(1, 1), (4, 1), (5, 1), (6, 2), (10, 2), (15, 3), (16, 4)])
def test_the_top_fifth_is_rounded_up(accounts, top):
    assert concentration.top_count(accounts, 0.20) == top


def test_negative_nets_are_in_the_total_but_not_in_hhi():
    found = concentration.concentration(["a", "b", "c"], np.array([100, 50, -50]), DEFAULT)
    assert found.hhi == pytest.approx((2 / 3) ** 2 + (1 / 3) ** 2)
    assert found.largest_share == 1.0
    assert found.accounts_for_80pct == 1
    assert found.over_70pct == ("a",)


def test_without_a_positive_total_there_are_no_shares():
    found = concentration.concentration(["a", "b"], np.array([10, -10]), DEFAULT)
    assert (found.accounts_for_80pct, found.top20pct_share, found.largest_share) == (None, None, None)
    assert (found.over_10pct, found.hhi) == ((), 1.0)


def test_nothing_at_all():
    found = concentration.concentration([], np.zeros(0, dtype=np.int64), DEFAULT)
    assert (found.accounts, found.hhi, found.effective_accounts, found.over_10pct) == (0, None, None, ())


def test_the_whale_curve_rises_above_all_where_accounts_lose_money():
    points = curve([("a", Decimal(80)), ("b", Decimal(40)), ("c", Decimal(-20))])
    assert [point.share for point in points] == [0.8, 1.2, 1.0]


def test_a_thinned_curve_keeps_both_ends_and_the_peak():
    amounts = [(f"{n:04}", Decimal(1000 - n)) for n in range(1500)]
    points = curve(amounts, points=20)
    assert (points[0].accounts, points[-1].accounts) == (1, 1500)
    assert 1000 in [point.accounts for point in points]
    assert len(points) <= 21


@pytest.mark.requirement("PFA-04")
def test_dependence_over_time_at_each_month_end():
    months = [dt.date(2023, month, 10) for month in range(1, 13)] + [
        dt.date(2024, 1, 10),
        dt.date(2024, 2, 10),
    ]
    lines = [sale("steady", day, 100) for day in months]
    lines += [sale("first", "2023-01-01", 1200), sale("late", "2024-02-12", 1300)]
    book = collect(ledger(lines), Question(as_of=dt.date(2024, 2, 15)))
    points = concentration_over_time(book, DEFAULT)
    assert [(point.date, point.turnover.largest_share) for point in points] == [
        (dt.date(2023, 12, 31), 0.5),  # first 1,200 of 2,400
        (dt.date(2024, 1, 31), 1.0),  # only steady is left
        (dt.date(2024, 2, 15), 0.52),  # late 1,300 of 2,500
    ]
    assert points[0].income is None
