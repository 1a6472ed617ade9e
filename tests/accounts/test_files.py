"""Files of an account: on the disk and in the records, or in neither."""

from __future__ import annotations

import errno
import hashlib
import threading

import pytest
from django.conf import settings
from django.db import connections

from kamerton.access import policy
from kamerton.access.secrecy import Secrecy
from kamerton.accounts import file_store
from kamerton.accounts.actions import files
from kamerton.accounts.models import Attachment
from kamerton.core.models import AuditEntry

from .conftest import NOW


def added(house, who=None, pieces=(b"PK", b"rest"), name="plan.xlsx", **more) -> Attachment:
    return files.add(
        actor=who or house.sofia,
        account=more.pop("account", house.helios),
        pieces=pieces,
        name=name,
        now=NOW,
        **more,
    )


def on_disk() -> list[str]:
    return sorted(path.name for path in settings.FILES_DIR.rglob("*") if path.is_file())


def test_a_file_is_kept_by_its_hash_under_a_name_of_ours(house):
    row = added(house, name="../../etc/Plan\n2026.xlsx")
    assert row.name == "Plan2026.xlsx"
    assert row.sha256 == hashlib.sha256(b"PKrest").hexdigest()
    assert on_disk() == [row.stored_name]
    assert files.read(actor=house.ivo, file=row, now=NOW).read_bytes() == b"PKrest"
    assert not AuditEntry.objects.filter(action="secrets.read").exists()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\rita\\offer.pdf", "offer.pdf"),
        ("..", "file"),
        ("", "file"),
        ("план\u202egpj.exe", "планgpj.exe"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_names_of_files(given, kept):
    assert files.safe_name(given) == kept


@pytest.mark.parametrize(("pieces", "code"), [((b"x" * 6, b"y" * 5), "too_large"), ((), "empty")])
def test_what_is_too_large_or_empty_leaves_nothing(house, settings, pieces, code):
    settings.FILE_LIMIT_BYTES = 10
    with pytest.raises(file_store.NotKept) as refused:
        added(house, pieces=pieces)
    assert (refused.value.code, on_disk(), Attachment.objects.count()) == (code, [], 0)


def test_a_full_disk_leaves_nothing(house):
    def pieces():
        yield b"begin"
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(file_store.NotKept) as refused:
        added(house, pieces=pieces())
    assert (refused.value.code, on_disk(), Attachment.objects.count()) == ("no_room", [], 0)


def test_a_broken_connection_leaves_nothing(house):
    def pieces():
        yield b"begin"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        added(house, pieces=pieces())
    assert (on_disk(), Attachment.objects.count()) == ([], 0)


def test_the_same_file_again_is_the_one_that_is_there(house):
    first = added(house)
    assert added(house, who=house.ivo).pk == first.pk
    assert added(house, name="other.xlsx").pk != first.pk
    assert len(on_disk()) == Attachment.objects.count() == 2


def test_a_secret_twin_is_not_revealed(house):
    """Sam uploads what is there already as a secret: he learns nothing of it."""
    secret = added(house, secrecy=Secrecy.SECRET)
    own = added(house, who=house.sam)
    assert own.pk != secret.pk
    assert set(policy.scope(Attachment.objects.all(), house.sam, "accounts.view")) == {own}


@pytest.mark.requirement("CNF-01")
def test_reading_a_secret_file_leaves_a_trail_and_others_cannot(house):
    row = added(house, secrecy=Secrecy.SECRET)
    files.read(actor=house.ivo, file=row, now=NOW)
    entry = AuditEntry.objects.get(action="secrets.read")
    assert (entry.actor, entry.after) == (house.ivo, {"read": [f"accounts.attachment:{row.pk}"]})
    for who in (house.sam, house.petra, house.rosa):
        with pytest.raises(policy.Forbidden):
            files.read(actor=who, file=row, now=NOW)
    assert AuditEntry.objects.filter(action="secrets.read").count() == 1


def test_a_lost_file_says_so(house):
    row = added(house)
    file_store.remove(row.stored_name)
    with pytest.raises(files.Gone):
        files.read(actor=house.sofia, file=row, now=NOW)


def test_a_file_is_taken_away_by_who_brought_it_or_who_leads(house, django_capture_on_commit_callbacks):
    row = added(house)
    with pytest.raises(policy.Forbidden):
        files.remove(actor=house.ivo, file=row, now=NOW)
    assert on_disk() == [row.stored_name]
    with django_capture_on_commit_callbacks(execute=True):
        files.remove(actor=house.dario, file=row, now=NOW)
    assert (on_disk(), Attachment.objects.count()) == ([], 0)


def test_nobody_adds_to_what_they_do_not_reach(house):
    with pytest.raises(policy.Forbidden):
        added(house, who=house.petra)
    assert on_disk() == []


@pytest.mark.django_db(transaction=True)
def test_two_at_once_keep_one(house):
    together = threading.Barrier(2)
    found: list[int] = []

    def upload(who):
        together.wait()
        try:
            found.append(added(house, who=who).pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=upload, args=(who,)) for who in (house.sofia, house.ivo)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(set(found)), Attachment.objects.count(), len(on_disk())) == (1, 1, 1)
