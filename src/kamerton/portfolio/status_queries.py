"""What pages ask about who is key: the written profile, the bases of shares. Snapshots only, never the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Max, Sum
from django.utils import timezone
from django.utils.functional import Promise

from kamerton.access.sellers import departments, folded
from kamerton.accounts.models import Account
from kamerton.portfolio import queries, rules, status_rules
from kamerton.portfolio.models import (
    AccountFigure,
    AccountFigureQuerySet,
    KeyProfile,
    KeyStatus,
    Profile,
    Review,
    SellerAmount,
    Snapshot,
)
from kamerton.portfolio.models import status as vocabulary
from kamerton.portfolio.models.key_status import KeyStatusQuerySet
from kamerton.portfolio.status_rules import Base, KeyAt, Rules, Weight, share_in
from kamerton.work.models import Approval

Text = str | Promise


def written() -> KeyProfile | None:
    """The profile in force; None: the company has not written down what a key account is. One query."""
    return KeyProfile.objects.select_related("author").first()


def versions() -> list[KeyProfile]:
    """Newest first."""
    return list(KeyProfile.objects.select_related("author"))


def definition_words(profile: KeyProfile | None) -> dict[str, Text]:
    """Definition -> what the company calls it (SEL-16): the six definitions, or the six classes."""
    as_classes = profile is not None and profile.class_list == "classes"
    return dict(vocabulary.six_classes() if as_classes else vocabulary.definitions())


def rules_of(profile: Profile, told: KeyProfile | None) -> Rules:
    """What decides by figures today. Nothing written: every level counts for nothing but the company."""
    columns = {name: getattr(profile, name) for name in queries.profile_columns()}
    return Rules(
        basis=profile.basis,  # type: ignore[arg-type]
        thresholds=rules.thresholds_of(columns),
        levels=tuple(told.levels) if told else ("company",),
        counts_contribution=told is None or "contribution" in told.definitions,
    )


def bases(snapshot: Snapshot | None) -> list[Base]:
    """The bases against which shares are told, the company's first, then departments and managers. Four queries."""
    if snapshot is None:
        return []
    rows = AccountFigure.objects.filter(snapshot=snapshot).order_by()
    told = rows.values_list("account", "name", "window_turnover", "window_income")
    weights = [
        Weight(number, name, _minor(sold), _minor_or_none(earned)) for number, name, sold, earned in told
    ]
    names = {each.account: each.name for each in weights}
    return [Base("company", "", weights), *_below(SellerAmount.objects.filter(snapshot=snapshot), names)]


def bases_below(snapshot: Snapshot) -> list[Base]:
    """Departments and managers alone, their accounts without names. Three queries."""
    return _below(SellerAmount.objects.filter(snapshot=snapshot), {})


def _below(rows: models.QuerySet[SellerAmount], names: Mapping[str, str]) -> list[Base]:
    """Departments and managers, by what their sellers sold."""
    told = rows.order_by("seller", "account").values_list("seller", "account", "turnover", "income")
    managers: dict[str, dict[str, Weight]] = {}
    for seller, account, sold, earned in told:
        weight = Weight(account, names.get(account, account), _minor(sold), _minor_or_none(earned))
        managers.setdefault(seller, {})[account] = weight
    return _grouped(managers)


def _grouped(managers: Mapping[str, Mapping[str, Weight]]) -> list[Base]:
    found = departments() if managers else {}
    units: dict[str, dict[str, Weight]] = {}
    for seller, accounts in managers.items():
        unit = found.get(folded(seller))
        for weight in accounts.values() if unit else ():
            kept = units.setdefault(unit or "", {})
            kept[weight.account] = _together(kept.get(weight.account), weight)
    return [
        *(Base("department", unit, list(units[unit].values())) for unit in sorted(units)),
        *(Base("manager", seller, list(accounts.values())) for seller, accounts in sorted(managers.items())),
    ]


