"""Rooms above are told of each finished assessment, inside the transaction of the action."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from kamerton.access.models import User
from kamerton.instruments.models import Assessment

Subscriber = Callable[[User, Assessment, dt.datetime], None]
_subscribers: dict[str, Subscriber] = {}


def subscribe(name: str, subscriber: Subscriber) -> None:
    """`name` of the room: subscribing again takes the place of what was there."""
    _subscribers[name] = subscriber


def tell(actor: User, assessment: Assessment, now: dt.datetime) -> None:
    for subscriber in list(_subscribers.values()):
        subscriber(actor, assessment, now)
