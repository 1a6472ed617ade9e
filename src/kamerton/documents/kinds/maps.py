"""The map of who decides: one slide of native shapes, or an image that the browser makes."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from kamerton.access import policy, secrets
from kamerton.access.models import User
from kamerton.accounts import map_queries, map_reading
from kamerton.accounts.decision_unit import Unit
from kamerton.accounts.models import Account
from kamerton.core import audit
from kamerton.documents.content import Content
from kamerton.documents.kinds import map_slides
from kamerton.documents.registry import DocumentKind, Gathered, register


def gather(actor: User, account: Account, now: dt.datetime) -> Gathered:
    unit, told = _read(actor, account, now)
    content = Content(title=account.name, day=timezone.localdate(now), extra=unit)
    return Gathered(content, account, account, is_secret=map_reading.is_secret(unit), told=told)


def _slide(content: Content) -> bytes:
    assert isinstance(content.extra, Unit)  # noqa: S101 - gather has put it there
    return map_slides.slide(content.extra, title=content.title, mark=content.mark)


def _read(actor: User, account: Account, now: dt.datetime) -> tuple[Unit, dict[str, int]]:
    """The map as `actor` may see it, and what the trail says of it; reading what is secret leaves its trace."""
    today = timezone.localdate(now)
    unit = map_queries.unit_of(account, actor, today, today=today)
    map_reading.trace(actor, account, [unit], now)
    return unit, {"people": len(unit.present()), "relations": len(unit.links)}


@transaction.atomic
def image(*, actor: User, account: Account, now: dt.datetime) -> dict[str, str]:
    """What has to stand on an image of the map that the browser makes of what it shows."""
    policy.require(actor, "export", account)
    policy.require(actor, map_queries.VIEW, account)
    unit, told = _read(actor, account, now)
    is_secret = map_reading.is_secret(unit)
    audit.record(
        actor=actor, action="documents.map_image", subject=account, now=now, account_id=account.pk,
        after={**told, "secret": is_secret},
    )  # fmt: skip
    mark = secrets.watermark(actor, now) if is_secret else ""
    return {**map_slides.heading(unit, account.name), "mark": mark}


KIND = register(
    DocumentKind(
        key="map_slide",
        name=gettext_lazy("Map of who decides"),
        text=gettext_lazy("The people and the lines between them on one slide, as shapes that can be moved"),
        about="account",
        formats=("pptx",),
        right=map_queries.VIEW,
        gather=gather,
        writers={"pptx": _slide},
    )
)
