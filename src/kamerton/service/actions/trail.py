"""Saving a claim and telling the trail: names of fields, days, states and people, never what a claim says."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.core import audit
from kamerton.core.refused import Refused
from kamerton.service import queries, rules
from kamerton.service.models import Claim


class Closed(Refused):
    """The claim was settled or rejected meanwhile. Nothing was changed."""


def held(actor: User, claim: Claim) -> Claim:
    """The row, locked, for whoever may work on it."""
    policy.require(actor, "work.edit", claim)
    return Claim.objects.select_for_update(of=("self",)).select_related("account", "owner").get(pk=claim.pk)


def held_open(actor: User, claim: Claim) -> Claim:
    found = held(actor, claim)
    if not found.is_open:
        raise Closed(
            _("This claim is closed. Nothing was changed."), code="closed", hint=_("Open it again first.")
        )
    return found


def save(claim: Claim, *names: str) -> None:
    """`due_at` follows whatever was met."""
    following = rules.next_mark(queries.course(claim))
    claim.due_at = following[1] if following else None
    claim.version += 1
    claim.save(update_fields=[*names, "due_at", "version"])


def write(
    actor: User | None,
    claim: Claim,
    verb: str,
    now: dt.datetime,
    *,
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    audit.record(
        actor=actor, action=f"service.{verb}", subject=claim, now=now, reason=reason, before=before,
        after=after, account_id=claim.account_id,
    )  # fmt: skip
