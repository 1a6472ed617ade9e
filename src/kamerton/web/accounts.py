"""The list of accounts: sort, filter, search, columns, saved views, files. Built for 20,000 rows.

Everything that the list shows is in its address, so a view is a link and a saved view is a name for one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts import search
from kamerton.accounts.models import Account
from kamerton.analytics.model import Level
from kamerton.portfolio import queries
from kamerton.portfolio.models import AccountFigure, AccountFigureQuerySet, Snapshot
from kamerton.web import account_columns, companies, formats, lists
from kamerton.web.account_columns import Known
from kamerton.web.account_fields import FIELDS
from kamerton.web.account_filters import FILTERS, SELECTIONS
from kamerton.web.addresses import account_url
from kamerton.web.found_words import typed_in
from kamerton.web.gates import person
from kamerton.web.lists import Here
from kamerton.web.navigation import finder
from kamerton.web.parameters import words
from kamerton.web.parts import Chip, Entry, Link, query

PAGE_SIZE = 50


def sees_whole(actor: policy.Actor) -> bool:
    return policy.can(actor, "portfolio.view_all")


def seen(snapshot: Snapshot, actor: policy.Actor) -> AccountFigureQuerySet:
    """The figures of the accounts that this person reaches."""
    return policy.scope(queries.account_figures(snapshot), actor, "portfolio.view")


def _level(here: Here) -> Level:
    """Who sees single accounts only has no groups: they are sums over accounts of others too."""
    return "group" if here.params.get("level") == "group" and sees_whole(here.actor) else "account"


def _snapshot(here: Here) -> Snapshot:
    found = queries.latest_snapshot(_level(here), with_figures=False)
    if found is None:
        raise lists.Instead(nothing(here.request))
    return found


def nothing(request: HttpRequest) -> HttpResponse:
    """Instead of figures, while there are none."""
    action = Link(_("Import sales"), reverse("import_new"), icon="file-import")
    return render(
        request,
        "portfolio/nothing.html",
        {"action": action if policy.can(request.user, "ledger.import") else None},
    )


def _sentence(count: int, here: Here) -> str:
    what = SELECTIONS[here.want.selection].label if here.want.selection else ""
    if here.ground.level == "group":
        text = ngettext("%(n)s group or single account", "%(n)s groups and single accounts", count)
    else:
        text = _counted(count)
    shown = text % {"n": formats.number(count)}
    told = {"accounts": shown, "list": what, "date": formats.date(here.ground.as_of)}
    if what:
        return _("%(accounts)s on the list “%(list)s”, 12 months to %(date)s") % told
    return _("%(accounts)s, 12 months to %(date)s") % told


def _counted(count: int) -> str:
    return ngettext("%(n)s account", "%(n)s accounts", count)


def _level_chips(here: Here) -> list[Chip]:
    if not sees_whole(here.actor):
        return []
    level, request = here.ground.level, here.request
    return [
        Chip(_("Accounts"), query(request, level=None, page=None), level == "account"),
        Chip(_("Groups"), query(request, level="group", page=None), level == "group"),
    ]


def _prospect_chips(here: Here) -> list[Chip]:
    """Who buys nothing yet stands on a list of its own: there are no figures to show."""
    return [Chip(_("Prospects"), reverse("prospects"))] if policy.can(here.actor, "accounts.view") else []


def _on_accounts(
    run: Callable[..., lists.Done],
) -> Callable[..., lists.Done]:
    """A bulk action over figures is one over their accounts, loaded again through the reach."""

    def act(
        *, actor: User, rows: Sequence[AccountFigure], cleaned: Mapping[str, Any], now: dt.datetime
    ) -> lists.Done:
        accounts = Account.objects.current().filter(number__in=[row.account for row in rows])
        found = list(policy.scope(accounts, actor, "accounts.view"))
        return run(actor=actor, rows=found, cleaned=cleaned, now=now)

    return act


def _gather(numbers: Sequence[str], shown: set[str]) -> Known | None:
    """Only what the columns on the page say."""
    known = account_columns.gather(numbers) if shown & {"responsible", "tags", "industry", "stage"} else None
    return account_columns.with_standing(numbers, known) if "state" in shown else known


ACTIONS = [replace(each, run=_on_accounts(each.run)) for each in companies.ACTIONS]


ACCOUNTS = lists.ListPage(
    name="accounts",
    title=gettext_lazy("Accounts"),
    right="portfolio.view",
    ground=_snapshot,
    rows=lambda here: queries.listed(seen(here.ground, here.actor), here.needs),
    columns=FIELDS,
    selections=SELECTIONS,
    filters=FILTERS,
    search=lambda rows, typed: cast("AccountFigureQuerySet", rows).search(typed),
    search_hint=gettext_lazy("Name, number or group"),
    order=lambda rows, column, descending: _sorted(cast("AccountFigureQuerySet", rows), column, descending),
    default_sort="-amount",
    page_size=lambda: PAGE_SIZE,
    row_key=lambda row: row.account,
    counted=_counted,
    units=gettext_lazy("accounts"),
    lead=_sentence,
    none_fits=gettext_lazy("No account fits"),
    show_all=gettext_lazy("Show all accounts"),
    file_name=lambda here: f"accounts-{here.ground.as_of:%Y-%m-%d}",
    file_columns=("id",),
    gather=lambda rows, here: _gather([row.account for row in rows], set(here.want.shown)),
    actions=ACTIONS,
    row_name=lambda row: row.name,
    action=lambda here: (
        Link(_("New company"), reverse("company_new"), "plus")
        if policy.can(here.actor, "accounts.create")
        else None
    ),
    template="portfolio/accounts.html",
    more=lambda here: {"level_chips": [*_level_chips(here), *_prospect_chips(here)], "snapshot": here.ground},
)


def _sorted(rows: AccountFigureQuerySet, column: str, descending: bool) -> AccountFigureQuerySet:
    return queries.sorted_figures(rows, column, descending=descending)


@finder(gettext_lazy("Accounts"))
def find_accounts(request: HttpRequest, typed: str, limit: int) -> list[Entry]:
    """What the command palette finds among the accounts: the largest first."""
    snapshot = (
        queries.latest_snapshot(with_figures=False) if policy.can(request.user, "portfolio.view") else None
    )
    rows = list(
        _sorted(seen(snapshot, request.user).search(words(typed)), "basis_amount", True)[:limit]
        if snapshot
        else []
    )
    entries = [
        Entry(
            typed_in(row.name, typed),
            account_url(row.account),
            "building-store",
            note=formats.money(row.basis_amount, snapshot.currency, compact=True) if snapshot else "",
        )
        for row in rows
    ]
    return [*entries, *_without_figures(request, typed, {row.account for row in rows}, limit)][:limit]


def _without_figures(request: HttpRequest, typed: str, shown: set[str], limit: int) -> list[Entry]:
    """Prospects, and what is found without its accents."""
    if not policy.can(request.user, "accounts.view"):
        return []
    found = search.find(person(request), typed, kinds=("account",), limit=limit)
    rows = [row for each in found for row in each.rows if row.number not in shown]
    return [
        Entry(typed_in(row.name, typed), account_url(row.number), "building-store", note=row.number)
        for row in rows
    ]
