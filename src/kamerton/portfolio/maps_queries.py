"""Accounts on a map: from a snapshot, with what people have moved on that day. A constant number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q

from kamerton.portfolio import maps_rules, potential_queries, queries, serving_queries, serving_rules
from kamerton.portfolio.maps_rules import Spot
from kamerton.portfolio.models import MapPlacement, MapWeights, Snapshot, Wallet

SHOWN = 40  # the largest accounts; whoever was moved by hand is shown too

Parts = dict[str, dict[str, float | None]]


def weights() -> dict[str, dict[str, float]]:
    """The weights of each axis; what is given where nobody has set them."""
    row = MapWeights.objects.filter(pk=1).first()
    told = {"attractiveness": row.attractiveness, "strength": row.strength} if row else {}
    return {axis: dict(told.get(axis, given)) for axis, given in maps_rules.WEIGHTS.items()}


def placements(kind: str, day: dt.date) -> dict[str, MapPlacement]:
    """Account number -> the placement in force at the end of that day."""
    begun = MapPlacement.objects.filter(map=kind, created_at__date__lte=day, account__merged_into=None)
    in_force = begun.filter(Q(ended_at=None) | Q(ended_at__date__gt=day)).select_related("account")
    return {each.account.number: each for each in in_force.order_by("created_at", "pk")}


def spots(snapshot: Snapshot, kind: str, day: dt.date) -> list[Spot]:
    """Largest first. An account without a place on an axis stands in its middle."""
    moved = placements(kind, day)
    rows = list(
        queries.account_figures(snapshot).filter(basis_amount__gt=0).order_by("-basis_amount", "rank").values(
            "account", "name", "basis_amount", "window_turnover", "growth_rate", "margin", "health", "risk"
        )
    )  # fmt: skip
    parts = _parts(snapshot, kind, rows, day)
    axes, weigh = maps_rules.MAPS[kind], weights()
    shown = [row for at, row in enumerate(rows) if at < SHOWN or row["account"] in moved]
    found = []
    for row in shown:
        number = row["account"]
        mine = {axis: {part: told.get(number) for part, told in parts[axis].items()} for axis in axes}
        by_figures = tuple(_place(axis, mine[axis], weigh) for axis in axes)
        held = moved.get(number)
        x, y = (held.x, held.y) if held else (0.5 if each is None else each for each in by_figures)
        found.append(
            Spot(number, row["name"], float(row["basis_amount"]), x, y, (by_figures[0], by_figures[1]), mine,
                 held.pk if held else None)
        )  # fmt: skip
    return found


def _place(
    axis: str, parts: Mapping[str, float | None], weigh: Mapping[str, Mapping[str, float]]
) -> float | None:
    return maps_rules.weighted(parts, weigh.get(axis) or dict.fromkeys(parts, 1.0))


def _parts(
    snapshot: Snapshot, kind: str, rows: Sequence[Mapping[str, Any]], day: dt.date
) -> dict[str, dict[str, dict[str, float]]]:
    """Axis -> part -> account -> place among all accounts that buy: its rank, or its cost against the mean."""
    told: dict[str, dict[str, dict[str, float | None]]] = {}
    costs = serving_queries.parts(snapshot) if kind == "price" else {}
    if kind == "price":
        told["price"] = {"margin": _column(rows, "margin")}
        told["serving"] = {"cost": {row["account"]: _cost_rate(row, costs) for row in rows}}
    else:
        share, gap = _wallets(day)
        told["attractiveness"] = {
            "size": _column(rows, "basis_amount"), "growth": _column(rows, "growth_rate"),
            "margin": _column(rows, "margin"), "potential": gap,
        }  # fmt: skip
        told["strength"] = {
            "wallet": share, "health": _column(rows, "health"),
            "staying": {row["account"]: None if row["risk"] is None else 1 - row["risk"] for row in rows},
        }  # fmt: skip
        told["value"] = {"share": _column(rows, "window_turnover")}
    axes = maps_rules.MAPS[kind]
    ranked = {axis: {part: maps_rules.ranks(values) for part, values in told[axis].items()} for axis in axes}
    if kind == "price":
        ranked["serving"] = {"cost": maps_rules.against(told["serving"]["cost"], _mean_cost(rows, costs))}
    return ranked


def _mean_cost(rows: Sequence[Mapping[str, Any]], costs: Mapping[str, Any]) -> float:
    """Cost to serve as a part of turnover, of all accounts together."""
    turnover = sum(row["window_turnover"] for row in rows)
    cost = sum(serving_rules.cost_of(costs.get(row["account"], ())) for row in rows)
    return float(cost / turnover) if turnover > 0 else 0.0


def _column(rows: Sequence[Mapping[str, Any]], name: str) -> dict[str, float | None]:
    return {row["account"]: None if row[name] is None else float(row[name]) for row in rows}


def _cost_rate(row: Mapping[str, Any], costs: Mapping[str, Any]) -> float | None:
    if row["window_turnover"] <= 0:
        return None
    return float(serving_rules.cost_of(costs.get(row["account"], ())) / row["window_turnover"])


def _wallets(day: dt.date) -> tuple[dict[str, float | None], dict[str, float | None]]:
    """Share of wallet, and what the account needs beyond what it buys from us, where somebody has estimated it."""
    known = dict(Wallet.objects.values_list("account_id", "account__number"))
    share: dict[str, float | None] = {}
    gap: dict[str, float | None] = {}
    for key, told in potential_queries.evidence(Wallet.objects.values("account"), day).items():
        share[known[key]] = told.share
        gap[known[key]] = float(told.gap)
    return share, gap
