"""The list of events."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts import choices, event_queries
from kamerton.accounts.actions import events
from kamerton.accounts.models import Event
from kamerton.core import undo
from kamerton.web import formats, lists
from kamerton.web.parts import Badge, Cell, Link
from kamerton.web.undo import undo_url

_SIDES = (("yes", gettext_lazy("Ours")), ("no", gettext_lazy("Of others")))


class KindForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("kind"), choices=choices.event_kinds)


def _set_kind(*, actor: User, rows: list[Event], cleaned: dict[str, Any], now: dt.datetime) -> lists.Done:
    before = {row.pk: [row.pk, row.kind] for row in rows}
    done, refused = lists.each(
        rows, lambda row: events.set_kind(actor=actor, event=row, kind=cleaned["kind"], now=now)
    )
    if not done:
        return lists.Done(text="", refused=refused)
    told = {"events": [before[row.pk] for row in done]}
    token = undo.offer(actor=actor, kind="accounts.event_kinds", parameters=told, now=now)
    text = ngettext("%(n)s event changed.", "%(n)s events changed.", len(done)) % {
        "n": formats.number(len(done))
    }
    return lists.Done(text=text, undo_url=undo_url(token), refused=refused)


def _name(row: Event, here: lists.Here) -> Cell:
    past = (Badge("off", _("Over"), soft=True),) if row.is_over(here.today) else ()
    return Cell(row.name, url=reverse("event", args=[row.pk]), sub=row.place, badges=past)


def _new(here: lists.Here) -> Link | None:
    if not policy.can(here.actor, events.RIGHT):
        return None
    return Link(_("New event"), reverse("event_new"), icon="plus", drawer=True)


EVENTS = lists.ListPage(
    name="events",
    title=gettext_lazy("Events"),
    right=event_queries.VIEW,
    rows=lambda here: event_queries.events(here.actor),
    columns={
        "name": lists.Field(label=gettext_lazy("Event"), sort="name", cell=_name, plain=lambda row: row.name),
        "kind": lists.text("get_kind_display", gettext_lazy("Kind"), sort="kind"),
        "ours": lists.Field(
            label=gettext_lazy("Whose"), sort="is_ours",
            cell=lambda row, _here: str(_SIDES[0 if row.is_ours else 1][1]),
            plain=lambda row: str(_SIDES[0 if row.is_ours else 1][1]),
        ),
        "starts": lists.date("starts_on", gettext_lazy("From")),
        "ends": lists.date("ends_on", gettext_lazy("To"), default=False),
        "place": lists.text("place", gettext_lazy("Place"), sort="place", default=False),
        "invited": lists.number("invited", gettext_lazy("Invited")),
        "accompanied": lists.number("accompanied", gettext_lazy("Accompanied")),
        "attended": lists.number("attended", gettext_lazy("Attended")),
        "followed": lists.number("followed", gettext_lazy("Follow-ups")),
        "talks": lists.number("talks", gettext_lazy("Presentations")),
    },
    counted=lambda n: ngettext("%(n)s event", "%(n)s events", n),
    units=gettext_lazy("events"),
    search=lambda rows, typed: rows.filter(name__icontains=typed) | rows.filter(place__icontains=typed),
    search_hint=gettext_lazy("Name or place"),
    filters={
        "kind": lists.Filter(label=gettext_lazy("Kind"), apply="kind", options=lambda _here: choices.event_kinds()),
        "ours": lists.Filter(
            label=gettext_lazy("Whose"), options=_SIDES, apply=lambda rows, value: rows.filter(is_ours=value == "yes")
        ),
    },
    selections={
        "ahead": lists.Selection(
            label=gettext_lazy("Ahead"), narrow=lambda rows, here: rows.filter(ends_on__gte=here.today)
        ),
        "over": lists.Selection(
            label=gettext_lazy("Over"), narrow=lambda rows, here: rows.filter(ends_on__lt=here.today)
        ),
    },
    actions=[
        lists.BulkAction(key="kind", label=gettext_lazy("Set the kind"), right=events.RIGHT, icon="flag",
                         form=KindForm, run=_set_kind)
    ],
    default_sort="-starts",
    row_name=lambda row: row.name,
    row_url=lambda row: reverse("event", args=[row.pk]),
    action=_new,
    empty=lists.Blank(
        title=gettext_lazy("No event is written down yet"),
        text=gettext_lazy("An event of ours or of others: whom you invite, who goes with them, who came, what follows."),
        icon="calendar-event", action=_new,
    ),
)  # fmt: skip
