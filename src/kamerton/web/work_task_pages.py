"""One task: its page, its form, and what is done with it where it stands."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.core import clock, undo
from kamerton.core.refused import Refused
from kamerton.plans.models import Activity
from kamerton.web import edits, formats, work_forms
from kamerton.web.addresses import account_url
from kamerton.web.gates import SIGNED_IN, gate, person
from kamerton.web.parts import Cell, Link
from kamerton.web.tasks import giving_back, reopening
from kamerton.web.toasts import toast
from kamerton.web.undo import undo_url
from kamerton.web.work_fields import next_days
from kamerton.web.work_parts import asked_account, back, day_of, day_words, trail_of
from kamerton.work import queries, rules
from kamerton.work.actions import giving
from kamerton.work.actions import tasks as actions
from kamerton.work.models import Task


def _found(request: HttpRequest, pk: int) -> Task:
    return get_object_or_404(queries.tasks(person(request)), pk=pk)


@gate("work.edit")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """?account= says what it is about, ?next= where one comes from."""
    actor, account, now = person(request), asked_account(request), clock.now()
    form = work_forms.new_task(actor, clock.today(), account)(request.POST or None)
    if request.method == "POST" and form.is_valid() and (task := _created(form, actor, now)):
        toast(request, _("“%(task)s” is written down.") % {"task": task.title})
        return back(request, reverse("task", args=[task.pk]))
    crumbs = (
        [Link(account.name, account_url(account.number))] if account else [Link(_("Tasks"), reverse("tasks"))]
    )
    context = {
        "form": form,
        "title": _("New task"),
        "crumbs": crumbs,
        "submit": _("Write down"),
        "next": _next(request),
    }
    return render(request, "work/task_form.html", context, status=422 if form.errors else 200)


def _created(form: Any, actor: User, now: dt.datetime) -> Task | None:
    told = dict(form.cleaned_data)
    told["checklist"] = [item["text"] for item in told.pop("checklist")]
    told["owner"] = told.get("owner") or actor
    try:
        return actions.create_task(actor=actor, now=now, **told)
    except Refused as reason:
        form.add_error(None, str(reason))
        return None


def _next(request: HttpRequest) -> str:
    return request.POST.get("next", request.GET.get("next", ""))


@gate(SIGNED_IN)
@require_GET
def task(request: HttpRequest, pk: int) -> HttpResponse:
    found, actor, today = _found(request, pk), person(request), clock.today()
    may = queries.may_change(actor, found, today)
    context = {
        "task": found,
        "lead": _lead(found, today),
        "terms": _terms(found),
        "items": list(enumerate(found.checklist)),
        "may": may and found.state == "open",
        "may_reopen": may and found.state != "open",
        "may_hand": may and found.state == "open" and policy.can(actor, "work.assign"),
        "put_off": rules.is_put_off(found.snoozed_until, today),
        "days": next_days(today),
        "outcome": work_forms.Outcome(),
        "hand": _hand_form(actor, found, today),
        "trail": trail_of("work.task", found.pk),
        "crumbs": [Link(_("Tasks"), reverse("tasks"))],
        "edit": Link(_("Edit"), reverse("task_edit", args=[found.pk]), "pencil"),
    }
    return render(request, "work/task.html", context)


def _hand_form(actor: User, task: Task, today: dt.date) -> work_forms.HandTo:
    form = work_forms.HandTo()
    form.fields["person"].queryset = queries.assignable(actor, today, task.account).exclude(pk=task.owner_id)  # type: ignore[attr-defined]
    return form


def _lead(task: Task, today: dt.date) -> str:
    told = {"person": task.owner.display_name, "day": day_words(task.due_on, today)}
    if task.state == "done":
        when = day_of(task.ended_at)
        return _("Finished on %(day)s.") % {"day": when}
    if task.state == "dropped":
        return _("Dropped: it will not be done.")
    if task.due_on is None:
        return _("%(person)s does this; no day is set.") % told
    if task.due_on < today:
        late = {**told, "day": formats.date(task.due_on)}
        return _("%(person)s should have done this by %(day)s.") % late
    return _("%(person)s does this by %(day)s.") % told


def _origin(task: Task) -> Any:
    """What comes from a plan leads back there."""
    label, _colon, pk = task.origin_ref.partition(":")
    if label == "plans.activity" and pk.isdecimal():
        row = Activity.objects.filter(pk=int(pk)).select_related("plan").first()
        return (
            Cell(row.plan.title, url=reverse("plan", args=[row.plan_id]))
            if row
            else task.get_origin_display()
        )
    if label == "plans.review" and pk.isdecimal():
        return Cell(task.get_origin_display(), url=reverse("plan_review", args=[int(pk)]))
    return task.get_origin_display()


def _terms(task: Task) -> list[tuple[str, Any]]:
    author = task.created_by.display_name if task.created_by else ""
    told = [
        (_("Contact"), task.contact.display_name if task.contact else ""),
        (_("Origin"), _origin(task)),
        (_("Written by"), author),
        (_("Written on"), day_of(task.created_at)),
        (_("Repeats"), task.get_repeats_display() if task.repeats else ""),
        (_("Put off until"), formats.date(task.snoozed_until) if task.snoozed_until else ""),
        (_("Because"), task.snooze_reason),
        (_("What came of it"), task.outcome),
    ]
    return [(label, text) for label, text in told if text]


@gate(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    found, actor = _found(request, pk), person(request)
    if not queries.may_change(actor, found, clock.today()):
        raise policy.Forbidden("work.edit")
    form = work_forms.edit_task(actor, clock.today(), found)(request.POST or None, record=found)
    act = partial(actions.edit_task, actor=actor, task=found, now=clock.now())
    if request.method == "POST" and edits.saved(form, act):
        toast(request, _("Saved."))
        return redirect("task", pk=found.pk)
    crumbs = [Link(_("Tasks"), reverse("tasks")), Link(found.title, reverse("task", args=[found.pk]))]
    context = {"form": form, "title": _("Edit the task"), "crumbs": crumbs, "submit": _("Save"), "next": ""}
    return render(request, "work/task_form.html", context, status=form.status)


# --- where it stands -------------------------------------------------------------------------------------


def _home(pk: int) -> str:
    return reverse("task", args=[pk])


@gate(SIGNED_IN)
@require_POST
@transaction.atomic
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    found, actor, now = _found(request, pk), person(request), clock.now()
    following = actions.finish_task(actor=actor, task=found, now=now, outcome=request.POST.get("outcome", ""))
    text = _("“%(task)s” is finished.") % {"task": found.title}
    if following is not None:
        text += " " + _("It is due again on %(day)s.") % {"day": formats.date(following.due_on)}
    toast(request, text, undo_url=reopening(actor, [found], now))
    return back(request, _home(pk))


@gate(SIGNED_IN)
@require_POST
@transaction.atomic
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    found, actor, now = _found(request, pk), person(request), clock.now()
    actions.drop_task(actor=actor, task=found, now=now, reason=request.POST.get("reason", ""))
    toast(
        request, _("“%(task)s” is dropped.") % {"task": found.title}, undo_url=reopening(actor, [found], now)
    )
    return back(request, _home(pk))


@gate(SIGNED_IN)
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    actions.reopen_task(actor=person(request), task=found, now=clock.now())
    toast(request, _("“%(task)s” is open again.") % {"task": found.title})
    return back(request, _home(pk))


@gate(SIGNED_IN)
@require_POST
@transaction.atomic
def snooze(request: HttpRequest, pk: int) -> HttpResponse:
    """POST until=, reason=."""
    found, actor, now = _found(request, pk), person(request), clock.now()
    form = work_forms.PutOff(request.POST)
    if not form.is_valid():
        raise Refused(_("Say until when, and why. Nothing was changed."), code="incomplete")
    actions.snooze_task(actor=actor, task=found, now=now, **form.cleaned_data)
    token = undo.offer(actor=actor, kind="work.wake", parameters={"tasks": [found.pk]}, now=now)
    told = {"task": found.title, "day": formats.date(form.cleaned_data["until"])}
    toast(request, _("“%(task)s” is back on %(day)s.") % told, undo_url=undo_url(token))
    return back(request, _home(pk))


@gate(SIGNED_IN)
@require_POST
def wake(request: HttpRequest, pk: int) -> HttpResponse:
    actions.wake_task(actor=person(request), task=_found(request, pk), now=clock.now())
    return back(request, _home(pk))


@gate(SIGNED_IN)
@require_POST
def tick(request: HttpRequest, pk: int) -> HttpResponse:
    """POST item=0.., text= as it was shown, done=1 or nothing."""
    item = request.POST.get("item", "")
    at = int(item) if item.isdecimal() and len(item) < 4 else -1
    actions.tick(
        actor=person(request), task=_found(request, pk), item=at, text=request.POST.get("text", ""),
        done=bool(request.POST.get("done")), now=clock.now(),
    )  # fmt: skip
    return back(request, _home(pk))


@gate("work.assign")
@require_POST
@transaction.atomic
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """POST person=."""
    found, actor, now = _found(request, pk), person(request), clock.now()
    form = work_forms.HandTo(request.POST)
    if not form.is_valid():
        raise Refused(_("Say to whom. Nothing was changed."), code="incomplete")
    before = [found.pk, found.owner_id, found.origin]
    giving.assign_task(actor=actor, task=found, to=form.cleaned_data["person"], now=now)
    told = {"task": found.title, "person": form.cleaned_data["person"].display_name}
    toast(request, _("“%(task)s” is %(person)s’s now.") % told, undo_url=giving_back(actor, [before], now))
    return back(request, _home(pk))
