"""Requests to departments (RGT-04, TEAM-03): send, take, answer, withdraw; unanswered ones go up the line (TEAM-06)."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import OrgUnit, User
from kamerton.accounts.models import Account
from kamerton.core.refused import Refused
from kamerton.work import queries, rules
from kamerton.work.actions import routing, tasks, trail
from kamerton.work.models import Request


class Answered(Refused):
    """The request was answered or withdrawn meanwhile. Nothing was changed."""


@transaction.atomic
def send_request(
    *,
    actor: User,
    unit: OrgUnit,
    title: str,
    due_on: dt.date,
    now: dt.datetime,
    text: str = "",
    account: Account | None = None,
    on_behalf_of: User | None = None,
) -> Request:
    """Ask a department, personally or for a superior."""
    policy.require(actor, "work.edit", account)
    if not title.strip():
        raise Refused(_("A request says what is asked."), hint=_("Write it in a few words."))
    if due_on < timezone.localdate(now):
        raise Refused(_("The day of a request lies ahead."), hint=_("Choose today or a later day."))
    if on_behalf_of is not None and on_behalf_of not in policy.superiors(actor):
        raise Refused(_("You ask for yourself, or for somebody to whom you report."), code="not_superior")
    request = Request(
        title=title.strip(), text=text.strip(), unit=unit, account=account, asked_by=actor,
        on_behalf_of=on_behalf_of, due_on=due_on, priority=rules.priority(is_key=queries.is_key(account)),
        created_at=now,
    )  # fmt: skip
    request.save(force_insert=True)
    trail.write(actor=actor, verb="send_request", row=request, now=now,
                after={"unit": unit.pk, "due_on": due_on.isoformat()})  # fmt: skip
    _route(request, actor, now)
    return request


def _route(request: Request, actor: User, now: dt.datetime) -> None:
    """Whoever answers for a key account today hears of what somebody else asks about it (REL-13)."""
    name = request.account.name if request.account else ""
    told = {"account": name, "title": request.title, "unit": request.unit.name}
    routing.route(
        actor=actor, account=request.account, title=_("%(account)s, asked of %(unit)s: %(title)s") % told,
        now=now, due_on=request.due_on, origin="request", ref=f"work.request:{request.pk}",
        besides=(request.on_behalf_of_id,),
    )  # fmt: skip


class Taken(Refused):
    """Somebody else sees to the request since the page was shown. Nothing was changed."""


@transaction.atomic
def take_request(*, actor: User, request: Request, now: dt.datetime) -> Request:
    """Say that one sees to it; the others of the department see that. Somebody else's is taken over.

    `request`: as it was seen. Where somebody else has taken it meanwhile that is said, and nothing changes.
    """
    found = _for_answer(actor, request, now)
    if found.taken_by_id == actor.pk:
        return found
    if found.taken_by is not None and found.taken_by_id != request.taken_by_id:
        raise Taken(
            _("%(person)s sees to it since a moment. Nothing was changed.")
            % {"person": found.taken_by.display_name},
            code="taken", hint=_("Look again: you can still take it over."),
        )  # fmt: skip
    before = {"taken_by": found.taken_by_id}
    found.taken_by = actor
    _save(found, "taken_by")
    trail.write(
        actor=actor, verb="take_request", row=found, now=now, before=before, after={"taken_by": actor.pk}
    )
    return found


@transaction.atomic
def give_request(*, actor: User, request: Request, to: User, now: dt.datetime) -> Request:
    """Somebody else sees to it from now on: for whoever gives tasks to that person, as with a task."""
    policy.require(actor, "work.view", request)
    found = _open(Request.objects.select_for_update(of=("self",)).get(pk=request.pk))
    tasks.may_give(actor, to, found.account, timezone.localdate(now))
    if found.taken_by_id == to.pk:
        return found
    before = {"taken_by": found.taken_by_id}
    found.taken_by = to
    _save(found, "taken_by")
    trail.write(
        actor=actor, verb="give_request", row=found, now=now, before=before, after={"taken_by": to.pk}
    )
    return found


@transaction.atomic
def answer_request(*, actor: User, request: Request, answer: str, now: dt.datetime) -> Request:
    if not answer.strip():
        raise Refused(
            _("An answer has words."), hint=_("Write what was asked for, or why it cannot be done.")
        )
    found = _for_answer(actor, request, now)
    found.answer, found.answered_by, found.answered_at, found.state = answer.strip(), actor, now, "answered"
    _save(found, "answer", "answered_by", "answered_at", "state")
    trail.write(actor=actor, verb="answer_request", row=found, now=now, before={"state": "open"},
                after={"state": "answered"})  # fmt: skip
    return found


@transaction.atomic
def withdraw_request(*, actor: User, request: Request, now: dt.datetime) -> Request:
    """By who asked, or on whose behalf."""
    policy.require(actor, "work.view", request)
    found = _open(Request.objects.select_for_update().get(pk=request.pk))
    if actor.pk not in (found.asked_by_id, found.on_behalf_of_id):
        raise policy.Forbidden("work.edit")
    found.state = "withdrawn"
    _save(found, "state")
    trail.write(actor=actor, verb="withdraw_request", row=found, now=now, before={"state": "open"},
                after={"state": "withdrawn"})  # fmt: skip
    return found


@transaction.atomic
def send_again(*, actor: User, request: Request, now: dt.datetime) -> Request:
    """Take a withdrawal back."""
    policy.require(actor, "work.view", request)
    found = Request.objects.select_for_update().get(pk=request.pk)
    if actor.pk not in (found.asked_by_id, found.on_behalf_of_id) or found.state != "withdrawn":
        raise policy.Forbidden("work.edit")
    found.state = "open"
    _save(found, "state")
    trail.write(actor=actor, verb="send_request_again", row=found, now=now, before={"state": "withdrawn"},
                after={"state": "open"})  # fmt: skip
    return found


@transaction.atomic
def hurry_request(*, actor: User, request: Request, now: dt.datetime) -> Request:
    """It goes before everything else in the queue of its department (CLM-03). Once; answered, it stays as it is."""
    policy.require(actor, "work.view", request)
    found = Request.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if found.state != "open" or found.priority == rules.FIRST:
        return found
    before, found.priority = {"priority": found.priority}, rules.FIRST
    _save(found, "priority")
    trail.write(actor=actor, verb="hurry_request", row=found, now=now, before=before,
                after={"priority": rules.FIRST})  # fmt: skip
    return found


# --- up the line -----------------------------------------------------------------------------------------


def escalation_line(request: Request, day: dt.date) -> tuple[int, ...]:
    """To whom it goes, first to last; who has left is passed over."""
    head = head_of(request.unit)
    above_head = policy.superiors(head) if head else []
    above_asker = policy.superiors(request.asked_by)
    known = {person.pk: person for person in [*([head] if head else []), *above_head, *above_asker]}
    line = rules.escalation_line(
        asker=request.asked_by_id,
        head=head.pk if head else None,
        above_head=[person.pk for person in above_head],
        above_asker=[person.pk for person in above_asker],
    )
    return tuple(number for number in line if not policy.has_left(known[number], day))


def head_of(unit: OrgUnit) -> User | None:
    """The head of the unit, or of the nearest unit above that has one."""
    at: OrgUnit | None = unit
    seen: set[int] = set()
    while at is not None and at.pk not in seen:
        if at.head is not None:
            return at.head
        seen.add(at.pk)
        at = at.parent
    return None


def escalate_due(*, now: dt.datetime) -> list[Request]:
    """Send what nobody has answered up the line; the requests that moved. Run again it does nothing more.

    Called daily by the worker and when Today opens, on behalf of nobody. One query where nothing is due.
    """
    today = timezone.localdate(now)
    late = Request.objects.filter(state="open", due_on__lt=today).order_by("pk").values_list("pk", flat=True)
    return [moved for number in list(late) if (moved := _escalate(number, today, now)) is not None]


@transaction.atomic
def _escalate(number: int, today: dt.date, now: dt.datetime) -> Request | None:
    rows = Request.objects.select_for_update(of=("self",)).select_related("unit__head", "asked_by")
    request = rows.filter(pk=number, state="open").first()
    if request is None or not _may_move(request, today):
        return None
    step = rules.escalation(
        due_on=request.due_on, today=today, wait_days=settings.ESCALATION_DAYS, done=request.escalations,
        line=escalation_line(request, today),
    )  # fmt: skip
    if step is None:
        return None
    before = {"escalated_to": request.escalated_to_id, "escalations": request.escalations}
    request.escalated_to_id, request.escalations, request.escalated_at = step.to, step.steps, now
    _save(request, "escalated_to", "escalations", "escalated_at")
    trail.write(actor=None, verb="escalate_request", row=request, now=now, before=before,
                after={"escalated_to": step.to, "escalations": step.steps})  # fmt: skip
    return request


def _may_move(request: Request, today: dt.date) -> bool:
    """Without a look at the line, which costs queries: whether its next step is due at all."""
    return (
        rules.escalation_steps(request.due_on, today, wait_days=settings.ESCALATION_DAYS)
        > request.escalations
    )


# --- the row ---------------------------------------------------------------------------------------------


def _for_answer(actor: User, request: Request, now: dt.datetime) -> Request:
    policy.require(actor, "work.view", request)
    found = _open(Request.objects.select_for_update(of=("self",)).select_related("unit").get(pk=request.pk))
    if not queries.may_answer(actor, found, timezone.localdate(now)):
        raise policy.Forbidden("work.answer")
    return found


def _open(request: Request) -> Request:
    if request.state == "answered":
        who = request.answered_by.display_name if request.answered_by else ""
        raise Answered(
            _("%(person)s answered this meanwhile. Nothing was changed.") % {"person": who}, code="answered"
        )
    if request.state != "open":
        raise Answered(_("This request was withdrawn. Nothing was changed."), code="withdrawn")
    return request


def _save(request: Request, *names: str) -> None:
    request.version += 1
    request.save(update_fields=[*names, "version"])
