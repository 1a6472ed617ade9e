"""The list of tasks, and what is done to many of them at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.core import clock, concurrency, undo
from kamerton.web import lists, work_forms
from kamerton.web.lists import Blank, BulkAction, Done, Field, Filter, Here, ListPage, Selection
from kamerton.web.navigation import finder
from kamerton.web.parts import Badge, Cell, Entry, Link
from kamerton.web.undo import undo_url
from kamerton.web.work_parts import account_cell, due_cell, options, tabs
from kamerton.work import choices, queries, rules
from kamerton.work.actions import giving
from kamerton.work.actions import tasks as actions
from kamerton.work.models import Task

# --- columns ---------------------------------------------------------------------------------------------


def _due(task: Task, here: Here) -> Cell:
    return due_cell(task.due_on, here.today, is_open=task.state == "open")


def _state(task: Task, here: Here) -> Cell:
    if task.state == "open" and rules.is_put_off(task.snoozed_until, here.today):
        return Cell(badges=(Badge("off", _("Put off"), soft=True),), sub=task.snooze_reason)
    state = {"open": "neutral", "done": "good", "dropped": "off"}[task.state]
    return Cell(badges=(Badge(state, task.get_state_display(), soft=True),), sub=task.outcome)  # type: ignore[arg-type]


COLUMNS = {
    "title": lists.text("title", gettext_lazy("Task"), sort="title"),
    "account": Field(
        label=gettext_lazy("Account"),
        sort="account__name",
        cell=lambda task, _here: account_cell(task.account, is_key=task.priority == rules.KEY),
        plain=lambda task: task.account.name if task.account else "",
    ),
    "due": Field(label=gettext_lazy("Due"), sort="due_on", cell=_due, plain=lambda task: task.due_on),
    "owner": lists.text("owner.display_name", pgettext_lazy("task", "Owner"), sort="owner__last_name"),
    "state": Field(
        label=gettext_lazy("State"),
        sort="state",
        cell=_state,
        plain=lambda task: str(task.get_state_display()),
    ),
    "origin": lists.text("get_origin_display", gettext_lazy("Origin"), sort="origin", default=False),
    "author": lists.text("created_by.display_name", gettext_lazy("Written by"), default=False),
    "repeats": lists.text("get_repeats_display", gettext_lazy("Repeats"), default=False),
    "created": lists.moment("created_at", gettext_lazy("Written on"), default=False),
    "ended": lists.moment("ended_at", gettext_lazy("Ended on"), default=False),
    "outcome": lists.text("outcome", gettext_lazy("What came of it"), default=False),
}

# --- narrowing -------------------------------------------------------------------------------------------


def _search(rows: Any, words: str) -> Any:
    for word in words.split():
        rows = rows.filter(
            Q(title__icontains=word)
            | Q(account__search_text__contains=word.casefold())
            | Q(owner__first_name__icontains=word)
            | Q(owner__last_name__icontains=word)
        )
    return rows


def _mine(rows: Any, here: Here) -> Any:
    return rows.filter(owner__in=queries.duty_holders(here.actor, here.today), state="open")


def _team(rows: Any, here: Here) -> Any:
    """Of those who report to one, and the juniors of one's accounts; of others where one leads everybody."""
    open_rows = rows.filter(state="open").exclude(owner=here.actor)
    if queries.leads_everybody(here.actor):
        return open_rows
    people = {person.pk for person in queries.assignable(here.actor, here.today)}
    return open_rows.filter(owner__in=people)


def _overdue(rows: Any, here: Here) -> Any:
    return queries.not_put_off(rows.filter(state="open", due_on__lt=here.today), here.today)


SELECTIONS = {
    "mine": Selection(label=gettext_lazy("Mine"), narrow=_mine),
    "team": Selection(label=gettext_lazy("My team's"), narrow=_team),
    "overdue": Selection(label=gettext_lazy("Overdue"), narrow=_overdue),
    "given": Selection(
        label=gettext_lazy("Given by me"),
        narrow=lambda rows, here: rows.filter(created_by=here.actor).exclude(owner=here.actor),
    ),
    "assigned": Selection(
        label=gettext_lazy("Assigned to me"),
        narrow=lambda rows, here: rows.filter(owner=here.actor, origin__in=["assigned", "distributed"]),
    ),
    "waiting": Selection(
        label=gettext_lazy("Put off"),
        narrow=lambda rows, here: rows.filter(state="open", snoozed_until__gt=here.today),
    ),
}


def _owners(here: Here) -> list[tuple[str, str]]:
    people = queries.assignable(here.actor, here.today)[:200]
    return [(str(person.pk), person.display_name) for person in people]


FILTERS = {
    "state": Filter(
        label=gettext_lazy("State"),
        apply="state",
        options=options(choices.task_states),
    ),
    "owner": Filter(label=pgettext_lazy("task", "Owner"), apply="owner", options=_owners),
    "origin": Filter(
        label=gettext_lazy("Origin"),
        apply="origin",
        options=options(choices.task_origins),
    ),
    "account": Filter(label=gettext_lazy("Account"), apply="account__number"),
}

# --- many at once ----------------------------------------------------------------------------------------


def _each(rows: Sequence[Task], act: Callable[[Task], object]) -> tuple[list[Task], list[lists.Refusal]]:
    return lists.each(rows, act, name=lambda task: task.title)


