"""The small company of the tests of work, on a Monday morning, and how something is planned in it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from kamerton.accounts.models import Account, Contact
from kamerton.core import clock
from kamerton.engagements.actions import planning
from kamerton.engagements.models import Engagement
from tests.work.conftest import NOW, firm  # noqa: F401

ZONE = "UTC"
MONDAY = NOW.date()


@pytest.fixture(autouse=True)
def _today():
    with clock.set_to(NOW):
        yield


def values(day: int = 1, at: int = 10, minutes: int = 60, **more: Any) -> dict[str, Any]:
    starts = dt.datetime.combine(MONDAY + dt.timedelta(days=day), dt.time(at), dt.UTC)
    told = {
        "channel": "person", "purpose": "Quarterly talk", "starts_at": starts,
        "ends_at": starts + dt.timedelta(minutes=minutes), "time_zone": ZONE,
    }  # fmt: skip
    return told | more


def planned(actor, account: Account, *, contacts=(), colleagues=(), now=NOW, **more: Any) -> Engagement:
    return planning.plan(
        actor=actor, account=account, values=values(**more), now=now, contacts=contacts, colleagues=colleagues
    )


def person_at(account: Account, name: str, **more: Any) -> Contact:
    return Contact.objects.create(account=account, name=name, created_at=NOW, **more)
