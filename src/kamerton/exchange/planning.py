"""What an import would do, row by row. The dry run and the import ask the same planner; it writes nothing.

Rows are planned a chunk at a time. What a chunk adds is known to the next one: in a dry run because the planner
keeps it, in an import because it is written by then (the planner is told of it all the same).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.access.rights import breadth_of
from kamerton.accounts.models import Account, Address, Contact, ExternalId
from kamerton.exchange import matching, values
from kamerton.exchange.matching import AccountRow, Accounts, Conflict, ContactRow, Match, People, PersonMatch
from kamerton.exchange.read.model import Fault, Place, Told
from kamerton.exchange.values import Line
from kamerton.said import Said

RIGHT = "accounts.import"
Kind = Literal["add", "fill", "same", "double", "refused"]

_ACCOUNT_FIELDS = tuple(field for field, _most in values.COMPANY_FIELDS.values())
_CONTACT_TEXTS = tuple(name for name in values.PERSON_FIELDS if name != "languages")
_LANGUAGES = Cast("languages", TextField())  # few have any: JSON is read where there is some


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What the user decided. Keys of `people`: row_key; of `companies`: company_key of the name in the file."""

    add_companies: bool = False
    system: str = "crm"
    people: Mapping[str, str] = field(default_factory=dict)  # same | another | skip
    companies: Mapping[str, str] = field(default_factory=dict)  # same | another | skip
    doubles: str = "skip"  # of those that are not answered


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What becomes of one row."""

    place: Place
    kind: Kind
    account: AccountRow | None = None
    adds_account: bool = False
    fills_account: tuple[str, ...] = ()
    contact: ContactRow | None = None
    name: str = ""
    fills: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)  # field -> column of the file
    fault: Fault | None = None
    question: str = ""  # person | company
    key: str = ""
    why: str = ""


@dataclass(slots=True)
class Planned:
    """What a chunk would write, and what becomes of each of its rows."""

    outcomes: list[Outcome] = field(default_factory=list)
    new_accounts: list[AccountRow] = field(default_factory=list)
    account_fills: dict[AccountRow, dict[str, str]] = field(default_factory=dict)
    addresses: list[AccountRow] = field(default_factory=list)
    new_ids: list[tuple[AccountRow, str, str]] = field(default_factory=list)
    new_contacts: list[ContactRow] = field(default_factory=list)
    contact_fills: dict[ContactRow, dict[str, str | list[str]]] = field(default_factory=dict)


def row_key(place: Place) -> str:
    return f"{place.file}:{place.line}"


def _not_held(accounts: Collection[int]) -> None:
    """A dry run holds nobody up."""


class Planner:
    """Holds what is known. Four queries to begin with, two or three for each chunk."""

    def __init__(self, actor: User, answers: Answers, *, on: dt.date) -> None:
        self.actor, self.answers, self.on = actor, answers, on
        self.accounts, self.people = Accounts(), People()
        self.reaches_all = breadth_of(actor.role) == "all"
        self.may_add = answers.add_companies and policy.can(actor, "accounts.create", on=on)
        self.hold: Callable[[Collection[int]], None] = (
            _not_held  # called with the accounts that a chunk is about
        )
        self._last_account = 0
        self.refresh()

    # --- what is known -------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Accounts that were added since; called again under the lock of each chunk."""
        rows = Account.objects.current().filter(pk__gt=self._last_account)
        reached = set(policy.scope(rows, self.actor, RIGHT, on=self.on).values_list("pk", flat=True))
        found = list(rows.values("pk", "number", "ledger_name", *_ACCOUNT_FIELDS))
        new = {each["pk"] for each in found} - set(self.accounts.by_pk)
        ids, addressed = (
            _ids_of(new if self._last_account else None),
            _addressed(new if self._last_account else None),
        )
        for each in found:
            told = {name: each[name] for name in (*_ACCOUNT_FIELDS, "ledger_name") if each[name]}
            if each["pk"] not in reached:
                self.accounts.take(ids.get(each["pk"], ()))
            elif each["pk"] in new:
                own = set(ids.get(each["pk"], ()))
                row = AccountRow(each["pk"], each["number"], told, own, has_address=each["pk"] in addressed)
                self.accounts.add(row)
        self._last_account = max([self._last_account, *(each["pk"] for each in found)])

    def forget_people(self) -> None:
        """What is read of people is read again: others may have written since."""
        self.people = People()

    def _load_people(self, accounts: Iterable[AccountRow], emails: Iterable[str]) -> None:
        wanted = {row.pk for row in accounts if row.pk is not None} - self.people.loaded
        spelt = {form for each in emails if each for form in (each, each.casefold())}
        rows = Contact.objects.filter(erased_at=None)
        for found in (
            *_in_parts(rows, "account__in", sorted(wanted)),
            *_in_parts(rows, "email__in", sorted(spelt)),
        ):
            for pk, at, left_on, languages, *told in found.annotate(spoken=_LANGUAGES).values_list(
                "pk", "account_id", "left_on", "spoken", *_CONTACT_TEXTS
            ):
                account = self.accounts.by_pk.get(at)
                if account is not None and pk not in self.people.known:  # in reach
                    own = {name: value for name, value in zip(_CONTACT_TEXTS, told, strict=True) if value}
                    if languages != "[]":
                        own["languages"] = json.loads(languages)
                    self.people.add(ContactRow(pk, account, own, has_left=left_on is not None))
        self.people.loaded |= wanted

    # --- planning ------------------------------------------------------------------------------------------

    def plan(self, rows: Sequence[Told | Fault]) -> Planned:
        """What these rows would do, after all that was planned before."""
        planned = Planned()
        lines = [told if isinstance(told, Fault) else values.line_of(told) for told in rows]
        placed = [(line, self._account(line, planned)) for line in lines if isinstance(line, Line)]
        at = {line.place: found for line, found in placed}
        emails = [str(line.person.values.get("email", "")) for line, _found in placed if line.person]
        self.hold({match.account.pk for _line, match in placed if match.account and match.account.pk})
        self._load_people([match.account for _line, match in placed if match.account], emails)
        for line in lines:
            if isinstance(line, Fault):
                planned.outcomes.append(Outcome(place=line.place, kind="refused", fault=line))
            else:
                planned.outcomes.append(self._outcome(line, at[line.place], planned))
        return planned

    def _account(self, line: Line, planned: Planned) -> Match:
        """The account of a row, added to what is known where it is to be added."""
        match = self.accounts.find(line.firm, line.person, self.answers.system)
        if match.kind == "possible":
            answer = self.answers.companies.get(values.company_key(line.firm.name), self.answers.doubles)
            if answer == "same":
                return Match("found", match.account, match.why)
            if answer != "another":
                return match
            match = Match("unknown")
        if match.kind == "unknown" and self.may_add and line.firm.name:
            row = AccountRow(None, "", {"name": line.firm.name} | line.firm.values)
            self.accounts.add(row)
            planned.new_accounts.append(row)
            return Match("found", row, "new")
        return match

    def _outcome(self, line: Line, match: Match, planned: Planned) -> Outcome:
        if match.account is None or match.kind != "found":
            return self._unplaced(line, match)
        outcome = Outcome(place=line.place, kind="same", account=match.account, columns=line.columns)
        outcome.adds_account = match.why == "new"
        self._bring_account(line, match, planned, outcome)
        if line.person is None:
            if outcome.adds_account or outcome.fills_account:
                outcome.kind = "add" if outcome.adds_account else "fill"
            return outcome
        outcome.name = line.person.name
        outcome.conflicts += tuple(Conflict(name, value, "") for name, value in line.unread.items())
        return self._bring_person(line, self.people.find(line.person, match.account), planned, outcome)

    def _unplaced(self, line: Line, match: Match) -> Outcome:
        told = line.firm.name or line.firm.number or line.firm.external_id
        if match.kind == "possible" and match.account:
            return Outcome(
                place=line.place, kind="double", account=match.account, question="company", why=match.why,
                name=line.firm.name, key=values.company_key(line.firm.name), columns=line.columns,
            )  # fmt: skip
        column, reason = (
            line.columns.get("account_name", ""),
            _reason(match, told, adding=self.answers.add_companies),
        )
        return Outcome(
            place=line.place, kind="refused", fault=Fault(line.place, column, told[:200], reason),
            name=line.person.name if line.person else "",
        )  # fmt: skip

    def _bring_account(self, line: Line, match: Match, planned: Planned, outcome: Outcome) -> None:
        """Fills, numbers and an address of the account itself."""
        row = match.account
        assert row is not None  # noqa: S101 - only those that were found come here
        same_name = values.company_key(line.firm.values.get("name", "")) in {
            values.company_key(each)
            for each in (row.name, row.values.get("legal_name", ""), row.values.get("ledger_name", ""))
        }
        fill, conflicts = matching.compared(line.firm.values, row.values, skip={"name"} if same_name else ())
        texts = {name: str(value) for name, value in fill.items()}
        outcome.conflicts = tuple(replace(each, field=_of_account(each.field)) for each in conflicts)
        row.values.update(texts)
        if texts and row.pk is not None:
            planned.account_fills.setdefault(row, {}).update(texts)
        if line.firm.address and not row.has_address:
            row.has_address, row.address = True, line.firm.address | _country_of(line)
            planned.addresses.append(row)
            texts["address"] = ""
        texts |= dict.fromkeys(self._bring_ids(line, row, planned), "")
        outcome.fills_account = tuple(texts) if not outcome.adds_account else ()

    def _bring_ids(self, line: Line, row: AccountRow, planned: Planned) -> list[str]:
        """An account that is added keeps numbers only for who reaches all: else a missing one would tell it is taken."""
        if row.pk is None and not self.reaches_all:
            return []
        told = [(self.answers.system, line.firm.external_id)]
        if (
            line.firm.number
            and line.firm.number != row.number
            and ("ledger", line.firm.number) not in row.ids
        ):
            told.append((matching.NUMBERS, line.firm.number))
        added = []
        for system, value in told:
            if value and not self.accounts.is_taken(system, value):
                row.ids.add((system, value))
                self.accounts.by_id[system, value] = row
                planned.new_ids.append((row, system, value))
                added.append("number" if system == matching.NUMBERS else "external_id")
        return added

    def _bring_person(self, line: Line, match: PersonMatch, planned: Planned, outcome: Outcome) -> Outcome:
        assert line.person is not None  # noqa: S101
        assert outcome.account is not None  # noqa: S101
        outcome.key, outcome.why = row_key(line.place), match.why
        answer = (
            self.answers.people.get(outcome.key, self.answers.doubles) if match.kind == "possible" else None
        )
        if match.kind == "possible" and answer not in {"same", "another"}:
            outcome.kind, outcome.question, outcome.contact = "double", "person", match.contact
            return outcome
        if match.contact is None or answer == "another":
            row = ContactRow(None, outcome.account, dict(line.person.values))
            self.people.add(row)
            planned.new_contacts.append(row)
            outcome.kind, outcome.contact = "add", row
            return outcome
        return self._fill_person(line, match.contact, planned, outcome)

    def _fill_person(self, line: Line, row: ContactRow, planned: Planned, outcome: Outcome) -> Outcome:
        assert line.person is not None  # noqa: S101
        fill, conflicts = matching.compared(line.person.values, row.values)
        row.values.update(fill)
        self.people.filled(row)
        if fill and row not in planned.new_contacts:
            planned.contact_fills.setdefault(row, {}).update(fill)
        outcome.contact, outcome.fills = row, tuple(fill)
        outcome.conflicts += tuple(conflicts)
        outcome.kind = "fill" if fill or outcome.fills_account or outcome.adds_account else "same"
        return outcome


