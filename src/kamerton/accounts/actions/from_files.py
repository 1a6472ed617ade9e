"""Accounts and contacts that come by the thousand from a file: the same rules as by hand, written in bulk.

Called by the room that reads files, once for each chunk, inside its transaction. That room writes the entry in the
trail, with the counts, and keeps what was written, so that `take_back` can undo it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts import rules, search
from kamerton.accounts.actions import companies, contacts
from kamerton.accounts.models import Account, Address, Contact, Coverage, ExternalId
from kamerton.core import bulk
from kamerton.core.refused import Refused

RIGHT = "accounts.import"
_ACCOUNT_TEXTS = (
    "segment", "legal_name", "legal_form", "registration_number", "tax_number", "country", "website", "email", "phone",
    "description",
)  # fmt: skip
_ACCOUNT_COLUMNS = (
    "id", "number", "name", "stage", "newcomer_kind", "in_ledger", "ledger_name", "ledger_group", *_ACCOUNT_TEXTS,
    "search_text", "created_at", "created_by", "version",
)  # fmt: skip
_CONTACT_TEXTS = ("name", "salutation", "post", "function", "email", "phone", "mobile", "territory")
_CONTACT_COLUMNS = (
    "id", "account", *_CONTACT_TEXTS, "languages", "is_found", "level", "decision_roles", "is_vip",
    "is_opinion_leader", "is_helper", "ladder_stage", "long_term_plan", "search_text", "created_at",
    "created_by", "version",
)  # fmt: skip


KIND: dict[type[models.Model], str] = {Account: "account", Contact: "contact"}  # what the search calls them


@dataclass(frozen=True, slots=True)
class NewContact:
    account: int
    values: Mapping[str, Any]


@dataclass(slots=True)
class Written:
    """What a chunk wrote, by primary keys. `filled` names the fields and holds none of their contents."""

    accounts: list[int] = field(default_factory=list)
    contacts: list[int] = field(default_factory=list)
    addresses: list[int] = field(default_factory=list)
    external_ids: list[int] = field(default_factory=list)
    account_fills: dict[int, list[str]] = field(default_factory=dict)
    contact_fills: dict[int, list[str]] = field(default_factory=dict)


def lock(numbers: Collection[int]) -> None:
    """Hold these accounts until the transaction ends: whoever adds a contact there by hand waits."""
    companies.lock_company()
    for part in parts(sorted(numbers)):
        list(
            Account.objects.select_for_update(of=("self",))
            .filter(pk__in=part)
            .order_by("pk")
            .values_list("pk")
        )


def require_reach(actor: User, numbers: Collection[int]) -> None:
    """Refused unless all these accounts are there and in reach of an import."""
    policy.require(actor, RIGHT)
    rows = Account.objects.current()
    found = sum(
        policy.scope(rows.filter(pk__in=part), actor, RIGHT).count() for part in parts(sorted(numbers))
    )
    if found != len(set(numbers)):
        raise Refused(
            _("Accounts of this import are no longer yours, or were merged. Nothing was written."),
            code="reach",
        )


def add_accounts(*, actor: User, rows: Sequence[Mapping[str, str]], now: dt.datetime) -> list[int]:
    """Prospects with the next numbers of ours, in the order of `rows`; their keys.

    Whoever reaches no more than the own accounts becomes responsible for them, as for one added by hand.
    """
    if not rows:
        return []
    policy.require(actor, "accounts.create")
    companies.lock_company()
    keys = bulk.reserve(Account, len(rows))
    first = rules.prospect_number(
        Account.objects.filter(number__startswith="P-").values_list("number", flat=True)
    )
    numbers = [f"P-{int(first[2:]) + at:05d}" for at in range(len(rows))]
    moment = bulk.moment(now)
    bulk.insert(
        Account,
        _ACCOUNT_COLUMNS,
        [
            _account_row(key, number, told, moment, actor)
            for key, number, told in zip(keys, numbers, rows, strict=True)
        ],
    )
    search.index_many("account", keys)
    if actor.held_role.breadth != "all":
        day = timezone.localdate(now)
        mine = [
            Coverage(
                account_id=key,
                person=actor,
                role="responsible",
                from_date=day,
                created_by=actor,
                created_at=now,
            )
            for key in keys
        ]
        Coverage.objects.bulk_create(mine, batch_size=500)
    return keys


def _account_row(
    key: int, number: str, told: Mapping[str, str], moment: str, actor: User
) -> tuple[bulk.Stored, ...]:
    texts = {name: told.get(name, "") for name in _ACCOUNT_TEXTS}
    text = rules.search_text(
        told["name"], number, "", "", texts["legal_name"], texts["tax_number"], texts["registration_number"]
    )
    return (
        key,
        number,
        told["name"],
        "prospect",
        "",
        False,
        "",
        "",
        *texts.values(),
        text,
        moment,
        actor.pk,
        1,
    )


def add_contacts(*, actor: User, rows: Sequence[NewContact], now: dt.datetime) -> list[int]:
    """People at accounts in reach, in the order of `rows`; their keys."""
    if not rows:
        return []
    require_reach(actor, {each.account for each in rows})
    keys, moment = bulk.reserve(Contact, len(rows)), bulk.moment(now)
    bulk.insert(
        Contact,
        _CONTACT_COLUMNS,
        [_contact_row(key, each, moment, actor) for key, each in zip(keys, rows, strict=True)],
    )
    written = (
        SimpleNamespace(pk=key, **{name: str(each.values.get(name, "")) for name in _CONTACT_TEXTS})
        for key, each in zip(keys, rows, strict=True)
    )
    search.index_rows("contact", list(written), new=True)
    return keys


def _contact_row(key: int, told: NewContact, moment: str, actor: User) -> tuple[bulk.Stored, ...]:
    texts = {name: str(told.values.get(name, "")) for name in _CONTACT_TEXTS}
    languages = json.dumps(list(told.values.get("languages", [])))
    text = rules.search_text(
        texts["name"], texts["post"], texts["email"], texts["phone"], texts["mobile"], texts["territory"]
    )
    return (
        key, told.account, *texts.values(), languages, True, "", "[]", False, False, False, 0, "", text, moment,
        actor.pk, 1,
    )  # fmt: skip


# --- filling what is empty -----------------------------------------------------------------------------------


def fill_accounts(*, actor: User, told: Mapping[int, Mapping[str, Any]]) -> dict[int, list[str]]:
    """Write the values whose fields are empty still: {key: the fields}. What somebody wrote meanwhile stays."""
    if not told:
        return {}
    require_reach(actor, told)
    allowed = set(_ACCOUNT_TEXTS)
    return _fill(Account, told, allowed, companies.search_text)


def fill_contacts(*, actor: User, told: Mapping[int, Mapping[str, Any]]) -> dict[int, list[str]]:
    """As fill_accounts. An erased person is left alone."""
    if not told:
        return {}
    require_reach(actor, accounts_of(Contact, sorted(told)))
    return _fill(Contact, told, {*_CONTACT_TEXTS, "languages"}, contacts.search_text)


def _fill(
    model: type[Any], told: Mapping[int, Mapping[str, Any]], allowed: set[str], search_text: Any
) -> dict[int, list[str]]:
    written: dict[int, list[str]] = {}
    for part in parts(sorted(told)):
        rows = []
        for row in model.objects.select_for_update(of=("self",)).filter(pk__in=part).order_by("pk"):
            if getattr(row, "erased_at", None):
                continue
            names = [name for name in told[row.pk] if name in allowed and not getattr(row, name)]
            for name in names:
                setattr(row, name, told[row.pk][name])
            if names:
                written[row.pk] = names
                row.search_text = search_text(row)
                rows.append(row)
        write(model, rows, sorted({name for row in rows for name in written[row.pk]}))
    return written


def write(model: type[Any], rows: Sequence[Any], columns: Sequence[str]) -> None:
    """Rows that are locked, with their fields set; the search is told."""
    if not rows:
        return
    names = (*columns, "search_text")
    bulk.update(
        model,
        (*names, "version"),
        [(*(_stored(getattr(row, name)) for name in names), row.version + 1, row.pk) for row in rows],
    )
    if search.KINDS[KIND[model]].fields & set(columns):
        search.index_rows(KIND[model], rows)


def _stored(value: Any) -> bulk.Stored:
    return json.dumps(value) if isinstance(value, list) else value


def add_addresses(*, actor: User, told: Mapping[int, Mapping[str, str]]) -> list[int]:
    """A registered office for accounts that have no address; the keys of the new rows."""
    if not told:
        return []
    require_reach(actor, told)
    taken = {
        pk for part in parts(sorted(told)) for pk in Address.objects.filter(account__in=part).values_list("account", flat=True)
    }  # fmt: skip
    rows = [(pk, values) for pk, values in told.items() if pk not in taken and any(values.values())]
    names = ("street", "postcode", "city", "region", "country")
    keys = bulk.reserve(Address, len(rows))
    bulk.insert(
        Address,
        ("id", "account", "kind", *names, "territory"),
        [
            (key, pk, "legal", *(values.get(name, "") for name in names), "")
            for key, (pk, values) in zip(keys, rows, strict=True)
        ],
    )
    return keys


def add_external_ids(*, actor: User, told: Iterable[tuple[int, str, str]]) -> list[int]:
    """(account, system, value): those that stand for no account yet; the keys of the new rows."""
    wanted = {(system.casefold(), value): pk for pk, system, value in told if system.casefold() != "ledger"}
    if not wanted:
        return []
    require_reach(actor, set(wanted.values()))
    taken: set[tuple[str, str]] = set()
    for part in parts(sorted({value for _system, value in wanted})):
        taken |= set(ExternalId.objects.filter(value__in=part).values_list("system", "value"))
    rows = [(pk, system, value) for (system, value), pk in wanted.items() if (system, value) not in taken]
    keys = bulk.reserve(ExternalId, len(rows))
    bulk.insert(
        ExternalId,
        ("id", "account", "system", "value"),
        [(key, *row) for key, row in zip(keys, rows, strict=True)],
    )
    find_again({pk for pk, _system, _value in rows})
    return keys


def find_again(accounts: Collection[int]) -> None:
    """Numbers are found by the search of accounts: one query for the numbers of each part, one to write."""
    for part in parts(sorted(accounts)):
        rows = list(Account.objects.filter(pk__in=part).prefetch_related("external_ids"))
        for row in rows:
            row.search_text = rules.search_text(
                row.name, row.number, row.ledger_group, row.ledger_name, row.legal_name, row.tax_number,
                row.registration_number, *(each.value for each in row.external_ids.all()),
            )  # fmt: skip
        Account.objects.bulk_update(rows, ["search_text"], batch_size=200)


def accounts_of(model: type[Any], keys: Sequence[int]) -> set[int]:
    return {
        pk
        for part in parts(sorted(keys))
        for pk in model.objects.filter(pk__in=part).values_list("account", flat=True)
    }


def parts(keys: Sequence[Any]) -> list[Sequence[Any]]:
    """SQLite takes no more than some thousands of values at once."""
    return [keys[at : at + 500] for at in range(0, len(keys), 500)]
