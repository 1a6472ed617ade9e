"""Opening a project, settling what it needs, starting it, looking at it together, ending it.

What a level leaves to the leader is done at once; the rest waits for the superior (autonomy_rules.MATRIX).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account, Contact
from kamerton.core import audit, concurrency
from kamerton.core.concurrency import Plain
from kamerton.core.refused import Refused
from kamerton.plans import autonomy_rules as rules
from kamerton.plans import project_kinds as kinds_of
from kamerton.plans import project_queries as queries
from kamerton.plans.models import Autonomy, CheckIn, JointRecord, LevelChange, Project, record_kinds
from kamerton.work import kinds
from kamerton.work.actions import approvals, tasks
from kamerton.work.models import Approval

RIGHT = "work.edit"
EDITED = ("title", "vision")


@transaction.atomic
def open_project(
    *,
    actor: User,
    account: Account,
    title: str,
    leader: User,
    now: dt.datetime,
    contact: Contact | None = None,
    vision: str = "",
) -> Project:
    """A project of its own for an account or a person there, at D1. Of two at once the second is told."""
    policy.require(actor, RIGHT, account)
    if leader.pk != actor.pk and not queries.leads(actor, leader):
        raise Refused(
            _("%(person)s does not report to you. Nothing was saved.") % {"person": leader.display_name},
            code="leader", hint=_("Lead it yourself, or ask the superior to open it."),
        )  # fmt: skip
    if not title.strip():
        raise Refused(_("Give the project a name. Nothing was saved."), code="title")
    if contact is not None and contact.account_id != account.pk:
        raise Refused(_("This person works elsewhere. Nothing was saved."), code="contact")
    Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    if Project.objects.filter(account=account, contact=contact, state__in=queries.OPEN).exists():
        whom = contact.display_name if contact else account.name
        raise Refused(
            _("A project for %(name)s is open already. Nothing was saved.") % {"name": whom}, code="once"
        )
    row = Project.objects.create(
        account=account, contact=contact, title=title.strip()[:200], leader=leader, vision=vision.strip(),
        level_since=timezone.localdate(now), created_by=actor, created_at=now,
    )  # fmt: skip
    _record(
        actor,
        row,
        "open_project",
        now,
        after={"leader": leader.pk, "contact": contact.pk if contact else None},
    )
    return row


@transaction.atomic
def edit(
    *,
    actor: User,
    project: Project,
    opened: Mapping[str, Plain],
    submitted: Mapping[str, Any],
    now: dt.datetime,
) -> Project:
    """Name and vision: the leader's, or the superior's, at every level."""
    row = held(actor, project)
    told = {name: submitted[name] for name in EDITED if name in submitted}
    if "title" in told and not told["title"].strip():
        raise Refused(_("Give the project a name. Nothing was saved."), code="title")
    written = concurrency.apply(row, opened=opened, submitted=told)
    if written:
        _save(row, *written)
        _record(actor, row, "edit_project", now, after={"fields": written})
    return row


@transaction.atomic
def settle(
    *, actor: User, project: Project, kind: str, text: str, superior: User, on: dt.date, now: dt.datetime
) -> JointRecord:
    """What leader and superior settled together (MGT-03). The same kind again takes the place of what stood."""
    row = held(actor, project)
    if kind not in dict(record_kinds()):
        raise Refused(_("There is nothing of this kind to settle. Nothing was saved."), code="kind")
    if not text.strip():
        raise Refused(_("Write what was settled. Nothing was saved."), code="text")
    if on > timezone.localdate(now):
        raise Refused(_("The day lies ahead. Nothing was saved."), code="days")
    if superior.pk not in {each.pk for each in policy.superiors(row.leader)}:
        raise Refused(
            _("%(person)s is not above %(leader)s. Nothing was saved.")
            % {"person": superior.display_name, "leader": row.leader.display_name},
            code="superior", hint=_("Settle it with whom the leader reports to."),
        )  # fmt: skip
    told = {"text": text.strip(), "superior": superior, "on": on, "by": actor, "at": now}
    record, _made = JointRecord.objects.update_or_create(project=row, kind=kind, defaults=told)
    _record(actor, row, "settle_project", now, after={"kind": kind, "with": superior.pk})
    return record


@transaction.atomic
def start(*, actor: User, project: Project, now: dt.datetime) -> Approval | None:
    """Begin. Refused while something has not been settled; at D1 and D2 it waits for the superior."""
    row = held(actor, project)
    if row.state != "preparing":
        raise Refused(_("This project has started already. Nothing was changed."), code="state")
    _check_settled(row)
    if rules.asks(row.level, "start") and not queries.leads(actor, row.leader):
        return _ask(actor, row, kinds_of.START, row.goals or row.vision or row.title, {}, now)
    _start(actor, row, now)
    return None


def _check_settled(row: Project) -> None:
    missing = rules.missing(row.level, list(row.records.values_list("kind", flat=True)))
    if missing:
        names = dict(record_kinds())
        raise Refused(
            _("It cannot start yet. Still to be settled together: %(what)s.")
            % {"what": ", ".join(str(names[each]).lower() for each in missing)},
            code="missing", hint=_("Talk it through with the superior and write it down here."),
        )  # fmt: skip


def _start(actor: User, row: Project, now: dt.datetime) -> None:
    row.state, row.started_on = "running", timezone.localdate(now)
    _save(row, "state", "started_on")
    _plan_check_in(actor, row, timezone.localdate(now), now)
    _record(actor, row, "start_project", now, after={"level": row.level})


@transaction.atomic
def set_goals(*, actor: User, project: Project, goals: str, why: str, now: dt.datetime) -> Approval | None:
    """New goals. At D1 to D3 the leader's wait for the superior; the superior's count at once."""
    row = held(actor, project)
    if not goals.strip():
        raise Refused(_("Write the goals. Nothing was saved."), code="goals")
    running = row.state == "running" and rules.asks(row.level, "goals")
    if running and not queries.leads(actor, row.leader):
        return _ask(actor, row, kinds_of.GOALS, why, {"goals": goals.strip()}, now)
    _set_goals(actor, row, goals.strip(), now)
    return None


def _set_goals(actor: User, row: Project, goals: str, now: dt.datetime) -> None:
    row.goals = goals
    _save(row, "goals")
    _record(actor, row, "goals_project", now)


@transaction.atomic
def close(
    *, actor: User, project: Project, outcome: str, now: dt.datetime, dropped: bool = False
) -> Approval | None:
    """End it, done or dropped, with what came of it. At D1 the leader's wish waits for the superior."""
    row = held(actor, project)
    if not outcome.strip():
        raise Refused(_("Write what came of it. Nothing was changed."), code="outcome")
    details = {"outcome": outcome.strip(), "state": "dropped" if dropped else "done"}
    if row.state == "running" and rules.asks(row.level, "close") and not queries.leads(actor, row.leader):
        return _ask(actor, row, kinds_of.CLOSE, outcome, details, now)
    _close(actor, row, details, now)
    return None


