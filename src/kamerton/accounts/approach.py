"""Through whom we reach each person, and whom to approach next. Pure.

REL-04: the way in begins with users, deciders and influencers; purchasing is not pushed. A way is a chain of people
that begins with one of ours. Each step has a chance between 0 and 1; the chance of a way is their product, and the best
way is the one with the highest. A step

- from one of ours to somebody they know: 0.3, and 0.4 x depth of the tie, and 0.3 x contact strength / 100;
- from one contact to another: how close they are (a relation 0.3 x its strength; down the line of report 0.7, up it 0.5)
  x how willing the first one is (mentor 1, supporter 0.9, neutral 0.7, not known 0.6) x 0.6 to 1 by influence;
  through somebody who only buys: x 0.3.

No way leads through somebody who has left, is not found, is against us, or is blocked by somebody; and none along a
relation of rivals or blocking.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable
from dataclasses import dataclass

from kamerton.accounts.decision_unit import (
    DEPTHS,
    FIRST_ROLES,
    Combined,
    Person,
    Unit,
    combined,
    met,
    only_buyers,
)
from kamerton.accounts.strength import Strength, strengths

_BOTH_WAYS = frozenset({"ally", "knows"})
_LEADING = _BOTH_WAYS | {"influences"}
_WILLING = {2: 1.0, 1: 0.9, 0: 0.7}
_UNKNOWN = 0.6
_AGAINST = -0.5  # mean support from which on somebody is against us


@dataclass(frozen=True, slots=True)
class Way:
    """How to reach `person`: `ours` opens, `through` are the contacts between, nearest to us first."""

    person: int
    ours: int
    through: tuple[int, ...]
    chance: float

    @property
    def is_direct(self) -> bool:
        return not self.through


@dataclass(frozen=True, slots=True)
class Step:
    """Somebody to approach. `act`: find (who holds the post), meet, deepen. `why` says what puts them here:

    starting (user, decider or influencer), other_role, no_role, buyer. `way` None: nobody of ours reaches them yet.
    `only_buyer`: the only way leads through purchasing.
    """

    person: int
    act: str
    why: str
    way: Way | None
    only_buyer: bool = False


def ways(unit: Unit) -> dict[int, Way]:
    """The best way to everybody who can be reached, by id. Equal inputs in any order give equal ways."""
    steps = _Steps(unit)
    best: dict[int, Way] = {}
    queue = sorted(steps.first())
    heapq.heapify(queue)
    while queue:
        cost, _length, through, person, ours = heapq.heappop(queue)
        if person in best:
            continue
        best[person] = Way(person, ours, through, math.exp(-cost))
        if steps.may_lead(person):
            for onward, chance in steps.onward(person):
                if onward not in best:
                    heapq.heappush(
                        queue, (_cost(cost, chance), len(through) + 1, (*through, person), onward, ours)
                    )
    return best


def _cost(cost: float, chance: float) -> float:
    return round(cost - math.log(chance), 9)


#: cost, length, people between, whom it reaches, who of ours opens: ordered, so that ties are broken alike.
_Begun = tuple[float, int, tuple[int, ...], int, int]


class _Steps:
    """Who leads to whom, with which chance."""

    def __init__(self, unit: Unit) -> None:
        self.people = {each.id: each for each in unit.present()}
        self.opinions = combined(unit)
        self.strengths = strengths(unit)
        self.unit = unit
        self.blocked = {
            each.to for each in unit.links if each.kind == "blocks" and each.of in self.people
        }  # by somebody who is still there
        self.roads: dict[int, dict[int, float]] = {}
        self._draw_links()
        self._draw_lines()

    def first(self) -> Iterable[_Begun]:
        for tie in self.unit.ties:
            depth = DEPTHS.get(tie.depth, 0.0)
            if depth > 0 and tie.person in self.people and self.people[tie.person].is_found:
                total = self.strengths[tie.person].total
                yield (_cost(0.0, 0.3 + 0.4 * depth + 0.3 * total / 100), 0, (), tie.person, tie.ours)

    def may_lead(self, person: int) -> bool:
        support = self.opinions[person].support
        against = support is not None and support <= _AGAINST
        return self.people[person].is_found and person not in self.blocked and not against

    def onward(self, person: int) -> Iterable[tuple[int, float]]:
        willing = _willing(self.opinions[person])
        buyer = 0.3 if only_buyers([self.people[person]]) else 1.0
        for other, closeness in sorted(self.roads.get(person, {}).items()):
            yield other, closeness * willing * buyer

    def _draw_links(self) -> None:
        hostile = {
            frozenset((each.of, each.to)) for each in self.unit.links if each.kind in ("blocks", "rival")
        }
        for link in self.unit.links:
            if link.kind in _LEADING and frozenset((link.of, link.to)) not in hostile:
                self._road(link.of, link.to, 0.3 * link.strength)
                if link.kind in _BOTH_WAYS:
                    self._road(link.to, link.of, 0.3 * link.strength)

    def _draw_lines(self) -> None:
        for each in self.people.values():
            if each.reports_to is not None:
                self._road(each.reports_to, each.id, 0.7)
                self._road(each.id, each.reports_to, 0.5)

    def _road(self, of: int, to: int, closeness: float) -> None:
        if of in self.people and to in self.people:
            onward = self.roads.setdefault(of, {})
            onward[to] = max(onward.get(to, 0.0), min(closeness, 0.9))


def _willing(opinion: Combined) -> float:
    if opinion.support is None or opinion.influence is None:
        return _UNKNOWN * 0.8
    return _WILLING.get(opinion.standing or 0, 0.7) * (0.6 + 0.08 * opinion.influence)


# --- in which order ------------------------------------------------------------------------------------------


def order(unit: Unit) -> tuple[Step, ...]:
    """Whom to approach, next one first: users, deciders and influencers before others, purchasing last; then those

    with a way, the best chance, and the most influence. Left out: whoever is well known already.
    """
    known, best = met(unit), ways(unit)
    opinions, strong = combined(unit), strengths(unit)
    steps = [
        _step(each, each.id in known, best.get(each.id), unit)
        for each in unit.present()
        if not (each.id in known and _is_well_known(each, unit, strong[each.id]))
    ]
    return tuple(sorted(steps, key=lambda step: _rank(step, opinions[step.person])))


def _is_well_known(person: Person, unit: Unit, strong: Strength) -> bool:
    """Known in depth or by many contacts, or at least an acquaintance, or strong by what took place."""
    depth = max((DEPTHS.get(tie.depth, 0.0) for tie in unit.ties if tie.person == person.id), default=0.0)
    return depth >= DEPTHS["many"] or person.stage >= 2 or strong.total >= 50


def _step(person: Person, known: bool, way: Way | None, unit: Unit) -> Step:
    act = "deepen" if known else "meet" if person.is_found else "find"
    people = {each.id: each for each in unit.people}
    through = [people[each] for each in way.through] if way else []
    return Step(person.id, act, _why(person), way, only_buyer=any(only_buyers([each]) for each in through))


def _why(person: Person) -> str:
    roles = set(person.roles)
    if roles & FIRST_ROLES:
        return "starting"
    if not roles:
        return "no_role"
    return "buyer" if roles == {"buyer"} else "other_role"


_GROUPS = ("starting", "other_role", "no_role", "buyer")
_ACTS = ("meet", "find", "deepen")


def _rank(step: Step, opinion: Combined) -> tuple[int, int, int, float, float, int]:
    chance = step.way.chance if step.way else 0.0
    return (
        _GROUPS.index(step.why),
        int(step.act == "deepen"),
        int(step.way is None or step.only_buyer),
        -round(chance, 9),
        -(opinion.influence or 3.0),
        step.person,
    )
