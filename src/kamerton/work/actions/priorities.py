"""When an account becomes key or ceases to be, its open work moves up or down."""

from __future__ import annotations

from django.db import transaction

from kamerton.work import key_accounts, rules
from kamerton.work.models import Request, Task


@transaction.atomic
def renew() -> int:
    """Bring the priority of everything open up to who is key now; how many rows changed. Five queries."""
    keys = key_accounts.key_numbers(None)
    changed = 0
    for rows in (Task.objects.filter(state="open"), Request.objects.filter(state="open")):
        belonging = rows.filter(account__number__in=keys)
        changed += belonging.exclude(priority=rules.KEY).update(priority=rules.KEY)
        changed += (
            rows.filter(priority=rules.KEY).exclude(account__number__in=keys).update(priority=rules.ORDINARY)
        )
    return changed
