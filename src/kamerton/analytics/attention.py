"""Lists that ask for attention, from a finished analysis: slipping, lost, neglected, and what if one left.

Selections only: every number on them is a figure of the analysis.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kamerton.analytics.account_table import column
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
    fallen = _chosen(analysis, are_slipping(analysis))
    return tuple(sorted(fallen, key=lambda each: (-_fall(each, analysis.basis), each.account))[:limit])


def are_slipping(analysis: Analysis) -> list[bool]:
    """Of each account whether it is on the list, whatever the limit."""
    amounts = zip(*_amounts(analysis), column(analysis.accounts, "state"), strict=True)
    return [before > now and before > 0 and state != "lost" for now, before, state in amounts]


def lost(analysis: Analysis, *, limit: int = 10) -> tuple[AccountFigures, ...]:
    """Accounts that bought in the window before and not in the window, largest amount gone first."""
    gone = _chosen(analysis, are_lost(analysis))
    return tuple(sorted(gone, key=lambda each: (-in_previous(each, analysis.basis), each.account))[:limit])


def are_lost(analysis: Analysis) -> list[bool]:
    """Of each account whether it is on the list, whatever the limit."""
    first, last = analysis.previous.from_date, analysis.previous.to_date
    states, bought = (column(analysis.accounts, name) for name in ("state", "last_purchase"))
    return [
        state == "lost" and day is not None and first <= day <= last
        for state, day in zip(states, bought, strict=True)
    ]


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
    found = _chosen(analysis, are_neglected(analysis))
    return tuple(sorted(found, key=lambda each: (-(window_growth(each) or 0), each.account))[:limit])


def are_neglected(analysis: Analysis) -> list[bool]:
    """Of each account whether it is on the list, whatever the limit."""
    names = ("abc", "key", "silent_days", "usual_gap_days", "window_turnover", "previous_turnover")
    rules = analysis.thresholds
    return [
        abc != "A" and not key and silent is not None and gap is not None
        and before > 0 and float(now / before) - 1 > rules.neglected_growth
        and silent > rules.neglected_silence * gap
        for abc, key, silent, gap, now, before in zip(
            *(column(analysis.accounts, name) for name in names), strict=True
        )
    ]  # fmt: skip


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


def amounts_in_window(analysis: Analysis) -> Sequence[Decimal]:
    """`in_window` of each account."""
    return _amounts(analysis)[0]


def _amounts(analysis: Analysis) -> tuple[Sequence[Decimal], Sequence[Decimal]]:
    """`in_window` and `in_previous` of each account."""

    def of(period: str) -> Sequence[Decimal]:
        turnover = column(analysis.accounts, f"{period}_turnover")
        if analysis.basis != "income":
            return turnover
        income = column(analysis.accounts, f"{period}_income")
        return [sold if kept is None else kept for kept, sold in zip(income, turnover, strict=True)]

    return of("window"), of("previous")


def _chosen(analysis: Analysis, flags: Iterable[bool]) -> list[AccountFigures]:
    return [each for each, is_chosen in zip(analysis.accounts, flags, strict=True) if is_chosen]
