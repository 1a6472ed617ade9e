"""Texts of the law by country: plain reference data of a company's own (LOC-04)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.core import audit, concurrency
from kamerton.core.concurrency import Plain
from kamerton.core.refused import Refused
from kamerton.documents.models import LegalText

RIGHT = "documents.configure"


class Twice(Refused):
    """There is a text for that country, document and language."""


@transaction.atomic
def save(
    *,
    actor: User,
    row: LegalText | None,
    opened: Mapping[str, Plain],
    submitted: Mapping[str, Any],
    now: dt.datetime,
) -> LegalText:
    """Raises Conflict, Twice."""
    policy.require(actor, RIGHT)
    found = LegalText.objects.select_for_update().get(pk=row.pk) if row else LegalText(version=0)
    before = {"text": found.text} if row else None
    written = concurrency.apply(found, opened=opened if row else {}, submitted=_plain(submitted))
    if row and not written:
        return found
    found.version += 1
    found.changed_at, found.changed_by = now, actor
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError:
        raise Twice(
            _("There is a text for this country, document and language already. Nothing was saved."),
            code="twice",
            hint=_("Change that one."),
        ) from None
    after = {"country": found.country, "kind": found.kind, "language": found.language, "text": found.text}
    audit.record(
        actor=actor, action="documents.legal_save", subject=found, now=now, before=before, after=after
    )
    return found


def _plain(submitted: Mapping[str, Any]) -> dict[str, Any]:
    country = str(submitted["country"]).strip().upper()
    return {**submitted, "country": country, "text": str(submitted["text"]).strip()}


@transaction.atomic
def remove(*, actor: User, row: LegalText, now: dt.datetime) -> None:
    policy.require(actor, RIGHT)
    before = {"country": row.country, "kind": row.kind, "language": row.language, "text": row.text}
    audit.record(actor=actor, action="documents.legal_remove", subject=row, now=now, before=before)
    row.delete()
