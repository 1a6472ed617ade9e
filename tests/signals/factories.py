"""Figures without a ledger: a snapshot with the rows that a test names."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from kamerton.access.models import User
from kamerton.ledger.models import LedgerVersion
from kamerton.portfolio import queries, rules
from kamerton.portfolio.models import AccountFigure, AccountSeries, Snapshot

DAY = dt.date(2026, 3, 2)
NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
_CONCENTRATION = {"accounts": 2, "hhi": 0.5, "effective_accounts": 2.0}


def snapshot(rows: dict[str, dict[str, Any]], *, at: dt.datetime = NOW, **company: Any) -> Snapshot:
    """`rows`: {number: fields of AccountFigure}; `company`: parts of Snapshot.figures, and `views`."""
    actor = User.objects.filter(username="importer").first() or User.objects.create_user(
        "importer", role="auditor"
    )
    number = LedgerVersion.objects.count() + 1
    version = LedgerVersion.objects.create(number=number, batches=["0" * 64], created_at=at, created_by=actor)
    views = company.pop("views", {})
    figures = {
        "totals": {
            "window_turnover": "100000.00", "window_income": "100000.00", "gross": "100000.00", "returned": "1000.00",
            "accounts": len(rows), "previous_turnover": "0.00", "previous_income": "0.00",
        },
        "key_share": 0.7, "years": [], "window": {"from_date": "2025-03-03", "to_date": "2026-03-02"},
        "concentration_over_time": [{"date": "2026-02-28", "income": _CONCENTRATION, "turnover": _CONCENTRATION}],
    } | company  # fmt: skip
    asked = queries.question(queries.profile())
    profile = rules.profile_to_json(asked.basis, asked.thresholds)
    made = Snapshot.objects.create(
        ledger_version=version, as_of=DAY, level="account", basis="income", basis_asked="income", currency="EUR",
        profile=profile, profile_digest=rules.digest(profile), figures=figures, views=views, accounts=len(rows),
        digest="-", created_at=at, created_by=actor,
    )  # fmt: skip
    for rank, (account, more) in enumerate(rows.items(), start=1):
        row = AccountFigure.objects.create(**_figure(made, rank, account, more))
        AccountSeries.objects.create(figure=row, snapshot=made, by_year={}, growth={}, months=[])
    return made


def _figure(made: Snapshot, rank: int, account: str, more: dict[str, Any]) -> dict[str, Any]:
    amount, before = Decimal(more.get("basis_amount", 5000)), Decimal(more.get("basis_before", 5000))
    told = {
        "id": rules.row_id(made.pk, rank), "snapshot": made, "account": account, "name": account, "rank": rank,
        "search_text": account.casefold(), "turnover": amount, "window_turnover": amount, "window_income": amount,
        "previous_turnover": before, "previous_income": before, "basis_amount": amount, "basis_before": before,
        "basis_change": amount - before, "basis_share": 0.05, "is_key": False, "reasons": [], "warnings": [],
        "margin_falling": False, "low_income": False, "is_slipping": False, "is_lost": False, "is_neglected": False,
        "state": "retained", "returned": 0, "gross": amount, "first_date": DAY, "last_date": DAY,
        "purchase_days": 9, "documents": 9, "lifetime_method": "none",
        "growth_rate": float((amount - before) / before) if before else None,
    }  # fmt: skip
    return told | more


def critical(share: float = 0.3, amount: int = 30_000) -> dict[str, Any]:
    return {
        "dependency": "critical",
        "basis_share": share,
        "basis_amount": Decimal(amount),
        "basis_before": amount,
    }


def lost(before: int = 7000) -> dict[str, Any]:
    return {"is_lost": True, "state": "lost", "basis_before": Decimal(before), "basis_amount": Decimal(0)}


def slipping(before: int = 9000, amount: int = 6000) -> dict[str, Any]:
    return {"is_slipping": True, "basis_before": Decimal(before), "basis_amount": Decimal(amount)}
