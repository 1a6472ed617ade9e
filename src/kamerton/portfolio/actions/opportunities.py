"""Opportunities: an empty cell that somebody means to fill, with its next step as a task."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.core import audit, concurrency, undo
from kamerton.core.concurrency import Plain
from kamerton.core.refused import Refused
from kamerton.portfolio.actions.potential import family_named, negative, require
from kamerton.portfolio.models import OPEN_STAGES, Opportunity, WhyNot
from kamerton.portfolio.models.potential import stages
from kamerton.work import belongings
from kamerton.work.actions import tasks
from kamerton.work.belongings import Belonging, Belongings
from kamerton.work.models import Task

FIELDS = ("title", "amount", "expected_on", "owner", "note", "division", "family", "stage", "outcome")


@transaction.atomic
def add(
    *,
    actor: User,
    account: Account,
    values: Mapping[str, Any],
    now: dt.datetime,
    step: str = "",
    step_due_on: dt.date | None = None,
) -> Opportunity:
    """`step`: the next thing to do; it becomes a task of the owner. A note why not ends with it."""
    require(actor, account)
    told = {name: value for name, value in values.items() if name in FIELDS}
    row = Opportunity(account=account, created_at=now, created_by=actor, **told)
    _check(row)
    row.save(force_insert=True)
    closed = account.why_nots.filter(division=row.division, family=row.family, ended_at=None)
    closed.update(ended_at=now)
    _trail(actor, "add_opportunity", row, now, after=_shown(row))
    if step.strip():
        tasks.create_task(
            actor=actor, title=step, owner=row.owner, account=account, due_on=step_due_on, now=now,
            origin_ref=ref(row),
        )  # fmt: skip
    return row


@transaction.atomic
def edit(
    *,
    actor: User,
    opportunity: Opportunity,
    opened: Mapping[str, Plain],
    submitted: Mapping[str, Any],
    now: dt.datetime,
) -> Opportunity:
    """Change it, or its stage. Raises concurrency.Conflict where two change the same field."""
    found = _held(actor, opportunity)
    before = _shown(found)
    told = {name: submitted[name] for name in FIELDS if name in submitted}
    written = concurrency.apply(found, opened=opened, submitted=told)
    if not written:
        return found
    _check(found)
    found.ended_at = None if found.stage in OPEN_STAGES else found.ended_at or now
    found.version += 1
    found.save(update_fields=[*written, "ended_at", "version"])
    _trail(
        actor,
        "edit_opportunity",
        found,
        now,
        before=before,
        after=_shown(found) | {"fields": sorted(written)},
    )
    return found


@transaction.atomic
def move(
    *, actor: User, opportunity: Opportunity, stage: str, now: dt.datetime, outcome: str = ""
) -> Opportunity:
    """To another stage, for many at once."""
    found = _held(actor, opportunity)
    opened = {name: concurrency.plain(getattr(found, name)) for name in ("stage", "outcome")}
    told = {"stage": stage, "outcome": outcome or found.outcome}
    return edit(actor=actor, opportunity=found, opened=opened, submitted=told, now=now)


@undo.register("portfolio.opportunity_unadd")
@transaction.atomic
def _unadd(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """{"opportunity": pk, "why_not": pk or None}: with its task, unless somebody has worked on either."""
    row = _held(actor, Opportunity.objects.get(pk=parameters["opportunity"]))
    step = Task.objects.filter(origin_ref=ref(row))
    if row.version != 1 or step.exclude(state="open", version=1).exists():
        raise undo.CannotUndo(
            _("Somebody has worked on this opportunity since. Nothing was changed."), code="undo_over"
        )
    _trail(actor, "unadd_opportunity", row, now, before=_shown(row))
    step.delete()
    row.delete()
    if parameters.get("why_not"):
        WhyNot.objects.filter(pk=parameters["why_not"], account=row.account_id).update(ended_at=None)
    return _("The opportunity is gone again.")


@undo.register("portfolio.opportunity_stages")
@transaction.atomic
def _stages_back(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """{"opportunities": [[pk, stage before, outcome before, version after]]}: unless somebody has changed it since."""
    for pk, stage, outcome, version in parameters["opportunities"]:
        row = _held(actor, Opportunity.objects.get(pk=pk))
        if row.version != version:
            raise undo.CannotUndo(
                _("Somebody has worked on this opportunity since. Nothing was changed."), code="undo_over"
            )
        opened = {name: concurrency.plain(getattr(row, name)) for name in ("stage", "outcome")}
        edit(
            actor=actor,
            opportunity=row,
            opened=opened,
            submitted={"stage": stage, "outcome": outcome},
            now=now,
        )
    return _("As they were.")


def ref(row: Opportunity) -> str:
    """What a task of it carries as its origin."""
    return f"portfolio.opportunity:{row.pk}"


# --- change of hands ---------------------------------------------------------------------------------------


def _open_of(actor: User, person: User) -> list[Belonging]:
    rows = policy.scope(Opportunity.objects.open().filter(owner=person), actor, "portfolio.view")
    told = rows.select_related("account").order_by("account__name", "pk")
    return [Belonging(ref(row), row.title, row.account.name) for row in told]


@transaction.atomic
def change_hands(*, actor: User, person: User, to: User, account: Account | None, now: dt.datetime) -> int:
    """What is open of `person`; who does not see figures gets none, and they stay where they are."""
    if to.is_external or not to.is_active or not policy.can(to, "portfolio.view"):
        return 0
    rows = Opportunity.objects.select_for_update().open().filter(owner=person).order_by("pk")
    found = list(rows.filter(account=account) if account is not None else rows)
    for row in found:
        before = _shown(row)
        row.owner, row.version = to, row.version + 1
        row.save(update_fields=["owner", "version"])
        _trail(actor, "edit_opportunity", row, now, before=before, after=_shown(row) | {"fields": ["owner"]})
    return len(found)


def _given(count: int) -> str:
    text = ngettext("%(n)s opportunity is handed on.", "%(n)s opportunities are handed on.", count)
    return text % {"n": count}


def register_belongings() -> None:
    belongings.register(
        "opportunities", Belongings(gettext_lazy("Opportunities"), _open_of, change_hands, _given)
    )


def _held(actor: User, row: Opportunity) -> Opportunity:
    """Locked; for who may write at its account. Its owner alone may not: the account may be out of reach."""
    require(actor, row.account)
    return Opportunity.objects.select_for_update().get(pk=row.pk)


def _check(row: Opportunity) -> None:
    row.title, row.outcome = row.title.strip(), row.outcome.strip()
    row.family = family_named(row.family)
    if not row.title:
        raise Refused(_("An opportunity says what could be won."), hint=_("A few words will do."))
    if row.amount is None or row.amount < Decimal(0):
        raise negative()
    if row.stage not in dict(stages()):
        raise Refused(_("An opportunity has no such stage."))
    if row.stage == "lost" and not row.outcome:
        raise Refused(_("A lost opportunity says why it was lost."), hint=_("It helps whoever tries next."))
    if row.division is not None and row.division.account_id != row.account_id:
        raise Refused(_("The division is not one of this account. Nothing was saved."))
    if row.owner.is_external or not row.owner.is_active:
        raise Refused(_("An opportunity belongs to one of our own people."), hint=_("Choose somebody else."))
    if not policy.can(row.owner, "portfolio.view"):
        raise Refused(
            _("%(person)s does not see figures of accounts.") % {"person": row.owner.display_name},
            hint=_("Choose somebody who does."),
        )


def _shown(row: Opportunity) -> dict[str, Any]:
    names = ("family", "stage", "amount", "expected_on", "owner_id")
    return {name: concurrency.plain(getattr(row, name)) for name in names}


def _trail(
    actor: User, verb: str, row: Opportunity, now: dt.datetime, *, after: dict[str, Any] | None = None,
    before: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    audit.record(actor=actor, action=f"portfolio.{verb}", subject=row, now=now, before=before, after=after,
                 account_id=row.account_id)  # fmt: skip
