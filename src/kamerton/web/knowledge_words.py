"""How a fact, a need or a level of secrecy looks: a word and a shape, never colour alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import ngettext, pgettext

from kamerton.access.secrecy import Secrecy
from kamerton.accounts import dossier
from kamerton.accounts.dossier import Statement
from kamerton.accounts.models import Fact
from kamerton.web import formats
from kamerton.web.parts import Badge

NEED_STATES: dict[str, Any] = {
    "open": "info",
    "answered": "good",
    "won": "good",
    "lost": "bad",
    "gone": "off",
}


def statement(fact: Fact) -> Statement:
    return Statement(
        fact.pk, fact.topic, fact.dated, fact.source_kind, fact.source, fact.confidence, fact.contact_id, fact.answers_id
    )  # fmt: skip


def standing(fact: Fact) -> dossier.Standing:
    return dossier.standing(source_kind=fact.source_kind, source=fact.source, confidence=fact.confidence)


def standing_badge(fact: Fact) -> Badge:
    match standing(fact):
        case "verified":
            return Badge("good", pgettext("fact", "Verified"), soft=True)
        case "likely":
            return Badge("info", pgettext("fact", "Likely"), soft=True)
    return Badge("neutral", pgettext("fact", "Assumption"), soft=True)


def secrecy_badge(secrecy: int) -> tuple[Badge, ...]:
    """Secret and open are marked; internal is what everything is."""
    if secrecy >= Secrecy.SECRET:
        return (Badge("key", pgettext("secrecy", "Secret")),)
    return (Badge("off", pgettext("secrecy", "Open to the customer"), soft=True),) if secrecy == 0 else ()


def age(dated: dt.date, today: dt.date) -> str:
    """In the largest unit that says enough: 12 days, 5 months, 3 years."""
    days = (today - dated).days
    if days < 60:
        return ngettext("%(n)s day old", "%(n)s days old", days) % {"n": formats.number(days)}
    if days < 730:
        months = round(days / 30.44)
        return ngettext("%(n)s month old", "%(n)s months old", months) % {"n": formats.number(months)}
    years = days // 365
    return ngettext("%(n)s year old", "%(n)s years old", years) % {"n": formats.number(years)}


def badges(fact: Fact, today: dt.date) -> tuple[Badge, ...]:
    """How sure, how old where it is too old, how secret."""
    stale = (
        (Badge("warn", age(fact.dated, today)),) if dossier.is_stale(fact.topic, fact.dated, today) else ()
    )
    return (standing_badge(fact), *stale, *secrecy_badge(fact.secrecy))


def where_from(fact: Fact) -> str:
    """Source, day and author in one quiet line."""
    kind = str(fact.get_source_kind_display()) if fact.source_kind else ""
    parts = [kind, fact.source, formats.date(fact.dated, short=True)]
    if fact.created_by is not None:
        parts.append(fact.created_by.display_name)
    return " · ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Line:
    """A fact as a page shows it."""

    key: int
    text: str
    sub: str
    standing: str
    badges: tuple[Badge, ...]
    url: str
    whom: str = ""


def line(fact: Fact, today: dt.date) -> Line:
    return Line(
        key=fact.pk,
        text=fact.statement,
        sub=where_from(fact),
        standing=standing(fact),
        badges=badges(fact, today),
        url=reverse("fact", args=[fact.pk]),
        whom=fact.contact.display_name if fact.contact is not None else "",
    )
