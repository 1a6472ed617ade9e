"""What is kept of a person: notes on a lawful basis until a day, taking all of it out, erasing it (REL-15)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts import choices, everything
from kamerton.accounts.models import Account, Contact, Interaction, Note, PersonalNote, Relation
from kamerton.core import audit
from kamerton.core.models import AuditEntry, UndoStep
from kamerton.core.refused import Refused
from kamerton.instruments.actions import erase_about
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
        ("instruments.assessment", _("Assessments"), _assessments(contact)),
        ("accounts.note", _("Notes"), Note.objects.filter(contacts=contact)),
        ("core.auditentry", _("Trail"), AuditEntry.objects.filter(subject=_ref(contact))),
    ]
    return [Kept(key, title, [_plain(row) for row in rows]) for key, title, rows in found if rows]


def _assessments(contact: Contact) -> models.QuerySet[Assessment]:
    return Assessment.objects.filter(subject_kind="contact", subject_id=contact.pk)


def _ref(contact: Contact) -> str:
    return f"{contact._meta.label_lower}:{contact.pk}"


_ENCODER = DjangoJSONEncoder()


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


# --- erasing ---------------------------------------------------------------------------------------------------


def preview(contact: Contact) -> list[tuple[str, int]]:
    """What goes, and how many of each: shown before it does."""
    counted = [
        (capfirst(str(each.model._meta.verbose_name_plural)), each.rows(contact.pk).count())
        for each in everything.of_contacts()
        if each.model._meta.label_lower in _DROPPED
    ]
    counted.append((_("Assessments"), _assessments(contact).count()))
    counted.append(
        (_("Entries of the trail that name the person"), _entries(contact, _names(contact)).count())
    )
    return [(title, number) for title, number in counted if number]


#: Kinds of rows that are nothing but what is known or thought of the person.
_DROPPED = frozenset(
    {"accounts.personalnote", "accounts.opinion", "accounts.fact", "accounts.tie", "accounts.powerchange"}
)


@transaction.atomic
def erase(*, actor: User, contact: Contact, reason: str, now: dt.datetime) -> None:
    """Erase what is kept of a person; it cannot be undone.

    The row stays, without a name, so that what took place adds up. Personal notes, opinions, facts, needs' mention,
    ties, expected changes and assessments go; relations end without their notes; what took place loses its words;
    every text of the account, its tasks and its trail that names the person says "erased person" instead.
    """
    policy.require(actor, "accounts.erase", contact)
    if not reason.strip():
        raise Refused(_("Say why this person is erased. Nothing was erased."), code="reason")
    contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
    if contact.erased_at:
        raise Refused(_("What was kept of this person is erased already."), code="erased")
    names = _names(contact)
    gone = _drop(contact)
    gone["instruments.assessment"] = erase_about(actor=actor, kind="contact", number=contact.pk, now=now)
    Interaction.objects.filter(contact=contact).update(summary="")
    relations = Relation.objects.filter(Q(of=contact) | Q(to=contact))
    relations.filter(ended_at=None).update(ended_at=now)
    relations.update(note="")
    _blank(contact, now)
    _unname(contact, names)
    audit.record(actor=actor, action="accounts.erase", subject=contact, now=now, reason=_without(reason, names),
                 account_id=contact.account_id, after=gone)  # fmt: skip


def _names(contact: Contact) -> list[str]:
    """By what a text would name the person: longest first. A single short word would hit others too."""
    told = [contact.name, contact.email, contact.phone, contact.mobile]
    return sorted({each.strip() for each in told if len(each.strip()) >= 4}, key=len, reverse=True)


def _drop(contact: Contact) -> dict[str, int]:
    gone: dict[str, int] = {}
    for through in everything.of_contacts():
        if through.model._meta.label_lower in _DROPPED:
            number, _each = through.rows(contact.pk).delete()
            gone[through.key] = number
    return gone


def _blank(contact: Contact, now: dt.datetime) -> None:
    for name in ("name", "salutation", "post", "email", "phone", "mobile", "territory", "long_term_plan",
                 "search_text"):  # fmt: skip
        setattr(contact, name, "")
    contact.languages, contact.ladder_met, contact.ladder_stage = [], {}, 0
    contact.is_vip = contact.is_opinion_leader = contact.is_helper = False
    contact.x = contact.y = contact.reports_to = None
    contact.left_on = contact.left_on or timezone.localdate(now)
    contact.erased_at = now
    contact.version += 1
    contact.save()


# --- names in texts -------------------------------------------------------------------------------------------


def _unname(contact: Contact, names: list[str]) -> None:
    """In every row of whatever room that points to the person or to the account, in undo steps, in the trail."""
    for through in everything.of_contacts():
        _unname_rows(through.rows(contact.pk), names)
    _unname_rows(Account.objects.filter(pk=contact.account_id), names)
    for through in everything.of_accounts():
        _unname_rows(through.rows(contact.account_id), names)
    if names:
        UndoStep.objects.annotate(told=_as_text("parameters")).filter(_any("told", names)).delete()
    for entry in _entries(contact, names):
        entry.reason = _without(entry.reason, names)
        entry.before, entry.after = _without(entry.before, names), _without(entry.after, names)
        entry.save(update_fields=["reason", "before", "after"])


def _as_text(name: str) -> Any:
    from django.db.models.functions import Cast  # noqa: PLC0415

    return Cast(name, models.TextField())


def _any(field: str, names: Iterable[str]) -> Q:
    """Escaped letters of JSON are looked for as they are stored, too."""
    wanted = Q(pk__in=[])
    for name in names:
        for form in {name, _ENCODER.encode(name)[1:-1]}:
            wanted |= Q(**{f"{field}__icontains": form})
    return wanted


def _entries(contact: Contact, names: list[str]) -> models.QuerySet[AuditEntry]:
    mine = Q(account_id=contact.account_id) | Q(subject=_ref(contact))
    told = AuditEntry.objects.annotate(told_before=_as_text("before"), told_after=_as_text("after"))
    return told.filter(mine).filter(
        _any("reason", names) | _any("told_before", names) | _any("told_after", names)
    )


#: Who others are is not touched: a namesake keeps the name, and a company its own.
_IDENTITY = frozenset(
    {"name", "legal_name", "ledger_name", "ledger_group", "number", "email", "phone", "mobile"}
)


def _unname_rows(rows: models.QuerySet[Any], names: list[str]) -> None:
    fields = [*everything.texts(rows.model), *everything.documents(rows.model)]
    if rows.model in (Contact, Account):
        fields = [name for name in fields if name not in _IDENTITY | {"search_text"}]
    if not fields or not names:
        return
    for row in rows:
        told = {name: _without(getattr(row, name), names) for name in fields}
        changed = [name for name, value in told.items() if value != getattr(row, name)]
        for name in changed:
            setattr(row, name, told[name])
        if changed:
            row.save(update_fields=changed)


def _without(value: Any, names: list[str]) -> Any:
    """`value`, text or JSON, with every name in it replaced."""
    if isinstance(value, str):
        for name in names:
            value = re.sub(re.escape(name), str(_("erased person")), value, flags=re.IGNORECASE)
        return value
    if isinstance(value, Mapping):
        return {key: _without(each, names) for key, each in value.items()}
    return [_without(each, names) for each in value] if isinstance(value, list) else value
