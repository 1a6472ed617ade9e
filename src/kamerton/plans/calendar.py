"""What a plan has in the calendar besides its tasks: activities that are not tasks yet, and reviews."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.accounts import calendar
from kamerton.accounts.calendar import Entry, Wanted
from kamerton.plans.models import Activity, Review

_VIEW = "portfolio.view"
_REVIEW_TAKES = dt.timedelta(hours=1)
_STATES: dict[str, calendar.State] = {"planned": "open", "held": "done", "cancelled": "cancelled"}


def activities(actor: User, wanted: Wanted) -> Iterator[Entry]:
    """One's own, of plans that are not carried out yet; of an account all of them. Afterwards each is a task."""
    rows = Activity.objects.filter(task=None, planned_on__gte=wanted.first, planned_on__lte=wanted.last)
    rows = rows.filter(plan__account=wanted.account) if wanted.account else rows.filter(planned_owner=actor)
    rows = rows.select_related("plan__account", "planned_owner")
    for row in policy.scope(rows, actor, _VIEW).order_by("planned_on", "pk"):
        assert row.planned_on is not None  # noqa: S101 - asked for
        yield Entry(
            uid=f"activity-{row.pk}", title=row.title, starts=row.planned_on, text=row.detail,
            path=f"/plans/{row.plan_id}/", owner=row.planned_owner.display_name, account=row.plan.account.name,
            sequence=row.version - 1, changed_at=row.created_at, is_private=row.secrecy >= Secrecy.SECRET,
        )  # fmt: skip


def reviews(actor: User, wanted: Wanted) -> Iterator[Entry]:
    """Those that one takes part in or whose plan is one's own; of an account all of them."""
    rows = Review.objects.filter(on__gte=wanted.first, on__lte=wanted.last)
    if wanted.account:
        rows = rows.filter(plan__account=wanted.account)
    else:
        rows = rows.filter(
            Q(pk__in=Review.people.through.objects.filter(user=actor).values("review")) | Q(plan__owner=actor)
        )
    rows = rows.select_related("plan__account", "plan__owner")
    for row in policy.scope(rows, actor, _VIEW).order_by("on", "pk"):
        yield _review(row)


def _review(row: Review) -> Entry:
    starts: dt.date | dt.datetime = row.on
    if row.time is not None:
        starts = timezone.make_aware(dt.datetime.combine(row.on, row.time))
    return Entry(
        uid=f"plan-review-{row.pk}", title=_("Review of the plan"), starts=starts,
        ends=starts + _REVIEW_TAKES if isinstance(starts, dt.datetime) else None, text=row.agenda, place=row.place,
        path=f"/plan-reviews/{row.pk}/", owner=row.plan.owner.display_name, account=row.plan.account.name,
        state=_STATES.get(row.state, "open"), sequence=row.version - 1, changed_at=row.minuted_at or row.created_at,
    )  # fmt: skip


def register_all() -> None:
    calendar.register("plan activities", activities)
    calendar.register("plan reviews", reviews)
