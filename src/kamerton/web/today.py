"""Today: the home page. What waits for me, what I do, what changed, who is away; one screen, one sentence on top."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kamerton.access import policy
from kamerton.access.models import Delegation, User
from kamerton.access.rights import RIGHTS
from kamerton.accounts.models import Account
from kamerton.core import clock
from kamerton.core.models import AuditEntry
from kamerton.portfolio import queries as portfolio
from kamerton.portfolio import status_queries
from kamerton.portfolio.models import AccountFigure, Snapshot
from kamerton.portfolio.status_queries import Standing
from kamerton.service import queries as service
from kamerton.web import (
    claim_words,
    formats,
    key_words,
    signal_parts,
    today_signals,
    today_visits,
    today_words,
    trail_words,
)
from kamerton.web.accounts import seen
from kamerton.web.addresses import account_url
from kamerton.web.gates import SIGNED_IN, gate, person
from kamerton.web.parts import Badge, Cell, Column, Link, Row, Table
from kamerton.web.work_fields import next_days
from kamerton.web.work_parts import Item, Line, line, open_for, question_words
from kamerton.work import kinds, queries, rules
from kamerton.work.actions.daily import daily_once
from kamerton.work.models import ApprovalStep, Consultation, ManagementDecision, Request, Task

_MOST = 50  # rows of one block are read; the first SHOWN stand on the page, the lists hold all
SHOWN = 8
_CHANGED_WITHIN = dt.timedelta(days=7)
_CHANGES_READ = 120
_ACCOUNTS = 10
_AHEAD_DAYS = 7  # so many days before it an absence is told of


@gate(SIGNED_IN)
@require_GET
def today(request: HttpRequest) -> HttpResponse:
    actor, day = person(request), clock.today()
    daily_once(now=clock.now(), actor=actor)
    found = gather(actor, day)
    lines = found["tasks"]
    due = [each for each in lines if rules.bucket(each.task.due_on, day) in ("overdue", "today")]
    rights = {right for right in RIGHTS if policy.can(actor, right)}
    wide, side = rules.columns(rules.blocks(rights, {name for name, rows in found.items() if rows}))
    context = found | {
        "title": _("Today"),
        "lead": today_words.sentence(
            decisions=len(found["decisions"]),
            due=due,
            requests=len(found["requests"]),
            away=len([each for each in found["away"] if each.is_now and each.order.absent_id != actor.pk]),
            has_tasks="work.edit" in rights,
            signals=today_signals.sentence(found["signals"]),
        ),
        "note": formats.date(day),
        "action": Link(_("New task"), f"{reverse('task_new')}?next={reverse('today')}", "plus", key="n")
        if "work.edit" in rights
        else None,
        "wide": wide,
        "side": side,
        "task_groups": _groups(lines, day),
        "days": next_days(day),
        "signal_days": signal_parts.later_days(day),
        "may_settle": "work.edit" in rights,
        "rights": rights,
    }
    return render(request, "work/today.html", context)


def gather(actor: User, day: dt.date) -> dict[str, Any]:
    """Every block's rows. A constant number of queries, whatever there is."""
    tasks = list(queries.tasks_for_today(actor, day)[:_MOST])
    return {
        "visits": today_visits.gather(actor, day),
        "signals": today_signals.gather(actor, day),
        "decisions": [_decision(step, actor) for step in queries.decisions_waiting(actor, day)[:_MOST]],
        "tasks": [line(task, actor, day) for task in tasks],
        "requests": [_request(each, actor, day) for each in queries.requests_for_today(actor, day)[:_MOST]],
        "claims": [
            claim_words.item(each, actor, clock.now(), with_account=True)
            for each in service.claims_for_today(actor, day)[:SHOWN]
        ],
        "consultations": [_question(each, day) for each in queries.open_questions(actor, day)[:SHOWN]],
        "news": [_news(each) for each in queries.unread(actor)[:SHOWN]],
        "changes": changes(actor, clock.now()),
        "away": [_away(each, day) for each in queries.absences(actor, day, ahead_days=_AHEAD_DAYS)],
        "leaving": [_leaving(each) for each in queries.leaving(actor)],
        "accounts": _accounts(actor, day),
    }


# --- waiting ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Away:
    """An absence of today, or one that begins within the week. `when`: until when, or from when to when."""

    order: Delegation
    is_now: bool
    when: str


