"""How well a figure told what came after: AUC, lift, calibration by tenths. Pure.

AUC: the chance that one to whom it happened stood higher than one to whom it did not (ties count half); 0.5 is a coin.
Lift: how many times more often it happened among the tenth with the highest figures than among all. Accounts that tie
for the last places of the tenth count in part, so that no order of their names makes a difference.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

TENTHS = 10


@dataclass(frozen=True, kw_only=True)
class Tenth:
    """A tenth of the accounts, the highest figures first: what was told, and what came."""

    accounts: int
    told: float  # mean of the figure
    came: float  # share to whom it happened
    happened: int


def ranks(values: Floats) -> Floats:
    """1 for the smallest; equal values share the mean of their places."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(count)
    result: Floats = (ends - (count - 1) / 2.0)[place]
    return result


def auc(figure: Floats, happened: Flags) -> float | None:
    """None where it happened to nobody or to all, so that nothing can be told apart."""
    yes = int(happened.sum())
    no = len(happened) - yes
    if not yes or not no:
        return None
    return (float(ranks(figure)[happened].sum()) - yes * (yes + 1) / 2) / (yes * no)


def lift(figure: Floats, happened: Flags, *, part: float = 0.1) -> float | None:
    """None where it happened to nobody."""
    if not happened.any():
        return None
    size = max(1, round(len(figure) * part))
    line = np.sort(figure)[-size]
    above, level = figure > line, figure == line
    hits = float(happened[above].sum()) + (size - int(above.sum())) * float(happened[level].mean())
    return hits / size / float(happened.mean())


def tenths(figure: Floats, happened: Flags) -> tuple[Tenth, ...]:
    """Ten groups of nearly the same size, highest figures first; fewer where there are not ten accounts.

    Accounts with the same figure stand in the order given: hand them over in one that does not change.
    """
    order = np.argsort(-figure, kind="stable")
    groups = [each for each in np.array_split(order, TENTHS) if len(each)]
    return tuple(
        Tenth(
            accounts=len(each),
            told=float(figure[each].mean()),
            came=float(happened[each].mean()),
            happened=int(happened[each].sum()),
        )
        for each in groups
    )
