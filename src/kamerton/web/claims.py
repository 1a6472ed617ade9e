"""One claim: its page, its form, and every step from the receipt to the lesson."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kamerton.access import policy, secrets
from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.core import clock
from kamerton.portfolio.models import ErrorImpact
from kamerton.service import queries, rules
from kamerton.service.actions import claims as actions
from kamerton.service.actions import hands, outcome
from kamerton.service.models import Claim
from kamerton.web import claim_forms, edits, formats
from kamerton.web import claim_words as words
from kamerton.web.addresses import account_url
from kamerton.web.form_pages import form_page, form_until_done, refused_to
from kamerton.web.gates import gate, person
from kamerton.web.parts import Badge, Link
from kamerton.web.settings_tabs import settings_tabs
from kamerton.web.toasts import toast
from kamerton.web.work_parts import Item, asked_account, back, trail_of
from kamerton.work import queries as work
from kamerton.work.models import Request

_ASKED_AHEAD = dt.timedelta(days=3)


def _found(request: HttpRequest, pk: int, right: str = "work.view") -> Claim:
    rows = queries.claims(person(request), right).select_related("created_by", "error")
    return get_object_or_404(rows, pk=pk)


def _url(row: Claim) -> str:
    return reverse("claim", args=[row.pk])


# --- writing one down ------------------------------------------------------------------------------------------


@gate("work.edit")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """?account= says whose it is, ?next= where one comes from."""
    actor, account = person(request), asked_account(request)
    first = {"received_at": timezone.localtime(clock.now()), "currency": queries.company_currency()}
    form = claim_forms.new_claim(actor, clock.today(), account)(request.POST or None, initial=first)
    made: list[Claim] = []
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        receive = partial(
            actions.receive_claim, actor=actor, account=told.pop("account"), owner=told.pop("owner"),
            received_at=told.pop("received_at"), told=told, now=clock.now(),
        )  # fmt: skip
        if refused_to(form, lambda: made.append(receive())):
            row = made[0]
            text = _("%(person)s sees to it; acknowledge it by %(when)s.")
            toast(
                request,
                text % {"person": row.owner.display_name, "when": words.moment(row.acknowledge_by)},
            )
            return back(request, _url(row))
    crumbs = [Link(_("Claims"), reverse("claims"))]
    if account:
        crumbs = [Link(account.name, account_url(account.number))]
    context = {"form": form, "title": _("New claim"), "crumbs": crumbs, "submit": _("Write down"),
               "next": request.POST.get("next", request.GET.get("next", ""))}  # fmt: skip
    return render(request, "work/task_form.html", context, status=422 if form.errors else 200)


@gate("work.edit")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    row, actor = _found(request, pk, "work.edit"), person(request)
    secrets.reading(actor, [row], clock.now())
    form = claim_forms.edit_claim(actor, row)(request.POST or None, record=row)
    act = partial(actions.edit_claim, actor=actor, claim=row, now=clock.now())
    if request.method == "POST" and edits.saved(form, act):
        toast(request, _("Saved."))
        return redirect("claim", pk=pk)
    crumbs = [Link(_("Claims"), reverse("claims")), Link(words.claim_words(row), _url(row))]
    context = {"form": form, "title": _("Edit the claim"), "crumbs": crumbs, "submit": _("Save"), "next": ""}
    return render(request, "work/task_form.html", context, status=form.status)


# --- one claim ---------------------------------------------------------------------------------------------------


@gate("work.view")
@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _found(request, pk), claim_forms.Answer())


def _page(request: HttpRequest, row: Claim, form: forms.Form) -> HttpResponse:
    actor, now = person(request), clock.now()
    secrets.reading(actor, [row], now)
    may = policy.can(actor, "work.edit", row)
    first = (Badge("warn", _("Goes first")),) if row.expedited_at and row.is_open else ()
    context = {
        "row": row,
        "title": row.subject,
        "lead": _lead(row, now),
        "badges": [words.state_badge(row), *first, *words.late_badge(row, now)],
        "secret": row.secrecy == Secrecy.SECRET,
        "clock": words.clock_table(row, now),
        "parts": [(_("What the customer says"), row.text), (_("Answer to the customer"), row.answer)],
        "outcome": _outcome(row) if not row.is_open else [],
        "requests": _requests(actor, row),
        "log": _log(actor, row),
        "form": form if may and row.is_open and not row.answered_at else None,
        "may": may,
        "acknowledge": may and row.is_open and not row.acknowledged_at,
        "next_step": _next_step(row) if may else None,
        "doings": _doings(row) if may else [],
        "terms": _terms(row),
        "trail": trail_of("service.claim", row.pk),
        "crumbs": [Link(_("Claims"), reverse("claims"))],
    }
    return render(request, "service/claim.html", context, status=422 if form.errors else 200)


def _lead(row: Claim, now: dt.datetime) -> str:
    told = {"person": row.owner.display_name, "when": words.moment(row.due_at)}
    if row.closed_at:
        told["when"] = words.moment(row.closed_at)
        return _("Closed on %(when)s; %(person)s saw to it.") % told
    step = rules.next_mark(queries.course(row))
    late = words.is_late(row, now)
    texts = {
        "acknowledge": (_("%(person)s has to acknowledge it by %(when)s."),
                        _("It was to be acknowledged by %(when)s; %(person)s sees to it.")),
        "answer": (_("%(person)s has to answer by %(when)s."),
                   _("An answer was due by %(when)s; %(person)s sees to it.")),
        "settle": (_("%(person)s has to settle it by %(when)s."),
                   _("It was to be settled by %(when)s; %(person)s sees to it.")),
    }  # fmt: skip
    return texts[step[0]][late] % told if step else ""


def _next_step(row: Claim) -> Link | None:
    if not row.is_open:
        return None
    return Link(_("Settle"), reverse("claim_settle", args=[row.pk]), "check", drawer=True)


def _doings(row: Claim) -> list[Link]:
    def at(name: str, label: str, icon: str) -> Link:
        return Link(label, reverse(name, args=[row.pk]), icon, drawer=True)

    if not row.is_open:
        logged = [] if row.error_id else [at("claim_log", _("Write into the log of mistakes"), "notebook")]
        return [*logged, at("claim_reopen", _("Open again"), "arrow-back-up"), _editing(row)]
    answered = [at("claim_answer", _("Change the answer"), "message")] if row.answered_at else []
    first = [] if row.expedited_at else [at("claim_expedite", _("Put first"), "bolt")]
    return [
        *answered,
        at("claim_ask", _("Ask a department"), "message-question"),
        *first,
        at("claim_assign", _("Hand to"), "user-plus"),
        at("claim_reject", _("Reject"), "x"),
        _editing(row),
    ]


def _editing(row: Claim) -> Link:
    return Link(_("Edit"), reverse("claim_edit", args=[row.pk]), "pencil")


def _outcome(row: Claim) -> list[tuple[str, str]]:
    told = [
        (_("Where it came from"), row.get_cause_display()),
        (_("Cause in words"), row.cause_text),
        (_("Agreed solution") if row.state == "settled" else _("Why it is rejected"), row.solution),
        (_("Is the customer satisfied"), row.get_satisfied_display()),
        (_("Credit agreed"), words.amount(row.credit, row.currency)),
        (_("Lesson"), row.lesson),
    ]
    return [(label, text) for label, text in told if text]


def _terms(row: Claim) -> list[tuple[str, Any]]:
    told = [
        (_("Owner"), row.owner.display_name),
        (_("Who complained"), row.contact.display_name if row.contact else ""),
        (_("Kind"), queries.kind_words()[row.kind]),
        (_("How grave"), row.get_severity_display()),
        (_("How it came"), row.get_channel_display()),
        (_("Received"), words.moment(row.received_at)),
        (_("Order or document"), row.reference),
        (_("Product or family"), row.product),
        (_("Amount claimed"), words.amount(row.amount, row.currency)),
        (_("Goes first because"), row.expedite_reason),
        (_("Opened again"), formats.number(row.reopenings) if row.reopenings else ""),
        (_("Secrecy"), row.get_secrecy_display()),
        (_("Written by"), row.created_by.display_name if row.created_by else ""),
    ]
    return [(label, text) for label, text in told if text]


def _requests(actor: User, row: Claim) -> list[Item]:
    """What departments were asked, as far as the reader reaches it."""
    rows = work.requests(actor).filter(pk__in=row.requests.values("pk"))
    return [_asked(each) for each in rows.order_by("created_at", "pk")]


def _asked(each: Request) -> Item:
    return Item(
        each.title, reverse("request", args=[each.pk]),
        sub=f"{each.unit.name} · {each.get_state_display()}", figure=formats.date(each.due_on, short=True),
    )  # fmt: skip


def _log(actor: User, row: Claim) -> Link | None:
    if row.error is None or not policy.can(actor, "work.view", row.error):
        return None
    name = "error_impact_edit" if policy.can(actor, "work.edit", row.error) else "error_impacts"
    return Link(row.error.what, reverse(name, args=[row.error_id] if name.endswith("edit") else []))


# --- its steps -----------------------------------------------------------------------------------------------------


@gate("work.edit")
@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    row = _found(request, pk, "work.edit")
    act = partial(actions.acknowledge, actor=person(request), claim=row, now=clock.now())
    if refused_to(request, act):
        toast(request, _("It is acknowledged."))
    return back(request, _url(row))


@gate("work.edit")
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    row = _found(request, pk, "work.edit")
    act = partial(actions.take_in_hand, actor=person(request), claim=row, now=clock.now())
    if refused_to(request, act):
        toast(request, _("It is in hand."))
    return back(request, _url(row))


def _step(
    request: HttpRequest,
    pk: int,
    form: Callable[[Claim], forms.Form],
    act: Callable[..., object],
    **page: Any,
) -> HttpResponse:
    """A form beside the claim; `act(actor=, claim=, now=, **told)`."""
    row, actor = _found(request, pk, "work.edit"), person(request)
    secrets.reading(actor, [row], clock.now())
    shown = form(row)
    return form_until_done(
        request, shown, lambda: act(actor=actor, claim=row, now=clock.now(), **shown.cleaned_data),
        back=_url(row), **page,
    )  # fmt: skip


@gate("work.edit")
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(
        request, pk, lambda row: claim_forms.Answer(request.POST or None, initial={"text": row.answer}),
        actions.answer, title=_("Answer to the customer"), submit=_("Save"),
    )  # fmt: skip


@gate("work.edit")
@require_http_methods(["GET", "POST"])
def expedite(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(
        request, pk, lambda _row: claim_forms.Reason(request.POST or None), actions.expedite,
        title=_("Put first"), submit=_("Put first"),
        lead=_("It goes before everything else, its requests too, and its days are those of key accounts from now on."),
    )  # fmt: skip


@gate("work.edit")
@require_http_methods(["GET", "POST"])
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    def act(*, person: User, **told: Any) -> object:
        return hands.assign_claim(to=person, **told)

    return _step(
        request, pk, lambda _row: claim_forms.HandTo(request.POST or None), act, title=_("Hand to"),
        submit=_("Hand over"),
    )  # fmt: skip


@gate("work.edit")
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """The title is prefilled; of a secret claim it says no word, as departments read it."""

    def form(row: Claim) -> forms.Form:
        secret = row.secrecy == Secrecy.SECRET
        first = {"title": "" if secret else row.subject, "due_on": clock.today() + _ASKED_AHEAD}
        return claim_forms.AskDepartment(request.POST or None, initial=first)

    return _step(request, pk, form, actions.ask_department, title=_("Ask a department"), submit=_("Send"))


@gate("work.edit")
@require_http_methods(["GET", "POST"])
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    return _close(request, pk, "settled", _("Settle the claim"), _("Settle"))


@gate("work.edit")
@require_http_methods(["GET", "POST"])
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    return _close(request, pk, "rejected", _("Reject the claim"), _("Reject"))


def _close(request: HttpRequest, pk: int, ending: outcome.Ending, title: str, submit: str) -> HttpResponse:
    def form(row: Claim) -> forms.Form:
        names = ("cause", "cause_text", "solution", "satisfied", "lesson", "credit")
        told = {name: getattr(row, name) for name in names}
        return claim_forms.OutcomeFields(request.POST or None, initial=told, currency=row.currency)

    def act(*, actor: User, claim: Claim, now: dt.datetime, **told: Any) -> object:
        return outcome.close_claim(
            actor=actor, claim=claim, ending=ending, outcome=outcome.Outcome(**told), now=now
        )

    return _step(request, pk, form, act, title=title, submit=submit)


@gate("work.edit")
@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    return _step(
        request, pk, lambda _row: claim_forms.Reason(request.POST or None), outcome.reopen_claim,
        title=_("Open again"), submit=_("Open again"),
    )  # fmt: skip


@gate("work.edit")
@require_http_methods(["GET", "POST"])
def log(request: HttpRequest, pk: int) -> HttpResponse:
    def act(*, actor: User, claim: Claim, now: dt.datetime, **told: Any) -> ErrorImpact:
        return outcome.log_mistake(actor=actor, claim=claim, told=told, now=now)

    return _step(
        request, pk,
        lambda row: claim_forms.LogFields(request.POST or None, initial=outcome.suggested(row)), act,
        title=_("Write into the log of mistakes"), submit=_("Save"),
        lead=_("Everybody who reaches the account reads the log; it leads back here."),
    )  # fmt: skip


# --- how it is set -------------------------------------------------------------------------------------------------


@gate("portfolio.configure")
@require_http_methods(["GET", "POST"])
def terms(request: HttpRequest) -> HttpResponse:
    row = queries.terms()
    initial = {name: getattr(row, name) for name in actions.SET}
    form = claim_forms.TermsForm(request.POST or None, initial=initial)

    def act() -> None:
        actions.set_terms(actor=person(request), values=form.values, now=clock.now())

    if request.method == "POST" and form.is_valid() and refused_to(form, act):
        toast(request, _("Saved. Claims that are there keep their days."))
        return redirect("claim_terms")
    return form_page(
        request, form, title=_("Claims"), back=reverse("settings"), submit=_("Save"),
        lead=_("How fast claims are acknowledged, answered and settled, and what their kinds are called."),
        tabs=settings_tabs(person(request), "claim_terms"),
    )  # fmt: skip
