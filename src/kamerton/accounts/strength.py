"""How strong a relation with one contact is, 0 to 100, and how it fades. Pure.

formulas.md: recency 30, frequency of 90 days 25, two-way 15, depth 15, seniority 15; decays by the day. Read as:

- `fade(d)`: 1 on the day, less by 1/180 with every day, nothing after 180 days;
- recency: 30 x fade(days since the last contact);
- frequency: 25 x days with a contact within the last 90 days, six of them (one a fortnight) being full;
- two-way: 15 x fade(days since they last began one);
- depth: 15 x the greater of (how well the one who knows them best does: brief 1/3, many 2/3, in depth 1) x fade(days
  since the last contact), and fade(days since the last contact that went into depth);
- seniority: 15 x (owner or top management 1, middle 2/3, operations or not known 1/3) x fade(days since the last contact).

Every part fades with waiting or stays; none rises. Without a contact that took place it is 0, however well one says
to know somebody. Contacts after the day do not count.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kamerton.accounts.decision_unit import DEPTHS, Touch, Unit

FADES_DAYS = 180
WINDOW_DAYS = 90
FULL_DAYS = 6
WEIGHTS: Mapping[str, int] = MappingProxyType(
    {"recency": 30, "frequency": 25, "two_way": 15, "depth": 15, "seniority": 15}
)
_SENIORITY: Mapping[str, float] = MappingProxyType({"owner": 1.0, "top": 1.0, "middle": 2 / 3})
_LOWEST = 1 / 3


@dataclass(frozen=True, slots=True)
class Strength:
    """The parts in points; `total` 0 to 100. `last`: the day of the last contact."""

    recency: float = 0.0
    frequency: float = 0.0
    two_way: float = 0.0
    depth: float = 0.0
    seniority: float = 0.0
    last: dt.date | None = None

    @property
    def total(self) -> float:
        return self.recency + self.frequency + self.two_way + self.depth + self.seniority


def strength(touches: Iterable[Touch], *, depth: str, level: str, on: dt.date) -> Strength:
    """`depth`: key of DEPTHS; `level`: of contact levels; `on`: the day that is asked about."""
    told = [each for each in touches if each.on <= on]
    if not told:
        return Strength()
    last = max(each.on for each in told)
    since = _fade(last, on)
    began = max((_fade(each.on, on) for each in told if each.from_them), default=0.0)
    deep = max((_fade(each.on, on) for each in told if each.in_depth), default=0.0)
    days = {each.on for each in told if (on - each.on).days < WINDOW_DAYS}
    return Strength(
        recency=WEIGHTS["recency"] * since,
        frequency=WEIGHTS["frequency"] * min(1.0, len(days) / FULL_DAYS),
        two_way=WEIGHTS["two_way"] * began,
        depth=WEIGHTS["depth"] * max(DEPTHS.get(depth, 0.0) * since, deep),
        seniority=WEIGHTS["seniority"] * _SENIORITY.get(level, _LOWEST) * since,
        last=last,
    )


def _fade(then: dt.date, on: dt.date) -> float:
    return max(0.0, 1 - (on - then).days / FADES_DAYS)


def strengths(unit: Unit) -> dict[int, Strength]:
    """For everybody who is there, by id, as of the day of the picture."""
    touches: dict[int, list[Touch]] = {}
    for touch in unit.touches:
        touches.setdefault(touch.person, []).append(touch)
    deepest: dict[int, str] = {}
    for tie in unit.ties:
        if DEPTHS.get(tie.depth, 0.0) >= DEPTHS.get(deepest.get(tie.person, ""), 0.0):
            deepest[tie.person] = tie.depth
    return {
        each.id: strength(
            touches.get(each.id, ()), depth=deepest.get(each.id, "none"), level=each.level, on=unit.on
        )
        for each in unit.present()
    }
