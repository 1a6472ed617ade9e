"""A document that takes a while is made by a job; its page leads to the file."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from kamerton.access import secrets
from kamerton.access.models import User
from kamerton.core import jobs
from kamerton.core.models import Job
from kamerton.documents import registry, subjects
from kamerton.documents.actions import make as making
from kamerton.documents.registry import DocumentKind, Format

KIND = "documents.make"


@transaction.atomic
def start(
    *,
    actor: User,
    kind: DocumentKind,
    format: Format,  # noqa: A002
    now: dt.datetime,
    subject: Model | None = None,
    language: str = "",
) -> Job:
    making.require(actor, kind, format, subject)
    parameters = {
        "kind": kind.key,
        "format": format,
        "subject": secrets.ref(subject) if subject else "",
        "language": language or translation.get_language() or "en",
    }
    return jobs.start(actor=actor, kind=KIND, parameters=parameters, now=now)


@jobs.register(KIND)
def work(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """{"document": pk}. Rights are asked again: they are those of the moment at which it is made."""
    told, now = job.parameters, timezone.now()
    kind = registry.find(told["kind"])
    if kind is None:
        raise making.writing.NotMade(_("This document is not made any more."), code="no_such_document")
    actor = User.objects.get(pk=job.actor_id)
    progress(0, 1, str(kind.name))
    making.clear(now=now)
    subject = subjects.of_ref(kind.about, told["subject"], actor, kind.right)
    made = making.make(
        actor=actor,
        kind=kind,
        format=told["format"],
        subject=subject,
        now=now,
        language=told["language"],
        keep=True,
    )
    return {"document": made.row.pk}
