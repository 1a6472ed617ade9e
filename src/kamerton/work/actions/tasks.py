"""One's own tasks: write down, change, finish, put off, drop, take back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
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
from kamerton.work import queries, rules
from kamerton.work.actions import trail
from kamerton.work.models import Task

#: What edit_task changes. Owner, state and putting off have actions of their own.
EDITED = ("title", "text", "account", "contact", "due_on", "repeats", "checklist")


class NotOpen(Refused):
    """The task was finished or dropped meanwhile. Nothing was changed."""


@transaction.atomic
def create_task(
    *,
    actor: User,
    title: str,
    now: dt.datetime,
    owner: User | None = None,
    account: Account | None = None,
    contact: Contact | None = None,
    due_on: dt.date | None = None,
    text: str = "",
    checklist: Sequence[str] = (),
    repeats: str = "",
    origin: str = "",
    origin_ref: str = "",
) -> Task:
    """A task for oneself, or, with the right to give, for somebody in one's line or a junior of the account.

    `checklist`: its lines. `origin` empty: own, assigned or distributed, by whom it is given to.
    """
    policy.require(actor, "work.edit", account)
    how = may_give(actor, owner or actor, account, timezone.localdate(now))
    return put_down(
        actor=actor, title=title, now=now, owner=owner or actor, account=account, contact=contact, due_on=due_on,
        text=text, checklist=checklist, repeats=repeats, origin=origin or how, origin_ref=origin_ref,
    )  # fmt: skip


def put_down(
    *,
    actor: User | None,
    title: str,
    now: dt.datetime,
    owner: User,
    origin: str,
    account: Account | None = None,
    contact: Contact | None = None,
    due_on: dt.date | None = None,
    text: str = "",
    checklist: Sequence[str] = (),
    repeats: str = "",
    repeats_day: int | None = None,
    origin_ref: str = "",
) -> Task:
    """For actions that have asked for their own right: a mention, a need, a hand-over. In their transaction.

    `actor` None: a rule of the company, on behalf of nobody.
    """
    task = Task(
        title=title.strip(), text=text.strip(), owner=owner, account=account, contact=contact, due_on=due_on,
        priority=rules.priority(is_key=queries.is_key(account)), origin=origin, origin_ref=origin_ref,
        checklist=[{"text": line.strip(), "done": False} for line in checklist if line.strip()],
        repeats=repeats, repeats_day=repeats_day or _day_of_month(due_on, repeats),
        created_by=actor, created_at=now,
    )  # fmt: skip
    _check(task)
    task.save(force_insert=True)
    trail.write(actor=actor, verb="create_task", row=task, now=now, after=_told(task))
    return task


@transaction.atomic
def edit_task(
    *, actor: User, task: Task, opened: Mapping[str, Plain], submitted: Mapping[str, Any], now: dt.datetime
) -> Task:
    """Change some of EDITED. Raises concurrency.Conflict where two change the same field."""
    found = open_task(actor, task, now)
    account = submitted.get("account", found.account)
    if account is not None and account != found.account:
        policy.require(actor, "work.edit", account)
    written = concurrency.apply(
        found, opened=opened, submitted={name: submitted[name] for name in EDITED if name in submitted}
    )
    if not written:
        return found
    found.priority = rules.priority(is_key=queries.is_key(found.account))
    if {"due_on", "repeats"} & set(written):
        found.repeats_day = _day_of_month(found.due_on, found.repeats)
    _check(found)
    save(found, *written, "priority", "repeats_day")
    trail.write(actor=actor, verb="edit_task", row=found, now=now, after={"fields": sorted(written)})
    return found


@transaction.atomic
def finish_task(*, actor: User, task: Task, now: dt.datetime, outcome: str = "") -> Task | None:
    """Done. Where it repeats, its next occurrence, which is written down at once, is returned."""
    found = open_task(actor, task, now)
    found.state, found.outcome, found.ended_at = "done", outcome.strip()[:300], now
    save(found, "state", "outcome", "ended_at")
    trail.write(
        actor=actor, verb="finish_task", row=found, now=now, before={"state": "open"}, after={"state": "done"}
    )
    return _next_occurrence(actor, found, now) if found.repeats else None


def _next_occurrence(actor: User, task: Task, now: dt.datetime) -> Task:
    today = timezone.localdate(now)
    due_on = rules.next_due(task.due_on or today, task.repeats, done_on=today, day=task.repeats_day)
    return put_down(
        actor=actor, title=task.title, now=now, owner=task.owner, account=task.account, contact=task.contact,
        due_on=due_on, text=task.text, checklist=[item["text"] for item in task.checklist],
        repeats=task.repeats, repeats_day=task.repeats_day, origin="recurrence", origin_ref=_ref(task),
    )  # fmt: skip


@transaction.atomic
def drop_task(*, actor: User, task: Task, now: dt.datetime, reason: str = "") -> Task:
    """It will not be done, and does not return."""
    found = open_task(actor, task, now)
    found.state, found.outcome, found.ended_at = "dropped", reason.strip()[:300], now
    save(found, "state", "outcome", "ended_at")
    trail.write(
        actor=actor,
        verb="drop_task",
        row=found,
        now=now,
        before={"state": "open"},
        after={"state": "dropped"},
    )
    return found


@transaction.atomic
def reopen_task(*, actor: User, task: Task, now: dt.datetime) -> Task:
    """Take finishing or dropping back. The next occurrence goes with it, unless somebody has touched it."""
    found = _held(actor, task, now)
    if found.state == "open":
        raise Refused(_("“%(task)s” is open already. Nothing was changed.") % {"task": found.title})
    before = found.state
    found.state, found.outcome, found.ended_at = "open", "", None
    following = Task.objects.filter(origin="recurrence", origin_ref=_ref(found))
    if found.repeats and not following.filter(state="open", version=1).delete()[0] and following.exists():
        found.repeats, found.repeats_day = "", None  # what returns is the one that somebody works on
    save(found, "state", "outcome", "ended_at", "repeats", "repeats_day")
    trail.write(
        actor=actor, verb="reopen_task", row=found, now=now, before={"state": before}, after={"state": "open"}
    )
    return found


@transaction.atomic
def snooze_task(*, actor: User, task: Task, until: dt.date, reason: str, now: dt.datetime) -> Task:
    """Put off, with a reason: off the page until that day."""
    if until <= timezone.localdate(now):
        raise Refused(_("A task is put off to a day after today."), hint=_("Choose a later day."))
    if not reason.strip():
        raise Refused(_("A task is put off only with a reason."), hint=_("A few words will do."))
    found = open_task(actor, task, now)
    before = {"snoozed_until": concurrency.plain(found.snoozed_until)}
    found.snoozed_until, found.snooze_reason = until, reason.strip()[:200]
    save(found, "snoozed_until", "snooze_reason")
    trail.write(actor=actor, verb="snooze_task", row=found, now=now, before=before,
                after={"snoozed_until": until.isoformat()})  # fmt: skip
    return found


@transaction.atomic
def wake_task(*, actor: User, task: Task, now: dt.datetime) -> Task:
    """Back on the page before its day."""
    found = open_task(actor, task, now)
    before = {"snoozed_until": concurrency.plain(found.snoozed_until)}
    found.snoozed_until, found.snooze_reason = None, ""
    save(found, "snoozed_until", "snooze_reason")
    trail.write(
        actor=actor, verb="wake_task", row=found, now=now, before=before, after={"snoozed_until": None}
    )
    return found


@transaction.atomic
def move_task(*, actor: User, task: Task, due_on: dt.date | None, now: dt.datetime) -> Task:
    """To another day. The day of the month on which it returns stays."""
    found = open_task(actor, task, now)
    before = {"due_on": concurrency.plain(found.due_on)}
    found.due_on = due_on
    _check(found)
    save(found, "due_on")
    trail.write(actor=actor, verb="move_task", row=found, now=now, before=before,
                after={"due_on": concurrency.plain(due_on)})  # fmt: skip
    return found


@transaction.atomic
def steer(
    *,
    actor: User,
    task: Task,
    now: dt.datetime,
    title: str | None = None,
    due_on: dt.date | None = None,
    owner: User | None = None,
) -> Task:
    """For rooms above that a task comes from, when what it comes from changes: they have asked for their own right.

    What is over stays as it was; None leaves a field as it is.
    """  # fmt: skip
    found = Task.objects.select_for_update().get(pk=task.pk)
    told = {"title": title, "due_on": due_on, "owner": owner}
    changed = {
        name: value for name, value in told.items() if value is not None and getattr(found, name) != value
    }
    if found.state != "open" or not changed:
        return found
    before = {name: concurrency.plain(getattr(found, name)) for name in changed if name != "title"}
    for name, value in changed.items():
        setattr(found, name, value)
    _check(found)
    save(found, *changed)
    trail.write(actor=actor, verb="edit_task", row=found, now=now, before=before, after=_told(found))
    return found


@transaction.atomic
def settle(*, actor: User | None, task: Task, now: dt.datetime, state: str, outcome: str = "") -> Task:
    """For rooms above: what the task asked for was done elsewhere (done), or is asked no more (dropped)."""
    found = Task.objects.select_for_update().get(pk=task.pk)
    if found.state != "open":
        return found
    found.state, found.outcome, found.ended_at = state, outcome.strip()[:300], now
    save(found, "state", "outcome", "ended_at")
    verb = "finish_task" if state == "done" else "drop_task"
    trail.write(actor=actor, verb=verb, row=found, now=now, before={"state": "open"}, after={"state": state})
    return found


@transaction.atomic
def tick(*, actor: User, task: Task, item: int, text: str, done: bool, now: dt.datetime) -> Task:
    """One line of the checklist. `text`: as it was shown, as another may have changed the list meanwhile."""
    found = open_task(actor, task, now)
    if not 0 <= item < len(found.checklist) or found.checklist[item]["text"] != text:
        raise Refused(_("The checklist was changed meanwhile. Nothing was ticked."), code="conflict",
                      hint=_("Look at the list as it is now."))  # fmt: skip
    found.checklist[item]["done"] = done
    save(found, "checklist")
    trail.write(actor=actor, verb="tick_task", row=found, now=now, after={"item": item, "done": done})
    return found


# --- shared with giving ----------------------------------------------------------------------------------


def may_give(actor: User, to: User, account: Account | None, day: dt.date) -> rules.Giving:
    """How a task comes to `to`. Refused where `actor` may not give it: a junior gives to nobody (TEAM-01)."""
    if to.pk != actor.pk:
        policy.require(actor, "work.assign")
    how = queries.giving(actor, to, account, day)
    if how is None:
        raise Refused(
            _("%(person)s is neither in your line of report nor a junior of this account.")
            % {"person": to.display_name},
            code="not_in_line",
            hint=_("Send a request to the department instead."),
        )
    return how


def _held(actor: User, task: Task, now: dt.datetime) -> Task:
    """The row, locked; only for who may change it."""
    policy.require(actor, "work.edit", task)
    found = Task.objects.select_for_update().get(pk=task.pk)
    if not queries.may_change(actor, found, timezone.localdate(now)):
        raise policy.Forbidden("work.edit")
    return found


def open_task(actor: User, task: Task, now: dt.datetime) -> Task:
    """The row, locked and open; only for who may change it."""
    found = _held(actor, task, now)
    if found.state != "open":
        raise NotOpen(
            _("“%(task)s” was finished or dropped already. Nothing was changed.") % {"task": found.title},
            code="not_open",
            hint=_("Open it again first."),
        )
    return found


def save(task: Task, *names: str) -> None:
    task.version += 1
    task.save(update_fields=[*dict.fromkeys(names), "version"])


def _check(task: Task) -> None:
    if not task.title:
        raise Refused(_("A task says what is to be done."), hint=_("Write it in a few words."))
    if task.contact is not None and task.contact.account_id != task.account_id:
        raise Refused(
            _("The contact belongs to another account."), hint=_("Choose a contact of this account.")
        )
    if task.repeats and task.due_on is None:
        raise Refused(_("What repeats needs a day."), hint=_("Say when it is due the first time."))


def _day_of_month(due_on: dt.date | None, repeats: str) -> int | None:
    return due_on.day if due_on is not None and repeats else None


def _ref(task: Task) -> str:
    return f"work.task:{task.pk}"


def _told(task: Task) -> dict[str, Any]:
    return {"owner": task.owner_id, "due_on": concurrency.plain(task.due_on), "origin": task.origin}
