"""Calendars as files: the activities of an account, and one's own."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kamerton.access.models import User
from kamerton.accounts import calendar
from kamerton.accounts.calendar import Entry, Wanted
from kamerton.accounts.models import Account
from kamerton.documents.content import Content
from kamerton.documents.office import ics
from kamerton.documents.registry import DocumentKind, Gathered, register

#: What lies further back or ahead is in no calendar.
BACK, AHEAD = dt.timedelta(days=92), dt.timedelta(days=550)


@dataclass(frozen=True, slots=True)
class Activities:
    name: str
    entries: tuple[Entry, ...]


def activities(actor: User, now: dt.datetime, account: Account | None = None) -> Activities:
    """Through what `actor` may see now; of an account those of everybody, else one's own."""
    today = timezone.localdate(now)
    wanted = Wanted(today - BACK, today + AHEAD, today, account.pk if account else None)
    name = _("Activities: %(name)s") % {"name": account.name if account else actor.display_name}
    return Activities(name, tuple(calendar.entries(actor, wanted)))


def written(told: Activities, address: str = "") -> bytes:
    return ics.calendar(
        told.entries,
        name=told.name,
        zone=settings.TIME_ZONE,
        host=ics.house(settings.SECRET_KEY),
        address=address,
    )


def _file(content: Content) -> bytes:
    assert isinstance(content.extra, Activities)  # noqa: S101 - gather has put it there
    return written(content.extra)


def gather(actor: User, account: Account | None, now: dt.datetime) -> Gathered:
    told = activities(actor, now, account)
    content = Content(title=told.name, day=timezone.localdate(now), extra=told)
    return Gathered(content, account, account, told={"activities": len(told.entries)})


ACCOUNT = register(
    DocumentKind(
        key="account_calendar",
        name=gettext_lazy("Activity calendar"),
        text=gettext_lazy("What is planned at this account, with days and owners, for any calendar program"),
        about="account",
        formats=("ics",),
        right="accounts.view",
        gather=gather,
        writers={"ics": _file},
    )
)
OWN = register(
    DocumentKind(
        key="own_calendar",
        name=gettext_lazy("Your activities as a calendar"),
        text=gettext_lazy("What you have to do on which day, for any calendar program"),
        about="portfolio",
        formats=("ics",),
        right="work.view",
        gather=gather,
        writers={"ics": _file},
    )
)
