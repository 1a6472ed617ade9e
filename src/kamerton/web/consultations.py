"""The log of consultations: the list, one of them, writing one down, what follows from it."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kamerton.access import policy, secrets
from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy, secrecy_choices
from kamerton.accounts.models import Account
from kamerton.core import clock
from kamerton.core.refused import Refused
from kamerton.web import edits, formats, lists
from kamerton.web.addresses import account_url
from kamerton.web.gates import gate, person
from kamerton.web.lists import Blank, Field, Filter, Here, ListPage, Selection
from kamerton.web.parts import Badge, Cell, Link, State
from kamerton.web.toasts import toast
from kamerton.web.work_fields import AccountField, ContactField, Day, contacts_of
from kamerton.web.work_parts import (
    account_cell,
    asked_account,
    back,
    open_for,
    options,
    question_words,
    tabs,
    trail_of,
)
from kamerton.work import choices, queries, rules
from kamerton.work.actions import consultations as actions
from kamerton.work.models import Consultation

_AGES: dict[str, State] = {"fresh": "neutral", "ageing": "warn", "old": "bad"}


def state_badge(row: Consultation, today: dt.date) -> Badge:
    """How far it has come; an open question says for how long."""
    state = rules.consultation_state(advice=row.advice, action=row.action, result=row.result)
    if state == "open":
        return Badge(
            _AGES[rules.age(row.asked_on, today)], open_for(rules.open_days(row.asked_on, today)), soft=True
        )
    labels = {
        "answered": _("Answered"),
        "acted": _("Something was done"),
        "closed": pgettext("consultation", "Closed"),
    }
    return Badge("good" if state == "closed" else "info", labels[state], soft=True)


def _plain_state(row: Consultation) -> str:
    return rules.consultation_state(advice=row.advice, action=row.action, result=row.result)


def _search(rows: Any, words: str) -> Any:
    """Secret ones are not looked into: what is found must not tell what they hold."""
    for word in words.split():
        text = Q(question__icontains=word) | Q(advice__icontains=word) | Q(action__icontains=word)
        rows = rows.filter(
            (text & Q(secrecy__lt=Secrecy.SECRET)) | Q(account__search_text__contains=word.casefold())
        )
    return rows


def _open(rows: Any) -> Any:
    return rows.filter(advice="", action="", result="")


def _new(here: Here) -> Link | None:
    link = Link(_("New consultation"), reverse("consultation_new"), "plus", key="n")
    return link if policy.can(here.actor, "work.edit") else None


def _text(name: str) -> Any:
    """A part of it for a file; of a secret one nothing leaves."""
    return lambda row: "" if row.secrecy == Secrecy.SECRET else getattr(row, name)


def _long(name: str, label: Any) -> Field:
    read = _text(name)
    return Field(label=label, cell=lambda row, _here: read(row)[:120], plain=read, default=False)


CONSULTATIONS = ListPage(
    name="consultations",
    sentences=True,
    title=gettext_lazy("Consultations"),
    right="work.view",
    rows=lambda here: queries.consultations(here.actor).order_by("-asked_on", "-pk"),
    columns={
        "question": Field(
            label=gettext_lazy("Question, or what was shown"),
            cell=lambda row, _here: question_words(row),
            plain=question_words,
        ),
        "account": Field(
            label=gettext_lazy("Account"),
            sort="account__name",
            cell=lambda row, _here: account_cell(row.account),
            plain=lambda row: row.account.name,
        ),
        "kind": lists.text("get_kind_display", gettext_lazy("Kind"), sort="kind"),
        "asked_on": lists.date("asked_on", gettext_lazy("Asked on"), sort="asked_on"),
        "state": Field(
            label=gettext_lazy("State"),
            cell=lambda row, here: Cell(badges=(state_badge(row, here.today),)),
            plain=_plain_state,
        ),
        "author": lists.text("created_by.display_name", gettext_lazy("Written by"), minor=True),
        "contact": lists.text("contact.display_name", gettext_lazy("Contact"), default=False),
        "advice": _long("advice", gettext_lazy("Answer, or advice received")),
        "action": _long("action", gettext_lazy("What was done")),
        "result": _long("result", gettext_lazy("What came of it")),
    },
    counted=lambda count: ngettext("%(n)s consultation", "%(n)s consultations", count),
    units=gettext_lazy("consultations"),
    search=_search,
    search_hint=gettext_lazy("Question, answer or account"),
    filters={
        "kind": Filter(
            label=gettext_lazy("Kind"), apply="kind", options=options(choices.consultation_kinds),
        ),
        "account": Filter(label=gettext_lazy("Account"), apply="account__number"),
    },
    selections={
        "open": Selection(
            label=gettext_lazy("Open, oldest first"),
            narrow=lambda rows, _here: _open(rows).order_by("asked_on", "pk"),
            ordered=True,
        ),
        "old": Selection(
            label=gettext_lazy("Open for long"),
            narrow=lambda rows, here: _open(rows)
            .filter(asked_on__lt=here.today - dt.timedelta(days=rules.OLD_AFTER_DAYS))
            .order_by("asked_on", "pk"),
            ordered=True,
        ),
        "mine": Selection(
            label=gettext_lazy("Written by me"), narrow=lambda rows, here: rows.filter(created_by=here.actor)
        ),
        "advice": Selection(
            label=gettext_lazy("Advice of customers"), narrow=lambda rows, _here: rows.filter(kind="asked_them")
        ),
    },
    row_name=question_words,
    row_url=lambda row: reverse("consultation", args=[row.pk]),
    action=_new,
    empty=Blank(
        title=gettext_lazy("No consultations yet"),
        text=gettext_lazy("What customers ask us, what we show them, what they advise, and what came of it."),
        action=_new,
        icon="messages",
    ),
    template="work/list.html",
    more=lambda here: {"work_tabs": tabs(here.actor, "consultations")},
)  # fmt: skip


# --- writing one down ------------------------------------------------------------------------------------


class Fields(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=choices.consultation_kinds)
    question = forms.CharField(
        label=gettext_lazy("Question, or what was shown"), widget=forms.Textarea(attrs={"rows": 3})
    )
    asked_on = Day(label=gettext_lazy("Asked on"))
    advice = forms.CharField(
        label=gettext_lazy("Answer, or advice received"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    action = forms.CharField(
        label=gettext_lazy("What was done"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    result = forms.CharField(
        label=gettext_lazy("What came of it"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    secrecy = forms.TypedChoiceField(
        label=gettext_lazy("Secrecy"), choices=secrecy_choices, coerce=int, initial=Secrecy.INTERNAL
    )

    @property
    def main(self) -> list[forms.BoundField]:
        return [
            self[name]
            for name in ("account", "kind", "question", "asked_on", "advice")
            if name in self.fields
        ]

    @property
    def rest(self) -> list[forms.BoundField]:
        return [self[name] for name in ("contact", "action", "result", "secrecy") if name in self.fields]

    @property
    def is_long(self) -> bool:
        return any(bound.errors or (bound.value() and bound.name != "secrecy") for bound in self.rest)


class EditFields(edits.Versioned, Fields):
    record: Consultation


def _form(actor: User, day: dt.date, account: Account | None, base: type[Fields]) -> type[Any]:
    fields: dict[str, Any] = {}
    if base is Fields:
        fields["account"] = AccountField(actor=actor, day=day, initial=account)
    contacts = contacts_of(actor, account)
    if account is not None and contacts.exists():
        fields["contact"] = ContactField(label=gettext_lazy("Contact"), queryset=contacts, required=False)
    return type("Consulted", (base,), fields)


@gate("work.edit")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """?account= says whose it is."""
    actor, account = person(request), asked_account(request)
    form = _form(actor, clock.today(), account, Fields)(
        request.POST or None, initial={"asked_on": clock.today()}
    )
    if request.method == "POST" and form.is_valid() and (made := _logged(form, actor)):
        toast(request, _("Written down."))
        return back(request, reverse("consultation", args=[made.pk]))
    crumbs = [Link(_("Consultations"), reverse("consultations"))]
    if account:
        crumbs = [Link(account.name, account_url(account.number))]
    context = {"form": form, "title": _("New consultation"), "crumbs": crumbs, "submit": _("Write down"),
               "next": request.POST.get("next", request.GET.get("next", ""))}  # fmt: skip
    return render(request, "work/task_form.html", context, status=422 if form.errors else 200)


def _logged(form: forms.Form, actor: User) -> Consultation | None:
    try:
        return actions.log_consultation(actor=actor, now=clock.now(), **form.cleaned_data)
    except policy.Forbidden:
        raise
    except Refused as reason:
        form.add_error(None, str(reason))
        return None


# --- one consultation ------------------------------------------------------------------------------------


def _found(request: HttpRequest, pk: int) -> Consultation:
    return get_object_or_404(queries.consultations(person(request)), pk=pk)


class FollowUp(forms.Form):
    title = forms.CharField(label=gettext_lazy("What follows from it"), max_length=300)
    due_on = Day(label=gettext_lazy("Due on"), required=False)


@gate("work.view")
@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _found(request, pk), FollowUp())


def _page(request: HttpRequest, row: Consultation, form: FollowUp) -> HttpResponse:
    actor = person(request)
    secrets.reading(actor, [row], clock.now())
    may = policy.can(actor, "work.edit", row)
    context = {
        "row": row,
        "title": question_words(row),
        "lead": _lead(row),
        "state": state_badge(row, clock.today()),
        "secret": row.secrecy == Secrecy.SECRET,
        "parts": [(_("Question, or what was shown"), row.question), (_("Answer, or advice received"), row.advice),
                  (_("What was done"), row.action), (_("What came of it"), row.result)],
        "may": may,
        "edit": Link(_("Answer or go on") if not row.result else _("Edit"),
                     reverse("consultation_edit", args=[row.pk]), "pencil"),
        "form": form if may and row.task_id is None else None,
        "terms": _terms(row),
        "trail": trail_of("work.consultation", row.pk),
        "crumbs": [Link(_("Consultations"), reverse("consultations"))],
    }  # fmt: skip
    return render(request, "work/consultation.html", context, status=422 if form.errors else 200)


def _lead(row: Consultation) -> str:
    told = {"account": row.account.name, "day": formats.date(row.asked_on)}
    if row.kind == "asked_them":
        return _("We asked %(account)s for advice on %(day)s.") % told
    return _("%(account)s asked us on %(day)s.") % told


def _terms(row: Consultation) -> list[tuple[str, Any]]:
    told = [
        (_("Contact"), row.contact.display_name if row.contact else ""),
        (_("Secrecy"), row.get_secrecy_display()),
        (_("Answered on"), formats.date(row.answered_on) if row.answered_on else ""),
        (_("Written by"), row.created_by.display_name if row.created_by else ""),
    ]
    return [(label, text) for label, text in told if text]


@gate("work.edit")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    row, actor = _found(request, pk), person(request)
    policy.require(actor, "work.edit", row)
    secrets.reading(actor, [row], clock.now())
    form = _form(actor, clock.today(), row.account, EditFields)(request.POST or None, record=row)
    act = partial(actions.edit_consultation, actor=actor, consultation=row, now=clock.now())
    if request.method == "POST" and edits.saved(form, act):
        toast(request, _("Saved."))
        return redirect("consultation", pk=pk)
    crumbs = [Link(_("Consultations"), reverse("consultations")),
              Link(question_words(row), reverse("consultation", args=[pk]))]  # fmt: skip
    context = {
        "form": form,
        "title": _("Edit the consultation"),
        "crumbs": crumbs,
        "submit": _("Save"),
        "next": "",
    }
    return render(request, "work/task_form.html", context, status=form.status)


@gate("work.edit")
@require_POST
def follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = _found(request, pk), FollowUp(request.POST)
    if form.is_valid():
        try:
            task = actions.follow_up(
                actor=person(request), consultation=row, now=clock.now(), **form.cleaned_data
            )
        except policy.Forbidden:
            raise
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            toast(request, _("“%(task)s” is written down.") % {"task": task.title})
            return back(request, reverse("consultation", args=[pk]))
    return _page(request, row, form)
