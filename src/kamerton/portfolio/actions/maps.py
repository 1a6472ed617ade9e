"""Moving an account on a portfolio map, with the reason; and the weights of the axes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.actions import telling
from kamerton.accounts.models import Account
from kamerton.core import audit, undo
from kamerton.core.refused import Refused
from kamerton.portfolio import maps_queries, maps_rules
from kamerton.portfolio.models import MapPlacement, MapWeights
from kamerton.portfolio.models.maps import boxes


@transaction.atomic
def place(
    *,
    actor: User,
    account: Account,
    kind: str,
    x: float,
    y: float,
    reason: str,
    now: dt.datetime,
    box: str = "",
) -> MapPlacement:
    """Put the account there, whatever the figures say. The place before stays in its history."""
    _require(actor, account)
    if kind not in maps_rules.MAPS:
        raise Refused(_("There is no such map. Nothing was moved."), code="map")
    if not (0 <= x <= 1 and 0 <= y <= 1):
        raise Refused(_("That lies beside the map. Nothing was moved."), code="beside")
    if not reason.strip():
        raise Refused(_("Say why it stands there. Nothing was moved."), code="reason")
    if box and box not in dict(boxes()):
        raise Refused(_("Purchasing has no such box. Nothing was moved."), code="box")
    Account.objects.select_for_update().get(pk=account.pk)  # one writer: the second follows the first
    MapPlacement.objects.filter(account=account, map=kind, ended_at=None).update(ended_at=now)
    row = MapPlacement.objects.create(
        account=account, map=kind, x=x, y=y, box=box, reason=reason.strip(), created_at=now, created_by=actor
    )
    _tell(actor, row, "map_place", now)
    return row


@transaction.atomic
def give_back(*, actor: User, placement: MapPlacement, now: dt.datetime) -> str:
    """To where the figures put it; returns the token that takes it back."""
    _require(actor, placement.account)
    row = MapPlacement.objects.select_for_update(of=("self",)).get(pk=placement.pk)
    if row.ended_at is not None:
        raise Refused(_("It stands elsewhere by now. Nothing was moved."), code="ended")
    row.ended_at = now
    row.save(update_fields=["ended_at"])
    _tell(actor, row, "map_give_back", now)
    return undo.offer(actor=actor, kind="portfolio.map_place", parameters={"placement": row.pk}, now=now)


@undo.register("portfolio.map_place")
def _placed_again(*, actor: User, parameters: Mapping[str, Any], now: dt.datetime) -> str:
    row = MapPlacement.objects.select_related("account").get(pk=parameters["placement"])
    place(
        actor=actor,
        account=row.account,
        kind=row.map,
        x=row.x,
        y=row.y,
        box=row.box,
        reason=row.reason,
        now=now,
    )
    return _("The account stands where it was put.")


def _require(actor: User, account: Account) -> None:
    policy.require(actor, "portfolio.view_all")
    telling.require_account(actor, account)


def _tell(actor: User, row: MapPlacement, verb: str, now: dt.datetime) -> None:
    told = {"map": row.map, "x": row.x, "y": row.y, "box": row.box}
    audit.record(actor=actor, action=f"portfolio.{verb}", subject=row, now=now, reason=row.reason,
                 account_id=row.account_id, after=told)  # fmt: skip


@transaction.atomic
def set_weights(*, actor: User, weights: Mapping[str, Mapping[str, float]], now: dt.datetime) -> MapWeights:
    """Axis -> part -> weight. Refused unless every axis sums to 1."""
    policy.require(actor, "portfolio.configure")
    for axis, given in maps_rules.WEIGHTS.items():
        told = weights.get(axis, {})
        if set(told) != set(given):
            raise Refused(_("Every part needs a weight. Nothing was changed."), code="parts")
        if not maps_rules.is_whole(told):
            raise Refused(_("The weights of an axis sum to 1. Nothing was changed."), code="weights")
    before = maps_queries.weights()
    MapWeights.objects.get_or_create(pk=1, defaults=before)
    row = MapWeights.objects.select_for_update().get(pk=1)
    row.attractiveness, row.strength = dict(weights["attractiveness"]), dict(weights["strength"])
    row.save(update_fields=["attractiveness", "strength"])
    audit.record(actor=actor, action="portfolio.map_weights", subject=row, now=now, before=before,
                 after={axis: dict(told) for axis, told in weights.items()})  # fmt: skip
    return row
