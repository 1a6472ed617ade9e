"""The clock of a claim, its states, and what many claims tell. Pure: settings, clock and moments are arguments."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median
from typing import Literal, TypeVar

#: Lower goes first. A key account before others (OTH-02), what is expedited before everything (CLM-03).
EXPEDITED, KEY, ORDINARY = 0, 1, 2

Step = Literal["acknowledge", "answer", "settle"]
_Key = TypeVar("_Key", int, str)


# --- working time ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingClock:
    """When we work. `weekdays`: 0 is Monday; `free`: days on which nobody works though they are weekdays."""

    zone: dt.tzinfo
    opens: int = 8
    closes: int = 17
    weekdays: frozenset[int] = frozenset(range(5))
    free: frozenset[dt.date] = frozenset()

    def works(self, day: dt.date) -> bool:
        return day.weekday() in self.weekdays and day not in self.free

    def opening(self, day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(self.opens), tzinfo=self.zone)

    def closing(self, day: dt.date) -> dt.datetime:
        """24 is the midnight that ends the day."""
        if self.closes == 24:
            return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=self.zone)
        return dt.datetime.combine(day, dt.time(self.closes), tzinfo=self.zone)


def after_hours(start: dt.datetime, hours: int, clock: WorkingClock) -> dt.datetime:
    """The moment at which `hours` of work have passed since `start`. What comes after closing begins the next day."""
    left = dt.timedelta(hours=hours)
    day = start.astimezone(clock.zone).date()
    while True:
        if clock.works(day):
            begin = max(start, clock.opening(day))
            room = clock.closing(day) - begin
            if left <= room:
                return begin + left
            left -= max(room, dt.timedelta())
        day += dt.timedelta(days=1)


def after_days(start: dt.datetime, days: int, clock: WorkingClock) -> dt.datetime:
    """Closing time of the `days`-th working day after the day of `start`."""
    day = start.astimezone(clock.zone).date()
    while days > 0:
        day += dt.timedelta(days=1)
        days -= clock.works(day)
    return clock.closing(day)


# --- terms and lateness -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Terms:
    """Working hours to acknowledge, working days to answer and to settle."""

    acknowledge_hours: int
    answer_days: int
    settle_days: int


@dataclass(frozen=True, slots=True)
class Deadlines:
    acknowledge: dt.datetime
    answer: dt.datetime
    settle: dt.datetime


def deadlines(received: dt.datetime, terms: Terms, clock: WorkingClock) -> Deadlines:
    return Deadlines(
        acknowledge=after_hours(received, terms.acknowledge_hours, clock),
        answer=after_days(received, terms.answer_days, clock),
        settle=after_days(received, terms.settle_days, clock),
    )


def sooner(one: Deadlines, other: Deadlines) -> Deadlines:
    """Expediting never gives a claim more time than it had."""
    return Deadlines(
        min(one.acknowledge, other.acknowledge), min(one.answer, other.answer), min(one.settle, other.settle)
    )


def is_late(due: dt.datetime, met: dt.datetime | None, now: dt.datetime) -> bool:
    """On the stroke is in time."""
    return (met or now) > due


@dataclass(frozen=True, slots=True)
class Mark:
    """One of the three moments of a claim's clock."""

    step: Step
    due: dt.datetime
    met: dt.datetime | None
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What the clock of a claim reads."""

    received: dt.datetime
    due: Deadlines
    acknowledged: dt.datetime | None = None
    answered: dt.datetime | None = None
    closed: dt.datetime | None = None


def marks(course: Course, now: dt.datetime) -> tuple[Mark, Mark, Mark]:
    """Acknowledged, answered, settled, in their order."""
    due = course.due

    def mark(step: Step, by: dt.datetime, met: dt.datetime | None) -> Mark:
        return Mark(step, by, met, is_late(by, met, now))

    return (
        mark("acknowledge", due.acknowledge, course.acknowledged),
        mark("answer", due.answer, course.answered),
        mark("settle", due.settle, course.closed),
    )


def next_mark(course: Course) -> tuple[Step, dt.datetime] | None:
    """What is due first of that which is still to be done; None: closed."""
    if course.closed is not None:
        return None
    waiting: list[tuple[dt.datetime, Step]] = [(course.due.settle, "settle")]
    if course.answered is None:
        waiting.append((course.due.answer, "answer"))
    if course.acknowledged is None:
        waiting.append((course.due.acknowledge, "acknowledge"))
    due, step = min(waiting)
    return step, due


def priority(*, is_key: bool, expedited: bool) -> int:
    if expedited:
        return EXPEDITED
    return KEY if is_key else ORDINARY


def missing_outcome(*, cause: str, solution: str, satisfied: str, lesson: str) -> list[str]:
    """What closing still asks for (CLM-02)."""
    told = {"cause": cause, "solution": solution, "satisfied": satisfied, "lesson": lesson}
    return [name for name, text in told.items() if not text.strip()]


# --- many claims ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """A claim as the analysis reads it."""

    kind: str
    cause: str
    account: int
    course: Course
    state: str
    currency: str
    amount: Decimal | None = None
    credit: Decimal | None = None
    satisfied: str = ""
    in_log: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Of some claims. Medians are elapsed time, nights included; shares are parts of one, None: nothing to judge.

    `acknowledged_in_time`, `settled_in_time`: of those done, and of those not done whose time is over.
    `satisfied`: yes counts one and partly a half, of those asked.
    """

    count: int
    open: int
    amounts: Mapping[str, Decimal] = field(default_factory=dict)
    credits: Mapping[str, Decimal] = field(default_factory=dict)
    acknowledge_hours: float | None = None
    settle_days: float | None = None
    acknowledged_in_time: float | None = None
    settled_in_time: float | None = None
    satisfied: float | None = None
    learned: float | None = None  # of the closed ones, those whose mistake stands in the log


