"""Ranks, weights and quarters of the portfolio maps: by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamerton.portfolio.maps_rules import MAPS, QUARTERS, WEIGHTS, against, is_whole, quarter, ranks, weighted


def test_ranks_by_hand():
    assert ranks({"a": 1.0, "b": 3.0, "c": 2.0, "d": None}) == {"a": 1 / 6, "b": 5 / 6, "c": 3 / 6}
    assert ranks({"a": 5.0, "b": 5.0}) == {"a": 0.5, "b": 0.5}
    assert ranks({"a": 5.0}) == {"a": 0.5}
    assert ranks({"a": None}) == {}


def test_against_the_mean_by_hand():
    assert against({"a": 0.0, "b": 0.1, "c": 0.3, "d": None}, 0.1) == {
        "a": 0.0,
        "b": 0.5,
        "c": pytest.approx(0.75),
    }
    assert against({"a": 0.0}, 0.0) == {"a": 0.0}


def test_an_axis_is_the_mean_of_what_is_known_by_its_weights():
    weights = {"wallet": 0.4, "health": 0.3, "staying": 0.3}
    assert weighted({"wallet": 1.0, "health": 0.0, "staying": 0.0}, weights) == pytest.approx(0.4)
    assert weighted({"wallet": None, "health": 1.0, "staying": 0.0}, weights) == pytest.approx(0.5)
    assert weighted({"wallet": None, "health": None}, weights) is None
    assert weighted({"health": 1.0}, {"health": 0.0}) is None


@pytest.mark.parametrize(
    ("weights", "whole"),
    [({"a": 0.5, "b": 0.5}, True), ({"a": 0.5, "b": 0.49}, False), ({"a": 1.5, "b": -0.5}, False),
     ({"a": 0.1, "b": 0.2, "c": 0.7}, True)],
)  # fmt: skip
def test_weights_are_parts_of_one(weights, whole):
    assert is_whole(weights) is whole


def test_given_weights_are_whole_and_every_map_has_four_quarters():
    assert all(is_whole(each) for each in WEIGHTS.values())
    assert MAPS.keys() == QUARTERS.keys()
    assert {len(set(each)) for each in QUARTERS.values()} == {4}


@pytest.mark.parametrize(
    ("x", "y", "name"),
    [(0.2, 0.2, "streamline"), (0.8, 0.2, "status"), (0.2, 0.8, "star"), (0.8, 0.8, "strategic"),
     (0.5, 0.5, "streamline"), (0.51, 0.51, "strategic")],
)  # fmt: skip
def test_quarters_of_attractiveness_and_strength(x, y, name):
    assert quarter("attractiveness", x, y) == name


@given(st.dictionaries(st.text(max_size=3), st.none() | st.floats(-1e9, 1e9), max_size=30))
def test_ranks_keep_the_order_and_stay_on_the_map(values):
    told = ranks(values)
    assert set(told) == {key for key, value in values.items() if value is not None}
    assert all(0 < each < 1 for each in told.values())
    for one in told:
        for other in told:
            if values[one] < values[other]:
                assert told[one] < told[other]
