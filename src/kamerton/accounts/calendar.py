"""What stands in a calendar: rooms register where their dated things come from, and calendar files are made of all.

A source reads through what its reader may see, in a number of queries that does not grow with what it finds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from kamerton.access.models import User

State = Literal["open", "done", "cancelled"]
Repeats = Literal["", "weekly", "fortnightly", "monthly", "quarterly", "yearly"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`uid`: the same for the same thing for ever, "task-12". Days are whole days, `ends` the last of them; moments
    are aware. `sequence` grows with every change, `changed_at` is when. `is_private`: its words do not leave the house.
    """

    uid: str
    title: str
    starts: dt.date | dt.datetime
    ends: dt.date | dt.datetime | None = None
    text: str = ""
    place: str = ""
    path: str = ""  # of its page
    owner: str = ""
    account: str = ""
    state: State = "open"
    repeats: Repeats = ""
    repeats_day: int | None = None  # of the month
    sequence: int = 0
    changed_at: dt.datetime
    is_private: bool = False

    @property
    def is_whole_day(self) -> bool:
        return not isinstance(self.starts, dt.datetime)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Between two days, both included. `account`: all that is to be seen of that one; None: one's own, of any."""

    first: dt.date
    last: dt.date
    today: dt.date
    account: int | None = None


Source = Callable[[User, Wanted], Iterable[Entry]]
_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """The same name again replaces."""
    _sources[name] = source


def unregister(name: str) -> None:
    _sources.pop(name, None)


def entries(actor: User, wanted: Wanted) -> list[Entry]:
    """Of every room, by day; what `actor` may see of it now."""
    found = [entry for source in list(_sources.values()) for entry in source(actor, wanted)]
    return sorted(found, key=lambda each: (each.starts.isoformat(), each.uid))
