"""Slipping, lost, lapsed, neglected, and what if one left."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from kamerton.analytics import attention
from kamerton.analytics.analyse import analyse
from kamerton.analytics.model import Analysis, Question
from tests.analytics.ledgers import AS_OF, ledger, sale


def analysis_of(lines, **question) -> Analysis:
    return analyse(ledger(lines), Question(**{"as_of": AS_OF, **question}))


def ids(accounts) -> list[str]:
    return [each.account for each in accounts]


def test_slipping_by_the_size_of_the_fall_on_the_basis():
    lines = [
        sale("a", "2023-12-01", 100, cost=50), sale("a", "2024-12-01", 90, cost=45),
        sale("b", "2023-12-01", 100, cost=50), sale("b", "2024-12-01", 100, cost=80),
        sale("up", "2023-12-01", 100, cost=50), sale("up", "2024-12-01", 200, cost=80),
        sale("lost", "2023-12-01", 500, cost=50),
    ]  # fmt: skip
    assert ids(attention.slipping(analysis_of(lines))) == ["b", "a"]
    assert ids(attention.slipping(analysis_of(lines, basis="turnover"))) == ["a"]
    assert ids(attention.slipping(analysis_of(lines), limit=1)) == ["b"]


def test_lost_are_those_of_the_window_before_only():
    lines = [
        sale("recent", "2023-12-01", 10), sale("bigger", "2023-05-01", 50),
        sale("long ago", "2021-12-01", 900), sale("here", "2024-12-01", 1),
    ]  # fmt: skip
    assert ids(attention.lost(analysis_of(lines))) == ["bigger", "recent"]


def regular(account: str, amount: int, *, gap_days: int, count: int, silent_days: int) -> list[dict]:
    last = AS_OF - dt.timedelta(days=silent_days)
    return [sale(account, last - dt.timedelta(days=gap_days * n), amount) for n in range(count)]


def test_lapsed_by_what_they_bought():
    lines = [
        *regular("x", 10, gap_days=7, count=8, silent_days=100),
        *regular("y", 20, gap_days=7, count=8, silent_days=100),
        *regular("z", 99, gap_days=7, count=8, silent_days=10),
    ]
    assert ids(attention.lapsed(analysis_of(lines))) == ["y", "x"]


@pytest.mark.parametrize(
    ("growing", "silent_days", "neglected"),
    [(True, 29, ["small"]), (True, 28, []), (False, 29, [])],
)
def test_neglected_is_small_growing_and_silent(growing, silent_days, neglected):
    before = 30 if growing else 100
    lines = [
        *regular("small", 10, gap_days=14, count=8, silent_days=silent_days),
        sale("small", "2023-06-01", before),
    ]
    lines += [sale("large", "2024-12-01", 9_000), sale("large", "2023-06-01", 900)]
    # Gaps of 14 days: silent for more than twice that.
    assert ids(attention.neglected(analysis_of(lines))) == neglected


def test_what_goes_if_one_leaves_and_who_then_weighs_too_much():
    lines = [sale("helios", "2024-05-01", 40, cost=10), sale("second", "2024-05-01", 20, cost=10)]
    lines += [sale(f"c{n}", "2024-05-01", 10, cost=5) for n in range(4)]
    loss = attention.what_if_lost(analysis_of(lines, basis="turnover"), "helios")
    assert (loss.share_turnover, loss.share_income) == (0.4, 0.5)
    assert (loss.turnover, loss.income) == (Decimal(40), Decimal(30))
    assert loss.becoming_critical == ("second",)  # 20 of 60 then, 20 of 100 now
    assert loss.becoming_key == ("c0", "c1", "c2", "c3")
    with pytest.raises(KeyError):
        attention.what_if_lost(analysis_of(lines), "nobody")
