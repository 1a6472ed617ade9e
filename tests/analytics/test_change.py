"""Growth, movements, states, retention, returns, margins: hand-computed ledgers."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from kamerton.analytics import margins
from kamerton.analytics.analyse import analyse
from kamerton.analytics.cubes import collect
from kamerton.analytics.model import Analysis, Question, Thresholds
from tests.analytics.ledgers import AS_OF, ledger, sale


def analysis_of(lines, **question) -> Analysis:
    return analyse(ledger(lines), Question(**{"as_of": AS_OF, **question}))


def one(analysis: Analysis, account: str):
    return next(each for each in analysis.accounts if each.account == account)


FOUR_YEARS = [
    sale("always", "2021-02-01", 100), sale("always", "2022-02-01", 150), sale("always", "2023-02-01", 75),
    sale("always", "2024-02-01", 75),
    sale("back", "2021-03-01", 40), sale("back", "2023-03-01", 60),
    sale("gone", "2021-04-01", 30), sale("gone", "2022-04-01", 30),
    sale("fresh", "2024-05-01", 20),
]  # fmt: skip


def test_who_came_and_went_each_year():
    years = analysis_of(FOUR_YEARS).years
    assert [(y.year, y.active, y.retained, y.new, y.reactivated, y.lost) for y in years] == [
        (2021, 3, 0, 3, 0, 0),
        (2022, 2, 2, 0, 0, 1),
        (2023, 2, 1, 0, 1, 1),
        (2024, 2, 1, 1, 0, 1),
    ]


def test_a_year_in_which_nobody_bought_still_tells_who_was_lost():
    years = analysis_of([sale("a", "2019-06-01", 10), sale("a", "2023-06-01", 10)]).years
    assert [(y.year, y.active, y.lost, y.reactivated) for y in years] == [
        (2019, 1, 0, 0), (2020, 0, 1, 0), (2023, 1, 0, 1), (2024, 0, 1, 0),
    ]  # fmt: skip


def test_growth_is_empty_where_there_was_nothing_to_grow_from():
    analysis = analysis_of(FOUR_YEARS)
    assert one(analysis, "always").growth == {2022: 0.5, 2023: -0.5, 2024: 0.0}
    assert one(analysis, "back").growth == {2022: -1.0, 2023: None, 2024: -1.0}
    refunded = analysis_of(
        [sale("x", "2022-01-05", -10), sale("x", "2023-01-05", 10), sale("x", "2024-01-05", 10)]
    )
    assert one(refunded, "x").growth == {2023: None, 2024: 0.0}


@pytest.mark.parametrize(
    ("first", "last", "partial"),
    [
        ("2022-01-01", "2023-12-31", []),
        ("2022-01-16", "2023-12-16", []),  # fifteen days are missing at either end
        ("2022-01-17", "2023-12-15", [2022, 2023]),
        ("2022-07-04", "2023-12-30", [2022]),
        ("2022-06-01", "2022-08-01", [2022]),
    ],
)
def test_years_that_the_data_do_not_cover_are_partial(first, last, partial):
    years = analysis_of([sale("a", first, 1), sale("a", last, 1)], as_of=None).years
    assert [each.year for each in years if each.partial] == partial


def test_lines_after_as_of_do_not_exist():
    analysis = analysis_of(
        [sale("a", "2023-05-01", 10), sale("a", "2023-05-02", 90)], as_of=dt.date(2023, 5, 1)
    )
    assert (analysis.totals.turnover, analysis.totals.last_date) == (Decimal("10.00"), dt.date(2023, 5, 1))


@pytest.mark.parametrize(
    ("as_of", "window", "previous"),
    [
        ("2013-11-30", ("2012-12-01", "2013-11-30"), ("2011-12-01", "2012-11-30")),
        ("2024-02-29", ("2023-03-01", "2024-02-29"), ("2022-03-01", "2023-02-28")),
        ("2025-02-28", ("2024-02-29", "2025-02-28"), ("2023-03-01", "2024-02-28")),
        ("2024-06-15", ("2023-06-16", "2024-06-15"), ("2022-06-16", "2023-06-15")),
    ],
)
def test_windows_are_twelve_months_and_their_sums_hold_exactly_their_days(as_of, window, previous):
    dates = [dt.date.fromisoformat(each) for each in (*previous, *window)]
    amounts = (1, 2, 4, 8)
    lines = [sale("a", day, amount) for day, amount in zip(dates, amounts, strict=True)]
    lines += [sale("a", dates[0] - dt.timedelta(days=1), 16)]
    analysis = analysis_of(lines, as_of=dt.date.fromisoformat(as_of))
    assert (analysis.previous.from_date, analysis.previous.to_date) == (dates[0], dates[1])
    assert (analysis.window.from_date, analysis.window.to_date) == (dates[2], dates[3])
    assert (analysis.totals.window_turnover, analysis.totals.previous_turnover) == (Decimal(12), Decimal(3))


STATES = [
    *(sale("new", f"2024-{month:02}-05", 10) for month in range(9, 13)),
    sale("retained", "2023-12-05", 10), sale("retained", "2024-12-05", 10),
    sale("reactivated", "2021-12-05", 10), sale("reactivated", "2024-12-05", 10),
    sale("lost", "2023-12-05", 10),
    *(sale("lapsed", f"2024-{month:02}-05", 10) for month in range(1, 8)),
    sale("returns only", "2024-11-01", -5),
]  # fmt: skip


def test_states():
    analysis = analysis_of(STATES)
    assert {each.account: each.state for each in analysis.accounts} == {
        "new": "new", "retained": "retained", "reactivated": "reactivated", "lost": "lost",
        "lapsed": "lapsed", "returns only": "lost",
    }  # fmt: skip


def test_what_the_ledger_knows_of_habits():
    found = one(analysis_of(STATES), "lapsed")
    # Gaps from 5 January to 5 July 2024: 31, 29, 31, 30, 31, 30, 31 less the last; p95 lies on 31.
    assert (found.purchase_days, found.usual_gap_days, found.long_gap_days) == (7, 30.5, 31.0)
    assert (found.first_purchase, found.last_purchase) == (dt.date(2024, 1, 5), dt.date(2024, 7, 5))
    assert found.silent_days == (AS_OF - dt.date(2024, 7, 5)).days


@pytest.mark.parametrize(
    ("gap_days", "silent_days", "state"),
    [
        (10, 60, "new"),  # silent for 60 days: not longer than the least that counts
        (10, 61, "lapsed"),
        (80, 80, "new"),  # not longer than its own habit
        (80, 81, "lapsed"),
    ],
)
def test_lapsed_is_silence_beyond_the_own_habit_and_sixty_days(gap_days, silent_days, state):
    last = AS_OF - dt.timedelta(days=silent_days)
    lines = [sale("a", last - dt.timedelta(days=gap_days * n), 10) for n in range(4)]
    assert one(analysis_of(lines), "a").state == state


def test_too_few_gaps_tell_no_habit():
    lines = [sale("a", "2024-01-05", 1), sale("a", "2024-01-06", 1), sale("a", "2024-01-07", 1)]
    found = one(analysis_of(lines), "a")
    assert (found.state, found.usual_gap_days, found.long_gap_days) == ("new", None, None)


def test_two_purchases_on_a_day_are_one_purchase_day():
    found = one(
        analysis_of([sale("a", "2024-01-05", 1), sale("a", "2024-01-05", 2), sale("a", "2024-01-06", 0)]), "a"
    )
    assert found.purchase_days == 2  # a line of amount 0 is a purchase


@pytest.mark.requirement("KPI-01")
def test_nine_of_ten_customers_kept_are_ninety_percent():
    lines = [sale(f"c{n}", "2023-06-01", 10) for n in range(10)]
    lines += [sale(f"c{n}", "2024-06-01", 10) for n in range(9)]
    assert analysis_of(lines).retention.logo_retention == 0.9


@pytest.mark.requirement("KPI-02")
def test_churn_counts_the_lost_and_the_lapsed():
    lines = [sale(f"c{n}", "2023-06-01", 10) for n in range(10)]
    lines += [sale(f"c{n}", "2024-11-01", 10) for n in range(8)]
    # c8 came back for two weeks and fell silent, c9 never came back.
    lines += [sale("c8", dt.date(2024, 1, 1) + dt.timedelta(days=5 * n), 10) for n in range(4)]
    found = analysis_of(lines)
    assert (one(found, "c8").state, one(found, "c9").state) == ("lapsed", "lost")
    assert (found.retention.logo_retention, found.retention.logo_churn) == (0.8, 0.2)


def test_gross_and_net_revenue_retention_of_the_closed_cohort():
    lines = [
        sale("grows", "2023-05-01", 100), sale("grows", "2024-05-01", 150),
        sale("shrinks", "2023-05-01", 100), sale("shrinks", "2024-05-01", 60),
        sale("lost", "2023-05-01", 50),
        sale("new", "2024-05-01", 999),
    ]  # fmt: skip
    retention = analysis_of(lines).retention
    assert (retention.grr, retention.nrr) == (160 / 250, 210 / 250)
    assert retention.logo_retention == pytest.approx(2 / 3)


def test_no_window_before_no_retention():
    retention = analysis_of([sale("a", "2024-05-01", 10)]).retention
    assert (retention.grr, retention.nrr, retention.logo_retention, retention.logo_churn) == (None,) * 4


def test_returns_are_positive_and_the_rate_is_of_gross_sales():
    lines = [
        sale("a", "2024-05-01", 100), sale("a", "2024-05-02", -25),
        sale("a", "2024-05-03", -5, kind="cancellation"), sale("b", "2024-05-03", -7),
    ]  # fmt: skip
    analysis = analysis_of(lines)
    found, only = one(analysis, "a"), one(analysis, "b")
    assert (found.turnover, found.gross, found.returned, found.returns_rate) == (70, 100, 30, 0.3)
    assert (only.gross, only.returned, only.returns_rate) == (0, 7, None)
    assert (analysis.totals.gross, analysis.totals.returned) == (Decimal("100.00"), Decimal("37.00"))


def quarters_with_margins(account: str, *margins_in_percent: int) -> list[dict]:
    """The latest rolling quarter last, each with turnover 100 on its first day."""
    months = [
        dt.date(2024, 12, 31) - dt.timedelta(days=45 + 91 * back) for back in range(len(margins_in_percent))
    ]
    return [
        sale(account, day, 100, cost=100 - m)
        for day, m in zip(reversed(months), margins_in_percent, strict=True)
    ]


@pytest.mark.requirement("PFA-05")
@pytest.mark.parametrize(
    ("margin", "alert"),
    [
        ((40, 35, 30, 25), True),
        ((40, 35, 36, 25), False),
        ((40, 40, 35, 30), False),
        ((20, 40, 35, 30, 25), True),
        ((35, 30, 25), False),  # three quarters show two falls only
    ],
)
def test_margin_falling_three_quarters_running_raises_the_alert(margin, alert):
    analysis = analysis_of(quarters_with_margins("a", *margin))
    assert ("margin_falling" in one(analysis, "a").warnings) is alert


def test_a_quarter_without_turnover_has_no_margin_and_no_alert():
    lines = [
        line for line in quarters_with_margins("a", 40, 35, 30, 25) if line["amount"] - line["cost"] != 35
    ]
    assert one(analysis_of(lines), "a").warnings == ()


def test_without_any_cost_there_is_no_margin():
    book = collect(ledger([sale("a", "2024-05-01", 10)]), Question(as_of=AS_OF))
    assert margins.margin_falling(book, Thresholds().alert_quarters).tolist() == [False]
