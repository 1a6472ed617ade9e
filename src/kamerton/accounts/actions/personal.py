"""What is kept of a person: notes on a lawful basis until a day, and taking all of it out (REL-15)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts import choices, everything
from kamerton.accounts.models import Contact, Note, PersonalNote
from kamerton.core import audit
from kamerton.core.models import AuditEntry
from kamerton.core.refused import Refused
from kamerton.instruments.models import Assessment

LONGEST_DAYS = 5 * 366  # nobody keeps a note on a person for longer


# --- notes -------------------------------------------------------------------------------------------------


@transaction.atomic
def write(
    *,
    actor: User,
    contact: Contact,
    text: str,
    lawful_basis: str,
    purpose: str,
    keep_until: dt.date,
    now: dt.datetime,
) -> PersonalNote:
    """A note on how to be with a person. The trail says that there is one, never what it says."""
    policy.require(actor, "accounts.edit", contact)
    contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
    _refuse_note(contact, text, lawful_basis, purpose, keep_until, timezone.localdate(now))
    note = PersonalNote.objects.create(
        contact=contact, author=actor, text=text.strip(), lawful_basis=lawful_basis,
        purpose=" ".join(purpose.split()), keep_until=keep_until, created_at=now,
    )  # fmt: skip
    _tell(actor, note, "accounts.personal_note", now)
    return note


def _refuse_note(
    contact: Contact, text: str, basis: str, purpose: str, keep_until: dt.date, today: dt.date
) -> None:
    if contact.erased_at:
        raise Refused(_("What was kept of this person is erased. Nothing was written."), code="erased")
    if basis not in {key for key, _label in choices.lawful_bases()}:
        raise Refused(_("Say on what lawful basis this is kept. Nothing was written."), code="basis")
    if not purpose.strip() or not text.strip():
        raise Refused(_("Say what for, and what. Nothing was written."), code="purpose")
    if not today <= keep_until <= today + dt.timedelta(days=LONGEST_DAYS):
        raise Refused(
            _("Keep it until a day from today, five years on at most. Nothing was written."), code="days"
        )


@transaction.atomic
def forget(*, actor: User, note: PersonalNote, now: dt.datetime) -> None:
    """Take a note away for good: its author, and the responsible person, may. There is no undo, on purpose."""
    if not _reached(actor).filter(pk=note.pk).exists():
        raise policy.Forbidden("accounts.edit")
    _tell(actor, note, "accounts.personal_note_gone", now)
    note.delete()


def _reached(actor: User) -> models.QuerySet[PersonalNote]:
    return policy.scope(PersonalNote.objects.all(), actor, "accounts.edit")


def _tell(actor: User | None, note: PersonalNote, action: str, now: dt.datetime) -> None:
    audit.record(
        actor=actor, action=action, subject=note.contact, now=now, account_id=note.contact.account_id
    )


@transaction.atomic
def expire(*, now: dt.datetime) -> int:
    """Take away the notes whose day is past; how many. Daily, on behalf of nobody; again does nothing."""
    past = PersonalNote.objects.filter(keep_until__lt=timezone.localdate(now)).select_related("contact")
    gone = list(past.select_for_update(of=("self",)))
    for note in gone:
        _tell(None, note, "accounts.personal_note_expired", now)
    PersonalNote.objects.filter(pk__in=[note.pk for note in gone]).delete()
    return len(gone)


# --- taking out -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kept:
    """Rows of one kind that are about a person, field by field."""

    key: str
    title: str
    rows: list[dict[str, Any]]


@transaction.atomic
def export(*, actor: User, contact: Contact, now: dt.datetime) -> list[Kept]:
    """Everything that is kept of a person, of whatever room; the person's own record first."""
    policy.require(actor, "accounts.erase", contact)
    found = [Kept("accounts.contact", capfirst(_("contact")), [_plain(contact)])]
    for through in everything.of_contacts():
        rows = [_plain(row) for row in through.rows(contact.pk)]
        if rows:
            title = capfirst(str(through.model._meta.verbose_name))
            found.append(Kept(through.key, title, rows))
    found += _of_no_key(contact)
    audit.record(actor=actor, action="accounts.person_export", subject=contact, now=now,
                 account_id=contact.account_id, after={each.key: len(each.rows) for each in found})  # fmt: skip
    return found


def _of_no_key(contact: Contact) -> list[Kept]:
    """What is tied to the person without a foreign key: assessments, the trail, notes."""
    found = [
        ("instruments.assessment", _("Assessments"), assessments(contact)),
        ("accounts.note", _("Notes"), Note.objects.filter(contacts=contact)),
        ("core.auditentry", _("Trail"), AuditEntry.objects.filter(subject=_ref(contact))),
    ]
    return [Kept(key, title, [_plain(row) for row in rows]) for key, title, rows in found if rows]


def assessments(contact: Contact) -> models.QuerySet[Assessment]:
    return Assessment.objects.filter(subject_kind="contact", subject_id=contact.pk)


def _ref(contact: Contact) -> str:
    return f"{contact._meta.label_lower}:{contact.pk}"


def _plain(row: models.Model) -> dict[str, Any]:
    """Ready for JSON; people of ours by their name."""
    told: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        value = field.value_from_object(row)
        if field.name in ("search_text", "version"):
            continue
        if isinstance(field, models.ForeignKey) and value is not None:
            value = str(getattr(row, field.name))
        told[field.name] = (
            value if isinstance(value, str | int | float | bool | list | dict | None) else str(value)
        )
    return told
