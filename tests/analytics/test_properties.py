"""What must hold for any ledger (Hypothesis)."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kamerton.analytics import series
from kamerton.analytics.analyse import analyse, figures
from kamerton.analytics.cubes import collect
from kamerton.analytics.curves import curve
from kamerton.analytics.model import Question
from tests.analytics.ledgers import ledger, sale

money = st.decimals(min_value=-9_999, max_value=99_999, places=2)
lines = st.lists(
    st.builds(
        sale,
        st.sampled_from(["a", "b", "c", "d", None]),
        st.dates(dt.date(2019, 12, 1), dt.date(2023, 3, 31)),
        money,
        cost=st.none() | money,
        group=st.sampled_from(["Nord", "Süd", None]),
        seller=st.sampled_from(["Ines", "Juri", None]),
        document=st.sampled_from(["1", "2", None]),
        kind=st.sampled_from(["sale", "sale", "return", "cancellation"]),
    ),
    min_size=1,
    max_size=40,
).filter(lambda drawn: any(line["account"] for line in drawn))
dates = st.dates(dt.date(2023, 3, 31), dt.date(2023, 12, 31))
examples = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@examples
@given(lines, dates, st.randoms(use_true_random=False))
def test_the_order_of_the_lines_never_matters(drawn, as_of, shuffler: random.Random):
    question = Question(as_of=as_of)
    first = analyse(ledger(drawn), question)
    shuffled = list(drawn)
    shuffler.shuffle(shuffled)
    assert analyse(ledger(shuffled), question) == first


@examples
@given(lines, dates)
def test_shares_sum_to_one_and_pareto_is_monotone(drawn, as_of):
    analysis = analyse(ledger(drawn), Question(as_of=as_of))
    for shares in (
        [each.share_turnover for each in analysis.accounts],
        [each.share_income for each in analysis.accounts],
        [each.window_share_turnover for each in analysis.accounts],
    ):
        if None not in shares:
            assert sum(shares) == pytest.approx(1)
    found = analysis.concentration_all_time
    if found.hhi is not None:
        assert 0 < found.hhi <= 1 + 1e-12
        assert found.effective_accounts <= found.accounts + 1e-9
    # Up to the first account with a negative net the curve rises, each step by no more than the one before.
    steps = [each.turnover for each in analysis.accounts]
    assert steps == sorted(steps, reverse=True)
    points = [point.amount for point in curve((each.account, each.turnover) for each in analysis.accounts)]
    positive = sum(step > 0 for step in steps)
    assert all(left <= right for left, right in pairwise(points[:positive]))


@examples
@given(lines, dates)
def test_years_windows_months_and_sellers_add_up(drawn, as_of):
    book = collect(ledger(drawn), Question(as_of=as_of))
    analysis = figures(book, Question(as_of=as_of))
    totals = analysis.totals
    assert sum(year.turnover for year in analysis.years) == totals.turnover
    assert sum(each.turnover for each in analysis.accounts) == totals.turnover
    assert sum(each.window_turnover for each in analysis.accounts) == totals.window_turnover
    assert totals.gross - totals.returned == totals.turnover
    for each in analysis.accounts:
        assert sum(amounts.turnover for amounts in each.by_year.values()) == each.turnover
        assert each.gross - each.returned == each.turnover
    for table in (series.monthly(book), series.quarterly(book), series.yearly(book)):
        assert sum(table["turnover"].to_pylist(), Decimal(0)) == totals.turnover
    if analysis.sellers:
        assert sum(seller.turnover for seller in analysis.sellers) == totals.turnover
    inside = [
        line["amount"]
        for line in drawn
        if line["account"] and analysis.window.from_date <= line["date"] <= analysis.window.to_date
    ]
    assert totals.window_turnover == sum(inside, Decimal(0))


@examples
@given(lines, dates)
def test_groups_add_up_to_the_same_as_accounts(drawn, as_of):
    accounts = analyse(ledger(drawn), Question(as_of=as_of))
    groups = analyse(ledger(drawn), Question(as_of=as_of, level="group"))
    for part in ("turnover", "cost", "income", "gross", "returned", "lines", "documents", "window_turnover"):
        assert getattr(groups.totals, part) == getattr(accounts.totals, part)
    assert [(s.seller, s.years) for s in groups.sellers] == [(s.seller, s.years) for s in accounts.sellers]
    by_unit: dict[str, Decimal] = {}
    for each in accounts.accounts:
        unit = each.group or each.account
        by_unit[unit] = by_unit.get(unit, Decimal(0)) + each.turnover
    assert {each.account: each.turnover for each in groups.accounts} == by_unit


@examples
@given(lines, dates)
def test_movements_balance(drawn, as_of):
    analysis = analyse(ledger(drawn), Question(as_of=as_of))
    for before, year in pairwise(analysis.years):
        if before.year == year.year - 1:
            assert year.active == year.retained + year.new + year.reactivated
            assert before.active == year.retained + year.lost
    kept, churned = analysis.retention.logo_retention, analysis.retention.logo_churn
    if kept is not None:
        assert kept + churned == pytest.approx(1)
    if analysis.retention.grr is not None:
        assert analysis.retention.grr <= min(1, analysis.retention.nrr)
