"""The list of contacts. Built for 60,000: what a page shows beside the row is gathered for its 50 rows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Min, TextField
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from kamerton.access import policy
from kamerton.accounts import choices, search
from kamerton.accounts.actions import contacts, events
from kamerton.accounts.models import Account, Contact, Fact, Interaction, Opinion, Tie
from kamerton.accounts.vocabulary import word
from kamerton.core import undo
from kamerton.exchange.cards import cards
from kamerton.web import formats, language_words, lists
from kamerton.web.account_forms import MarkForm, TerritoryForm
from kamerton.web.addresses import account_url
from kamerton.web.event_forms import ChooseEventForm
from kamerton.web.found_words import typed_in
from kamerton.web.gates import person
from kamerton.web.lists import Here
from kamerton.web.navigation import finder
from kamerton.web.parts import Badge, Cell, Entry, Link, Text
from kamerton.web.undo import undo_url


def contact_url(pk: int) -> str:
    return reverse("contact", args=[pk])


def marks(contact: Contact) -> tuple[Badge, ...]:
    """What a contact is marked as, in the words of the account's trade; the account's industry is at hand."""
    found = []
    if contact.is_vip:
        found.append(Badge("key", word("vip", contact.account), soft=True))
    if contact.is_opinion_leader:
        found.append(Badge("info", word("opinion_leader", contact.account), soft=True))
    if contact.is_helper:
        found.append(Badge("good", word("helper", contact.account), soft=True))
    if contact.left_on and not contact.erased_at:
        found.append(Badge("off", _("Left"), soft=True))
    return tuple(found)


def support_badge(mean: float) -> Badge:
    """Of one opinion, or of several together: the nearest word."""
    near = min(2, max(-2, round(mean)))
    states: dict[int, Any] = {2: "good", 1: "good", 0: "neutral", -1: "warn", -2: "bad"}
    return Badge(states[near], dict(choices.supports())[near], soft=near in (1, -1))


def role_words(contact: Contact) -> str:
    names = dict(choices.decision_roles())
    return ", ".join(str(names[key]) for key in contact.decision_roles if key in names)


_DEPTHS = [key for key, _label in choices.tie_depths()]


@dataclass(frozen=True, slots=True)
class Beside:
    """What is gathered for the contacts of a page, by number."""

    support: dict[int, float]
    depth: dict[int, str]
    last: dict[int, dt.date]


def beside(rows: Sequence[Contact], here: Here) -> Beside:
    """Three queries, whatever the number of rows."""
    numbers = [row.pk for row in rows]
    ties = policy.scope(Tie.objects.filter(contact__in=numbers), here.actor, "accounts.view")
    depth: dict[int, str] = {}
    for number, each in ties.values_list("contact", "depth"):
        depth[number] = max(depth.get(number, "none"), each, key=_DEPTHS.index)
    took_place = policy.scope(Interaction.objects.filter(contact__in=numbers), here.actor, "accounts.view")
    met = took_place.order_by().values("contact").annotate(last=Max("on"))
    return Beside(_support(numbers, here.actor), depth, dict(met.values_list("contact", "last")))


def _support(numbers: Sequence[int], actor: policy.Actor) -> dict[int, float]:
    """The mean of the latest opinion of each rater, of those that the reader may see."""
    rows = policy.scope(Opinion.objects.filter(contact__in=numbers), actor, "accounts.view")
    latest: dict[tuple[int, int], int] = {}
    for contact, rater, support in rows.order_by("at", "pk").values_list("contact", "rater", "support"):
        latest[contact, rater] = support
    told: dict[int, list[int]] = defaultdict(list)
    for (contact, _rater), support in latest.items():
        told[contact].append(support)
    return {contact: sum(each) / len(each) for contact, each in told.items()}


# --- filters and selections ------------------------------------------------------------------------------------


def _holding(field: str) -> Any:
    """Rows whose JSON list in `field` holds a value: as text, which both databases can."""

    def narrow(rows: Any, value: str) -> Any:
        return rows.annotate(**{f"{field}_text": Cast(field, TextField())}).filter(
            **{f"{field}_text__contains": f'"{value}"'}
        )

    return narrow


def _single(rows: Any, here: Here) -> Any:
    """The only contact of its account: lose this person and nobody is known there."""
    present = policy.scope(Contact.objects.present().filter(is_found=True), here.actor, "accounts.view")
    alone = present.order_by().values("account").annotate(n=Count("pk"), only=Min("pk")).filter(n=1)
    return rows.filter(pk__in=alone.values("only"))


def _no_motive(rows: Any, here: Here) -> Any:
    """Nobody has said what this person is rewarded for."""
    told = Fact.objects.filter(topic="motive", withdrawn_at=None, superseded_by=None, contact__isnull=False)
    return rows.filter(is_found=True).exclude(
        pk__in=policy.scope(told, here.actor, "accounts.view").values("contact")
    )


# --- bulk ------------------------------------------------------------------------------------------------------


def _changed(actor: Any, rows: Any, now: Any, field: str, value: Any) -> lists.Done:
    before: dict[str, dict[str, Any]] = {}

    def act(row: Contact) -> None:
        old = getattr(row, field)
        contacts.edit(actor=actor, contact=row, opened={}, submitted={field: value}, now=now)
        if old != value:
            before[str(row.pk)] = {field: old}

    done, refused = lists.each(rows, act, name=lambda row: row.display_name)
    text = ngettext("%(n)s contact changed.", "%(n)s contacts changed.", len(done)) % {"n": len(done)}
    token = undo.offer(actor=actor, kind="accounts.contact_fields", parameters={"contacts": before}, now=now)
    return lists.Done(text=text if done else "", undo_url=undo_url(token), refused=refused)


def _set_territory(*, actor: Any, rows: Any, cleaned: Any, now: Any) -> lists.Done:
    return _changed(actor, rows, now, "territory", cleaned["territory"])


def _set_mark(*, actor: Any, rows: Any, cleaned: Any, now: Any) -> lists.Done:
    return _changed(actor, rows, now, cleaned["mark"], cleaned["on"])


def _invite(*, actor: Any, rows: Any, cleaned: Any, now: Any) -> lists.Done:
    parts: list[int] = []

    def act(row: Contact) -> None:
        parts.append(events.invite(actor=actor, event=cleaned["event"], contact=row, now=now).pk)

    done, refused = lists.each(rows, act, name=lambda row: row.display_name)
    if not done:
        return lists.Done(text="", refused=refused)
    token = undo.offer(actor=actor, kind="accounts.uninvite", parameters={"parts": parts}, now=now)
    told = {"n": formats.number(len(done)), "event": cleaned["event"].name}
    text = (
        ngettext("%(n)s contact invited: %(event)s.", "%(n)s contacts invited: %(event)s.", len(done)) % told
    )
    return lists.Done(text=text, undo_url=undo_url(token), refused=refused)


def _name(row: Contact, _here: Here) -> Cell:
    return Cell(row.display_name, url=contact_url(row.pk), badges=marks(row))


def _head(key: str) -> Callable[[Here], Text]:
    """The head of a column in the words of the trade, where the list is that of one account."""

    def head(here: Here) -> Text:
        number = here.want.filters.get("account")
        rows = (
            policy.scope(Account.objects.filter(number=number), here.actor, "accounts.view")
            if number
            else None
        )
        return word(key, rows.select_related("industry").first() if rows is not None else None)

    return head


def _supported(row: Contact, here: Here) -> Cell | str:
    mean = here.gathered.support.get(row.pk)
    return "" if mean is None else Cell(badges=(support_badge(mean),))


def _new_link(here: Here) -> Link | None:
    return (
        Link(_("New contact"), reverse("contact_new"), "user-plus")
        if policy.can(here.actor, "accounts.edit")
        else None
    )


_DEPTH_NAMES = choices.tie_depths


def _import_link(here: Here) -> list[Link]:
    if not policy.can(here.actor, "accounts.import"):
        return []
    return [Link(pgettext("button", "Import"), reverse("contact_import_new"), icon="file-import")]


def _cards(rows: Iterable[Contact], name: str) -> HttpResponseBase:
    """All rows as vCard: for the telephone, or another program."""
    response = StreamingHttpResponse(cards(rows), content_type="text/vcard; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.vcf"'
    return response


CONTACTS = lists.ListPage(
    name="contacts",
    title=gettext_lazy("Contacts"),
    right="accounts.view",
    rows=lambda here: policy.scope(
        Contact.objects.filter(erased_at=None).select_related("account__industry"), here.actor, "accounts.view"
    ),
    columns={
        "name": lists.Field(
            label=gettext_lazy("Contact"), head=_head("contact"), sort="name", cell=_name,
            plain=lambda row: row.display_name,
        ),
        "account": lists.Field(
            label=gettext_lazy("Account"), head=_head("account"), plain=lambda row: row.account.name,
            cell=lambda row, _here: Cell(row.account.name, url=account_url(row.account.number)),
        ),
        "post": lists.text("post", gettext_lazy("Post"), sort="post"),
        "function": lists.text("get_function_display", gettext_lazy("Function"), default=False),
        "level": lists.text("get_level_display", gettext_lazy("Level"), default=False),
        "roles": lists.Field(
            label=gettext_lazy("Part in decisions"), cell=lambda row, _here: role_words(row), plain=role_words
        ),
        "support": lists.Field(
            label=gettext_lazy("Support"), cell=_supported, plain=lambda _row: "",
            in_file=lambda row, here: here.gathered.support.get(row.pk),
        ),
        "ladder": lists.text("get_ladder_stage_display", gettext_lazy("Relationship")),
        "coverage": lists.Field(
            label=gettext_lazy("Coverage"), plain=lambda _row: "",
            cell=lambda row, here: dict(_DEPTH_NAMES())[here.gathered.depth.get(row.pk, "none")],
            in_file=lambda row, here: str(dict(_DEPTH_NAMES())[here.gathered.depth.get(row.pk, "none")]),
        ),
        "last": lists.Field(
            label=gettext_lazy("Last contact"), numeric=True, plain=lambda _row: "",
            cell=lambda row, here: formats.date(here.gathered.last.get(row.pk), short=True),
            in_file=lambda row, here: here.gathered.last.get(row.pk),
        ),
        "languages": lists.Field(
            label=gettext_lazy("Languages"), default=False,
            cell=lambda row, _here: language_words.names(row.languages),
            # A file has the codes: it can be read in again.
            plain=lambda row: ", ".join(row.languages),
        ),
        "territory": lists.text("territory", gettext_lazy("Territory"), default=False),
        "email": lists.text("email", gettext_lazy("E-mail"), default=False),
        "phone": lists.text("phone", gettext_lazy("Phone"), default=False),
        "mobile": lists.text("mobile", gettext_lazy("Mobile"), default=False),
    },
    counted=lambda n: ngettext("%(n)s contact", "%(n)s contacts", n),
    units=gettext_lazy("contacts"),
    search=lambda rows, typed: rows.search(typed),
    search_hint=gettext_lazy("Name, post, e-mail or phone"),
    filters={
        "function": lists.Filter(label=gettext_lazy("Function"), apply="function", options=lambda _h: choices.contact_functions()),
        "level": lists.Filter(label=gettext_lazy("Level"), apply="level", options=lambda _h: choices.contact_levels()),
        "role": lists.Filter(
            label=gettext_lazy("Part in decisions"), apply=_holding("decision_roles"),
            options=lambda _here: choices.decision_roles(),
        ),
        "language": lists.Filter(label=gettext_lazy("Language"), apply=_holding("languages")),
        "ladder": lists.Filter(
            label=gettext_lazy("Relationship"), apply="ladder_stage",
            options=lambda _here: [(str(key), label) for key, label in choices.ladder_stages()],
        ),
        "territory": lists.Filter(label=gettext_lazy("Territory"), apply="territory"),
        "account": lists.Filter(label=gettext_lazy("Account"), apply="account__number"),
    },
    selections={
        "vip": lists.Selection(label=gettext_lazy("VIP"), narrow=lambda rows, _here: rows.filter(is_vip=True)),
        "leaders": lists.Selection(
            label=gettext_lazy("Opinion leaders"), narrow=lambda rows, _here: rows.filter(is_opinion_leader=True)
        ),
        "helpers": lists.Selection(
            label=gettext_lazy("Help us"), narrow=lambda rows, _here: rows.filter(is_helper=True)
        ),
        "unfound": lists.Selection(
            label=gettext_lazy("Not found yet"), narrow=lambda rows, _here: rows.filter(is_found=False, left_on=None)
        ),
        "single": lists.Selection(label=gettext_lazy("Only contact of an account"), narrow=_single),
        "motive": lists.Selection(label=gettext_lazy("No motive known"), narrow=_no_motive),
        "left": lists.Selection(
            label=pgettext_lazy("contacts", "Left"), narrow=lambda rows, _here: rows.exclude(left_on=None)
        ),
    },
    actions=[
        lists.BulkAction(key="territory", label=gettext_lazy("Set the territory"), right="accounts.edit", icon="map-pin",
                         form=TerritoryForm, run=_set_territory),
        lists.BulkAction(key="mark", label=gettext_lazy("Mark"), right="accounts.edit", icon="star",
                         form=MarkForm, run=_set_mark),
        lists.BulkAction(key="invite", label=gettext_lazy("Invite to an event"), right="accounts.edit",
                         icon="calendar-event", form=ChooseEventForm, run=_invite),
    ],
    gather=beside,
    default_sort="name",
    others=_import_link,
    other_files={"vcf": _cards},
    row_name=lambda row: row.display_name,
    faint=lambda row: row.left_on is not None,
    action=_new_link,
    empty=lists.Blank(
        title=gettext_lazy("No contacts yet"),
        text=gettext_lazy("Write down whom you know at your accounts: who decides, who influences, who opens doors."),
        action=_new_link,
    ),
)  # fmt: skip


@finder(gettext_lazy("Contacts"))
def find_contacts(request: HttpRequest, typed: str, limit: int) -> list[Entry]:
    """What the command palette finds among the contacts."""
    if not policy.can(request.user, "accounts.view"):
        return []
    found = search.find(person(request), typed, kinds=("contact",), limit=2 * limit)
    rows = [row for each in found for row in each.rows if row.left_on is None]
    return [
        Entry(
            typed_in(row.display_name, typed),
            contact_url(row.pk),
            "user",
            note=" · ".join(filter(None, [row.post, row.account.name])),
        )
        for row in rows[:limit]
    ]
