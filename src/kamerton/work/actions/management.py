"""What the management decided about purchasing and selling, with receipts of who has read it (RGT-02)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.core.refused import Refused
from kamerton.work import queries
from kamerton.work.actions import trail
from kamerton.work.models import ManagementDecision, ReadReceipt


@transaction.atomic
def publish_decision(
    *, actor: User, title: str, text: str, decided_on: dt.date, now: dt.datetime
) -> ManagementDecision:
    policy.require(actor, "work.publish")
    if not title.strip() or not text.strip():
        raise Refused(_("A decision has a title and says what was decided."), hint=_("Write both."))
    decision = ManagementDecision(
        title=title.strip()[:200],
        text=text.strip(),
        decided_on=decided_on,
        published_by=actor,
        published_at=now,
    )
    decision.save(force_insert=True)
    trail.write(actor=actor, verb="publish_decision", row=decision, now=now)
    return decision


@transaction.atomic
def mark_read(*, actor: User, decision: ManagementDecision, now: dt.datetime) -> bool:
    """The receipt of who has read it; whether it is a new one. The first stays as it was."""
    if not queries.management_decisions(actor).filter(pk=decision.pk).exists():
        raise policy.Forbidden("work.view")
    _receipt, is_new = ReadReceipt.objects.get_or_create(
        decision=decision, reader=actor, defaults={"read_at": now}
    )
    if is_new:
        trail.write(actor=actor, verb="read_decision", row=decision, now=now)
    return is_new
