"""Another year: a new plan with what is still true of the old one. And a template out of a plan (MGT-09)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account, Industry
from kamerton.core.refused import Refused
from kamerton.plans import measures, queries
from kamerton.plans.actions import holding
from kamerton.plans.content import content_of
from kamerton.plans.models import Activity, Line, Objective, Plan, PlanTemplate
from kamerton.plans.rules import phases, templates

_CARRIED = ("agreement", "effective", "loyalty", "why")


@transaction.atomic
def copy_to_next_year(*, actor: User, plan: Plan, now: dt.datetime) -> Plan:
    """The year after: it begins with the first phase again, and holds what is still true.

    Facts that still stand, ideas that are not over, needs not yet met, open opportunities, goals beyond the old
    year from where they are now, what is not done yet. Minutes and versions stay where they were.
    """
    holding.require(actor, plan.account)
    old = Plan.objects.select_for_update(of=("self",)).select_related("account", "owner").get(pk=plan.pk)
    starts_on = old.ends_on + dt.timedelta(days=1)
    if Plan.objects.filter(copied_from=old, starts_on=starts_on).exists():
        raise Refused(_("The plan was copied to the next year already. Nothing was changed."), code="copied")
    new = Plan.objects.create(
        account=old.account, title=_title(old, starts_on), starts_on=starts_on,
        ends_on=phases.months_after(starts_on, 12) - dt.timedelta(days=1),
        owner=old.owner if old.owner.is_active else actor, potential=old.potential, copied_from=old,
        created_by=actor, created_at=now, **{name: getattr(old, name) for name in _CARRIED},
    )  # fmt: skip
    new.compared.set(old.compared.all())
    new.opportunities.set(old.opportunities.open())
    _lines(old, new, actor, now)
    goals = _objectives(old, new, actor, now)
    _activities(old, new, goals, actor, now)
    holding.write(actor, "copy", new, new, now, after={"from": old.pk})
    return new


def _title(old: Plan, starts_on: dt.date) -> str:
    year, told = str(old.starts_on.year), str(starts_on.year)
    return old.title.replace(year, told) if year in old.title else f"{old.title[:190]} {told}"


def _lines(old: Plan, new: Plan, actor: User, now: dt.datetime) -> None:
    for line in old.lines.select_related("fact", "need").order_by("pk"):
        if not _still_true(line):
            continue
        Line.objects.create(
            plan=new, kind=line.kind, text=line.text, detail=line.detail, state=line.state, fact=line.fact,
            need=line.need, contact=line.contact, secrecy=line.secrecy, created_by=actor, created_at=now,
        )  # fmt: skip


def _still_true(line: Line) -> bool:
    if line.fact is not None and (line.fact.superseded_by_id or line.fact.withdrawn_at):
        return False
    if line.need is not None and line.need.state in ("won", "lost", "gone"):
        return False
    return line.state not in ("done", "dropped")


def _objectives(old: Plan, new: Plan, actor: User, now: dt.datetime) -> dict[int, Objective]:
    """Those whose day lies in the new year or beyond, from where they are now; the agreement stays."""
    figures, made = measures.figures(old.account), {}
    for row in old.objectives.filter(due_on__gte=new.starts_on, reached_on=None).order_by("pk"):
        current = (
            figures.get(row.measure, row.baseline) if row.kind == "figure" else row.counted or row.baseline
        )
        made[row.pk] = Objective.objects.create(
            plan=new, kind=row.kind, measure=row.measure, title=row.title, unit=row.unit, baseline=current,
            target=row.target, counted=row.counted, counted_on=row.counted_on, due_on=row.due_on,
            agreed_with=row.agreed_with, agreed_on=row.agreed_on, secrecy=row.secrecy, created_by=actor, created_at=now,
        )  # fmt: skip
    return made


def _activities(old: Plan, new: Plan, goals: dict[int, Objective], actor: User, now: dt.datetime) -> None:
    """What is not done: without a day where that is over. The old tasks stay the old plan's."""
    made: dict[int, Activity] = {}
    rows = [row for row in queries.activities_of(old) if row.state == "open"]
    for row in rows:
        owner = row.owner if row.owner.is_active else new.owner
        made[row.pk] = Activity.objects.create(
            plan=new, stream=row.stream, title=row.title, detail=row.detail, planned_owner=owner, days=row.days,
            planned_on=row.planned_on if row.planned_on and row.planned_on >= new.starts_on else None,
            objective=goals.get(row.objective_id or 0), budget=row.budget, secrecy=row.secrecy, created_by=actor,
            created_at=now,
        )  # fmt: skip
    for row in rows:
        made[row.pk].after.set([made[each.pk] for each in row.after.all() if each.pk in made])


@transaction.atomic
def save_as_template(
    *,
    actor: User,
    plan: Plan,
    name: str,
    now: dt.datetime,
    industry: Industry | None = None,
    account: Account | None = None,
) -> PlanTemplate:
    """What another plan may begin with, of a trade, of this account, or of any. Nothing secret goes into it."""  # fmt: skip
    holding.require(actor, plan.account)
    if not name.strip():
        raise Refused(_("A template has a name. Nothing was changed."), code="empty")
    row = PlanTemplate.objects.create(
        name=name.strip()[:120], industry=industry, account=account, content=templates.made_of(content_of(plan)),
        created_by=actor, created_at=now,
    )  # fmt: skip
    holding.write(actor, "save_template", row, plan, now)
    return row


@transaction.atomic
def remove_template(*, actor: User, template: PlanTemplate, now: dt.datetime) -> None:
    """Plans that began with it stay as they are. By its author, or who may make the affairs of all their own."""
    policy.require(actor, "accounts.edit", template)
    found = PlanTemplate.objects.select_for_update(of=("self",)).get(pk=template.pk)
    if found.created_by_id != actor.pk:
        policy.require(actor, "accounts.assign")
    holding.audit.record(actor=actor, action="plans.remove_template", subject=found, now=now)
    found.delete()
