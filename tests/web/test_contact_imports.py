"""The import of contacts through HTTP: look, check, decide, import, undo; whose it is; the list as vCard."""

from __future__ import annotations

import html as markup
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kamerton.accounts.models import Account, Contact
from kamerton.core.models import AuditEntry, Job
from kamerton.exchange import actions, importing, reading
from kamerton.exchange.models import Run
from kamerton.exchange.read.model import Settled
from kamerton.exchange.read.tables import read_tables
from tests.accounts.factories import account, contact, cover

HEADS = "First name,Last name,Company,Email,Mobile,Job title\n"


@pytest.fixture
def boss(client, make_user, company):
    user = make_user("director")
    client.force_login(user)
    return user


@pytest.fixture
def send(client, boss, django_capture_on_commit_callbacks):
    """send(name, args, data): a POST, and the work that it starts done."""

    def post(name: str, *args, **data):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(reverse(name, args=args), data)

    return post


def text(answer) -> str:
    return re.sub(r"\s+", " ", markup.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


@pytest.fixture
def uploaded(send, client):
    def up(content: str, name: str = "people.csv") -> Run:
        answer = send("contact_import_new", files=[SimpleUploadedFile(name, content.encode())])
        assert answer.status_code == 302, text(answer)
        assert client.get(answer["Location"]).status_code == 200
        return Run.objects.get()

    return up


def page(client, run: Run, query: str = "") -> str:
    answer = client.get(reverse("contact_import", args=[run.pk]) + query)
    assert answer.status_code == 200
    return text(answer)


def test_from_the_upload_to_the_undoing(client, boss, send, uploaded):
    helios = account("A-1", "Helios")
    contact(helios, "Ada Berti", email="ada@helios.example", mobile="333 1234567")
    run = uploaded(
        HEADS + "Ada,Berti,Helios,ada@helios.example,333 7654321,Buyer\nBo,Dahl,Helios,bo@helios.example,,\n"
        "Eva,Falk,Helios,ada@helios.example,,\nCy,Ek,Nobody Ltd,cy@nobody.example,,\nMax,Gall,Helios,nobody,,\n"
    )
    look = page(client, run)
    assert "5 rows; 6 of 6 columns were recognised" in look
    send("contact_import_settle", run.pk, next="check", companies="refuse")
    check = page(client, run)
    assert "1 to add, 1 to fill in, 0 there already, 1 to decide, 2 refused." in check
    assert "the same e-mail address, another name" in check
    assert re.search(r"333 7654321 .{0,20}333 1234567", check)  # both values, and which is kept
    assert "The company is none of your accounts." in check
    assert "This is no e-mail address." in check
    assert Contact.objects.count() == 1
    send("contact_import_decide", run.pk, all="another")
    assert "2 to add" in page(client, run)
    send("contact_import_start", run.pk, mapping_name="Address book")
    done = page(client, run)
    assert "2 contacts were added, 1 filled in, 2 rows refused." in done
    assert sorted(Contact.objects.values_list("name", flat=True)) == ["Ada Berti", "Bo Dahl", "Eva Falk"]
    report = client.get(reverse("contact_import_report", args=[run.pk]))
    assert b"filled in" in b"".join(report.streaming_content)
    assert "Address book" in page(client, uploaded_again(client, send))
    send("contact_import_undo", run.pk)
    assert "The import is undone." in page(client, run)
    assert Contact.objects.get().post == ""


def uploaded_again(client, send) -> Run:
    """The very same bytes: recognised, with the meaning of the columns."""
    before = set(Run.objects.values_list("pk", flat=True))
    path = actions.uploads.paths_of(Run.objects.get().pk, Run.objects.get().files)[0]
    send("contact_import_new", files=[SimpleUploadedFile("again.csv", path.read_bytes())])
    run = Run.objects.exclude(pk__in=before).get()
    assert "You imported this very file on" in page(client, run)
    return run


def test_unknown_companies_become_prospects_where_that_is_said(client, send, uploaded):
    run = uploaded(HEADS + "Cy,Ek,Nobody Ltd,cy@nobody.example,,\nDi,Fox,Nobody,di@nobody.example,,\n")
    send("contact_import_settle", run.pk, next="check", companies="add")
    assert "1 company becomes a prospect." in page(client, run)
    send("contact_import_start", run.pk)
    assert Account.objects.get().name == "Nobody Ltd"


def test_the_meaning_of_columns_is_changed_and_what_is_missing_is_asked(client, send, uploaded):
    run = uploaded("Wer,Wo\nAda Berti,Helios\nBo Dahl,Helios\n")
    assert "Not found yet" in page(client, run)
    send("contact_import_settle", run.pk, next="check")
    assert not Job.objects.exists()
    send(
        "contact_import_settle",
        run.pk,
        next="check",
        **{"column:0": "name", "column:1": "company"},
        companies="add",
    )
    assert "2 to add" in page(client, run)
    assert "Wer" in page(client, run, "?look")


@pytest.mark.parametrize("content", ["", "Name,Email\n", "\x00\x01\x02" * 300])
def test_a_file_that_cannot_be_read_says_so_and_is_discarded(client, send, boss, content):
    answer = send("contact_import_new", files=[SimpleUploadedFile("a.csv", content.encode())])
    run = Run.objects.filter().first()
    if run is None:
        assert answer.status_code == 422
        return
    assert "Nothing was read." in page_any(client, run)
    send("contact_import_discard", run.pk)
    run.refresh_from_db()
    assert run.state == "abandoned"
    assert not actions.uploads.folder_of(run.pk).exists()


def page_any(client, run: Run) -> str:
    return text(client.get(reverse("contact_import", args=[run.pk])))


def test_nothing_is_imported_before_it_is_checked(client, send, uploaded):
    run = uploaded(HEADS + "Cy,Ek,Nobody Ltd,cy@nobody.example,,\n")
    answer = send("contact_import_start", run.pk)
    assert answer.status_code == 422
    assert "not checked yet" in text(answer)
    assert not Job.objects.exists()


def test_a_run_is_its_owners_alone(client, make_user, uploaded):
    run = uploaded(HEADS + "Zoe,Quist,Hidden,zoe@hidden.example,,\n")
    client.force_login(make_user("administrator"))
    assert "people.csv" not in text(client.get(reverse("contact_import_new")))
    for name in ("", "_report"):
        assert client.get(reverse(f"contact_import{name}", args=[run.pk])).status_code == 404
    for name in ("_settle", "_decide", "_start", "_undo", "_discard"):
        assert client.post(reverse(f"contact_import{name}", args=[run.pk])).status_code == 404


def test_an_import_that_stopped_says_where_and_goes_on(client, send, uploaded, monkeypatch, now, boss):
    monkeypatch.setattr(reading, "CHUNK", 1)
    run = uploaded(HEADS + "".join(f"P,{n},Helios,,,\n" for n in range(3)))
    send("contact_import_settle", run.pk, next="check", companies="add")
    asked = []

    def stop() -> None:
        asked.append(1)
        if len(asked) > 2:
            raise RuntimeError

    run.refresh_from_db()
    with pytest.raises(RuntimeError):
        importing.import_run(actor=boss, run=run, now=now, confirm=stop)
    assert "Stopped after 2 of 3 rows." in page(client, run)
    send("contact_import_start", run.pk)
    assert "3 contacts were added" in page(client, run)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_imports_costs_the_same_for_one_and_for_three(
    client, boss, now, count, django_assert_max_num_queries
):
    for n in range(count):
        Run.objects.create(owner=boss, title=f"R{n}", files=[], created_at=now, changed_at=now)
    client.get(reverse("contact_import_new"))
    with django_assert_max_num_queries(11):
        client.get(reverse("contact_import_new"))


# --- the list of contacts as vCard ------------------------------------------------------------------------------


def test_contacts_in_reach_leave_as_cards_and_come_back_equal(client, make_user, company, tmp_path):
    kam = make_user("senior_kam")
    mine, hidden = account("A-1", "Fonderia; Figli, Srl"), account("B-1", "Hidden Works")
    cover(mine, kam)
    contact(
        mine,
        "Mario Rossi",
        post="Buyer, metals",
        email="m@fonderia.example",
        phone="+39 02 1",
        mobile="+39 333 1",
    )
    contact(mine, "Łucja", salutation="Dr")
    contact(mine, "", is_found=False, post="Head of IT")
    contact(hidden, "Zoe Quist")
    client.force_login(kam)
    assert "vCard" in text(client.get(reverse("contacts")))
    answer = client.get(reverse("contacts_export", args=["vcf"]))
    content = b"".join(answer.streaming_content)
    assert answer["Content-Type"].startswith("text/vcard")
    assert b"Zoe" not in content
    assert AuditEntry.objects.get(action="contacts.export").after["kind"] == "vcf"
    path = tmp_path / "out.vcf"
    path.write_bytes(content)
    (table,) = read_tables([path], Settled(), memory_bytes=2**28)
    rows = [dict(zip(table.columns, row.cells, strict=True)) for row in table.rows]
    assert [
        (row["FN"], row["Company"], row["Title"], row["Email"], row["Tel work"], row["Tel cell"])
        for row in rows
    ] == [
        (
            "Mario Rossi",
            "Fonderia; Figli, Srl",
            "Buyer, metals",
            "m@fonderia.example",
            "+39 02 1",
            "+39 333 1",
        ),
        ("Łucja", "Fonderia; Figli, Srl", "", "", "", ""),
    ]


def test_who_may_not_take_lists_out_gets_no_cards(client, make_user, company):
    client.force_login(make_user("reader"))
    assert client.get(reverse("contacts_export", args=["vcf"])).status_code == 403
    assert "vCard" not in text(client.get(reverse("contacts")))
