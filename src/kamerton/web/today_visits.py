"""The visits and calls of Today: of today and tomorrow, those of which nobody has said what came of them, and an empty week."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from kamerton.access.models import User
from kamerton.core import clock
from kamerton.engagements import queries
from kamerton.engagements.models import Engagement
from kamerton.engagements.rules import monday_of
from kamerton.web import engagement_forms, formats
from kamerton.web.engagement_parts import Line, line

#: From this day of the week on, an empty next week is told: Thursday.
_REMINDED_FROM = 3
_BACK = dt.timedelta(days=14)
_MOST = 8


@dataclass(frozen=True, slots=True)
class Found:
    lines: list[tuple[str, Line]]
    unsaid: list[tuple[str, Line]]
    empty_week: bool

    def __bool__(self) -> bool:
        return bool(self.lines or self.unsaid or self.empty_week)


def gather(actor: User, day: dt.date) -> Found:
    """Of one's own, and where one comes along. A constant number of queries."""
    mondays = {monday_of(day + dt.timedelta(days=n)) for n in (-14, -7, 0, 1)}
    rows = [row for monday in sorted(mondays) for row in queries.week_of(actor, actor, monday)]
    now, tomorrow = clock.now(), day + dt.timedelta(days=1)
    coming = [row for row in rows if day <= row.on <= tomorrow and row.ends_at >= now]
    unsaid = [
        row
        for row in rows
        if row.state == "planned" and row.owner_id == actor.pk and now - _BACK < row.ends_at < now
    ]
    shared = queries.shared_weeks(coming)
    return Found(
        lines=_lines(coming[:_MOST], shared), unsaid=_lines(unsaid[:_MOST], set()),
        empty_week=day.weekday() >= _REMINDED_FROM and queries.next_week_is_empty(actor, day),
    )  # fmt: skip


def _lines(rows: list[Engagement], shared: set[tuple[int, dt.date]]) -> list[tuple[str, Line]]:
    zone = engagement_forms.default_zone()
    return [(formats.date(row.on, short=True), line(row, zone=zone, shared=shared)) for row in rows]
