"""What is known of an account, and how well: values in, values out. No database, no clock.

Completeness says what to ask next. It is never part of a health score: nothing in analytics or portfolio may import
this module (tests/accounts/test_dossier.py), as a score that measures data entry would reward typing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from kamerton.accounts.choices import DOSSIER_TOPICS, ORGANISATION_TOPICS

Standing = Literal["verified", "likely", "assumption"]

#: After how many days a statement of a topic is asked about again. What moves fast goes stale soon.
STALE_AFTER_DAYS: Mapping[str, int] = MappingProxyType(
    {
        "company": 730,
        "income": 400,
        "financials": 400,
        "history": 1825,
        "needs": 180,
        "plans": 365,
        "business": 730,
        "process": 730,
        "goal": 365,
        "job": 180,
        "solution": 365,
        "profitability": 365,
        "lead": 365,
        "achievement": 365,
        "position": 365,
        "motive": 365,
        "market": 365,
        "competitor": 180,
        "budget": 180,
        "other": 365,
    }
)
_STALE_OTHERWISE_DAYS = STALE_AFTER_DAYS["other"]


@dataclass(frozen=True, slots=True)
class Statement:
    """A fact in force. `answers`: key of the goal that a solution answers; `contact`: whom it is about."""

    key: int
    topic: str
    dated: dt.date
    source_kind: str = ""
    source: str = ""
    confidence: str = "likely"
    contact: int | None = None
    answers: int | None = None


def standing(*, source_kind: str, source: str, confidence: str) -> Standing:
    """Assumed, or from nowhere: an assumption, whatever confidence was claimed (DOS-06)."""
    if confidence == "assumed" or not (source_kind or source.strip()):
        return "assumption"
    return "verified" if confidence == "verified" else "likely"


def standing_of(statement: Statement) -> Standing:
    return standing(
        source_kind=statement.source_kind, source=statement.source, confidence=statement.confidence
    )


def stale_before(topic: str, today: dt.date, days: Mapping[str, int] = STALE_AFTER_DAYS) -> dt.date:
    """A statement dated before this day is stale."""
    return today - dt.timedelta(days=days.get(topic, _STALE_OTHERWISE_DAYS))


def is_stale(topic: str, dated: dt.date, today: dt.date, days: Mapping[str, int] = STALE_AFTER_DAYS) -> bool:
    return dated < stale_before(topic, today, days)


@dataclass(frozen=True, slots=True)
class Completeness:
    """The six required fields (DOS-01), in their order: known for sure, known as assumptions only, missing."""

    known: tuple[str, ...]
    assumed: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def filled(self) -> int:
        return len(self.known) + len(self.assumed)

    @property
    def total(self) -> int:
        return self.filled + len(self.missing)

    @property
    def percent(self) -> int:
        """Of the fields that hold anything, 0 to 100, rounded down: 100 only when nothing is missing."""
        return self.filled * 100 // self.total


def completeness(statements: Iterable[Statement], required: Sequence[str] = DOSSIER_TOPICS) -> Completeness:
    best: dict[str, bool] = {}  # topic -> whether something better than an assumption is known
    for each in statements:
        best[each.topic] = best.get(each.topic, False) or standing_of(each) != "assumption"
    return Completeness(
        known=tuple(topic for topic in required if best.get(topic)),
        assumed=tuple(topic for topic in required if best.get(topic) is False),
        missing=tuple(topic for topic in required if topic not in best),
    )


def unanswered(statements: Iterable[Statement]) -> tuple[str, ...]:
    """Which of the four questions about the organisation nobody has answered (DOS-04)."""
    answered = {each.topic for each in statements}
    return tuple(topic for topic in ORGANISATION_TOPICS if topic not in answered)


def without_motive(contacts: Iterable[int], statements: Iterable[Statement]) -> tuple[int, ...]:
    """The contacts of whom nobody knows what they are rewarded for (DOS-03), in the order given."""
    known = {each.contact for each in statements if each.topic == "motive"}
    return tuple(contact for contact in contacts if contact not in known)


def goals_without_solution(statements: Collection[Statement]) -> tuple[int, ...]:
    """Goals to which no solution is linked (DOS-02), in the order given."""
    answered = {each.answers for each in statements if each.topic == "solution"}
    return tuple(each.key for each in statements if each.topic == "goal" and each.key not in answered)


# --- needs over time -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """One entry of the trail about a need."""

    at: dt.datetime
    who: str
    action: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Turn:
    """What happened to a need. `state_after` empty: its state stayed; `fields`: what else was changed."""

    at: dt.datetime
    who: str
    state_before: str = ""
    state_after: str = ""
    fields: tuple[str, ...] = ()


def need_history(entries: Iterable[Told]) -> tuple[Turn, ...]:
    """From the trail, oldest first (DOS-05); entries that changed nothing of the need are left out."""
    turns = (_turn(each) for each in sorted(entries, key=lambda each: each.at))
    return tuple(turn for turn in turns if turn.state_after or turn.fields)


def _turn(entry: Told) -> Turn:
    return Turn(
        at=entry.at,
        who=entry.who,
        state_before=str(entry.before.get("state", "")),
        state_after=str(entry.after.get("state", "")),
        fields=tuple(str(name) for name in entry.after.get("fields", ()) if name != "state"),
    )
