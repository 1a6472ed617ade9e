"""One account: its figures by year and month, products, returns, worth, and the documents behind them.

The page itself reads the snapshot; products and documents are read from the ledger when they come into
view, each as a part with an address of its own.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from kamerton.access import policy
from kamerton.core import clock
from kamerton.ledger import queries as ledger
from kamerton.portfolio import queries, status_queries
from kamerton.portfolio.models import AccountFigure, Snapshot
from kamerton.web import account_worth, assessment_links, formats, sentences, signal_pages, status_words
from kamerton.web.account_frame import figures_of, found, frame
from kamerton.web.addresses import account_url, accounts_url, explain_url, lines_url
from kamerton.web.gates import gate, person
from kamerton.web.health import outlook_of
from kamerton.web.in_short import in_short
from kamerton.web.parameters import page_number, plain
from kamerton.web.parts import Cell, Column, Link, Pages, Row, Table, Tile, query
from kamerton.web.portfolio import reasons

DOCUMENTS_A_PAGE = 25
PRODUCTS_SHOWN = 50
FEW_PRODUCTS = 5
LINES_SHOWN = 200


def _found(request: HttpRequest, number: str) -> tuple[Snapshot, AccountFigure]:
    """The snapshot that is shown and the account's row in it; 404 where either is missing or out of reach."""
    snapshot, row = figures_of(request, found(request, number, "portfolio.view"))
    if snapshot is None or row is None:
        raise Http404
    return snapshot, row


@gate("portfolio.view")
@require_GET
def account(request: HttpRequest, account: str) -> HttpResponse:
    known = found(request, account, "portfolio.view")
    snapshot, row = figures = figures_of(request, known)
    context = frame(request, known, "account", figures)
    context["assessed"] = assessment_links.beside(person(request), "account", known.pk)
    if policy.can(request.user, "accounts.view", known):
        context["answers"] = in_short(person(request), known, clock.today())
    context |= signal_pages.of_account(person(request), known, clock.today())
    if snapshot and row:
        context |= _figures(request, snapshot, row)
    return render(request, "accounts/account.html", context)


def _figures(request: HttpRequest, snapshot: Snapshot, row: AccountFigure) -> dict[str, Any]:
    number = row.account
    return {
        "row": row,
        "lead": _sentence(snapshot, row),
        "note": sentences.as_of(snapshot),
        "why": reasons(row),
        "tiles": _tiles(snapshot, row),
        "facts": _facts(row),
        "levels": _levels(snapshot, row),
        "years": years_table(snapshot, row),
        "months": months_table(snapshot, row),
        "worth": account_worth.worth(snapshot, row),
        "loss": account_worth.loss(person(request), snapshot, row),
        "outlook": outlook_of(request, snapshot, row),
        "picture_url": reverse("account_picture", args=[number]),
        "products_url": reverse("account_products", args=[number]),
        "documents_url": reverse("account_documents", args=[number]),
        "can_drill": policy.can(request.user, "ledger.view"),
    }


def _levels(snapshot: Snapshot, row: AccountFigure) -> dict[str, Any] | None:
    """The share at each level (SEL-13); None where the sales name no seller."""
    asked = status_queries.rules_of(queries.profile(), status_queries.written())
    shares = status_queries.levels_of(snapshot, row, asked)
    if len(shares) < 2:
        return None
    table = status_words.levels_table(shares, asked.thresholds)
    return {"sentence": status_words.levels_sentence(shares), "table": table}


def _sentence(snapshot: Snapshot, row: AccountFigure) -> str:
    """What matters about this account first: its weight, then where it is going."""
    told = {
        "name": row.name,
        "share": formats.share(row.basis_share),
        "amount": formats.money(row.basis_amount, snapshot.currency, compact=True),
        "since": formats.date(row.last_purchase),
    }
    if row.state == "lost":
        return _("%(name)s has bought nothing for 12 months; the last purchase was on %(since)s.") % told
    if snapshot.basis == "income":
        weight = _("%(name)s makes %(share)s of income, %(amount)s in 12 months.") % told
    else:
        weight = _("%(name)s makes %(share)s of turnover, %(amount)s in 12 months.") % told
    return f"{weight} {_direction(row)}".strip()


def _direction(row: AccountFigure) -> str:
    if row.state == "lapsed" and row.silent_days is not None and row.usual_gap_days is not None:
        text = ngettext(
            "It has been silent for %(days)s day; it used to buy every %(usual)s.",
            "It has been silent for %(days)s days; it used to buy every %(usual)s.",
            row.silent_days,
        )
        return text % {
            "days": formats.number(row.silent_days),
            "usual": formats.number(round(row.usual_gap_days)),
        }
    if row.growth_rate is None:
        return _("There is nothing to compare with in the 12 months before.")
    told = {"rate": formats.share(abs(row.growth_rate), decimals=0)}
    if row.growth_rate < 0:
        return _("That is %(rate)s less than in the 12 months before.") % told
    return _("That is %(rate)s more than in the 12 months before.") % told


