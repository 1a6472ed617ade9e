"""Dividing a department's targets: parts add up, follow the year before, and say where they do not."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kamerton.plans.rules.department import Aim, apportioned, derived, reached, total


def cents(least: int) -> st.SearchStrategy[Decimal]:
    return st.integers(least, 10**11).map(lambda units: Decimal(units).scaleb(-2))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    volume=cents(0),
    clients=st.integers(0, 10_000),
    base=st.dictionaries(
        st.integers(1, 50), st.builds(Aim, cents(-10_000), st.integers(0, 500)), min_size=1, max_size=12
    ),
)
def test_parts_always_add_up_and_none_is_negative(volume, clients, base):
    parts = derived(Aim(volume, clients), base)
    assert set(parts) == set(base)
    assert total(parts.values()) == Aim(volume, clients)
    assert min(part.volume for part in parts.values()) >= 0


@pytest.mark.parametrize(
    ("units", "weights", "parts"),
    [
        (100, [3, 1], [75, 25]),
        (10, [1, 1, 1], [4, 3, 3]),  # the first of equals gets what is left
        (10, [2, 1], [7, 3]),  # 6.67 and 3.33: the larger remainder
        (5, [0, 0], [3, 2]),  # nobody sold: all the same
        (5, [-7, 1], [0, 5]),  # less than nothing is nothing
        (0, [1, 2], [0, 0]),
        (7, [], []),
    ],
)
def test_largest_remainder(units, weights, parts):
    assert apportioned(units, [Decimal(each) for each in weights]) == parts


def test_an_overfulfilled_target_is_more_than_one():
    assert reached(Decimal(110), Decimal(100)) == 1.1
    assert reached(Decimal(5), Decimal(0)) is None
