"""One snapshot's contents: the ledger asked once, every figure and series that a page shows taken from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from kamerton.analytics.model import Analysis, Question
from kamerton.portfolio import rules

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa

    from kamerton.analytics.cubes import Book

_MONTHS_SHOWN = 24
_MONTHS_OF_CONCENTRATION = 48
_CURVE_POINTS = 200
_ACCOUNTS_OF_SELLER = 50
_ADOPTERS = 100


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What is stored: `rows` in the order of rules.ROW_COLUMNS, by rank, as the database stores them."""

    analysis: Analysis
    figures: dict[str, Any]
    rows: list[tuple[rules.Stored, ...]]
    has_groups: bool

    @property
    def digest(self) -> str:
        return rules.digest([self.figures, self.rows])


def take(lines: ibis.Table, question: Question) -> Taken:
    """Analyse `lines`. Raises cubes.NothingToAnalyse."""
    from kamerton.analytics import analyse, cubes, series  # noqa: PLC0415 - Ibis and SciPy take a second

    book = cubes.collect(lines, question)
    analysis = analyse.figures(book, question)
    monthly = series.monthly(book)
    over_time = series.concentration_over_time(book, analysis.thresholds, months=_MONTHS_OF_CONCENTRATION)
    figures = {
        **rules.analysis_to_json(analysis),
        "concentration_over_time": rules.plain([asdict(point) for point in over_time]),
        "months": _company_months(monthly),
        "curves": _curves(analysis),
        "grid": rules.grid(analysis),
        **_views(lines, analysis),
    }
    rows = list(_rows(book, analysis, monthly))
    return Taken(analysis=analysis, figures=figures, rows=rows, has_groups=any(book.groups))


def _rows(book: Book, analysis: Analysis, monthly: pa.Table) -> Iterator[tuple[rules.Stored, ...]]:
    months, lists = _account_months(monthly, book.as_of), rules.lists_of(analysis)
    sellers = dict(zip(book.units, book.sellers, strict=True))
    for each in analysis.accounts:
        told = months.get(each.account, ())
        yield rules.account_row(
            each, analysis.basis, lists, sellers[each.account], "[" + ",".join(told) + "]"
        )


def _account_months(monthly: pa.Table, as_of: dt.date) -> dict[str, list[str]]:
    """account -> [month, turnover, income] as JSON, two years, oldest first; no months without lines."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    from kamerton.analytics import periods  # noqa: PLC0415

    first = periods.month_start(periods.month_number(as_of) - _MONTHS_SHOWN + 1)
    recent = monthly.filter(pc.greater_equal(monthly["period"], pa.scalar(first)))
    months: dict[str, list[str]] = {}
    for account, month, turnover, income in _texts(recent, "account"):
        told = "null" if income is None else f'"{income}"'
        months.setdefault(account, []).append(f'["{month}","{turnover}",{told}]')
    return months


def _texts(table: pa.Table, *keys: str) -> Iterator[tuple[Any, ...]]:
    """Keys, month, turnover and income of each row as text; made in Arrow, as there are many."""
    import pyarrow.compute as pc  # noqa: PLC0415

    month = pc.strftime(table["period"], format="%Y-%m")
    amounts = (table[name].cast("string") for name in ("turnover", "income"))
    columns = (*(table[key] for key in keys), month, *amounts)
    return zip(*(column.to_pylist() for column in columns), strict=True)


def _company_months(monthly: pa.Table) -> list[list[str | None]]:
    """[[month, turnover, income]] of the whole company, every month with lines, oldest first."""
    sums = monthly.group_by("period").aggregate([("turnover", "sum"), ("income", "sum")]).sort_by("period")
    named = sums.select(["period", "turnover_sum", "income_sum"]).rename_columns(
        ["period", "turnover", "income"]
    )
    return [list(row) for row in _texts(named)]


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


def _views(lines: ibis.Table, analysis: Analysis) -> dict[str, Any]:
    """Sellers' three years and who adopts new products first; told of accounts, whatever the level."""
    from kamerton.analytics.adoption import adoption, too_many_innovators  # noqa: PLC0415
    from kamerton.analytics.seller_portfolios import seller_view  # noqa: PLC0415

    if analysis.level != "account":
        return {}
    as_of, thresholds = analysis.as_of, analysis.thresholds
    sellers = asdict(seller_view(lines, thresholds, as_of=as_of, basis=analysis.basis))
    for seller in sellers["sellers"]:
        seller["accounts_total"] = len(seller["accounts"])
        seller["keys"] = [each["account"] for each in seller["accounts"] if each["key"]]
        seller["accounts"] = seller["accounts"][:_ACCOUNTS_OF_SELLER]
    adopted = adoption(lines, thresholds, as_of=as_of)
    innovators = len(adopted.innovators)
    return {
        "seller_view": rules.plain(sellers),
        "adoption": {
            **rules.plain(
                {**asdict(adopted), "adopters": [asdict(one) for one in adopted.adopters[:_ADOPTERS]]}
            ),
            "innovators": innovators,
            "too_many": too_many_innovators(innovators, analysis.totals.accounts, thresholds),
        },
    }
