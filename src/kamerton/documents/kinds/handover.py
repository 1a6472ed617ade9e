"""The briefing pack of a hand-over: what the next person must know of the account, as far as they may."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from kamerton.access import policy, secrets
from kamerton.access.models import User
from kamerton.accounts.models import Contact, Coverage, Fact, Need
from kamerton.core.telling import day_in_words
from kamerton.documents.content import Column, Content, Section, Table, Value
from kamerton.documents.registry import DocumentKind, Gathered, register
from kamerton.work.models import Approval, Consultation, Handover, Request, Task

Rows = tuple[tuple[Value, ...], ...]


def gather(actor: User, handover: Handover, now: dt.datetime) -> Gathered:
    today = timezone.localdate(now)
    rows, read = _rows(actor, handover, today)
    content = Content(
        title=handover.account.name,
        day=today,
        opening=_opening(handover),
        sections=(
            Section(_("What the next one should know"), text=tuple(handover.note.splitlines())),
            *_sections(rows),
        ),
    )
    return Gathered(content, handover, handover.account, tuple(read))


def _sections(rows: dict[str, Rows]) -> tuple[Section, ...]:
    owner, due = pgettext("task", "Owner"), _("Due on")
    found = (
        ("people", _("Whom to know"), (_("Name"), _("Post"), _("Part in decisions"), _("Reach"))),
        ("introductions", _("Introductions"), (_("Name"), _("State"))),
        ("known", _("What we know"), (_("About"), _("Statement"), _("As of"), _("Source"))),
        ("needs", _("Open needs"), (_("Need"), _("Since"))),
        ("tasks", _("Open tasks"), (_("Task"), owner, due)),
        ("requests", _("Open requests"), (_("Request"), _("Department"), due)),
        ("decisions", _("Waiting decisions"), (_("Decision"), _("Asked on"))),
        ("questions", _("Open consultations"), (_("Question"), _("Asked on"))),
        ("team", _("Our team"), (_("Name"), _("As"))),
    )
    return tuple(
        Section(title, tables=(Table(key, title, _columns(key, heads), rows[key]),))
        for key, title, heads in found
    )


_KEYS = {
    "people": ("name", "post", "part", "reach"),
    "introductions": ("name", "state"),
    "known": ("about", "statement", "day", "source"),
    "needs": ("need", "day"),
    "tasks": ("task", "owner", "day"),
    "requests": ("request", "department", "day"),
    "decisions": ("decision", "day"),
    "questions": ("question", "day"),
    "team": ("name", "role"),
}
_WIDE = frozenset({"statement", "need", "task", "request", "decision", "question"})


def _columns(key: str, heads: tuple[str, ...]) -> tuple[Column, ...]:
    return tuple(
        Column(name, head, "date" if name == "day" else "text", weight=2.5 if name in _WIDE else 1.0)
        for name, head in zip(_KEYS[key], heads, strict=True)
    )


def _rows(actor: User, handover: Handover, today: dt.date) -> tuple[dict[str, Rows], list[Model]]:
    account = handover.account_id

    def seen(model: Any, right: str, **wanted: Any) -> Any:
        return policy.scope(model.objects.filter(account=account, **wanted), actor, right)

    contacts = policy.scope(Contact.objects.filter(account=account).present(), actor, "accounts.view")
    facts = list(
        seen(Fact, "accounts.view", withdrawn_at=None, superseded_by=None).order_by("topic", "-dated", "pk")
    )
    needs = list(seen(Need, "accounts.view", state="open").order_by("raised_on", "pk"))
    talks = list(seen(Consultation, "work.view", result="").order_by("asked_on", "pk"))
    tasks = seen(Task, "work.view", state="open").select_related("owner").order_by("due_on", "pk")
    requests = seen(Request, "work.view", state="open").select_related("unit").order_by("due_on", "pk")
    approvals = seen(Approval, "work.view", state="waiting").order_by("asked_at", "pk")
    team = Coverage.objects.on(today).filter(account=account).select_related("person")
    members = policy.scope(team, actor, "accounts.view").order_by("role", "pk")
    found: dict[str, Rows] = {
        "people": tuple(_contact(each) for each in contacts),
        "introductions": tuple(_introduction(each) for each in handover.introductions),
        "known": tuple(_fact(each) for each in facts),
        "needs": tuple((_mark(each, each.what), each.raised_on) for each in needs),
        "tasks": tuple((each.title, each.owner.display_name, each.due_on) for each in tasks),
        "requests": tuple((each.title, each.unit.name, each.due_on) for each in requests),
        "decisions": tuple((each.title, timezone.localdate(each.asked_at)) for each in approvals),
        "questions": tuple((_mark(each, each.question), each.asked_on) for each in talks),
        "team": tuple(_member(each) for each in members),
    }
    return found, [*facts, *needs, *talks]


def _contact(each: Contact) -> tuple[Value, ...]:
    from kamerton.accounts import choices  # noqa: PLC0415 - two rooms have a module of that name

    roles = {key: str(label) for key, label in choices.decision_roles()}
    parts = ", ".join(roles.get(role, role) for role in each.decision_roles)
    reach = ", ".join(text for text in (each.email, each.mobile or each.phone) if text)
    return each.display_name, each.post, parts, reach


def _introduction(told: dict[str, Any]) -> tuple[Value, ...]:
    return told["name"], _("done") if told["done"] else _("to do")


def _fact(each: Fact) -> tuple[Value, ...]:
    source = each.source or (each.get_source_kind_display() if each.source_kind else _("assumed"))
    return str(each.get_topic_display()), _mark(each, each.statement), each.dated, str(source)


def _member(each: Coverage) -> tuple[Value, ...]:
    name = each.person.display_name if each.person else f"{each.outsider} ({each.organisation})"
    return name, str(each.get_role_display())


def _mark(row: Any, text: str) -> str:
    return _("Secret: %(text)s") % {"text": text} if secrets.is_secret(row) else text


def _opening(handover: Handover) -> str:
    told = {
        "giver": handover.giver.display_name if handover.giver else _("nobody"),
        "receiver": handover.receiver.display_name,
        "day": day_in_words(handover.on),
        "number": handover.account.number,
    }
    return _("Account %(number)s goes from %(giver)s to %(receiver)s on %(day)s.") % told


def example() -> Content:
    day = dt.date(2026, 1, 15)
    rows: dict[str, Rows] = {
        key: (tuple(day if name == "day" else _("Example") for name in names),)
        for key, names in _KEYS.items()
    }
    note = Section(_("What the next one should know"), text=(_("Example"),))
    return Content(
        title=_("Example account"), day=day, opening=_("Example"), sections=(note, *_sections(rows))
    )


KIND = register(
    DocumentKind(
        key="handover_pack",
        name=gettext_lazy("Briefing pack"),
        text=gettext_lazy("What whoever takes an account over must know of it"),
        about="handover",
        formats=("docx", "pdf"),
        right="work.view",
        gather=gather,
        example=example,
    )
)
