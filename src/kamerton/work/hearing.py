"""What the room of accounts announces becomes tasks: a need, a mention, money that moves (TEAM-04)."""

from __future__ import annotations

from kamerton.accounts import announcements
from kamerton.accounts.announcements import Announcement
from kamerton.work.actions import tasks
from kamerton.work.models import Task

_ORIGINS = {"need": "need", "need_answered": "need", "mention": "mention", "budget": "budget"}


def hear(told: Announcement) -> None:
    """A task for each of `people`, once; in the transaction of the action. Its title has no word of what is secret."""
    if not told.people:
        return
    there = set(Task.objects.filter(origin_ref=told.key).values_list("owner", flat=True))
    for person in told.people:
        if person.pk not in there:
            tasks.put_down(
                actor=told.actor, title=told.title, now=told.now, owner=person, account=told.account,
                origin=_ORIGINS[told.kind], origin_ref=told.key,
            )  # fmt: skip


def subscribe() -> None:
    announcements.subscribe("work", hear)
