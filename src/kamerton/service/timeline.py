"""What this room adds to the timeline of an account: claims that came, and how they ended."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from kamerton.access.secrecy import Secrecy
from kamerton.accounts.timeline import Entry, Source, register
from kamerton.service.models import Claim


def _title(row: Claim) -> str:
    return _("secret") if row.secrecy == Secrecy.SECRET else row.subject


def _received(row: Claim) -> Entry:
    return Entry(
        at=row.received_at, key=row.pk, text=_("Claim: %(claim)s") % {"claim": _title(row)},
        who=row.contact.display_name if row.contact else "", url=reverse("claim", args=[row.pk]), row=row,
    )  # fmt: skip


def _closed(row: Claim) -> Entry:
    assert row.closed_at is not None  # noqa: S101 - the source asks for these only
    told = {"claim": _title(row), "state": row.get_state_display()}
    return Entry(
        at=row.closed_at, key=row.pk, text=_("Claim closed: %(claim)s") % told, detail=str(told["state"]),
        who=row.owner.display_name, url=reverse("claim", args=[row.pk]), row=row,
    )  # fmt: skip


def register_all() -> None:
    """Once, when the models are ready."""
    register(
        Source(name="claim", kind="work", right="work.view", at="received_at", person="owner", entry=_received,
               rows=lambda account: Claim.objects.filter(account=account).select_related("contact", "owner")),
        Source(name="claim_closed", kind="work", right="work.view", at="closed_at", person="owner", entry=_closed,
               rows=lambda account: Claim.objects.filter(account=account, closed_at__isnull=False)
               .select_related("contact", "owner")),
    )  # fmt: skip
