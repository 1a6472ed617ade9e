"""Setting the targets of a department, dividing them among its people, changing one of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import OrgUnit, User
from kamerton.core import audit, concurrency, undo
from kamerton.core.concurrency import Plain
from kamerton.core.refused import Refused
from kamerton.plans import department_queries as queries
from kamerton.plans.models import DepartmentPlan, Target
from kamerton.plans.models.department import FIRST_YEAR, LAST_YEAR
from kamerton.plans.rules import department as rules
from kamerton.plans.rules.department import KINDS, Aim, Kind

RIGHT = "plans.allot"
EDITED = ("volume", "clients")
_LARGEST = Decimal(10) ** 13


@transaction.atomic
def create(
    *, actor: User, unit: OrgUnit, year: int, aims: Mapping[Kind, Aim], now: dt.datetime
) -> DepartmentPlan:
    """The targets of a department for a year; its people's are derived from them at once."""
    policy.require(actor, RIGHT)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused(_("Enter a year with four digits. Nothing was saved."), code="year")
    OrgUnit.objects.select_for_update(of=("self",)).get(pk=unit.pk)  # of two at once the second is told
    if DepartmentPlan.objects.filter(unit=unit, year=year).exists():
        raise Refused(
            _("%(unit)s has a plan for %(year)s already. Nothing was saved.")
            % {"unit": unit.name, "year": year},
            code="once",
            hint=_("Open that plan and change it."),
        )
    plan = DepartmentPlan.objects.create(unit=unit, year=year, created_by=actor, created_at=now)
    for kind in KINDS:
        told = aims.get(kind, Aim())
        _check(told.volume, told.clients)
        Target.objects.create(plan=plan, kind=kind, volume=told.volume, clients=told.clients)
    _replace(plan, _derived(plan))
    audit.record(actor=actor, action="plans.department", subject=plan, now=now,
                 after={"unit": unit.name, "year": year})  # fmt: skip
    return plan


def _check(volume: Decimal, clients: int) -> None:
    if not 0 <= volume < _LARGEST or clients < 0:
        raise Refused(_("A target is not negative. Nothing was saved."), code="negative")


@transaction.atomic
def derive(*, actor: User, plan: DepartmentPlan, now: dt.datetime) -> str:
    """Divide the department's targets anew among its people; returns the token that takes it back."""
    policy.require(actor, RIGHT)
    plan = _locked(plan)
    before = _rows(plan)
    told = _derived(plan)
    if not told:
        raise Refused(
            _("Nobody of this department answers for an account yet. Nothing was changed."),
            code="nobody",
            hint=_("Say on the accounts' pages who is responsible, or add a person to the plan."),
        )
    _replace(plan, told)
    audit.record(actor=actor, action="plans.derive", subject=plan, now=now, before={"rows": before},
                 after={"rows": _rows(plan)})  # fmt: skip
    return undo.offer(
        actor=actor, kind="plans.targets", parameters={"plan": plan.pk, "rows": before}, now=now
    )


def _locked(plan: DepartmentPlan) -> DepartmentPlan:
    return DepartmentPlan.objects.select_for_update(of=("self",)).select_related("unit").get(pk=plan.pk)


def _derived(plan: DepartmentPlan) -> list[tuple[int, Kind, Aim]]:
    """By the accounts of the year before; who was added by hand stays in."""
    known = Target.objects.filter(plan=plan, person__isnull=False).values_list("person", flat=True)
    people = {*known, *(each.pk for each in queries.sellers_of(plan.unit))}
    whole = {row.kind: queries.aim(row) for row in plan.targets.filter(person=None)}
    return [
        (person, kind, aim)
        for kind, base in queries.bases(plan.year, people).items()
        for person, aim in rules.derived(whole[kind], base).items()
    ]


def _replace(plan: DepartmentPlan, told: Iterable[tuple[int, Kind, Aim]]) -> None:
    plan.targets.filter(person__isnull=False).delete()
    Target.objects.bulk_create(
        Target(plan=plan, person_id=person, kind=kind, volume=aim.volume, clients=aim.clients)
        for person, kind, aim in told
    )


def _rows(plan: DepartmentPlan) -> list[list[Any]]:
    """The people's targets, ready for JSON."""
    rows = plan.targets.filter(person__isnull=False).order_by("pk")
    return [[row.person_id, row.kind, str(row.volume), row.clients] for row in rows]


@undo.register("plans.targets")
@transaction.atomic
def _put_back(*, actor: User, parameters: Mapping[str, Any], now: dt.datetime) -> str:
    policy.require(actor, RIGHT)
    plan = _locked(DepartmentPlan.objects.get(pk=parameters["plan"]))
    before = _rows(plan)
    _replace(
        plan,
        [
            (person, kind, Aim(Decimal(volume), clients))
            for person, kind, volume, clients in parameters["rows"]
        ],
    )
    audit.record(actor=actor, action="plans.targets_undone", subject=plan, now=now, before={"rows": before},
                 after={"rows": parameters["rows"]})  # fmt: skip
    return _("The targets are as they were.")


@transaction.atomic
def set_target(
    *,
    actor: User,
    target: Target,
    opened: Mapping[str, Plain],
    submitted: Mapping[str, Any],
    now: dt.datetime,
) -> Target:
    """Change one target: the department's, or a person's by hand. The others stay, so a difference may show."""
    policy.require(actor, RIGHT)
    row = Target.objects.select_for_update(of=("self",)).get(pk=target.pk)
    told = {name: submitted[name] for name in EDITED if name in submitted}
    if "volume" in told:
        _check(told["volume"], 0)
    if "clients" in told:
        _check(Decimal(0), told["clients"])
    before = {name: str(getattr(row, name)) for name in EDITED}
    written = concurrency.apply(row, opened=opened, submitted=told)
    if written:
        row.version += 1
        row.save(update_fields=[*written, "version"])
        audit.record(actor=actor, action="plans.target", subject=row, now=now, before=before,
                     after={name: str(getattr(row, name)) for name in EDITED})  # fmt: skip
    return row


@transaction.atomic
def add_person(*, actor: User, plan: DepartmentPlan, person: User, now: dt.datetime) -> None:
    """A person who answers for nothing yet, with targets of zero to be set by hand."""
    policy.require(actor, RIGHT)
    plan = _locked(plan)
    if plan.targets.filter(person=person).exists():
        raise Refused(
            _("%(person)s has targets in this plan already.") % {"person": person.display_name}, code="once"
        )
    Target.objects.bulk_create(Target(plan=plan, person=person, kind=kind) for kind in KINDS)
    audit.record(
        actor=actor, action="plans.target_person", subject=plan, now=now, after={"person": person.pk}
    )


@transaction.atomic
def drop_person(*, actor: User, plan: DepartmentPlan, person: User, now: dt.datetime) -> str:
    """Take a person's targets out; returns the token that puts them back."""
    policy.require(actor, RIGHT)
    plan = _locked(plan)
    before = _rows(plan)
    if not plan.targets.filter(person=person).delete()[0]:
        raise Refused(
            _("%(person)s has no targets in this plan. Nothing was changed.")
            % {"person": person.display_name},
            code="nobody",
        )
    audit.record(actor=actor, action="plans.target_person_gone", subject=plan, now=now,
                 before={"person": person.pk})  # fmt: skip
    return undo.offer(
        actor=actor, kind="plans.targets", parameters={"plan": plan.pk, "rows": before}, now=now
    )
