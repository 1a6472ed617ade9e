"""Visits and calls in the timeline of an account: planned ones, done ones, and cancelled ones with their state."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from kamerton.accounts.models import Account
from kamerton.accounts.timeline import Entry, Source, register, start_of
from kamerton.engagements.models import Engagement


def _entry(row: Engagement) -> Entry:
    names = ", ".join(contact.display_name for contact in row.contacts.all())
    told = {"how": row.get_channel_display(), "people": names, "state": row.get_state_display()}
    text = _("%(how)s with %(people)s") % told if names else str(told["how"])
    if row.state != "done":
        text = f"{text} ({told['state']})"
    return Entry(
        at=start_of(row.on), key=row.pk, text=text, detail=row.outcome or row.purpose,
        url=reverse("engagement", args=[row.pk]), who=row.owner.display_name, dateless=True,
    )  # fmt: skip


def _rows(account: Account) -> QuerySet[Any]:
    rows = Engagement.objects.filter(account=account).select_related("owner")
    return rows.prefetch_related("contacts")


def register_all() -> None:
    """Once, when the models are ready."""
    register(Source(name="engagement", kind="met", rows=_rows, at="on", person="owner", entry=_entry))
