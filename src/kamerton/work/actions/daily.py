"""What happens once a day without anybody: the worker calls it, and Today on its first visit of the day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from kamerton.access.actions import leaving
from kamerton.accounts.actions import personal
from kamerton.core.models import Submission
from kamerton.work.actions import priorities, requests


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


def daily_once(*, now: dt.datetime) -> Done | None:
    """`daily`, if nobody has run it on this day; None: somebody has. One query then."""
    key = f"work.daily {timezone.localdate(now).isoformat()}"
    if Submission.objects.filter(key=key).exists():
        return None
    try:
        with transaction.atomic():
            Submission(key=key, at=now).save(force_insert=True)
            return daily(now=now)
    except IntegrityError:
        return None
