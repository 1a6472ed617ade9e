"""Tasks for others: assignments by superiors (RGT-06), a senior's distribution to juniors (TEAM-01)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.core.refused import Refused
from kamerton.work.actions import tasks, trail
from kamerton.work.models import Task


class HandedOn(Refused):
    """Somebody else handed the task on since it was shown."""


@transaction.atomic
def assign_task(*, actor: User, task: Task, to: User, now: dt.datetime) -> Task:
    """Hand an open task to somebody in one's line, or to a junior of its account.

    `task`: as it was seen. Where somebody else has handed it on meanwhile that is said, and nothing changes.
    """
    seen = task.owner_id
    found = tasks.open_task(actor, task, now)
    how = tasks.may_give(actor, to, found.account, timezone.localdate(now))
    if found.owner_id == to.pk:
        return found
    if found.owner_id != seen:
        raise HandedOn(
            _("%(person)s has “%(task)s” since a moment. Nothing was changed.")
            % {"person": found.owner.display_name, "task": found.title},
            code="handed_on", hint=_("Look again: you can still hand it on."),
        )  # fmt: skip
    before = {"owner": found.owner_id}
    found.owner = to
    if found.origin in ("own", "assigned", "distributed"):
        found.origin = how
    tasks.save(found, "owner", "origin")
    trail.write(actor=actor, verb="assign_task", row=found, now=now, before=before, after={"owner": to.pk})
    return found


@transaction.atomic
def give_back(*, actor: User, task: Task, owner: User, origin: str, now: dt.datetime) -> Task:
    """Take an assignment back: the owner and origin of before. Whoever gave it may, as the undo of assign_task."""
    policy.require(actor, "work.assign")
    found = tasks.open_task(actor, task, now)
    before = {"owner": found.owner_id}
    found.owner, found.origin = owner, origin
    tasks.save(found, "owner", "origin")
    trail.write(
        actor=actor, verb="give_back_task", row=found, now=now, before=before, after={"owner": owner.pk}
    )
    return found


@transaction.atomic
def distribute(*, actor: User, shares: Sequence[tuple[Task, User]], now: dt.datetime) -> list[Task]:
    """Several tasks to several people: all of them or, where one may not be given, none."""
    return [assign_task(actor=actor, task=task, to=to, now=now) for task, to in shares]
