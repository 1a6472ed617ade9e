"""Each seller's portfolio over several windows of twelve months: what it costs and what it brings.

Register PFA-01, PFA-02, SEL-13.

The base is the lines that name the seller, so an account served by two is in both portfolios with the part
that each sold. Benefit is turnover; costs are the cost of goods and, where recorded, the cost to serve.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from kamerton.analytics import classes, cubes, exact
from kamerton.analytics.engine import fetched
from kamerton.analytics.model import Amounts, Basis, Dependency, Thresholds
from kamerton.analytics.periods import MONTHS_A_WINDOW, reaches_back, window_before

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa

#: (seller, account) -> cost to serve over the windows; account "" is the seller's own cost.
CostToServe = Mapping[tuple[str, str], Decimal]


#: (seller, account, turnover, income) in whole cents; income None where no cost is recorded.
SellerAmounts = tuple[str, str, int, int | None]


@dataclass(frozen=True, kw_only=True)
class PortfolioAccount:
    """One account in one seller's portfolio."""

    account: str
    windows: tuple[Amounts, ...]  # the latest first
    turnover: Decimal  # of the windows together
    cost: Decimal | None
    cost_to_serve: Decimal
    net: Decimal  # turnover less both costs
    share: float | None  # of the seller's window, on the basis (SEL-13)
    key: bool  # at the level of this seller
    dependency: Dependency | None


@dataclass(frozen=True, kw_only=True)
class SellerPortfolio:
    seller: str
    windows: tuple[Amounts, ...]
    turnover: Decimal
    cost: Decimal | None
    cost_to_serve: Decimal  # of the accounts and the seller's own
    net: Decimal
    accounts: tuple[PortfolioAccount, ...]  # by net result
    accounts_total: int  # also those that `show` left out


@dataclass(frozen=True, kw_only=True)
class SellerView:
    """All sellers by net result. `sufficient` False: the ledger does not reach back so many years."""

    as_of: dt.date
    from_date: dt.date
    sufficient: bool
    has_cost: bool
    basis: Basis
    sellers: tuple[SellerPortfolio, ...]
    #: (seller, account, turnover, income) of the latest window, sorted; where something was sold or returned.
    amounts: tuple[SellerAmounts, ...] = ()


def seller_view(
    lines: ibis.Table,
    thresholds: Thresholds,
    *,
    as_of: dt.date,
    basis: Basis = "income",
    cost_to_serve: CostToServe | None = None,
    show: int | None = None,
) -> SellerView:
    """Portfolios of every seller named in the windows: two scans.

    With fewer years of ledger than are compared the figures of what is there are given and `sufficient` is False.
    `show` bounds the accounts told of each seller to those that bring most and those that are key.
    """
    first = fetched(cubes.span_of(lines)).to_pylist()[0]["first"]
    years = thresholds.seller_years
    start = window_before(as_of, years - 1).from_date
    rows = fetched(portfolio_sums(lines, as_of, years))
    sums = _sums_by_seller(rows, years)
    has_cost = any(costed for costed in rows["costed"].to_pylist())
    used: Basis = basis if has_cost else "turnover"
    built = [
        _portfolio(
            seller,
            accounts,
            cost_to_serve or {},
            thresholds=thresholds,
            basis=used,
            has_cost=has_cost,
            show=show,
        )
        for seller, accounts in sums.items()
    ]
    built.sort(key=lambda each: (-each.net, each.seller))
    return SellerView(
        as_of=as_of,
        from_date=start,
        sufficient=first is not None and reaches_back(first, start, thresholds.year_tolerance_days),
        has_cost=has_cost,
        basis=used,
        sellers=tuple(built),
        amounts=tuple(_latest(sums, has_cost=has_cost)),
    )


def _latest(sums: dict[str, _Sums], *, has_cost: bool) -> Iterator[SellerAmounts]:
    for seller, accounts in sums.items():
        for account, (turnover, cost) in accounts.items():
            sold, earned = exact.cents(np.array([turnover[0], turnover[0] - cost[0]], dtype=object)).tolist()
            if sold or (has_cost and earned):
                yield seller, account, sold, earned if has_cost else None


