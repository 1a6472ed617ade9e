"""Health and risk of one account: parts, weights, what moved, the weeks; what pushes the risk up and down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kamerton.access import policy
from kamerton.analytics import health as rules
from kamerton.portfolio import queries
from kamerton.portfolio.models import AccountFigure, Snapshot
from kamerton.web import formats, health_words
from kamerton.web.account_frame import figures_of, found
from kamerton.web.addresses import explain_url
from kamerton.web.gates import gate
from kamerton.web.parts import Cell, Column, Link, Row, Table

#: What the rooms know is compared with a snapshot that is about so old.
_DAYS_BEFORE = 25


def outlook_of(request: HttpRequest, snapshot: Snapshot, row: AccountFigure) -> dict[str, Any]:
    """What portfolio/account_outlook.html shows. One query."""
    kept = _told(row)
    summary = snapshot.figures.get("outlook") or {}
    return {
        "health": health_words.health_sentence(row),
        "standing": health_words.STANDINGS.get(row.health_standing),
        "health_url": explain_url("health", row.account),
        "parts": _parts_table(snapshot, row, kept),
        "made_of": health_words.made_of(kept),
        "absent": health_words.absent(kept),
        "weeks": _weeks_table(snapshot, kept),
        "weeks_url": reverse("account_health_picture", args=[row.account]),
        "risk": health_words.risk_sentence(row, snapshot),
        "risk_url": explain_url("churn_risk", row.account),
        "is_at_risk": row.is_at_risk,
        "reasons": _reasons(snapshot, kept),
        "method": health_words.method(summary) if row.risk is not None else "",
        "mean": _mean(summary) if row.risk is not None else "",
        "check": _check(request),
        "as_of": _as_of(snapshot, kept),
    }


def _told(row: AccountFigure) -> dict[str, Any]:
    """What was kept, with the parts put together: of the ledger, and of the rooms on their day."""
    kept = row.series.outlook
    rooms = rules.Rooms(**kept["rooms"]) if "rooms" in kept else None
    return {
        **kept,
        "parts": rules.parts_of(kept.get("ledger", {}), rooms),
        "month_ago": rules.parts_of(kept.get("month_ago", {}), rooms),
    }


def _check(request: HttpRequest) -> Link | None:
    if not policy.can(request.user, "portfolio.view_all"):
        return None
    return Link(_("How well did it tell?"), reverse("foresight"))


def _as_of(snapshot: Snapshot, kept: Mapping[str, Any]) -> str:
    told = {"day": formats.date(snapshot.as_of)}
    if "on" not in kept:
        return _("As of %(day)s.") % told
    told["on"] = formats.date(dt.date.fromisoformat(kept["on"]))
    return _("Sales to %(day)s, contacts and requests to %(on)s.") % told


def _mean(summary: Mapping[str, Any]) -> str:
    if summary.get("risk") is None:
        return ""
    return _("All accounts together: %(risk)s.") % {"risk": formats.share(summary["risk"], decimals=0)}


def _parts_table(snapshot: Snapshot, row: AccountFigure, kept: Mapping[str, Any]) -> Table | None:
    parts: Mapping[str, float] = kept.get("parts", {})
    if not parts:
        return None
    weights = {name: snapshot.profile.get(f"health_{name}", 0.0) for name in rules.PARTS}
    told = rules.health(parts, weights)
    before = _before(snapshot, row, kept)
    columns = (
        Column(_("Part")),
        Column(_("Points"), numeric=True, hint=_("0 to 100")),
        Column(_("Weight"), numeric=True),
        Column(_("Moved"), numeric=True, hint=_("against four weeks ago, or the snapshot of a month ago")),
    )
    rows = [
        Row(
            (
                health_words.PARTS[name],
                Cell(health_words.points(value), share=value / 100),
                formats.share(told.weights[name], decimals=0),
                Cell(change=_moved(value, before.get(name))),
            )
        )
        for name, value in told.parts.items()
    ]
    return Table(columns, rows, _("Parts of health"))


def _moved(now: float, before: float | None) -> formats.Change:
    if before is None:
        return formats.difference(None)
    return formats.difference(int(now + 0.5) - int(before + 0.5))


def _before(snapshot: Snapshot, row: AccountFigure, kept: Mapping[str, Any]) -> dict[str, float]:
    """Growth and service of four weeks ago by the ledger; the relationship as the snapshot of a month ago has it."""
    ledger = {name: kept["month_ago"][name] for name in ("growth", "service") if name in kept["month_ago"]}
    if "relationship" not in kept["parts"]:
        return ledger
    last = queries.outlook_before(row.account, snapshot.as_of - dt.timedelta(days=_DAYS_BEFORE))
    then = rules.relationship(rules.Rooms(**last["rooms"])) if last and "rooms" in last else None
    return ledger if then is None else {**ledger, "relationship": then}


def _weeks(snapshot: Snapshot, kept: Mapping[str, Any]) -> list[tuple[dt.date, int | None]]:
    """The last day of each week and its points, oldest first; weeks before the first known one are left out."""
    values: list[int | None] = kept.get("weeks", [])
    first = next((at for at, value in enumerate(values) if value is not None), len(values))
    last = len(values) - 1
    return [
        (snapshot.as_of - dt.timedelta(weeks=last - at), value)
        for at, value in enumerate(values) if at >= first
    ]  # fmt: skip


def _weeks_table(snapshot: Snapshot, kept: Mapping[str, Any]) -> Table | None:
    weeks = _weeks(snapshot, kept)
    if not weeks:
        return None
    columns = (Column(_("Week to")), Column(_("Points"), numeric=True))
    rows = [Row((formats.date(day, short=True), formats.number(value))) for day, value in reversed(weeks)]
    return Table(columns, rows, _("Health by week"), cards=False)


def _reasons(snapshot: Snapshot, kept: Mapping[str, Any]) -> list[tuple[str, formats.Change]]:
    """What pushes the risk up and down, against an account that is average in it; most first."""
    return [
        (
            health_words.reason(each, snapshot.currency),
            formats.points(each["points"], decimals=0, good="down"),
        )
        for each in kept.get("reasons", [])
    ]


@gate("portfolio.view")
@require_GET
def picture(request: HttpRequest, account: str) -> JsonResponse:
    """Health of each week, as far as the ledger tells it."""
    snapshot, row = figures_of(request, found(request, account, "portfolio.view"))
    if snapshot is None or row is None:
        raise Http404
    weeks = _weeks(snapshot, row.series.outlook)
    return JsonResponse(
        {
            "format": "number",
            "categories": [formats.date(day, short=True) for day, _value in weeks],
            "series": [{"name": _("Health"), "values": [value for _day, value in weeks], "accent": True}],
        }
    )
