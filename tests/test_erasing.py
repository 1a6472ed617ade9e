"""An erased person is nowhere any more: a scan of every column of every table and of every file (REL-15).

The person is first written into every text and JSON field of every kind of row that the product has, found through
the registry of models: a field that comes later is in this test by itself.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import uuid
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models

from kamerton.accounts import naming, traces
from kamerton.accounts.actions import contacts, erasing, files
from kamerton.accounts.models import Account, Attachment, Contact, Note
from kamerton.core.models import AuditEntry, Job, SavedView, UndoStep
from kamerton.core.refused import Refused
from kamerton.exchange import actions as imports
from kamerton.exchange import importing
from kamerton.exchange.models import Run
from tests.accounts.factories import DAY, account, contact, cover

NAME, EMAIL, MOBILE = "Ada Bertinelli", "ada.b@nord.example", "+39 333 1234567"
SAID = f"{NAME}, {EMAIL}"


# --- one row of every kind, with the person in each of its texts -----------------------------------------------


#: What constraints ask for beyond fields that cannot be empty.
BESIDES = {
    "accounts.contact": {"name": "Somebody"},
    "accounts.coverage": {"outsider": "x"},
    "plans.departmentplan": {"year": 2026},
    "plans.spend": {"amount": Decimal(1)},
    "portfolio.keystatus": {"until": DAY, "end_reason": "x", "benefit": "x", "risk": "x"},
    "portfolio.dependence": {"until": DAY, "end_why": "x"},
    "engagements.engagement": {"ends_at": dt.datetime(2026, 1, 5, 10, tzinfo=dt.UTC)},
    "documents.madedocument": {"kept_until": dt.datetime(2026, 1, 6, 9, tzinfo=dt.UTC)},
    "plans.plan": {"starts_on": DAY, "ends_on": DAY + dt.timedelta(days=364)},
    "plans.line": {"text": "x"},
    "plans.objective": {"kind": "milestone"},
    "plans.resource": {"what": "x"},
}


def a_row(model: type[models.Model], at: dict[type, Any]) -> Any:
    """A row of `model`, and of whatever it cannot be without."""
    if model not in at:
        at[model] = new_row(model, at)
    return at[model]


def new_row(model: type[models.Model], at: dict[type, Any]) -> Any:
    told: dict[str, Any] = {}
    pointed_at: set[Any] = set()
    for field in model._meta.local_concrete_fields:
        if needs_value(field):
            again = isinstance(field, models.ForeignKey) and field.related_model in pointed_at
            told[field.name] = new_row(field.related_model, {**at}) if again else a_value(field, at)
            pointed_at.add(field.related_model)
    if model._meta.label_lower in ("accounts.budgetmovement", "portfolio.servingcost"):
        told["account"] = at[Account]
    if model._meta.label_lower == "accounts.presentation":
        told["contact"] = a_row(Contact, at)
    if any(each.name.endswith("_one_row") for each in model._meta.constraints):
        told["pk"] = 1
    row = model(**told | BESIDES.get(model._meta.label_lower, {}))
    models.Model.save(row, force_insert=True)
    return row


def needs_value(field: models.Field) -> bool:
    return not (field.null or field.has_default() or field.blank or isinstance(field, models.AutoField))


def a_value(field: models.Field, at: dict[type, Any]) -> Any:
    if isinstance(field, models.ForeignKey):
        return a_row(field.related_model, at)
    if field.choices:
        return field.choices[0][0]
    for kind, value in (
        (models.DateTimeField, dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC)), (models.DateField, DAY),
        (models.BooleanField, False), (models.DecimalField, Decimal(1)), (models.FloatField, 1.0),
        (models.IntegerField, 1), (models.UUIDField, uuid.uuid4()), (models.JSONField, {}),
    ):  # fmt: skip
        if isinstance(field, kind):
            return value
    return uuid.uuid4().hex[: field.max_length or 32]


def fill(model: type[models.Model], row: Any) -> None:
    told = {}
    for field in traces.fields(model):
        if isinstance(field, models.JSONField):
            told[field.name] = {"told": [SAID], NAME: {"by": SAID.upper()}}
        elif isinstance(field, models.EmailField):
            told[field.name] = EMAIL
        else:
            told[field.name] = next(text for text in (f"{SAID} {row.pk}"[-200:], SAID, NAME, "")
                                     if len(text) <= (field.max_length or 999))  # fmt: skip
    if told:
        model._base_manager.filter(pk=row.pk).update(**told)


def everything_seeded(there: Account, director: Any) -> dict[type, Any]:
    """Rows made here belong to another account than the person's, or to none: nothing leads there but the name."""
    at: dict[type, Any] = {
        type(director): director,
        Account: account("ELSEWHERE", "Somebody Else"),
        Job: None,
    }
    at[Job] = Job.objects.create(
        kind="x", actor=director, state="done", created_at=dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
    )
    for model in traces.of_rooms():
        row = a_row(model, at)
        fill(model, row)
    return at