def _away(order: Delegation, day: dt.date) -> Away:
    until = formats.date(order.to_date, short=True)
    if order.from_date <= day:
        return Away(order, True, _("until %(day)s") % {"day": until})
    return Away(order, False, formats.period(order.from_date, order.to_date))


def _leaving(each: User) -> Item:
    return Item(each.display_name, "", figure=formats.date(each.leaving_on, short=True))


def _decision(step: ApprovalStep, actor: User) -> Item:
    approval = step.approval
    parts = [str(kinds.name_of(approval.kind)), approval.account.name if approval.account else "",
             _("asked by %(person)s") % {"person": approval.asked_by.display_name}]  # fmt: skip
    stands_in = (Badge("info", _("for %(person)s") % {"person": step.decider.display_name}, soft=True),)
    return Item(
        approval.title,
        reverse("approval", args=[approval.pk]),
        sub=" · ".join(part for part in parts if part),
        figure=formats.date(approval.due_on, short=True) if approval.due_on else "",
        badges=stands_in if step.decider_id != actor.pk else (),
    )


def _request(each: Request, actor: User, day: dt.date) -> Item:
    badges = []
    if each.escalated_to_id and each.unit_id != actor.unit_id:
        badges.append(Badge("warn", _("Came up the line"), soft=True))
    elif each.due_on < day:
        badges.append(Badge("bad", _("Overdue"), soft=True))
    if each.priority == rules.KEY:
        badges.append(key_words.key_badge())
    parts = [each.unit.name, each.account.name if each.account else "", each.asked_by.display_name]
    return Item(
        each.title,
        reverse("request", args=[each.pk]),
        sub=" · ".join(part for part in parts if part),
        figure=formats.date(each.due_on, short=True),
        badges=tuple(badges),
    )


def _question(each: Consultation, day: dt.date) -> Item:
    age = rules.age(each.asked_on, day)
    state = {"fresh": "neutral", "ageing": "warn", "old": "bad"}[age]
    days = rules.open_days(each.asked_on, day)
    return Item(
        question_words(each),
        reverse("consultation", args=[each.pk]),
        sub=each.account.name,
        badges=(Badge(state, open_for(days), soft=True),),  # type: ignore[arg-type]
    )


def _news(each: ManagementDecision) -> Item:
    return Item(
        each.title,
        reverse("management_decision", args=[each.pk]),
        figure=formats.date(each.decided_on, short=True),
    )


def _groups(lines: Sequence[Line], day: dt.date) -> list[tuple[str, str, list[Line]]]:
    """Overdue, today, this week, without a day: (key, head, lines)."""
    heads = {
        "overdue": _("Overdue"),
        "today": _("Today"),
        "week": _("This week"),
        "undated": _("Without a day"),
    }
    by_bucket: dict[str, list[Line]] = defaultdict(list)
    for each in lines:
        by_bucket[rules.bucket(each.task.due_on, day)].append(each)
    return [(key, head, by_bucket[key]) for key, head in heads.items() if by_bucket[key]]


# --- what changed ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Changed:
    """What others did about one account, newest first; `more`: how much else."""

    name: str
    url: str
    entries: list[tuple[str, str]]  # sentence, when
    more: int


def changes(actor: User, now: dt.datetime) -> list[Changed]:
    """What others did about the accounts in reach within seven days. Of secret things only who may read them hears."""
    if not policy.can(actor, "accounts.view"):
        return []
    rows = AuditEntry.objects.filter(at__gt=now - _CHANGED_WITHIN, at__lte=now, account_id__isnull=False)
    rows = policy.scope(rows.exclude(actor=actor), actor, "accounts.view").select_related("actor")
    entries = [
        each for each in rows.order_by("-at", "-pk")[:_CHANGES_READ] if trail_words.is_change(each.action)
    ]
    readable = _readable(entries, actor)
    by_account: dict[int, list[AuditEntry]] = defaultdict(list)
    for each in entries:
        if each.subject in readable and each.account_id is not None:
            by_account[each.account_id].append(each)
    names = {
        each.pk: each
        for each in Account.objects.filter(pk__in=list(by_account)[:SHOWN]).only("number", "name")
    }
    return [_changed(names[pk], told) for pk, told in by_account.items() if pk in names]


