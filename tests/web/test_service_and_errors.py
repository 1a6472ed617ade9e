"""Pages of the service package, of the outcomes and of what went wrong."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kamerton.access.models import User
from kamerton.accounts.models import Account, Coverage
from kamerton.core import clock
from kamerton.core.models import AuditEntry
from kamerton.portfolio import programme_measures, queries
from kamerton.portfolio.actions import errors, service_package
from kamerton.portfolio.models import ErrorImpact, PromiseActual, ServicePackage, ServiceTarget
from kamerton.work.models import Task

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _day(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC))
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@pytest.fixture
def boss(make_user, company) -> User:
    return make_user("director", "boss")


@pytest.fixture
def signed(client, boss):
    client.force_login(boss)
    return client


@pytest.fixture
def helios(book) -> Account:
    return Account.objects.get(number="H-1")


@pytest.fixture
def seller(make_user, helios, now) -> User:
    found = make_user("senior_kam", "sonia")
    Coverage.objects.create(account=helios, person=found, from_date=TODAY, created_at=now)
    return found


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def page(client, name: str, *told) -> str:
    answer = client.get(reverse(name, args=told))
    assert answer.status_code == 200
    return text(answer)


def mistake(**more) -> dict[str, str]:
    return {"what": "Forgot the customs papers", "on": "2026-02-10", "loss": "1250.50", "share_lost": "1.5",
            "lesson": "A list before each shipment", **more}  # fmt: skip


# --- the package ----------------------------------------------------------------------------------------------------


def test_a_package_is_shown_changed_and_its_breach_seen(signed, boss, helios, now):
    assert "it comes with key status" in page(signed, "account_package", "H-1")
    assert "No account has a service package yet" in page(signed, "programme_services")
    package = service_package.attach(actor=boss, account=helios, now=now)
    url = reverse("package_edit", args=[package.pk])
    version = signed.get(url).context["form"]["version"].value()
    signed.post(url, {"cost": "9000", "resources": "A named engineer", "version": version})
    assert "A named engineer" in page(signed, "account_package", "H-1")
    signed.post(
        reverse("account_promise", args=["supply", "H-1"]),
        {"value": "80", "on": "2026-03-01", "source": "Notes"},
    )
    assert PromiseActual.objects.get().value == 0.8
    for shown in (
        page(signed, "account_package", "H-1"),
        page(signed, "account_key", "H-1"),
        page(signed, "programme_services"),
    ):
        assert "Broken" in shown
        assert "80.0 %" in shown
    signed.post(reverse("promise_target", args=["supply"]), {"target": "75"})
    assert ServiceTarget.objects.get().target == 0.75
    assert "does not get what was promised" not in page(signed, "account_package", "H-1")


def test_a_stranger_does_not_reach_a_package(client, make_user, helios, boss, now):
    package = service_package.attach(actor=boss, account=helios, now=now)
    client.force_login(make_user("senior_kam", "petra"))
    assert client.get(reverse("package_edit", args=[package.pk])).status_code == 404
    assert client.get(reverse("account_package", args=["H-1"])).status_code == 404
    assert client.post(reverse("account_promise", args=["supply", "H-1"]), {"value": "1"}).status_code == 404


def test_as_many_questions_for_three_packages_as_for_one(signed, boss, book, now, django_assert_num_queries):
    accounts = list(Account.objects.order_by("number")[:3])
    service_package.attach(actor=boss, account=accounts[0], now=now)
    signed.get(reverse("programme_services"))
    with CaptureQueriesContext(connection) as one:
        signed.get(reverse("programme_services"))
    for account in accounts[1:]:
        service_package.attach(actor=boss, account=account, now=now)
    assert ServicePackage.objects.count() == 3
    with django_assert_num_queries(len(one)):
        signed.get(reverse("programme_services"))


# --- outcomes ---------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("ADP-08")
def test_seven_outcomes_have_a_value_or_say_what_would_bring_it(signed, boss, book):
    shown = page(signed, "programme_outcomes")
    names = (
        "Profit",
        "Market position",
        "Loyalty",
        "Churn",
        "Feedback used",
        "Margin",
        "Competitive advantage",
    )
    for name in names:
        assert name in shown
    found = programme_measures.measures(boss, queries.latest_snapshot())
    told = ("key_income", "share_of_wallet", "retention", "churn", "advice_used", "key_margin", "preferred")
    unknown = [key for key in told if found[key].now is None]
    assert unknown == ["share_of_wallet", "advice_used", "preferred"]
    assert shown.count("no data") == len(unknown)
    assert "Estimate what key accounts need." in shown
    assert "4 of 7 outcomes are known" in shown
    assert found["key_income"].on == queries.latest_snapshot().as_of


# --- what went wrong ----------------------------------------------------------------------------------------------------


@pytest.mark.requirement("MGT-10")
def test_a_mistake_with_its_loss_its_lesson_and_its_task(signed, boss, helios):
    answer = signed.post(
        reverse("error_impact_new"), mistake(account="H-1", title="Write the list", due_on="2026-03-20")
    )
    assert answer.status_code == 302
    row = ErrorImpact.objects.get()
    assert (row.loss, row.share_lost, row.account, row.by) == (Decimal("1250.50"), 0.015, helios, boss)
    assert (row.task.title, row.task.account, row.task.owner) == ("Write the list", helios, boss)
    signed.post(reverse("error_impact_new"), mistake(loss="749.50", share_lost="", what="Old prices"))
    shown = page(signed, "error_impacts")
    assert "What went wrong has cost €2,000 and 1.5 % of market share." in shown
    assert "A list before each shipment" in shown
    assert "Write the list" in shown
    assert "€2,000" in page(signed, "programme_outcomes")
    csv = signed.get(reverse("error_impacts_export", args=["csv"])).getvalue()
    assert b"Old prices" in csv
    only = text(signed.get(reverse("error_impacts"), {"list": "undone"}))
    assert "Old prices" in only
    assert "customs" not in only


def test_a_mistake_is_changed_removed_and_brought_back(signed, boss, helios):
    signed.post(reverse("error_impact_new"), mistake(account="H-1"))
    row = ErrorImpact.objects.get()
    answer = signed.get(reverse("error_impact_edit", args=[row.pk]))
    form = answer.context["form"]
    assert form["share_lost"].value() == 1.5 or 'value="1.5"' in text(answer)
    signed.post(
        reverse("error_impact_edit", args=[row.pk]),
        mistake(lesson="Two lists", version=form["version"].value()),
    )
    row.refresh_from_db()
    assert (row.lesson, row.share_lost, row.version) == ("Two lists", 0.015, 2)
    answer = signed.post(reverse("error_impact_remove", args=[row.pk]), follow=True)
    assert not ErrorImpact.objects.exists()
    undo = text(answer).split('action="/undo/')[1].split('"')[0]
    signed.post(f"/undo/{undo}")
    assert ErrorImpact.objects.get().lesson == "Two lists"
    assert AuditEntry.objects.filter(action="portfolio.remove_error", account_id=helios.pk).exists()


@pytest.mark.parametrize("more", [{"what": " "}, {"on": "2026-03-03"}, {"loss": "-1"}, {"share_lost": "101"}])
def test_a_wrong_mistake_is_refused(signed, more):
    assert signed.post(reverse("error_impact_new"), mistake(**more)).status_code == 422
    assert not ErrorImpact.objects.exists()


def test_mistakes_of_accounts_out_of_reach_and_their_cost_stay_hidden(client, boss, seller, helios, now):
    other = Account.objects.get(number="N-1")
    day = {"on": TODAY, "loss": Decimal(100)}
    hidden = errors.write_error(actor=boss, told={**day, "what": "Hidden"}, account=other, now=now)
    errors.write_error(actor=boss, told={**day, "what": "Mine"}, account=helios, now=now)
    errors.write_error(actor=boss, told={**day, "what": "Everybody's"}, now=now)
    client.force_login(seller)
    shown = page(client, "error_impacts")
    assert "Hidden" not in shown
    assert "Mine" in shown
    assert "has cost €200." in shown
    assert client.get(reverse("error_impact_edit", args=[hidden.pk])).status_code == 404


def test_a_task_out_of_reach_is_not_named(client, boss, seller, now):
    follow = errors.Follow(title="Talk to the board")
    row = errors.write_error(actor=boss, told={"what": "Everybody's", "on": TODAY}, follow=follow, now=now)
    client.force_login(seller)
    assert "Talk to the board" not in page(client, "error_impacts")
    assert Task.objects.get() == row.task


def test_as_many_questions_for_three_mistakes_as_for_one(
    signed, boss, helios, now, django_assert_num_queries
):
    def one_more(at: int) -> None:
        follow = errors.Follow(title=f"Task {at}")
        errors.write_error(
            actor=boss, told={"what": f"Slip {at}", "on": TODAY}, account=helios, follow=follow, now=now
        )

    one_more(0)
    signed.get(reverse("error_impacts"))
    with CaptureQueriesContext(connection) as one:
        signed.get(reverse("error_impacts"))
    one_more(1)
    one_more(2)
    with django_assert_num_queries(len(one)):
        signed.get(reverse("error_impacts"))
