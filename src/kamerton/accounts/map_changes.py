"""What changed on the map between two days. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kamerton.accounts.decision_unit import Link, Unit, combined


@dataclass(frozen=True, slots=True)
class Moved:
    """A person's value then and now. `what`: support, stage, reports_to, found, roles."""

    person: int
    what: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class MapChanges:
    """People by id, relations whole. Stable order: by id."""

    came: tuple[int, ...]
    left: tuple[int, ...]
    begun: tuple[Link, ...]
    ended: tuple[Link, ...]
    moved: tuple[Moved, ...]

    @property
    def count(self) -> int:
        return len(self.came) + len(self.left) + len(self.begun) + len(self.ended) + len(self.moved)

    @property
    def people(self) -> frozenset[int]:
        """Everybody whom a change touches."""
        ends = {end for link in (*self.begun, *self.ended) for end in (link.of, link.to)}
        return frozenset({*self.came, *self.left, *(each.person for each in self.moved), *ends})


def changes(before: Unit, after: Unit) -> MapChanges:
    """From `before` to `after`. A relation of somebody who came or left is told with its own begin or end."""
    then, now = ({each.id: each for each in unit.present()} for unit in (before, after))
    links_then, links_now = ({each.id: each for each in unit.links} for unit in (before, after))
    told_then, told_now = _told(before), _told(after)
    return MapChanges(
        came=tuple(sorted(now.keys() - then.keys())),
        left=tuple(sorted(then.keys() - now.keys())),
        begun=tuple(links_now[key] for key in sorted(links_now.keys() - links_then.keys())),
        ended=tuple(links_then[key] for key in sorted(links_then.keys() - links_now.keys())),
        moved=tuple(
            moved for key in sorted(now.keys() & then.keys())
            for moved in _moved(key, told_then[key], told_now[key])
        ),
    )  # fmt: skip


def _told(unit: Unit) -> Mapping[int, Mapping[str, object]]:
    opinions = combined(unit)
    return {
        each.id: {
            "support": opinions[each.id].standing,
            "stage": each.stage,
            "reports_to": each.reports_to,
            "found": each.is_found,
            "roles": each.roles,
        }
        for each in unit.present()
    }


def _moved(person: int, then: Mapping[str, object], now: Mapping[str, object]) -> list[Moved]:
    return [Moved(person, what, then[what], now[what]) for what in then if then[what] != now[what]]
