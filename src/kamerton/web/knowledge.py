"""Saying, correcting, answering: the forms and small pages behind the dossier and the timeline."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kamerton.access import policy, secrets
from kamerton.accounts import choices, dossier
from kamerton.accounts.actions import budgets, facts, needs
from kamerton.accounts.models import Account, Fact, Need
from kamerton.accounts.queries import told_of
from kamerton.core import clock
from kamerton.web import edits, formats, knowledge_forms
from kamerton.web.account_frame import found as found_account
from kamerton.web.form_pages import form_page, form_until_done, refused_to
from kamerton.web.gates import gate, person
from kamerton.web.knowledge_words import NEED_STATES, line, secrecy_badge
from kamerton.web.parts import Badge, Column, Link, Row, Table
from kamerton.web.records import dossier_url, found, saving, undoable
from kamerton.web.toasts import toast

# --- facts -----------------------------------------------------------------------------------------------


@gate("accounts.edit")
@require_http_methods(["GET", "POST"])
def fact_new(request: HttpRequest, account: str) -> HttpResponse:
    """GET ?topic= &contact= &answers=: a new fact with what is known of it filled in."""
    of, actor = found_account(request, account, "accounts.edit"), person(request)
    asked = {name: request.GET[name] for name in ("topic", "contact", "answers") if request.GET.get(name)}
    form = knowledge_forms.FactFields(request.POST or None, actor=actor, account=of, initial=asked)
    if request.method == "POST" and form.is_valid() and refused_to(form, lambda: _say(request, of, form)):
        return redirect(dossier_url(of, f"topic-{form.cleaned_data['topic']}"))
    return form_page(request, form, title=_("New fact"), back=dossier_url(of), submit=_("Write it down"))


@transaction.atomic
def _say(request: HttpRequest, of: Account, form: Any) -> None:
    fact = facts.say(actor=person(request), account=of, values=form.cleaned_data, now=clock.now())
    undoable(request, _("Written down."), "accounts.fact_unsay", {"fact": fact.pk})


@gate("accounts.view")
@require_GET
def fact(request: HttpRequest, pk: int) -> HttpResponse:
    """One fact with what was said before it."""
    one = found(
        request, Fact, pk, "accounts.view", "account", "contact", "created_by", "answers", "superseded_by"
    )
    earlier = _earlier(request, one)
    later = _later(request, one)
    solutions = list(
        policy.scope(
            Fact.objects.current().filter(answers=one), request.user, "accounts.view"
        ).select_related("created_by", "contact")
    )
    goal = one.answers if one.answers and policy.can(request.user, "accounts.view", one.answers) else None
    shown = [one, *earlier, *solutions, *([goal] if goal else [])]
    secrets.reading(person(request), shown, clock.now())
    today = clock.today()
    in_force = one.superseded_by_id is None and one.withdrawn_at is None
    context = {
        "fact": one,
        "line": line(one, today),
        "earlier": [line(each, today) for each in earlier],
        "later_url": reverse("fact", args=[later.pk]) if later else "",
        "solutions": [line(each, today) for each in solutions],
        "goal": line(goal, today) if goal else None,
        "in_force": in_force,
        "may": in_force and policy.can(request.user, "accounts.edit", one),
        "crumbs": [Link(one.account.name, dossier_url(one.account))],
        "solution_url": f"{reverse('fact_new', args=[one.account.number])}?topic=solution&answers={one.pk}",
    }
    return render(request, "knowledge/fact.html", context)


def _earlier(request: HttpRequest, one: Fact) -> list[Fact]:
    """What it took the place of, newest first, as far as the reader may see; one query a step."""
    rows: list[Fact] = []
    step = [one.pk]
    while step and len(rows) < 100:
        before = Fact.objects.filter(superseded_by__in=step).select_related("created_by", "contact")
        step = [each.pk for each in before]
        rows += policy.scope(before, request.user, "accounts.view")
    return rows


def _later(request: HttpRequest, one: Fact) -> Fact | None:
    """The statement in its place, where the reader may see it."""
    if one.superseded_by_id is None:
        return None
    return policy.scope(Fact.objects.filter(pk=one.superseded_by_id), request.user, "accounts.view").first()


@gate("accounts.edit")
@require_http_methods(["GET", "POST"])
def fact_correct(request: HttpRequest, pk: int) -> HttpResponse:
    one = found(request, Fact, pk, "accounts.edit", "account")
    secrets.reading(person(request), [one], clock.now())
    form = knowledge_forms.FactForm(
        request.POST or None, record=one, actor=person(request), account=one.account
    )
    if request.method == "POST" and edits.saved(form, partial(_correct, request, one)):
        return redirect(dossier_url(one.account, f"topic-{one.topic}"))
    return form_page(
        request, form, title=_("Correct"), back=dossier_url(one.account), submit=_("Correct it"),
        lead=_("What was said before stays readable, with its day and author."),
    )  # fmt: skip


@transaction.atomic
def _correct(request: HttpRequest, one: Fact, *, opened: Any, submitted: Any) -> None:
    newer = facts.correct(
        actor=person(request), fact=one, opened=opened, submitted=submitted, now=clock.now()
    )
    if newer.pk == one.pk:
        toast(request, _("Nothing was changed."))
        return
    before = newer.supersedes.get()
    undoable(request, _("Corrected."), "accounts.fact_uncorrect", {"old": before.pk, "new": newer.pk})


@gate("accounts.edit")
@require_POST
def fact_verify(request: HttpRequest, pk: int) -> HttpResponse:
    one = found(request, Fact, pk, "accounts.edit", "account")
    told = [one.pk, one.confidence, one.dated.isoformat()]

    @transaction.atomic
    def verify() -> None:
        facts.verify(actor=person(request), fact=one, now=clock.now())
        undoable(request, _("Verified as of today."), "accounts.fact_unverify", {"facts": [told]})

    refused_to(request, verify)
    return redirect(dossier_url(one.account, f"topic-{one.topic}"))


@gate("accounts.edit")
@require_POST
def fact_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    one = found(request, Fact, pk, "accounts.edit", "account")

    @transaction.atomic
    def withdraw() -> None:
        facts.withdraw(actor=person(request), fact=one, now=clock.now())
        undoable(
            request, _("Withdrawn. It stays in the history."), "accounts.fact_restore", {"facts": [one.pk]}
        )

    refused_to(request, withdraw)
    return redirect(dossier_url(one.account, f"topic-{one.topic}"))


# --- needs -----------------------------------------------------------------------------------------------


@gate("accounts.edit")
@require_http_methods(["GET", "POST"])
def need_new(request: HttpRequest, account: str) -> HttpResponse:
    of, actor = found_account(request, account, "accounts.edit"), person(request)
    form = knowledge_forms.NeedFields(request.POST or None, actor=actor, account=of)
    return form_until_done(
        request, form, lambda: _raise(request, of, form), back=dossier_url(of, "needs"), title=_("New need"),
        submit=_("Write it down"), lead=_("Whoever is responsible for the account is told."),
    )  # fmt: skip


@transaction.atomic
def _raise(request: HttpRequest, of: Account, form: Any) -> None:
    need = needs.raise_need(actor=person(request), account=of, values=form.cleaned_data, now=clock.now())
    undoable(request, _("Written down, and the team is told."), "accounts.need_unraise", {"need": need.pk})


@gate("accounts.view")
@require_GET
def need(request: HttpRequest, pk: int) -> HttpResponse:
    """One need and how it changed."""
    one = found(request, Need, pk, "accounts.view", "account", "contact", "created_by")
    secrets.reading(person(request), [one], clock.now())
    context = {
        "need": one,
        "badges": (Badge(NEED_STATES[one.state], one.get_state_display()), *secrecy_badge(one.secrecy)),
        "history": need_history(one),
        "terms": _need_terms(one),
        "may": policy.can(request.user, "accounts.edit", one),
        "crumbs": [Link(one.account.name, dossier_url(one.account, "needs"))],
    }
    return render(request, "knowledge/need.html", context)


def _need_terms(one: Need) -> list[tuple[str, Any]]:
    told = [
        (_("Our answer"), one.answer),
        (_("Product family"), one.family),
        (_("Said by"), one.contact.display_name if one.contact else ""),
        (_("Source"), one.source),
        (_("Raised on"), formats.date(one.raised_on)),
    ]
    return [(term, text) for term, text in told if text]


def need_history(one: Need) -> Table:
    return history_table(dossier.need_history(told_of(one)))


def history_table(turns: tuple[dossier.Turn, ...]) -> Table:
    columns = [Column(_("When")), Column(_("What happened")), Column(_("Who"))]
    rows = [Row([formats.date(timezone.localdate(turn.at)), turn_words(turn), turn.who]) for turn in turns]
    return Table(columns, rows, _("How the need changed"))


def turn_words(turn: dossier.Turn) -> str:
    """Became answered; was lost, is open again."""
    states = {key: str(label) for key, label in choices.need_states()}
    if turn.state_after and not turn.state_before:
        return _("Written down: %(state)s") % {"state": states.get(turn.state_after, turn.state_after)}
    if turn.state_after:
        told = {name: states.get(state, state) for name, state in
                (("before", turn.state_before), ("after", turn.state_after))}  # fmt: skip
        return _("%(before)s → %(after)s") % told
    names = [str(Need._meta.get_field(name).verbose_name) for name in turn.fields if hasattr(Need, name)]  # type: ignore[union-attr]
    return _("Changed: %(fields)s") % {"fields": ", ".join(names)}


@gate("accounts.edit")
@require_http_methods(["GET", "POST"])
def need_edit(request: HttpRequest, pk: int) -> HttpResponse:
    one = found(request, Need, pk, "accounts.edit", "account")
    secrets.reading(person(request), [one], clock.now())
    form = knowledge_forms.NeedForm(
        request.POST or None, record=one, actor=person(request), account=one.account
    )
    act = saving(request, partial(needs.change, actor=person(request), need=one, now=clock.now()))
    if request.method == "POST" and edits.saved(form, act):
        return redirect(dossier_url(one.account, "needs"))
    return form_page(
        request, form, title=_("Change the need"), back=dossier_url(one.account), submit=_("Save")
    )


# --- money -----------------------------------------------------------------------------------------------


@gate("accounts.edit")
@require_http_methods(["GET", "POST"])
def budget_new(request: HttpRequest, account: str) -> HttpResponse:
    of, actor = found_account(request, account, "accounts.edit"), person(request)
    form = knowledge_forms.BudgetForm(request.POST or None, actor=actor, account=of)
    return form_until_done(
        request, form, lambda: _budget(request, of, form), back=dossier_url(of, "budgets"), title=_("Money that moves"),
        submit=_("Write it down"), lead=_("Whoever is responsible for an account that it touches is told."),
    )  # fmt: skip


@transaction.atomic
def _budget(request: HttpRequest, of: Account, form: Any) -> None:
    whole = form.cleaned_data["where"] == "industry"
    movement = budgets.record(
        actor=person(request), values=form.cleaned_data, now=clock.now(), account=None if whole else of,
        industry=of.industry if whole else None,
    )  # fmt: skip
    undoable(request, _("Written down."), "accounts.budget_unrecord", {"movement": movement.pk})
