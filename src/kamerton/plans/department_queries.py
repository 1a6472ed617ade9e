"""Plans of departments as a person may see them, with what was reached."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q

from kamerton.access import policy
from kamerton.access.models import OrgUnit, User
from kamerton.accounts import queries as account_queries
from kamerton.plans.models import DepartmentPlan, Target
from kamerton.plans.rules import department as rules
from kamerton.plans.rules.department import KINDS, Aim, Kind
from kamerton.portfolio import queries as portfolio_queries
from kamerton.portfolio.models import Snapshot

#: person -> kind -> what was reached
Reached = dict[int, dict[Kind, Aim]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One person in one kind: the target, and what the accounts that they answer for make of it."""

    target: Target
    person: User
    actual: Aim


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A plan's growth or its retention. `department` and `difference` are None to whom only the own line is shown."""

    kind: Kind
    lines: list[Line]
    department: Target | None = None
    difference: Aim | None = None  # the people's targets less the department's

    @property
    def planned(self) -> Aim:
        return rules.total(aim(line.target) for line in self.lines)

    @property
    def actual(self) -> Aim:
        return rules.total(line.actual for line in self.lines)


def aim(target: Target) -> Aim:
    return Aim(target.volume, target.clients)


def sees_whole(actor: policy.Actor) -> bool:
    """Whoever sees the whole company, or allots its targets."""
    return policy.can(actor, "portfolio.view_all") or policy.can(actor, "plans.allot")


def visible(actor: User) -> list[DepartmentPlan]:
    """Every plan to who sees the whole; else those in which the actor, or somebody of their line, has a target."""
    found = DepartmentPlan.objects.select_related("unit")
    if not sees_whole(actor):
        mine = Target.objects.filter(person__in=policy.people_in_reach(actor))
        found = found.filter(Q(pk__in=mine.values("plan")) | Q(unit__head=actor))
    return list(found)


def sides(actor: User, plan: DepartmentPlan) -> list[Side]:
    """Growth and retention of a plan that the actor sees. Six queries, however many people."""
    whole = sees_whole(actor) or plan.unit.head_id == actor.pk
    targets = plan.targets.select_related("person").order_by("person__last_name", "person__username", "pk")
    if not whole:
        targets = targets.filter(person__in=policy.people_in_reach(actor))
    rows = list(targets)
    done = reached(plan.year, {row.person_id for row in rows if row.person_id is not None})
    return [_side(kind, [row for row in rows if row.kind == kind], done, whole) for kind in KINDS]


def _side(kind: Kind, rows: list[Target], done: Reached, whole: bool) -> Side:
    lines = [
        Line(target=row, person=row.person, actual=done.get(row.person.pk, {}).get(kind, Aim()))
        for row in rows
        if row.person is not None
    ]
    department = next((row for row in rows if row.person_id is None), None) if whole else None
    side = Side(kind=kind, lines=lines)
    if department is None:
        return side
    return Side(kind=kind, lines=lines, department=department, difference=side.planned - aim(department))


def reached(year: int, people: Collection[int], snapshot: Snapshot | None = None) -> Reached:
    """What the accounts of these people made of a calendar year, by the newest figures. Two queries.

    An account counts to whoever answered for it on the day of the figures. Amounts are on the basis of the
    snapshot; a customer counts with sales above zero in the year; it is new where its first document is of the year.
    """
    snapshot = snapshot or portfolio_queries.latest_snapshot(with_figures=False)
    if snapshot is None or not people:
        return {}
    held = account_queries.held(snapshot.as_of).filter(person__in=people, account__merged_into=None)
    answers = dict(held.values_list("account__number", "person_id"))
    rows = portfolio_queries.account_figures(snapshot).filter(account__in=held.values("account__number"))
    told: Reached = {}
    for number, first, years in rows.values_list("account", "first_date", "series__by_year"):
        entry = (years or {}).get(str(year))
        if entry is None or first.year > year or number not in answers:
            continue
        kind: Kind = "growth" if first.year == year else "retention"
        mine = told.setdefault(answers[number], {})
        mine[kind] = mine.get(kind, Aim()) + _of_year(entry, snapshot.basis)
    return told


def _of_year(entry: dict[str, Any], basis: str) -> Aim:
    turnover = Decimal(entry["turnover"])
    income = entry.get("income") if basis == "income" else None
    return Aim(turnover if income is None else Decimal(income), int(turnover > 0))


def bases(year: int, people: Collection[int]) -> dict[Kind, dict[int, Aim]]:
    """What targets of `year` follow: for customers kept, all that was sold the year before; for new ones, equal parts."""
    before = reached(year - 1, people)
    kept = {person: rules.total(before.get(person, {}).values()) for person in people}
    return {"retention": kept, "growth": dict.fromkeys(people, Aim())}


def sellers_of(unit: OrgUnit, snapshot: Snapshot | None = None) -> list[User]:
    """Who in the department, or in a part of it, answers for accounts on the day of the newest figures."""
    snapshot = snapshot or portfolio_queries.latest_snapshot(with_figures=False)
    if snapshot is None:
        return []
    held = account_queries.held(snapshot.as_of).values("person")
    inside = Q(unit__in=_parts(unit)) | Q(pk=unit.head_id or 0)
    return list(User.objects.filter(inside, is_active=True, pk__in=held).order_by("last_name", "username"))


def _parts(unit: OrgUnit) -> set[int]:
    """The unit and every unit below it. One query."""
    below: dict[int | None, list[int]] = {}
    for pk, parent in OrgUnit.objects.values_list("pk", "parent_id"):
        below.setdefault(parent, []).append(pk)
    found, waiting = {unit.pk}, [unit.pk]
    while waiting:
        for pk in below.get(waiting.pop(), []):
            if pk not in found:
                found.add(pk)
                waiting.append(pk)
    return found