_SATISFIED = {"yes": 1.0, "partly": 0.5, "no": 0.0}


def summary(claims: Sequence[Handled], now: dt.datetime) -> Summary:
    courses = [each.course for each in claims]
    closed = [each for each in claims if each.course.closed is not None]
    asked = [_SATISFIED[each.satisfied] for each in closed if each.satisfied in _SATISFIED]
    return Summary(
        count=len(claims),
        open=len(claims) - len(closed),
        amounts=_sums((each.currency, each.amount) for each in claims),
        credits=_sums((each.currency, each.credit) for each in claims),
        acknowledge_hours=_median(_hours(c.received, c.acknowledged) for c in courses if c.acknowledged),
        settle_days=_median(_hours(c.received, c.closed) / 24 for c in courses if c.closed),
        acknowledged_in_time=_in_time(((c.due.acknowledge, c.acknowledged) for c in courses), now),
        settled_in_time=_in_time(((c.due.settle, c.closed) for c in courses), now),
        satisfied=_part(asked),
        learned=_part([float(each.in_log) for each in closed]),
    )


def grouped(
    claims: Iterable[Handled], key: Callable[[Handled], _Key], now: dt.datetime
) -> list[tuple[_Key, Summary]]:
    """By `key`, the most frequent first."""
    found: dict[_Key, list[Handled]] = defaultdict(list)
    for each in claims:
        found[key(each)].append(each)
    told = [(name, summary(some, now)) for name, some in found.items()]
    return sorted(told, key=lambda pair: (-pair[1].count, str(pair[0])))


def _hours(first: dt.datetime, last: dt.datetime | None) -> float:
    return (last - first).total_seconds() / 3600 if last else 0.0


def _median(values: Iterable[float]) -> float | None:
    told = list(values)
    return median(told) if told else None


def _part(values: Collection[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _in_time(pairs: Iterable[tuple[dt.datetime, dt.datetime | None]], now: dt.datetime) -> float | None:
    """What is not done and not due yet is not judged."""
    return _part(
        [float(not is_late(due, met, now)) for due, met in pairs if met is not None or is_late(due, met, now)]
    )


def _sums(pairs: Iterable[tuple[str, Decimal | None]]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for currency, amount in pairs:
        if amount is not None:
            found[currency] = found.get(currency, Decimal(0)) + amount
    return found
