"""What happens once a day without anybody: the worker calls it, and Today on its first visit of the day."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass
from typing import Protocol

from django.db import IntegrityError, transaction
from django.utils import timezone

from kamerton.access.actions import leaving
from kamerton.access.models import User
from kamerton.accounts.actions import personal
from kamerton.core.models import Submission
from kamerton.work.actions import priorities, requests

logger = logging.getLogger(__name__)


class Also(Protocol):
    """What a room above does once a day. `actor`: who opened the first page of the day; None: nobody waits."""

    def __call__(self, *, now: dt.datetime, actor: User | None) -> None: ...


_also: dict[str, Also] = {}


def also(name: str, handler: Also) -> None:
    """`name` of the room: registering again takes the place of what was there."""
    _also[name] = handler


@dataclass(frozen=True, slots=True)
class Done:
    escalated: int
    moved: int  # tasks and requests whose priority changed
    forgotten: int  # personal notes whose day was past
    closed: int = 0  # sign-ins of people whose last day is past


def daily(*, now: dt.datetime) -> Done:
    """Safe to run at any time and any number of times."""
    closed = leaving.close_left(now=now)  # first: what waits for somebody who has left goes up the line
    return Done(
        escalated=len(requests.escalate_due(now=now)),
        moved=priorities.renew(),
        forgotten=personal.expire(now=now),
        closed=len(closed),
    )


def daily_once(*, now: dt.datetime, actor: User | None = None) -> Done | None:
    """`daily` and what rooms above add, if nobody has run it on this day; None: somebody has. One query then."""
    key = f"work.daily {timezone.localdate(now).isoformat()}"
    if Submission.objects.filter(key=key).exists():
        return None
    try:
        with transaction.atomic():
            Submission(key=key, at=now).save(force_insert=True)
            done = daily(now=now)
    except IntegrityError:
        return None
    others(now=now, actor=actor)
    return done


def others(*, now: dt.datetime, actor: User | None = None) -> None:
    """What rooms above do once a day. One that fails keeps no other from its work; the next day tries again."""
    for name, handler in list(_also.items()):
        try:
            handler(now=now, actor=actor)
        except Exception:
            logger.exception("The work of the day of %s was not done", name)
