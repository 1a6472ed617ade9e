"""The first version in minutes: a plan is filled with what the system knows of the account, or with a template."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Fact, Need
from kamerton.plans import measures, queries
from kamerton.plans.models import Activity, Line, Objective, Plan, PlanTemplate
from kamerton.plans.rules import phases, templates
from kamerton.portfolio.models import AccountFigure, Opportunity, Wallet
from kamerton.portfolio.queries import latest_snapshot

#: Topics of facts -> part of the SWOT in which they are proposed; the reader moves them.
_TOPICS: Mapping[str, str] = {
    "solution": "strength",
    "plans": "chance",
    "lead": "chance",
    "market": "chance",
    "budget": "chance",
    "competitor": "threat",
}
#: Topics that tell what the customer wants.
_WANTS = ("goal", "needs")
_MOST = 6  # facts of one part, newest first
_BESIDE = 2  # accounts beside which one is compared
_GROWTH = Decimal("1.10")  # proposed for the year; changed in one line
_YEARS_AHEAD = 3


def fill(*, actor: User, plan: Plan, now: dt.datetime) -> None:
    """What the actor may read of the account: facts, needs, opportunities, potential, figures. In the transaction."""
    _facts(actor, plan, now)
    _wants(actor, plan, now)
    chances = Opportunity.objects.open().filter(account=plan.account)
    plan.opportunities.set(policy.scope(chances, actor, queries.VIEW))
    wallet = Wallet.objects.filter(account=plan.account).first()
    if plan.potential is None and wallet is not None:
        plan.potential = wallet.a_year
        plan.save(update_fields=["potential"])
    plan.compared.set(_neighbours(actor, plan))
    _objectives(actor, plan, now)


def _facts(actor: User, plan: Plan, now: dt.datetime) -> None:
    rows = Fact.objects.current().filter(account=plan.account, topic__in=_TOPICS).order_by("-dated", "-pk")
    counts: dict[str, int] = {}
    for fact in policy.scope(rows, actor, "accounts.view"):
        kind = _TOPICS[fact.topic]
        if counts.get(kind, 0) < _MOST:
            counts[kind] = counts.get(kind, 0) + 1
            Line.objects.create(
                plan=plan, kind=kind, fact=fact, secrecy=fact.secrecy, created_by=actor, created_at=now
            )


def _wants(actor: User, plan: Plan, now: dt.datetime) -> None:
    """Needs first, as they are theirs; then what facts tell of their goals."""
    needs = Need.objects.filter(account=plan.account, state="open").order_by("-raised_on", "-pk")
    for need in policy.scope(needs, actor, "accounts.view")[:_MOST]:
        Line.objects.create(
            plan=plan, kind="interest", text=need.what, need=need, contact=need.contact, secrecy=need.secrecy,
            created_by=actor, created_at=now,
        )  # fmt: skip
    facts = Fact.objects.current().filter(account=plan.account, topic__in=_WANTS).order_by("-dated", "-pk")
    for fact in policy.scope(facts, actor, "accounts.view")[:_MOST]:
        Line.objects.create(
            plan=plan, kind="interest", fact=fact, contact=fact.contact, secrecy=fact.secrecy, created_by=actor,
            created_at=now,
        )  # fmt: skip


def _neighbours(actor: User, plan: Plan) -> list[int]:
    """The largest others of the portfolio that the actor reaches: those with which it competes for our time."""
    snapshot = latest_snapshot(with_figures=False)
    if snapshot is None:
        return []
    rows = policy.scope(AccountFigure.objects.filter(snapshot=snapshot), actor, queries.VIEW)
    numbers = rows.exclude(account=plan.account.number).order_by("-basis_amount", "rank")
    largest = list(numbers.values_list("account", flat=True)[:_BESIDE])
    found = type(plan.account).objects.current().filter(number__in=largest).exclude(pk=plan.account_id)
    return list(found.values_list("pk", flat=True))


def _objectives(actor: User, plan: Plan, now: dt.datetime) -> None:
    """A near one and a far one, proposed by the figures (POT-06); nobody has agreed to anything yet."""
    told = measures.figures(plan.account)
    money = told.get("turnover")
    if not money:
        return
    far = min(phases.months_after(plan.starts_on, 12 * _YEARS_AHEAD), phases.furthest(plan.starts_on))
    for title, due_on, times in (
        (_("Turnover grows by a tenth"), plan.ends_on, _GROWTH),
        (_("Turnover grows by a third in three years"), far, _GROWTH**_YEARS_AHEAD),
    ):
        Objective.objects.create(
            plan=plan, kind="figure", measure="turnover", title=title, baseline=round(money, 2),
            target=round(money * times, -2), due_on=due_on, created_by=actor, created_at=now,
        )  # fmt: skip


# --- templates -----------------------------------------------------------------------------------------------------


def from_template(*, actor: User, plan: Plan, template: PlanTemplate, now: dt.datetime) -> None:
    """Adds to what is there, days counted from the beginning of the plan; what is there already stays."""
    told = templates.read(template.content)
    for text in told.interests:
        _line(plan, "interest", text, actor, now)
    for text in told.ideas:
        _line(plan, "idea", text, actor, now)
    for goal in told.objectives:
        _objective(actor, plan, goal, now)
    made: list[Activity] = []
    for step in told.activities:
        row = Activity.objects.create(
            plan=plan, title=step.title, stream=step.stream, days=step.days, planned_owner=plan.owner,
            planned_on=plan.starts_on + dt.timedelta(days=step.offset) if step.offset is not None else None,
            created_by=actor, created_at=now,
        )  # fmt: skip
        row.after.set([made[at] for at in step.after])
        made.append(row)


def _line(plan: Plan, kind: str, text: str, actor: User, now: dt.datetime) -> None:
    if not plan.lines.filter(kind=kind, text=text).exists():
        Line.objects.create(plan=plan, kind=kind, text=text, created_by=actor, created_at=now)


def _objective(actor: User, plan: Plan, goal: templates.Goal, now: dt.datetime) -> None:
    baseline = measures.figures(plan.account).get(goal.measure) if goal.kind == "figure" else Decimal(0)
    if goal.kind == "figure" and baseline is None:
        return
    due_on = min(plan.starts_on + dt.timedelta(days=goal.offset), phases.furthest(plan.starts_on))
    told: dict[str, Any] = {} if goal.kind == "milestone" else {"baseline": baseline, "target": goal.target}
    Objective.objects.create(
        plan=plan, kind=goal.kind, measure=goal.measure, title=goal.title, unit=goal.unit, due_on=due_on,
        created_by=actor, created_at=now, **told,
    )  # fmt: skip
