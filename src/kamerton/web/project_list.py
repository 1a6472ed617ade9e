"""The list of projects."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from kamerton.access import policy
from kamerton.accounts.models import Account
from kamerton.plans import project_queries as queries
from kamerton.plans.models import CheckIn, Project, levels, project_states
from kamerton.web import formats, lists
from kamerton.web.addresses import account_url
from kamerton.web.lists import Blank, Field, Filter, Here, ListPage, Selection
from kamerton.web.parts import Badge, Cell, Link

STATES = {
    "preparing": Badge("info", gettext_lazy("Being prepared"), soft=True),
    "running": Badge("good", gettext_lazy("Running"), soft=True),
    "done": Badge("off", pgettext_lazy("project", "Done"), soft=True),
    "dropped": Badge("off", pgettext_lazy("project", "Dropped"), soft=True),
}


def _rows(here: Here) -> Any:
    due = CheckIn.objects.filter(project=OuterRef("pk"), held_on=None).values("due_on")[:1]
    rows: Any = queries.projects(here.actor)
    return rows.annotate(due_on=Subquery(due)).order_by(
        F("due_on").asc(nulls_last=True), "account__name", "pk"
    )


def _level(row: Project, here: Here) -> Cell:
    slow = queries.is_slow(row, here.ground, here.today)
    return Cell(f"D{row.level}", badges=(Badge("warn", _("Slow"), soft=True),) if slow else ())


def _due(row: Any, here: Here) -> Cell:
    if row.due_on is None:
        return Cell(formats.MISSING, tone="muted")
    return Cell(formats.date(row.due_on, short=True), tone="bad" if row.due_on < here.today else "")


def _slow(rows: Any, here: Here) -> Any:
    told = queries.autonomy()
    below = rows.filter(state="running", level__lt=told.expected)
    slow = [row.pk for row in below if queries.is_slow(row, told, here.today)]
    return rows.filter(pk__in=slow)


def _search(rows: Any, words: str) -> Any:
    for word in words.split():
        found = Account.objects.search(word).values("pk")
        rows = rows.filter(Q(title__icontains=word) | Q(account__in=found) | Q(contact__name__icontains=word))
    return rows


def _lead(count: int, here: Here) -> str:
    if here.want.is_narrow:
        return ""
    running = _rows(here).filter(state="running")
    late = running.filter(due_on__lt=here.today).count()
    if not count:
        return ""
    first = ngettext("%(n)s project is running.", "%(n)s projects are running.", running.count()) % {
        "n": formats.number(running.count())}  # fmt: skip
    if not late:
        return f"{first} {_('No check-in is late.')}"
    second = ngettext("%(n)s check-in is late.", "%(n)s check-ins are late.", late)
    return f"{first} {second % {'n': formats.number(late)}}"


def _proposed(here: Here) -> dict[str, Any]:
    """Who counts and has no project yet: proposed, never made by itself (ABP-14)."""
    people = [
        {"name": f"{each.display_name}, {each.account.name}", "url": new_url(each.account.number, each.pk)}
        for each in queries.people_without(here.actor)
    ]
    accounts = [
        {"name": each.name, "url": new_url(each.number)} for each in queries.accounts_without(here.actor)
    ]
    return {"proposed": [*accounts, *people]}


def new_url(number: str, contact: int | None = None) -> str:
    at = reverse("project_new", args=[number])
    return f"{at}?contact={contact}" if contact else at


def _day(row: Any) -> dt.date | None:
    found: dt.date | None = row.due_on
    return found


PROJECTS = ListPage(
    name="projects",
    title=gettext_lazy("Projects"),
    right="work.view",
    rows=_rows,
    columns={
        "title": Field(
            label=gettext_lazy("Project"), sort="title", plain=lambda row: row.title, cell=lambda row, _here: row.title
        ),
        "account": Field(
            label=gettext_lazy("Account"), sort="account__name", plain=lambda row: row.account.name,
            cell=lambda row, _here: Cell(row.account.name, url=account_url(row.account.number)),
        ),
        "contact": Field(
            label=gettext_lazy("Person"), sort="contact__name",
            plain=lambda row: row.contact.display_name if row.contact else "",
            cell=lambda row, _here: row.contact.display_name if row.contact else formats.MISSING,
        ),
        "state": Field(
            label=gettext_lazy("State"), sort="state", plain=lambda row: str(row.get_state_display()),
            cell=lambda row, _here: Cell(badges=(STATES[row.state],)),
        ),
        "level": Field(label=gettext_lazy("Level"), sort="level", plain=lambda row: f"D{row.level}", cell=_level),
        "leader": lists.text("leader.display_name", gettext_lazy("Leader"), sort="leader__first_name"),
        "due": Field(label=gettext_lazy("Next check-in"), sort="due_on", plain=_day, cell=_due),
        "started": lists.date("started_on", gettext_lazy("Started on"), default=False),
        "ended": lists.date("ended_on", gettext_lazy("Ended on"), default=False),
    },
    counted=lambda n: ngettext("%(n)s project", "%(n)s projects", n),
    units=gettext_lazy("projects"),
    search=_search,
    search_hint=gettext_lazy("Project, account or person"),
    filters={
        "state": Filter(
            label=gettext_lazy("State"), apply="state",
            options=lambda _here: [(key, str(text)) for key, text in project_states()],
        ),
        "level": Filter(
            label=gettext_lazy("Level"), apply="level",
            options=lambda _here: [(str(key), str(text)) for key, text in levels()],
        ),
    },
    selections={
        "mine": Selection(
            label=gettext_lazy("I lead"), narrow=lambda rows, here: rows.filter(leader=here.actor)
        ),
        "late": Selection(
            label=gettext_lazy("Check-in late"), narrow=lambda rows, here: rows.filter(due_on__lt=here.today)
        ),
        "slow": Selection(label=gettext_lazy("Below the expected level for long"), narrow=_slow),
    },
    row_name=lambda row: row.title,
    row_url=lambda row: reverse("project", args=[row.pk]),
    faint=lambda row: not row.is_open,
    ground=lambda _here: queries.autonomy(),
    lead=_lead,
    others=lambda here: [Link(_("How freely"), reverse("autonomy"), "adjustments-horizontal")]
    if policy.can(here.actor, "portfolio.configure") else [],
    empty=Blank(
        title=gettext_lazy("No project yet"),
        text=gettext_lazy("Each new key account, VIP or opinion leader deserves goals and a plan of its own."),
        icon="target",
    ),
    template="plans/projects.html",
    more=_proposed,
)  # fmt: skip
