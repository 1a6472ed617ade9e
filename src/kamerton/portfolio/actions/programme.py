"""Writing down the programme: its sponsor, what is said of its rows, its business case, that it is ready."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.core import audit, undo
from kamerton.core.models import Company
from kamerton.core.refused import Refused
from kamerton.portfolio import (
    programme_kinds,
    programme_measures,
    programme_queries,
    queries,
    rules,
    status_queries,
)
from kamerton.portfolio import programme_rows as rows_of
from kamerton.portfolio.models import CaseLine, Programme, ProgrammeItem
from kamerton.portfolio.models.programme import practices, sides
from kamerton.portfolio.programme_rules import Case
from kamerton.work.actions import approvals
from kamerton.work.models import Approval

RIGHT = "portfolio.configure"
_LARGEST = Decimal(10) ** 13


class NotReady(Refused):
    """A condition is open, or nobody sponsors it."""


# --- sponsor and readiness -----------------------------------------------------------------------------------------


@transaction.atomic
def name_sponsor(*, actor: User, sponsor: User | None, now: dt.datetime) -> Programme:
    """Who in the management stands for it. Without one it is no longer ready."""
    policy.require(actor, RIGHT)
    if sponsor is not None and not sponsor.is_active:
        raise Refused(_("The sponsor works here. Nothing was changed."), code="sponsor")
    row = _locked()
    before = row.sponsor_id
    row.sponsor = sponsor
    if sponsor is None:
        row.ready_at, row.ready_by = None, None
    row.save(update_fields=["sponsor", "ready_at", "ready_by"])
    _record(
        actor, row, "programme_sponsor", now, before={"sponsor": before}, after={"sponsor": row.sponsor_id}
    )
    return row


@transaction.atomic
def declare_ready(*, actor: User, now: dt.datetime) -> Programme:
    """Refused while a condition of success is open or no sponsor is named (ADP-05)."""
    policy.require(actor, RIGHT)
    row = _locked()
    missing = programme_queries.open_conditions(
        programme_queries.items(), status_queries.written() is not None
    )
    if missing:
        names = ", ".join(str(rows_of.CONDITIONS[key]) for key in missing)
        raise NotReady(_("Still open: %(names)s. Nothing was changed.") % {"names": names}, code="open")
    if row.sponsor_id is None:
        raise NotReady(_("Nobody sponsors the programme. Nothing was changed."), code="sponsor",
                       hint=_("Name somebody of the top management."))  # fmt: skip
    row.ready_at, row.ready_by = now, actor
    row.save(update_fields=["ready_at", "ready_by"])
    _record(actor, row, "programme_ready", now)
    return row


def _locked() -> Programme:
    Programme.objects.get_or_create(pk=1)
    return Programme.objects.select_for_update(of=("self",)).get(pk=1)


# --- rows ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def say(*, actor: User, area: str, key: str, told: Mapping[str, Any], now: dt.datetime) -> ProgrammeItem:
    """What is said of one row: is_met, note, owner, measure, stands; what is not named stays.

    Refused: fulfilled without evidence, dealt with without an owner. A measure newly chosen keeps its value of today.
    """
    policy.require(actor, RIGHT)
    if key not in rows_of.ROWS.get(area, {}):
        raise Refused(_("There is no such row. Nothing was changed."), code="row")
    programme = _locked()
    row = ProgrammeItem.objects.filter(area=area, key=key).first() or ProgrammeItem(
        area=area, key=key, measure=rows_of.USUAL_MEASURE[area].get(key, ""), version=0
    )
    before, followed = _plain(row), row.measure if row.pk else None
    for name in ("is_met", "note", "owner", "measure", "stands"):
        if name in told:
            setattr(row, name, told[name].strip() if isinstance(told[name], str) else told[name])
    _check(row)
    if row.measure != followed:
        _begin(actor, row, now)
    row.by, row.at, row.version = actor, now, row.version + 1
    row.save()
    _record(actor, row, "programme_row", now, before=before, after=_plain(row))
    _reopen(programme, row)
    return row


def _check(row: ProgrammeItem) -> None:
    if row.is_met and not row.note:
        raise Refused(_("Say in words what was done. Nothing was changed."), code="evidence")
    if row.area == "risk" and row.is_met and row.owner is None:
        raise Refused(_("A risk that is dealt with has an owner. Nothing was changed."), code="owner")
    if (
        row.area == "condition"
        and row.key == "definition"
        and row.is_met
        and status_queries.written() is None
    ):
        raise Refused(_("No profile says yet when a customer is key. Nothing was changed."), code="profile",
                      hint=_("Write the profile first."))  # fmt: skip
    if row.measure and row.measure not in programme_measures.NAMES:
        raise Refused(_("There is no such figure. Nothing was changed."), code="measure")
    if row.stands and row.stands not in dict(practices()):
        raise Refused(_("There is no such place. Nothing was changed."), code="stands")


def _begin(actor: User, row: ProgrammeItem, now: dt.datetime) -> None:
    """The figure on the day it was chosen: against it the advantage is seen."""
    row.then_value, row.then_on = None, None
    if row.measure:
        found = programme_measures.measures(actor, queries.latest_snapshot())[row.measure]
        row.then_value, row.then_on = found.now, found.on or timezone.localdate(now)


def _reopen(programme: Programme, row: ProgrammeItem) -> None:
    """A condition that is open again takes the programme back from ready."""
    if row.area == "condition" and not row.is_met and programme.ready_at is not None:
        programme.ready_at, programme.ready_by = None, None
        programme.save(update_fields=["ready_at", "ready_by"])


def _plain(row: ProgrammeItem) -> dict[str, Any]:
    return {"area": row.area, "key": row.key, "is_met": row.is_met, "note": row.note, "owner": row.owner_id,
            "measure": row.measure, "stands": row.stands}  # fmt: skip


# --- the business case -------------------------------------------------------------------------------------------------


@transaction.atomic
def add_line(
    *, actor: User, side: str, what: str, amount: Decimal, said_by: str, on: dt.date, now: dt.datetime
) -> CaseLine:
    """A cost or a benefit a year, with who says so."""
    policy.require(actor, RIGHT)
    if side not in dict(sides()):
        raise Refused(_("A line is a cost or a benefit. Nothing was written down."), code="side")
    if not what.strip() or not said_by.strip():
        raise Refused(_("A line says what it is and who says so. Nothing was written down."), code="said")
    if not 0 < amount < _LARGEST:
        raise Refused(_("An amount is above zero. Nothing was written down."), code="amount")
    if on > timezone.localdate(now):
        raise Refused(_("The day lies ahead. Nothing was written down."), code="days")
    row = CaseLine.objects.create(
        side=side,
        what=what.strip()[:200],
        amount=amount,
        said_by=said_by.strip()[:200],
        on=on,
        by=actor,
        at=now,
    )
    _record(actor, row, "case_line", now, after=_told(row))
    return row


@transaction.atomic
def remove_line(*, actor: User, line: CaseLine, now: dt.datetime) -> str:
    """Returns the token that takes it back."""
    policy.require(actor, RIGHT)
    told = _told(line)
    _record(actor, line, "case_line_remove", now, before=told)
    line.delete()
    return undo.offer(actor=actor, kind="portfolio.case_line", parameters=told, now=now)


@undo.register("portfolio.case_line")
def _line_back(*, actor: User, parameters: Mapping[str, Any], now: dt.datetime) -> str:
    told = {
        **parameters,
        "amount": Decimal(parameters["amount"]),
        "on": dt.date.fromisoformat(parameters["on"]),
    }
    add_line(actor=actor, now=now, **told)
    return _("The line is back.")


def _told(row: CaseLine) -> dict[str, Any]:
    names = ("side", "what", "amount", "said_by", "on")
    plain: dict[str, Any] = rules.plain({name: getattr(row, name) for name in names})
    return plain


@transaction.atomic
def ask_case(*, actor: User, why: str, now: dt.datetime) -> Approval:
    """Put the business case up for a decision, with its lines as they are (ADP-02).

    Refused: a side without a line, a decision that is waiting already.
    """
    policy.require(actor, RIGHT)
    _locked()
    lines = programme_queries.case_lines()
    case = programme_queries.case(lines)
    if not (case.has_cost and case.has_benefit):
        raise Refused(_("The case needs at least one cost and one benefit. Nothing was sent."), code="lines")
    waiting = programme_queries.case_decision()
    if waiting is not None and waiting.state == "waiting":
        raise Refused(_("The case waits for a decision already. Nothing was sent."), code="waiting")
    company = Company.objects.filter(pk=1).first()
    unit = company.currency if company else ""
    details = {
        "cost": str(case.cost), "benefit": str(case.benefit), "justified": case.is_justified,
        "figures_text": _("Cost %(cost)s, benefit %(benefit)s a year")
        % {"cost": _money(case.cost, unit), "benefit": _money(case.benefit, unit)},
        "verdict_text": verdict_words(case),
        "lines_text": "\n".join(f"{line.get_side_display()}: {line.what}, {_money(line.amount, unit)} ({line.said_by})"
                                for line in lines),
    }  # fmt: skip
    return approvals.ask_approval(actor=actor, kind=programme_kinds.CASE.key, now=now, reason=why, details=details,
                                  title=_("Business case of key account management"))  # fmt: skip


def verdict_words(case: Case) -> str:
    if case.is_justified is None:
        return _("Nothing to compare yet")
    return (
        _("Justified: the benefit covers the cost")
        if case.is_justified
        else _("Not justified: the cost is above the benefit")
    )


def _money(amount: Decimal, unit: str) -> str:
    return f"{number_format(amount, decimal_pos=0, force_grouping=True)} {unit}".strip()


def _record(actor: User, row: Any, verb: str, now: dt.datetime, **told: Any) -> None:
    audit.record(actor=actor, action=f"portfolio.{verb}", subject=row, now=now, **told)
