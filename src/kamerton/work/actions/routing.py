"""Whatever is asked or reported about a key account reaches the one who answers for it (REL-13)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.utils import timezone

from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.accounts.queries import who_answers
from kamerton.work import queries
from kamerton.work.actions import tasks
from kamerton.work.models import Task


def route(
    *,
    actor: User,
    account: Account | None,
    title: str,
    now: dt.datetime,
    due_on: dt.date | None,
    origin: str,
    ref: str,
    besides: Collection[int | None] = (),
) -> Task | None:
    """A task of whoever answers for a key account today; of nobody who is of `besides` or asks themselves."""
    person = who_answers(account, timezone.localdate(now)) if account and queries.is_key(account) else None
    if person is None or person.pk in (actor.pk, *besides):
        return None
    return tasks.put_down(
        actor=actor, title=title[:300], now=now, owner=person, account=account, due_on=due_on, origin=origin,
        origin_ref=ref,
    )  # fmt: skip
