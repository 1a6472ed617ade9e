"""The log of consultations (OTH-03, SEL-11): question, answer, what was done, what came of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.accounts.models import Account, Contact
from kamerton.core import concurrency
from kamerton.core.concurrency import Plain
from kamerton.core.refused import Refused
from kamerton.work.actions import tasks, trail
from kamerton.work.models import Consultation, Task

EDITED = ("kind", "contact", "question", "asked_on", "advice", "answered_on", "action", "result", "secrecy")


@transaction.atomic
def log_consultation(
    *,
    actor: User,
    account: Account,
    kind: str,
    question: str,
    asked_on: dt.date,
    now: dt.datetime,
    contact: Contact | None = None,
    advice: str = "",
    answered_on: dt.date | None = None,
    action: str = "",
    result: str = "",
    secrecy: int = Secrecy.INTERNAL,
) -> Consultation:
    """A question of a customer, or advice asked of one."""
    policy.require(actor, "work.edit", account)
    row = Consultation(
        account=account, kind=kind, question=question.strip(), asked_on=asked_on, contact=contact,
        advice=advice.strip(), answered_on=answered_on or (timezone.localdate(now) if advice.strip() else None),
        action=action.strip(), result=result.strip(), secrecy=secrecy, created_by=actor, created_at=now,
    )  # fmt: skip
    _check(actor, row, timezone.localdate(now))
    row.save(force_insert=True)
    trail.write(actor=actor, verb="log_consultation", row=row, now=now, after={"kind": kind})
    return row


@transaction.atomic
def edit_consultation(
    *,
    actor: User,
    consultation: Consultation,
    opened: Mapping[str, Plain],
    submitted: Mapping[str, Any],
    now: dt.datetime,
) -> Consultation:
    """Answer, what was done, result, or a correction. Raises concurrency.Conflict."""
    policy.require(actor, "work.edit", consultation)
    found = Consultation.objects.select_for_update().get(pk=consultation.pk)
    written = concurrency.apply(
        found, opened=opened, submitted={name: submitted[name] for name in EDITED if name in submitted}
    )
    if not written:
        return found
    if found.advice and found.answered_on is None:
        found.answered_on = timezone.localdate(now)
    _check(actor, found, timezone.localdate(now))
    found.version += 1
    found.save(update_fields=[*dict.fromkeys([*written, "answered_on"]), "version"])
    trail.write(actor=actor, verb="edit_consultation", row=found, now=now, after={"fields": sorted(written)})
    return found


@transaction.atomic
def answer_consultation(
    *,
    actor: User,
    consultation: Consultation,
    now: dt.datetime,
    advice: str = "",
    action: str = "",
    result: str = "",
) -> Consultation:
    """Write down the next part: what is empty here stays as it is."""
    told = {"advice": advice.strip(), "action": action.strip(), "result": result.strip()}
    parts = {name: value for name, value in told.items() if value}
    if not parts:
        raise Refused(_("There is nothing to write down yet."), hint=_("Fill in one of the three."))
    return edit_consultation(actor=actor, consultation=consultation, opened={}, submitted=parts, now=now)


@transaction.atomic
def follow_up(
    *,
    actor: User,
    consultation: Consultation,
    title: str,
    now: dt.datetime,
    owner: User | None = None,
    due_on: dt.date | None = None,
) -> Task:
    """A task that follows from it; the consultation leads to the task and to what came of it."""
    policy.require(actor, "work.edit", consultation)
    found = Consultation.objects.select_for_update().get(pk=consultation.pk)
    if found.task_id is not None:
        raise Refused(_("A task follows from this already."), hint=_("Open that task."), code="followed_up")
    task = tasks.create_task(
        actor=actor, title=title, now=now, owner=owner, account=found.account, contact=found.contact,
        due_on=due_on, origin="consultation", origin_ref=f"work.consultation:{found.pk}",
    )  # fmt: skip
    found.task, found.version = task, found.version + 1
    found.save(update_fields=["task", "version"])
    trail.write(actor=actor, verb="follow_up_consultation", row=found, now=now, after={"task": task.pk})
    return task


def _check(actor: User, row: Consultation, today: dt.date) -> None:
    if not row.question:
        raise Refused(_("A consultation says what was asked or shown."), hint=_("Write it in a few words."))
    if row.asked_on > today or (row.answered_on is not None and row.answered_on > today):
        raise Refused(_("A consultation has taken place: its days are not in the future."))
    if row.answered_on is not None and row.answered_on < row.asked_on:
        raise Refused(_("It cannot be answered before it was asked."), hint=_("Look at the two days."))
    if row.contact is not None and row.contact.account_id != row.account_id:
        raise Refused(
            _("The contact belongs to another account."), hint=_("Choose a contact of this account.")
        )
    if row.secrecy > policy.clearance(actor):
        raise Refused(_("You cannot write down what you could not read afterwards."),
                      hint=_("Choose a lower secrecy."))  # fmt: skip
