"""How much rests on how few: shares, Pareto, Herfindahl-Hirschman (docs/formulas.md; SEL-14, PFA-04).

Amounts are `exact.Exact`, one entry a unit in the order of their ids, so that ties fall to the smaller id.
Shares are of the total of all units, those with a negative net included.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from kamerton.analytics import exact
from kamerton.analytics.cubes import Ints
from kamerton.analytics.exact import Exact
from kamerton.analytics.model import Concentration, Thresholds


def ranking(amounts: Exact) -> Ints:
    """Positions from the largest amount to the smallest, ties by id."""
    order: Ints = np.argsort(-amounts, kind="stable")
    return order


def ranked(amounts: Exact) -> Exact:
    """The amounts from the largest to the smallest."""
    result: Exact = np.sort(amounts)[::-1]
    return result


def hhi(amounts: Exact) -> float | None:
    """Sum of squared shares of the positive amounts, re-based on their sum; None where there is none."""
    return _hhi(ranked(amounts))


def _hhi(ordered: Exact) -> float | None:
    positive = ordered[ordered > 0]
    if not len(positive):
        return None
    parts = exact.floats(positive) / float(exact.total(positive))
    return math.fsum((parts * parts).tolist())


def pareto_count(amounts: Exact, threshold: float) -> int | None:
    """The smallest number of accounts whose amounts together reach `threshold` of the total."""
    return _pareto_count(ranked(amounts), exact.total(amounts), threshold)


def _pareto_count(ordered: Exact, whole: int, threshold: float) -> int | None:
    return exact.first_reaching(np.cumsum(ordered), whole, threshold) if whole > 0 else None


def top_share(amounts: Exact, count: int) -> float | None:
    """Share of the total that the `count` largest make."""
    return _top_share(ranked(amounts), exact.total(amounts), count)


def _top_share(ordered: Exact, whole: int, count: int) -> float | None:
    return exact.total(ordered[:count]) / whole if whole > 0 and len(ordered) else None


def top_count(accounts: int, part: float) -> int:
    """How many accounts the top 20 % are: rounded up, so that it is one at least (SEL-14)."""
    return math.ceil(accounts * exact.as_fraction(part))


def concentration(units: Sequence[str], amounts: Exact, thresholds: Thresholds) -> Concentration:
    """All measures of one period; `units` and `amounts` of the accounts with a line in it.

    `units` is only looked up by position.
    """
    ordered, whole = ranked(amounts), exact.total(amounts)  # put in order once: it is most of the work
    squares = _hhi(ordered)

    def over(threshold: float) -> tuple[str, ...]:
        high = np.flatnonzero(exact.above(amounts, whole, threshold))
        return tuple(units[at] for at in high[ranking(amounts[high])].tolist())

    return Concentration(
        accounts=len(amounts),
        hhi=squares,
        effective_accounts=1 / squares if squares else None,
        accounts_for_80pct=_pareto_count(ordered, whole, thresholds.pareto_share),
        top20pct_share=_top_share(ordered, whole, top_count(len(amounts), thresholds.pareto_top)),
        over_10pct=over(thresholds.share_key),
        over_20pct=over(thresholds.share_critical),
        over_70pct=over(thresholds.share_mono),
        largest_share=_top_share(ordered, whole, 1),
        top5_share=_top_share(ordered, whole, 5),
        top10_share=_top_share(ordered, whole, 10),
    )