def _changed(account: Account, entries: Sequence[AuditEntry]) -> Changed:
    told: dict[str, str] = {}
    for entry in entries:  # the same sentence once, with its latest moment
        told.setdefault(trail_words.said(entry), formats.moment(timezone.localtime(entry.at)))
    first = list(told.items())[:3]
    return Changed(account.name, account_url(account.number), first, len(told) - len(first))


def _readable(entries: Sequence[AuditEntry], actor: User) -> set[str]:
    """The subjects that `actor` may know of. One query for each kind of record that can be secret or personal."""
    by_kind: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        kind, _colon, pk = entry.subject.partition(":")
        by_kind[kind].add(pk)
    found: set[str] = set()
    for kind, numbers in by_kind.items():
        found |= {f"{kind}:{pk}" for pk in _reached(kind, numbers, actor)}
    return found


def _reached(kind: str, numbers: set[str], actor: User) -> set[str]:
    try:
        model = apps.get_model(kind)
    except (LookupError, ValueError):
        return set()
    if not (getattr(model, "secrecy_path", "") or getattr(model, "personal_path", "")):
        return numbers
    whole = [int(number) for number in numbers if number.isdecimal()]
    rows = policy.scope(model._base_manager.filter(pk__in=whole), actor, "accounts.view")  # noqa: SLF001
    return {str(pk) for pk in rows.values_list("pk", flat=True)}


# --- my accounts -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Accounts:
    title: str
    table: Table | None
    all_url: str


def _accounts(actor: User, day: dt.date) -> Accounts | None:
    """The accounts that one looks after; for who looks after none, the key accounts in reach."""
    if not (policy.can(actor, "portfolio.view") and policy.can(actor, "accounts.view")):
        return None
    own = {account.number: account for account in queries.own_accounts(actor, day)}
    snapshot = portfolio.latest_snapshot("account", with_figures=False)
    rows = _figures(snapshot, actor, own)
    title = _("My accounts") if own else _("Key accounts")
    missing = [account for number, account in own.items() if number not in {row.account for row in rows}]
    if not rows and not missing:
        return Accounts(title, None, reverse("accounts"))
    counts = _open_matters(actor, [row.account for row in rows] + [account.number for account in missing])
    standing = status_queries.standing([row.account for row in rows])
    body = [_figure_row(row, counts, standing) for row in rows]
    body += [Row([Cell(each.name, url=account_url(each.number)), "", "", str(counts.get(each.number, 0))])
             for each in missing[: max(0, _ACCOUNTS - len(rows))]]  # fmt: skip
    return Accounts(title, Table(_columns(snapshot), body, title), reverse("accounts"))


def _figures(snapshot: Snapshot | None, actor: User, own: dict[str, Account]) -> list[AccountFigure]:
    if snapshot is None:
        return []
    rows = seen(snapshot, actor)
    rows = rows.filter(account__in=list(own)) if own else status_queries.key_rows(rows)
    return list(rows.order_by("-basis_amount", "rank")[:_ACCOUNTS])


def _columns(snapshot: Snapshot | None) -> list[Column]:
    share = _("Income") if snapshot is None or snapshot.basis == "income" else _("Turnover")
    return [
        Column(_("Account")),
        Column(share, numeric=True, hint=_("Share of the company’s, 12 months")),
        Column(_("Change"), numeric=True, hint=_("Against the 12 months before")),
        Column(_("Tasks"), numeric=True, hint=_("Open tasks")),
    ]


def _figure_row(row: AccountFigure, counts: dict[str, int], standing: Standing) -> Row:
    marks = (Badge("key", standing.labels.get("key") or _("Key"), soft=True),) if standing.is_key(row) else ()
    return Row(
        [
            Cell(row.name, url=account_url(row.account), badges=marks),
            Cell(formats.share(row.basis_share)),
            Cell(change=formats.change(row.growth_rate)),
            Cell(str(counts.get(row.account, 0))),
        ]
    )


def _open_matters(actor: User, numbers: Sequence[str]) -> dict[str, int]:
    """Open tasks by account. One query."""
    rows = policy.scope(Task.objects.filter(state="open", account__number__in=numbers), actor, "work.view")
    told = rows.order_by().values_list("account__number").annotate(Count("pk"))
    return {number: count for number, count in told if count}
