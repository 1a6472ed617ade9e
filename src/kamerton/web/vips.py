"""VIPs and opinion leaders by territory: allies, rivals, the balance of power, what is expected to change (REL-05)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from kamerton.accounts import event_queries, map_queries, map_reading, powers
from kamerton.accounts.decision_unit import Person, Unit
from kamerton.accounts.favour import Favour
from kamerton.core import clock
from kamerton.web import acts, formats, map_words
from kamerton.web.gates import gate, person
from kamerton.web.parts import Badge, Cell, Chip, Column, Link, Row, Table

NOWHERE = "-"  # in the address: people without a territory


@gate("accounts.view")
@require_GET
def vips(request: HttpRequest) -> HttpResponse:
    """?territory=name narrows; all of them below one another otherwise."""
    asked = request.GET.get("territory", "")
    unit = map_queries.vips(person(request), clock.today())
    map_reading.trace(person(request), None, [unit], clock.now())
    found = powers.territories(unit)
    people = [power.person for territory in found for power in territory.powers]
    favours = event_queries.favours(person(request), people, clock.today())
    shown = [each for each in found if not asked or each.name == ("" if asked == NOWHERE else asked)]
    context = {
        "lead": _lead(unit, found),
        "chips": _chips(found, asked),
        "territories": [_territory(each, unit, favours) for each in shown],
        "found": bool(found),
        "others": [Link(_("Events"), reverse("events"), icon="calendar-event")],
    }
    return render(request, "accounts/vips.html", context)


def _lead(unit: Unit, found: tuple[powers.Territory, ...]) -> str:
    people = sum(len(each.powers) for each in found)
    if not people:
        return _("Nobody is marked as VIP or opinion leader yet.")
    without = sum(len(each.without_plan) for each in found)
    text = ngettext("%(n)s VIP or opinion leader", "%(n)s VIPs and opinion leaders", people)
    counted = text % {"n": formats.number(people)}
    nearest = min(unit.changes, key=lambda change: (change.on, change.id), default=None)
    plan = (
        ngettext(
            "%(n)s has no long-term plan for the relationship", "%(n)s have no long-term plan for the relationship", without
        ) % {"n": formats.number(without)}
        if without
        else _("each has a long-term plan for the relationship")
    )  # fmt: skip
    first = f"{counted}; {plan}."
    if nearest is None:
        return first
    names, _ours = map_words.names_of(unit)
    told = {"day": formats.date(nearest.on), "what": map_words.expected(nearest, names)}
    change = _("Next expected change, %(day)s: %(what)s.") % told
    return f"{first} {change}"


def _chips(found: tuple[powers.Territory, ...], asked: str) -> list[Chip]:
    if len(found) < 2:
        return []
    chips = [Chip(_("All territories"), "?", current=not asked)]
    for each in found:
        key = each.name or NOWHERE
        chips.append(
            Chip(
                _named(each.name),
                f"?{urlencode({'territory': key})}",
                current=asked == key,
                count=formats.number(len(each.powers)),
            )
        )
    return chips


def _named(name: str) -> str:
    return name or _("Without a territory")


def _territory(territory: powers.Territory, unit: Unit, favours: Mapping[int, Favour]) -> dict[str, Any]:
    names, _ours = map_words.names_of(unit)
    told = {
        "for": formats.number(territory.for_us, decimals=1),
        "against": formats.number(territory.against_us, decimals=1),
    }
    return {
        "name": _named(territory.name),
        "balance": _("Influence of those who support us %(for)s, of those who do not %(against)s.") % told,
        "table": _table(territory, unit, favours),
        "changes": [
            (formats.date(change.on), map_words.expected(change, names))
            for change in sorted(
                (change for power in territory.powers for change in power.changes),
                key=lambda each: (each.on, each.id),
            )
        ],
        "mutual": _("%(percent)s know whoever is responsible for their account, and are known to them.")
        % {"percent": formats.share(territory.mutual_percent / 100, decimals=0)},
        "not_mutual": [
            (names[each.person], reverse("map_person", args=[each.person]), _one_way(each))
            for each in territory.not_mutual
        ],
        "without_plan": [
            (names[each], reverse("map_person", args=[each])) for each in territory.without_plan
        ],
    }


def _one_way(power: powers.Power) -> str:
    return _("does not know us") if power.known_to_kam else _("not known to us")


def _table(territory: powers.Territory, unit: Unit, favours: Mapping[int, Favour]) -> Table:
    names, people = map_words.names_of(unit)[0], {each.id: each for each in unit.people}
    columns = (
        Column(_("Name")),
        Column(_("Support")),
        Column(_("Influence"), numeric=True),
        Column(_("For us : for competitors"), hint=_("Points of the last four quarters")),
        Column(_("Allies")),
        Column(_("Rivals")),
        Column(_("Influences"), minor=True),
        Column(_("Long-term plan")),
    )
    rows = [_row(power, names, people, favours[power.person]) for power in territory.powers]
    return Table(columns, rows, _("VIPs and opinion leaders"))


def _row(power: powers.Power, names: dict[int, str], people: dict[int, Person], told: Favour) -> Row:
    def listed(numbers: tuple[int, ...]) -> str:
        return ", ".join(names[each] for each in numbers) or formats.MISSING

    support = map_words.support(power.support)
    plan = (
        Badge("good", _("written"), soft=True) if power.has_plan else Badge("warn", _("missing"), soft=True)
    )
    return Row(
        (
            Cell(
                names[power.person],
                url=reverse("map_person", args=[power.person]),
                drawer=True,
                sub=people[power.person].account,
                badges=tuple(map_words.marks(people[power.person])),
            ),
            Cell(badges=(support,)) if support else Cell(_("not rated"), tone="muted"),
            formats.number(power.influence, decimals=1),
            acts.balance_cell(told, power.person),
            listed(power.allies),
            listed(power.rivals),
            listed(power.moves),
            Cell(badges=(plan,)),
        )
    )
