"""What pages ask of accounts. Every list of rows goes through policy.scope before it comes here, or here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from kamerton.access.models import Delegation, User
from kamerton.accounts import regrouping, rules
from kamerton.accounts.dossier import Told
from kamerton.accounts.models import Account, Contact, Coverage, Limits, Need
from kamerton.accounts.models.companies import AccountQuerySet, CoverageQuerySet
from kamerton.accounts.models.people import ContactQuerySet
from kamerton.core.models import AuditEntry
from kamerton.core.names import merge_offers, name_key


def reached_accounts(people: Collection[int], day: dt.date, responsible: bool) -> AccountQuerySet:
    """The accounts that any of `people` covers on that day; with `responsible`, as the responsible one."""
    covering = Coverage.objects.on(day).filter(person__in=people)
    if responsible:
        covering = covering.filter(role="responsible")
    return Account.objects.filter(pk__in=covering.values("account"))


def responsible_for(account: Account, day: dt.date) -> User | None:
    """Who is responsible for the account that day; one query."""
    found = Coverage.objects.on(day).filter(account=account, role="responsible").select_related("person")
    row = found.order_by("-from_date").first()
    return row.person if row else None


def without_responsible(day: dt.date) -> AccountQuerySet:
    """Customers whom nobody is responsible for that day: the gap that must not be (OTH-02)."""
    held = Coverage.objects.on(day).filter(role="responsible", person__is_active=True)
    return Account.objects.current().filter(stage="customer").exclude(pk__in=held.values("account"))


def answers_today(account: Account, day: dt.date) -> tuple[User | None, User | None]:
    """(responsible, who stands in for them that day): somebody is always reachable (OTH-02). Two queries."""
    responsible = responsible_for(account, day)
    if responsible is None:
        return None, None
    order = Delegation.objects.filter(
        absent=responsible, revoked_at=None, from_date__lte=day, to_date__gte=day, substitute__is_active=True
    )
    found = order.select_related("substitute").order_by("from_date", "pk").first()
    return responsible, found.substitute if found else None


def who_answers(account: Account, day: dt.date) -> User | None:
    """The one person of ours to whom a question, problem or complaint goes that day (REL-13). Two queries."""
    responsible, substitute = answers_today(account, day)
    return substitute or responsible


@dataclass(frozen=True, slots=True)
class Load:
    """How many accounts somebody is responsible for, and how many it should be at most (SEL-21)."""

    accounts: int
    limit: int

    @property
    def is_over(self) -> bool:
        return self.accounts > self.limit


KAM_ROLES = frozenset({"senior_kam", "junior_kam"})


def limits() -> Limits:
    return Limits.objects.filter(pk=1).first() or Limits(pk=1)


def limit_of(person: User, limit: Limits) -> int:
    """Two queries at most."""
    if limit.pk and limit.broad.filter(pk=person.pk).exists():
        return limit.broad_limit
    return limit.kam_limit if person.role in KAM_ROLES else limit.seller_limit


def load_of(person: User, day: dt.date) -> Load:
    """Three queries."""
    held = Coverage.objects.on(day).filter(person=person, role="responsible", account__merged_into=None)
    return Load(held.values("account").distinct().count(), limit_of(person, limits()))


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What is told of a company before it is written down."""

    name: str
    legal_name: str = ""
    tax_number: str = ""
    registration_number: str = ""
    website: str = ""
    email: str = ""


def doubles_of(told: Newcomer, *, but: int | None = None) -> AccountQuerySet:
    """Accounts that may be the same company: same name but for its form, same number, same domain.

    Walks the names of all accounts (their keys are kept): two queries.
    """
    keys = {name_key(name) for name in (told.name, told.legal_name) if name.strip()}
    codes = {rules.code_key(code) for code in (told.tax_number, told.registration_number)} - {""}
    domains = rules.own_domain(told.website, told.email)
    found = [
        row[0]
        for row in Account.objects.current().values_list(
            "pk", "name", "legal_name", "ledger_name", "tax_number", "registration_number", "website", "email"
        )
        if row[0] != but and _is_double(row, keys, codes, domains)
    ]
    return Account.objects.filter(pk__in=found)


def _is_double(
    row: tuple[int, str, str, str, str, str, str, str],
    keys: Collection[str],
    codes: Collection[str],
    domains: Collection[str],
) -> bool:
    _pk, name, legal, ledger, tax, registration, website, email = row
    if any(each and name_key(each) in keys for each in (name, legal, ledger)):
        return True
    if codes and any(each and rules.code_key(each) in codes for each in (tax, registration)):
        return True
    return bool(domains and (website or email) and rules.own_domain(website, email) & set(domains))


