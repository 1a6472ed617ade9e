"""Files on the disk that nothing points to any more: what a crash left behind goes after a day.

A file is written before its row and removed after it, so that whatever dies leaves a file too many and never one too
few. A day is longer than any request and any upload lasts.
"""

from __future__ import annotations

import datetime as dt
import shutil
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from kamerton.accounts.models import Attachment
from kamerton.core.models import Submission
from kamerton.exchange.actions import sweep
from kamerton.exchange.models import Run
from kamerton.ledger.models import Draft

SAFE_AGE = dt.timedelta(days=1)
_OVER = ("imported", "undone", "abandoned")


@dataclass(frozen=True, slots=True)
class Tidied:
    files: int  # of accounts, and uploads that were never taken in
    uploads: int  # folders of imports


def tidy(*, now: dt.datetime) -> Tidied:
    """Safe to run at any time and any number of times, beside people who work."""
    sweep(now=now)
    old = (now - SAFE_AGE).timestamp()
    files = [path for path in _files(settings.FILES_DIR) if _is_older(path, old)]
    known = _known({path.name for path in files})
    left = [path for path in files if path.name not in known]
    left += [path for path in _files(Path(settings.FILE_UPLOAD_TEMP_DIR)) if _is_older(path, old)]
    for path in left:
        with suppress(OSError):
            path.unlink()
    return Tidied(len(left), _tidy_uploads(old))


def tidy_once(*, now: dt.datetime) -> Tidied | None:
    """`tidy`, if nobody has run it on this day."""
    key = f"exchange.tidy {timezone.localdate(now).isoformat()}"
    if Submission.objects.filter(key=key).exists():
        return None
    try:
        with transaction.atomic():
            Submission(key=key, at=now).save(force_insert=True)
    except IntegrityError:
        return None
    return tidy(now=now)


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _is_older(path: Path, moment: float) -> bool:
    try:
        return path.stat().st_mtime < moment
    except OSError:  # somebody else took it away
        return False


def _known(names: set[str]) -> set[str]:
    found: set[str] = set()
    ordered = sorted(names)
    for at in range(0, len(ordered), 500):
        part = ordered[at : at + 500]
        found |= set(Attachment.objects.filter(stored_name__in=part).values_list("stored_name", flat=True))
    return found


def _tidy_uploads(old: float) -> int:
    """Folders of imports that are not there, or whose file was to go (a person was erased, thirty days are over)."""
    if not settings.UPLOAD_DIR.is_dir():
        return 0
    count = 0
    for folder in settings.UPLOAD_DIR.iterdir():
        if folder.is_dir() and _is_older(folder, old) and not _is_wanted(folder.name):
            shutil.rmtree(folder, ignore_errors=True)
            count += 1
    return count


def _is_wanted(name: str) -> bool:
    """Anything that is no folder of an import is left alone."""
    try:
        number = uuid.UUID(name)
    except ValueError:
        return True
    run = Run.objects.filter(pk=number).values_list("state", "result", "inspection").first()
    if run is not None:
        state, result, inspection = run
        return state not in _OVER or result is not None or inspection is not None
    return Draft.objects.filter(pk=number).exists()