def _close(actor: User, row: Project, details: Mapping[str, Any], now: dt.datetime) -> None:
    row.state, row.outcome, row.ended_on = details["state"], details["outcome"], timezone.localdate(now)
    _save(row, "state", "outcome", "ended_on")
    waiting = row.check_ins.filter(held_on=None).select_related("task").first()
    if waiting is not None:
        if waiting.task is not None and waiting.task.state == "open":
            tasks.drop_task(
                actor=waiting.task.owner, task=waiting.task, now=now, reason=_("The project has ended.")
            )
        waiting.delete()
    _record(actor, row, "close_project", now, after={"state": row.state})


# --- the level -----------------------------------------------------------------------------------------------------


@transaction.atomic
def set_level(*, actor: User, project: Project, level: int, why: str, now: dt.datetime) -> Project:
    """Only who stands above the leader says how freely it is led; with the reason (MGT-04)."""
    row = open_one(project)
    require_superior(actor, row)
    if level not in rules.MATRIX or level == row.level:
        raise Refused(_("Choose another level. Nothing was changed."), code="level")
    if not why.strip():
        raise Refused(_("Say why the level changes. Nothing was changed."), code="why")
    today, before = timezone.localdate(now), row.level
    LevelChange.objects.create(
        project=row, before=before, after=level, why=why.strip()[:300], by=actor, at=now
    )
    row.level, row.level_since = level, today
    _save(row, "level", "level_since")
    _move_check_in(row, today, now)
    _record(actor, row, "level_project", now, before={"level": before}, after={"level": level})
    return row


