"""The page of one contact: who they are, who knows them, what they think of us, what is known, what took place."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts import ladder, vocabulary
from kamerton.accounts.actions import contacts, personal
from kamerton.accounts.decision_unit import DEPTHS, Touch
from kamerton.accounts.models import Contact, Fact, Interaction, Opinion, PersonalNote, Tie
from kamerton.accounts.strength import WEIGHTS, strength
from kamerton.core import clock
from kamerton.instruments import queries as instruments
from kamerton.plans import project_queries
from kamerton.web import account_forms, assessment_links, contact_map, edits, formats, language_words
from kamerton.web.account_frame import found as found_account
from kamerton.web.addresses import account_url
from kamerton.web.contacts import contact_url, marks, role_words, support_badge
from kamerton.web.form_pages import form_page, refused_to
from kamerton.web.gates import gate, person
from kamerton.web.parts import Cell, Column, Link, Row, Table
from kamerton.web.personal_forms import PersonalNoteForm
from kamerton.web.project_list import new_url
from kamerton.web.toasts import toast
from kamerton.web.undo import undo_url

SHOWN = 50


def found(request: HttpRequest, pk: int, right: str = "accounts.view") -> Contact:
    rows = policy.scope(
        Contact.objects.select_related("account", "account__industry", "reports_to"), request.user, right
    )
    return get_object_or_404(rows, pk=pk)


@gate("accounts.view")
@require_GET
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    from kamerton.web import acts, engagements  # noqa: PLC0415 - their pages find their contact here

    one = found(request, pk)
    actor = request.user
    may = policy.can(actor, "accounts.edit", one) and one.erased_at is None
    met = list(
        policy.scope(Interaction.objects.filter(contact=one), actor, "accounts.view").select_related(
            "person"
        )[:SHOWN]
    )
    opinions = _latest(request, one)
    facts = list(
        policy.scope(
            Fact.objects.filter(contact=one, withdrawn_at=None, superseded_by=None), actor, "accounts.view"
        )
    )
    notes = policy.scope(PersonalNote.objects.filter(contact=one), actor, "accounts.view")
    drawn = contact_map.relations(one, person(request))
    _trace(request, [*opinions, *facts, *(each.row for each in drawn)])
    kinds = dict(vocabulary.interaction_kinds(one.account))
    last = instruments.latest_of(person(request), "contact", one.pk)
    ties = list(
        policy.scope(Tie.objects.filter(contact=one), actor, "accounts.view").select_related("person")
    )
    context = {
        "contact": one,
        "crumbs": [
            Link(_("Contacts"), reverse("contacts")),
            Link(one.account.name, account_url(one.account.number)),
        ],
        "lead": _lead(one, met),
        "badges": marks(one),
        "may": may,
        "who": _who(one),
        "ties": _ties(ties),
        "strength": _strength(one, met, [each.depth for each in ties]),
        "opinions": _opinions(opinions),
        "together": _together(opinions),
        "relations": drawn,
        "on_map": may and one.left_on is None,
        "facts": [each for each in facts if each.topic != "motive"],
        "motives": [each for each in facts if each.topic == "motive"],
        "notes": notes.select_related("author"),
        "met": [(kinds[each.kind], each) for each in met],
        "form": account_forms.InteractionForm(initial={"on": clock.today()}, about=one.account)
        if may
        else None,
        "ladder": assessment_links.rungs(person(request), one, last),
        "assessed": assessment_links.beside(person(request), "contact", one.pk, last, apart=ladder.KEY),
        "action": Link(pgettext("button", "Change"), reverse("contact_edit", args=[one.pk]), "pencil")
        if may
        else None,
        "others": _others(one, actor) if may else [],
        "favour": acts.beside(request, one),
        "project": _project(one, person(request), may=may and one.left_on is None),
        "meetings": engagements.beside_contact(person(request), one),
        "plan_url": f"{reverse('engagement_new')}?account={one.account.number}&contact={one.pk}"
        if may
        else "",
        "may_erase": policy.can(actor, "accounts.erase", one),
    }
    return render(request, "contacts/contact.html", context)


def _project(one: Contact, actor: User, *, may: bool) -> dict[str, Any] | None:
    """The open project for this person, or, of somebody who counts, the proposal to open one (ABP-14)."""
    row = project_queries.projects(actor).filter(contact=one, state__in=project_queries.OPEN).first()
    if row is not None:
        return {"title": row.title, "url": reverse("project", args=[row.pk])}
    if may and (one.is_vip or one.is_opinion_leader) and policy.can(actor, "work.edit", one.account):
        return {"title": "", "url": new_url(one.account.number, one.pk)}
    return None


def _trace(request: HttpRequest, rows: list[Any]) -> None:
    """Reading what is secret leaves a trace."""
    from kamerton.access import secrets  # noqa: PLC0415

    secrets.reading(person(request), rows, clock.now())


def _lead(one: Contact, met: list[Interaction]) -> str:
    if one.erased_at:
        return _("What was kept of this person was erased on %(day)s.") % {
            "day": formats.date(one.erased_at.date())
        }
    what = one.post or str(one.get_function_display())
    told = {"account": one.account.name, "post": what}
    where = _("%(post)s at %(account)s.") % told if what else _("At %(account)s.") % told
    return f"{where} {_last(met)}"


def _last(met: list[Interaction]) -> str:
    if not met:
        return _("No contact has been written down yet.")
    days = (clock.today() - met[0].on).days
    if days <= 0:
        return _("The last contact was today.")
    text = ngettext("The last contact was %(n)s day ago.", "The last contact was %(n)s days ago.", days)
    return text % {"n": formats.number(days)}


def _who(one: Contact) -> list[tuple[str, Any]]:
    above = one.reports_to
    told: list[tuple[str, Any]] = [
        (
            vocabulary.word("account", one.account),
            Cell(one.account.name, url=account_url(one.account.number)),
        ),
        (_("Post"), one.post),
        (_("Function"), one.get_function_display()),
        (_("Level"), one.get_level_display()),
        (_("Part in decisions"), role_words(one)),
        (_("Reports to"), Cell(above.display_name, url=contact_url(above.pk)) if above else ""),
        (_("Languages"), language_words.names(one.languages)),
        (_("E-mail"), one.email),
        (_("Phone"), one.phone),
        (_("Mobile"), one.mobile),
        (_("Territory"), one.territory),
        (_("Left on"), formats.date(one.left_on) if one.left_on else ""),
        (_("Long-term plan"), one.long_term_plan),
    ]
    return [(term, text) for term, text in told if text]


def _ties(rows: list[Tie]) -> Table | None:
    if not rows:
        return None
    columns = [Column(_("Our person")), Column(_("How well")), Column(_("Since"))]
    body = [
        Row([each.person.display_name, str(each.get_depth_display()), formats.date(each.since, short=True)])
        for each in rows
    ]
    return Table(columns, body, _("Who of ours knows this person"))


def _strength(one: Contact, met: list[Interaction], depths: list[str]) -> dict[str, Any]:
    """The total and its parts: nothing opaque."""
    touches = [Touch(one.pk, each.on, each.from_them, each.in_depth) for each in met]
    value = strength(touches, depth=max(depths, key=DEPTHS.__getitem__, default="none"), level=one.level,
                     on=clock.today())  # fmt: skip
    parts = [
        (_("How lately"), value.recency, WEIGHTS["recency"]),
        (_("How often in 90 days"), value.frequency, WEIGHTS["frequency"]),
        (_("From both sides"), value.two_way, WEIGHTS["two_way"]),
        (_("In depth"), value.depth, WEIGHTS["depth"]),
        (_("Seniority"), value.seniority, WEIGHTS["seniority"]),
    ]
    columns = [Column(_("Part")), Column(_("Points"), numeric=True), Column(_("Of at most"), numeric=True)]
    rows = [
        Row([label, formats.number(round(points)), formats.number(most)]) for label, points, most in parts
    ]
    return {"total": formats.number(round(value.total)), "share": value.total / 100,
            "table": Table(columns, rows, _("Strength of contact"))}  # fmt: skip


def _latest(request: HttpRequest, one: Contact) -> list[Opinion]:
    """The latest opinion of each rater that the reader may see; the reader's own first."""
    rows = policy.scope(Opinion.objects.filter(contact=one), request.user, "accounts.view")
    latest: dict[int, Opinion] = {}
    for each in rows.select_related("rater").order_by("-at", "-pk"):
        latest.setdefault(each.rater_id, each)
    return sorted(latest.values(), key=lambda each: (each.rater_id != request.user.pk, -each.at.timestamp()))


