"""The week of one of ours: visits and calls by day; the next and the last week; adding, moving, conflicts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.core import clock
from kamerton.engagements import queries, rules
from kamerton.engagements.actions import planning
from kamerton.engagements.models import Engagement
from kamerton.engagements.rules import monday_of
from kamerton.web import engagement_forms, engagement_proposals, formats
from kamerton.web.engagement_parts import Line, line, local, of_week
from kamerton.web.form_pages import form_page, refused_to
from kamerton.web.gates import gate, person
from kamerton.web.knowledge import found
from kamerton.web.parameters import plain
from kamerton.web.parts import Link
from kamerton.web.toasts import toast
from kamerton.web.undo import undo_url

VIEW, EDIT = queries.VIEW, planning.RIGHT
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayColumn:
    day: dt.date
    name: str
    lines: list[Line]
    is_today: bool
    new_url: str
    full: str = ""  # how much is taken, where it is too much


@gate(VIEW)
@require_GET
def week(request: HttpRequest) -> HttpResponse:
    actor, whose, monday = person(request), _whose(request), monday_of(day_asked(request))
    rows = queries.week_of(actor, whose, monday)
    clashes = rules.conflicts([queries.going(row) for row in rows], whose.pk)
    may = policy.can(actor, EDIT)
    context = {
        "title": _("My week") if whose == actor else _("Week of %(person)s") % {"person": whose.display_name},
        "lead": _lead(rows, clashes),
        "of_week": of_week(monday),
        "whose": whose,
        "columns": _columns(rows, monday, whose, clashes, queries.shared_weeks(rows), may=may),
        "may": may,
        "before": _url(whose, actor, monday - 7 * _DAY),
        "after": _url(whose, actor, monday + 7 * _DAY),
        "this": "" if monday == monday_of(clock.today()) else _url(whose, actor, clock.today()),
        "people": _people(actor),
        "monday": monday,
        "action": Link(_("Plan a visit or call"), _new(monday, whose, actor), "plus", drawer=True, key="n")
        if may
        else None,
        "others": _others(may=may),
        "kept": _kept(rows),
        "proposed": engagement_proposals.told(actor, clock.today()) if whose == actor and may else [],
        "reminder": whose == actor and queries.next_week_is_empty(actor, clock.today()),
        "next_week": _url(whose, actor, monday_of(clock.today()) + 7 * _DAY),
        "norm": _norm(whose, rows) if whose == actor else "",
    }
    return render(request, "engagements/week.html", context)


def _others(*, may: bool) -> list[Link]:
    told = [Link(_("All visits and calls"), reverse("engagements"), "list")]
    if may:
        told.append(
            Link(_("Write down what took place"), reverse("engagement_record"), "pencil", drawer=True)
        )
    return told


def _kept(rows: list[Engagement]) -> str:
    """What became of the plan so far; what stood outside of it is told beside it and lowers nothing (MTG-02)."""
    told = rules.kept((row.is_unplanned, row.state == "done", row.ends_at <= clock.now()) for row in rows)
    if not told.planned and not told.beside:
        return ""
    text = _("Of %(planned)s that were planned until now %(done)s took place.") if told.planned else ""
    beside = ngettext(
        "%(beside)s more took place outside the plan.",
        "%(beside)s more took place outside the plan.",
        told.beside,
    )
    both = f"{text} {beside if told.beside else ''}".strip()
    return both % {
        "planned": formats.number(told.planned), "done": formats.number(told.took_place), "beside": formats.number(told.beside),
    }  # fmt: skip


def _norm(whose: User, rows: list[Engagement]) -> str:
    """For roles that have a norm; key account managers have none."""
    norm = queries.norm_of(whose.role)
    if norm is None:
        return ""
    told = {"norm": formats.number(norm.a_week), "now": formats.number(len(rows))}
    return _("The norm of your role is %(norm)s a week; in this week it is %(now)s.") % told


def _whose(request: HttpRequest) -> User:
    """Whose week is asked for by user name; one's own otherwise."""
    name = plain(request.GET.get("person", ""))
    if not name or name == person(request).username:
        return person(request)
    one = User.objects.filter(username=name, is_external=False).first()
    if one is None:
        raise Http404
    return one


def day_asked(request: HttpRequest) -> dt.date:
    try:
        told = dt.date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return clock.today()
    return told if dt.date(1950, 1, 2) < told < dt.date(9000, 1, 1) else clock.today()


def _url(whose: User, actor: User, day: dt.date) -> str:
    told = {"on": day.isoformat()} | ({} if whose == actor else {"person": whose.username})
    return f"{reverse('week')}?{urlencode(told)}"


