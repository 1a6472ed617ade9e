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
from kamerton.portfolio import queries, status_queries
from kamerton.portfolio.models import AccountFigure, Snapshot
from kamerton.web import account_worth, assessment_links, formats, sentences, signal_pages, status_words
from kamerton.web.account_frame import figures_of, found, frame
from kamerton.web.addresses import accounts_url, explain_url
from kamerton.web.gates import gate, person
from kamerton.web.health import outlook_of
from kamerton.web.in_short import in_short
from kamerton.web.parts import Cell, Column, Row, Table, Tile
from kamerton.web.portfolio import reasons


def figures_or_404(request: HttpRequest, number: str) -> tuple[Snapshot, AccountFigure]:
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
    snapshot, row = figures_or_404(request, account)
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
