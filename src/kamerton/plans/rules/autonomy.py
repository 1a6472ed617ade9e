"""What a leader settles with the superior, and what alone, at each development level. Pure.

A project begins at D1 (MGT-02). With the level fewer things have to be settled before it starts, fewer wait for a
decision, and it is looked at less often (MGT-03, MGT-04). Money within the agreed budget is the leader's at every
level, beyond it at none (MGT-05).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

Matter = Literal["start", "goals", "close"]
MATTERS: tuple[Matter, ...] = ("start", "goals", "close")


@dataclass(frozen=True, slots=True)
class Freedom:
    """`records`: what both have settled before the start. `asks`: what waits for the superior's decision."""

    records: tuple[str, ...]
    asks: frozenset[Matter]


MATRIX: Mapping[int, Freedom] = MappingProxyType(
    {
        1: Freedom(("goals", "plan", "monitoring"), frozenset(MATTERS)),
        2: Freedom(("goals", "plan"), frozenset({"start", "goals"})),
        3: Freedom(("goals",), frozenset({"goals"})),
        4: Freedom((), frozenset()),
    }
)


def missing(level: int, settled: Collection[str]) -> list[str]:
    """What has to be settled together before a project of this level starts."""
    return [each for each in MATRIX[level].records if each not in settled]


def asks(level: int, matter: Matter) -> bool:
    return matter in MATRIX[level].asks


def next_check_in(level: int, after: dt.date, days: Mapping[int, int]) -> dt.date:
    return after + dt.timedelta(days=days[level])


def is_within(budget: Decimal | None, spent: Decimal, amount: Decimal) -> bool:
    """Whether `amount` more stays inside the budget, to the cent. Without a budget nothing does."""
    return budget is not None and spent + amount <= budget


def is_slow(level: int, started: dt.date | None, today: dt.date, *, expected: int, months: int) -> bool:
    """Whether a running project is below the expected level for longer than that may take."""
    if started is None or level >= expected:
        return False
    return today > _months_after(started, months)


def _months_after(day: dt.date, months: int) -> dt.date:
    """The same day so many months on; the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in range(day.day, 27, -1):
        try:
            return dt.date(year, month + 1, number)
        except ValueError:
            continue
    return dt.date(year, month + 1, min(day.day, 28))
