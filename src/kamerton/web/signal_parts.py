"""One signal as a line: its reason, what it is about, what it costs, its button. For Today, an account and the list."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.accounts.models import BudgetMovement, Contact, Need, PowerChange
from kamerton.core.telling import told
from kamerton.engagements.models import Engagement
from kamerton.plans.models import Plan
from kamerton.portfolio.models import Opportunity, Protection
from kamerton.service.models import Claim
from kamerton.signals import registry
from kamerton.signals.models import Signal
from kamerton.web import claim_words, formats
from kamerton.web.addresses import account_url, explain_url
from kamerton.web.parts import Badge, Link, Text
from kamerton.work.models import Handover, Request

#: What a figure that opens is called beside the sentence.
_FIGURES = {
    "share": gettext_lazy("Share"),
    "against_before": gettext_lazy("Against 12 months before"),
    "margin": gettext_lazy("Margin"),
    "returns_rate": gettext_lazy("Returns"),
    "key_share": gettext_lazy("Share of key accounts"),
    "hhi": gettext_lazy("Concentration"),
    "churn_risk": gettext_lazy("Risk"),
    "health": gettext_lazy("Health"),
}


@dataclass(frozen=True, slots=True)
class Named:
    """The record that a signal is about."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    signal: Signal
    name: Text
    said: str
    stake: str
    since: str
    url: str
    about: Named | None
    figures: tuple[Link, ...]
    badges: tuple[Badge, ...]
    task: Named | None
    offer: Text  # what the one button says; "": nothing to press
    offer_url: str
    makes_task: bool  # the button makes a task already

    @property
    def pk(self) -> int:
        return self.signal.pk


def lines(actor: User, rows: Sequence[Signal], day: dt.date) -> list[Line]:
    """At most one query for each kind of record that they are about."""
    named = about(actor, rows)
    may = policy.can(actor, "work.edit")
    return [_line(row, named.get(row.about), day, may=may) for row in rows]


def _line(row: Signal, of: Named | None, day: dt.date, *, may: bool) -> Line:
    rule = registry.rule(row.rule)
    makes_task = rule.offer == "task"
    opens = reverse("signal_task" if makes_task else "signal_act", args=[row.pk])
    press = may and row.is_open
    return Line(
        signal=row, name=rule.name, said=said(row), stake=stake(row), since=since(row, day),
        url=reverse("signal", args=[row.pk]), about=of, figures=tuple(figures(row)),
        badges=tuple(badges(row, day)), task=_task(row),
        offer=registry.OFFERS[rule.offer] if press and not (makes_task and has_task(row)) else "",
        offer_url=opens, makes_task=makes_task or not press or has_task(row),
    )  # fmt: skip


def said(row: Signal) -> str:
    """Its sentence, in the reader's language; a number keeps its percent sign."""
    return told(row.said).replace(" %", "\u00a0%")


def has_task(row: Signal) -> bool:
    return row.task is not None and row.task.state == "open"


def _task(row: Signal) -> Named | None:
    """The task that was made of it; its title only to who sees the account, as the signal itself."""
    if row.task is None:
        return None
    return Named(str(row.task.get_state_display()), reverse("task", args=[row.task.pk]))


def stake(row: Signal) -> str:
    """Money a year; nothing where it is not told in money."""
    return "" if row.severity is None else formats.money(row.severity, row.currency, compact=True)


def since(row: Signal, day: dt.date) -> str:
    opened = timezone.localdate(row.opened_at)
    return (
        _("since today") if opened == day else _("since %(day)s") % {"day": formats.date(opened, short=True)}
    )


def badges(row: Signal, day: dt.date) -> list[Badge]:
    found = []
    if not row.is_open:
        found.append(Badge("off", str(row.get_closed_why_display()), soft=True))
    elif row.snoozed_until is not None and row.snoozed_until > day:
        text = _("Put off until %(day)s") % {"day": formats.date(row.snoozed_until, short=True)}
        found.append(Badge("off", text, soft=True))
    if row.secrecy == Secrecy.SECRET:
        found.append(Badge("warn", _("Secret"), soft=True))
    return found


def figures(row: Signal) -> list[Link]:
    """The figures of its sentence, each opening at the side."""
    number = row.account.number if row.account else ""
    return [
        Link(_FIGURES.get(name, name), explain_url(name, number), drawer=True)
        for name in row.figures
        if number or row.person_id is None
    ]


def subject(row: Signal) -> Named:
    """The account, the person, or the company."""
    if row.account is not None:
        return Named(row.account.name, account_url(row.account.number))
    if row.person is not None:
        return Named(row.person.display_name)
    return Named(_("The company"), reverse("portfolio"))


# --- what it is about ------------------------------------------------------------------------------------


