"""Health: parts by hand, weights, boundaries, and what must hold whatever the parts are."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamerton.analytics import cubes, health
from kamerton.analytics.health import DEFAULT_WEIGHTS, PARTS, Rooms
from kamerton.analytics.past import Past
from kamerton.analytics.weeks import WEEKS, weekly
from tests.analytics.ledgers import AS_OF, ledger, sale

POINTS = st.floats(0, 100)
SOME_PARTS = st.fixed_dictionaries({name: st.none() | POINTS for name in PARTS})
WEIGHTS = st.lists(st.floats(0.01, 1), min_size=5, max_size=5).map(
    lambda each: dict(zip(PARTS, [value / sum(each) for value in each], strict=True))
)


def one(value: float) -> np.ndarray:
    return np.array([value], dtype=np.float64)


@pytest.mark.parametrize(
    ("now", "before", "points"),
    [
        (100, 100, 50),
        (80, 100, 30),
        (50, 100, 0),
        (20, 100, 0),
        (-5, 100, 0),
        (150, 100, 100),
        (900, 100, 100),
    ],
)
def test_change_gives_a_point_for_each_hundredth(now, before, points):
    assert health.of_change(one(now), one(before))[0] == pytest.approx(points)


def test_nothing_before_tells_no_change():
    assert np.isnan(health.of_change(np.array([5.0, 5.0]), np.array([0.0, -1.0]))).all()


@pytest.mark.parametrize(("silent", "points"), [(0, 100), (10, 100), (25, 50), (40, 0), (400, 0)])
def test_silence_counts_from_the_usual_gap_to_four_of_them(silent, points):
    assert health.of_silence(one(silent), one(10))[0] == points


def test_returns_are_measured_by_the_company_s_own():
    # The company gives back 10 of 200: 5 %. None, as many, twice and four times as many.
    returned, bought = np.array([0, 5, 0, 5.0]), np.array([50, 100, 25, 25.0])
    assert health.of_returns(returned, bought).tolist() == [100.0, 75.0, 100.0, 0.0]


def test_a_company_without_returns_is_told_nothing_by_them():
    assert np.isnan(health.of_returns(np.zeros(2), np.array([5.0, 0.0]))).all()


@pytest.mark.parametrize(
    ("rooms", "points"),
    [
        (Rooms(), None),
        (Rooms(strength=60.0), 60.0),
        (Rooms(strength=60.0, roles_known=0.5), 0.7 * 60 + 0.3 * 50),
        (Rooms(roles_known=1.0), None),  # roles alone say that somebody wrote them down
    ],
)
def test_relationship(rooms, points):
    assert health.relationship(rooms) == points


@pytest.mark.parametrize(
    ("by_returns", "overdue", "points"), [(None, 0, None), (90.0, 0, 90.0), (90.0, 2, 60.0), (None, 1, 85.0), (20.0, 9, 0.0)]
)  # fmt: skip
def test_service(by_returns, overdue, points):
    assert health.service(by_returns, overdue) == points


def test_mean_of_the_parts_that_have_data():
    found = health.health({"growth": 40.0, "service": 90.0, "payment": None}, DEFAULT_WEIGHTS)
    assert found.total == 55  # (0.35 x 40 + 0.15 x 90) / 0.5
    assert found.parts == {"growth": 40.0, "service": 90.0}
    assert found.weights == pytest.approx({"growth": 0.7, "service": 0.3})


@pytest.mark.parametrize(
    ("ledger", "rooms", "parts"),
    [
        ({"growth": 40.0}, None, {"growth": 40.0}),
        ({"growth": 40.0}, Rooms(overdue=1), {"growth": 40.0, "service": 85.0}),
        ({"growth": 40.0, "service": 75.0}, Rooms(overdue=1), {"growth": 40.0, "service": 60.0}),
        ({"growth": 40.0}, Rooms(strength=50.0), {"growth": 40.0, "relationship": 50.0}),
    ],
)
def test_parts_of_the_ledger_and_of_the_rooms(ledger, rooms, parts):
    assert health.parts_of(ledger, rooms) == parts


@given(st.lists(st.tuples(st.none() | POINTS, st.none() | POINTS), min_size=1, max_size=9), WEIGHTS)
def test_many_at_once_are_each_alone(rows, weights):
    parts = {
        name: np.array([np.nan if row[at] is None else row[at] for row in rows], dtype=np.float64)
        for at, name in enumerate(("growth", "service"))
    }
    for found, (growth, service) in zip(health.totals(parts, weights).tolist(), rows, strict=True):
        alone = health.health({"growth": growth, "service": service}, weights).total
        assert (None if np.isnan(found) else found) == alone


def test_without_any_part_there_is_no_health():
    assert health.health({}, DEFAULT_WEIGHTS).total is None
    assert health.health({"plan": 50.0}, {**DEFAULT_WEIGHTS, "plan": 0.0, "growth": 0.45}).total is None


@pytest.mark.parametrize(
    ("mean", "standing"),
    [(66.4, "middling"), (66.5, "good"), (67.0, "good"), (33.0, "poor"), (33.4, "poor"), (33.5, "middling"),
     (34.0, "middling"), (0.0, "poor"), (100.0, "good")],
)  # fmt: skip
def test_good_from_67_poor_to_33_of_the_number_that_is_shown(mean, standing):
    total = health.health({"growth": mean}, DEFAULT_WEIGHTS).total
    assert total is not None
    assert health.standing(total) == standing


def test_the_lines_can_be_set():
    assert (health.standing(70, good=71), health.standing(40, poor=40)) == ("middling", "poor")


def test_the_weights_of_the_default_sum_to_one():
    assert set(DEFAULT_WEIGHTS) == set(PARTS)
    assert health.sums_to_one(DEFAULT_WEIGHTS.values())
    assert not health.sums_to_one([0.35, 0.2, 0.15, 0.2, 0.11])


@given(SOME_PARTS, WEIGHTS)
def test_health_lies_between_0_and_100_and_between_its_parts(parts, weights):
    found = health.health(parts, weights)
    known = [value for value in parts.values() if value is not None]
    if not known:
        assert found.total is None
        return
    assert found.total is not None
    assert 0 <= found.total <= 100
    assert min(known) - 0.51 <= found.total <= max(known) + 0.51
    assert sum(found.weights.values()) == pytest.approx(1)


@given(SOME_PARTS, WEIGHTS, st.sampled_from(PARTS), POINTS, POINTS)
def test_a_better_part_never_makes_it_worse(parts, weights, name, one_value, other):
    low, high = sorted((one_value, other))
    worse, better = (health.health({**parts, name: each}, weights).total for each in (low, high))
    assert worse is not None
    assert better is not None
    assert worse <= better


# --- from the ledger -------------------------------------------------------------------------------------


def from_lines(lines, back: int = 0):
    scan = cubes.scan(ledger(lines), AS_OF)
    book = scan.book("account")
    found = health.from_ledger(Past(book), weekly(scan, book), back)
    return {unit: at for at, unit in enumerate(book.units)}, found


def test_weeks_count_back_from_the_date():
    lines = [
        sale("a", AS_OF, 10), sale("a", AS_OF - dt.timedelta(days=6), 1), sale("a", AS_OF - dt.timedelta(days=7), 100),
        sale("a", AS_OF - dt.timedelta(days=8), -30), sale("b", AS_OF - dt.timedelta(days=7 * WEEKS), 5), sale(None, AS_OF, 9),
    ]  # fmt: skip
    scan = cubes.scan(ledger(lines), AS_OF)
    book = scan.book("account")
    found = weekly(scan, book)
    assert found.sold(0, 1).tolist() == [11.0, 0.0]
    assert found.sold(1, 2).tolist() == [70.0, 0.0]
    assert found.bought(1, 2).tolist() == [100.0, 0.0]
    assert found.sold(0, WEEKS).tolist() == [81.0, 0.0]  # what lies before is left out


def test_growth_by_hand():
    def bought(account: str, weeks_ago: int, amount: int):
        return sale(account, AS_OF - dt.timedelta(weeks=weeks_ago), amount)

    # Every week 10 for two years, then 12 in the last quarter; the new one has nothing to compare with.
    lines = [bought("old", at, 12 if at < 13 else 10) for at in range(104)]
    lines += [bought("new", at, 10) for at in range(20)]
    place, found = from_lines(lines)
    old, new = place["old"], place["new"]
    assert found.quarter[old] == pytest.approx(50 + 20)
    assert found.year[old] == pytest.approx(50 + 100 * (13 * 12 + 39 * 10) / 520 - 100)
    assert found.rhythm[old] == 100
    assert found.growth[old] == pytest.approx(0.6 * 100 + 0.2 * 70 + 0.2 * 55)
    assert np.isnan(found.quarter[new])
    assert np.isnan(found.year[new])
    assert found.growth[new] == found.rhythm[new] == 100


def test_an_earlier_week_knows_nothing_of_what_came_later():
    weekly_buyer = [sale("a", AS_OF - dt.timedelta(weeks=at), 10) for at in range(10, 140)]
    other = [sale("b", AS_OF - dt.timedelta(weeks=at), 10) for at in range(140)]
    place, now = from_lines(weekly_buyer + other)
    _, then = from_lines(weekly_buyer + other, 10)
    assert now.rhythm[place["a"]] == 0
    assert then.rhythm[place["a"]] == 100
