"""A document as the answer to a request."""

from __future__ import annotations

import datetime as dt

from django.http import HttpResponse
from django.utils.text import slugify

from kamerton.documents.actions.make import Made
from kamerton.documents.models import MadeDocument
from kamerton.documents.registry import TYPES


def answer(made: Made, today: dt.date, *, name: str = "") -> HttpResponse:
    """To be kept by the browser, not shown in a page of ours."""
    return given(made.row, made.blob, today, name=name)


def given(row: MadeDocument, blob: bytes, today: dt.date, *, name: str = "") -> HttpResponse:
    response = HttpResponse(blob, content_type=TYPES[row.format])
    stem = name or f"{slugify(row.title)[:80] or row.kind}-{today:%Y-%m-%d}"
    response["Content-Disposition"] = f'attachment; filename="{stem}.{row.format}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
