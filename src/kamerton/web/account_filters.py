"""The ready-made lists and the filters of the list of accounts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from kamerton.accounts import choices
from kamerton.accounts.models import Account
from kamerton.accounts.models.companies import AccountQuerySet
from kamerton.portfolio import status_queries
from kamerton.portfolio.models import AccountFigureQuerySet
from kamerton.web import account_columns, lists
from kamerton.web.account_fields import state_badge
from kamerton.web.health_words import STANDINGS


def _selection(
    label: str | Promise,
    narrow: Callable[[AccountFigureQuerySet], AccountFigureQuerySet],
    columns: tuple[str, ...] = (),
) -> lists.Selection:
    """Each in an order of its own."""
    return lists.Selection(
        label=label,
        narrow=lambda rows, _here: narrow(cast("AccountFigureQuerySet", rows)),
        ordered=True,
        columns=columns,
    )


def _those(accounts: AccountQuerySet) -> Q:
    """The figures of these accounts."""
    return Q(account__in=accounts.values("number"))


SELECTIONS: Mapping[str, lists.Selection] = {
    "key": lists.Selection(
        label=pgettext_lazy("list of accounts", "Key"),
        narrow=lambda rows, here: (
            rows.key() if here.ground.level == "group" else status_queries.key_rows(rows)
        ),
        ordered=True,
    ),
    "undecided": _selection(
        pgettext_lazy("list of accounts", "Key by figures, not decided"), status_queries.undecided_rows
    ),
    "dependent": _selection(pgettext_lazy("list of accounts", "Critical"), lambda rows: rows.dependent()),
    "slipping": _selection(pgettext_lazy("list of accounts", "Slipping"), lambda rows: rows.slipping()),
    "lost": _selection(pgettext_lazy("list of accounts", "Lost"), lambda rows: rows.lost()),
    "lapsed": _selection(pgettext_lazy("list of accounts", "Lapsed"), lambda rows: rows.lapsed()),
    "neglected": _selection(pgettext_lazy("list of accounts", "Neglected"), lambda rows: rows.neglected()),
    "at_risk": _selection(
        pgettext_lazy("list of accounts", "At risk"),
        lambda rows: rows.at_stake(),
        ("name", "state", "amount", "growth", "risk", "at_risk", "health", "last"),
    ),
    "ailing": _selection(
        pgettext_lazy("list of accounts", "Poor health"),
        lambda rows: rows.ailing(),
        ("name", "state", "amount", "growth", "health", "health_change", "risk", "last"),
    ),
    "margin": _selection(
        pgettext_lazy("list of accounts", "Margin falling"), lambda rows: rows.margin_alerts()
    ),
    "mine": lists.Selection(
        label=pgettext_lazy("list of accounts", "Mine"),
        narrow=lambda rows, here: rows.filter(_those(account_columns.responsible_to(here.actor.pk))),
    ),
}
_STATES = ("new", "retained", "reactivated", "lapsed", "lost")
FILTERS: Mapping[str, lists.Filter] = {
    "state": lists.Filter(
        label=gettext_lazy("State"),
        apply="state",
        options=lambda _here: [(state, state_badge(state).label) for state in _STATES],
    ),
    "abc": lists.Filter(label=gettext_lazy("ABC"), apply="abc", options=[(each, each) for each in "ABC"]),
    "xyz": lists.Filter(label=gettext_lazy("XYZ"), apply="xyz", options=[(each, each) for each in "XYZ"]),
    "health": lists.Filter(
        label=gettext_lazy("Health"),
        apply="health_standing",
        options=lambda _here: [(name, badge.label) for name, badge in STANDINGS.items()],
    ),
    "responsible": lists.Filter(
        label=gettext_lazy("Responsible"),
        options=account_columns.responsible_options,
        apply=lambda rows, value: rows.filter(_those(account_columns.responsible_to(int(value)))),
    ),
    "industry": lists.Filter(
        label=gettext_lazy("Industry"),
        options=account_columns.industries,
        apply=lambda rows, value: rows.filter(_those(account_columns.in_industry(value))),
    ),
    "stage": lists.Filter(
        label=gettext_lazy("Stage"),
        options=lambda _here: [
            pair for pair in choices.account_stages() if pair[0] in ("customer", "former")
        ],
        apply=lambda rows, value: rows.filter(_those(Account.objects.filter(stage=value))),
    ),
    "tag": lists.Filter(
        label=gettext_lazy("Tag"),
        apply=lambda rows, value: rows.filter(_those(account_columns.tagged(value))),
    ),
    "group": lists.Filter(label=gettext_lazy("Group"), apply="group"),
    "seller": lists.Filter(label=gettext_lazy("Seller"), apply="seller"),
}
