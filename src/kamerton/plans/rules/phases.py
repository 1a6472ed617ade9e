"""Three phases in their order, what each asks for before it closes, and what a plan should not be. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Phase = Literal["investigation", "formalisation", "execution", "ended"]
ORDER: tuple[Phase, ...] = ("investigation", "formalisation", "execution", "ended")

#: What may be missing, in the order in which it is told.
Gap = Literal[
    "why", "compared", "potential", "swot_inside", "swot_outside", "ideas", "opportunities", "activities",
    "objectives", "interests", "activities_open", "undated",
]  # fmt: skip
Warning_ = Literal["one_sided", "no_agreement", "not_effective", "short_term", "nothing_agreed"]
#: From so many months after the beginning on, a goal is more than a near one (POT-06).
LONG_TERM_MONTHS = 12
HORIZON_YEARS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a plan holds, counted. `dues`: days of its objectives."""

    has_why: bool = False
    compared: int = 0
    others: int = 0  # accounts of the portfolio with which it could be compared
    has_potential: bool = False
    inside: int = 0  # strengths and weaknesses
    outside: int = 0  # opportunities and threats
    ideas: int = 0
    opportunities: int = 0
    activities: int = 0
    activities_open: int = 0
    undated: int = 0  # activities without a day
    interests: int = 0
    dues: tuple[dt.date, ...] = ()
    agreed: int = 0  # objectives agreed with the customer
    has_agreement: bool = False
    is_effective: bool = False


def missing(phase: Phase, told: Contents) -> tuple[Gap, ...]:
    """What `phase` asks for and does not have; nothing: it may be closed."""
    asked: dict[Phase, tuple[tuple[Gap, bool], ...]] = {
        "investigation": (  # ABP-15
            ("why", told.has_why),
            ("compared", told.compared > 0 or not told.others),
            ("potential", told.has_potential),
        ),
        "formalisation": (  # ABP-03, ABP-06
            ("swot_inside", told.inside > 0),
            ("swot_outside", told.outside > 0),
            ("ideas", told.ideas > 0),
            ("opportunities", told.opportunities > 0),
            ("activities", told.activities > 0),
            ("objectives", bool(told.dues)),
            ("interests", told.interests > 0),
        ),
        "execution": (("undated", not told.undated), ("activities_open", not told.activities_open)),
        "ended": (),
    }
    return tuple(gap for gap, is_there in asked[phase] if not is_there)


def following(phase: Phase) -> Phase | None:
    """None: nothing comes after the end."""
    at = ORDER.index(phase)
    return ORDER[at + 1] if at + 1 < len(ORDER) else None


def may_close(phase: Phase, told: Contents, *, reason: str) -> bool:
    """With everything it asks for, or without some of it, for a reason (ABP-01)."""
    return phase != "ended" and (not missing(phase, told) or bool(reason.strip()))


def is_one_sided(told: Contents) -> bool:
    """It says what only one of the two wants (ABP-06)."""
    return bool(told.dues) != bool(told.interests)


def warnings(told: Contents, *, starts_on: dt.date) -> tuple[Warning_, ...]:
    """What a plan that goes on should be told; none of it blocks."""
    found: tuple[tuple[Warning_, bool], ...] = (
        ("one_sided", is_one_sided(told)),
        ("no_agreement", not told.has_agreement),  # NEG-02
        ("not_effective", told.has_agreement and not told.is_effective),
        ("short_term", is_short_term(told.dues, starts_on)),
        ("nothing_agreed", bool(told.dues) and not told.agreed),
    )
    return tuple(warning for warning, is_so in found if is_so)


def is_short_term(dues: Iterable[dt.date], starts_on: dt.date) -> bool:
    """All goals under twelve months from the beginning of the plan (POT-06); a plan without goals has none."""
    days = list(dues)
    return bool(days) and max(days) < months_after(starts_on, LONG_TERM_MONTHS)


def furthest(starts_on: dt.date) -> dt.date:
    """Beyond it no goal is set."""
    return months_after(starts_on, HORIZON_YEARS * 12)


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, or its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return dt.date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
