"""The clock of a claim, and what many of them tell."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamerton.service import rules
from kamerton.service.rules import Course, Deadlines, Handled, Terms, WorkingClock

CLOCK = WorkingClock(zone=dt.UTC, free=frozenset({dt.date(2026, 3, 10)}))


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> dt.datetime:
    """In March 2026: the 2nd is a Monday, the 10th is free."""
    return dt.datetime(2026, 3, day, hour, minute, second, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        (at(2, 9), 2, at(2, 11)),
        (at(2, 16), 1, at(2, 17)),  # to the stroke of closing
        (at(2, 16), 2, at(3, 9)),
        (at(2, 6), 2, at(2, 10)),  # before opening the clock waits
        (at(2, 20), 2, at(3, 10)),
        (at(6, 16), 2, at(9, 9)),  # a weekend between
        (at(7, 12), 1, at(9, 9)),  # a Saturday
        (at(9, 16), 2, at(11, 9)),  # a free day between
        (at(2, 8), 9, at(2, 17)),
        (at(2, 8), 10, at(3, 9)),
    ],
)
def test_hours_pass_while_people_work(start, hours, due):
    assert rules.after_hours(start, hours, CLOCK) == due


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (at(2, 9), 1, at(3, 17)),
        (at(2, 23), 1, at(3, 17)),
        (at(6, 9), 1, at(9, 17)),
        (at(9, 9), 1, at(11, 17)),
        (at(2, 9), 5, at(9, 17)),
    ],
)
def test_days_end_when_work_ends(start, days, due):
    assert rules.after_days(start, days, CLOCK) == due


def test_hours_are_those_of_the_zone_and_a_day_may_end_at_midnight():
    warsaw = WorkingClock(zone=ZoneInfo("Europe/Warsaw"))
    assert rules.after_hours(at(2, 6), 1, warsaw) == at(2, 8)  # opens at 7 in UTC
    night = WorkingClock(zone=dt.UTC, opens=0, closes=24, weekdays=frozenset(range(7)))
    assert rules.after_hours(at(2, 20), 5, night) == at(3, 1)


@given(
    start=st.integers(0, 500_000).map(lambda minutes: at(1, 0) + dt.timedelta(minutes=minutes)),
    hours=st.integers(1, 60),
)
def test_what_is_due_lies_ahead_in_working_time_and_more_hours_are_never_sooner(start, hours):
    due, later = rules.after_hours(start, hours, CLOCK), rules.after_hours(start, hours + 1, CLOCK)
    assert start < due < later
    assert CLOCK.works(due.date())
    assert CLOCK.opening(due.date()) < due <= CLOCK.closing(due.date())


@pytest.mark.parametrize(
    ("met", "now", "late"),
    [
        (None, at(2, 11), False),  # on the stroke is in time
        (None, at(2, 11, 0, 1), True),
        (at(2, 11), at(9, 9), False),
        (at(2, 11, 0, 1), at(2, 11, 0, 1), True),
    ],
)
@pytest.mark.requirement("CLM-01")
def test_late_is_past_the_stroke(met, now, late):
    assert rules.is_late(at(2, 11), met, now) is late


DUE = Deadlines(at(2, 11), at(4, 17), at(12, 17))


@pytest.mark.parametrize(
    ("course", "following"),
    [
        (Course(received=at(2, 9), due=DUE), ("acknowledge", at(2, 11))),
        (Course(received=at(2, 9), due=DUE, acknowledged=at(2, 10)), ("answer", at(4, 17))),
        (Course(received=at(2, 9), due=DUE, acknowledged=at(2, 10), answered=at(3, 9)), ("settle", at(12, 17))),
        (Course(received=at(2, 9), due=DUE, closed=at(3, 9)), None),
    ],
)  # fmt: skip
def test_what_is_next(course, following):
    assert rules.next_mark(course) == following


def test_the_marks_say_which_was_late():
    told = rules.marks(Course(received=at(2, 9), due=DUE, acknowledged=at(2, 12)), at(3, 9))
    assert [(mark.step, mark.is_late) for mark in told] == [
        ("acknowledge", True),
        ("answer", False),
        ("settle", False),
    ]


def test_expediting_never_gives_more_time():
    key = rules.deadlines(at(11, 9), Terms(2, 2, 10), CLOCK)
    assert rules.sooner(DUE, key) == DUE
    assert rules.sooner(Deadlines(at(20, 9), at(20, 9), at(30, 9)), DUE) == DUE


@pytest.mark.parametrize(
    ("is_key", "expedited", "priority"),
    [(False, False, 2), (True, False, 1), (False, True, 0), (True, True, 0)],
)
def test_what_is_expedited_goes_before_key_accounts(is_key, expedited, priority):
    assert rules.priority(is_key=is_key, expedited=expedited) == priority


def test_what_closing_still_asks_for():
    assert rules.missing_outcome(cause="goods", solution=" ", satisfied="", lesson="None") == [
        "solution",
        "satisfied",
    ]


def handled(day: int, hours: float, days: float | None, **more) -> Handled:
    received = at(day, 9)
    closed = received + dt.timedelta(days=days) if days is not None else None
    course = Course(
        received=received, due=rules.deadlines(received, Terms(2, 2, 5), CLOCK),
        acknowledged=received + dt.timedelta(hours=hours), closed=closed,
    )  # fmt: skip
    return Handled(**({"kind": "quality", "cause": "goods", "account": 1, "course": course, "state": "settled",
                       "currency": "EUR"} | more))  # fmt: skip


def test_a_summary_adds_up():
    rows = [
        handled(2, 1, 3, amount=Decimal(100), credit=Decimal(40), satisfied="yes", in_log=True),
        handled(2, 4, 20, amount=Decimal(10), satisfied="partly"),
        handled(3, 1, None, amount=Decimal(7), currency="USD", account=2),
    ]
    told = rules.summary(rows, at(4, 9))
    assert (told.count, told.open) == (3, 1)
    assert told.amounts == {"EUR": Decimal(110), "USD": Decimal(7)}
    assert told.credits == {"EUR": Decimal(40)}
    assert (told.acknowledge_hours, told.settle_days) == (1, 11.5)
    assert told.acknowledged_in_time == pytest.approx(2 / 3)
    assert told.settled_in_time == 0.5  # what is open and not due yet is not judged
    assert told.satisfied == 0.75
    assert told.learned == 0.5
    assert rules.summary(rows, at(30, 9)).settled_in_time == pytest.approx(1 / 3)
    assert [
        (name, some.count) for name, some in rules.grouped(rows, lambda each: each.account, at(4, 9))
    ] == [
        (1, 2),
        (2, 1),
    ]


def test_a_summary_of_nothing_judges_nothing():
    told = rules.summary([], at(2, 9))
    assert (told.count, told.settle_days, told.settled_in_time, told.satisfied) == (0, None, None, None)
