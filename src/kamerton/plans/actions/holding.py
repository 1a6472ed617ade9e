"""What the actions of the room share: the plan, locked, for who may write at its account; its trail; its order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.actions import telling
from kamerton.accounts.models import Account
from kamerton.core import audit
from kamerton.core.refused import Refused
from kamerton.plans.models import Plan
from kamerton.plans.queries import VIEW


class Ended(Refused):
    """The plan has ended: it is kept as it was."""


def require(actor: User, account: Account) -> None:
    """Who writes of plans reads them too: nobody from outside does."""
    telling.require_account(actor, account)
    policy.require(actor, VIEW, account)


def held(actor: User, plan: Plan | int) -> Plan:
    """Locked, open, for who may write at its account. What is written of one plan is written one after the other."""
    number = plan if isinstance(plan, int) else plan.pk
    found = Plan.objects.select_related("account").filter(pk=number).first()
    if found is None:
        raise Refused(_("The plan is not there any more. Nothing was changed."), code="gone")
    require(actor, found.account)
    found = Plan.objects.select_for_update(of=("self",)).select_related("account").get(pk=number)
    if not found.is_open:
        raise Ended(
            _("The plan has ended and is kept as it was. Nothing was changed."), code="ended",
            hint=_("Copy it to another year to go on."),
        )  # fmt: skip
    return found


def locked(model: type[Model], number: int) -> Any:
    """A row of the plan, read again behind the plan's lock."""
    row = model._base_manager.filter(pk=number).first()  # noqa: SLF001
    if row is None:
        raise Refused(_("Somebody took this away meanwhile. Nothing was changed."), code="gone")
    return row


def write(actor: User, verb: str, row: Model, plan: Plan, now: dt.datetime, **told: Any) -> None:
    """Names kinds, states, days and people; never what a plan says."""
    audit.record(
        actor=actor, action=f"plans.{verb}", subject=row, now=now, account_id=plan.account_id, **told
    )


def save(row: Any, written: Iterable[str]) -> None:
    row.version += 1
    row.save(update_fields=[*dict.fromkeys(written), "version"])


def require_owner(person: User) -> None:
    if person.is_external or not person.is_active:
        raise Refused(
            _("This belongs to one of our own people. Nothing was changed."), hint=_("Choose somebody else.")
        )
