"""What is agreed for one account and one week before several of us go there (REL-14)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.actions import telling
from kamerton.accounts.models import Account
from kamerton.accounts.queries import answers_today
from kamerton.core import audit, concurrency
from kamerton.core.concurrency import Plain
from kamerton.core.refused import Refused
from kamerton.engagements.models import WeekBrief
from kamerton.engagements.rules import monday_of

FIELDS = ("say", "avoid", "secrecy")


def may_agree(actor: User, account: Account, day: dt.date) -> bool:
    """Who is responsible, who stands in, and whoever may say who is responsible. A few queries."""
    if not policy.can(actor, "accounts.edit", account):
        return False
    answering = {person.pk for person in answers_today(account, day) if person is not None}
    return actor.pk in answering or policy.can(actor, "accounts.assign", account)


@transaction.atomic
def agree(
    *,
    actor: User,
    account: Account,
    day: dt.date,
    opened: Mapping[str, Plain],
    submitted: Mapping[str, Any],
    now: dt.datetime,
) -> WeekBrief:
    """A new version for the week of `day`; the ones before stay. Conflict where somebody else wrote meanwhile."""
    telling.require_account(actor, account)
    if not may_agree(actor, account, timezone.localdate(now)):
        raise Refused(
            _("Only who is responsible for the account says what is agreed. Nothing was changed."),
            code="responsible", hint=_("Ask them to write it."),
        )  # fmt: skip
    Account.objects.select_for_update().get(pk=account.pk)
    last = WeekBrief.objects.filter(account=account, monday=monday_of(day)).order_by("-version").first()
    if last is not None:
        policy.require(actor, "accounts.edit", last)  # nobody writes over what they may not read
    row = WeekBrief(account=account, monday=monday_of(day), at=now, by=actor)
    stored = concurrency.values_of(last or row, FIELDS)
    written = concurrency.merged(
        opened=opened,
        stored=stored,
        submitted={name: submitted[name] for name in FIELDS if name in submitted},
    )
    if last is not None and not written:
        return last
    for name, value in (stored | written).items():
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    telling.require_clearance(actor, row.secrecy)
    row.version = last.version + 1 if last else 1
    row.save(force_insert=True)
    audit.record(
        actor=actor, action="engagements.agree", subject=row, now=now, account_id=account.pk,
        after={"fields": sorted(written), "version": row.version, "secrecy": row.secrecy},
    )  # fmt: skip
    return row
