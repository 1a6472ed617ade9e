"""Who is key, how dangerous that is, ABC and XYZ.

docs/formulas.md, first table; register SEL-02 to SEL-05, SEL-07, SEL-15.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import numpy as np

from kamerton.analytics import exact
from kamerton.analytics.concentration import ranking
from kamerton.analytics.cubes import Flags
from kamerton.analytics.exact import Exact
from kamerton.analytics.model import Dependency, Thresholds

Band = Literal["low", "normal", "high"]


def key_by_share(amounts: Exact, thresholds: Thresholds) -> Flags:
    """Share of the total strictly above the threshold (SEL-03)."""
    return exact.above(amounts, exact.total(amounts), thresholds.share_key)


def key_by_amount(amounts: Exact, threshold: Decimal | None) -> Flags:
    """Amount of the twelve months at or above the company's own threshold, where it set one (SEL-02)."""
    if threshold is None:
        return np.zeros(len(amounts), dtype=bool)
    reached: Flags = amounts >= exact.in_micros(threshold)
    return reached.astype(bool)


def dependencies(amounts: Exact, thresholds: Thresholds) -> list[Dependency | None]:
    """mono strictly above 70 % (and then critical as well), critical strictly above 20 % (SEL-04, SEL-05)."""
    whole = exact.total(amounts)
    result: list[Dependency | None] = [None] * len(amounts)
    for at in np.flatnonzero(exact.above(amounts, whole, thresholds.share_critical)).tolist():
        result[at] = "critical"
    for at in np.flatnonzero(exact.above(amounts, whole, thresholds.share_mono)).tolist():
        result[at] = "mono"
    return result


def key_share(amounts: Exact, key: Flags) -> float | None:
    """What the key accounts make together, of the total."""
    whole = exact.total(amounts)
    return exact.total(amounts[key]) / whole if whole > 0 else None


def key_share_band(share: float | None, thresholds: Thresholds) -> Band | None:
    """Against the norm of 60 to 80 %, both ends inside (SEL-15)."""
    if share is None:
        return None
    low, high = thresholds.key_share_norm
    return "low" if share < low else "high" if share > high else "normal"


def bought_by_price(turnover: Exact, income: Exact, thresholds: Thresholds) -> Flags:
    """Turnover share above the key threshold, income negative or its share below half of that (SEL-07)."""
    whole, earned = exact.total(turnover), exact.total(income)
    large = exact.above(turnover, whole, thresholds.share_key)
    poor = (income < 0).astype(bool)
    if earned > 0 and whole > 0:
        limit = thresholds.low_income_ratio * (exact.floats(turnover) / float(whole))
        poor |= exact.floats(income) / float(earned) < limit
    result: Flags = large & poor
    return result


def abc(amounts: Exact, limits: tuple[float, float]) -> list[str | None]:
    """A to 80 %, B to 95 %, C the rest, by where an account's interval on the cumulated curve starts.

    The first account is therefore always A. Without a positive total there are no classes.
    """
    whole = exact.total(amounts)
    if whole <= 0:
        return [None] * len(amounts)
    order = ranking(amounts)
    start = np.cumsum(amounts[order]) - amounts[order]
    classes = np.full(len(amounts), "C", dtype=object)
    # Past the first account without a positive amount the curve falls: nothing after it is A or B.
    rising = int((amounts > 0).sum())
    for letter, limit in (("B", limits[1]), ("A", limits[0])):
        begun = exact.first_reaching(np.append(start[:rising], whole), whole, limit) - 1
        classes[order[:begun]] = letter
    result: list[str | None] = classes.tolist()
    return result


def xyz(monthly: Exact, limits: tuple[float, float]) -> list[str | None]:
    """X to 10 %, Y to 25 %, Z above: coefficient of variation of the months' amounts, population sigma.

    `monthly` is unit x month, months without sales are zeros. None where the mean is not positive.
    """
    months = monthly.shape[1]
    values = exact.floats(monthly)
    mean = values.sum(axis=1) / months
    with np.errstate(divide="ignore", invalid="ignore"):
        variation = values.std(axis=1) / mean
    known = mean > 0
    classes = np.full(len(monthly), None, dtype=object)
    classes[known] = "Z"
    for letter, limit in (("Y", limits[1]), ("X", limits[0])):
        classes[known & _within(variation, monthly, limit)] = letter
    result: list[str | None] = classes.tolist()
    return result


def _within(variation: np.ndarray[tuple[int], np.dtype[np.float64]], monthly: Exact, limit: float) -> Flags:
    """sigma / mu at most the limit; where floats cannot tell, n x sum of squares - sum² <= (limit x sum)²."""
    result: Flags = variation <= limit
    for at in np.flatnonzero(np.abs(variation - limit) < 1e-9).tolist():
        row = [int(each) for each in monthly[at]]
        spread = len(row) * sum(each * each for each in row) - sum(row) ** 2
        result[at] = spread <= exact.as_fraction(limit) ** 2 * sum(row) ** 2
    return result
