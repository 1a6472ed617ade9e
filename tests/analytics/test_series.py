"""Series, breakdowns and drill-down rows."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pytest

from kamerton.analytics import series
from kamerton.analytics.cubes import collect
from kamerton.analytics.model import Question
from tests.analytics.ledgers import ledger, sale

LINES = [
    sale("a", "2024-01-05", 100, cost=60, product="P1", product_name="Bolt", category="Metal", quantity=10, document="1"),
    sale("a", "2024-01-20", -10, cost=-6, product="P1", product_name="Bolt", category="Metal", quantity=-1, document="2"),
    sale("a", "2024-03-31", 30, cost=10, product="P2", category="Wood", quantity=3, document="3"),
    sale("b", "2023-12-31", 50, cost=20, product="P1", category="Metal", seller="Ines", document="4"),
    sale("b", "2024-04-01", 5, product="P1", category="Metal", seller="Juri", document="5"),
    sale(None, "2024-01-06", 7, product="P1", document="6"),
]  # fmt: skip
AS_OF = dt.date(2024, 4, 15)


def rows(table: pa.Table, *columns: str) -> list[tuple]:
    return list(zip(*(table[column].to_pylist() for column in columns), strict=True))


def test_months_of_each_account_even_where_as_of_splits_the_month():
    book = collect(ledger(LINES), Question(as_of=AS_OF))
    assert rows(
        series.monthly(book), "account", "period", "turnover", "income", "returned", "lines", "purchase_days"
    ) == [
        ("a", dt.date(2024, 1, 1), Decimal("90.00"), Decimal("36.00"), Decimal("10.00"), 2, 1),
        ("a", dt.date(2024, 3, 1), Decimal("30.00"), Decimal("20.00"), Decimal("0.00"), 1, 1),
        ("b", dt.date(2023, 12, 1), Decimal("50.00"), Decimal("30.00"), Decimal("0.00"), 1, 1),
        ("b", dt.date(2024, 4, 1), Decimal("5.00"), Decimal("5.00"), Decimal("0.00"), 1, 1),
    ]


def test_quarters_and_years():
    book = collect(ledger(LINES), Question(as_of=AS_OF))
    assert rows(series.quarterly(book), "account", "period", "turnover") == [
        ("a", dt.date(2024, 1, 1), Decimal("120.00")),
        ("b", dt.date(2023, 10, 1), Decimal("50.00")),
        ("b", dt.date(2024, 4, 1), Decimal("5.00")),
    ]
    assert rows(series.yearly(book), "account", "period", "purchase_days") == [
        ("a", dt.date(2024, 1, 1), 2), ("b", dt.date(2023, 1, 1), 1), ("b", dt.date(2024, 1, 1), 1),
    ]  # fmt: skip


def test_income_is_null_where_no_cost_is_known():
    book = collect(ledger([sale("a", "2024-01-01", 5)]), Question())
    assert series.monthly(book)["income"].to_pylist() == [None]


@pytest.mark.parametrize(
    ("by", "period", "expected"),
    [
        ((), "quarter", {(dt.date(2023, 10, 1),): 50, (dt.date(2024, 1, 1),): 127, (dt.date(2024, 4, 1),): 5}),
        ((), "month", {(dt.date(2023, 12, 1),): 50, (dt.date(2024, 1, 1),): 97, (dt.date(2024, 3, 1),): 30, (dt.date(2024, 4, 1),): 5}),
        (("category",), None, {("Metal",): 145, ("Wood",): 30, (None,): 7}),
        (("account", "category"), "year", {("a", "Metal", dt.date(2024, 1, 1)): 90, ("a", "Wood", dt.date(2024, 1, 1)): 30, ("b", "Metal", dt.date(2023, 1, 1)): 50, ("b", "Metal", dt.date(2024, 1, 1)): 5, (None, None, dt.date(2024, 1, 1)): 7}),
        (("seller",), "window", {(None, 0): 127, ("Ines", 0): 50, ("Juri", 0): 5}),
    ],
)  # fmt: skip
def test_sums_by_dimension_and_period(by, period, expected):
    table = series.sums_by(ledger(LINES), by=by, period=period, as_of=AS_OF).to_pyarrow()
    keys = [*by, *(["period"] if period else [])]
    assert {row[:-1]: row[-1] for row in rows(table, *keys, "turnover")} == expected


def test_a_breakdown_brings_names_costs_and_quantities():
    table = series.sums_by(ledger(LINES), by=("account", "product"), as_of=AS_OF).to_pyarrow()
    found = next(row for row in table.to_pylist() if (row["account"], row["product"]) == ("a", "P1"))
    assert (found["product_name"], found["cost"], found["gross"], found["quantity"], found["lines"]) == (
        "Bolt",
        54,
        100,
        9,
        2,
    )


def test_windows_of_a_breakdown_are_those_of_the_analysis():
    lines = [sale("a", "2023-04-15", 1), sale("a", "2023-04-16", 2), sale("a", "2022-04-15", 4)]
    table = series.sums_by(ledger(lines), period="window", as_of=AS_OF).to_pyarrow()
    assert dict(rows(table, "period", "turnover")) == {0: 2, 1: 1, 2: 4}


def documents(**chosen) -> list[str]:
    return series.rows_of(ledger(LINES), **chosen).to_pyarrow()["document"].to_pylist()


def test_rows_behind_a_figure():
    assert documents(accounts=["a"]) == ["3", "2", "1"]
    assert documents(accounts=["a", "b"], from_date=dt.date(2024, 1, 20), to_date=dt.date(2024, 4, 1)) == [
        "5",
        "3",
        "2",
    ]
    assert documents(sellers=["Ines"]) == ["4"]
    assert documents(products=["P1"], categories=["Metal"], limit=2) == ["5", "2"]
    assert documents(products=["P1"], categories=["Metal"], limit=2, offset=2) == ["1", "4"]
    assert documents(documents=["1"]) == ["1"]
    assert documents(unassigned=True) == ["6"]
    assert documents(accounts=[]) == []
