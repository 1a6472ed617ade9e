"""What pages and rooms above ask of visits and calls. Every list of rows goes through policy.scope here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account, Contact, Coverage, Interaction, Need, Note
from kamerton.engagements import proposing, rules
from kamerton.engagements.models import Engagement, EngagementQuerySet, VisitNorm, WeekBrief
from kamerton.engagements.proposing import Proposal
from kamerton.engagements.rules import Going, Overlap, monday_of
from kamerton.work.models import Request, Task
from kamerton.work.queries import own_accounts, requests, tasks

VIEW = "accounts.view"
_WEEK = dt.timedelta(days=6)
HEARD_DAYS = 30
_MOST = 12
#: Tasks that tell somebody to read something: nobody promised anything.
_NO_PROMISE = ("mention", "budget")


def engagements(actor: User) -> EngagementQuerySet:
    """In reach, with what a line of it shows. Three queries."""
    rows = policy.scope(Engagement.objects.all(), actor, VIEW)
    return rows.select_related("account", "owner").prefetch_related("contacts", "companions__person")


def week_of(actor: User, person: User, monday: dt.date) -> list[Engagement]:
    """The week of one of ours, as far as the actor reaches it: what is their own, and where they come along."""
    mine = Engagement.objects.filter(companions__person=person).values("pk")
    rows = engagements(actor).filter(Q(owner=person) | Q(pk__in=mine), on__range=(monday, monday + _WEEK))
    return list(rows.standing().order_by("starts_at", "pk"))


def going(row: Engagement) -> Going:
    """From the prefetched row."""
    return Going(
        id=row.pk, owner=row.owner_id, starts_at=row.starts_at, ends_at=row.ends_at, purpose=row.purpose,
        people=frozenset({row.owner_id, *(each.person_id for each in row.companions.all())}),
        contacts=frozenset(each.pk for each in row.contacts.all()),
    )  # fmt: skip


# --- the shared brief of a week (REL-14) -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """Of one account and one week, for one reader. `agreed` None: nothing that the reader may read."""

    account: Account
    monday: dt.date
    rows: Sequence[Engagement]
    overlaps: Sequence[Overlap]
    agreed: WeekBrief | None
    tasks: Sequence[Task]
    requests: Sequence[Request]
    needs: Sequence[Need]
    heard: Sequence[Engagement]
    notes: Sequence[Note]


def shared(actor: User, one: Engagement, day: dt.date) -> Shared | None:
    """None where nobody else goes there that week, and for what is cancelled. About fifteen queries.

    Whoever goes to the account learns who else of ours goes there that week and whom they meet, whether or not the
    account is in their care: they would meet at its door. Everything else is what the reader reaches anyway.
    """
    if one.state == "cancelled" or actor.is_external:
        return None
    monday = monday_of(one.on)
    rows = Engagement.objects.filter(account=one.account_id, on__range=(monday, monday + _WEEK)).standing()
    rows = rows.select_related("account", "owner").prefetch_related("contacts", "companions__person")
    found = list(rows.order_by("starts_at", "pk"))
    if not rules.is_shared(found):
        return None
    return _shared(actor, one.account, monday, found, day)


def _shared(actor: User, account: Account, monday: dt.date, found: list[Engagement], day: dt.date) -> Shared:
    since = day - dt.timedelta(days=HEARD_DAYS)
    needs = policy.scope(Need.objects.filter(account=account, state="open"), actor, VIEW)
    notes = policy.scope(Note.objects.filter(account=account, on__gte=since, on__lte=day), actor, VIEW)
    heard = engagements(actor).filter(account=account, state="done", on__gte=since).exclude(outcome="")
    promised = promises(actor, account)
    asked = requests(actor).filter(account=account, state="open").select_related("unit")
    return Shared(
        account=account, monday=monday, rows=found,
        overlaps=rules.overlaps([going(row) for row in found]),
        agreed=agreed(actor, account, monday),
        tasks=list(promised.select_related("owner").order_by("due_on", "pk")[:_MOST]),
        requests=list(asked.order_by("due_on", "pk")[:_MOST]),
        needs=list(needs.order_by("-raised_on", "-pk")[:_MOST]),
        heard=list(heard.order_by("-on", "-pk")[:_MOST]),
        notes=list(notes.select_related("created_by").order_by("-on", "-pk")[:_MOST]),
    )  # fmt: skip


def promises(actor: User, account: Account) -> QuerySet[Task]:
    """Open tasks of the account but those that only tell somebody to read something."""
    return tasks(actor).filter(account=account, state="open").exclude(origin__in=_NO_PROMISE)


def agreed(actor: User, account: Account, monday: dt.date) -> WeekBrief | None:
    """The newest version, where the reader may read it: never an older one in its place. Two queries at most."""
    last = WeekBrief.objects.filter(account=account, monday=monday).order_by("-version").first()
    if last is None or not policy.scope(WeekBrief.objects.filter(pk=last.pk), actor, VIEW).exists():
        return None
    return last


def shared_weeks(rows: Collection[Engagement]) -> set[tuple[int, dt.date]]:
    """(account, Monday) of those among `rows` to which more than one engagement belongs. One query."""
    if not rows:
        return set()
    mondays = {monday_of(row.on) for row in rows}
    all_rows = Engagement.objects.standing().filter(
        account__in={row.account_id for row in rows}, on__range=(min(mondays), max(mondays) + _WEEK)
    )
    seen: dict[tuple[int, dt.date], int] = {}
    for account, on in all_rows.order_by().values_list("account", "on"):
        key = (account, monday_of(on))
        seen[key] = seen.get(key, 0) + 1
    return {key for key, count in seen.items() if count > 1}


@dataclass(frozen=True, slots=True)
class Unagreed:
    """Several of ours go to `account` in the week of `monday`, and nothing is agreed to be said."""

    account: int
    monday: dt.date
    people: int
    engagement: int  # the first of them


def unagreed(day: dt.date, accounts: Collection[int] | None = None) -> list[Unagreed]:
    """This week and the next, still to come at least in part; different people of ours. Two queries; for signals."""
    monday = monday_of(day)
    rows = Engagement.objects.filter(state="planned", on__range=(day, monday + _WEEK + dt.timedelta(days=7)))
    briefs = WeekBrief.objects.filter(monday__gte=monday)
    if accounts is not None:
        rows, briefs = rows.filter(account__in=accounts), briefs.filter(account__in=accounts)
    newest = {
        (account, week): bool(say or avoid)
        for account, week, say, avoid in briefs.order_by("version").values_list(
            "account", "monday", "say", "avoid"
        )
    }
    found: dict[tuple[int, dt.date], list[tuple[int, int]]] = {}
    for pk, account, owner, on in rows.order_by("starts_at", "pk").values_list(
        "pk", "account", "owner", "on"
    ):
        found.setdefault((account, monday_of(on)), []).append((pk, owner))
    return [
        Unagreed(account, week, len({owner for _pk, owner in each}), each[0][0])
        for (account, week), each in found.items()
        if not newest.get((account, week)) and len({owner for _pk, owner in each}) > 1
    ]


def of_account(actor: User, account: Account) -> EngagementQuerySet:
    return engagements(actor).filter(account=account)


def of_contact(actor: User, contact: Contact) -> EngagementQuerySet:
    return engagements(actor).filter(contacts=contact)


# --- whom to contact next (MTG-01) -----------------------------------------------------------------------------

_DECIDING = {"decider", "approver"}
_LOOKED_BACK = dt.timedelta(days=730)
_SOON = dt.timedelta(days=21)


def proposals(actor: User, day: dt.date, most: int = 8) -> list[tuple[Contact, Proposal]]:
    """Of the accounts that the actor looks after, and of those stood in for. Six queries at most."""
    people = {
        each.pk: each
        for each in policy.scope(
            Contact.objects.present().filter(
                is_found=True, account__in=own_accounts(actor, day).values("pk")
            ),
            actor,
            VIEW,
        ).select_related("account")
    }
    if not people:
        return []
    met: dict[int, list[dt.date]] = {}
    touches = policy.scope(Interaction.objects.filter(contact__in=people), actor, VIEW)
    for contact, on in (
        touches.filter(on__gt=day - _LOOKED_BACK, on__lte=day).order_by().values_list("contact", "on")
    ):
        met.setdefault(contact, []).append(on)
    needs: dict[int, int] = {}
    opened = policy.scope(Need.objects.filter(contact__in=people, state="open"), actor, VIEW)
    for contact in opened.order_by().values_list("contact", flat=True):
        needs[contact] = needs.get(contact, 0) + 1
    soon = Engagement.objects.filter(state="planned", on__range=(day, day + _SOON), contacts__in=people)
    found = proposing.proposals(
        [
            proposing.Person(
                id=each.pk, account=each.account_id, days=tuple(met.get(each.pk, ())),
                decides=bool(_DECIDING & set(each.decision_roles)), needs=needs.get(each.pk, 0),
            )
            for each in people.values()
        ],
        set(soon.values_list("contacts", flat=True)),
        day,
    )  # fmt: skip
    return [(people[each.contact], each) for each in found[:most]]


def next_week_is_empty(actor: User, day: dt.date) -> bool:
    """Of somebody who looks after accounts: nothing is planned for the next week. Two queries at most; for nobody else's eyes."""
    monday = monday_of(day) + dt.timedelta(days=7)
    mine = Q(owner=actor) | Q(pk__in=Engagement.objects.filter(companions__person=actor).values("pk"))
    rows = Engagement.objects.standing().filter(mine, on__range=(monday, monday + _WEEK))
    return not rows.exists() and Coverage.objects.on(day).filter(person=actor).exists()


def by_channel(actor: User, account: Account) -> list[tuple[str, int]]:
    """How many took place, by how; most first. Information (MTG-03)."""
    rows = policy.scope(Engagement.objects.filter(account=account, state="done"), actor, VIEW)
    return list(rows.order_by().values_list("channel").annotate(n=Count("pk")).order_by("-n", "channel"))


def norm_of(role: str) -> VisitNorm | None:
    return VisitNorm.objects.filter(role=role).first()
