"""Helios is looked after by Sofia, with Ivo as junior and Sam of sales, who reads nothing secret; Foreign by Petra."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest

from kamerton.access.models import User
from kamerton.accounts import announcements
from kamerton.accounts.models import Account, Contact, Coverage

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


def _person(username: str, role: str, **more) -> User:
    return User.objects.create_user(
        username,
        password="kamerton-test",
        role=role,
        first_name=username.capitalize(),
        last_name="Lind",
        **more,
    )


def _account(number: str, name: str, **more) -> Account:
    return Account.objects.create(
        number=number, name=name, search_text=f"{name} {number}".casefold(), created_at=NOW, **more
    )


def _cover(account: Account, person: User, role: str) -> Coverage:
    return Coverage.objects.create(
        account=account, person=person, role=role, from_date=dt.date(2026, 1, 1), created_at=NOW
    )


@pytest.fixture
def house(db, company):
    dario = _person("dario", "director")
    sofia = _person("sofia", "senior_kam", reports_to=dario)
    ivo = _person("ivo", "junior_kam", reports_to=sofia)
    sam = _person("sam", "sales_manager", reports_to=dario)
    petra = _person("petra", "senior_kam", reports_to=dario)
    rosa = _person("rosa", "reader")  # sees every account, writes nothing, reads nothing secret
    helios, foreign = _account("H-1", "Helios Tarvia"), _account("F-1", "Foreign Works")
    for person, role in ((sofia, "responsible"), (ivo, "junior"), (sam, "sales")):
        _cover(helios, person, role)
    _cover(foreign, petra, "responsible")
    rita = Contact.objects.create(account=helios, name="Rita Sole", search_text="rita sole", created_at=NOW)
    olga = Contact.objects.create(account=foreign, name="Olga Fern", search_text="olga fern", created_at=NOW)
    return SimpleNamespace(
        dario=dario, sofia=sofia, ivo=ivo, sam=sam, petra=petra, rosa=rosa, helios=helios, foreign=foreign,
        rita=rita, olga=olga,
    )  # fmt: skip


@pytest.fixture
def announced():
    """What rooms above are told, in its order."""
    told: list[announcements.Announcement] = []
    announcements.subscribe("test", told.append)
    yield told
    announcements.unsubscribe("test")
