"""Accounts that the ledger knows make themselves known: nobody types them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kamerton.accounts import rules, search
from kamerton.accounts.models import Account, ExternalId
from kamerton.core import bulk

_COLUMNS = (
    "number", "name", "stage", "newcomer_kind", "in_ledger", "ledger_name", "ledger_group", "segment", "legal_name",
    "legal_form", "registration_number", "tax_number", "country", "website", "email", "phone", "description",
    "search_text", "created_at", "version",
)  # fmt: skip
#: More accounts than this at once: the whole index is made anew.
_WHOLE_INDEX = 5000
_BATCH = 500
_CHUNK = 5000
_EMPTY = ("",) * 10


@dataclass(frozen=True, slots=True)
class Known:
    """An account as the ledger has it."""

    number: str
    name: str
    group: str


def from_ledger(known: Iterable[Known], *, now: dt.datetime) -> int:
    """Add the accounts that are new, follow names and groups of the others; how many were added.

    A name that somebody has changed here stays; a prospect whose number turns up becomes a customer. Called by
    the rooms above inside their transaction, on behalf of nobody: the import has its own entry in the trail.
    One query for what is there, one for what is new, two for each batch of what changed,
    and one for their other numbers.
    """
    told = {each.number: each for each in known if each.number}
    there = _as_known()
    new = [each for number, each in told.items() if number not in there]
    moment = bulk.moment(now)
    bulk.insert(Account, _COLUMNS, [_row(each, moment) for each in new])
    moved = [number for number, each in told.items() if there.get(number, each) != each]
    changed = list(_followed(moved, told))
    _find_again(changed)
    Account.objects.bulk_update(changed, _WRITTEN, batch_size=500)
    _index([each.number for each in new], changed)
    return len(new)


def _as_known() -> dict[str, Known | None]:
    """How the ledger knew each account; None: it has not known it yet. Rows, not objects: there may be many."""
    rows = Account.objects.order_by().values_list("number", "in_ledger", "ledger_name", "ledger_group")
    return {
        number: Known(number, name, group) if in_ledger else None
        for number, in_ledger, name, group in rows.iterator(_CHUNK)
    }


def _followed(moved: Sequence[str], told: Mapping[str, Known]) -> Iterator[Account]:
    """The accounts, brought up to what the ledger says of them."""
    for at in range(0, len(moved), _BATCH):
        for account in Account.objects.filter(number__in=moved[at : at + _BATCH]).only(*_FOLLOWED):
            _follow(account, told[account.number])
            yield account


def _index(new: Sequence[str], changed: Sequence[Account]) -> None:
    """What is written many at a time does not tell the search of itself."""
    if len(new) + len(changed) > _WHOLE_INDEX:
        search.index_many("account")
        return
    numbers = [account.pk for account in changed]
    for at in range(0, len(new), _BATCH):
        numbers += Account.objects.filter(number__in=new[at : at + _BATCH]).values_list("pk", flat=True)
    if numbers:
        search.index_many("account", numbers)


_FOLLOWED = (
    "number", "name", "stage", "in_ledger", "ledger_name", "ledger_group", "legal_name", "tax_number",
    "registration_number",
)  # fmt: skip
_WRITTEN = ("name", "stage", "in_ledger", "ledger_name", "ledger_group", "search_text")


def _row(each: Known, moment: str) -> tuple[bulk.Stored, ...]:
    text = rules.search_text(each.name, each.number, each.group)
    return (
        each.number, each.name, "customer", "", True, each.name, each.group, *_EMPTY, text, moment, 1
    )  # fmt: skip


def _follow(account: Account, each: Known) -> None:
    if account.name == account.ledger_name:
        account.name = each.name
    if account.stage in ("prospect", "newcomer"):
        account.stage = "customer"
    account.in_ledger, account.ledger_name, account.ledger_group = True, each.name, each.group


def _find_again(accounts: Iterable[Account]) -> None:
    """By the new names, and by every other number that they go by. One query."""
    rows = list(accounts)
    ids: dict[int, list[str]] = {}
    for number, value in ExternalId.objects.filter(account__in=rows).values_list("account", "value"):
        ids.setdefault(number, []).append(value)
    for row in rows:
        row.search_text = rules.account_text(row, ids.get(row.pk, ()))
