"""Reading what is secret leaves a trail, and what is taken out of it carries its reader's name (CNF-01)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.core import audit
from kamerton.core.models import AuditEntry
from kamerton.core.telling import day_in_words

#: So many rows of one reading are named one by one; of more, the number is told too.
NAMED_AT_MOST = 1000


def is_secret(row: Any) -> bool:
    return int(getattr(row, "secrecy", 0)) >= Secrecy.SECRET


def ref(row: Model) -> str:
    """model:pk, as the trail names a row."""
    return f"{row._meta.label_lower}:{row.pk}"


@transaction.atomic
def reading(actor: User, rows: Iterable[Model], now: dt.datetime) -> tuple[Model, ...]:
    """The secret ones among `rows`, which are about to be shown; one entry in the trail names them.

    Called once for a page view, with all that it shows; without a secret row nothing is written.
    """
    secret = tuple(row for row in rows if is_secret(row))
    if secret:
        accounts = {getattr(row, "account_id", None) for row in secret}
        told: dict[str, object] = {"read": [ref(row) for row in secret[:NAMED_AT_MOST]]}
        if len(secret) > NAMED_AT_MOST:
            told["count"] = len(secret)
        audit.record(
            actor=actor,
            action="secrets.read",
            subject=actor,
            now=now,
            after=told,
            account_id=accounts.pop() if len(accounts) == 1 else None,
        )
    return secret


def refused(actor: User, row: Model, now: dt.datetime) -> AuditEntry:
    """Write down that somebody asked for what is not theirs to read."""
    return audit.record(
        actor=actor,
        action="secrets.refused",
        subject=row,
        now=now,
        account_id=getattr(row, "account_id", None),
    )


def watermark(actor: User, now: dt.datetime) -> str:
    """The line for whatever leaves the house with something secret in it."""
    told = {"person": actor.display_name, "day": day_in_words(timezone.localdate(now))}
    return _("Secret. Read by %(person)s on %(day)s.") % told
