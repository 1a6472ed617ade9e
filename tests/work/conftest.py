"""A small company: Dario the director over Sofia, a senior KAM, over Ivo, her junior; Livia of logistics and her head."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest

from kamerton.access.models import Delegation, OrgUnit, User
from kamerton.accounts.models import Account, Contact, Coverage
from kamerton.work import key_accounts

TODAY = dt.date(2026, 3, 2)
NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


def person(username: str, role: str, **more) -> User:
    return User.objects.create_user(
        username, password="kamerton-test", role=role, first_name=username.capitalize(), **more
    )


def account(number: str, name: str) -> Account:
    return Account.objects.create(
        number=number, name=name, search_text=f"{name} {number}".casefold(), created_at=NOW
    )


def cover(whom: Account, who: User, role: str = "responsible", from_date=dt.date(2026, 1, 1), to_date=None):
    return Coverage.objects.create(
        account=whom, person=who, role=role, from_date=from_date, to_date=to_date, created_at=NOW
    )


def absence(absent: User, substitute: User, from_date=TODAY, to_date=TODAY, number="") -> Delegation:
    return Delegation.objects.create(
        order_number=number or f"{absent.username}-{from_date}", absent=absent, substitute=substitute,
        from_date=from_date, to_date=to_date, created_by=absent, created_at=NOW,
    )  # fmt: skip


@pytest.fixture
def firm(db, company):
    """Helios is key and Sofia's, with Ivo as its junior; Nordelma is Sofia's; Foreign belongs to Petra, elsewhere."""
    dario = person("dario", "director")
    sales = OrgUnit.objects.create(name="Sales", function="sales", head=dario)
    sofia = person("sofia", "senior_kam", unit=sales)
    ivo = person("ivo", "junior_kam", unit=sales, reports_to=sofia)
    petra = person("petra", "senior_kam", unit=sales)
    greta = person("greta", "department_member", reports_to=dario)
    logistics = OrgUnit.objects.create(name="Logistics", function="logistics", head=greta)
    livia = person("livia", "department_member", unit=logistics)
    helios, nordelma, foreign = (
        account("H-1", "Helios"),
        account("N-1", "Nordelma"),
        account("F-1", "Foreign"),
    )
    cover(helios, sofia)
    cover(helios, ivo, "junior")
    cover(nordelma, sofia)
    cover(foreign, petra)
    contact = Contact.objects.create(account=helios, name="Rita Sole", created_at=NOW)
    before = list(key_accounts._key_numbers)
    key_accounts.register(lambda among: frozenset({"H-1"} & set(among if among is not None else {"H-1"})))
    yield SimpleNamespace(
        dario=dario, sofia=sofia, ivo=ivo, petra=petra, greta=greta, livia=livia, sales=sales,
        logistics=logistics, helios=helios, nordelma=nordelma, foreign=foreign, contact=contact,
    )  # fmt: skip
    key_accounts._key_numbers[:] = before
