"""The map as the browser draws it: cards with their places and lines, everything in words of the reader."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kamerton.accounts import choices, map_layout
from kamerton.accounts.decision_unit import DEPTHS, Combined, Link, Person, Unit, best_tie, combined, met
from kamerton.accounts.map_changes import MapChanges
from kamerton.accounts.strength import Strength, strengths
from kamerton.web import formats, map_words

_NEAR_DAYS = 330


def picture(unit: Unit, told: MapChanges | None = None) -> dict[str, Any]:
    """JSON: people, links, and what is marked as changed. `told`: changes up to the day of `unit`, or from it on."""
    places = map_layout.layout(unit.present())
    opinions, strong, known = combined(unit), strengths(unit), met(unit)
    names, ours = map_words.names_of(unit)
    people = [
        _card(each, unit, places[each.id], opinions[each.id], strong[each.id], each.id in known, ours)
        for each in unit.present()
    ]
    there = {each.id for each in unit.present()}
    links = [_line(each, names) for each in unit.links if each.of in there and each.to in there]
    if told:
        _mark(people, links, told)
    return {"people": people, "links": links, "size": [map_layout.WIDTH, map_layout.HEIGHT]}


def _card(
    person: Person,
    unit: Unit,
    place: map_layout.Place,
    opinion: Combined,
    strong: Strength,
    known: bool,
    ours: dict[int, str],
) -> dict[str, Any]:
    tie = best_tie(unit, person.id)
    card = {
        "id": person.id,
        "name": person.name if person.is_found else person.post or person.name,
        "post": person.post if person.is_found else _("Not found yet"),
        "roles": map_words.roles(person.roles),
        "decides": bool({"decider", "approver"} & set(person.roles)),
        "support": opinion.standing,
        "support_word": map_words.label(choices.supports, opinion.standing) if opinion.views else "",
        "spread": opinion.spread,
        "influence": round(opinion.influence or 0, 1),
        "cover": tie.depth if tie else "none",
        "cover_share": DEPTHS[tie.depth] if tie else 0,
        "cover_word": _cover(tie.depth if tie else "none", ours.get(tie.ours, "") if tie else ""),
        "strength": round(strong.total),
        "stage": person.stage,
        "stage_word": map_words.label(choices.ladder_stages, person.stage),
        "marks": [str(mark.label) for mark in map_words.marks(person)],
        "vip": person.is_vip,
        "leader": person.is_opinion_leader,
        "found": person.is_found,
        "met": known,
        "superior": person.reports_to,
        "x": place.x,
        "y": place.y,
        "hangs": place.hangs,
        "dragged": place.is_dragged,
        "expected": [
            f"{formats.date(change.on, short=True)}: {change.what}"
            for change in unit.changes
            if change.person == person.id
        ],
        "expected_day": _soonest(person, unit),
        "url": reverse("map_person", args=[person.id]),
        "mark": "",
    }
    return card | {"spoken": _spoken(card)}


def _soonest(person: Person, unit: Unit) -> str:
    """The day of the next expected change, as short as it can be told: the year only where it is far."""
    days = [change.on for change in unit.changes if change.person == person.id]
    if not days:
        return ""
    day = min((each for each in days if each >= unit.on), default=max(days))
    return (
        date_format(day, "j M") if abs((day - unit.on).days) < _NEAR_DAYS else formats.month(day, short=True)
    )


def _cover(depth: str, name: str) -> str:
    word = map_words.label(choices.tie_depths, depth)
    return f"{name}, {word.lower()}" if name else _("nobody of ours")


def _spoken(card: dict[str, Any]) -> str:
    """The card in one line, for those who hear it."""
    parts = [card["name"], card["post"], card["roles"], card["support_word"]]
    parts += [_("covered by %(who)s") % {"who": card["cover_word"]}, card["stage_word"]]
    parts += [
        *card["marks"],
        *card["expected"],
    ]
    return ", ".join(filter(None, parts))


def _line(link: Link, names: dict[int, str]) -> dict[str, Any]:
    return {
        "id": link.id,
        "of": link.of,
        "to": link.to,
        "kind": link.kind,
        "strength": link.strength,
        "secret": link.is_secret,
        "word": map_words.relation(link, names),
        "mark": "",
    }


def _mark(people: list[dict[str, Any]], links: list[dict[str, Any]], told: MapChanges) -> None:
    """new, changed or gone: from the earlier to the later day."""
    moved = {each.person for each in told.moved}
    for card in people:
        new, gone = card["id"] in told.came, card["id"] in told.left
        card["mark"] = "new" if new else "gone" if gone else "changed" if card["id"] in moved else ""
    begun, ended = {each.id for each in told.begun}, {each.id for each in told.ended}
    for line in links:
        line["mark"] = "new" if line["id"] in begun else "gone" if line["id"] in ended else ""
