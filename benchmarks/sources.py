"""The published data sets as a user would hand them in: the files, the query, what to tell the reader."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.insert_scripts import write_csvs

_ADVENTURE_WORKS = """
select s.ResellerKey as account, r.ResellerName as account_name, s.OrderDate as date,
    s.SalesOrderNumber as document, s.SalesOrderLineNumber as line, s.ProductKey as product,
    s.OrderQuantity as quantity, s.SalesAmount as amount, s.TotalProductCost as cost, s.EmployeeKey as seller
from 'FactResellerSales.parquet' as s join 'DimReseller.parquet' as r using (ResellerKey)
"""

_CLASSICMODELS = """
select customerNumber as account, customerName as account_name, orderDate as date, orderNumber as document,
    orderLineNumber as line, productCode as product, productName as product_name, productLine as category,
    quantityOrdered as quantity, priceEach as unit_price, buyPrice as unit_cost,
    salesRepEmployeeNumber as seller
from 'orderdetails.csv' join 'orders.csv' using (orderNumber) join 'customers.csv' using (customerNumber)
    join 'products.csv' using (productCode)
"""

_NORTHWIND = """
select o.CustomerID as account, c.CompanyName as account_name, o.OrderDate as date, o.OrderID as document,
    d.ProductID as product, p.ProductName as product_name, d.Quantity as quantity,
    d.UnitPrice as unit_price, d.Discount as discount, o.EmployeeID as seller
from read_csv('details.csv', all_varchar = true) as d
    join read_csv('orders.csv', all_varchar = true) as o using (OrderID)
    join read_csv('customers.csv', all_varchar = true) as c using (CustomerID)
    join read_csv('products.csv', all_varchar = true) as p using (ProductID)
"""


@dataclass(frozen=True, kw_only=True)
class Source:
    """One way to hand in a data set. `prepare(data, folder)` returns the file to read."""

    name: str
    reference: str  # the answers: reference/<this>.json
    prepare: Callable[[Path, Path], Path]
    choices: dict[str, Any] = field(default_factory=dict)  # what the user has to say: fields of read.Choices
    has_names: bool = True
    has_documents: bool = True
    through_web: bool = False  # handed in by the web too, which takes no queries


def _query(text: str, *files: str) -> Callable[[Path, Path], Path]:
    """The files beside a .sql file that joins them."""

    def prepare(data: Path, folder: Path) -> Path:
        for file in files:
            shutil.copy(data / file, folder)
        (folder / "sales.sql").write_text(text, encoding="utf-8")
        return folder / "sales.sql"

    return prepare


def _script(text: str, script: str, dialect: Any, tables: dict[str, str]) -> Callable[[Path, Path], Path]:
    """The tables of a script of INSERT statements as CSV files beside a .sql file that joins them."""

    def prepare(data: Path, folder: Path) -> Path:
        write_csvs(data / script, dialect, folder, tables)
        return _query(text)(data, folder)

    return prepare


def _flat(joined: Callable[[Path, Path], Path]) -> Callable[[Path, Path], Path]:
    """What a query joins as one CSV file, with dates and numbers as text."""

    def prepare(data: Path, folder: Path) -> Path:
        query = joined(data, folder)
        text = query.read_text(encoding="utf-8")
        for table in sorted(folder.iterdir()):
            text = text.replace(f"'{table.name}'", f"'{table}'")
        flat = folder / "flat.csv"
        duckdb.execute(f"copy ({text}) to '{flat}' (header, delimiter ';')")
        return flat

    return prepare


def _as_it_is(file: str) -> Callable[[Path, Path], Path]:
    def prepare(data: Path, folder: Path) -> Path:
        return Path(shutil.copy(data / file, folder))

    return prepare


_CLASSIC_TABLES = {name: f"{name}.csv" for name in ("customers", "orders", "orderdetails", "products")}
_NORTHWIND_TABLES = {
    "Customers": "customers.csv",
    "Orders": "orders.csv",
    "Order Details": "details.csv",
    "Products": "products.csv",
}
_PARQUET = "adventureworks_dw/parquet"
_CLASSIC_SCRIPT, _NORTHWIND_SCRIPT = "classicmodels/mysqlsampledatabase.sql", "northwind/instnwnd.sql"
_ADVENTURE_WORKS_QUERY = _query(
    _ADVENTURE_WORKS, f"{_PARQUET}/FactResellerSales.parquet", f"{_PARQUET}/DimReseller.parquet"
)
_CLASSICMODELS_QUERY = _script(_CLASSICMODELS, _CLASSIC_SCRIPT, "mysql", _CLASSIC_TABLES)
_NORTHWIND_QUERY = _script(_NORTHWIND, _NORTHWIND_SCRIPT, "tsql", _NORTHWIND_TABLES)

SOURCES = (
    Source(
        name="AdventureWorks, query over Parquet",
        reference="adventureworks_dw",
        prepare=_ADVENTURE_WORKS_QUERY,
    ),
    Source(
        name="AdventureWorks, one CSV",
        reference="adventureworks_dw",
        prepare=_flat(_ADVENTURE_WORKS_QUERY),
        through_web=True,
    ),
    Source(
        name="AdventureWorks, fact table as it is",
        reference="adventureworks_dw",
        prepare=_as_it_is(f"{_PARQUET}/FactResellerSales.parquet"),
        choices={
            "mapping": {
                "account": "ResellerKey",
                "date": "OrderDate",
                "document": "SalesOrderNumber",
                "line": "SalesOrderLineNumber",
                "quantity": "OrderQuantity",
                "amount": "SalesAmount",
                "cost": "TotalProductCost",
                "seller": "EmployeeKey",
                "currency": "",
                "unit_price": "",
                "unit_cost": "",
                "discount": "",
                "discount_amount": "",
            }
        },
        has_names=False,
    ),
    Source(
        name="classicmodels, query over CSV",
        reference="classicmodels",
        prepare=_CLASSICMODELS_QUERY,
    ),
    Source(
        name="classicmodels, one CSV",
        reference="classicmodels",
        prepare=_flat(_CLASSICMODELS_QUERY),
        through_web=True,
    ),
    Source(
        name="Northwind, query over CSV",
        reference="northwind",
        prepare=_NORTHWIND_QUERY,
    ),
    Source(
        name="Northwind, one CSV",
        reference="northwind",
        prepare=_flat(_NORTHWIND_QUERY),
    ),
    Source(
        name="Superstore, CSV",
        reference="superstore",
        prepare=_as_it_is("superstore/Sample - Superstore.csv"),
        through_web=True,
    ),
    Source(
        name="Superstore, XLS",
        reference="superstore",
        prepare=_as_it_is("superstore/Sample - Superstore.xls"),
        choices={"sheet": "Orders"},
    ),
    Source(
        name="CDNOW, blank-separated text",
        reference="cdnow",
        prepare=_as_it_is("cdnow/CDNOW_master.txt"),
        has_names=False,
        has_documents=False,
    ),
)
