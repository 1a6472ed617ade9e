"""With the level fewer things are settled first, fewer wait for a decision, and check-ins come less often."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from kamerton.plans.rules.autonomy import MATRIX, MATTERS, asks, is_slow, is_within, missing, next_check_in

DAYS = {1: 7, 2: 14, 3: 30, 4: 90}
START = dt.date(2026, 1, 31)


@pytest.mark.requirement("MGT-04")
def test_each_level_leaves_more_to_the_leader_than_the_one_below():
    for level in (2, 3, 4):
        assert MATRIX[level].asks < MATRIX[level - 1].asks
        assert len(MATRIX[level].records) < len(MATRIX[level - 1].records)
    assert [sum(asks(level, each) for each in MATTERS) for level in MATRIX] == [3, 2, 1, 0]


def test_at_d1_three_records_are_missing():
    assert missing(1, []) == ["goals", "plan", "monitoring"]
    assert missing(1, ["plan"]) == ["goals", "monitoring"]
    assert missing(3, ["goals"]) == []
    assert missing(4, []) == []


def test_check_ins_follow_the_level():
    assert [next_check_in(level, START, DAYS).isoformat() for level in DAYS] == [
        "2026-02-07", "2026-02-14", "2026-03-02", "2026-05-01"]  # fmt: skip


@pytest.mark.parametrize(
    ("budget", "spent", "amount", "within"),
    [("100.00", "40.00", "60.00", True), ("100.00", "40.00", "60.01", False), (None, "0", "0.01", False), ("0", "0", "0.01", False)],
)  # fmt: skip
def test_a_cent_beyond_the_budget_is_beyond(budget, spent, amount, within):
    told = None if budget is None else Decimal(budget)
    assert is_within(told, Decimal(spent), Decimal(amount)) is within


@pytest.mark.parametrize(
    ("level", "started", "today", "slow"),
    [
        (2, START, dt.date(2026, 7, 31), False),
        (2, START, dt.date(2026, 8, 1), True),
        (3, START, dt.date(2027, 8, 1), False),
        (1, None, dt.date(2027, 8, 1), False),
        (
            1,
            dt.date(2025, 8, 31),
            dt.date(2026, 2, 28),
            False,
        ),  # six months after 31 August is the end of February
        (1, dt.date(2025, 8, 31), dt.date(2026, 3, 1), True),
    ],
)
def test_slow_is_below_the_expected_level_for_too_long(level, started, today, slow):
    assert is_slow(level, started, today, expected=3, months=6) is slow
