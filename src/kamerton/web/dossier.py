"""The tab that tells in five minutes what is known of an account, how well, and what to ask next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from kamerton.access import policy, secrets
from kamerton.access.models import User
from kamerton.accounts import choices, dossier
from kamerton.accounts.dossier import Statement
from kamerton.accounts.models import Account, BudgetMovement, Contact, Fact, Need, Note
from kamerton.accounts.queries import told_of_needs
from kamerton.core import clock
from kamerton.web import assessment_links, dossier_beside, formats
from kamerton.web.account_frame import figures_of, found, frame
from kamerton.web.gates import gate, person
from kamerton.web.knowledge import history_table
from kamerton.web.knowledge_words import NEED_STATES, Line, line, secrecy_badge, statement
from kamerton.web.parts import Badge, Cell, Column, Link, Row, Table

_MOST_NEEDS, _MOST_NOTES, _MOST_MOVEMENTS = 20, 6, 8
#: Beside the six required fields and the four questions.
_BUSINESS = ("business", "process", "job")
_AROUND = ("market", "competitor", "budget", "other")


@dataclass(frozen=True, slots=True)
class Topic:
    """A line of the dossier: what is known of a topic, or that nothing is."""

    key: str
    label: str
    lines: tuple[Line, ...]
    add_url: str


@dataclass(frozen=True, slots=True)
class Goal:
    line: Line
    solutions: tuple[Line, ...]
    add_url: str


@gate("accounts.view")
@require_GET
def account_dossier(request: HttpRequest, account: str) -> HttpResponse:
    """Constant queries, whatever is known."""
    of, actor, today = found(request, account), person(request), clock.today()
    figures = figures_of(request, of)
    known = facts_of(request, of)
    needs, movements, notes = _needs(request, of), movements_of(request, of), _notes(request, of)
    contacts = list(
        policy.scope(Contact.objects.present().filter(account=of), actor, "accounts.view").select_related(
            "account__industry"
        )
    )
    secrets.reading(actor, [*known, *needs, *movements, *notes], clock.now())
    told = [statement(fact) for fact in known]
    may = policy.can(actor, "accounts.edit", of)
    complete = dossier.completeness(told)
    by_topic = by_topic_of(known, today)
    topics = Topics(of, by_topic)
    context = frame(request, of, "account_dossier", figures) | {
        "lead": _lead(known, complete),
        "action": Link(_("New fact"), reverse("fact_new", args=[of.number]), "plus", drawer=True)
        if may
        else None,
        "may": may,
        "percent": complete.percent / 100,
        "filled_text": _("%(known)s of %(total)s") % _filled(complete),
        "missing": [topics.of(key) for key in complete.missing],
        "required": [topics.of(key) for key in choices.DOSSIER_TOPICS],
        "business": [topics.of(key) for key in _BUSINESS],
        "goals": _goals(of, known, today),
        "goal_add_url": topics.add_url("goal"),
        "unlinked": [each for each in by_topic.get("solution", ()) if not _links(known, each.key)],
        "questions": [topics.of(key) for key in choices.ORGANISATION_TOPICS],
        "unanswered": len(dossier.unanswered(told)),
        "motives": _motives(of, contacts, told, by_topic),
        "around": [topics.of(key) for key in _AROUND if by_topic.get(key)],
        "needs": _need_rows(needs),
        "movements": movement_table(movements) if movements else None,
        "notes": notes,
        "assessed": assessment_links.beside(actor, "account", of.pk),
        "figures": dossier_beside.figures(of, *figures),
        "people": dossier_beside.people(contacts),
        "may_work": policy.can(actor, "work.view"),
        "open": dossier_beside.open_matters(actor, of, today),
        "urls": _urls(actor, of),
    }
    return render(request, "knowledge/dossier.html", context)


def facts_of(request: HttpRequest, of: Account) -> list[Fact]:
    rows = Fact.objects.current().filter(account=of).select_related("contact", "created_by")
    return list(policy.scope(rows, request.user, "accounts.view"))


def _needs(request: HttpRequest, of: Account) -> list[Need]:
    rows = policy.scope(Need.objects.filter(account=of), request.user, "accounts.view")
    return list(rows.select_related("contact", "created_by").order_by("-raised_on", "-pk")[:_MOST_NEEDS])


def movements_of(request: HttpRequest, of: Account) -> list[BudgetMovement]:
    where = Q(account=of)
    if of.industry_id is not None:
        where |= Q(industry=of.industry_id, account=None)
    rows = policy.scope(BudgetMovement.objects.filter(where), request.user, "accounts.view")
    return list(rows.select_related("industry", "account")[:_MOST_MOVEMENTS])


def _notes(request: HttpRequest, of: Account) -> list[Note]:
    """Interviews and research: what people said, and what was found out (DOS-08)."""
    rows = Note.objects.filter(account=of, kind__in=("interview", "research")).select_related("created_by")
    return list(policy.scope(rows, request.user, "accounts.view")[:_MOST_NOTES])


def by_topic_of(known: Sequence[Fact], today: dt.date) -> dict[str, tuple[Line, ...]]:
    found: dict[str, tuple[Line, ...]] = {}
    for fact in known:
        found[fact.topic] = (*found.get(fact.topic, ()), line(fact, today))
    return found


class Topics:
    def __init__(self, of: Account, by_topic: dict[str, tuple[Line, ...]]) -> None:
        self._labels = {key: str(label) for key, label in choices.fact_topics()}
        self._add, self._by_topic = reverse("fact_new", args=[of.number]), by_topic

    def add_url(self, topic: str, **more: str) -> str:
        return f"{self._add}?{urlencode({'topic': topic, **more})}"

    def of(self, key: str) -> Topic:
        return Topic(key, self._labels[key], self._by_topic.get(key, ()), self.add_url(key))


# --- the sentence ----------------------------------------------------------------------------------------


def _lead(known: Sequence[Fact], complete: dossier.Completeness) -> str:
    """What the customer does, where somebody has written it, and how much of the six fields is known."""
    text = _("%(known)s of %(total)s fields are known") % _filled(complete)
    if complete.assumed:
        assumed = ngettext(
            "%(n)s of them is only assumed", "%(n)s of them are only assumed", len(complete.assumed)
        ) % {"n": formats.number(len(complete.assumed))}
        text = _("%(known)s, %(assumed)s") % {"known": text, "assumed": assumed}
    return " ".join(part for part in (_business(known), f"{text}.") if part)


def _filled(complete: dossier.Completeness) -> dict[str, str]:
    return {"known": formats.number(complete.filled), "total": formats.number(complete.total)}


def _business(known: Sequence[Fact]) -> str:
    """The first sentence of what is known of the company; nothing secret, as it stands over everything."""
    for topic in ("company", "business"):
        for fact in known:
            if fact.topic == topic and not secrets.is_secret(fact):
                first = " ".join(fact.statement.split())
                return f"{first[:160].rstrip('.')}." if len(first) <= 160 else ""
    return ""


# --- goals, motives, needs, money ------------------------------------------------------------------------


def _goals(of: Account, known: Sequence[Fact], today: dt.date) -> list[Goal]:
    add = reverse("fact_new", args=[of.number])
    return [
        Goal(
            line(goal, today),
            tuple(
                line(each, today) for each in known if each.topic == "solution" and each.answers_id == goal.pk
            ),
            f"{add}?{urlencode({'topic': 'solution', 'answers': str(goal.pk)})}",
        )
        for goal in known
        if goal.topic == "goal"
    ]


def _links(known: Sequence[Fact], key: int) -> bool:
    goals = {fact.pk for fact in known if fact.topic == "goal"}
    return any(fact.pk == key and fact.answers_id in goals for fact in known)


def _motives(
    of: Account, contacts: Sequence[Contact], told: Sequence[Statement], by_topic: dict[str, tuple[Line, ...]]
) -> list[dict[str, Any]]:
    """Every contact with what they are rewarded for; whose motive nobody knows, first (DOS-03)."""
    people = [each for each in contacts if each.is_found]
    unknown = set(dossier.without_motive([each.pk for each in people], told))
    whose = {each.key: each.contact for each in told if each.topic == "motive"}
    lines = by_topic.get("motive", ())
    add = reverse("fact_new", args=[of.number])
    return [
        {
            "name": each.display_name,
            "post": each.post,
            "url": reverse("contact", args=[each.pk]),
            "lines": [known for known in lines if whose.get(known.key) == each.pk],
            "add_url": f"{add}?{urlencode({'topic': 'motive', 'contact': str(each.pk)})}",
        }
        for each in sorted(people, key=lambda each: each.pk not in unknown)
    ]


def _need_rows(needs: Sequence[Need]) -> list[dict[str, Any]]:
    told = told_of_needs(needs) if needs else {}
    return [
        {
            "need": each,
            "url": reverse("need", args=[each.pk]),
            "badges": (
                Badge(NEED_STATES[each.state], each.get_state_display()),
                *secrecy_badge(each.secrecy),
            ),
            "sub": _need_sub(each),
            "history": history_table(turns) if len(turns) > 1 else None,
        }
        for each in needs
        for turns in [dossier.need_history(told.get(each.pk, ()))]
    ]


def _need_sub(need: Need) -> str:
    whom = need.contact.display_name if need.contact is not None else need.source
    return " · ".join(part for part in (formats.date(need.raised_on, short=True), whom, need.family) if part)


def movement_table(movements: Sequence[BudgetMovement]) -> Table:
    columns = [  # the first column is cut where it is long; the others break
        Column(_("On")),
        Column(_("What moves")),
        Column(_("Amount"), numeric=True),
        Column(_("Level")),
    ]
    rows = [
        Row(
            [
                formats.date(each.on, short=True),
                Cell(each.what, sub=_movement_sub(each), badges=secrecy_badge(each.secrecy)),
                formats.money(each.amount, each.currency) if each.amount is not None else "",
                str(each.get_level_display()),
            ]
        )
        for each in movements
    ]
    return Table(columns, rows, _("Money that moves"))


def _movement_sub(each: BudgetMovement) -> str:
    where = each.industry.name if each.account_id is None and each.industry is not None else ""
    return " · ".join(part for part in (where, each.source) if part)


def _urls(actor: User, of: Account) -> dict[str, str]:
    new_note = reverse("note_new", args=[of.number])
    return {
        "need": reverse("need_new", args=[of.number]),
        "budget": reverse("budget_new", args=[of.number]),
        "interview": f"{new_note}?kind=interview",
        "products": reverse("account_products", args=[of.number]) if policy.can(actor, "ledger.view") else "",
        "overview": reverse("account", args=[of.number]),
        "map": reverse("account_people", args=[of.number]),
        "work": reverse("account_work", args=[of.number]),
        "industry": reverse("industry", args=[of.industry_id]) if of.industry_id else "",
    }
