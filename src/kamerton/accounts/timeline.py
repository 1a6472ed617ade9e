"""Everything that happened at an account, in one stream, newest first.

Rooms register sources; each gives its entries through policy.scope. A page asks every source for as many entries as
it shows, no more, and merges them: the number of queries is that of the sources, whatever is there. Entries stand
in one order (moment, rank of the source, key), so that the next page begins where this one ends.
"""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import DateTimeField, Model, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account

Text = str | Promise


@dataclass(frozen=True, kw_only=True)
class Entry:
    """`text` is what happened, in words; `detail` what it says; `row` what was read for it, where that is secret."""

    at: dt.datetime
    key: int
    text: Text
    detail: Text = ""
    url: str = ""
    who: str = ""
    row: Model | None = None
    dateless: bool = False  # the day is known, the hour is not
    extra: tuple[tuple[str, str], ...] = ()  # further links: text, address


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry with its place in the stream."""

    entry: Entry
    kind: str
    rank: int

    @property
    def order(self) -> tuple[float, int, int]:
        """Ascending is newest first."""
        return (-self.entry.at.timestamp(), self.rank, -self.entry.key)

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.entry.at, self.rank, self.entry.key)


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last entry that was shown."""

    at: dt.datetime
    rank: int
    key: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.rank}~{self.key}"

    @classmethod
    def read(cls, text: str) -> Cursor | None:
        """None: not one of ours."""
        try:
            at, rank, key = text.split("~")
            moment = dt.datetime.fromisoformat(at)
            return cls(moment, int(rank), int(key)) if moment.tzinfo is not None else None
        except (ValueError, OverflowError):
            return None


@dataclass(frozen=True, kw_only=True)
class Source:
    """`rows(account)`: what may be shown, with what `entry` reads joined; narrowed here by `right`.

    `at`: the field of the moment, a date or a moment; `person`: the field of who did it, for the filter. `kind`: one of
    KINDS. `entries`: for a source that is no table, in place of the rest.
    """

    name: str
    kind: str
    right: str = "accounts.view"
    rows: Callable[[Account], QuerySet[Any]] | None = None
    at: str = ""
    person: str = ""
    entry: Callable[[Any], Entry] | None = None
    entries: Callable[[Asked, int], Iterable[Entry]] | None = None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a page asks of the stream. `kinds` empty: all; `person`: entries of that person alone."""

    actor: User
    account: Account
    after: Cursor | None = None
    kinds: Collection[str] = field(default_factory=frozenset)
    person: int | None = None
    limit: int = 30


_sources: dict[str, Source] = {}


def register(*sources: Source) -> None:
    """Called by each room in its apps.ready; again under the same name takes the place of what was there."""
    _sources.update({source.name: source for source in sources})


def page(asked: Asked) -> tuple[list[Placed], Cursor | None]:
    """The entries asked for and where the next page begins; None: this is the end of it, the beginning."""
    streams = [
        _placed(source, rank, asked)
        for rank, source in enumerate(_ordered())
        if (not asked.kinds or source.kind in asked.kinds) and policy.can(asked.actor, source.right)
    ]
    merged = heapq.merge(*streams, key=lambda placed: placed.order)
    found = [placed for placed, _at in zip(merged, range(asked.limit + 1), strict=False)]
    if len(found) <= asked.limit:
        return found, None
    return found[: asked.limit], found[asked.limit - 1].cursor


def _ordered() -> list[Source]:
    """By name: the same rank in every process."""
    return [_sources[name] for name in sorted(_sources)]


def _placed(source: Source, rank: int, asked: Asked) -> list[Placed]:
    if source.entries is not None:
        entries = [each for each in source.entries(asked, rank) if is_after(each, asked.after, rank)]
    else:
        entries = _of_rows(source, rank, asked)
    return sorted((Placed(each, source.kind, rank) for each in entries), key=lambda placed: placed.order)


def is_after(entry: Entry, cursor: Cursor | None, rank: int) -> bool:
    """Whether the entry stands below the cursor: older, or of the same moment and further down."""
    if cursor is None or entry.at < cursor.at:
        return True
    return entry.at == cursor.at and (rank > cursor.rank or (rank == cursor.rank and entry.key < cursor.key))


def _of_rows(source: Source, rank: int, asked: Asked) -> list[Entry]:
    """One query (and what the rows prefetch)."""
    if source.rows is None or source.entry is None or (asked.person is not None and not source.person):
        return []
    rows = policy.scope(source.rows(asked.account), asked.actor, source.right)
    if asked.person is not None:
        rows = rows.filter(**{source.person: asked.person})
    if asked.after is not None:
        rows = rows.filter(_below(source.at, _is_moment(rows.model, source.at), asked.after, rank))
    return [source.entry(row) for row in rows.order_by(f"-{source.at}", "-pk")[: asked.limit + 1]]


def _is_moment(model: type[Model], name: str) -> bool:
    """`name` may lead through a key to another kind of row: event__starts_on."""
    *through, last = name.split("__")
    for each in through:
        model = model._meta.get_field(each).related_model  # type: ignore[assignment]
    return isinstance(model._meta.get_field(last), DateTimeField)


def _below(name: str, is_moment: bool, cursor: Cursor, rank: int) -> Q:
    """The condition of `is_after`, for the database. A day stands at its first moment."""
    if is_moment:
        older, same = Q(**{f"{name}__lt": cursor.at}), Q(**{name: cursor.at})
    else:
        day = timezone.localdate(cursor.at)
        at_midnight = start_of(day) == cursor.at
        older = Q(**{f"{name}__lt": day}) if at_midnight else Q(**{f"{name}__lte": day})
        same = Q(**{name: day}) if at_midnight else Q(pk__in=())
    if rank > cursor.rank:
        return older | same
    return older | (same & Q(pk__lt=cursor.key)) if rank == cursor.rank else older


def start_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
