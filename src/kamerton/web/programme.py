"""The programme: should we do key account management, are we ready for it, what it brings and what can go wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kamerton.access import policy
from kamerton.core import clock
from kamerton.portfolio import programme_measures, programme_queries, queries, status_queries
from kamerton.portfolio import programme_rows as rows_of
from kamerton.portfolio.actions import programme as actions
from kamerton.portfolio.models import ProgrammeItem
from kamerton.portfolio.models.programme import practices
from kamerton.portfolio.programme_queries import Verdict, Wrong
from kamerton.portfolio.programme_rules import Measure
from kamerton.web import formats, programme_forms, sentences
from kamerton.web import programme_words as words
from kamerton.web.assessments import start_url
from kamerton.web.form_pages import form_until_done, refused_to
from kamerton.web.gates import gate, person
from kamerton.web.instrument_words import said
from kamerton.web.parts import Badge, Cell, Column, Link, Row, State, Tab, Table
from kamerton.web.toasts import toast

_RIGHT = "portfolio.configure"
Said = Mapping[tuple[str, str], ProgrammeItem]


def programme_tabs(current: str) -> list[Tab]:
    labels = {
        "programme": _("Should we, and are we ready"),
        "programme_watch": _("Advantages and risks"),
        "programme_case": _("Business case"),
        "programme_services": _("Service package"),
        "programme_outcomes": _("Outcomes"),
    }
    return [Tab(label, reverse(name), name == current) for name, label in labels.items()]


# --- should we, and are we ready -----------------------------------------------------------------------------------


@gate("portfolio.view_all")
@require_GET
def programme(request: HttpRequest) -> HttpResponse:
    actor, today = person(request), clock.today()
    snapshot = queries.latest_snapshot()
    found = programme_queries.verdict(actor, snapshot, today)
    told, written = programme_queries.items(), status_queries.written() is not None
    context = {
        "lead": words.lead(found),
        "note": sentences.as_of(snapshot) if snapshot else "",
        "tabs": programme_tabs("programme"),
        "answer": Link(_("Answer the questions"), start_url(programme_queries.CONDITIONS), icon="list-check")
        if found and policy.can(actor, "instruments.assess") else None,
        "conditions": _conditions(found) if found else [],
        "unmet": _unmet(found) if found else "",
        "glance": _glance(told, programme_measures.measures(actor, snapshot)),
        "ready": _ready(told, written),
        "errors": [_error(each, policy.can(actor, _RIGHT)) for each in programme_queries.errors(actor)],
        "may": policy.can(actor, _RIGHT),
    }  # fmt: skip
    return render(request, "portfolio/programme.html", context)


def _glance(told: Said, found: Mapping[str, Measure]) -> list[Link]:
    """What the other pages begin with."""
    watched = _watch_lead(told, programme_queries.unmitigated(told))
    return [
        Link(watched, reverse("programme_watch")),
        Link(words.outcomes_lead(found), reverse("programme_outcomes")),
    ]


def _conditions(found: Verdict) -> list[dict[str, Any]]:
    return [
        {
            "name": said(found.definition.by_key[each.key].text),
            "badge": words.condition_badge(each),
            "text": each.text,
            "basis": words.basis(each),
            "stale": each.is_stale,
        }
        for each in found.findings
    ]


def _unmet(found: Verdict) -> str:
    names = [said(found.definition.by_key[each.key].text) for each in found.unmet]
    return (
        _("Not verified: %(names)s.") % {"names": "; ".join(names)} if names else _("All nine are verified.")
    )


def _ready(told: Said, written: bool) -> dict[str, Any]:
    state = programme_queries.programme()
    still = programme_queries.open_conditions(told, written)
    rows = [
        {
            "name": name,
            "badge": Badge("warn", _("Open"), soft=True)
            if key in still
            else Badge("good", _("Met"), soft=True),
            "note": item.note if (item := told.get(("condition", key))) else "",
            "by": _by(item),
            "url": reverse("programme_row", args=["condition", key]),
        }
        for key, name in rows_of.CONDITIONS.items()
    ]
    if state.ready_at is not None:
        text = _("Ready since %(day)s.") % {"day": formats.date(state.ready_at.date())}
    elif still:
        text = ngettext("%(n)s condition is open.", "%(n)s conditions are open.", len(still)) % {
            "n": formats.number(len(still))}  # fmt: skip
    elif state.sponsor is None:
        text = _("Nobody sponsors it.")
    else:
        text = _("Everything is met: it can be declared ready.")
    return {
        "text": text,
        "rows": rows,
        "sponsor": state.sponsor.display_name if state.sponsor else "",
        "may_declare": state.ready_at is None and not still and state.sponsor is not None,
        "badge": Badge("good", _("Ready")) if state.ready_at else Badge("warn", _("Not ready")),
    }


def _by(item: ProgrammeItem | None) -> str:
    return (
        _("%(person)s, %(day)s") % {"person": item.by.display_name, "day": formats.date(item.at.date())}
        if item
        else ""
    )


def _error(each: Wrong, may: bool) -> dict[str, Any]:
    name, todo = rows_of.ERRORS[each.key]
    links = {"who": reverse("settings"), "strategy": reverse("potential"), "needs": reverse("key_accounts"),
             "offers": reverse("key_accounts")}  # fmt: skip
    pages = {"strategy": "account_potential", "needs": "account_dossier", "offers": "account_dossier"}
    nothing = each.of == 0
    count = _("%(n)s of %(of)s key accounts") % {
        "n": formats.number(each.count),
        "of": formats.number(each.of),
    }
    return {
        "name": name,
        "badge": Badge("off", _("No key account yet"), soft=True) if nothing
        else Badge("bad", _("Found"), soft=True) if each.is_made else Badge("good", _("Not found"), soft=True),
        "text": count if each.key != "who" and each.is_made else "",
        "who": [Link(title, reverse(pages[each.key], args=[number])) for number, title in each.who[:3]],
        "more": max(0, len(each.who) - 3),
        "todo": Link(todo, links[each.key] if may or each.key != "who" else "") if each.is_made else None,
    }  # fmt: skip


# --- advantages, risks, the two ways ----------------------------------------------------------------------------------


@gate("portfolio.view_all")
@require_GET
def programme_watch(request: HttpRequest) -> HttpResponse:
    actor, today = person(request), clock.today()
    snapshot = queries.latest_snapshot()
    told, found = programme_queries.items(), programme_measures.measures(actor, snapshot)
    currency = snapshot.currency if snapshot else ""
    flagged, may = programme_queries.unmitigated(told), policy.can(actor, _RIGHT)
    context = {
        "lead": _watch_lead(told, flagged),
        "note": sentences.as_of(snapshot) if snapshot else "",
        "tabs": programme_tabs("programme_watch"),
        "advantages": _advantages(may, told, found, currency),
        "risks": _risks(may, told, found, currency, flagged),
        "practices": _practices(may, told, programme_queries.practices_told(actor, snapshot, today)),
    }
    return render(request, "portfolio/programme_watch.html", context)


def _watch_lead(told: Said, flagged: Sequence[str]) -> str:
    have = sum(item.is_met for (area, _key), item in told.items() if area == "advantage")
    first = _("%(n)s of %(of)s advantages are shown.") % {
        "n": formats.number(have), "of": formats.number(len(rows_of.ADVANTAGES))}  # fmt: skip
    if not flagged:
        return f"{first} {_('Every risk is dealt with.')}"
    names = ", ".join(str(rows_of.RISKS[key][0]) for key in flagged)
    second = ngettext(
        "%(n)s risk is not dealt with: %(names)s.", "%(n)s risks are not dealt with: %(names)s.", len(flagged)
    )
    return f"{first} {second % {'n': formats.number(len(flagged)), 'names': names}}"


def _followed(
    item: ProgrammeItem | None, usual: str, found: Mapping[str, Measure], currency: str
) -> tuple[Cell, Cell]:
    """The figure then and now. Then: what it was on the day it was chosen, else a year before."""
    key = item.measure if item else usual
    measure = found.get(key)
    if measure is None:
        return Cell(_("no figure"), tone="muted"), Cell()
    kept = item is not None and item.then_value is not None and item.then_on != measure.on
    before = item.then_value if kept and item else measure.before
    since = formats.date(item.then_on, short=True) if kept and item else _("a year before")
    told = {"value": words.value(measure.unit, before, currency), "since": since}
    then = _("%(value)s %(since)s") % told if before is not None else ""
    followed = Cell(words.measure_name(key), sub=then)
    if measure.now is None:
        return followed, Cell(_("no data"), tone="muted")
    day, marks = formats.date(measure.on, short=True), words.trend_badge(before, measure)
    return followed, Cell(words.value(measure.unit, measure.now, currency), sub=day, badges=marks)


def _name(may: bool, area: str, key: str, name: Any, *badges: Badge) -> Cell:
    return Cell(
        name, url=reverse("programme_row", args=[area, key]) if may else "", drawer=may, badges=badges
    )


def _advantages(may: bool, told: Said, found: Mapping[str, Measure], currency: str) -> Table:
    columns = (Column(_("Advantage")), Column(_("Followed by")), Column(_("Now")), Column(_("Evidence")))
    rows = []
    for key, (name, usual) in rows_of.ADVANTAGES.items():
        item = told.get(("advantage", key))
        shown = (
            Badge("good", _("Shown"), soft=True)
            if item and item.is_met
            else Badge("off", _("Not shown yet"), soft=True)
        )
        evidence = Cell(item.note, sub=_by(item)) if item and item.note else Cell(_("none yet"), tone="muted")
        rows.append(
            Row(
                (
                    _name(may, "advantage", key, name, shown),
                    *_followed(item, usual, found, currency),
                    evidence,
                )
            )
        )
    return Table(columns, rows, _("Eight advantages"), long_names=True)


def _risks(
    may: bool, told: Said, found: Mapping[str, Measure], currency: str, flagged: Sequence[str]
) -> Table:
    columns = (
        Column(_("Risk")),
        Column(_("Followed by")),
        Column(_("Now")),
        Column(_("What we do against it")),
        Column(pgettext("task", "Owner")),
    )
    rows = []
    for key, (name, usual) in rows_of.RISKS.items():
        item = told.get(("risk", key))
        mark = (
            Badge("bad", _("Not dealt with"), soft=True)
            if key in flagged
            else Badge("good", _("Dealt with"), soft=True)
        )
        does = Cell(item.note, sub=_by(item)) if item and item.note else Cell(_("nothing yet"), tone="muted")
        owner = item.owner.display_name if item and item.owner else ""
        rows.append(Row((_name(may, "risk", key, name, mark), *_followed(item, usual, found, currency), does,
                         owner or Cell(_("nobody"), tone="muted"))))  # fmt: skip
    return Table(columns, rows, _("Five disadvantages"), long_names=True)


def _practices(may: bool, told: Said, derived: Mapping[str, tuple[str, str]]) -> Table:
    """What was said goes first; where nobody has said, what key accounts show."""
    columns = (
        Column(_("About")),
        Column(_("Traditional")),
        Column(_("Key account management")),
        Column(_("Where we stand")),
    )
    names = dict(practices())
    states: dict[str, State] = {"traditional": "warn", "between": "info", "kam": "good"}
    rows = []
    for key, row in rows_of.PRACTICES.items():
        item, (stands, why) = told.get(("practice", key)), derived.get(key, ("", ""))
        chosen = item.stands if item and item.stands else stands
        text = f"{item.note} ({_by(item)})" if item and item.stands else why
        mark = (
            Badge(states[chosen], names[chosen], soft=True)
            if chosen
            else Badge("off", _("Nobody has said"), soft=True)
        )
        rows.append(
            Row(
                (
                    _name(may, "practice", key, row.about),
                    row.traditional,
                    row.kam,
                    Cell(badges=(mark,), sub=text),
                )
            )
        )
    return Table(columns, rows, _("Traditional or key account management"))


# --- writing -----------------------------------------------------------------------------------------------------------


@gate(_RIGHT)
@require_http_methods(["GET", "POST"])
def programme_row(request: HttpRequest, area: str, key: str) -> HttpResponse:
    if key not in rows_of.ROWS.get(area, {}):
        raise Http404
    item = programme_queries.items().get((area, key))
    form = programme_forms.row_form(
        area, item, rows_of.USUAL_MEASURE[area].get(key, ""), request.POST or None
    )
    back = reverse("programme" if area == "condition" else "programme_watch")

    def act() -> None:
        actions.say(actor=person(request), area=area, key=key, told=form.cleaned_data, now=clock.now())
        toast(request, _("Saved."))

    return form_until_done(
        request, form, act, back=back, title=str(rows_of.ROWS[area][key]), submit=_("Save")
    )


@gate(_RIGHT)
@require_http_methods(["GET", "POST"])
def programme_sponsor(request: HttpRequest) -> HttpResponse:
    form = programme_forms.SponsorForm(
        request.POST or None, initial={"sponsor": programme_queries.programme().sponsor}
    )

    def act() -> None:
        actions.name_sponsor(actor=person(request), now=clock.now(), **form.cleaned_data)
        toast(request, _("Saved."))

    return form_until_done(
        request, form, act, back=reverse("programme"), title=_("Sponsor of the programme"), submit=_("Save")
    )


@gate(_RIGHT)
@require_POST
def programme_ready(request: HttpRequest) -> HttpResponse:
    if refused_to(request, partial(actions.declare_ready, actor=person(request), now=clock.now())):
        toast(request, _("The programme is ready."))
    return redirect("programme")
