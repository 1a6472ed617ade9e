"""One snapshot's contents: the ledger asked once, every figure and series that a page shows taken from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from kamerton.analytics.model import Analysis, Question
from kamerton.portfolio import rules

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa

    from kamerton.analytics.cubes import Book, Scan
    from kamerton.analytics.seller_portfolios import SellerAmounts, SellerPortfolio

_MONTHS_SHOWN = 24
_MONTHS_OF_CONCENTRATION = 36
_CURVE_POINTS = 200
_ACCOUNTS_OF_SELLER = 10
_ADOPTERS = 100


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What is stored: `rows` of rules.ROW_COLUMNS and `series` of rules.SERIES_COLUMNS, both by rank."""

    analysis: Analysis
    figures: dict[str, Any]
    views: dict[str, Any]
    rows: list[tuple[rules.Stored, ...]]
    series: list[tuple[rules.Stored, ...]]
    sellers: Sequence[SellerAmounts]  # of the accounts' snapshot
    has_groups: bool

    @property
    def digest(self) -> str:
        return rules.digest([self.figures, self.views, self.rows, self.series, self.sellers])


def take(scan: Scan, question: Question) -> Taken:
    """Analyse what was scanned. `question.as_of` is the date of the scan."""
    from kamerton.analytics import analyse, series  # noqa: PLC0415 - Ibis and SciPy take a second
    from kamerton.portfolio.outlook import outlook  # noqa: PLC0415

    book = scan.book(question.level)
    analysis = analyse.figures(book, question)
    monthly = series.monthly(book)
    over_time = series.concentration_over_time(book, analysis.thresholds, months=_MONTHS_OF_CONCENTRATION)
    figures = {
        **rules.analysis_to_json(analysis),
        "concentration_over_time": rules.plain([asdict(point) for point in over_time]),
        "months": _company_months(monthly),
        "curves": _curves(analysis),
        "grid": rules.grid(analysis),
    }
    months = _account_months(monthly, book.as_of)
    families, bought = _families(scan.lines, analysis)
    views, sellers = _views(scan.lines, analysis)
    ahead = outlook(book, scan, analysis)
    figures["outlook"] = ahead.summary
    return Taken(
        analysis=analysis,
        figures=figures,
        views=views | families | ahead.view,
        sellers=sellers,
        rows=[(*row, *ahead.columns[str(row[0])]) for row in _rows(book, analysis)],
        series=[
            rules.series_row(
                each,
                months.get(each.account, "[]"),
                bought.get(each.account, "[]"),
                ahead.series[each.account],
            )
            for each in analysis.accounts
        ],
        has_groups=any(book.groups),
    )


def _rows(book: Book, analysis: Analysis) -> Iterator[tuple[rules.Stored, ...]]:
    lists = rules.lists_of(analysis)
    sellers = dict(zip(book.units, book.sellers, strict=True))
    for each in analysis.accounts:
        yield rules.account_row(each, analysis.basis, lists, sellers[each.account])


def _account_months(monthly: pa.Table, as_of: dt.date) -> dict[str, str]:
    """account -> JSON [[month, turnover, income]], two years, oldest first; months without lines left out.

    Made in Arrow: there are half a million months where there are 20,000 accounts.
    """
    import numpy as np  # noqa: PLC0415
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    from kamerton.analytics import periods  # noqa: PLC0415

    first = periods.month_start(periods.month_number(as_of) - _MONTHS_SHOWN + 1)
    recent = monthly.filter(pc.greater_equal(monthly["period"], pa.scalar(first))).combine_chunks()
    if not len(recent):
        return {}
    month, turnover, income = _month_texts(recent)
    income = pc.coalesce(pc.binary_join_element_wise('"', income, '"', ""), pa.scalar("null"))
    told = pc.binary_join_element_wise('["', month, '","', turnover, '",', income, "]", "")
    encoded = recent["account"].combine_chunks().dictionary_encode()  # sorted: one run for each account
    codes = encoded.indices.to_numpy()
    starts = np.flatnonzero(np.r_[True, np.diff(codes) != 0, True]).astype(np.int32)
    joined = pc.binary_join(pa.ListArray.from_arrays(starts, told), ",").to_pylist()
    return dict(zip(encoded.dictionary.to_pylist(), (f"[{each}]" for each in joined), strict=True))


