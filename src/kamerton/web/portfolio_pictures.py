"""What the pictures of the portfolio are drawn from."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kamerton.portfolio import queries
from kamerton.portfolio.models import Snapshot
from kamerton.web import formats
from kamerton.web.addresses import account_url
from kamerton.web.gates import gate
from kamerton.web.portfolio import concentration_points, map_rows, names_of
from kamerton.web.sellers import sellers_picture


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
        "sellers": sellers_picture,
    }
    if kind not in drawers or snapshot is None:
        raise Http404
    return JsonResponse(drawers[kind](snapshot))


def _concentration_picture(snapshot: Snapshot) -> dict[str, Any]:
    points = concentration_points(snapshot)

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
    names = names_of(snapshot, [point["account"] for point in points])
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
            for at, row in enumerate(map_rows(snapshot))
        ],
        "marks": [{"axis": "y", "value": line, "label": label}, {"axis": "x", "value": 0}],
    }
