"""What rules read: one account, one person, the company as a whole, as plain values at a day. Pure.

`gathering` fills them; a rule never asks the database. Money is Decimal in the company's currency, shares are parts
of one, None cannot be told.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from kamerton.access.secrecy import Secrecy
from kamerton.said import Said

Care = Literal["here", "substitute", "away", "nobody"]


@dataclass(frozen=True, slots=True)
class Figures:
    """The account's row in the newest snapshot; `amount` and `before` are on the basis: 12 months, and those before.

    The fields stand in the order of gathering._FIGURES, which fills them by place.
    """

    share: float | None
    amount: Decimal
    before: Decimal
    growth_rate: float | None = None
    turnover_growth: float | None = None
    turnover: Decimal = Decimal(0)
    income: Decimal | None = None
    turnover_before: Decimal = Decimal(0)
    income_before: Decimal | None = None
    share_turnover: float | None = None
    share_income: float | None = None
    margin: float | None = None
    returns_rate: float | None = None
    dependency: str = ""
    margin_falling: bool = False
    low_income: bool = False
    is_slipping: bool = False
    is_lost: bool = False
    is_neglected: bool = False
    state: str = "retained"
    last_purchase: dt.date | None = None
    silent_days: int | None = None
    usual_gap_days: float | None = None
    abc: str = ""
    is_key: bool = False  # by the figures
    risk: float | None = None
    at_risk: Decimal | None = None
    health: int | None = None
    health_standing: str = ""
    health_change: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody at the account who is there. `met`: as the map tells it; `strength`: 0 to 100, None: not worked out."""

    id: int
    is_found: bool = True
    roles: tuple[str, ...] = ()
    level: str = ""
    met: bool = False
    last_on: dt.date | None = None
    strength: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A fact in force."""

    topic: str
    stale: bool
    secrecy: int = Secrecy.INTERNAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A record that waits or comes: its model:pk, the day that counts, how secret it is. `steps`: up the line."""

    ref: str
    on: dt.date
    secrecy: int = Secrecy.INTERNAL
    steps: int = 0
    left: int = 0
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """An open claim: its model:pk, what it is about in money of the company where that is known, its clock."""

    ref: str
    acknowledge_by: dt.date
    settle_by: dt.date
    acknowledge_late: bool = False  # not acknowledged, and the hour is past
    settle_late: bool = False
    amount: Decimal | None = None
    secrecy: int = Secrecy.INTERNAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """Open opportunities of several of ours for one family: their number, and the first one's model:pk."""

    ref: str
    family: str
    offers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """Several of ours go to the account in the week of `monday`; the first visit's model:pk."""

    ref: str
    monday: dt.date
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanState:
    """An open plan that has begun: its model:pk, what of it is late, whether it is fair, when it was looked at."""

    ref: str
    phase: str
    late: int = 0
    worst: dt.date | None = None  # the day of the oldest late activity
    one_sided: bool = False
    short_term: bool = False
    looked_at: dt.date | None = None  # the last review, else the beginning
    has_review: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """The company at the snapshot: what an account is measured against, and what its own rules read."""

    basis: str = "income"
    currency: str = ""
    as_of: dt.date | None = None
    total: Decimal = Decimal(0)
    margin: float | None = None
    returns_rate: float | None = None
    profile: dict[str, Any] = field(default_factory=dict)
    key_share: float | None = None
    hhi: float | None = None
    hhi_before: float | None = None
    accounts: int = 0
    innovators: int = 0
    too_many_innovators: bool = False
    day: dt.date | None = None
    decides: bool = False  # the company has decided who is key
    review_due: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountReading:
    """One account on `day`. People and facts are told of key accounts and those of class A only."""

    account: int
    day: dt.date
    whole: Whole
    is_key: bool = False
    figures: Figures | None = None
    care: Care = "here"
    people: tuple[Person, ...] = ()
    facts: tuple[Statement, ...] = ()
    missing_topics: int = 0
    topics: int = 0
    needs: tuple[Matter, ...] = ()
    power_changes: tuple[Matter, ...] = ()
    requests: tuple[Matter, ...] = ()
    handovers: tuple[Matter, ...] = ()
    budgets: tuple[Matter, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    key_reasons: frozenset[str] | None = None  # that hold of the status by decision; None: it has none
    gap: Decimal = Decimal(0)  # a year: what it needs and does not buy from us
    satisfiable: float = 1.0  # the part of its needs that we can satisfy
    in_opportunities: Decimal = Decimal(0)  # a year: what somebody means to fill
    opportunities: tuple[Matter, ...] = ()  # open; the day on which each is expected
    claims: tuple[Complaint, ...] = ()
    claims_recent: int = 0  # received within 90 days
    claims_before: int = 0  # within the 90 days before those
    visits: tuple[Going, ...] = ()  # of several of ours in one week, with nothing agreed to be said
    plans: tuple[PlanState, ...] = ()
    analysed_on: dt.date | None = None  # the last loyalty analysis of it that anybody finished
    lacks_plan: bool = False  # the company makes plans, and this account has none
    unprotected: Matter | None = None  # we depend on it since that day, and no barrier is in work or stands
    requests_recent: int = 0  # sent within 90 days
    requests_before: int = 0  # within the 90 days before those

    @property
    def abc(self) -> str:
        return self.figures.abc if self.figures else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonReading:
    """How many accounts one of ours is responsible for, and how many it should be at most (SEL-21)."""

    person: int
    accounts: int
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A cause that is there. `severity`: money a year at stake; None: it is not told in money, and `weight` orders it

    (3 first). `about`: model:pk of the record it is about, where one account can have several; with `secrecy` its
    own. `figures`: names of figures that open.
    """

    said: Said
    severity: Decimal | None = None
    weight: int = 2
    about: str = ""
    secrecy: int = Secrecy.INTERNAL
    figures: tuple[str, ...] = ()
