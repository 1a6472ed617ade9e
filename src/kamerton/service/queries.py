"""What pages ask of the room. Every row goes through `claims`, which goes through policy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.functional import Promise

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.core.models import Company
from kamerton.service import choices, rules
from kamerton.service.models import Claim, ClaimTerms
from kamerton.work.queries import duty_holders


def claims(actor: User, right: str = "work.view") -> QuerySet[Claim]:
    return policy.scope(Claim.objects.select_related("account", "owner", "contact"), actor, right)


def in_order(rows: QuerySet[Claim]) -> QuerySet[Claim]:
    """What is open first, expedited before key accounts before others, and then what is due, or late, longest."""
    return rows.order_by(
        Case(When(closed_at=None, then=Value(0)), default=Value(1)),
        Case(When(closed_at=None, then="priority"), default=Value(rules.ORDINARY)),
        F("due_at").asc(nulls_last=True),
        F("closed_at").desc(nulls_last=True),
        "pk",
    )


def open_claims(actor: User, account: Account | None = None) -> QuerySet[Claim]:
    rows = claims(actor).filter(state__in=choices.OPEN_STATES)
    return in_order(rows.filter(account=account) if account is not None else rows)


def claims_for_today(actor: User, day: dt.date) -> QuerySet[Claim]:
    """The open ones of the actor, and of those stood in for."""
    return open_claims(actor).filter(owner__in=duty_holders(actor, day))


def count_open(actor: User, account: Account) -> int:
    return claims(actor).filter(account=account, state__in=choices.OPEN_STATES).count()


# --- how it is set ---------------------------------------------------------------------------------------------


def terms() -> ClaimTerms:
    return ClaimTerms.objects.filter(pk=1).first() or ClaimTerms(pk=1)


def terms_for(row: ClaimTerms, *, is_key: bool) -> rules.Terms:
    if is_key:
        return rules.Terms(row.key_acknowledge_hours, row.key_answer_days, row.key_settle_days)
    return rules.Terms(row.acknowledge_hours, row.answer_days, row.settle_days)


def clock(row: ClaimTerms | None = None) -> rules.WorkingClock:
    """In the time zone of the company."""
    row = row or terms()
    return rules.WorkingClock(
        zone=timezone.get_default_timezone(), opens=row.opens, closes=row.closes,
        weekdays=frozenset(range(6 if row.saturday else 5)),
    )  # fmt: skip


def kind_words(row: ClaimTerms | None = None) -> dict[str, str | Promise]:
    """What each kind is called here."""
    own = (row or terms()).words
    return {key: own.get(key) or label for key, label in choices.claim_kinds()}


def company_currency() -> str:
    found = Company.objects.filter(pk=1).first()
    return found.currency if found else "EUR"


# --- what rules read ---------------------------------------------------------------------------------------------


def course(claim: Claim) -> rules.Course:
    return rules.Course(
        received=claim.received_at,
        due=rules.Deadlines(claim.acknowledge_by, claim.answer_by, claim.settle_by),
        acknowledged=claim.acknowledged_at, answered=claim.answered_at, closed=claim.closed_at,
    )  # fmt: skip


def handled(claim: Claim) -> rules.Handled:
    return rules.Handled(
        kind=claim.kind, cause=claim.cause if not claim.is_open else "", account=claim.account_id,
        course=course(claim), state=claim.state, currency=claim.currency, amount=claim.amount,
        credit=claim.credit if not claim.is_open else None, satisfied=claim.satisfied,
        in_log=claim.error_id is not None,
    )  # fmt: skip


def received_within(
    day: dt.date, days: int, only: Collection[int] | None = None
) -> dict[int, tuple[int, int]]:
    """{account: (claims within so many days, within as many before those)}. One query."""
    recent, before = day - dt.timedelta(days=days), day - dt.timedelta(days=2 * days)
    rows = Claim.objects.filter(received_at__date__gt=before, received_at__date__lte=day).order_by()
    if only is not None:
        rows = rows.filter(account__in=only)
    told = rows.values_list("account").annotate(
        now=Count("pk", filter=Q(received_at__date__gt=recent)),
        then=Count("pk", filter=Q(received_at__date__lte=recent)),
    )
    return {account: (now, then) for account, now, then in told}
