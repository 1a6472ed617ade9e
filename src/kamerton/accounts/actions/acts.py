"""What a contact did for us or for a competitor, and what we do about it (REL-10, REL-11)."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.accounts import announcements
from kamerton.accounts.actions import keeping, telling
from kamerton.accounts.actions.events import account_of, require_contact, require_ours
from kamerton.accounts.announcements import Announcement
from kamerton.accounts.models import Act
from kamerton.core.refused import Refused


def _check(actor: User, row: Act, now: dt.datetime) -> None:
    for name in ("what", "competitor", "to_whom", "outcome", "answer", "source"):
        setattr(row, name, getattr(row, name).strip())
    if not row.what:
        raise Refused(_("Say what was done."), hint=_("A few words will do."))
    if row.on is None or row.on > timezone.localdate(now):
        raise Refused(_("It was done on a day up to today."), hint=_("Put the day on which it was."))
    if row.side == "competitor" and not row.competitor:
        raise Refused(_("Say for which competitor."))
    if row.side == "us":
        row.competitor = ""
    if row.answer_by and not row.answer:
        raise Refused(_("Say what we do about it."), hint=_("A few words will do."))
    if row.secrecy < Secrecy.INTERNAL:
        raise Refused(_("What a person did is at least internal."), hint=_("Choose internal or secret."))
    telling.require_clearance(actor, row.secrecy)
    require_ours(row.answer_by, row.secrecy)


def _told(actor: User, row: Act, now: dt.datetime) -> None:
    """What we do about it becomes a task of whoever does it; of what is secret its title says no word."""
    if not (row.answer and row.answer_by and row.answer_by.is_active):
        return
    account = row.contact.account
    told = {"what": row.answer, "contact": row.contact.display_name, "account": account.name}
    title = (
        _("%(what)s – %(contact)s") if row.secrecy < Secrecy.SECRET else _("A secret matter at %(account)s")
    )
    announcements.announce(
        Announcement(
            kind="act", account=account, subject=row, people=(row.answer_by,), title=title % told, actor=actor,
            now=now, secrecy=Secrecy(row.secrecy), due_on=row.answer_due,
        )
    )  # fmt: skip


ACT = keeping.register(
    keeping.Kind(
        name="act", model=Act, fixed=("contact",),
        fields=("side", "kind", "competitor", "on", "what", "to_whom", "weight", "source_kind", "source", "outcome",
                "answer", "answer_by", "answer_due", "secrecy"),
        require=require_contact, check=_check, told=_told, within=account_of,
    )
)  # fmt: skip
