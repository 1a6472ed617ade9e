"""What the rooms know, added to the health of accounts: after every snapshot and every day.

A snapshot says what the ledger said on its date and does not change. Health does: contacts fade, requests grow old.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from kamerton.access.models import User
from kamerton.analytics import health
from kamerton.analytics.health import Rooms
from kamerton.core import bulk
from kamerton.portfolio import queries, rules
from kamerton.portfolio.models import AccountFigure, AccountSeries, Snapshot
from kamerton.portfolio.rooms import rooms_on

_CHUNK = 10_000


def every_day(*, now: dt.datetime, actor: User | None) -> None:  # noqa: ARG001 - on behalf of nobody
    renew_health(now=now)


@transaction.atomic
def renew_health(*, now: dt.datetime) -> int:
    """Bring the health of the newest figures up to the day; how many accounts it is of.

    Those of whom the rooms know something, and those of whom they did. Safe to run at any time and any number of
    times. A dozen queries.
    """
    newest = queries.latest_snapshot(with_figures=False)
    if newest is None:
        return 0
    snapshot = Snapshot.objects.select_for_update().defer("figures", "views").get(pk=newest.pk)
    day = timezone.localdate(now)
    rooms = rooms_on(day)
    found = list(_renewed(snapshot, rooms, day))
    bulk.update(AccountFigure, ("health", "health_standing", "health_change"), (each for each, _ in found))
    bulk.update(AccountSeries, ("outlook",), (each for _, each in found))
    return len(found)


def _renewed(
    snapshot: Snapshot, rooms: Mapping[str, Rooms], day: dt.date
) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    """Of each account the values of its figures and of its series, the key last."""
    weights = {name: float(snapshot.profile.get(f"health_{name}", 0.0)) for name in health.PARTS}
    lines = {name: snapshot.profile.get(f"health_{name}", usual) for name, usual in
             (("good", health.GOOD), ("poor", health.POOR))}  # fmt: skip
    for row in _rows(snapshot, rooms):
        room = rooms.get(row.figure.account)
        ledger, before = row.outlook.get("ledger", {}), row.outlook.get("month_ago", {})
        total, then = (health.health(health.parts_of(told, room), weights).total for told in (ledger, before))
        standing = "" if total is None else health.standing(total, **lines)
        change = None if total is None or then is None else total - then
        yield (total, standing, change, row.pk), (rules.compact(_kept(row.outlook, room, day)), row.pk)


def _rows(snapshot: Snapshot, rooms: Mapping[str, Rooms]) -> Iterator[AccountSeries]:
    """Those of whom something is known, some at a time, then those of whom nothing is known any more."""
    rows = AccountSeries.objects.filter(snapshot=snapshot).select_related("figure")
    rows, numbers = rows.only("outlook", "figure__account").order_by("pk"), sorted(rooms)
    for at in range(0, len(numbers), _CHUNK):
        yield from rows.filter(figure__account__in=numbers[at : at + _CHUNK])
    for row in rows.filter(outlook__has_key="rooms"):
        if row.figure.account not in rooms:
            yield row


def _kept(outlook: Mapping[str, Any], room: Rooms | None, day: dt.date) -> dict[str, Any]:
    kept = {name: value for name, value in outlook.items() if name not in ("rooms", "on")}
    return kept if room is None else {**kept, "rooms": vars(room), "on": day.isoformat()}
