"""Accounts, people and what is known of them, as few fields as a test names."""

from __future__ import annotations

import datetime as dt
from typing import Any

from kamerton.access.models import User
from kamerton.accounts.models import Account, Contact, Coverage

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
