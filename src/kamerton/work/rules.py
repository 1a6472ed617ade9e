"""Values in, values out: what comes first, when a task returns, where an unanswered request goes, who decides.

No database, no clock, no settings. People are numbers; days are dates.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Bucket = Literal["overdue", "today", "week", "later", "undated"]
BUCKETS: tuple[Bucket, ...] = ("overdue", "today", "week", "later", "undated")

FIRST, KEY, ORDINARY = 0, 1, 2  # FIRST: hurried, before everything else (CLM-03)


# --- what comes first ------------------------------------------------------------------------------------


def priority(*, is_key: bool) -> int:
    """Key accounts are served first (OTH-02)."""
    return KEY if is_key else ORDINARY


def bucket(due_on: dt.date | None, today: dt.date) -> Bucket:
    """Where a task stands in the week: `week` are the six days after today."""
    if due_on is None:
        return "undated"
    if due_on < today:
        return "overdue"
    if due_on == today:
        return "today"
    return "week" if due_on < today + dt.timedelta(days=7) else "later"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task as the order of a list sees it."""

    id: int
    priority: int
    due_on: dt.date | None
    snoozed_until: dt.date | None = None


def in_order(tasks: Iterable[Waiting], today: dt.date) -> list[Waiting]:
    """Overdue, today, this week, later, undated; in each the key accounts first, then by day."""
    return sorted(tasks, key=lambda task: _place(task, today))


def _place(task: Waiting, today: dt.date) -> tuple[int, int, dt.date, int]:
    at = BUCKETS.index(bucket(task.due_on, today))
    return at, task.priority, task.due_on or dt.date.max, task.id


def is_put_off(snoozed_until: dt.date | None, today: dt.date) -> bool:
    """Put off until a day: on that day it is back."""
    return snoozed_until is not None and today < snoozed_until


# --- what returns ----------------------------------------------------------------------------------------

_DAYS = {"weekly": 7, "fortnightly": 14}
_MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}


