"""The analysis: ledger lines and a question in, every figure out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from kamerton.analytics import (
    change,
    classes,
    concentration,
    day_bits,
    exact,
    habits,
    lifetime,
    margins,
    periods,
    series,
)
from kamerton.analytics.cubes import Book, Flags, Ints, collect
from kamerton.analytics.exact import Exact
from kamerton.analytics.model import (
    AccountFigures,
    Amounts,
    Analysis,
    Basis,
    Concentration,
    Question,
    Retention,
    SellerFigures,
    Thresholds,
    Totals,
    YearFigures,
)

if TYPE_CHECKING:
    import ibis


def analyse(lines: ibis.Table, question: Question) -> Analysis:
    """Every figure about the lines, which have the columns of `lines.COLUMNS`.

    Scans the lines six times and fits the purchase models. Raises cubes.NothingToAnalyse. The same lines in
    any order give the same analysis to the last digit.
    """
    return figures(collect(lines, question), question)


def figures(book: Book, question: Question) -> Analysis:
    """The analysis of a book that is already summed: no further scan."""
    basis, note = _basis(book, question.basis)
    measured = _measure(book, basis, question.thresholds)
    tolerance = question.thresholds.year_tolerance_days
    window, previous = periods.window_before(book.as_of), periods.window_before(book.as_of, 1)
    income = book.has_cost
    return Analysis(
        as_of=book.as_of,
        currency=question.currency,
        basis=basis,
        basis_note=note,
        level=book.level,
        thresholds=question.thresholds,
        window=window,
        previous=previous,
        totals=_totals(book, measured),
        concentration_all_time=_all_time(book, question.thresholds, income=False),
        concentration_window=_in_window(book, question.thresholds, income=False),
        concentration_by_year=_by_year(book, question.thresholds, income=False),
        income_concentration_all_time=_all_time(book, question.thresholds, income=True) if income else None,
        income_concentration_window=_in_window(book, question.thresholds, income=True) if income else None,
        income_concentration_by_year=_by_year(book, question.thresholds, income=True) if income else None,
        key_share=classes.key_share(measured.window_basis, measured.key),
        years=_years(book, measured, tolerance),
        retention=measured.retention,
        sellers=_sellers(book),
        accounts=_accounts(book, measured, question.thresholds),
        window_covered=periods.reaches_back(book.first_date, window.from_date, tolerance),
        previous_covered=periods.reaches_back(book.first_date, previous.from_date, tolerance),
    )


@dataclass(frozen=True, kw_only=True)
class _Measured:
    """Arrays over the units of a book, and what is told of all of them together."""

    turnover: Exact
    cost: Exact
    gross: Exact
    lines: Ints
    by_year: tuple[Exact, Exact]  # turnover and income: unit x book.years
    windows: tuple[tuple[Exact, Exact], tuple[Exact, Exact]]  # (window, before) x (turnover, income)
    window_basis: Exact
    key: Flags
    key_reasons: tuple[Flags, Flags]  # share, amount
    active_years: Flags
    active_windows: Flags
    habit: habits.Habits
    lapsed: Flags
    retention: Retention
    basis: Basis

    @property
    def income(self) -> Exact:
        result: Exact = self.turnover - self.cost
        return result


def _measure(book: Book, basis: Basis, thresholds: Thresholds) -> _Measured:
    cells, on_income = book.cells, basis == "income"
    windows = _window_sums(book, 0), _window_sums(book, 1)
    window_basis = windows[0][on_income]
    by_share = classes.key_by_share(window_basis, thresholds)
    by_amount = classes.key_by_amount(window_basis, thresholds.amount_key)
    habit = habits.habits(book, thresholds)
    active_windows = change.active_by_window(book)
    lapsed = habits.lapsed(habit, thresholds) & active_windows[:, 0]
    return _Measured(
        turnover=book.by_unit(cells.turnover),
        cost=book.by_unit(cells.cost),
        gross=book.by_unit(cells.gross),
        lines=book.by_unit(cells.lines),
        by_year=_year_sums(book),
        windows=windows,
        window_basis=window_basis,
        key=by_share | by_amount,
        key_reasons=(by_share, by_amount),
        active_years=change.active_by_year(book),
        active_windows=active_windows,
        habit=habit,
        lapsed=lapsed,
        retention=change.retention(active_windows, lapsed, windows[0][0], windows[1][0]),
        basis=basis,
    )


def _basis(book: Book, asked: Basis) -> tuple[Basis, str]:
    """The basis that the data allow, and a sentence where it is not quite the one asked for."""
    if asked == "turnover":
        return "turnover", ""
    if not book.has_cost:
        return "turnover", (
            "No cost is recorded, so income cannot be told: "
            "shares, classes and dependence are taken on turnover."
        )
    notes = []
    every, costed = exact.total(book.cells.lines), exact.total(book.cells.costed)
    if costed < every:
        notes.append(
            f"{every - costed:,} of {every:,} lines have no cost; they count with cost 0, "
            "so income is too high where they lie."
        )
    if exact.total(_window_sums(book, 0)[1]) <= 0:
        notes.append("Income of the window is not positive in total, so nobody has a share of it.")
    return "income", " ".join(notes)


def _window_sums(book: Book, back: int) -> tuple[Exact, Exact]:
    cells = book.cells.where(book.cells.window == back)
    return book.by_unit(cells.turnover, cells), book.by_unit(cells.basis(income=True), cells)


def _year_sums(book: Book) -> tuple[Exact, Exact]:
    shape, columns = (len(book.units), len(book.years)), change.year_positions(book)
    cells = book.cells
    return (
        exact.summed_by(cells.turnover, cells.unit, columns, shape),
        exact.summed_by(cells.basis(income=True), cells.unit, columns, shape),
    )


def _totals(book: Book, measured: _Measured) -> Totals:
    cells, apart = book.cells, book.unassigned
    turnover, cost, gross = (exact.total(each) for each in (cells.turnover, cells.cost, cells.gross))
    first, last = _dates_of(book)
    (window, window_income), (previous, previous_income) = (
        (exact.total(turnover_in), exact.total(income_in)) for turnover_in, income_in in measured.windows
    )
    return Totals(
        turnover=exact.amount(turnover),
        cost=exact.amount(cost) if book.has_cost else None,
        income=exact.amount(turnover - cost) if book.has_cost else None,
        accounts=len(book.units),
        documents=None if book.documents is None else int(book.documents.sum()),
        lines=exact.total(cells.lines),
        first_date=first,
        last_date=last,
        returned=exact.amount(gross - turnover),
        gross=exact.amount(gross),
        unassigned_turnover=exact.amount(exact.total(apart.turnover)),
        unassigned_lines=exact.total(apart.lines),
        lines_without_cost=exact.total(cells.lines) - exact.total(cells.costed) if book.has_cost else 0,
        window_turnover=exact.amount(window),
        window_income=exact.amount(window_income) if book.has_cost else None,
        previous_turnover=exact.amount(previous),
        previous_income=exact.amount(previous_income) if book.has_cost else None,
    )


def _dates_of(book: Book) -> tuple[dt.date, dt.date]:
    first, last = habits.seen(book)
    return day_bits.date_of(int(first.min())), day_bits.date_of(int(last.max()))


def _all_time(book: Book, thresholds: Thresholds, *, income: bool) -> Concentration:
    return series.concentrated(book, book.cells, thresholds, income=income)


def _in_window(book: Book, thresholds: Thresholds, *, income: bool) -> Concentration:
    return series.concentrated(book, book.cells.where(book.cells.window == 0), thresholds, income=income)


def _by_year(book: Book, thresholds: Thresholds, *, income: bool) -> dict[int, Concentration]:
    return {
        year: series.concentrated(book, book.cells.where(book.cells.year == year), thresholds, income=income)
        for year in book.years
    }


def _years(book: Book, measured: _Measured, tolerance_days: int) -> tuple[YearFigures, ...]:
    turnover, income = (each.sum(axis=0) for each in measured.by_year)
    partial = periods.partial_years(book.years, book.first_date, book.last_date, tolerance_days)
    moved = change.movements(book.years, measured.active_years)
    return tuple(
        YearFigures(
            year=year,
            partial=year in partial,
            turnover=exact.amount(int(turnover[at])),
            cost=exact.amount(int(turnover[at] - income[at])) if book.has_cost else None,
            income=exact.amount(int(income[at])) if book.has_cost else None,
            active=moved[at].active,
            retained=moved[at].retained,
            new=moved[at].new,
            reactivated=moved[at].reactivated,
            lost=moved[at].lost,
        )
        for at, year in enumerate(book.years)
    )


def _sellers(book: Book) -> tuple[SellerFigures, ...]:
    """By turnover, ties by name; lines without a seller are one entry "" unless no line has one."""
    kept: dict[str, dict[int, tuple[int, int]]] = {}
    table = book.seller_years
    for seller, year, turnover, cost in zip(
        table.seller, table.year.tolist(), table.turnover.tolist(), table.cost.tolist(), strict=True
    ):
        kept.setdefault(seller, {})[year] = (turnover, turnover - cost)
    if set(kept) == {""}:
        return ()

    def amounts(turnover: int, income: int) -> Amounts:
        return Amounts(
            turnover=exact.amount(turnover), income=exact.amount(income) if book.has_cost else None
        )

    sums = {
        seller: (sum(t for t, _ in y.values()), sum(i for _, i in y.values())) for seller, y in kept.items()
    }
    ranked = sorted(kept, key=lambda seller: (-sums[seller][0], seller))
    return tuple(
        SellerFigures(
            seller=seller,
            turnover=(all_time := amounts(*sums[seller])).turnover,
            income=all_time.income,
            accounts=book.units_by_seller[seller],
            years={year: amounts(*both) for year, both in sorted(kept[seller].items())},
        )
        for seller in ranked
    )


def _accounts(book: Book, measured: _Measured, thresholds: Thresholds) -> tuple[AccountFigures, ...]:
    """All units by rank: columns are computed whole and cut into rows at the end, 20,000 are usual."""
    order = concentration.ranking(measured.turnover)
    columns = _columns(book, measured, thresholds)
    names = list(columns)
    rows = zip(*(_ordered(column, order) for column in columns.values()), strict=True)
    return tuple(
        AccountFigures(rank=rank, **dict(zip(names, row, strict=True)))
        for rank, row in enumerate(rows, start=1)
    )


def _ordered(column: Sequence[Any], order: Ints) -> list[Any]:
    return [column[at] for at in order.tolist()]


def _columns(book: Book, measured: _Measured, thresholds: Thresholds) -> dict[str, Sequence[Any]]:
    size, habit = len(book.units), measured.habit
    nothing: list[None] = [None] * size
    (window, window_income), (previous, previous_income) = measured.windows
    first, last = habits.seen(book)
    bought = habit.purchase_days > 0
    value, method, alive = _lifetime(book, measured, thresholds)

    def if_cost(values: Exact) -> Sequence[Decimal | None]:
        return exact.money(values) if book.has_cost else nothing

    return {
        "account": book.units,
        "name": book.names,
        "group": book.groups,
        "turnover": exact.money(measured.turnover),
        "cost": if_cost(measured.cost),
        "income": if_cost(measured.income),
        "share_turnover": _shares(measured.turnover),
        "share_income": _shares(measured.income) if book.has_cost else nothing,
        "window_turnover": exact.money(window),
        "window_income": if_cost(window_income),
        "window_share_turnover": _shares(window),
        "window_share_income": _shares(window_income) if book.has_cost else nothing,
        "previous_turnover": exact.money(previous),
        "previous_income": if_cost(previous_income),
        "abc": classes.abc(measured.window_basis, thresholds.abc),
        "xyz": classes.xyz(_monthly_basis(book, measured.basis), thresholds.xyz),
        "key": measured.key.tolist(),
        "reasons": _codes(("share_key", "amount_key"), measured.key_reasons),
        "dependency": classes.dependencies(measured.window_basis, thresholds),
        "warnings": _codes(
            ("high_turnover_low_income", "margin_falling"), _warnings(book, measured, thresholds)
        ),
        "by_year": _amounts_by_year(book, measured),
        "growth": _growth_by_year(book, measured),
        "returned": exact.money(measured.gross - measured.turnover),
        "gross": exact.money(measured.gross),
        "returns_rate": _rates(measured.gross - measured.turnover, measured.gross),
        "first_date": habits.as_dates(first),
        "last_date": habits.as_dates(last),
        "purchase_days": habit.purchase_days.tolist(),
        "documents": [0] * size if book.documents is None else book.documents.tolist(),
        "state": change.states(measured.active_windows, measured.lapsed),
        "lifetime_value": value,
        "lifetime_method": method,
        "p_alive": alive,
        "first_purchase": _known(habits.as_dates(habit.first), bought),
        "last_purchase": _known(habits.as_dates(habit.last), bought),
        "silent_days": _known(habit.silent.tolist(), bought),
        "usual_gap_days": _numbers(habit.usual_gap),
        "long_gap_days": _numbers(habit.long_gap),
    }


def _shares(amounts: Exact) -> Sequence[float | None]:
    parts = exact.shares(amounts, exact.total(amounts))
    return [None] * len(amounts) if parts is None else parts.tolist()


def _rates(part: Exact, whole: Exact) -> list[float | None]:
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = exact.floats(part) / exact.floats(whole)
    return exact.told(rates, exact.floats(whole) > 0)


def _numbers(values: habits.Floats) -> list[float | None]:
    return exact.told(values, ~np.isnan(values))


def _known(values: list[Any], known: Flags) -> list[Any]:
    return [value if is_known else None for value, is_known in zip(values, known.tolist(), strict=True)]


def _codes(names: tuple[str, str], flags: tuple[Flags, Flags]) -> list[tuple[str, ...]]:
    """The names whose flag is up, for each unit."""
    answers = ((), names[:1], names[1:], names)
    first, second = flags
    return [answers[at] for at in (first + 2 * second.astype(np.int64)).tolist()]


def _monthly_basis(book: Book, basis: Basis) -> Exact:
    """Unit x the twelve rolling months of the window."""
    cells = book.cells.where(book.cells.window == 0)
    shape = (len(book.units), periods.MONTHS_A_WINDOW)
    return exact.summed_by(cells.basis(basis == "income"), cells.unit, shape[1] - 1 - cells.rolling, shape)


def _warnings(book: Book, measured: _Measured, thresholds: Thresholds) -> tuple[Flags, Flags]:
    if not book.has_cost:
        none = np.zeros(len(book.units), dtype=bool)
        return none, none
    return (
        classes.bought_by_price(*measured.windows[0], thresholds),
        margins.margin_falling(book, thresholds.alert_quarters),
    )


def _amounts_by_year(book: Book, measured: _Measured) -> list[dict[int, Amounts]]:
    """Every year of the book for every unit, years without sales included."""
    size, years = len(book.units), book.years
    turnover, income = (exact.money(each.reshape(-1)) for each in measured.by_year)
    told = income if book.has_cost else [None] * len(income)
    amounts = [Amounts(turnover=t, income=i) for t, i in zip(turnover, told, strict=True)]
    width = len(years)
    return [dict(zip(years, amounts[at * width : (at + 1) * width], strict=True)) for at in range(size)]


def _growth_by_year(book: Book, measured: _Measured) -> list[dict[int, float | None]]:
    later = book.years[1:]
    return [dict(zip(later, row, strict=True)) for row in change.growth(measured.by_year[0], book.years)]


def _lifetime(
    book: Book, measured: _Measured, thresholds: Thresholds
) -> tuple[list[Decimal | None], list[str], list[float | None]]:
    """Past income and expected future income; on turnover where no cost is recorded."""
    habit, unit = measured.habit, 10.0**exact.SCALE
    earned = measured.income if book.has_cost else measured.turnover
    repeat = exact.floats(measured.gross - book.first_day_gross) / unit
    with np.errstate(divide="ignore", invalid="ignore"):
        monetary = np.where(habit.frequency > 0, repeat / habit.frequency, 0.0)
        # Income a unit of gross sales: what returns take away lowers it.
        margin = np.where(measured.gross > 0, exact.floats(earned) / exact.floats(measured.gross), np.nan)
    values = lifetime.lifetime_values(
        frequency=habit.frequency,
        recency_days=habit.recency,
        age_days=np.where(habit.purchase_days > 0, habit.silent + habit.recency, 0),
        monetary=monetary,
        margin=margin,
        past_income=exact.floats(earned) / unit,
        annual_income=exact.floats(measured.windows[0][book.has_cost]) / unit,
        retention_rate=measured.retention.logo_retention,
        horizon_years=thresholds.ltv_horizon_years,
        discount_rate=thresholds.ltv_discount_rate,
    )
    known = np.isfinite(values.total)
    return (
        [
            Decimal(f"{total:.2f}") if told else None
            for total, told in zip(values.total.tolist(), known.tolist(), strict=True)
        ],
        list(values.method),
        _numbers(values.p_alive),
    )
