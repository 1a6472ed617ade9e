"""When an account becomes key or ceases to be, its open work moves up or down."""

from __future__ import annotations

from collections.abc import Callable, Collection

from django.db import transaction

from kamerton.work import key_accounts, rules
from kamerton.work.models import Request, Task

#: (numbers of key accounts) -> how many rows changed.
Follower = Callable[[Collection[str]], int]
_followers: dict[str, Follower] = {}


def follow(name: str, follower: Follower) -> None:
    """A room above whose open rows have a priority too; `name` again takes the place of what was there."""
    _followers[name] = follower


@transaction.atomic
def renew() -> int:
    """Bring the priority of everything open up to who is key now; how many rows changed. Five queries of our own."""
    keys = key_accounts.key_numbers(None)
    changed = 0
    for rows in (Task.objects.filter(state="open"), Request.objects.filter(state="open")):
        belonging = rows.filter(account__number__in=keys)
        changed += belonging.filter(priority=rules.ORDINARY).update(priority=rules.KEY)
        changed += (
            rows.filter(priority=rules.KEY).exclude(account__number__in=keys).update(priority=rules.ORDINARY)
        )
    return changed + sum(follower(keys) for follower in list(_followers.values()))
