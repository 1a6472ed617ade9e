"""On whom we depend past the critical line, what follows for the plans, and whether a plan is complete. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from kamerton.analytics import classes, exact
from kamerton.portfolio.status_rules import Base, Rules, amounts_in

Grade = Literal["critical", "mono"]
#: How far a plan is: nobody wrote anything, only ideas, something is being built, something stands.
Completeness = Literal["none", "ideas", "building", "standing"]

_GRADES = ("mono", "critical")
_LEVELS = ("company", "department", "manager")


@dataclass(frozen=True, slots=True)
class Place:
    """Where we depend on an account: past the critical or the mono line of the company, a department, a manager."""

    level: str
    of: str
    grade: str
    share: float
    line: float


def gravest_first(places: Iterable[Place]) -> tuple[Place, ...]:
    """Mono before critical, the company before a department before a manager, the larger share first."""
    return tuple(
        sorted(places, key=lambda at: (_GRADES.index(at.grade), _LEVELS.index(at.level), -at.share, at.of))
    )


def line_of(grade: str, rules: Rules) -> float:
    return rules.thresholds.share_mono if grade == "mono" else rules.thresholds.share_critical


def dependent_in(base: Base, rules: Rules) -> dict[str, Place]:
    """Account -> its place in one base, where its share is strictly above a line; the same rule as the analysis."""
    amounts = amounts_in(base, rules.basis)
    whole = exact.total(amounts)
    found = {}
    for each, amount, grade in zip(
        base.weights, amounts, classes.dependencies(amounts, rules.thresholds), strict=True
    ):
        if grade is not None:
            found[each.account] = Place(
                base.level, base.of, grade, float(amount / whole), line_of(grade, rules)
            )
    return found


def together(found: Iterable[Mapping[str, Place]]) -> dict[str, tuple[Place, ...]]:
    """Account -> its places, gravest first."""
    gathered: dict[str, list[Place]] = {}
    for places in found:
        for account, place in places.items():
            gathered.setdefault(account, []).append(place)
    return {account: gravest_first(places) for account, places in gathered.items()}


@dataclass(frozen=True, slots=True)
class Moves:
    """What becomes of the plans: accounts whose dependence begins, lasts, is over."""

    begun: tuple[str, ...]
    lasting: tuple[str, ...]
    over: tuple[str, ...]


def moves(open_now: Collection[str], found: Collection[str]) -> Moves:
    there, wanted = set(open_now), set(found)
    return Moves(
        begun=tuple(sorted(wanted - there)),
        lasting=tuple(sorted(wanted & there)),
        over=tuple(sorted(there - wanted)),
    )


def why_over(*, share: float | None, level: str, levels: Collection[str]) -> str:
    """`share`: of the place that was gravest, by the new figures; None: nothing is bought any more."""
    if level not in levels:
        return "not_counted"
    return "gone" if share is None or share <= 0 else "below"


def completeness(states: Iterable[str]) -> Completeness:
    """By the states of the barriers; those that have fallen protect nothing."""
    there = set(states)
    if "stands" in there:
        return "standing"
    if "in_work" in there:
        return "building"
    return "ideas" if "idea" in there else "none"


def is_complete(told: Completeness) -> bool:
    """A plan without barriers is incomplete; ideas alone keep nobody out."""
    return told in ("building", "standing")
