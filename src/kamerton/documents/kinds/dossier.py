"""The dossier of an account: what is known of it, to read before a meeting."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.documents.content import Content
from kamerton.documents.kinds import account_sections as sections
from kamerton.documents.kinds.account_facts import AccountFacts, facts_of
from kamerton.documents.registry import DocumentKind, Gathered, register


def gather(actor: User, account: Account, now: dt.datetime) -> Gathered:
    (facts,) = facts_of(actor, [account], now)
    return Gathered(content(facts, timezone.localdate(now)), account, account, facts.read)


def content(facts: AccountFacts, day: dt.date) -> Content:
    return Content(
        title=_("Dossier: %(name)s") % {"name": facts.name},
        day=day,
        opening=sections.opening(facts),
        sections=(
            sections.company(facts),
            sections.figures(facts),
            sections.people(facts),
            sections.known(facts),
            sections.needs(facts),
            sections.next_steps(facts),
            sections.sales(facts),
        ),
    )


KIND = register(
    DocumentKind(
        key="dossier",
        name=gettext_lazy("Account dossier"),
        text=gettext_lazy("Company, figures, people, what is known, needs and open tasks"),
        about="account",
        formats=("docx", "pdf"),
        right="accounts.view",
        gather=gather,
        example=lambda: content(sections.example(), dt.date(2026, 1, 15)),
    )
)
