"""The shortest time in which the activities can be done: critical path in working days. Pure.

J. E. Kelley and M. R. Walker, Critical-Path Planning and Scheduling (1959): a forward pass gives the earliest days,
a backward pass the latest ones that do not move the end; without a day between them an activity is critical.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

_WORKDAYS = 5  # Monday to Friday


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One activity. `days`: working days it takes, at least one. `done_on`: it is over; its time is what it was."""

    key: int
    days: int = 1
    after: tuple[int, ...] = ()
    not_before: dt.date | None = None
    planned_on: dt.date | None = None
    done_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Timed:
    """`latest_finish`: without moving the end of all. `slack`: working days between them; of what is done, none."""

    key: int
    start: dt.date
    finish: dt.date
    latest_finish: dt.date
    slack: int
    is_critical: bool
    is_late: bool  # its day is past, and it is not done
    is_tight: bool  # its day lies ahead, and cannot be kept any more


@dataclass(frozen=True, slots=True)
class Schedule:
    """`finish`: when all can be done at the earliest; None: there is nothing to do."""

    steps: tuple[Timed, ...]
    finish: dt.date | None

    def of(self) -> dict[int, Timed]:
        return {each.key: each for each in self.steps}


class Cyclic(ValueError):
    """Activities that wait for one another; `keys`: those of one circle, in order."""

    def __init__(self, keys: Sequence[int]) -> None:
        super().__init__(" -> ".join(str(key) for key in keys))
        self.keys = tuple(keys)


def schedule(steps: Collection[Step], *, begin: dt.date, today: dt.date) -> Schedule:
    """Nothing that is still to be done begins before today, nor before `begin`. Raises Cyclic."""
    by_key = {step.key: step for step in steps}
    ordered = [by_key[key] for key in in_order(by_key)]
    first = next_workday(max(begin, today))
    starts: dict[int, dt.date] = {}
    finishes: dict[int, dt.date] = {}
    for step in ordered:
        starts[step.key], finishes[step.key] = _earliest(step, first, finishes)
    waiting = [finishes[step.key] for step in ordered if step.done_on is None]
    end = max(waiting or finishes.values(), default=None)
    latest = _latest(ordered, finishes, end) if end else {}
    timed = (_timed(step, starts, finishes, latest, today) for step in ordered)
    return Schedule(tuple(timed), end)


def _earliest(step: Step, first: dt.date, finishes: Mapping[int, dt.date]) -> tuple[dt.date, dt.date]:
    if step.done_on is not None:
        return workdays_before(step.done_on, step.days - 1), step.done_on
    before = [next_workday(finishes[key] + dt.timedelta(days=1)) for key in step.after if key in finishes]
    own = [next_workday(step.not_before)] if step.not_before else []
    start = max([first, *before, *own])
    return start, workdays_after(start, step.days - 1)


def _latest(ordered: Sequence[Step], finishes: Mapping[int, dt.date], end: dt.date) -> dict[int, dt.date]:
    """The last day on which each may end without moving the end of all."""
    latest = {step.key: max(end, finishes[step.key]) for step in ordered}
    for step in reversed(ordered):
        begins = workdays_before(latest[step.key], step.days - 1)
        for key in step.after if step.done_on is None else ():
            if key in latest:
                latest[key] = min(latest[key], workdays_before(begins, 1))
    return latest


def _timed(
    step: Step,
    starts: Mapping[int, dt.date],
    finishes: Mapping[int, dt.date],
    latest: Mapping[int, dt.date],
    today: dt.date,
) -> Timed:
    finish, is_open = finishes[step.key], step.done_on is None
    last = max(latest[step.key], finish) if is_open else finish
    slack = workdays_between(finish, last) if is_open else 0
    late = is_open and step.planned_on is not None and step.planned_on < today
    tight = is_open and not late and step.planned_on is not None and step.planned_on < finish
    return Timed(step.key, starts[step.key], finish, last, slack, is_open and slack == 0, late, tight)


def in_order(steps: Mapping[int, Step]) -> list[int]:
    """Each after what it waits for; of several, the smaller key first. Raises Cyclic. What is not there is no hindrance."""
    waits = {key: {each for each in step.after if each in steps} for key, step in steps.items()}
    found: list[int] = []
    while waits:
        free = sorted(key for key, after in waits.items() if not after)
        if not free:
            raise Cyclic(_circle(waits))
        found += free
        waits = {key: after.difference(free) for key, after in waits.items() if key not in set(free)}
    return found


def _circle(waits: Mapping[int, Collection[int]]) -> list[int]:
    """Each of `waits` waits for another of them: whoever is followed comes round."""
    path = [min(waits)]
    while (following := min(waits[path[-1]])) not in path:
        path.append(following)
    return path[path.index(following) :]


# --- working days ------------------------------------------------------------------------------------------------


def is_workday(day: dt.date) -> bool:
    return day.weekday() < _WORKDAYS


def next_workday(day: dt.date) -> dt.date:
    """The day itself, or the Monday after it."""
    while not is_workday(day):
        day += dt.timedelta(days=1)
    return day


def workdays_after(day: dt.date, count: int) -> dt.date:
    weeks, left = divmod(count, _WORKDAYS)
    day += dt.timedelta(weeks=weeks)
    for _at in range(left):
        day = next_workday(day + dt.timedelta(days=1))
    return day


def workdays_before(day: dt.date, count: int) -> dt.date:
    while not is_workday(day):
        day -= dt.timedelta(days=1)
    weeks, left = divmod(count, _WORKDAYS)
    day -= dt.timedelta(weeks=weeks)
    for _at in range(left):
        day -= dt.timedelta(days=1)
        while not is_workday(day):
            day -= dt.timedelta(days=1)
    return day


def workdays_between(first: dt.date, last: dt.date) -> int:
    """Working days after `first` up to `last`; none where `last` is not later."""
    days = (last - first).days
    return sum(is_workday(first + dt.timedelta(days=at)) for at in range(1, days + 1))


# --- punctuality ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Punctuality:
    """Of the activities whose day has come: how many were done by it (ABP-12). `share` None: no day has come yet."""

    on_time: int
    counted: int

    @property
    def share(self) -> float | None:
        return self.on_time / self.counted if self.counted else None


def punctuality(rows: Iterable[tuple[dt.date | None, dt.date | None]], *, today: dt.date) -> Punctuality:
    """(planned day, day on which it was done) of each activity; dropped ones are not given.

    Counted is what was done, and what is not although its day is past. Without a day nothing can be late.
    """
    told = [(planned, done) for planned, done in rows if planned and (done or planned < today)]
    return Punctuality(sum(1 for planned, done in told if done and done <= planned), len(told))
