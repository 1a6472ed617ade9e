"""Projects as a person may see them: their money, what is missing, which people have none yet."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account, Contact
from kamerton.plans.models import Autonomy, CheckIn, Project
from kamerton.plans.rules import autonomy as rules
from kamerton.portfolio import status_queries

OPEN = ("preparing", "running")
#: What counts against the budget: decided, not what waits.
SPENT = ("within", "approved")


def autonomy() -> Autonomy:
    return Autonomy.objects.filter(pk=1).first() or Autonomy(pk=1)


def days_between(of: Autonomy) -> dict[int, int]:
    return {1: of.days_1, 2: of.days_2, 3: of.days_3, 4: of.days_4}


def projects(actor: policy.Actor, right: str = "work.view") -> Any:
    """With account, person and leader at hand."""
    rows = Project.objects.filter(account__merged_into=None).select_related("account", "contact", "leader")
    return policy.scope(rows, actor, right)


def spent(project: Project) -> Decimal:
    found = project.spends.filter(state__in=SPENT).aggregate(total=Sum("amount"))["total"]
    return Decimal(found or 0)


def leads(actor: User, person: User) -> bool:
    """Whether `actor` stands above `person` in the line, or above everybody."""
    if actor.pk == person.pk or not policy.can(actor, "work.assign"):
        return False
    return actor.held_role.breadth == "all" or person.pk in policy.below(actor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a project stands: what is missing before the start, what is spent, the next check-in."""

    missing: list[str]
    spent: Decimal
    left: Decimal | None
    check_in: CheckIn | None
    slow: bool


def standing(project: Project, today: dt.date) -> Standing:
    """Four queries."""
    told, used = autonomy(), spent(project)
    settled = project.records.values_list("kind", flat=True)
    return Standing(
        missing=rules.missing(project.level, list(settled)) if project.state == "preparing" else [],
        spent=used,
        left=None if project.budget is None else project.budget - used,
        check_in=project.check_ins.filter(held_on=None).first() if project.is_open else None,
        slow=is_slow(project, told, today),
    )


def is_slow(project: Project, told: Autonomy, today: dt.date) -> bool:
    return project.state == "running" and rules.is_slow(
        project.level, project.started_on, today, expected=told.expected, months=told.months
    )


def people_without(actor: User, account: Account | None = None) -> list[Contact]:
    """VIPs and opinion leaders in reach for whom no project is open (ABP-14). Two queries."""
    rows = Contact.objects.present().filter(
        Q(is_vip=True) | Q(is_opinion_leader=True), account__merged_into=None
    )
    rows = rows.exclude(
        pk__in=Project.objects.filter(state__in=OPEN, contact__isnull=False).values("contact")
    )
    if account is not None:
        rows = rows.filter(account=account)
    found = policy.scope(rows.select_related("account"), actor, "work.edit")
    return list(found.order_by("account__name", "name", "pk"))


def accounts_without(actor: User) -> list[Account]:
    """Key accounts in reach for which no project as a whole is open. Two queries and those that tell who is key."""
    begun = Project.objects.filter(state__in=OPEN, contact=None).values("account")
    rows = Account.objects.filter(number__in=status_queries.key_numbers(), merged_into=None).exclude(
        pk__in=begun
    )
    return list(policy.scope(rows, actor, "work.edit").order_by("name"))
