"""Undoing what an import of accounts and contacts wrote, as long as nobody has worked with it since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import F

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts import search
from kamerton.accounts.actions import companies, contacts
from kamerton.accounts.actions.from_files import (
    KIND,
    RIGHT,
    Written,
    accounts_of,
    find_again,
    parts,
    require_reach,
    write,
)  # fmt: skip
from kamerton.accounts.models import Account, Address, Contact, Coverage, ExternalId


@dataclass(frozen=True, slots=True)
class TakenBack:
    """`kept` counts the added rows that somebody has worked with since; they stay."""

    contacts: int
    accounts: int
    fields: int
    kept: int


def take_back(*, actor: User, written: Written, same: Any) -> TakenBack:
    """Undo what an import wrote. `same(model label, key, field, value)`: whether a filled field is as it was filled.

    Rows that were changed since, or that anything else hangs on, stay.
    """
    policy.require(actor, RIGHT)
    _require_still_in_reach(actor, written)
    fields = _empty(Contact, written.contact_fills, same, contacts.search_text)
    gone = _untouched(Contact, written.contacts, {})
    _delete(Contact, gone)
    numbered = accounts_of(ExternalId, written.external_ids)
    _delete(ExternalId, written.external_ids)
    _delete(Address, written.addresses)
    fields += _empty(Account, written.account_fills, same, companies.search_text)
    own = _own_coverage(written.accounts)
    added = _untouched(Account, written.accounts, {Coverage: own})
    _delete(Coverage, list(Coverage.objects.filter(account__in=added).values_list("pk", flat=True)))
    _delete(Account, added)
    find_again(numbered - set(added))
    kept = len(written.contacts) + len(written.accounts) - len(gone) - len(added)
    return TakenBack(len(gone), len(added), fields, kept)


def _own_coverage(accounts: Sequence[int]) -> set[int]:
    """The coverage that came with the accounts, and none that somebody gave since."""
    rows = Coverage.objects.filter(created_at=F("account__created_at"), role="responsible", to_date=None)
    return {
        pk
        for part in parts(sorted(accounts))
        for pk in rows.filter(account__in=part).values_list("pk", flat=True)
    }


def _require_still_in_reach(actor: User, written: Written) -> None:
    """The accounts of everything that is there still: what left the reach since is not undone by this person."""
    accounts = set(written.accounts) | set(written.account_fills)
    accounts |= accounts_of(Contact, [*written.contacts, *written.contact_fills])
    there: set[int] = set()
    for part in parts(sorted(accounts)):
        there |= set(Account.objects.current().filter(pk__in=part).values_list("pk", flat=True))
    require_reach(actor, there)


def _empty(model: type[Any], fills: Mapping[int, Sequence[str]], same: Any, search_text: Any) -> int:
    """Take values back out of the fields that hold them still; how many."""
    count = 0
    for part in parts(sorted(fills)):
        rows = []
        for row in model.objects.select_for_update(of=("self",)).filter(pk__in=part).order_by("pk"):
            names = [
                name
                for name in fills[row.pk]
                if same(model._meta.label_lower, row.pk, name, getattr(row, name))
            ]
            for name in names:
                setattr(row, name, [] if name == "languages" else "")
            if names:
                count += len(names)
                row.search_text = search_text(row)
                rows.append(row)
        write(model, rows, sorted({name for names in fills.values() for name in names}))
    return count


def _untouched(
    model: type[Any], keys: Sequence[int], own: Mapping[type[models.Model], set[int]]
) -> list[int]:
    """The rows as they were added, on which nothing hangs but `own`."""
    left: set[int] = set()
    for part in parts(sorted(keys)):
        left |= set(model.objects.filter(pk__in=part, version=1).values_list("pk", flat=True))
    for relation in model._meta.related_objects:
        name = relation.field.name
        rows = relation.related_model._base_manager  # noqa: SLF001 - Django's own way to all rows
        for part in parts(sorted(left)):
            hanging = rows.filter(**{f"{name}__in": part})
            if relation.related_model in own:
                hanging = hanging.exclude(pk__in=own[relation.related_model])
            left -= set(hanging.values_list(name, flat=True))
    for many in model._meta.many_to_many:
        for part in parts(sorted(left)):
            left -= set(
                model.objects.filter(**{"pk__in": part, f"{many.name}__isnull": False}).values_list(
                    "pk", flat=True
                )
            )
    return sorted(left)


def _delete(model: type[Any], keys: Sequence[int]) -> None:
    """Rows on which nothing hangs any more; past the signals, so the search is told."""
    for part in parts(sorted(keys)):
        rows = model.objects.filter(pk__in=part)
        rows._raw_delete(rows.db)  # noqa: SLF001 - 10,000 rows in a second instead of a minute
        if model in KIND:
            search.index_many(KIND[model], part)