def _together(one: Weight | None, other: Weight) -> Weight:
    if one is None:
        return other
    earned = None if one.income is None or other.income is None else one.income + other.income
    return Weight(one.account, one.name, one.turnover + other.turnover, earned)


@dataclass(frozen=True, slots=True)
class LevelShare:
    """What one account makes of one base, and whether that makes it key there."""

    level: str
    of: str
    share: float | None
    key: KeyAt | None
    counts: bool  # the company counts this level


def levels_of(snapshot: Snapshot, row: AccountFigure, asked: Rules) -> list[LevelShare]:
    """The account at the company, at its departments and at its managers. At most four queries.

    `asked`: the rules; whether a level counts is said beside, not left out.
    """
    company = LevelShare("company", "", row.basis_share, _company_key(row), "company" in asked.levels)
    told = [company]
    for base in _below_summed(snapshot, row.account):
        if any(each.account == row.account for each in base.weights):
            share, key = share_in(base, row.account, replace(asked, basis=snapshot.basis))  # type: ignore[arg-type]
            told.append(LevelShare(base.level, base.of, share, key, base.level in asked.levels))
    return told


def _company_key(row: AccountFigure) -> KeyAt | None:
    return KeyAt(row.account, "company", "", row.basis_share, row.basis_amount) if row.is_key else None


def _below_summed(snapshot: Snapshot, account: str) -> list[Base]:
    """As `_below`, every other account of a seller summed into one: two short queries."""
    rows = SellerAmount.objects.filter(snapshot=snapshot)
    others = rows.exclude(account=account).order_by().values("seller")
    summed = others.annotate(sold=Sum("turnover"), earned=Sum("income")).values_list(
        "seller", "sold", "earned"
    )
    weights: dict[str, dict[str, Weight]] = {}
    for seller, sold, earned in summed:
        weights.setdefault(seller, {})[""] = Weight("", "", _minor(sold), _minor_or_none(earned))
    mine = rows.filter(account=account).values_list("seller", "turnover", "income")
    for seller, sold, earned in mine:
        weights.setdefault(seller, {})[account] = Weight(account, "", _minor(sold), _minor_or_none(earned))
    return _grouped(weights)


# --- who is key by decision ----------------------------------------------------------------------------------


def figure_of(account: Account, snapshot: Snapshot | None) -> AccountFigure | None:
    """The account's row in a snapshot; who asks has asked for the right."""
    return (
        AccountFigure.objects.filter(snapshot=snapshot, account=account.number).first() if snapshot else None
    )


def places_of(account: Account, snapshot: Snapshot | None) -> list[tuple[str, str]]:
    """(level, of) below the company: the departments and managers that sold to it. Three queries."""
    rows = SellerAmount.objects.filter(snapshot=snapshot, account=account.number).order_by("seller")
    sellers = list(rows.values_list("seller", flat=True)) if snapshot is not None else []
    found = departments() if sellers else {}
    units = dict.fromkeys(found[folded(each)] for each in sellers if folded(each) in found)
    return [*(("department", unit) for unit in units), *(("manager", seller) for seller in sellers)]


def next_review(since: dt.date, told: KeyProfile | None, last: dt.date | None) -> dt.date | None:
    """When a status is looked at again: so many months after it was given, or after the last review."""
    if told is None:
        return None
    return status_rules.months_later(max(since, last) if last else since, told.review_months)


@dataclass(frozen=True, slots=True)
class Standing:
    """Who is key by decision, beside the figures. `decided` None: the company has never decided anything.

    `labels`: what the company calls key, critical and mono; empty where the usual words do (C4).
    """

    decided: frozenset[str] | None
    labels: Mapping[str, str]

    def is_key(self, row: AccountFigure) -> bool:
        return row.is_key if self.decided is None else row.account in self.decided

    def is_undecided(self, row: AccountFigure) -> bool:
        """By the figures key, and the company, which decides such things, has not decided it."""
        return self.decided is not None and row.is_key and row.account not in self.decided


