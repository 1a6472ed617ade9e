"""What the plan says line by line: interests, the SWOT out of facts, ideas, solutions for needs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.actions import telling
from kamerton.accounts.models import Fact
from kamerton.core import concurrency, undo
from kamerton.core.concurrency import Plain
from kamerton.core.refused import Refused
from kamerton.plans.actions import holding
from kamerton.plans.choices import SWOT, line_kinds, line_states
from kamerton.plans.models import Line, Plan

EDITED = ("text", "detail", "state", "need", "contact", "secrecy")
_STORED = ("kind", "text", "detail", "state", "fact_id", "need_id", "contact_id", "secrecy", "created_by_id")


class WithoutNeed(Refused):
    """A solution that answers no need is none (ABP-13)."""


@transaction.atomic
def add(*, actor: User, plan: Plan, kind: str, values: Mapping[str, Any], now: dt.datetime) -> Line:
    """One line of a kind that is no part of the SWOT."""
    found = holding.held(actor, plan)
    if kind in SWOT:
        raise Refused(_("Strengths and threats are facts: choose them, do not retype them."), code="swot")
    told = {name: value for name, value in values.items() if name in EDITED}
    row = Line(plan=found, kind=kind, created_by=actor, created_at=now, **told)
    _check(actor, row)
    row.save(force_insert=True)
    holding.write(actor, "add_line", row, found, now, after={"kind": kind, "secrecy": int(row.secrecy)})
    return row


@transaction.atomic
def choose_facts(
    *, actor: User, plan: Plan, kind: str, facts: Collection[Fact], now: dt.datetime
) -> list[Line]:
    """A part of the SWOT, out of the dossier: exactly these, of those that the actor may read.

    What somebody with more clearance has chosen stays. Returns the lines that came.
    """
    found = holding.held(actor, plan)
    if kind not in SWOT:
        raise Refused(_("The SWOT has four parts. Nothing was changed."), code="kind")
    for fact in facts:
        _require_fact(actor, found, fact)
    clear = policy.clearance(actor)
    there = {line.fact_id: line for line in found.lines.filter(kind=kind, fact__secrecy__lte=clear)}
    wanted = {fact.pk: fact for fact in facts}
    gone = [line for number, line in there.items() if number not in wanted]
    for line in gone:
        line.delete()
    made = [
        Line.objects.create(
            plan=found, kind=kind, fact=fact, secrecy=fact.secrecy, created_by=actor, created_at=now
        )
        for number, fact in wanted.items()
        if number not in there
    ]
    if made or gone:
        holding.save(found, ())
        told = {"kind": kind, "added": len(made), "removed": len(gone)}
        holding.write(actor, "choose_facts", found, found, now, after=told)
    return made


def _require_fact(actor: User, plan: Plan, fact: Fact) -> None:
    if fact.account_id != plan.account_id:
        raise Refused(_("The fact belongs to another account. Nothing was changed."), code="elsewhere")
    policy.require(actor, "accounts.view", fact)
    if fact.withdrawn_at is not None:
        raise Refused(_("The fact was found to be wrong. Nothing was changed."), code="withdrawn")


@transaction.atomic
def edit(
    *, actor: User, line: Line, opened: Mapping[str, Plain], submitted: Mapping[str, Any], now: dt.datetime
) -> Line:
    """Raises concurrency.Conflict where two change the same field."""
    plan, found = _held(actor, line.pk)
    told = {name: submitted[name] for name in EDITED if name in submitted}
    written = concurrency.apply(found, opened=opened, submitted=told)
    if not written:
        return found
    _check(actor, found)
    holding.save(found, EDITED)
    state = {"state": found.state} if "state" in written else {}
    holding.write(actor, "edit_line", found, plan, now, after={"fields": sorted(written), **state})
    return found


@transaction.atomic
def remove(*, actor: User, line: Line, now: dt.datetime) -> dict[str, Any]:
    """Returns what its undo needs. Versions keep it as it was."""
    plan, found = _held(actor, line.pk)
    kept = {name: getattr(found, name) for name in _STORED} | {
        "pk": found.pk, "plan": plan.pk, "created_at": found.created_at.isoformat(), "secrecy": int(found.secrecy),
    }  # fmt: skip
    holding.write(actor, "remove_line", found, plan, now, before={"kind": found.kind})
    found.delete()
    return kept


@undo.register("plans.line_back")
@transaction.atomic
def _back(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """What `remove` returned."""
    plan = holding.held(actor, parameters["plan"])
    told = {name: parameters[name] for name in _STORED}
    if told["fact_id"] and plan.lines.filter(kind=told["kind"], fact=told["fact_id"]).exists():
        return _("It is there again.")
    row = Line.objects.create(
        pk=parameters["pk"], plan=plan, created_at=dt.datetime.fromisoformat(parameters["created_at"]), **told
    )
    holding.write(actor, "add_line", row, plan, now, after={"kind": row.kind})
    return _("It is there again.")


def _held(actor: User, number: int) -> tuple[Plan, Line]:
    """The plan locked, and the line; only for who may read it."""
    row: Line = holding.locked(Line, number)
    plan = holding.held(actor, row.plan_id)
    row = holding.locked(Line, number)
    policy.require(actor, "accounts.edit", row)
    for behind in (row.fact, row.need):
        if behind is not None:
            policy.require(actor, "accounts.view", behind)
    return plan, row


def _check(actor: User, row: Line) -> None:
    row.text, row.detail = row.text.strip(), row.detail.replace("\r\n", "\n").strip()
    if row.kind not in dict(line_kinds()) or row.state not in dict(line_states()):
        raise Refused(_("There is no such kind or state. Nothing was changed."), code="kind")
    if not row.text and row.fact_id is None:
        raise Refused(_("Say what it is. Nothing was changed."), hint=_("A few words will do."), code="empty")
    if row.kind == "solution" and row.need is None:
        raise WithoutNeed(
            _("A solution answers a need of the customer. Nothing was changed."), code="without_need",
            hint=_("Choose the need, or write it down first."),
        )  # fmt: skip
    if row.need is not None and row.need.account_id != row.plan.account_id:
        raise Refused(_("The need belongs to another account. Nothing was changed."), code="elsewhere")
    telling.require_clearance(actor, row.secrecy)
    telling.require_contacts(row.plan.account, [row.contact])
