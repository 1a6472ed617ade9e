"""Reports that are owed: what is asked for, what comes due by itself, handing in, and talking about one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.core import concurrency
from kamerton.core.concurrency import Plain
from kamerton.core.refused import Refused
from kamerton.work import report_queries as queries
from kamerton.work import report_rules as rules
from kamerton.work.actions import tasks, trail
from kamerton.work.models import Task
from kamerton.work.report_models import ReportDue, ReportDuty, report_periods

RIGHT = "work.publish"
EDITED = ("name", "what", "period", "days_after", "is_active")


@transaction.atomic
def ask(
    *,
    actor: User,
    name: str,
    period: str,
    days_after: int,
    people: Collection[User],
    now: dt.datetime,
    what: str = "",
) -> ReportDuty:
    """A report that these people owe from now on; the first period is the one that runs today."""
    policy.require(actor, RIGHT)
    _check(name, period, days_after)
    row = ReportDuty.objects.create(
        name=name.strip()[:160], what=what.strip(), period=period, days_after=days_after,
        from_date=timezone.localdate(now), created_by=actor, created_at=now,
    )  # fmt: skip
    row.people.set(people)
    trail.write(
        actor=actor, verb="ask_report", row=row, now=now, after={"people": sorted(each.pk for each in people)}
    )
    return row


def _check(name: str, period: str, days_after: int, but: int | None = None) -> None:
    if not name.strip():
        raise Refused(_("Give the report a name. Nothing was saved."), code="name")
    if ReportDuty.objects.filter(name=name.strip()[:160]).exclude(pk=but or 0).exists():
        raise Refused(_("There is a report of this name already. Nothing was saved."), code="once")
    if period not in dict(report_periods()) or not 0 <= days_after <= 60:
        raise Refused(_("A report is due within 60 days after its period. Nothing was saved."), code="days")


@transaction.atomic
def edit(
    *,
    actor: User,
    duty: ReportDuty,
    opened: Mapping[str, Plain],
    submitted: Mapping[str, Any],
    people: Collection[User],
    now: dt.datetime,
) -> ReportDuty:
    """Change what is asked for. What has come due already stays due."""
    policy.require(actor, RIGHT)
    row = ReportDuty.objects.select_for_update(of=("self",)).get(pk=duty.pk)
    told = {name: submitted[name] for name in EDITED if name in submitted}
    written = concurrency.apply(row, opened=opened, submitted=told)
    _check(row.name, row.period, row.days_after, but=row.pk)
    row.version += 1
    row.save(update_fields=[*written, "version"])
    row.people.set(people)
    trail.write(actor=actor, verb="edit_report", row=row, now=now, after={"fields": written})
    return row


def every_day(*, now: dt.datetime, actor: User | None) -> None:
    """What ended comes due, once for each person, with a task. Safe to run again."""
    today = timezone.localdate(now)
    for duty in ReportDuty.objects.filter(is_active=True).prefetch_related("people"):
        period = rules.last_ended(duty.period, today)
        if period.end < duty.from_date:
            continue
        for person in duty.people.all():
            if not policy.has_left(person, today):
                _come_due(duty, person, period, now, actor)


@transaction.atomic
def _come_due(
    duty: ReportDuty, person: User, period: rules.Period, now: dt.datetime, actor: User | None
) -> None:
    due_on = period.end + dt.timedelta(days=duty.days_after)
    row, made = ReportDue.objects.get_or_create(
        duty=duty,
        person=person,
        period_start=period.start,
        defaults={"period_end": period.end, "due_on": due_on},
    )
    if made:
        row.task = tasks.put_down(actor=actor, title=duty.name, now=now, owner=person, origin="report", due_on=due_on,
                                  text=duty.what, origin_ref=f"work.reportdue:{row.pk}")  # fmt: skip
        row.save(update_fields=["task"])


@transaction.atomic
def hand_in(*, actor: User, due: ReportDue, text: str, now: dt.datetime) -> ReportDue:
    """By the person or who stands in for them; its task is done with it. Once: what was handed in stays."""
    row = ReportDue.objects.select_for_update(of=("self",)).select_related("duty", "task").get(pk=due.pk)
    if row.person_id not in {actor.pk, *(each.pk for each in policy.represented(actor))}:
        raise policy.Forbidden("work.edit")
    if row.handed_in_on is not None:
        raise Refused(_("This report was handed in already. Nothing was changed."), code="once")
    if not text.strip():
        raise Refused(_("Write the report, or where it lies. Nothing was saved."), code="text")
    row.handed_in_on, row.text = timezone.localdate(now), text.strip()
    row.save(update_fields=["handed_in_on", "text"])
    if row.task is not None and row.task.state == "open":
        tasks.finish_task(actor=row.task.owner, task=row.task, now=now, outcome=_("Handed in"))
    trail.write(
        actor=actor, verb="hand_in_report", row=row, now=now, after={"on": row.handed_in_on.isoformat()}
    )
    return row


@transaction.atomic
def look_at(*, actor: User, due: ReportDue, reliable: bool, note: str, now: dt.datetime) -> ReportDue:
    """Who stands above the person has read it. What is not reliable opens a talk, and nothing else (C15)."""
    row = ReportDue.objects.select_for_update(of=("self",)).select_related("duty", "person").get(pk=due.pk)
    if row.person_id == actor.pk or not queries.dues(actor).filter(pk=row.pk).exists():
        raise policy.Forbidden("work.assign")
    if row.handed_in_on is None:
        raise Refused(_("It has not been handed in yet. Nothing was changed."), code="missing")
    if not reliable and not note.strip():
        raise Refused(_("Say what to talk about. Nothing was changed."), code="note")
    row.reliable, row.judged_by, row.judged_note = "yes" if reliable else "no", actor, note.strip()[:300]
    row.save(update_fields=["reliable", "judged_by", "judged_note"])
    if not reliable:
        title = _("Talk with %(person)s about “%(report)s”") % {
            "person": row.person.display_name, "report": row.duty.name}  # fmt: skip
        tasks.put_down(actor=actor, title=title[:300], now=now, owner=actor, origin="report", text=note.strip(),
                       due_on=timezone.localdate(now) + dt.timedelta(days=7), origin_ref=f"work.reportdue:{row.pk}")  # fmt: skip
    trail.write(actor=actor, verb="look_at_report", row=row, now=now, after={"reliable": row.reliable})
    return row


@transaction.atomic
def talk_about(*, actor: User, ref: str, now: dt.datetime) -> Task:
    """A task to talk about a report that looks copied: the text itself stays where it is."""
    copy = next(
        (each for each in queries.looks_copied(actor, timezone.localdate(now)) if each.later.ref == ref), None
    )
    if copy is None:
        raise Refused(_("This report no longer looks copied, or is not of your line."), code="gone")
    known = Task.objects.filter(origin_ref=f"copy {ref}").first()
    if known is not None:
        return known
    person = User.objects.get(pk=copy.later.person)
    return tasks.put_down(
        actor=actor, now=now, owner=actor, origin="report", origin_ref=f"copy {ref}"[:120],
        title=_("Talk with %(person)s about reports that look alike") % {"person": person.display_name},
        due_on=timezone.localdate(now) + dt.timedelta(days=7),
    )  # fmt: skip
