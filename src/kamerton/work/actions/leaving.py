"""Somebody leaves: each account goes to a successor, with the tasks that belong to it (CNF-02)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.core.refused import Refused
from kamerton.work import belongings
from kamerton.work.actions import giving, handover, requests
from kamerton.work.models import Request, Task


@transaction.atomic
def hand_on(
    *, actor: User, person: User, shares: Sequence[tuple[Account, User]], now: dt.datetime
) -> tuple[str, ...]:
    """Each account to its successor from the day after the last one: all of them or, where one cannot go, none.

    Returns what gives to think.
    """
    policy.require(actor, "people.offboard")
    day = first_day_after(person, timezone.localdate(now))
    told: list[str] = []
    for account, to in shares:
        begun = handover.begin(
            actor=actor, account=account, receiver=to, giver=person, reason="leaving", on=day, now=now
        )
        told += begun.warnings
        for task in _tasks_of(person).filter(account=account).exclude(origin="handover"):
            giving.assign_task(actor=actor, task=task, to=to, now=now)
        belongings.give_all(actor=actor, person=person, to=to, account=account, now=now)
    return tuple(dict.fromkeys(told))


@dataclass(frozen=True, slots=True)
class HandedOn:
    tasks: int
    requests: int
    others: tuple[str, ...] = ()  # what else went on, in sentences


@transaction.atomic
def hand_matters_on(*, actor: User, person: User, to: User, now: dt.datetime) -> HandedOn:
    """Every other open task, of no account or of an account that is somebody else's, and the requests taken on.

    What was asked by the person stays as it is: the answer is read at the account.
    """
    policy.require(actor, "people.offboard")
    first_day_after(person, timezone.localdate(now))
    rows = list(_tasks_of(person).exclude(origin="handover"))
    for task in rows:
        giving.assign_task(actor=actor, task=task, to=to, now=now)
    taken = list(Request.objects.filter(taken_by=person, state="open").order_by("pk"))
    for request in taken:
        requests.give_request(actor=actor, request=request, to=to, now=now)
    others = belongings.give_all(actor=actor, person=person, to=to, now=now)
    return HandedOn(len(rows), len(taken), others)


def _tasks_of(person: User) -> QuerySet[Task]:
    return Task.objects.filter(owner=person, state="open").order_by("pk")


def first_day_after(person: User, today: dt.date) -> dt.date:
    """From when the successors are responsible."""
    if person.leaving_on is None:
        raise Refused(
            _("%(name)s is not leaving. Nothing was changed.") % {"name": person.display_name},
            hint=_("Say the last day first."),
        )
    return max(today, person.leaving_on + dt.timedelta(days=1))
