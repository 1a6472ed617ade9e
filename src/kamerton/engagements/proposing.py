"""Whom to contact next, and why. Pure. It proposes; nothing is counted towards a number of contacts (MGT-01)."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

#: Silent is who was not met for so many times the usual gap, and at least so many days.
SILENT_TIMES, SILENT_DAYS = 1.5, 14
#: Only one person at an account met within so many days: a single contact.
KNOWN_DAYS = 365

Kind = Literal["silent", "never_met", "single", "need"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A contact who is there. `days`: of contacts that took place, in any order; `needs`: open ones that they raised."""

    id: int
    account: int
    days: tuple[dt.date, ...] = ()
    decides: bool = False
    needs: int = 0


@dataclass(frozen=True, slots=True)
class Reason:
    """`days` since the last contact, `usual` days between two of them; `days` also counts needs."""

    kind: Kind
    days: int = 0
    usual: int = 0


@dataclass(frozen=True, slots=True)
class Proposal:
    account: int
    contact: int
    reasons: tuple[Reason, ...]


def usual_gap_days(days: Iterable[dt.date]) -> float | None:
    """Median of the days between two contacts; None below three contacts."""
    told = sorted(set(days))
    if len(told) < 3:
        return None
    return statistics.median((later - earlier).days for earlier, later in pairwise(told))


def proposals(people: Collection[Person], coming: Collection[int], day: dt.date) -> list[Proposal]:
    """Who has most reasons first, then who is silent for longest. Whoever is met soon anyway is not proposed."""
    single = _singles(people, day)
    found = [
        Proposal(person.account, person.id, reasons)
        for person in people
        if person.id not in coming and (reasons := _reasons(person, single, day))
    ]
    return sorted(
        found, key=lambda each: (-len(each.reasons), -max(r.days for r in each.reasons), each.contact)
    )


def _reasons(person: Person, single: Mapping[int, int], day: dt.date) -> tuple[Reason, ...]:
    found: list[Reason] = []
    silence = _silence(person, day)
    if silence is not None:
        found.append(silence)
    if person.decides and not person.days:
        found.append(Reason("never_met"))
    if single.get(person.account) == person.id:
        found.append(Reason("single"))
    if person.needs:
        found.append(Reason("need", person.needs))
    return tuple(found)


def _silence(person: Person, day: dt.date) -> Reason | None:
    usual = usual_gap_days(person.days)
    if usual is None:
        return None
    silent = (day - max(person.days)).days
    if silent < SILENT_DAYS or silent <= SILENT_TIMES * usual:
        return None
    return Reason("silent", silent, round(usual))


def _singles(people: Iterable[Person], day: dt.date) -> dict[int, int]:
    """{account: whom to meet there beside the only one we meet}: somebody who decides before others."""
    by_account: dict[int, list[Person]] = {}
    for person in people:
        by_account.setdefault(person.account, []).append(person)
    found: dict[int, int] = {}
    for account, there in by_account.items():
        met = [each for each in there if any((day - on).days <= KNOWN_DAYS for on in each.days)]
        others = [each for each in there if each not in met]
        if len(met) == 1 and others:
            found[account] = min(others, key=lambda each: (not each.decides, each.id)).id
    return found
