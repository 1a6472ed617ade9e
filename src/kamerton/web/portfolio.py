"""The portfolio: who is key and why, how concentrated, who is slipping, what each account is worth."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kamerton.access import policy
from kamerton.core import clock
from kamerton.core.models import Job
from kamerton.portfolio import queries, status_queries
from kamerton.portfolio.models import AccountFigure, Snapshot
from kamerton.portfolio.status_queries import Standing
from kamerton.web import formats, sentences
from kamerton.web.account_fields import badges
from kamerton.web.accounts import nothing
from kamerton.web.addresses import account_url, accounts_url, explain_url
from kamerton.web.gates import gate
from kamerton.web.parts import Cell, Column, Link, Row, Table, Tile
from kamerton.web.review import overdue_words
from kamerton.web.status_lists import key_url

#: The key figures of the first screen; the others open from the pages that they belong to.
TILES = ("turnover", "income", "margin", "key_share", "effective_accounts", "nrr")
LISTED = 5
ON_MAP = 400


#: How long a process remembers what a snapshot's page shows. A snapshot never changes, so nothing can be stale.
REMEMBERED_SECONDS = 24 * 3600


@gate("portfolio.view_all")
@require_GET
def portfolio(request: HttpRequest) -> HttpResponse:
    snapshot = queries.latest_snapshot(with_figures=False)
    if snapshot is None:
        return nothing(request)
    own = {
        "renewing": _renewing(request, snapshot),
        "others": _others(request),
        **_decided(snapshot),
    }
    shown = _remembered(snapshot)
    return render(request, "portfolio/portfolio.html", {**shown, **own, "tiles": _told_apart(shown["tiles"])})


def _told_apart(tiles: Sequence[Tile]) -> list[Tile]:
    """What key accounts make is a figure; where the company decides who is key, it says that it is one."""
    if not status_queries.has_decided():
        return list(tiles)
    by_figures = {_("Key accounts together"): _("Key by the figures, together")}
    return [replace(each, label=by_figures.get(str(each.label), each.label)) for each in tiles]


def _decided(snapshot: Snapshot) -> dict[str, Any]:
    """Who is key changes by decisions too, so it is asked anew. About eight queries."""
    heaviest, rows = queries.dependence(snapshot), queries.account_figures(snapshot)
    standing = status_queries.standing()
    keys = list(status_queries.key_rows(rows)[:20])
    share = status_queries.decided_share(snapshot)
    count = len(keys) if standing.decided is None else len(standing.decided)
    undecided = status_queries.undecided_rows(rows)[:20] if standing.decided is not None else ()
    return {
        "lead": sentences.portfolio(snapshot, count, heaviest, share),
        "key_table": _key_table(keys or [each.account for each in heaviest], snapshot, standing),
        "overdue": overdue_words(clock.today()),
        "undecided": [{"name": row.name, "url": key_url(row.account)} for row in undecided],
    }


def _remembered(snapshot: Snapshot) -> dict[str, Any]:
    """What the page shows of a snapshot, to anybody, in one language: made once in each process."""
    key = f"portfolio:{snapshot.pk}:{snapshot.digest}:{snapshot.profile_digest}:{get_language()}"
    shown: dict[str, Any] | None = caches["memory"].get(key)
    if shown is None:
        shown = _shown(snapshot)
        caches["memory"].set(key, shown, REMEMBERED_SECONDS)
    return shown


def _shown(snapshot: Snapshot) -> dict[str, Any]:
    heaviest = queries.dependence(snapshot)
    rows = queries.account_figures(snapshot)
    return {
        "note": sentences.as_of(snapshot),
        "tiles": [_tile(each, snapshot) for each in queries.tiles(snapshot) if each.key in TILES],
        "dependence": [_dependence(snapshot, each) for each in heaviest],
        "pareto": sentences.pareto(snapshot),
        "whale": sentences.whale(snapshot),
        "has_income": snapshot.figures["totals"]["window_income"] is not None,
        "concentration_table": _concentration_table(snapshot),
        "pareto_table": _pareto_table(snapshot),
        "grid": _grid(snapshot),
        "lists": _lists(snapshot, rows),
        "map_table": _map_table(snapshot),
    }


def _renewing(request: HttpRequest, snapshot: Snapshot) -> dict[str, Any] | None:
    """While newer figures are on their way, the page says so and shows how far they are."""
    if queries.is_current(snapshot):
        return None
    jobs = policy.scope(Job.objects.filter(kind="portfolio.snapshot"), request.user, "jobs.view_all")
    job = jobs.filter(state__in=["waiting", "running"]).last()
    return {"job": job, "url": reverse("job", args=[job.pk]) if job else ""}


def _others(request: HttpRequest) -> list[Link]:
    links: list[Link] = []
    if policy.can(request.user, "portfolio.configure"):
        links.append(Link(_("Thresholds"), reverse("settings"), icon="adjustments-horizontal"))
    return links


# --- tiles ---------------------------------------------------------------------------------------------


def _tile(each: queries.Tile, snapshot: Snapshot) -> Tile:
    """A key figure with its comparison: against the 12 months before, or a norm."""
    against = _("against 12 months before")
    value = _tile_value(each, snapshot)
    url = explain_url(each.key)
    if each.key == "key_share":
        return Tile(_("Key accounts together"), value, note=sentences.key_norm(snapshot), url=url)
    if each.key == "nrr":
        return Tile(_tile_label(each.key), value, note=_("of the turnover 12 months before"), url=url)
    if each.before is None:
        return Tile(_tile_label(each.key), value, note=_("12 months before are not known"), url=url)
    return Tile(_tile_label(each.key), value, change=_tile_change(each), against=against, url=url)


def _tile_label(key: str) -> str:
    return {
        "turnover": _("Turnover"),
        "income": _("Income"),
        "margin": _("Margin"),
        "effective_accounts": _("Effective number of accounts"),
        "nrr": _("Net retention of turnover"),
    }[key]


def _tile_value(each: queries.Tile, snapshot: Snapshot) -> str:
    if each.kind == "money":
        return formats.money(each.value, snapshot.currency, compact=True)
    if each.kind == "share":
        return formats.share(each.value)
    return formats.number(each.value, decimals=1 if each.kind == "number" else 0)


def _tile_change(each: queries.Tile) -> formats.Change:
    if each.kind == "share":
        return formats.points(each.change)
    return formats.change(each.change_rate, decimals=1 if each.kind == "money" else 0)


# --- dependence ----------------------------------------------------------------------------------------


def _dependence(snapshot: Snapshot, each: queries.Dependence) -> dict[str, Any]:
    tones = {"mono": "bad", "critical": "bad", "key": "accent", "none": ""}
    return {
        "sentence": sentences.dependence(snapshot, each),
        "share": each.share,
        "tone": tones[each.past],
        "line": each.line,
        "url": account_url(each.account.account),
        "explain": explain_url("share", each.account.account),
    }


def _key_table(rows: Sequence[AccountFigure], snapshot: Snapshot, standing: Standing) -> Table:
    """The key accounts with the evidence; where there are none, the largest."""
    columns = (
        Column(_("Account")),
        Column(_("Why"), minor=True),
        Column(_("Share of income"), numeric=True),
        Column(_("Share of turnover"), numeric=True),
        Column(_("Change"), numeric=True, hint=_("against the 12 months before")),
        Column(_("Lifetime value"), numeric=True, unit=snapshot.currency),
    )
    return Table(columns, [_key_row(row, standing) for row in rows], _("Key accounts"))


def _key_row(row: AccountFigure, standing: Standing) -> Row:
    return Row(
        (
            Cell(row.name, url=account_url(row.account), badges=badges(row, standing)),
            reasons(row),
            Cell(
                formats.share(row.window_share_income),
                url=explain_url("share_income", row.account),
                drawer=True,
            ),
            Cell(
                formats.share(row.window_share_turnover),
                url=explain_url("share_turnover", row.account),
                drawer=True,
            ),
            Cell(change=formats.change(row.growth_rate)),
            Cell(
                formats.money(row.lifetime_value, decimals=0),
                url=explain_url("lifetime_value", row.account),
                drawer=True,
            ),
        )
    )


def reasons(row: AccountFigure) -> str:
    """Why the account is key and what speaks against it, in words."""
    texts = {
        "share_key": _("its share is above the key line"),
        "amount_key": _("its amount a year reaches the key amount"),
        "high_turnover_low_income": _("bought by price: much turnover, little income"),
        "margin_falling": _("its margin has been falling for quarters"),
    }
    return "; ".join(texts[code] for code in [*row.reasons, *row.warnings] if code in texts)


# --- tables beside the pictures ------------------------------------------------------------------------


def _concentration_points(snapshot: Snapshot) -> list[tuple[dt.date, dict[str, Any]]]:
    by_income = snapshot.basis == "income"
    return [
        (dt.date.fromisoformat(point["date"]), (point["income"] if by_income else None) or point["turnover"])
        for point in snapshot.figures["concentration_over_time"]
    ]


def _concentration_table(snapshot: Snapshot) -> Table:
    columns = (
        Column(_("12 months to")),
        Column(_("Largest"), numeric=True),
        Column(_("Largest 5"), numeric=True),
        Column(_("Largest 10"), numeric=True),
        Column(_("Top 20 %"), numeric=True),
        Column(_("HHI"), numeric=True),
        Column(_("Effective number"), numeric=True),
    )
    rows = [
        Row(
            (
                formats.date(day, short=True),
                formats.share(at["largest_share"]),
                formats.share(at["top5_share"]),
                formats.share(at["top10_share"]),
                formats.share(at["top20pct_share"]),
                formats.number(None if at["hhi"] is None else at["hhi"] * 10_000),
                formats.number(at["effective_accounts"], decimals=1),
            )
        )
        for day, at in reversed(_concentration_points(snapshot))
    ]
    return Table(columns, rows, _("Concentration over time"))


def _pareto_table(snapshot: Snapshot) -> Table:
    columns = (Column(_("Accounts"), numeric=True), Column(_("Make together"), numeric=True))
    points = snapshot.figures["curves"]["turnover"]
    step = max(1, len(points) // 20)
    rows = [Row((formats.number(p["accounts"]), formats.share(p["share"]))) for p in points[::step]]
    return Table(columns, rows, _("Pareto curve"), cards=False)


def _map_rows(snapshot: Snapshot) -> list[AccountFigure]:
    rows = queries.account_figures(snapshot).exclude(growth_rate=None).filter(basis_amount__gt=0)
    return list(queries.listed(rows).order_by("-basis_amount", "rank")[:ON_MAP])


def _map_table(snapshot: Snapshot) -> Table:
    columns = (
        Column(_("Account")),
        Column(_("Share"), numeric=True),
        Column(_("Against 12 months before"), numeric=True),
    )
    rows = [
        Row(
            (
                Cell(row.name, url=account_url(row.account)),
                formats.share(row.basis_share),
                Cell(change=formats.change(row.growth_rate)),
            )
        )
        for row in _map_rows(snapshot)[:30]
    ]
    return Table(columns, rows, _("Growth and share"))


def _grid(snapshot: Snapshot) -> list[dict[str, Any]]:
    """ABC x XYZ with counts and amounts; the shade follows the share of the amount."""
    cells = {(cell["abc"], cell["xyz"]): cell for cell in snapshot.figures["grid"]}
    whole = sum((Decimal(cell["amount"]) for cell in cells.values()), Decimal(0))
    return [
        {"abc": abc, "cells": [_grid_cell(cells.get((abc, xyz)), abc, xyz, whole, snapshot) for xyz in "XYZ"]}
        for abc in "ABC"
    ]


def _grid_cell(
    cell: dict[str, Any] | None, abc: str, xyz: str, whole: Decimal, snapshot: Snapshot
) -> dict[str, Any]:
    count, amount = (cell["accounts"], Decimal(cell["amount"])) if cell else (0, Decimal(0))
    share = float(amount / whole) if whole > 0 else 0.0
    return {
        "count": formats.number(count),
        "amount": formats.money(amount, snapshot.currency, compact=True),
        "heat": min(5, max(0, round(share * 10))) if count else 0,
        "url": accounts_url(abc=abc, xyz=xyz) if count else "",
        "label": f"{abc}{xyz}",
    }


def _lists(snapshot: Snapshot, rows: Any) -> list[dict[str, Any]]:
    """Slipping, lost, lapsed, neglected: the first of each, and the way to all."""

    def line(row: AccountFigure, amount: Decimal) -> dict[str, Any]:
        return {
            "name": row.name,
            "url": account_url(row.account),
            "figure": formats.money(amount, snapshot.currency, compact=True),
            # Of the lost ones everything is lost: the same rate in every line would say nothing.
            "change": None if row.is_lost else formats.change(row.growth_rate),
        }

    def part(name: str, title: str, text: str, found: Any, column: str) -> dict[str, Any]:
        return {
            "title": title,
            "text": text,
            "count": found.count(),
            "rows": [line(row, getattr(row, column)) for row in queries.listed(found)[:LISTED]],
            "url": accounts_url(list=name),
        }

    still_less = _("still buying, but less than in the 12 months before")
    quiet_growers = _("small, growing fast, and quiet for long")
    return [
        part(
            "slipping", pgettext("list of accounts", "Slipping"), still_less, rows.slipping(), "basis_change"
        ),
        part(
            "lost",
            pgettext("list of accounts", "Lost"),
            _("bought in the 12 months before, not since"),
            rows.lost(),
            "basis_before",
        ),
        part(
            "lapsed",
            pgettext("list of accounts", "Lapsed"),
            _("silent for longer than their own habit"),
            rows.lapsed(),
            "basis_amount",
        ),
        part(
            "neglected",
            pgettext("list of accounts", "Neglected"),
            quiet_growers,
            rows.neglected(),
            "basis_amount",
        ),
    ]


# --- pictures ------------------------------------------------------------------------------------------


@gate("portfolio.view_all")
@require_GET
def picture(_request: HttpRequest, kind: str) -> JsonResponse:
    """The data of one picture, in the shapes of frontend/js/charts.js."""
    snapshot = queries.latest_snapshot()
    drawers = {
        "concentration": _concentration_picture,
        "pareto": _pareto_picture,
        "map": _map_picture,
        "whale": _whale_picture,
        "sellers": _sellers_picture,
    }
    if kind not in drawers or snapshot is None:
        raise Http404
    return JsonResponse(drawers[kind](snapshot))


def _concentration_picture(snapshot: Snapshot) -> dict[str, Any]:
    points = _concentration_points(snapshot)

    def line(name: str, column: str, *, accent: bool = False) -> dict[str, Any]:
        return {
            "name": name,
            "accent": accent,
            "points": [[f"{day:%Y-%m}", at[column]] for day, at in points],
        }

    critical = snapshot.profile["share_critical"]
    label = _("critical %(line)s") % {"line": formats.share(critical, decimals=0)}
    return {
        "format": "share",
        "series": [
            line(_("Largest account"), "largest_share", accent=True),
            line(_("Largest five"), "top5_share"),
            line(_("Largest ten"), "top10_share"),
        ],
        "marks": [{"value": critical, "label": label}],
    }


def _curve(snapshot: Snapshot, basis: str) -> list[dict[str, Any]]:
    """The points of a curve with names; the value of a point is what its account adds."""
    points = snapshot.figures["curves"][basis]
    names = _names(snapshot, [point["account"] for point in points])
    before, shown = Decimal(0), []
    for point in points:
        amount = Decimal(point["amount"])
        name = names.get(point["account"], point["account"])
        shown.append(
            {
                "name": name,
                "value": float(amount - before),
                "share": point["share"],
                "at": point["accounts"],
                "url": account_url(point["account"]),
            }
        )
        before = amount
    return shown


def _names(snapshot: Snapshot, accounts: Iterable[str]) -> dict[str, str]:
    found = queries.account_figures(snapshot).filter(account__in=list(accounts))
    return dict(found.values_list("account", "name"))


def _pareto_picture(snapshot: Snapshot) -> dict[str, Any]:
    mark = {"share": snapshot.profile["pareto_share"]}
    return {"unit": snapshot.currency, "points": _curve(snapshot, "turnover"), "mark": mark}


def _whale_picture(snapshot: Snapshot) -> dict[str, Any]:
    return {"unit": snapshot.currency, "points": _curve(snapshot, "income")}


def _map_picture(snapshot: Snapshot) -> dict[str, Any]:
    share = _("Share of income") if snapshot.basis == "income" else _("Share of turnover")
    line = snapshot.profile["share_key"]
    label = _("key %(line)s") % {"line": formats.share(line, decimals=0)}
    return {
        "x": {"label": _("Against 12 months before"), "format": "share"},
        "y": {"label": share, "format": "share"},
        "points": [
            {
                "name": row.name,
                "x": row.growth_rate,
                "y": row.basis_share,
                "size": float(row.basis_amount),
                "url": account_url(row.account),
                "accent": row.is_key,
                "label": at < 8,
            }
            for at, row in enumerate(_map_rows(snapshot))
        ],
        "marks": [{"axis": "y", "value": line, "label": label}, {"axis": "x", "value": 0}],
    }


# --- sellers -------------------------------------------------------------------------------------------


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
    text = ngettext("%(n)s seller; ", "%(n)s sellers; ", len(view["sellers"]))
    told = {
        "n": formats.number(len(view["sellers"])),
        "name": best["seller"],
        "net": net,
        "years": _years(view),
    }
    if view["sufficient"]:
        return (text + _("%(name)s brought most in %(years)s years, %(net)s after costs.")) % told
    return (
        text + _("less than %(years)s years of sales are known, too little to compare portfolios fairly.")
    ) % told


def _sellers_table(view: dict[str, Any], snapshot: Snapshot) -> Table:
    unit = snapshot.currency
    columns = (
        Column(_("Seller")),
        Column(_("Accounts"), numeric=True),
        *(Column(label, numeric=True, unit=unit) for label in _windows(view)),
        Column(_("Turnover, %(n)s years") % {"n": _years(view)}, numeric=True, unit=unit),
        Column(_("Cost, %(n)s years") % {"n": _years(view)}, numeric=True, unit=unit),
        Column(_("Net result"), numeric=True, unit=unit),
    )
    caption = _("Sellers over %(n)s years") % {"n": _years(view)}
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
    names = _names(snapshot, [account["account"] for account in each["accounts"][:LISTED]])
    columns = (
        Column(_("Account")),
        Column(_("Share of this portfolio"), numeric=True),
        Column(
            _("Net result, %(n)s years") % {"n": len(each["windows"])}, numeric=True, unit=snapshot.currency
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


def _sellers_picture(snapshot: Snapshot) -> dict[str, Any]:
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
