"""Making a document: the right to take it out, what the reader may see, a row and a trace, the mark on what is secret."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import Model
from django.utils import translation
from django.utils.translation import gettext as _

from kamerton.access import policy, secrets
from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.accounts import file_store
from kamerton.accounts.models import Account
from kamerton.core import audit
from kamerton.core.models import Company
from kamerton.documents import queries, writing
from kamerton.documents.content import Content
from kamerton.documents.models import MadeDocument, Template
from kamerton.documents.registry import DocumentKind, Format, Gathered

#: A document that was made by a job waits so long to be fetched.
KEPT_FOR = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Made:
    row: MadeDocument
    blob: bytes


@transaction.atomic
def make(
    *,
    actor: User,
    kind: DocumentKind,
    format: Format,  # noqa: A002 - the word of the field
    now: dt.datetime,
    subject: Model | None = None,
    language: str = "",
    keep: bool = False,
) -> Made:
    """The file, with its entry in the trail. `keep`: it stays to be fetched later, by `actor` alone.

    Raises policy.Forbidden, writing.NotMade, and what templates refuse.
    """
    require(actor, kind, format, subject)
    spoken = language or translation.get_language() or "en"
    with translation.override(spoken):
        gathered = kind.gather(actor, subject, now)
        is_secret = bool(secrets.reading(actor, gathered.read, now)) or gathered.is_secret
        content = _dressed(actor, kind, gathered, is_secret=is_secret, language=spoken, now=now)
        template = queries.template_for(kind.key, format, spoken) if format in kind.template_formats else None
        blob = writing.written(kind, format, content, template)
        title = content.title
    row = _recorded(actor, kind, format, gathered, blob, now,
                    title=title, language=spoken, mark=content.mark, template=template, keep=keep)  # fmt: skip
    told = {**gathered.told, "secret": is_secret, "format": format}
    audit.record(
        actor=actor, action=f"documents.{kind.key}", subject=gathered.subject or row, now=now,
        account_id=row.account_id, after=told,
    )  # fmt: skip
    return Made(row, blob)


def require(actor: User, kind: DocumentKind, format: str, subject: Model | None) -> None:  # noqa: A002
    """The right to take files out, and the kind's own on what it is about."""
    if format not in kind.formats:
        raise writing.NotMade(_("This document is not made in that format."), code="no_such_format")
    policy.require(actor, "export", _account_of(subject))
    policy.require(actor, kind.right, subject)


def _account_of(subject: Model | None) -> Model | None:
    """Whose export right counts: a stand-in takes out what the absent person could, of their accounts."""
    return subject if isinstance(subject, Account) else getattr(subject, "account", None)


def _dressed(
    actor: User, kind: DocumentKind, gathered: Gathered, *, is_secret: bool, language: str, now: dt.datetime
) -> Content:
    company = Company.objects.filter(pk=1).first()
    return replace(
        gathered.content,
        mark=secrets.watermark(actor, now) if is_secret else "",
        company=company.name if company else "",
        reader=actor.display_name,
        legal=queries.legal_texts(gathered.account, kind.key, language),
    )


def _recorded(
    actor: User, kind: DocumentKind, format: Format, gathered: Gathered, blob: bytes, now: dt.datetime,  # noqa: A002
    *, title: str, language: str, mark: str, template: Template | None, keep: bool,
) -> MadeDocument:  # fmt: skip
    kept = file_store.receive([blob], limit_bytes=len(blob)) if keep else None
    if kept:
        file_store.place(kept)
    return MadeDocument.objects.create(
        kind=kind.key, format=format, language=language, title=title[:300], account=gathered.account, mark=mark,
        subject=secrets.ref(gathered.subject) if gathered.subject else "",
        secrecy=Secrecy.SECRET if mark else Secrecy.INTERNAL, template=template, size_bytes=len(blob),
        sha256=hashlib.sha256(blob).hexdigest(), stored_name=kept.stored_name if kept else "",
        kept_until=now + KEPT_FOR if kept else None, made_at=now, made_by=actor,
    )  # fmt: skip


@transaction.atomic
def fetch(*, actor: User, document: MadeDocument, now: dt.datetime) -> bytes:
    """A document that was made by a job, by who had it made. The right to take files out is asked again."""
    policy.require(actor, "export")
    if document.made_by_id != actor.pk or not document.stored_name or (document.kept_until or now) < now:
        raise _gone()
    path = file_store.path_of(document.stored_name)
    if not path.is_file():
        raise _gone()
    audit.record(
        actor=actor, action="documents.fetch", subject=document, now=now, account_id=document.account_id
    )
    return path.read_bytes()


def _gone() -> writing.NotMade:
    return writing.NotMade(
        _("This document is not kept any more."), code="document_gone", hint=_("Make it again.")
    )


def clear(*, now: dt.datetime) -> int:
    """Take away the files that nobody fetched in time; their rows stay. How many."""
    old = MadeDocument.objects.filter(kept_until__lt=now).exclude(stored_name="")
    return drop_files(list(old))


def drop_files(rows: list[MadeDocument]) -> int:
    for row in rows:
        stored, row.stored_name, row.kept_until = row.stored_name, "", None
        row.save(update_fields=["stored_name", "kept_until"])
        transaction.on_commit(lambda name=stored: file_store.remove(name))  # type: ignore[misc]
    return len(rows)
