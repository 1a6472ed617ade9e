"""VIPs and opinion leaders of a territory: allies, rivals, the balance of power, and what is expected to change. Pure.

REL-05. An ally's ally is not counted as one: what stands in the relations is what is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kamerton.accounts.decision_unit import DEPTHS, Change, Combined, Link, Person, Unit, combined


@dataclass(frozen=True, slots=True)
class Power:
    """One VIP or opinion leader and how they stand to others; ids of people, changes by day."""

    person: int
    allies: tuple[int, ...]
    rivals: tuple[int, ...]
    moves: tuple[int, ...]  # whom they influence
    moved_by: tuple[int, ...]
    changes: tuple[Change, ...]
    support: int | None
    influence: float | None
    has_plan: bool
    known_to_kam: bool = False  # to whoever is responsible for the account
    knows_kam: bool = False


@dataclass(frozen=True, slots=True)
class Territory:
    """`for_us`, `against_us`: influence (1 to 5, not rated: 3) of those who support us, of those who do not."""

    name: str
    powers: tuple[Power, ...]
    for_us: float
    against_us: float

    @property
    def without_plan(self) -> tuple[int, ...]:
        """VIPs for whom no long-term plan of the relationship is written (REL-08)."""
        return tuple(each.person for each in self.powers if not each.has_plan)

    @property
    def mutual_percent(self) -> int:
        """How many of them and of those responsible for their accounts know one another, rounded down (REL-07)."""
        return 100 * sum(each.known_to_kam and each.knows_kam for each in self.powers) // len(self.powers)

    @property
    def not_mutual(self) -> tuple[Power, ...]:
        return tuple(each for each in self.powers if not (each.known_to_kam and each.knows_kam))


def territories(unit: Unit) -> tuple[Territory, ...]:
    """By name, people without a territory last. Only VIPs and opinion leaders who are there."""
    opinions = combined(unit)
    there = {each.id for each in unit.present()}
    grouped: dict[str, list[Power]] = {}
    for each in unit.present():
        if each.is_vip or each.is_opinion_leader:
            grouped.setdefault(each.territory, []).append(_power(each, unit, opinions[each.id], there))
    named = sorted(grouped.items(), key=lambda item: (not item[0], item[0].casefold()))
    return tuple(_territory(name, powers) for name, powers in named)


def _territory(name: str, powers: Iterable[Power]) -> Territory:
    ranked = tuple(sorted(powers, key=lambda each: (-(each.influence or 3.0), each.person)))
    told = [(each.influence or 3.0, each.support or 0) for each in ranked]
    return Territory(
        name=name,
        powers=ranked,
        for_us=sum(influence for influence, support in told if support > 0),
        against_us=sum(influence for influence, support in told if support < 0),
    )


def _power(person: Person, unit: Unit, opinion: Combined, there: set[int]) -> Power:
    links = [each for each in unit.links if each.of in there and each.to in there]
    ties = [
        tie for tie in unit.ties if tie.person == person.id and tie.ours == person.kam and DEPTHS[tie.depth]
    ]
    return Power(
        person=person.id,
        allies=_beside(links, person.id, "ally"),
        rivals=_beside(links, person.id, "rival"),
        moves=_ids(link.to for link in links if link.of == person.id and link.kind == "influences"),
        moved_by=_ids(link.of for link in links if link.to == person.id and link.kind == "influences"),
        changes=tuple(
            sorted(
                (each for each in unit.changes if each.person == person.id),
                key=lambda each: (each.on, each.id),
            )
        ),
        support=opinion.standing,
        influence=opinion.influence,
        has_plan=person.has_plan,
        known_to_kam=bool(ties),
        knows_kam=any(tie.is_mutual for tie in ties),
    )


def _beside(links: Iterable[Link], person: int, kind: str) -> tuple[int, ...]:
    """An alliance and a rivalry hold both ways."""
    pairs = [(link.of, link.to) for link in links if link.kind == kind and person in (link.of, link.to)]
    return _ids(other for pair in pairs for other in pair if other != person)


def _ids(numbers: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(numbers)))
