"""What the pages of value and of supposing read: snapshots and what the company knows of its costs."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Sum

from kamerton.portfolio import queries, whatif_rules
from kamerton.portfolio.models import AccountFigure, Economics, Snapshot
from kamerton.portfolio.whatif_rules import Lines, Loss, Unit


def economics() -> Economics:
    """What is kept of the company's costs; an empty row where nobody has said anything."""
    return Economics.objects.filter(pk=1).first() or Economics(pk=1)


def units(snapshot: Snapshot) -> list[Unit]:
    """Every account of the snapshot, in its window. One query."""
    rows = queries.account_figures(snapshot).order_by("rank")
    return [Unit(*row) for row in rows.values_list("account", "name", "window_turnover", "window_income")]


def lines(snapshot: Snapshot) -> Lines:
    told = snapshot.profile
    return Lines(
        by_income=snapshot.basis == "income",
        key=told["share_key"],
        critical=told["share_critical"],
        mono=told["share_mono"],
        pareto=told["pareto_share"],
    )


def won_a_year(snapshot: Snapshot) -> Decimal:
    """Amount of the last 12 months, on the basis, from accounts that never bought before them."""
    new = queries.account_figures(snapshot).filter(state="new", basis_amount__gt=0)
    total: Decimal | None = new.aggregate(total=Sum("basis_amount"))["total"]
    return total or Decimal(0)


def loss_of(row: AccountFigure, snapshot: Snapshot) -> Loss:
    """What a year without the account would cost. Three queries."""
    totals = snapshot.figures["totals"]
    whole = totals["window_income" if snapshot.basis == "income" else "window_turnover"]
    return whatif_rules.loss(
        row.basis_amount,
        all_income=Decimal(whole or 0),
        fixed_cost=economics().fixed_cost if snapshot.basis == "income" else None,
        won_a_year=won_a_year(snapshot),
    )
