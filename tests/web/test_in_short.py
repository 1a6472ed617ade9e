"""The four answers on the page that an account opens with."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from kamerton.access.models import Delegation
from kamerton.accounts.models import Fact, Interaction, Need, Tie
from kamerton.core import clock
from kamerton.core.models import AuditEntry
from kamerton.work.actions import tasks
from tests.accounts.factories import NOW, account, contact, cover

pytestmark = pytest.mark.django_db


@pytest.fixture
def kam(client, make_user):
    user = make_user("senior_kam")
    client.force_login(user)
    return user


@pytest.fixture
def there(kam):
    own = account("H-1", "Helios")
    cover(own, kam)
    return own


def answers(client, number: str = "H-1") -> dict[str, list[tuple[str, str, list[str]]]]:
    told = client.get(reverse("account", args=[number])).context["answers"]
    return {
        each.question: [(item.text, item.sub, [mark.label for mark in item.badges]) for item in each.items]
        for each in told
    }


def test_who_decides_and_who_of_ours_knows_them(client, there, kam):
    contact(there, "Approver", decision_roles=["approver", "decider"])
    contact(there, "Else", decision_roles=["user"])
    known = contact(there, "Known", post="Director", decision_roles=["decider"])
    met = contact(there, "Met", decision_roles=["approver"])
    contact(there, "", is_found=False, post="Head of finance", decision_roles=["approver"])
    contact(there, "Left", decision_roles=["decider"], left_on=clock.today())
    contact(account("F", "Foreign"), "Foreign", decision_roles=["decider"])
    Tie.objects.create(contact=known, person=kam, depth="deep")
    Interaction.objects.create(
        account=there, contact=met, kind="call", on=clock.today(), created_at=NOW, person=kam
    )
    assert answers(client)["Who decides"] == [
        ("Approver", "", ["not met"]),
        ("Known", "Director", [f"known by {kam.display_name}"]),
        ("Met", "Approver", ["met"]),
        ("Head of finance", "Approver", ["Not found yet"]),
    ]


def test_what_they_want_has_nothing_secret_and_leaves_no_trace(client, there, kam):
    for secrecy in (1, 2):
        Need.objects.create(account=there, what=f"need {secrecy}", state="open", raised_on=clock.today(),
                            secrecy=secrecy, created_at=NOW)  # fmt: skip
        Fact.objects.create(account=there, topic="goal", statement=f"goal {secrecy}", dated=clock.today(),
                            secrecy=secrecy, created_at=NOW)  # fmt: skip
    Need.objects.create(account=there, what="won", state="won", raised_on=clock.today(), created_at=NOW)
    assert [text for text, *_rest in answers(client)["What they want"]] == ["need 1", "goal 1"]
    assert not AuditEntry.objects.filter(action="secrets.read").exists()


def test_who_covers_them_with_the_substitute_first(client, there, kam, make_user):
    stand_in, day = make_user("senior_kam", "petra"), clock.today()
    cover(there, make_user("department_member", "lena"), "technical")
    assert [each[:2] for each in answers(client)["Who covers them"]] == [
        (kam.display_name, "Responsible key account manager"), ("lena", "Technical specialist")]  # fmt: skip
    Delegation.objects.create(order_number="1", absent=kam, substitute=stand_in, from_date=day, to_date=day,
                              created_at=NOW, created_by=kam)  # fmt: skip
    assert answers(client)["Who covers them"][0][:2] == (
        "petra",
        f"answers today, in place of {kam.display_name}",
    )


def test_what_is_open_of_this_account_alone(client, there, kam):
    late = clock.today() - dt.timedelta(days=3)
    tasks.create_task(actor=kam, title="Call Ada", account=there, due_on=late, now=clock.now())
    tasks.create_task(actor=kam, title="Mine", due_on=late, now=clock.now())
    told = answers(client)["What is open"]
    assert [each[:2] for each in told] == [("Call Ada", kam.display_name)]


def test_an_account_of_which_nothing_is_known_says_so(client, there):
    html = client.get(reverse("account", args=["H-1"])).content.decode()
    for text in ("Nobody is known here yet.", "No need and no goal is written down.", "Nothing."):
        assert text in html


def test_as_many_questions_for_ten_rows_as_for_one(client, there, kam, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def grow(number: int) -> int:
        for at in range(number):
            one = contact(there, f"P{number}{at}", decision_roles=["decider"])
            Tie.objects.create(contact=one, person=kam)
            Need.objects.create(account=there, what="n", raised_on=clock.today(), created_at=NOW)
            tasks.create_task(actor=kam, title="t", account=there, contact=one, now=clock.now())
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(reverse("account", args=["H-1"]))
        return len(asked)

    assert grow(1) == grow(3) == grow(6)


def test_more_than_a_few_are_counted(client, there):
    for at in range(5):
        contact(there, f"P{at}", decision_roles=["decider"])
    first = client.get(reverse("account", args=["H-1"])).context["answers"][0]
    assert (len(first.items), first.more) == (3, 2)
