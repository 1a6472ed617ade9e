"""What the fictional company has done about its signals so far: they are some weeks old, and not all wait."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from kamerton.access.models import User
from kamerton.signals.actions import settle
from kamerton.signals.actions.evaluate import evaluate
from kamerton.signals.models import Signal

#: Signals opened within so many days, spread by their numbers.
_DAYS = 60
_SPREAD = 17


@transaction.atomic
def look(*, now: dt.datetime) -> None:
    """Some of the story was written as rows, which nobody hears of: look at everything once."""
    evaluate(now=now)
    _age(now)
    people = {user.username: user for user in User.objects.filter(username__in=["marco", "helena", "irina"])}
    week = now.date() + dt.timedelta(days=21)
    for rule, begins, who, why in (
        ("slipping", "Falkomir", "helena", "They rebuild their warehouse; orders come back in spring."),
        ("neglected", "", "marco", "The distributor of the region takes them over next month."),
    ):
        found = _first(rule, begins)
        if found and who in people:
            settle.snooze(actor=people[who], signal=found, until=week, reason=why, now=now)
    for rule, begins, who in (("lost", "Castelvero", "helena"), ("margin_falling", "Quellmark", "helena")):
        found = _first(rule, begins)
        if found and who in people:
            settle.make_task(actor=people[who], signal=found, now=now)
    company = Signal.objects.open().filter(rule="key_share_norm").first()
    if company and "marco" in people:
        settle.act(actor=people["marco"], signal=company, now=now)


def _age(now: dt.datetime) -> None:
    """What figures tell has been there for a while; what is about a record is as old as the record says."""
    rows = list(Signal.objects.filter(about="").order_by("pk"))
    for at, row in enumerate(rows):
        row.opened_at = now - dt.timedelta(days=at * _SPREAD % _DAYS, hours=at % 7)
        if row.closed_at is not None:
            row.closed_at = max(row.opened_at, now - dt.timedelta(days=at % 5))
    Signal.objects.bulk_update(rows, ["opened_at", "closed_at"])


def _first(rule: str, begins: str) -> Signal | None:
    rows = Signal.objects.open().filter(rule=rule, account__name__startswith=begins)
    return rows.most_costly_first().first()
