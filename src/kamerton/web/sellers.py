"""Each seller's portfolio over the years: what it costs, what it brings, on whom it depends."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from kamerton.portfolio import queries
from kamerton.portfolio.models import Snapshot
from kamerton.web import formats, sentences
from kamerton.web.accounts import nothing
from kamerton.web.addresses import account_url, accounts_url
from kamerton.web.gates import gate
from kamerton.web.parts import Cell, Column, Row, Table
from kamerton.web.portfolio import LISTED, names_of


@gate("portfolio.view_all")
@require_GET
def sellers(request: HttpRequest) -> HttpResponse:
    """Each seller's portfolio over the years: what it costs and what it brings (PFA-01)."""
    snapshot = queries.latest_snapshot()
    if snapshot is None:
        return nothing(request)
    view = snapshot.views["seller_view"]
    context = {
        "snapshot": snapshot,
        "view": view,
        "lead": _sellers_sentence(view, snapshot),
        "note": sentences.as_of(snapshot),
        "table": _sellers_table(view, snapshot),
        "portfolios": [_seller_part(each, snapshot) for each in view["sellers"]],
    }
    return render(request, "portfolio/sellers.html", context)


def _sellers_sentence(view: dict[str, Any], snapshot: Snapshot) -> str:
    if not view["sellers"]:
        return _("The imported sales name no sellers.")
    best = view["sellers"][0]
    net = formats.money(Decimal(best["net"]), snapshot.currency, compact=True)
    years, count = _years(view), len(view["sellers"])
    told = {"n": formats.number(count), "name": best["seller"], "net": net, "years": formats.number(years)}
    sellers_told = ngettext("%(n)s seller; ", "%(n)s sellers; ", count)
    if view["sufficient"]:
        text = ngettext(
            "%(name)s brought most in %(years)s year, %(net)s after costs.",
            "%(name)s brought most in %(years)s years, %(net)s after costs.",
            years,
        )
        return (sellers_told + text) % told
    text = ngettext(
        "less than %(years)s year of sales is known, too little to compare portfolios fairly.",
        "less than %(years)s years of sales are known, too little to compare portfolios fairly.",
        years,
    )
    return (sellers_told + text) % told


def _sellers_table(view: dict[str, Any], snapshot: Snapshot) -> Table:
    unit, years = snapshot.currency, _years(view)
    columns = (
        Column(_("Seller")),
        Column(_("Accounts"), numeric=True),
        *(Column(label, numeric=True, unit=unit) for label in _windows(view)),
        Column(
            ngettext("Turnover, %(n)s year", "Turnover, %(n)s years", years) % {"n": years},
            numeric=True,
            unit=unit,
        ),
        Column(
            ngettext("Cost, %(n)s year", "Cost, %(n)s years", years) % {"n": years}, numeric=True, unit=unit
        ),
        Column(_("Net result"), numeric=True, unit=unit),
    )
    caption = ngettext("Sellers over %(n)s year", "Sellers over %(n)s years", years) % {"n": years}
    return Table(columns, [_seller_row(each, view) for each in view["sellers"]], caption)


def _years(view: dict[str, Any]) -> int:
    """Over how many years the portfolios are compared (the company's setting when the figures were taken)."""
    return max((len(each["windows"]) for each in view["sellers"]), default=0)


def _windows(view: dict[str, Any]) -> list[str]:
    """The latest first."""
    earlier = [
        ngettext("%(n)s year before", "%(n)s years before", at) % {"n": at} for at in range(1, _years(view))
    ]
    return [_("12 months"), *earlier] if view["sellers"] else []


def _seller_row(each: dict[str, Any], view: dict[str, Any]) -> Row:
    column = "income" if view["basis"] == "income" else "turnover"

    def money(text: str | None) -> str:
        return formats.money(None if text is None else Decimal(text), decimals=0)

    url = accounts_url(seller=each["seller"])
    windows = [money(window[column]) for window in each["windows"]]
    return Row(
        (
            Cell(each["seller"], url=url),
            formats.number(each["accounts_total"]),
            *windows,
            money(each["turnover"]),
            money(each["cost"]),
            Cell(money(each["net"]), tone="bad" if Decimal(each["net"]) < 0 else ""),
        )
    )


def _seller_part(each: dict[str, Any], snapshot: Snapshot) -> dict[str, Any]:
    """The accounts of one portfolio by net result, with the dependence at this seller's level (SEL-13)."""
    names = names_of(snapshot, [account["account"] for account in each["accounts"][:LISTED]])
    columns = (
        Column(_("Account")),
        Column(_("Share of this portfolio"), numeric=True),
        Column(
            ngettext("Net result, %(n)s year", "Net result, %(n)s years", len(each["windows"]))
            % {"n": len(each["windows"])},
            numeric=True,
            unit=snapshot.currency,
        ),
    )
    rows = [
        Row(
            (
                Cell(names.get(account["account"], account["account"]), url=account_url(account["account"])),
                Cell(
                    formats.share(account["share"]),
                    share=account["share"],
                    mark=snapshot.profile["share_critical"],
                ),
                formats.money(Decimal(account["net"]), decimals=0),
            )
        )
        for account in each["accounts"][:LISTED]
    ]
    return {
        "seller": each["seller"],
        "url": accounts_url(seller=each["seller"]),
        "table": Table(columns, rows, each["seller"]),
        "more": each["accounts_total"] - len(rows),
    }


def sellers_picture(snapshot: Snapshot) -> dict[str, Any]:
    view = snapshot.views["seller_view"]
    column = "income" if view["basis"] == "income" else "turnover"
    labels = _windows(view)[::-1]
    return {
        "unit": snapshot.currency,
        "format": "money",
        "categories": labels,
        "panels": [
            {
                "name": each["seller"],
                "values": [float(window[column] or 0) for window in reversed(each["windows"])],
                "url": accounts_url(seller=each["seller"]),
            }
            for each in view["sellers"]
        ],
    }
