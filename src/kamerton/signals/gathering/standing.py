"""Status, needs that are not ours yet, and plans against losing an account."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal

from kamerton.plans import queries as plan_queries
from kamerton.plans.models import Plan
from kamerton.portfolio import protection_queries
from kamerton.portfolio.models import (
    Dependence,
    KeyStatus,
    Opportunity,
    Protection,
    Wallet,
)
from kamerton.signals.gathering.rows import NAMED, Rows, among
from kamerton.signals.reading import (
    Matter,
    PlanState,
)


def reasons(only: Collection[int] | None) -> dict[int, frozenset[str]]:
    """Of those who are key by decision: the definitions that still hold. One query."""
    rows = KeyStatus.objects.held().filter(among("account", only)).order_by()
    found: dict[int, set[str]] = defaultdict(set)
    for account, definition, ended in rows.values_list("account", "reasons__definition", "reasons__ended_at"):
        holding = found[account]  # a status without a reason that holds is one all the same
        if definition is not None and ended is None:
            holding.add(definition)
    return {account: frozenset(holding) for account, holding in found.items()}


def gaps(only: Collection[int] | None) -> dict[int, tuple[Decimal, float]]:
    """What is not bought from us, and the part of the needs that we can satisfy. One query."""
    rows = Wallet.objects.filter(among("account", only), gap__gt=0).order_by()
    return {pk: (gap, part) for pk, gap, part in rows.values_list("account", "gap", "satisfiable")}


def opportunities(only: Collection[int] | None) -> tuple[dict[int, Decimal], Rows]:
    """What open ones come to a year, and each with its day. One query."""
    rows = Opportunity.objects.open().filter(among("account", only)).order_by("pk")
    meant: dict[int, Decimal] = defaultdict(Decimal)
    found: Rows = defaultdict(list)
    for account, pk, amount, on in rows.values_list("account", "pk", "amount", "expected_on"):
        meant[account] += amount
        found[account].append(Matter(ref=f"portfolio.opportunity:{pk}", on=on))
    return meant, found


def unprotected(only: Collection[int] | None) -> dict[int, Matter]:
    """Plans in force with nothing in work or standing: since when we depend on the account. One query."""
    plans = protection_queries.without_built(Protection.objects.in_force()).filter(among("account", only))
    spans = Dependence.objects.filter(until=None, plan__in=plans.values("pk")).order_by()
    told = spans.values_list("plan__account", "plan", "since")
    return {account: Matter(ref=f"portfolio.protection:{pk}", on=on) for account, pk, on in told}


def plans(day: dt.date, only: Collection[int] | None) -> Rows:
    """Open plans that have begun. Five queries."""
    few = None if only is None or len(only) > NAMED else only
    found: Rows = defaultdict(list)
    for account, told in plan_queries.standings(day, few).items():
        for each in told:
            found[account].append(
                PlanState(
                    ref=f"plans.plan:{each.plan}", phase=each.phase, late=each.late, worst=each.worst,
                    one_sided=each.one_sided, short_term=each.short_term, has_review=each.last_review is not None,
                    looked_at=max(each.last_review or each.since, each.since),
                )
            )  # fmt: skip
    return found


def planned() -> Collection[int] | None:
    """One query, two where no plan is open."""
    open_ones = frozenset(Plan.objects.open().order_by().values_list("account_id", flat=True))
    return open_ones if open_ones or Plan.objects.exists() else None
