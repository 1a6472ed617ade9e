"""Questionnaires and checklists: the list, one of them, adapting it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kamerton.access import policy
from kamerton.core import clock
from kamerton.core.refused import Refused
from kamerton.instruments import actions, queries
from kamerton.instruments import format as files
from kamerton.instruments.definition import Definition, Section
from kamerton.instruments.models import Instrument
from kamerton.web import formats, instrument_forms, navigation
from kamerton.web.gates import gate, person
from kamerton.web.instrument_words import (
    ABOUT,
    KINDS,
    METHODS,
    figure,
    fresh_words,
    how_it_scores,
    needs_words,
    said,
)
from kamerton.web.parts import Badge, Cell, Column, Entry, Link, Row, Tab, Table
from kamerton.web.settings_tabs import settings_tabs
from kamerton.web.toasts import toast


@gate("instruments.view")
@require_GET
def instruments(request: HttpRequest) -> HttpResponse:
    """Every instrument in its active version, and how much it is used."""
    found = queries.all_active()
    uses = queries.use_counts(person(request))
    rows = sorted((_list_row(one, uses) for one in found), key=lambda row: str(row.cells[0].text).casefold())  # type: ignore[union-attr]
    columns = [
        Column(_("Name")),
        Column(_("About")),
        Column(_("Score"), minor=True),
        Column(_("Questions"), numeric=True, minor=True),
        Column(_("Version"), minor=True),
        Column(_("Assessments"), numeric=True),
        Column(_("Last"), numeric=True),
    ]
    used = sum(count for count, _last in uses.values())
    context = {
        "lead": _list_sentence(len(found), used),
        "table": Table(columns, rows, _("Questionnaires and checklists")),
        "found": bool(found),
        "tabs": settings_tabs(person(request), "instruments"),
        "others": [Link(_("All assessments"), reverse("assessments"), "history")],
    }
    return render(request, "instruments/instruments.html", context)


def _list_sentence(count: int, used: int) -> str:
    kinds = ngettext("%(count)s questionnaire", "%(count)s questionnaires and checklists", count)
    made = ngettext("%(used)s finished assessment", "%(used)s finished assessments", used)
    told = {"count": formats.number(count), "used": formats.number(used)}
    return _("%(kinds)s, %(made)s.") % {"kinds": kinds % told, "made": made % told}


def _list_row(instrument: Instrument, uses: dict[str, Any]) -> Row:
    definition = queries.definition_of(instrument)
    count, last = uses.get(instrument.key, (0, None))
    return Row(
        [
            Cell(said(definition.title), reverse("instrument", args=[instrument.key])),
            ABOUT[definition.about],
            METHODS[definition.scoring.method],
            formats.number(len(definition.by_key)),
            _version_cell(instrument),
            formats.number(count),
            formats.date(timezone.localdate(last), short=True) if last else formats.MISSING,
        ]
    )


def _version_cell(instrument: Instrument) -> Cell:
    badges = (Badge("info", _("Adapted"), soft=True),) if instrument.origin == "adapted" else ()
    return Cell(str(instrument.version), badges=badges)


@gate("instruments.view")
@require_GET
def instrument(request: HttpRequest, key: str) -> HttpResponse:
    """What it asks and how it scores; GET ?version=n shows an older version."""
    versions = queries.versions(key)
    shown = _chosen(versions, request.GET.get("version", ""))
    definition = queries.definition_of(shown)
    actor = person(request)
    can_adapt = policy.can(actor, actions.ADAPT)
    context = {
        "instrument": shown,
        "title": said(definition.title),
        "lead": _sentence(definition, versions),
        "purpose": said(definition.purpose),
        "standing": _standing(shown, versions),
        "facts": _facts(definition),
        "scoring": how_it_scores(definition),
        "results": _results_table(definition) if definition.scoring.results else None,
        "sections": [
            (said(one.title), said(one.help), _items_table(definition, one)) for one in definition.sections
        ],
        "versions": [(one, _version_words(one), _version_state(one)) for one in versions],
        "can_adapt": can_adapt,
        "crumbs": _crumbs(),
        "action": _start_link(definition) if policy.can(actor, actions.ASSESS) else None,
        "others": _others(definition, shown, can_adapt=can_adapt),
    }
    return render(request, "instruments/instrument.html", context)


def _sentence(definition: Definition, versions: list[Instrument]) -> str:
    count = len(definition.by_key)
    uses = sum(getattr(one, "uses", 0) for one in versions)
    asked = ngettext("%(count)s question", "%(count)s questions", count) % {"count": formats.number(count)}
    used = ngettext("%(uses)s assessment so far", "%(uses)s assessments so far", uses)
    return f"{asked}, {used % {'uses': formats.number(uses)}}."


def _chosen(versions: list[Instrument], asked: str) -> Instrument:
    """The version asked for, else the active one. 404 where there is none."""
    for one in versions:
        if str(one.version) == asked if asked else one.is_active:
            return one
    raise Http404


def _crumbs(*more: Link) -> list[Link]:
    return [Link(_("Questionnaires and checklists"), reverse("instruments")), *more]


def _start_link(definition: Definition) -> Link | None:
    """Only what is about nothing in particular starts here; the others start on their subject's page."""
    if definition.about != "none":
        return None
    return Link(_("Start"), reverse("instrument_start", args=[definition.key]), method="post")


