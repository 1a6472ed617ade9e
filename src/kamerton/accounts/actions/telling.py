"""What the actions on knowledge share: one entry in the trail without any text, and who may write how secretly.

Statements, notes and answers may be secret or about a person, today or later: the trail names fields, states,
days and levels, never their content.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.accounts.models import Account, Contact
from kamerton.core import audit
from kamerton.core.refused import Refused


class Merged(Refused):
    """The account went into another. Nothing was changed."""


class TooSecret(Refused):
    """The writer could not read it afterwards. Nothing was changed."""


def write(
    *,
    actor: User,
    verb: str,
    row: Model,
    now: dt.datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """`verb` without its room: fact_say. Inside the transaction of the action."""
    audit.record(
        actor=actor, action=f"accounts.{verb}", subject=row, now=now, reason=reason, before=before, after=after,
        account_id=getattr(row, "account_id", None),
    )  # fmt: skip


def require_account(actor: User, account: Account, right: str = "accounts.edit") -> None:
    policy.require(actor, right, account)
    if account.merged_into_id:
        raise Merged(
            _("%(account)s was merged into another account. Nothing was changed.") % {"account": account.name},
            code="merged",
            hint=_("Open that one and write it there."),
        )  # fmt: skip


def require_clearance(actor: User, secrecy: int) -> None:
    """Nobody writes what they could not read afterwards."""
    if secrecy > policy.clearance(actor):
        raise TooSecret(
            _("You are not cleared for what is %(level)s, so you cannot mark anything so.")
            % {"level": str(Secrecy(secrecy).label).lower()},
            code="too_secret",
            hint=_("Choose a lower level, or ask somebody who is cleared."),
        )


def require_contacts(account: Account, contacts: Iterable[Contact | None]) -> None:
    if any(contact is not None and contact.account_id != account.pk for contact in contacts):
        raise Refused(
            _("The contact belongs to another account."), hint=_("Choose a contact of this account.")
        )
