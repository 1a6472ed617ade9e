"""Two accounts made one, and parted again: rows, figures, pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from kamerton.access.models import User
from kamerton.accounts.actions import companies, merging
from kamerton.accounts.models import Account, Merge
from kamerton.ledger.models import LedgerVersion
from kamerton.portfolio import queries
from tests.accounts.factories import account, cover

pytestmark = pytest.mark.django_db


def figures(level: str = "account") -> dict[str, tuple[Any, ...]]:
    snapshot = queries.latest_snapshot(level)
    assert queries.is_current(snapshot) if hasattr(queries, "is_current") else True
    names = ("name", "group", "turnover", "window_turnover", "window_income", "basis_amount", "documents")
    rows = queries.account_figures(snapshot)
    return {row.account: tuple(getattr(row, name) for name in names) for row in rows}


@pytest.fixture
def head(make_user) -> User:
    return make_user("head_of_sales")


# --- figures -----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("book")
def test_the_figures_follow_a_merge_and_come_back_to_the_cent(head, now, django_capture_on_commit_callbacks):
    before = figures()
    one, two = Account.objects.get(number="N-1"), Account.objects.get(number="H-1")
    with django_capture_on_commit_callbacks(execute=True):
        merge = merging.merge(actor=head, survivor=two, merged=one, now=now)
    after = figures()
    assert set(before) - set(after) == {"N-1"}
    for at in range(2, 7):
        assert after["H-1"][at] == before["H-1"][at] + before["N-1"][at]
    assert after["H-1"][0] == "Helios Tarvia"
    assert {key: row for key, row in after.items() if key != "H-1"} == {
        key: row for key, row in before.items() if key not in ("H-1", "N-1")
    }
    with django_capture_on_commit_callbacks(execute=True):
        merging.part(actor=head, merge=merge, now=now)
    assert figures() == before
    digests = list(LedgerVersion.objects.order_by("number").values_list("digest", flat=True))
    assert digests[0] == digests[2] != digests[1]


@pytest.mark.usefixtures("book")
def test_a_parent_is_the_group_in_the_figures(head, now, django_capture_on_commit_callbacks):
    before = figures("group")
    top = account("TOP", "Top Holding")
    rows = {number: Account.objects.get(number=number) for number in ("H-1", "N-1")}
    with django_capture_on_commit_callbacks(execute=True):
        companies.edit(actor=head, account=rows["H-1"], opened={}, submitted={"parent": top}, now=now)
        companies.edit(actor=head, account=rows["N-1"], opened={}, submitted={"parent": rows["H-1"]}, now=now)
    after = figures("group")
    single = figures()
    assert (single["H-1"][1], single["N-1"][1], single["N-2"][1]) == (
        "Top Holding",
        "Top Holding",
        "North Group",
    )
    for at in range(2, 6):
        assert after["Top Holding"][at] == single["H-1"][at] + single["N-1"][at]
        assert sum(row[at] for row in after.values()) == sum(row[at] for row in before.values())


@pytest.mark.usefixtures("book")
def test_a_later_import_keeps_what_was_merged(head, now, import_rows, django_capture_on_commit_callbacks):
    one, two = Account.objects.get(number="N-1"), Account.objects.get(number="N-2")
    with django_capture_on_commit_callbacks(execute=True):
        merging.merge(actor=head, survivor=two, merged=one, now=now)
    before = figures()["N-2"]
    import_rows(
        [
            [
                "N-1",
                "Nordelma",
                "North Group",
                "2025-12-20",
                "X-1",
                "P0",
                "Product P0",
                1,
                "100.00",
                "50.00",
                "Adler",
            ]
        ]
    )
    after = figures()
    assert "N-1" not in after
    assert after["N-2"][2] == before[2] + 100
    assert Account.objects.get(number="N-1").merged_into == two


# --- pages ----------------------------------------------------------------------------------------------------


def test_doubles_are_offered_merged_with_one_click_and_parted(client, make_user):
    kam = make_user("senior_kam")
    one, two = account("A", "Nova Works", in_ledger=True), account("B", "NOVA works S.p.A.")
    for each in (one, two):
        cover(each, kam)
    account("F", "nova-works GmbH")
    client.force_login(kam)
    html = client.get(reverse("account_doubles")).content.decode()
    assert "NOVA works S.p.A." in html
    assert "nova-works GmbH" not in html
    foreign = Account.objects.get(number="F")
    url = reverse("account_merge")
    assert client.post(url, {"keep": one.pk, "merge": foreign.pk}).status_code == 404
    client.post(url, {"keep": one.pk, "merge": two.pk})
    two.refresh_from_db()
    assert two.merged_into == one
    answer = client.get(reverse("account_details", args=["B"]))
    assert "Nova Works" in answer.content.decode()
    client.post(reverse("account_part", args=[Merge.objects.get().pk]))
    two.refresh_from_db()
    assert two.merged_into is None
    client.post(reverse("account_merge_one", args=["A"]), {"account": "B"})
    two.refresh_from_db()
    assert two.merged_into == one
    assert client.post(reverse("account_merge_one", args=["A"]), {"account": "F"}).status_code == 422
