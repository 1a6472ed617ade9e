"""Rooms above that keep something of a person: they are told when somebody is erased, inside its transaction."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

from kamerton.access.models import User
from kamerton.accounts.naming import Key


@dataclass(frozen=True, slots=True)
class Person:
    """Who is erased: by then the row itself still says it."""

    contact: int
    name: str
    keys: tuple[Key, ...]


class Handler(Protocol):
    def __call__(self, *, actor: User, person: Person, now: dt.datetime) -> dict[str, int]:
        """Erase what this room keeps; {kind: how many}. May refuse."""


_handlers: list[Handler] = []


def register(handler: Handler) -> Handler:
    if handler not in _handlers:
        _handlers.append(handler)
    return handler


def tell(*, actor: User, person: Person, now: dt.datetime) -> dict[str, int]:
    gone: dict[str, int] = {}
    for handler in _handlers:
        gone |= handler(actor=actor, person=person, now=now)
    return gone
