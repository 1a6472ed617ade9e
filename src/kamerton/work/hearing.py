"""What the room of accounts announces becomes work: tasks of needs, mentions, money (TEAM-04); hand-overs (SEL-20)."""

from __future__ import annotations

from kamerton.accounts import announcements
from kamerton.accounts.actions import merging_contacts
from kamerton.accounts.actions.merging_contacts import Follower
from kamerton.accounts.announcements import Announcement, ChangeOfHands, Listener, TakenBack
from kamerton.work.actions import handover, tasks
from kamerton.work.models import Task

_ORIGINS = {
    "need": "need",
    "need_answered": "need",
    "mention": "mention",
    "budget": "budget",
    "event": "event",
    "act": "act",
    "problem": "problem",
}


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
                due_on=told.due_on,
            )  # fmt: skip


def hear_change(told: ChangeOfHands) -> tuple[str, ...]:
    """The account has another responsible person: a hand-over begins."""
    return handover.follow(
        actor=told.actor, account=told.account, giver=told.giver, receiver=told.receiver, on=told.on, now=told.now
    )  # fmt: skip


def hear_taken_back(told: TakenBack) -> None:
    handover.unfollow(actor=told.actor, account=told.account, at=told.at, now=told.now)


def subscribe() -> None:
    announcements.subscribe("work", hear)
    merging_contacts.follow("work", Follower(moved=handover.contact_became, back=handover.contact_is_again))
    announcements.listen("work", Listener(changed=hear_change, taken_back=hear_taken_back))
