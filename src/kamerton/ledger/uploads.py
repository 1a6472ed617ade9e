"""The files of a draft, kept until it is imported or abandoned."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from kamerton.core.refused import Refused
from kamerton.ledger import rules

_PIECE = 1024 * 1024


class Upload(Protocol):
    """What a web form hands over; a Path does as well."""

    name: str | None

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]: ...


class TooLarge(Refused):
    """More than UPLOAD_LIMIT_BYTES."""


def folder_of(draft_id: UUID) -> Path:
    return settings.UPLOAD_DIR / str(draft_id)


def paths_of(draft_id: UUID, files: Sequence[dict[str, Any]]) -> list[Path]:
    return [folder_of(draft_id) / file["name"] for file in files]


def keep(draft_id: UUID, files: Sequence[Upload | Path]) -> list[dict[str, Any]]:
    """Take the files into the draft's folder: [{"name", "size", "sha256"}]. All, or nothing stays."""
    folder = folder_of(draft_id)
    folder.mkdir(parents=True)
    kept: list[dict[str, Any]] = []
    try:
        for file in files:
            name = rules.safe_name(file.name or "", [one["name"] for one in kept])
            room = settings.UPLOAD_LIMIT_BYTES - sum(one["size"] for one in kept)
            kept.append({"name": name, **_take(file, folder / name, room)})
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return kept


def _take(file: Upload | Path, target: Path, room: int) -> dict[str, Any]:
    """Link an upload that is a file already; copy what is elsewhere."""
    temporary = getattr(file, "temporary_file_path", None)
    if temporary is not None:
        source = Path(temporary())
        if source.stat().st_size > room:
            raise too_large()
        with suppress(OSError):  # another disk, or one without links
            os.link(source, target)
            told = fingerprint(target)
            return {"size": told["size"], "sha256": told["sha256"]}
    return _write(_pieces(file), target, room)


def _write(pieces: Iterator[bytes], target: Path, room: int) -> dict[str, Any]:
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as out:
        for piece in pieces:
            size += len(piece)
            if size > room:
                raise too_large()
            digest.update(piece)
            out.write(piece)
    return {"size": size, "sha256": digest.hexdigest()}


def too_large() -> TooLarge:
    return TooLarge(
        _("The upload is larger than %(limit)d MB. Nothing was kept.")
        % {"limit": settings.UPLOAD_LIMIT_BYTES // 2**20},
        code="too_large",
        hint=_(
            "Compress the file, split it, import it on the command line (kamerton import), or raise"
            " KAMERTON_UPLOAD_LIMIT_MB."
        ),
    )


def _pieces(file: Upload | Path) -> Iterator[bytes]:
    if isinstance(file, Path):
        with file.open("rb") as source:
            yield from iter(lambda: source.read(_PIECE), b"")
    else:
        yield from file.chunks(_PIECE)


def fingerprint(path: Path) -> dict[str, Any]:
    """Name, size and SHA-256 of a file that stays where it is."""
    digest = hashlib.sha256()
    with path.open("rb") as source:
        for piece in iter(lambda: source.read(_PIECE), b""):
            digest.update(piece)
    return {"name": rules.safe_name(path.name), "size": path.stat().st_size, "sha256": digest.hexdigest()}


def remove(draft_id: UUID) -> None:
    shutil.rmtree(folder_of(draft_id), ignore_errors=True)
