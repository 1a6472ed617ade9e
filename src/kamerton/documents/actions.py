"""Taking a document out: the right to export, a trace, and the reader's name on what is secret."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from kamerton.access import policy, secrets
from kamerton.access.models import User
from kamerton.accounts import map_queries, map_reading
from kamerton.accounts.decision_unit import Unit
from kamerton.accounts.models import Account
from kamerton.core import audit
from kamerton.documents import map_slides

PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


@transaction.atomic
def map_slide(*, actor: User, account: Account, now: dt.datetime) -> bytes:
    """The map of who decides as one slide (PPTX), with what `actor` may see of it."""
    unit, mark = _taken_out(actor, account, "documents.map_slide", now)
    return map_slides.slide(unit, title=account.name, mark=mark)


@transaction.atomic
def map_image(*, actor: User, account: Account, now: dt.datetime) -> dict[str, str]:
    """What has to stand on an image of the map that the browser makes of what it shows."""
    unit, mark = _taken_out(actor, account, "documents.map_image", now)
    return {**map_slides.heading(unit, account.name), "mark": mark}


def _taken_out(actor: User, account: Account, action: str, now: dt.datetime) -> tuple[Unit, str]:
    """The map as `actor` may see it, and the mark that it has to carry; with its entries in the trail."""
    policy.require(actor, "export")
    policy.require(actor, map_queries.VIEW, account)
    today = timezone.localdate(now)
    unit = map_queries.unit_of(account, actor, today, today=today)
    is_secret = map_reading.is_secret(unit)
    map_reading.trace(actor, account, [unit], now)
    told = {"people": len(unit.present()), "relations": len(unit.links), "secret": is_secret}
    audit.record(actor=actor, action=action, subject=account, now=now, account_id=account.pk, after=told)
    return unit, secrets.watermark(actor, now) if is_secret else ""
