"""The list of assessments: reach, own open ones, filters, files, constant queries."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kamerton.accounts import ladder
from kamerton.core.models import AuditEntry
from kamerton.instruments import actions, queries
from kamerton.instruments.subjects import Subject
from tests.accounts.factories import NOW, account, assessed, contact, cover

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def kam(client, make_user):
    user = make_user("senior_kam")
    client.force_login(user)
    return user


@pytest.fixture
def own(kam):
    there = account("O", "Own Works")
    cover(there, kam, from_date=dt.date(2025, 1, 1))
    return there


def told(client, **asked: object) -> list[tuple[str, ...]]:
    """Questionnaire, about, score and rater of each row."""
    rows = client.get(reverse("assessments"), asked).context["table"].rows
    return [
        tuple(str(getattr(cell, "text", cell)) for cell in (*row.cells[:2], *row.cells[3:5])) for row in rows
    ]


def test_the_list_shows_reach_finds_and_narrows(client, own, kam, make_user):
    director = make_user("director", "dario")
    ada = contact(own, "Ada")
    assessed(director, "account", account("F", "Foreign Works").pk, "openness", "shares-budget")
    assessed(director, "account", own.pk, "openness", now=NOW + DAY)
    assessed(kam, "account", own.pk, "openness", "shares-budget", now=NOW + 2 * DAY)
    assessed(kam, "contact", ada.pk, ladder.KEY, now=NOW + 3 * DAY)
    openness = queries.active("openness")
    mine = actions.start_assessment(
        actor=kam, instrument=openness, subject=Subject("account", own.pk, "", own.pk), now=NOW
    )
    actions.start_assessment(
        actor=director, instrument=openness, subject=Subject("account", own.pk, "", own.pk), now=NOW
    )
    first = ("Relationship ladder", "Ada", "stage 0 of 4", "senior_kam")
    second = ("Openness of the customer", "Own Works", "1 of 8", "senior_kam")
    third = ("Openness of the customer", "Own Works", "0 of 8", "dario")
    opened = ("Openness of the customer", "Own Works", "", "senior_kam")
    assert told(client) == [first, second, third, opened]
    assert told(client, list="mine") == [first, second]
    assert told(client, list="open") == [opened]
    assert told(client, list="latest") == [first, second]
    assert told(client, instrument=ladder.KEY) == [first]
    assert told(client, about="account", rater=director.pk) == [third]
    assert told(client, account="O", list="latest") == [first, second]
    assert told(client, account="F") == []
    assert told(client, q="ada") == [first]
    assert told(client, q="foreign") == []
    html = client.get(reverse("assessments")).content.decode()
    assert f'href="/assessments/{mine.pk}/"' in html
    assert "Not finished" in html


def test_a_file_holds_what_is_shown_and_leaves_a_trace(client, own, kam):
    assessed(kam, "account", own.pk, "openness", "shares-budget")
    assessed(kam, "account", own.pk, "openness", "shares-budget", "tests-ideas", now=NOW + DAY, secrecy=2)
    answer = client.get(reverse("assessments_export", args=["csv"]), {"list": "mine"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert "Secret. Read by" in "".join(lines)
    rows = [line for line in lines if "Openness" in line]
    assert len(rows) == 2
    assert "Own Works" in rows[0]
    assert "2026-03-03" in rows[0]
    assert AuditEntry.objects.filter(action="assessments.export").count() == 1
    assert AuditEntry.objects.filter(action="secrets.read").count() == 1


def test_who_is_not_cleared_sees_no_secret_one_of_others(client, own, kam, make_user):
    assessed(make_user("director"), "account", own.pk, "openness", secrecy=2)
    seller = make_user("sales_manager")
    cover(own, seller, "sales")
    client.force_login(seller)
    assert told(client) == []
    assert AuditEntry.objects.filter(action="secrets.read").count() == 0


def test_a_view_is_kept(client, kam):
    client.post(reverse("assessments_view_save"), {"name": "Mine", "query": "list=mine"})
    assert "Mine" in client.get(reverse("assessments")).content.decode()


def test_the_list_asks_constantly(client, own, kam, django_assert_num_queries):
    ada = contact(own, "Ada")
    for kind, number, key in (("account", own.pk, "openness"), ("contact", ada.pk, ladder.KEY)):
        assessed(kam, kind, number, key)
    url = reverse("assessments")
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for at in range(3):
        other = contact(own, f"Bob {at}")
        assessed(kam, "contact", other.pk, ladder.KEY, now=NOW + at * DAY)
    with django_assert_num_queries(len(few)):
        client.get(url)
