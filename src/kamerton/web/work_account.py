"""The tab of open matters of an account: tasks, requests, decisions, consultations, and adding one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.core import clock
from kamerton.core.refused import Refused
from kamerton.web import account_frame, claim_words, formats
from kamerton.web.approvals import asking, in_reach, state_badge
from kamerton.web.consultations import state_badge as consultation_badge
from kamerton.web.gates import gate, person
from kamerton.web.parts import Badge, Link
from kamerton.web.tasks import giving_back
from kamerton.web.toasts import toast
from kamerton.web.work_fields import next_days
from kamerton.web.work_parts import Item, line, question_words
from kamerton.work import queries
from kamerton.work.actions import giving
from kamerton.work.models import Request

_MOST = 50


@gate("work.view")
@require_GET
def account_work(request: HttpRequest, account: str) -> HttpResponse:
    actor, day = person(request), clock.today()
    found = account_frame.found(request, account, "work.view")
    rows = opened(actor, found, day)
    may = policy.can(actor, "work.edit", found)
    context = account_frame.frame(request, found, "account_work") | {
        "lead": _lead(found, rows, day),
        "opened": rows,
        "days": next_days(day),
        "adding": _adding(found) if may else [],
        "asking": asking(actor, _query(found)),
        "may": may,
        "claims_url": f"{reverse('claims')}?{urlencode({'account': found.number})}",
        "tasks_url": f"{reverse('tasks')}?{urlencode({'account': found.number})}",
        "distribute_url": reverse("account_distribute", args=[found.number])
        if rows["tasks"] and _juniors(actor, found, day)
        else "",
    }
    return render(request, "work/account.html", context)


def opened(actor: User, account: Account, day: dt.date, *, most: int = _MOST) -> dict[str, Any]:
    """What is open at the account, of each kind the first `most`, for its pages."""
    tasks = queries.tasks(actor).filter(account=account, state="open")
    requests = queries.requests(actor).filter(account=account, state="open").order_by("due_on", "pk")
    approvals = in_reach(actor).filter(account=account, state="waiting").order_by("asked_at", "pk")
    talks = queries.consultations(actor).filter(account=account, result="").order_by("asked_on", "pk")
    return {
        "tasks": [line(task, actor, day) for task in queries.in_list_order(tasks, day)[:most]],
        "requests": [_request(row, day) for row in requests[:most]],
        "approvals": [
            Item(row.title, reverse("approval", args=[row.pk]), badges=(state_badge(row, soft=True),))
            for row in approvals[:most]
        ],
        "claims": claim_words.items(actor, account, clock.now(), most),
        "consultations": [
            Item(
                question_words(row),
                reverse("consultation", args=[row.pk]),
                badges=(consultation_badge(row, day),),
            )
            for row in talks[:most]
        ],
    }


def _request(row: Request, day: dt.date) -> Item:
    late = (Badge("bad", _("Overdue"), soft=True),) if row.due_on < day else ()
    return Item(
        row.title, reverse("request", args=[row.pk]), sub=row.unit.name,
        figure=formats.date(row.due_on, short=True), badges=late,
    )  # fmt: skip


def _lead(account: Account, opened: dict[str, Any], day: dt.date) -> str:
    """How much is open, and who answers today (OTH-02)."""
    count = sum(len(rows) for rows in opened.values())
    text = ngettext("%(n)s matter is open.", "%(n)s matters are open.", count) % {"n": formats.number(count)}
    first = text if count else _("Nothing is open.")
    return f"{first} {_who_answers(account, day)}"


def _who_answers(account: Account, day: dt.date) -> str:
    told = queries.answering([account.pk], day)[account.pk]
    if told.person is None:
        return _("Nobody of ours answers for this account today.")
    names = {"person": told.person.display_name}
    if told.stands_in_for is not None:
        names["absent"] = told.stands_in_for.display_name
        return _("%(person)s answers for it today, in place of %(absent)s.") % names
    return _("%(person)s answers for it today.") % names


def _query(account: Account) -> str:
    """What a form of something new is told: which account, and where one comes back to."""
    return "?" + urlencode(
        {"account": account.number, "next": reverse("account_work", args=[account.number])}
    )


def _adding(account: Account) -> list[Link]:
    query = _query(account)
    return [
        Link(_("New task"), reverse("task_new") + query, "plus", key="n"),
        Link(_("New request"), reverse("request_new") + query, "message-question"),
        Link(_("New claim"), reverse("claim_new") + query, "message-report"),
        Link(_("New consultation"), reverse("consultation_new") + query, "messages"),
    ]


def _juniors(actor: User, account: Account, day: dt.date) -> list[User]:
    if not policy.can(actor, "work.assign"):
        return []
    numbers = queries.juniors_of(actor, [account.pk], day).get(account.pk, set()) - {actor.pk}
    return list(User.objects.filter(pk__in=numbers).order_by("first_name", "last_name"))


@gate("work.assign")
@require_http_methods(["GET", "POST"])
def distribute(request: HttpRequest, account: str) -> HttpResponse:
    """A senior shares the open tasks of an account among its juniors (TEAM-01). POST to-<task>=<person>."""
    actor, day, now = person(request), clock.today(), clock.now()
    found = account_frame.found(request, account, "work.assign")
    juniors = _juniors(actor, found, day)
    rows = [
        task
        for task in queries.in_list_order(queries.tasks(actor).filter(account=found, state="open"), day)[
            :_MOST
        ]
        if queries.may_change(actor, task, day)
    ]
    error = ""
    if request.method == "POST":
        people = {str(junior.pk): junior for junior in juniors}
        shares = [
            (task, people[to]) for task in rows if (to := request.POST.get(f"to-{task.pk}", "")) in people
        ]
        before = [[task.pk, task.owner_id, task.origin] for task, _to in shares]
        try:
            with transaction.atomic():
                giving.distribute(actor=actor, shares=shares, now=now)
                url = giving_back(actor, before, now)
        except policy.Forbidden:
            raise
        except Refused as reason:
            error = str(reason)
        else:
            text = ngettext("%(n)s task handed on.", "%(n)s tasks handed on.", len(shares)) % {
                "n": len(shares)
            }
            toast(request, text, undo_url=url)
            return redirect("account_work", account=found.number)
    context = account_frame.frame(request, found, "account_work") | {
        "lead": _("Who does what? What you leave empty stays where it is."),
        "lines": [line(task, actor, day) for task in rows],
        "juniors": juniors,
        "error": error,
    }
    return render(request, "work/distribute.html", context, status=422 if error else 200)
