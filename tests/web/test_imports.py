"""The wizard through HTTP: upload, look, check, import, result; what is refused, and what it says."""

from __future__ import annotations

import gzip
import html as markup
import io
import re
import uuid
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kamerton.access.models import User
from kamerton.core.models import Job
from kamerton.ledger import actions
from kamerton.ledger.models import Batch, Draft, Rate, SavedMapping
from tests.ledger.factories import amounts_by_account
from tests.web.conftest import NOW

SALES = "account,date,document,amount,cost\n" + "".join(
    f"00{at % 3},2025-{at % 12 + 1:02d}-{at % 28 + 1:02d},D{at},{100 + at}.50,60.00\n" for at in range(24)
)
#: Days and months all below 13: nobody can tell which is which.
EITHER = "account,date,document,amount\n" + "".join(
    f"A{at % 3},{at % 9 + 1:02d}/{at % 7 + 2:02d}/2025,D{at},{100 + at}.50\n" for at in range(24)
)


@pytest.fixture
def person(client, make_user, company):
    client.force_login(make_user("administrator"))
    return client


@pytest.fixture
def send(person, django_capture_on_commit_callbacks):
    """send(name, args, data): a POST, and the work that it starts done; the text of the page that follows."""

    def post(name: str, *args, **data):
        with django_capture_on_commit_callbacks(execute=True):
            return person.post(reverse(name, args=args), data)

    return post


