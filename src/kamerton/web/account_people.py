"""The tab of people: who decides, who covers them, whom to approach next; the map, and the table that says it all."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kamerton.access import policy
from kamerton.accounts import approach, choices, map_queries, map_reading
from kamerton.accounts import decision_unit as du
from kamerton.accounts.map_changes import MapChanges, changes
from kamerton.accounts.models import Account
from kamerton.accounts.strength import Strength, strengths
from kamerton.core import clock
from kamerton.documents.actions import make
from kamerton.documents.kinds import maps
from kamerton.web import formats, made_documents, map_words
from kamerton.web.account_frame import found, frame
from kamerton.web.gates import gate, person
from kamerton.web.map_picture import picture
from kamerton.web.parts import Badge, Cell, Column, Link, Row, Table

MONTHS_BACK = 12
_SHAPES = {2: "mentor", 1: "supporter", 0: "neutral", -1: "opponent", -2: "enemy"}
STEPS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Seen:
    """What is shown: the picture of `day`, and what changed between `since` and today where that was asked for."""

    account: Account
    unit: du.Unit
    now: du.Unit
    since: dt.date | None
    changes: MapChanges | None


@gate("accounts.view")
@require_GET
def people(request: HttpRequest, account: str) -> HttpResponse:
    """?since=day: what changed from then on; &then=1: the map as it was on that day."""
    seen = _seen(request, account)
    return render(
        request, "accounts/people.html", frame(request, seen.account, "account_people") | _told(request, seen)
    )


@gate("accounts.view")
@require_GET
def map_picture(request: HttpRequest, account: str) -> JsonResponse:
    """The map of the same address as a picture to draw."""
    seen = _seen(request, account)
    return JsonResponse(picture(seen.unit, seen.changes) | {"changed": _changed(seen)})


@gate("accounts.view", also="export")
@require_GET
def slide(request: HttpRequest, account: str) -> HttpResponse:
    """The map as a slide to take to a meeting; leaves a trace."""
    at = found(request, account)
    made = make.make(actor=person(request), kind=maps.KIND, format="pptx", subject=at, now=clock.now())
    return made_documents.answer(made, clock.today(), name=f"map-{slugify(at.number) or at.pk}")


@gate("accounts.view", also="export")
@require_POST
def image(request: HttpRequest, account: str) -> JsonResponse:
    """Write down that the map is taken out as an image, which the browser makes, and say what has to stand on it."""
    at = found(request, account)
    told = maps.image(actor=person(request), account=at, now=clock.now())
    return JsonResponse({**told, "name": f"map-{slugify(at.number) or at.pk}"})


def _seen(request: HttpRequest, number: str) -> Seen:
    account, actor, today = found(request, number), person(request), clock.today()
    now = map_queries.unit_of(account, actor, today, today=today)
    since = _day(request.GET.get("since", ""), today)
    then = map_queries.unit_of(account, actor, since, today=today) if since else None
    shown = then if then and request.GET.get("then") else now
    map_reading.trace(actor, account, (now, *([then] if then else [])), clock.now())
    return Seen(account, shown, now, since, changes(then, now) if then else None)


def _day(text: str, today: dt.date) -> dt.date | None:
    """A day that is over; anything else is as if it were not there."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if day < today else None


def days_back(today: dt.date) -> list[dt.date]:
    """The ends of the months before, latest first."""
    ends, first = [], today.replace(day=1)
    for _back in range(MONTHS_BACK):
        ends.append(first - dt.timedelta(days=1))
        first = ends[-1].replace(day=1)
    return ends