def _tiles(snapshot: Snapshot, row: AccountFigure) -> list[Tile]:
    against, currency = _("against 12 months before"), snapshot.currency

    def money(label: str, figure: str, now: Decimal | None, before: Decimal | None) -> Tile:
        rate = float((now - before) / before) if now is not None and before and before > 0 else None
        url = explain_url(figure, row.account)
        text = formats.money(now, currency, compact=True)
        if rate is None:
            return Tile(label, text, note=_("12 months before are not known"), url=url)
        return Tile(label, text, change=formats.change(rate), against=against, url=url)

    return [
        money(_("Turnover, 12 months"), "turnover", row.window_turnover, row.previous_turnover),
        money(_("Income, 12 months"), "income", row.window_income, row.previous_income),
        _margin_tile(row),
        Tile(
            _("Lifetime value"),
            formats.money(row.lifetime_value, currency, compact=True),
            note=_("past and expected income") if row.lifetime_value is not None else _("too little history"),
            url=explain_url("lifetime_value", row.account),
        ),
        Tile(
            _("Returns"),
            formats.share(row.returns_rate),
            note=_("%(amount)s came back") % {"amount": formats.money(row.returned, currency, compact=True)},
            url=explain_url("returns_rate", row.account),
        ),
    ]  # fmt: skip


def _margin_tile(row: AccountFigure) -> Tile:
    url = explain_url("margin", row.account)
    before = (
        float(row.previous_income / row.previous_turnover)
        if row.previous_income is not None and row.previous_turnover > 0
        else None
    )
    if row.margin is None or before is None:
        return Tile(_("Margin"), formats.share(row.margin), note=_("12 months before are not known"), url=url)
    change = formats.points(row.margin - before)
    return Tile(
        _("Margin"), formats.share(row.margin), change=change, against=_("against 12 months before"), url=url
    )


def _facts(row: AccountFigure) -> list[tuple[str, Any]]:
    usual = (
        formats.number(row.usual_gap_days, decimals=0) if row.usual_gap_days is not None else formats.MISSING
    )
    group = Cell(row.group, url=accounts_url(group=row.group)) if row.group else formats.MISSING
    seller = Cell(row.seller, url=accounts_url(seller=row.seller)) if row.seller else formats.MISSING
    return [
        (_("Account number"), row.account),
        (_("Group"), group),
        (_("Seller"), seller),
        (_("Customer since"), formats.date(row.first_date)),
        (_("Last purchase"), formats.date(row.last_purchase)),
        (_("Usual gap between purchases, days"), usual),
        (_("Documents"), formats.number(row.documents)),
        (_("Class"), f"{row.abc}{row.xyz}" or formats.MISSING),
    ]


def years_table(snapshot: Snapshot, row: AccountFigure) -> Table:
    unit = snapshot.currency
    partial = {year["year"] for year in snapshot.figures["years"] if year["partial"]}
    columns = (
        Column(_("Year")),
        Column(_("Turnover"), numeric=True, unit=unit),
        Column(_("Income"), numeric=True, unit=unit),
        Column(_("Turnover against the year before"), numeric=True),
    )
    rows = [
        Row(
            (
                Cell(year, sub=_("part of the year") if int(year) in partial else ""),
                _amount(amounts["turnover"]),
                _amount(amounts["income"]),
                Cell(change=formats.change(_growth(row, int(year), partial))),
            )
        )
        for year, amounts in sorted(row.by_year.items(), reverse=True)
    ]
    return Table(columns, rows, _("By year"))


def _growth(row: AccountFigure, year: int, partial: set[int]) -> float | None:
    """Against the year before; a part of a year is not compared with a whole one."""
    return None if {year, year - 1} & partial else row.growth.get(str(year))


def _amount(text: str | None) -> str:
    return formats.money(None if text is None else Decimal(text), decimals=0)


def months_table(snapshot: Snapshot, row: AccountFigure) -> Table:
    unit = snapshot.currency
    columns = (
        Column(_("Month")),
        Column(_("Turnover"), numeric=True, unit=unit),
        Column(_("Income"), numeric=True, unit=unit),
    )
    rows = [
        Row((formats.month(dt.date.fromisoformat(f"{month}-01")), _amount(turnover), _amount(income)))
        for month, turnover, income in reversed(row.months)
    ]
    return Table(columns, rows, _("By month"), cards=False)


# --- pictures and parts ----------------------------------------------------------------------------------


@gate("portfolio.view")
@require_GET
def picture(request: HttpRequest, account: str) -> JsonResponse:
    """Turnover by month, the 12 months before as a ghost behind."""
    snapshot, row = _found(request, account)
    told = {month: float(turnover) for month, turnover, _income in row.months}
    before, now = _("12 months before"), _("12 months")
    last = snapshot.as_of.year * 12 + snapshot.as_of.month - 1
    months = [f"{at // 12:04d}-{at % 12 + 1:02d}" for at in range(last - 23, last + 1)]
    return JsonResponse(
        {
            "unit": snapshot.currency,
            "format": "money",
            "categories": months[12:],
            "partial": [months[-1]],
            "series": [
                {"name": now, "values": [told.get(month, 0.0) for month in months[12:]], "accent": True},
                {"name": before, "values": [told.get(month, 0.0) for month in months[:12]], "ghost": True},
            ],
        }
    )


@gate("ledger.view")
@require_GET
def products(request: HttpRequest, account: str) -> HttpResponse:
    """What the account bought in the window, most turnover first; GET ?most=5: the first few, beside the dossier."""
    snapshot, row = _found(request, account)
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
    snapshot, row = _found(request, account)
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
    snapshot, row = _found(request, account)
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
