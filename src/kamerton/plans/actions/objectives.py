"""Objectives: written down measurably, agreed with the customer, counted, reached."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.actions import telling
from kamerton.core import concurrency, undo
from kamerton.core.concurrency import Plain
from kamerton.core.refused import Refused
from kamerton.plans import measures
from kamerton.plans.actions import holding
from kamerton.plans.choices import measures as measure_choices
from kamerton.plans.choices import objective_kinds
from kamerton.plans.models import Objective, Plan
from kamerton.plans.rules import phases

EDITED = (
    "kind", "measure", "title", "unit", "baseline", "target", "due_on", "agreed_with", "agreed_on", "secrecy",
)  # fmt: skip
_STORED = ("kind", "measure", "title", "unit", "agreed_with_id", "secrecy", "created_by_id")
_AMOUNTS = ("baseline", "target", "counted")
_DAYS = ("due_on", "agreed_on", "counted_on", "reached_on")
_ZERO = Decimal(0)


class NotMeasurable(Refused):
    """An objective that nobody could say was reached is none (ABP-06)."""


@transaction.atomic
def add(*, actor: User, plan: Plan, values: Mapping[str, Any], now: dt.datetime) -> Objective:
    """A figure without a baseline begins where the newest snapshot stands, a count with nothing."""
    found = holding.held(actor, plan)
    told = {name: value for name, value in values.items() if name in EDITED}
    row = Objective(plan=found, created_by=actor, created_at=now, **told)
    _complete(row)
    _check(actor, row, now)
    row.save(force_insert=True)
    holding.write(
        actor, "add_objective", row, found, now, after={"kind": row.kind, "due_on": row.due_on.isoformat()}
    )
    return row


def _complete(row: Objective) -> None:
    row.title, row.unit = row.title.strip(), row.unit.strip()
    if row.kind != "figure":
        row.measure = ""
    if row.kind == "milestone":
        row.baseline = row.target = None
    elif row.baseline is None:
        row.baseline = measures.figures(row.plan.account).get(row.measure) if row.kind == "figure" else _ZERO


@transaction.atomic
def edit(
    *,
    actor: User,
    objective: Objective,
    opened: Mapping[str, Plain],
    submitted: Mapping[str, Any],
    now: dt.datetime,
) -> Objective:
    """Raises concurrency.Conflict where two change the same field."""
    plan, found = _held(actor, objective.pk)
    told = {name: submitted[name] for name in EDITED if name in submitted}
    written = concurrency.apply(found, opened=opened, submitted=told)
    if not written:
        return found
    _complete(found)
    _check(actor, found, now)
    holding.save(found, EDITED)
    holding.write(actor, "edit_objective", found, plan, now, after={"fields": sorted(written)})
    return found


@transaction.atomic
def count(*, actor: User, objective: Objective, value: Decimal, on: dt.date, now: dt.datetime) -> Objective:
    """Where a count stands. It is no change of the plan: versions do not keep it."""
    plan, found = _held(actor, objective.pk)
    if found.kind != "count":
        raise Refused(
            _("Only a count is written down; figures fill in themselves. Nothing was changed."), code="kind"
        )
    _refuse_future(on, now)
    before = found.counted
    found.counted, found.counted_on = value, on
    holding.save(found, ("counted", "counted_on"))
    holding.write(actor, "count", found, plan, now, before={"value": concurrency.plain(before)},
                  after={"value": concurrency.plain(value), "on": on.isoformat()})  # fmt: skip
    return found


@transaction.atomic
def reach(*, actor: User, objective: Objective, on: dt.date | None, now: dt.datetime) -> Objective:
    """A milestone was reached on that day; None: it was not."""
    plan, found = _held(actor, objective.pk)
    if found.kind != "milestone":
        raise Refused(_("Only a milestone is reached by saying so. Nothing was changed."), code="kind")
    if on is not None:
        _refuse_future(on, now)
    found.reached_on = on
    holding.save(found, ("reached_on",))
    holding.write(actor, "reach", found, plan, now, after={"on": on.isoformat() if on else None})
    return found


@transaction.atomic
def remove(*, actor: User, objective: Objective, now: dt.datetime) -> dict[str, Any]:
    """Returns what its undo needs. Activities towards it stay."""
    plan, found = _held(actor, objective.pk)
    kept: dict[str, Any] = {name: getattr(found, name) for name in _STORED}
    kept |= {name: concurrency.plain(getattr(found, name)) for name in (*_AMOUNTS, *_DAYS)}
    kept |= {"pk": found.pk, "plan": plan.pk, "created_at": found.created_at.isoformat(), "secrecy": int(found.secrecy),
             "activities": list(found.activities.values_list("pk", flat=True))}  # fmt: skip
    holding.write(actor, "remove_objective", found, plan, now, before={"kind": found.kind})
    found.delete()
    return kept


@undo.register("plans.objective_back")
@transaction.atomic
def _back(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """What `remove` returned."""
    plan = holding.held(actor, parameters["plan"])
    told = {name: parameters[name] for name in _STORED}
    told |= {name: Decimal(parameters[name]) for name in _AMOUNTS if parameters[name] is not None}
    told |= {name: dt.date.fromisoformat(parameters[name]) for name in _DAYS if parameters[name]}
    row = Objective.objects.create(
        pk=parameters["pk"], plan=plan, created_at=dt.datetime.fromisoformat(parameters["created_at"]), **told
    )
    plan.activities.filter(pk__in=parameters["activities"], objective=None).update(objective=row)
    holding.write(actor, "add_objective", row, plan, now, after={"kind": row.kind})
    return _("The objective is there again.")


def _held(actor: User, number: int) -> tuple[Plan, Objective]:
    row: Objective = holding.locked(Objective, number)
    plan = holding.held(actor, row.plan_id)
    row = holding.locked(Objective, number)
    policy.require(actor, "accounts.edit", row)
    return plan, row


def _check(actor: User, row: Objective, now: dt.datetime) -> None:
    nothing = _("Nothing was changed.")
    if not row.title:
        raise Refused(_("An objective says what is to be reached."), hint=nothing, code="empty")
    if row.kind not in dict(objective_kinds()):
        raise Refused(_("There is no such kind of objective."), hint=nothing, code="kind")
    if row.kind == "figure" and row.measure not in dict(measure_choices()):
        raise NotMeasurable(
            _("Choose the figure that the objective is measured by."), hint=nothing, code="figure"
        )
    if row.kind != "milestone" and row.target is None:
        raise NotMeasurable(_("An objective has a target that can be measured."), hint=nothing, code="target")
    if row.kind == "figure" and row.baseline is None:
        raise NotMeasurable(
            _("The figure is not known of this account yet, so there is nothing to begin from."),
            hint=_("Write down where you begin."), code="baseline",
        )  # fmt: skip
    if row.due_on < row.plan.starts_on:
        raise Refused(_("The objective is due before the plan begins."), hint=nothing, code="days")
    if row.due_on > phases.furthest(row.plan.starts_on):
        raise Refused(_("An objective lies five years ahead at most."), hint=nothing, code="days")
    _check_agreement(row, now)
    telling.require_clearance(actor, row.secrecy)


def _check_agreement(row: Objective, now: dt.datetime) -> None:
    """Both or neither: an agreement has a person and a day (ABP-02)."""
    if (row.agreed_with is None) != (row.agreed_on is None):
        raise Refused(
            _("An agreement has a contact and a day. Nothing was changed."), code="agreement",
            hint=_("Without both the objective is shown as proposed."),
        )  # fmt: skip
    if row.agreed_on is not None:
        _refuse_future(row.agreed_on, now)
    telling.require_contacts(row.plan.account, [row.agreed_with])


def _refuse_future(on: dt.date, now: dt.datetime) -> None:
    if on > timezone.localdate(now):
        raise Refused(_("The day lies ahead. Nothing was changed."), code="days")
