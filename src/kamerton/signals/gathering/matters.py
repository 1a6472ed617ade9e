"""What waits at accounts: needs, changes of power, requests, hand-overs, overlapping offers, money that moves."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db.models import Count, Q
from django.utils import timezone

from kamerton.accounts.models import (
    BudgetMovement,
    Need,
    PowerChange,
)
from kamerton.engagements import queries as engagements
from kamerton.portfolio.models import (
    Opportunity,
)
from kamerton.service import queries as service
from kamerton.service import rules as clocks
from kamerton.service.models import Claim
from kamerton.signals.gathering.rows import NAMED, Rows, among, by_account
from kamerton.signals.reading import Complaint, Going, Matter, Overlap
from kamerton.work.models import Handover, Request

_RECENT = dt.timedelta(days=90)


def needs(only: Collection[int] | None) -> Rows:
    rows = Need.objects.filter(among("account", only), state="open", answer="").order_by("pk")
    told = rows.values_list("account", "pk", "raised_on", "secrecy")
    return by_account((a, Matter(ref=f"accounts.need:{pk}", on=on, secrecy=s)) for a, pk, on, s in told)


def power_changes(only: Collection[int] | None) -> Rows:
    rows = PowerChange.objects.filter(
        among("contact__account", only), settled_at=None, contact__erased_at=None
    ).order_by("pk")
    told = rows.values_list("contact__account", "pk", "expected_on", "secrecy")
    return by_account(
        (a, Matter(ref=f"accounts.powerchange:{pk}", on=on, secrecy=s)) for a, pk, on, s in told
    )


def requests(only: Collection[int] | None) -> Rows:
    rows = Request.objects.filter(among("account", only), account__isnull=False, state="open").order_by("pk")
    told = rows.values_list("account", "pk", "due_on", "escalations")
    return by_account((a, Matter(ref=f"work.request:{pk}", on=on, steps=up)) for a, pk, on, up in told)


def asked(day: dt.date, only: Collection[int] | None) -> dict[int, tuple[int, int]]:
    """Requests within 90 days, and within the 90 before those. One query."""
    recent, before = day - _RECENT, day - 2 * _RECENT
    rows = Request.objects.filter(
        among("account", only), account__isnull=False, created_at__date__gt=before, created_at__date__lte=day
    ).order_by()
    told = rows.values_list("account").annotate(
        now=Count("pk", filter=Q(created_at__date__gt=recent)),
        then=Count("pk", filter=Q(created_at__date__lte=recent)),
    )
    return {account: (now, then) for account, now, then in told}


def claims(now: dt.datetime, only: Collection[int] | None) -> Rows:
    """Open claims with their clocks. Two queries."""
    currency = service.company_currency()
    rows = Claim.objects.filter(among("account", only), closed_at=None).order_by("pk")
    return by_account((row.account_id, _complaint(row, currency, now)) for row in rows)


def _complaint(row: Claim, currency: str, now: dt.datetime) -> Complaint:
    acknowledge, _answer, settle = clocks.marks(service.course(row), now)
    return Complaint(
        ref=f"service.claim:{row.pk}", acknowledge_by=timezone.localdate(acknowledge.due),
        settle_by=timezone.localdate(settle.due),
        acknowledge_late=acknowledge.is_late and acknowledge.met is None, settle_late=settle.is_late,
        amount=row.amount if row.currency == currency else None, secrecy=row.secrecy,
    )  # fmt: skip


def complained(day: dt.date, only: Collection[int] | None) -> dict[int, tuple[int, int]]:
    """Claims received within 90 days, and within the 90 before those."""
    return service.received_within(day, _RECENT.days, only)


def handovers(only: Collection[int] | None) -> Rows:
    rows = Handover.objects.filter(among("account", only), state="open").order_by("pk")
    told = rows.values_list("account", "pk", "on", "introductions")
    return by_account(
        (a, Matter(ref=f"work.handover:{pk}", on=on, left=sum(1 for one in people if not one["done"])))
        for a, pk, on, people in told
    )


def overlaps(only: Collection[int] | None) -> Rows:
    """Families of which more than one of ours has something open. One query."""
    rows = Opportunity.objects.open().filter(among("account", only)).order_by("created_at", "pk")
    cells: dict[tuple[int, str], list[tuple[int, int]]] = defaultdict(list)
    for account, family, pk, owner in rows.values_list("account", "family", "pk", "owner"):
        cells[account, family].append((pk, owner))
    return by_account(
        (account, Overlap(ref=f"portfolio.opportunity:{told[0][0]}", family=family, offers=len(told)))
        for (account, family), told in cells.items()
        if len({owner for _pk, owner in told}) > 1
    )


def budgets(
    day: dt.date,
    accounts: Mapping[int, tuple[str, int | None]],
    linked: Collection[int],
    only: Collection[int] | None,
) -> Rows:
    """Of the account, and of its industry where the account is key or somebody is responsible. One query.

    A year back is enough for any threshold that is sensible.
    """
    trades: dict[int, list[int]] = defaultdict(list)
    for pk, (_number, trade) in accounts.items():
        if trade is not None and pk in linked:
            trades[trade].append(pk)
    wanted = Q() if only is None else among("account", only) | Q(account=None, industry__in=list(trades))
    rows = BudgetMovement.objects.filter(wanted, on__gt=day - dt.timedelta(days=366)).order_by("pk")
    found: Rows = defaultdict(list)
    for pk, account, industry, on, secrecy, level in rows.values_list(
        "pk", "account", "industry", "on", "secrecy", "level"
    ):
        matter = Matter(ref=f"accounts.budgetmovement:{pk}", on=on, secrecy=secrecy, level=level)
        for each in [account] if account else trades.get(industry, ()):
            found[each].append(matter)
    return found


def visits(day: dt.date, only: Collection[int] | None) -> Rows:
    """Where several of ours go in one week and nothing is agreed. Two queries."""
    numbers = None if only is None or len(only) > NAMED else only
    return by_account(
        (
            each.account,
            Going(ref=f"engagements.engagement:{each.engagement}", monday=each.monday, people=each.people),
        )
        for each in engagements.unagreed(day, numbers)
    )
