"""Whose a claim is: assigning it, and following an account that changes hands or a person who leaves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.announcements import ChangeOfHands
from kamerton.accounts.models import Account, Coverage
from kamerton.accounts.queries import responsible_for
from kamerton.service import choices, rules
from kamerton.service.actions import trail
from kamerton.service.actions.claims import check_owner
from kamerton.service.models import Claim
from kamerton.work.belongings import Belonging, Belongings


@transaction.atomic
def assign_claim(*, actor: User, claim: Claim, to: User, now: dt.datetime) -> Claim:
    """Somebody else sees to it from now on."""
    found = trail.held_open(actor, claim)
    check_owner(to, timezone.localdate(now))
    return found if found.owner_id == to.pk else _give(actor, found, to, now)


def follow_account(told: ChangeOfHands) -> tuple[str, ...]:
    """What is open goes with the account once it is the receiver's. For later days, and after a hand-over: every_day."""
    if told.on <= timezone.localdate(told.now):
        rows = _open().filter(account=told.account, owner=told.giver)
        _all(rows, told.actor, told.receiver, told.now)
    return ()


@transaction.atomic
def hand_on(*, actor: User, person: User, to: User, account: Account | None, now: dt.datetime) -> int:
    """Somebody leaves: claims of an account go with it, and whatever is left to whom it is given."""
    rows = _open().filter(owner=person)
    return _all(rows.filter(account=account) if account is not None else rows, actor, to, now)


def _open_of(actor: User, person: User) -> list[Belonging]:
    rows = policy.scope(Claim.objects.filter(owner=person, state__in=choices.OPEN_STATES), actor, "work.view")
    told = rows.select_related("account").order_by("account__name", "pk")
    return [Belonging(f"service.claim:{row.pk}", str(row), row.account.name) for row in told]


def _given(count: int) -> str:
    return ngettext("%(n)s claim is handed on.", "%(n)s claims are handed on.", count) % {"n": count}


BELONGINGS = Belongings(gettext_lazy("Claims"), _open_of, hand_on, _given)


def every_day(*, now: dt.datetime, actor: User | None) -> None:  # noqa: ARG001 - nobody waits for it
    """No claim waits for somebody who has left, or who gave the account away since it came: it goes to who is

    responsible for the account today. Two queries where nothing moves.
    """
    today = timezone.localdate(now)
    for pk in list(
        Claim.objects.filter(_gone(today) | _given_away(today), state__in=choices.OPEN_STATES).values_list(
            "pk", flat=True
        )
    ):
        _adopt(pk, today, now)


@transaction.atomic
def _adopt(pk: int, today: dt.date, now: dt.datetime) -> None:
    row = _open().filter(pk=pk).first()
    to = responsible_for(row.account, today) if row is not None else None
    if row is not None and to is not None and to.pk != row.owner_id and not policy.has_left(to, today):
        _give(None, row, to, now)


def _gone(today: dt.date) -> Q:
    return Q(owner__is_active=False) | Q(owner__leaving_on__lt=today)


def _given_away(today: dt.date) -> Q:
    """Whoever was responsible when the claim came, or later, and is no more."""
    care = Coverage.objects.filter(account=OuterRef("account"), person=OuterRef("owner"), role="responsible")
    over = care.filter(to_date__lt=today, to_date__gte=OuterRef("received_at__date"))
    still = care.filter(from_date__lte=today).filter(Q(to_date=None) | Q(to_date__gte=today))
    return Q(Exists(over)) & ~Q(Exists(still))


def renew_priorities(keys: Collection[str]) -> int:
    """Open claims move up and down with their accounts; what is expedited stays first. Two queries."""
    rows = Claim.objects.filter(state__in=choices.OPEN_STATES, expedited_at=None)
    up = rows.filter(account__number__in=keys).filter(priority=rules.ORDINARY).update(priority=rules.KEY)
    down = rows.filter(priority=rules.KEY).exclude(account__number__in=keys).update(priority=rules.ORDINARY)
    return up + down


def _open() -> QuerySet[Claim]:
    rows = Claim.objects.filter(state__in=choices.OPEN_STATES).select_related("account", "owner")
    return rows.select_for_update(of=("self",)).order_by("pk")


def _all(rows: QuerySet[Claim], actor: User, to: User, now: dt.datetime) -> int:
    found = list(rows)
    for row in found:
        _give(actor, row, to, now)
    return len(found)


def _give(actor: User | None, row: Claim, to: User, now: dt.datetime) -> Claim:
    before, row.owner = row.owner_id, to
    trail.save(row, "owner")
    trail.write(actor, row, "assign_claim", now, before={"owner": before}, after={"owner": to.pk})
    return row
