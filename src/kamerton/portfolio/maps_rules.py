"""Portfolio maps: where an account stands on two axes from 0 to 1, and what its quarter is called. Pure.

Parts are ranks among the accounts that buy: 0.8 means that four in five stand lower. An axis is the weighted mean
of the parts that are known, their weights re-based (docs/formulas.md, Portfolio maps).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum, isclose

#: Map -> (axis to the right, axis up).
MAPS: Mapping[str, tuple[str, str]] = {
    "attractiveness": ("strength", "attractiveness"),  # McDonald & Woodburn
    "seen": ("value", "strength"),  # Steele & Court
    "price": ("serving", "price"),  # Shapiro et al.
}
#: Map -> the quarters: low left, low right, high left, high right.
QUARTERS: Mapping[str, tuple[str, str, str, str]] = {
    "attractiveness": ("streamline", "status", "star", "strategic"),
    "seen": ("nuisance", "exploitable", "development", "core"),
    "price": ("bargain", "aggressive", "passive", "carriage"),
}
#: Axis -> its parts with the weights that are given.
WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "attractiveness": {"size": 0.35, "growth": 0.25, "margin": 0.20, "potential": 0.20},
    "strength": {"wallet": 0.40, "health": 0.30, "staying": 0.30},
}
_HALF = 0.5


def ranks(values: Mapping[str, float | None]) -> dict[str, float]:
    """Each value's place among the others, 0 to 1, ties in the middle of theirs; None has no place.

    One alone stands at 0.5.
    """
    told = sorted(value for value in values.values() if value is not None)
    if not told:
        return {}
    return {
        key: (bisect_left(told, value) + bisect_right(told, value)) / (2 * len(told))
        for key, value in values.items()
        if value is not None
    }


def against(values: Mapping[str, float | None], mean: float) -> dict[str, float]:
    """Each value against the mean of all: 0 is none, 0.5 the mean, towards 1 many times it.

    For what most accounts have nothing of: a rank would put them all in one place in the middle.
    """
    told = {key: value for key, value in values.items() if value is not None and value >= 0}
    return {key: value / (value + mean) if value + mean > 0 else 0.0 for key, value in told.items()}


def weighted(parts: Mapping[str, float | None], weights: Mapping[str, float]) -> float | None:
    """The weighted mean of what is known; None where nothing is, or where all of it weighs nothing."""
    known = {key: value for key, value in parts.items() if value is not None and weights.get(key, 0) > 0}
    whole = fsum(weights[key] for key in known)
    return fsum(value * weights[key] for key, value in known.items()) / whole if whole > 0 else None


def is_whole(weights: Mapping[str, float]) -> bool:
    """Weights are parts of one: none negative, together 1."""
    return all(each >= 0 for each in weights.values()) and isclose(fsum(weights.values()), 1.0, abs_tol=1e-9)


def quarter(kind: str, x: float, y: float) -> str:
    """The middle itself counts as low."""
    return QUARTERS[kind][(2 if y > _HALF else 0) + (1 if x > _HALF else 0)]


@dataclass(frozen=True, slots=True)
class Spot:
    """An account on a map. `x`, `y`: where it stands; `by_figures`: where the figures alone put it.

    `parts`: what each axis is made of, part -> rank.
    """

    account: str
    name: str
    amount: float
    x: float
    y: float
    by_figures: tuple[float | None, float | None]
    parts: Mapping[str, Mapping[str, float | None]]
    placement: int | None = None  # key of the placement in force

    @property
    def is_moved(self) -> bool:
        return self.placement is not None
