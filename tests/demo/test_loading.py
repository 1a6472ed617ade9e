"""The demo company is loaded once, completed after a crash, and never into somebody else's database."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from kamerton.access.models import User
from kamerton.access.rights import ROLES
from kamerton.core.models import Company
from kamerton.demo import loading
from kamerton.ledger import store
from kamerton.ledger.models import Batch, LedgerVersion, Rate
from kamerton.portfolio import queries
from kamerton.portfolio.models import Snapshot

pytestmark = pytest.mark.django_db


def test_the_life_of_the_demo(django_assert_max_num_queries, client):
    loading._set_up()  # a first start that was killed before the sales
    told = loading.load_once()
    assert "Lumaro Technical Supply is loaded" in told[0]
    assert told[-1].startswith(f"Sign in with the password {loading.PASSWORD} as anna (administrator), ")
    assert set(User.objects.values_list("role", flat=True)) == set(ROLES)
    assert client.login(username="greta", password=loading.PASSWORD)
    _look_at_the_figures(Batch.objects.get())

    before = (LedgerVersion.objects.count(), Snapshot.objects.count(), User.objects.count())
    with django_assert_max_num_queries(12):
        assert loading.load_once() == told[-1:]
    assert (LedgerVersion.objects.count(), Snapshot.objects.count(), User.objects.count()) == before

    Snapshot.objects.all().delete()  # killed before the figures
    assert loading.load_once()[0] == "The figures of the demo company are complete again."
    assert queries.latest_snapshot() is not None

    anna = User.objects.get(username="anna")
    store.withdraw(actor=anna, batch=Batch.objects.get(), reason="my own sales now", now=timezone.now())
    assert loading.load_once() == told[-1:]  # not loaded again
    assert Batch.objects.count() == 1


def _look_at_the_figures(batch: Batch) -> None:
    assert (batch.state, batch.currency) == ("live", "EUR")
    assert batch.rows_refused > 0
    assert batch.rows_unassigned > 0
    assert batch.last_date == timezone.localdate() - dt.timedelta(days=1)
    assert Rate.objects.values("currency").distinct().count() == 2
    snapshot = queries.latest_snapshot()
    assert snapshot.as_of == batch.last_date
    assert (snapshot.accounts > 140, snapshot.basis) == (True, "income")
    assert queries.latest_snapshot("group").accounts < snapshot.accounts
    assert queries.account_figures(snapshot).dependent().count() >= 1


def test_a_changed_password_is_not_told():
    loading._set_up()
    anna = User.objects.get(username="anna")
    anna.set_password("another one")
    anna.save()
    assert "anna" not in loading._sign_in()[0]
    User.objects.exclude(username="anna").update(is_active=False)
    assert loading._sign_in() == []


@pytest.mark.parametrize("theirs", ["company", "user"])
def test_other_peoples_databases_are_left_alone(theirs, make_user):
    if theirs == "company":
        Company.objects.create(pk=1, name="Own")
    else:
        make_user("administrator")
    assert loading.load_once() == []
    assert not Batch.objects.exists()
    assert not User.objects.filter(username="anna").exists()
