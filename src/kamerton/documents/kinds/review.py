"""The deck for a review: four slides an account, with charts that can be edited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.core.telling import day_in_words
from kamerton.documents.content import Content
from kamerton.documents.kinds import account_sections as sections
from kamerton.documents.kinds import review_deck
from kamerton.documents.kinds.account_facts import AccountFacts, facts_of
from kamerton.documents.kinds.reports import NoFigures
from kamerton.documents.registry import DocumentKind, Gathered, register
from kamerton.portfolio import queries, status_queries

#: A deck of more is read by nobody.
MOST_ACCOUNTS = 10


def gather(actor: User, account: Account, now: dt.datetime) -> Gathered:
    found = facts_of(actor, [account], now)
    return Gathered(content(found, timezone.localdate(now)), account, account, found[0].read)


def gather_key(actor: User, _subject: None, now: dt.datetime) -> Gathered:
    """The largest key accounts that `actor` reaches."""
    snapshot = queries.latest_snapshot(with_figures=False)
    rows = queries.account_figures(snapshot) if snapshot else None
    if rows is None:
        raise NoFigures(
            _("There are no figures yet."), code="no_figures", hint=_("Import sales, then make the deck.")
        )
    reached = status_queries.key_rows(policy.scope(rows, actor, "portfolio.view"))
    numbers = list(
        reached.order_by("-basis_amount", "rank").values_list("account", flat=True)[:MOST_ACCOUNTS]
    )
    seen = policy.scope(
        Account.objects.filter(number__in=numbers).select_related("industry"), actor, "accounts.view"
    )
    accounts = sorted(seen, key=lambda each: numbers.index(each.number))
    if not accounts:
        raise NoFigures(
            _("None of your accounts is a key account."),
            code="no_key_accounts",
            hint=_("Make the deck of one account from its page."),
        )
    found = facts_of(actor, accounts, now)
    read = tuple(row for each in found for row in each.read)
    return Gathered(content(found, timezone.localdate(now)), read=read)


def content(found: Sequence[AccountFacts], day: dt.date) -> Content:
    title = (
        _("Review: %(name)s") % {"name": found[0].name}
        if len(found) == 1
        else _("Review of the key accounts")
    )
    return Content(
        title=title,
        day=day,
        opening=day_in_words(day),
        parts=tuple(part(each, day) for each in found),
    )


def part(facts: AccountFacts, day: dt.date) -> Content:
    return Content(
        title=facts.name,
        day=day,
        opening=sections.opening(facts),
        sections=(
            sections.company(facts),
            sections.figures(facts),
            sections.sales(facts),
            sections.people(facts),
            sections.needs(facts),
            sections.next_steps(facts),
            sections.loyalty(facts),
        ),
    )


def example() -> Content:
    return content([sections.example()], dt.date(2026, 1, 15))


ONE = register(
    DocumentKind(
        key="account_review",
        name=gettext_lazy("Review deck"),
        text=gettext_lazy("Four slides with the figures filled in, for a meeting about this account"),
        about="account",
        formats=("pptx",),
        right="accounts.view",
        gather=gather,
        example=example,
        deck=review_deck.template,
    )
)
KEY = register(
    DocumentKind(
        key="review",
        name=gettext_lazy("Review deck of the key accounts"),
        text=gettext_lazy("Four slides for each of your largest key accounts, at most ten"),
        about="portfolio",
        formats=("pptx",),
        right="portfolio.view",
        gather=gather_key,
        example=example,
        deck=review_deck.template,
        is_long=True,
    )
)
