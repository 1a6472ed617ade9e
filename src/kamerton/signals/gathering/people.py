"""Who looks after accounts, and who is there."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db.models import Count, Max, Q
from django.utils import timezone

from kamerton.access.models import Delegation, User
from kamerton.accounts import dossier, strength
from kamerton.accounts.choices import DOSSIER_TOPICS
from kamerton.accounts.decision_unit import DEPTHS, Touch
from kamerton.accounts.models import (
    Contact,
    Coverage,
    Fact,
    Interaction,
    Tie,
)
from kamerton.accounts.queries import KAM_ROLES, limits
from kamerton.core import bulk
from kamerton.instruments.models import Assessment
from kamerton.signals.gathering.rows import Rows, among
from kamerton.signals.reading import (
    Care,
    Person,
    PersonReading,
    Statement,
)


def care(day: dt.date, only: Collection[int] | None) -> dict[int, Care]:
    """Accounts with nobody are left out. Two queries."""
    rows = Coverage.objects.on(day).filter(among("account", only), role="responsible", person__is_active=True)
    away: dict[int, list[tuple[int, bool]]] = defaultdict(list)
    orders = Delegation.objects.filter(revoked_at=None, from_date__lte=day, to_date__gte=day)
    for absent, substitute, active in orders.values_list("absent", "substitute", "substitute__is_active"):
        away[absent].append((substitute, active))
    told = rows.order_by().values_list("account", "person")
    return {account: _here(person, away) for account, person in told}


def _here(person: int, away: Mapping[int, list[tuple[int, bool]]]) -> Care:
    if person not in away:
        return "here"
    return "substitute" if any(active and who not in away for who, active in away[person]) else "away"


def people_of_ours(day: dt.date) -> list[PersonReading]:
    """Four queries."""
    limit = limits()
    broad = set(limit.broad.values_list("pk", flat=True)) if limit.pk else set()
    held = Coverage.objects.on(day).filter(
        role="responsible", person__isnull=False, account__merged_into=None
    )
    counted = held.order_by().values_list("person").annotate(Count("account", distinct=True))
    counts = dict(counted)
    people = User.objects.filter(pk__in=list(counts), is_active=True).values_list("pk", "role")
    found = []
    for pk, role in people:
        most = limit.kam_limit if role in KAM_ROLES else limit.seller_limit
        found.append(
            PersonReading(person=pk, accounts=counts[pk], limit=limit.broad_limit if pk in broad else most)
        )
    return found


def analysed(key: Collection[int]) -> dict[int, dt.date]:
    """The day of the last finished loyalty analysis of `key` accounts, whoever made it: its day is no secret. One query."""
    if not key:
        return {}
    rows = Assessment.objects.filter(
        among("account_id", key),
        instrument__key="loyalty-analysis",
        subject_kind="account",
        finished_at__isnull=False,
    )
    told = rows.order_by().values_list("account_id").annotate(last=Max("finished_at"))
    return {account: timezone.localdate(last) for account, last in told}


# --- people there ----------------------------------------------------------------------------------------


def people(day: dt.date, key: Collection[int], watched: Collection[int]) -> Rows:
    """Of `watched` accounts, with the strength of the contact at `key` accounts. Four queries."""
    if not watched:
        return {}
    rows = list(
        Contact.objects.present().filter(among("account", watched)).order_by("pk")
        .values_list("pk", "account_id", "is_found", bulk.text("decision_roles"), "level", "ladder_stage")
    )  # fmt: skip
    ties: dict[int, str] = {}
    of_key = among("contact__account", key) if key else Q(pk=None)
    for contact, depth in Tie.objects.filter(of_key).order_by("pk").values_list("contact", "depth"):
        if DEPTHS.get(depth, 0.0) >= DEPTHS.get(ties.get(contact, ""), 0.0):
            ties[contact] = depth
    last, touches = _touches(day, key)
    found: Rows = defaultdict(list)
    for pk, account, is_found, roles, level, stage in rows:
        if account in watched:
            on = last.get(pk)
            force = strength.strength(touches.get(pk, ()), depth=ties.get(pk, "none"), level=level, on=day)
            found[account].append(
                Person(
                    id=pk, is_found=is_found, roles=bulk.decoded(roles), level=level,
                    met=is_found and (on is not None or stage > 0 or DEPTHS.get(ties.get(pk, ""), 0.0) > 0),
                    last_on=on, strength=force.total if on else None,
                )
            )  # fmt: skip
    return found


def _touches(day: dt.date, key: Collection[int]) -> tuple[dict[int, dt.date], dict[int, list[Touch]]]:
    """The last contact of each person at a key account, and those that still count. Two queries."""
    if not key:
        return {}, {}
    rows = Interaction.objects.filter(among("account", key), contact__isnull=False, on__lte=day).order_by()
    last = dict(rows.values_list("contact").annotate(Max("on")))
    recent: dict[int, list[Touch]] = defaultdict(list)
    since = day - dt.timedelta(days=strength.FADES_DAYS)
    for contact, on, from_them, in_depth in rows.filter(on__gte=since).values_list(
        "contact", "on", "from_them", "in_depth"
    ):
        recent[contact].append(Touch(contact, on, from_them, in_depth))
    return last, recent


def facts(day: dt.date, key: Collection[int]) -> tuple[Rows, dict[int, int]]:
    """Facts in force of key accounts, and how many of the required topics nobody has told of. One query."""
    if not key:
        return {}, {}
    rows = Fact.objects.current().filter(among("account", key)).order_by()
    told: Rows = defaultdict(list)
    topics: dict[int, set[str]] = defaultdict(set)
    for account, topic, dated, secrecy in rows.values_list("account", "topic", "dated", "secrecy"):
        if account in key:
            stale = dossier.is_stale(topic, dated, day)
            told[account].append(Statement(topic=topic, stale=stale, secrecy=secrecy))
            topics[account].add(topic)
    return told, {account: len(set(DOSSIER_TOPICS) - known) for account, known in topics.items()}
