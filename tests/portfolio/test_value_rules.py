"""Lifetime value by stated assumptions, and what moved a portfolio: computed by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamerton.portfolio.value_rules import moved, worth


@pytest.mark.requirement("PFA-03")
def test_a_lifetime_value_by_hand():
    told = worth(
        Decimal("1000.00"), [Decimal("100.00")], horizon_years=3, retention_rate=0.8, discount_rate=0.1
    )
    # 100 x 0.8 / 1.1, 100 x 0.64 / 1.21, 100 x 0.512 / 1.331
    assert [each.value for each in told.years] == [Decimal("72.73"), Decimal("52.89"), Decimal("38.47")]
    assert told.total == Decimal("1164.09")


@pytest.mark.requirement("PFA-03")
def test_two_clients_of_equal_income_differ_in_value_by_who_stays():
    faithful, fickle = (
        worth(Decimal(0), [Decimal("100.00")], horizon_years=5, retention_rate=rate, discount_rate=0.1).total
        for rate in (0.95, 0.5)
    )
    assert faithful > fickle


def test_the_last_planned_year_goes_on():
    told = worth(
        Decimal(0),
        [Decimal("10.00"), Decimal("20.00")],
        horizon_years=4,
        retention_rate=1.0,
        discount_rate=0.0,
    )
    assert [each.income for each in told.years] == [Decimal("10.00")] + [Decimal("20.00")] * 3
    assert told.total == Decimal("70.00")


def test_over_a_long_horizon_it_comes_to_the_steady_state():
    told = worth(Decimal(0), [Decimal("1000000.00")], horizon_years=30, retention_rate=0.8, discount_rate=0.1)
    assert float(told.total) / 1_000_000 == pytest.approx(0.8 / (1 + 0.1 - 0.8), abs=0.001)  # 2.67


@pytest.mark.parametrize(
    "wrong", [{"planned": []}, {"horizon_years": 0}, {"retention_rate": 1.1}, {"discount_rate": -1.0}]
)
def test_what_is_no_assumption_is_refused(wrong):
    told = {"planned": [Decimal(1)], "horizon_years": 5, "retention_rate": 0.8, "discount_rate": 0.1} | wrong
    with pytest.raises(ValueError, match="no assumptions"):
        worth(Decimal(0), told.pop("planned"), **told)


def test_what_moved_a_portfolio_by_hand():
    now = {"a": Decimal(150), "b": Decimal(90), "c": Decimal(40)}
    then = {"a": Decimal(100), "b": Decimal(100), "d": Decimal(70)}
    told = moved(now, then)
    assert (told.accounts, told.now, told.then, told.came, told.left, told.same) == (3, 280, 270, 40, 70, 40)


values = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 10_000).map(Decimal))


@given(values, values)
def test_the_parts_of_a_change_add_up(now, then):
    told = moved(now, then)
    assert told.then + told.came - told.left + told.same == told.now
    assert told.same == sum((now[each] - then[each] for each in now.keys() & then.keys()), Decimal(0))