@transaction.atomic
def hand_on(*, actor: User, project: Project, leader: User, why: str, now: dt.datetime) -> Project:
    """Another leader. What was settled was settled with the former one, so the new one begins at D1 (MGT-02)."""
    row = open_one(project)
    require_superior(actor, row)
    if leader.pk == row.leader_id:
        raise Refused(_("%(person)s leads it already.") % {"person": leader.display_name}, code="leader")
    if not why.strip():
        raise Refused(_("Say why. Nothing was changed."), code="why")
    before, today = row.leader, timezone.localdate(now)
    if row.level != 1:
        LevelChange.objects.create(
            project=row, before=row.level, after=1, why=why.strip()[:300], by=actor, at=now
        )
    row.leader, row.level, row.level_since = leader, 1, today
    _save(row, "leader", "level", "level_since")
    waiting = row.check_ins.filter(held_on=None).select_related("task").first()
    if waiting is not None and waiting.task is not None and waiting.task.state == "open":
        waiting.task.owner = leader
        tasks.save(waiting.task, "owner")
    _move_check_in(row, today, now)
    _record(actor, row, "hand_on_project", now, before={"leader": before.pk}, after={"leader": leader.pk})
    return row


def _move_check_in(row: Project, today: dt.date, now: dt.datetime) -> None:
    """The open one comes when the new level says, counted from today."""
    waiting = row.check_ins.filter(held_on=None).select_related("task").first()
    if waiting is None:
        return
    days = queries.days_between(queries.autonomy())
    waiting.due_on = rules.next_check_in(row.level, today, days)
    waiting.save(update_fields=["due_on"])
    if waiting.task is not None and waiting.task.state == "open":
        tasks.move_task(actor=waiting.task.owner, task=waiting.task, due_on=waiting.due_on, now=now)


# --- looking at it together --------------------------------------------------------------------------------------


@transaction.atomic
def hold_check_in(*, actor: User, project: Project, note: str, on: dt.date, now: dt.datetime) -> CheckIn:
    """Write down a check-in; the next one is due by the level. An unplanned one counts as the one that is due."""
    row = held(actor, project)
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
    _plan_check_in(actor, row, on, now)
    _record(actor, row, "check_in_project", now, after={"on": on.isoformat()})
    return made


def _plan_check_in(actor: User, row: Project, after: dt.date, now: dt.datetime) -> None:
    due = rules.next_check_in(row.level, after, queries.days_between(queries.autonomy()))
    task = tasks.put_down(
        actor=actor, owner=row.leader, account=row.account, contact=row.contact, due_on=due, now=now, origin="project",
        title=_("Look at “%(project)s” together") % {"project": row.title}, origin_ref=f"plans.project:{row.pk}",
    )  # fmt: skip
    CheckIn.objects.create(project=row, due_on=due, task=task, by=actor, at=now)


