"""Adding and changing companies."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from kamerton.access.policy import Forbidden
from kamerton.accounts import queries
from kamerton.accounts.actions import companies
from kamerton.accounts.models import Account, Coverage, ExternalId, Industry, Tag
from kamerton.core import undo
from kamerton.core.concurrency import Conflict
from kamerton.core.models import AuditEntry
from kamerton.core.refused import Refused
from tests.accounts.factories import account, cover

pytestmark = pytest.mark.django_db


def test_a_prospect_gets_the_next_number_of_ours_and_stands_with_the_customers(now, make_user):
    account("H-1", "Helios")
    account("P-00007", "Seventh", stage="prospect")
    made = companies.create(
        actor=make_user("director"),
        values={"name": "  Nova   Works ", "segment": "pumps"},
        now=now,
        tags=["new", "NEW"],
    )
    assert (made.number, made.name, made.stage, made.segment) == (
        "P-00008",
        "Nova Works",
        "prospect",
        "pumps",
    )
    assert list(Account.objects.search("nova p-00008")) == [made]
    assert [tag.name for tag in made.tags.all()] == ["NEW"]
    entry = AuditEntry.objects.get(action="accounts.create")
    assert (entry.account_id, entry.after) == (made.pk, {"name": "Nova Works", "stage": "prospect"})
    assert not Coverage.objects.exists()


def test_who_reaches_the_own_accounts_alone_is_responsible_for_what_they_add(now, make_user):
    kam = make_user("senior_kam")
    made = companies.create(actor=kam, values={"name": "Nova"}, now=now)
    assert queries.responsible_for(made, now.date()) == kam


def test_only_who_may_add_adds(now, make_user):
    for role in ("auditor", "sales_support", "department_member", "hr"):
        with pytest.raises(Forbidden):
            companies.create(actor=make_user(role), values={"name": "Nova"}, now=now)
    assert not Account.objects.exists()


@pytest.mark.parametrize(
    ("there", "told"),
    [
        ({"name": "NOVA  Works S.p.A."}, {"name": "Nova-Works"}),
        ({"name": "Other", "legal_name": "Nova Works srl"}, {"name": "Nova Works"}),
        ({"name": "Other", "tax_number": "PL 525-000"}, {"name": "Nova", "tax_number": "pl525000"}),
        ({"name": "Other", "registration_number": "00 12"}, {"name": "Nova", "registration_number": "0012"}),
        (
            {"name": "Other", "website": "https://www.nova.example/x"},
            {"name": "N", "email": "a@nova.example"},
        ),
    ],
)
def test_a_possible_double_is_offered_and_never_merged(now, make_user, there, told):
    other = account("H-1", **there)
    account("H-2", "Unrelated", email="a@gmail.com", website="else.example")
    director = make_user("director")
    with pytest.raises(companies.PossibleDoubles) as refused:
        companies.create(actor=director, values={**told}, now=now)
    assert refused.value.accounts == (other,)
    assert Account.objects.count() == 2
    assert companies.create(actor=director, values={**told}, now=now, anyway=True).number == "P-00001"


def test_a_double_out_of_reach_is_not_told_and_comes_to_light_for_who_may_merge(now, make_user):
    there = account("SECRET-1", "Nova Works", legal_name="Very Hidden Works")
    made = companies.create(actor=make_user("senior_kam"), values={"name": "Nova Works Ltd"}, now=now)
    assert made.number == "P-00001"
    with pytest.raises(companies.PossibleDoubles) as refused:
        companies.create(actor=make_user("director"), values={"name": "Nova Works"}, now=now)
    assert set(refused.value.accounts) == {there, made}


def test_a_shared_mail_host_makes_no_double(now, make_user):
    account("H-1", "One", email="one@gmail.com")
    assert companies.create(
        actor=make_user("director"), values={"name": "Two", "email": "two@gmail.com"}, now=now
    ).pk


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": "  "}, "invalid"),
        ({"email": "no address"}, "invalid"),
        ({"stage": "newcomer"}, "newcomer_kind"),
        ({"stage": "king"}, "invalid"),
        ({"stage": "prospect"}, "stage"),
        ({"country": "ITA"}, "invalid"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_changed(now, make_user, change, code):
    there = account("H-1", "Helios", in_ledger=True)
    with pytest.raises(Refused) as refused:
        companies.edit(actor=make_user("director"), account=there, opened={}, submitted=change, now=now)
    assert refused.value.code == code
    assert Account.objects.values("name", "email", "stage", "country", "version").get() == {
        "name": "Helios", "email": "", "stage": "customer", "country": "", "version": 1,
    }  # fmt: skip


def test_two_writers_lose_nothing(now, make_user):
    there = account("H-1", "Helios", phone="1")
    one, two = make_user("director"), make_user("head_of_sales")
    opened = {"name": "Helios", "phone": "1"}
    companies.edit(
        actor=one, account=there, opened=opened, submitted={"name": "Helios Group", "phone": "1"}, now=now
    )
    companies.edit(
        actor=two, account=there, opened=opened, submitted={"name": "Helios", "phone": "2"}, now=now
    )
    there.refresh_from_db()
    assert (there.name, there.phone, there.version) == ("Helios Group", "2", 3)
    with pytest.raises(Conflict) as conflict:
        companies.edit(actor=two, account=there, opened=opened, submitted={"name": "Sun"}, now=now)
    assert [(each.mine, each.theirs) for each in conflict.value.differences] == [("Sun", "Helios Group")]
    assert Account.objects.get().name == "Helios Group"


def test_groups_have_any_depth_and_no_circle(now, make_user):
    director = make_user("director")
    rows = [account(f"G-{at}") for at in range(6)]
    for child, parent in zip(rows[1:], rows, strict=False):
        companies.edit(actor=director, account=child, opened={}, submitted={"parent": parent}, now=now)
    assert [each.number for each in queries.above(Account.objects.get(number="G-5"))] == [
        "G-4", "G-3", "G-2", "G-1", "G-0",
    ]  # fmt: skip
    assert set(queries.below(rows[0])) == {each.pk for each in rows[1:]}
    for parent in (rows[5], rows[0]):
        with pytest.raises(Refused):
            companies.edit(actor=director, account=rows[0], opened={}, submitted={"parent": parent}, now=now)
    assert Account.objects.get(number="G-0").parent_id is None


def test_a_parent_out_of_reach_is_as_if_it_were_not_there(now, make_user):
    kam = make_user("senior_kam")
    own, foreign = account("O-1"), account("F-1", "Foreign secret")
    cover(own, kam)
    with pytest.raises(Refused) as refused:
        companies.edit(actor=kam, account=own, opened={}, submitted={"parent": foreign}, now=now)
    assert "Foreign" not in str(refused.value)
    with pytest.raises(Forbidden):
        companies.edit(actor=kam, account=foreign, opened={}, submitted={"name": "Mine"}, now=now)


@pytest.mark.requirement("REL-16")
def test_a_strategic_newcomer_has_a_kind_and_becomes_an_account(now, make_user):
    director = make_user("director")
    values = {"name": "Ada Berti", "stage": "newcomer", "newcomer_kind": "influencer"}
    there = companies.create(actor=director, values=values, now=now)
    assert list(Account.objects.filter(stage="newcomer", newcomer_kind="influencer")) == [there]
    became = companies.convert(actor=director, account=there, stage="customer", now=now)
    assert (became.stage, became.number, became.newcomer_kind) == ("customer", there.number, "influencer")
    entry = AuditEntry.objects.filter(action="accounts.edit").get()
    assert (entry.before, entry.after) == ({"stage": "newcomer"}, {"stage": "customer"})


def test_addresses_and_numbers_come_and_go_and_come_back(now, make_user):
    director, there, other = make_user("director"), account("H-1"), account("H-2")
    address = companies.save_address(
        actor=director, account=there, values={"city": "Torre", "country": "it"}, now=now
    )
    assert (address.kind, address.country) == ("legal", "IT")
    with pytest.raises(Refused):
        companies.save_address(actor=director, account=other, address=address, values={"city": "X"}, now=now)
    with pytest.raises(Refused):
        companies.save_address(actor=director, account=there, values={"territory": "North"}, now=now)
    token = companies.remove_address(actor=director, address=address, now=now)
    assert not there.addresses.exists()
    undo.take_back(actor=director, token=token, now=now)
    assert there.addresses.get().city == "Torre"

    made = companies.add_external_id(actor=director, account=there, system=" CRM ", value=" 77 ", now=now)
    assert (made.system, made.value) == ("crm", "77")
    assert list(Account.objects.search("77")) == [there]
    for account_, system in ((other, "crm"), (there, "crm"), (there, "ledger")):
        with pytest.raises(Refused):
            companies.add_external_id(actor=director, account=account_, system=system, value="77", now=now)
    token = companies.remove_external_id(actor=director, external_id=made, now=now)
    assert not Account.objects.search("77").exists()
    undo.take_back(actor=director, token=token, now=now)
    assert ExternalId.objects.get().account == there


def test_tags_are_put_on_once_and_taken_off(now, make_user):
    director, there = make_user("director"), account("H-1")
    Tag.objects.create(name="Export")
    assert companies.tag(actor=director, account=there, add=["export", "new"], now=now) == (
        ["Export", "new"],
        [],
    )
    assert companies.tag(actor=director, account=there, add=["Export"], now=now) == ([], [])
    assert companies.tag(actor=director, account=there, remove=["NEW"], now=now) == ([], ["new"])
    assert [each.name for each in there.tags.all()] == ["Export"]
    assert AuditEntry.objects.filter(action="accounts.tag").count() == 2


def test_industries_have_one_name_each(now, make_user):
    director = make_user("director")
    made = companies.save_industry(actor=director, values={"name": "Banks", "pack": "banks"}, now=now)
    with pytest.raises(Refused):
        companies.save_industry(actor=director, values={"name": "banks"}, now=now)
    opened = {"description": None}
    companies.save_industry(
        actor=director, industry=made, opened=opened, values={"description": "a"}, now=now
    )
    with pytest.raises(Conflict):
        companies.save_industry(
            actor=director, industry=made, opened=opened, values={"description": "b"}, now=now
        )
    assert Industry.objects.get().description == "a"


@pytest.mark.django_db(transaction=True)
def test_two_sessions_never_get_the_same_number(now, make_user, company):
    director = make_user("director")
    found: list[str] = []

    def add(name: str) -> None:
        try:
            found.append(companies.create(actor=director, values={"name": name}, now=now).number)
        finally:
            connection.close()

    threads = [threading.Thread(target=add, args=(f"Company {at} of {at * 17}",)) for at in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(found) == ["P-00001", "P-00002", "P-00003", "P-00004"]


@pytest.mark.django_db(transaction=True)
def test_two_sessions_cannot_close_a_circle(now, make_user, company):
    director, one, two = make_user("director"), account("A"), account("B")
    barrier, refused = threading.Barrier(2), []

    def under(child: Account, parent: Account) -> None:
        try:
            barrier.wait()
            companies.edit(actor=director, account=child, opened={}, submitted={"parent": parent}, now=now)
        except Refused as reason:
            refused.append(reason.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=under, args=pair) for pair in ((one, two), (two, one))]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert refused == ["cycle"]
    assert Account.objects.filter(parent=None).count() == 1
