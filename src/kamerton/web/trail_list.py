"""The trail: who did what to which record, when, and what changed; reading of secrets and exports among it (CNF-01)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kamerton.access import policy
from kamerton.access.models import OrgUnit, User
from kamerton.accounts.models import Account, Contact
from kamerton.core.models import AuditEntry
from kamerton.web import formats, lists, trail_values, trail_words
from kamerton.web.addresses import account_url
from kamerton.web.company_parts import person_url, tabs
from kamerton.web.lists import Blank, Field, Filter, Here, ListPage, Selection
from kamerton.web.parameters import plain
from kamerton.web.parts import Cell
from kamerton.web.trail_sentences import SAID

_MOST_SHOWN = 6  # fields of one entry
#: Fields whose numbers are people.
_PEOPLE = frozenset(
    {
        "owner",
        "giver",
        "receiver",
        "absent",
        "substitute",
        "reports_to",
        "head",
        "escalated_to",
        "taken_by",
        "mentions",
        "decider",
        "deciders",
        "owner_id",
        "sponsor",
        "person",
        "asked_by",
        "to",
    }
)


def _rows(here: Here) -> Any:
    return policy.scope(AuditEntry.objects.select_related("actor"), here.actor, "trail.view")


def _search(rows: Any, words: str) -> Any:
    for word in words.split():
        who = User.objects.filter(
            Q(username__icontains=word) | Q(first_name__icontains=word) | Q(last_name__icontains=word)
        )
        where = Account.objects.filter(search_text__contains=word.casefold())
        rows = rows.filter(
            Q(action__icontains=word) | Q(subject__icontains=word) | Q(reason__icontains=word)
            | Q(actor__in=who.values("pk")) | Q(account_id__in=where.values("pk"))
        )  # fmt: skip
    return rows


@dataclass(frozen=True, slots=True)
class Named:
    """What entries name by number: accounts and contacts as far as the reader reaches them, people, units."""

    accounts: Mapping[int, Account]
    names: Mapping[tuple[str, int], str]


def _named(rows: Sequence[AuditEntry], here: Here) -> Named:
    """Four queries."""
    wanted: dict[str, set[int]] = {"person": set(), "unit": set(), "account": set(), "contact": set()}
    wanted["account"] = {row.account_id for row in rows if row.account_id is not None}
    for row in rows:
        for told in (row.before, row.after):
            for kind, number in _numbers(row, told):
                wanted[kind].add(number)

    def found(model: Any) -> Any:
        return policy.scope(model.objects.all(), here.actor, "accounts.view")

    accounts = found(Account).in_bulk(wanted["account"])
    names = {("account", pk): each.name for pk, each in accounts.items()}
    contacts = found(Contact).filter(pk__in=wanted["contact"])
    names |= {("contact", each.pk): each.display_name for each in contacts}
    people = User.objects.filter(pk__in=wanted["person"])
    names |= {("person", each.pk): each.display_name for each in people}
    units = OrgUnit.objects.filter(pk__in=wanted["unit"]).values_list("pk", "name")
    names |= {("unit", pk): name for pk, name in units}
    return Named(accounts, names)


def _kind(row: AuditEntry, name: str) -> str:
    """What the numbers of a field are; "" for none of ours."""
    of = row.subject.partition(".")[0]
    if name == "contact" or (name == "reports_to" and of == "accounts"):
        return "contact"
    if name == "unit" or (name == "parent" and of == "access"):
        return "unit"
    if name == "account" or (name == "parent" and of == "accounts"):
        return "account"
    return "person" if name in _PEOPLE else ""


def _numbers(row: AuditEntry, told: Any) -> Iterator[tuple[str, int]]:
    for name, value in _flat(told).items():
        if kind := _kind(row, name):
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, int):
                    yield kind, each


def _account(row: AuditEntry, here: Here) -> Cell | str:
    found = here.gathered.accounts.get(row.account_id)
    return Cell(found.name, url=account_url(found.number)) if found else ""


def _account_name(row: AuditEntry, here: Here) -> object:
    """The number where the account is out of the reader's reach."""
    found = here.gathered.accounts.get(row.account_id)
    return found.name if found else row.account_id or ""


def _who(row: AuditEntry, _here: Here) -> Cell | str:
    return Cell(row.actor.display_name, url=person_url(row.actor.pk)) if row.actor else _("the system")


def action_words(row: AuditEntry) -> str:
    """A short sentence without the person, who stands beside it."""
    if row.action in SAID:
        return str(SAID[row.action])
    if row.action.endswith(".export"):
        return _("Took a list out as a file")
    if trail_words.is_nameless(row):
        return row.action
    said = trail_words.said(row)
    person = row.actor.display_name if row.actor else _("The system")
    short = said.removeprefix(person).strip() if said else row.action
    return short[:1].upper() + short[1:]


