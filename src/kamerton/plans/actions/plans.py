"""A plan is begun, changed, and led from phase to phase."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.core import concurrency
from kamerton.core.concurrency import Plain
from kamerton.core.refused import Refused
from kamerton.plans import queries
from kamerton.plans.actions import activities, filling, holding
from kamerton.plans.models import PhaseEnd, Plan, PlanTemplate
from kamerton.plans.rules import phases
from kamerton.portfolio.models import Opportunity

EDITED = ("title", "starts_on", "ends_on", "owner", "why", "potential", "agreement", "effective", "loyalty")
_TEXTS = ("title", "why", "agreement", "effective", "loyalty")


class NotReady(Refused):
    """The phase asks for more, and no reason was given to pass it over. `gaps`: what is missing."""

    def __init__(self, gaps: tuple[phases.Gap, ...]) -> None:
        super().__init__(
            _("The phase does not hold yet what it asks for. It stays open."), code="not_ready",
            hint=_("Complete it, or say why you go on without."),
        )  # fmt: skip
        self.gaps = gaps


@transaction.atomic
def begin(
    *,
    actor: User,
    account: Account,
    values: Mapping[str, Any],
    now: dt.datetime,
    template: PlanTemplate | None = None,
    prefill: bool = True,
) -> Plan:
    """A plan of the account, with everything that the system knows already. A template is never needed (MGT-09)."""
    holding.require(actor, account)
    plan = Plan(account=account, created_by=actor, created_at=now, **_cleaned(values))
    _check(plan)
    plan.save(force_insert=True)
    holding.write(actor, "begin", plan, plan, now)
    if prefill:
        filling.fill(actor=actor, plan=plan, now=now)
    if template is not None:
        policy.require(actor, queries.VIEW, template)
        filling.from_template(actor=actor, plan=plan, template=template, now=now)
    return plan


@transaction.atomic
def edit(
    *, actor: User, plan: Plan, opened: Mapping[str, Plain], submitted: Mapping[str, Any], now: dt.datetime
) -> Plan:
    """Some of EDITED, and with whom it was compared. Raises concurrency.Conflict where two change the same."""
    found = holding.held(actor, plan)
    told = _cleaned({name: submitted[name] for name in EDITED if name in submitted})
    written = concurrency.apply(found, opened=opened, submitted=told)
    if "compared" in submitted and _compare(actor, found, submitted["compared"]):
        written.append("compared")
    if not written:
        return found
    _check(found)
    holding.save(found, (name for name in written if name != "compared"))
    holding.write(actor, "edit", found, found, now, after={"fields": sorted(written)})
    return found


def _compare(actor: User, plan: Plan, accounts: Collection[Account]) -> bool:
    """Those that the actor does not reach stay as somebody else has named them."""
    reached = policy.scope(Account.objects.all(), actor, "accounts.view")
    wanted = {account.pk for account in accounts}
    if plan.account_id in wanted:
        raise Refused(
            _("An account is compared with others, not with itself. Nothing was changed."), code="same"
        )
    there = set(plan.compared.values_list("pk", flat=True))
    unseen = there - set(reached.filter(pk__in=there).values_list("pk", flat=True))
    if wanted | unseen == there:
        return False
    plan.compared.set([*wanted, *unseen])
    return True


@transaction.atomic
def choose_opportunities(
    *, actor: User, plan: Plan, opportunities: Collection[Opportunity], now: dt.datetime
) -> Plan:
    """Those of the account that the plan is to win (ABP-03)."""
    found = holding.held(actor, plan)
    if any(each.account_id != found.account_id for each in opportunities):
        raise Refused(_("The opportunity belongs to another account. Nothing was changed."), code="elsewhere")
    before = set(found.opportunities.values_list("pk", flat=True))
    wanted = {each.pk for each in opportunities}
    if wanted == before:
        return found
    found.opportunities.set(wanted)
    holding.save(found, ())
    holding.write(actor, "opportunities", found, found, now, after={"count": len(wanted)})
    return found


@transaction.atomic
def close_phase(*, actor: User, plan: Plan, phase: str, now: dt.datetime, reason: str = "") -> Plan:
    """Close the phase that is open, and open the next one (ABP-01). `phase`: as the actor saw it.

    Raises NotReady where something is missing and `reason` says nothing of it.
    """
    found = holding.held(actor, plan)
    if found.phase != phase:
        raise Refused(_("Somebody closed this phase meanwhile. Nothing was changed."), code="conflict",
                      hint=_("Look at the plan as it is now."))  # fmt: skip
    told = queries.contents(found)
    gaps = phases.missing(found.phase, told)  # type: ignore[arg-type]
    if not phases.may_close(found.phase, told, reason=reason):  # type: ignore[arg-type]
        raise NotReady(gaps)
    PhaseEnd.objects.create(
        plan=found, phase=found.phase, by=actor, at=now, is_override=bool(gaps), missing=list(gaps),
        reason=reason.strip(),
    )  # fmt: skip
    found.phase = phases.following(found.phase) or "ended"  # type: ignore[arg-type]
    if found.phase == "ended":
        found.ended_at = now
    holding.save(found, ("phase", "ended_at"))
    holding.write(actor, "close_phase", found, found, now, reason=reason.strip(), before={"phase": phase},
                  after={"phase": found.phase, "missing": list(gaps)})  # fmt: skip
    if found.phase == "execution":
        activities.start(actor=actor, plan=found, now=now)
    return found


@transaction.atomic
def reopen_phase(*, actor: User, plan: Plan, reason: str, now: dt.datetime) -> Plan:
    """Go back one phase, for a reason: what was closed too early is looked at again. Tasks stay with their owners."""
    if not reason.strip():
        raise Refused(_("Going back to an earlier phase needs a reason."), hint=_("A few words will do."))
    found = holding.held(actor, plan)
    last = found.phase_ends.order_by("-at", "-pk").first()
    if last is None:
        raise Refused(_("The plan is in its first phase. Nothing was changed."), code="first")
    before, found.phase = found.phase, last.phase
    last.delete()
    holding.save(found, ("phase",))
    holding.write(actor, "reopen_phase", found, found, now, reason=reason.strip(), before={"phase": before},
                  after={"phase": found.phase})  # fmt: skip
    return found


def _cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: value for name, value in values.items() if name in EDITED}
    return told | {name: told[name].replace("\r\n", "\n").strip() for name in _TEXTS if name in told}


def _check(plan: Plan) -> None:
    if not plan.title:
        raise Refused(_("A plan has a title."), hint=_("The account and the year will do."))
    if plan.ends_on <= plan.starts_on:
        raise Refused(_("The plan ends before it begins. Nothing was changed."), code="days")
    if plan.ends_on > phases.furthest(plan.starts_on):
        raise Refused(_("A plan reaches five years ahead at most. Nothing was changed."), code="days")
    if plan.potential is not None and plan.potential < 0:
        raise Refused(_("A potential is not negative. Nothing was changed."), code="value")
    holding.require_owner(plan.owner)
