"""Cost to serve: activities times their rates, and what was written down; profit; the whale curve. Pure.

Customer profit = income - sum(rate x quantity) - recorded costs (docs/formulas.md, Value; PFA-02).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Rate:
    driver: str
    rate: Decimal
    since: dt.date


@dataclass(frozen=True, slots=True)
class Done:
    """So many activities of one kind with an account on one day."""

    account: str
    driver: str
    day: dt.date
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class Part:
    """Why an account costs: an activity with its number, or a kind of recorded cost (`quantity` None)."""

    key: str
    quantity: int | None
    amount: Decimal


def rate_on(rates: Iterable[Rate], driver: str, day: dt.date) -> Decimal:
    """The newest rate that had begun on that day; none: it costs nothing that anybody has said."""
    begun = [each for each in rates if each.driver == driver and each.since <= day]
    return max(begun, key=lambda each: each.since).rate if begun else _ZERO


def parts_of(
    done: Iterable[Done], rates: Sequence[Rate], recorded: Iterable[tuple[str, str, Decimal]]
) -> dict[str, tuple[Part, ...]]:
    """Account -> what makes up its cost to serve, dearest first. `recorded`: account, kind, amount."""
    counted: dict[str, dict[str, tuple[int, Decimal]]] = defaultdict(dict)
    for each in done:
        number, amount = counted[each.account].get(each.driver, (0, _ZERO))
        dear = rate_on(rates, each.driver, each.day) * each.quantity
        counted[each.account][each.driver] = (number + each.quantity, amount + dear)
    said: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for account, kind, amount in recorded:
        said[account][kind] += amount
    return {
        account: tuple(
            sorted(
                [
                    *(Part(key, number, amount) for key, (number, amount) in counted[account].items()),
                    *(Part(key, None, amount) for key, amount in said[account].items()),
                ],
                key=lambda part: (-part.amount, part.key),
            )
        )
        for account in sorted({*counted, *said})
    }


def cost_of(parts: Iterable[Part]) -> Decimal:
    return sum((part.amount for part in parts), _ZERO)


@dataclass(frozen=True, slots=True)
class Profit:
    account: str
    name: str
    turnover: Decimal
    income: Decimal
    cost: Decimal

    @property
    def profit(self) -> Decimal:
        return self.income - self.cost

    @property
    def cost_rate(self) -> float | None:
        """Cost to serve as a part of turnover."""
        return float(self.cost / self.turnover) if self.turnover > 0 else None


def whale(profits: Iterable[Profit]) -> list[tuple[Profit, Decimal]]:
    """From the most profitable on, each with the sum so far: its peak is what would be earned without the rest."""
    told, so_far = [], _ZERO
    for each in sorted(profits, key=lambda each: (-each.profit, each.account)):
        so_far += each.profit
        told.append((each, so_far))
    return told


@dataclass(frozen=True, slots=True)
class Net:
    """What a person's accounts bring and what they and the person cost."""

    person: int
    accounts: int
    income: Decimal
    cost: Decimal
    own: Decimal

    @property
    def net(self) -> Decimal:
        return self.income - self.cost - self.own


def net_of_people(
    profits: Iterable[Profit], answers: Mapping[str, int], own: Mapping[int, Decimal]
) -> list[Net]:
    """Best first: who sells most need not bring most (PFA-02). `answers`: account -> person."""
    theirs: dict[int, list[Profit]] = {person: [] for person in own}
    for each in profits:
        if each.account in answers:
            theirs.setdefault(answers[each.account], []).append(each)
    told = [
        Net(
            person,
            len(found),
            sum((each.income for each in found), _ZERO),
            sum((each.cost for each in found), _ZERO),
            own.get(person, _ZERO),
        )
        for person, found in theirs.items()
    ]
    return sorted(told, key=lambda each: (-each.net, each.person))
