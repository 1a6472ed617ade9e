"""Where texts of any room may name a person, and taking the name out of them (REL-15).

What is left alone is listed here, each with its reason; the page on which a person is erased says it in words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from typing import Any
from urllib.parse import unquote_plus

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from kamerton.access.models import User
from kamerton.accounts import everything, naming
from kamerton.accounts.actions import companies, contacts
from kamerton.accounts.models import Account, Contact, ContactMerge, ExternalId
from kamerton.accounts.naming import Key
from kamerton.core.models import SavedView, UndoStep

#: Rooms and kinds of rows whose texts stay as they are.
LEFT = {
    "ledger": "the books: what was sold is kept as it was imported, by law",
    "portfolio.snapshot": "reckoned from the books",
    "portfolio.accountfigure": "reckoned from the books",
    "portfolio.accountseries": "reckoned from the books",
    "portfolio.selleramount": "reckoned from the books",
    "access.user": "who our own people are",
    "access.orgunit": "how our own company is made up",
    "core.company": "our own company",
    "core.submission": "digests",
    "core.sharedcacherow": "what processes remember for minutes",
    "core.savedview": "taken away as a whole where it looks for the person",
    "core.undostep": "taken away as a whole where it tells of the person",
    "accounts.searchentry": "follows the rows that it was made of",
    "instruments.instrument": "questionnaires ask, they tell of nobody",
}
#: Who others are: a namesake keeps the name, and a company its own.
IDENTITY = {
    Contact: frozenset({"name", "email", "phone", "mobile", "search_text"}),
    Account: frozenset(
        {"name", "legal_name", "ledger_name", "ledger_group", "number", "phone", "search_text"}
    ),
}
_SEARCH_TEXT: dict[type[models.Model], Callable[[Any], str]] = {
    Contact: contacts.search_text,
    Account: companies.search_text,
}


def of_rooms() -> list[type[models.Model]]:
    """Every kind of row in which people write."""
    rooms = [app.label for app in apps.get_app_configs() if app.name.startswith("kamerton.")]
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in rooms and model._meta.managed and not is_left(model)
    ]


def is_left(model: type[models.Model]) -> bool:
    return model._meta.app_label in LEFT or model._meta.label_lower in LEFT


def fields(model: type[models.Model]) -> list[Any]:
    """The columns of `model` that may name somebody: texts and JSON, names of tags and trades too."""
    return [
        field
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.JSONField)
        and not field.choices
        and not field.primary_key
        and field.name not in IDENTITY.get(model, ())
        and not (field.unique and field.name != "name")  # digests and names of files on the disk
    ]


# --- who is meant ------------------------------------------------------------------------------------------------


def keys_of(contact: Contact) -> tuple[Key, ...]:
    """What names the person, or named a record that was merged into this one; not the telephone of the company."""
    told = [{name: getattr(contact, name) for name in ("name", "email", "phone", "mobile")}]
    merges = ContactMerge.objects.filter(survivor=contact, undone_at=None).values_list("kept", flat=True)
    told += [kept["merged"]["fields"] for kept in merges if kept]
    found = {
        key.told.casefold(): key
        for each in told
        for key in naming.keys(
            name=each["name"], email=each["email"],
            phones={each["phone"], each["mobile"]} - {contact.account.phone},
        )
    }  # fmt: skip
    return tuple(sorted(found.values(), key=lambda key: len(key.told), reverse=True))


def means_nobody_else(contact: Contact, key: Key) -> bool:
    """Whether a text anywhere that has `key` in it can mean this person only. One or two queries."""
    others = Contact.objects.exclude(pk=contact.pk).filter(erased_at=None)
    if key.kind == "email":
        return not (
            others.filter(email__iexact=key.told).exists()
            or User.objects.filter(email__iexact=key.told).exists()
        )
    if key.kind == "phone":
        return not others.filter(Q(phone=key.told) | Q(mobile=key.told)).exists()
    if not key.has_several_words or others.filter(name__iexact=key.told).exists():
        return False
    full = Concat("first_name", models.Value(" "), "last_name")
    return not User.objects.annotate(full=full).filter(full__iexact=key.told).exists()


def accounts_of(contact: Contact) -> set[int]:
    """Where the person is and was: the account, those that the trail names, those of rows that point to the person."""
    from kamerton.core.models import AuditEntry  # noqa: PLC0415

    ref = f"{contact._meta.label_lower}:{contact.pk}"
    found = set(AuditEntry.objects.filter(subject=ref).values_list("account_id", flat=True))
    for through in everything.of_contacts():
        if any(each.name == "account" for each in through.model._meta.local_concrete_fields):
            found |= set(through.rows(contact.pk).values_list("account_id", flat=True))
    return {contact.account_id, *(each for each in found if each is not None)}


# --- taking names out ----------------------------------------------------------------------------------------------


def near(contact: Contact, accounts: Collection[int], told: re.Pattern[str] | None) -> None:
    """In every row that points to the person, or to an account where the person is or was."""
    for through in everything.of_contacts():
        unname(through.rows(contact.pk), told)
    unname(Account.objects.filter(pk__in=accounts), told)
    for through in everything.of_accounts():
        unname(through.model._base_manager.filter(**{f"{through.field.attname}__in": accounts}), told)  # noqa: SLF001
    trail = apps.get_model("core", "AuditEntry").objects
    unname(
        trail.filter(Q(account_id__in=accounts) | Q(subject=f"{contact._meta.label_lower}:{contact.pk}")),
        told,
    )


def everywhere(found: Iterable[Key]) -> None:
    """In every row of every room: for keys that mean nobody else. One query for each kind of row."""
    found = tuple(found)
    told = naming.pattern(found)
    if told is None:
        return
    for model in of_rooms():
        unname(holding(model, found), told)


def holding(model: type[models.Model], found: Iterable[Key]) -> QuerySet[Any]:
    """The rows that may name the person; letters are looked for as JSON escapes them, too."""
    rows, wanted = model._base_manager.all(), Q(pk__in=[])  # noqa: SLF001 - all rows
    needles = {
        form for key in found for each in naming.spellings(key.needle) for form in (each, _escaped(each))
    }
    for field in fields(model):
        name = f"{field.name}_as_text" if isinstance(field, models.JSONField) else field.name
        if name != field.name:
            rows = rows.annotate(**{name: Cast(field.name, models.TextField())})
        for needle in needles:
            wanted |= Q(**{f"{name}__icontains": needle})
    return rows.filter(wanted)


_ENCODER = DjangoJSONEncoder()


def _escaped(text: str) -> str:
    return _ENCODER.encode(text)[1:-1]


def unname(rows: QuerySet[Any], told: re.Pattern[str] | None) -> None:
    """Rows are saved one by one: the search, and whatever follows a row, learns of it."""
    columns = [] if told is None or is_left(rows.model) else fields(rows.model)
    if not columns:
        return
    for row in rows:
        changed = [field.name for field in columns if _unname(row, field, told)]
        if changed and rows.model in _SEARCH_TEXT:
            row.search_text = _SEARCH_TEXT[rows.model](row)
            changed.append("search_text")
        if changed:
            row.save(update_fields=changed)
        if changed and rows.model is ExternalId:  # accounts are found by their numbers elsewhere, too
            row.account.search_text = companies.search_text(row.account)
            row.account.save(update_fields=["search_text"])


def _unname(row: Any, field: Any, told: re.Pattern[str] | None) -> bool:
    before = getattr(row, field.name)
    after = naming.without(before, told, "" if isinstance(field, models.EmailField) else _("erased person"))
    if after == before:
        return False
    if isinstance(after, str):
        if field.unique:
            after = f"{after} {row.pk}"
        after = after[: field.max_length] if field.max_length else after
    setattr(row, field.name, after)
    return True


# --- what goes as a whole --------------------------------------------------------------------------------------


def drop_views(told: re.Pattern[str] | None) -> None:
    """Saved views that look for the person."""
    if told is None:
        return
    rows = SavedView.objects.values_list("pk", "name", "query")
    gone = [pk for pk, name, query in rows if told.search(name) or told.search(unquote_plus(query))]
    SavedView.objects.filter(pk__in=gone).delete()


def drop_undo(contact: Contact, told: re.Pattern[str] | None) -> None:
    """Undo steps that name the person, or would write back what a field of the person held."""
    rows = UndoStep.objects.values_list("pk", "kind", "parameters")
    gone = [
        pk
        for pk, kind, parameters in rows
        if naming.without(parameters, told, "") != parameters
        or (kind.startswith("accounts.contact") and _points_to(parameters, contact.pk))
    ]
    UndoStep.objects.filter(pk__in=gone).delete()


def _points_to(value: Any, number: int) -> bool:
    if isinstance(value, dict):
        return any(str(key) == str(number) or _points_to(each, number) for key, each in value.items())
    if isinstance(value, list):
        return any(_points_to(each, number) for each in value)
    return value == number and not isinstance(value, bool)
