"""Two accounts made one, and parted again: every row of every room."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kamerton.access.models import User
from kamerton.access.policy import Forbidden
from kamerton.accounts import everything, regrouping
from kamerton.accounts.actions import companies, merging
from kamerton.accounts.models import Account, Contact, Coverage, ExternalId, Fact, Merge, Tag
from kamerton.core.refused import Refused
from kamerton.work.models import Handover, Task
from tests.accounts.factories import DAY, NOW, account, contact, cover

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(make_user) -> User:
    return make_user("head_of_sales")


def whole_database() -> dict[str, list[Any]]:
    """Every row that points to an account, without what counts edits and what tells of the merge itself."""
    told = {}
    for each in everything.of_accounts():
        if each.model in (Merge, ExternalId):
            continue
        rows = each.model._base_manager.order_by("pk").values_list("pk", each.field.attname)
        told[each.key] = list(rows)
    names = ("number", "name", "legal_name", "phone", "parent", "merged_into", "industry", "search_text")
    told["accounts"] = list(Account.objects.order_by("pk").values_list("pk", *names))
    return told


# --- rows ---------------------------------------------------------------------------------------------------


def test_everything_moves_clashes_stay_and_all_of_it_comes_back(head, now):
    keep = account("A", "Keep", phone="1")
    gone = account("B", "Gone", phone="2", legal_name="Gone Ltd", search_text="gone b gone ltd")
    sub = account("C", "Sub", parent=gone)
    for each in (keep, gone):
        companies.tag(actor=head, account=each, add=["both"], now=now)
        cover(each, head)
        Handover.objects.create(
            account=each, receiver=head, reason="other", on=DAY, created_by=head, created_at=now
        )
    companies.tag(actor=head, account=gone, add=["own"], now=now)
    ada = contact(gone)
    fact = Fact.objects.create(
        account=gone, contact=ada, topic="company", statement="s", dated=DAY, created_at=now
    )
    task = Task.objects.create(title="t", owner=head, account=gone, created_at=now)
    cover(gone, head, "technical")
    for each in (keep, gone):
        each.search_text = companies.search_text(each)
        each.save()
    before = whole_database()

    row = merging.merge(actor=head, survivor=keep, merged=gone, now=now)
    for moved in (ada, fact, task):
        moved.refresh_from_db()
        assert moved.account == keep
    sub.refresh_from_db()
    keep.refresh_from_db()
    assert (sub.parent, keep.phone, keep.legal_name) == (keep, "1", "Gone Ltd")
    assert {tag.name for tag in keep.tags.all()} == {"both", "own"}
    assert list(Coverage.objects.filter(account=keep).values_list("role", flat=True)) == [
        "responsible",
        "technical",
    ]
    assert Handover.objects.filter(account=keep).count() == 1
    assert ExternalId.objects.get().value == "B"
    assert list(Account.objects.current().search("b")) == [keep, sub]

    merging.part(actor=head, merge=row, now=now)
    assert whole_database() == before
    assert not ExternalId.objects.exists()
    with pytest.raises(Refused):
        merging.part(actor=head, merge=row, now=now)


def test_no_room_is_forgotten():
    """Every foreign key to an account, of whatever room, is one that a merge moves, or says why not."""
    keys = {place.key for place in merging._places()}
    every = {each.key for each in everything.of_accounts()}
    assert every - keys == {"accounts.merge.merged", "accounts.merge.survivor"}
    assert {"work.task.account", "accounts.contact.account", "accounts.account_tags.account"} <= keys
    assert Contact in {each.model for each in everything.of_accounts()}
    assert apps.get_model("work.Task") in {each.model for each in everything.of_contacts()}


def test_what_is_refused(head, now, make_user):
    one, two = account("A"), account("B", in_ledger=True)
    child = account("C", parent=two, in_ledger=True)
    merge = {"actor": head, "now": now}
    for survivor, merged, code in ((one, one, "same"), (one, two, "ledger"), (child, two, "parent")):
        with pytest.raises(Refused) as refused:
            merging.merge(survivor=survivor, merged=merged, **merge)
        assert refused.value.code == code
    first = merging.merge(survivor=two, merged=one, **merge)
    with pytest.raises(Refused):
        merging.merge(survivor=two, merged=one, **merge)
    three = account("D", in_ledger=True)
    second = merging.merge(survivor=three, merged=two, **merge)
    with pytest.raises(Refused):
        merging.part(merge=first, **merge)
    merging.part(merge=second, **merge)
    merging.part(merge=first, **merge)
    assert not Account.objects.exclude(merged_into=None).exists()
    kam = make_user("senior_kam")
    cover(three, kam)
    with pytest.raises(Forbidden):
        merging.merge(actor=kam, survivor=three, merged=two, now=now)
    for role in ("junior_kam", "sales_support", "auditor"):
        with pytest.raises(Forbidden):
            merging.merge(actor=make_user(role), survivor=three, merged=two, now=now)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.sampled_from(["tag", "fact", "responsible", "sales", "child"])),
        max_size=10,
    ),
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=5),
)
def test_merges_undone_from_the_last_to_the_first_leave_every_row_where_it_was(rows, pairs):
    with transaction.atomic():
        _merge_and_part(rows, pairs)
        transaction.set_rollback(True)


def _merge_and_part(rows: list[tuple[int, str]], pairs: list[tuple[int, int]]) -> None:
    head = User.objects.create(username="head", role="head_of_sales")
    accounts = [account(f"A-{at}") for at in range(5)]
    tag = Tag.objects.create(name="t")
    for at, kind in rows:
        _make(accounts[at], kind, head, tag)
    for each in accounts:
        Account.objects.filter(pk=each.pk).update(search_text=companies.search_text(each))
    before, done = whole_database(), []
    for survivor, merged in pairs:
        with contextlib.suppress(Refused):
            done.append(
                merging.merge(actor=head, survivor=accounts[survivor], merged=accounts[merged], now=NOW)
            )
    assert Account.objects.exclude(merged_into=None).count() == len(done)
    for row in reversed(done):
        merging.part(actor=head, merge=row, now=NOW)
    assert whole_database() == before


def _make(at: Account, kind: str, head: User, tag: Tag) -> None:
    if kind == "tag":
        at.tags.add(tag)
    elif kind == "fact":
        Fact.objects.create(account=at, topic="company", statement="s", dated=DAY, created_at=NOW)
    elif kind == "child":
        child = account(f"C-{Account.objects.count()}", parent=at)
        Account.objects.filter(pk=child.pk).update(search_text=companies.search_text(child))
    elif kind == "sales" or not at.coverage.filter(role="responsible").exists():
        cover(at, head, kind if kind == "sales" else "responsible", from_date=dt.date(2025, 1, 1))


@pytest.mark.parametrize(
    ("nodes", "told"),
    [
        ([], []),
        ([(1, "A", None, None)], []),
        ([(1, "A", None, None), (2, "B", None, 1)], [("B", "A", "name A", "g1")]),
        (
            [(1, "A", None, None), (2, "B", 1, None)],
            [("A", "A", None, "name A"), ("B", "B", None, "name A")],
        ),
        (
            [(1, "A", None, None), (2, "B", 1, None), (3, "C", None, 2)],
            [("A", "A", None, "name A"), ("B", "B", None, "name A"), ("C", "B", "name B", "name A")],
        ),
        (
            [(1, "A", None, None), (2, "B", None, 1), (3, "C", None, 2)],
            [("B", "A", "name A", "g1"), ("C", "A", "name A", "g1")],
        ),
    ],
)
def test_what_is_counted_where(nodes, told):
    made = [regrouping.Node(pk, n, f"name {n}", f"g{pk}", parent, into) for pk, n, parent, into in nodes]
    assert [(each.number, each.to, each.name, each.group) for each in regrouping.retold(made)] == told