def changed_words(row: AuditEntry, names_of: Mapping[tuple[str, int], str] | None = None) -> str:
    """field: before → after, field by field. `names_of`: for numbers."""
    before, after = (_with_names(row, _flat(told), names_of or {}) for told in (row.before, row.after))
    same = {name for name in before if name in after and before[name] == after[name]}
    names = [name for name in dict.fromkeys([*before, *after]) if name not in same]
    model = row.subject.partition(":")[0]
    told = [
        _one(model, name, before.get(name), after.get(name), both=name in before and name in after)
        for name in names
    ]
    more = len(told) - _MOST_SHOWN
    shown = told[:_MOST_SHOWN] + ([_("and %(n)s more") % {"n": more}] if more > 0 else [])
    return "; ".join([*shown, *([row.reason] if row.reason else [])])


def _flat(told: Any) -> dict[str, Any]:
    if told is None:
        return {}
    return told if isinstance(told, dict) else {"": told}


def _with_names(
    row: AuditEntry, told: dict[str, Any], names_of: Mapping[tuple[str, int], str]
) -> dict[str, Any]:
    def named(kind: str, value: Any) -> Any:
        if isinstance(value, list):
            return [named(kind, each) for each in value]
        return names_of.get((kind, value), value) if isinstance(value, int) else value

    return {name: named(kind, value) if (kind := _kind(row, name)) else value for name, value in told.items()}


def _one(model: str, name: str, before: Any, after: Any, *, both: bool) -> str:
    def shown(told: Any) -> str:
        return trail_values.value(model, name, told)

    value = f"{shown(before)} → {shown(after)}" if both else shown(after if before is None else before)
    return f"{trail_values.label(model, name)}: {value}" if name else value


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _since(rows: Any, text: str) -> Any:
    day = _day(text)
    return rows.filter(at__date__gte=day) if day else rows


def _until(rows: Any, text: str) -> Any:
    day = _day(text)
    return rows.filter(at__date__lte=day) if day else rows


def _of_account(rows: Any, number: str) -> Any:
    return rows.filter(account_id__in=Account.objects.filter(number=plain(number)).values("pk"))


TRAIL = ListPage(
    name="trail",
    title=gettext_lazy("Trail"),
    right="trail.view",
    rows=_rows,
    columns={
        "at": Field(
            label=gettext_lazy("When"),
            sort="at",
            plain=lambda row: row.at,
            cell=lambda row, _here: formats.moment(timezone.localtime(row.at)),
        ),
        "who": Field(
            label=gettext_lazy("Who"),
            cell=_who,
            sort="actor__last_name",
            plain=lambda row: row.actor.display_name if row.actor else "",
        ),
        "what": Field(
            label=gettext_lazy("What"),
            cell=lambda row, _here: Cell(action_words(row), sub=trail_values.record(row.subject)),
            plain=action_words,
            sort="action",
        ),
        "account": Field(
            label=gettext_lazy("Account"),
            cell=_account,
            plain=lambda row: row.account_id or "",
            in_file=_account_name,
        ),
        "changed": Field(
            label=gettext_lazy("Before and after"),
            cell=lambda row, here: changed_words(row, here.gathered.names),
            plain=changed_words,
            in_file=lambda row, here: changed_words(row, here.gathered.names),
        ),
        "subject": lists.text("subject", gettext_lazy("Record"), default=False),
        "action": lists.text("action", gettext_lazy("Action"), default=False),
    },
    counted=lambda n: ngettext("%(n)s entry", "%(n)s entries", n),
    units=gettext_lazy("entries"),
    search=_search,
    search_hint=gettext_lazy("Person, account or action"),
    filters={
        "who": Filter(
            label=gettext_lazy("Who"),
            apply="actor_id",
            options=lambda _here: [
                (str(each.pk), each.display_name)
                for each in User.objects.order_by("first_name", "last_name", "username")
            ],
        ),
        "account": Filter(label=gettext_lazy("Account"), apply=_of_account),
        "action": Filter(label=gettext_lazy("Action"), apply="action"),
        "since": Filter(label=gettext_lazy("Since"), apply=_since),
        "until": Filter(label=gettext_lazy("Until"), apply=_until),
    },
    selections={
        "secrets": Selection(
            label=gettext_lazy("Secrets"),
            narrow=lambda rows, _here: rows.filter(action__startswith="secrets."),
        ),
        "exports": Selection(
            label=gettext_lazy("Taken out"),
            narrow=lambda rows, _here: rows.filter(
                Q(action__endswith=".export") | Q(action__startswith="documents.")
            ),
        ),
        "access": Selection(
            label=gettext_lazy("People and rights"),
            narrow=lambda rows, _here: rows.filter(action__startswith="access."),
        ),
    },
    default_sort="-at",
    gather=_named,
    empty=Blank(title=gettext_lazy("Nothing has been done yet"), icon="history"),
    template="people/list.html",
    more=lambda here: {"tabs": tabs(here.actor, "trail")},
)
