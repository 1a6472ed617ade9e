"""What the ledger adds to the timeline of an account: one line a month, from the snapshot, never from the ledger."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.accounts.models import Account
from kamerton.accounts.timeline import Asked, Entry, Source, register, start_of
from kamerton.portfolio import queries
from kamerton.portfolio.models import AccountFigure, KeyStatus, Opportunity, SupplierStage


def _months(asked: Asked, _rank: int) -> Iterable[Entry]:
    """The last 24 months in which anything was sold; four queries."""
    if asked.person is not None:
        return
    snapshot = queries.latest_snapshot(with_figures=False)
    if snapshot is None:
        return
    rows = AccountFigure.objects.filter(snapshot=snapshot, account=asked.account.number)
    row = policy.scope(rows, asked.actor, "portfolio.view").select_related("series").first()
    if row is None:
        return
    for month, turnover, _income in row.series.months:
        if Decimal(turnover):
            yield _month(month, Decimal(turnover), snapshot.currency, snapshot.as_of)


def _month(month: str, turnover: Decimal, currency: str, as_of: dt.date) -> Entry:
    year, number = int(month[:4]), int(month[5:7])
    last = dt.date(year, number, calendar.monthrange(year, number)[1])
    told = {
        "month": date_format(last, "F Y"),
        "amount": f"{number_format(turnover, decimal_pos=0, force_grouping=True)} {currency}",
    }
    whole = _("Turnover in %(month)s: %(amount)s") % told
    begun = _("Turnover in %(month)s so far: %(amount)s") % told
    return Entry(
        at=start_of(min(last, as_of)), key=year * 12 + number, dateless=True, text=begun if as_of < last else whole
    )  # fmt: skip


def _opportunity(row: Opportunity) -> Entry:
    return Entry(
        at=row.created_at, key=row.pk, text=_("Opportunity: %(title)s") % {"title": row.title},
        detail=f"{row.family} · {row.get_stage_display()}", who=row.owner.display_name,
    )  # fmt: skip


def _given(row: KeyStatus) -> Entry:
    level = f"{row.get_level_display()} {row.of}".strip()
    return Entry(
        at=row.decided_at, key=row.pk, text=_("Key account (%(level)s)") % {"level": level}, detail=row.why,
        who=row.decided_by.display_name,
    )  # fmt: skip


def _ended(row: KeyStatus) -> Entry:
    assert row.ended_at is not None  # noqa: S101 - the source asks for these only
    who = row.ended_by.display_name if row.ended_by else ""
    return Entry(
        at=row.ended_at, key=row.pk, text=_("No longer a key account"), detail=row.end_reason, who=who
    )


def _stage(row: SupplierStage) -> Entry:
    text = _("As a supplier: %(stage)s") % {"stage": row.get_stage_display()}
    return Entry(
        at=start_of(row.on), key=row.pk, text=text, detail=row.note, who=row.by.display_name, dateless=True
    )


def _statuses(account: Account) -> QuerySet[KeyStatus]:
    return KeyStatus.objects.filter(account=account).select_related("decided_by", "ended_by")


def register_all() -> None:
    """Once, when the models are ready."""
    register(
        Source(name="sales", kind="sales", right="portfolio.view", entries=_months),
        Source(name="opportunity", kind="work", right="portfolio.view", at="created_at", person="owner",
               entry=_opportunity,
               rows=lambda account: Opportunity.objects.filter(account=account).select_related("owner")),
        Source(name="key_status", kind="work", right="portfolio.view", at="decided_at", person="decided_by", entry=_given,
               rows=_statuses),
        Source(name="key_status_end", kind="work", right="portfolio.view", at="ended_at", person="ended_by", entry=_ended,
               rows=lambda account: _statuses(account).filter(ended_at__isnull=False)),
        Source(name="supplier_stage", kind="work", right="portfolio.view", at="on", person="by", entry=_stage,
               rows=lambda account: SupplierStage.objects.filter(account=account).select_related("by")),
    )  # fmt: skip
