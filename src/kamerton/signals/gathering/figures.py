"""Figures of accounts, and of the company as a whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from kamerton.accounts.models import (
    Account,
)
from kamerton.portfolio import review_queries, status_queries
from kamerton.portfolio.models import (
    AccountFigure,
    Snapshot,
)
from kamerton.signals.gathering.rows import NAMED, among
from kamerton.signals.reading import (
    Figures,
    Whole,
)

_FIGURES: Mapping[str, str] = {
    "share": "basis_share", "amount": "basis_amount", "before": "basis_before", "growth_rate": "growth_rate",
    "turnover_growth": "turnover_growth", "turnover": "window_turnover", "income": "window_income",
    "turnover_before": "previous_turnover", "income_before": "previous_income",
    "share_turnover": "window_share_turnover", "share_income": "window_share_income", "margin": "margin",
    "returns_rate": "returns_rate", "dependency": "dependency", "margin_falling": "margin_falling",
    "low_income": "low_income", "is_slipping": "is_slipping", "is_lost": "is_lost",
    "is_neglected": "is_neglected", "state": "state", "last_purchase": "last_purchase",
    "silent_days": "silent_days", "usual_gap_days": "usual_gap_days", "abc": "abc", "is_key": "is_key",
    "risk": "risk", "at_risk": "at_risk", "health": "health", "health_standing": "health_standing",
    "health_change": "health_change",
}  # fmt: skip

_NOTHING = Decimal(0)


def accounts(only: Collection[int] | None) -> dict[int, tuple[str, int | None]]:
    """{pk: (number, industry)}"""
    rows = Account.objects.current().filter(among("pk", only)).order_by()
    found: dict[int, tuple[str, int | None]] = {
        pk: (number, trade) for pk, number, trade in rows.values_list("pk", "number", "industry_id")
    }
    return found if only is None else {pk: found[pk] for pk in only if pk in found}


def figures(snapshot: Snapshot | None, numbers: Collection[str] | None) -> dict[str, Figures]:
    if snapshot is None:
        return {}
    rows = AccountFigure.objects.filter(snapshot=snapshot).order_by()
    if numbers is not None and len(numbers) <= NAMED:
        rows = rows.filter(account__in=list(numbers))
    told = rows.values_list("account", *_FIGURES.values())
    return {row[0]: Figures(*row[1:]) for row in told.iterator(5000)}


def beside(snapshot: Snapshot | None) -> Whole:
    """What accounts are measured against. One query."""
    decides = status_queries.has_decided()
    if snapshot is None:
        return Whole(decides=decides)
    totals = snapshot.figures["totals"]
    turnover, income = _amount(totals["window_turnover"]), _amount(totals["window_income"])
    gross = _amount(totals["gross"]) or _NOTHING
    return Whole(
        basis=snapshot.basis, currency=snapshot.currency, as_of=snapshot.as_of,
        total=(income if snapshot.basis == "income" else turnover) or _NOTHING,
        margin=float(income / turnover) if income is not None and turnover else None,
        returns_rate=float((_amount(totals["returned"]) or _NOTHING) / gross) if gross > 0 else None,
        profile=snapshot.profile, decides=decides,
    )  # fmt: skip


def whole(snapshot: Snapshot | None, day: dt.date) -> Whole:
    """The company's own figures besides. Eight queries."""
    told = beside(snapshot)
    review = review_queries.due_on(status_queries.written())
    if snapshot is None:
        return replace(told, day=day, review_due=review)
    figures, adoption = snapshot.figures, status_queries.adoption(snapshot)
    decided = status_queries.decided_share(snapshot)
    now, before = _hhi(figures, snapshot.basis)
    return replace(
        told, key_share=figures["key_share"] if decided is None else decided, hhi=now, hhi_before=before,
        accounts=int(figures["totals"]["accounts"]), innovators=adoption.get("innovators", 0),
        too_many_innovators=adoption.get("too_many", False), day=day, review_due=review,
    )  # fmt: skip


def _hhi(figures: Mapping[str, Any], basis: str) -> tuple[float | None, float | None]:
    """Of the 12 months to the snapshot, and of those that ended a year before."""
    name = "income" if basis == "income" else "turnover"
    points = [point for point in figures["concentration_over_time"] if point[name]]
    if not points:
        return None, None
    last = points[-1]
    year = str(int(last["date"][:4]) - 1) + last["date"][4:7]
    before = next((point for point in points if point["date"].startswith(year)), None)
    return last[name]["hhi"], before[name]["hhi"] if before else None


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
