"""Which account and which contact a row means. Pure: what is known is handed over.

Certain: the row means this one, and fills what is empty. Possible: a person has to say. Nothing out of reach is ever
matched, and nothing of it is known but the numbers in other programs that are taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from kamerton.exchange import values
from kamerton.exchange.values import Firm, Person

Found = Literal["found", "possible", "several", "unknown"]
#: The system under which numbers of a file are kept that are no numbers of the ledger.
NUMBERS = "erp"


@dataclass(eq=False, slots=True)
class AccountRow:
    """An account in reach, or one that this import adds (pk None until it is written)."""

    pk: int | None
    number: str
    values: dict[str, str]
    ids: set[tuple[str, str]] = field(default_factory=set)
    has_address: bool = False
    address: dict[str, str] = field(default_factory=dict)  # to be added

    @property
    def name(self) -> str:
        return self.values.get("name", "")


@dataclass(eq=False, slots=True)
class ContactRow:
    """A contact at an account in reach, or one that this import adds."""

    pk: int | None
    account: AccountRow
    values: dict[str, str | list[str]]
    has_left: bool = False

    @property
    def name(self) -> str:
        return str(self.values.get("name", ""))

    @property
    def email(self) -> str:
        return str(self.values.get("email", "")).casefold()

    @property
    def phones(self) -> set[str]:
        return {values.phone_key(str(self.values.get(each, ""))) for each in ("phone", "mobile")} - {""}


@dataclass(frozen=True, slots=True)
class Match:
    kind: Found
    account: AccountRow | None = None
    why: str = ""  # number | external_id | tax_number | name | domain


class Accounts:
    """What is known of accounts, by everything that tells one from another."""

    def __init__(self) -> None:
        self.by_number: dict[str, AccountRow] = {}
        self.by_id: dict[tuple[str, str], AccountRow] = {}
        self.by_tax: dict[str, list[AccountRow]] = defaultdict(list)
        self.by_name: dict[str, list[AccountRow]] = defaultdict(list)
        self.by_domain: dict[str, list[AccountRow]] = defaultdict(list)
        self.by_pk: dict[int, AccountRow] = {}
        self._taken: set[tuple[str, str]] = set()

    def add(self, row: AccountRow) -> None:
        """Once for each account."""
        self.written(row)
        for kind, key in _keys(row.values):
            {"tax": self.by_tax, "name": self.by_name, "domain": self.by_domain}[kind][key].append(row)

    def written(self, row: AccountRow) -> None:
        """The row is there now, or has got other numbers."""
        if row.pk is not None:
            self.by_pk[row.pk] = row
        if row.number:
            self.by_number[row.number] = row
        for each in row.ids:
            self.by_id[each] = row

    def take(self, ids: Iterable[tuple[str, str]]) -> None:
        """Numbers in other programs that stand for accounts out of reach: each stands for one account."""
        self._taken.update(ids)

    def is_taken(self, system: str, value: str) -> bool:
        return (system, value) in self._taken or (system, value) in self.by_id

    def find(self, firm: Firm, person: Person | None, system: str) -> Match:
        """The account of a row; one out of reach is as unknown as one that is not there."""
        if firm.number and (row := self.by_number.get(firm.number) or self._by_number_id(firm.number)):
            return Match("found", row, "number")
        if firm.external_id and (row := self.by_id.get((system, firm.external_id))):
            return Match("found", row, "external_id")
        key = values.tax_key(firm.values.get("tax_number", ""), firm.values.get("country", ""))
        if key and (rows := self.by_tax.get(key)):
            return (
                Match("found", rows[0], "tax_number")
                if len(rows) == 1
                else Match("several", why="tax_number")
            )
        return self._by_words(firm, person)

    def _by_number_id(self, number: str) -> AccountRow | None:
        return self.by_id.get(("ledger", number)) or self.by_id.get((NUMBERS, number))

    def _by_words(self, firm: Firm, person: Person | None) -> Match:
        """By name, else by domain: that one is certain only where no other name is told."""
        near = self._near(firm, person)
        names = {
            values.company_key(each)
            for each in (firm.values.get("name", ""), firm.values.get("legal_name", ""))
        }
        rows = _once(row for key in names - {""} for row in self.by_name.get(key, ()))
        if len(rows) > 1:
            rows = [row for row in rows if row in near]
            return Match("found", rows[0], "name") if len(rows) == 1 else Match("several", why="name")
        if rows:
            return Match("found", rows[0], "name")
        if not firm.is_told:
            if len(near) == 1:
                return Match("found", near[0], "domain")
            return Match("several" if near else "unknown", why="domain")
        return Match("possible", near[0], "domain") if len(near) == 1 else Match("unknown")

    def _near(self, firm: Firm, person: Person | None) -> list[AccountRow]:
        domains = _domains(firm, person)
        return _once(row for each in sorted(domains) for row in self.by_domain.get(each, ()))


def _once(rows: Iterable[AccountRow]) -> list[AccountRow]:
    return list(dict.fromkeys(rows))


def _domains(firm: Firm, person: Person | None) -> frozenset[str]:
    own = str(person.values.get("email", "")) if person else ""
    return values.domains_of([firm.values.get("website", ""), firm.values.get("email", ""), own])


def _keys(told: Mapping[str, str]) -> set[tuple[str, str]]:
    names = (told.get("name", ""), told.get("legal_name", ""), told.get("ledger_name", ""))
    keys = {("name", values.company_key(name)) for name in names}
    keys.add(("tax", values.tax_key(told.get("tax_number", ""), told.get("country", ""))))
    keys |= {("domain", each) for each in values.domains_of([told.get("website", ""), told.get("email", "")])}
    return {each for each in keys if each[1]}


# --- people --------------------------------------------------------------------------------------------------------

PersonFound = Literal["new", "certain", "possible"]


@dataclass(frozen=True, slots=True)
class PersonMatch:
    kind: PersonFound
    contact: ContactRow | None = None
    why: str = ""  # email | name | other_name | other_email | phone | elsewhere | left | several


class People:
    """What is known of the contacts at accounts in reach."""

    def __init__(self) -> None:
        self.at: dict[AccountRow, list[ContactRow]] = defaultdict(list)
        self.by_email: dict[str, list[ContactRow]] = defaultdict(list)
        self.known: set[int] = set()
        self.loaded: set[int] = set()  # accounts whose contacts are all here

    def add(self, row: ContactRow) -> None:
        if row.pk is not None:
            if row.pk in self.known:
                return
            self.known.add(row.pk)
        self.at[row.account].append(row)
        if row.email:
            self.by_email[row.email].append(row)

    def filled(self, row: ContactRow) -> None:
        """The row has got an address that it had not."""
        if row.email and row not in self.by_email[row.email]:
            self.by_email[row.email].append(row)

    def find(self, person: Person, account: AccountRow) -> PersonMatch:
        there = self.at.get(account, ())
        email = str(person.values.get("email", "")).casefold()
        same = [row for row in there if email and row.email == email]
        if agreeing := [row for row in same if values.names_agree(row.name, person.name)]:
            return _certain(agreeing, "email")
        key = values.person_key(person.name)
        named = [row for row in there if values.person_key(row.name) == key]
        if plain := [row for row in named if not (email and row.email)]:
            return _certain(plain, "name")
        if named:
            return PersonMatch("possible", named[0], "other_email")
        if same:
            return PersonMatch("possible", same[0], "other_name")
        return self._by_hints(person, there, email)

    def _by_hints(self, person: Person, there: Iterable[ContactRow], email: str) -> PersonMatch:
        phones = {values.phone_key(str(person.values.get(each, ""))) for each in ("phone", "mobile")} - {""}
        for row in there:
            if phones & row.phones and values.share_a_word(row.name, person.name):
                return PersonMatch("possible", row, "phone")
        elsewhere = [row for row in self.by_email.get(email, ()) if email] if email else []
        if elsewhere:
            return PersonMatch("possible", elsewhere[0], "elsewhere")
        return PersonMatch("new")


def _certain(rows: list[ContactRow], why: str) -> PersonMatch:
    """Who has left, or stands there twice, is for a person to decide."""
    present = [row for row in rows if not row.has_left]
    if len(present) == 1:
        return PersonMatch("certain", present[0], why)
    return PersonMatch("possible", (present or rows)[0], "several" if present else "left")


# --- what an agreeing row brings --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Conflict:
    """Both have a value. What is kept is the one that was there."""

    field: str
    value: str
    kept: str


def compared(
    told: Mapping[str, str | list[str]], there: Mapping[str, str | list[str]], *, skip: Iterable[str] = ()
) -> tuple[dict[str, str | list[str]], list[Conflict]]:
    """(what fills an empty field, what stands against something else)."""
    fill: dict[str, str | list[str]] = {}
    conflicts = []
    for name, value in told.items():
        if name in skip or not value:
            continue
        kept = there.get(name)
        if not kept:
            fill[name] = value
        elif _normal(name, value) != _normal(name, kept):
            conflicts.append(Conflict(name, _shown(value), _shown(kept)))
    return fill, conflicts


def _normal(name: str, value: str | list[str]) -> object:
    if isinstance(value, list):
        return sorted(value)
    if name in {"phone", "mobile"}:
        return values.phone_key(value) or value
    if name == "name":
        return values.person_key(value)
    if name in {"tax_number", "registration_number"}:
        return values.tax_key(value)
    if name == "website":
        return value.casefold().split("://")[-1].removeprefix("www.").rstrip("/")
    return " ".join(value.casefold().split())


def _shown(value: str | list[str]) -> str:
    return ", ".join(value) if isinstance(value, list) else value
