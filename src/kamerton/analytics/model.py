"""What goes into an analysis and what comes out: frozen dataclasses, no behaviour beyond their own fields.

Money is Decimal in one currency, rounded to the cent. Shares, rates and ratios are floats where 0.1 is
10 %. A figure that cannot be told is None, never zero.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Basis = Literal["income", "turnover"]
Level = Literal["account", "group"]
Dependency = Literal["critical", "mono"]
State = Literal["new", "retained", "reactivated", "lapsed", "lost"]


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """Every number that a company may set, with the default of docs/requirements.md, section 2."""

    share_key: float = 0.10  # N1, strictly above
    share_critical: float = 0.20  # N2, strictly above
    share_mono: float = 0.70  # N3, strictly above
    amount_key: Decimal | None = None  # N4: at or above, a year; None: not used
    pareto_share: float = 0.80  # N5
    pareto_top: float = 0.20  # N5
    key_share_norm: tuple[float, float] = (0.60, 0.80)  # N6
    abc: tuple[float, float] = (0.80, 0.95)
    xyz: tuple[float, float] = (0.10, 0.25)
    innovator: float = 0.025  # N7
    early_adopter: float = 0.135
    lapsed_quantile: float = 0.95
    lapsed_min_days: int = 60
    lapsed_min_gaps: int = 3  # fewer gaps between purchase days tell no habit
    low_income_ratio: float = 0.5  # SEL-07: income share below this part of the turnover share is low
    alert_quarters: int = 3
    neglected_growth: float = 0.25  # window against the window before
    neglected_silence: float = 2.0  # times the account's own usual gap
    ltv_horizon_years: int = 5
    ltv_discount_rate: float = 0.10
    health_growth: float = 0.35  # weights of the parts of health: they sum to 1
    health_payment: float = 0.20
    health_service: float = 0.15
    health_relationship: float = 0.20
    health_plan: float = 0.10
    health_good: int = 67  # from
    health_poor: int = 33  # to
    seller_years: int = 3  # N13: windows over which portfolios of sellers are compared
    year_tolerance_days: int = 15  # a year is partial when more days than this are missing at either end


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked of the lines. `as_of` None: the last date in the data."""

    as_of: dt.date | None = None
    basis: Basis = "income"
    level: Level = "account"
    currency: str = ""
    thresholds: Thresholds = field(default_factory=Thresholds)


@dataclass(frozen=True, kw_only=True)
class Window:
    """Twelve months: `from_date` is the first day inside, `to_date` the last."""

    from_date: dt.date
    to_date: dt.date


@dataclass(frozen=True, kw_only=True)
class Concentration:
    """How the total of one period rests on its accounts."""

    accounts: int  # with at least one line in the period
    hhi: float | None  # 0 to 1
    effective_accounts: float | None
    accounts_for_80pct: int | None
    top20pct_share: float | None
    over_10pct: tuple[str, ...]
    over_20pct: tuple[str, ...]
    over_70pct: tuple[str, ...]
    largest_share: float | None = None  # PFA-04: what the first, the first five and the first ten make
    top5_share: float | None = None
    top10_share: float | None = None


@dataclass(frozen=True, kw_only=True)
class YearFigures:
    year: int
    partial: bool
    turnover: Decimal
    cost: Decimal | None
    income: Decimal | None
    active: int
    retained: int
    new: int
    reactivated: int
    lost: int


@dataclass(frozen=True, kw_only=True)
class Amounts:
    """Turnover and income of one thing in one period. `income` None: no cost is recorded."""

    turnover: Decimal
    income: Decimal | None


@dataclass(frozen=True, kw_only=True)
class SellerFigures:
    seller: str
    turnover: Decimal
    income: Decimal | None
    accounts: int
    years: dict[int, Amounts]


@dataclass(frozen=True, kw_only=True)
class AccountFigures:
    account: str
    name: str
    group: str | None
    rank: int  # by turnover over all time, ties by id
    turnover: Decimal
    cost: Decimal | None
    income: Decimal | None
    share_turnover: float | None
    share_income: float | None
    window_turnover: Decimal
    window_income: Decimal | None
    window_share_turnover: float | None
    window_share_income: float | None
    previous_turnover: Decimal  # window before
    previous_income: Decimal | None
    abc: str | None  # of the window, on the basis
    xyz: str | None
    key: bool
    reasons: tuple[str, ...]  # codes: share_key, amount_key
    dependency: Dependency | None
    warnings: tuple[str, ...]  # codes: high_turnover_low_income, margin_falling
    by_year: dict[int, Amounts]
    growth: dict[int, float | None]  # on the basis turnover
    returned: Decimal
    gross: Decimal
    returns_rate: float | None
    first_date: dt.date
    last_date: dt.date
    purchase_days: int
    documents: int
    state: State
    lifetime_value: Decimal | None
    lifetime_method: str  # bg_nbd_gamma_gamma | retention_rate | none
    p_alive: float | None
    first_purchase: dt.date | None = None  # first_date and last_date count every line, these only purchases
    last_purchase: dt.date | None = None
    silent_days: int | None = None  # days from the last purchase to as_of
    usual_gap_days: float | None = None  # median gap between purchase days; None: too few to tell
    long_gap_days: float | None = None  # the lapsed_quantile of the same gaps


@dataclass(frozen=True, kw_only=True)
class Totals:
    turnover: Decimal
    cost: Decimal | None
    income: Decimal | None
    accounts: int
    documents: int | None
    lines: int
    first_date: dt.date
    last_date: dt.date
    returned: Decimal
    gross: Decimal
    unassigned_turnover: Decimal
    unassigned_lines: int
    lines_without_cost: int = 0
    window_turnover: Decimal = Decimal(0)
    window_income: Decimal | None = None
    previous_turnover: Decimal = Decimal(0)
    previous_income: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Retention:
    """The cohort of the window before, followed into the window (docs/formulas.md, Change)."""

    grr: float | None
    nrr: float | None
    logo_retention: float | None
    logo_churn: float | None


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """Everything that is told about one set of lines at one date."""

    as_of: dt.date
    currency: str
    basis: Basis  # the one used: income falls back to turnover when no cost is recorded
    basis_note: str
    level: Level
    thresholds: Thresholds
    window: Window
    previous: Window
    totals: Totals
    concentration_all_time: Concentration  # on turnover
    concentration_window: Concentration
    concentration_by_year: dict[int, Concentration]
    income_concentration_all_time: Concentration | None
    income_concentration_window: Concentration | None
    income_concentration_by_year: dict[int, Concentration] | None
    key_share: float | None  # of the basis, in the window
    years: tuple[YearFigures, ...]
    retention: Retention
    sellers: tuple[SellerFigures, ...]
    accounts: Sequence[
        AccountFigures
    ]  # sorted by rank; an account_table.AccountTable where they were worked out
    window_covered: bool = True  # the ledger reaches back to the first day of the window
    previous_covered: bool = True  # ... and of the window before; False: changes against it say little
