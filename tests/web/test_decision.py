"""Our sales, their market and their own figures on one page of an account."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.accounts.models import Account, Coverage, Fact

pytestmark = pytest.mark.django_db


@pytest.fixture
def helios(book, now) -> Account:
    account = Account.objects.get(number="H-1")
    told = (("market", "Dairies invest again"), ("competitor", "Rivalis is 8 % cheaper"), ("income", "148 million"),
            ("financials", "Equity 41 %"), ("history", "Customer for eleven years"))  # fmt: skip
    for topic, text in told:
        Fact.objects.create(account=account, topic=topic, statement=text, source="their accounts",
                            dated=dt.date(2026, 1, 15), created_at=now)  # fmt: skip
    Fact.objects.create(account=account, topic="budget", statement="Frozen until June", source="C. Morettani",
                        dated=dt.date(2026, 2, 1), secrecy=Secrecy.SECRET, created_at=now)  # fmt: skip
    return account


def covered(make_user, account, role, name, now) -> User:
    person = make_user(role, name)
    Coverage.objects.create(account=account, person=person, from_date=dt.date(2026, 1, 1), created_at=now)
    return person


def page(client, number="H-1") -> str:
    return client.get(reverse("account_decision", args=[number])).content.decode()


@pytest.mark.requirement("PFA-06")
def test_all_three_series_on_one_page(client, make_user, helios, now):
    client.force_login(covered(make_user, helios, "senior_kam", "sonia", now))
    html = page(client)
    assert "bought for" in html
    for series in ("Our sales by month", "Their market", "Their own figures"):
        assert series in html, series
    assert reverse("account_picture", args=["H-1"]) in html
    for text in (
        "Dairies invest again",
        "Rivalis is 8 % cheaper",
        "148 million",
        "Equity 41 %",
        "Frozen until June",
    ):
        assert text in html, text
    assert "15 Jan" in html.replace("\N{NO-BREAK SPACE}", " ")
    assert "Customer for eleven years" not in html


def test_what_is_secret_is_not_told_to_who_is_not_cleared(client, make_user, helios, now):
    client.force_login(covered(make_user, helios, "sales_manager", "paul", now))
    html = page(client)
    assert "148 million" in html
    assert "Frozen until June" not in html


def test_out_of_reach_is_not_found(client, make_user, helios):
    client.force_login(make_user("senior_kam", "other"))
    assert client.get(reverse("account_decision", args=["H-1"])).status_code == 404


def test_nothing_known_and_nothing_sold(client, make_user, book, now):
    account = Account.objects.create(number="P-1", name="Prospect", stage="prospect", created_at=now)
    client.force_login(covered(make_user, account, "senior_kam", "sonia", now))
    html = page(client, "P-1")
    assert "Nothing was sold to Prospect yet." in html
    assert "Neither their market nor their own figures are known." in html


@pytest.mark.parametrize("more", [1, 3])
def test_questions_do_not_grow_with_what_is_known(
    client, make_user, helios, now, more, django_assert_num_queries
):
    client.force_login(make_user("director"))
    for at in range(more):
        Fact.objects.create(account=helios, topic="market", statement=f"More {at}", dated=dt.date(2026, 1, 1),
                            created_at=now)  # fmt: skip
    page(client)
    with django_assert_num_queries(18):
        page(client)
