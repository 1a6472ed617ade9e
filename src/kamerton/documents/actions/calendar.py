"""The private address of one's calendar: made, renewed, revoked, read. Who reads it is asked for rights every time."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.db import transaction
from django.utils import translation

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.core import audit
from kamerton.documents.kinds import calendars
from kamerton.documents.models import CalendarAddress

_BYTES = 32
_READ_EVERY = dt.timedelta(hours=1)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def renew(*, actor: User, now: dt.datetime) -> str:
    """A new secret part of the address, told this once; the address before it is closed."""
    policy.require(actor, "export")
    User.objects.select_for_update().get(pk=actor.pk)  # of two at once, one address is live
    _revoke(actor, now)
    token = secrets.token_urlsafe(_BYTES)
    row = CalendarAddress.objects.create(owner=actor, digest=digest(token), created_at=now)
    audit.record(actor=actor, action="documents.calendar_open", subject=row, now=now)
    return token


@transaction.atomic
def revoke(*, actor: User, now: dt.datetime) -> bool:
    """Whether there was one to close. Without the right to export too: nobody is kept from closing it."""
    policy.require_self(actor)
    return _revoke(actor, now)


def _revoke(owner: User, now: dt.datetime) -> bool:
    row = CalendarAddress.objects.select_for_update().filter(owner=owner, revoked_at=None).first()
    if row is None:
        return False
    row.revoked_at = now
    row.save(update_fields=["revoked_at"])
    audit.record(actor=owner, action="documents.calendar_close", subject=row, now=now)
    return True


def read(*, token: str, now: dt.datetime, address: str = "") -> bytes | None:
    """The calendar under that address; None: closed, unknown, or its owner may not take files out any more."""
    row = (
        CalendarAddress.objects.select_related("owner__own_role")
        .filter(digest=digest(token), revoked_at=None)
        .first()
    )
    if row is None or not policy.can(row.owner, "export") or not policy.can(row.owner, "work.view"):
        return None
    with translation.override(row.owner.language or translation.get_language()):
        blob = calendars.written(calendars.activities(row.owner, now), address)
    if row.read_at is None or now - row.read_at >= _READ_EVERY:
        CalendarAddress.objects.filter(pk=row.pk).update(read_at=now)
    return blob
