"""Made books of sales in which accounts leave for a known reason, one kind each: nobody tuned anything to them.

Every account buys at distances of its own mean, for amounts of its own size; it leaves at a moment that is drawn and
that nothing announces, but where the kind says otherwise.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

_START, _DAYS = dt.date(2021, 1, 1), 1460
_ACCOUNTS, _SEED = 500, 1
_STAYS = 3 * 365.0  # mean days until it leaves
_FADES = 300  # days before the end in which it buys half as often, for half as much


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What is planted. `phases`: of a distance, 1 comes by chance; `stops`: mean chance of leaving after a purchase."""

    phases: int = 1
    rare: float = 1.0
    half_yearly: bool = False  # every second account buys twice a year, at about the same days
    fades: bool = False
    stops: float = 0.0


KINDS = {
    "chance": Kind(),
    "regular": Kind(phases=6),
    "rare": Kind(rare=3.0),
    "half-yearly": Kind(half_yearly=True),
    "fading": Kind(fades=True),
    "stopping": Kind(stops=0.09),
}


def made_book(name: str, folder: Path) -> Path:
    """The book of a kind as one CSV; the same in every run."""
    draw, kind, path = np.random.default_rng(_SEED), KINDS[name], folder / "book.csv"
    lines = [
        (day, f"A{at:04d}", amount) for at in range(_ACCOUNTS) for day, amount in _purchases(kind, at, draw)
    ]
    with path.open("w", newline="", encoding="utf-8") as text:
        writer = csv.writer(text)
        writer.writerow(["account", "date", "document", "amount"])
        for at, (day, account, amount) in enumerate(sorted(lines)):
            writer.writerow([account, (_START + dt.timedelta(day)).isoformat(), f"D{at}", f"{amount:.2f}"])
    return path


def _purchases(kind: Kind, at: int, draw: np.random.Generator) -> Iterator[tuple[int, float]]:
    """Days since the start, and amounts."""
    day = int(draw.integers(0, _DAYS * 0.6)) if draw.random() < 0.6 else 0
    mean, size = float(draw.gamma(4, 15)) * kind.rare, float(draw.lognormal(7, 1))
    end = day + float(draw.exponential(_STAYS)) if not kind.stops else float(_DAYS)
    stops = float(draw.beta(0.8, 0.8 / kind.stops - 0.8)) if kind.stops else 0.0
    while day < min(end, _DAYS):
        fading = 2 if kind.fades and end - day < _FADES else 1
        yield day, size / fading * float(draw.lognormal(0, 0.5))
        if draw.random() < stops:
            return
        by_season = kind.half_yearly and at % 2
        gap = draw.normal(182, 20) if by_season else draw.gamma(kind.phases, mean * fading / kind.phases)
        day += max(1, round(float(gap)))
