"""From the upload to the live batch, through the reader, as the wizard and the command line do it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile

from kamerton.access.policy import Forbidden
from kamerton.core.models import AuditEntry, Job
from kamerton.core.refused import Refused
from kamerton.ledger import actions, queries, rules, store, uploads
from kamerton.ledger.models import Batch, Draft, LedgerVersion, Rate, SavedMapping
from kamerton.portfolio.models import Snapshot
from tests.ledger.factories import Sale, amounts_by_account

pytestmark = pytest.mark.django_db

SALES = [
    Sale(account="0007", date=f"2025-{month:02d}-15", document=f"D{month}", amount="100.50", cost="60.25")
    for month in range(1, 13)
]


@pytest.fixture
def draft(company, administrator, now, csv_file):
    def make(sales=SALES, name="may.csv") -> Draft:
        return actions.create_draft(actor=administrator, files=[csv_file(name, sales)], now=now)

    return make


@pytest.fixture
def done(django_capture_on_commit_callbacks):
    """done(actions.start_check, ...) -> the job, done in place."""

    def run(start, **arguments) -> Job:
        with django_capture_on_commit_callbacks(execute=True):
            job = start(**arguments)
        job.refresh_from_db()
        return job

    return run


def test_the_wizard_from_upload_to_figures(draft, done, administrator, now):
    run = draft()
    assert (run.state, run.title, run.files[0]["size"]) == ("uploaded", "may.csv", run.size_bytes)
    run = actions.inspect_draft(actor=administrator, draft=run, now=now)
    assert run.state == "inspected"
    assert run.inspection["mapping"]["account"] == "account"
    check = done(actions.start_check, actor=administrator, draft=run, now=now)
    assert (check.state, check.error) == ("done", "")
    run.refresh_from_db()
    assert run.state == "checked"
    assert (run.result["counts"]["read"], run.result["counts"]["used"]) == (12, 12)
    assert Decimal(run.result["counts"]["used_turnover"]) == Decimal(1206)
    assert (run.result["accounts"], run.result["documents"], run.result["warnings"]) == (1, 12, [])
    assert not Batch.objects.exists()
    job = done(actions.start_import, actor=administrator, draft=run, now=now)
    assert (job.state, job.error) == ("done", "")
    run.refresh_from_db()
    batch = Batch.objects.get()
    assert (run.state, run.batch, job.result["batch"]) == ("imported", batch, batch.pk)
    assert amounts_by_account() == {"0007": Decimal("1206.00")}
    assert Snapshot.objects.get(level="account").pk == job.result["snapshot"]
    # Nothing of the upload is left.
    assert not uploads.folder_of(run.pk).exists()
    assert not store.staging_folder(str(run.pk)).exists()


def test_the_check_stages_what_the_import_uses(draft, done, administrator, now):
    run = actions.inspect_draft(actor=administrator, draft=draft(), now=now)
    done(actions.start_check, actor=administrator, draft=run, now=now)
    # The upload is gone: only the staged lines can be what is imported.
    (uploads.folder_of(run.pk) / "may.csv").unlink()
    assert done(actions.start_import, actor=administrator, draft=run, now=now).state == "done"
    assert Batch.objects.get().rows_used == 12


def test_lines_staged_under_other_rates_are_read_again(draft, done, administrator, now):
    run = actions.inspect_draft(actor=administrator, draft=draft(), now=now)
    done(actions.start_check, actor=administrator, draft=run, now=now)
    actions.set_rate(actor=administrator, currency="usd", date=now.date(), rate=Decimal("0.9"), now=now)
    (uploads.folder_of(run.pk) / "may.csv").unlink()
    assert done(actions.start_import, actor=administrator, draft=run, now=now).state == "failed"
    assert not Batch.objects.exists()


def test_an_import_without_a_check_reads_by_itself(draft, done, administrator, now):
    job = done(actions.start_import, actor=administrator, draft=draft(), now=now)
    assert (job.state, Batch.objects.get().rows_used) == ("done", 12)


def test_the_mapping_is_found_again(draft, done, administrator, now, tmp_path):
    strange = tmp_path / "strange.csv"
    strange.write_text("k1,k2,k3,k4\n0007,2025-05-31,INV1,10.50\n0008,2025-05-30,INV2,11.50\n")
    run = actions.create_draft(actor=administrator, files=[strange], now=now)
    run = actions.inspect_draft(actor=administrator, draft=run, now=now)
    mapping = {"account": "k1", "date": "k2", "document": "k3", "amount": "k4"}
    run = actions.settle(actor=administrator, draft=run, choices={"mapping": mapping}, now=now)
    assert {role: run.inspection["mapping"][role] for role in mapping} == mapping
    assert done(actions.start_import, actor=administrator, draft=run, now=now).state == "done"
    strange.write_text("k1,k2,k3,k4\n0009,2025-06-30,INV3,10.50\n0008,2025-06-29,INV4,11.50\n")
    again = actions.create_draft(actor=administrator, files=[strange], now=now)
    again = actions.inspect_draft(actor=administrator, draft=again, now=now)
    assert again.mapping_name == "strange.csv"
    assert {role: again.inspection["mapping"][role] for role in mapping} == mapping
    assert SavedMapping.objects.count() == 1


def test_the_dry_run_tells_what_would_be_replaced(draft, done, administrator, now):
    done(actions.start_import, actor=administrator, draft=draft(), now=now)
    changed = [Sale(account="0007", date="2025-12-15", document="D12", amount="7.00")]
    changed += [Sale(account="0009", date="2025-11-15", document="D11", amount="8.00")]
    run = draft(changed, "december.csv")
    done(actions.start_check, actor=administrator, draft=run, now=now)
    run.refresh_from_db()
    assert run.result["replaces"] == [
        {"batch": 1, "title": "may.csv", "documents": 2, "lines": 2, "amount": "201.00", "other_account": 1}
    ]
    assert "2 documents of “may.csv” come again and are replaced" in run.result["warnings"][0]
    assert "1 of them belong to another account" in run.result["warnings"][0]
    assert amounts_by_account() == {"0007": Decimal("1206.00")}


def test_the_dry_run_warns_of_lines_that_would_add_up(draft, done, administrator, now):
    bare = [Sale(document=None, date="2025-05-01"), Sale(document=None, date="2025-05-20")]
    done(actions.start_import, actor=administrator, draft=draft(bare, "bare.csv"), now=now)
    run = draft([Sale(document=None, date="2025-05-10", amount="9.00"), Sale(document=None)], "more.csv")
    done(actions.start_check, actor=administrator, draft=run, now=now)
    run.refresh_from_db()
    assert [overlap["title"] for overlap in run.result["overlaps"]] == ["bare.csv"]
    assert "10 May 2025" in run.result["warnings"][0]
    assert "both will count" in run.result["warnings"][0]


def test_the_dry_run_recognises_known_content(draft, done, administrator, now):
    done(actions.start_import, actor=administrator, draft=draft(), now=now)
    run = draft(name="same.csv")
    done(actions.start_check, actor=administrator, draft=run, now=now)
    run.refresh_from_db()
    assert "This content was already imported on" in run.result["warnings"][0]
    job = done(actions.start_import, actor=administrator, draft=run, now=now)
    assert (job.state, job.result["code"]) == ("failed", "already_imported")
    assert LedgerVersion.objects.count() == 1


def test_refused_rows_are_kept_with_the_batch(draft, done, administrator, now, tmp_path):
    path = tmp_path / "faulty.csv"
    rows = [f"A1,2025-05-{day:02d},D{day},10.00" for day in range(1, 20)]
    path.write_text("\n".join(["account,date,document,amount", *rows, "A1,2025-13-41,D99,10.00", ""]))
    run = actions.create_draft(actor=administrator, files=[path], now=now)
    done(actions.start_check, actor=administrator, draft=run, now=now)
    run.refresh_from_db()
    assert run.result["refused_total"] == 1
    assert "2025-13-41" in queries.refused_file(run).read_text(encoding="utf-8-sig")
    done(actions.start_import, actor=administrator, draft=run, now=now)
    batch = Batch.objects.get()
    assert (batch.rows_read, batch.rows_used, batch.rows_refused) == (20, 19, 1)
    assert "2025-13-41" in queries.refused_file(batch).read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("content", "code"),
    [("", None), ("account,date,amount\n", None), ("account,date,amount\nA,never,x\n", None)],
)
def test_what_holds_nothing_is_refused_and_leaves_nothing(
    content, code, done, administrator, company, now, tmp_path
):
    path = tmp_path / "empty.csv"
    path.write_text(content)
    run = actions.create_draft(actor=administrator, files=[path], now=now)
    job = done(actions.start_import, actor=administrator, draft=run, now=now)
    assert job.state == "failed"
    assert "Something went wrong" not in job.error
    assert not Batch.objects.exists()
    assert not store.staging_folder(str(run.pk)).exists()


class TestUploads:
    def test_too_much_is_refused_and_nothing_is_kept(self, administrator, now, settings):
        settings.UPLOAD_LIMIT_BYTES = 1000
        files = [SimpleUploadedFile("a.csv", b"x" * 600), SimpleUploadedFile("b.csv", b"x" * 600)]
        with pytest.raises(uploads.TooLarge, match="larger than 0 MB"):
            actions.create_draft(actor=administrator, files=files, now=now)
        assert not list(settings.UPLOAD_DIR.iterdir())
        assert not Draft.objects.exists()

    def test_an_upload_on_the_same_disk_is_linked_with_its_name_made_safe(self, administrator, now):
        file = TemporaryUploadedFile("..\\up/ma y?.csv", "text/csv", 3, None)
        file.write(b"abc")
        file.flush()
        run = actions.create_draft(
            actor=administrator, files=[file, SimpleUploadedFile("ma y_.csv", b"d")], now=now
        )
        file.close()
        assert [each["name"] for each in run.files] == ["ma y_.csv", "ma y_ (2).csv"]
        kept = uploads.paths_of(run.pk, run.files)
        assert [path.read_bytes() for path in kept] == [b"abc", b"d"]

    def test_no_file_is_refused(self, administrator, now):
        with pytest.raises(Refused, match="Choose a file"):
            actions.create_draft(actor=administrator, files=[], now=now)


def test_abandoning_removes_the_files(draft, administrator, now):
    run = actions.abandon_draft(actor=administrator, draft=draft(), now=now)
    assert run.state == "abandoned"
    assert not uploads.folder_of(run.pk).exists()
    for refused in (actions.inspect_draft, actions.start_check, actions.start_import, actions.abandon_draft):
        with pytest.raises(Refused, match="given up"):
            refused(actor=administrator, draft=run, now=now)


def test_one_job_at_a_time_works_on_a_draft(draft, administrator, now):
    run = draft()
    actions.start_check(actor=administrator, draft=run, now=now)
    with pytest.raises(Refused, match="going on already"):
        actions.start_import(actor=administrator, draft=run, now=now)


def test_an_unknown_choice_is_refused(draft, administrator, now):
    run = draft()
    for wrong in ({"colour": "red"}, {"dates": "ymmd"}, {"mapping": "account"}, {"drop_duplicates": "yes"}):
        with pytest.raises(rules.UnknownChoice):
            actions.settle(actor=administrator, draft=run, choices=wrong, now=now)


def test_files_of_this_machine_in_one_go(administrator, company, now, csv_file):
    notes = []
    done = actions.import_files(
        actor=administrator,
        paths=[csv_file("a.csv", SALES[:6]), csv_file("b.csv", SALES[6:])],
        now=now,
        progress=lambda *told: notes.append(told),
    )
    assert (done.batch.title, done.batch.rows_used) == ("a.csv and 1 more", 12)
    assert Snapshot.objects.filter(pk=done.told["snapshot"]).exists()
    assert not list(settings.LEDGER_DIR.glob("staging/*"))
    steps = [step for step, _total, _note in notes]
    assert steps == sorted(steps)


def test_withdrawing_asks_for_a_reason_and_figures_follow(
    administrator, company, now, csv_file, django_capture_on_commit_callbacks
):
    first = actions.import_files(actor=administrator, paths=[csv_file("a.csv", SALES[:6])], now=now).batch
    second = actions.import_files(actor=administrator, paths=[csv_file("b.csv", SALES[6:])], now=now).batch
    with pytest.raises(Refused, match="Say why"):
        actions.withdraw(actor=administrator, batch=second, reason=" ", now=now)
    with django_capture_on_commit_callbacks(execute=True):
        actions.withdraw(actor=administrator, batch=second, reason="twice", now=now)
    snapshot = Snapshot.objects.order_by("-ledger_version__number").first()
    assert snapshot.figures["totals"]["turnover"] == "603.00"
    with django_capture_on_commit_callbacks(execute=True):
        actions.restore(actor=administrator, batch=second, now=now)
    assert amounts_by_account() == {"0007": Decimal("1206.00")}
    assert first.state == "live"


@pytest.mark.parametrize("role", ["reader", "director", "senior_kam"])
def test_who_may_not_import_or_withdraw(role, make_user, administrator, company, draft, now, csv_file):
    actor, run = make_user(role), draft()
    batch = actions.import_files(actor=administrator, paths=[csv_file("a.csv", SALES)], now=now).batch
    asked = [
        lambda: actions.create_draft(actor=actor, files=[Path("x")], now=now),
        lambda: actions.inspect_draft(actor=actor, draft=run, now=now),
        lambda: actions.settle(actor=actor, draft=run, choices={}, now=now),
        lambda: actions.start_check(actor=actor, draft=run, now=now),
        lambda: actions.start_import(actor=actor, draft=run, now=now),
        lambda: actions.abandon_draft(actor=actor, draft=run, now=now),
        lambda: actions.import_files(actor=actor, paths=[], now=now),
        lambda: actions.withdraw(actor=actor, batch=batch, reason="x", now=now),
        lambda: actions.restore(actor=actor, batch=batch, now=now),
        lambda: actions.set_rate(actor=actor, currency="USD", date=now.date(), rate=Decimal(1), now=now),
        lambda: actions.import_rates(actor=actor, file=Path("x"), now=now),
        lambda: actions.save_mapping(actor=actor, draft=run, name="x", now=now),
    ]
    for ask in asked:
        with pytest.raises(Forbidden):
            ask()


class TestRates:
    @pytest.mark.parametrize(
        "text",
        [
            "currency,date,rate\nUSD,2025-01-01,0.92\nusd,2025-02-01,0.9312345678\n",
            "rate;date;currency\n0,92;2025-01-01;USD\n0,9312345678;2025-02-01;USD\n",
        ],
    )
    def test_a_table(self, text, administrator, company, now, tmp_path):
        path = tmp_path / "rates.csv"
        path.write_text(text)
        assert actions.import_rates(actor=administrator, file=path, now=now) == 2
        assert list(Rate.objects.values_list("currency", "date", "rate")) == [
            ("USD", dt.date(2025, 2, 1), Decimal("0.9312345678")),
            ("USD", dt.date(2025, 1, 1), Decimal("0.9200000000")),
        ]
        assert AuditEntry.objects.get().after == {"rates": 2}

    def test_a_workbook(self, administrator, company, now, tmp_path):
        path = tmp_path / "rates.xlsx"
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, ["Currency", "Date", "Rate"])
            sheet.write(1, 0, "USD")
            sheet.write_datetime(1, 1, dt.date(2025, 1, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
            sheet.write(1, 2, 0.92)
        assert actions.import_rates(actor=administrator, file=path, now=now) == 1
        assert Rate.objects.get().rate == Decimal("0.92")

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "no column currency"),
            ("currency,date\nUSD,2025-01-01\n", "no column rate"),
            ("currency,date,rate\n", "holds no rates"),
            ("currency,date,rate\nUSD,2025-01-01,0.9\nUSD,01.02.2025,0.9\n", "Line 3: a date such as"),
            ("currency,date,rate\nUSD,2025-01-01,0\n", "Line 2: 0 is not a rate"),
            ("currency,date,rate\nUSD,2025-01-01,NaN\n", "Line 2: NaN is not a rate"),
            ("currency,date,rate\ndollar,2025-01-01,1\n", "Line 2: 'dollar' is not a currency code"),
            ("currency,date,rate\nUSD,2025-01-01,1,234.5\nEUR\n", "Line 3"),
        ],
    )
    def test_a_table_with_a_fault_changes_nothing(self, text, message, administrator, company, now, tmp_path):
        path = tmp_path / "rates.csv"
        path.write_text(text)
        with pytest.raises(Refused, match=message):
            actions.import_rates(actor=administrator, file=path, now=now)
        assert not Rate.objects.exists()

    def test_lines_are_converted_with_the_rate_of_their_day(self, administrator, company, now, tmp_path):
        for day, rate in (("2025-01-01", "0.90"), ("2025-05-01", "0.80")):
            date = dt.date.fromisoformat(day)
            actions.set_rate(actor=administrator, currency="USD", date=date, rate=Decimal(rate), now=now)
        path = tmp_path / "mixed.csv"
        path.write_text(
            "account,date,document,amount,currency\nA1,2025-04-30,1,10.00,USD\nA1,2025-05-01,2,10.00,USD\n"
            "A1,2025-05-01,3,10.00,EUR\nA1,2025-05-02,4,10.00,CHF\n"
        )
        batch = actions.import_files(actor=administrator, paths=[path], now=now).batch
        assert (batch.rows_used, batch.rows_refused) == (3, 1)
        assert amounts_by_account() == {"A1": Decimal("27.00")}


def test_drill_downs_page_through_documents_lines_and_products(administrator, company, now, csv_file):
    sales = [
        *SALES,
        Sale(account="0007", date="2025-12-15", document="D12", amount="-10.00", product="P2", kind="return"),
    ]
    batch = actions.import_files(actor=administrator, paths=[csv_file("a.csv", sales)], now=now).batch
    page = queries.documents_of("0007", limit=5)
    assert (page.total, page.has_next, len(page.items)) == (12, True, 5)
    assert (page.items[0].document, page.items[0].lines, page.items[0].amount) == ("D12", 2, Decimal("90.50"))
    last = queries.documents_of(["0007"], offset=10, limit=5)
    assert (len(last.items), last.has_next, last.items[-1].document) == (2, False, "D1")
    lines = queries.lines_of("0007", document="D12", year=2025)
    assert [line.amount for line in lines.items] == [Decimal("100.50"), Decimal("-10.00")]
    assert queries.batch_of(lines.items[0].batch) == batch
    products = queries.products_of("0007", from_date=dt.date(2025, 12, 1))
    assert [(each.product, each.amount) for each in products.items] == [
        ("P1", Decimal("100.50")),
        ("P2", Decimal(-10)),
    ]
    assert queries.span() == (dt.date(2025, 1, 15), dt.date(2025, 12, 15))


def test_lines_without_account_can_be_looked_at(administrator, company, now, csv_file):
    sales = [*SALES, Sale(account=None, document="X", amount="3.00")]
    actions.import_files(actor=administrator, paths=[csv_file("a.csv", sales)], now=now)
    assert [line.document for line in queries.lines_of(unassigned=True).items] == ["X"]
