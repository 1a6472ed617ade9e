"""The risk of one account: the plan against losing it, its barriers; the lists of both."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from kamerton.access.models import User
from kamerton.accounts.models import Account, Coverage
from kamerton.core import clock
from kamerton.portfolio.actions import protection
from kamerton.portfolio.models import Barrier, Protection

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _day(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC))
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@pytest.fixture
def helios(book) -> Account:
    """The import made its plan: it makes two thirds of the company."""
    return Account.objects.get(number="H-1")


@pytest.fixture
def kam(make_user, helios, now) -> User:
    found = make_user("senior_kam", "sonia")
    Coverage.objects.create(account=helios, person=found, from_date=TODAY, created_at=now)
    Coverage.objects.create(
        account=Account.objects.get(number="N-1"), person=found, from_date=TODAY, created_at=now
    )
    return found


def get(client, name: str, *told, **query) -> str:
    return client.get(reverse(name, args=told), query).content.decode()


POSTED = {"what": "Stock in their hall", "kind": "stock", "against": "Rivalis", "state": "idea", "since": "",
          "evidence": ""}  # fmt: skip


@pytest.mark.requirement("SEL-06")
def test_the_plan_of_a_dependent_account_says_that_it_is_incomplete(client, kam, helios, now):
    client.force_login(kam)
    html = get(client, "account_risk", "H-1")
    assert "the line is 20" in html
    assert "Incomplete: no barriers" in html
    assert "Goal: maximum loyalty" in html
    assert "What we gain by the dependence" in html
    assert "What the dependence endangers" in html
    assert "Its tasks come tomorrow" in html
    protection.follow(now=now)
    html = get(client, "account_risk", "H-1")
    assert "Offer Helios Tarvia an extra service before they ask for it" in html


def test_an_account_below_the_line_has_no_plan(client, kam):
    client.force_login(kam)
    html = get(client, "account_risk", "N-1")
    assert "it would get a plan against losing it by itself" in html
    assert "Barriers" not in html
    assert client.get(reverse("barrier_new", args=["N-1"])).status_code == 404


def test_a_barrier_is_written_changed_taken_away_and_brought_back(client, kam, helios):
    client.force_login(kam)
    url = reverse("barrier_new", args=["H-1"])
    answer = client.post(url, POSTED | {"owner": kam.pk, "state": "stands"})
    assert answer.status_code == 422
    assert "something that shows it" in answer.content.decode()
    html = client.post(url, POSTED | {"owner": kam.pk}, follow=True).content.decode()
    assert "Incomplete: only ideas" in html
    assert "against Rivalis" in html
    row = Barrier.objects.get()
    edit = reverse("barrier_edit", args=[row.pk])
    version = client.get(edit).context["form"]["version"].value()
    told = POSTED | {"owner": kam.pk, "state": "stands", "since": "2026-02-01", "evidence": "Contract 12",
                     "version": version}  # fmt: skip
    html = client.post(edit, told, follow=True).content.decode()
    assert "1 barrier stands." in html
    answer = client.post(reverse("barrier_remove", args=[row.pk]), follow=True)
    assert Barrier.objects.count() == 0
    undo = (
        next(each.extra_tags for each in answer.context["messages"]) if "messages" in answer.context else ""
    )
    assert undo == "" or undo.startswith("undo:")


def test_the_goal_in_own_words(client, kam, helios):
    client.force_login(kam)
    url = reverse("protection_goal", args=["H-1"])
    version = client.get(url).context["form"]["version"].value()
    html = client.post(url, {"goal": "They ask us first", "version": version}, follow=True).content.decode()
    assert "They ask us first" in html


def test_out_of_reach_is_not_found_and_not_listed(client, make_user, kam, helios, now):
    row = protection.add_barrier(
        actor=kam, plan=Protection.objects.get(), now=now,
        values={"kind": "stock", "what": "Stock in their hall", "state": "idea", "owner": kam},
    )  # fmt: skip
    client.force_login(make_user("senior_kam", "other"))
    for url in (reverse("account_risk", args=["H-1"]), reverse("barrier_edit", args=[row.pk]),
                reverse("barrier_new", args=["H-1"])):  # fmt: skip
        assert client.get(url).status_code == 404
    assert client.post(reverse("barrier_remove", args=[row.pk])).status_code == 404
    assert "Helios" not in get(client, "protections")
    assert "Stock in their hall" not in get(client, "barriers")


def test_the_lists(client, kam, helios, now):
    client.force_login(kam)
    html = get(client, "protections")
    assert "We depend on 1 account" in html
    assert "1 is incomplete" in html
    assert "Helios Tarvia" in get(client, "protections", list="incomplete")
    protection.add_barrier(
        actor=kam, plan=Protection.objects.get(), now=now,
        values={"kind": "stock", "what": "Stock in their hall", "state": "in_work", "owner": kam,
                "against": "Rivalis"},
    )  # fmt: skip
    assert "Helios Tarvia" not in get(client, "protections", list="incomplete")
    assert "Stock in their hall" in get(client, "barriers", q="rivalis")
    assert "Stock in their hall" not in get(client, "barriers", state="stands")