def portfolio_sums(lines: ibis.Table, as_of: dt.date, years: int) -> ibis.Table:
    """seller, account, window (0 the latest of `years`) with turnover, cost and how many lines have a cost."""
    back = (cubes.rolling_month_of(lines, as_of) // MONTHS_A_WINDOW).cast("int32")
    start = window_before(as_of, years - 1).from_date.replace(day=1)  # an engine skips what lies before
    chosen = lines.mutate(window=back).filter(
        lines.account.notnull(),
        lines.seller.notnull(),
        lines.date >= start,
        lines.date <= as_of,
        back < years,
    )
    return chosen.group_by("seller", "account", "window").aggregate(
        turnover=chosen.amount.sum().cast("decimal(38, 6)"),
        cost=chosen.cost.sum().cast("decimal(38, 6)"),
        costed=chosen.cost.count(),
    )


#: account -> turnover and cost of each window, in millionths
_Sums = dict[str, tuple[list[int], list[int]]]


def _sums_by_seller(rows: pa.Table, years: int) -> dict[str, _Sums]:
    """Sellers and accounts sorted by id."""
    result: dict[str, _Sums] = {}
    columns = (rows["seller"], rows["account"], rows["window"])
    amounts = (exact.micros(rows["turnover"]), exact.micros(rows["cost"]))
    listed = zip(*(each.to_pylist() for each in columns), *(each.tolist() for each in amounts), strict=True)
    for seller, account, window, turnover, cost in sorted(listed):
        sums = result.setdefault(seller, {}).setdefault(account, ([0] * years, [0] * years))
        sums[0][window], sums[1][window] = turnover, cost
    return result


def _portfolio(
    seller: str,
    accounts: _Sums,
    served: CostToServe,
    *,
    thresholds: Thresholds,
    basis: Basis,
    has_cost: bool,
    show: int | None,
) -> SellerPortfolio:
    base = np.array(
        [turnover[0] - cost[0] * (basis == "income") for turnover, cost in accounts.values()], dtype=object
    )
    shares = exact.shares(base, exact.total(base))
    key = classes.key_by_share(base, thresholds) | classes.key_by_amount(base, thresholds.amount_key)
    dependency = classes.dependencies(base, thresholds)
    shown = (
        None if show is None else {*np.flatnonzero(key).tolist(), *_foremost(seller, accounts, served, show)}
    )
    listed = [
        _portfolio_account(
            account,
            sums,
            served.get((seller, account), Decimal(0)),
            has_cost,
            share=None if shares is None else float(shares[at]),
            key=bool(key[at]),
            dependency=dependency[at],
        )
        for at, (account, sums) in enumerate(accounts.items())
        if shown is None or at in shown
    ]
    listed.sort(key=lambda each: (-each.net, each.account))
    turnover, cost = (
        [sum(column) for column in zip(*side, strict=True)] for side in zip(*accounts.values(), strict=True)
    )
    serving = sum((served.get((seller, account), Decimal(0)) for account in ("", *accounts)), Decimal(0))
    return SellerPortfolio(
        seller=seller,
        windows=_windows(turnover, cost, has_cost),
        turnover=exact.amount(sum(turnover)),
        cost=exact.amount(sum(cost)) if has_cost else None,
        cost_to_serve=serving,
        net=exact.amount(sum(turnover) - sum(cost)) - serving,
        accounts=tuple(listed),
        accounts_total=len(accounts),
    )


def _foremost(seller: str, accounts: _Sums, served: CostToServe, count: int) -> list[int]:
    """Positions of the accounts with the best net results."""
    nets = [
        sum(turnover) - sum(cost) - int(served.get((seller, account), Decimal(0)).scaleb(6))
        for account, (turnover, cost) in accounts.items()
    ]
    return sorted(range(len(nets)), key=lambda at: (-nets[at], at))[:count]


def _portfolio_account(
    account: str,
    sums: tuple[list[int], list[int]],
    serving: Decimal,
    has_cost: bool,
    *,
    share: float | None,
    key: bool,
    dependency: Dependency | None,
) -> PortfolioAccount:
    turnover, cost = sums
    return PortfolioAccount(
        account=account,
        windows=_windows(turnover, cost, has_cost),
        turnover=exact.amount(sum(turnover)),
        cost=exact.amount(sum(cost)) if has_cost else None,
        cost_to_serve=serving,
        net=exact.amount(sum(turnover) - sum(cost)) - serving,
        share=share,
        key=key,
        dependency=dependency,
    )


def _windows(turnover: list[int], cost: list[int], has_cost: bool) -> tuple[Amounts, ...]:
    return tuple(
        Amounts(turnover=exact.amount(sold), income=exact.amount(sold - spent) if has_cost else None)
        for sold, spent in zip(turnover, cost, strict=True)
    )
