"""Files of accounts on the disk: FILES_DIR/<first two of the SHA-256>/<SHA-256>-<random>.

A file is written beside its place, synced and renamed: what stands under its name is whole. Names are made here,
never taken from the person; what the file was called stays in its row.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from kamerton.core.refused import Refused

_NO_ROOM = frozenset({errno.ENOSPC, errno.EFBIG, errno.EDQUOT})
_MEGABYTE = 1024 * 1024


class NotKept(Refused):
    """The file is not there: too large, empty, or no room on the disk. Nothing of it was kept."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A whole file. `staged` still lies beside its place: `place` moves it there, `discard` takes it away."""

    staged: Path
    sha256: str
    size_bytes: int

    @property
    def stored_name(self) -> str:
        return self.staged.name


def path_of(stored_name: str) -> Path:
    return settings.FILES_DIR / stored_name[:2] / stored_name


def receive(pieces: Iterable[bytes], *, limit_bytes: int) -> Kept:
    """Write `pieces` to the disk as they come; at most `limit_bytes` of them. Raises NotKept."""
    settings.FILES_DIR.mkdir(parents=True, exist_ok=True)
    staged = settings.FILES_DIR / "incoming" / secrets.token_hex(16)
    try:
        staged.parent.mkdir(exist_ok=True)
        digest, size = _written(staged, pieces, limit_bytes)
        named = staged.with_name(f"{digest[:40]}-{staged.name}")
        staged.rename(named)
    except BaseException as error:
        staged.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            raise NotKept(
                _("There is no room left on the disk for this file. Nothing of it was kept."),
                code="no_room",
                hint=_("Free some space and try again."),
            ) from error
        raise
    return Kept(named, digest, size)


def _written(staged: Path, pieces: Iterable[bytes], limit_bytes: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with staged.open("xb") as file:
        for piece in pieces:
            size += len(piece)
            if size > limit_bytes:
                raise NotKept(
                    _("This file is larger than %(limit)d MB. Nothing of it was kept.")
                    % {"limit": limit_bytes // _MEGABYTE},
                    code="too_large",
                    hint=_("Make it smaller, or ask an administrator to raise KAMERTON_FILE_LIMIT_MB."),
                )
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if not size:
        raise NotKept(
            _("This file is empty. Nothing was kept."), code="empty", hint=_("Choose another file.")
        )
    return digest.hexdigest(), size


def place(kept: Kept) -> None:
    target = path_of(kept.stored_name)
    target.parent.mkdir(exist_ok=True)
    kept.staged.replace(target)
    descriptor = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def discard(kept: Kept) -> None:
    """Whether it was placed already or not."""
    kept.staged.unlink(missing_ok=True)
    remove(kept.stored_name)


def remove(stored_name: str) -> None:
    with contextlib.suppress(OSError):
        path_of(stored_name).unlink(missing_ok=True)
