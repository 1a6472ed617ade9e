"""Beside what people wrote, what the system knows by itself: figures, trend, people, open matters of an account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account, Contact
from kamerton.portfolio.models import AccountFigure, Snapshot
from kamerton.web import formats
from kamerton.web.account import months_table
from kamerton.web.addresses import explain_url
from kamerton.web.contacts import contact_url, marks, role_words
from kamerton.web.parts import Badge, Cell
from kamerton.web.work_account import opened
from kamerton.web.work_parts import Item, Line

_MOST_PEOPLE, _MOST_OPEN = 6, 3
_RANKS = ("decider", "approver", "influencer", "user", "technical", "finance", "administration", "buyer")


def figures(of: Account, snapshot: Snapshot | None, row: AccountFigure | None) -> dict[str, Any] | None:
    """The figures with their movement, and the months as a picture; None for whom nothing was sold to yet."""
    if snapshot is None or row is None:
        return None
    change = formats.change(row.growth_rate) if row.growth_rate is not None else None

    def cell(text: str, figure: str, moved: formats.Change | None = None) -> Cell:
        return Cell(text, url=explain_url(figure, row.account), drawer=True, change=moved)

    def money(amount: Any) -> str:
        return formats.money(amount, snapshot.currency, compact=True)

    return {
        "terms": [
            (_("Turnover, 12 months"), cell(money(row.window_turnover), "turnover", change)),
            (_("Income, 12 months"), cell(money(row.window_income), "income")),
            (_("Margin"), cell(formats.share(row.margin), "margin")),
            (_("Returns"), cell(formats.share(row.returns_rate), "returns_rate")),
            (_("Last purchase"), formats.date(row.last_purchase, short=True)),
        ],
        "picture_url": reverse("account_picture", args=[of.number]),
        "months": months_table(snapshot, row),
    }


@dataclass(frozen=True, slots=True)
class Known:
    name: str
    url: str
    sub: str
    badges: tuple[Badge, ...]


def people(contacts: Sequence[Contact]) -> tuple[list[Known], int]:
    """Those who decide first, and how many more there are. The accounts' industries are at hand."""
    found = sorted((each for each in contacts if each.is_found), key=_rank)
    shown = [
        Known(each.display_name, contact_url(each.pk), role_words(each) or each.post, marks(each))
        for each in found[:_MOST_PEOPLE]
    ]
    return shown, len(found) - len(shown)


def _rank(one: Contact) -> tuple[int, str]:
    return min((_RANKS.index(role) for role in one.decision_roles if role in _RANKS), default=9), one.name


def open_matters(actor: User, of: Account, today: dt.date) -> list[Item]:
    """The first of each kind: claims, tasks, requests, decisions, consultations."""
    if not policy.can(actor, "work.view"):
        return []
    told = opened(actor, of, today, most=_MOST_OPEN)
    return [
        *told["claims"],
        *_tasks(told["tasks"]),
        *told["requests"],
        *told["approvals"],
        *told["consultations"],
    ]


def _tasks(lines: Iterable[Line]) -> Iterable[Item]:
    late = (Badge("bad", _("Overdue"), soft=True),)
    for each in lines:
        yield Item(
            each.task.title, each.url, sub=each.owner, figure=each.when, badges=late if each.is_late else ()
        )
