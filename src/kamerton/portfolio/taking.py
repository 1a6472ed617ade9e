"""One snapshot's contents: the ledger asked once, every figure and series that a page shows taken from it."""

from __future__ import annotations

import datetime as dt
import hashlib
import marshal
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from kamerton.analytics.model import Analysis, Question
from kamerton.portfolio import rules

if TYPE_CHECKING:
    import pyarrow as pa

    from kamerton.analytics.adoption import Adoption
    from kamerton.analytics.cubes import Book, Scan
    from kamerton.analytics.families import Families
    from kamerton.analytics.seller_portfolios import SellerAmounts, SellerPortfolio, SellerView
    from kamerton.portfolio.outlook import Outlook

_MONTHS_SHOWN = 24
_MONTHS_OF_CONCENTRATION = 36
_CURVE_POINTS = 200
_ACCOUNTS_OF_SELLER = 10
_ADOPTERS = 100
_PLAIN_FORM = 2  # of marshal: the last that writes equal values equally, whoever else holds them


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
        """Equal contents, equal digests. Only texts, numbers and None: their marshalled form is themselves."""
        told = hashlib.sha256(rules.compact([self.figures, self.views, self.sellers]).encode())
        for rows in (self.rows, self.series):
            told.update(marshal.dumps(rows, _PLAIN_FORM))
        return told.hexdigest()


def take(scan: Scan, question: Question) -> Taken:
    """Analyse what was scanned. `question.as_of` is the date of the scan."""
    from kamerton.analytics import analyse, series  # noqa: PLC0415 - Ibis and SciPy take a second
    from kamerton.portfolio.outlook import outlook  # noqa: PLC0415

    # What no book holds is asked of the lines on another core, one question after the other.
    with ThreadPoolExecutor(max_workers=1) as beside:
        documents = beside.submit(lambda: scan.documents)
        scan.cells  # noqa: B018 - worked out meanwhile; a book may ask the lines too, so it waits
        documents.result()
        book = scan.book(question.level)
        weeks, asked = beside.submit(lambda: scan.weeks), beside.submit(_of_lines, scan, question)
        over_time = beside.submit(
            series.concentration_over_time, book, question.thresholds, months=_MONTHS_OF_CONCENTRATION
        )
        analysis = analyse.figures(book, question)
        monthly = series.monthly(book)
        company = _company(analysis, monthly)
        months = _account_months(monthly, book.as_of)
        weeks.result()
        ahead = outlook(book, scan, analysis)
        rows = _rows(book, analysis, ahead)
        lines = asked.result()
        points = rules.plain([asdict(point) for point in over_time.result()])
    families, bought = _families(lines, analysis)
    return Taken(
        analysis=analysis,
        figures={**company, "concentration_over_time": points, "outlook": ahead.summary},
        views=_views(lines, analysis) | families | ahead.view,
        sellers=lines.sellers.amounts if lines else (),
        rows=rows,
        series=_series(analysis, months, bought, ahead),
        has_groups=any(book.groups),
    )


def _company(analysis: Analysis, monthly: pa.Table) -> dict[str, Any]:
    from kamerton.portfolio import figure_rows  # noqa: PLC0415

    return {
        **rules.analysis_to_json(analysis),
        "months": _company_months(monthly),
        "curves": _curves(analysis),
        "grid": figure_rows.grid(analysis),
    }


@dataclass(frozen=True, kw_only=True)
class _OfLines:
    """What no book holds: told of accounts, whatever the level."""

    families: Families
    sellers: SellerView
    adoption: Adoption


def _of_lines(scan: Scan, question: Question) -> _OfLines | None:
    """Every question that is left for the lines, one after the other."""
    from kamerton.analytics.adoption import adoption  # noqa: PLC0415
    from kamerton.analytics.families import families  # noqa: PLC0415
    from kamerton.analytics.seller_portfolios import seller_view  # noqa: PLC0415

    if question.level != "account":
        return None
    lines, as_of, thresholds = scan.lines, scan.as_of, question.thresholds
    return _OfLines(
        families=families(lines, as_of),
        sellers=seller_view(lines, thresholds, as_of=as_of, basis=question.basis, show=_ACCOUNTS_OF_SELLER),
        adoption=adoption(lines, thresholds, as_of=as_of),
    )


