"""Saying what serving costs: a rate for an activity, or one cost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.actions import telling
from kamerton.accounts.models import Account
from kamerton.core import audit, undo
from kamerton.core.refused import Refused
from kamerton.portfolio import rules
from kamerton.portfolio.models import ActivityRate, ServingCost
from kamerton.portfolio.models.serving import drivers, kinds

_LARGEST = Decimal(10) ** 13


@transaction.atomic
def set_rate(
    *, actor: User, driver: str, rate: Decimal, from_date: dt.date, now: dt.datetime
) -> ActivityRate:
    """What one activity costs from that day on. Said again for the same day it replaces."""
    policy.require(actor, "portfolio.configure")
    if driver not in dict(drivers()):
        raise Refused(_("There is no such activity. Nothing was changed."), code="driver")
    if not 0 <= rate < _LARGEST:
        raise Refused(_("A rate is not negative. Nothing was changed."), code="negative")
    row, _made = ActivityRate.objects.update_or_create(
        driver=driver, from_date=from_date, defaults={"rate": rate}
    )
    audit.record(actor=actor, action="portfolio.activity_rate", subject=row, now=now,
                 after=rules.plain({"driver": driver, "rate": rate, "from": from_date}))  # fmt: skip
    return row


@transaction.atomic
def record_cost(
    *,
    actor: User,
    kind: str,
    amount: Decimal,
    on: dt.date,
    now: dt.datetime,
    what: str = "",
    account: Account | None = None,
    person: User | None = None,
) -> ServingCost:
    """Of an account, by whoever may write there; of a person of ours, by whoever sets the figures."""
    if account is not None:
        telling.require_account(actor, account)
    else:
        policy.require(actor, "portfolio.configure")
    _check(kind, amount, on, account, person, now)
    row = ServingCost.objects.create(
        account=account, person=person, kind=kind, amount=amount, on=on, what=what.strip(), created_at=now,
        created_by=actor,
    )  # fmt: skip
    _tell(actor, row, "serving_cost", now)
    return row


def _check(
    kind: str, amount: Decimal, on: dt.date, account: Account | None, person: User | None, now: dt.datetime
) -> None:
    if (account is None) == (person is None):
        raise Refused(_("A cost is of an account or of a person. Nothing was written down."), code="whose")
    if kind not in dict(kinds()):
        raise Refused(_("There is no such kind of cost. Nothing was written down."), code="kind")
    if not 0 < amount < _LARGEST:
        raise Refused(_("A cost is an amount above zero. Nothing was written down."), code="amount")
    if on > timezone.localdate(now):
        raise Refused(_("A cost was made by today. Nothing was written down."), code="future")


@transaction.atomic
def remove_cost(*, actor: User, cost: ServingCost, now: dt.datetime) -> str:
    """Returns the token that takes it back."""
    if cost.account is not None:
        telling.require_account(actor, cost.account)
    else:
        policy.require(actor, "portfolio.configure")
    told = {
        "account": cost.account_id, "person": cost.person_id, "kind": cost.kind, "amount": cost.amount,
        "on": cost.on, "what": cost.what,
    }  # fmt: skip
    _tell(actor, cost, "serving_cost_remove", now)
    cost.delete()
    return undo.offer(actor=actor, kind="portfolio.serving_cost", parameters=rules.plain(told), now=now)


@undo.register("portfolio.serving_cost")
def _cost_back(*, actor: User, parameters: Mapping[str, Any], now: dt.datetime) -> str:
    account, person = parameters["account"], parameters["person"]
    record_cost(
        actor=actor, kind=parameters["kind"], amount=Decimal(parameters["amount"]),
        on=dt.date.fromisoformat(parameters["on"]), what=parameters["what"], now=now,
        account=Account.objects.get(pk=account) if account else None,
        person=User.objects.get(pk=person) if person else None,
    )  # fmt: skip
    return _("The cost is back.")


def _tell(actor: User, row: ServingCost, verb: str, now: dt.datetime) -> None:
    told = {"kind": row.kind, "amount": row.amount, "on": row.on, "person": row.person_id}
    audit.record(actor=actor, action=f"portfolio.{verb}", subject=row, now=now, account_id=row.account_id,
                 after=rules.plain(told))  # fmt: skip
