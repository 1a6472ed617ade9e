"""What a version of a plan keeps: everything that it says, and nothing of how far it is."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from kamerton.plans.models import Activity, Line, Objective, Plan
from kamerton.plans.rules.versions import Content

#: An opportunity is internal. Its amount and its day live in the portfolio, and change with every talk.
_OPPORTUNITY_SECRECY = 1
_PLAN = ("title", "starts_on", "ends_on", "why", "potential", "agreement", "effective", "loyalty")


def content_of(plan: Plan) -> Content:
    """Ready for JSON, rows in the order of their keys. Six queries."""
    own: dict[str, Any] = {name: _plain(getattr(plan, name)) for name in _PLAN}
    own["compared"] = sorted(plan.compared.values_list("pk", flat=True))
    lines = plan.lines.select_related("fact", "need").order_by("pk")
    activities = plan.activities.order_by("pk").prefetch_related("after", "resources")
    return {
        "plan": own,
        "lines": [_line(row) for row in lines],
        "opportunities": [
            {"id": row.pk, "title": row.title, "secrecy": _OPPORTUNITY_SECRECY}
            for row in plan.opportunities.order_by("pk")
        ],
        "objectives": [_objective(row) for row in plan.objectives.order_by("pk")],
        "activities": [_activity(row) for row in activities],
    }  # fmt: skip


def secrecy_of(line: Line) -> int:
    """A line is as secret as what it is made of."""
    told = [line.secrecy]
    told += [each.secrecy for each in (line.fact, line.need) if each is not None]
    return max(told)


def text_of(line: Line) -> str:
    return line.text or (line.fact.statement if line.fact is not None else "")


def _line(row: Line) -> dict[str, Any]:
    return {
        "id": row.pk, "kind": row.kind, "text": text_of(row), "detail": row.detail, "state": row.state,
        "fact": row.fact_id, "need": row.need_id, "contact": row.contact_id, "secrecy": secrecy_of(row),
    }  # fmt: skip


def _objective(row: Objective) -> dict[str, Any]:
    names = ("kind", "measure", "title", "unit", "baseline", "target", "due_on", "agreed_on")
    told = {name: _plain(getattr(row, name)) for name in names}
    return {"id": row.pk, **told, "agreed_with": row.agreed_with_id, "secrecy": row.secrecy}


def _activity(row: Activity) -> dict[str, Any]:
    names = ("stream", "title", "detail", "planned_on", "not_before", "days", "budget")
    told = {name: _plain(getattr(row, name)) for name in names}
    resources = [
        {
            "kind": each.kind,
            "person": each.person_id,
            "what": each.what,
            "days": each.days,
            "cost": _plain(each.cost),
        }
        for each in row.resources.all()
    ]
    return {
        "id": row.pk, **told, "owner": row.planned_owner_id, "objective": row.objective_id,
        "after": sorted(each.pk for each in row.after.all()), "resources": resources, "secrecy": row.secrecy,
    }  # fmt: skip


def _plain(value: Any) -> Any:
    match value:
        case dt.date():
            return value.isoformat()
        case Decimal():
            return format(value.normalize(), "f")
    return value
