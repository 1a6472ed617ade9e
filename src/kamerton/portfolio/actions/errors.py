"""Writing down what a mistake cost, and what follows from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.core import audit, concurrency, undo
from kamerton.core.concurrency import Plain
from kamerton.core.refused import Refused
from kamerton.portfolio import rules
from kamerton.portfolio.models import ErrorImpact
from kamerton.work.actions import tasks
from kamerton.work.models import Task

RIGHT = "work.edit"
EDITED = ("what", "on", "loss", "share_lost", "lesson")
_LARGEST = Decimal(10) ** 13


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """What will be done so that it does not happen again."""

    title: str
    due_on: dt.date | None = None


@transaction.atomic
def write_error(
    *,
    actor: User,
    told: Mapping[str, Any],
    now: dt.datetime,
    account: Account | None = None,
    follow: Follow | None = None,
) -> ErrorImpact:
    """`told`: what, on, loss, share_lost, lesson. With `follow` a task of the writer, linked to it."""
    policy.require(actor, RIGHT, account)
    row = ErrorImpact(
        account=account, by=actor, at=now, **{name: told[name] for name in EDITED if name in told}
    )
    _check(row, now)
    if follow is not None and follow.title.strip():
        row.task = tasks.create_task(
            actor=actor,
            title=follow.title.strip(),
            account=account,
            due_on=follow.due_on,
            text=row.what,
            now=now,
        )
    row.save(force_insert=True)
    _record(actor, row, "write_error", now, after=_plain(row))
    return row


@transaction.atomic
def edit_error(
    *,
    actor: User,
    error: ErrorImpact,
    opened: Mapping[str, Plain],
    submitted: Mapping[str, Any],
    now: dt.datetime,
) -> ErrorImpact:
    policy.require(actor, RIGHT, error)
    row = ErrorImpact.objects.select_for_update(of=("self",)).get(pk=error.pk)
    before = _plain(row)
    told = {name: submitted[name] for name in EDITED if name in submitted}
    written = concurrency.apply(row, opened=opened, submitted=told)
    if not written:
        return row
    _check(row, now)
    row.version += 1
    row.save(update_fields=[*EDITED, "version"])
    _record(actor, row, "edit_error", now, before=before, after=_plain(row))
    return row


@transaction.atomic
def remove_error(*, actor: User, error: ErrorImpact, now: dt.datetime) -> str:
    """Returns the token that takes it back. Its task stays."""
    policy.require(actor, RIGHT, error)
    told = _plain(error) | {"account": error.account_id, "task": error.task_id, "by": error.by_id}
    _record(actor, error, "remove_error", now, before=told)
    error.delete()
    return undo.offer(actor=actor, kind="portfolio.error", parameters=told, now=now)


@undo.register("portfolio.error")
def _error_back(*, actor: User, parameters: Mapping[str, Any], now: dt.datetime) -> str:
    kept, loss = dict(parameters), parameters["loss"]
    told = {**{name: kept[name] for name in EDITED}, "on": dt.date.fromisoformat(kept["on"]),
            "loss": Decimal(loss) if loss is not None else None}  # fmt: skip
    account = Account.objects.get(pk=kept["account"]) if kept["account"] else None
    row = write_error(actor=actor, told=told, account=account, now=now)
    ErrorImpact.objects.filter(pk=row.pk).update(
        task=Task.objects.filter(pk=kept["task"]).first(), by=kept["by"]
    )
    return _("It is back in the log.")


def _check(row: ErrorImpact, now: dt.datetime) -> None:
    row.what, row.lesson = row.what.strip()[:300], (row.lesson or "").strip()
    if not row.what:
        raise Refused(_("Say what happened. Nothing was changed."), code="what")
    if row.on > timezone.localdate(now):
        raise Refused(_("The day lies ahead. Nothing was changed."), code="days")
    if row.loss is not None and not 0 <= row.loss < _LARGEST:
        raise Refused(_("A loss is not negative. Nothing was changed."), code="loss")
    if row.share_lost is not None and not 0 <= row.share_lost <= 1:
        raise Refused(_("A share lies between 0 and 100 %. Nothing was changed."), code="share")


def _plain(row: ErrorImpact) -> dict[str, Any]:
    told: dict[str, Any] = rules.plain({name: getattr(row, name) for name in EDITED})
    return told


def _record(actor: User, row: ErrorImpact, verb: str, now: dt.datetime, **told: Any) -> None:
    audit.record(
        actor=actor, action=f"portfolio.{verb}", subject=row, now=now, account_id=row.account_id, **told
    )
