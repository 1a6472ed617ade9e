"""Looking at a project together: the open check-in is a task of the leader, and the next one follows the level."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access.models import User
from kamerton.core.refused import Refused
from kamerton.plans import project_queries as queries
from kamerton.plans.actions import project_rows as rows
from kamerton.plans.models import CheckIn, Project
from kamerton.plans.rules import autonomy as rules
from kamerton.work.actions import tasks


@transaction.atomic
def hold(*, actor: User, project: Project, note: str, on: dt.date, now: dt.datetime) -> CheckIn:
    """Write down a check-in; the next one is due by the level. An unplanned one counts as the one that is due."""
    row = rows.held(actor, project)
    if row.state != "running":
        raise Refused(_("This project is not running. Nothing was saved."), code="state")
    if not note.strip():
        raise Refused(_("Write what was said. Nothing was saved."), code="note")
    if on > timezone.localdate(now):
        raise Refused(_("The day lies ahead. Nothing was saved."), code="days")
    made = row.check_ins.filter(held_on=None).select_related("task").first() or CheckIn(
        project=row, due_on=on
    )
    made.held_on, made.note, made.by, made.at = on, note.strip(), actor, now
    made.save()
    if made.task is not None and made.task.state == "open":
        tasks.finish_task(actor=made.task.owner, task=made.task, now=now, outcome=_("Held"))
    plan(actor, row, on, now)
    rows.record(actor, row, "check_in_project", now, after={"on": on.isoformat()})
    return made


def plan(actor: User, row: Project, after: dt.date, now: dt.datetime) -> None:
    due = rules.next_check_in(row.level, after, queries.days_between(queries.autonomy()))
    task = tasks.put_down(
        actor=actor, owner=row.leader, account=row.account, contact=row.contact, due_on=due, now=now, origin="project",
        title=_("Look at “%(project)s” together") % {"project": row.title}, origin_ref=f"plans.project:{row.pk}",
    )  # fmt: skip
    CheckIn.objects.create(project=row, due_on=due, task=task, by=actor, at=now)


def move(row: Project, today: dt.date, now: dt.datetime) -> None:
    """The open one comes when the new level says, counted from today."""
    waiting = row.check_ins.filter(held_on=None).select_related("task").first()
    if waiting is None:
        return
    days = queries.days_between(queries.autonomy())
    waiting.due_on = rules.next_check_in(row.level, today, days)
    waiting.save(update_fields=["due_on"])
    if waiting.task is not None and waiting.task.state == "open":
        tasks.move_task(actor=waiting.task.owner, task=waiting.task, due_on=waiting.due_on, now=now)


def drop(row: Project, now: dt.datetime) -> None:
    """With the end of the project: the open one and its task."""
    waiting = row.check_ins.filter(held_on=None).select_related("task").first()
    if waiting is None:
        return
    if waiting.task is not None and waiting.task.state == "open":
        reason = _("The project has ended.")
        tasks.drop_task(actor=waiting.task.owner, task=waiting.task, now=now, reason=reason)
    waiting.delete()