def file(content: str | bytes = SALES, name: str = "sales.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


@pytest.fixture
def uploaded(send, client):
    """uploaded(content) -> the draft, looked at."""

    def up(content: str | bytes = SALES, name: str = "sales.csv") -> Draft:
        answer = send("import_new", files=[file(content, name)])
        assert answer.status_code == 302, answer.content.decode()
        client.get(answer["Location"])  # the first look
        return Draft.objects.order_by("created_at").last()

    return up


def page(client, url: str, status: int = 200) -> str:
    answer = client.get(url, follow=True)
    assert answer.status_code == status
    return markup.unescape(answer.content.decode()).replace("\xa0", " ")


def step(client, draft: Draft, status: int = 200) -> str:
    return page(client, reverse("import_draft", args=[draft.pk]), status)


# --- the whole way ---------------------------------------------------------------------------------------


def test_from_the_upload_to_the_portfolio_and_back(person, send, uploaded):
    draft = uploaded()
    html = step(person, draft)
    assert "Everything was recognised" in html
    assert '<option value="amount" selected' in html

    send("import_settle", draft.pk, next="check")
    html = step(person, draft)
    assert "24 of 24 rows can be used: €2,688 of turnover, 3 accounts" in html
    assert "Import 24 lines" in html
    assert not Batch.objects.exists()

    send("import_start", draft.pk, mapping_name="ERP")
    html = step(person, draft)
    batch = Batch.objects.get()
    assert "24 lines with €2,688 of turnover" in html
    assert SavedMapping.objects.get().name == "ERP"
    assert amounts_by_account().keys() == {"000", "001", "002"}
    assert "1 import counts: 24 lines" in page(person, reverse("imports"))
    assert "key accounts make" in page(person, reverse("portfolio"))

    answer = send("import_withdraw", batch.sequence, reason="wrong\x00 file")
    assert answer["Location"] == reverse("import_batch", args=[batch.sequence])
    html = page(person, answer["Location"])
    assert "wrong file" in html
    assert "Let it count again" in html
    assert "24 lines left every figure" in html
    assert amounts_by_account() == {}
    assert "No figures yet" in page(person, reverse("portfolio"))

    send("import_restore", batch.sequence)
    assert len(amounts_by_account()) == 3


def test_a_date_that_reads_two_ways_is_asked(person, send, uploaded):
    draft = uploaded(EITHER)
    html = step(person, draft)
    assert "1 point is open that only you can tell." in html
    assert 'name="doubt:dates" value="dmy"' in html

    send("import_settle", draft.pk, next="check")
    html = step(person, draft)
    assert "please answer what is still open first" in html
    assert not Job.objects.exists()

    send("import_settle", draft.pk, next="check", **{"doubt:dates": "mdy"})
    assert "24 of 24 rows can be used" in step(person, draft)
    send("import_start", draft.pk)
    assert Batch.objects.get().last_date.month == 9


def test_a_mapping_is_set_by_hand_and_found_again(person, send, uploaded):
    content = SALES.replace("amount,cost", "alpha,beta")
    draft = uploaded(content)
    step(person, draft)
    draft.refresh_from_db()
    names = [column["name"] for column in draft.inspection["columns"]]
    roles = dict(zip(names, ["account", "date", "document", "amount", "cost"], strict=True))
    answers = {f"column:{at}": roles[name] for at, name in enumerate(names)}
    send("import_settle", draft.pk, next="check", **answers)
    assert "€2,688 of turnover" in step(person, draft)
    send("import_start", draft.pk, mapping_name="Odd names")

    again = uploaded(content.replace("2025-", "2024-").replace(",D", ",E"))
    html = step(person, again)
    assert "The answers that you saved as “Odd names” were used." in html
    assert "Everything was recognised" in html


def test_one_role_for_two_columns_is_refused_and_the_page_stays(person, send, uploaded):
    draft = uploaded()
    step(person, draft)
    answer = send("import_settle", draft.pk, next="check", **{"column:0": "account", "column:2": "account"})
    html = markup.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "Two columns cannot both mean “Account”: account and document." in html


def test_a_role_can_be_freed(person, send, uploaded):
    draft = uploaded()
    step(person, draft)
    chosen = {"column:0": "account", "column:1": "date", "column:2": "", "column:3": "amount", "column:4": ""}
    send("import_settle", draft.pk, next="check", **chosen)
    draft.refresh_from_db()
    assert (draft.state, draft.result["accounts"]) == ("checked", 3)
    assert not {"document", "cost"} & {role for role, name in draft.inspection["mapping"].items() if name}


def test_refused_rows_are_listed_and_downloaded(person, send, uploaded):
    draft = uploaded(SALES + "007,2025-02-31,X1,5.00,1\n008,2025-03-01,X2,=cmd,1\n,2025-03-02,X3,7.00,1\n")
    send("import_settle", draft.pk, next="check")
    html = step(person, draft)
    assert "24 of 27 rows can be used" in html
    assert "2025-02-31" in html
    told = b"".join(person.get(reverse("import_draft_refused", args=[draft.pk])).streaming_content).decode()
    assert "2025-02-31" in told
    assert not re.search(r"(^|,)=cmd", told, re.MULTILINE)
    send("import_start", draft.pk)
    batch = Batch.objects.get()
    assert (batch.rows_refused, batch.rows_unassigned) == (2, 1)
    answer = person.get(reverse("import_batch_refused", args=[batch.sequence]))
    assert b"2025-02-31" in b"".join(answer.streaming_content)


def test_repeats_are_kept_until_the_person_says_otherwise(person, send, uploaded):
    draft = uploaded(SALES + SALES.splitlines()[5] + "\n")
    send("import_settle", draft.pk, next="check")
    assert "1 row repeats another one exactly." in step(person, draft)
    send("import_settle", draft.pk, next="check", with_duplicates="drop")
    assert "24 of 25 rows can be used" in step(person, draft)
    send("import_settle", draft.pk, next="check", with_duplicates="keep")
    assert "25 of 25 rows can be used" in step(person, draft)


def test_the_same_content_again_is_recognised(person, send, uploaded):
    for _again in range(2):
        draft = uploaded()
        send("import_settle", draft.pk, next="check")
        send("import_start", draft.pk)
    html = step(person, draft)
    assert "already imported" in html
    assert Batch.objects.count() == 1


def test_a_run_waits_in_the_list_and_is_discarded(person, send, uploaded):
    draft = uploaded()
    step(person, draft)
    html = page(person, reverse("imports"))
    assert "Waiting for you" in html
    assert "Waits for your answers" in html
    answer = send("import_abandon", draft.pk)
    assert answer["Location"] == reverse("imports")
    assert "Waiting for you" not in page(person, reverse("imports"))
    assert "was discarded" in step(person, draft)
    assert send("import_settle", draft.pk, next="check").status_code in (302, 409, 422)
    assert send("import_start", draft.pk).status_code != 500
    assert not Batch.objects.exists()


def test_the_demo_export_can_be_tried(person, send, monkeypatch):
    monkeypatch.setattr(
        "kamerton.web.imports.write_export", lambda path, _today: path.write_text(SALES, encoding="utf-8")
    )
    assert send("import_new", demo="1").status_code == 302
    assert "Demo export" in page(person, reverse("imports"))


def test_a_large_file_is_looked_at_in_a_job(person, uploaded, monkeypatch):
    monkeypatch.setattr("kamerton.web.imports.LOOK_AT_ONCE_BYTES", 10)
    draft = uploaded()
    assert Job.objects.get().kind == "ledger.inspect"
    assert "Everything was recognised" in step(person, draft)


def test_work_under_way_survives_a_reload(person, uploaded, make_user):
    draft = uploaded()
    step(person, draft)
    draft.refresh_from_db()
    job = actions.start_check(actor=draft.owner, draft=draft, now=NOW)
    for _reload in range(2):
        html = step(person, draft)
        assert f'hx-get="{reverse("job", args=[job.pk])}"' in html
        assert "Discard this import" in html
    assert f"job-{job.pk}" in page(person, reverse("job", args=[job.pk]))


# --- whose it is -----------------------------------------------------------------------------------------


def test_the_run_and_the_job_of_somebody_else_are_not_there(person, uploaded, make_user, client):
    draft = uploaded()
    step(person, draft)
    draft.refresh_from_db()
    job = actions.start_check(actor=draft.owner, draft=draft, now=NOW)
    client.logout()
    client.force_login(make_user("sales_support"))
    assert "sales.csv" not in page(client, reverse("imports"))
    assert client.get(reverse("import_draft", args=[draft.pk])).status_code == 404
    assert client.get(reverse("import_draft_refused", args=[draft.pk])).status_code == 404
    for name in ("import_settle", "import_start", "import_abandon"):
        assert client.post(reverse(name, args=[draft.pk])).status_code == 404
    assert client.get(reverse("job", args=[job.pk])).status_code == 404
    assert client.get(reverse("import_draft", args=[uuid.uuid4()])).status_code == 404


@pytest.mark.parametrize(
    "back",
    ["https://example.com/", "//example.com/", "/\\example.com", "javascript:alert(1)", "/\t/example.com"],
)
def test_a_job_leads_back_to_our_own_pages_only(person, back, administrator_job):
    html = person.get(reverse("job", args=[administrator_job.pk]), {"back": back}).content.decode()
    assert "example.com" not in html.split("<main")[1].split("</main>")[0]


@pytest.fixture
def administrator_job(person):
    return Job.objects.create(
        actor=User.objects.get(),
        kind="ledger.check",
        parameters={},
        state="done",
        created_at=NOW,
        finished_at=NOW,
    )


# --- what cannot be read ---------------------------------------------------------------------------------


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


BAD = {
    "empty": (b"", "sales.csv"),
    "header only": (b"account,date,amount\n", "sales.csv"),
    "binary": (bytes(range(256)) * 40, "sales.csv"),
    "truncated gzip": (gzip.compress(SALES.encode() * 50)[:-200], "sales.csv.gz"),
    "no columns": (b"\n\n\n\n", "sales.csv"),
    "many columns": (b",".join(b"c%d" % at for at in range(100_000)) + b"\n", "sales.csv"),
    "nul bytes": (b"account,date,amount\n\x00\x00\x00\x00,\x00\x00\n" * 20, "sales.csv"),
    "a workbook that is none": (b"PK\x03\x04 nothing of the kind", "sales.xlsx"),
    "an old workbook that is none": (b"\xd0\xcf\x11\xe0 nothing", "sales.xls"),
    "parquet that is none": (b"PAR1 nothing PAR1", "sales.parquet"),
    "zip bomb": (zipped(**{"sales.csv": b"0" * 30_000_000}), "sales.zip"),
    "zip of nothing": (zipped(), "sales.zip"),
    "most rows of another width": (b"account,date,amount\n" + b"1,2,3,4,5,6\n2\n" * 30, "sales.csv"),
    "a query": (b"select * from read_csv('/etc/passwd')", "sales.sql"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\x00" * 500, "sales.png"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_is_told_in_words(person, send, name):
    content, file_name = BAD[name]
    answer = send("import_new", files=[file(content, file_name)])
    if answer.status_code == 302:
        html = page(person, answer["Location"])
    else:
        assert answer.status_code == 422
        html = markup.unescape(answer.content.decode())
    told = (
        "could not be read" in html
        or 'role="alert"' in html
        or "k-note-bad" in html
        or "Not found yet" in html
    )
    assert told, html.split("<main")[1][:1500]
    assert "Traceback" not in html
    assert not Batch.objects.exists()


def test_amounts_and_dates_beyond_reason_are_refused_rows(person, send, uploaded):
    rows = "".join(
        f"A1,{day},X{at},{amount},1\n"
        for at, (day, amount) in enumerate(
            [
                ("1900-01-01", "5"),
                ("9999-12-31", "5"),
                ("2025-01-01", "1e30"),
                ("2025-01-01", "inf"),
                ("2025-01-01", "NaN"),
            ]
        )
    )
    draft = uploaded(SALES + rows)
    send("import_settle", draft.pk, next="check")
    assert "24 of 29 rows can be used" in step(person, draft)


def test_doubled_headers_are_kept_apart(person, send, uploaded):
    draft = uploaded(SALES.replace("amount,cost", "amount,amount"))
    assert "amount" in step(person, draft)


def test_an_upload_above_the_limit_is_told_in_words(person, send, settings):
    settings.UPLOAD_LIMIT_BYTES = 1000
    answer = send("import_new", files=[file(SALES * 50)])
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Nothing was kept" in html
    assert "No file was chosen" not in html
    assert not Draft.objects.exists()


@pytest.mark.parametrize("data", [{}, {"files": ""}])
def test_no_file_chosen(send, data):
    answer = send("import_new", **data)
    assert answer.status_code == 422
    assert "No file was chosen" in answer.content.decode()


# --- rates and lists -------------------------------------------------------------------------------------


def test_rates(person, send):
    assert "Lines in other currencies than EUR are refused" in page(person, reverse("import_rates"))
    answer = send(
        "import_rates", file=file("currency,date,rate\nPLN,2025-01-01,0.23\nGBP,2025-01-01,1.19\n", "r.csv")
    )
    assert answer.status_code == 302
    html = page(person, reverse("import_rates"))
    assert "2 rates were taken over." in html
    assert "2 currencies beside EUR have rates" in html
    assert Rate.objects.count() == 2


@pytest.mark.parametrize(
    "content",
    [
        "",
        "nothing",
        "currency,date,rate\nPLN,2025-01-01,zero\n",
        "\x00\x01",
        "currency,date,rate\nPLN,2025-01-01,-1\n",
    ],
)
def test_rates_that_cannot_be_read(send, content):
    answer = send("import_rates", file=file(content, "r.csv"))
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode() or "k-note" in answer.content.decode()
    assert not Rate.objects.exists()


def test_rates_without_a_file_and_above_the_limit(send, settings):
    assert send("import_rates").status_code == 422
    settings.UPLOAD_LIMIT_BYTES = 10
    assert "Nothing was kept" in send("import_rates", file=file(SALES * 9, "r.csv")).content.decode()


def test_the_list_of_imports_asks_the_same_for_one_and_for_many(
    person, administrator_job, django_assert_num_queries
):
    def add(count: int) -> None:
        owner = administrator_job.actor
        for _one in range(count):
            number = Batch.objects.count() + 1
            Batch.objects.create(
                sequence=number, title=f"{number}", content_hash=f"{number:064d}", state="live", rows_read=1,
                rows_used=1, rows_unassigned=0, rows_refused=0, rows_duplicate=0, rows_dropped=0,
                has_cost=True, used_turnover=1, unassigned_turnover=0, lines_without_cost=0, lines_without_document=0,
                currency="EUR", parquet_name="x", files=[], choices={}, imported_by=owner, imported_at=NOW,
            )  # fmt: skip

    person.get(reverse("imports"))
    add(1)
    with django_assert_num_queries(9):
        person.get(reverse("imports"))
    add(2)
    with django_assert_num_queries(9):
        person.get(reverse("imports"))


def test_an_import_that_does_not_exist(person):
    assert person.get(reverse("import_batch", args=[99])).status_code == 404
    assert person.post(reverse("import_withdraw", args=[99])).status_code == 404
    assert person.get("/imports/99999999999999999999/").status_code == 404


# --- in the person's own language --------------------------------------------------------------------------


def test_questions_notes_and_reasons_are_told_in_the_person_s_language(person, send, uploaded):
    User.objects.update(language="it")
    draft = uploaded(EITHER)
    assert "Quale numero in “date” è il giorno?" in step(person, draft)
    assert "prima il giorno: " in step(person, draft)
    assert "data, prima l’anno" not in step(person, draft)  # nothing is claimed of what is being asked
    User.objects.update(language="pl")
    other = uploaded("account,date,amount,discount\nA,2025-01-05,nope,10\n" + "A,2025-01-06,5.00,20\n" * 30)
    assert "„discount” nie jest odejmowana" in step(person, other)
    send("import_settle", other.pk, next="check")
    other.refresh_from_db()
    assert other.result["refused_head"][0]["reason"] == {"said": "is not a number"}
    shown = step(person, other)
    assert "nie jest liczbą" in shown
    send("import_start", other.pk)
    batch = Batch.objects.get()
    assert "„discount” nie jest odejmowana" in page(person, reverse("import_batch", args=[batch.sequence]))
    batch.notes = ["An old sentence."]
    batch.save()
    assert "An old sentence." in page(person, reverse("import_batch", args=[batch.sequence]))


def test_a_file_that_is_refused_as_a_whole_says_so_in_the_person_s_language(person, uploaded):
    User.objects.update(language="ru")
    draft = uploaded(b"%PDF-1.7 nothing of a table", name="sales.csv")
    shown = step(person, draft)
    assert "sales.csv — документ PDF, а не таблица. Ничего не прочитано." in shown
    assert "Выгрузите продажи в CSV" in shown