def standing(among: Collection[str] | None = None) -> Standing:
    """For the pages that show accounts. Three queries."""
    told = KeyProfile.objects.values_list("labels", flat=True).first()
    decided = key_numbers(among) if has_decided() else None
    return Standing(decided, told or {})


def key_rows(rows: AccountFigureQuerySet) -> AccountFigureQuerySet:
    """Who is key, most money first: by decision where the company has decided anything. One query more."""
    if not has_decided():
        return rows.key()
    held = KeyStatus.objects.held().values("account__number")
    return rows.filter(account__in=held).order_by("-basis_amount", "rank")


def undecided_rows(rows: AccountFigureQuerySet) -> AccountFigureQuerySet:
    """Key by the figures and not by decision."""
    held = KeyStatus.objects.held().values("account__number")
    return rows.key().exclude(account__in=held)


def reviewed_before(told: KeyProfile | None, last: dt.date | None, today: dt.date) -> dt.date:
    """Statuses given on that day or before are due to be looked at; the day before all days: none is."""
    if told is None:
        return dt.date.min
    line = status_rules.months_later(today, -told.review_months) - dt.timedelta(days=1)
    return dt.date.min if last is not None and last > line else line


def adoption(snapshot: Snapshot | None) -> dict[str, Any]:
    """Who buys new products first; only this part of the views, which are large. One query."""
    if snapshot is None:
        return {}
    return Snapshot.objects.filter(pk=snapshot.pk).values_list("views__adoption", flat=True).first() or {}


def decided_share(snapshot: Snapshot) -> float | None:
    """What the decided key accounts make together of the company, on the basis (SEL-15). Two queries."""
    held = KeyStatus.objects.held().values("account__number")
    rows = AccountFigure.objects.filter(snapshot=snapshot).order_by()
    whole = rows.aggregate(all=Sum("basis_amount"))["all"]
    theirs = rows.filter(account__in=held).aggregate(all=Sum("basis_amount"))["all"]
    return float((theirs or Decimal(0)) / whole) if whole and whole > 0 and has_decided() else None


def last_review_on() -> dt.date | None:
    """The day on which the whole base was last looked at. One query."""
    closed = Review.objects.filter(is_open=False).aggregate(last=Max("closed_at"))["last"]
    return timezone.localdate(closed) if closed else None


def waiting_for(account: Account) -> Approval | None:
    """The decision about key status that is waiting for this account. One query."""
    kinds = ("key_status", "key_status_end")
    return Approval.objects.filter(account=account, kind__in=kinds, state="waiting").first()


def held_of(account: Account) -> KeyStatus | None:
    """With its reasons. Two queries."""
    return _with_reasons(KeyStatus.objects.held().filter(account=account)).first()


def history_of(account: Account) -> list[KeyStatus]:
    """Newest first, with their reasons. Two queries."""
    return list(_with_reasons(KeyStatus.objects.filter(account=account)))


def _with_reasons(rows: KeyStatusQuerySet) -> KeyStatusQuerySet:
    people = ("proposed_by", "decided_by", "ended_by")
    return rows.select_related("account", *people).prefetch_related("reasons__by")


def has_decided() -> bool:
    """Whether the company has ever decided who is key. One query."""
    return KeyStatus.objects.exists()


def key_numbers(among: Collection[str] | None = None) -> frozenset[str]:
    """Who is key: by decision, where the company has decided anything; else by the figures. At most four queries."""
    if not has_decided():
        return queries.key_numbers(among)
    rows = KeyStatus.objects.held()
    if among is not None:
        rows = rows.filter(account__number__in=among)
    return frozenset(rows.values_list("account__number", flat=True))


def _minor(amount: Decimal) -> int:
    return int(amount.scaleb(2))


def _minor_or_none(amount: Decimal | None) -> int | None:
    return None if amount is None else _minor(amount)
