"""Today: for every role, with everything on it, with nothing, and what it must not tell."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from kamerton.access.rights import ROLES
from kamerton.access.secrecy import Secrecy
from kamerton.accounts.models import Fact
from kamerton.core import audit, clock
from kamerton.signals.actions.evaluate import evaluate
from kamerton.work.actions import approvals, consultations, management, requests, tasks
from tests.work.conftest import NOW, TODAY, absence, account, cover, person

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _now():
    with clock.set_to(NOW):
        yield


def page(client, who):
    client.force_login(who)
    return client.get(reverse("today")).content.decode()


def fill(firm, at=0):
    """One of everything for Sofia."""
    tasks.create_task(actor=firm.sofia, title=f"Call Rita {at}", account=firm.helios, due_on=TODAY, now=NOW)
    approvals.ask_approval(
        actor=firm.ivo, kind="shortcoming", title=f"Pallets {at}", reason="They break", now=NOW
    )
    request = requests.send_request(
        actor=firm.ivo, unit=firm.sales, title=f"Price list {at}", due_on=TODAY, now=NOW
    )
    request.taken_by = firm.sofia
    request.save()
    consultations.log_consultation(
        actor=firm.sofia, account=firm.helios, kind="asked_us", question=f"Which steel {at}?", asked_on=TODAY - 20 * DAY,
        now=NOW,
    )  # fmt: skip
    management.publish_decision(
        actor=firm.dario, title=f"No discounts {at}", text="From May.", decided_on=TODAY, now=NOW
    )
    other = account(f"X-{at}", f"Extra {at}")
    cover(other, firm.sofia)
    audit.record(
        actor=firm.dario, action="accounts.edit_account", subject=other, now=NOW, account_id=other.pk
    )


def test_everything_that_waits_stands_on_one_page(client, firm):
    fill(firm)
    told = page(client, firm.sofia)
    assert "1 decision waits for you. 1 task is due, for Helios. 1 request waits for an answer." in told
    for text in (
        "Call Rita 0",
        "Pallets 0",
        "Price list 0",
        "Which steel 0?",
        "open for 20 days",
        "No discounts 0",
    ):
        assert text in told, text
    assert "Dario changed: the account" in told
    heads = ["Waiting for my decision", "My tasks", "Requests to answer", "What changed in my accounts"]
    places = [told.index(f"<h2>{head}</h2>") for head in heads]
    assert places == sorted(places)


def test_home_is_today_for_everybody(client, make_user, company):
    for role in ROLES:
        client.force_login(make_user(role))
        assert client.get("/")["Location"] == reverse("today")
        answer = client.get(reverse("today"))
        assert answer.status_code == 200, role
        assert "Who is away" in answer.content.decode(), role


@pytest.mark.parametrize(
    ("role", "says", "leaves_out"),
    [
        (
            "hr",
            ["Nobody waits for you.", "Everybody is here today."],
            ["My tasks", "Key accounts", "New task"],
        ),
        ("auditor", ["Key accounts", "What changed in my accounts"], ["My tasks", "New task"]),
        ("reader", ["Key accounts"], ["My tasks", "New task"]),
        ("junior_kam", ["Nothing is due, and nobody waits for you.", "No account is in your care yet"], []),
    ],
)
def test_who_has_nothing_to_do_reads_something_useful(client, make_user, company, role, says, leaves_out):
    told = page(client, make_user(role))
    for text in says:
        assert text in told
    for text in leaves_out:
        assert text not in told


def test_a_substitute_sees_what_waits_and_for_whom(client, firm):
    fill(firm)
    absence(firm.sofia, firm.petra)
    told = page(client, firm.petra)
    assert "You stand in for Sofia" in told
    assert "Pallets 0" in told
    assert "for Sofia" in told
    assert "Call Rita 0" in told
    told = page(client, firm.livia)
    assert "Sofia: ask Petra" in told
    assert "Pallets 0" not in told
    assert "1 colleague is away." in told


def test_who_will_be_away_and_who_leaves_is_told_in_time(client, firm):
    absence(firm.sofia, firm.petra, TODAY + 3 * DAY, TODAY + 5 * DAY)
    absence(firm.livia, firm.greta, TODAY + 9 * DAY, TODAY + 9 * DAY)
    firm.ivo.leaving_on = TODAY + 30 * DAY
    firm.ivo.save()
    hanna = page(client, person("hanna", "hr"))
    assert "Nobody waits for you." in hanna
    assert "away." not in hanna
    assert "Sofia: ask Petra" in hanna
    assert "Livia" not in hanna
    assert hanna.index("Who leaves") < hanna.index("Ivo")
    assert "You will be away; Petra stands in for you" in page(client, firm.sofia)
    assert "You will stand in for Sofia" in page(client, firm.petra)
    assert "Who leaves" not in page(client, firm.livia)


def test_what_changed_hides_what_is_secret_and_what_is_out_of_reach(client, firm):
    def fact(where, secrecy):
        made = Fact.objects.create(
            account=where, topic="goal", statement="They merge", dated=TODAY, secrecy=secrecy, created_at=NOW
        )
        audit.record(actor=firm.dario, action="accounts.add_fact", subject=made, now=NOW, account_id=where.pk)

    fact(firm.helios, Secrecy.SECRET)
    fact(firm.foreign, Secrecy.OPEN)
    manager = person("mara", "sales_manager")  # not cleared for what is secret
    cover(firm.helios, manager, "sales")
    told = page(client, manager)
    assert "a fact" not in told
    assert "Foreign" not in told
    told = page(client, firm.sofia)
    assert "Dario added: a fact" in told
    assert "They merge" not in told
    assert "Foreign" not in told


def test_reading_and_exporting_is_no_change(client, firm):
    for action in ("secrets.read", "contacts.export"):
        audit.record(actor=firm.dario, action=action, subject=firm.helios, now=NOW, account_id=firm.helios.pk)
    audit.record(
        actor=firm.dario,
        action="accounts.edit_account",
        subject=firm.helios,
        now=NOW - 8 * DAY,
        account_id=firm.helios.pk,
    )
    assert "Nobody else has written anything" in page(client, firm.sofia)


def test_a_question_that_is_secret_is_not_quoted(client, firm):
    consultations.log_consultation(
        actor=firm.sofia, account=firm.helios, kind="asked_us", question="Do you buy them?", asked_on=TODAY,
        secrecy=Secrecy.SECRET, now=NOW,
    )  # fmt: skip
    told = page(client, firm.sofia)
    assert "Secret question" in told
    assert "buy them" not in told


def test_unanswered_requests_come_up_when_today_opens(client, firm):
    requests.send_request(
        actor=firm.sofia, unit=firm.logistics, title="Where is the lorry", due_on=TODAY, now=NOW
    )
    assert "Where is the lorry" not in page(client, firm.dario)
    with clock.set_to(NOW + DAY):
        assert "Where is the lorry" in page(client, firm.greta)
    with clock.set_to(NOW + 3 * DAY):
        told = page(client, firm.dario)
        assert "Where is the lorry" in told
        assert "Came up the line" in told


def test_a_key_account_without_anybody_is_said_to_who_assigns(client, firm):
    """Once, by its signal."""
    firm.helios.coverage.all().delete()
    evaluate(now=NOW)
    said = "Nobody of ours is responsible for this key account."
    assert page(client, firm.dario).count(said) == 1
    assert "Key accounts without anybody" not in page(client, firm.dario)
    assert said not in page(client, firm.sofia)


def test_the_number_of_queries_does_not_grow(client, firm):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    fill(firm, 0)
    page(client, firm.sofia)
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("today"))
    fill(firm, 1)
    fill(firm, 2)
    with CaptureQueriesContext(connection) as three:
        answer = client.get(reverse("today"))
    assert "3 tasks are due, all for Helios." in answer.content.decode()
    assert len(three) == len(one)


def test_figures_of_my_accounts(client, book, make_user):
    from kamerton.accounts.models import Account

    director = make_user("director")
    told = page(client, director)
    assert "Key accounts" in told
    assert "Helios Tarvia" in told
    kam = make_user("senior_kam")
    cover(Account.objects.get(number="N-1"), kam)
    told = page(client, kam)
    assert "My accounts" in told
    assert "Nordelma" in told
    assert "Helios Tarvia" not in told


def test_the_navigation_is_as_wide_as_the_reader_left_it(client, make_user):
    client.force_login(make_user("director"))
    assert "data-nav" not in client.get("/today/").content.decode().split(">")[1]
    client.cookies["nav"] = "narrow"
    assert 'data-nav="narrow"' in client.get("/today/").content.decode()[:400]