@transaction.atomic
def set_autonomy(
    *, actor: User, opened: Mapping[str, Plain], submitted: Mapping[str, Any], now: dt.datetime
) -> Autonomy:
    """How often projects are looked at, for the whole company."""
    policy.require(actor, "portfolio.configure")
    Autonomy.objects.get_or_create(pk=1)
    row = Autonomy.objects.select_for_update().get(pk=1)
    written = concurrency.apply(row, opened=opened, submitted=submitted)
    days = list(queries.days_between(row).values())
    if days != sorted(days) or days[0] < 1:
        raise Refused(
            _("With a higher level check-ins do not come more often. Nothing was saved."), code="order"
        )
    if written:
        row.save(update_fields=written)
        audit.record(actor=actor, action="plans.autonomy", subject=row, now=now,
                     after={name: getattr(row, name) for name in written})  # fmt: skip
    return row


# --- who may, and how it is kept --------------------------------------------------------------------------------


def held(actor: User, project: Project) -> Project:
    policy.require(actor, RIGHT, project)
    row = open_one(project)
    if actor.pk != row.leader_id and not queries.leads(actor, row.leader):
        stands_in = row.leader_id in {each.pk for each in policy.represented(actor)}
        if not stands_in:
            raise Refused(
                _("%(person)s leads this project. Nothing was changed.")
                % {"person": row.leader.display_name},
                code="leader",
            )
    return row


def open_one(project: Project) -> Project:
    rows = Project.objects.select_for_update(of=("self",)).select_related("leader", "account", "contact")
    row = rows.get(pk=project.pk)
    if not row.is_open:
        raise Refused(_("This project has ended. Nothing was changed."), code="ended")
    return row


def require_superior(actor: User, row: Project) -> None:
    policy.require(actor, "work.view", row)
    if not queries.leads(actor, row.leader):
        raise Refused(
            _("Only who stands above %(person)s may do this. Nothing was changed.")
            % {"person": row.leader.display_name},
            code="superior",
        )


def _ask(
    actor: User, row: Project, kind: kinds.Kind, why: str, details: Mapping[str, Any], now: dt.datetime
) -> Approval:
    if not why.strip():
        raise Refused(_("Say why. Nothing was saved."), code="why")
    subject = f"plans.project:{row.pk}"
    if Approval.objects.filter(kind=kind.key, subject=subject, state="waiting").exists():
        raise Refused(
            _("This waits for a decision already. Nothing was changed."), code="waiting",
            hint=_("Withdraw that first, or wait for it."),
        )  # fmt: skip
    return approvals.ask_approval(
        actor=actor, kind=kind.key, title=f"{row.title}: {kind.name}"[:300], reason=why, account=row.account,
        subject=row, details=details, now=now, deciders=policy.superiors(row.leader)[:1],
    )  # fmt: skip


def of_approval(approval: Approval) -> Project | None:
    """The project that an approval is about, locked, where it is still open."""
    number = approval.subject.partition(":")[2]
    rows = Project.objects.select_for_update(of=("self",)).select_related("leader", "account", "contact")
    row = rows.filter(pk=number).first() if number.isdecimal() else None
    return row if row is not None and row.is_open else None


@kinds.handler(kinds_of.START.key)
def _start_decided(*, approval: Approval, actor: User, now: dt.datetime) -> None:
    row = of_approval(approval)
    if approval.state == "approved" and row is not None and row.state == "preparing":
        _check_settled(row)
        _start(actor, row, now)


@kinds.handler(kinds_of.GOALS.key)
def _goals_decided(*, approval: Approval, actor: User, now: dt.datetime) -> None:
    row = of_approval(approval)
    if approval.state == "approved" and row is not None:
        _set_goals(actor, row, approval.details["goals"], now)


@kinds.handler(kinds_of.CLOSE.key)
def _close_decided(*, approval: Approval, actor: User, now: dt.datetime) -> None:
    row = of_approval(approval)
    if approval.state == "approved" and row is not None:
        _close(actor, row, approval.details, now)


def _save(row: Project, *names: str) -> None:
    row.version += 1
    row.save(update_fields=[*names, "version"])


def _record(actor: User, row: Project, verb: str, now: dt.datetime, **told: Any) -> None:
    audit.record(actor=actor, action=f"plans.{verb}", subject=row, now=now, account_id=row.account_id, **told)
