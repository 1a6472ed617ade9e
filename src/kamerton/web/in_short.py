"""An account in four answers: who decides, what they want, who of ours covers them, what is open.

It stands on the page that an account opens with. Nothing secret is in it, so that opening an account is no reading
of secrets; what is left out, the page behind each answer has.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.accounts import choices, map_queries
from kamerton.accounts import decision_unit as du
from kamerton.accounts.models import Account, Coverage, Fact, Need
from kamerton.web import formats, map_words, work_account
from kamerton.web.contacts import contact_url
from kamerton.web.knowledge_words import NEED_STATES, standing_badge
from kamerton.web.parts import Badge
from kamerton.web.work_parts import Item
from kamerton.work import queries

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """`items`: the first few; `more`: how many the page behind has besides. Without any, `nothing` says so."""

    question: str
    items: tuple[Item, ...]
    nothing: str
    url: str
    more: int = 0
    drawer: bool = False


def in_short(actor: User, account: Account, day: dt.date) -> list[Answer]:
    """As many queries for one row of each kind as for thirty."""
    found = [_who_decides(actor, account, day), _what_they_want(actor, account), _who_covers(account, day)]
    return [*found, _what_is_open(actor, account, day)] if policy.can(actor, "work.view") else found


def _first(items: Sequence[Item]) -> tuple[tuple[Item, ...], int]:
    """One more is shown rather than counted."""
    most = SHOWN + 1 if len(items) == SHOWN + 1 else SHOWN
    return tuple(items[:most]), max(0, len(items) - most)


# --- who decides ---------------------------------------------------------------------------------------------


def _who_decides(actor: User, account: Account, day: dt.date) -> Answer:
    unit = map_queries.people_of(account, actor, day)
    told, people = du.deciding(unit), {each.id: each for each in unit.people}
    numbers = dict.fromkeys((*told.deciders, *told.approvers))
    items, more = _first([_decider(people[each], unit, told) for each in numbers])
    nothing = _("Nobody is known to decide here.") if unit.present() else _("Nobody is known here yet.")
    return Answer(_("Who decides"), items, nothing, reverse("account_people", args=[account.number]), more)


def _decider(each: du.Person, unit: du.Unit, told: du.Deciding) -> Item:
    tie, ours = du.best_tie(unit, each.id), {one.id: one.name for one in unit.ours}
    if not each.is_found:
        badge = Badge("warn", _("Not found yet"), soft=True)
    elif tie is not None:
        badge = Badge("good", _("known by %(name)s") % {"name": ours[tie.ours]}, soft=True)
    elif each.id in told.met:
        badge = Badge("info", _("met"), soft=True)
    else:
        badge = Badge("warn", _("not met"), soft=True)
    role = "" if each.id in told.deciders else map_words.roles(["approver"])
    return Item(
        each.name if each.is_found else each.post,
        contact_url(each.id),
        sub=" · ".join(part for part in (each.post if each.is_found else "", role) if part),
        badges=(badge,),
    )


# --- what they want --------------------------------------------------------------------------------------------


def _what_they_want(actor: User, account: Account) -> Answer:
    """Needs that wait for an answer, then goals."""
    needs = Need.objects.filter(account=account, state="open", secrecy__lt=Secrecy.SECRET)
    goals = Fact.objects.current().filter(account=account, topic="goal", secrecy__lt=Secrecy.SECRET)
    items = [_need(each) for each in _seen(needs, actor).order_by("-raised_on", "-pk")]
    items += [_goal(each) for each in _seen(goals, actor).order_by("-dated", "-pk")]
    shown, more = _first(items)
    url = reverse("account_dossier", args=[account.number])
    return Answer(
        _("What they want"), shown, _("No need and no goal is written down."), url, more, drawer=True
    )


def _seen(rows: Any, actor: User) -> Any:
    return policy.scope(rows, actor, "accounts.view")


def _need(each: Need) -> Item:
    badge = Badge(NEED_STATES[each.state], _("Need"), soft=True)
    since = _("since %(day)s") % {"day": formats.date(each.raised_on, short=True)}
    return Item(each.what, reverse("need", args=[each.pk]), sub=since, badges=(badge,))


def _goal(each: Fact) -> Item:
    return Item(
        each.statement, reverse("fact", args=[each.pk]), badges=(Badge("neutral", _("Goal"), soft=True), standing_badge(each))
    )  # fmt: skip


# --- who covers them -------------------------------------------------------------------------------------------


def _who_covers(account: Account, day: dt.date) -> Answer:
    """Who answers today first, then the team."""
    told = queries.answering([account.pk], day)[account.pk]
    roles = {key: str(label) for key, label in choices.coverage_roles()}
    items = []
    if told.person is not None:
        sub = (
            _("answers today, in place of %(absent)s") % {"absent": told.stands_in_for.display_name}
            if told.stands_in_for
            else roles["responsible"]
        )
        items.append(Item(told.person.display_name, "", sub=sub))
    team = Coverage.objects.on(day).filter(account=account).select_related("person")
    items += _team(team.exclude(role="responsible").order_by("from_date", "pk"), roles)
    shown, more = _first(items)
    url = reverse("account_details", args=[account.number])
    return Answer(_("Who covers them"), shown, _("Nobody of ours."), url, more)


def _team(rows: Iterable[Coverage], roles: dict[str, str]) -> Iterable[Item]:
    for row in rows:
        name = row.person.display_name if row.person else row.outsider
        yield Item(name, "", sub=" · ".join(part for part in (roles[row.role], row.organisation) if part))


# --- what is open ----------------------------------------------------------------------------------------------


def _what_is_open(actor: User, account: Account, day: dt.date) -> Answer:
    """In the order of the tab of open matters: decisions, tasks, requests, questions."""
    opened = work_account.opened(actor, account, day)
    tasks = [
        Item(each.task.title, reverse("task", args=[each.task.pk]), sub=each.task.owner.display_name,
             badges=_due(each.task.due_on, day))
        for each in opened["tasks"]
    ]  # fmt: skip
    items, more = _first([*opened["approvals"], *tasks, *opened["requests"], *opened["consultations"]])
    url = reverse("account_work", args=[account.number])
    return Answer(_("What is open"), items, _("Nothing."), url, more)


def _due(due_on: dt.date | None, day: dt.date) -> tuple[Badge, ...]:
    if due_on is None:
        return ()
    text = formats.date(due_on, short=True)
    return (Badge("bad", text, soft=True),) if due_on < day else (Badge("neutral", text, soft=True),)
