"""The committed extracts: small, complete, and their columns are recognised."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb
import pytest

from kamerton.ledger.read import read
from kamerton.ledger.read.model import Choices, Limits
from kamerton.ledger.read.roles import ColumnProfile, assign_roles

HERE = Path(__file__).parent / "extracts"
EXPECTED = json.loads((HERE / "expected.json").read_text())
DELIMITERS = {
    "adventureworks_reseller_sales.csv": "|",
    "northwind_order_lines.csv": ",",
    "classicmodels_order_lines.csv": ";",
    "superstore_orders.csv": ",",
}
MAPPINGS = {
    "adventureworks_reseller_sales.csv": {
        "account": "ResellerKey",
        "date": "OrderDate",
        "document": "SalesOrderNumber",
        "line": "SalesOrderLineNumber",
        "product": "ProductKey",
        "quantity": "OrderQuantity",
        "amount": "SalesAmount",
        "unit_price": "UnitPrice",
        "discount": "UnitPriceDiscountPct",
        "discount_amount": "DiscountAmount",
        "cost": "TotalProductCost",
        "unit_cost": "ProductStandardCost",
        "seller": "EmployeeKey",
    },
    "northwind_order_lines.csv": {
        "account": "CustomerID",
        "account_name": "CompanyName",
        "date": "OrderDate",
        "document": "OrderID",
        "product": "ProductID",
        "product_name": "ProductName",
        "quantity": "Quantity",
        "unit_price": "UnitPrice",
        "discount": "Discount",
        "seller": "EmployeeID",
    },
    "classicmodels_order_lines.csv": {
        "account": "customerNumber",
        "account_name": "customerName",
        "date": "orderDate",
        "document": "orderNumber",
        "line": "orderLineNumber",
        "product": "productCode",
        "quantity": "quantityOrdered",
        "unit_price": "priceEach",
        "unit_cost": "buyPrice",
    },
    "superstore_orders.csv": {
        "account": "Customer ID",
        "account_name": "Customer Name",
        "date": "Order Date",
        "document": "Order ID",
        "product": "Product ID",
        "quantity": "Quantity",
        "amount": "Sales",
        "discount": "Discount",
        "profit": "Profit",
    },
}


def rows_of(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=DELIMITERS[name]))


def profile(name: str, values: list[str]) -> ColumnProfile:
    """What the reader would find out about a column, in the plainest way."""
    numbers = [float(value) for value in values if value.replace(".", "", 1).lstrip("-").isdigit()]
    is_date = "date" in name.lower() and not name.endswith("Key")
    kind = "date" if is_date else "number" if len(numbers) == len(values) else "text"
    return ColumnProfile(
        name=name,
        kind=kind,
        distinct_share=len(set(values)) / len(values),
        integer_share=sum(number.is_integer() for number in numbers) / max(len(numbers), 1),
        negative_share=sum(number < 0 for number in numbers) / max(len(numbers), 1),
        mean_length=sum(map(len, values)) / len(values),
        min_value=min(numbers, default=None),
        max_value=max(numbers, default=None),
        samples=tuple(values[:5]),
    )


@pytest.mark.parametrize("name", MAPPINGS)
def test_columns_are_recognised(name: str) -> None:
    rows = rows_of(name)
    found = assign_roles([profile(column, [row[column] for row in rows]) for column in rows[0]], {})
    assert found.mapping == MAPPINGS[name]
    assert found.doubts == ()
    assert found.missing == ()


@pytest.mark.parametrize("name", MAPPINGS)
def test_extracts_are_complete(name: str) -> None:
    """The accounts' lines add up to the answers that were computed from the whole data set."""
    roles = MAPPINGS[name]
    turnover: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in rows_of(name):
        turnover[row[roles["account"]]] += _amount(row, roles)
    expected = {
        account: Decimal(answer["turnover"]) for account, answer in EXPECTED[name]["accounts"].items()
    }
    assert {
        account: value.quantize(Decimal("0.01"), ROUND_HALF_UP) for account, value in turnover.items()
    } == expected


def _amount(row: dict[str, str], roles: dict[str, str]) -> Decimal:
    if "amount" in roles:
        return Decimal(row[roles["amount"]])
    discount = Decimal(row[roles["discount"]]) if "discount" in roles else Decimal(0)
    return Decimal(row[roles["quantity"]]) * Decimal(row[roles["unit_price"]]) * (1 - discount)


@pytest.mark.parametrize("name", EXPECTED)
def test_read_extracts_give_the_answers_to_the_cent(name: str, tmp_path: Path) -> None:
    """Nothing is told to the reader: not the roles, not the delimiter, not the order of day and month."""
    out = tmp_path / "lines.parquet"
    reading = read([HERE / name], choices=Choices(), limits=Limits(), out=out)
    answers = EXPECTED[name]
    assert (reading.counts.read, reading.counts.used) == (answers["rows"], answers["rows"])
    query = """select account, sum(amount)::decimal(18, 2)::varchar, sum(amount - cost)::decimal(18, 2)::varchar
        from read_parquet(?) group by account"""
    found = duckdb.execute(query, [str(out)]).fetchall()
    assert {account: turnover for account, turnover, _ in found} == {
        account: answer["turnover"] for account, answer in answers["accounts"].items()
    }
    assert {account: income for account, _, income in found} == {
        account: answer.get("income") for account, answer in answers["accounts"].items()
    }


@pytest.mark.parametrize("name", EXPECTED)
def test_read_extracts_give_the_years_to_the_cent(name: str, tmp_path: Path) -> None:
    out = tmp_path / "lines.parquet"
    read([HERE / name], choices=Choices(), limits=Limits(), out=out)
    query = """select account, year(date)::varchar, sum(amount)::decimal(18, 2)::varchar
        from read_parquet(?) group by all"""
    found = {
        (account, year): amount for account, year, amount in duckdb.execute(query, [str(out)]).fetchall()
    }
    assert found == {
        (account, year): amount
        for account, answer in EXPECTED[name]["accounts"].items()
        for year, amount in answer["by_year"].items()
    }


def test_extracts_are_small() -> None:
    assert max(path.stat().st_size for path in HERE.iterdir()) < 60_000
