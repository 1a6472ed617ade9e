"""Erasing a person, whatever room keeps something of them (REL-15). It cannot be undone."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from typing import Literal

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts import erasures, everything, file_search, file_store, naming, search_index, traces
from kamerton.accounts.actions import telling
from kamerton.accounts.actions.personal import assessments
from kamerton.accounts.models import Attachment, Contact, Interaction, Participation, Relation
from kamerton.core import audit
from kamerton.core.models import AuditEntry
from kamerton.core.refused import Refused
from kamerton.instruments.actions import erase_about

RIGHT = "accounts.erase"
#: Kinds of rows that are nothing but what is known or thought of the person.
_DROPPED = frozenset(
    {
        "accounts.act",
        "accounts.presentation",
        "accounts.personalnote",
        "accounts.opinion",
        "accounts.fact",
        "accounts.tie",
        "accounts.powerchange",
        "accounts.contactmerge",
    }
)


# --- what goes, shown before it does ---------------------------------------------------------------------------


def preview(contact: Contact) -> list[tuple[str, int]]:
    """What goes, and how many of each."""
    counted = [
        (capfirst(str(each.model._meta.verbose_name_plural)), each.rows(contact.pk).count())
        for each in everything.of_contacts()
        if each.model._meta.label_lower in _DROPPED
    ]
    counted.append((_("Assessments"), assessments(contact).count()))
    told = naming.pattern(traces.keys_of(contact))
    trail = AuditEntry.objects.filter(account_id__in=traces.accounts_of(contact)).values_list(
        "reason", "before", "after"
    )
    named = [row for row in trail if naming.without(list(row), told, "") != list(row)]
    counted.append((_("Entries of the trail that name the person"), len(named)))
    return [(title, number) for title, number in counted if number]


def has_namesake(contact: Contact) -> bool:
    """Somebody else goes by the same name: a text at another account may mean either, and stays."""
    return any(
        key.kind == "name" and not traces.means_nobody_else(contact, key) for key in traces.keys_of(contact)
    )


Why = Literal["name", "content", "note", "unread"]


@dataclass(frozen=True, slots=True)
class Named:
    """A file that may be about the person. `unread`: it cannot be searched, somebody has to look."""

    file: Attachment
    why: Why


def files_of(actor: User, contact: Contact) -> list[Named]:
    """Files at the accounts where the person is or was that name the person, or that nobody can search."""
    rows = Attachment.objects.filter(account_id__in=traces.accounts_of(contact)).select_related(
        "account", "note"
    )
    seen = list(policy.scope(rows, actor, "accounts.view").order_by("-created_at"))
    told = naming.pattern(traces.keys_of(contact))
    mentioning = set(rows.filter(note__contacts=contact).values_list("pk", flat=True))
    found = [Named(each, why) for each in seen if (why := _why(each, told, mentioning))]
    found.sort(key=lambda each: each.why == "unread")  # those that name the person first
    return found


def _why(file: Attachment, told: re.Pattern[str] | None, mentioning: Collection[int]) -> Why | None:
    if told is None:
        return "note" if file.pk in mentioning else None
    if told.search(file.name):
        return "name"
    said = file_search.says(file_store.path_of(file.stored_name), file.name, told)
    if said:
        return "content"
    if file.pk in mentioning:
        return "note"
    return "unread" if said is None else None


# --- erasing ---------------------------------------------------------------------------------------------------


@transaction.atomic
def erase(
    *, actor: User, contact: Contact, reason: str, now: dt.datetime, files: Collection[int] = ()
) -> None:
    """Erase what is kept of a person, and of the files of `files_of` those that are chosen; it cannot be undone.

    The row stays, without a name, so that what took place adds up. Personal notes, opinions, facts, needs' mention,
    ties, expected changes and assessments go; relations end without their notes; what took place loses its words.
    Every text at an account where the person is or was says "erased person" instead of the name, and every text of
    any room where what names the person can mean nobody else. Rooms above erase what they keep (`erasures`).
    """
    policy.require(actor, RIGHT, contact)
    if not reason.strip():
        raise Refused(_("Say why this person is erased. Nothing was erased."), code="reason")
    contact = Contact.objects.select_for_update().get(pk=contact.pk)
    if contact.erased_at:
        raise Refused(_("What was kept of this person is erased already."), code="erased")
    keys, accounts = traces.keys_of(contact), traces.accounts_of(contact)
    theirs = [key for key in keys if traces.means_nobody_else(contact, key)]
    gone = _remove_files(actor, contact, files, now)
    gone |= erasures.tell(actor=actor, person=erasures.Person(contact.pk, contact.name, keys), now=now)
    gone |= _drop(contact)
    gone["instruments.assessment"] = erase_about(actor=actor, kind="contact", number=contact.pk, now=now)
    Interaction.objects.filter(contact=contact).update(summary="")
    Participation.objects.filter(contact=contact).update(follow_up="")
    relations = Relation.objects.filter(Q(of=contact) | Q(to=contact))
    relations.filter(ended_at=None).update(ended_at=now)
    relations.update(note="")
    told = naming.pattern(keys)
    traces.drop_undo(contact, told)
    traces.drop_views(naming.pattern(theirs))
    _blank(contact, now)
    audit.record(actor=actor, action="accounts.erase", subject=contact, now=now, reason=reason,
                 account_id=contact.account_id, after=gone)  # fmt: skip
    traces.near(contact, accounts, told)
    traces.everywhere(theirs)
    search_index.forget()


def _remove_files(actor: User, contact: Contact, chosen: Collection[int], now: dt.datetime) -> dict[str, int]:
    """Of whoever put them there: the right to erase a person goes before."""
    if not chosen:
        return {}
    offered = {each.file.pk for each in files_of(actor, contact)}
    rows = Attachment.objects.select_for_update(of=("self",)).filter(pk__in=offered & set(chosen))
    count = 0
    for row in rows.order_by("pk"):
        telling.write(
            actor=actor, verb="file_remove", row=row, now=now, before={"size_bytes": row.size_bytes}
        )
        count += 1
        row.delete()
        transaction.on_commit(partial(file_store.remove, row.stored_name))
    return {"accounts.attachment": count}


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
    contact.languages, contact.ladder_stage = [], 0
    contact.is_vip = contact.is_opinion_leader = contact.is_helper = False
    contact.x = contact.y = contact.reports_to = None
    contact.left_on = contact.left_on or timezone.localdate(now)
    contact.erased_at = now
    contact.version += 1
    contact.save()
