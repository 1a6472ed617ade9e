"""Orders by which the rights and duties of somebody absent pass to a substitute, for days (ABS-01)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import Delegation, User
from kamerton.core import audit
from kamerton.core.refused import Refused
from kamerton.core.telling import day_in_words


def may_order_for(actor: User, absent: User) -> bool:
    """For oneself, for whoever reports to one, and for anybody by those who keep the people."""
    if not policy.can(actor, "people.delegate"):
        return False
    if actor.pk == absent.pk or policy.can(actor, "people.manage") or policy.can(actor, "people.offboard"):
        return True
    return absent.pk in policy.below(actor)


def possible_absent(actor: User) -> QuerySet[User]:
    """For whom `actor` may give an order."""
    people = User.objects.filter(is_active=True).order_by("first_name", "last_name", "username")
    if not policy.can(actor, "people.delegate"):
        return people.none()
    if policy.can(actor, "people.manage") or policy.can(actor, "people.offboard"):
        return people
    return people.filter(pk__in={actor.pk, *policy.below(actor)})


@transaction.atomic
def announce(
    *,
    actor: User,
    order_number: str,
    absent: User,
    substitute: User,
    from_date: dt.date,
    to_date: dt.date,
    now: dt.datetime,
    reason: str = "",
) -> Delegation:
    """The order. It opens on `from_date` and closes after `to_date`, by itself."""
    if not may_order_for(actor, absent):
        raise policy.Forbidden("people.delegate")
    number = " ".join(order_number.split())
    list(User.objects.select_for_update().filter(pk__in=[absent.pk, substitute.pk]).order_by("pk"))
    _refuse_number(number)
    _refuse_days(from_date, to_date, timezone.localdate(now))
    _refuse_people(absent, substitute, to_date)
    _refuse_overlap(absent, substitute, from_date, to_date)
    order = Delegation.objects.create(
        order_number=number, absent=absent, substitute=substitute, from_date=from_date, to_date=to_date,
        reason=reason.strip(), created_by=actor, created_at=now,
    )  # fmt: skip
    audit.record(actor=actor, action="access.announce_absence", subject=order, now=now, after=_told(order))
    return order


@transaction.atomic
def revoke(*, actor: User, order: Delegation, now: dt.datetime) -> Delegation:
    """From this moment it gives nothing: the absent person is back early, or the order was wrong."""
    found = Delegation.objects.select_for_update().select_related("absent").get(pk=order.pk)
    if not may_order_for(actor, found.absent):
        raise policy.Forbidden("people.delegate")
    if found.revoked_at is not None or found.to_date < timezone.localdate(now):
        raise Refused(_("This order has ended already. Nothing was changed."), code="ended")
    close(found, actor, now)
    return found


def close(order: Delegation, actor: User | None, now: dt.datetime) -> None:
    """For actions that have asked for their own right; in their transaction."""
    order.revoked_at, order.revoked_by = now, actor
    order.save(update_fields=["revoked_at", "revoked_by"])
    audit.record(actor=actor, action="access.revoke_absence", subject=order, now=now, before=_told(order))


def _told(order: Delegation) -> dict[str, object]:
    return {
        "order": order.order_number,
        "absent": order.absent_id,
        "substitute": order.substitute_id,
        "from": order.from_date.isoformat(),
        "to": order.to_date.isoformat(),
    }


def _refuse_number(number: str) -> None:
    if not number:
        raise Refused(
            _("An order has a number. Nothing was announced."),
            code="number",
            hint=_("Write the number under which the order was announced."),
        )
    if len(number) > 60:
        raise Refused(_("The number of an order has at most 60 signs. Nothing was announced."), code="number")
    if Delegation.objects.filter(order_number__iexact=number).exists():
        raise Refused(
            _("There is an order %(number)s already. Nothing was announced.") % {"number": number},
            code="number",
        )


def _refuse_days(start: dt.date, end: dt.date, today: dt.date) -> None:
    if end < start:
        raise Refused(_("The last day is before the first. Nothing was announced."), code="days")
    if end < today:
        raise Refused(_("These days are past. Nothing was announced."), code="days")


def _refuse_people(absent: User, substitute: User, end: dt.date) -> None:
    if absent.pk == substitute.pk:
        raise Refused(
            _("Nobody stands in for themselves. Nothing was announced."),
            code="self",
            hint=_("Choose somebody else."),
        )
    if substitute.is_external:
        raise Refused(
            _("%(name)s is not one of ours and stands in for nobody. Nothing was announced.")
            % {"name": substitute.display_name},
            code="external",
            hint=_("Choose one of your own people."),
        )
    for person in (absent, substitute):
        if policy.has_left(person, end):
            raise Refused(
                _("%(name)s is not with us on all of these days. Nothing was announced.")
                % {"name": person.display_name},
                code="gone",
            )


def _refuse_overlap(absent: User, substitute: User, start: dt.date, end: dt.date) -> None:
    """One substitute for one person at a time; and whoever is away cannot stand in."""
    same_days = Delegation.objects.filter(revoked_at=None, from_date__lte=end, to_date__gte=start)
    other = same_days.filter(absent=absent).select_related("substitute").first()
    if other is not None:
        raise Refused(
            _(
                "%(name)s is away by order %(number)s from %(first)s to %(last)s already. Nothing was announced."
            )
            % _words(other, absent),
            code="overlap",
            hint=_("Revoke that order, or choose other days."),
        )
    away = same_days.filter(absent=substitute).first()
    if away is not None:
        raise Refused(
            _("%(name)s is away too, by order %(number)s from %(first)s to %(last)s. Nothing was announced.")
            % _words(away, substitute),
            code="away",
            hint=_("Orders are not followed further: choose somebody who is there."),
        )
    standing_in = same_days.filter(substitute=absent).select_related("absent").first()
    if standing_in is not None:
        raise Refused(
            _("%(name)s stands in for %(other)s from %(first)s to %(last)s. Nothing was announced.")
            % (_words(standing_in, absent) | {"other": standing_in.absent.display_name}),
            code="stands_in",
            hint=_("Give %(other)s another substitute for these days first.")
            % {"other": standing_in.absent.display_name},
        )


def _words(order: Delegation, person: User) -> dict[str, str]:
    return {
        "name": person.display_name,
        "number": order.order_number,
        "first": day_in_words(order.from_date),
        "last": day_in_words(order.to_date),
    }
