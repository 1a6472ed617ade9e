"""Contacts as vCard 3.0, which every address book reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kamerton.accounts.models import Contact


def cards(contacts: Iterable[Contact]) -> Iterator[str]:
    """One card each; posts whose holder is not found are left out. The account has to be at hand."""
    for contact in contacts:
        if contact.name:
            yield card(contact)


def card(contact: Contact) -> str:
    import vobject  # noqa: PLC0415 - only where cards are asked for

    made = vobject.vCard()
    *given, family = contact.name.split()
    made.add("n").value = vobject.vcard.Name(family=family, given=" ".join(given), prefix=contact.salutation)
    made.add("fn").value = contact.name
    made.add("org").value = [contact.account.name]
    for kind, value in (("title", contact.post), ("email", contact.email)):
        if value:
            made.add(kind).value = value
    for kind, value in (("WORK", contact.phone), ("CELL", contact.mobile)):
        if value:
            line = made.add("tel")
            line.value, line.type_param = value, kind
    return str(made.serialize())
