"""What a brief is made of, as far as the reader may read it (MTG-04). As many queries for one fact as for fifty."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Model

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Contact, Fact, Need, Opinion
from kamerton.engagements import brief
from kamerton.engagements.models import Engagement
from kamerton.engagements.queries import VIEW, engagements, promises
from kamerton.portfolio.models import Opportunity
from kamerton.service.models import Claim
from kamerton.service.queries import open_claims
from kamerton.work.models import Task

_MOST = 6
_CLIENT = ("company", "income", "financials", "history", "plans")
_BUSINESS = ("business", "process", "market", "competitor")


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """`missing` empty: ready. `basic`: questions that the dossier answers already."""

    row: Engagement
    people: Sequence[Contact]
    opinions: dict[int, Opinion]
    motives: dict[int, list[Fact]] = field(default_factory=dict)
    client: Sequence[Fact]
    business: Sequence[Fact]
    goals: Sequence[Fact]
    needs: Sequence[Need]
    opportunities: Sequence[Opportunity]
    claims: Sequence[Claim]
    tasks: Sequence[Task]
    heard: Sequence[Engagement]
    missing: tuple[brief.Part, ...]
    basic: tuple[str, ...]

    @property
    def secrets(self) -> list[Model]:
        """All that may be secret among what is shown."""
        shown: list[Model] = [*self.client, *self.business, *self.goals, *self.needs, *self.claims]
        return [*shown, *self.opinions.values(), *(fact for some in self.motives.values() for fact in some)]


def brief_of(actor: User, row: Engagement, day: dt.date) -> Brief:
    """About fifteen queries."""
    account, people = row.account_id, list(row.contacts.all())
    facts = list(
        policy.scope(Fact.objects.current().filter(account=account), actor, VIEW).order_by("-dated", "-pk")
    )
    needs = policy.scope(Need.objects.filter(account=account, state="open"), actor, VIEW)
    opportunities = policy.scope(Opportunity.objects.open().filter(account=account), actor, "portfolio.view")
    own = [fact for fact in facts if fact.contact_id is None]
    client, business = _of(own, _CLIENT), _of(own, _BUSINESS)
    found_needs = list(needs.order_by("-raised_on", "-pk")[:_MOST])
    found = list(opportunities.order_by("expected_on", "pk")[:_MOST])
    heard = (
        engagements(actor)
        .filter(account=account, state="done", on__lte=day)
        .exclude(outcome="")
        .exclude(pk=row.pk)
    )
    return Brief(
        row=row, people=people, opinions=_opinions(actor, people), motives=_motives(facts, people),
        client=client, business=business, goals=_of(own, ("goal", "job")), needs=found_needs, opportunities=found,
        claims=list(open_claims(actor, row.account)[:_MOST]) if policy.can(actor, "work.view") else [],
        tasks=list(promises(actor, row.account).order_by("due_on", "pk")[:_MOST]),
        heard=list(heard.order_by("-on", "-pk")[:3]),
        missing=brief.missing({
            "client": bool(client), "business": bool(business), "needs": bool(found_needs), "products": bool(row.products.strip()),
            "questions": bool(row.questions.strip()), "offers": bool(row.offers.strip() or found),
        }),
        basic=brief.basic_questions(row.questions, [fact.topic for fact in own]),
    )  # fmt: skip


def _of(facts: Sequence[Fact], topics: tuple[str, ...]) -> list[Fact]:
    """The newest ones, in the order of the topics."""
    found = [fact for fact in facts if fact.topic in topics]
    return sorted(found, key=lambda fact: topics.index(fact.topic))[:_MOST]


def _opinions(actor: User, people: Sequence[Contact]) -> dict[int, Opinion]:
    """The latest of each contact that the reader may see. One query."""
    rows = policy.scope(Opinion.objects.filter(contact__in=people), actor, VIEW)
    found: dict[int, Opinion] = {}
    for each in rows.select_related("rater").order_by("-at", "-pk"):
        found.setdefault(each.contact_id, each)
    return found


def _motives(facts: Sequence[Fact], people: Sequence[Contact]) -> dict[int, list[Fact]]:
    there = {each.pk for each in people}
    found: dict[int, list[Fact]] = {}
    for fact in facts:
        if fact.contact_id in there:
            found.setdefault(fact.contact_id or 0, []).append(fact)
    return {contact: some[:3] for contact, some in found.items()}
