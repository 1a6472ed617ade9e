"""What pages ask of events and of acts. Everything through policy.scope."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts import favour
from kamerton.accounts.models import Act, Event, Participation, Presentation

VIEW = "accounts.view"


def events(actor: User) -> QuerySet[Event]:
    """With the numbers of people that `actor` sees: invited, accompanied, attended, to follow, talks."""
    parts = policy.scope(Participation.objects.all(), actor, VIEW)
    talks = policy.scope(Presentation.objects.all(), actor, VIEW)
    return policy.scope(Event.objects.all(), actor, VIEW).annotate(
        invited=_counted(parts.filter(invited_on__isnull=False)),
        accompanied=_counted(parts.filter(accompanied_by__isnull=False)),
        attended=_counted(parts.filter(attended=True)),
        followed=_counted(parts.exclude(follow_up="")),
        talks=_counted(talks),
    )


def _counted(rows: QuerySet[Any]) -> Coalesce:
    of_event = rows.filter(event=OuterRef("pk")).order_by().values("event")
    return Coalesce(Subquery(of_event.annotate(n=Count("pk")).values("n")), 0)


def participations(actor: User) -> QuerySet[Participation]:
    rows = Participation.objects.select_related(
        "event", "contact__account", "invited_by", "accompanied_by", "follow_up_by"
    )
    return policy.scope(rows, actor, VIEW)


def presentations(actor: User) -> QuerySet[Presentation]:
    rows = Presentation.objects.select_related("event", "contact__account", "speaker", "prepared_by")
    return policy.scope(rows, actor, VIEW)


def acts(actor: User) -> QuerySet[Act]:
    return policy.scope(
        Act.objects.select_related("contact__account", "answer_by", "created_by"), actor, VIEW
    )


def favours(actor: User, contacts: Collection[int], today: dt.date) -> dict[int, favour.Favour]:
    """Of each of these contacts, out of the acts that `actor` may read. One query."""
    found: dict[int, list[favour.Deed]] = defaultdict(list)
    rows = policy.scope(Act.objects.filter(contact__in=contacts), actor, VIEW).order_by()
    for contact, on, side, kind, weight in rows.values_list("contact", "on", "side", "kind", "weight"):
        found[contact].append(favour.Deed(on, side, kind, weight))
    return {each: favour.favour(found.get(each, ()), today) for each in contacts}