def _month_texts(table: pa.Table) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Month, turnover and income of each row as text."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    period = (
        table["period"].combine_chunks().dictionary_encode()
    )  # there are few, and to write one out is slow
    columns = (
        pc.strftime(period.dictionary, format="%Y-%m").take(period.indices),
        *(table[n].cast("string") for n in ("turnover", "income")),
    )
    month, turnover, income = (
        each.combine_chunks() if isinstance(each, pa.ChunkedArray) else each for each in columns
    )
    return month, turnover, income


def _company_months(monthly: pa.Table) -> list[list[str | None]]:
    """[[month, turnover, income]] of the whole company, every month with lines, oldest first."""
    sums = monthly.group_by("period").aggregate([("turnover", "sum"), ("income", "sum")]).sort_by("period")
    named = sums.select(["period", "turnover_sum", "income_sum"]).rename_columns(
        ["period", "turnover", "income"]
    )
    return [list(row) for row in zip(*(each.to_pylist() for each in _month_texts(named)), strict=True)]


def _curves(analysis: Analysis) -> dict[str, Any]:
    """Pareto on turnover and whale curve on income, of the window, thinned for a picture."""
    from kamerton.analytics.curves import curve  # noqa: PLC0415

    there = [each for each in analysis.accounts if each.window_turnover or each.window_income]
    turnover = curve([(each.account, each.window_turnover) for each in there], points=_CURVE_POINTS)
    income = curve(
        [(each.account, each.window_income) for each in there if each.window_income is not None],
        points=_CURVE_POINTS,
    )
    return {
        "turnover": rules.plain([asdict(point) for point in turnover]),
        "income": rules.plain([asdict(point) for point in income]),
    }


def _families(lines: ibis.Table, analysis: Analysis) -> tuple[dict[str, Any], dict[str, str]]:
    """What is kept of product families: of the company for the views, of each account as JSON."""
    from kamerton.analytics import families  # noqa: PLC0415

    if analysis.level != "account":
        return {}, {}
    told = families.families(lines, analysis.as_of)
    totals = analysis.totals
    usual = rules.ratio(totals.window_income, totals.window_turnover)
    kept = {"names": list(told.names), "margins": list(told.margins), "usual": usual}
    return {"families": kept}, families.encoded(told)


def _views(lines: ibis.Table, analysis: Analysis) -> tuple[dict[str, Any], Sequence[SellerAmounts]]:
    """Sellers' three years and who adopts new products first; told of accounts, whatever the level.

    Beside them what each seller sold to each account in the window.
    """
    from kamerton.analytics.adoption import adoption, too_many_innovators  # noqa: PLC0415
    from kamerton.analytics.seller_portfolios import seller_view  # noqa: PLC0415

    if analysis.level != "account":
        return {}, ()
    as_of, thresholds = analysis.as_of, analysis.thresholds
    view = seller_view(lines, thresholds, as_of=as_of, basis=analysis.basis, show=_ACCOUNTS_OF_SELLER)
    adopted = adoption(lines, thresholds, as_of=as_of)
    innovators = len(adopted.innovators)
    first = replace(adopted, adopters=adopted.adopters[:_ADOPTERS])
    views = {
        "seller_view": {
            **rules.plain(asdict(replace(view, sellers=(), amounts=()))),
            "sellers": [_seller(each) for each in view.sellers],
        },
        "adoption": {
            **rules.plain(asdict(first)),
            "innovators": innovators,
            "innovator_of": {each.account: len(each.innovator_of) for each in adopted.innovators},
            "too_many": too_many_innovators(innovators, analysis.totals.accounts, thresholds),
        },
    }
    return views, view.amounts


def _seller(seller: SellerPortfolio) -> dict[str, Any]:
    """The accounts that bring most and those that are key to the seller."""
    keys = [each.account for each in seller.accounts if each.key]
    return {**rules.plain(asdict(seller)), "keys": keys}
