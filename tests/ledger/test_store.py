"""Publishing: all or nothing, whatever happens."""

from __future__ import annotations

import datetime as dt
import json
import os
import secrets
import signal
import subprocess
import sys
import threading
from dataclasses import asdict, replace
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from kamerton.core.models import AuditEntry, Company
from kamerton.core.refused import Refused
from kamerton.ledger import actions, store
from kamerton.ledger.models import Batch, LedgerVersion
from tests.ledger.factories import Sale, amounts_by_account

OLD = [Sale(document="1", amount="10.00"), Sale(document="2", amount="5.00")]
#: Replaces document 2 and adds document 3: masks are written too.
NEW = [Sale(document="2", amount="7.00"), Sale(document="3", amount="1.00")]


def run_apart(where: str, sales: list[Sale], folder: Path) -> subprocess.CompletedProcess[str]:
    """Import `sales` in a process of its own, on the database of this test."""
    folder.mkdir(exist_ok=True)
    (folder / "sales.json").write_text(json.dumps([asdict(sale) for sale in sales]))
    environment = {
        **os.environ,
        "KAMERTON_HOME": str(settings.HOME),
        "KAMERTON_LEDGER_DIR": str(settings.LEDGER_DIR),
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
    }
    name = str(connection.settings_dict["NAME"])
    command = [sys.executable, "-m", "tests.ledger.dying", where, name, str(folder / "staged")]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture
def old(transactional_db, incoming, administrator, company, now):
    return store.publish(actor=administrator, incoming=incoming(OLD, "old"), now=now)


@pytest.mark.parametrize("where", ["sync", "confirm", "move 1", "move 2", "move 3"])
def test_a_process_that_dies_leaves_the_old_state(old, where, tmp_path, incoming, administrator, now):
    before = LedgerVersion.objects.values().get()
    ended = run_apart(where, NEW, tmp_path / "apart")
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert LedgerVersion.objects.values().get() == before
    assert list(Batch.objects.values_list("title", "state")) == [("old", "live")]
    assert amounts_by_account() == {"A1": Decimal("15.00")}
    # What is left is swept by the next import, which does what the dead one wanted.
    store.sweep(now=now)
    assert [path.name for path in (settings.LEDGER_DIR / "batches").iterdir()] == [old.parquet_name]
    assert not list((settings.LEDGER_DIR / "masks").iterdir())
    store.publish(actor=administrator, incoming=incoming(NEW, "again"), now=now)
    assert amounts_by_account() == {"A1": Decimal("18.00")}


def test_a_process_that_dies_after_the_commit_leaves_the_new_state(old, tmp_path, now):
    assert run_apart("committed", NEW, tmp_path / "apart").returncode == -signal.SIGKILL
    assert amounts_by_account() == {"A1": Decimal("18.00")}
    store.sweep(now=now)
    assert amounts_by_account() == {"A1": Decimal("18.00")}


def test_no_room_is_refused_with_words_and_nothing_is_changed(old, tmp_path):
    ended = run_apart("small files", NEW, tmp_path / "apart")
    assert (ended.returncode, ended.stdout.split()[0]) == (3, "no_room"), ended.stderr
    assert "no room left on the disk" in ended.stdout
    assert amounts_by_account() == {"A1": Decimal("15.00")}
    assert LedgerVersion.objects.count() == 1


def at_once(works: list) -> list[object]:
    """Run `works` in threads that start together; what each returned or raised."""
    ready, results = threading.Barrier(len(works)), [None] * len(works)

    def run(at: int) -> None:
        ready.wait()
        try:
            results[at] = works[at]()
        except Refused as refused:
            results[at] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_imports_at_once_all_count_and_versions_are_linear(incoming, administrator, company, now):
    staged = [incoming([Sale(document=f"{at}", amount="1.00")], f"file {at}") for at in range(4)]
    works = [lambda one=one: store.publish(actor=administrator, incoming=one, now=now) for one in staged]
    results = at_once(works)
    done = [each for each in results if isinstance(each, Batch)]
    assert all(isinstance(each, Batch) or each.code == "busy" for each in results)
    assert len(done) >= 2
    assert sorted(Batch.objects.values_list("sequence", flat=True)) == list(range(1, len(done) + 1))
    assert sorted(LedgerVersion.objects.values_list("number", flat=True)) == list(range(1, len(done) + 1))
    assert amounts_by_account() == {"A1": Decimal(len(done)).quantize(Decimal("0.01"))}


@pytest.mark.django_db(transaction=True)
def test_the_same_content_at_once_counts_once(incoming, administrator, company, now):
    twins = [incoming(OLD, "twin") for _ in range(2)]
    works = [lambda one=one: store.publish(actor=administrator, incoming=one, now=now) for one in twins]
    results = at_once(works)
    assert sorted(type(each).__name__ for each in results) == ["AlreadyImported", "Batch"]
    assert amounts_by_account() == {"A1": Decimal("15.00")}


