"""What rooms above are told as it happens: a need, a mention, money that moves, an account that changes hands.

A room above subscribes in its apps.ready and makes of it what it can (a task, an alert). Subscribers run in the
transaction of the action, so that what is told and what is done of it stand or fall together; telling the same
thing twice must do nothing the second time, which `key` is for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from django.db.models import Model

from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.accounts.models import Account

#: What a task's title holds.
TITLE_LENGTH = 300

Kind = Literal["need", "need_answered", "mention", "budget", "event", "act", "problem"]


@dataclass(frozen=True, kw_only=True)
class Announcement:
    """`people`: who is to do something about it; the team learns of it from the trail.

    `title` may be shown to whoever sees a task of the account: of what is secret it says no word.
    """

    kind: Kind
    account: Account
    subject: Model
    people: tuple[User, ...]
    title: str
    secrecy: Secrecy
    actor: User
    now: dt.datetime
    due_on: dt.date | None = None

    @property
    def ref(self) -> str:
        """model:pk of what it is about."""
        return f"{self.subject._meta.label_lower}:{self.subject.pk}"

    @property
    def key(self) -> str:
        """The same for the same thing at the same account."""
        return key_of(self.kind, self.subject, self.account.pk)


def key_of(kind: Kind, subject: Model, account: int) -> str:
    return f"{kind}:{subject._meta.label_lower}:{subject.pk}:{account}"


Subscriber = Callable[[Announcement], None]
_subscribers: dict[str, Subscriber] = {}


def subscribe(name: str, subscriber: Subscriber) -> None:
    """`name` of the room: subscribing again takes the place of what was there."""
    _subscribers[name] = subscriber


def unsubscribe(name: str) -> None:
    _subscribers.pop(name, None)


def announce(announcement: Announcement) -> None:
    """Called inside the transaction of the action."""
    announcement = replace(announcement, title=announcement.title[:TITLE_LENGTH])
    for subscriber in list(_subscribers.values()):
        subscriber(announcement)


# --- another responsible person ------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class ChangeOfHands:
    """`receiver` is responsible from `on`, written down already; `giver` was until then."""

    account: Account
    giver: User
    receiver: User
    on: dt.date
    actor: User
    now: dt.datetime


@dataclass(frozen=True, kw_only=True)
class TakenBack:
    """The change of hands told at `at` is undone."""

    account: Account
    at: dt.datetime
    actor: User
    now: dt.datetime


@dataclass(frozen=True, slots=True)
class Listener:
    """`changed` answers with what gives to think, in sentences; never with a refusal."""

    changed: Callable[[ChangeOfHands], tuple[str, ...]]
    taken_back: Callable[[TakenBack], None]


_listeners: dict[str, Listener] = {}


def listen(name: str, listener: Listener) -> None:
    """`name` of the room: listening again takes the place of what was there."""
    _listeners[name] = listener


def changed_hands(told: ChangeOfHands) -> tuple[str, ...]:
    """Called inside the transaction of the action."""
    return tuple(text for each in list(_listeners.values()) for text in each.changed(told))


def taken_back(told: TakenBack) -> None:
    for each in list(_listeners.values()):
        each.taken_back(told)