def _others(definition: Definition, shown: Instrument, *, can_adapt: bool) -> list[Link]:
    links = []
    if definition.about == "none":
        links.append(Link(_("History"), reverse("instrument_history", args=[shown.key]), "history"))
    if can_adapt:
        adapt_url = f"{reverse('instrument_adapt', args=[shown.key])}?version={shown.version}"
        links.append(Link(_("Adapt"), adapt_url, "edit"))
    return links


def _standing(shown: Instrument, versions: list[Instrument]) -> str:
    """Whether this version is the one in use, and whether a release brought a newer one."""
    if not shown.is_active:
        return _("Version %(version)s is not in use; assessments made with it keep it.") % {
            "version": shown.version
        }
    newer = next((one for one in versions if one.origin == "builtin" and one.version > shown.version), None)
    if newer:
        return _("Kamerton has brought version %(version)s since; yours stays in use until you choose.") % {
            "version": newer.version
        }
    return ""


def _facts(definition: Definition) -> list[tuple[str, str]]:
    begins = {
        "own": _("with one's own last answers"),
        "anyone": _("with the last answers of anybody"),
        "never": _("empty"),
    }
    secrecy = {"open": _("open"), "internal": _("internal"), "secret": _("secret")}
    facts = [
        (_("About"), str(ABOUT[definition.about])),
        (_("A new one begins"), begins[definition.prefill]),
        (_("Secrecy"), secrecy[definition.secrecy]),
    ]
    return facts + ([(_("Raters needed"), str(definition.raters))] if definition.raters > 1 else [])


def _results_table(definition: Definition) -> Table:
    rows = [
        Row(
            [
                Cell(said(one.title), sub=said(one.text)),
                figure(float(one.start)),
                _needed(definition, one.needs),
            ]
        )
        for one in definition.scoring.results
    ]
    needs = any(one.needs for one in definition.scoring.results)
    columns = [
        Column(_("Result")),
        Column(pgettext("score", "From"), numeric=True),
        Column(pgettext("result", "Needs")),
    ]
    if not needs:
        columns, rows = columns[:2], [Row(row.cells[:2]) for row in rows]
    return Table(columns, rows, _("Results"))


def _needed(definition: Definition, needs: tuple[str, ...]) -> str:
    return ", ".join(said(definition.by_key[key].text) for key in needs)


def _items_table(definition: Definition, section: Section) -> Table:
    weighs = definition.scoring.method in {"mean", "sum"}
    columns = [
        Column(_("Question")),
        Column(_("Answer")),
        Column(_("Weight"), numeric=True),
        Column(_("Stale after")),
    ]
    rows = []
    for item in section.items:
        cells: list[Cell | str] = [
            Cell(said(item.text), sub=said(item.help)),
            Cell(str(KINDS[item.kind]), sub=needs_words(item)),
            figure(float(item.weight)) if item.scored else formats.MISSING,
            fresh_words(item) or formats.MISSING,
        ]
        rows.append(Row(cells if weighs else [*cells[:2], cells[3]]))
    return Table(columns if weighs else [*columns[:2], columns[3]], rows, said(section.title))


