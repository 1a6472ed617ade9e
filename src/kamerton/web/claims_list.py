"""The list of claims: expedited, then key accounts, then whoever waits longest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kamerton.access import policy
from kamerton.access.secrecy import Secrecy
from kamerton.core import clock
from kamerton.service import choices, queries
from kamerton.service.actions import claims as actions
from kamerton.service.actions import hands
from kamerton.service.models import Claim
from kamerton.web import claim_words as words
from kamerton.web import formats, lists
from kamerton.web.claim_forms import HandTo, kinds
from kamerton.web.gates import person
from kamerton.web.lists import Blank, BulkAction, Done, Field, Filter, Here, ListPage, Selection
from kamerton.web.navigation import finder
from kamerton.web.parts import Cell, Entry, Link
from kamerton.web.work_parts import account_cell, options, tabs
from kamerton.work.queries import duty_holders


def _search(rows: Any, typed: str) -> Any:
    """Secret ones are not looked into: what is found must not tell what they hold."""
    for word in typed.split():
        text = Q()
        for name in ("subject", "text", "reference", "product", "solution", "lesson"):
            text |= Q(**{f"{name}__icontains": word})
        rows = rows.filter(
            (text & Q(secrecy__lt=Secrecy.SECRET)) | Q(account__search_text__contains=word.casefold())
        )
    return rows


def _open(rows: Any) -> Any:
    return rows.filter(state__in=choices.OPEN_STATES)


def _kind(row: Claim, here: Here) -> str:
    return str(here.ground[row.kind])


def _plain(name: str) -> Any:
    """A part of it for a file; of a secret one nothing leaves."""
    return lambda row: "" if row.secrecy == Secrecy.SECRET else getattr(row, name)


def _long(name: str, label: Any) -> Field:
    read = _plain(name)
    return Field(label=label, cell=lambda row, _here: str(read(row))[:120], plain=read, default=False)


def _subject(row: Claim, _here: Here) -> Cell:
    return Cell(words.claim_words(row), badges=words.first_badge(row) if row.priority == 0 else ())


def _money(name: str, label: Any, **more: Any) -> Field:
    return Field(
        label=label, numeric=True, plain=lambda row: getattr(row, name),
        cell=lambda row, _here: words.amount(getattr(row, name), row.currency, decimals=0), **more,
    )  # fmt: skip


def _new(here: Here) -> Link | None:
    link = Link(_("New claim"), reverse("claim_new"), "plus", key="n")
    return link if policy.can(here.actor, "work.edit") else None


def _years(here: Here) -> list[tuple[str, str]]:
    rows = queries.claims(here.actor).order_by("-received_at__year")
    return [(str(year), str(year)) for year in rows.values_list("received_at__year", flat=True).distinct()]


def acknowledge_all(
    *, actor: Any, rows: Sequence[Claim], cleaned: dict[str, Any], now: dt.datetime  # noqa: ARG001
) -> Done:  # fmt: skip
    done, refused = lists.each(
        rows, lambda row: actions.acknowledge(actor=actor, claim=row, now=now), name=words.claim_words
    )
    text = ngettext("%(n)s claim is acknowledged.", "%(n)s claims are acknowledged.", len(done))
    return Done(text=text % {"n": len(done)} if done else "", refused=refused)


def assign_all(*, actor: Any, rows: Sequence[Claim], cleaned: dict[str, Any], now: dt.datetime) -> Done:
    to = cleaned["person"]
    done, refused = lists.each(
        rows, lambda row: hands.assign_claim(actor=actor, claim=row, to=to, now=now), name=words.claim_words
    )
    told = {"n": len(done), "person": to.display_name}
    text = ngettext("%(person)s has %(n)s claim.", "%(person)s has %(n)s claims.", len(done)) % told
    return Done(text=text if done else "", refused=refused)


def _lead(_count: int, here: Here) -> str:
    """How many are open, and how many of those are late. Two queries."""
    rows = _open(queries.claims(here.actor)).order_by()
    count, late = rows.count(), rows.filter(due_at__lt=clock.now()).count()
    if not count:
        return _("No claim is open.")
    told = {"n": formats.number(count), "late": formats.number(late)}
    if not late:
        return ngettext("%(n)s claim is open, in time.", "%(n)s claims are open, all in time.", count) % told
    return (
        ngettext("%(n)s claim is open; late: %(late)s.", "%(n)s claims are open; late: %(late)s.", count)
        % told
    )


CLAIMS = ListPage(
    name="claims",
    title=gettext_lazy("Claims"),
    right="work.view",
    rows=lambda here: queries.in_order(queries.claims(here.actor)),
    ground=lambda _here: queries.kind_words(),
    columns={
        "subject": Field(
            label=gettext_lazy("What is wrong"), sort="subject", cell=_subject, plain=words.claim_words
        ),
        "account": Field(
            label=gettext_lazy("Account"), sort="account__name", plain=lambda row: row.account.name,
            cell=lambda row, _here: account_cell(row.account, is_key=row.priority == 1),
        ),
        "due": Field(
            label=gettext_lazy("Next"), sort="due_at", plain=lambda row: row.due_at,
            cell=lambda row, _here: words.due_cell(row, clock.now()),
        ),
        "state": Field(
            label=gettext_lazy("State"), sort="state", plain=lambda row: str(row.get_state_display()),
            cell=lambda row, _here: Cell(badges=(words.state_badge(row),)),
        ),
        "kind": Field(
            label=gettext_lazy("Kind"), sort="kind", default=False, cell=_kind, plain=lambda row: row.kind,
            in_file=_kind,
        ),
        "owner": lists.text("owner.display_name", gettext_lazy("Owner"), sort="owner__last_name"),
        "amount": _money("amount", gettext_lazy("Claimed"), sort="amount"),
        "received": lists.moment("received_at", gettext_lazy("Received"), sort="received_at", default=False),
        "currency": lists.text("currency", gettext_lazy("Currency"), default=False),
        "credit": _money("credit", gettext_lazy("Credit"), sort="credit", default=False),
        "severity": lists.text("get_severity_display", gettext_lazy("How grave"), sort="severity", default=False),
        "contact": lists.text("contact.display_name", gettext_lazy("Who complained"), default=False),
        "reference": _long("reference", gettext_lazy("Order or document")),
        "product": _long("product", gettext_lazy("Product or family")),
        "cause": lists.text("get_cause_display", gettext_lazy("Where it came from"), default=False),
        "solution": _long("solution", gettext_lazy("Agreed solution")),
        "satisfied": lists.text("get_satisfied_display", gettext_lazy("Satisfied"), default=False),
        "lesson": _long("lesson", gettext_lazy("Lesson")),
        "acknowledged": lists.moment("acknowledged_at", gettext_lazy("Acknowledged"), default=False),
        "closed": lists.moment("closed_at", gettext_lazy("Closed"), default=False),
    },
    counted=lambda count: ngettext("%(n)s claim", "%(n)s claims", count),
    units=gettext_lazy("claims"),
    search=_search,
    search_hint=gettext_lazy("What, order, product or account"),
    filters={
        "state": Filter(label=gettext_lazy("State"), apply="state", options=options(choices.claim_states)),
        "kind": Filter(label=gettext_lazy("Kind"), apply="kind", options=lambda _here: kinds()),
        "cause": Filter(label=gettext_lazy("Cause"), apply="cause", options=options(choices.causes)),
        "year": Filter(label=gettext_lazy("Year"), apply="received_at__year", options=_years),
        "account": Filter(label=gettext_lazy("Account"), apply="account__number"),
    },
    selections={
        "open": Selection(label=gettext_lazy("Open"), narrow=lambda rows, _here: _open(rows)),
        "mine": Selection(
            label=gettext_lazy("Mine"),
            narrow=lambda rows, here: _open(rows).filter(owner__in=duty_holders(here.actor, here.today)),
        ),
        "late": Selection(
            label=gettext_lazy("Late"), narrow=lambda rows, _here: rows.filter(due_at__lt=clock.now())
        ),
        "first": Selection(
            label=gettext_lazy("Go first"), narrow=lambda rows, _here: _open(rows).filter(priority=0)
        ),
        "unhappy": Selection(
            label=gettext_lazy("Customer not satisfied"),
            narrow=lambda rows, _here: rows.filter(satisfied__in=("no", "partly"), closed_at__isnull=False),
        ),
        "unlearned": Selection(
            label=gettext_lazy("Closed, not in the log of mistakes"),
            narrow=lambda rows, _here: rows.filter(closed_at__isnull=False, error=None),
        ),
    },
    actions=[
        BulkAction(
            key="acknowledge", label=gettext_lazy("Acknowledge"), right="work.edit", icon="check",
            run=acknowledge_all,
        ),
        BulkAction(
            key="assign", label=gettext_lazy("Hand to"), right="work.edit", icon="user-plus", run=assign_all,
            form=HandTo,
        ),
    ],
    row_name=words.claim_words,
    row_url=lambda row: reverse("claim", args=[row.pk]),
    faint=lambda row: not row.is_open,
    lead=_lead,
    action=_new,
    others=lambda _here: [Link(_("What claims tell"), reverse("claims_told"), "chart-bar")],
    secret=lambda rows: rows.filter(secrecy=Secrecy.SECRET).exists(),
    empty=Blank(
        title=gettext_lazy("No claims yet"),
        text=gettext_lazy("What customers complain about stands here with its clock, until it is settled and learned from."),
        action=_new,
        icon="message-report",
    ),
    template="work/list.html",
    more=lambda here: {"work_tabs": tabs(here.actor, "claims")},
)  # fmt: skip


@finder(gettext_lazy("Claims"))
def find_claims(request: HttpRequest, typed: str, limit: int) -> list[Entry]:
    rows = _search(queries.in_order(queries.claims(person(request))), typed)[:limit]
    return [
        Entry(
            words.claim_words(row), reverse("claim", args=[row.pk]), "message-report", note=row.account.name
        )
        for row in rows
    ]
