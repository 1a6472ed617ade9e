"""What pages ask of needs and wallets. Sales come from the snapshot; the ledger is never scanned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np
from django.db.models import QuerySet

from kamerton.access import policy
from kamerton.accounts.models import Account
from kamerton.portfolio import potential_rules as rules
from kamerton.portfolio import queries, whitespace
from kamerton.portfolio.models import (
    AccountSeries,
    Division,
    Estimate,
    Opportunity,
    Snapshot,
    Wallet,
    WhyNot,
)

_ZERO = Decimal(0)
#: Sales of the window and of the one before.
Bought = tuple[Decimal, Decimal]


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What the newest snapshot knows of families, and of what some accounts buy of them."""

    as_of: dt.date | None = None
    currency: str = ""
    families: tuple[str, ...] = ()  # of the company, most turnover first; "" stands for all others
    margins: Mapping[str, float] = field(default_factory=dict)
    usual_margin: float = 1.0  # where no cost is recorded turnover stands for income
    has_cost: bool = False
    bought: Mapping[str, Mapping[str, Bought]] = field(default_factory=dict)

    def now(self, number: str, family: str) -> Decimal:
        """Net of returns, at least nothing."""
        return max(self.bought.get(number, {}).get(family, (_ZERO, _ZERO))[0], _ZERO)

    def before(self, number: str, family: str) -> Decimal:
        return max(self.bought.get(number, {}).get(family, (_ZERO, _ZERO))[1], _ZERO)


def ground(numbers: Collection[str], snapshot: Snapshot | None = None) -> Ground:
    """Of these accounts. Four queries, three with a snapshot."""
    taken = snapshot or queries.latest_snapshot(with_figures=False)
    if taken is None:
        return Ground()
    kept = taken.views.get("families")
    if not kept:  # taken before families were
        return Ground(as_of=taken.as_of, currency=taken.currency)
    names = tuple(kept["names"])
    told = {name: margin for name, margin in zip(names, kept["margins"], strict=True) if margin is not None}
    usual = kept["usual"]
    return Ground(
        as_of=taken.as_of,
        currency=taken.currency,
        families=names,
        margins=told if usual is not None else {},
        usual_margin=1.0 if usual is None else usual,
        has_cost=usual is not None,
        bought=_bought(taken, names, numbers),
    )


def _bought(
    snapshot: Snapshot, names: Sequence[str], numbers: Collection[str]
) -> dict[str, dict[str, Bought]]:
    rows = AccountSeries.objects.filter(snapshot=snapshot, figure__account__in=numbers)
    return {
        number: {
            names[at]: (Decimal(now).scaleb(-2), Decimal(before).scaleb(-2)) for at, now, before in cells
        }
        for number, cells in rows.values_list("figure__account", "families")
    }


def cell(row: Estimate) -> rules.Cell:
    return rules.Cell(
        family=row.family,
        division=str(row.division_id or ""),
        years=row.needs,
        competitors=row.competitors or _ZERO,
        satisfiable=row.satisfiable / 100,
    )


def ours_of(row: Estimate, told: Ground) -> Decimal | None:
    """What we sell there a year. A division: what was typed, or nothing where the account buys none; None: unknown."""
    sold = told.now(row.account.number, row.family)
    if row.division_id is None:
        return sold
    if row.ours_typed is not None:
        return row.ours_typed
    return None if sold else _ZERO


# --- what similar accounts buy ----------------------------------------------------------------------------


@lru_cache(maxsize=2)
def _book(snapshot_id: int, _digest: str) -> whitespace.Book:
    """A snapshot never changes: each process reads it once. 20,000 accounts take half a second."""
    names = Snapshot.objects.values_list("views", flat=True).get(pk=snapshot_id)["families"]["names"]
    rows = AccountSeries.objects.filter(snapshot=snapshot_id).order_by("figure")
    told = list(rows.values_list("figure__account", "families"))
    now = np.zeros((len(told), len(names)))
    for at, (_number, cells) in enumerate(told):
        for family, cents, _before in cells:
            now[at, family] = cents / 100
    return whitespace.Book(accounts=[number for number, _cells in told], families=names, now=now)