def _new(day: dt.date, whose: User, actor: User) -> str:
    told = {"on": max(day, clock.today()).isoformat()} | ({} if whose == actor else {"owner": whose.username})
    return f"{reverse('engagement_new')}?{urlencode(told)}"


def _people(actor: User) -> list[User]:
    """Whose weeks are a press away: those of one's line; for whoever sees the whole company, everybody's."""
    people = User.objects.filter(is_active=True, is_external=False)
    if not policy.can(actor, "portfolio.view_all"):
        people = people.filter(pk__in=policy.people_in_reach(actor))
    found_people = list(people.order_by("first_name", "last_name", "username")[:200])
    return found_people if len(found_people) > 1 else []


def _columns(
    rows: list[Engagement],
    monday: dt.date,
    whose: User,
    clashes: dict[int, tuple[int, ...]],
    shared: set[tuple[int, dt.date]],
    *,
    may: bool,
) -> list[DayColumn]:
    """Monday to Friday, and of the week's end the days that hold something or are today."""
    zone, today = engagement_forms.default_zone(), clock.today()
    by_day: dict[dt.date, list[Line]] = {monday + n * _DAY: [] for n in range(7)}
    for row in rows:
        told = line(row, zone=zone, conflicts=clashes, shared=shared, reader=whose.pk, may=may)
        by_day[row.on].append(told)
    return [
        DayColumn(
            day, str(capfirst(WEEKDAYS[day.weekday()])), lines, day == today,
            f"{reverse('engagement_new')}?{_on(day, whose)}", _full(lines),
        )
        for day, lines in by_day.items()
        if day.weekday() < 5 or lines or day == today
    ]  # fmt: skip


def _full(lines: list[Line]) -> str:
    """Of a day with more than eight hours of visits and calls (MTG-12)."""
    minutes = rules.minutes_of(queries.going(each.row) for each in lines)
    if minutes <= rules.FULL_DAY_MINUTES:
        return ""
    return _("%(time)s: no time is left for the way and for preparing") % {
        "time": engagement_forms.length_words(minutes)
    }


def _on(day: dt.date, whose: User) -> str:
    return urlencode({"on": day.isoformat(), "owner": whose.username})


def _lead(rows: list[Engagement], clashes: dict[int, Any]) -> str:
    """How full it is, and what needs a hand. Nothing is counted towards a norm."""
    open_rows = [row for row in rows if row.state == "planned"]
    if not open_rows:
        return _("Everything of this week took place.") if rows else _("Nothing is planned in this week.")
    told = ngettext("%(n)s visit or call is planned.", "%(n)s visits and calls are planned.", len(open_rows))
    first = told % {"n": formats.number(len(open_rows))}
    late = sum(row.ends_at < clock.now() for row in open_rows)
    if late:
        text = ngettext("Of %(n)s nobody has said yet what came of it.",
                        "Of %(n)s nobody has said yet what came of them.", late)  # fmt: skip
        first = f"{first} {text % {'n': formats.number(late)}}"
    if any(row.pk in clashes for row in open_rows):
        first = f"{first} {_('Some are at the same time.')}"
    return first


# --- moving --------------------------------------------------------------------------------------------------


def back(request: HttpRequest, row: Engagement) -> str:
    """The week in which it stands; its owner's."""
    return _url(row.owner, person(request), row.on)


@gate(EDIT, VIEW)
@require_http_methods(["GET", "POST"])
def engagement_move(request: HttpRequest, pk: int) -> HttpResponse:
    """To another day: dragged there, or by its form."""
    row = found(request, Engagement, pk, EDIT, "account", "owner")
    begins = local(row)[0]
    form = engagement_forms.MoveForm(request.POST or None, initial={"day": row.on, "at": begins.time()})
    if request.method == "POST" and form.is_valid() and refused_to(form, lambda: _move(request, row, form)):
        row.refresh_from_db()
        return redirect(back(request, row))
    if request.method == "POST" and request.POST.get("dragged"):
        for errors in form.errors.values():
            toast(request, str(errors[0]), level="warn")
        return redirect(back(request, row))
    return form_page(request, form, title=_("Move: %(what)s") % {"what": row.purpose}, back=back(request, row),
                     submit=_("Move"), lead=row.account.name)  # fmt: skip


def _move(request: HttpRequest, row: Engagement, form: Any) -> None:
    token = planning.move(
        actor=person(request), engagement=row, day=form.cleaned_data["day"], at=form.cleaned_data["at"],
        now=clock.now(),
    )  # fmt: skip
    text = _("Moved to %(day)s.") % {"day": formats.date(form.cleaned_data["day"], short=True)}
    toast(request, text, undo_url=undo_url(token) if token else "")
