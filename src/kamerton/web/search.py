"""Searching everything by its words: the page, and what the palette finds beside accounts and contacts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from kamerton.access import secrets
from kamerton.accounts import marking
from kamerton.accounts import search as words_of
from kamerton.core import clock
from kamerton.web import formats
from kamerton.web.addresses import account_url
from kamerton.web.found_words import marks
from kamerton.web.gates import gate, person
from kamerton.web.knowledge_words import secrecy_badge
from kamerton.web.navigation import finder
from kamerton.web.parameters import words
from kamerton.web.parts import Badge, Chip, Entry, query

A_KIND, ONE_KIND = 8, 100

KINDS: dict[str, str | Promise] = {
    "account": gettext_lazy("Accounts"),
    "contact": gettext_lazy("Contacts"),
    "fact": gettext_lazy("Facts"),
    "need": gettext_lazy("Needs"),
    "note": gettext_lazy("Notes"),
    "plan": gettext_lazy("Plans"),
}
_ICONS = {
    "account": "building-store",
    "contact": "user",
    "fact": "bulb",
    "need": "flag",
    "note": "note",
    "plan": "list-check",
}


@dataclass(frozen=True, slots=True)
class Hit:
    title: SafeString
    text: SafeString
    url: str
    note: str
    drawer: bool
    badges: tuple[Badge, ...] = ()


@gate("accounts.view")
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """GET ?q= &kind=: the hits of each kind; of one kind more of them."""
    typed, kind = words(request.GET.get("q", ""), longest=200), request.GET.get("kind", "")
    one = kind if kind in KINDS else ""
    found = words_of.find(
        person(request), typed, kinds=[one] if one else list(KINDS), limit=ONE_KIND if one else A_KIND
    )
    secrets.reading(person(request), [row for each in found for row in each.rows], clock.now())
    told = words_of.asked(typed)
    groups = [
        {
            "kind": each.kind,
            "label": KINDS[each.kind],
            "hits": [_hit(each.kind, row, told) for row in each.rows],
            "more_url": query(request, kind=each.kind) if each.more and not one else "",
            "cut": each.more and bool(one),
        }
        for each in found
    ]
    context = {
        "typed": typed,
        "groups": groups,
        "chips": [Chip(_("All"), query(request, kind=None), not one)]
        + [Chip(str(label), query(request, kind=key), key == one) for key, label in KINDS.items()],
        "too_short": bool(typed) and not told,
    }
    return render(request, "knowledge/search.html", context)


def _hit(kind: str, row: Any, told: Sequence[str]) -> Hit:
    return _HITS[kind](row, told)


def _account(row: Any, told: Sequence[str]) -> Hit:
    text = " ".join(part for part in (row.number, row.legal_name, row.description) if part)
    return Hit(marks(marking.marked(row.name, told)), marks(marking.excerpt(text, told)),
               account_url(row.number), "", drawer=False)  # fmt: skip


def _contact(row: Any, told: Sequence[str]) -> Hit:
    text = " · ".join(part for part in (row.post, row.email) if part)
    return Hit(marks(marking.marked(row.display_name, told)), marks(marking.excerpt(text, told)),
               reverse("contact", args=[row.pk]), row.account.name, drawer=False)  # fmt: skip


def _fact(row: Any, told: Sequence[str]) -> Hit:
    note = f"{row.account.name} · {row.get_topic_display()} · {formats.date(row.dated, short=True)}"
    return Hit(marks(marking.excerpt(row.statement, told)), marks(marking.excerpt(row.source, told)),
               reverse("fact", args=[row.pk]), note, drawer=True, badges=secrecy_badge(row.secrecy))  # fmt: skip


def _need(row: Any, told: Sequence[str]) -> Hit:
    note = f"{row.account.name} · {row.get_state_display()}"
    return Hit(marks(marking.excerpt(row.what, told)), marks(marking.excerpt(row.answer, told)),
               reverse("need", args=[row.pk]), note, drawer=True, badges=secrecy_badge(row.secrecy))  # fmt: skip


def _note(row: Any, told: Sequence[str]) -> Hit:
    note = f"{row.account.name} · {formats.date(row.on, short=True)}"
    title = row.title or str(row.get_kind_display())
    return Hit(marks(marking.marked(title, told)), marks(marking.excerpt(row.text, told)),
               reverse("note", args=[row.pk]), note, drawer=True, badges=secrecy_badge(row.secrecy))  # fmt: skip


def _plan(row: Any, told: Sequence[str]) -> Hit:
    note = f"{row.account.name} · {row.get_phase_display()}"
    text = " · ".join(part for part in (row.why, row.agreement, row.effective, row.loyalty) if part)
    return Hit(marks(marking.marked(row.title, told)), marks(marking.excerpt(text, told)),
               reverse("plan", args=[row.pk]), note, drawer=False)  # fmt: skip


_HITS: dict[str, Callable[[Any, Sequence[str]], Hit]] = {
    "account": _account, "contact": _contact, "fact": _fact, "need": _need, "note": _note,
    "plan": _plan,
}  # fmt: skip


@finder(gettext_lazy("Facts, needs, notes and plans"))
def find_known(request: HttpRequest, typed: str, limit: int) -> list[Entry]:
    """What the palette finds among what is known. Of what is secret it shows no word: nothing is read yet."""
    actor, told = person(request), words_of.asked(typed)
    found = words_of.find(actor, typed, kinds=("fact", "need", "note", "plan"), limit=max(1, limit // 2))
    entries = [_entry(each.kind, row, told) for each in found for row in each.rows]
    return [*entries[:limit], *([_everything(typed)] if entries else [])]


def _entry(kind: str, row: Any, told: Sequence[str]) -> Entry:
    hit = _hit(kind, row, told)
    if secrets.is_secret(row):
        return Entry(_("Something secret"), hit.url, "lock", note=row.account.name)
    return Entry(hit.title, hit.url, _ICONS[kind], note=row.account.name)


def _everything(typed: str) -> Entry:

    return Entry(_("Search everything"), f"{reverse('search')}?{urlencode({'q': typed})}", "search")
