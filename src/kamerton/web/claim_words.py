"""A claim in words: its name, its state, its clock, as a line of a block."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.accounts.models import Account
from kamerton.service import queries, rules
from kamerton.service.models import Claim
from kamerton.web import formats, key_words
from kamerton.web.parts import Badge, Cell, Column, Row, State, Table
from kamerton.web.work_parts import Item

_STATES: Mapping[str, State] = {
    "received": "warn",
    "acknowledged": "info",
    "in_hand": "info",
    "settled": "good",
    "rejected": "neutral",
}
#: What a mark of the clock is called, and what is still to be done.
STEPS = {
    "acknowledge": pgettext_lazy("claim", "Acknowledged"),
    "answer": pgettext_lazy("claim", "Answered"),
    "settle": pgettext_lazy("claim", "Closed"),
}
_TO_DO = {
    "acknowledge": gettext_lazy("Acknowledge"),
    "answer": gettext_lazy("Answer"),
    "settle": gettext_lazy("Settle"),
}


def claim_words(row: Claim) -> str:
    """What is wrong; of a secret one no word, so that reading it is always a page of its own."""
    return _("Secret claim") if row.secrecy == Secrecy.SECRET else row.subject


def state_badge(row: Claim) -> Badge:
    return Badge(_STATES[row.state], row.get_state_display(), soft=True)


def moment(at: dt.datetime | None) -> str:
    return formats.moment(timezone.localtime(at)) if at else ""


def is_late(row: Claim, now: dt.datetime) -> bool:
    return row.due_at is not None and rules.is_late(row.due_at, None, now)


def late_badge(row: Claim, now: dt.datetime) -> tuple[Badge, ...]:
    return (Badge("bad", pgettext("claim", "Late"), soft=True),) if is_late(row, now) else ()


def first_badge(row: Claim) -> tuple[Badge, ...]:
    """Whether it goes before others: expedited, or of a key account."""
    if row.is_open and row.priority == rules.EXPEDITED:
        return (Badge("warn", _("Goes first"), soft=True),)
    return (key_words.key_badge(),) if row.priority == rules.KEY else ()


def due_cell(row: Claim, now: dt.datetime) -> Cell | str:
    """What is to be done next, and until when."""
    following = rules.next_mark(queries.course(row))
    if following is None:
        return ""
    step, due = following
    late = late_badge(row, now)
    return Cell(moment(due), sub=_TO_DO[step], tone="bad" if late else "", badges=late)


def clock_table(row: Claim, now: dt.datetime) -> Table:
    """The three moments, until when each was due, and when it was met."""
    columns = (Column(_("What")), Column(_("Due")), Column(pgettext("claim", "Done")), Column(_("State")))
    rows = [
        Row((STEPS[mark.step], moment(mark.due), moment(mark.met), Cell(badges=(_mark_badge(mark),))))
        for mark in rules.marks(queries.course(row), now)
    ]
    return Table(columns, rows, _("The clock of the claim"))


def _mark_badge(mark: rules.Mark) -> Badge:
    if mark.is_late:
        return Badge("bad", pgettext("claim", "Late"), soft=True)
    if mark.met:
        return Badge("good", _("In time"), soft=True)
    return Badge("neutral", _("Still time"), soft=True)


def amount(value: Decimal | None, currency: str, *, decimals: int = 2) -> str:
    return formats.money(value, currency, decimals=decimals) if value is not None else ""


def amounts(sums: Mapping[str, Decimal]) -> str:
    return " + ".join(amount(value, currency, decimals=0) for currency, value in sorted(sums.items()))


def item(row: Claim, actor: User, now: dt.datetime, *, with_account: bool) -> Item:
    following = rules.next_mark(queries.course(row))
    parts = [
        row.account.name if with_account else "",
        row.owner.display_name if row.owner_id != actor.pk else "",
    ]
    return Item(
        claim_words(row),
        reverse("claim", args=[row.pk]),
        sub=" · ".join(part for part in parts if part),
        figure=formats.date(timezone.localdate(following[1]), short=True) if following else "",
        badges=(*late_badge(row, now), *(first_badge(row) if with_account else ()), state_badge(row)),
    )


def items(actor: User, account: Account, now: dt.datetime, most: int) -> list[Item]:
    """The open claims of an account, as far as `actor` reaches them."""
    return [item(row, actor, now, with_account=False) for row in queries.open_claims(actor, account)[:most]]


def counted(count: int) -> str:
    return ngettext("%(n)s open claim", "%(n)s open claims", count) % {"n": formats.number(count)}