def _rows(book: Book, analysis: Analysis, ahead: Outlook) -> list[tuple[rules.Stored, ...]]:
    from kamerton.portfolio import figure_rows  # noqa: PLC0415

    sellers = dict(zip(book.units, book.sellers, strict=True))
    columns = figure_rows.figure_columns(analysis, sellers)
    told = [columns[name] for name in rules.ROW_COLUMNS if name not in rules.OUTLOOK_COLUMNS]
    coming = map(ahead.columns.__getitem__, columns["account"])
    return [(*row, *then) for row, then in zip(zip(*told, strict=True), coming, strict=True)]


def _series(
    analysis: Analysis, months: Mapping[str, str], bought: Mapping[str, str], ahead: Outlook
) -> list[tuple[rules.Stored, ...]]:
    """In the order of rules.SERIES_COLUMNS."""
    from kamerton.analytics.account_table import AccountTable  # noqa: PLC0415
    from kamerton.portfolio import figure_rows  # noqa: PLC0415

    accounts = analysis.accounts
    assert isinstance(accounts, AccountTable)  # noqa: S101 - analyse.figures makes one
    numbers = accounts.plain("account")
    return list(
        zip(
            figure_rows.by_year_texts(accounts),
            figure_rows.growth_texts(accounts),
            [months.get(number, "[]") for number in numbers],
            [bought.get(number, "[]") for number in numbers],
            [ahead.series[number] for number in numbers],
            strict=True,
        )
    )


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
    from kamerton.analytics.account_table import column  # noqa: PLC0415
    from kamerton.analytics.curves import curve  # noqa: PLC0415

    numbers, sold, kept = (
        column(analysis.accounts, name) for name in ("account", "window_turnover", "window_income")
    )
    there = [each for each in zip(numbers, sold, kept, strict=True) if each[1] or each[2]]
    turnover = curve([(number, amount) for number, amount, _income in there], points=_CURVE_POINTS)
    income = curve(
        [(number, amount) for number, _sold, amount in there if amount is not None], points=_CURVE_POINTS
    )
    return {
        "turnover": rules.plain([asdict(point) for point in turnover]),
        "income": rules.plain([asdict(point) for point in income]),
    }


def _families(lines: _OfLines | None, analysis: Analysis) -> tuple[dict[str, Any], dict[str, str]]:
    """What is kept of product families: of the company for the views, of each account as JSON."""
    from kamerton.analytics.families import encoded  # noqa: PLC0415

    if lines is None:
        return {}, {}
    told, totals = lines.families, analysis.totals
    usual = rules.ratio(totals.window_income, totals.window_turnover)
    kept = {"names": list(told.names), "margins": list(told.margins), "usual": usual}
    return {"families": kept}, encoded(told)


def _views(lines: _OfLines | None, analysis: Analysis) -> dict[str, Any]:
    """Sellers' three years and who adopts new products first."""
    from kamerton.analytics.adoption import too_many_innovators  # noqa: PLC0415

    if lines is None:
        return {}
    view, adopted = lines.sellers, lines.adoption
    innovators = len(adopted.innovators)
    first = replace(adopted, adopters=adopted.adopters[:_ADOPTERS])
    return {
        "seller_view": {
            **rules.plain(asdict(replace(view, sellers=(), amounts=()))),
            "sellers": [_seller(each) for each in view.sellers],
        },
        "adoption": {
            **rules.plain(asdict(first)),
            "innovators": innovators,
            "innovator_of": {each.account: len(each.innovator_of) for each in adopted.innovators},
            "too_many": too_many_innovators(innovators, analysis.totals.accounts, analysis.thresholds),
        },
    }


def _seller(seller: SellerPortfolio) -> dict[str, Any]:
    """The accounts that bring most and those that are key to the seller."""
    keys = [each.account for each in seller.accounts if each.key]
    return {**rules.plain(asdict(seller)), "keys": keys}
