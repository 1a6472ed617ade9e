"""The trail: who did what to which record, when, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, cast

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Model

from kamerton.core.models import AuditEntry

#: Called with each entry, inside the transaction of the action that it tells of. By name: again replaces.
Listener = Callable[[AuditEntry], None]
_listeners: dict[str, Listener] = {}


def listen(name: str, listener: Listener) -> None:
    """Whoever must follow every change of an account learns of it here: the trail leaves none out."""
    _listeners[name] = listener


def record(
    *,
    actor: AbstractBaseUser | None,
    action: str,
    subject: Model,
    now: dt.datetime,
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    account_id: int | None = None,
) -> AuditEntry:
    """Write one entry. Called inside the transaction of the action that it tells of.

    `account_id`: the account it touches, so that its timeline and its people can be told of it.
    """
    entry = AuditEntry.objects.create(
        at=now,
        actor=cast("Any", actor),
        action=action,
        subject=f"{subject._meta.label_lower}:{subject.pk}",
        reason=reason,
        before=before,
        after=after,
        account_id=account_id,
    )
    for listener in list(_listeners.values()):
        listener(entry)
    return entry
