"""Writing down references with their stories, and the way to preferred supplier."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.core import audit, concurrency
from kamerton.core.concurrency import Plain
from kamerton.core.refused import Refused
from kamerton.portfolio.models import Reference, SupplierStage
from kamerton.portfolio.models.references import supplier_stages

EDITED = ("story", "may_name", "on")


@transaction.atomic
def write_reference(
    *, actor: User, account: Account, story: str, may_name: bool, on: dt.date, now: dt.datetime
) -> Reference:
    """A story may follow later; until then the reference cannot be used and says so."""
    policy.require(actor, "accounts.edit", account)
    _refuse_future(on, now)
    made = Reference.objects.create(
        account=account, story=_clean(story), may_name=may_name, on=on, by=actor, at=now
    )
    _record(actor, made, "write_reference", now)
    return made


@transaction.atomic
def edit_reference(
    *,
    actor: User,
    reference: Reference,
    opened: Mapping[str, Plain],
    submitted: Mapping[str, Any],
    now: dt.datetime,
) -> Reference:
    policy.require(actor, "accounts.edit", reference)
    found = Reference.objects.select_for_update(of=("self",)).get(pk=reference.pk)
    told = {name: submitted[name] for name in EDITED if name in submitted}
    written = concurrency.apply(found, opened=opened, submitted=told)
    if not written:
        return found
    _refuse_future(found.on, now)
    found.story = _clean(found.story)
    found.version += 1
    found.save(update_fields=[*written, "version"])
    _record(actor, found, "edit_reference", now, after={"fields": sorted(written)})
    return found


@transaction.atomic
def remove_reference(*, actor: User, reference: Reference, now: dt.datetime) -> None:
    """The trail keeps the story."""
    policy.require(actor, "accounts.edit", reference)
    found = Reference.objects.select_for_update(of=("self",)).get(pk=reference.pk)
    _record(actor, found, "remove_reference", now, before={"story": found.story})
    found.delete()


@transaction.atomic
def set_supplier_stage(
    *,
    actor: User,
    account: Account,
    stage: str,
    on: dt.date,
    now: dt.datetime,
    goal_on: dt.date | None = None,
    note: str = "",
) -> SupplierStage:
    """From `on` we stand there (OTH-01). The same day again replaces what was written of it."""
    policy.require(actor, "accounts.edit", account)
    if stage not in dict(supplier_stages()):
        raise Refused(_("There is no such stage. Nothing was changed."), code="stage")
    _refuse_future(on, now)
    if goal_on is not None and goal_on < on:
        raise Refused(_("The goal lies before the day of the stage. Nothing was changed."), code="days")
    before = SupplierStage.objects.filter(account=account).first()
    made, _new = SupplierStage.objects.update_or_create(
        account=account, on=on,
        defaults={"stage": stage, "goal_on": goal_on, "note": note.strip()[:300], "by": actor, "at": now},
    )  # fmt: skip
    audit.record(
        actor=actor, action="portfolio.supplier_stage", subject=made, now=now, account_id=account.pk,
        before={"stage": before.stage} if before else None, after={"stage": stage, "on": on.isoformat()},
    )  # fmt: skip
    return made


def _clean(story: str) -> str:
    return story.replace("\r\n", "\n").strip()


def _refuse_future(on: dt.date, now: dt.datetime) -> None:
    if on > timezone.localdate(now):
        raise Refused(_("The day lies ahead. Nothing was changed."), code="days")


def _record(actor: User, row: Reference, verb: str, now: dt.datetime, **told: Any) -> None:
    audit.record(
        actor=actor, action=f"portfolio.{verb}", subject=row, now=now, account_id=row.account_id, **told
    )
