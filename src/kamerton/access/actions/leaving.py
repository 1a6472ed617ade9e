"""Somebody leaves: from the moment it is said nothing is taken out; after the last day the sign-in is closed (CNF-02).

What is handed over lies above, in work.actions.leaving: this room knows no accounts.
"""

from __future__ import annotations

import datetime as dt

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.actions import delegations
from kamerton.access.actions.people import keep_an_administrator
from kamerton.access.models import Delegation, User
from kamerton.core import audit
from kamerton.core.refused import Refused


@transaction.atomic
def begin_leaving(*, actor: User, person: User, last_day: dt.date, now: dt.datetime) -> User:
    """Say, or say anew, on which day `person` is with us for the last time."""
    policy.require(actor, "people.offboard")
    found = User.objects.select_for_update().get(pk=person.pk)
    if not found.is_active:
        raise _closed_already(found)
    if last_day < timezone.localdate(now):
        raise Refused(
            _("The last day is past. Nothing was changed."),
            code="days",
            hint=_("Choose today or a later day."),
        )
    if found.role == "administrator":
        keep_an_administrator(found)
    before = found.leaving_on
    found.leaving_on = last_day
    found.version += 1
    found.save(update_fields=["leaving_on", "version"])
    audit.record(
        actor=actor, action="access.begin_leaving", subject=found, now=now,
        before={"last_day": before.isoformat() if before else None}, after={"last_day": last_day.isoformat()},
    )  # fmt: skip
    return found


@transaction.atomic
def stay(*, actor: User, person: User, now: dt.datetime) -> User:
    """Take it back: possible until the sign-in is closed."""
    policy.require(actor, "people.offboard")
    found = User.objects.select_for_update().get(pk=person.pk)
    if not found.is_active:
        raise _closed_already(found)
    if found.leaving_on is None:
        raise Refused(_("%(name)s is not leaving. Nothing was changed.") % {"name": found.display_name})
    before, found.leaving_on = found.leaving_on, None
    found.version += 1
    found.save(update_fields=["leaving_on", "version"])
    audit.record(
        actor=actor, action="access.stay", subject=found, now=now, before={"last_day": before.isoformat()}
    )
    return found


def close_left(*, now: dt.datetime) -> list[User]:
    """Close the sign-in of everybody whose last day is past. Safe to run at any time and any number of times."""
    today = timezone.localdate(now)
    due = User.objects.filter(is_active=True, leaving_on__lt=today).values_list("pk", flat=True)
    return [person for number in due if (person := _close(number, now))]


@transaction.atomic
def _close(number: int, now: dt.datetime) -> User | None:
    found = User.objects.select_for_update().get(pk=number)
    if not policy.has_left(found, timezone.localdate(now)) or not found.is_active:
        return None
    found.is_active = False
    found.version += 1
    found.save(update_fields=["is_active", "version"])
    for session in UserSession.objects.filter(user=found):
        session.end()
    running = Delegation.objects.filter(revoked_at=None, to_date__gte=timezone.localdate(now))
    for order in running.filter(absent=found) | running.filter(substitute=found):
        delegations.close(order, None, now)
    audit.record(actor=None, action="access.close_person", subject=found, now=now)
    return found


def _closed_already(person: User) -> Refused:
    return Refused(
        _("The sign-in of %(name)s is closed already. Nothing was changed.") % {"name": person.display_name},
        code="closed",
    )
