"""Notes, interviews, research and news of an account, with the contacts and colleagues that they name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.accounts import announcements, mentions
from kamerton.accounts.actions import changing, telling
from kamerton.accounts.announcements import Announcement
from kamerton.accounts.models import Account, Contact, Note
from kamerton.accounts.queries import who_answers
from kamerton.core import concurrency, undo
from kamerton.core.concurrency import Plain
from kamerton.core.refused import Refused

FIELDS = ("kind", "title", "text", "on", "secrecy")


class CannotMention(Refused):
    """Somebody named with an @ is unknown, or could not read the note. Nothing was kept but the text."""


@transaction.atomic
def write(
    *,
    actor: User,
    account: Account,
    values: Mapping[str, Any],
    now: dt.datetime,
    contacts: tuple[Contact, ...] = (),
) -> Note:
    """Write it down; whoever is named with an @ is told. Raises CannotMention, naming everybody it cannot tell."""
    telling.require_account(actor, account)
    told = {name: value for name, value in values.items() if name in FIELDS}
    note = Note(account=account, created_at=now, created_by=actor, **told)
    _check(actor, note, now)
    telling.require_contacts(account, contacts)
    people = _mentioned(note)
    note.save(force_insert=True)
    note.contacts.set(contacts)
    note.mentions.set(people)
    telling.write(actor=actor, verb="note_write", row=note, now=now, after=_named(note, people))
    _announce(note, people, actor, now)
    _route(note, actor, now)
    return note


@transaction.atomic
def edit(
    *, actor: User, note: Note, opened: Mapping[str, Plain], submitted: Mapping[str, Any], now: dt.datetime
) -> Note:
    """By its author, or by who may make the accounts' affairs their own (accounts.assign). Conflict as ever.

    Who is named anew is told; who was named before is not told again.
    """
    found = _held(actor, note)
    written = concurrency.apply(
        found, opened=opened, submitted={name: submitted[name] for name in FIELDS if name in submitted}
    )
    contacts = submitted.get("contacts")
    if not written and contacts is None:
        return found
    _check(actor, found, now)
    people = _mentioned(found)
    if contacts is not None:
        telling.require_contacts(found.account, contacts)
        found.contacts.set(contacts)
    _save(found, *written)
    before = set(found.mentions.values_list("pk", flat=True))
    found.mentions.set(people)
    telling.write(actor=actor, verb="note_edit", row=found, now=now, after={"fields": sorted(written)})
    _announce(found, tuple(one for one in people if one.pk not in before), actor, now)
    _route(found, actor, now)  # who has heard of it does not hear again
    return found


@transaction.atomic
def change(
    *, actor: User, note: Note, opened: Mapping[str, Plain], submitted: Mapping[str, Any], now: dt.datetime
) -> str:
    """`edit`; the token that takes it back, "" where nothing was changed."""
    held = _held(actor, note)
    before, people = changing.values(held, FIELDS), _people(held)
    row = edit(actor=actor, note=note, opened=opened, submitted=submitted, now=now)
    more = {"contacts": people} if _people(row) != people else {}
    return changing.offer(actor=actor, kind="accounts.note_change", row=row, before=before, now=now, **more)


def _people(note: Note) -> list[int]:
    return sorted(note.contacts.values_list("pk", flat=True))


@undo.register("accounts.note_change")
@transaction.atomic
def _change_back(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """Parameters: as `changing.offer` keeps them, and the people of before where they were changed."""
    found = _held(actor, Note.objects.get(pk=parameters["row"]))
    told = changing.submitted(found, parameters)
    if "contacts" in parameters:
        there = Contact.objects.filter(
            pk__in=parameters["contacts"], account=found.account_id, erased_at=None
        )
        told["contacts"] = tuple(there)
    edit(actor=actor, note=found, opened={}, submitted=told, now=now)
    return _("The note is as it was.")


@undo.register("accounts.note_unwrite")
@transaction.atomic
def _unwrite(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """{"note": pk}; files that came with it stay with the account."""
    note = _held(actor, Note.objects.get(pk=parameters["note"]))
    telling.write(actor=actor, verb="note_unwrite", row=note, now=now)
    note.delete()
    return _("The note is gone again.")


def _held(actor: User, note: Note) -> Note:
    policy.require(actor, "accounts.edit", note)
    found = Note.objects.select_for_update().get(pk=note.pk)
    if found.created_by_id != actor.pk:
        policy.require(actor, "accounts.assign", found.account)
    return found


def _check(actor: User, note: Note, now: dt.datetime) -> None:
    note.text, note.title = note.text.strip(), note.title.strip()
    if not note.text:
        raise Refused(_("There is nothing in this note yet."), hint=_("Write a line."))
    if note.on is None:
        note.on = timezone.localdate(now)
    telling.require_clearance(actor, note.secrecy)


def _mentioned(note: Note) -> tuple[User, ...]:
    """One query for the people, a few for each who is named."""
    names = mentions.mentioned(note.text)
    if not names:
        return ()
    people = {one.pk: one for one in User.objects.filter(is_active=True)}
    ways = [(pk, mentions.spellings(p.username, p.first_name, p.last_name)) for pk, p in people.items()]
    found, unknown = mentions.find(names, ways)
    reasons = [_("@%(name)s is nobody here, or several people.") % {"name": name} for name in unknown]
    named = [people[pk] for pk in dict.fromkeys(found.values())]
    reasons += [reason for one in named if (reason := _why_not(one, note))]
    if reasons:
        raise CannotMention(
            " ".join(reasons),
            code="cannot_mention",
            hint=_("Take the @ away, or choose somebody who may read this note. Your text is kept."),
        )
    return tuple(named)


def _why_not(person: User, note: Note) -> str:
    told = {"person": person.display_name, "account": note.account.name}
    if not policy.can(person, "accounts.view", note.account):
        return _("%(person)s does not reach %(account)s.") % told
    if note.secrecy > policy.clearance(person):
        return _("%(person)s may not read what is secret.") % told
    return ""


def _announce(note: Note, people: tuple[User, ...], actor: User, now: dt.datetime) -> None:
    others = tuple(one for one in people if one.pk != actor.pk)
    if not others:
        return
    told = {"person": actor.display_name, "account": note.account.name}
    announcements.announce(
        Announcement(
            kind="mention", account=note.account, subject=note, people=others,
            title=_("%(person)s mentioned you in a note on %(account)s") % told,
            secrecy=Secrecy(note.secrecy), actor=actor, now=now,
        )
    )  # fmt: skip


def _route(note: Note, actor: User, now: dt.datetime) -> None:
    """Whatever troubles a customer reaches the one who answers for it today, or who stands in (REL-13)."""
    person = who_answers(note.account, timezone.localdate(now)) if note.kind == "problem" else None
    if person is None or person.pk == actor.pk or policy.clearance(person) < note.secrecy:
        return
    told = {"account": note.account.name, "what": note.title or note.text[:200]}
    secret = note.secrecy >= Secrecy.SECRET
    title = _("A secret problem at %(account)s") if secret else _("Problem at %(account)s: %(what)s")
    announcements.announce(
        Announcement(
            kind="problem", account=note.account, subject=note, people=(person,), title=title % told,
            secrecy=Secrecy(note.secrecy), actor=actor, now=now,
        )
    )  # fmt: skip


def _named(note: Note, people: tuple[User, ...]) -> dict[str, Any]:
    return {"kind": note.kind, "secrecy": int(note.secrecy), "mentions": [one.pk for one in people]}


def _save(note: Note, *names: str) -> None:
    note.version += 1
    note.save(update_fields=[*dict.fromkeys(names), "version"])
