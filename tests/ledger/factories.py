"""Sales as plain values, written as the files that the ledger takes in."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from decimal import Decimal
from pathlib import Path

import duckdb

from kamerton.analytics.lines import COLUMNS
from kamerton.ledger import masks
from kamerton.ledger.engine import open_ledger
from kamerton.ledger.read.model import Counts
from kamerton.ledger.rules import Staged
from kamerton.ledger.store import Incoming


@dataclass(frozen=True, kw_only=True)
class Sale:
    """One line. The defaults make `Sale(amount="10.00")` a sale."""

    account: str | None = "A1"
    date: str = "2025-05-10"
    document: str | None = "D1"
    amount: str = "100.00"
    cost: str | None = "60.00"
    product: str | None = "P1"
    seller: str | None = "Adler"
    group: str | None = None
    quantity: str | None = "1"
    kind: str = "sale"


def write_csv(path: Path, sales: Sequence[Sale]) -> Path:
    """With headers that are the names of the roles."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([field.name for field in fields(Sale)])
        writer.writerows(["" if value is None else value for value in astuple(sale)] for sale in sales)
    return path


def write_parquet(path: Path, sales: Sequence[Sale]) -> Path:
    """Canonical lines."""
    columns = ", ".join(f'"{name}" {kind}' for name, kind in COLUMNS.items())
    with duckdb.connect() as connection:
        connection.execute(f"create table lines ({columns})")
        connection.executemany(
            'insert into lines (account, date, document, amount, cost, product, seller, "group", quantity, kind,'
            " account_name, original_amount, fingerprint) values"
            " ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $1, $4, hash($1 || $2 || $4) % 1000000)",
            [list(astuple(sale)) for sale in sales],
        )
        connection.execute(f"copy lines to '{path}' (format parquet)")
    return path


def write_incoming(folder: Path, sales: list[Sale], title: str, choices: dict[str, object]) -> Incoming:
    folder.mkdir()
    parquet = write_parquet(folder / "lines.parquet", sales)
    with masks.connect(memory_bytes=2**28, spill=folder.parent / "spill") as connection:
        measured = masks.measure(connection, parquet)
    return Incoming(
        staged=staged_of(sales, measured, title),
        folder=folder,
        title=title,
        files=[
            {"name": f"{title}.csv", "size": 1, "sha256": hashlib.sha256(repr(sales).encode()).hexdigest()}
        ],
        choices=choices,
    )


def staged_of(sales: list[Sale], measured: masks.Measured, shape: str) -> Staged:
    assigned = [Decimal(sale.amount) for sale in sales if sale.account]
    apart = [Decimal(sale.amount) for sale in sales if not sale.account]
    dates = [dt.date.fromisoformat(sale.date) for sale in sales]
    return Staged(
        content_hash=hashlib.sha256(measured.content.encode()).hexdigest(),
        counts=Counts(
            read=len(sales),
            used=len(assigned),
            refused=0,
            unassigned=len(apart),
            duplicates=0,
            duplicates_dropped=0,
            used_turnover=sum(assigned, Decimal(0)),
            unassigned_turnover=sum(apart, Decimal(0)),
        ),
        lines_without_document=measured.lines_without_document,
        lines_without_cost=sum(sale.cost is None for sale in sales),
        has_cost=any(sale.cost is not None for sale in sales),
        first_date=min(dates),
        last_date=max(dates),
        currency=None,
        shape=shape,
        notes=(),
        merge_offers=(),
        refused_total=0,
        refused_head=(),
    )


def amounts_by_account() -> dict[str, Decimal]:
    """What the ledger says now, asked through its own engine."""
    with open_ledger() as (_connection, lines):
        sums = lines.group_by("account").aggregate(amount=lines.amount.sum()).to_pyarrow().to_pylist()
    return {row["account"]: row["amount"].quantize(Decimal("0.01")) for row in sums}
