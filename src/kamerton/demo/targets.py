"""The targets of the sales department: this year's, one of them changed by hand, and last year's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal

from kamerton.access.models import OrgUnit, User
from kamerton.plans import department_queries as queries
from kamerton.plans.actions import department
from kamerton.plans.models import DepartmentPlan, Target
from kamerton.plans.rules import department as rules
from kamerton.plans.rules.department import Aim

#: What the department asks for, against the year before.
_MORE = Decimal("1.04")
_WON = Aim(Decimal(60_000), 8)


def tell(*, users: Mapping[str, User], today: dt.date, at: Callable[[int], dt.datetime]) -> None:
    sales = OrgUnit.objects.get(name="Sales")
    people = {each.pk for each in queries.sellers_of(sales)}
    for year, ago in ((today.year - 1, 500), (today.year, 300)):
        before = queries.reached(year - 1, people)
        sold = rules.total(aim for sides in before.values() for aim in sides.values())
        kept = Aim((sold.volume * _MORE).quantize(Decimal("1E3")), sold.clients)
        department.create(
            actor=users["helena"],
            unit=sales,
            year=year,
            aims={"retention": kept, "growth": _WON},
            now=at(ago),
        )
    _by_hand(DepartmentPlan.objects.get(unit=sales, year=today.year), users, at)


def _by_hand(plan: DepartmentPlan, users: Mapping[str, User], at: Callable[[int], dt.datetime]) -> None:
    """A junior begins with fewer new customers than the others: the difference shows until somebody takes it on."""
    row = Target.objects.filter(plan=plan, person=users["tomas"], kind="growth").first()
    row = row or Target.objects.filter(plan=plan, kind="growth", person__isnull=False).earliest("pk")
    told = {"volume": row.volume // 2, "clients": max(row.clients - 1, 0)}
    department.set_target(actor=users["helena"], target=row, opened={}, submitted=told, now=at(120))
