"""What the pages of people, units, absences and leaving share: links, marks, their tabs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kamerton.access import line, policy
from kamerton.access.models import Delegation, User
from kamerton.accounts import queries as accounts
from kamerton.accounts.models import Coverage, Limits
from kamerton.web import formats
from kamerton.web.parts import Badge, Link, Tab

_TABS = (
    ("people", gettext_lazy("People"), "people.view"),
    ("units", gettext_lazy("Units"), "people.view"),
    ("absences", gettext_lazy("Absences"), "people.view"),
    ("sign_ins", gettext_lazy("Sign-ins"), "people.manage"),
    ("roles", gettext_lazy("Roles"), "people.manage"),
    ("trail", gettext_lazy("Trail"), "trail.view"),
)


def tabs(actor: policy.Actor, current: str) -> list[Tab]:
    return [
        Tab(label, reverse(name), name == current) for name, label, right in _TABS if policy.can(actor, right)
    ]


def person_url(number: int) -> str:
    return reverse("person", kwargs={"pk": number})


def crumbs() -> list[Link]:
    return [Link(_("People"), reverse("people"))]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a list of people shows beside each: asked once for all of them."""

    superiors: dict[int, User]
    accounts: dict[int, int]  # as the responsible one
    away: dict[int, Delegation]
    limits: dict[int, int]


def standing(people: Collection[User], day: dt.date) -> Standing:
    """Eight queries, whatever the number."""
    everybody, units = policy.company()
    told = {each.id: each for each in everybody}
    above = {person.pk: line.superior(told[person.pk], units) for person in people if person.pk in told}
    found = User.objects.in_bulk([number for number in above.values() if number])
    numbers = [person.pk for person in people]
    held = Coverage.objects.on(day).filter(person__in=numbers, role="responsible", account__merged_into=None)
    counted = dict(held.values_list("person").annotate(n=Count("account", distinct=True)).order_by())
    orders = Delegation.objects.filter(
        absent__in=numbers, revoked_at=None, from_date__lte=day, to_date__gte=day
    )
    limit = accounts.limits()
    broad = set(limit.broad.values_list("pk", flat=True)) if limit.pk else set()
    return Standing(
        superiors={number: found[up] for number, up in above.items() if up in found},
        accounts=counted,
        away={order.absent_id: order for order in orders.select_related("substitute")},
        limits={
            person.pk: limit.broad_limit if person.pk in broad else _limit(limit, person) for person in people
        },
    )


def _limit(limit: Limits, person: User) -> int:
    return limit.kam_limit if person.role in accounts.KAM_ROLES else limit.seller_limit


def marks(person: User, away: Delegation | None, day: dt.date) -> tuple[Badge, ...]:
    """Away, leaving, closed, from outside: what gives to think about a person."""
    found = []
    if policy.has_left(person, day):
        found.append(Badge("off", _("closed")))
    elif person.leaving_on:
        found.append(
            Badge(
                "warn",
                _("leaves on %(day)s") % {"day": formats.date(person.leaving_on, short=True)},
                soft=True,
            )
        )
    if away is not None:
        told = {"day": formats.date(away.to_date, short=True)}
        found.append(Badge("info", _("away until %(day)s") % told, soft=True))
    if person.is_external:
        found.append(Badge("neutral", _("from outside"), soft=True))
    return tuple(found)


def names(people: Iterable[User]) -> str:
    return ", ".join(person.display_name for person in people)
