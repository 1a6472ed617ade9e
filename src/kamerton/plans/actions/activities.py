"""Activities: planned, put in order, started as tasks of their owners, and changed with them (decision 0014)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.accounts.actions import telling
from kamerton.core import concurrency, undo
from kamerton.core.concurrency import Plain
from kamerton.core.refused import Refused
from kamerton.plans import queries
from kamerton.plans.actions import holding
from kamerton.plans.choices import resource_kinds, streams
from kamerton.plans.models import Activity, Plan, Resource
from kamerton.plans.rules import phases, schedule
from kamerton.work.actions import tasks

EDITED = (
    "stream", "title", "detail", "planned_owner", "planned_on", "not_before", "days", "objective", "budget", "secrecy",
)  # fmt: skip
_STORED = (
    "stream",
    "title",
    "detail",
    "planned_owner_id",
    "days",
    "objective_id",
    "task_id",
    "created_by_id",
)
_MOST_DAYS = 400


class Circle(Refused):
    """Activities would wait for one another for ever. Nothing was changed."""


@transaction.atomic
def add(*, actor: User, plan: Plan, values: Mapping[str, Any], now: dt.datetime) -> Activity:
    """`values` may hold `after`: activities of the plan that come first. While the plan is carried out it is a task at once."""
    found = holding.held(actor, plan)
    told = {name: value for name, value in values.items() if name in EDITED}
    row = Activity(plan=found, created_by=actor, created_at=now, **told)
    _check(actor, row)
    row.save(force_insert=True)
    _order(row, values.get("after") or ())
    holding.write(actor, "add_activity", row, found, now,
                  after={"stream": row.stream, "owner": row.planned_owner_id, "on": concurrency.plain(row.planned_on)})  # fmt: skip
    if found.phase == "execution":
        _give(actor, row, now)
    return row


@transaction.atomic
def edit(
    *,
    actor: User,
    activity: Activity,
    opened: Mapping[str, Plain],
    submitted: Mapping[str, Any],
    now: dt.datetime,
) -> Activity:
    """Its task follows: title, day and owner. Raises concurrency.Conflict where two change the same field."""
    plan, found = _held(actor, activity.pk)
    told = {name: submitted[name] for name in EDITED if name in submitted}
    written = concurrency.apply(found, opened=opened, submitted=told)
    _check(actor, found)
    if "after" in submitted and _order(found, submitted["after"]):
        written.append("after")
    if not written:
        return found
    holding.save(found, EDITED)
    holding.write(actor, "edit_activity", found, plan, now, after={"fields": sorted(written)})
    if found.task is not None:
        tasks.steer(
            actor=actor, task=found.task, now=now,
            title=_task_title(found) if {"title", "secrecy"} & set(written) else None,
            due_on=found.planned_on if "planned_on" in written else None,
            owner=found.planned_owner if "planned_owner" in written else None,
        )  # fmt: skip
    return found


def _order(row: Activity, after: Collection[Activity]) -> bool:
    """What comes before it. Raises Circle where something would wait for itself."""
    wanted = {each.pk for each in after}
    if any(each.plan_id != row.plan_id for each in after):
        raise Refused(_("The activity belongs to another plan. Nothing was changed."), code="elsewhere")
    if wanted == set(row.after.values_list("pk", flat=True)):
        return False
    steps = {each.pk: queries.step_of(each) for each in queries.activities_of(row.plan)}
    steps[row.pk] = schedule.Step(key=row.pk, after=tuple(sorted(wanted)))
    try:
        schedule.in_order(steps)
    except schedule.Cyclic as circle:
        names = dict(Activity.objects.filter(pk__in=circle.keys).values_list("pk", "title"))
        told = " → ".join(names.get(key, row.title) for key in (*circle.keys, circle.keys[0]))
        raise Circle(
            _("These would wait for one another: %(circle)s. Nothing was changed.") % {"circle": told}, code="circle",
            hint=_("Take one of them out of what comes first."),
        ) from circle  # fmt: skip
    row.after.set(wanted)
    return True


@transaction.atomic
def remove(*, actor: User, activity: Activity, now: dt.datetime) -> dict[str, Any]:
    """Out of the plan; its task is dropped. Returns what its undo needs."""
    plan, found = _held(actor, activity.pk)
    kept: dict[str, Any] = {name: getattr(found, name) for name in _STORED}
    kept |= {name: concurrency.plain(getattr(found, name)) for name in ("planned_on", "not_before", "budget")}
    kept |= {
        "pk": found.pk, "plan": plan.pk, "created_at": found.created_at.isoformat(), "secrecy": int(found.secrecy),
        "after": list(found.after.values_list("pk", flat=True)),
        "before": list(found.before.values_list("pk", flat=True)),
        "resources": [
            {"kind": each.kind, "person_id": each.person_id, "what": each.what, "days": each.days,
             "cost": concurrency.plain(each.cost)}
            for each in found.resources.all()
        ],
    }  # fmt: skip
    if found.task is not None:
        tasks.settle(
            actor=actor, task=found.task, now=now, state="dropped", outcome=_("Taken out of the plan")
        )
    holding.write(actor, "remove_activity", found, plan, now, before={"stream": found.stream})
    found.delete()
    return kept


@undo.register("plans.activity_back")
@transaction.atomic
def _back(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """What `remove` returned. Its task stays dropped; while the plan is carried out it gets a new one."""
    plan = holding.held(actor, parameters["plan"])
    told = {name: parameters[name] for name in _STORED if name != "task_id"}
    told |= {
        name: dt.date.fromisoformat(parameters[name])
        for name in ("planned_on", "not_before")
        if parameters[name]
    }
    told["budget"] = Decimal(parameters["budget"]) if parameters["budget"] else None
    row = Activity.objects.create(
        pk=parameters["pk"], plan=plan, secrecy=parameters["secrecy"],
        created_at=dt.datetime.fromisoformat(parameters["created_at"]), **told,
    )  # fmt: skip
    row.after.set(plan.activities.filter(pk__in=parameters["after"]))
    row.before.set(plan.activities.filter(pk__in=parameters["before"]))
    for each in parameters["resources"]:
        cost = Decimal(each["cost"]) if each["cost"] else None
        Resource.objects.create(activity=row, **{**each, "cost": cost})
    holding.write(actor, "add_activity", row, plan, now, after={"stream": row.stream})
    if plan.phase == "execution":
        _give(actor, row, now)
    return _("The activity is there again.")


# --- doing ---------------------------------------------------------------------------------------------------------


def start(*, actor: User, plan: Plan, now: dt.datetime) -> None:
    """Called when the plan goes into execution: each activity is a task of its owner from now on."""
    for row in plan.activities.filter(task=None).select_related("planned_owner", "plan__account"):
        _give(actor, row, now)


def _give(actor: User, row: Activity, now: dt.datetime) -> None:
    row.task = tasks.put_down(
        actor=actor, title=_task_title(row), now=now, owner=row.planned_owner, account=row.plan.account,
        due_on=row.planned_on, origin="plan", origin_ref=f"plans.activity:{row.pk}",
    )  # fmt: skip
    row.save(update_fields=["task"])


def _task_title(row: Activity) -> str:
    """A task is internal: of what is secret its title says no word."""
    if row.secrecy >= Secrecy.SECRET:
        return _("A secret activity of the plan for %(account)s") % {"account": row.plan.account.name}
    return row.title


# --- resources -----------------------------------------------------------------------------------------------------


@transaction.atomic
def add_resource(*, actor: User, activity: Activity, values: Mapping[str, Any], now: dt.datetime) -> Resource:
    """Who and what it needs besides its owner (ABP-11)."""
    plan, found = _held(actor, activity.pk)
    row = Resource(
        activity=found, **{name: values.get(name) for name in ("kind", "person", "days", "cost")},
        what=(values.get("what") or "").strip(),
    )  # fmt: skip
    _check_resource(row)
    row.save(force_insert=True)
    holding.write(actor, "add_resource", row, plan, now, after={"kind": row.kind, "person": row.person_id})
    return row


@transaction.atomic
def remove_resource(*, actor: User, resource: Resource, now: dt.datetime) -> None:
    row: Resource = holding.locked(Resource, resource.pk)
    plan, _activity = _held(actor, row.activity_id)
    holding.write(actor, "remove_resource", row, plan, now, before={"kind": row.kind})
    row.delete()


def _check_resource(row: Resource) -> None:
    if row.kind not in dict(resource_kinds()):
        raise Refused(_("Resources come from inside or from outside. Nothing was changed."), code="kind")
    if row.person is None and not row.what:
        raise Refused(_("Say who or what is needed. Nothing was changed."), code="empty")
    if row.person is not None and row.kind == "outside":
        raise Refused(
            _("One of our own people does not come from outside. Nothing was changed."), code="kind"
        )
    if row.person is not None:
        holding.require_owner(row.person)
    if row.cost is not None and row.cost < 0:
        raise Refused(_("A cost is not negative. Nothing was changed."), code="value")


# --- checks --------------------------------------------------------------------------------------------------------


def _held(actor: User, number: int) -> tuple[Plan, Activity]:
    row: Activity = holding.locked(Activity, number)
    plan = holding.held(actor, row.plan_id)
    row = holding.locked(Activity, number)
    policy.require(actor, "accounts.edit", row)
    return plan, row


def _check(actor: User, row: Activity) -> None:
    row.title, row.detail = row.title.strip(), row.detail.replace("\r\n", "\n").strip()
    nothing = _("Nothing was changed.")
    if not row.title:
        raise Refused(_("An activity says what is done."), hint=_("A few words will do."), code="empty")
    if row.stream not in dict(streams()):
        raise Refused(_("There is no such part of a plan."), hint=nothing, code="kind")
    if not 1 <= row.days <= _MOST_DAYS:
        raise Refused(_("An activity takes between 1 and 400 working days."), hint=nothing, code="days")
    if row.budget is not None and row.budget < 0:
        raise Refused(_("A budget is not negative."), hint=nothing, code="value")
    if row.objective is not None and row.objective.plan_id != row.plan_id:
        raise Refused(_("The objective belongs to another plan."), hint=nothing, code="elsewhere")
    for day in (row.planned_on, row.not_before):
        if day is not None and not row.plan.starts_on <= day <= phases.furthest(row.plan.starts_on):
            raise Refused(_("The day lies outside of the five years of the plan."), hint=nothing, code="days")
    if row.planned_on and row.not_before and row.planned_on < row.not_before:
        raise Refused(_("It would be done before it may begin."), hint=nothing, code="days")
    holding.require_owner(row.planned_owner)
    telling.require_clearance(actor, row.secrecy)
