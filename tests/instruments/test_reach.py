"""Who reaches which assessments: coverage narrows them, secrecy too; one's own stay one's own."""

from __future__ import annotations

import datetime as dt

import pytest

from kamerton.accounts.models import Account, Contact, Coverage
from kamerton.core.models import AuditEntry
from kamerton.instruments import actions, queries, subjects
from kamerton.instruments.subjects import OutOfReach

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(company, make_user, now):
    """Two accounts with a contact each; Berti covers the first, the director sees both."""
    berti = make_user("sales_manager", "berti")
    accounts = [
        Account.objects.create(number=f"H-{at}", name=f"Account {at}", created_at=now) for at in (1, 2)
    ]
    for account in accounts:
        Contact.objects.create(account=account, name=f"Ada of {account.name}", created_at=now)
    Coverage.objects.create(account=accounts[0], person=berti, from_date=dt.date(2020, 1, 1), created_at=now)
    return berti, make_user("director"), accounts


def assessed(actor, account, now, secrecy=None):
    subject = subjects.find(actor, "account", account.pk)
    made = actions.start_assessment(
        actor=actor, instrument=queries.active("openness"), subject=subject, now=now, secrecy=secrecy
    )
    return actions.finish(actor=actor, assessment=made, now=now)


def test_subjects_are_found_within_reach_and_name_their_account(book):
    berti, director, (first, second) = book
    contacts = {one.account_id: one for one in Contact.objects.all()}
    found = subjects.find(berti, "contact", contacts[first.pk].pk)
    assert (found.name, found.account_id, found.account_number) == ("Ada of Account 1", first.pk, "H-1")
    assert subjects.find(director, "account", second.pk).name == "Account 2"
    for kind, number in (("account", second.pk), ("contact", contacts[second.pk].pk), ("meeting", 1)):
        with pytest.raises(OutOfReach):
            subjects.find(berti, kind, number)


def test_assessments_of_accounts_out_of_reach_and_secret_ones_are_not_seen(book, client, now):
    berti, director, (first, second) = book
    near, far = assessed(director, first, now), assessed(director, second, now)
    secret = assessed(director, first, now, secrecy=2)
    assert set(queries.assessments(director)) == {near, far, secret}
    assert set(queries.assessments(berti)) == {near}
    client.force_login(berti)
    statuses = {one.pk: client.get(f"/assessments/{one.pk}/").status_code for one in (near, far, secret)}
    assert statuses == {near.pk: 200, far.pk: 404, secret.pk: 404}
    assert client.get(f"/instruments/openness/history/?id={second.pk}").status_code == 404
    history = client.get(f"/instruments/openness/history/?id={first.pk}").content.decode()
    assert f'href="/assessments/{near.pk}/"' in history
    assert f'href="/assessments/{secret.pk}/"' not in history


def test_what_one_said_oneself_stays_readable(book, now):
    berti, _director, (first, _second) = book
    own = assessed(berti, first, now)
    Coverage.objects.all().delete()
    assert set(queries.assessments(berti)) == {own}


def test_reading_a_secret_assessment_leaves_a_trace_and_another_none(book, client, now):
    _berti, director, (first, _second) = book
    plain, secret = assessed(director, first, now), assessed(director, first, now, secrecy=2)
    client.force_login(director)
    for one in (plain, secret):
        assert client.get(f"/assessments/{one.pk}/").status_code == 200
    traced = AuditEntry.objects.filter(action="instruments.read_secret")
    assert [(entry.subject, entry.account_id) for entry in traced] == [
        (f"instruments.assessment:{secret.pk}", first.pk)
    ]
