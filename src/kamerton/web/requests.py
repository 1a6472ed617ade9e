"""Requests to departments: the list, one request, asking, answering."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Case, Q, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kamerton.access import policy
from kamerton.access.models import OrgUnit, User
from kamerton.accounts.models import Account
from kamerton.core import clock, undo
from kamerton.core.refused import Refused
from kamerton.web import formats, lists
from kamerton.web.addresses import account_url
from kamerton.web.form_pages import refused_to
from kamerton.web.gates import SIGNED_IN, gate, person
from kamerton.web.lists import Blank, BulkAction, Done, Field, Filter, Here, ListPage, Selection
from kamerton.web.parts import Badge, Cell, Link, State
from kamerton.web.toasts import toast
from kamerton.web.undo import undo_url
from kamerton.web.work_fields import AccountField, Day, PersonField
from kamerton.web.work_parts import (
    account_cell,
    asked_account,
    back,
    day_of,
    due_cell,
    options,
    tabs,
    trail_of,
)
from kamerton.work import choices, queries, rules
from kamerton.work.actions import requests as actions
from kamerton.work.models import Request

_STATES: dict[str, State] = {"open": "neutral", "answered": "good", "withdrawn": "off"}

# --- the list --------------------------------------------------------------------------------------------


def _state(row: Request, _here: Here) -> Cell:
    came_up = (
        (Badge("warn", _("Came up the line"), soft=True),) if row.state == "open" and row.escalations else ()
    )
    taken = _("%(person)s sees to it") % {"person": row.taken_by.display_name} if row.taken_by else ""
    return Cell(
        badges=(Badge(_STATES[row.state], row.get_state_display(), soft=True), *came_up),
        sub=taken if row.state == "open" else "",
    )


def took(row: Request) -> int | None:
    """Days from asking to the answer."""
    return (row.answered_at - row.created_at).days if row.answered_at else None


def _search(rows: Any, words: str) -> Any:
    for word in words.split():
        rows = rows.filter(
            Q(title__icontains=word)
            | Q(unit__name__icontains=word)
            | Q(account__search_text__contains=word.casefold())
        )
    return rows


def _to_answer(rows: Any, here: Here) -> Any:
    """The same rows as on Today."""
    return rows.filter(pk__in=queries.requests_for_today(here.actor, here.today).order_by().values("pk"))


def _ordered(rows: Any) -> Any:
    """Open ones first, key accounts first among them, then by day."""
    is_open = Case(When(state="open", then=Value(0)), default=Value(1))
    return rows.order_by(is_open, "priority", "due_on", "pk")


def withdraw_all(*, actor: User, rows: Sequence[Request], cleaned: dict[str, Any], now: dt.datetime) -> Done:  # noqa: ARG001
    done, refused = lists.each(
        rows,
        lambda row: actions.withdraw_request(actor=actor, request=row, now=now),
        name=lambda row: row.title,
    )
    text = ngettext("%(n)s request withdrawn.", "%(n)s requests withdrawn.", len(done)) % {"n": len(done)}
    return Done(text=text if done else "", undo_url=_again(actor, done, now) if done else "", refused=refused)


def _again(actor: User, rows: Sequence[Request], now: dt.datetime) -> str:
    parameters = {"requests": [row.pk for row in rows]}
    return undo_url(undo.offer(actor=actor, kind="work.send_again", parameters=parameters, now=now))


def take_all(*, actor: User, rows: Sequence[Request], cleaned: dict[str, Any], now: dt.datetime) -> Done:  # noqa: ARG001
    done, refused = lists.each(
        rows, lambda row: actions.take_request(actor=actor, request=row, now=now), name=lambda row: row.title
    )
    text = ngettext("You see to %(n)s request.", "You see to %(n)s requests.", len(done)) % {"n": len(done)}
    return Done(text=text if done else "", refused=refused)


def _new(here: Here) -> Link | None:
    link = Link(_("New request"), reverse("request_new"), "plus", key="n")
    return link if policy.can(here.actor, "work.edit") else None


REQUESTS = ListPage(
    name="requests",
    sentences=True,
    title=gettext_lazy("Requests"),
    right="work.view",
    rows=lambda here: _ordered(queries.requests(here.actor)),
    columns={
        "title": lists.text("title", gettext_lazy("Request"), sort="title"),
        "account": Field(
            label=gettext_lazy("Account"),
            sort="account__name",
            cell=lambda row, _here: account_cell(row.account, is_key=row.priority == rules.KEY),
            plain=lambda row: row.account.name if row.account else "",
        ),
        "unit": lists.text("unit.name", gettext_lazy("Department"), sort="unit__name"),
        "due": Field(
            label=gettext_lazy("Due"),
            sort="due_on",
            cell=lambda row, here: due_cell(row.due_on, here.today, is_open=row.state == "open"),
            plain=lambda row: row.due_on,
        ),
        "asked_by": lists.text("asked_by.display_name", gettext_lazy("Asked by"), sort="asked_by__last_name"),
        "state": Field(
            label=gettext_lazy("State"),
            sort="state",
            cell=_state,
            plain=lambda row: str(row.get_state_display()),
        ),
        "taken_by": lists.text("taken_by.display_name", gettext_lazy("Seen to by"), default=False),
        "escalated_to": lists.text("escalated_to.display_name", gettext_lazy("Came up to"), default=False),
        "asked_at": lists.moment("created_at", gettext_lazy("Asked on"), default=False),
        "answered_at": lists.moment("answered_at", gettext_lazy("Answered on"), default=False),
        "took": Field(
            label=gettext_lazy("Days to the answer"),
            cell=lambda row, _here: formats.number(took(row)),
            plain=took,
            numeric=True,
            default=False,
        ),
    },
    counted=lambda count: ngettext("%(n)s request", "%(n)s requests", count),
    units=gettext_lazy("requests"),
    search=_search,
    search_hint=gettext_lazy("Request, department or account"),
    filters={
        "state": Filter(
            label=gettext_lazy("State"),
            apply="state",
            options=options(choices.request_states),
        ),
        "unit": Filter(
            label=gettext_lazy("Department"),
            apply="unit",
            options=lambda _here: [(str(pk), name) for pk, name in OrgUnit.objects.values_list("pk", "name")],
        ),
        "account": Filter(label=gettext_lazy("Account"), apply="account__number"),
    },
    selections={
        "answer": Selection(label=gettext_lazy("To answer"), narrow=_to_answer),
        "mine": Selection(
            label=gettext_lazy("Asked by me"),
            narrow=lambda rows, here: rows.filter(Q(asked_by=here.actor) | Q(on_behalf_of=here.actor)),
        ),
        "team": Selection(
            label=gettext_lazy("My team's"),
            narrow=lambda rows, here: rows.filter(
                asked_by__in=policy.people_in_reach(here.actor, on=here.today)
            ).exclude(asked_by=here.actor),
        ),
        "overdue": Selection(
            label=gettext_lazy("Overdue"),
            narrow=lambda rows, here: rows.filter(state="open", due_on__lt=here.today),
        ),
        "waiting": Selection(
            label=gettext_lazy("Waiting"), narrow=lambda rows, _here: rows.filter(state="open")
        ),
    },
    actions=[
        BulkAction(
            key="take", label=gettext_lazy("See to it"), right="work.view", icon="hand-stop", run=take_all
        ),
        BulkAction(
            key="withdraw",
            label=gettext_lazy("Withdraw"),
            right="work.edit",
            icon="x",
            run=withdraw_all,
            tone="bad",
        ),
    ],
    row_name=lambda row: row.title,
    row_url=lambda row: reverse("request", args=[row.pk]),
    faint=lambda row: row.state != "open",
    action=_new,
    empty=Blank(
        title=gettext_lazy("No requests yet"),
        text=gettext_lazy(
            "Ask a department for what a customer needs; unanswered, it goes up the line by itself."
        ),
        action=_new,
        icon="message-question",
    ),
    template="work/list.html",
    more=lambda here: {"work_tabs": tabs(here.actor, "requests")},
)


# --- asking ----------------------------------------------------------------------------------------------


class RequestForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("What you ask for"), max_length=300)
    unit = forms.ModelChoiceField(label=gettext_lazy("Department"), queryset=OrgUnit.objects.none())
    due_on = Day(label=gettext_lazy("Needed by"))
    text = forms.CharField(
        label=gettext_lazy("More"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    @property
    def main(self) -> list[forms.BoundField]:
        return [self[name] for name in ("title", "unit", "due_on", "account") if name in self.fields]

    @property
    def rest(self) -> list[forms.BoundField]:
        return [self[name] for name in ("text", "on_behalf_of") if name in self.fields]

    @property
    def is_long(self) -> bool:
        return any(bound.errors or bound.value() for bound in self.rest)


def request_form(actor: User, day: dt.date, account: Account | None) -> type[RequestForm]:
    units = OrgUnit.objects.exclude(kind="company").order_by("name")
    fields: dict[str, Any] = {
        "unit": forms.ModelChoiceField(label=gettext_lazy("Department"), queryset=units),
        "account": AccountField(actor=actor, day=day, required=False, initial=account),
    }
    above = User.objects.filter(pk__in=[superior.pk for superior in policy.superiors(actor)])
    if above.exists():
        fields["on_behalf_of"] = PersonField(above, label=gettext_lazy("For your superior"), required=False)
    return type("NewRequest", (RequestForm,), fields)


@gate("work.edit")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """?account= says what it is about, ?next= where one comes from."""
    actor, account = person(request), asked_account(request)
    first = {"due_on": clock.today() + dt.timedelta(days=7)}
    form = request_form(actor, clock.today(), account)(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid() and (made := _sent(form, actor)):
        told = {"unit": made.unit.name, "day": formats.date(made.due_on)}
        toast(request, _("%(unit)s is asked, by %(day)s.") % told)
        return back(request, reverse("request", args=[made.pk]))
    crumbs = [Link(_("Requests"), reverse("requests"))]
    if account:
        crumbs = [Link(account.name, account_url(account.number))]
    context = {"form": form, "title": _("New request"), "crumbs": crumbs, "submit": _("Send"),
               "next": request.POST.get("next", request.GET.get("next", ""))}  # fmt: skip
    return render(request, "work/task_form.html", context, status=422 if form.errors else 200)


def _sent(form: forms.Form, actor: User) -> Request | None:
    try:
        return actions.send_request(actor=actor, now=clock.now(), **form.cleaned_data)
    except Refused as reason:
        form.add_error(None, str(reason))
        return None


# --- one request -----------------------------------------------------------------------------------------


class Answer(forms.Form):
    answer = forms.CharField(label=gettext_lazy("Answer"), widget=forms.Textarea(attrs={"rows": 4}))


def _found(request: HttpRequest, pk: int) -> Request:
    rows = queries.requests(person(request)).select_related("answered_by", "on_behalf_of", "unit__head")
    return get_object_or_404(rows, pk=pk)


@gate(SIGNED_IN)
@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _found(request, pk), Answer())


def _page(request: HttpRequest, row: Request, form: Answer, *, status: int = 200) -> HttpResponse:
    actor, today = person(request), clock.today()
    is_open = row.state == "open"
    context = {
        "row": row,
        "lead": _lead(row),
        "state": Badge(_STATES[row.state], row.get_state_display()),
        "is_late": is_open and row.due_on < today,
        "form": form,
        "may_answer": is_open and queries.may_answer(actor, row, today),
        "may_take": is_open and row.taken_by_id != actor.pk,
        "may_withdraw": is_open and actor.pk in (row.asked_by_id, row.on_behalf_of_id),
        "terms": _terms(row),
        "trail": trail_of("work.request", row.pk),
        "crumbs": [Link(_("Requests"), reverse("requests"))],
    }
    return render(request, "work/request.html", context, status=status)


def _lead(row: Request) -> str:
    told = {"person": row.asked_by.display_name, "unit": row.unit.name, "day": formats.date(row.due_on)}
    if row.state == "open" and row.escalated_to:
        told["up"] = row.escalated_to.display_name
        return _("%(unit)s has not answered by %(day)s; it is with %(up)s now.") % told
    return _("%(person)s asks %(unit)s, by %(day)s.") % told


def _terms(row: Request) -> list[tuple[str, Any]]:
    days = took(row)
    told = [
        (_("Asked by"), row.asked_by.display_name),
        (_("For"), row.on_behalf_of.display_name if row.on_behalf_of else ""),
        (_("Asked on"), day_of(row.created_at)),
        (_("Seen to by"), row.taken_by.display_name if row.taken_by else ""),
        (_("Came up to"), row.escalated_to.display_name if row.escalated_to else ""),
        (_("Answered by"), row.answered_by.display_name if row.answered_by else ""),
        (_("Days to the answer"), formats.number(days) if days is not None else ""),
    ]
    return [(label, text) for label, text in told if text]


@gate(SIGNED_IN)
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    row = _found(request, pk)
    if "seen" in request.POST:  # who saw to it when the page was shown
        row.taken_by_id = int(request.POST["seen"]) if request.POST["seen"].isdecimal() else None
    if refused_to(request, lambda: actions.take_request(actor=person(request), request=row, now=clock.now())):
        toast(request, _("You see to it; the others are told so."))
    return back(request, reverse("request", args=[pk]))


@gate(SIGNED_IN)
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    row, form, status = _found(request, pk), Answer(request.POST), 422
    if form.is_valid():
        try:
            actions.answer_request(actor=person(request), request=row, now=clock.now(), **form.cleaned_data)
        except policy.Forbidden:
            raise
        except Refused as reason:
            form.add_error(None, str(reason))
            status = 409 if isinstance(reason, actions.Answered) else 422
        else:
            toast(request, _("The answer is with %(person)s.") % {"person": row.asked_by.display_name})
            return back(request, reverse("request", args=[pk]))
    return _page(request, _found(request, pk), form, status=status)


@gate(SIGNED_IN)
@require_POST
@transaction.atomic
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    row, actor, now = _found(request, pk), person(request), clock.now()
    actions.withdraw_request(actor=actor, request=row, now=now)
    toast(request, _("The request is withdrawn."), undo_url=_again(actor, [row], now))
    return back(request, reverse("request", args=[pk]))
