"""The list of signals, and what is done to many of them at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.accounts.models import Coverage
from kamerton.core import clock, undo
from kamerton.core.telling import told
from kamerton.portfolio.status_queries import key_numbers
from kamerton.signals import queries, registry
from kamerton.signals.actions import settle
from kamerton.signals.models import Signal
from kamerton.web import formats, key_words, lists, signal_parts, work_forms
from kamerton.web.lists import Blank, BulkAction, Done, Field, Filter, Here, ListPage, Selection
from kamerton.web.lists.address import selected
from kamerton.web.parts import Badge, Cell, Link
from kamerton.web.undo import undo_url
from kamerton.web.work_fields import Day, PersonField
from kamerton.web.work_parts import day_of
from kamerton.work.queries import duty_holders

_MONEY = gettext_lazy("At stake, a year")

# --- columns ---------------------------------------------------------------------------------------------


def _subject(row: Signal, here: Here) -> Cell:
    named = signal_parts.subject(row)
    keys: Mapping[str, Any] = here.gathered or {}
    is_key = row.account is not None and row.account.number in keys.get("keys", ())
    return Cell(named.text, url=named.url, badges=(key_words.key_badge(),) if is_key else ())


def _reason(row: Signal, here: Here) -> Cell:
    about = (here.gathered or {}).get("about", {}).get(row.about)
    return Cell(signal_parts.said(row), sub=about.text if about else "")


def _state(row: Signal, here: Here) -> Cell | str:
    marks = tuple(signal_parts.badges(row, here.today))
    task = (Badge("info", _("Task"), soft=True),) if signal_parts.has_task(row) else ()
    return Cell(badges=marks + task) if marks + task else ""


def _state_word(row: Signal) -> str:
    if not row.is_open:
        return str(row.get_closed_why_display())
    return _("Put off") if row.snoozed_until else _("Open")


def _rule(row: Signal) -> str:
    return str(registry.rule(row.rule).name)


COLUMNS = {
    "account": Field(
        label=gettext_lazy("Account"),
        sort="account__name",
        cell=_subject,
        plain=lambda row: signal_parts.subject(row).text,
    ),
    "rule": Field(
        label=gettext_lazy("Rule"),
        sort="rule",
        cell=lambda row, _here: Cell(_rule(row), url=reverse("signal", args=[row.pk])),
        plain=_rule,
    ),
    "reason": Field(label=gettext_lazy("Why"), cell=_reason, plain=lambda row: told(row.said)),
    "stake": Field(
        label=_MONEY,
        sort="severity",
        numeric=True,
        cell=lambda row, _here: signal_parts.stake(row),
        plain=lambda row: row.severity,
    ),
    "since": Field(
        label=gettext_lazy("Since"),
        sort="opened_at",
        cell=lambda row, _here: formats.date(timezone.localdate(row.opened_at), short=True),
        plain=lambda row: row.opened_at,
    ),
    "state": Field(label=gettext_lazy("State"), cell=_state, plain=_state_word),
    "number": Field(
        label=gettext_lazy("Account number"),
        cell=lambda row, _here: row.account.number if row.account else "",
        plain=lambda row: row.account.number if row.account else "",
        default=False,
    ),
    "currency": lists.text("currency", gettext_lazy("Currency"), default=False),
    "closed": lists.moment("closed_at", gettext_lazy("Closed on"), default=False),
    "snoozed": Field(
        label=gettext_lazy("Put off until"),
        cell=lambda row, _here: row.snoozed_until or "",
        plain=lambda row: row.snoozed_until,
        default=False,
    ),
    "snooze_reason": lists.text("snooze_reason", gettext_lazy("Why it is put off"), default=False),
    "acted": Field(
        label=gettext_lazy("Acted on"),
        cell=lambda row, _here: day_of(row.acted_at),
        plain=lambda row: row.acted_at,
        default=False,
    ),
}

# --- narrowing -------------------------------------------------------------------------------------------

#: Filters that ask for what is over as well.
_PAST = frozenset({"state", "became", "opened"})


def _rows(here: Here) -> Any:
    """Open ones, unless a filter asks for more."""
    rows = queries.with_all(queries.signals(here.actor, here.today)).most_costly_first()
    return rows if _PAST & set(here.want.filters) else rows.open()


def _search(rows: Any, words: str) -> Any:
    for word in words.split():
        rules = [rule.key for rule in registry.all_rules() if word.casefold() in str(rule.name).casefold()]
        rows = rows.filter(
            Q(account__search_text__contains=word.casefold())
            | Q(person__first_name__icontains=word)
            | Q(person__last_name__icontains=word)
            | Q(rule__in=rules)
        )
    return rows


def _mine(rows: Any, here: Here) -> Any:
    own = Coverage.objects.on(here.today).filter(person__in=duty_holders(here.actor, here.today))
    return rows.filter(Q(account__in=own.values("account")) | Q(person=here.actor))


SELECTIONS = {
    "mine": Selection(label=gettext_lazy("Of my accounts"), narrow=_mine),
    "waiting": Selection(
        label=gettext_lazy("Not looked at yet"),
        narrow=lambda rows, here: rows.filter(task=None, acted_at=None).exclude(snoozed_until__gt=here.today),
    ),
    "put_off": Selection(
        label=gettext_lazy("Put off"), narrow=lambda rows, here: rows.filter(snoozed_until__gt=here.today)
    ),
    "tasks": Selection(
        label=gettext_lazy("With a task"), narrow=lambda rows, _here: rows.filter(task__state="open")
    ),
}


def _by_state(rows: Any, value: str) -> Any:
    return rows.filter(closed_at__isnull=value == "open")


def _became(rows: Any, value: str) -> Any:
    narrow = {
        "acted": Q(acted_at__isnull=False),
        "put_off": Q(snoozed_at__isnull=False),
        "by_itself": Q(closed_why="gone", acted_at=None),
    }
    return rows.filter(narrow[value])


def _opened(rows: Any, value: str) -> Any:
    return rows.filter(opened_at__gte=clock.now() - dt.timedelta(days=int(value)))


def _rules(here: Here) -> list[tuple[str, Any]]:
    seen = set(queries.rules_seen(here.actor, here.today))
    return [(rule.key, rule.name) for rule in registry.all_rules() if rule.key in seen]


FILTERS = {
    "rule": Filter(label=gettext_lazy("Rule"), apply="rule", options=_rules),
    "state": Filter(
        label=gettext_lazy("State"),
        apply=_by_state,
        options=[("open", gettext_lazy("Open")), ("closed", gettext_lazy("Closed"))],
    ),
    "became": Filter(
        label=gettext_lazy("What became of it"),
        apply=_became,
        options=[
            ("acted", gettext_lazy("Acted on")),
            ("put_off", gettext_lazy("Put off")),
            ("by_itself", gettext_lazy("Closed by itself")),
        ],
    ),
    "opened": Filter(
        label=gettext_lazy("Opened within"),
        apply=_opened,
        options=[("90", gettext_lazy("90 days")), ("365", gettext_lazy("A year"))],
    ),
    "account": Filter(label=gettext_lazy("Account"), apply="account__number"),
}

# --- many at once ----------------------------------------------------------------------------------------


class AsTask(forms.Form):
    person = PersonField(label=gettext_lazy("Who does it"), required=False, empty_label=gettext_lazy("I do"))
    due_on = Day(label=gettext_lazy("Due on"), required=False)


def name_of(row: Signal) -> str:
    return f"{signal_parts.subject(row).text}: {_rule(row)}"


def _each(
    rows: Sequence[Signal], act: Callable[[Signal], object]
) -> tuple[list[Signal], list[lists.Refusal]]:
    return lists.each(rows, act, name=name_of)


def snooze_all(*, actor: User, rows: Sequence[Signal], cleaned: dict[str, Any], now: dt.datetime) -> Done:
    done, refused = _each(rows, lambda row: settle.snooze(actor=actor, signal=row, now=now, **cleaned))
    text = ngettext("%(n)s signal put off.", "%(n)s signals put off.", len(done)) % {"n": len(done)}
    return Done(text=text if done else "", undo_url=waking(actor, done, now), refused=refused)


def waking(actor: User, done: Sequence[Signal], now: dt.datetime) -> str:
    """The address that takes putting off back."""
    if not done:
        return ""
    parameters = {"signals": [row.pk for row in done]}
    return undo_url(undo.offer(actor=actor, kind="signals.wake", parameters=parameters, now=now))


def task_all(*, actor: User, rows: Sequence[Signal], cleaned: dict[str, Any], now: dt.datetime) -> Done:
    made: list[list[int]] = []

    def act(row: Signal) -> None:
        task = settle.make_task(
            actor=actor, signal=row, now=now, owner=cleaned["person"], due_on=cleaned["due_on"]
        )
        made.append([row.pk, task.pk])

    done, refused = _each(rows, act)
    text = ngettext("%(n)s task made.", "%(n)s tasks made.", len(done)) % {"n": len(done)}
    return Done(text=text if done else "", undo_url=untasking(actor, made, now), refused=refused)


def untasking(actor: User, made: Sequence[Sequence[int]], now: dt.datetime) -> str:
    """The address that drops the tasks again; `made`: [signal, task]."""
    if not made:
        return ""
    parameters = {"tasks": list(made)}
    return undo_url(undo.offer(actor=actor, kind="signals.untask", parameters=parameters, now=now))


# --- the list --------------------------------------------------------------------------------------------


def _gather(rows: Sequence[Signal], here: Here) -> dict[str, Any]:
    numbers = [row.account.number for row in rows if row.account]
    return {"about": signal_parts.about(here.actor, rows), "keys": key_numbers(numbers)}


def _counted(count: int) -> str:
    return ngettext("%(n)s signal", "%(n)s signals", count)


def _lead(total: int, here: Here) -> str:
    """How many, and what costs most. One query."""
    counted = _counted(total) % {"n": formats.number(total)}
    top = selected(here).filter(severity__isnull=False).first() if total else None
    if top is None or here.want.sort:
        return counted
    told_of = {"rows": counted, "account": signal_parts.subject(top).text, "stake": signal_parts.stake(top)}
    return _("%(rows)s. Most is at stake at %(account)s: %(stake)s a year.") % told_of


def _others(_here: Here) -> list[Link]:
    return [Link(_("Rules"), reverse("signal_rules"), "adjustments-horizontal")]


SIGNALS = ListPage(
    name="signals",
    title=gettext_lazy("Signals"),
    right=queries.RIGHT,
    rows=_rows,
    columns=COLUMNS,
    counted=_counted,
    units=gettext_lazy("signals"),
    search=_search,
    search_hint=gettext_lazy("Account, person or rule"),
    filters=FILTERS,
    selections=SELECTIONS,
    actions=[
        BulkAction(
            key="task", label=gettext_lazy("Make tasks"), right="work.edit", icon="checkbox", run=task_all, form=AsTask
        ),
        BulkAction(
            key="snooze", label=gettext_lazy("Put off"), right="work.edit", icon="clock-pause", run=snooze_all,
            form=work_forms.PutOff,
        ),
    ],
    row_name=name_of,
    faint=lambda row: not row.is_open,
    lead=_lead,
    gather=_gather,
    others=_others,
    secret=lambda rows: rows.filter(secrecy=Secrecy.SECRET).exists(),
    empty=Blank(
        title=gettext_lazy("Nothing needs attention"),
        text=gettext_lazy("Rules look at every account after each import, after edits and every night."),
        icon="bell",
    ),
)  # fmt: skip
