"""Packages of key accounts: what was promised, what they get, what is not kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from django.db.models import Max
from django.utils import timezone

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account, Interaction
from kamerton.portfolio import queries
from kamerton.portfolio.models import (
    AccountFigure,
    PromiseActual,
    ServicePackage,
    ServiceTarget,
    StandardPackage,
)
from kamerton.portfolio.programme_measures import answered
from kamerton.portfolio.service_rules import PROMISES, is_broken
from kamerton.work.models import Request

WINDOW_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One promise at one account. `source`: figures, or a person with `where` it is from; "": nobody knows."""

    key: str
    target: float
    actual: float | None = None
    on: dt.date | None = None
    source: Literal["figures", "person", ""] = ""
    where: str = ""

    @property
    def is_broken(self) -> bool:
        return is_broken(PROMISES[self.key], self.target, self.actual)


def standard() -> StandardPackage:
    return StandardPackage.objects.filter(pk=1).first() or StandardPackage(pk=1)


def targets() -> dict[str, float]:
    own = dict(ServiceTarget.objects.values_list("key", "target"))
    return {key: own.get(key, promise.target) for key, promise in PROMISES.items()}


def open_packages(actor: User) -> list[ServicePackage]:
    """Of accounts in reach."""
    found = ServicePackage.objects.filter(until=None).select_related("account")
    return list(policy.scope(found, actor, "portfolio.view").order_by("account__name", "pk"))


def package_of(account: Account) -> ServicePackage | None:
    """Who asks has reached the account. One query."""
    return ServicePackage.objects.filter(account=account, until=None).select_related("by").first()


def package_cost(account: Account) -> Decimal | None:
    """What the package costs a year: the account's own, else the standard one it would begin with."""
    own = package_of(account)
    return own.cost if own is not None else standard().cost


def kept(actor: User, accounts: Collection[Account], today: dt.date) -> dict[int, list[Kept]]:
    """The five promises of each account. Figures go before what was typed. Seven queries, however many accounts."""
    aims, typed = targets(), _typed(actor, accounts)
    figures = _figures(actor, accounts, today)
    return {
        account.pk: [
            figures.get((account.pk, key)) or typed.get((account.pk, key)) or Kept(key=key, target=aims[key])
            for key in PROMISES
        ]
        for account in accounts
    }


def _typed(actor: User, accounts: Collection[Account]) -> Mapping[tuple[int, str], Kept]:
    aims = targets()
    rows = policy.scope(PromiseActual.objects.filter(account__in=accounts), actor, "portfolio.view").order_by(
        "on", "pk"
    )
    return {
        (row.account_id, row.key): Kept(
            key=row.key, target=aims[row.key], actual=row.value, on=row.on, source="person", where=row.source
        )
        for row in rows
        if row.key in aims
    }


def _figures(actor: User, accounts: Collection[Account], today: dt.date) -> dict[tuple[int, str], Kept]:
    aims, told = targets(), {}

    def tell(account: int, key: str, actual: float | None, on: dt.date) -> None:
        if actual is not None:
            told[account, key] = Kept(key=key, target=aims[key], actual=actual, on=on, source="figures")

    snapshot = queries.latest_snapshot(with_figures=False)
    numbers = {account.number: account.pk for account in accounts}
    if snapshot is not None:
        rows = AccountFigure.objects.filter(snapshot=snapshot, account__in=numbers)
        for number, rate in rows.values_list("account", "returns_rate"):
            tell(numbers[number], "risk", rate, snapshot.as_of)
    talks = policy.scope(
        Interaction.objects.filter(account__in=accounts, on__lte=today), actor, "accounts.view"
    )
    for account, last in talks.order_by().values_list("account").annotate(last=Max("on")):
        tell(account, "communication", float((today - last).days), today)
    for account, found in _requests(actor, accounts, today).items():
        days, in_time = answered(found, today)
        tell(account, "problems", days, today)
        tell(account, "level", in_time, today)
    return told


Asked = list[tuple[dt.datetime, dt.datetime | None, dt.date]]


def _requests(actor: User, accounts: Collection[Account], today: dt.date) -> dict[int, Asked]:
    first = timezone.make_aware(dt.datetime.combine(today - dt.timedelta(days=WINDOW_DAYS), dt.time()))
    asked = policy.scope(Request.objects.filter(account__in=accounts), actor, "work.view").exclude(
        state="withdrawn"
    )
    told: dict[int, Asked] = {}
    rows = asked.filter(created_at__gte=first).order_by("pk")
    for account, made, done, due in rows.values_list("account_id", "created_at", "answered_at", "due_on"):
        told.setdefault(account, []).append((made, done, due))
    return told