def _opinions(opinions: list[Opinion]) -> list[tuple[Opinion, Any]]:
    return [(each, support_badge(each.support)) for each in opinions]


def _together(opinions: list[Opinion]) -> str:
    """Mean and spread; nothing where there is one opinion or none."""
    if len(opinions) < 2:
        return ""
    values = [each.support for each in opinions]
    word = str(support_badge(statistics.fmean(values)).label)
    told = {
        "word": word,
        "n": formats.number(len(values)),
        "spread": formats.number(max(values) - min(values)),
    }
    text = ngettext(
        "Together: %(word)s, by %(n)s of us; the furthest two are %(spread)s step apart.",
        "Together: %(word)s, by %(n)s of us; the furthest two are %(spread)s steps apart.",
        max(values) - min(values),
    )
    return text % told


def _others(one: Contact, actor: policy.Actor) -> list[Link]:
    links = [Link(_("Moved to another account"), reverse("contact_move", args=[one.pk]), drawer=True)]
    if one.left_on is None:
        links.insert(0, Link(_("Has left"), reverse("contact_leave", args=[one.pk]), drawer=True))
    if policy.can(actor, "accounts.merge", one):
        links.append(
            Link(_("Merge another into it"), reverse("contact_merge_one", args=[one.pk]), drawer=True)
        )
    return links


# --- changing ----------------------------------------------------------------------------------------------------


