"""Churn risk: what is read off the past, what is learned of it, and what pushes it up."""

from __future__ import annotations

import datetime as dt
import random

import numpy as np
import pytest

from kamerton.analytics import churn, cubes, telling
from kamerton.analytics.past import Past
from tests.analytics import planted
from tests.analytics.ledgers import ledger, sale


def past_of(lines, as_of: dt.date = planted.AS_OF) -> Past:
    return Past(cubes.scan(ledger(lines), as_of).book("account"))


@pytest.fixture(scope="module")
def past() -> Past:
    return past_of(planted.lines())


def units(past: Past, told: churn.Evidence) -> list[str]:
    return [past.book.units[at] for at in told.who.tolist()]


def test_the_past_says_what_a_book_of_that_day_would_have_said(past):
    """Nothing that came later is in it."""
    then = churn.evidence(past, 12)
    day = dt.date(2022, 12, 31)
    book_then = past_of([line for line in planted.lines() if line["date"] <= day], day)
    same = churn.evidence(book_then)
    assert units(past, then) == units(book_then, same)
    for name in ("scores", "silent", "usual_gap", "now", "usual", "half", "half_before", "no_purchase"):
        np.testing.assert_array_equal(getattr(then, name), getattr(same, name), err_msg=name)


def test_measures_of_one_account_by_hand():
    lines = [
        sale("a", "2023-01-10", 100, 60), sale("a", "2023-04-10", 200, 120), sale("a", "2023-11-01", 300, 150),
        sale("a", "2023-11-02", -60, -30), sale("gone", "2022-11-01", 500, 100),
    ]  # fmt: skip
    past = past_of(lines)
    told = churn.evidence(past)
    assert units(past, told) == ["a"]  # who has not bought for a year is lost already
    assert (told.silent.tolist(), told.bought.tolist(), told.quarter.tolist()) == ([60], [3.0], [1.0])
    assert (told.now.tolist(), told.half.tolist(), told.half_before.tolist()) == ([540.0], [240.0], [300.0])
    assert told.margin.tolist() == pytest.approx([(540 - 300) / 540])
    assert told.returns.tolist() == [0.1]
    # Two gaps in 295 days of its own, and the company's middle gap of 147.5 days twice.
    assert told.usual_gap.tolist() == [147.5]
    assert np.isnan(told.no_purchase).all()  # too few accounts for a fit


def test_an_average_account_of_an_unknown_company_has_the_base_rates():
    model = churn.learn([])
    nobody = np.zeros((1, len(churn.MEASURES)))
    told = churn.Evidence(**{**vars(churn.evidence(past_of([sale("a", "2023-11-01", 1)]))), "scores": nobody})
    risk = churn.assess(told, model)
    assert model.method == "default"
    assert risk.lost.tolist() == pytest.approx([0.20])
    assert risk.risk.tolist() == pytest.approx([0.20 + 0.80 * 0.25])
    assert risk.points.tolist() == [[0.0] * len(churn.MEASURES)]


def test_outcomes_are_counted_in_the_twelve_months_after():
    lines = [
        sale("half", "2022-06-01", 100), sale("half", "2023-06-01", 50),
        sale("less", "2022-06-01", 100), sale("less", "2023-06-01", 49.99),
        sale("lost", "2022-06-01", 100), sale("lost", "2023-06-01", -100),
    ]  # fmt: skip
    past = past_of(lines)
    told = churn.evidence(past, 12)
    came = churn.outcome(past, 12, told.who)
    assert units(past, told) == ["half", "less", "lost"]
    assert came.lost.tolist() == [False, False, True]
    assert came.shrunk.tolist() == [False, True, True]


@pytest.mark.requirement("FBK-04")  # the chart of the baseline: tests/web/test_health.py
def test_a_decline_in_orders_raises_the_risk(past):
    """Of two accounts alike in everything else the one that orders less and less stands higher, whatever the weights."""
    steady = [sale("steady", day, 100) for day in _days(30)]
    fading = [sale("fading", day, 100 if day < dt.date(2023, 6, 1) else 30) for day in _days(30, slow=61)]
    both = past_of([*planted.lines(), *steady, *fading])
    learning = churn.Learning(both)
    told = learning.evidence(0)
    for model in (learning.model(), churn.learn([])):
        risk = dict(zip(units(both, told), churn.assess(told, model).risk.tolist(), strict=True))
        assert risk["fading"] > risk["steady"] + 0.05


def _days(gap: int, slow: int | None = None) -> list[dt.date]:
    day, found = dt.date(2021, 1, 4), []
    while day <= planted.AS_OF:
        found.append(day)
        day += dt.timedelta(days=slow if slow and day >= dt.date(2023, 6, 1) else gap)
    return found


def test_the_company_s_own_past_is_learned_where_it_is_long_enough(past):
    learning = churn.Learning(past)
    assert past.months == 48
    assert learning.origins(0) == [12, 15, 18, 21]
    assert learning.origins(24) == [36]  # with eleven months before it; 39 has eight
    model = learning.model()
    assert (model.method, model.origins) == ("own_past", 4)
    assert model.events >= churn.MIN_EVENTS
    assert not np.allclose(model.lost, churn.learn([]).lost)
    assert learning.model(36).method == "default"


def test_it_tells_the_planted_endings_apart(past):
    learning = churn.Learning(past)
    told, model = learning.evidence(12), learning.model(12)
    came, risk = churn.outcome(past, 12, told.who), churn.assess(told, model)
    found = telling.auc(risk.lost, came.lost)
    assert int(came.lost.sum()) >= 3
    assert found is not None
    assert found > 0.9
    assert np.all((risk.lost >= 0) & (risk.lost <= risk.risk) & (risk.risk <= 1))


def test_the_order_of_the_lines_changes_no_digit(past):
    shuffled = planted.lines()
    random.Random(1).shuffle(shuffled)
    again = past_of(shuffled)
    one, other = (churn.Learning(each) for each in (past, again))
    for name in ("lost", "risk", "points"):
        np.testing.assert_array_equal(
            getattr(churn.assess(one.evidence(0), one.model()), name),
            getattr(churn.assess(other.evidence(0), other.model()), name),
        )


def test_many_outcomes_move_the_weights_and_few_leave_them_near_the_default():
    silence = churn.MEASURES.index("silence") + 1

    def weight(accounts: int) -> float:
        scores = np.zeros((accounts, len(churn.MEASURES)))
        scores[:, silence - 1] = np.linspace(-2, 2, accounts)
        lost = scores[:, silence - 1] < -1  # the contrary of what is usual
        return float(churn.learn([(scores, lost, lost | (scores[:, silence - 1] > 1.9))]).lost[silence])

    default = churn.DEFAULT["silence"][0]
    assert weight(20) == default  # too few to learn from
    assert default > weight(60) > weight(600) > weight(6_000)
    assert weight(6_000) < -0.5


def test_what_is_the_same_for_all_pushes_nobody():
    told = churn.evidence(past_of([sale(name, "2023-11-01", 10) for name in "abcd"]))
    assert not told.scores.any()
