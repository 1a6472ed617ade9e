"""Demands of customers that rise quarter after quarter: returns, cost to serve, requests (PFA-05)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from kamerton.portfolio import serving_queries, serving_rules
from kamerton.portfolio.models import Snapshot

Kind = Literal["returns", "cost", "requests"]
QUARTER_DAYS = 91


# --- pure --------------------------------------------------------------------------------------------------------


def rises(values: Sequence[Decimal | int | None], times: int) -> bool:
    """Whether the last `times` steps all went up: three take four quarters, of which each is known."""
    last = values[-(times + 1) :]
    if times < 1 or len(last) < times + 1:
        return False
    return all(before is not None and now is not None and before < now for before, now in pairwise(last))


def quarters(as_of: dt.date, count: int) -> list[tuple[dt.date, dt.date]]:
    """The last `count` spans of 91 days to the date, oldest first; both days inside."""
    ends = [as_of - dt.timedelta(days=QUARTER_DAYS * at) for at in reversed(range(count))]
    return [(end - dt.timedelta(days=QUARTER_DAYS - 1), end) for end in ends]


@dataclass(frozen=True, slots=True)
class Rising:
    """One demand of one account, oldest quarter first."""

    kind: Kind
    values: tuple[Decimal | int, ...]


# --- read ------------------------------------------------------------------------------------------------------


def rising_service(snapshot: Snapshot) -> dict[str, list[Rising]]:
    """Account number -> cost to serve or requests that rose as often as the profile says. Four queries a quarter."""
    times = int(snapshot.profile["alert_quarters"])
    told = [serving_queries.in_days(*days) for days in quarters(snapshot.as_of, times + 1)]
    found: dict[str, list[Rising]] = {}
    for account in {number for each in told for number in each}:
        rising = [
            each for each in (_rising("cost", [_cost(at, account) for at in told], times),
                              _rising("requests", [_requests(at, account) for at in told], times))
            if each is not None
        ]  # fmt: skip
        if rising:
            found[account] = rising
    return found


def rising_returns(snapshot: Snapshot) -> list[str]:
    """Account numbers, as the snapshot found them; only this part of the views, which are large. One query."""
    told = Snapshot.objects.filter(pk=snapshot.pk).values_list("views__outlook__rising_returns", flat=True)
    return told.first() or []


def _rising(kind: Kind, values: Sequence[Decimal | int], times: int) -> Rising | None:
    return Rising(kind, tuple(values)) if rises(values, times) else None


def _cost(parts: Mapping[str, tuple[serving_rules.Part, ...]], account: str) -> Decimal:
    return serving_rules.cost_of(parts.get(account, ()))


def _requests(parts: Mapping[str, tuple[serving_rules.Part, ...]], account: str) -> int:
    return sum(each.quantity or 0 for each in parts.get(account, ()) if each.key == "request")
