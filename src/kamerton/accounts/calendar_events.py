"""Events in the calendar of whoever accompanies somebody there, and of the accounts whose people are asked."""

from __future__ import annotations

from collections.abc import Iterator

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts import calendar
from kamerton.accounts.calendar import Entry, Wanted
from kamerton.accounts.models import Event, Participation


def events(actor: User, wanted: Wanted) -> Iterator[Entry]:
    seen = policy.scope(Participation.objects.all(), actor, "accounts.view")
    if wanted.account is None:
        seen = seen.filter(accompanied_by=actor)
    else:
        seen = seen.filter(contact__account=wanted.account)
    rows = policy.scope(Event.objects.all(), actor, "accounts.view").filter(
        pk__in=seen.values("event"), starts_on__lte=wanted.last, ends_on__gte=wanted.first
    )
    for row in rows.order_by("starts_on", "pk"):
        yield Entry(
            uid=f"event-{row.pk}", title=row.name, starts=row.starts_on, ends=row.ends_on, text=row.note,
            place=row.place, path=f"/events/{row.pk}/", sequence=row.version - 1, changed_at=row.created_at,
        )  # fmt: skip


def register_all() -> None:
    calendar.register("events", events)
