"""A company's own templates: checked when they come, never overwritten, taken back at any time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts import file_store
from kamerton.accounts.actions.files import safe_name
from kamerton.core import audit
from kamerton.core.models import Company
from kamerton.core.refused import Refused
from kamerton.documents import registry, writing
from kamerton.documents.models import Template
from kamerton.documents.office import checking, slides, vocabulary, word
from kamerton.documents.office.checking import BadTemplate
from kamerton.documents.office.placeholders import Found
from kamerton.documents.registry import DocumentKind, Format

RIGHT = "documents.configure"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file asks for, and what it makes of the example."""

    found: tuple[Found, ...]
    example: bytes


def upload(
    *,
    actor: User,
    kind: DocumentKind,
    format: Format,  # noqa: A002 - the word of the field
    language: str,
    name: str,
    pieces: Iterable[bytes],
    now: dt.datetime,
) -> Template:
    """The new version, in force at once. The file that is in force already is not kept twice.

    Raises BadTemplate, Unknown, Misplaced: nothing is kept then.
    """
    policy.require(actor, RIGHT)
    blob = _whole(pieces)
    checked = check(kind, format, blob)
    kept = file_store.receive([blob], limit_bytes=len(blob) or 1)
    try:
        with transaction.atomic():
            return _kept(actor, kind, format, language, name, kept, checked, now)
    except BaseException:
        file_store.discard(kept)
        raise
    finally:
        kept.staged.unlink(missing_ok=True)


def _whole(pieces: Iterable[bytes]) -> bytes:
    limit = min(checking.LARGEST_BYTES, settings.FILE_LIMIT_BYTES)
    blob = bytearray()
    for piece in pieces:
        blob += piece
        if len(blob) > limit:
            raise BadTemplate(
                _("This file is larger than %(limit)d MB. Nothing was kept.") % {"limit": limit // 1024**2},
                code="too_large",
                hint=_("Make its pictures smaller."),
            )
    return bytes(blob)


def check(kind: DocumentKind, format: Format, blob: bytes) -> Checked:  # noqa: A002
    """Whether it is harmless, asks for nothing that the document lacks, and can be filled. Keeps nothing."""
    if format not in kind.template_formats or kind.example is None:
        raise BadTemplate(_("This document takes no template of that format."), code="no_template")
    office: checking.Office = "docx" if format == "docx" else "pptx"
    checking.check(blob, office)
    writer = word if office == "docx" else slides
    example = kind.example()
    try:
        found = tuple(writer.found(blob))
        vocabulary.of(example).require(found)
        made = writer.fill(blob, example)
    except Refused:
        raise
    except Exception as error:  # what the readers of Office files raise has no common name
        raise BadTemplate(
            _("This file cannot be opened as a template. Nothing was kept."),
            code="not_readable",
            hint=_("Save it again in Word or PowerPoint, and upload it again."),
        ) from error
    if not found:
        raise BadTemplate(
            _("This file has no placeholders: nothing would be filled in. Nothing was kept."),
            code="no_placeholders",
            hint=_("Write for example {{title}} where the title belongs, and upload it again."),
        )
    return Checked(found, made)


def _kept(
    actor: User, kind: DocumentKind, format: Format, language: str, name: str,  # noqa: A002
    kept: file_store.Kept, checked: Checked, now: dt.datetime,
) -> Template:  # fmt: skip
    _one_at_a_time()
    rows = Template.objects.filter(kind=kind.key, format=format, language=language)
    same = rows.filter(is_active=True, sha256=kept.sha256).first()
    if same is not None and file_store.path_of(same.stored_name).is_file():
        return same
    rows.filter(is_active=True).update(is_active=False)
    last = rows.aggregate(last=Max("version"))["last"] or 0
    file_store.place(kept)
    row = Template.objects.create(
        kind=kind.key, format=format, language=language, version=last + 1, name=safe_name(name),
        stored_name=kept.stored_name, sha256=kept.sha256, size_bytes=kept.size_bytes, uploaded_at=now,
        uploaded_by=actor, placeholders=[{"key": each.key, "place": each.place} for each in checked.found],
    )  # fmt: skip
    _told(actor, "upload", row, now)
    return row


@transaction.atomic
def use(*, actor: User, template: Template, now: dt.datetime) -> None:
    """An older version, in force again. Its file is checked once more: kinds change with the product."""
    policy.require(actor, RIGHT)
    _one_at_a_time()
    kind = registry.find(template.kind)
    if kind is None:
        raise BadTemplate(_("This document is not made any more."), code="no_such_document")
    check(kind, "docx" if template.format == "docx" else "pptx", writing.bytes_of(template))
    others = Template.objects.filter(kind=template.kind, format=template.format, language=template.language)
    others.filter(is_active=True).update(is_active=False)
    template.is_active = True
    template.save(update_fields=["is_active"])
    _told(actor, "use", template, now)


@transaction.atomic
def reset(*, actor: User, template: Template, now: dt.datetime) -> None:
    """Back to the template of the product. The file stays among the versions."""
    policy.require(actor, RIGHT)
    _one_at_a_time()
    found = Template.objects.filter(pk=template.pk, is_active=True).update(is_active=False)
    if found:
        _told(actor, "reset", template, now)


def _one_at_a_time() -> None:
    """Of two who change templates at once, the second waits."""
    list(Company.objects.select_for_update().filter(pk=1))


def _told(actor: User, verb: str, row: Template, now: dt.datetime) -> None:
    after = {"kind": row.kind, "format": row.format, "language": row.language, "version": row.version}
    audit.record(actor=actor, action=f"documents.template_{verb}", subject=row, now=now, after=after)