def about(actor: User, rows: Sequence[Signal]) -> dict[str, Named]:
    """The records by model:pk, as far as `actor` reaches them; of secret ones no word of what they say."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        label, _colon, pk = row.about.partition(":")
        if pk.isdecimal():
            wanted[label].add(int(pk))
    found: dict[str, Named] = {}
    for label, numbers in wanted.items():
        if label in _KINDS:
            found |= _named(actor, label, numbers)
    return found


def _named(actor: User, label: str, numbers: Collection[int]) -> dict[str, Named]:
    model, right, more, name = _KINDS[label]
    rows = policy.scope(model._base_manager.filter(pk__in=numbers), actor, right).select_related(*more)  # noqa: SLF001
    return {f"{label}:{row.pk}": name(row) for row in rows}


def _need(row: Need) -> Named:
    text = _("Secret need") if row.secrecy == Secrecy.SECRET else row.what
    return Named(text, reverse("need", args=[row.pk]))


def _change(row: PowerChange) -> Named:
    if row.secrecy == Secrecy.SECRET:
        return Named(_("Secret change"), reverse("account_people", args=[row.contact.account.number]))
    return Named(f"{row.contact.display_name}: {row.what}", reverse("contact", args=[row.contact_id]))


def _claim(row: Claim) -> Named:
    return Named(claim_words.claim_words(row), reverse("claim", args=[row.pk]))


def _movement(row: BudgetMovement) -> Named:
    return Named(_("Secret movement of money") if row.secrecy == Secrecy.SECRET else row.what)


#: model -> (class, right that reaches it, what its name reads besides, its name).
_KINDS: dict[str, tuple[type[Model], str, tuple[str, ...], Callable[..., Named]]] = {
    "accounts.need": (Need, "accounts.view", (), _need),
    "accounts.contact": (
        Contact, "accounts.view", (), lambda row: Named(row.display_name, reverse("contact", args=[row.pk])),
    ),
    "accounts.powerchange": (PowerChange, "accounts.view", ("contact__account",), _change),
    "accounts.budgetmovement": (BudgetMovement, "accounts.view", (), _movement),
    "portfolio.protection": (
        Protection, "portfolio.view", ("account",),
        lambda row: Named(_("Plan against losing it"), reverse("account_risk", args=[row.account.number])),
    ),
    "portfolio.opportunity": (
        Opportunity, "portfolio.view", (), lambda row: Named(row.title, reverse("opportunity", args=[row.pk])),
    ),
    "service.claim": (Claim, "work.view", (), _claim),
    "engagements.engagement": (
        Engagement, "accounts.view", (),
        lambda row: Named(row.purpose, f"{reverse('engagement', args=[row.pk])}#shared"),
    ),
    "plans.plan": (Plan, "portfolio.view", (), lambda row: Named(row.title, reverse("plan", args=[row.pk]))),
    "work.request": (
        Request, "work.view", (), lambda row: Named(row.title, reverse("request", args=[row.pk])),
    ),
    "work.handover": (
        Handover, "work.view", (),
        lambda row: Named(_("Hand-over of %(day)s") % {"day": formats.date(row.on, short=True)},
                          reverse("handover", args=[row.pk])),
    ),
}  # fmt: skip


# --- where its button leads --------------------------------------------------------------------------------


#: Pages of an account, by what its rule offers.
_OF_ACCOUNT = {
    "people": "account_people",
    "dossier": "account_dossier",
    "assign": "account_details",
    "status": "account_key",
    "potential": "account_potential",
    "plan": "account_plan",
}


def target(actor: User, row: Signal) -> str:
    """The page where the cause is put right, as far as `actor` may open it."""
    offer = registry.rule(row.rule).offer
    found = about(actor, [row]).get(row.about) if offer == "record" else None
    if found is not None and found.url:
        return found.url
    if row.account is None:
        return _of_company(actor, offer)
    if offer == "assign" and policy.can(actor, "accounts.assign"):
        return reverse("account_assign", args=[row.account.number])
    return reverse(_OF_ACCOUNT.get(offer, "account"), args=[row.account.number])


def _of_company(actor: User, offer: str) -> str:
    """The first of these pages that `actor` may open."""
    pages = {
        "limits": [("limits", "portfolio.configure"), ("people", "people.view")],
        "review": [("review", "portfolio.view_all")],
    }
    wanted = [*pages.get(offer, []), ("portfolio", "portfolio.view_all")]
    return reverse(next((name for name, right in wanted if policy.can(actor, right)), "today"))


def later_days(day: dt.date) -> list[tuple[dt.date, str]]:
    """To where a signal is put off with one press."""
    return [
        (day + dt.timedelta(days=7), _("A week")),
        (day + dt.timedelta(days=30), _("A month")),
        (day + dt.timedelta(days=91), _("Three months")),
    ]
