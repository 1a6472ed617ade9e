"""The money of a project: agreed with its purpose, spent by the leader alone inside it, decided above it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.core import audit
from kamerton.core.refused import Refused
from kamerton.plans import project_kinds as kinds_of
from kamerton.plans import project_queries as queries
from kamerton.plans.actions import project_rows as rows
from kamerton.plans.models import Project, Spend
from kamerton.plans.rules import autonomy as rules
from kamerton.work import kinds
from kamerton.work.actions import approvals
from kamerton.work.models import Approval

_LARGEST = Decimal(10) ** 13


@transaction.atomic
def agree(*, actor: User, project: Project, budget: Decimal, purpose: str, now: dt.datetime) -> Project:
    """The superior agrees a budget and what it is for; not below what is spent."""
    row = rows.open_one(project)
    rows.require_superior(actor, row)
    if not purpose.strip():
        raise Refused(_("Say what the budget is for. Nothing was saved."), code="purpose")
    if not 0 <= budget < _LARGEST:
        raise Refused(_("A budget is not negative. Nothing was saved."), code="budget")
    if budget < queries.spent(row):
        raise Refused(_("More than that is spent already. Nothing was saved."), code="spent")
    before = str(row.budget) if row.budget is not None else None
    row.budget, row.budget_purpose, row.budget_by = budget, purpose.strip()[:300], actor
    row.version += 1
    row.save(update_fields=["budget", "budget_purpose", "budget_by", "version"])
    audit.record(actor=actor, action="plans.budget_project", subject=row, now=now, account_id=row.account_id,
                 before={"budget": before}, after={"budget": str(budget)})  # fmt: skip
    return row


@transaction.atomic
def spend(
    *, actor: User, project: Project, what: str, amount: Decimal, on: dt.date, now: dt.datetime
) -> Spend:
    """Inside the budget it is decided by that; beyond it, it waits for the superior (MGT-05).

    The row of the project is held meanwhile: of two who spend at once the second finds what the first left.
    """
    row = rows.held(actor, project)
    if not what.strip():
        raise Refused(_("Say what it is for. Nothing was saved."), code="what")
    if not 0 < amount < _LARGEST:
        raise Refused(_("An amount is above zero. Nothing was saved."), code="amount")
    if on > timezone.localdate(now) + dt.timedelta(days=366):
        raise Refused(_("The day lies more than a year ahead. Nothing was saved."), code="days")
    within = rules.is_within(row.budget, queries.spent(row), amount)
    made = Spend.objects.create(project=row, what=what.strip()[:200], amount=amount, on=on, by=actor, at=now,
                                state="within" if within else "waiting")  # fmt: skip
    if not within:
        made.approval = _ask(actor, row, made, now)
        made.save(update_fields=["approval"])
    audit.record(actor=actor, action="plans.spend_project", subject=row, now=now, account_id=row.account_id,
                 after={"amount": str(amount), "state": made.state})  # fmt: skip
    return made


def _ask(actor: User, row: Project, made: Spend, now: dt.datetime) -> Approval:
    left = (row.budget or Decimal(0)) - queries.spent(row)
    reason = _("%(amount)s for %(what)s; %(left)s of the budget is left.") % {
        "amount": made.amount, "what": made.what, "left": left}  # fmt: skip
    return approvals.ask_approval(
        actor=actor, kind=kinds_of.SPEND.key, title=f"{row.title}: {made.what}"[:300], reason=reason,
        account=row.account, subject=made, details={"amount": str(made.amount)}, now=now,
        deciders=policy.superiors(row.leader)[:1],
    )  # fmt: skip


@kinds.handler(kinds_of.SPEND.key)
def _decided(*, approval: Approval, actor: User, now: dt.datetime) -> None:
    number = approval.subject.partition(":")[2]
    row = Spend.objects.select_for_update(of=("self",)).filter(pk=number, state="waiting").first()
    if row is None:
        return
    row.state = "approved" if approval.state == "approved" else "refused"
    row.save(update_fields=["state"])
    audit.record(actor=actor, action="plans.spend_decided", subject=row.project, now=now,
                 account_id=row.project.account_id, after={"state": row.state})  # fmt: skip