@pytest.mark.django_db
class TestWhatIsRefused:
    @pytest.fixture
    def publish(self, incoming, administrator, company, now):
        return lambda sales, title="May": store.publish(
            actor=administrator, incoming=incoming(sales, title), now=now
        )

    def test_the_same_content_again(self, publish):
        publish(OLD)
        with pytest.raises(
            store.AlreadyImported,
            match=r"already imported on 2 March 2026 by administrator, as “May”. Nothing was changed.",
        ):
            publish(list(reversed(OLD)), "another name")
        assert LedgerVersion.objects.count() == 1

    def test_content_that_was_withdrawn(self, publish, administrator, now):
        store.withdraw(actor=administrator, batch=publish(OLD), reason="wrong", now=now)
        with pytest.raises(store.AlreadyImported, match="Restore that import instead"):
            publish(OLD)

    def test_the_same_bytes_read_otherwise_where_nothing_tells_that_they_are_the_same(
        self, incoming, publish, administrator, now
    ):
        bare = [Sale(document=None, amount="1.00")]
        first = incoming(bare, "as income")
        store.publish(actor=administrator, incoming=first, now=now)
        other = incoming([Sale(document=None, amount="1000.00")], "as thousands")
        with pytest.raises(store.AlreadyImported, match="they would count twice"):
            store.publish(actor=administrator, incoming=replace(other, files=first.files), now=now)

    def test_lines_in_another_currency_than_the_ledger(self, incoming, publish, administrator, now):
        publish(OLD)
        other = incoming([Sale(document="9")], "dollars")
        dollars = replace(other, staged=replace(other.staged, currency="USD"))
        with pytest.raises(Refused, match="These lines are in USD and the ledger is in EUR"):
            store.publish(actor=administrator, incoming=dollars, now=now)

    def test_the_first_import_says_what_the_currency_is(self, incoming, administrator, company, now):
        first = incoming(OLD)
        zloty = replace(first, staged=replace(first.staged, currency="PLN"))
        batch = store.publish(actor=administrator, incoming=zloty, now=now)
        assert (batch.currency, Company.objects.get().currency) == ("PLN", "PLN")

    def test_what_confirm_refuses(self, incoming, administrator, company, now):
        def confirm() -> None:
            raise Refused("stopped")

        with pytest.raises(Refused, match="stopped"):
            store.publish(actor=administrator, incoming=incoming(OLD), now=now, confirm=confirm)
        assert not Batch.objects.exists()
        assert not LedgerVersion.objects.exists()
        assert not list(settings.LEDGER_DIR.glob("batches/*"))


@pytest.mark.django_db
def test_sweeping_removes_what_no_row_names_and_nothing_else(incoming, administrator, company, now):
    batch = store.publish(actor=administrator, incoming=incoming(OLD), now=now)
    orphan = settings.LEDGER_DIR / "batches" / ("0" * 64 + ".parquet")
    orphan.write_bytes(b"half")
    young = settings.LEDGER_DIR / "staging" / "files-young"
    young.mkdir()
    aged = settings.LEDGER_DIR / "staging" / "files-aged"
    aged.mkdir()
    long_ago = (now - dt.timedelta(days=3)).timestamp()
    os.utime(aged, (long_ago, long_ago))
    assert store.sweep(now=now) == 2
    assert (orphan.exists(), young.exists(), aged.exists()) == (False, True, False)
    assert store.batch_path(batch.content_hash).exists()
    assert store.sweep(now=now) == 0


@pytest.mark.django_db
def test_the_trail_tells_of_every_change(incoming, administrator, company, now):
    batch = store.publish(actor=administrator, incoming=incoming(OLD), now=now)
    store.withdraw(actor=administrator, batch=batch, reason="wrong prices", now=now)
    store.restore(actor=administrator, batch=batch, now=now)
    told = AuditEntry.objects.order_by("pk").values_list("action", "reason", "subject")
    subject = f"ledger.batch:{batch.pk}"
    assert list(told) == [
        ("ledger.import", "", subject),
        ("ledger.withdraw", "wrong prices", subject),
        ("ledger.restore", "", subject),
    ]


@pytest.fixture
def tiny_disk(tmp_path, settings):
    """A ledger folder on a file system of its own with 200 kB."""
    place = tmp_path / "tiny"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("mounting a file system takes more rights than this test run has")
    settings.LEDGER_DIR = place
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.django_db
def test_a_disk_that_fills_up_while_importing(tiny_disk, administrator, company, now, csv_file):
    small = [Sale(document="1")]
    actions.import_files(actor=administrator, paths=[csv_file("small.csv", small)], now=now)
    before = amounts_by_account()
    large = [
        Sale(account=secrets.token_hex(8), document=f"{at}", product=secrets.token_hex(8), amount=f"{at}.25")
        for at in range(20_000)
    ]
    with pytest.raises(Refused) as refused:
        actions.import_files(actor=administrator, paths=[csv_file("large.csv", large)], now=now)
    assert refused.value.code == "no_room", refused.value
    assert amounts_by_account() == before
    assert not list(tiny_disk.glob("staging/*"))
    assert LedgerVersion.objects.count() == 1
