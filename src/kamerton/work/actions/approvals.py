"""Decisions that somebody with authority takes: one mechanism for every kind (kinds.py)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.core.refused import Refused
from kamerton.work import kinds, rules
from kamerton.work.actions import routing, trail
from kamerton.work.models import Approval, ApprovalStep


class Decided(Refused):
    """Somebody else was faster, or it was withdrawn. Nothing was changed."""


class NobodyDecides(Refused):
    """The company has nobody who could decide this. Nothing was asked."""


@transaction.atomic
def ask_approval(
    *,
    actor: User,
    kind: str,
    title: str,
    reason: str,
    now: dt.datetime,
    account: Account | None = None,
    subject: Model | None = None,
    details: Mapping[str, Any] | None = None,
    due_on: dt.date | None = None,
    deciders: Sequence[User] = (),
) -> Approval:
    """Ask for a decision. `deciders`: by whom, in order, where a rule of the kind's own room has said so;

    else by the steps of the kind. KeyError: no such kind.
    """
    told = kinds.kind(kind)
    policy.require(actor, told.right)
    if account is not None:
        policy.require(actor, "work.view", account)
    if not title.strip() or not reason.strip():
        raise Refused(_("A decision needs what it is about, and the reasons."), hint=_("Write both."))
    people = [person.pk for person in deciders] or deciders_of(told, actor, timezone.localdate(now))
    approval = Approval(
        kind=kind, title=title.strip()[:300], reason=reason.strip(), details=dict(details or {}),
        subject=f"{subject._meta.label_lower}:{subject.pk}" if subject is not None else "", account=account,
        asked_by=actor, asked_at=now, due_on=due_on or timezone.localdate(now) + dt.timedelta(days=told.days),
    )  # fmt: skip
    approval.save(force_insert=True)
    ApprovalStep.objects.bulk_create(
        ApprovalStep(approval=approval, order=at, decider_id=person)
        for at, person in enumerate(people, start=1)
    )
    trail.write(
        actor=actor, verb="ask_approval", row=approval, now=now, after={"kind": kind, "deciders": people}
    )
    if told.routed and account is not None:
        routing.route(
            actor=actor, account=account, title=f"{account.name}, {told.name}: {approval.title}", now=now,
            due_on=approval.due_on, origin="approval", ref=f"work.approval:{approval.pk}", besides=people,
        )  # fmt: skip
    return approval


def deciders_of(kind: kinds.Kind, asker: User, day: dt.date) -> list[int]:
    """Who takes each step when `asker` asks. Raises NobodyDecides."""
    line = [_person(person, day) for person in policy.superiors(asker)]
    rows = User.objects.filter(is_active=True).exclude(pk=asker.pk).order_by("pk")
    everybody = [_person(person, day) for person in rows]
    found = [_decider(by, line, everybody) for by in kind.steps]
    if not found or None in found:
        raise NobodyDecides(
            _("There is nobody who could decide this. Nothing was sent."),
            code="nobody_decides",
            hint=_(
                "Ask an administrator to write down to whom you report, or who is the commercial director."
            ),
        )
    return [person for person in found if person is not None]


def _person(person: User, day: dt.date) -> rules.Person:
    return rules.Person(person.pk, person.role, is_active=not policy.has_left(person, day))


def _decider(by: kinds.By, line: Sequence[rules.Person], everybody: Sequence[rules.Person]) -> int | None:
    return rules.superior_of(line) if by.way == "superior" else rules.by_role(line, everybody, by.roles)


def authority(actor: User, approval: Approval, step: ApprovalStep, day: dt.date) -> rules.Authority:
    """By what `actor` may take this step; "": not at all."""
    has_left = policy.has_left(step.decider, day)
    above = [each.pk for each in policy.superiors(step.decider)] if has_left else []
    return rules.authority(
        actor=actor.pk,
        asker=approval.asked_by_id,
        decider=step.decider_id,
        stands_in_for=[absent.pk for absent in policy.represented(actor, day)],
        decider_is_active=not has_left,
        above_decider=above,
    )


@transaction.atomic
def decide(*, actor: User, approval: Approval, approve: bool, now: dt.datetime, reason: str = "") -> Approval:
    """Take the step whose turn it is. A refusal needs a reason and ends the approval.

    Of two who decide at once the second is told what the first decided. The step keeps whose decision it
    was and who took it.
    """
    policy.require(actor, "work.view", approval)
    found = Approval.objects.select_for_update().get(pk=approval.pk)
    steps = list(found.steps.select_related("decider", "decided_by").order_by("order"))
    step = _step_in_turn(found, steps)
    if not authority(actor, found, step, timezone.localdate(now)):
        _tell_of_last(actor, steps, timezone.localdate(now), found)
        raise policy.Forbidden("work.view") if actor.pk != found.asked_by_id else Refused(
            _("Nobody decides what they asked for themselves."), code="own_request")  # fmt: skip
    if not approve and not reason.strip():
        raise Refused(_("A refusal says why."), hint=_("Write the reason; who asked will read it."))
    step.state, step.decided_by, step.decided_at = "approved" if approve else "rejected", actor, now
    step.reason = reason.strip()
    step.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    trail.write(actor=actor, verb="decide_approval", row=found, now=now, before={"step": step.order},
                after={"state": step.state, "decider": step.decider_id})  # fmt: skip
    return _ended(found, steps, actor=actor, now=now)


def _step_in_turn(approval: Approval, steps: Sequence[ApprovalStep]) -> ApprovalStep:
    at = rules.current_step([step.state for step in steps]) if approval.state == "waiting" else None
    if at is None:
        raise Decided(_already(approval, steps), code="decided_already")
    return steps[at]


def _tell_of_last(actor: User, steps: Sequence[ApprovalStep], day: dt.date, approval: Approval) -> None:
    """Whose step was taken a moment ago by the other one is told so, not that they lack the right."""
    for step in steps:
        if step.state != "waiting" and authority(actor, approval, step, day):
            raise Decided(_already(approval, [step]), code="decided_already")


def _already(approval: Approval, steps: Sequence[ApprovalStep]) -> str:
    if approval.state == "withdrawn":
        return _("%(person)s has withdrawn this. Nothing was changed.") % {
            "person": approval.asked_by.display_name
        }
    last = [step for step in steps if step.decided_by is not None][-1:]
    who = last[0].decided_by.display_name if last and last[0].decided_by else ""
    if last and last[0].state == "rejected":
        return _("%(person)s has decided already, against it. Nothing was changed.") % {"person": who}
    return _("%(person)s has decided already, for it. Nothing was changed.") % {"person": who}


def _ended(approval: Approval, steps: Sequence[ApprovalStep], *, actor: User, now: dt.datetime) -> Approval:
    """After a step: the approval's own state; its room is told when that is the last word."""
    approval.state = rules.approval_state([step.state for step in steps])
    approval.version += 1
    if approval.state != "waiting":
        approval.ended_at = now
    approval.save(update_fields=["state", "ended_at", "version"])
    if approval.state != "waiting":
        kinds.tell(approval, actor=actor, now=now)
    return approval