def _of_account(name: str) -> str:
    """As the columns of a row call the fields that people have too."""
    return f"account_{name}" if name in {"name", "email", "phone"} else name


def _country_of(line: Line) -> dict[str, str]:
    return {"country": line.firm.values["country"]} if "country" in line.firm.values else {}


def _reason(match: Match, told: str, *, adding: bool) -> str:
    """In words that say the same of what is not there and of what is out of reach."""
    if match.kind == "several" and match.why == "domain":
        return Said("Several of your accounts share this domain: name the company.")
    if match.kind == "several":
        return Said("Several of your accounts are called so: add their number.")
    if not told:
        return Said("No company is named, and the e-mail address belongs to none of your accounts.")
    if adding:
        return Said("The company is none of your accounts and cannot be added by an import.")
    return Said("The company is none of your accounts.")


def _ids_of(accounts: Iterable[int] | None) -> dict[int, list[tuple[str, str]]]:
    rows = (
        ExternalId.objects.all()
        if accounts is None
        else ExternalId.objects.filter(account__in=list(accounts))
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for account, system, value in rows.values_list("account_id", "system", "value"):
        found.setdefault(account, []).append((system, value))
    return found


def _addressed(accounts: Iterable[int] | None) -> set[int]:
    rows = Address.objects.all() if accounts is None else Address.objects.filter(account__in=list(accounts))
    return set(rows.values_list("account_id", flat=True))


def _in_parts(rows: QuerySet[Contact], lookup: str, wanted: Sequence[object]) -> list[QuerySet[Contact]]:
    """SQLite takes no more than some thousands of values at once."""
    return [rows.filter(**{lookup: wanted[at : at + 500]}) for at in range(0, len(wanted), 500)]
