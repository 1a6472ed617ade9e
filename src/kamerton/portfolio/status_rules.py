"""Who would be key by other rules, what speaks for and against a status. Pure: values in, values out."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import numpy as np

from kamerton.analytics import classes, exact
from kamerton.analytics.model import Basis, Thresholds

_HUNDREDTHS_IN_MICROS = 10**4


@dataclass(frozen=True, slots=True)
class Weight:
    """One account in a base: amounts of the 12 months in hundredths. `income` None: no cost is recorded."""

    account: str
    name: str
    turnover: int
    income: int | None


@dataclass(frozen=True, slots=True)
class Base:
    """The accounts whose shares are told against one another: the company, a department, a manager."""

    level: str
    of: str  # the department's or the manager's name; "" for the company
    weights: Sequence[Weight]

    @property
    def has_income(self) -> bool:
        return any(each.income is not None for each in self.weights)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What decides by figures: the profile without its words."""

    basis: Basis
    thresholds: Thresholds
    levels: Collection[str] = ("company",)
    counts_contribution: bool = True


@dataclass(frozen=True, slots=True)
class KeyAt:
    """One account that is key by figures at one level. `share`: of that base."""

    account: str
    level: str
    of: str
    share: float | None
    amount: Decimal


def key_in(base: Base, rules: Rules) -> list[KeyAt]:
    """The accounts of one base that are key by contribution there, largest first; the same rule as the analysis."""
    amounts = amounts_in(base, rules.basis)
    if not len(amounts):
        return []
    whole = exact.total(amounts)
    key = classes.key_by_share(amounts, rules.thresholds)
    key |= classes.key_by_amount(amounts, rules.thresholds.amount_key)
    found = [
        KeyAt(
            base.weights[at].account, base.level, base.of,
            float(amounts[at] / whole) if whole > 0 else None, exact.amount(int(amounts[at])),
        )
        for at in np.flatnonzero(key).tolist()
    ]  # fmt: skip
    return sorted(found, key=lambda each: (-each.amount, each.account))


def amounts_in(base: Base, basis: Basis) -> exact.Exact:
    """In millionths; income falls back to turnover where no cost is recorded, as in the analysis."""
    by_income = basis == "income" and base.has_income
    told = [(each.income or 0) if by_income else each.turnover for each in base.weights]
    return np.array([amount * _HUNDREDTHS_IN_MICROS for amount in told], dtype=object)


def share_in(base: Base, account: str, rules: Rules) -> tuple[float | None, KeyAt | None]:
    """The share of one account in a base, and where that makes it key."""
    amounts = amounts_in(base, rules.basis)
    whole = exact.total(amounts)
    at = next((place for place, each in enumerate(base.weights) if each.account == account), None)
    share = float(amounts[at] / whole) if at is not None and whole > 0 else None
    return share, next((each for each in key_in(base, rules) if each.account == account), None)


def key_by_figures(bases: Iterable[Base], rules: Rules) -> dict[str, list[KeyAt]]:
    """Account -> where it is key by contribution, the company first; only at the levels that count."""
    found: dict[str, list[KeyAt]] = {}
    if not rules.counts_contribution:
        return found
    for base in bases:
        if base.level in rules.levels:
            for each in key_in(base, rules):
                found.setdefault(each.account, []).append(each)
    return found


@dataclass(frozen=True, slots=True)
class Moves:
    """One account that comes or goes, with its part of the company's amount."""

    account: str
    name: str
    share: float | None
    where: tuple[KeyAt, ...]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """Who would be key by the new rules: counts, money share, who comes and who goes; largest first."""

    before: int
    after: int
    share_before: float | None
    share_after: float | None
    come: tuple[Moves, ...]
    go: tuple[Moves, ...]
    basis: Basis  # the one used: income falls back to turnover where no cost is recorded


def preview(bases: Sequence[Base], old: Rules, new: Rules) -> Preview:
    """`bases`: the company's first. Shares of money are told on the new basis, so that both compare."""
    company = bases[0] if bases else Base("company", "", ())
    was, will = key_by_figures(bases, old), key_by_figures(bases, new)
    amounts = amounts_in(company, new.basis).tolist()
    told = {each.account: amount for each, amount in zip(company.weights, amounts, strict=True)}
    names = {each.account: each.name for each in company.weights}
    whole = sum(told.values())

    def share(accounts: Iterable[str]) -> float | None:
        return float(sum(told.get(each, 0) for each in accounts) / whole) if whole > 0 else None

    def moves(accounts: Iterable[str], where: Mapping[str, list[KeyAt]]) -> tuple[Moves, ...]:
        ordered = sorted(accounts, key=lambda each: (-told.get(each, 0), each))
        return tuple(
            Moves(each, names.get(each, each), share([each]), tuple(where[each])) for each in ordered
        )

    return Preview(
        before=len(was),
        after=len(will),
        share_before=share(was),
        share_after=share(will),
        come=moves(will.keys() - was.keys(), will),
        go=moves(was.keys() - will.keys(), was),
        basis="income" if new.basis == "income" and company.has_income else "turnover",
    )


# --- for and against ---------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Whether one of the six definitions holds, shown by what, of which day. `dated` None: nothing is there."""

    definition: str
    holds: bool
    text: str
    dated: dt.date | None = None
    is_stale: bool = False


#: Reasons that say only what an account brings today, or how well it is known (C5).
_SHALLOW = frozenset({"contribution", "known"})


def rests_only_on(reasons: Collection[str]) -> Literal["", "income", "fame", "income_and_fame"]:
    """What a status rests on when it rests on nothing else (SEL-17)."""
    held = frozenset(reasons)
    if not held or held - _SHALLOW:
        return ""
    if held == _SHALLOW:
        return "income_and_fame"
    return "income" if "contribution" in held else "fame"


def potential_holds(result: str, *, has_sales: bool) -> bool:
    """Need, budget and a situation; who buys nothing yet is solvent and interested as well (SEL-08, SEL-18)."""
    return result == "prospect" or (has_sales and result == "potential")


def partner_holds(result: str) -> bool:
    """By the checklist alone: what an account is called (reseller, distributor) is never asked (SEL-10)."""
    return result == "open"


def is_stale(dated: dt.date | None, today: dt.date, fresh_days: int) -> bool:
    return dated is not None and (today - dated).days > fresh_days


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last one of that month."""
    at = day.year * 12 + day.month - 1 + months
    year, month = at // 12, at % 12 + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


# --- looking at everybody again ----------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One account as a review sees it. `holds`: the definitions that count and are shown today."""

    is_key: bool
    holds: tuple[str, ...]
    is_small: bool  # of the class C, or without sales
    has_long_term_potential: bool
    silent_days: int | None  # since the last contact; None: never any


def proposed(seen: Seen, silence_days: int) -> Literal["", "promote", "demote", "watch"]:
    """What a review proposes: up where something holds, down where nothing does any more, and whom not to forget."""
    if seen.is_key:
        return "" if seen.holds else "demote"
    if seen.holds:
        return "promote"
    return "watch" if is_forgotten(seen, silence_days) else ""


def is_forgotten(seen: Seen, silence_days: int) -> bool:
    """Small, with long-term potential, and without contact for long: so that it is not neglected (SEL-19)."""
    silent = seen.silent_days is None or seen.silent_days > silence_days
    return seen.is_small and seen.has_long_term_potential and silent
