"""The activities of a plan over time: bars from their earliest start, marks at their days, and the same as a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kamerton.core import clock
from kamerton.plans import queries
from kamerton.plans.queries import Doing, Whole
from kamerton.plans.rules import phases
from kamerton.web import exports, formats, plan_words
from kamerton.web.gates import gate, person
from kamerton.web.plan_parts import VIEW, found_plan


def scale(whole: Whole, today: dt.date) -> dict[str, Any] | None:
    """The months over the timeline, as percent of its width, and where today is."""
    bounds = _bounds(whole)
    if bounds is None:
        return None
    first, last = bounds
    months, day = [], first
    while day <= last:
        months.append({"at": _at(day, first, last), "name": formats.month(day, short=True)})
        day = phases.months_after(day, 1)
    step = -(-len(months) // 6)  # so many names fit beside one another
    return {
        "months": months, "names": months[::step], "today": _at(today, first, last) if first <= today <= last else "",
        "finish": formats.date(whole.finish) if whole.finish else "",
    }  # fmt: skip


def _bounds(whole: Whole) -> tuple[dt.date, dt.date] | None:
    timed = [each.timed for each in whole.doings if each.timed is not None]
    if not timed:
        return None
    due = [each.row.due_on for each in whole.doings if each.row.due_on]
    first = min(each.start for each in timed).replace(day=1)
    last = max([each.finish for each in timed] + due)
    return first, phases.months_after(last.replace(day=1), 1) - dt.timedelta(days=1)


def _at(day: dt.date, first: dt.date, last: dt.date) -> str:
    return f"{100 * (day - first).days / ((last - first).days + 1):.2f}%"


def rows(doings: Iterable[Doing], whole: Whole) -> list[dict[str, Any]]:
    bounds = _bounds(whole)
    return [_row(each) | (_bar(each, *bounds) if bounds else {}) for each in doings]


def _row(doing: Doing) -> dict[str, Any]:
    row = doing.row
    return {
        "row": row, "timed": doing.timed, "badges": plan_words.doing_badges(doing), "bar": None,
        "url": reverse("task", args=[row.task_id]) if row.task_id else "",
        "after": ", ".join(each.title for each in row.after.all()),
        "resources": ", ".join(each.person.display_name if each.person else each.what for each in row.resources.all()),
    }  # fmt: skip


def _bar(doing: Doing, first: dt.date, last: dt.date) -> dict[str, Any]:
    """The bar from its earliest start, the mark at its day."""
    row, timed = doing.row, doing.timed
    if timed is None:
        return {}
    width = 100 * ((timed.finish - timed.start).days + 1) / ((last - first).days + 1)
    tone = "done" if row.state == "done" else "bad" if timed.is_late else "key" if timed.is_critical else ""
    due = row.due_on
    return {
        "bar": {"x": _at(timed.start, first, last), "width": f"{max(width, 0.8):.2f}%", "tone": tone},
        "due": _at(due, first, last) if due and first <= due <= last else "",
    }  # fmt: skip


def load(doings: Sequence[Doing], money: str) -> dict[str, Any]:
    """Working days by person of ours, what comes from outside, and the money (ABP-11)."""
    days: dict[str, int] = {}
    outside: dict[str, None] = {}
    cost = Decimal(0)
    for row in (each.row for each in doings if each.row.state != "dropped"):
        _add(days, row.owner.display_name, row.days)
        cost += row.budget or 0
        for each in row.resources.all():
            cost += each.cost or 0
            if each.person is not None:
                _add(days, each.person.display_name, each.days or 0)
            else:
                outside[each.what] = None
    return {
        "people": sorted(days.items(), key=lambda pair: (-pair[1], pair[0])),
        "outside": list(outside),
        "cost": formats.money(cost, money, decimals=0) if cost else "",
    }


def _add(days: dict[str, int], name: str, count: int) -> None:
    days[name] = days.get(name, 0) + count


@gate("export", VIEW)
@require_GET
def export(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """The table of the timeline as a file."""
    row = found_plan(request, pk)
    whole = queries.whole(row, person(request), clock.today())
    heads = [_("Activity"), _("Owner"), _("State"), _("Planned for"), _("Earliest start"), _("Earliest finish"),
             _("Working days to spare"), _("Only after"), _("Resources")]  # fmt: skip
    told = (_cells(each) for each in whole.doings)
    return exports.answer(kind, f"plan-{row.account.number}", heads, told)


def _cells(doing: Doing) -> list[object]:
    row, timed = doing.row, doing.timed
    told = _row(doing)
    times = (timed.start, timed.finish, timed.slack) if timed else (None, None, None)
    state = ", ".join(str(each.label) for each in told["badges"])
    return [row.title, row.owner.display_name, state, row.due_on, *times, told["after"], told["resources"]]
