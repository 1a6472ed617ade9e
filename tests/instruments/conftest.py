"""People who assess, and things to assess."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kamerton.accounts.models import Account, Coverage
from kamerton.instruments import subjects
from kamerton.instruments.models import Instrument
from kamerton.instruments.subjects import Subject


@pytest.fixture
def kam(make_user, now):
    """A key account manager who covers the accounts that are assessed."""
    person = make_user("senior_kam")
    for pk in (7, 8, 9):
        account = Account.objects.create(pk=pk, number=f"N-{pk}", name=f"Account {pk}", created_at=now)
        Coverage.objects.create(account=account, person=person, from_date=now.date(), created_at=now)
    return person


@pytest.fixture
def shipped(db) -> Callable[[str], Instrument]:
    """The active version of a shipped instrument; the catalogue was taken when the tables were made."""
    return lambda key: Instrument.objects.get(key=key, is_active=True)


@pytest.fixture
def helios() -> Subject:
    return Subject("account", 7, "Helios Tarvia", account_id=7)


@pytest.fixture
def known_subjects(monkeypatch):
    """Accounts 7 to 9 and contact 70 of account 7, as the rooms above would tell. Nobody else is known."""
    kept = {
        ("account", 7): Subject("account", 7, "Helios Tarvia", account_id=7),
        ("account", 8): Subject("account", 8, "Nordelma", account_id=8),
        ("account", 9): Subject("account", 9, "Lost & Gone", account_id=9),
        ("contact", 70): Subject("contact", 70, "Ada Berti", account_id=7),
    }
    before = dict(subjects._finders)
    for kind in ("account", "contact"):
        subjects.register(
            kind,
            lambda _actor, numbers, kind=kind: {
                number: kept[kind, number] for number in numbers if (kind, number) in kept
            },
        )
    yield kept
    subjects._finders.clear()
    subjects._finders.update(before)
