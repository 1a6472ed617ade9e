"""What a contact does for us and for competitors, by quarter. Pure (REL-10, REL-11).

An act weighs 1 (weakly), 2 (clearly) or 3 (strongly); points are the sum of weights. What is written down, nothing else:
an act that nobody heard of is in no sum.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

QUARTERS = 8
_YEAR = QUARTERS // 2  # quarters

Turn = Literal["nearer", "same", "further"]


@dataclass(frozen=True, slots=True)
class Deed:
    """One act. `side`: us or competitor."""

    on: dt.date
    side: str
    kind: str
    weight: int


@dataclass(frozen=True, slots=True)
class Quarter:
    """Points of the acts from `start` on, three months."""

    start: dt.date
    for_us: int = 0
    for_competitors: int = 0

    @property
    def net(self) -> int:
        return self.for_us - self.for_competitors


@dataclass(frozen=True, slots=True)
class Favour:
    """The last eight quarters, oldest first, the current one last; sums are of its last four."""

    quarters: tuple[Quarter, ...]
    recommendations: int = 0  # given for us
    acts: int = 0  # of any time up to today

    @property
    def for_us(self) -> int:
        return sum(each.for_us for each in self.quarters[_YEAR:])

    @property
    def for_competitors(self) -> int:
        return sum(each.for_competitors for each in self.quarters[_YEAR:])

    @property
    def turn(self) -> Turn:
        """The balance of the last four quarters against that of the four before."""
        before, now = (
            sum(each.net for each in part) for part in (self.quarters[:_YEAR], self.quarters[_YEAR:])
        )
        return "nearer" if now > before else "further" if now < before else "same"


def quarter_of(day: dt.date) -> dt.date:
    """The first day of its quarter."""
    return dt.date(day.year, day.month - (day.month - 1) % 3, 1)


def favour(deeds: Iterable[Deed], today: dt.date) -> Favour:
    """Acts after `today` are not counted yet."""
    told = [each for each in deeds if each.on <= today]
    starts = _starts(today)
    within = [
        each for each in told if each.on >= starts[_YEAR] and (each.side, each.kind) == ("us", "recommended")
    ]
    return Favour(
        quarters=tuple(_quarter(start, told) for start in starts), recommendations=len(within), acts=len(told)
    )


def _starts(today: dt.date) -> list[dt.date]:
    found = [quarter_of(today)]
    while len(found) < QUARTERS:
        found.append(quarter_of(found[-1] - dt.timedelta(days=1)))
    return found[::-1]


def _quarter(start: dt.date, told: Iterable[Deed]) -> Quarter:
    of_it = [each for each in told if quarter_of(each.on) == start]
    return Quarter(
        start,
        sum(each.weight for each in of_it if each.side == "us"),
        sum(each.weight for each in of_it if each.side != "us"),
    )
