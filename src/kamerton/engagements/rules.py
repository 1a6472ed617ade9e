"""Weeks, conflicts of one person's time, and where two of ours get in each other's way. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal

#: Of the words that tell what two visits are for, this part of the shorter one must be the same.
SAME_SUBJECT_PART = 0.5
_WORD = re.compile(r"\w+")
_SHORTEST = 4  # letters: shorter words are of, the, with in every language


def monday_of(day: dt.date) -> dt.date:
    """The first day of the ISO week."""
    return day - dt.timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """One engagement as far as it matters here. `people`: of ours, the owner among them; `contacts`: of theirs."""

    id: int
    owner: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    purpose: str = ""
    people: frozenset[int] = field(default_factory=frozenset)
    contacts: frozenset[int] = field(default_factory=frozenset)


def conflicts(goings: Iterable[Going], person: int) -> dict[int, tuple[int, ...]]:
    """{engagement: those that overlap it} of what `person` takes part in (MTG-12). Ends and begins at once: no overlap."""
    own = sorted((each for each in goings if person in each.people), key=lambda each: each.starts_at)
    found: dict[int, list[int]] = {}
    for first, second in combinations(own, 2):
        if first.starts_at < second.ends_at and second.starts_at < first.ends_at:
            found.setdefault(first.id, []).append(second.id)
            found.setdefault(second.id, []).append(first.id)
    return {key: tuple(others) for key, others in found.items()}


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two engagements of different people of ours: with the same contact, or about the same."""

    kind: Literal["contact", "subject"]
    first: int
    second: int
    contact: int | None = None


def overlaps(goings: Sequence[Going]) -> list[Overlap]:
    """Whoever goes together, goes once: two with one of ours in both are no overlap."""
    found: list[Overlap] = []
    for first, second in combinations(sorted(goings, key=lambda each: (each.starts_at, each.id)), 2):
        if first.owner == second.owner or first.people & second.people:
            continue
        shared = sorted(first.contacts & second.contacts)
        found += [Overlap("contact", first.id, second.id, contact) for contact in shared]
        if same_subject(first.purpose, second.purpose):
            found.append(Overlap("subject", first.id, second.id))
    return found


def same_subject(one: str, other: str) -> bool:
    """Whether two purposes share at least half of the longer words of the shorter one; none of none."""
    first, second = _words(one), _words(other)
    shorter = min(len(first), len(second))
    return shorter > 0 and len(first & second) / shorter >= SAME_SUBJECT_PART


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in _WORD.findall(text.casefold()) if len(word) >= _SHORTEST)


def is_shared(goings: Sequence[object]) -> bool:
    """A brief is shared from the second engagement of one account in one week on (REL-14)."""
    return len(goings) > 1


def interaction_kind(channel: str, *, is_informal: bool) -> str:
    """What accounts calls it once it took place (accounts.choices.interaction_kinds)."""
    if is_informal:
        return "informal"
    return {"person": "visit", "phone": "call", "mail": "message", "video": "meeting"}[channel]


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a plan so far. `beside`: took place outside of it, which takes nothing away (MTG-02)."""

    planned: int
    took_place: int
    beside: int

    @property
    def share(self) -> float | None:
        """Of what was planned and is due; None where nothing was. What stands outside the plan never lowers it."""
        return self.took_place / self.planned if self.planned else None


def kept(rows: Iterable[tuple[bool, bool, bool]]) -> Kept:
    """Rows: (outside the plan, took place, due)."""
    told = list(rows)
    due = [done for beside, done, is_due in told if not beside and is_due]
    return Kept(len(due), sum(due), sum(beside and done for beside, done, _due in told))


#: More than so many minutes of visits and calls in one day is too much: there is no hour left for the way and for preparing.
FULL_DAY_MINUTES = 8 * 60


def minutes_of(goings: Iterable[Going]) -> int:
    """Minutes of a day that are taken; what overlaps is counted once."""
    total, until = dt.timedelta(), None
    for each in sorted(goings, key=lambda one: one.starts_at):
        begins = each.starts_at if until is None else max(each.starts_at, until)
        total += max(each.ends_at - begins, dt.timedelta())
        until = each.ends_at if until is None else max(until, each.ends_at)
    return int(total.total_seconds() // 60)
