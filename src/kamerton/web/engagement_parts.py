"""How a visit or call is told: in a week, in a list, on the pages of its account and of whom it meets."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kamerton.engagements.models import Engagement
from kamerton.engagements.rules import monday_of
from kamerton.web import formats
from kamerton.web.parts import Badge

ICONS = {"person": "map-pin", "phone": "phone", "mail": "mail", "video": "video"}
_STATES = {"planned": "info", "done": "good", "cancelled": "neutral"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One engagement, ready to show."""

    row: Engagement
    url: str
    icon: str
    time: str
    people: str
    along: str
    badges: tuple[Badge, ...]
    is_movable: bool = False


def local(row: Engagement) -> tuple[dt.datetime, dt.datetime]:
    """Begin and end where it takes place."""
    zone = zoneinfo.ZoneInfo(row.time_zone)
    return row.starts_at.astimezone(zone), row.ends_at.astimezone(zone)


def time_words(row: Engagement, zone: str) -> str:
    """09:00–10:30; with the time zone where it is another than the reader's."""
    begins, ends = local(row)
    told = f"{begins:%H:%M}–{ends:%H:%M}"
    return told if row.time_zone == zone else f"{told} ({row.time_zone})"


def state_badge(row: Engagement) -> Badge:
    return Badge(_STATES[row.state], row.get_state_display(), soft=True)  # type: ignore[arg-type]


def line(
    row: Engagement,
    *,
    zone: str,
    conflicts: Mapping[int, Collection[int]] | None = None,
    shared: Collection[tuple[int, dt.date]] = (),
    reader: int | None = None,
    may: bool = False,
) -> Line:
    badges: list[Badge] = []
    if row.state == "planned" and row.pk in (conflicts or {}):
        badges.append(Badge("bad", pgettext("time", "Overlaps"), soft=True))
    if row.state != "planned":
        badges.append(state_badge(row))
    if (row.account_id, monday_of(row.on)) in shared:
        badges.append(Badge("warn", _("Shared brief"), soft=True))
    if row.is_informal:
        badges.append(Badge("neutral", _("Informal"), soft=True))
    if reader is not None and row.owner_id != reader:
        badges.append(Badge("info", _("with %(person)s") % {"person": row.owner.display_name}, soft=True))
    return Line(
        row=row, url=reverse("engagement", args=[row.pk]), icon=ICONS[row.channel], time=time_words(row, zone),
        people=", ".join(each.display_name for each in row.contacts.all()),
        along=", ".join(each.person.display_name for each in row.companions.all()),
        badges=tuple(badges), is_movable=may and row.state == "planned",
    )  # fmt: skip


def when(row: Engagement) -> str:
    return f"{formats.date(row.on, short=True)}, {local(row)[0]:%H:%M}"


def of_week(day: dt.date) -> str:
    """Week 10, 2 – 8 Mar 2026."""
    monday = monday_of(day)
    told: dict[str, Any] = {
        "number": monday.isocalendar().week,
        "days": formats.period(monday, monday + dt.timedelta(days=6)),
    }
    return _("Week %(number)s, %(days)s") % told