@dataclass(frozen=True, kw_only=True)
class Compared:
    """What similar accounts buy. `named`: those that the reader reaches, most alike first; others are only counted."""

    peers: whitespace.Peers
    suggestions: Mapping[str, whitespace.Suggestion]
    named: tuple[str, ...]


def compared(account: Account, actor: policy.Actor, snapshot: Snapshot | None) -> Compared | None:
    """None: too few accounts are like it, or nothing is known of families."""
    if snapshot is None or not snapshot.views.get("families"):
        return None
    book = _book(snapshot.pk, snapshot.digest)
    colleagues: frozenset[str] = frozenset()
    if account.industry_id is not None:
        same = Account.objects.current().filter(industry=account.industry_id)
        colleagues = frozenset(same.values_list("number", flat=True))
    peers = whitespace.peers_of(book, account.number, colleagues)
    if peers is None:
        return None
    numbers = [book.accounts[at] for at in peers.places]
    reached = policy.scope(Account.objects.filter(number__in=numbers), actor, "portfolio.view")
    names = dict(reached.values_list("number", "name"))
    found = whitespace.suggestions(book, account.number, peers)
    return Compared(
        peers=peers,
        suggestions={each.family: each for each in found},
        named=tuple(names[number] for number in numbers if number in names),
    )


@dataclass(frozen=True, kw_only=True)
class Lead:
    """A family that accounts like this one buy, and nobody has said anything of here."""

    account: Account
    suggestion: whitespace.Suggestion


def leads(accounts: Sequence[Account], snapshot: Snapshot | None, limit: int) -> list[Lead]:
    """Of accounts that the reader reaches, the most money at their size first. Five queries."""
    if snapshot is None or not snapshot.views.get("families") or not accounts:
        return []
    book = _book(snapshot.pk, snapshot.digest)
    colleagues: dict[int | None, set[str]] = {}
    same = Account.objects.current().filter(industry__in={each.industry_id for each in accounts} - {None})
    for industry, number in same.values_list("industry", "number"):
        colleagues.setdefault(industry, set()).add(number)
    spoken = _spoken(accounts)
    found = [
        Lead(account=account, suggestion=each)
        for account in accounts
        if (peers := whitespace.peers_of(book, account.number, colleagues.get(account.industry_id, ())))
        for each in whitespace.suggestions(book, account.number, peers)
        if (account.pk, each.family) not in spoken
    ]
    return sorted(found, key=lambda lead: (-lead.suggestion.at_size, lead.account.pk))[:limit]


def _spoken(accounts: Sequence[Account]) -> set[tuple[int, str]]:
    """Cells of which something is estimated, closed or under way."""
    of = [Estimate.objects.current(), WhyNot.objects.filter(ended_at=None), Opportunity.objects.open()]
    rows = (each.filter(account__in=accounts).order_by().values_list("account", "family") for each in of)
    return {pair for told in rows for pair in told}


# --- the matrix -------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class MatrixCell:
    """One family of the whole account (`division` None) or of one division."""

    family: str
    division: Division | None
    estimate: Estimate | None
    ours: Decimal | None  # None: not known of this division
    before: Decimal | None
    wallet: rules.Wallet | None  # None: no estimate, or ours is not known
    suggestion: whitespace.Suggestion | None
    why_not: WhyNot | None
    opportunities: tuple[Opportunity, ...]

    @property
    def is_white(self) -> bool:
        """We sell nothing there, nobody has said why not, and nothing is under way."""
        return not self.ours and self.why_not is None and not self.opportunities

    @property
    def weight(self) -> tuple[Decimal, Decimal, Decimal]:
        """What stands first: the largest gap, then what we sell, then what similar accounts spend."""
        gap = self.wallet.gap if self.wallet else _ZERO
        hint = Decimal(str(self.suggestion.at_size)) if self.suggestion else _ZERO
        return gap, self.ours or _ZERO, hint


@dataclass(frozen=True, kw_only=True)
class Matrix:
    account: Account
    ground: Ground
    divisions: tuple[Division, ...]
    families: tuple[str, ...]
    cells: Mapping[tuple[int | None, str], MatrixCell]

    def of(self, division: Division | None) -> list[MatrixCell]:
        """A cell for each family, the heaviest first."""
        key = division.pk if division else None
        row = [self.cells[key, family] for family in self.families]
        return sorted(row, key=lambda each: (*(-part for part in each.weight), each.family.casefold()))


