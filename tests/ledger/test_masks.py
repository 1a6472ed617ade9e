"""Documents that come again replace the earlier ones; nothing else does."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kamerton.core.refused import Refused
from kamerton.ledger import store
from kamerton.ledger.engine import open_ledger
from kamerton.ledger.models import Batch, LedgerVersion
from tests.ledger.factories import Sale, amounts_by_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def publish(incoming, administrator, company, now):
    return lambda sales, title="May": store.publish(
        actor=administrator, incoming=incoming(sales, title), now=now
    )


def states() -> dict[int, str]:
    return dict(Batch.objects.order_by("sequence").values_list("sequence", "state"))


def test_batches_with_different_documents_add_up_and_no_mask_is_written(publish):
    publish([Sale(document="1", amount="10.00")])
    publish([Sale(document="2", amount="5.00"), Sale(account="B1", document="3", amount="1.00")])
    version = LedgerVersion.objects.first()
    assert amounts_by_account() == {"A1": Decimal("15.00"), "B1": Decimal("1.00")}
    assert (version.number, version.masks_name, version.masked_lines) == (2, "", 0)


def test_a_document_that_comes_again_is_replaced(publish):
    publish([Sale(document="1", amount="10.00"), Sale(document="2", amount="20.00")])
    publish([Sale(document="2", amount="25.00"), Sale(document="3", amount="1.00")])
    assert amounts_by_account() == {"A1": Decimal("36.00")}
    assert states() == {1: "live", 2: "live"}
    assert LedgerVersion.objects.first().masked_lines == 1


def test_a_batch_whose_every_document_came_again_is_superseded(publish):
    publish([Sale(document="1", amount="10.00"), Sale(document="1", amount="2.00")])
    publish([Sale(document="1", amount="11.00")])
    assert states() == {1: "superseded", 2: "live"}
    assert amounts_by_account() == {"A1": Decimal("11.00")}
    # Nothing is left to hide: reading costs what it costs without masks.
    assert LedgerVersion.objects.first().masks_name == ""


def test_numbering_restarts_each_year(publish):
    publish([Sale(document="1", date="2024-01-05", amount="10.00")])
    publish([Sale(document="1", date="2025-01-05", amount="20.00")])
    assert amounts_by_account() == {"A1": Decimal("30.00")}


def test_lines_without_a_document_are_never_replaced(publish):
    publish([Sale(document=None, amount="10.00"), Sale(document="1", amount="1.00")])
    publish([Sale(document=None, amount="20.00"), Sale(document="1", amount="2.00")])
    assert amounts_by_account() == {"A1": Decimal("32.00")}
    assert states() == {1: "live", 2: "live"}


def test_lines_without_an_account_are_replaced_with_their_document(publish):
    publish([Sale(account=None, document="1", amount="10.00"), Sale(document="9", amount="1.00")])
    publish([Sale(account="A1", document="1", amount="10.00")])
    assert amounts_by_account() == {"A1": Decimal("11.00")}


def test_withdrawing_the_newer_brings_the_older_back(publish, administrator, now):
    publish([Sale(document="1", amount="10.00")])
    newer = publish([Sale(document="1", amount="11.00")])
    store.withdraw(actor=administrator, batch=newer, reason="wrong prices", now=now)
    assert states() == {1: "live", 2: "withdrawn"}
    assert amounts_by_account() == {"A1": Decimal("10.00")}


def test_a_restored_batch_takes_its_old_place(publish, administrator, now):
    older = publish([Sale(document="1", amount="10.00"), Sale(document="2", amount="1.00")])
    store.withdraw(actor=administrator, batch=older, reason="look", now=now)
    publish([Sale(document="1", amount="11.00")])
    restored = store.restore(actor=administrator, batch=older, now=now)
    assert restored.state == "live"
    assert amounts_by_account() == {"A1": Decimal("12.00")}


def test_a_restored_batch_that_came_again_meanwhile_is_superseded(publish, administrator, now):
    older = publish([Sale(document="1", amount="10.00")])
    store.withdraw(actor=administrator, batch=older, reason="look", now=now)
    publish([Sale(document="1", amount="11.00")])
    assert store.restore(actor=administrator, batch=older, now=now).state == "superseded"
    assert amounts_by_account() == {"A1": Decimal("11.00")}


def test_old_content_may_come_again_after_it_was_superseded(publish):
    first, second = [Sale(document="1", amount="10.00")], [Sale(document="1", amount="11.00")]
    publish(first)
    publish(second)
    publish(first)
    assert states() == {1: "superseded", 2: "superseded", 3: "live"}
    assert amounts_by_account() == {"A1": Decimal("10.00")}


def test_withdrawn_and_restored_is_the_same_ledger(publish, administrator, now):
    publish([Sale(document="1", amount="10.00")])
    newer = publish([Sale(document="2", amount="11.00")])
    store.withdraw(actor=administrator, batch=newer, reason="look", now=now)
    store.restore(actor=administrator, batch=newer, now=now)
    digests = dict(LedgerVersion.objects.values_list("number", "digest"))
    assert digests[2] == digests[4]
    assert digests[1] == digests[3] != digests[2]


def test_an_older_version_can_still_be_opened(publish):
    publish([Sale(document="1", amount="10.00")])
    publish([Sale(document="1", amount="11.00")])
    with open_ledger(LedgerVersion.objects.get(number=1)) as (_connection, lines):
        assert lines.amount.sum().to_pyarrow().as_py() == Decimal("10.000000")


# A model in plain Python: the lines of the latest batch that holds a document count, the others do not.

DOCUMENTS = st.sampled_from([None, "1", "2", "3"])
YEARS = st.sampled_from(["2024-03-01", "2025-03-01"])
LINES = st.lists(st.tuples(DOCUMENTS, YEARS, st.integers(1, 99)), min_size=1, max_size=6)


def expected(batches: list[list[tuple[str | None, str, int]]], withdrawn: set[int]) -> int:
    counted = [(at, line) for at, lines in enumerate(batches) if at not in withdrawn for line in lines]
    last = {(document, date[:4]): at for at, (document, date, _amount) in counted}
    return sum(
        amount
        for at, (document, date, amount) in counted
        if document is None or last[document, date[:4]] == at
    )


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(LINES, min_size=1, max_size=4), withdrawn=st.sets(st.integers(0, 3)))
def test_any_imports_and_withdrawals_count_what_the_model_counts(
    publish, administrator, now, batches, withdrawn
):
    with transaction.atomic():
        made = {}
        for at, lines in enumerate(batches):
            # The product keeps the contents of two batches apart.
            sales = [
                Sale(document=document, date=date, amount=f"{amount}.00", product=f"P{at}")
                for document, date, amount in lines
            ]
            made[at] = publish(sales, f"batch {at}")
        for at in sorted(withdrawn & set(made)):
            made[at].refresh_from_db()
            store.withdraw(actor=administrator, batch=made[at], reason="test", now=now)
        found = sum(amounts_by_account().values(), Decimal(0))
        assert found == expected(batches, withdrawn)
        transaction.set_rollback(True)


def test_restoring_what_is_live_is_refused(publish, administrator, now):
    batch = publish([Sale()])
    with pytest.raises(Refused, match="is not withdrawn"):
        store.restore(actor=administrator, batch=batch, now=now)
    store.withdraw(actor=administrator, batch=batch, reason="x", now=now)
    with pytest.raises(Refused, match="withdrawn already"):
        store.withdraw(actor=administrator, batch=batch, reason="x", now=now)


def test_the_catalogue_keeps_who_and_when(publish, administrator, now):
    batch = publish([Sale(account=None, amount="5.00"), Sale(document="2")])
    assert (batch.sequence, batch.imported_by, batch.imported_at) == (1, administrator, now)
    assert (batch.rows_used, batch.rows_unassigned, batch.lines) == (1, 1, 2)
    assert (batch.used_turnover, batch.unassigned_turnover) == (Decimal("100.00"), Decimal("5.00"))
    assert (batch.first_date, batch.last_date) == (dt.date(2025, 5, 10), dt.date(2025, 5, 10))
