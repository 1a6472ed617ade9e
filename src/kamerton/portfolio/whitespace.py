"""What similar accounts buy and this one does not. Pure, over the families that the ledger tells.

Similar are the ten accounts of the same industry whose purchases are spread over the families most alike; where
the industry is not known, or has fewer than four others, the ten of the whole company, from a likeness of 0.5 on.
Likeness is the cosine of the two lists of shares: 1 is the same mix, 0 is nothing in common. It looks at the mix and
not at the amounts, so a small account may be like a large one.

A family is bought where it makes at least 1 % of what an account buys of us: a sample and a spare part are no purchase.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Amounts = npt.NDArray[np.float64]

PEERS = 10
FEWEST_PEERS = 4
FEWEST_BUYERS = 3  # below, a typical amount would tell of single accounts
LEAST_LIKENESS = 0.5
LEAST_PART = 0.01
#: A family is worth naming where this part of the similar accounts buys it.
MOST_BUY = 0.5


@dataclass(frozen=True, kw_only=True)
class Book:
    """Sales of the window: accounts x families, in the company's currency. Returns may make a cell negative."""

    accounts: Sequence[str]
    families: Sequence[str]
    now: Amounts

    def place(self, account: str) -> int | None:
        try:
            return self.accounts.index(account)
        except ValueError:
            return None


@dataclass(frozen=True, kw_only=True)
class Peers:
    """Places in the book, most alike first. `why`: they share the industry, or only the mix of families."""

    why: Literal["industry", "profile"]
    places: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """`buyers` of `peers` similar accounts buy the family. `typical`: the median of what they spend a year on it.

    `at_size`: the median of its part in what they buy of us, times what this account buys of us.
    """

    family: str
    buyers: int
    peers: int
    typical: float
    at_size: float


def peers_of(book: Book, account: str, same_industry: Collection[str] = ()) -> Peers | None:
    """None: the account buys nothing, or too few others are like it."""
    place = book.place(account)
    if place is None:
        return None
    likeness = _likeness(book.now, place)
    if likeness is None:
        return None
    colleagues = [at for at, other in enumerate(book.accounts) if other in same_industry and at != place]
    active = [at for at in colleagues if likeness[at] > 0]
    if len(active) >= FEWEST_PEERS:
        return Peers(why="industry", places=_nearest(likeness, active))
    like = np.flatnonzero(likeness >= LEAST_LIKENESS).tolist()
    if len(like) < FEWEST_PEERS:
        return None
    return Peers(why="profile", places=_nearest(likeness, like))


def _likeness(amounts: Amounts, place: int) -> Amounts | None:
    bought = np.maximum(amounts, 0)
    length = np.linalg.norm(bought, axis=1)
    if not length[place]:
        return None
    told: Amounts = bought @ bought[place] / (np.where(length > 0, length, 1) * length[place])
    told[place] = -1
    return told


def _nearest(likeness: Amounts, places: Sequence[int]) -> tuple[int, ...]:
    """Most alike first, ties in the order of the book."""
    there = np.asarray(places, dtype=np.int64)
    order = np.lexsort((there, -np.round(likeness[there], 9)))
    return tuple(there[order[:PEERS]].tolist())


def suggestions(book: Book, account: str, peers: Peers) -> tuple[Suggestion, ...]:
    """Families that most similar accounts buy and this one hardly or not, the most money at its size first."""
    place = book.place(account)
    if place is None:
        return ()
    amounts = np.maximum(book.now[[place, *peers.places]], 0)
    totals = amounts.sum(axis=1, keepdims=True)
    parts = np.divide(amounts, totals, out=np.zeros_like(amounts), where=totals > 0)
    bought = parts >= LEAST_PART
    found = []
    for at, family in enumerate(book.families):
        buys = bought[1:, at]
        buyers = int(buys.sum())
        if bought[0, at] or not family or buyers < FEWEST_BUYERS or buyers < MOST_BUY * len(buys):
            continue
        found.append(
            Suggestion(
                family=family,
                buyers=buyers,
                peers=len(buys),
                typical=round(float(np.median(amounts[1:, at][buys])), 2),
                at_size=round(float(np.median(parts[1:, at][buys]) * totals[0, 0]), 2),
            )
        )
    return tuple(sorted(found, key=lambda each: (-each.at_size, each.family)))
