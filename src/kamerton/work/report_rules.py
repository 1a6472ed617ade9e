"""When a report is due, whether it was in time, and which texts look copied. Pure."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Standing = Literal["coming", "missing", "in_time", "late"]

#: Texts shorter than this are alike by chance ("called, all well").
SHORTEST = 40
#: From this part of shared runs of words on, two texts look copied.
ALIKE = 0.8
#: A text is held against so many of the same person before it.
BACK = 30
_RUN = 3  # words


@dataclass(frozen=True, slots=True)
class Period:
    start: dt.date
    end: dt.date  # inclusive


def last_ended(period: str, today: dt.date) -> Period:
    """The newest period of this length that is over on `today`. Weeks begin on Monday. KeyError: no such length."""
    if period == "weekly":
        monday = today - dt.timedelta(days=today.weekday())
        return Period(monday - dt.timedelta(days=7), monday - dt.timedelta(days=1))
    months = {"monthly": 1, "quarterly": 3, "yearly": 12}[period]
    begun = (today.month - 1) // months * months  # months of this year before the running period
    end = dt.date(today.year, begun + 1, 1) - dt.timedelta(days=1)
    start_month = end.month - months + 1
    return Period(dt.date(end.year, start_month, 1), end)


def standing(due_on: dt.date, handed_in_on: dt.date | None, today: dt.date) -> Standing:
    if handed_in_on is not None:
        return "in_time" if handed_in_on <= due_on else "late"
    return "missing" if today > due_on else "coming"


def days_late(due_on: dt.date, handed_in_on: dt.date | None, today: dt.date) -> int:
    return max(((handed_in_on or today) - due_on).days, 0)


# --- copies ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Something that a person wrote about a day. `ref`: model:pk."""

    ref: str
    person: int
    on: dt.date
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """`later` looks like `earlier`. `same_dates`: both name the same days, though they are of different ones."""

    later: Text
    earlier: Text
    alike: float  # 1: word for word
    same_dates: bool


def copies(texts: Iterable[Text]) -> list[Copy]:
    """Of each person, each text that looks like an earlier one of theirs, with the one it is most like; newest first."""
    mine: dict[int, list[Text]] = defaultdict(list)
    for each in texts:
        mine[each.person].append(each)
    found = [
        copy
        for written in mine.values()
        for copy in _of_one(sorted(written, key=lambda each: (each.on, each.ref)))
    ]
    return sorted(found, key=lambda copy: (copy.later.on, copy.later.ref), reverse=True)


def _of_one(written: Sequence[Text]) -> list[Copy]:
    runs = [_runs(each.text) for each in written]
    found = []
    for at, later in enumerate(written):
        if not runs[at]:
            continue
        before = range(max(0, at - BACK), at)
        alike, nearest = max(((_alike(runs[at], runs[each]), each) for each in before), default=(0.0, 0))
        if alike >= ALIKE:
            earlier = written[nearest]
            dates = _dates(later.text)
            found.append(Copy(later=later, earlier=earlier, alike=alike,
                              same_dates=bool(dates) and later.on != earlier.on and dates == _dates(earlier.text)))  # fmt: skip
    return found


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    """Every three words that follow one another; of a text too short to tell, none."""
    if len(text.strip()) < SHORTEST:
        return frozenset()
    words = _words(text)
    return frozenset(tuple(words[at : at + _RUN]) for at in range(max(len(words) - _RUN + 1, 1)))


def _alike(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    """Shared runs of all runs (Jaccard)."""
    return len(one & other) / len(one | other) if one and other else 0.0


def _dates(text: str) -> frozenset[str]:
    """Days as they are written in figures: 3.4., 2026-04-03, 3/4/26."""
    return frozenset(re.findall(r"\b\d{1,4}[./-]\d{1,2}(?:[./-]\d{1,4})?\b", text))
