"""What questionnaires and checklists may be about: accounts and contacts, within reach."""

from __future__ import annotations

from collections.abc import Collection

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account, Contact
from kamerton.instruments.subjects import Subject

_VIEW = "accounts.view"


def accounts(actor: User, numbers: Collection[int]) -> dict[int, Subject]:
    """Those of the accounts that `actor` reaches. One query."""
    found = policy.scope(Account.objects.filter(pk__in=numbers), actor, _VIEW)
    rows = found.values_list("pk", "name", "number")
    return {pk: Subject("account", pk, name, pk, number) for pk, name, number in rows}


def contacts(actor: User, numbers: Collection[int]) -> dict[int, Subject]:
    """Those of the contacts that `actor` reaches. One query."""
    found = policy.scope(Contact.objects.filter(pk__in=numbers), actor, _VIEW).select_related("account")
    return {one.pk: Subject("contact", one.pk, str(one), one.account_id, one.account.number) for one in found}
