"""What stands behind the figures of an account: products, documents and lines, read from the ledger."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from kamerton.ledger import queries as ledger
from kamerton.portfolio.models import AccountFigure
from kamerton.web import formats
from kamerton.web.account import figures_or_404
from kamerton.web.addresses import account_url, lines_url
from kamerton.web.gates import gate
from kamerton.web.parameters import page_number, plain
from kamerton.web.parts import Cell, Column, Link, Pages, Row, Table, query

DOCUMENTS_A_PAGE = 25
PRODUCTS_SHOWN = 50
FEW_PRODUCTS = 5
LINES_SHOWN = 200


@gate("ledger.view")
@require_GET
def products(request: HttpRequest, account: str) -> HttpResponse:
    """What the account bought in the window, most turnover first; GET ?most=5: the first few, beside the dossier."""
    snapshot, row = figures_or_404(request, account)
    window = snapshot.figures["window"]
    most = FEW_PRODUCTS if request.GET.get("most") == str(FEW_PRODUCTS) else PRODUCTS_SHOWN
    page = ledger.products_of(
        account,
        from_date=dt.date.fromisoformat(window["from_date"]),
        to_date=snapshot.as_of,
        version=snapshot.ledger_version,
        limit=most,
    )
    unit = snapshot.currency
    columns: tuple[Column, ...] = (
        Column(_("Product")),
        Column(_("Quantity"), numeric=True),
        Column(_("Turnover"), numeric=True, unit=unit),
        Column(_("Share"), numeric=True),
        Column(_("Income"), numeric=True, unit=unit),
        Column(_("Last bought"), numeric=True),
    )
    rows = [_product_row(item, account, row.window_turnover) for item in page.items]
    if most == FEW_PRODUCTS:
        columns, rows = columns[:1] + columns[3:4], [_few_cells(each) for each in rows]
    context = {
        "title": _("Products of %(name)s") % {"name": row.name},
        "table": Table(columns, rows, _("Products, 12 months")),
        "shown": len(page.items),
        "total": page.total,
        "crumbs": [Link(row.name, account_url(account))],
    }
    return render(request, "accounts/products.html", context)


def _product_row(item: ledger.ProductRow, account: str, whole: Decimal) -> Row:
    income = None if item.cost is None else item.amount - item.cost
    name = item.product_name or item.product or _("No product named")
    url = lines_url(account, product=item.product) if item.product else ""
    share = float(item.amount / whole) if whole > 0 else None
    return Row(
        (
            Cell(name, sub=item.product or "", url=url, drawer=True),
            formats.number(item.quantity),
            formats.money(item.amount, decimals=0),
            Cell(formats.share(share), share=share),
            Cell(formats.money(income, decimals=0), tone="bad" if income is not None and income < 0 else ""),
            formats.date(item.last_date, short=True),
        )
    )


def _few_cells(row: Row) -> Row:
    """Product and share, without the bar: the column is narrow."""
    share = row.cells[3]
    return Row((row.cells[0], share.text if isinstance(share, Cell) else share))


@gate("ledger.view")
@require_GET
def documents(request: HttpRequest, account: str) -> HttpResponse:
    """The documents of the ledger, latest first."""
    snapshot, row = figures_or_404(request, account)
    number = page_number(request.GET.get("page", ""))
    page = ledger.documents_of(
        account,
        to_date=snapshot.as_of,
        version=snapshot.ledger_version,
        offset=(number - 1) * DOCUMENTS_A_PAGE,
        limit=DOCUMENTS_A_PAGE,
    )
    columns = (
        Column(_("Document")),
        Column(_("Date")),
        Column(_("Kind")),
        Column(_("Seller"), minor=True),
        Column(_("Lines"), numeric=True),
        Column(_("Amount"), numeric=True, unit=snapshot.currency),
        Column(_("Income"), numeric=True, unit=snapshot.currency),
    )
    rows = [_document_row(item, account) for item in page.items]
    told = query(request, page=None)
    glue = "" if told.endswith("?") else "&"
    context = {
        "title": _("Documents of %(name)s") % {"name": row.name},
        "table": Table(columns, rows, _("Documents")),
        "pages": Pages(
            number, DOCUMENTS_A_PAGE, page.total, f"{request.path}{told}{glue}page={{n}}", _("documents")
        ),
        "crumbs": [Link(row.name, account_url(account))],
    }
    return render(request, "accounts/documents.html", context)


def kind_name(kind: str) -> str:
    return {"sale": _("Sale"), "return": _("Return"), "cancellation": _("Cancellation")}.get(kind, kind)


def _document_row(item: ledger.DocumentRow, account: str) -> Row:
    chosen = {"document": item.document, "year": item.date.year} if item.document else {"date": item.date}
    url = lines_url(account, **chosen)
    income = None if item.cost is None else item.amount - item.cost
    return Row(
        (
            Cell(item.document or _("No number"), url=url, drawer=True),
            formats.date(item.date, short=True),
            kind_name(item.kind),
            item.seller or "",
            formats.number(item.lines),
            Cell(formats.money(item.amount), tone="bad" if item.amount < 0 else ""),
            formats.money(income),
        )
    )


@gate("ledger.view")
@require_GET
def lines(request: HttpRequest, account: str) -> HttpResponse:
    """The lines of a document, a product or a day as they stand in the ledger, with their imports."""
    snapshot, row = figures_or_404(request, account)
    chosen = _chosen(request)
    page = ledger.lines_of(account, version=snapshot.ledger_version, limit=LINES_SHOWN, **chosen)
    context = {
        "title": _lines_title(chosen, row),
        "lead": _lines_sentence(page),
        "table": lines_table(page.items, snapshot.currency),
        "shown": len(page.items),
        "total": page.total,
        "crumbs": [Link(row.name, account_url(account))],
    }
    return render(request, "accounts/lines.html", context)


def _chosen(request: HttpRequest) -> dict[str, Any]:
    """What the address narrows to; what cannot be read is left out."""
    chosen: dict[str, Any] = {
        name: text for name in ("document", "product") if (text := plain(request.GET.get(name, "")))
    }
    year = request.GET.get("year", "")
    if year.isdecimal() and len(year) == 4 and int(year):
        chosen["year"] = int(year)
    try:
        day = dt.date.fromisoformat(request.GET.get("date", ""))
    except ValueError:
        return chosen
    return {**chosen, "from_date": day, "to_date": day}


def _lines_title(chosen: dict[str, Any], row: AccountFigure) -> str:
    if "document" in chosen:
        return _("Document %(number)s") % {"number": chosen["document"]}
    if "product" in chosen:
        return _("Product %(number)s") % {"number": chosen["product"]}
    return row.name


def _lines_sentence(page: ledger.Page[ledger.LineRow]) -> str:
    text = ngettext("%(n)s line of the ledger.", "%(n)s lines of the ledger.", page.total)
    return text % {"n": formats.number(page.total)}


def lines_table(items: tuple[ledger.LineRow, ...], unit: str) -> Table:
    columns = (
        Column(_("Product")),
        Column(_("Date")),
        Column(_("Document")),
        Column(_("Kind"), minor=True),
        Column(_("Quantity"), numeric=True),
        Column(_("Amount"), numeric=True, unit=unit),
        Column(_("Cost"), numeric=True, unit=unit),
        Column(_("Import"), minor=True),
    )
    names: dict[str, Cell] = {}
    return Table(columns, [_line_row(item, names) for item in items], _("Lines of the ledger"))


def _line_row(item: ledger.LineRow, names: dict[str, Cell]) -> Row:
    """`names` remembers the imports that were looked up for the lines before."""
    if item.batch not in names:
        batch = ledger.batch_of(item.batch)
        url = reverse("import_batch", args=[batch.sequence]) if batch else ""
        names[item.batch] = Cell(f"{batch.sequence}. {batch.title}" if batch else "", url=url)
    original = ""
    if item.currency and item.original_amount is not None and item.original_amount != item.amount:
        original = formats.money(item.original_amount, item.currency)
    return Row(
        (
            Cell(
                item.product_name or item.product or formats.MISSING,
                sub=(item.product or "") if item.product_name else "",
            ),
            formats.date(item.date, short=True),
            item.document or formats.MISSING,
            kind_name(item.kind),
            formats.number(item.quantity),
            Cell(formats.money(item.amount), sub=original, tone="bad" if item.amount < 0 else ""),
            formats.money(item.cost),
            names[item.batch],
        )
    )
