"""AUC, lift and tenths, counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamerton.analytics import telling


def told(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float64)


def came(text: str) -> np.ndarray:
    return np.array([each == "x" for each in text])


@pytest.mark.parametrize(
    ("figure", "happened", "expected"),
    [
        (told(3, 2, 1), "x--", 1.0),
        (told(3, 2, 1), "--x", 0.0),
        (told(1, 1), "x-", 0.5),
        (told(4, 3, 2, 1), "x-x-", 0.75),  # of four pairs the third beats the fourth only
        (told(1, 2), "--", None),
        (told(1, 2), "xx", None),
    ],
)
def test_auc(figure, happened, expected):
    assert telling.auc(figure, came(happened)) == expected


def test_lift_of_the_tenth_at_the_top():
    # Two of ten were lost, one of them stands first: one in one against two in ten.
    assert telling.lift(told(*range(10, 0, -1)), came("x------x--")) == 5.0


def test_lift_counts_ties_in_part_so_that_the_order_of_names_is_nothing():
    assert telling.lift(told(*[7] * 20), came("x" * 5 + "-" * 15)) == pytest.approx(1.0)
    assert telling.lift(told(1, 2), came("--")) is None


def test_tenths_go_from_the_highest_down():
    found = telling.tenths(np.arange(20) / 20, np.arange(20) >= 18)
    assert [(each.accounts, each.happened) for each in found] == [(2, 2)] + [(2, 0)] * 9
    assert (found[0].told, found[0].came, found[-1].told) == (0.925, 1.0, 0.025)


def test_fewer_than_ten_accounts_make_fewer_groups():
    assert [each.accounts for each in telling.tenths(told(1, 2, 3), came("x--"))] == [1, 1, 1]


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=2, max_size=40))
def test_auc_turned_round_is_its_complement(rows):
    figure, happened = told(*(each for each, _ in rows)), np.array([each for _, each in rows])
    up, down = telling.auc(figure, happened), telling.auc(-figure, happened)
    assert (up is None) == (down is None)
    if up is not None and down is not None:
        assert 0 <= up <= 1
        assert up + down == pytest.approx(1)
