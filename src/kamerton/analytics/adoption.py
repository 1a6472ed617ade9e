"""Who buys what is new first (SEL-12; Rogers, Diffusion of Innovations).

For each product first sold inside the window its adopters are put in order of their first purchase. An
account belongs to the class in which its interval starts, as in ABC: innovators are the first 2.5 %, so the
first adopter always is one; early adopters the next 13.5 %. Same day: the account id decides.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING

from kamerton.analytics import cubes, exact
from kamerton.analytics.engine import fetched
from kamerton.analytics.model import Thresholds
from kamerton.analytics.periods import window_before

if TYPE_CHECKING:
    import ibis


@dataclass(frozen=True, kw_only=True)
class Adopter:
    account: str
    innovator_of: tuple[str, ...]  # products, sorted
    early_adopter_of: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Adoption:
    """Adopters by number of products in which they were innovators, then early adopters, then id."""

    from_date: dt.date
    to_date: dt.date
    launched: tuple[str, ...]  # products first sold in the window, sorted
    adopters: tuple[Adopter, ...]
    told: bool  # False: the ledger begins inside the window, so what is new cannot be told

    @property
    def innovators(self) -> tuple[Adopter, ...]:
        return tuple(each for each in self.adopters if each.innovator_of)


def adoption(lines: ibis.Table, thresholds: Thresholds, *, as_of: dt.date) -> Adoption:
    """Adoption of the products launched in the window up to `as_of`: three scans of a few columns."""
    window = window_before(as_of)
    first_date = fetched(cubes.span_of(lines)).to_pylist()[0]["first"]
    told = first_date is not None and first_date < window.from_date
    rows = fetched(first_purchases(lines, window.from_date, as_of)).to_pylist() if told else []
    ranked = sorted((row["product"], row["first"], row["account"]) for row in rows)
    innovator: dict[str, list[str]] = {}
    early: dict[str, list[str]] = {}
    launched = []
    for product, adopters in groupby(ranked, key=lambda row: row[0]):
        launched.append(product)
        accounts = [account for _, _, account in adopters]
        ends = adopter_classes(len(accounts), thresholds)
        for account in accounts[: ends[0]]:
            innovator.setdefault(account, []).append(product)
        for account in accounts[ends[0] : ends[1]]:
            early.setdefault(account, []).append(product)
    found = [
        Adopter(
            account=account,
            innovator_of=tuple(innovator.get(account, ())),
            early_adopter_of=tuple(early.get(account, ())),
        )
        for account in innovator.keys() | early.keys()
    ]
    found.sort(key=lambda each: (-len(each.innovator_of), -len(each.early_adopter_of), each.account))
    return Adoption(
        from_date=window.from_date, to_date=as_of, launched=tuple(launched), adopters=tuple(found), told=told
    )


def first_purchases(lines: ibis.Table, from_date: dt.date, to_date: dt.date) -> ibis.Table:
    """product, account, first: of products that nobody bought before `from_date`, up to `to_date`."""
    known = lines.account.notnull() & lines["product"].notnull() & (lines.date <= to_date)
    bought = lines.filter(known & cubes.purchases(lines))
    # Few products are new: who bought which of all of them would be as many pairs as there are lines.
    launch = bought.group_by("product").aggregate(launch=bought.date.min())
    new = launch.filter(launch.launch >= from_date)
    of_new = bought.filter(bought.date >= from_date).semi_join(new, "product")
    return of_new.group_by("product", "account").aggregate(first=of_new.date.min())


def adopter_classes(adopters: int, thresholds: Thresholds) -> tuple[int, int]:
    """How many of the adopters, in order, are innovators, and how many innovators or early adopters."""
    innovator = exact.as_fraction(thresholds.innovator)
    early = innovator + exact.as_fraction(thresholds.early_adopter)
    return _starting_before(innovator, adopters), _starting_before(early, adopters)


def too_many_innovators(innovators: int, accounts: int, thresholds: Thresholds) -> bool:
    """More than 2.5 % of the accounts: of 200, five are fine and six warn."""
    return innovators > exact.as_fraction(thresholds.innovator) * accounts


def _starting_before(limit: Fraction, count: int) -> int:
    """Whole numbers p with p / count < limit, at most `count`."""
    return min(-(-limit.numerator * count // limit.denominator), count)
