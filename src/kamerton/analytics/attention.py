"""Lists that ask for attention, from a finished analysis: slipping, lost, neglected, and what if one left.

Selections only: every number on them is a figure of the analysis.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from kamerton.analytics.model import AccountFigures, Analysis, Basis


@dataclass(frozen=True, kw_only=True)
class Loss:
    """What goes when one account leaves, on the window; shares are of today's totals."""

    account: str
    share_turnover: float | None
    share_income: float | None
    turnover: Decimal
    income: Decimal | None
    becoming_critical: tuple[str, ...]  # above the critical line only once it is gone
    becoming_key: tuple[str, ...]


def in_window(figures: AccountFigures, basis: Basis) -> Decimal:
    """The account's amount of the window on the basis; turnover where income is not known."""
    income = figures.window_income if basis == "income" else None
    return figures.window_turnover if income is None else income


def in_previous(figures: AccountFigures, basis: Basis) -> Decimal:
    income = figures.previous_income if basis == "income" else None
    return figures.previous_turnover if income is None else income


def share_in_window(figures: AccountFigures, basis: Basis) -> float | None:
    return figures.window_share_income if basis == "income" else figures.window_share_turnover


def slipping(analysis: Analysis, *, limit: int = 10) -> tuple[AccountFigures, ...]:
    """Accounts that still buy, by how much their amount fell against the window before: largest first."""
    fallen = [
        each
        for each in analysis.accounts
        if each.state != "lost" and _fall(each, analysis.basis) > 0 and in_previous(each, analysis.basis) > 0
    ]
    return tuple(sorted(fallen, key=lambda each: (-_fall(each, analysis.basis), each.account))[:limit])


def lost(analysis: Analysis, *, limit: int = 10) -> tuple[AccountFigures, ...]:
    """Accounts that bought in the window before and not in the window, largest amount gone first."""
    gone = [each for each in analysis.accounts if each.state == "lost" and _bought_before(each, analysis)]
    return tuple(sorted(gone, key=lambda each: (-in_previous(each, analysis.basis), each.account))[:limit])


def lapsed(analysis: Analysis, *, limit: int = 10) -> tuple[AccountFigures, ...]:
    """Accounts silent for longer than their own habit, largest amount of the window first."""
    quiet = [each for each in analysis.accounts if each.state == "lapsed"]
    return tuple(sorted(quiet, key=lambda each: (-in_window(each, analysis.basis), each.account))[:limit])


def neglected(analysis: Analysis, *, limit: int = 10) -> tuple[AccountFigures, ...]:
    """Small accounts that grow fast and have not bought for long, fastest growth first.

    Small: class B or C and not key. Fast: turnover of the window above that of the window before by more
    than `neglected_growth`. Long: silent for more than `neglected_silence` times the own usual gap. What the
    ledger cannot know, whether anybody called, comes from other rooms.
    """
    rules = analysis.thresholds

    def is_neglected(each: AccountFigures) -> bool:
        if each.abc == "A" or each.key or each.usual_gap_days is None or each.silent_days is None:
            return False
        growth = window_growth(each)
        fast = growth is not None and growth > rules.neglected_growth
        return fast and each.silent_days > rules.neglected_silence * each.usual_gap_days

    found = [each for each in analysis.accounts if is_neglected(each)]
    return tuple(sorted(found, key=lambda each: (-(window_growth(each) or 0), each.account))[:limit])


def window_growth(figures: AccountFigures) -> float | None:
    """Turnover of the window against the window before; None where that was not positive."""
    if figures.previous_turnover <= 0:
        return None
    return float(figures.window_turnover / figures.previous_turnover) - 1


def what_if_lost(analysis: Analysis, account: str) -> Loss:
    """The window without one account: what goes, and who then carries too much. Raises KeyError."""
    leaving = next((each for each in analysis.accounts if each.account == account), None)
    if leaving is None:
        raise KeyError(account)
    rest = [each for each in analysis.accounts if each is not leaving]
    rules = analysis.thresholds
    return Loss(
        account=account,
        share_turnover=leaving.window_share_turnover,
        share_income=leaving.window_share_income,
        turnover=leaving.window_turnover,
        income=leaving.window_income,
        becoming_critical=_newly_above(rest, analysis.basis, rules.share_critical),
        becoming_key=_newly_above(rest, analysis.basis, rules.share_key),
    )


def _newly_above(rest: Iterable[AccountFigures], basis: Basis, line: float) -> tuple[str, ...]:
    accounts = list(rest)
    whole = sum((in_window(each, basis) for each in accounts), Decimal(0))
    if whole <= 0:
        return ()
    limit = Decimal(str(line))
    return tuple(
        each.account
        for each in accounts
        if in_window(each, basis) > limit * whole and (share_in_window(each, basis) or 0.0) <= line
    )


def _fall(figures: AccountFigures, basis: Basis) -> Decimal:
    return in_previous(figures, basis) - in_window(figures, basis)


def _bought_before(figures: AccountFigures, analysis: Analysis) -> bool:
    last = figures.last_purchase
    return last is not None and analysis.previous.from_date <= last <= analysis.previous.to_date
