"""The brief before a meeting: always current, on one phone screen and on paper, and what is still missing (MTG-04)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from kamerton.access import policy, secrets
from kamerton.accounts.models import Contact, Fact
from kamerton.core import clock
from kamerton.engagements import brief_queries
from kamerton.engagements.brief_queries import Brief
from kamerton.engagements.models import Engagement
from kamerton.web import formats, health_words, knowledge_words, language_words
from kamerton.web.account_frame import figures_of
from kamerton.web.contacts import contact_url, role_words, support_badge
from kamerton.web.engagement_parts import when
from kamerton.web.gates import gate, person
from kamerton.web.knowledge import found
from kamerton.web.parts import Badge, Link
from kamerton.web.week import EDIT, VIEW


def part_words() -> dict[str, str]:
    return {
        "client": _("who they are"), "business": _("how their business works"), "needs": _("their needs"),
        "questions": _("what we ask"), "offers": _("what we propose"), "products": _("what our products can do for them"),
    }  # fmt: skip


@gate(VIEW)
@require_GET
def engagement_brief(request: HttpRequest, pk: int) -> HttpResponse:
    row = found(request, Engagement, pk, VIEW, "account", "owner")
    actor, day = person(request), clock.today()
    told = brief_queries.brief_of(actor, row, day)
    secrets.reading(actor, told.secrets, clock.now())
    context = {
        "row": row, "brief": told, "lead": _lead(told), "is_ready": not told.missing,
        "people": [_person(each, told) for each in told.people],
        "figures": _figures(request, row),
        "client": _facts(told.client), "business": _facts(told.business), "goals": _facts(told.goals),
        "basic": told.basic,
        "offers": [
            (each.title, reverse("opportunity", args=[each.pk]), formats.date(each.expected_on, short=True))
            for each in told.opportunities
        ],
        "edit_url": reverse("engagement_edit", args=[pk]) if policy.can(actor, EDIT, row) else "",
        "crumbs": [Link(row.purpose, reverse("engagement", args=[pk]))],
    }  # fmt: skip
    return render(request, "engagements/brief.html", context)


def _lead(told: Brief) -> str:
    where = _("%(account)s, %(when)s.") % {"account": told.row.account.name, "when": when(told.row)}
    if not told.missing:
        return _("%(where)s Ready.") % {"where": where}
    names = ", ".join(part_words()[part] for part in told.missing)
    text = ngettext("%(where)s Not ready: %(names)s is missing.", "%(where)s Not ready: missing are %(names)s.",
                    len(told.missing))  # fmt: skip
    return text % {"where": where, "names": names}


def _person(each: Contact, told: Brief) -> dict[str, Any]:
    opinion = told.opinions.get(each.pk)
    parts = [
        each.post or str(each.get_function_display()),
        role_words(each),
        language_words.names(each.languages),
    ]
    return {
        "name": each.display_name, "url": contact_url(each.pk), "sub": " · ".join(part for part in parts if part),
        "support": support_badge(opinion.support) if opinion else None,
        "motives": [fact.statement for fact in told.motives.get(each.pk, [])],
    }  # fmt: skip


def _facts(rows: Any) -> list[tuple[str, str, tuple[Badge, ...]]]:
    return [(fact.statement, reverse("fact", args=[fact.pk]), _marks(fact)) for fact in rows]


def _marks(fact: Fact) -> tuple[Badge, ...]:
    return knowledge_words.badges(fact, clock.today())


def _figures(request: HttpRequest, row: Engagement) -> list[tuple[str, Any]]:
    """What moved, as far as the reader sees figures of the account."""
    if not policy.can(request.user, "portfolio.view", row.account):
        return []
    snapshot, figure = figures_of(request, row.account)
    if snapshot is None or figure is None:
        return []
    told: list[tuple[str, Any]] = [
        (_("Turnover, 12 months"), formats.money(figure.window_turnover, snapshot.currency, compact=True)),
        (_("Against the 12 months before"), formats.change(figure.turnover_growth).text),
        (_("Health"), health_words.health_sentence(figure)),
    ]
    return [(term, text) for term, text in told if text]
