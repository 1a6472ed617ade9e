"""What pages ask of the ledger. Only a drill-down scans its lines, and only for the rows it shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db.models import Max, Min, QuerySet

from kamerton.ledger import store
from kamerton.ledger.engine import open_ledger
from kamerton.ledger.models import Batch, Draft, LedgerVersion

if TYPE_CHECKING:
    import ibis

Row = TypeVar("Row")
PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Page(Generic[Row]):
    """Some of `total` rows, from `offset` on."""

    items: tuple[Row, ...]
    total: int
    offset: int
    limit: int

    @property
    def has_next(self) -> bool:
        return self.offset + len(self.items) < self.total

    @property
    def has_previous(self) -> bool:
        return self.offset > 0


@dataclass(frozen=True, kw_only=True)
class DocumentRow:
    """One document of an account; lines without a number are one row a day, with `document` None."""

    document: str | None
    date: dt.date
    account: str
    kind: str
    seller: str | None
    lines: int
    amount: Decimal
    cost: Decimal | None


@dataclass(frozen=True, kw_only=True)
class LineRow:
    """One line of the ledger. `batch`: content hash of the import that brought it; batch_of() names it."""

    account: str | None
    account_name: str | None
    date: dt.date
    document: str | None
    line: str | None
    product: str | None
    product_name: str | None
    category: str | None
    quantity: Decimal | None
    amount: Decimal
    cost: Decimal | None
    seller: str | None
    currency: str | None
    original_amount: Decimal | None
    kind: str
    batch: str


@dataclass(frozen=True, kw_only=True)
class ProductRow:
    product: str | None
    product_name: str | None
    quantity: Decimal | None
    amount: Decimal
    cost: Decimal | None
    lines: int
    last_date: dt.date


def current_version() -> LedgerVersion | None:
    return LedgerVersion.objects.first()


def batches() -> QuerySet[Batch]:
    """Every import, newest first."""
    return Batch.objects.select_related("imported_by", "changed_by")


def span() -> tuple[dt.date, dt.date] | None:
    """First and last date of what is live; None: nothing is."""
    found = Batch.objects.filter(state="live").aggregate(first=Min("first_date"), last=Max("last_date"))
    return (found["first"], found["last"]) if found["first"] else None


def batch_of(content_hash: str) -> Batch | None:
    """The newest import that brought this content."""
    return Batch.objects.filter(content_hash=content_hash).first()


def refused_file(of: Batch | Draft) -> Path | None:
    """Every refused row as CSV (file,line,column,value,reason); of a draft, of its dry run. None: none."""
    path = (
        store.refused_path(of) if isinstance(of, Batch) else store.staging_folder(str(of.pk)) / "refused.csv"
    )
    return path if path and path.exists() else None


# --- behind a figure -------------------------------------------------------------------------------------


def documents_of(
    accounts: str | Sequence[str],
    *,
    from_date: dt.date | None = None,
    to_date: dt.date | None = None,
    product: str | None = None,
    seller: str | None = None,
    version: LedgerVersion | None = None,
    offset: int = 0,
    limit: int = PAGE,
) -> Page[DocumentRow]:
    """The documents of an account (or of the accounts of a group), latest first, both dates inside."""
    with open_ledger(version) as (_connection, lines):
        chosen = _chosen(
            lines,
            accounts=_several(accounts),
            from_date=from_date,
            to_date=to_date,
            product=product,
            seller=seller,
        )
        bare = chosen.document.isnull().ifelse(chosen.date, None)
        grouped = chosen.group_by(
            document=chosen.document, year=chosen.date.year(), account=chosen.account, day=bare
        ).aggregate(
            date=chosen.date.min(),
            kind=chosen.kind.max(),
            seller=chosen.seller.max(),
            lines=chosen.count(),
            amount=chosen.amount.sum(),
            cost=chosen.cost.sum(),
        )
        keys = [("date", True), ("account", False), ("document", False)]
        return _page(grouped.drop("year", "day"), keys, DocumentRow, offset, limit)


def lines_of(
    accounts: str | Sequence[str] | None = None,
    *,
    document: str | None = None,
    year: int | None = None,
    from_date: dt.date | None = None,
    to_date: dt.date | None = None,
    product: str | None = None,
    seller: str | None = None,
    unassigned: bool = False,
    version: LedgerVersion | None = None,
    offset: int = 0,
    limit: int = PAGE,
) -> Page[LineRow]:
    """The lines behind a figure, latest first. `unassigned`: those without an account."""
    with open_ledger(version, with_batch=True) as (_connection, lines):
        chosen = _chosen(
            lines,
            accounts=None if accounts is None else _several(accounts),
            from_date=from_date,
            to_date=to_date,
            product=product,
            seller=seller,
        )
        if unassigned:
            chosen = chosen.filter(chosen.account.isnull())
        if document is not None:
            chosen = chosen.filter(chosen.document == document)
        if year is not None:
            chosen = chosen.filter(chosen.date.year() == year)
        keys = [
            ("date", True),
            *((name, False) for name in ("account", "document", "line", "product", "amount")),
        ]
        return _page(chosen.drop("group"), [*keys, ("fingerprint", False)], LineRow, offset, limit)


def products_of(
    accounts: str | Sequence[str],
    *,
    from_date: dt.date | None = None,
    to_date: dt.date | None = None,
    version: LedgerVersion | None = None,
    offset: int = 0,
    limit: int = PAGE,
) -> Page[ProductRow]:
    """What an account (or the accounts of a group) buys, most turnover first."""
    with open_ledger(version) as (_connection, lines):
        chosen = _chosen(lines, accounts=_several(accounts), from_date=from_date, to_date=to_date)
        grouped = chosen.group_by("product").aggregate(
            product_name=chosen.product_name.max(),
            quantity=chosen.quantity.sum(),
            amount=chosen.amount.sum(),
            cost=chosen.cost.sum(),
            lines=chosen.count(),
            last_date=chosen.date.max(),
        )
        return _page(grouped, [("amount", True), ("product", False)], ProductRow, offset, limit)


def _several(accounts: str | Sequence[str]) -> list[str]:
    return [accounts] if isinstance(accounts, str) else list(accounts)


def _chosen(
    lines: ibis.Table,
    *,
    accounts: list[str] | None,
    from_date: dt.date | None,
    to_date: dt.date | None,
    product: str | None = None,
    seller: str | None = None,
) -> ibis.Table:
    if accounts is not None:
        lines = lines.filter(lines.account.isin(accounts))
    if from_date:
        lines = lines.filter(lines.date >= from_date)
    if to_date:
        lines = lines.filter(lines.date <= to_date)
    if product is not None:
        lines = lines.filter(lines["product"] == product)
    if seller is not None:
        lines = lines.filter(lines.seller == seller)
    return lines


def _page(
    rows: ibis.Table, keys: Sequence[tuple[str, bool]], shape: Any, offset: int, limit: int
) -> Page[Any]:
    """One page in a total order, and how many rows there are: two queries of the engine."""
    import ibis  # noqa: PLC0415

    order = [ibis.desc(name) if falling else ibis.asc(name) for name, falling in keys]
    total = int(rows.count().to_pyarrow().as_py())
    found = rows.order_by(order).limit(limit, offset=offset)
    columns = list(shape.__dataclass_fields__)
    items = tuple(shape(**row) for row in found.select(columns).to_pyarrow().to_pylist())
    return Page(items=items, total=total, offset=offset, limit=limit)