def above(account: Account) -> list[Account]:
    """The parents of an account, nearest first. One query a level; a cycle ends where it closes."""
    found: list[Account] = []
    seen, at = {account.pk}, account.parent_id
    while at is not None and at not in seen:
        seen.add(at)
        parent = Account.objects.get(pk=at)
        found.append(parent)
        at = parent.parent_id
    return found


def below(account: Account) -> dict[int, int | None]:
    """{pk: its parent's pk} of every account below, however far. One query a level."""
    found: dict[int, int | None] = {}
    level = [account.pk]
    while level:
        rows = Account.objects.filter(Q(parent__in=level), merged_into=None).values_list("pk", "parent_id")
        fresh = {pk: parent for pk, parent in rows if pk not in found and pk != account.pk}
        found |= fresh
        level = list(fresh)
    return found


def told_of(need: Need) -> list[Told]:
    """What the trail tells of a need; one query. Its history: dossier.need_history."""
    return told_of_needs([need]).get(need.pk, [])


def told_of_needs(needs: Collection[Need]) -> dict[int, list[Told]]:
    """What the trail tells of each need, oldest first; one query."""
    subjects = {f"accounts.need:{need.pk}": need.pk for need in needs}
    entries = AuditEntry.objects.filter(subject__in=subjects).select_related("actor").order_by("at", "pk")
    found: dict[int, list[Told]] = {}
    for entry in entries:
        who = entry.actor.display_name if entry.actor else ""
        told = Told(entry.at, who, entry.action, entry.before or {}, entry.after or {})
        found.setdefault(subjects[entry.subject], []).append(told)
    return found


def held(day: dt.date) -> CoverageQuerySet:
    """The coverage of whoever is responsible on that day."""
    return Coverage.objects.on(day).filter(role="responsible")


def retold() -> list[regrouping.Retold]:
    """What the ledger counts otherwise than it was imported: merged accounts, and groups by parents. One query."""
    mothers = Account.objects.filter(parent__isnull=False).values("parent")
    survivors = Account.objects.filter(merged_into__isnull=False).values("merged_into")
    wanted = Q(parent__isnull=False) | Q(merged_into__isnull=False) | Q(pk__in=mothers) | Q(pk__in=survivors)
    rows = Account.objects.filter(wanted).order_by("pk")
    return regrouping.retold(
        regrouping.Node(
            row.pk,
            row.number,
            row.ledger_name or row.name,
            row.ledger_group,
            row.parent_id,
            row.merged_into_id,
        )
        for row in rows
    )


def possible_doubles(accounts: AccountQuerySet) -> list[list[Account]]:
    """Of `accounts`, those whose names differ only in form, together; the one to keep first. Two queries.

    The one to keep: known to the ledger, else known for longest.
    """
    pairs = [(str(pk), name) for pk, name in accounts.current().values_list("pk", "name")]
    offers = merge_offers(pairs)
    rows = Account.objects.in_bulk([int(number) for offer in offers for number in offer])
    return [
        sorted((rows[int(number)] for number in offer), key=lambda row: (not row.in_ledger, row.pk))
        for offer in offers
    ]


def double_contacts(contacts: ContactQuerySet) -> list[list[Contact]]:
    """Of `contacts`, those of one account that may be one person, together; the one to keep first. Two queries.

    The same words in the name, in any order, the same e-mail or the same mobile. To keep: found before sought, there
    before gone, known for longest.
    """
    told = contacts.filter(erased_at=None).order_by("pk")
    same: dict[tuple[int, str, str], list[int]] = {}
    for number, account, *values in told.values_list("pk", "account_id", "name", "email", "mobile"):
        for kind, key in rules.person_keys(*values):
            same.setdefault((account, kind, key), []).append(number)
    groups = rules.joined([numbers for numbers in same.values() if len(numbers) > 1])
    rows = Contact.objects.select_related("account").in_bulk([number for group in groups for number in group])
    found = [[rows[number] for number in group if number in rows] for group in groups]
    for group in found:
        group.sort(key=lambda row: (not row.is_found, row.left_on is not None, row.pk))
    return sorted(found, key=lambda group: (group[0].account.name, group[0].name, group[0].pk))
