"""A task to keep an account that may leave, with the reasons that the figures give (FBK-04)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.accounts.queries import responsible_for
from kamerton.core import undo
from kamerton.core.refused import Refused
from kamerton.work import queries as work
from kamerton.work.actions import tasks
from kamerton.work.models import Task

ORIGIN = "retention"
DUE_DAYS = 7


class ThereIsOne(Refused):
    """A task to keep this account is open already."""


@transaction.atomic
def keep(*, actor: User, account: Account, reasons: str, now: dt.datetime) -> Task:
    """A task of the responsible person, where the actor may give it; else of the actor. One open at a time."""
    policy.require(actor, "work.edit", account)
    policy.require(actor, "portfolio.view", account)
    Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    there = Task.objects.filter(account=account, origin=ORIGIN, state="open").select_related("owner").first()
    if there is not None:
        raise ThereIsOne(
            _("%(person)s has a task to keep this account already. Nothing was changed.")
            % {"person": there.owner.display_name},
            code="there_is_one",
        )
    today = timezone.localdate(now)
    owner = responsible_for(account, today)
    if owner is None or not work.assignable(actor, today, account).filter(pk=owner.pk).exists():
        owner = actor
    return tasks.create_task(
        actor=actor, title=_("Keep %(account)s: find out what is wrong and set it right") % {"account": account.name[:200]},
        text=reasons, owner=owner, account=account, due_on=today + dt.timedelta(days=DUE_DAYS), now=now, origin=ORIGIN,
        origin_ref=f"accounts.account:{account.pk}",
    )  # fmt: skip


@undo.register("portfolio.retention_unkeep")
@transaction.atomic
def _unkeep(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """{"task": pk}: gone again, unless somebody has worked on it."""
    row = Task.objects.filter(pk=parameters["task"], origin=ORIGIN).first()
    if row is None or row.state != "open" or row.version != 1:
        raise undo.CannotUndo(
            _("Somebody has worked on this task since. Nothing was changed."), code="undo_over"
        )
    tasks.drop_task(actor=actor, task=row, now=now, reason=_("Taken back"))
    row.delete()
    return _("The task is gone again.")
