"""One snapshot's contents: the ledger asked once, every figure and series that a page shows taken from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kamerton.analytics.model import Analysis, Question
from kamerton.portfolio import rules

if TYPE_CHECKING:
    import ibis

    from kamerton.analytics.cubes import Book

_MONTHS_SHOWN = 24
_MONTHS_OF_CONCENTRATION = 48
_CURVE_POINTS = 200
_ACCOUNTS_OF_SELLER = 50
_ADOPTERS = 100


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What is stored: `rows` in the order of rules.ROW_COLUMNS, by rank."""

    analysis: Analysis
    figures: dict[str, Any]
    rows: list[tuple[Any, ...]]
    has_groups: bool

    @property
    def digest(self) -> str:
        return rules.digest([self.figures, [rules.plain(row) for row in self.rows]])


def take(lines: ibis.Table, question: Question) -> Taken:
    """Analyse `lines`. Raises cubes.NothingToAnalyse."""
    from kamerton.analytics import analyse, cubes  # noqa: PLC0415 - Ibis and SciPy take a second

    book = cubes.collect(lines, question)
    analysis = analyse.figures(book, question)
    return Taken(
        analysis=analysis,
        figures={**rules.analysis_to_json(analysis), **_series(book, analysis), **_views(lines, analysis)},
        rows=list(_rows(book, analysis)),
        has_groups=any(book.groups),
    )


def _rows(book: Book, analysis: Analysis) -> Iterator[tuple[Any, ...]]:
    months, lists = _account_months(book), rules.lists_of(analysis)
    sellers = dict(zip(book.units, book.sellers, strict=True))
    for each in analysis.accounts:
        yield rules.account_row(
            each, analysis.basis, lists, sellers[each.account], months.get(each.account, [])
        )


def _account_months(book: Book) -> dict[str, list[list[str | None]]]:
    """account -> [[month, turnover, income]] of the last two years, oldest first, months without lines left out."""
    from kamerton.analytics import periods, series  # noqa: PLC0415

    first = periods.month_start(periods.month_number(book.as_of) - _MONTHS_SHOWN + 1)
    months: dict[str, list[list[str | None]]] = {}
    table = series.monthly(book).select(["account", "period", "turnover", "income"])
    for account, period, turnover, income in zip(
        *(column.to_pylist() for column in table.columns), strict=True
    ):
        if period >= first:
            told = [period.strftime("%Y-%m"), _text(turnover), None if income is None else _text(income)]
            months.setdefault(account, []).append(told)
    return months


def _text(amount: Decimal) -> str:
    return format(amount, "f")


def _series(book: Book, analysis: Analysis) -> dict[str, Any]:
    from kamerton.analytics import series  # noqa: PLC0415

    over_time = series.concentration_over_time(book, analysis.thresholds, months=_MONTHS_OF_CONCENTRATION)
    return {
        "concentration_over_time": rules.plain([asdict(point) for point in over_time]),
        "months": _company_months(book),
        "curves": _curves(analysis),
        "grid": rules.grid(analysis),
    }


def _company_months(book: Book) -> list[list[str | None]]:
    """[[month, turnover, income]] of the whole company, every month with lines, oldest first."""
    from kamerton.analytics import series  # noqa: PLC0415

    sums = (
        series.monthly(book)
        .group_by("period")
        .aggregate([("turnover", "sum"), ("income", "sum")])
        .sort_by("period")
        .select(["period", "turnover_sum", "income_sum"])
    )
    return [
        [period.strftime("%Y-%m"), _text(turnover), None if income is None else _text(income)]
        for period, turnover, income in zip(*(column.to_pylist() for column in sums.columns), strict=True)
    ]


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
