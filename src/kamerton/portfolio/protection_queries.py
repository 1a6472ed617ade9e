"""On whom we depend by the newest figures, and what is planned against losing them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from django.db.models import QuerySet

from kamerton.accounts.models import Account
from kamerton.portfolio import protection_rules, queries, status_queries
from kamerton.portfolio.models import AccountFigure, Barrier, Dependence, Protection, Snapshot
from kamerton.portfolio.protection_rules import Place, completeness
from kamerton.portfolio.status_rules import Rules
from kamerton.work.models import Task


def rules_for(snapshot: Snapshot) -> Rules:
    """The lines and the levels that count. Two queries.

    Of a single manager nearly every portfolio depends on somebody: their level makes plans only where the company
    says so. Status and figures count it all the same.
    """
    profile = queries.profile()
    told = status_queries.rules_of(profile, status_queries.written())
    levels = tuple(at for at in told.levels if at != "manager" or profile.protect_managers)
    return replace(told, basis=snapshot.basis, levels=levels)  # type: ignore[arg-type]


def dependent(snapshot: Snapshot, rules: Rules) -> dict[str, tuple[Place, ...]]:
    """Account number -> where we depend on it, at the levels that count. At most four queries."""
    found = []
    if "company" in rules.levels:
        found.append(_of_company(snapshot, rules))
    if {"department", "manager"} & set(rules.levels):
        below = (base for base in status_queries.bases_below(snapshot) if base.level in rules.levels)
        found += [protection_rules.dependent_in(base, rules) for base in below]
    return protection_rules.together(found)


def _of_company(snapshot: Snapshot, rules: Rules) -> dict[str, Place]:
    """As the analysis found it."""
    rows = AccountFigure.objects.filter(snapshot=snapshot, basis_share__isnull=False).dependent()
    return {
        number: Place("company", "", grade, share or 0.0, protection_rules.line_of(grade, rules))
        for number, grade, share in rows.values_list("account", "dependency", "basis_share")
    }


def ref(span: Dependence) -> str:
    """What a task of the plan carries as its origin: it belongs to one span of dependence."""
    return f"portfolio.dependence:{span.pk}"


def tasks_of(plan: Protection) -> QuerySet[Task]:
    """Those of every span, newest first; whoever shows them asks for the right."""
    refs = [ref(span) for span in plan.spans.all()]
    return Task.objects.filter(origin_ref__in=refs).select_related("owner").order_by("-created_at", "pk")


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the plan is. `span`: the open one, else the last."""

    plan: Protection
    span: Dependence
    told: protection_rules.Completeness
    counts: dict[str, int]  # state -> barriers

    @property
    def in_force(self) -> bool:
        return self.span.until is None

    @property
    def is_complete(self) -> bool:
        return protection_rules.is_complete(self.told)


def standing(plan: Protection) -> Standing:
    """`plan`: with spans and barriers fetched (`with_parts`)."""
    spans = sorted(plan.spans.all(), key=lambda each: (each.until is None, each.since, each.pk))
    states = [each.state for each in plan.barriers.all()]
    counts = {state: states.count(state) for state in dict.fromkeys(states)}
    return Standing(plan, spans[-1], completeness(states), counts)


def with_parts(rows: QuerySet[Protection]) -> QuerySet[Protection]:
    return rows.select_related("account").prefetch_related("spans", "barriers")


def plan_of(account: Account) -> Protection | None:
    """With its spans and barriers. Three queries."""
    return with_parts(Protection.objects.filter(account=account)).first()


def incomplete(plans: Iterable[Protection]) -> list[Standing]:
    """In force, and nothing is being built."""
    told = [standing(plan) for plan in plans]
    return [each for each in told if each.in_force and not each.is_complete]


def without_built(rows: QuerySet[Protection]) -> QuerySet[Protection]:
    """The same in the database, for lists."""
    built = Barrier.objects.filter(state__in=("in_work", "stands")).values("plan")
    return rows.filter(spans__until=None).exclude(pk__in=built).distinct()


def plans_of(numbers: Collection[str]) -> dict[str, Standing]:
    """Account number -> its plan in force. Three queries."""
    rows = with_parts(Protection.objects.in_force().filter(account__number__in=numbers))
    return {plan.account.number: standing(plan) for plan in rows}
