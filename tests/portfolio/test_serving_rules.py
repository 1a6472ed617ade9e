"""Cost to serve, the whale curve and what people bring after costs: computed by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamerton.portfolio.serving_rules import (
    Done,
    Part,
    Profit,
    Rate,
    cost_of,
    net_of_people,
    parts_of,
    rate_on,
    whale,
)

RATES = [
    Rate("visit", Decimal("100.00"), dt.date(2025, 1, 1)),
    Rate("visit", Decimal("150.00"), dt.date(2025, 7, 1)),
    Rate("call", Decimal("20.00"), dt.date(2025, 1, 1)),
]


def profit(account: str, income: str, cost: str = "0.00", turnover: str = "1000.00") -> Profit:
    return Profit(account, account, Decimal(turnover), Decimal(income), Decimal(cost))


@pytest.mark.parametrize(
    ("day", "rate"),
    [(dt.date(2024, 12, 31), "0"), (dt.date(2025, 1, 1), "100.00"), (dt.date(2025, 6, 30), "100.00"),
     (dt.date(2025, 7, 1), "150.00")],
)  # fmt: skip
def test_the_newest_rate_that_had_begun_counts(day, rate):
    assert rate_on(RATES, "visit", day) == Decimal(rate)


def test_a_cost_to_serve_by_hand():
    done = [
        Done("A", "visit", dt.date(2025, 6, 1), 2),
        Done("A", "visit", dt.date(2025, 8, 1), 1),
        Done("A", "call", dt.date(2025, 8, 1), 3),
        Done("B", "event", dt.date(2025, 8, 1), 5),
    ]
    told = parts_of(done, RATES, [("A", "transport", Decimal("75.50")), ("A", "transport", Decimal("4.50"))])
    assert told["A"] == (
        Part("visit", 3, Decimal("350.00")),
        Part("transport", None, Decimal("80.00")),
        Part("call", 3, Decimal("60.00")),
    )
    assert cost_of(told["A"]) == Decimal("490.00")
    assert cost_of(told["B"]) == 0  # nobody has said what an event costs


def test_the_whale_rises_to_its_peak_and_falls():
    told = whale(
        [profit("a", "100.00", "130.00"), profit("b", "80.00", "10.00"), profit("c", "50.00", "20.00")]
    )
    assert [(each.account, so_far) for each, so_far in told] == [("b", 70), ("c", 100), ("a", 70)]


@pytest.mark.requirement("PFA-02")
def test_a_star_seller_whose_portfolio_costs_more_than_it_brings_ranks_low():
    found = [profit("big", "900.00", "700.00", "9000.00"), profit("small", "300.00", "20.00", "900.00")]
    told = net_of_people(found, {"big": 1, "small": 2}, {1: Decimal("250.00")})
    assert [(each.person, each.net) for each in told] == [(2, 280), (1, -50)]


def test_a_person_without_accounts_still_costs():
    told = net_of_people([], {}, {7: Decimal("10.00")})
    assert [(each.person, each.accounts, each.net) for each in told] == [(7, 0, Decimal("-10.00"))]


amounts = st.integers(0, 100_000).map(lambda cents: Decimal(cents).scaleb(-2))


@given(st.lists(st.tuples(amounts, amounts), max_size=20))
def test_the_curve_ends_at_the_sum_and_never_rises_after_its_peak(told):
    curve = whale([profit(f"{at:02d}", str(income), str(cost)) for at, (income, cost) in enumerate(told)])
    sums = [so_far for _each, so_far in curve]
    if sums:
        assert sums[-1] == sum((income - cost for income, cost in told), Decimal(0))
        peak = sums.index(max(sums))
        assert sums[peak:] == sorted(sums[peak:], reverse=True)
