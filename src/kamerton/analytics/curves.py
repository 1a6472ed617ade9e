"""Pareto and whale curve: accounts from the largest amount, cumulated (SEL-14; Kaplan, HBS 9-197-094)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate


@dataclass(frozen=True, kw_only=True)
class CurvePoint:
    """The first `accounts` of the ranking make `amount` together; `account` is the last of them."""

    account: str
    accounts: int
    accounts_share: float
    amount: Decimal
    share: float | None  # of the total; above 1 where accounts with a loss follow


def curve(amounts: Iterable[tuple[str, Decimal]], *, points: int | None = None) -> tuple[CurvePoint, ...]:
    """The curve through (account, amount) pairs, ties by account.

    On turnover it is the Pareto curve, on income or customer profit the whale curve: that one rises above
    100 % where the accounts at its end lose money. `points` thins it for a picture; the first, the last and
    the highest point stay. The total must be positive for shares to be told.
    """
    ranked = sorted(amounts, key=lambda pair: (-pair[1], pair[0]))
    if not ranked:
        return ()
    cumulated = list(accumulate(amount for _, amount in ranked))
    whole, size = cumulated[-1], len(ranked)
    peak = max(range(size), key=lambda at: (cumulated[at], -at))
    return tuple(
        CurvePoint(
            account=ranked[at][0],
            accounts=at + 1,
            accounts_share=(at + 1) / size,
            amount=cumulated[at],
            share=float(cumulated[at] / whole) if whole > 0 else None,
        )
        for at in _thinned(size, points, peak)
    )


def _thinned(size: int, points: int | None, keep: int) -> list[int]:
    if points is None or size <= max(points, 2):
        return list(range(size))
    step = (size - 1) / (max(points, 2) - 1)
    return sorted({round(at * step) for at in range(max(points, 2))} | {keep})