def next_due(due_on: dt.date, repeats: str, *, done_on: dt.date, day: int | None = None) -> dt.date:
    """The next day on which a repeating task is due: the first of its days after both `due_on` and `done_on`.

    Months keep their day (`day`, else that of `due_on`); a shorter month takes its last one, and the next
    long one has the day again. Missed occurrences are skipped, not piled up. KeyError: it does not repeat.
    """
    last = max(due_on, done_on)
    if repeats in _DAYS:
        step = _DAYS[repeats]
        return due_on + dt.timedelta(days=step * ((last - due_on).days // step + 1))
    step, anchor = _MONTHS[repeats], day or due_on.day
    passed = (last.year - due_on.year) * 12 + last.month - due_on.month
    at = max(1, passed // step)
    while (found := _month_after(due_on, step * at, anchor)) <= last:
        at += 1
    return found


def _month_after(start: dt.date, months: int, day: int) -> dt.date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day, calendar.monthrange(year, month + 1)[1]))


# --- requests that nobody answers ------------------------------------------------------------------------


def escalation_steps(due_on: dt.date, today: dt.date, *, wait_days: int) -> int:
    """How many steps up a request has gone by `today`: the first on the day after it was due, then one each

    `wait_days`. ValueError: less than a day.
    """
    if wait_days < 1:
        raise ValueError(wait_days)
    late = (today - due_on).days
    return 0 if late < 1 else 1 + (late - 1) // wait_days


def escalation_line(
    *, asker: int, head: int | None, above_head: Sequence[int], above_asker: Sequence[int]
) -> tuple[int, ...]:
    """To whom it goes, in order: the head of the department, the line over that head, then the asker's own line.

    Never back to the asker, and to nobody twice.
    """
    wanted = [*([head] if head is not None else []), *above_head, *above_asker]
    return tuple(dict.fromkeys(person for person in wanted if person != asker))


@dataclass(frozen=True, slots=True)
class Escalation:
    to: int
    steps: int


def escalation(
    *, due_on: dt.date, today: dt.date, wait_days: int, done: int, line: Sequence[int]
) -> Escalation | None:
    """What is to happen now to a request that stands `done` steps up; None: nothing. At the top it stays."""
    steps = min(escalation_steps(due_on, today, wait_days=wait_days), len(line))
    return Escalation(to=line[steps - 1], steps=steps) if steps > done else None


# --- who may change and give -----------------------------------------------------------------------------


def may_change(
    *, actor: int, owner: int, author: int | None, line: Collection[int], leads_all: bool = False
) -> bool:
    """A task is changed by its owner, its author, whoever the owner reports to, and who leads everybody.

    `line`: the actor, those below, and the same of the people for whom the actor stands in.
    """
    return leads_all or author == actor or owner in line


Giving = Literal["own", "assigned", "distributed"]


def giving(
    *, actor: int, to: int, may_assign: bool, leads_all: bool, line: Collection[int], juniors: Collection[int]
) -> Giving | None:
    """What it is when `actor` gives a task to `to`; None: it is not allowed (TEAM-01).

    `juniors`: the junior key account managers of the task's account, where the actor reaches it.
    """
    if to == actor:
        return "own"
    if not may_assign:
        return None
    if to in juniors:
        return "distributed"
    return "assigned" if leads_all or to in line else None


# --- approvals -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may be asked to decide."""

    id: int
    role: str
    is_active: bool = True


def superior_of(line: Sequence[Person]) -> int | None:
    """The immediate superior: the nearest who still works here."""
    return next((person.id for person in line if person.is_active), None)


def by_role(line: Sequence[Person], everybody: Sequence[Person], roles: Sequence[str]) -> int | None:
    """Who of these roles decides: the nearest above the asker, else the first of the company; roles in order."""
    for role in roles:
        for person in (*line, *everybody):
            if person.role == role and person.is_active:
                return person.id
    return None


Authority = Literal["own", "deputy", "above", ""]


def authority(
    *,
    actor: int,
    asker: int,
    decider: int,
    stands_in_for: Collection[int],
    decider_is_active: bool = True,
    above_decider: Collection[int] = (),
) -> Authority:
    """By what `actor` may take a decision that waits for `decider`; "": not at all.

    Nobody decides what they asked for themselves, not even as a substitute. Where the decider has left, the
    line above decides.
    """
    if actor == asker:
        return ""
    if actor == decider:
        return "own"
    if decider in stands_in_for:
        return "deputy"
    return "above" if not decider_is_active and actor in above_decider else ""


StepState = Literal["waiting", "approved", "rejected", "withdrawn"]


def approval_state(steps: Sequence[str]) -> StepState:
    """One refusal ends it; it is approved when every step is. ValueError: an approval without steps."""
    if not steps:
        raise ValueError("an approval has at least one step")
    if "rejected" in steps:
        return "rejected"
    if "withdrawn" in steps:
        return "withdrawn"
    return "approved" if all(step == "approved" for step in steps) else "waiting"


def current_step(steps: Sequence[str]) -> int | None:
    """The index of the step whose turn it is; None: the approval has ended."""
    if approval_state(steps) != "waiting":
        return None
    return next(at for at, step in enumerate(steps) if step == "waiting")


# --- consultations ---------------------------------------------------------------------------------------

ConsultationState = Literal["open", "answered", "acted", "closed"]
Age = Literal["fresh", "ageing", "old"]

AGEING_AFTER_DAYS, OLD_AFTER_DAYS = 3, 14


def consultation_state(*, advice: str, action: str, result: str) -> ConsultationState:
    """How far a consultation has come: the furthest of its parts that is written."""
    if result:
        return "closed"
    if action:
        return "acted"
    return "answered" if advice else "open"


def open_days(asked_on: dt.date, today: dt.date) -> int:
    return max(0, (today - asked_on).days)


def age(asked_on: dt.date, today: dt.date) -> Age:
    """How old an open question is (OTH-03)."""
    days = open_days(asked_on, today)
    if days > OLD_AFTER_DAYS:
        return "old"
    return "ageing" if days > AGEING_AFTER_DAYS else "fresh"


# --- Today -----------------------------------------------------------------------------------------------

Block = Literal[
    "decisions",
    "visits",
    "signals",
    "tasks",
    "requests",
    "claims",
    "consultations",
    "news",
    "changes",
    "away",
    "leaving",
    "accounts",
]

#: What costs somebody else time stands first, then one's own work, then what one should know.
_BLOCKS: tuple[tuple[Block, str], ...] = (
    ("decisions", ""),
    ("visits", "accounts.view"),
    ("signals", "portfolio.view"),
    ("tasks", ""),
    ("requests", ""),
    ("claims", "work.view"),
    ("consultations", "work.view"),
    ("news", "work.view"),
    ("changes", "accounts.view"),
    ("away", ""),
    ("leaving", "people.offboard"),
    ("accounts", "accounts.view"),
)
_ALWAYS = frozenset({"tasks", "changes", "away", "accounts"})


#: What stands in the narrow column, beside what is to be done.
_BESIDE: frozenset[Block] = frozenset({"news", "away", "leaving", "accounts"})


def columns(shown: Sequence[Block]) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """The wide and the narrow column. With nothing for the wide one, what there is stands there."""
    wide = tuple(block for block in shown if block not in _BESIDE)
    narrow = tuple(block for block in shown if block in _BESIDE)
    return (wide, narrow) if wide else (narrow, ())


def blocks(rights: Collection[str], filled: Collection[str]) -> tuple[Block, ...]:
    """What Today shows, in order: what has something to say, and of the rest what belongs to every such page.

    A person without tasks and without the right to have them is not told that there are none.
    """
    found: list[Block] = []
    for block, right in _BLOCKS:
        if right and right not in rights:
            continue
        if block in filled or (block in _ALWAYS and (block != "tasks" or "work.edit" in rights)):
            found.append(block)
    return tuple(found)
