"""What pages ask of accounts. Every list of rows goes through policy.scope before it comes here, or here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from kamerton.access.models import User
from kamerton.accounts.models import Account, Coverage
from kamerton.accounts.models.companies import AccountQuerySet


def reached_accounts(people: Collection[int], day: dt.date, responsible: bool) -> AccountQuerySet:
    """The accounts that any of `people` covers on that day; with `responsible`, as the responsible one."""
    covering = Coverage.objects.on(day).filter(person__in=people)
    if responsible:
        covering = covering.filter(role="responsible")
    return Account.objects.filter(pk__in=covering.values("account"))


def responsible_for(account: Account, day: dt.date) -> User | None:
    """Who is responsible for the account that day; one query."""
    found = Coverage.objects.on(day).filter(account=account, role="responsible").select_related("person")
    row = found.order_by("-from_date").first()
    return row.person if row else None
