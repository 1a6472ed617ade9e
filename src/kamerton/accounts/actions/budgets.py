"""Money that moves in an industry or at an account; each account that it touches is alerted (DOS-10)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.accounts import announcements
from kamerton.accounts.actions import telling
from kamerton.accounts.announcements import Announcement
from kamerton.accounts.models import Account, BudgetMovement, Coverage, Industry
from kamerton.core import undo
from kamerton.core.refused import Refused

FIELDS = ("level", "what", "amount", "currency", "on", "source", "secrecy")


@transaction.atomic
def record(
    *,
    actor: User,
    values: Mapping[str, Any],
    now: dt.datetime,
    account: Account | None = None,
    industry: Industry | None = None,
) -> BudgetMovement:
    """At one account, or in an industry; then every account of the industry is told of it."""
    _require(actor, account, industry)
    told = {name: value for name, value in values.items() if name in FIELDS}
    movement = BudgetMovement(account=account, industry=industry, created_at=now, created_by=actor, **told)
    _check(actor, movement)
    movement.save(force_insert=True)
    telling.write(actor=actor, verb="budget_record", row=movement, now=now,
                  after={"level": movement.level, "secrecy": int(movement.secrecy)})  # fmt: skip
    tell(movement, actor=actor, now=now)
    return movement


def tell(movement: BudgetMovement, *, actor: User, now: dt.datetime) -> int:
    """Announce the movement to each account that it touches; how many. Telling again changes nothing above.

    Three queries whatever the number of accounts.
    """
    day = timezone.localdate(now)
    accounts = list(_touched(movement))
    covering = Coverage.objects.on(day).filter(
        role="responsible", account__in=accounts, person__is_active=True
    )
    responsible = {
        row.account_id: row.person for row in covering.select_related("person").order_by("from_date")
    }
    level = Secrecy(movement.secrecy)
    for account in accounts:
        person = responsible.get(account.pk)
        people = (person,) if person and policy.clearance(person) >= level else ()
        announcements.announce(
            Announcement(
                kind="budget", account=account, subject=movement, people=people,
                title=_title(movement), secrecy=level, actor=actor, now=now,
            )
        )  # fmt: skip
    return len(accounts)


@undo.register("accounts.budget_unrecord")
@transaction.atomic
def _unrecord(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """{"movement": pk}"""
    movement = BudgetMovement.objects.get(pk=parameters["movement"])
    policy.require(actor, "accounts.edit", movement)
    telling.write(actor=actor, verb="budget_unrecord", row=movement, now=now)
    movement.delete()
    return _("The movement is gone again.")


def _require(actor: User, account: Account | None, industry: Industry | None) -> None:
    if account is not None:
        telling.require_account(actor, account)
    else:
        policy.require(actor, "accounts.edit")
    if account is None and industry is None:
        raise Refused(_("Money moves somewhere: at an account or in an industry."), hint=_("Choose one."))


def _check(actor: User, movement: BudgetMovement) -> None:
    movement.what = movement.what.strip()
    if not movement.what:
        raise Refused(_("Say what moves."), hint=_("A few words will do."))
    if movement.amount is not None and not movement.currency:
        raise Refused(_("An amount needs its currency."), hint=_("Choose the currency."))
    telling.require_clearance(actor, movement.secrecy)


def _touched(movement: BudgetMovement) -> Any:
    current = Account.objects.current()
    if movement.account_id is not None:
        return current.filter(pk=movement.account_id)
    return current.filter(industry=movement.industry).order_by("pk")


def _title(movement: BudgetMovement) -> str:
    """The account is not named: its task stands beside its account wherever it is listed."""
    if movement.secrecy >= Secrecy.SECRET:
        return _("A secret movement of money")
    if movement.amount is None:
        return _("Money moves: %(what)s") % {"what": movement.what}
    places = 0 if movement.amount == movement.amount.to_integral_value() else 2
    amount = number_format(movement.amount, decimal_pos=places, force_grouping=True)
    told = {"what": movement.what, "amount": f"{amount} {movement.currency}"}
    return _("Money moves: %(what)s (%(amount)s)") % told
