"""Analyses and readings made by hand: plain arithmetic over a list of accounts, no engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from kamerton.analytics.model import (
    AccountFigures,
    Amounts,
    Analysis,
    Concentration,
    Question,
    Retention,
    SellerFigures,
    Thresholds,
    Totals,
    Window,
    YearFigures,
)
from kamerton.cli.reports.model import Report
from kamerton.ledger.read.model import Counts, FileFound, Inspection, Reading, RefusedRow

AS_OF = dt.date(2025, 12, 31)
CENT = Decimal("0.01")


@dataclass(frozen=True, kw_only=True)
class Sold:
    """One account: what it brought in the window and in the 12 months before."""

    name: str
    now: str = "0"
    before: str = "0"
    margin: float | None = 0.4
    state: str = "retained"
    account: str = ""
    group: str | None = None
    warnings: tuple[str, ...] = ()


def report(
    sold: Sequence[Sold],
    *,
    basis: str = "income",
    currency: str = "EUR",
    refused: Sequence[RefusedRow] = (),
    first_date: dt.date = dt.date(2023, 1, 2),
    notes: tuple[str, ...] = (),
    **counts: object,
) -> Report:
    analysis = analysis_of(sold, basis=basis, currency=currency, first_date=first_date)
    return Report(
        analysis=analysis,
        reading=reading(analysis, refused=refused, notes=notes, **counts),
        refused=tuple(refused),
    )


def analysis_of(
    sold: Sequence[Sold], *, basis: str = "income", currency: str = "EUR", first_date: dt.date
) -> Analysis:
    no_cost = all(one.margin is None for one in sold)
    basis = "turnover" if no_cost else basis
    rows = [_amounts(index, one) for index, one in enumerate(sold)]
    rows.sort(key=lambda row: (-row["turnover"], row["account"]))
    whole = {key: sum((row[key] or Decimal(0) for row in rows), Decimal(0)) for key in MONEY}
    accounts = tuple(_account(rank, row, whole, basis) for rank, row in enumerate(rows, 1))
    keys = [account for account in accounts if account.key]
    return Analysis(
        as_of=AS_OF,
        currency=currency,
        basis=basis,
        basis_note="Income is turnover less cost."
        if basis == "income"
        else "No cost is recorded: shares are of turnover.",
        level="account",
        thresholds=Thresholds(),
        window=Window(from_date=dt.date(2025, 1, 1), to_date=AS_OF),
        previous=Window(from_date=dt.date(2024, 1, 1), to_date=dt.date(2024, 12, 31)),
        totals=_totals(accounts, whole, first_date, no_cost),
        concentration_all_time=_concentration([a.turnover for a in accounts], accounts),
        concentration_window=_concentration([a.window_turnover for a in accounts], accounts),
        concentration_by_year={
            2024: _concentration([a.previous_turnover for a in accounts], accounts),
            2025: _concentration([a.window_turnover for a in accounts], accounts),
        },
        income_concentration_all_time=None
        if no_cost
        else _concentration([a.income for a in accounts], accounts),
        income_concentration_window=None
        if no_cost
        else _concentration([a.window_income for a in accounts], accounts),
        income_concentration_by_year=None
        if no_cost
        else {2025: _concentration([a.window_income for a in accounts], accounts)},
        key_share=_sum_shares(keys, basis),
        years=_years(accounts, no_cost),
        retention=Retention(grr=0.9, nrr=1.02, logo_retention=0.95, logo_churn=0.05),
        sellers=(
            SellerFigures(
                seller="Ada Brandt",
                turnover=whole["turnover"],
                income=None if no_cost else whole["income"],
                accounts=len(accounts),
                years={2025: Amounts(turnover=whole["now"], income=None)},
            ),
        ),
        accounts=accounts,
        previous_covered=first_date <= dt.date(2024, 1, 16),
    )


MONEY = ("turnover", "income", "now", "now_income", "before", "before_income")


def _amounts(index: int, one: Sold) -> dict:
    now, before = Decimal(one.now), Decimal(one.before)
    rate = None if one.margin is None else Decimal(str(one.margin))

    def income(amount: Decimal) -> Decimal | None:
        return None if rate is None else (amount * rate).quantize(CENT)

    return {
        "one": one,
        "account": one.account or f"{index + 1:04d}",
        "turnover": (now + before).quantize(CENT),
        "income": income(now + before),
        "now": now.quantize(CENT),
        "now_income": income(now),
        "before": before.quantize(CENT),
        "before_income": income(before),
    }


def _share(part: Decimal | None, whole: Decimal) -> float | None:
    return float(part / whole) if whole > 0 and part is not None else None


def _account(rank: int, row: dict, whole: dict, basis: str) -> AccountFigures:
    one = row["one"]
    window_income = _share(row["now_income"], whole["now_income"])
    window_turnover = _share(row["now"], whole["now"])
    share = (window_income if basis == "income" else window_turnover) or 0
    return AccountFigures(
        account=row["account"],
        name=one.name,
        group=one.group,
        rank=rank,
        turnover=row["turnover"],
        cost=None if row["income"] is None else row["turnover"] - row["income"],
        income=row["income"],
        share_turnover=_share(row["turnover"], whole["turnover"]),
        share_income=_share(row["income"], whole["income"]),
        window_turnover=row["now"],
        window_income=row["now_income"],
        window_share_turnover=window_turnover,
        window_share_income=window_income,
        previous_turnover=row["before"],
        previous_income=row["before_income"],
        abc="A",
        xyz="Z",
        key=share > 0.1,
        reasons=("share_key",) if share > 0.1 else (),
        dependency="mono" if share > 0.7 else "critical" if share > 0.2 else None,
        warnings=one.warnings,
        by_year={
            2024: Amounts(turnover=row["before"], income=row["before_income"]),
            2025: Amounts(turnover=row["now"], income=row["now_income"]),
        },
        growth={2025: _share(row["now"] - row["before"], row["before"])},
        returned=Decimal("0.00"),
        gross=row["turnover"],
        returns_rate=0.0,
        first_date=dt.date(2024, 1, 3),
        last_date=dt.date(2025, 12, 1) if row["now"] else dt.date(2024, 11, 5),
        last_purchase=dt.date(2025, 12, 1) if row["now"] else dt.date(2024, 11, 5),
        silent_days=30 if row["now"] else 421,
        usual_gap_days=14.0,
        purchase_days=12,
        documents=14,
        state=one.state,
        lifetime_value=row["income"],
        lifetime_method="none",
        p_alive=None,
    )


def _sum_shares(accounts: Sequence[AccountFigures], basis: str) -> float | None:
    return sum(
        (a.window_share_income if basis == "income" else a.window_share_turnover) or 0 for a in accounts
    )


def _totals(accounts: Sequence[AccountFigures], whole: dict, first: dt.date, no_cost: bool) -> Totals:
    return Totals(
        turnover=whole["turnover"],
        cost=None if no_cost else whole["turnover"] - whole["income"],
        income=None if no_cost else whole["income"],
        accounts=len(accounts),
        documents=14 * len(accounts),
        lines=40 * len(accounts),
        first_date=first,
        last_date=max(account.last_date for account in accounts),
        returned=Decimal("0.00"),
        gross=whole["turnover"],
        unassigned_turnover=Decimal("0.00"),
        unassigned_lines=0,
        window_turnover=whole["now"],
        window_income=None if no_cost else whole["now_income"],
        previous_turnover=whole["before"],
        previous_income=None if no_cost else whole["before_income"],
    )


def _concentration(amounts: Sequence[Decimal | None], accounts: Sequence[AccountFigures]) -> Concentration:
    pairs = sorted(
        ((amount, account.account) for amount, account in zip(amounts, accounts, strict=True) if amount),
        key=lambda pair: (-pair[0], pair[1]),
    )
    positive = [float(amount) for amount, _ in pairs if amount > 0]
    if not positive or sum(amount for amount, _ in pairs) <= 0:
        return Concentration(
            accounts=len(pairs), hhi=None, effective_accounts=None, accounts_for_80pct=None,
            top20pct_share=None, over_10pct=(), over_20pct=(), over_70pct=(),
        )  # fmt: skip
    whole = float(sum(amount for amount, _ in pairs))
    base = sum(positive)
    hhi = sum((amount / base) ** 2 for amount in positive)
    reached, count = 0.0, 0
    while reached < 0.8 * whole:
        reached, count = reached + float(pairs[count][0]), count + 1
    top = sum(float(amount) for amount, _ in pairs[: max(1, round(len(pairs) * 0.2))])

    def over(line: float) -> tuple[str, ...]:
        return tuple(account for amount, account in pairs if float(amount) / whole > line)

    return Concentration(
        accounts=len(pairs), hhi=hhi, effective_accounts=1 / hhi, accounts_for_80pct=count,
        top20pct_share=top / whole, over_10pct=over(0.1), over_20pct=over(0.2), over_70pct=over(0.7),
    )  # fmt: skip


def _years(accounts: Sequence[AccountFigures], no_cost: bool) -> tuple[YearFigures, ...]:
    def year(number: int) -> YearFigures:
        turnover = sum((a.by_year[number].turnover for a in accounts), Decimal(0))
        income = None if no_cost else sum((a.by_year[number].income or 0 for a in accounts), Decimal(0))
        active = sum(1 for a in accounts if a.by_year[number].turnover)
        return YearFigures(
            year=number, partial=False, turnover=turnover, cost=None if no_cost else turnover - income,
            income=income, active=active, retained=active, new=0, reactivated=0, lost=0,
        )  # fmt: skip

    return (year(2024), year(2025))


def reading(
    analysis: Analysis, *, refused: Sequence[RefusedRow] = (), notes: tuple[str, ...] = (), **counts: object
) -> Reading:
    told = {
        "read": analysis.totals.lines + len(refused),
        "used": analysis.totals.lines,
        "refused": len(refused),
        "unassigned": 0,
        "duplicates": 0,
        "duplicates_dropped": 0,
        "used_turnover": analysis.totals.turnover,
        "unassigned_turnover": Decimal("0.00"),
    } | counts
    merge_offers = told.pop("merge_offers", ())
    return Reading(
        parquet=Path("lines.parquet"),
        counts=Counts(**told),
        refused_csv=None,
        refused_head=tuple(refused)[:1000],
        refused_total=len(refused),
        first_date=analysis.totals.first_date,
        last_date=analysis.totals.last_date,
        has_cost=analysis.totals.income is not None,
        lines_without_cost=0,
        currency=analysis.currency,
        merge_offers=merge_offers,
        inspection=Inspection(
            files=(
                FileFound(
                    path=Path("sales.csv"),
                    name="sales.csv",
                    format="csv",
                    size_bytes=1234,
                    encoding="utf-8",
                    delimiter=";",
                ),
            ),
            columns=(),
            mapping={"account": "Customer", "date": "Date", "amount": "Net"},
            missing=(),
            doubts=(),
            first_rows=(),
            shape="",
            notes=notes,
        ),
    )


def distributor() -> Report:
    """A believable small company: one critical account, one that slips, one lost, one silent."""
    return report(
        [
            Sold(name="Helios Medical", now="2300000", before="1900000"),
            Sold(name="Boreas Logistics", now="1500000", before="1650000", warnings=("margin_falling",)),
            Sold(name="Nova Foods", now="1250000", before="900000", margin=0.2,
                 warnings=("high_turnover_low_income",)),
            Sold(name="Tamarisk Hotels", now="700000", before="1100000"),
            Sold(name="Quill & Sons", now="0", before="310000", state="lost"),
            Sold(name="Larch Paper", now="120000", before="280000", state="lapsed"),
            Sold(name="Petrel Marine", now="640000", before="0", state="new"),
            *(Sold(name=f"Corner shop {index}", now=str(90000 - 900 * index), before="60000") for index in range(30)),
        ],
        refused=[
            RefusedRow(file="sales.csv", line=17, column="Date", value="31.02.2025", reason="is not a date"),
            RefusedRow(file="sales.csv", line=94, column="Date", value="soon", reason="is not a date"),
            RefusedRow(file="sales.csv", line=95, column="Net", value="n/a", reason="is not a number"),
        ],
        notes=("Dates are read as day first: 14 values of the column Date allow nothing else.",),
        unassigned=12,
        unassigned_turnover=Decimal("1830.40"),
        duplicates=3,
        merge_offers=(("0001", "0002"),),
    )  # fmt: skip


def question() -> Question:
    return Question(as_of=AS_OF)
