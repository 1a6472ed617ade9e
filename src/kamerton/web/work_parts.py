"""What several pages of work share: their tabs, the way back, one task as a line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.accounts.models import Account
from kamerton.core.models import AuditEntry
from kamerton.web import formats, key_words, trail_words
from kamerton.web.addresses import account_url
from kamerton.web.parameters import plain
from kamerton.web.parts import Badge, Cell, Tab
from kamerton.work import rules
from kamerton.work.models import Consultation, Task

_TABS = (
    ("tasks", gettext_lazy("Tasks"), "work.view"),
    ("requests", gettext_lazy("Requests"), "work.view"),
    ("approvals", gettext_lazy("Decisions"), "work.view"),
    ("claims", gettext_lazy("Claims"), "work.view"),
    ("consultations", gettext_lazy("Consultations"), "work.view"),
    ("handovers", gettext_lazy("Hand-overs"), "work.view"),
    ("management", gettext_lazy("From the management"), "work.view"),
    ("reports", gettext_lazy("Reports"), "work.view"),
    ("assessments", gettext_lazy("Assessments"), "instruments.view"),
)


def tabs(actor: policy.Actor, current: str) -> list[Tab]:
    """The lists of the room."""
    found = []
    for name, label, right in _TABS:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        if policy.can(actor, right):
            found.append(Tab(label, url, name == current))
    return found


def options(known: Callable[[], Iterable[tuple[str, object]]]) -> Callable[[object], list[tuple[str, str]]]:
    """A closed list as the options of a filter, in the reader's language."""
    return lambda _here: [(key, str(label)) for key, label in known()]


def back(request: HttpRequest, url: str) -> HttpResponseRedirect:
    """To the page that the form named, if it is one of ours; else to `url`."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return redirect(target if safe else url)


def asked_account(request: HttpRequest, right: str = "work.edit") -> Account | None:
    """The account of ?account=, where it is in reach."""
    number = plain(request.GET.get("account", ""))
    if not number:
        return None
    return policy.scope(Account.objects.current(), request.user, right).filter(number=number).first()


def account_cell(account: Account | None, *, is_key: bool = False) -> Cell:
    """The account as a link; who is key says so."""
    if account is None:
        return Cell("")
    marks = (key_words.key_badge(),) if is_key else ()
    return Cell(account.name, url=account_url(account.number), badges=marks)


def due_cell(due_on: dt.date | None, today: dt.date, *, is_open: bool) -> Cell:
    late = is_open and due_on is not None and due_on < today
    text = formats.date(due_on, short=True) if due_on else ""
    return Cell(
        text, tone="bad" if late else "", badges=(Badge("bad", _("Overdue"), soft=True),) if late else ()
    )


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a block."""

    text: str
    url: str
    sub: str = ""
    figure: str = ""
    badges: tuple[Badge, ...] = ()


def question_words(each: Consultation) -> str:
    """The question; of a secret one no word, so that reading it is always a page of its own."""
    return _("Secret question") if each.secrecy == Secrecy.SECRET else each.question.splitlines()[0][:120]


def open_for(days: int) -> str:
    return ngettext("open for %(n)s day", "open for %(n)s days", days) % {"n": formats.number(days)}


@dataclass(frozen=True, slots=True)
class Line:
    """One task on Today or at an account."""

    task: Task
    url: str
    when: str
    is_late: bool
    is_key: bool
    account_url: str
    owner: str  # whose it is, where not the reader's own
    ticked: str

    @property
    def pk(self) -> int:
        return self.task.pk


def line(task: Task, actor: User, today: dt.date) -> Line:
    done = sum(1 for item in task.checklist if item["done"])
    return Line(
        task=task,
        url=reverse("task", args=[task.pk]),
        when=day_words(task.due_on, today),
        is_late=rules.bucket(task.due_on, today) == "overdue",
        is_key=task.priority == rules.KEY,
        account_url=account_url(task.account.number) if task.account else "",
        owner=task.owner.display_name if task.owner_id != actor.pk else "",
        ticked=_("%(done)s of %(all)s ticked") % {"done": done, "all": len(task.checklist)}
        if task.checklist
        else "",
    )


def day_words(day: dt.date | None, today: dt.date) -> str:
    """Today, tomorrow, yesterday; else the date."""
    if day is None:
        return ""
    near = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}
    return str(near.get((day - today).days) or formats.date(day, short=True))


def day_of(moment: dt.datetime | None) -> str:
    """The day of a moment, in the time zone in force."""
    return formats.date(timezone.localdate(moment)) if moment else ""


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry of the trail of a row, as its page tells it."""

    text: str
    when: str


def trail_of(label: str, pk: int, *, limit: int = 30) -> list[Happened]:
    """What happened to a row, newest first. The caller has loaded the row through its scope. One query."""
    rows = AuditEntry.objects.filter(subject=f"{label}:{pk}").select_related("actor").order_by("-at", "-pk")
    return told(rows[:limit])


def told(entries: Iterable[AuditEntry] | Sequence[AuditEntry]) -> list[Happened]:
    return [
        Happened(text, formats.moment(timezone.localtime(entry.at)))
        for entry in entries
        if (text := trail_words.said(entry))
    ]
