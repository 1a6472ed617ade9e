"""Figures as they stand in the sentence of a signal: exact enough, and short."""

from __future__ import annotations

from decimal import Decimal

_STEP = {1: Decimal("0.1"), 2: Decimal("0.01")}


def percent(part: float, beside: float | None = None) -> Decimal:
    """0.2345 is 23.5. With two decimals where one would make it equal to the line that it is past."""
    exact = Decimal(repr(part)) * 100
    short = exact.quantize(_STEP[1])
    if beside is not None and short == (Decimal(repr(beside)) * 100).quantize(_STEP[1]) and part != beside:
        return exact.quantize(_STEP[2])
    return short


def whole(amount: Decimal) -> Decimal:
    """Without cents: nobody acts on them."""
    return amount.quantize(Decimal(1))
