"""The line of report. Pure: people and units in, numbers of people out.

A person reports to `reports_to`; without one, to the head of their unit, or of the nearest unit above it that
has a head other than themselves (TEAM-06).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    reports_to: int | None
    unit: int | None


@dataclass(frozen=True, slots=True)
class Unit:
    id: int
    parent: int | None
    head: int | None


def superior(person: Person, units: Mapping[int, Unit]) -> int | None:
    """Who `person` reports to; None at the top. A cycle of units ends where it closes."""
    if person.reports_to is not None:
        return person.reports_to
    seen: set[int] = set()
    at = person.unit
    while at is not None and at in units and at not in seen:
        seen.add(at)
        if units[at].head not in (None, person.id):
            return units[at].head
        at = units[at].parent
    return None


def below(person_id: int, people: Iterable[Person], units: Mapping[int, Unit]) -> frozenset[int]:
    """Everybody who reports to `person_id`, directly or not; never that person. Cycles are walked once."""
    reports: dict[int, list[int]] = defaultdict(list)
    for person in people:
        over = superior(person, units)
        if over is not None:
            reports[over].append(person.id)
    found: set[int] = set()
    waiting = [person_id]
    while waiting:
        for each in reports[waiting.pop()]:
            if each not in found and each != person_id:
                found.add(each)
                waiting.append(each)
    return frozenset(found)


def above(person_id: int, people: Mapping[int, Person], units: Mapping[int, Unit]) -> tuple[int, ...]:
    """The superiors of `person_id`, nearest first: where something that nobody answers goes."""
    found: list[int] = []
    at = superior(people[person_id], units) if person_id in people else None
    while at is not None and at not in found and at != person_id:
        found.append(at)
        at = superior(people[at], units) if at in people else None
    return tuple(found)