def _version_words(one: Instrument) -> str:
    day = formats.date(timezone.localdate(one.created_at), short=True)
    uses = getattr(one, "uses", 0)
    used = ngettext("%(count)s assessment", "%(count)s assessments", uses) % {"count": formats.number(uses)}
    if one.origin == "builtin":
        return _("came with Kamerton, taken %(day)s, %(used)s") % {"day": day, "used": used}
    told = {"day": day, "used": used, "who": one.created_by.display_name if one.created_by else ""}
    return _("adapted by %(who)s, %(day)s, %(used)s") % told


def _version_state(one: Instrument) -> Badge | None:
    return Badge("good", _("In use")) if one.is_active else None


@gate("instruments.adapt")
@require_POST
def use(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """Make one version the active one; Undo goes back to the one before."""
    chosen = get_object_or_404(Instrument, key=key, version=version)
    before = queries.active(key)
    actions.use_version(actor=person(request), instrument=chosen, now=clock.now())
    undo = reverse("instrument_use", args=[key, before.version]) if before and before.pk != chosen.pk else ""
    toast(request, _("New assessments use version %(version)s.") % {"version": version}, undo_url=undo)
    return redirect("instrument", key=key)


@gate("instruments.adapt")
@require_http_methods(["GET", "POST"])
def adapt(request: HttpRequest, key: str) -> HttpResponse:
    """A version of one's own: texts and weights in a form, or GET ?as=source the whole file."""
    base = _chosen(queries.versions(key), request.GET.get("version", ""))
    as_source = request.GET.get("as") == "source"
    tables, source, problems = base.definition, base.source, []
    if request.method == "POST":
        try:
            source = request.POST.get("source", "")
            if not as_source:
                tables = instrument_forms.applied(base.definition, request.POST)
                source = files.write(tables)
            made = actions.adapt(actor=person(request), instrument=base, source=source, now=clock.now())
        except Refused as refused:
            problems = _problems(refused)
        else:
            return _adapted(request, made)
    context = {
        "instrument": base,
        "title": _("Adapt: %(title)s") % {"title": said(queries.definition_of(base).title)},
        "problems": problems,
        "as_source": as_source,
        "source": source,
        "form": None if as_source else instrument_forms.form(tables),
        "tabs": _adapt_tabs(base, as_source=as_source),
        "crumbs": _crumbs(Link(said(queries.definition_of(base).title), reverse("instrument", args=[key]))),
    }
    return render(request, "instruments/adapt.html", context, status=422 if problems else 200)


def _problems(refused: Refused) -> list[str]:
    return list(refused.problems) if isinstance(refused, files.BadInstrument) else [str(refused)]


def _adapted(request: HttpRequest, made: Instrument) -> HttpResponse:
    undo = ""
    if made.adapted_from and made.adapted_from.key == made.key:
        undo = reverse("instrument_use", args=[made.key, made.adapted_from.version])
    text = _("Version %(version)s is in use. Older assessments keep theirs.") % {"version": made.version}
    toast(request, text, undo_url=undo)
    return redirect("instrument", key=made.key)


def _adapt_tabs(base: Instrument, *, as_source: bool) -> list[Tab]:
    url = f"{reverse('instrument_adapt', args=[base.key])}?version={base.version}"
    return [
        Tab(_("Texts and weights"), url, current=not as_source),
        Tab(_("Source"), f"{url}&as=source", current=as_source),
    ]


@navigation.finder(gettext_lazy("Questionnaires and checklists"))
def found(request: HttpRequest, words: str, limit: int) -> list[Entry]:
    """Instruments in whose title every typed word begins a word."""
    if not policy.can(request.user, queries.VIEW):
        return []
    wanted = words.casefold().split()
    entries = [
        Entry(
            title,
            reverse("instrument", args=[one.key]),
            "list-check",
            note=ABOUT[queries.definition_of(one).about],
        )
        for one in queries.all_active()
        if _begins(title := said(queries.definition_of(one).title), wanted)
    ]
    if _begins(str(_("Questionnaires and checklists")), wanted):
        entries.insert(0, Entry(_("Questionnaires and checklists"), reverse("instruments"), "list-check"))
    return entries[:limit]


def _begins(title: str, wanted: list[str]) -> bool:
    own = title.casefold().split()
    return all(any(each.startswith(word) for each in own) for word in wanted)