def finish_all(*, actor: User, rows: Sequence[Task], cleaned: dict[str, Any], now: dt.datetime) -> Done:  # noqa: ARG001
    done, refused = _each(rows, lambda task: actions.finish_task(actor=actor, task=task, now=now))
    text = ngettext("%(n)s task finished.", "%(n)s tasks finished.", len(done))
    return _done(text, done, refused, reopening(actor, done, now))


def drop_all(*, actor: User, rows: Sequence[Task], cleaned: dict[str, Any], now: dt.datetime) -> Done:
    done, refused = _each(
        rows, lambda task: actions.drop_task(actor=actor, task=task, reason=cleaned["reason"], now=now)
    )
    text = ngettext("%(n)s task dropped.", "%(n)s tasks dropped.", len(done))
    return _done(text, done, refused, reopening(actor, done, now))


def reopening(actor: User, done: Sequence[Task], now: dt.datetime) -> str:
    """The address that opens them again."""
    parameters = {"tasks": [task.pk for task in done]}
    return (
        undo_url(undo.offer(actor=actor, kind="work.reopen", parameters=parameters, now=now)) if done else ""
    )


def hand_all(*, actor: User, rows: Sequence[Task], cleaned: dict[str, Any], now: dt.datetime) -> Done:
    before = {task.pk: [task.pk, task.owner_id, task.origin] for task in rows}
    done, refused = _each(
        rows, lambda task: giving.assign_task(actor=actor, task=task, to=cleaned["person"], now=now)
    )
    text = ngettext("%(n)s task handed on.", "%(n)s tasks handed on.", len(done))
    return _done(text, done, refused, giving_back(actor, [before[task.pk] for task in done], now))


def giving_back(actor: User, before: Sequence[Sequence[Any]], now: dt.datetime) -> str:
    """The address that gives them back; `before`: [pk, owner, origin]."""
    parameters = {"tasks": list(before)}
    return (
        undo_url(undo.offer(actor=actor, kind="work.give_back", parameters=parameters, now=now))
        if before
        else ""
    )


def move_all(*, actor: User, rows: Sequence[Task], cleaned: dict[str, Any], now: dt.datetime) -> Done:
    before = {task.pk: [task.pk, concurrency.plain(task.due_on)] for task in rows}
    done, refused = _each(
        rows, lambda task: actions.move_task(actor=actor, task=task, due_on=cleaned["due_on"], now=now)
    )
    text = ngettext("%(n)s task has another day.", "%(n)s tasks have another day.", len(done))
    parameters = {"tasks": [before[task.pk] for task in done]}
    token = undo.offer(actor=actor, kind="work.move_back", parameters=parameters, now=now) if done else ""
    return _done(text, done, refused, undo_url(token) if token else "")


def _done(text: str, done: Sequence[Task], refused: Sequence[lists.Refusal], url: str) -> Done:
    return Done(text=text % {"n": len(done)} if done else "", undo_url=url, refused=refused)


# --- the list --------------------------------------------------------------------------------------------


def new_task(here: Here) -> Link | None:
    link = Link(_("New task"), reverse("task_new"), "plus", key="n")
    return link if policy.can(here.actor, "work.edit") else None


def _counted(count: int) -> str:
    return ngettext("%(n)s task", "%(n)s tasks", count)


TASKS = ListPage(
    name="tasks",
    sentences=True,
    title=gettext_lazy("Tasks"),
    right="work.view",
    rows=lambda here: queries.in_list_order(queries.tasks(here.actor), here.today),
    columns=COLUMNS,
    counted=_counted,
    units=gettext_lazy("tasks"),
    search=_search,
    search_hint=gettext_lazy("Task, account or owner"),
    filters=FILTERS,
    selections=SELECTIONS,
    actions=[
        BulkAction(key="finish", label=gettext_lazy("Finish"), right="work.edit", icon="check", run=finish_all),
        BulkAction(
            key="hand", label=gettext_lazy("Hand to"), right="work.assign", icon="user-plus", run=hand_all,
            form=work_forms.HandTo,
        ),
        BulkAction(
            key="move", label=gettext_lazy("Move"), right="work.edit", icon="calendar", run=move_all,
            form=work_forms.MoveTo,
        ),
        BulkAction(
            key="drop", label=gettext_lazy("Drop"), right="work.edit", icon="x", run=drop_all, tone="bad",
            form=work_forms.Why,
        ),
    ],
    row_name=lambda task: task.title,
    row_url=lambda task: reverse("task", args=[task.pk]),
    faint=lambda task: task.state != "open",
    action=new_task,
    empty=Blank(
        title=gettext_lazy("No tasks yet"),
        text=gettext_lazy("What you write down, what others give you and what follows from talks stands here."),
        action=new_task,
        icon="checkbox",
    ),
    template="work/list.html",
    more=lambda here: {"work_tabs": tabs(here.actor, "tasks")},
)  # fmt: skip


@finder(gettext_lazy("Tasks"))
def find_tasks(request: HttpRequest, typed: str, limit: int) -> list[Entry]:
    """Open tasks in reach, in the order of the list."""
    actor = request.user
    if not isinstance(actor, User):
        return []
    rows = _search(queries.tasks(actor).filter(state="open"), typed)
    found = queries.in_list_order(rows, clock.today())[:limit]
    return [
        Entry(
            task.title,
            reverse("task", args=[task.pk]),
            "checkbox",
            note=task.account.name if task.account else "",
        )
        for task in found
    ]
