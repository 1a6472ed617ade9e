"""One signal: its page, and what is done with it where it stands."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.core import clock
from kamerton.core.refused import Refused
from kamerton.signals import queries, registry
from kamerton.signals.actions import settle
from kamerton.signals.models import Signal
from kamerton.web import formats, signal_parts, work_forms
from kamerton.web.gates import gate, person
from kamerton.web.parts import Cell, Link
from kamerton.web.signals import untasking, waking
from kamerton.web.toasts import toast
from kamerton.web.work_parts import back, day_of, trail_of

_SHOWN = 40


def _found(request: HttpRequest, pk: int) -> Signal:
    return get_object_or_404(queries.with_all(queries.signals(person(request))), pk=pk)


def _home(pk: int) -> str:
    return reverse("signal", args=[pk])


@gate(queries.RIGHT)
@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    actor, day = person(request), clock.today()
    row = _found(request, pk)
    rule, line = registry.rule(row.rule), signal_parts.lines(actor, [row], day)[0]
    of = signal_parts.subject(row)
    context = {
        "title": rule.name,
        "lead": line.said,
        "row": row,
        "line": line,
        "rule": rule,
        "of": of,
        "crumbs": [Link(_("Signals"), reverse("signals"))],
        "put_off": row.snoozed_until is not None and row.snoozed_until > day,
        "may": row.is_open and policy.can(actor, "work.edit"),
        "days": signal_parts.later_days(day),
        "terms": _terms(row, rule, line),
        "trail": trail_of("signals.signal", row.pk),
    }
    return render(request, "signals/signal.html", context)


def _terms(row: Signal, rule: registry.Rule, line: signal_parts.Line) -> list[tuple[str, Any]]:
    told: list[tuple[str, Any]] = [
        (_("Rule"), Cell(str(rule.sentence), url=reverse("signal_rules") + f"#{rule.key}"))
    ]
    told.append((_("What it reads"), rule.reads))
    if line.stake:
        told.append((_("At stake, a year"), line.stake))
    if line.about:
        told.append((_("About"), Cell(line.about.text, url=line.about.url)))
    told.append((_("Since"), day_of(row.opened_at)))
    told.append((_("Last seen"), formats.moment(timezone.localtime(row.last_seen_at))))
    if row.closed_at:
        told.append((_("Closed"), f"{day_of(row.closed_at)}: {row.get_closed_why_display()}"))
    if row.snooze_reason:
        told.append((_("Put off because"), row.snooze_reason))
    if line.task:
        told.append((_("Task"), Cell(line.task.text, url=line.task.url)))
    return told


# --- where it stands -------------------------------------------------------------------------------------


@gate("work.edit", also=queries.RIGHT)
@require_POST
@transaction.atomic
def snooze(request: HttpRequest, pk: int) -> HttpResponse:
    """POST until=, reason=."""
    row, actor, now = _found(request, pk), person(request), clock.now()
    form = work_forms.PutOff(request.POST)
    if not form.is_valid():
        raise Refused(_("Say until when, and why. Nothing was changed."), code="incomplete")
    settle.snooze(actor=actor, signal=row, now=now, **form.cleaned_data)
    text = _("The signal is back on %(day)s, if its cause is still there.")
    toast(
        request, text % {"day": formats.date(form.cleaned_data["until"])}, undo_url=waking(actor, [row], now)
    )
    return back(request, _home(pk))


@gate("work.edit", also=queries.RIGHT)
@require_POST
def wake(request: HttpRequest, pk: int) -> HttpResponse:
    settle.wake(actor=person(request), signal=_found(request, pk), now=clock.now())
    return back(request, _home(pk))


@gate("work.edit", also=queries.RIGHT)
@require_POST
@transaction.atomic
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """One press: one's own task, due in a week."""
    row, actor, now = _found(request, pk), person(request), clock.now()
    made = settle.make_task(actor=actor, signal=row, now=now)
    told = {"task": made.title, "day": formats.date(made.due_on)}
    text = _("“%(task)s” is your task, due on %(day)s.") % told
    toast(request, text, undo_url=untasking(actor, [[row.pk, made.pk]], now))
    return back(request, reverse("task", args=[made.pk]))


@gate("work.edit", also=queries.RIGHT)
@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """To the page where the cause is put right; that somebody went there is noted."""
    row, actor = _found(request, pk), person(request)
    settle.act(actor=actor, signal=row, now=clock.now())
    return redirect(signal_parts.target(actor, row))


# --- of one account --------------------------------------------------------------------------------------


def of_account(actor: User, account: Account, day: dt.date) -> dict[str, Any]:
    """What an account's page shows: open signals, those put off last, and the latest that are over. Few queries."""
    if not policy.can(actor, queries.RIGHT):
        return {}
    rows = queries.of_account(actor, account)
    first = F("closed_at").desc(nulls_first=True), F("severity").desc(nulls_last=True), "-weight", "pk"
    found = list(rows.order_by(*first)[:_SHOWN])
    opened = [row for row in found if row.is_open]
    opened.sort(key=lambda row: row.snoozed_until is not None and row.snoozed_until > day)
    lines = {line.pk: line for line in signal_parts.lines(actor, found, day)}
    return {
        "signals": [lines[row.pk] for row in opened],
        "past_signals": [lines[row.pk] for row in found if not row.is_open],
        "signal_days": signal_parts.later_days(day),
        "may_settle": policy.can(actor, "work.edit"),
    }
