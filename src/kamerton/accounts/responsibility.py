"""One responsible person at any moment: what an assignment does to those that stand. Pure, days only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Somebody is responsible from `start` to `end`, both included; `end` None: until further notice."""

    key: int
    start: dt.date
    end: dt.date | None

    def holds_on(self, day: dt.date) -> bool:
        return self.start <= day and (self.end is None or day <= self.end)


@dataclass(frozen=True, slots=True)
class Room:
    """How room is made. `end`: of the new span, cut short by the next one that stands already."""

    end: dt.date | None
    closed: tuple[Span, ...] = ()  # end the day before
    replaced: tuple[Span, ...] = ()  # begin the same day: they give way
    resumed: tuple[Span, ...] = ()  # go on after the new span: key of the row that they continue


def make_room(spans: Iterable[Span], start: dt.date, end: dt.date | None) -> Room:
    """What must happen so that a span from `start` to `end` stands alone on its days.

    `spans` do not overlap. One that begins later stays and cuts the new one short.
    """
    ordered = sorted(spans, key=lambda span: span.start)
    until = _until([span for span in ordered if span.start > start], end)
    current = [span for span in ordered if span.holds_on(start)]
    return Room(
        end=until,
        closed=tuple(Span(span.key, span.start, start - _DAY) for span in current if span.start < start),
        replaced=tuple(span for span in current if span.start == start),
        resumed=tuple(_rest(span, until) for span in current if until and _goes_on(span, until)),
    )


def _until(later: Sequence[Span], end: dt.date | None) -> dt.date | None:
    if not later:
        return end
    last = later[0].start - _DAY
    return last if end is None else min(end, last)


def _goes_on(span: Span, until: dt.date) -> bool:
    return span.end is None or span.end > until


def _rest(span: Span, until: dt.date) -> Span:
    return Span(span.key, until + _DAY, span.end)