def _told(request: HttpRequest, seen: Seen) -> dict[str, Any]:
    unit, number = seen.unit, seen.account.number
    deciding, steps = du.deciding(unit), approach.order(unit)
    coverage, may = du.coverage(unit), policy.can(request.user, "accounts.edit", seen.account)
    asked = {"since": seen.since.isoformat() if seen.since else "", "then": request.GET.get("then", "")}
    query = urlencode({key: value for key, value in asked.items() if value})
    return {
        "lead": map_words.lead(unit, deciding, steps),
        "warnings": map_words.warnings(deciding, coverage.gaps),
        "people": _people_table(seen, deciding) if unit.present() else None,
        "steps": [_step(step, unit) for step in steps[:STEPS_SHOWN]],
        "steps_left": len(steps) - STEPS_SHOWN,
        "matrix": _matrix(unit, coverage) if coverage.rows else None,
        "relations": _relations(unit),
        "expected": _expected(unit),
        "changed": _changed(seen),
        "since": seen.since,
        "then": bool(asked["then"]),
        "days": [(day.isoformat(), formats.date(day)) for day in days_back(clock.today())],
        "picture_url": reverse("account_map", args=[number]),
        "picture_query": query,
        "step_url": reverse("map_step", args=[number]) if may else "",
        "may": may,
        "add": _add(seen.account) if may else [],
        "action": _add(seen.account)[0] if may else None,
        "slide_url": reverse("account_people_slide", args=[number])
        if policy.can(request.user, "export")
        else "",
        "image_url": reverse("account_map_export", args=[number]),
        "relation_kinds": choices.relation_kinds(),
        "supports": [(_SHAPES[key], label) for key, label in choices.supports()],
    }


def _add(account: Account) -> list[Link]:
    url, asked = reverse("contact_new"), {"account": account.number}
    unknown = f"{url}?{urlencode({**asked, 'found': '0'})}"
    return [
        Link(_("Add a person"), f"{url}?{urlencode(asked)}", "user-plus", drawer=True),
        Link(_("Add a post not found yet"), unknown, "user-question", drawer=True),
    ]


# --- tables ----------------------------------------------------------------------------------------------


def _people_table(seen: Seen, deciding: du.Deciding) -> Table:
    unit = seen.unit
    opinions, strong = du.combined(unit), strengths(unit)
    names, ours = map_words.names_of(unit)
    columns = (
        Column(_("Name")),
        Column(_("Part in decisions")),
        Column(_("Support")),
        Column(_("Influence"), numeric=True),
        Column(_("Who knows them")),
        Column(
            _("Relationship"), hint=_("Rung of the ladder, strength of contact from 0 to 100, last contact")
        ),
        Column(_("Reports to"), minor=True),
    )
    ranked = sorted(
        unit.present(), key=lambda each: (_weight(each), -(opinions[each.id].influence or 0), each.id)
    )
    rows = [
        Row(
            (
                _name(each, each.id in deciding.met),
                map_words.roles(each.roles) or formats.MISSING,
                _support(opinions[each.id], ours),
                formats.number(opinions[each.id].influence, decimals=1)
                if opinions[each.id].views
                else formats.MISSING,
                _known_by(unit, each.id, ours),
                _relationship(each, strong[each.id]),
                names.get(each.reports_to or 0, formats.MISSING),
            ),
            key=f"person-{each.id}",
            faint=not each.is_found,
        )
        for each in ranked
    ]
    return Table(columns, rows, _("People on the map"))


_RANKS = ("decider", "approver", "influencer", "user", "technical", "finance", "administration", "buyer")


def _weight(one: du.Person) -> int:
    return min((_RANKS.index(role) for role in one.roles if role in _RANKS), default=len(_RANKS))


def _name(one: du.Person, known: bool) -> Cell:
    badges = map_words.marks(one)
    if not one.is_found:
        badges.append(Badge("warn", _("Not found yet"), soft=True))
    elif not known:
        badges.append(Badge("neutral", _("Not met"), soft=True))
    name, sub = (one.name, one.post) if one.is_found else (one.post or one.name, "")
    return Cell(name, url=reverse("map_person", args=[one.id]), drawer=True, sub=sub, badges=tuple(badges))


def _support(one: du.Combined, ours: dict[int, str]) -> Cell:
    """The mean in its word; who sees it otherwise, named."""
    badge = map_words.support(one.standing)
    if badge is None:
        return Cell(_("not rated"), tone="muted")
    if not one.differing:
        return Cell(badges=(badge,))
    views = {view.rater: view for view in one.views}
    apart = [
        f"{ours.get(rater, '?')}: {map_words.label(choices.supports, views[rater].support).lower()}"
        for rater in one.differing
    ]
    return Cell(badges=(badge,), sub="; ".join(apart))


