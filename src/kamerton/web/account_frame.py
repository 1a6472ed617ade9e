"""What every page of one account stands in: its head, its tabs, and the door before them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kamerton.access import policy
from kamerton.accounts.models import Account
from kamerton.accounts.queries import responsible_for
from kamerton.core import clock
from kamerton.portfolio import queries, status_queries
from kamerton.portfolio.models import AccountFigure, Snapshot
from kamerton.service import queries as service
from kamerton.web import claim_words
from kamerton.web.account_fields import badges
from kamerton.web.accounts import seen
from kamerton.web.gates import person
from kamerton.web.parameters import plain
from kamerton.web.parts import Badge, Link, Tab


@dataclass(frozen=True, slots=True)
class Section:
    """One tab of an account. `name`: URL name, called with the account's number."""

    name: str
    label: str | Promise
    right: str


SECTIONS: tuple[Section, ...] = (
    Section("account", gettext_lazy("Overview"), "portfolio.view"),
    Section("account_key", gettext_lazy("Key status"), "portfolio.view"),
    Section("account_people", gettext_lazy("People"), "accounts.view"),
    Section("account_dossier", gettext_lazy("Dossier"), "accounts.view"),
    Section("account_visits", gettext_lazy("Visits"), "accounts.view"),
    Section("account_timeline", gettext_lazy("Timeline"), "accounts.view"),
    Section("account_potential", gettext_lazy("Potential"), "portfolio.view"),
    Section("account_plan", pgettext_lazy("account", "Plan"), "portfolio.view"),
    Section("account_risk", gettext_lazy("Risk"), "portfolio.view"),
    Section("account_work", gettext_lazy("Open matters"), "work.view"),
    Section("account_make", gettext_lazy("Documents"), "export"),
    Section("account_details", gettext_lazy("Company and team"), "accounts.view"),
)


def found(request: HttpRequest, number: str, right: str = "accounts.view") -> Account:
    """The account of that number, if this person reaches it with `right`; else 404. One or two queries.

    The number of an account that was merged leads to the one that it went into.
    """
    rows = policy.scope(
        Account.objects.select_related("parent", "industry", "merged_into"), request.user, right
    )
    account = rows.filter(number=plain(number)).first()
    if account is None:
        raise Http404
    return found(request, account.merged_into.number, right) if account.merged_into else account


#: The snapshot that is shown, and an account's row in it.
Figures = tuple[Snapshot | None, AccountFigure | None]


def figures_of(request: HttpRequest, account: Account) -> Figures:
    """A prospect has no row; without the right to see figures there is neither."""
    if not policy.can(request.user, "portfolio.view"):
        return None, None
    snapshot = queries.latest_snapshot("account")
    row = queries.account(snapshot, account.number, seen(snapshot, request.user)) if snapshot else None
    return snapshot, row


def frame(
    request: HttpRequest, account: Account, current: str, figures: Figures | None = None
) -> dict[str, Any]:
    """The context of accounts/frame.html. `current`: URL name of the open tab; `figures`: where they are at hand."""
    _snapshot, row = figures or figures_of(request, account)
    return {
        "account": account,
        "crumbs": _crumbs(account),
        "responsible": responsible_for(account, clock.today()),
        "frame_badges": [*(_marks(account, row)), *_stage(account), *_claims(request, account)],
        "tabs": list(_tabs(request, account, current)),
    }


def _marks(account: Account, row: AccountFigure | None) -> tuple[Badge, ...]:
    standing = status_queries.standing([account.number])
    if row is not None:
        return badges(row, standing)
    if standing.decided and account.number in standing.decided:
        return (Badge("key", standing.labels.get("key") or _("Key")),)
    return ()


def _crumbs(account: Account) -> list[Link]:
    above = (
        [Link(account.parent.name, reverse("account", args=[account.parent.number]))]
        if account.parent
        else []
    )
    return [Link(_("Accounts"), reverse("accounts")), *above]


def _stage(account: Account) -> list[Badge]:
    return [] if account.stage == "customer" else [Badge("info", account.get_stage_display())]


def _claims(request: HttpRequest, account: Account) -> list[Badge]:
    """How many claims are open, as far as this person sees them. One query."""
    if not policy.can(request.user, "work.view"):
        return []
    count = service.count_open(person(request), account)
    return [Badge("warn", claim_words.counted(count))] if count else []


def _tabs(request: HttpRequest, account: Account, current: str) -> list[Tab]:
    shown = [section for section in SECTIONS if policy.can(request.user, section.right)]
    return [
        Tab(section.label, url, section.name == current)
        for section in shown
        if (url := _url(section.name, account.number))
    ]


def _url(name: str, number: str) -> str:
    """Empty while a room has no such page."""
    try:
        return reverse(name, args=[number])
    except NoReverseMatch:
        return ""
