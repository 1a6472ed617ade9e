"""What the lists of accounts say beside figures: who is responsible, tags, industry, stage. A page costs four queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Count

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account, Contact, Coverage, Industry
from kamerton.accounts.models.companies import AccountQuerySet, CoverageQuerySet
from kamerton.core import clock
from kamerton.portfolio.status_queries import Standing, standing
from kamerton.web.lists import Here
from kamerton.web.parts import Text

NOBODY_DECIDED = Standing(None, {})


@dataclass(frozen=True, slots=True)
class Known:
    """By account number."""

    responsible: dict[str, str]
    tags: dict[str, tuple[str, ...]]
    industry: dict[str, str]
    stage: dict[str, str]
    contacts: dict[str, int]
    standing: Standing = NOBODY_DECIDED  # filled where the states of accounts are shown


def gather(numbers: Sequence[str]) -> Known:
    """Of accounts that the reader reaches already. Four queries."""
    rows = Account.objects.filter(number__in=numbers).select_related("industry")
    rows = rows.only("number", "stage", "industry__name")
    accounts = {row.number: row for row in rows}
    held = Coverage.objects.on(clock.today()).filter(role="responsible", account__number__in=numbers)
    contacts = Contact.objects.present().filter(account__number__in=numbers)
    counted = contacts.order_by().values("account__number").annotate(n=Count("pk"))
    return Known(
        responsible={row.account.number: row.person.display_name for row in _named(held)
                     if row.person},
        tags=_tags(numbers),
        industry={number: row.industry.name for number, row in accounts.items() if row.industry},
        stage={number: str(row.get_stage_display()) for number, row in accounts.items()},
        contacts={row["account__number"]: row["n"] for row in counted},
    )  # fmt: skip


def with_standing(numbers: Sequence[str], known: Known | None) -> Known:
    """And who is key by decision. Three queries."""
    known = known or Known(responsible={}, tags={}, industry={}, stage={}, contacts={})
    return replace(known, standing=standing(numbers))


def _named(held: CoverageQuerySet) -> CoverageQuerySet:
    people = held.select_related("person", "account")
    return people.only("account__number", "person__first_name", "person__last_name", "person__username")


def _tags(numbers: Sequence[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    rows = Account.tags.through.objects.filter(account__number__in=numbers).order_by("tag__name")
    for number, name in rows.values_list("account__number", "tag__name"):
        found[number].append(name)
    return {number: tuple(names) for number, names in found.items()}


def responsible_to(person: int) -> AccountQuerySet:
    held = Coverage.objects.on(clock.today()).filter(role="responsible", person=person)
    return Account.objects.filter(pk__in=held.values("account"))


def tagged(name: str) -> AccountQuerySet:
    return Account.objects.filter(
        pk__in=Account.tags.through.objects.filter(tag__name=name).values("account_id")
    )


def in_industry(number: str) -> AccountQuerySet:
    return Account.objects.filter(industry=int(number))


def responsible_options(here: Here) -> list[tuple[str, Text]]:
    """Who is responsible for accounts that this person reaches. One query, few rows."""
    held = Coverage.objects.on(here.today).filter(role="responsible")
    held = policy.scope(held, here.actor, "accounts.view")
    people = User.objects.filter(pk__in=held.values("person")).order_by("first_name", "last_name", "username")
    return [(str(each.pk), each.display_name) for each in people]


def industries(_here: Here) -> list[tuple[str, Text]]:
    return [(str(pk), name) for pk, name in Industry.objects.values_list("pk", "name")]