def _known_by(unit: du.Unit, number: int, ours: dict[int, str]) -> Cell:
    ties = [tie for tie in unit.ties if tie.person == number and du.DEPTHS.get(tie.depth, 0.0) > 0]
    if not ties:
        return Cell(_("nobody"), tone="muted")
    best = du.best_tie(unit, number) or ties[0]
    others = len(ties) - 1
    sub = map_words.label(choices.tie_depths, best.depth)
    more = f" +{formats.number(others)}" if others else ""
    return Cell(f"{ours.get(best.ours, '?')}{more}", sub=sub)


def _relationship(this: du.Person, strong: Strength) -> Cell:
    stage = map_words.label(choices.ladder_stages, this.stage)
    if strong.last is None:
        return Cell(stage)
    told = {"strength": formats.number(round(strong.total)), "day": formats.date(strong.last, short=True)}
    return Cell(stage, sub=_("%(strength)s, last on %(day)s") % told)


def _matrix(unit: du.Unit, coverage: du.Coverage) -> Table:
    """Their functions down, our people across."""
    _names, ours = map_words.names_of(unit)
    columns = (
        Column(_("Their function")),
        Column(_("People"), numeric=True),
        *(Column(ours[each]) for each in coverage.ours),
        Column(_("Gap")),
    )
    return Table(
        columns,
        [_matrix_row(row, coverage, ours) for row in coverage.rows],
        _("Functions against our people"),
    )


def _matrix_row(row: du.FunctionRow, coverage: du.Coverage, ours: dict[int, str]) -> Row:
    crossings = {each.ours: each for each in row.crossings}
    cells = [
        Cell(map_words.label(choices.tie_depths, crossings[each].depth), sub=formats.number(crossings[each].people))
        if each in crossings
        else Cell(_("should"), tone="warn") if row.gap and each in row.fitting else Cell("")
        for each in coverage.ours
    ]  # fmt: skip
    return Row(
        (
            map_words.label(choices.contact_functions, row.function),
            formats.number(len(row.people)),
            *cells,
            _gap(row, ours),
        )
    )


def _gap(row: du.FunctionRow, ours: dict[int, str]) -> Cell:
    if not row.gap:
        return Cell(badges=(Badge("good", _("Covered"), soft=True),))
    fitting = map_words.listed([ours[each] for each in row.fitting])
    sub = (
        _("could be %(names)s") % {"names": fitting}
        if fitting
        else _("nobody in the team speaks its language")
    )
    word = _("Known to nobody") if row.gap == "nobody" else _("Without its specialist")
    return Cell(badges=(Badge("bad" if row.gap == "nobody" else "warn", word, soft=True),), sub=sub)


def _step(step: approach.Step, unit: du.Unit) -> dict[str, Any]:
    return {
        "act": map_words.step_act(step, unit),
        "why": map_words.step_reason(step, unit),
        "url": reverse("map_person", args=[step.person]),
        "warns": step.only_buyer or step.way is None,
    }


def _relations(unit: du.Unit) -> list[tuple[str, bool]]:
    names, _ours = map_words.names_of(unit)
    there = {each.id for each in unit.present()}
    return [
        (map_words.relation(link, names), link.is_secret)
        for link in unit.links
        if link.of in there and link.to in there
    ]


def _expected(unit: du.Unit) -> list[tuple[str, str, bool]]:
    names, _ours = map_words.names_of(unit)
    return [
        (formats.date(each.on), map_words.expected(each, names), each.is_secret)
        for each in sorted(unit.changes, key=lambda each: (each.on, each.id))
    ]


def _changed(seen: Seen) -> list[str]:
    if seen.changes is None:
        return []
    names = map_words.names_of(seen.unit)[0] | map_words.names_of(seen.now)[0]
    return map_words.changed(seen.changes, names)
