"""What the pages of value and of supposing read: snapshots and what the company knows of its costs."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from django.db.models import Sum

from kamerton.accounts import queries as account_queries
from kamerton.accounts.models import Account
from kamerton.portfolio import queries, value_rules, whatif_rules
from kamerton.portfolio.models import AccountFigure, Economics, Snapshot, ValuePlan
from kamerton.portfolio.value_rules import Worth
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


def plan_of(account: Account) -> ValuePlan | None:
    """The assumptions in force; None: the value follows the model."""
    return ValuePlan.objects.current().filter(account=account).select_related("created_by").first()


def plans_of(account: Account) -> list[ValuePlan]:
    """All that were ever made, newest first."""
    return list(ValuePlan.objects.filter(account=account).select_related("created_by"))


def worth_of(row: AccountFigure, plan: ValuePlan) -> Worth:
    """The account's value by these assumptions, on its past as the snapshot knows it."""
    past = row.income if row.income is not None else row.turnover
    return value_rules.worth(
        past,
        plan.amounts,
        horizon_years=plan.horizon_years,
        retention_rate=plan.retention_rate,
        discount_rate=plan.discount_rate,
    )


# --- what a person's portfolio is worth ------------------------------------------------------------------


def earlier_snapshot(snapshot: Snapshot) -> Snapshot | None:
    """What is compared with: the newest kept that is a year older, else the oldest that is kept."""
    before = queries.history(snapshot.level)  # type: ignore[arg-type]
    older = [each for each in before if each.as_of < snapshot.as_of]
    a_year = [each for each in older if (snapshot.as_of - each.as_of).days >= 360]
    return a_year[-1] if a_year else older[0] if older else None


def values_of_people(
    snapshot: Snapshot, people: Collection[int] | None = None
) -> dict[int, dict[str, Decimal]]:
    """Person -> account number -> lifetime value, of whom they answered for on the day of the snapshot.

    `people`: these alone. Assumptions in force on that day go before the model. What nobody can tell counts as the
    past income alone. Three queries.
    """
    held = account_queries.held(snapshot.as_of).filter(account__merged_into=None)
    if people is not None:
        held = held.filter(person__in=people)
    answers = dict(held.values_list("account__number", "person_id"))
    plans = {
        plan.account.number: plan
        for plan in ValuePlan.objects.filter(
            created_at__date__lte=snapshot.as_of, account__in=held.values("account")
        )
        .exclude(ended_at__date__lte=snapshot.as_of)
        .select_related("account")
        .order_by("created_at")
    }
    rows = queries.account_figures(snapshot).filter(account__in=held.values("account__number"))
    values: dict[int, dict[str, Decimal]] = {}
    for row in rows.only("account", "income", "turnover", "lifetime_value"):
        values.setdefault(answers[row.account], {})[row.account] = _value(row, plans.get(row.account))
    return values


def _value(row: AccountFigure, plan: ValuePlan | None) -> Decimal:
    if plan is not None:
        return worth_of(row, plan).total
    if row.lifetime_value is not None:
        return row.lifetime_value
    return row.income if row.income is not None else row.turnover