@transaction.atomic
def withdraw_approval(*, actor: User, approval: Approval, now: dt.datetime) -> Approval:
    """By who asked, before it is decided. Steps not yet taken are withdrawn with it."""
    policy.require(actor, "work.view", approval)
    found = Approval.objects.select_for_update().get(pk=approval.pk)
    if found.asked_by_id != actor.pk:
        raise policy.Forbidden("work.propose")
    steps = list(found.steps.select_related("decider", "decided_by").order_by("order"))
    _step_in_turn(found, steps)
    found.steps.filter(state="waiting").update(state="withdrawn")
    found.state, found.ended_at, found.version = "withdrawn", now, found.version + 1
    found.save(update_fields=["state", "ended_at", "version"])
    trail.write(actor=actor, verb="withdraw_approval", row=found, now=now, before={"state": "waiting"},
                after={"state": "withdrawn"})  # fmt: skip
    kinds.tell(found, actor=actor, now=now)
    return found


def may_decide(actor: User, approval: Approval, steps: Sequence[ApprovalStep], day: dt.date) -> bool:
    """For pages: whether the step in turn waits for `actor`."""
    at = rules.current_step([step.state for step in steps]) if approval.state == "waiting" and steps else None
    return at is not None and bool(authority(actor, approval, steps[at], day))
