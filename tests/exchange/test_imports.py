"""Imports of contacts: the dry run, the import, rights and reach, going on, undoing."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest
from django.db import transaction

from kamerton.access.policy import Forbidden
from kamerton.accounts import search
from kamerton.accounts.actions import companies, contacts
from kamerton.accounts.models import Account, Address, Contact, Coverage, ExternalId, Relation
from kamerton.core.models import AuditEntry
from kamerton.core.refused import Refused
from kamerton.exchange import actions, importing, reading
from kamerton.exchange.models import Chunk, Run, SavedMapping
from tests.accounts.factories import account, contact, cover

pytestmark = pytest.mark.django_db

HEADS = "Name,Company,Email,Mobile,Job title"


@pytest.fixture
def file(tmp_path: Path):
    def write(*lines: str, heads: str = HEADS, name: str = "a.csv") -> Path:
        path = tmp_path / name
        path.write_text("\n".join((heads, *lines)) + "\n")
        return path

    return write


def dry(actor, path: Path, now: dt.datetime, **answers: object) -> Run:
    return actions.import_files(actor=actor, paths=[path], answers=answers, now=now, dry_run=True)


def told(run: Run) -> dict[str, int]:
    return {name: count for name, count in run.result["counts"].items() if count}


def people() -> list[tuple[str, str, str, str]]:
    return list(
        Contact.objects.order_by("account__number", "name").values_list(
            "account__name", "name", "email", "post"
        )
    )


def test_a_dry_run_writes_nothing_and_says_what_would_be(now, make_user, file):
    helios = account("A-1", "Helios", website="helios.example")
    contact(helios, "Ada Berti", email="ada@helios.example", mobile="333 1234567")
    path = file(
        "Ada Berti,Helios S.p.A.,ADA@helios.example,333 7654321,Buyer",  # fills the post, keeps the mobile
        "Bo Dahl,Helios,bo@helios.example,,",  # new
        "Eva Falk,Helios,ada@helios.example,,",  # a shared address?
        "Cy Ek,Nobody Ltd,cy@nobody.example,,",  # no such account
        "Max Gall,Helios,nobody,,",  # no address
        "Ada Berti,Helios,,,Buyer",  # says nothing new after the first row
    )
    run = dry(make_user("director"), path, now)
    assert told(run) == {
        "rows": 6, "rows_fill": 1, "rows_add": 1, "rows_double": 1, "rows_refused": 2, "rows_same": 1, "contacts_added": 1,
        "contacts_filled": 1, "same": 1, "doubles": 1, "refused": 2, "conflicts": 1,
    }  # fmt: skip
    assert run.result["conflicts"] == [
        {"file": "a.csv", "line": 2, "name": "Ada Berti", "field": "mobile", "column": "Mobile", "value": "333 7654321",
         "kept": "333 1234567"}
    ]  # fmt: skip
    assert [(row["line"], row["column"], row["value"]) for row in run.result["refused"]] == [
        (5, "Company", "Nobody Ltd"),
        (6, "Email", "nobody"),
    ]
    assert run.result["questions"][0] | {"there": ""} == {
        "key": "a.csv:4", "about": "person", "file": "a.csv", "line": 4, "name": "Eva Falk", "why": "other_name",
        "account": "Helios", "account_number": "A-1", "there": "", "there_account": "Helios",
    }  # fmt: skip
    assert Contact.objects.count() == 1
    assert Contact.objects.get().post == ""
    with importing.report_path(run).open(encoding="utf-8-sig") as report:
        rows = list(csv.DictReader(report))
    assert [(row["line"], row["result"]) for row in rows] == [
        ("2", "filled in"), ("2", "kept"), ("3", "added"), ("4", "perhaps a double"), ("5", "refused"), ("6", "refused"),
        ("7", "there already"),
    ]  # fmt: skip


def test_an_import_writes_what_the_dry_run_said_and_the_trail_counts(now, make_user, file):
    helios = account("A-1", "Helios")
    ada = contact(helios, "Ada Berti", email="ada@helios.example", mobile="333 1234567")
    boss = make_user("director")
    run = dry(
        boss,
        file("Ada Berti,Helios,ada@helios.example,333 7,Buyer", "Bo Dahl,Helios,,,CEO", "Cy Ek,New One Ltd,cy@new.example,,",
             "Di Fox,new one,di@new.example,,", "Refused,Helios,nobody,,"),
        now, add_companies=True,
    )  # fmt: skip
    run = importing.import_run(actor=boss, run=run, now=now)
    assert people() == [
        ("Helios", "Ada Berti", "ada@helios.example", "Buyer"),
        ("Helios", "Bo Dahl", "", "CEO"),
        ("New One Ltd", "Cy Ek", "cy@new.example", ""),
        ("New One Ltd", "Di Fox", "di@new.example", ""),
    ]
    made = Account.objects.get(name="New One Ltd")
    assert (made.number, made.stage, made.created_by) == ("P-00001", "prospect", boss)
    ada.refresh_from_db()
    assert (ada.mobile, ada.version) == ("333 1234567", 2)
    assert list(Contact.objects.search("buyer ada@helios")) == [ada]
    assert list(Contact.objects.search("bo ceo"))
    assert list(Account.objects.search("new one"))
    assert (_hits(boss, "new one"), _hits(boss, "buyer")) == ({"account": 1}, {"contact": 1})
    entry = AuditEntry.objects.get(action="exchange.import")
    assert entry.after | {"files": []} == {
        "files": [], "rows": 5, "rows_add": 3, "rows_fill": 1, "rows_refused": 1, "contacts_added": 3, "contacts_filled": 1, "accounts_added": 1, "conflicts": 1,
    }  # fmt: skip
    assert "Ada" not in str(entry.after)
    assert run.state == "imported"
    assert "Buyer" not in str(list(Chunk.objects.values_list("written", "marks")))


def _hits(actor, typed: str) -> dict[str, int]:
    return {each.kind: len(each.rows) for each in search.find(actor, typed, limit=6) if each.rows}


def test_the_same_rows_again_change_nothing(now, make_user, file):
    boss, path = (
        make_user("director"),
        file("Ada Berti,Helios,ada@helios.example,,Buyer", "Bo Dahl,Helios,,,"),
    )
    actions.import_files(actor=boss, paths=[path], answers={"add_companies": True}, now=now)
    before = list(Contact.objects.order_by("pk").values())
    run = actions.import_files(actor=boss, paths=[path], answers={"add_companies": True}, now=now)
    assert run.counts == {"rows": 2, "rows_same": 2}
    assert list(Contact.objects.order_by("pk").values()) == before


def test_companies_numbers_and_addresses_come_with_the_rows(now, make_user, file):
    helios = account("A-1", "Helios", tax_number="")
    path = file(
        "Helios,A-1,77,IT012,Via Lunga 1,20100,Milano,Italia,https://helios.example",
        "Orion GmbH,K-9,78,DE99,Ring 2,10115,Berlin,Germany,",
        "Helios Spa,,77,IT 012,Other street,,Roma,IT,",
        heads="Company name,Customer number,Account ID,VAT number,Street,Postal code,City,Country,Website",
    )
    boss = make_user("director")
    actions.import_files(actor=boss, paths=[path], answers={"add_companies": True, "system": "sap"}, now=now)
    helios.refresh_from_db()
    assert (helios.tax_number, helios.country, helios.website) == ("IT012", "IT", "https://helios.example")
    assert sorted(ExternalId.objects.values_list("account__name", "system", "value")) == [
        ("Helios", "sap", "77"), ("Orion GmbH", "erp", "K-9"), ("Orion GmbH", "sap", "78"),
    ]  # fmt: skip
    assert sorted(Address.objects.values_list("account__name", "city", "country", "kind")) == [
        ("Helios", "Milano", "IT", "legal"),
        ("Orion GmbH", "Berlin", "DE", "legal"),
    ]
    assert list(Account.objects.search("k-9")) == list(Account.objects.search("orion"))
    again = dry(boss, path, now, system="sap")
    assert told(again) == {"rows": 3, "rows_same": 3, "same": 3}


def test_what_is_decided_of_doubles_is_done(now, make_user, file):
    helios = account("A-1", "Helios", website="helios.example")
    ada = contact(helios, "Ada Berti", email="ada@helios.example")
    path = file("Ada Maria Berti Rossi,Helios Poland,x@helios.example,,", "Eva Falk,Helios,ada@helios.example,,CEO",
                "Max Gall,Helios,ada@helios.example,,", "Sam Hill,Helios,ada@helios.example,,")  # fmt: skip
    boss = make_user("director")
    run = dry(boss, path, now)
    assert [(row["about"], row["key"], row["why"]) for row in run.result["questions"]] == [
        ("company", "heliospoland", "domain"), ("person", "a.csv:3", "other_name"), ("person", "a.csv:4", "other_name"),
        ("person", "a.csv:5", "other_name"),
    ]  # fmt: skip
    said = {"a.csv:3": "same", "a.csv:4": "another", "a.csv:5": "skip", "a.csv:9": "nonsense"}
    actions.decide(actor=boss, run=run, people=said, companies_={"heliospoland": "same"}, now=now)
    run = importing.import_run(actor=boss, run=actions.check(actor=boss, run=run, now=now), now=now)
    ada.refresh_from_db()
    assert ada.post == "CEO"
    assert [name for _a, name, _e, _p in people()] == ["Ada Berti", "Ada Maria Berti Rossi", "Max Gall"]
    assert run.counts["rows_double"] == 1


# --- rights and reach -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "role", ["junior_kam", "sales_manager", "auditor", "reader", "hr", "department_member"]
)
def test_only_who_may_import_does(now, make_user, file, role):
    with pytest.raises(Forbidden):
        dry(make_user(role), file("Ada,Helios,,,"), now)
    assert not Run.objects.exists()


def test_nothing_out_of_reach_is_matched_filled_or_revealed(now, make_user, file):
    kam, other = make_user("senior_kam"), make_user("senior_kam", "other")
    mine, hidden = (
        account("A-1", "Helios"),
        account("B-1", "Hidden Works", website="hidden.example", tax_number="42"),
    )
    cover(mine, kam)
    cover(hidden, other)
    secret = contact(hidden, "Zoe Quist", email="zoe@hidden.example", mobile="999 1112223")
    ExternalId.objects.create(account=hidden, system="crm", value="77")
    path = file(
        "Zoe Quist,Hidden Works,zoe@hidden.example,,Owner,,",
        "Zoe Quist,,zoe@hidden.example,,Owner,,",
        "Zoe Quist,B-1 stands for it,zoe@new.example,,,B-1,",
        "Zoe Quist,Another name,zoe@new.example,,,,42",
        "Zoe Quist,Nobody at all,zoe@new.example,,,,",
        "Zoe Quist,Helios,zoe@hidden.example,,Owner,,",
        heads=HEADS + ",Account number,Tax number",
    )
    refused_alone = dry(kam, path, now)
    assert told(refused_alone)["refused"] == 5
    reasons = {row["line"]: row["reason"]["said"] for row in refused_alone.result["refused"]}
    assert reasons[2] == reasons[4] == reasons[5] == reasons[6]  # there or not: the same words
    run = actions.import_files(actor=kam, paths=[path], answers={"add_companies": True}, now=now)
    assert "999 1112223" not in str(run.result)  # what is kept of the hidden contact is nowhere
    assert "999 1112223" not in importing.report_path(run).read_text()
    secret.refresh_from_db()
    assert (secret.post, secret.version) == ("", 1)
    assert Coverage.objects.get(account__name="Nobody at all").person == kam


def test_whether_a_hidden_company_is_there_makes_no_difference(now, make_user, file):
    """Dry run, report and what is written: with a company out of reach as without it."""
    kam, boss = make_user("senior_kam"), make_user("director")
    cover(account("A-1", "Helios"), kam)
    path = file(
        "Zoe,Hidden Works,z1@a.example,B-1,42,77,",
        "Yan,Hidden,z2@hidden.example,,,,",
        "Xia,Other name,z3@b.example,,42,,",
        "Wim,Third name,z4@c.example,,,77,",
        "Ugo,,z5@hidden.example,,,,",
        "Tom,Number,z6@d.example,B-1,,,www.hidden.example",
        heads="Name,Company,E-mail,Account number,Tax number,CRM ID,Website",
    )

    def told_of(actor: object) -> tuple[object, ...]:
        checked = dry(actor, path, now, add_companies=True)
        report = importing.report_path(checked).read_text()
        with transaction.atomic():
            run = importing.import_run(actor=actor, run=checked, now=now)
            rows = Account.objects.exclude(number="B-1").order_by("pk")
            written = [
                (row.name, row.tax_number, sorted(row.external_ids.values_list("value"))) for row in rows
            ]
            transaction.set_rollback(True)
        return checked.result, report, run.counts, written

    without = told_of(kam)
    hidden = account(
        "B-1", "Hidden Works", website="hidden.example", tax_number="42", email="info@hidden.example"
    )
    cover(hidden, boss)
    contact(hidden, "Zoe", email="z1@a.example")
    ExternalId.objects.create(account=hidden, system="crm", value="77")
    assert told_of(kam) == without
    assert without[2]["accounts_added"] == 4
    assert told_of(boss)[2].get("accounts_added", 0) < 4  # who reaches it finds it


def test_an_account_that_left_the_reach_since_the_dry_run_gets_nothing(now, make_user, file):
    kam = make_user("senior_kam")
    mine = account("A-1", "Helios")
    held = cover(mine, kam)
    run = dry(kam, file("Ada,Helios,,,"), now)
    assert told(run)["contacts_added"] == 1
    held.delete()
    run = importing.import_run(actor=kam, run=run, now=now)
    assert run.counts == {"rows": 1, "rows_refused": 1}
    assert not Contact.objects.exists()


def test_who_may_not_add_companies_adds_none(now, make_user, file):
    run = actions.import_files(actor=make_user("sales_support"), paths=[file("Ada,New One,,,")],
                               answers={"add_companies": True}, now=now)  # fmt: skip
    assert run.counts == {"rows": 1, "rows_refused": 1}
    assert not Account.objects.exists()


# --- killed, at the same time, again -----------------------------------------------------------------------------


class Killed(Exception):
    pass


def test_killed_between_two_chunks_it_stands_between_them_and_goes_on(now, make_user, file, monkeypatch):
    monkeypatch.setattr(reading, "CHUNK", 2)
    boss = make_user("director")
    run = dry(
        boss, file(*(f"Person {n},Helios,p{n}@helios.example,," for n in range(5))), now, add_companies=True
    )
    asked = []

    def confirm() -> None:
        asked.append(1)
        if len(asked) == 3:
            raise Killed

    with pytest.raises(Killed):
        importing.import_run(actor=boss, run=run, now=now, confirm=confirm)
    run = Run.objects.get()
    assert (run.state, run.done_rows, Contact.objects.count()) == ("importing", 4, 4)
    with pytest.raises(Refused, match="imported already"):
        actions.abandon(actor=boss, run=run, now=now)
    run = importing.import_run(actor=boss, run=run, now=now)
    assert (run.state, run.counts["contacts_added"], Contact.objects.count()) == ("imported", 5, 5)


def test_killed_within_a_chunk_nothing_of_it_is_there(now, make_user, file, monkeypatch):
    boss = make_user("director")
    run = dry(boss, file("Ada,Helios,,,", "Bo,Helios,,,"), now, add_companies=True)

    def die(**_told: object) -> None:
        raise Killed

    monkeypatch.setattr(Chunk.objects, "create", die)
    with pytest.raises(Killed):
        importing.import_run(actor=boss, run=run, now=now)
    assert (Account.objects.count(), Contact.objects.count(), Run.objects.get().state) == (0, 0, "checked")


def test_what_others_wrote_since_the_dry_run_is_found_and_stays(now, make_user, file):
    boss, helios = make_user("director"), account("A-1", "Helios")
    bo = contact(helios, "Bo Dahl")
    run = dry(boss, file("Ada Berti,Helios,ada@helios.example,,Buyer", "Bo Dahl,Helios,,,Clerk"), now)
    contacts.create(
        actor=boss, account=helios, values={"name": "Ada Berti", "email": "ada@helios.example"}, now=now
    )
    contacts.edit(actor=boss, contact=bo, opened={}, submitted={"post": "CEO"}, now=now)
    run = importing.import_run(actor=boss, run=run, now=now)
    assert [(name, post) for _a, name, _e, post in people()] == [("Ada Berti", "Buyer"), ("Bo Dahl", "CEO")]
    assert (run.counts["contacts_filled"], run.counts["conflicts"]) == (1, 1)


def test_two_imports_of_one_file_add_everybody_once(now, make_user, file, monkeypatch):
    monkeypatch.setattr(reading, "CHUNK", 2)
    boss, path = make_user("director"), file(*(f"Person {n},Helios,,," for n in range(6)))
    first, second = (dry(boss, path, now, add_companies=True) for _ in range(2))
    turns = iter([lambda: None, lambda: importing.import_run(actor=boss, run=second, now=now)])
    importing.import_run(actor=boss, run=first, now=now, confirm=next(turns, lambda: None))
    assert (Contact.objects.count(), Account.objects.count()) == (6, 1)
    with pytest.raises(Refused):
        actions.start_import(actor=boss, run=first, now=now)


def test_the_meaning_of_the_columns_is_known_for_the_next_file(now, make_user, file):
    boss = make_user("director")
    heads = "Wer,Wo"
    actions.import_files(actor=boss, paths=[file("Ada,Helios", heads=heads)], now=now,
                         answers={"mapping": {"Wer": "name", "Wo": "company"}, "add_companies": True})  # fmt: skip
    assert SavedMapping.objects.get().mapping == {"Wer": "name", "Wo": "company"}
    assert told(dry(boss, file("Helios,Bo", heads="wo,WER"), now))["contacts_added"] == 1
    with pytest.raises(Refused, match="No column names people"):
        dry(boss, file("Ada,Helios", heads="Foo,Bar"), now)


# --- undoing -------------------------------------------------------------------------------------------------------


def _state() -> list[object]:
    return [
        list(Account.objects.order_by("pk").values("number", "name", "website", "search_text")),
        list(Contact.objects.order_by("pk").values("name", "email", "post", "mobile", "languages", "search_text")),
        list(ExternalId.objects.values_list("value")), list(Address.objects.values_list("city")), Coverage.objects.count(),
    ]  # fmt: skip


def test_a_whole_import_is_undone(now, make_user, file):
    kam = make_user("senior_kam")
    helios = account("A-1", "Helios", search_text="helios a-1")
    cover(helios, kam)
    ada = contact(helios, "Ada Berti")
    ada.search_text = contacts.search_text(ada)
    ada.save()
    before = _state()
    path = file("Ada Berti,Helios,ada@helios.example,,Buyer,it,helios.example,77,Milano", "Bo,New One,,,,,,,",
                heads=HEADS + ",Language,Website,Account ID,City")  # fmt: skip
    run = actions.import_files(actor=kam, paths=[path], answers={"add_companies": True}, now=now)
    assert _state() != before
    done = importing.undo(actor=kam, run=run, now=now)
    assert (done.contacts, done.accounts, done.fields, done.kept) == (1, 1, 4, 0)
    assert _state() == before
    assert (_hits(kam, "bo"), _hits(kam, "buyer"), _hits(kam, "new")) == ({}, {}, {})
    with pytest.raises(Refused, match="nothing to undo"):
        importing.undo(actor=kam, run=run, now=now)


def test_what_somebody_worked_with_since_stays(now, make_user, file):
    boss = make_user("director")
    helios = account("A-1", "Helios")
    old = contact(helios, "Old Hand")
    run = actions.import_files(
        actor=boss, now=now, answers={"add_companies": True},
        paths=[file("Ada,Helios,,,", "Bo,Helios,,,", "Cy,Helios,,,", "Old Hand,Helios,old@x.example,,Clerk", "Di,New One,,,",
                    "Ed,New Two,,,")],
    )  # fmt: skip
    ada, bo, di = (Contact.objects.get(name=name) for name in ("Ada", "Bo", "Di"))
    contacts.edit(actor=boss, contact=ada, opened={}, submitted={"post": "CEO"}, now=now)
    Relation.objects.create(account=helios, of=bo, to=old, kind="knows", created_at=now)
    contacts.edit(actor=boss, contact=old, opened={}, submitted={"post": "Director"}, now=now)
    companies.tag(actor=boss, account=di.account, add=["big"], now=now)
    done = importing.undo(actor=boss, run=run, now=now)
    assert (done.contacts, done.accounts, done.fields, done.kept) == (3, 1, 1, 3)
    assert sorted(Contact.objects.values_list("name", "post", "email")) == [
        ("Ada", "CEO", ""), ("Bo", "", ""), ("Old Hand", "Director", ""),
    ]  # fmt: skip
    assert sorted(Account.objects.values_list("name", flat=True)) == ["Helios", "New One"]


def test_files_and_reports_of_what_is_over_are_removed_after_a_while(now, make_user, file):
    boss = make_user("director")
    run = actions.import_files(
        actor=boss, paths=[file("Ada,Helios,,,")], answers={"add_companies": True}, now=now
    )
    assert importing.report_path(run).exists()
    actions.sweep(now=now + dt.timedelta(days=29))
    assert importing.report_path(run).exists()
    actions.sweep(now=now + dt.timedelta(days=31))
    assert not importing.report_path(run).exists()
    run.refresh_from_db()
    assert (run.result, run.counts["contacts_added"]) == (None, 1)


def test_the_report_is_harmless_to_a_spreadsheet(now, make_user, file):
    run = dry(
        make_user("director"), file('"=HYPERLINK(""x"")",Helios,,,', "+Bo,Helios,,,"), now, add_companies=True
    )
    with importing.report_path(run).open(encoding="utf-8-sig") as report:
        assert [row["contact"] for row in csv.DictReader(report)] == ['\'=HYPERLINK("x")', "'+Bo"]
