"""The tab on which everything that happened at an account stands in one stream, and where one writes to it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone as zone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from kamerton.access import policy, secrets
from kamerton.access.models import User
from kamerton.accounts import timeline
from kamerton.accounts.models import Account, Attachment, Coverage
from kamerton.accounts.timeline import Asked, Cursor, Placed
from kamerton.core import clock
from kamerton.web import formats, knowledge_forms
from kamerton.web.account_frame import found, frame
from kamerton.web.gates import gate, person
from kamerton.web.knowledge_words import secrecy_badge
from kamerton.web.parts import Badge, Chip, query

PAGE_ENTRIES = 30

KINDS: dict[str, str | Promise] = {
    "met": gettext_lazy("Conversations"),
    "note": gettext_lazy("Notes"),
    "fact": gettext_lazy("Facts"),
    "need": gettext_lazy("Needs"),
    "assessed": gettext_lazy("Assessments"),
    "file": gettext_lazy("Files"),
    "people": gettext_lazy("Who comes and goes"),
    "map": gettext_lazy("Map"),
    "money": gettext_lazy("Money"),
    "work": gettext_lazy("Open matters"),
    "sales": gettext_lazy("Sales"),
}
ICONS = {
    "met": "messages", "note": "note", "fact": "bulb", "need": "flag", "assessed": "list-check", "file": "paperclip",
    "people": "users", "map": "sitemap", "money": "coin", "work": "checkbox", "sales": "chart-bar",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    text: str
    detail: str
    url: str
    icon: str
    kind: str
    sub: str
    badges: tuple[Badge, ...]
    extra: tuple[tuple[str, str], ...]
    remove_url: str = ""  # of a file, for who may take it away


@gate("accounts.view")
@require_GET
def account_timeline(request: HttpRequest, account: str) -> HttpResponse:
    """GET ?kind=note ?person=12 ?after=…: constant queries whatever is there."""
    of, actor = found(request, account), person(request)
    kind, whose = request.GET.get("kind", ""), _person(request)
    asked = Asked(
        actor=actor, account=of, after=Cursor.read(request.GET.get("after", "")), limit=PAGE_ENTRIES,
        kinds=frozenset({kind} & set(KINDS)), person=whose,
    )  # fmt: skip
    entries, following = timeline.page(asked)
    secrets.reading(actor, [each.entry.row for each in entries if each.entry.row is not None], clock.now())
    may = policy.can(actor, "accounts.edit", of)
    context = frame(request, of, "account_timeline") | {
        "days": _by_day(entries, actor, of),
        "more_url": query(request, after=following) if following else "",
        "is_first": asked.after is None,
        "newest_url": query(request, after=None),
        "is_narrow": bool(asked.kinds or whose is not None),
        "chips": _chips(request, kind),
        "people": _team(of),
        "whose": str(whose or ""),
        "kind": kind if kind in KINDS else "",
        "form": knowledge_forms.NoteForm(actor=actor, account=of) if may and asked.after is None else None,
        "compose_url": reverse("note_new", args=[of.number]),
        "lead": _lead(entries),
    }
    return render(request, "knowledge/timeline.html", context)


def _person(request: HttpRequest) -> int | None:
    told = request.GET.get("person", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else None


def _team(of: Account) -> list[tuple[str, Any]]:
    """Whoever looks after the account, or did."""
    people = User.objects.filter(pk__in=Coverage.objects.filter(account=of).values("person"))
    return [(str(each.pk), each.display_name) for each in people.order_by("first_name", "last_name")]


def _chips(request: HttpRequest, kind: str) -> list[Chip]:
    everything = Chip(_("All"), query(request, kind=None, after=None), kind not in KINDS)
    return [everything] + [
        Chip(str(label), query(request, kind=key, after=None), key == kind) for key, label in KINDS.items()
    ]


def _lead(entries: list[Placed]) -> str:
    if not entries:
        return ""
    day = zone.localdate(entries[0].entry.at)
    if day >= clock.today():
        return _("The latest entry is of today.")
    return _("The latest entry is of %(day)s.") % {"day": formats.date(day)}


def _by_day(entries: list[Placed], actor: User, of: Account) -> list[tuple[str, list[Shown]]]:
    leads, edits = (policy.can(actor, right, of) for right in ("accounts.assign", "accounts.edit"))
    days: dict[dt.date, list[Shown]] = {}
    for placed in entries:
        days.setdefault(zone.localdate(placed.entry.at), []).append(
            _shown(placed, actor, leads=leads, edits=edits)
        )
    return [(formats.date(day), shown) for day, shown in days.items()]


def _shown(placed: Placed, actor: User, *, leads: bool, edits: bool) -> Shown:
    entry, row = placed.entry, placed.entry.row
    may_remove = isinstance(row, Attachment) and (leads or (edits and row.created_by_id == actor.pk))
    hour = "" if entry.dateless else f"{zone.localtime(entry.at):%H:%M}"
    secrecy = getattr(entry.row, "secrecy", None)
    return Shown(
        text=str(entry.text),
        detail=str(entry.detail),
        url=entry.url,
        icon=ICONS.get(placed.kind, "point"),
        kind=str(KINDS.get(placed.kind, "")),
        sub=" · ".join(part for part in (entry.who, hour) if part),
        badges=secrecy_badge(secrecy) if secrecy is not None else (),
        extra=entry.extra,
        remove_url=reverse("file_remove", args=[entry.key]) if may_remove else "",
    )
