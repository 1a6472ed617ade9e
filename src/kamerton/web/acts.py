"""What a contact did for us and for competitors, the events, and the balance of it over time (REL-09 to REL-11)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kamerton.access import policy, secrets
from kamerton.accounts import choices, event_queries
from kamerton.accounts.actions import keeping
from kamerton.accounts.actions.acts import ACT
from kamerton.accounts.favour import Favour, Quarter
from kamerton.accounts.models import Act, Contact, Participation
from kamerton.core import clock
from kamerton.web import contact as contact_pages
from kamerton.web import edits, event_forms, formats
from kamerton.web.contacts import contact_url
from kamerton.web.events import EDIT, VIEW, changing, follow_up, kept, removing, tasks_of
from kamerton.web.form_pages import form_page, form_until_done
from kamerton.web.gates import gate, person
from kamerton.web.knowledge_words import secrecy_badge
from kamerton.web.parts import Badge, Cell, Column, Link, Row, Table
from kamerton.web.records import found

SHOWN = 20
_TURNS = {"nearer": "good", "same": "neutral", "further": "bad"}


# --- beside a contact, and in the list of VIPs ------------------------------------------------------------


def beside(request: HttpRequest, one: Contact) -> dict[str, Any]:
    """What the page of a contact shows of it; empty where nothing is there."""
    acts = list(event_queries.acts(person(request)).filter(contact=one)[:SHOWN])
    secrets.reading(person(request), acts, clock.now())
    told = event_queries.favours(person(request), [one.pk], clock.today())[one.pk]
    parts = (
        event_queries.participations(person(request)).filter(contact=one).order_by("-event__starts_on", "-pk")
    )
    talks = (
        event_queries.presentations(person(request)).filter(contact=one).order_by("-event__starts_on", "-pk")
    )
    tasks = tasks_of(request, "act", acts)
    return {
        "acts": [_line(each, tasks) for each in acts],
        "sentence": sentence(told),
        "turn": turn_badge(told),
        "trend": _trend(told) if told.acts else None,
        "parts": [(each, _part_words(each)) for each in parts[:SHOWN]],
        "talks": list(talks[:SHOWN]),
    }


def sentence(told: Favour) -> str:
    """Of the last four quarters."""
    if not told.acts:
        return _("Nothing is written down that this person did for us or for a competitor.")
    points = {"us": formats.number(told.for_us), "others": formats.number(told.for_competitors)}
    balance = _("In the last four quarters %(us)s points for us, %(others)s for competitors") % points
    n = told.recommendations
    given = ngettext("%(n)s recommendation given", "%(n)s recommendations given", n) % {
        "n": formats.number(n)
    }
    return f"{balance}; {given}."


def turn_badge(told: Favour) -> Badge | None:
    if not told.acts:
        return None
    words = {"nearer": _("Comes nearer"), "same": _("Stays where it was"), "further": _("Moves away")}
    return Badge(_TURNS[told.turn], words[told.turn], soft=True)  # type: ignore[arg-type]


def quarter_name(quarter: Quarter) -> str:
    return _("Q%(quarter)s %(year)s") % {
        "quarter": (quarter.start.month + 2) // 3, "year": quarter.start.year
    }  # fmt: skip


def _trend(told: Favour) -> Table:
    most = max((max(each.for_us, each.for_competitors) for each in told.quarters), default=0) or 1
    columns = [
        Column(_("Quarter")),
        Column(_("For us"), hint=_("Weakly 1 point, clearly 2, strongly 3")),
        Column(_("For competitors")),
    ]
    rows = [
        Row((quarter_name(each), _points(each.for_us, most), _points(each.for_competitors, most)))
        for each in reversed(told.quarters)
    ]
    return Table(columns, rows, _("For us and for competitors, by quarter"), cards=False)


def _points(points: int, most: int) -> Cell:
    return Cell(formats.number(points), share=points / most, tone="" if points else "muted")


def balance_cell(told: Favour, contact: int) -> Cell:
    """In the list of VIPs: points for us and for competitors in four quarters, and which way it goes."""
    if not told.acts:
        return Cell(_("nothing written"), tone="muted")
    turn = turn_badge(told)
    text = _("%(us)s : %(others)s") % {
        "us": formats.number(told.for_us),
        "others": formats.number(told.for_competitors),
    }
    n = told.recommendations
    sub = ngettext("%(n)s recommendation", "%(n)s recommendations", n) % {"n": formats.number(n)} if n else ""
    return Cell(text, url=f"{contact_url(contact)}#favour", sub=sub, badges=(turn,) if turn else ())


def _line(row: Act, tasks: Any) -> dict[str, Any]:
    ours = row.side == "us"
    side = Badge("good", _("For us"), soft=True) if ours else Badge("bad", row.competitor, soft=True)
    return {
        "row": row,
        "url": reverse("act", args=[row.pk]),
        "badges": (side, *secrecy_badge(row.secrecy)),
        "kind": str(row.get_kind_display()),
        "answer": follow_up(row.answer, row.answer_by, row.answer_due, tasks.get(row.pk))
        if row.answer
        else None,
    }


def _part_words(row: Participation) -> str:
    told = [
        _("invited") if row.invited_on else "",
        _("with %(person)s") % {"person": row.accompanied_by.display_name} if row.accompanied_by else "",
        {True: _("attended"), False: _("did not come"), None: ""}[row.attended],
        row.follow_up,
    ]
    return " · ".join(each for each in told if each)


# --- one act ---------------------------------------------------------------------------------------------


@gate(VIEW)
@require_GET
def act(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(request, Act, pk, VIEW, "contact__account", "answer_by", "created_by")
    secrets.reading(person(request), [row], clock.now())
    context = {
        "row": row,
        "badges": _line(row, {})["badges"],
        "terms": _terms(request, row),
        "edit_url": reverse("act_edit", args=[pk]) if policy.can(request.user, EDIT, row) else "",
        "crumbs": [Link(row.contact.display_name, f"{contact_url(row.contact_id)}#favour")],
    }
    return render(request, "contacts/act.html", context)


def _joined(*texts: Any) -> str:
    return ", ".join(str(each) for each in texts if each)


def _terms(request: HttpRequest, row: Act) -> list[tuple[str, Any]]:
    weights = dict(choices.act_weights())
    author = row.created_by.display_name if row.created_by else ""
    told: list[tuple[str, Any]] = [
        (_("Kind"), row.get_kind_display()),
        (_("On"), formats.date(row.on)),
        (_("To whom"), row.to_whom),
        (_("How strongly"), weights[row.weight]),
        (_("What came of it"), row.outcome),
        (_("Source"), _joined(row.get_source_kind_display() if row.source_kind else "", row.source)),
        (_("Written down"), _joined(formats.date(row.created_at, short=True), author)),
    ]  # fmt: skip
    if row.answer:
        task = tasks_of(request, "act", [row]).get(row.pk)
        told.insert(4, (_("What we do about it"), follow_up(row.answer, row.answer_by, row.answer_due, task)))
    return [(term, text) for term, text in told if text]


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def act_new(request: HttpRequest, pk: int) -> HttpResponse:
    one = contact_pages.found(request, pk, EDIT)
    form = event_forms.ActForm(request.POST or None, actor=person(request))

    def write() -> None:
        kept(request, ACT, {**form.cleaned_data, "contact": one})

    return form_until_done(
        request, form, write, back=f"{contact_url(pk)}#favour", submit=_("Write it down"),
        title=_("What %(name)s did") % {"name": one.display_name},
        lead=_("For us or for a competitor: it stands on the page of the contact, by quarter."),
    )  # fmt: skip


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def act_edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(request, Act, pk, EDIT, "contact__account")
    secrets.reading(person(request), [row], clock.now())
    back = f"{contact_url(row.contact_id)}#favour"
    form = event_forms.ActEditForm(request.POST or None, record=row, actor=person(request))
    if request.method == "POST" and edits.saved(form, changing(request, ACT, row)):
        return redirect(back)
    return form_page(request, form, title=row.what, back=back, submit=_("Save"),
                     remove=reverse("act_remove", args=[pk]))  # fmt: skip


@gate(EDIT, VIEW)
@require_POST
def act_remove(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(request, Act, pk, EDIT, "contact__account")
    contact = row.contact_id
    removing(request, partial(keeping.remove, ACT, row=row))
    return redirect(f"{contact_url(contact)}#favour")
