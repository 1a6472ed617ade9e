"""Visits and calls of all accounts in reach, as a list."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from kamerton.accounts import choices as account_choices
from kamerton.core import undo
from kamerton.engagements import choices, queries
from kamerton.engagements.actions import planning
from kamerton.engagements.models import Engagement
from kamerton.web import lists
from kamerton.web.addresses import account_url
from kamerton.web.engagement_forms import CallOffForm
from kamerton.web.engagement_parts import local, state_badge
from kamerton.web.parts import Cell, Link
from kamerton.web.undo import undo_url


def _names(row: Engagement) -> str:
    return ", ".join(each.display_name for each in row.contacts.all())


def _along(row: Engagement) -> str:
    return ", ".join(each.person.display_name for each in row.companions.all())


def _time(row: Engagement) -> str:
    begins, ends = local(row)
    return f"{begins:%H:%M}–{ends:%H:%M}"


def _search(rows: Any, words: str) -> Any:
    """Every word stands in what it is for, the account, whom we meet or who goes."""
    for word in words.split():
        rows = rows.filter(
            Q(purpose__icontains=word)
            | Q(account__search_text__contains=word.casefold())
            | Q(pk__in=Engagement.objects.filter(contacts__name__icontains=word).values("pk"))
            | Q(owner__first_name__icontains=word)
            | Q(owner__last_name__icontains=word)
        )
    return rows


def _call_off(*, actor: Any, rows: list[Engagement], cleaned: dict[str, Any], now: dt.datetime) -> lists.Done:
    steps: dict[int, str] = {}

    def off(row: Engagement) -> None:
        steps[row.pk] = planning.call_off(actor=actor, engagement=row, now=now, why=cleaned["why"])

    done, refused = lists.each(rows, off)
    text = ngettext("%(n)s cancelled.", "%(n)s cancelled.", len(done)) % {"n": len(done)}
    if not done:
        return lists.Done(text=text, refused=refused)
    token = undo.offer(
        actor=actor, kind="engagements.off_many", parameters={"rows": [row.pk for row in done]}, now=now
    )
    return lists.Done(text=text, undo_url=undo_url(token), refused=refused)


def _owners(here: lists.Here) -> list[tuple[str, str]]:
    rows = queries.engagements(here.actor).order_by().values_list(
        "owner__username", "owner__first_name", "owner__last_name"
    )  # fmt: skip
    return sorted(
        {(user, f"{first} {last}".strip() or user) for user, first, last in rows.distinct()},
        key=lambda pair: pair[1],
    )


ENGAGEMENTS = lists.ListPage(
    name="engagements",
    title=_("Visits and calls"),
    right=queries.VIEW,
    rows=lambda here: queries.engagements(here.actor),
    columns={
        "purpose": lists.text("purpose", _("What for"), sort="purpose"),
        "account": lists.Field(
            label=_("Account"), sort="account__name",
            cell=lambda row, _here: Cell(row.account.name, url=account_url(row.account.number)),
            plain=lambda row: row.account.name,
        ),
        "on": lists.date("on", _("Day")),
        "time": lists.Field(label=_("Time"), cell=lambda row, _here: _time(row), plain=_time),
        "channel": lists.text("get_channel_display", _("How"), sort="channel"),
        "owner": lists.Field(
            label=_("Whose"), sort="owner__first_name", cell=lambda row, _here: row.owner.display_name,
            plain=lambda row: row.owner.display_name,
        ),
        "contacts": lists.Field(label=_("Whom we meet"), cell=lambda row, _here: _names(row), plain=_names),
        "state": lists.Field(
            label=_("State"), sort="state", cell=lambda row, _here: Cell("", badges=(state_badge(row),)),
            plain=lambda row: str(row.get_state_display()),
        ),
        "along": lists.Field(
            label=_("Along"), cell=lambda row, _here: _along(row), plain=_along, default=False
        ),
        "place": lists.text("place", _("Place"), default=False),
        "division": lists.text("division", _("Division"), default=False),
        "outcome": lists.text("outcome", _("What came of it"), default=False),
    },
    counted=lambda n: ngettext("%(n)s visit or call", "%(n)s visits and calls", n),
    units=_("visits and calls"),
    search=_search,
    search_hint=_("What for, account, contact or colleague"),
    filters={
        "channel": lists.Filter(label=_("How"), apply="channel", options=lambda _here: choices.channels()),
        "owner": lists.Filter(label=_("Whose"), apply="owner__username", options=_owners),
        "function": lists.Filter(
            label=_("Function"), apply="function", options=lambda _here: account_choices.contact_functions()
        ),
        "account": lists.Filter(label=_("Account"), apply="account__number"),
    },
    selections={
        "coming": lists.Selection(
            label=pgettext_lazy("visits", "To come"),
            narrow=lambda rows, here: rows.filter(state="planned", on__gte=here.today),
        ),
        "unsaid": lists.Selection(
            label=_("Nothing said yet"),
            narrow=lambda rows, here: rows.filter(state="planned", ends_at__lt=here.now),
        ),
        "mine": lists.Selection(
            label=pgettext_lazy("visits", "Mine"), narrow=lambda rows, here: rows.filter(owner=here.actor)
        ),
        "informal": lists.Selection(
            label=_("Informal"), narrow=lambda rows, _here: rows.filter(is_informal=True)
        ),
        "unplanned": lists.Selection(
            label=_("Outside the plan"), narrow=lambda rows, _here: rows.filter(is_unplanned=True)
        ),
    },
    actions=[
        lists.BulkAction(
            key="off", label=_("Cancel them"), right=planning.RIGHT, icon="calendar-off", form=CallOffForm,
            run=_call_off,
        )
    ],
    default_sort="-on",
    row_name=lambda row: row.purpose,
    row_url=lambda row: reverse("engagement", args=[row.pk]),
    empty=lists.Blank(
        title=_("No visit or call is written down yet"),
        text=_("Plan one in your week, or write down one that took place."),
        action=lambda _here: Link(_("Plan a visit or call"), reverse("engagement_new"), "plus"),
    ),
)  # fmt: skip
