"""Dividing a department's targets among its people, and holding the parts against the whole. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Kind = Literal["retention", "growth"]
KINDS: tuple[Kind, ...] = ("retention", "growth")


@dataclass(frozen=True, slots=True)
class Aim:
    """An amount a year, exact to the cent, and a number of customers. A target, or what was reached."""

    volume: Decimal = Decimal(0)
    clients: int = 0

    def __add__(self, other: Aim) -> Aim:
        return Aim(self.volume + other.volume, self.clients + other.clients)

    def __sub__(self, other: Aim) -> Aim:
        return Aim(self.volume - other.volume, self.clients - other.clients)


def total(aims: Iterable[Aim]) -> Aim:
    return sum(aims, Aim())


def derived(whole: Aim, base: Mapping[int, Aim]) -> dict[int, Aim]:
    """`whole` in parts that follow `base` (person -> the year before) and add up to it, to the cent and customer.

    Whoever sold nothing, or less than nothing, has no part of an amount; where nobody sold, all get the same.
    """
    people = sorted(base)
    cents = apportioned(int(whole.volume.scaleb(2)), [base[each].volume for each in people])
    clients = apportioned(whole.clients, [Decimal(base[each].clients) for each in people])
    return {
        person: Aim(Decimal(amount).scaleb(-2), number)
        for person, amount, number in zip(people, cents, clients, strict=True)
    }


def apportioned(units: int, weights: Sequence[Decimal]) -> list[int]:
    """`units` in whole parts as near to the weights as they go: largest remainder, the first of equals first."""
    if not weights:
        return []
    heavy = [max(each, Decimal(0)) for each in weights]
    if not sum(heavy):
        heavy = [Decimal(1)] * len(heavy)
    exact = [units * each / sum(heavy) for each in heavy]
    parts = [int(each) for each in exact]
    order = sorted(range(len(exact)), key=lambda place: (parts[place] - exact[place], place))
    for place in order[: units - sum(parts)]:
        parts[place] += 1
    return parts


def reached(actual: Decimal | int, target: Decimal | int) -> float | None:
    """Part of a target that is reached: 1.1 for 110 %. None: there is no target."""
    return float(actual / target) if target else None
