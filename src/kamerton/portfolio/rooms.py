"""What the rooms below know of accounts that health is made of, of all accounts at once. A handful of queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db.models import Count, Exists, OuterRef, Q

from kamerton.accounts.decision_unit import DEPTHS, Touch
from kamerton.accounts.models import Contact, Interaction, Tie
from kamerton.accounts.strength import strength
from kamerton.analytics.health import STRONGEST, Rooms
from kamerton.work.models import Request

#: Without a contact that took place for so long, nothing is known of the relationship.
_KNOWN_DAYS = 365


def rooms_on(day: dt.date) -> dict[str, Rooms]:
    """By account number, as of the day; who is not in it has nothing that tells. Four queries."""
    overdue = _overdue(day)
    touches, contacts = _touches(day), _contacts(day)
    ties = _ties(day)
    told = {number: _room(people, touches, ties, day) for number, people in contacts.items()}
    return {
        number: Rooms(
            strength=told[number].strength if number in told else None,
            roles_known=told[number].roles_known if number in told else None,
            overdue=overdue.get(number, 0),
        )
        for number in sorted(told.keys() | overdue.keys())
    }


def _overdue(day: dt.date) -> dict[str, int]:
    rows = Request.objects.filter(account__isnull=False, due_on__lt=day, state="open").order_by()
    counted = rows.values_list("account__number").annotate(n=Count("pk"))
    return dict(counted)


def _recent(day: dt.date) -> Q:
    return Q(on__gt=day - dt.timedelta(days=_KNOWN_DAYS), on__lte=day)


def _touches(day: dt.date) -> dict[int, list[Touch]]:
    rows = Interaction.objects.filter(_recent(day), contact__isnull=False).order_by()
    found: dict[int, list[Touch]] = defaultdict(list)
    for contact, on, from_them, in_depth in rows.values_list("contact", "on", "from_them", "in_depth"):
        found[contact].append(Touch(contact, on, from_them, in_depth))
    return found


def _contacts(day: dt.date) -> dict[str, list[Contact]]:
    """Everybody who is there, of accounts with whom something took place."""
    met = Interaction.objects.filter(_recent(day), contact__isnull=False, account=OuterRef("account"))
    rows = Contact.objects.filter(Exists(met), erased_at=None)
    rows = rows.filter(Q(left_on=None) | Q(left_on__gt=day)).select_related("account").order_by("pk")
    found: dict[str, list[Contact]] = defaultdict(list)
    for row in rows.only("level", "decision_roles", "ladder_stage", "is_found", "account__number"):
        found[row.account.number].append(row)
    return found


def _ties(day: dt.date) -> dict[int, str]:
    """The deepest of each contact."""
    rows = Tie.objects.filter(Q(since=None) | Q(since__lte=day)).order_by().values_list("contact", "depth")
    found: dict[int, str] = {}
    for contact, depth in rows:
        if DEPTHS.get(depth, 0.0) > DEPTHS.get(found.get(contact, ""), 0.0):
            found[contact] = depth
    return found


def _room(
    people: Iterable[Contact], touches: Mapping[int, list[Touch]], ties: Mapping[int, str], day: dt.date
) -> Rooms:
    """Contacts that are only written down make nothing worse: the strongest are those whom somebody met."""
    people = list(people)
    strengths = sorted(
        (
            strength(touches[each.pk], depth=ties.get(each.pk, "none"), level=each.level, on=day).total
            for each in people if each.pk in touches
        ),
        reverse=True,
    )[:STRONGEST]  # fmt: skip
    roles = {role for each in people for role in each.decision_roles or ()}
    known = {
        role for each in people if each.is_found and (each.pk in touches or each.pk in ties or each.ladder_stage)
        for role in each.decision_roles or ()
    }  # fmt: skip
    return Rooms(
        strength=sum(strengths) / len(strengths) if strengths else None,
        roles_known=len(known) / len(roles) if roles else None,
    )
