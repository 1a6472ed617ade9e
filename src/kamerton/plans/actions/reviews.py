"""Meetings with the management about a plan: fixed, minuted, called off (ABP-07)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access.models import User
from kamerton.core import concurrency
from kamerton.core.concurrency import Plain
from kamerton.core.refused import Refused
from kamerton.plans.actions import holding
from kamerton.plans.models import Plan, Review
from kamerton.work.actions import tasks
from kamerton.work.models import Task

EDITED = ("on", "time", "place", "agenda")


@transaction.atomic
def schedule(
    *, actor: User, plan: Plan, values: Mapping[str, Any], people: Collection[User], now: dt.datetime
) -> Review:
    """Whoever takes part finds it in the own week: a task of the plan on that day."""
    found = holding.held(actor, plan)
    row = Review(plan=found, created_by=actor, created_at=now, **_told(values))
    _check(row, people)
    row.save(force_insert=True)
    row.people.set(people)
    _invite(actor, row, now)
    holding.write(actor, "schedule_review", row, found, now, after={"on": row.on.isoformat()})
    return row


@transaction.atomic
def edit(
    *,
    actor: User,
    review: Review,
    opened: Mapping[str, Plain],
    submitted: Mapping[str, Any],
    now: dt.datetime,
) -> Review:
    """Another day, another place, other people; the tasks follow. Raises concurrency.Conflict as ever."""
    plan, found = _held(actor, review, "planned")
    written = concurrency.apply(found, opened=opened, submitted=_told(submitted))
    people = submitted.get("people")
    _check(found, found.people.all() if people is None else people)
    if people is not None:
        found.people.set(people)
    holding.save(found, EDITED)
    _invite(actor, found, now)
    holding.write(
        actor, "edit_review", found, plan, now, after={"fields": sorted(written), "on": found.on.isoformat()}
    )
    return found


@transaction.atomic
def minute(
    *, actor: User, review: Review, minutes: str, now: dt.datetime, on: dt.date | None = None
) -> Review:
    """It took place (`on`, else its day): what was said. Minutes on which an approval stands are not changed."""
    plan, found = _held(actor, review, "planned", "held")
    text, day = minutes.replace("\r\n", "\n").strip(), on or found.on
    if not text:
        raise Refused(_("Minutes say what was agreed. Nothing was changed."), hint=_("A few lines will do."))
    if day > timezone.localdate(now):
        raise Refused(
            _("The meeting lies ahead. Nothing was changed."),
            code="days",
            hint=_("Write the minutes after it."),
        )
    if found.versions.exclude(state="draft").exists():
        raise Refused(
            _("An approval stands on these minutes, so they are not changed."), code="used",
            hint=_("Hold another review and minute that."),
        )  # fmt: skip
    found.state, found.minutes, found.on, found.minuted_by, found.minuted_at = "held", text, day, actor, now
    holding.save(found, ("state", "minutes", "on", "minuted_by", "minuted_at"))
    for task in _invitations(found):
        tasks.settle(actor=actor, task=task, now=now, state="done", outcome=_("The review was held"))
    holding.write(actor, "minute_review", found, plan, now, after={"on": day.isoformat()})
    return found


@transaction.atomic
def cancel(*, actor: User, review: Review, now: dt.datetime) -> Review:
    plan, found = _held(actor, review, "planned")
    found.state = "cancelled"
    holding.save(found, ("state",))
    for task in _invitations(found):
        tasks.settle(actor=actor, task=task, now=now, state="dropped", outcome=_("The review was called off"))
    holding.write(actor, "cancel_review", found, plan, now)
    return found


def _held(actor: User, review: Review, *states: str) -> tuple[Plan, Review]:
    plan = holding.held(actor, review.plan_id)
    found: Review = holding.locked(Review, review.pk)
    if found.state not in states:
        raise Refused(_("The review was held or called off already. Nothing was changed."), code="conflict")
    return plan, found


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: values[name] for name in EDITED if name in values}
    return told | {name: (told[name] or "").strip() for name in ("place", "agenda") if name in told}


def _check(row: Review, people: Collection[User]) -> None:
    if not people:
        raise Refused(_("A review needs somebody who takes part. Nothing was changed."), code="nobody")
    for person in people:
        holding.require_owner(person)
    if row.on < row.plan.created_at.date() - dt.timedelta(days=366):
        raise Refused(_("The day lies long before the plan. Nothing was changed."), code="days")


def _invitations(row: Review) -> list[Task]:
    return list(Task.objects.filter(origin_ref=f"plans.review:{row.pk}", state="open").order_by("pk"))


def _invite(actor: User, row: Review, now: dt.datetime) -> None:
    """A task for each who takes part; who no longer does loses it."""
    there = {task.owner_id: task for task in _invitations(row)}
    people = {person.pk: person for person in row.people.all()}
    title = _("Review of the plan for %(account)s") % {"account": row.plan.account.name}
    if row.time:
        title = f"{title}, {row.time:%H:%M}"
    for number, task in there.items():
        if number in people:
            tasks.steer(actor=actor, task=task, now=now, title=title, due_on=row.on)
        else:
            tasks.settle(actor=actor, task=task, now=now, state="dropped")
    for number, person in people.items():
        if number not in there:
            tasks.put_down(
                actor=actor, title=title, now=now, owner=person, account=row.plan.account, due_on=row.on,
                origin="plan", origin_ref=f"plans.review:{row.pk}",
            )  # fmt: skip
