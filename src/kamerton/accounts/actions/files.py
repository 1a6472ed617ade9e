"""Files that belong to an account: taken in, given out, taken away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from kamerton.access import policy, secrets
from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.accounts import file_store
from kamerton.accounts.actions import telling
from kamerton.accounts.models import Account, Attachment, Note
from kamerton.core import undo
from kamerton.core.refused import Refused


class Gone(Refused):
    """The row is there and its file is not: the folder of files was lost or not restored."""


def add(
    *,
    actor: User,
    account: Account,
    pieces: Iterable[bytes],
    name: str,
    now: dt.datetime,
    content_type: str = "",
    secrecy: int = Secrecy.INTERNAL,
    note: Note | None = None,
) -> Attachment:
    """Take a file in as it streams. The same file again is the one that is there: nothing is kept twice.

    The disk comes first: whatever dies leaves no row without its file.
    """
    telling.require_account(actor, account)
    telling.require_clearance(actor, secrecy)
    kept = file_store.receive(pieces, limit_bytes=settings.FILE_LIMIT_BYTES)
    row = Attachment(
        account=account, note=note, name=safe_name(name), stored_name=kept.stored_name, size_bytes=kept.size_bytes,
        sha256=kept.sha256, content_type=content_type[:120], secrecy=secrecy, created_at=now, created_by=actor,
    )  # fmt: skip
    try:
        found = _kept_once(actor, row, kept, now)
    except BaseException:
        file_store.discard(kept)
        raise
    if found.pk != row.pk:
        file_store.discard(kept)
    return found


@transaction.atomic
def _kept_once(actor: User, row: Attachment, kept: file_store.Kept, now: dt.datetime) -> Attachment:
    Account.objects.select_for_update().get(pk=row.account_id)  # a second one waits, and finds the first
    same = Attachment.objects.filter(
        account=row.account_id, sha256=row.sha256, name=row.name, secrecy=row.secrecy, note=row.note
    )
    twin = policy.scope(same, actor, "accounts.view").first()
    if twin is not None and file_store.path_of(twin.stored_name).exists():
        return twin
    file_store.place(kept)
    row.save(force_insert=True)
    telling.write(actor=actor, verb="file_add", row=row, now=now,
                  after={"size_bytes": row.size_bytes, "secrecy": int(row.secrecy)})  # fmt: skip
    return row


def read(*, actor: User, file: Attachment, now: dt.datetime) -> Path:
    """Where it lies, for giving it out; reading a secret one is in the trail."""
    policy.require(actor, "accounts.view", file)
    path = file_store.path_of(file.stored_name)
    if not path.is_file():
        raise Gone(
            _("The file “%(name)s” is not in the folder of files any more.") % {"name": file.name},
            code="file_gone",
            hint=_("Ask an administrator to restore it from the back-up."),
        )
    secrets.reading(actor, [file], now)
    return path


@transaction.atomic
def remove(*, actor: User, file: Attachment, now: dt.datetime) -> None:
    """By whoever put it there, or who has the say over accounts. The file leaves the disk when that is settled."""
    policy.require(actor, "accounts.edit", file)
    found = Attachment.objects.select_for_update().get(pk=file.pk)
    if found.created_by_id != actor.pk:
        policy.require(actor, "accounts.assign", found.account)
    telling.write(
        actor=actor, verb="file_remove", row=found, now=now, before={"size_bytes": found.size_bytes}
    )
    stored = found.stored_name
    found.delete()
    transaction.on_commit(lambda: file_store.remove(stored))


@undo.register("accounts.file_unadd")
def _unadd(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """{"file": pk}"""
    remove(actor=actor, file=Attachment.objects.get(pk=parameters["file"]), now=now)
    return _("The file is gone again.")


def safe_name(name: str) -> str:
    """The last part of a path, without what a file system or a header would take for its own; never empty."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    printable = "".join(sign for sign in last if sign.isprintable()).strip(" .")
    if len(printable) > 200:
        stem, dot, ending = printable.rpartition(".")
        short = len(ending) <= 10 and bool(dot)
        printable = f"{stem[: 199 - len(ending)]}.{ending}" if short else printable[:200]
    return printable or "file"
