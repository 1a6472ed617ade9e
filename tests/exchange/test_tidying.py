"""What a crash left on the disk goes after a day, and nothing else does."""

from __future__ import annotations

import datetime as dt
import os
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from kamerton.accounts import file_store
from kamerton.accounts.actions import files
from kamerton.exchange import actions
from kamerton.exchange.models import Run
from kamerton.exchange.tidying import Tidied, tidy, tidy_once
from kamerton.ledger import uploads
from kamerton.ledger.models import Draft
from tests.accounts.factories import account, cover

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def aged(path: Path, at: dt.datetime) -> Path:
    """As if it had been written then."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_bytes(b"x")
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def test_files_that_no_row_points_to_go_after_a_day(now, make_user):
    boss, there = make_user("director"), account()
    cover(there, boss)
    kept = files.add(actor=boss, account=there, pieces=[b"kept"], name="a.txt", now=now)
    stays = [aged(file_store.path_of(kept.stored_name), now - 30 * DAY)]
    stays += [aged(settings.FILES_DIR / "ab" / "ab-young", now - DAY / 2),
              aged(settings.FILES_DIR / "incoming" / "coming-in", now - DAY / 2)]  # fmt: skip
    goes = [aged(settings.FILES_DIR / "ab" / "ab-orphan", now - 2 * DAY),
            aged(settings.FILES_DIR / "incoming" / "left-over", now - 2 * DAY),
            aged(Path(settings.FILE_UPLOAD_TEMP_DIR) / "half.upload", now - 2 * DAY)]  # fmt: skip
    assert tidy(now=now) == Tidied(files=3, uploads=0)
    assert [path.exists() for path in stays + goes] == [True] * 3 + [False] * 3
    assert tidy(now=now) == Tidied(0, 0)


def test_folders_of_imports_that_are_gone_or_were_to_be_emptied_go(now, make_user):
    boss = make_user("director")

    def run(state: str, **more: object) -> Path:
        made = actions.create_run(actor=boss, files=[SimpleUploadedFile("a.csv", b"Name\nAda\n")], now=now)
        Run.objects.filter(pk=made.pk).update(state=state, **more)
        return uploads.folder_of(made.pk)

    draft = Draft.objects.create(owner=boss, title="t", files=[], created_at=now, changed_at=now)
    stays = [
        run("uploaded"),
        run("imported", result={"counts": {}}),
        uploads.folder_of(draft.pk),
        settings.UPLOAD_DIR / "demo",
    ]
    goes = [run("imported"), run("abandoned"), uploads.folder_of(uuid.uuid4())]
    for folder in stays + goes:
        aged(folder / "a.csv", now)
        aged(folder, now - 2 * DAY)
    young = uploads.folder_of(uuid.uuid4())
    aged(young / "a.csv", now)
    aged(young, now)
    assert tidy(now=now).uploads == 3
    assert [folder.exists() for folder in [*stays, young, *goes]] == [True] * 5 + [False] * 3


def test_once_a_day(now):
    assert tidy_once(now=now) == Tidied(0, 0)
    assert tidy_once(now=now) is None
    assert tidy_once(now=now + DAY) is not None
