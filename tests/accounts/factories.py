"""Accounts, people and what is known of them, as few fields as a test names."""

from __future__ import annotations

import datetime as dt
from typing import Any

from kamerton.access.models import User
from kamerton.accounts import ladder
from kamerton.accounts.models import Account, Contact, Coverage
from kamerton.instruments import actions, queries
from kamerton.instruments.actions import Reply
from kamerton.instruments.models import Assessment
from kamerton.instruments.subjects import find

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
DAY = NOW.date()


def account(number: str = "A-1", name: str = "", **more: Any) -> Account:
    name = name or f"Account {number}"
    told: dict[str, Any] = {"search_text": f"{name} {number}".casefold(), "created_at": NOW, **more}
    return Account.objects.create(number=number, name=name, **told)


def contact(at: Account, name: str = "Ada Berti", **more: Any) -> Contact:
    told: dict[str, Any] = {"search_text": name.casefold(), "created_at": NOW, **more}
    return Contact.objects.create(account=at, name=name, **told)


def cover(at: Account, person: User, role: str = "responsible", **more: Any) -> Coverage:
    told: dict[str, Any] = {"from_date": dt.date(2025, 1, 1), "created_at": NOW, **more}
    return Coverage.objects.create(account=at, person=person, role=role, **told)


def assessed(
    actor: User,
    kind: str,
    number: int,
    key: str,
    *yes: str,
    now: dt.datetime = NOW,
    secrecy: int | None = None,
) -> Assessment:
    """A finished assessment of a subject within reach; these yes-no items are yes, the others no."""
    instrument = queries.active(key)
    begun = actions.start_assessment(
        actor=actor, instrument=instrument, subject=find(actor, kind, number), now=now, secrecy=secrecy
    )
    items = [item for item in queries.definition_of(instrument) if item.kind == "yes-no"]
    replies = {item.key: Reply("yes" if item.key in yes else "no", "seen") for item in items}
    assert actions.answer_all(actor=actor, assessment=begun, replies=replies, now=now) == {}
    return actions.finish(actor=actor, assessment=begun, now=now)


def looked(actor: User, one: Contact, now: dt.datetime, *yes: str, secrecy: int | None = None) -> int:
    """A finished look at the ladder with these criteria met; the rung that the contact has then."""
    assessed(actor, "contact", one.pk, ladder.KEY, *yes, now=now, secrecy=secrecy)
    return Contact.objects.get(pk=one.pk).ladder_stage
