"""The page of risk, and tasks to keep accounts that it makes."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from kamerton.access.models import User
from kamerton.accounts.models import Account, Coverage
from kamerton.core import clock
from kamerton.portfolio.models import AccountFigure
from kamerton.work.actions import tasks
from kamerton.work.models import Task

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _day(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC))
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@pytest.fixture
def kam(make_user, book, now) -> User:
    found = make_user("senior_kam", "sonia")
    for number in ("N-1", "N-2"):
        Coverage.objects.create(
            account=Account.objects.get(number=number), person=found, from_date=TODAY, created_at=now
        )
    return found


@pytest.fixture
def at_stake(book) -> None:
    AccountFigure.objects.filter(account__in=["N-1", "H-1"]).update(is_at_risk=True, at_risk=100, risk=0.5)


def get(client, name: str, *told, **query) -> str:
    return client.get(reverse(name, args=told), query).content.decode()


def test_the_director_sees_the_company(client, make_user, at_stake):
    client.force_login(make_user("director"))
    html = get(client, "risks")
    assert "We depend on 1 account past the critical line." in html
    assert "2 accounts are more likely to leave than usual" in html
    assert "What losing the largest would cost" in html
    assert html.count("Suppose it") == 5
    assert f"{reverse('what_if')}?lost=H-1" in html
    assert "The largest 5" in html


def test_a_manager_sees_the_own_accounts_and_nothing_of_the_company(client, kam, at_stake):
    client.force_login(kam)
    html = get(client, "risks")
    assert "We depend on no account past the critical line." in html
    assert "Nordelma" in html
    for hidden in ("Helios", "What losing the largest would cost", "The largest 5"):
        assert hidden not in html, hidden


def test_falling_margins_of_accounts_in_reach(client, kam):
    assert "No margin falls quarter after quarter." in _of(client, kam)
    AccountFigure.objects.filter(account__in=["N-1", "H-1"]).update(margin_falling=True)
    html = _of(client, kam)
    assert "Nordelma" in html
    assert "Helios" not in html


def _of(client, who) -> str:
    client.force_login(who)
    return get(client, "risks")


def test_one_press_makes_a_task_and_the_list_says_so(client, kam, at_stake):
    client.force_login(kam)
    url = reverse("account_keep", args=["N-1"])
    answer = client.post(url, {"next": reverse("risks")})
    assert answer["Location"] == reverse("risks")
    task = Task.objects.get()
    assert (task.owner, task.account.number, task.origin) == (kam, "N-1", "retention")
    assert "within 12 months it buys less than half" in task.text
    html = get(client, "risks")
    assert "is on it, due " in html
    client.post(url, {"next": "https://elsewhere.example/"})
    assert Task.objects.count() == 1
    assert "is on it" in get(client, "account_risk", "N-1")
    tasks.finish_task(actor=kam, task=task, now=clock.now(), outcome="New prices agreed")
    assert "1 task to keep an account was done" in get(client, "risks")
    html = get(client, "account_risk", "N-1")
    assert "New prices agreed" in html
    assert "the account still buys" in html


def test_it_leads_nowhere_else(client, kam):
    client.force_login(kam)
    answer = client.post(reverse("account_keep", args=["N-1"]), {"next": "https://elsewhere.example/"})
    assert answer["Location"] == reverse("account_risk", args=["N-1"])


def test_out_of_reach_is_not_found(client, kam):
    client.force_login(kam)
    assert client.post(reverse("account_keep", args=["H-1"])).status_code == 404
    assert Task.objects.filter(origin="retention").count() == 0


@pytest.mark.parametrize("some", [1, 3])
def test_queries_do_not_grow_with_the_rows(client, make_user, book, some, django_assert_max_num_queries):
    numbers = ["N-1", "N-2", "M-01"][:some]
    AccountFigure.objects.filter(account__in=numbers).update(
        is_at_risk=True, at_risk=100, risk=0.5, margin_falling=True, is_neglected=True, turnover_growth=0.5
    )
    client.force_login(make_user("director"))
    client.get(reverse("risks"))
    with django_assert_max_num_queries(60) as found:
        client.get(reverse("risks"))
    COUNTS[some] = len(found)
    assert len(set(COUNTS.values())) == 1, COUNTS


COUNTS: dict[int, int] = {}
