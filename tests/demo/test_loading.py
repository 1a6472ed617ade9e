"""The demo company is loaded once, completed after a crash, and never into somebody else's database."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from kamerton.access.models import Delegation, OrgUnit, User
from kamerton.access.rights import ROLES
from kamerton.access.secrecy import Secrecy
from kamerton.accounts.models import Account, Contact, Fact, Opinion
from kamerton.core import clock
from kamerton.core.models import Company
from kamerton.demo import loading
from kamerton.ledger import store
from kamerton.ledger.models import Batch, LedgerVersion, Rate
from kamerton.portfolio import queries
from kamerton.portfolio.models import Estimate, Opportunity, Sheet, Snapshot, Wallet, WhyNot
from kamerton.work.models import Approval, Consultation, Request, Task

pytestmark = pytest.mark.django_db


def test_the_life_of_the_demo(django_assert_max_num_queries, client):
    loading._set_up()  # a first start that was killed before the sales
    told = loading.load_once()
    assert "Lumaro Technical Supply is loaded" in told[0]
    assert told[-1].startswith(f"Sign in with the password {loading.PASSWORD} as anna (administrator), ")
    assert set(User.objects.values_list("role", flat=True)) == set(ROLES)
    assert client.login(username="greta", password=loading.PASSWORD)
    _look_at_the_figures(Batch.objects.get())
    _the_ten_largest_accounts_are_known()
    _each_kind_of_matter_is_there()
    _needs_are_estimated_with_gaps()

    before = _counts()
    with django_assert_max_num_queries(13):
        assert loading.load_once() == told[-1:]
    assert _counts() == before

    Snapshot.objects.all().delete()  # killed before the figures
    assert loading.load_once()[0] == "The figures of the demo company are complete again."
    assert queries.latest_snapshot() is not None

    anna = User.objects.get(username="anna")
    store.withdraw(actor=anna, batch=Batch.objects.get(), reason="my own sales now", now=timezone.now())
    assert loading.load_once() == told[-1:]  # not loaded again
    assert Batch.objects.count() == 1


def _needs_are_estimated_with_gaps() -> None:
    wallets = list(Wallet.objects.all())
    assert len(wallets) == 10
    assert all(wallet.gap > 0 for wallet in wallets)
    assert {sheet.template for sheet in Sheet.objects.all()} == {"free", "construction", "manufacturing"}
    assert Estimate.objects.current().filter(ours_now=0, short__gt=0).exists()  # white space
    assert {each.stage for each in Opportunity.objects.all()} == {"found", "talking", "offered", "lost"}
    assert WhyNot.objects.filter(ended_at=None).count() == 3


def _counts() -> list[int]:
    kept = (LedgerVersion, Snapshot, User, Contact, Task, OrgUnit)
    return [each.objects.count() for each in kept]


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


def _the_ten_largest_accounts_are_known():
    snapshot = queries.latest_snapshot()
    largest = queries.account_figures(snapshot).order_by("-basis_amount")[:10]
    for figure in largest:
        account = Account.objects.get(number=figure.account)
        assert account.contacts.present().filter(is_found=True).exists(), account
        assert account.facts.exists(), account
        assert account.coverage.filter(role="responsible", to_date=None).count() == 1, account
        assert Opinion.objects.filter(contact__account=account).exists(), account


def _each_kind_of_matter_is_there():
    today = clock.today()
    assert Task.objects.filter(state="open", due_on__lt=today).exists()
    assert Request.objects.filter(state="open", due_on__lt=today).exists()
    assert {"waiting", "approved"} <= set(Approval.objects.values_list("state", flat=True))
    assert Consultation.objects.filter(answered_on=None).exists()
    assert any(each.holds_on(today) for each in Delegation.objects.all())
    assert Fact.objects.filter(secrecy=Secrecy.SECRET).exists()
    assert Contact.objects.filter(is_found=False).exists()