def matrix(account: Account, told: Ground, similar: Compared | None) -> Matrix:
    """Everything that the account's page shows of needs. Four queries, whatever the number of cells."""
    divisions = tuple(account.divisions.all())
    estimates = {(row.division_id, row.family): row for row in _estimates(account)}
    why_not = {
        (row.division_id, row.family): row
        for row in account.why_nots.filter(ended_at=None).select_related("created_by")
    }
    under_way: dict[tuple[int | None, str], list[Opportunity]] = {}
    for row in account.opportunities.open().select_related("owner"):
        under_way.setdefault((row.division_id, row.family), []).append(row)
    spoken = {family for _division, family in (*estimates, *why_not, *under_way)}
    bought = told.bought.get(account.number, {})
    kept = [name for name in told.families if name or bought.get(name)]
    families = tuple(dict.fromkeys([*kept, *sorted(spoken)]))
    cells = {}
    for division in (None, *divisions):
        for family in families:
            key = (division.pk if division else None, family)
            cells[key] = _cell(
                account, division, family, told, estimates.get(key), why_not.get(key),
                tuple(under_way.get(key, ())), similar,
            )  # fmt: skip
    return Matrix(account=account, ground=told, divisions=divisions, families=families, cells=cells)


def _estimates(account: Account) -> Iterable[Estimate]:
    rows = account.estimates.current().select_related("created_by", "division")
    for row in rows:
        row.account = account  # one object: nothing is fetched for it again
        yield row


def _cell(
    account: Account,
    division: Division | None,
    family: str,
    told: Ground,
    estimate: Estimate | None,
    why_not: WhyNot | None,
    opportunities: tuple[Opportunity, ...],
    similar: Compared | None,
) -> MatrixCell:
    if division is None:
        ours: Decimal | None = told.now(account.number, family)
        before: Decimal | None = told.before(account.number, family)
    else:
        ours = ours_of(estimate, told) if estimate else None
        before = None
    known = estimate is not None and ours is not None
    return MatrixCell(
        family=family,
        division=division,
        estimate=estimate,
        ours=ours,
        before=before,
        wallet=rules.wallet(estimate.short, ours, estimate.competitors or _ZERO)  # type: ignore[union-attr, arg-type]
        if known
        else None,
        suggestion=similar.suggestions.get(family) if similar and division is None else None,
        why_not=why_not,
        opportunities=opportunities,
    )


# --- history and evidence ---------------------------------------------------------------------------------


def estimates_on(account: Account, day: dt.date) -> dict[tuple[int | None, str], Estimate]:
    """What counted at the end of that day, of each division and family. One query."""
    rows = account.estimates.filter(dated__lte=day).order_by("dated", "pk")
    return {(row.division_id, row.family): row for row in rows}


def needs_on(account: Account, day: dt.date) -> dict[str, rules.FamilyNeed]:
    cells = [cell(row) for row in estimates_on(account, day).values()]
    return {each.family: each for each in rules.by_family(cells)}


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What speaks for an account by its potential (the second of the six definitions of key)."""

    need: Decimal  # of the next 12 months
    a_year: Decimal
    share: float | None
    gap: Decimal
    income: Decimal  # expected a year: what the ranking goes by
    rank: int  # among all accounts with an estimate, from 1
    satisfiable: float
    confidence: str
    dated: dt.date
    is_stale: bool
    near_only: bool


def evidence(accounts: Collection[int] | QuerySet[Any], today: dt.date) -> dict[int, Evidence]:
    """Of the accounts that have an estimate; who asks has asked for the right. Two queries."""
    order = Wallet.objects.order_by("-income", "account").values_list("account", flat=True)
    ranks = {account: at for at, account in enumerate(order, start=1)}
    return {
        row.account_id: Evidence(
            need=row.short, a_year=row.a_year, share=row.share, gap=row.gap, income=row.income,
            rank=ranks[row.account_id], satisfiable=row.satisfiable, confidence=row.confidence,
            dated=row.dated, is_stale=is_stale(row.dated, today), near_only=row.near_only,
        )
        for row in Wallet.objects.filter(account__in=accounts)
    }  # fmt: skip


def is_stale(dated: dt.date, today: dt.date) -> bool:
    return (today - dated).days > rules.STALE_AFTER_DAYS
