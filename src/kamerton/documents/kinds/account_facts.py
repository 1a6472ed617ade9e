"""What documents say of an account: read once for all accounts of a document, kept as plain values.

The number of queries does not grow with the number of accounts.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access import policy, secrets
from kamerton.access.models import User
from kamerton.accounts import choices, ladder
from kamerton.accounts.models import Account, Contact, Coverage, Fact, Need
from kamerton.documents.content import Value
from kamerton.portfolio import queries
from kamerton.portfolio.models import AccountFigure, Opportunity, Snapshot
from kamerton.portfolio.models.potential import OPEN_STAGES
from kamerton.work.models import Task

Row = tuple[Value, ...]
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Month:
    """`before`: the same month a year earlier."""

    month: str  # 2026-03
    turnover: Decimal | None
    before: Decimal | None


@dataclass(frozen=True, slots=True)
class Figures:
    """One row of the snapshot; money in `currency`, shares of 1."""

    as_of: dt.date
    currency: str
    turnover: Decimal
    turnover_before: Decimal
    income: Decimal | None
    margin: float | None
    growth: float | None
    share: float | None
    rank: int
    abc: str
    state: str
    last_purchase: dt.date | None
    lifetime_value: Decimal | None
    health: int | None
    risk: float | None
    at_risk: Decimal | None
    months: tuple[Month, ...] = ()
    years: tuple[Row, ...] = ()  # year, turnover, income, growth
    families: tuple[Row, ...] = ()  # name, 12 months, 12 months before
    trend: tuple[Row, ...] = ()  # day, turnover of 12 months, health, risk


@dataclass(frozen=True, slots=True)
class AccountFacts:
    name: str
    number: str
    group: str = ""
    legal_name: str = ""
    country: str = ""
    industry: str = ""
    website: str = ""
    description: str = ""
    responsible: str = ""
    figures: Figures | None = None
    team: tuple[Row, ...] = ()
    people: tuple[Row, ...] = ()  # name, post, part in decisions, rung of the relationship, reach
    known: tuple[Row, ...] = ()  # about, statement, day, source
    needs: tuple[Row, ...] = ()  # need, since, answer
    tasks: tuple[Row, ...] = ()  # task, owner, day
    opportunities: tuple[Row, ...] = ()  # what, stage, amount, expected, owner
    read: tuple[Model, ...] = field(default=(), compare=False)


def facts_of(actor: User, accounts: Sequence[Account], now: dt.datetime) -> list[AccountFacts]:
    """In the order of `accounts`, with what `actor` may see of each."""
    today, numbers = timezone.localdate(now), [account.pk for account in accounts]

    def seen(rows: Any, right: str) -> dict[int, list[Any]]:
        found: dict[int, list[Any]] = defaultdict(list)
        for row in policy.scope(rows.filter(account__in=numbers), actor, right):
            found[row.account_id].append(row)
        return found

    team = seen(Coverage.objects.on(today).select_related("person").order_by("role", "pk"), "accounts.view")
    people = seen(Contact.objects.present().order_by("-is_vip", "name", "pk"), "accounts.view")
    facts = seen(Fact.objects.current().order_by("topic", "-dated", "pk"), "accounts.view")
    needs = seen(Need.objects.filter(state="open").order_by("raised_on", "pk"), "accounts.view")
    tasks = seen(
        Task.objects.filter(state="open")
        .exclude(origin="mention")  # told to one person, not to do at the account
        .select_related("owner")
        .order_by("due_on", "pk"),
        "work.view",
    )
    chances = seen(
        Opportunity.objects.filter(stage__in=OPEN_STAGES)
        .select_related("owner")
        .order_by("expected_on", "pk"),
        "portfolio.view",
    )
    figures = _figures_of(actor, [account.number for account in accounts])
    contact = _contact_words()
    return [
        AccountFacts(
            name=account.name, number=account.number, group=account.ledger_group, legal_name=account.legal_name,
            country=account.country, industry=account.industry.name if account.industry else "",
            website=account.website, description=account.description,
            responsible=", ".join(_member(row)[0] for row in team[account.pk] if row.role == "responsible"),
            figures=figures.get(account.number),
            team=tuple(_member(row) for row in team[account.pk]),
            people=tuple(contact(row) for row in people[account.pk]),
            known=tuple(_fact(row) for row in facts[account.pk]),
            needs=tuple((marked(row, row.what), row.raised_on, row.answer) for row in needs[account.pk]),
            tasks=tuple((row.title, row.owner.display_name, row.due_on) for row in tasks[account.pk]),
            opportunities=tuple(
                (row.title, str(row.get_stage_display()), row.amount, row.expected_on, row.owner.display_name)
                for row in chances[account.pk]
            ),
            read=(*facts[account.pk], *needs[account.pk]),
        )
        for account in accounts
    ]  # fmt: skip


def marked(row: Any, text: str) -> str:
    return _("Secret: %(text)s") % {"text": text} if secrets.is_secret(row) else text


def _contact_words() -> Callable[[Contact], Row]:
    roles = {key: str(label) for key, label in choices.decision_roles()}
    rungs = {stage: str(title) for stage, title in ladder.stages()}

    def told(each: Contact) -> Row:
        parts = ", ".join(roles.get(role, role) for role in each.decision_roles)
        reach = ", ".join(text for text in (each.email, each.mobile or each.phone) if text)
        return each.display_name, each.post, parts, rungs.get(each.ladder_stage or 0, ""), reach

    return told


def _fact(each: Fact) -> Row:
    source = each.source or (each.get_source_kind_display() if each.source_kind else _("assumed"))
    return str(each.get_topic_display()), marked(each, each.statement), each.dated, str(source)


def _member(each: Coverage) -> tuple[str, str]:
    name = each.person.display_name if each.person else f"{each.outsider} ({each.organisation})"
    return name, str(each.get_role_display())


# --- figures -----------------------------------------------------------------------------------------------------


def _figures_of(actor: User, numbers: Sequence[str]) -> dict[str, Figures]:
    """Of the newest snapshot, as far as `actor` may see figures. Four queries."""
    snapshot = queries.latest_snapshot() if policy.can(actor, "portfolio.view") else None
    if snapshot is None:
        return {}
    rows = policy.scope(queries.account_figures(snapshot), actor, "portfolio.view").filter(
        account__in=numbers
    )
    names = (
        Snapshot.objects.filter(pk=snapshot.pk).values_list("views__families__names", flat=True).first()
    ) or []
    trend = _trends(numbers)
    return {
        row.account: _figure(snapshot, row, names, trend.get(row.account, ()))
        for row in rows.select_related("series")
    }


def _trends(numbers: Sequence[str]) -> dict[str, tuple[Row, ...]]:
    """Account number -> one row for each day of which figures were kept, oldest first. One query."""
    found: dict[str, dict[dt.date, Row]] = defaultdict(dict)
    rows = AccountFigure.objects.filter(account__in=numbers, snapshot__level="account").order_by(
        "snapshot__as_of", "snapshot__created_at"
    )
    for account, day, turnover, health, risk in rows.values_list(
        "account", "snapshot__as_of", "window_turnover", "health", "risk"
    ):
        found[account][day] = (day, turnover, health, risk)
    return {account: tuple(days.values()) for account, days in found.items()}


def _figure(snapshot: Snapshot, row: AccountFigure, names: Sequence[str], trend: tuple[Row, ...]) -> Figures:
    return Figures(
        as_of=snapshot.as_of, currency=snapshot.currency, turnover=row.window_turnover,
        turnover_before=row.previous_turnover, income=row.window_income, margin=row.margin,
        growth=row.turnover_growth, share=row.window_share_turnover, rank=row.rank, abc=row.abc,
        state=str(row.get_state_display()), last_purchase=row.last_purchase, lifetime_value=row.lifetime_value,
        health=row.health, risk=row.risk, at_risk=row.at_risk,
        months=_months(row.months, snapshot.as_of), years=_years(row), families=_families(row, names),
        trend=trend,
    )  # fmt: skip


def _months(kept: Iterable[Sequence[Any]], as_of: dt.date) -> tuple[Month, ...]:
    """The last 12 months to `as_of`, each beside the same one a year before; nothing bought is 0."""
    amounts = {month: Decimal(turnover) for month, turnover, _income in kept}
    last = as_of.year * 12 + as_of.month - 1
    found = []
    for at in range(last - _MONTHS + 1, last + 1):
        now, before = (f"{each // 12}-{each % 12 + 1:02d}" for each in (at, at - 12))
        found.append(Month(now, amounts.get(now, Decimal(0)), amounts.get(before, Decimal(0))))
    return tuple(found)


def _years(row: AccountFigure) -> tuple[Row, ...]:
    return tuple(
        (
            year,
            Decimal(told["turnover"] or 0),
            Decimal(told["income"]) if told["income"] is not None else None,
            row.growth.get(year),
        )
        for year, told in sorted(row.by_year.items())
    )


def _families(row: AccountFigure, names: Sequence[str]) -> tuple[Row, ...]:
    """Most bought first. Kept in cents."""
    found = [
        (names[place] or _("Other products"), Decimal(now).scaleb(-2), Decimal(before).scaleb(-2))
        for place, now, before in row.series.families
        if place < len(names)
    ]
    return tuple(sorted(found, key=lambda each: (-each[1], each[0])))