# --- looking everywhere ------------------------------------------------------------------------------------------


def named_in_tables(told: re.Pattern[str]) -> list[str]:
    """table.column of every cell of the database, as it is stored, that names the person."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            heads = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                found += [
                    f"{table}.{head}"
                    for head, cell in zip(heads, row, strict=True)
                    if told.search(plain(cell))
                ]
    return sorted(set(found))


def plain(cell: object) -> str:
    if isinstance(cell, bytes | memoryview):
        return bytes(cell).decode("utf-8", "replace")
    return str(cell)


def named_in_files(told: re.Pattern[str]) -> list[str]:
    found = []
    for path in Path(settings.HOME).rglob("*"):
        if (
            path.is_file()
            and ".sqlite3" not in path.name
            and (told.search(path.name) or told.search(read(path)))
        ):
            found.append(path.name)
    return sorted(found)


def read(path: Path) -> str:
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            text = "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
            return re.sub("<[^>]*>", "", text)
    return path.read_bytes().decode("utf-8", "replace")


def document(text: str) -> bytes:
    """An office document in which marks of the look cut the name."""
    first, last = text.split(" ", 1)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", f"<w:t>{first}</w:t><w:t> {last}</w:t>")
    return out.getvalue()


# --- the proof -----------------------------------------------------------------------------------------------------


@pytest.fixture
def director(make_user):
    return make_user("director")


@pytest.fixture
def ada(director, now):
    there = account("A-1", "Nord")
    cover(there, director)
    return contacts.create(actor=director, account=there, now=now, values={
        "name": NAME, "email": EMAIL, "mobile": MOBILE, "post": "Chief"})  # fmt: skip


@pytest.mark.requirement("REL-15")
def test_no_table_and_no_file_names_an_erased_person(ada, director, now, django_capture_on_commit_callbacks):
    everything_seeded(ada.account, director)
    SavedView.objects.update(query="q=ada+bertinelli&sort=name")
    run = imports.create_run(actor=director, now=now, files=[SimpleUploadedFile(
        "people.csv", f"First name,Last name,Company,E-mail\nAda,Bertinelli,Nord,{EMAIL}\nBo,Nowy,Nord,\n".encode())])  # fmt: skip
    imports.inspect(actor=director, run=run, now=now)
    imports.check(actor=director, run=run, now=now)
    importing.import_run(actor=director, run=run, now=now)
    for name, content in (("plan.docx", document(f"{NAME} decides")), ("mail.txt", EMAIL.upper().encode()),
                          ("Bertinelli, Ada.pdf", b"%PDF")):  # fmt: skip
        files.add(actor=director, account=ada.account, pieces=[content], name=name, now=now)
    told = naming.pattern(traces.keys_of(ada))
    assert len(named_in_tables(told)) > 90
    assert len(named_in_files(told)) == 4  # the list, its report, a text, a document

    chosen = [each.file.pk for each in erasing.files_of(director, ada)]
    with django_capture_on_commit_callbacks(execute=True):
        erasing.erase(actor=director, contact=ada, reason=f"asked by {NAME}", files=chosen, now=now)
    assert named_in_tables(told) == []
    assert named_in_files(told) == []
    assert not Attachment.objects.filter(pk__in=chosen).exists()
    entry = AuditEntry.objects.get(action="accounts.erase")
    assert (entry.reason, entry.after["exchange.run"]) == (
        "asked by erased person",
        2,
    )  # this import and the one made up


def test_every_kind_of_row_is_looked_at_or_left_for_a_reason():
    looked_at = {model._meta.label_lower for model in traces.of_rooms()}
    left = {model._meta.label_lower for model in apps.get_models(include_auto_created=True)
            if model.__module__.startswith("kamerton.")} - looked_at  # fmt: skip
    rooms = {name for name in left if name.split(".")[0] == "ledger"}
    assert left - rooms == {name for name in traces.LEFT if "." in name}
    assert all(reason for reason in traces.LEFT.values())


# --- edges ---------------------------------------------------------------------------------------------------------


def test_texts_of_a_former_account_lose_the_name_and_a_namesakes_do_not(ada, director, now):
    former, other = ada.account, account("C", "Third")
    cover(other, director)
    contact(other, NAME)  # a namesake: what stands at other accounts may mean either
    there = account("B", "South")
    cover(there, director)
    notes = [Note.objects.create(account=each, text=f"{NAME} / {EMAIL}", on=DAY, created_at=now)
             for each in (former, there, other)]  # fmt: skip
    contacts.move(actor=director, contact=ada, account=there, now=now)
    ada.refresh_from_db()
    assert erasing.has_namesake(ada)
    erasing.erase(actor=director, contact=ada, reason="asked", now=now)
    said = [Note.objects.get(pk=each.pk).text for each in notes]
    assert said == [
        "erased person / erased person",
        "erased person / erased person",
        f"{NAME} / erased person",
    ]


def test_an_undo_that_would_write_a_field_back_is_gone(ada, director, now):
    kept = UndoStep.objects.create(
        actor=director, kind="work.reopen", parameters={"task": ada.pk}, created_at=now
    )
    UndoStep.objects.create(actor=director, kind="accounts.contact_fields", created_at=now,
                            parameters={"contacts": {str(ada.pk): {"post": "Chief"}}})  # fmt: skip
    erasing.erase(actor=director, contact=ada, reason="asked", now=now)
    assert list(UndoStep.objects.all()) == [kept]


def upload(director, now, name: str, text: str) -> Run:
    return imports.create_run(actor=director, files=[SimpleUploadedFile(name, text.encode())], now=now)


def test_imports_of_others_stay_and_what_cannot_be_read_goes(
    ada, director, now, make_user, django_capture_on_commit_callbacks
):
    other = make_user("director", "other")
    runs = {name: upload(other, now, name, text) for name, text in (
        ("theirs.csv", "Name,Company\nBo Nowy,Nord\nEva Nowa,Nord\n"),
        ("hers.csv", f"Name,Company,Remarks\nBo Nowy,Nord,\nEva,Nord,like {NAME}\n"),
        ("blob.bin", "\x00\x01\x02" * 50),
    )}  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        erasing.erase(actor=director, contact=ada, reason="asked", now=now)
    assert {name: Run.objects.get(pk=run.pk).state for name, run in runs.items()} == {
        "theirs.csv": "uploaded", "hers.csv": "abandoned", "blob.bin": "abandoned"}  # fmt: skip
    assert [name for name, run in runs.items() if (settings.UPLOAD_DIR / str(run.pk)).exists()] == [
        "theirs.csv"
    ]


def test_while_an_import_of_the_person_goes_on_nothing_is_erased(ada, director, now):
    run = upload(director, now, "hers.csv", f"Name,Company\n{NAME},Nord\n")
    run.job = Job.objects.create(kind="exchange.import", actor=director, state="running", created_at=now)
    run.state = "importing"
    run.save()
    with pytest.raises(Refused, match="going on"):
        erasing.erase(actor=director, contact=ada, reason="asked", now=now)
    assert Contact.objects.get(pk=ada.pk).name == NAME
    Job.objects.update(state="failed")
    erasing.erase(actor=director, contact=ada, reason="asked", now=now)
    assert Run.objects.get().state == "imported"  # ends where it stood; it can be undone


def test_files_are_listed_for_the_eraser_and_stay_unless_chosen(ada, director, now):
    def add(name: str, content: bytes, **more: Any) -> Attachment:
        return files.add(actor=director, account=ada.account, pieces=[content], name=name, now=now, **more)

    by_name, inside = add("ada_bertinelli.txt", b"x"), add("mail.eml", f"From: A <{EMAIL}>\n\nhello".encode())
    unread, clean = add("scan.pdf", b"%PDF"), add("prices.csv", b"a;b")
    about = Note.objects.create(account=ada.account, text="t", on=DAY, created_at=now)
    about.contacts.add(ada)
    noted = add("plan.csv", b"c;d", note=about)
    told = {each.file: each.why for each in erasing.files_of(director, ada)}
    assert told == {by_name: "name", inside: "content", noted: "note", unread: "unread"}
    erasing.erase(actor=director, contact=ada, reason="asked", files=[inside.pk, clean.pk], now=now)
    assert set(Attachment.objects.all()) == {
        by_name,
        noted,
        unread,
        clean,
    }  # one that was not offered is not taken
    assert Attachment.objects.get(pk=by_name.pk).name == "erased person.txt"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"call {NAME.upper()} now", "call - now"),
        ("Bertinelli, Ada", "-"),
        ("@ada.bertinelli", "@-"),
        ("Ada\nBertinelli", "-"),
        ("Ada Bertinellini", "Ada Bertinellini"),
        ("xada.b@nord.example", "xada.b@nord.example"),
        ("+393331234567 or 333 1234567", "- or 333 1234567"),
        ("Ada", "Ada"),
    ],
)
def test_how_texts_name_a_person(text, said):
    told = naming.pattern(naming.keys(name=NAME, email=EMAIL, phones=[MOBILE]))
    assert naming.without(text, told, "-") == said
