"""Opening a project, settling what it needs, starting it, looking at it together, ending it.

What a level leaves to the leader is done at once; the rest waits for the superior (rules.autonomy.MATRIX).
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
from kamerton.core import concurrency
from kamerton.core.concurrency import Plain
from kamerton.core.refused import Refused
from kamerton.plans import project_kinds as kinds_of
from kamerton.plans import project_queries as queries
from kamerton.plans.actions import check_ins
from kamerton.plans.actions import project_rows as rows
from kamerton.plans.models import JointRecord, Project, record_kinds
from kamerton.plans.rules import autonomy as rules
from kamerton.work import kinds
from kamerton.work.actions import approvals
from kamerton.work.models import Approval

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
    policy.require(actor, rows.RIGHT, account)
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
    rows.record(
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
    row = rows.held(actor, project)
    told = {name: submitted[name] for name in EDITED if name in submitted}
    if "title" in told and not told["title"].strip():
        raise Refused(_("Give the project a name. Nothing was saved."), code="title")
    written = concurrency.apply(row, opened=opened, submitted=told)
    if written:
        rows.save(row, *written)
        rows.record(actor, row, "edit_project", now, after={"fields": written})
    return row


@transaction.atomic
def settle(
    *, actor: User, project: Project, kind: str, text: str, superior: User, on: dt.date, now: dt.datetime
) -> JointRecord:
    """What leader and superior settled together (MGT-03). The same kind again takes the place of what stood."""
    row = rows.held(actor, project)
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
    rows.record(actor, row, "settle_project", now, after={"kind": kind, "with": superior.pk})
    return record


@transaction.atomic
def start(*, actor: User, project: Project, now: dt.datetime) -> Approval | None:
    """Begin. Refused while something has not been settled; at D1 and D2 it waits for the superior."""
    row = rows.held(actor, project)
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
    rows.save(row, "state", "started_on")
    check_ins.plan(actor, row, timezone.localdate(now), now)
    rows.record(actor, row, "start_project", now, after={"level": row.level})


@transaction.atomic
def set_goals(*, actor: User, project: Project, goals: str, why: str, now: dt.datetime) -> Approval | None:
    """New goals. At D1 to D3 the leader's wait for the superior; the superior's count at once."""
    row = rows.held(actor, project)
    if not goals.strip():
        raise Refused(_("Write the goals. Nothing was saved."), code="goals")
    running = row.state == "running" and rules.asks(row.level, "goals")
    if running and not queries.leads(actor, row.leader):
        return _ask(actor, row, kinds_of.GOALS, why, {"goals": goals.strip()}, now)
    _set_goals(actor, row, goals.strip(), now)
    return None


def _set_goals(actor: User, row: Project, goals: str, now: dt.datetime) -> None:
    row.goals = goals
    rows.save(row, "goals")
    rows.record(actor, row, "goals_project", now)


@transaction.atomic
def close(
    *, actor: User, project: Project, outcome: str, now: dt.datetime, dropped: bool = False
) -> Approval | None:
    """End it, done or dropped, with what came of it. At D1 the leader's wish waits for the superior."""
    row = rows.held(actor, project)
    if not outcome.strip():
        raise Refused(_("Write what came of it. Nothing was changed."), code="outcome")
    details = {"outcome": outcome.strip(), "state": "dropped" if dropped else "done"}
    if row.state == "running" and rules.asks(row.level, "close") and not queries.leads(actor, row.leader):
        return _ask(actor, row, kinds_of.CLOSE, outcome, details, now)
    _close(actor, row, details, now)
    return None


def _close(actor: User, row: Project, details: Mapping[str, Any], now: dt.datetime) -> None:
    row.state, row.outcome, row.ended_on = details["state"], details["outcome"], timezone.localdate(now)
    rows.save(row, "state", "outcome", "ended_on")
    check_ins.drop(row, now)
    rows.record(actor, row, "close_project", now, after={"state": row.state})


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
