"""The portfolio: who is key and why, how concentrated, who is slipping, what each account is worth."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, pgettext
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


def concentration_points(snapshot: Snapshot) -> list[tuple[dt.date, dict[str, Any]]]:
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
        for day, at in reversed(concentration_points(snapshot))
    ]
    return Table(columns, rows, _("Concentration over time"))


def _pareto_table(snapshot: Snapshot) -> Table:
    columns = (Column(_("Accounts"), numeric=True), Column(_("Make together"), numeric=True))
    points = snapshot.figures["curves"]["turnover"]
    step = max(1, len(points) // 20)
    rows = [Row((formats.number(p["accounts"]), formats.share(p["share"]))) for p in points[::step]]
    return Table(columns, rows, _("Pareto curve"), cards=False)


def map_rows(snapshot: Snapshot) -> list[AccountFigure]:
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
        for row in map_rows(snapshot)[:30]
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


def names_of(snapshot: Snapshot, accounts: Iterable[str]) -> dict[str, str]:
    found = queries.account_figures(snapshot).filter(account__in=list(accounts))
    return dict(found.values_list("account", "name"))
