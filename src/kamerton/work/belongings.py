"""What else of a person changes hands with an account or when they leave. Rooms above register theirs here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.functional import Promise

from kamerton.access.models import User
from kamerton.accounts.models import Account


@dataclass(frozen=True, slots=True)
class Belonging:
    """One open thing of a person: model:pk, what it is called, the account that it belongs to."""

    ref: str
    title: str
    account: str


class Give(Protocol):
    """Everything open of `person`, of one account or of all, to `to`; how many. Whoever calls has asked the right."""

    def __call__(
        self, *, actor: User, person: User, to: User, account: Account | None, now: dt.datetime
    ) -> int: ...


@dataclass(frozen=True, slots=True)
class Belongings:
    """`open_of(actor, person)`: as far as `actor` may see; `given(n)`: the sentence that says that they went on."""

    name: str | Promise
    open_of: Callable[[User, User], Sequence[Belonging]]
    give: Give
    given: Callable[[int], str]


_kinds: dict[str, Belongings] = {}


def register(key: str, kind: Belongings) -> None:
    """The same key again replaces."""
    _kinds[key] = kind


def kinds() -> list[Belongings]:
    return list(_kinds.values())


def give_all(
    *, actor: User, person: User, to: User, now: dt.datetime, account: Account | None = None
) -> tuple[str, ...]:
    """Of every kind; the sentences that say what went on."""
    if person.pk == to.pk:
        return ()
    counts = [
        (kind, kind.give(actor=actor, person=person, to=to, account=account, now=now)) for kind in kinds()
    ]
    return tuple(kind.given(count) for kind, count in counts if count)
