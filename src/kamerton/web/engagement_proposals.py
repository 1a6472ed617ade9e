"""Whom to contact next, with the reasons in words, each with a link that plans it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kamerton.access.models import User
from kamerton.engagements import queries
from kamerton.engagements.proposing import Reason
from kamerton.signals import queries as signals
from kamerton.signals import registry
from kamerton.web import formats
from kamerton.web.contacts import contact_url


@dataclass(frozen=True, slots=True)
class Told:
    name: str
    url: str
    account: str
    reasons: list[str]
    plan_url: str


def told(actor: User, day: dt.date) -> list[Told]:
    """A constant number of queries. The most costly signal of the account is one more reason."""
    found = queries.proposals(actor, day)
    signs = _signals(actor, day, {contact.account_id for contact, _proposal in found})
    return [
        Told(
            contact.display_name, contact_url(contact.pk), contact.account.name,
            [*(words(each) for each in proposal.reasons), *signs.get(contact.account_id, [])],
            f"{reverse('engagement_new')}?{urlencode({'account': contact.account.number, 'contact': str(contact.pk)})}",
        )
        for contact, proposal in found
    ]  # fmt: skip


def _signals(actor: User, day: dt.date, accounts: set[int]) -> dict[int, list[str]]:
    """The first one of each account, by its name. One query."""
    found: dict[int, list[str]] = {}
    for row in signals.concerning(actor, day).filter(account__in=accounts):
        rule = registry.find(row.rule)
        if rule is not None:
            found.setdefault(row.account_id or 0, [_("Signal: %(name)s") % {"name": rule.name}])
    return found


def words(reason: Reason) -> str:
    if reason.kind == "silent":
        told_days = {"n": formats.number(reason.days), "usual": formats.number(reason.usual)}
        return (
            ngettext(
                "No contact for %(n)s day; usually it is every %(usual)s",
                "No contact for %(n)s days; usually it is every %(usual)s",
                reason.days,
            )
            % told_days
        )
    if reason.kind == "need":
        text = ngettext("%(n)s need waits for an answer", "%(n)s needs wait for an answer", reason.days)
        return text % {"n": formats.number(reason.days)}
    return {
        "never_met": _("Has a say in decisions, and was never met"),
        "single": _("We meet one person only at this account"),
    }[reason.kind]
