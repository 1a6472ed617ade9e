"""What the pages of plans share: the door, the people, the ways back, undo."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.core import clock, undo
from kamerton.core.models import Company
from kamerton.plans.models import Plan
from kamerton.web.gates import person
from kamerton.web.records import found as found_row
from kamerton.web.toasts import toast
from kamerton.web.undo import undo_url
from kamerton.work.queries import assignable

VIEW, EDIT = "portfolio.view", "accounts.edit"


def found_plan(request: HttpRequest, pk: int, right: str = VIEW) -> Plan:
    """The plan within reach, else 404."""
    return found_row(request, Plan, pk, right, "account", "account__industry", "owner")


def plan_url(plan: Plan | int, anchor: str = "") -> str:
    url = reverse("plan", args=[plan if isinstance(plan, int) else plan.pk])
    return f"{url}#{anchor}" if anchor else url


def may_edit(request: HttpRequest, plan: Plan) -> bool:
    return plan.is_open and policy.can(request.user, EDIT, plan.account)


def people_for(request: HttpRequest, account: Account, *also: int | None) -> QuerySet[User]:
    """Whom one may give work to, oneself, who is there already, and whoever looks after the account."""
    some = assignable(person(request), clock.today(), account).values_list("pk", flat=True)
    team = account.coverage.filter(person__is_active=True, person__is_external=False).values_list(
        "person", flat=True
    )
    numbers = {*some, *team, person(request).pk, *(each for each in also if each)}
    return User.objects.filter(pk__in=numbers)


def colleagues() -> QuerySet[User]:
    """Everybody of ours: a review is with the management, a resource from any department."""
    return User.objects.filter(is_active=True, is_external=False)


def offer_undo(request: HttpRequest, text: str, kind: str, parameters: dict[str, Any]) -> None:
    token = undo.offer(actor=person(request), kind=kind, parameters=parameters, now=clock.now())
    toast(request, text, undo_url=undo_url(token))


def currency() -> str:
    company = Company.objects.filter(pk=1).first()
    return company.currency if company else ""
