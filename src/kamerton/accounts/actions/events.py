"""Events, and what contacts have to do with them: invitations, accompaniment, talks, follow-ups (REL-09)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.accounts import announcements, choices
from kamerton.accounts.actions import keeping, telling
from kamerton.accounts.announcements import Announcement
from kamerton.accounts.models import Contact, Event, Participation, Presentation
from kamerton.core import undo
from kamerton.core.refused import Refused

RIGHT = "accounts.edit"


class Taken(Refused):
    """The contact is on the list of this event already. Nothing was changed."""


# --- who may write, and where ----------------------------------------------------------------------------


def require_contact(actor: User, row: Any) -> None:
    """Of a contact that is there: whoever writes at its account."""
    contact: Contact = row.contact
    telling.require_account(actor, contact.account)
    if not row._state.adding:  # noqa: SLF001 - Django's own way to ask
        policy.require(actor, RIGHT, row)
    elif contact.erased_at is not None:
        raise Refused(_("What was kept of this person was erased. Nothing was written."), code="erased")


def account_of(row: Any) -> int | None:
    return row.contact.account_id if row.contact is not None else None


def _require_event(actor: User, row: Event) -> None:
    policy.require(actor, RIGHT, None if row._state.adding else row)  # noqa: SLF001 - Django's own way to ask


def _require_talk(actor: User, row: Presentation) -> None:
    if row.contact is not None:
        require_contact(actor, row)
    else:
        policy.require(actor, RIGHT)


# --- events ----------------------------------------------------------------------------------------------


def _check_event(_actor: User, row: Event, _now: dt.datetime) -> None:
    row.name, row.place, row.note = row.name.strip(), row.place.strip(), row.note.strip()
    if not row.name:
        raise Refused(_("An event has a name."))
    if row.starts_on is None:
        raise Refused(_("An event has a day."))
    row.ends_on = row.ends_on or row.starts_on
    if row.ends_on < row.starts_on:
        raise Refused(_("The event would end before it begins."), hint=_("Look at the two days."))
    if row.kind not in dict(choices.event_kinds()):
        raise Refused(_("There is no such kind of event."))


EVENT = keeping.register(
    keeping.Kind(
        name="event", model=Event, fields=("name", "kind", "is_ours", "place", "starts_on", "ends_on", "note"),
        require=_require_event, check=_check_event, told=lambda *_told: None, within=lambda _row: None,
    )
)  # fmt: skip


def remove_event(*, actor: User, event: Event, now: dt.datetime) -> str:
    """Only one that nobody is on, not even people whom the actor does not see."""
    if event.participations.exists() or event.presentations.exists():
        raise Refused(
            _("There are people or presentations on this event. Nothing was removed."), code="event_in_use",
            hint=_("Take them off first."),
        )  # fmt: skip
    return keeping.remove(EVENT, actor=actor, row=event, now=now)


def set_kind(*, actor: User, event: Event, kind: str, now: dt.datetime) -> None:
    """For many at once; `accounts.event_kinds` takes it back."""
    keeping.put(EVENT, actor=actor, row=event, values={"kind": kind}, now=now)


@undo.register("accounts.event_kinds")
@transaction.atomic
def _kinds_back(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """{"events": [[pk, kind before]]}"""
    for pk, kind in parameters["events"]:
        set_kind(actor=actor, event=Event.objects.get(pk=pk), kind=kind, now=now)
    return _("As they were.")


# --- a contact and an event ------------------------------------------------------------------------------


def _check_part(_actor: User, row: Participation, now: dt.datetime) -> None:
    row.follow_up = row.follow_up.strip()
    others = Participation.objects.filter(event=row.event, contact=row.contact).exclude(pk=row.pk)
    if others.exists():
        raise Taken(
            _("%(contact)s is on the list of this event already.") % {"contact": row.contact.display_name},
            code="taken", hint=_("Change the entry that is there."),
        )  # fmt: skip
    if row.attended and row.event.starts_on > timezone.localdate(now):
        raise Refused(_("Nobody has attended an event that has not begun."))
    if row.follow_up_by and not row.follow_up:
        raise Refused(_("Say what is to follow."), hint=_("A few words will do."))
    for person in (row.invited_by, row.accompanied_by, row.follow_up_by):
        require_ours(person)


def require_ours(person: User | None, secrecy: int = Secrecy.INTERNAL) -> None:
    """Somebody of ours who is here and may read it. Whoever only stood there once may have left since."""
    if person is None:
        return
    if person.is_external:
        raise Refused(_("%(person)s is not one of our own people.") % {"person": person.display_name})
    if policy.clearance(person) < secrecy:
        raise Refused(
            _("%(person)s may not read what is secret.") % {"person": person.display_name},
            hint=_("Choose somebody else, or a lower level."),
        )


def _told_part(actor: User, row: Participation, now: dt.datetime) -> None:
    """The follow-up becomes a task of whoever does it."""
    if not (row.follow_up and row.follow_up_by and row.follow_up_by.is_active):
        return
    told = {"contact": row.contact.display_name, "event": row.event.name, "what": row.follow_up}
    announcements.announce(
        Announcement(
            kind="event", account=row.contact.account, subject=row, people=(row.follow_up_by,), actor=actor, now=now,
            title=_("%(what)s – %(contact)s, after %(event)s") % told, secrecy=Secrecy.INTERNAL,
            due_on=row.follow_up_due,
        )
    )  # fmt: skip


PART = keeping.register(
    keeping.Kind(
        name="participation", model=Participation, fixed=("event", "contact"),
        fields=("invited_on", "invited_by", "answer", "accompanied_by", "attended", "follow_up", "follow_up_by",
                "follow_up_due"),
        require=require_contact, check=_check_part, told=_told_part, within=account_of,
    )
)  # fmt: skip


# --- talks -----------------------------------------------------------------------------------------------


def _check_talk(_actor: User, row: Presentation, now: dt.datetime) -> None:
    row.title = row.title.strip()
    if not row.title:
        raise Refused(_("A presentation says what it is about."))
    if (row.contact is None) == (row.speaker is None):
        raise Refused(_("Either a contact speaks, or one of ours."), hint=_("Choose one of them."))
    if row.ready_on and row.ready_on > timezone.localdate(now):
        raise Refused(_("A presentation cannot be ready on a day to come."), hint=_("Leave the day empty."))
    for person in (row.speaker, row.prepared_by):
        require_ours(person)


def _told_talk(actor: User, row: Presentation, now: dt.datetime) -> None:
    """Preparing it for a contact becomes a task; for one of ours there is no account that it belongs to."""
    if row.contact is None or row.ready_on or not (row.prepared_by and row.prepared_by.is_active):
        return
    told = {"title": row.title, "contact": row.contact.display_name, "event": row.event.name}
    announcements.announce(
        Announcement(
            kind="event", account=row.contact.account, subject=row, people=(row.prepared_by,), actor=actor, now=now,
            title=_("Prepare the presentation “%(title)s” for %(contact)s, %(event)s") % told,
            secrecy=Secrecy.INTERNAL, due_on=row.due_on,
        )
    )  # fmt: skip


TALK = keeping.register(
    keeping.Kind(
        name="presentation", model=Presentation, fixed=("event", "contact"),
        fields=("title", "speaker", "prepared_by", "due_on", "ready_on"),
        require=_require_talk, check=_check_talk, told=_told_talk, within=account_of,
    )
)  # fmt: skip


@transaction.atomic
def invite(*, actor: User, event: Event, contact: Contact, now: dt.datetime) -> Participation:
    """Invited today, by whoever does it. For many at once; `accounts.uninvite` takes it back."""
    told = {"event": event, "contact": contact, "invited_on": timezone.localdate(now), "invited_by": actor}
    row: Participation = keeping.add(PART, actor=actor, values=told, now=now)
    return row


@undo.register("accounts.uninvite")
@transaction.atomic
def _uninvite(*, actor: User, parameters: dict[str, Any], now: dt.datetime) -> str:
    """{"parts": [pk]}: those that nobody has worked on since."""
    rows = Participation.objects.filter(pk__in=parameters["parts"], version=1).select_related(
        "contact__account"
    )
    for row in rows:
        keeping.remove(PART, actor=actor, row=row, now=now)
    return _("The invitations are taken back.")
