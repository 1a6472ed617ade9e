"""What people do about a signal: put it off, make a task of it, go where its cause is put right."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.core import audit
from kamerton.core.refused import Refused
from kamerton.signals import queries, registry
from kamerton.signals.models import Signal
from kamerton.work.actions import tasks
from kamerton.work.models import Task

#: A task made with one press is due so many days later.
DUE_IN_DAYS = 7


class NotThere(Refused):
    """The cause is gone meanwhile, or was never to be seen. Nothing was changed."""


class IsTask(Refused):
    """A task of it is open already. Nothing was changed."""


@transaction.atomic
def snooze(*, actor: User, signal: Signal, until: dt.date, reason: str, now: dt.datetime) -> Signal:
    """Off the page until that day, with a reason that everybody reads. It goes on following its cause meanwhile."""
    if until <= timezone.localdate(now):
        raise Refused(_("A signal is put off to a day after today."), hint=_("Choose a later day."))
    if not reason.strip():
        raise Refused(_("A signal is put off only with a reason."), hint=_("A few words will do."))
    found = _open(actor, signal)
    before = {"snoozed_until": found.snoozed_until.isoformat() if found.snoozed_until else None}
    found.snoozed_until, found.snooze_reason = until, reason.strip()[:200]
    found.snoozed_by, found.snoozed_at = actor, now
    found.save(update_fields=["snoozed_until", "snooze_reason", "snoozed_by", "snoozed_at"])
    _trail(actor, "snooze", found, now, before=before, after={"snoozed_until": until.isoformat()})
    return found


@transaction.atomic
def wake(*, actor: User, signal: Signal, now: dt.datetime) -> Signal:
    """Back on the page before its day."""
    found = _open(actor, signal)
    if found.snoozed_until is None:
        return found
    before = {"snoozed_until": found.snoozed_until.isoformat()}
    found.snoozed_until = None
    found.save(update_fields=["snoozed_until"])
    _trail(actor, "wake", found, now, before=before, after={"snoozed_until": None})
    return found


@transaction.atomic
def unsnooze(*, actor: User, signal: Signal, now: dt.datetime) -> Signal:
    """Take putting off back, as if it had not been."""
    found = _open(actor, signal)
    found.snoozed_until, found.snooze_reason, found.snoozed_by, found.snoozed_at = None, "", None, None
    found.save(update_fields=["snoozed_until", "snooze_reason", "snoozed_by", "snoozed_at"])
    _trail(actor, "wake", found, now, after={"snoozed_until": None})
    return found


@transaction.atomic
def make_task(
    *, actor: User, signal: Signal, now: dt.datetime, owner: User | None = None, due_on: dt.date | None = None
) -> Task:
    """A task of it, the actor's own unless it is given to somebody. Once: a signal has one open task."""
    found = _open(actor, signal)
    if found.task is not None and found.task.state == "open":
        raise IsTask(
            _("There is a task of it already: “%(task)s”. Nothing was changed.") % {"task": found.task.title},
            code="is_task", hint=_("Go on with that one."),
        )  # fmt: skip
    due = due_on or timezone.localdate(now) + dt.timedelta(days=DUE_IN_DAYS)
    task = tasks.create_task(
        actor=actor, title=str(registry.rule(found.rule).todo), now=now, owner=owner, account=found.account,
        due_on=due, origin="signal", origin_ref=f"signals.signal:{found.pk}",
    )  # fmt: skip
    found.task = task
    _act(found, actor, now, "task")
    _trail(actor, "task", found, now, after={"task": task.pk})
    return task


@transaction.atomic
def unmake_task(*, actor: User, signal: Signal, task: Task, now: dt.datetime) -> None:
    """Take make_task back: the task is dropped, and the signal waits again."""
    found = Signal.objects.select_for_update().get(pk=signal.pk)
    if found.task_id != task.pk:
        raise NotThere(_("The signal has another task meanwhile. Nothing was changed."), code="changed")
    tasks.drop_task(actor=actor, task=task, now=now, reason=_("Taken back"))
    found.task, found.acted_at, found.acted_by = None, None, None
    found.save(update_fields=["task", "acted_at", "acted_by"])
    _trail(actor, "untask", found, now, before={"task": task.pk}, after={"task": None})


@transaction.atomic
def act(*, actor: User, signal: Signal, now: dt.datetime) -> Signal:
    """Somebody went where the cause is put right. Seeing the signal is enough of a right: the page asks for its own."""
    found = _open(actor, signal)
    if found.acted_at is None:
        _act(found, actor, now)
        _trail(actor, "act", found, now)
    return found


def _act(found: Signal, actor: User, now: dt.datetime, *more: str) -> None:
    found.acted_at, found.acted_by = found.acted_at or now, found.acted_by or actor
    found.save(update_fields=["acted_at", "acted_by", *more])


def _open(actor: User, signal: Signal) -> Signal:
    """The row, locked and open; only for who sees it and may work with what it is about."""
    policy.require(actor, "work.edit")
    seen = queries.signals(actor).filter(pk=signal.pk)
    found = (
        Signal.objects.select_for_update(of=("self",))
        .select_related("task", "account")
        .filter(pk__in=seen.values("pk"))
        .first()
    )
    if found is None:
        raise policy.Forbidden(queries.RIGHT)
    if found.closed_at is not None:
        raise NotThere(
            _("Its cause is gone, and the signal is closed. Nothing was changed."), code="closed",
            hint=_("Look at the page as it is now."),
        )  # fmt: skip
    return found


def _trail(
    actor: User,
    verb: str,
    signal: Signal,
    now: dt.datetime,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Reasons stay with the signal, whose secrecy guards them."""
    audit.record(
        actor=actor, action=f"signals.{verb}", subject=signal, now=now, before=before, after=after,
        account_id=signal.account_id,
    )  # fmt: skip