@gate("accounts.edit")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """?account=number; without it the number is asked for."""
    number = request.GET.get("account", "")
    at = found_account(request, number, "accounts.edit") if number else None
    if at is None:
        return _which_account(request)
    form = account_forms.QuickContactForm(
        request.POST or None, initial={"is_found": request.GET.get("found") != "0"}
    )
    made: list[Contact] = []
    act = partial(contacts.create, actor=person(request), account=at, now=clock.now())
    if request.method == "POST" and form.is_valid() and refused_to(
        form, lambda: made.append(act(values=form.cleaned_data))
    ):  # fmt: skip
        toast(request, _("%(name)s is added.") % {"name": made[0].display_name})
        return redirect(contact_url(made[0].pk))
    title = _("New contact at %(account)s") % {"account": at.name}
    return form_page(request, form, title=title, back=account_url(at.number), submit=_("Add"))


def _which_account(request: HttpRequest) -> HttpResponse:
    form = account_forms.PickAccountForm(request.POST or None, actor=person(request))
    if request.method == "POST" and form.is_valid():
        return redirect(f"{reverse('contact_new')}?account={form.cleaned_data['account'].number}")
    return form_page(request, form, title=_("New contact"), back=reverse("contacts"), submit=_("Go on"))


@gate("accounts.edit")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    one = found(request, pk, "accounts.edit")
    form = account_forms.ContactForm(request.POST or None, record=one)
    act = partial(contacts.edit, actor=person(request), contact=one, now=clock.now())
    if request.method == "POST" and edits.saved(form, act):
        toast(request, _("Saved."))
        return redirect(contact_url(pk))
    return form_page(request, form, title=_("Change the contact"), back=contact_url(pk), submit=_("Save"))


@gate("accounts.edit")
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    one = found(request, pk, "accounts.edit")
    form = account_forms.LeaveForm(request.POST or None, initial={"on": clock.today()})
    return _with_undo(
        request,
        one,
        form,
        lambda: contacts.leave(
            actor=person(request), contact=one, on=form.cleaned_data["on"], now=clock.now()
        ),
        _("%(name)s no longer works there.") % {"name": one.display_name},
        _("%(name)s has left") % {"name": one.display_name},
    )


@gate("accounts.edit")
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, pk: int) -> HttpResponse:
    one = found(request, pk, "accounts.edit")
    form = account_forms.PickAccountForm(request.POST or None, actor=person(request))
    return _with_undo(
        request,
        one,
        form,
        lambda: contacts.move(
            actor=person(request), contact=one, account=form.cleaned_data["account"], now=clock.now()
        ),
        _("%(name)s has moved; what took place stays where it took place.") % {"name": one.display_name},
        _("Where %(name)s works now") % {"name": one.display_name},
    )


def _with_undo(
    request: HttpRequest, one: Contact, form: Any, act: Callable[[], str], said: str, title: str
) -> HttpResponse:
    token: list[str] = []
    if request.method == "POST" and form.is_valid() and refused_to(form, lambda: token.append(act())):
        toast(request, said, undo_url=undo_url(token[0]))
        return redirect(contact_url(one.pk))
    return form_page(request, form, title=title, back=contact_url(one.pk), submit=_("Save"))


@gate("accounts.edit")
@require_http_methods(["GET", "POST"])
def interaction(request: HttpRequest, pk: int) -> HttpResponse:
    """What took place: two taps and, if one likes, a line."""
    one = found(request, pk, "accounts.edit")
    form = account_forms.InteractionForm(
        request.POST or None, initial={"on": clock.today()}, about=one.account
    )
    act = partial(
        contacts.log_interaction, actor=person(request), account=one.account, contact=one, now=clock.now()
    )
    if request.method == "POST" and form.is_valid() and refused_to(form, lambda: act(**form.cleaned_data)):
        toast(request, _("Written down."))
        return redirect(contact_url(pk))
    title = _("Contact with %(name)s") % {"name": one.display_name}
    return form_page(request, form, title=title, back=contact_url(pk), submit=_("Write down"))


# --- what is personal ------------------------------------------------------------------------------------------


@gate("accounts.edit")
@require_http_methods(["GET", "POST"])
def note(request: HttpRequest, pk: int) -> HttpResponse:
    one = found(request, pk, "accounts.edit")
    form = PersonalNoteForm(request.POST or None)
    act = partial(personal.write, actor=person(request), contact=one, now=clock.now())
    if request.method == "POST" and form.is_valid() and refused_to(form, lambda: act(**form.cleaned_data)):
        toast(request, _("The note is kept; you and the responsible person can read it."))
        return redirect(contact_url(pk))
    return form_page(
        request, form, title=_("How to be with %(name)s") % {"name": one.display_name}, back=contact_url(pk),
        submit=_("Keep"), lead=_("Only you and the responsible person read this. It goes by itself on its last day."),
    )  # fmt: skip


@gate("accounts.edit")
@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    notes = policy.scope(PersonalNote.objects.select_related("contact"), request.user, "accounts.edit")
    row = get_object_or_404(notes, pk=pk)
    number = row.contact_id
    refused_to(request, lambda: personal.forget(actor=person(request), note=row, now=clock.now()))
    toast(request, _("The note is gone for good."))
    return redirect(contact_url(number))
