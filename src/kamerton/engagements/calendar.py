"""Visits, calls and meetings in the calendar, at the hour of the place where they are."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext as _

from kamerton.access.models import User
from kamerton.accounts import calendar
from kamerton.accounts.calendar import Entry, Wanted
from kamerton.engagements import queries
from kamerton.engagements.models import Companion, Engagement
from kamerton.work.queries import duty_holders

_STATES: dict[str, calendar.State] = {"planned": "open", "done": "done", "cancelled": "cancelled"}


def engagements(actor: User, wanted: Wanted) -> Iterator[Entry]:
    """One's own, those one comes along to, and those of whom one stands in for; of an account all in reach."""
    rows = queries.engagements(actor).filter(on__gte=wanted.first, on__lte=wanted.last)
    if wanted.account is not None:
        rows = rows.filter(account=wanted.account)
    else:
        along = Companion.objects.filter(person=actor).values("engagement")
        rows = rows.filter(Q(owner__in=duty_holders(actor, wanted.today)) | Q(pk__in=along))
    for row in rows.select_related("account", "owner").order_by("starts_at", "pk"):
        yield _entry(row)


def _entry(row: Engagement) -> Entry:
    zone = ZoneInfo(row.time_zone)
    return Entry(
        uid=f"engagement-{row.pk}",
        title=_("%(how)s: %(purpose)s") % {"how": row.get_channel_display(), "purpose": row.purpose},
        starts=row.starts_at.astimezone(zone), ends=row.ends_at.astimezone(zone), place=row.place,
        path=f"/visits/{row.pk}/", owner=row.owner.display_name, account=row.account.name,
        state=_STATES.get(row.state, "open"), sequence=row.version - 1, changed_at=row.created_at,
    )  # fmt: skip


def register_all() -> None:
    calendar.register("engagements", engagements)
