"""Changing the assumptions behind an account's lifetime value; they stay in its history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kamerton.access.models import User
from kamerton.accounts.actions import telling
from kamerton.accounts.models import Account
from kamerton.core import audit, undo
from kamerton.core.money import to_cents
from kamerton.core.refused import Refused
from kamerton.portfolio import rules, value_rules
from kamerton.portfolio.models import ValuePlan

_LARGEST = Decimal(10) ** 13
_LARGEST_WORTH = Decimal(10) ** 20
_FIELDS = ("horizon_years", "discount_rate", "retention_rate", "planned", "reason", "currency")


@transaction.atomic
def plan(
    *,
    actor: User,
    account: Account,
    horizon_years: int,
    discount_rate: float,
    retention_rate: float,
    planned: Sequence[Decimal],
    currency: str,
    reason: str,
    now: dt.datetime,
) -> ValuePlan:
    """`planned`: income of the years to come, the last one goes on. Raises Refused; then nothing is changed."""
    telling.require_account(actor, account)
    _check(horizon_years, discount_rate, retention_rate, planned, reason)
    Account.objects.select_for_update().get(pk=account.pk)  # one writer: the second follows the first
    ValuePlan.objects.current().filter(account=account).update(ended_at=now)
    made = ValuePlan.objects.create(
        account=account, horizon_years=horizon_years, discount_rate=discount_rate, retention_rate=retention_rate,
        planned=[format(to_cents(each), "f") for each in planned], currency=currency, reason=reason.strip(), created_at=now,
        created_by=actor,
    )  # fmt: skip
    _tell(actor, made, "value_plan", now)
    return made


@transaction.atomic
def drop(*, actor: User, account: Account, now: dt.datetime) -> str:
    """Back to what the model tells; returns the token that takes it back."""
    telling.require_account(actor, account)
    current = ValuePlan.objects.select_for_update().current().filter(account=account).first()
    if current is None:
        raise Refused(_("The value follows the model already. Nothing was changed."), code="none")
    current.ended_at = now
    current.save(update_fields=["ended_at"])
    _tell(actor, current, "value_plan_drop", now)
    told = {"account": account.pk, **{name: getattr(current, name) for name in _FIELDS}}
    return undo.offer(actor=actor, kind="portfolio.value_plan", parameters=rules.plain(told), now=now)


@undo.register("portfolio.value_plan")
def _plan_back(*, actor: User, parameters: Mapping[str, Any], now: dt.datetime) -> str:
    account = Account.objects.get(pk=parameters["account"])
    told = {name: parameters[name] for name in _FIELDS if name != "planned"}
    plan(
        actor=actor,
        account=account,
        planned=[Decimal(each) for each in parameters["planned"]],
        now=now,
        **told,
    )
    return _("The assumptions are back.")


def _check(
    horizon_years: int, discount_rate: float, retention_rate: float, planned: Sequence[Decimal], reason: str
) -> None:
    if not 1 <= horizon_years <= 30:
        raise Refused(_("The horizon is 1 to 30 years. Nothing was changed."), code="horizon")
    if not -1 < discount_rate <= 10:
        raise Refused(
            _("A discount lies above −100 % and is 1000 % at most. Nothing was changed."), code="discount"
        )
    if not 0 <= retention_rate <= 1:
        raise Refused(_("The chance of losing them is 0 to 100 % a year. Nothing was changed."), code="churn")
    if not 1 <= len(planned) <= horizon_years:
        raise Refused(
            _("Plan the income of one year at least, and of no more years than the horizon has."),
            code="years",
        )
    if any(abs(each) >= _LARGEST for each in planned):
        raise Refused(_("A planned income is too large to be true. Nothing was changed."), code="amount")
    if not _adds_up(horizon_years, discount_rate, retention_rate, planned):
        raise Refused(_("A planned income is too large to be true. Nothing was changed."), code="amount")
    if not reason.strip():
        raise Refused(_("Say why you know better than the model. Nothing was changed."), code="reason")


def _adds_up(
    horizon_years: int, discount_rate: float, retention_rate: float, planned: Sequence[Decimal]
) -> bool:
    """Whether pages can add the value up to the cent: a discount near −100 % multiplies without end."""
    try:
        told = value_rules.worth(
            Decimal(0), planned, horizon_years=horizon_years, retention_rate=retention_rate,
            discount_rate=discount_rate,
        )  # fmt: skip
    except InvalidOperation:
        return False
    return abs(told.total) < _LARGEST_WORTH


def _tell(actor: User, row: ValuePlan, verb: str, now: dt.datetime) -> None:
    told = {"horizon_years": row.horizon_years, "discount_rate": row.discount_rate,
            "retention_rate": row.retention_rate, "planned": row.planned}  # fmt: skip
    audit.record(actor=actor, action=f"portfolio.{verb}", subject=row, now=now, reason=row.reason,
                 account_id=row.account_id, after=told)  # fmt: skip
