"""How far an objective is, and whether that is enough for the day. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Standing = Literal["reached", "on_way", "behind", "missed", "unknown"]
#: So much of the way may lie behind the time before it is told.
SLACK = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """`baseline`, `target`: of a figure or a count; a milestone has neither."""

    kind: str
    starts_on: dt.date
    due_on: dt.date
    baseline: Decimal | None = None
    target: Decimal | None = None
    reached_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """`share`: of the way from the baseline to the target, 0 to 1; below the baseline it is 0."""

    standing: Standing
    current: Decimal | None
    share: float | None
    expected: float  # of the time, what is over


def progress(aim: Aim, current: Decimal | None, *, today: dt.date) -> Progress:
    """A milestone is reached on its day or not; a figure or a count by where it is now."""
    expected = elapsed(aim.starts_on, aim.due_on, today)
    if aim.kind == "milestone":
        return _milestone(aim, today, expected)
    if current is None or aim.baseline is None or aim.target is None:
        return Progress("unknown", current, None, expected)
    share = travelled(aim.baseline, aim.target, current)
    return Progress(_standing(share, expected, is_over=today > aim.due_on), current, share, expected)


def _milestone(aim: Aim, today: dt.date, expected: float) -> Progress:
    if aim.reached_on is not None and aim.reached_on <= today:
        return Progress("reached", None, 1.0, expected)
    return Progress("missed" if today > aim.due_on else "on_way", None, 0.0, expected)


def _standing(share: float, expected: float, *, is_over: bool) -> Standing:
    if share >= 1:
        return "reached"
    if is_over:
        return "missed"
    return "on_way" if share >= expected - SLACK else "behind"


def travelled(baseline: Decimal, target: Decimal, current: Decimal) -> float:
    """Part of the way, 0 to 1. Where the target is to keep what there is, it is all or nothing."""
    if baseline == target:
        return 1.0 if current >= target else 0.0
    return float(min(max((current - baseline) / (target - baseline), Decimal(0)), Decimal(1)))


def elapsed(starts_on: dt.date, due_on: dt.date, today: dt.date) -> float:
    whole = max((due_on - starts_on).days, 1)
    return min(max((today - starts_on).days / whole, 0.0), 1.0)
