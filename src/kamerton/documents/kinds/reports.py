"""Reports to the management: of one account, of one person's accounts, of the portfolio. Their figures are those of
the snapshot that pages show, added up by the database (RPT-02).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts import queries as account_queries
from kamerton.accounts.models import Account
from kamerton.core.refused import Refused
from kamerton.documents import words
from kamerton.documents.content import Chart, Column, Content, Field, Section, Series, Table, Value
from kamerton.documents.kinds import account_sections as sections
from kamerton.documents.kinds.account_facts import AccountFacts, Row, facts_of
from kamerton.documents.registry import DocumentKind, Gathered, register
from kamerton.portfolio import queries, status_queries
from kamerton.portfolio.models import AccountFigure, AccountFigureQuerySet, Snapshot

#: Of more accounts these are named, and the others stand in one row together.
NAMED = 200
_DRAWN = 12


class NoFigures(Refused):
    """There is nothing to report on yet."""


# --- one account -------------------------------------------------------------------------------------------------


def gather_account(actor: User, account: Account, now: dt.datetime) -> Gathered:
    (facts,) = facts_of(actor, [account], now)
    return Gathered(account_content(facts, timezone.localdate(now)), account, account, facts.read)


def account_content(facts: AccountFacts, day: dt.date) -> Content:
    return Content(
        title=_("Account analysis: %(name)s") % {"name": facts.name},
        day=day,
        opening=sections.opening(facts),
        sections=(
            sections.figures(facts),
            sections.sales(facts),
            sections.loyalty(facts),
            sections.people(facts),
            sections.needs(facts),
            sections.next_steps(facts),
            sections.company(facts),
        ),
    )


# --- several accounts --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sums:
    """Of all accounts of a report, in `currency`."""

    as_of: dt.date
    currency: str
    accounts: int
    turnover: Decimal
    before: Decimal
    income: Decimal | None
    at_risk: Decimal
    key: int
    key_turnover: Decimal
    slipping: int
    lost: int

    @property
    def growth(self) -> float | None:
        return float((self.turnover - self.before) / self.before) if self.before > 0 else None

    @property
    def key_share(self) -> float | None:
        return float(self.key_turnover / self.turnover) if self.turnover > 0 else None


def sums_of(snapshot: Snapshot, rows: AccountFigureQuerySet) -> Sums:
    """Two queries; the database adds up."""
    key = status_queries.key_rows(rows).aggregate(n=Count("pk"), turnover=Sum("window_turnover"))
    told = rows.aggregate(
        n=Count("pk"),
        turnover=Sum("window_turnover"),
        before=Sum("previous_turnover"),
        income=Sum("window_income"),
        at_risk=Sum("at_risk"),
        slipping=Count("pk", filter=Q(is_slipping=True)),
        lost=Count("pk", filter=Q(is_lost=True)),
    )
    return Sums(
        as_of=snapshot.as_of, currency=snapshot.currency, accounts=told["n"], turnover=told["turnover"] or Decimal(0),
        before=told["before"] or Decimal(0), income=told["income"], at_risk=told["at_risk"] or Decimal(0),
        key=key["n"], key_turnover=key["turnover"] or Decimal(0), slipping=told["slipping"], lost=told["lost"],
    )  # fmt: skip


def gather_person(actor: User, who: User, now: dt.datetime) -> Gathered:
    if not (policy.can(actor, "portfolio.view_all") or who.pk in policy.people_in_reach(actor)):
        raise policy.Forbidden("portfolio.view_all")
    snapshot = _snapshot()
    held = account_queries.held(timezone.localdate(now)).filter(person=who)
    rows = _reached(actor, snapshot).filter(account__in=held.values("account__number"))
    title = _("Report on the accounts of %(name)s") % {"name": who.display_name}
    return Gathered(_content(title, snapshot, rows, timezone.localdate(now)), who)


def gather_portfolio(actor: User, _subject: None, now: dt.datetime) -> Gathered:
    snapshot = _snapshot()
    rows = _reached(actor, snapshot)
    return Gathered(_content(_("Portfolio report"), snapshot, rows, timezone.localdate(now)))


def _reached(actor: User, snapshot: Snapshot) -> AccountFigureQuerySet:
    return policy.scope(queries.account_figures(snapshot), actor, "portfolio.view")


def _snapshot() -> Snapshot:
    snapshot = queries.latest_snapshot()
    if snapshot is None:
        raise NoFigures(
            _("There are no figures yet."), code="no_figures", hint=_("Import sales, then make the report.")
        )
    return snapshot


def _content(title: str, snapshot: Snapshot, rows: AccountFigureQuerySet, day: dt.date) -> Content:
    sums = sums_of(snapshot, rows)
    named = list(rows.order_by("-window_turnover", "rank")[:NAMED])
    keys = set(status_queries.key_rows(rows).values_list("account", flat=True))
    return report_content(title, sums, tuple(_row(each, keys) for each in named), day)


def _row(each: AccountFigure, keys: set[str]) -> Row:
    return (
        each.name, each.account, _("Yes") if each.account in keys else "", each.window_turnover,
        each.previous_turnover, each.turnover_growth, each.window_income, each.margin, each.window_share_turnover,
        each.health, each.at_risk, str(each.get_state_display()), each.last_purchase,
    )  # fmt: skip


def report_content(title: str, sums: Sums, rows: tuple[Row, ...], day: dt.date) -> Content:
    unit = sums.currency
    fields = (
        Field("report.as_of", _("As of"), sums.as_of, "date"),
        Field("report.accounts", _("Accounts"), sums.accounts, "count"),
        Field("report.turnover", _("Turnover, 12 months"), sums.turnover, "money", unit),
        Field("report.before", _("Turnover, 12 months before"), sums.before, "money", unit),
        Field("report.growth", _("Growth of turnover"), sums.growth, "share"),
        Field("report.income", _("Income, 12 months"), sums.income, "money", unit),
        Field("report.key", _("Key accounts"), sums.key, "count"),
        Field("report.key_share", _("Key accounts' share of turnover"), sums.key_share, "share"),
        Field("report.slipping", _("Accounts that buy less than before"), sums.slipping, "count"),
        Field("report.lost", _("Accounts lost in the last 12 months"), sums.lost, "count"),
        Field("report.at_risk", _("At risk"), sums.at_risk, "money", unit),
    )
    return Content(
        title=title,
        day=day,
        opening=_opening(sums),
        sections=(
            Section(_("In short"), fields=fields, charts=(_largest(rows, unit),)),
            Section(_("Accounts"), tables=(_accounts(sums, rows),)),
        ),
    )


def _opening(sums: Sums) -> str:
    told = {
        "accounts": words.told(sums.accounts, "count"),
        "amount": words.told(sums.turnover, "money", sums.currency),
        "share": words.told(sums.key_share, "share"),
    }
    if sums.key_share is None:
        return _("Accounts: %(accounts)s. Turnover of the last 12 months: %(amount)s.") % told
    return (
        _(
            "Accounts: %(accounts)s. Turnover of the last 12 months: %(amount)s, %(share)s of it from key accounts."
        )
        % told
    )


def _largest(rows: tuple[Row, ...], unit: str) -> Chart:
    top = rows[:_DRAWN]
    return Chart(
        "largest",
        _("Largest accounts"),
        "bar",
        tuple(str(row[0]) for row in top),
        (
            Series(_("12 months"), tuple(row[3] for row in top)),  # type: ignore[misc]
            Series(_("12 months before"), tuple(row[4] for row in top)),  # type: ignore[misc]
        ),
        unit,
    )


def _accounts(sums: Sums, rows: tuple[Row, ...]) -> Table:
    unit = sums.currency
    columns = (
        Column("name", _("Account"), weight=2.2),
        Column("number", _("Number")),
        Column("key", _("Key"), weight=0.6),
        Column("turnover", _("12 months"), "money", unit, 1.3),
        Column("before", _("Before"), "money", unit, 1.3),
        Column("growth", _("Growth"), "share"),
        Column("income", _("Income"), "money", unit, 1.2),
        Column("margin", _("Margin"), "share"),
        Column("share", _("Share"), "share"),
        Column("health", _("Health"), "count", weight=0.9),
        Column("at_risk", _("At risk"), "money", unit, 1.1),
        Column("state", _("State"), weight=1.2),
        Column("last", _("Last purchase"), "date", weight=1.3),
    )
    return Table("accounts", _("Accounts"), columns, (*rows, *_others(sums, rows)), _total(sums))


def _others(sums: Sums, rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """What is not named, in one row: the sums are right all the same."""
    left = sums.accounts - len(rows)
    if left <= 0:
        return ()
    turnover, before = (sum((_amount(row[at]) for row in rows), Decimal(0)) for at in (3, 4))
    name = _("Other accounts (%(n)d)") % {"n": left}
    empty = (None,) * 8
    return ((name, "", "", sums.turnover - turnover, sums.before - before, *empty),)


def _amount(value: Value) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(0)


def _total(sums: Sums) -> Row:
    margin = float(sums.income / sums.turnover) if sums.income is not None and sums.turnover > 0 else None
    return (
        _("All"), "", None, sums.turnover, sums.before, sums.growth, sums.income, margin, None, None, sums.at_risk,
        "", None,
    )  # fmt: skip


def example() -> Content:
    day = dt.date(2026, 1, 15)
    sums = Sums(
        day,
        "EUR",
        1,
        Decimal(139200),
        Decimal(125700),
        Decimal(41800),
        Decimal(16700),
        1,
        Decimal(139200),
        0,
        0,
    )
    row: Row = (
        _("Example account"), "10001", _("Yes"), Decimal(139200), Decimal(125700), 0.107, Decimal(41800), 0.3, 1.0,
        72, Decimal(16700), _("Retained"), day,
    )  # fmt: skip
    return report_content(_("Portfolio report"), sums, (row,), day)


ACCOUNT = register(
    DocumentKind(
        key="account_report",
        name=gettext_lazy("Account analysis"),
        text=gettext_lazy("Sales, trends, loyalty and what is next, in depth"),
        about="account",
        formats=("pdf", "docx", "xlsx"),
        right="accounts.view",
        gather=gather_account,
        example=lambda: account_content(sections.example(), dt.date(2026, 1, 15)),
    )
)
PERSON = register(
    DocumentKind(
        key="person_report",
        name=gettext_lazy("Report on one person's accounts"),
        text=gettext_lazy("The figures of the accounts that one of your people is responsible for"),
        about="person",
        formats=("pdf", "docx", "xlsx"),
        right="portfolio.view",
        gather=gather_person,
        example=example,
    )
)
PORTFOLIO = register(
    DocumentKind(
        key="portfolio_report",
        name=gettext_lazy("Portfolio report"),
        text=gettext_lazy("The figures of every account that you see, for the management"),
        about="portfolio",
        formats=("pdf", "docx", "xlsx"),
        right="portfolio.view",
        gather=gather_portfolio,
        example=example,
    )
)
