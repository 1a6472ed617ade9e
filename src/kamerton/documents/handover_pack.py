"""The briefing pack of a hand-over as DOCX: what the next person must know of the account, as far as they may."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kamerton.access import policy, secrets
from kamerton.access.models import User
from kamerton.accounts.models import Contact, Coverage, Fact, Need
from kamerton.core import audit
from kamerton.core.telling import day_in_words
from kamerton.work.models import Approval, Consultation, Handover, Request, Task

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

#: Rows of a section: its title, the heads of its columns, what stands in them.
Section = tuple[str, tuple[str, ...], list[tuple[str, ...]]]


@transaction.atomic
def handover_pack(*, actor: User, handover: Handover, now: dt.datetime) -> bytes:
    """Taken out by `actor`, through what `actor` may see. With its entries in the trail."""
    policy.require(actor, "export", handover.account)
    policy.require(actor, "work.view", handover)
    today = timezone.localdate(now)
    sections, read = _contents(actor, handover, today)
    secret = secrets.reading(actor, read, now)
    mark = secrets.watermark(actor, now) if secret else ""
    audit.record(
        actor=actor, action="documents.handover_pack", subject=handover, now=now, account_id=handover.account_id,
        after={"secret": bool(secret), "sections": len(sections)},
    )  # fmt: skip
    return _written(handover, sections, mark)


def _contents(actor: User, handover: Handover, today: dt.date) -> tuple[list[Section], list[Model]]:
    account = handover.account_id

    def seen(model: Any, right: str, **wanted: Any) -> Any:
        return policy.scope(model.objects.filter(account=account, **wanted), actor, right)

    contacts = list(policy.scope(Contact.objects.filter(account=account).present(), actor, "accounts.view"))
    facts = list(
        seen(Fact, "accounts.view", withdrawn_at=None, superseded_by=None).order_by("topic", "-dated", "pk")
    )
    needs = list(seen(Need, "accounts.view", state="open").order_by("raised_on", "pk"))
    talks = list(seen(Consultation, "work.view", result="").order_by("asked_on", "pk"))
    tasks = seen(Task, "work.view", state="open").select_related("owner").order_by("due_on", "pk")
    requests = seen(Request, "work.view", state="open").select_related("unit").order_by("due_on", "pk")
    approvals = seen(Approval, "work.view", state="waiting").order_by("asked_at", "pk")
    team = Coverage.objects.on(today).filter(account=account).select_related("person")
    found: list[Section] = [
        (
            _("Whom to know"),
            (_("Name"), _("Post"), _("Part in decisions"), _("Reach")),
            [_contact(each) for each in contacts],
        ),
        (
            _("Introductions"),
            (_("Name"), _("State")),
            [_introduction(each) for each in handover.introductions],
        ),
        (
            _("What we know"),
            (_("About"), _("Statement"), _("As of"), _("Source")),
            [_fact(each) for each in facts],
        ),
        (
            _("Open needs"),
            (_("Need"), _("Since")),
            [(_mark(each, each.what), _day(each.raised_on)) for each in needs],
        ),
        (
            _("Open tasks"),
            (_("Task"), pgettext("task", "Owner"), _("Due on")),
            [(each.title, each.owner.display_name, _day(each.due_on)) for each in tasks],
        ),
        (
            _("Open requests"),
            (_("Request"), _("Department"), _("Due on")),
            [(each.title, each.unit.name, _day(each.due_on)) for each in requests],
        ),
        (
            _("Waiting decisions"),
            (_("Decision"), _("Asked on")),
            [(each.title, _day(timezone.localdate(each.asked_at))) for each in approvals],
        ),
        (
            _("Open consultations"),
            (_("Question"), _("Asked on")),
            [(_mark(each, each.question), _day(each.asked_on)) for each in talks],
        ),
        (
            _("Our team"),
            (_("Name"), _("As")),
            [_member(each) for each in policy.scope(team, actor, "accounts.view").order_by("role", "pk")],
        ),
    ]
    return [section for section in found if section[2]], [*facts, *needs, *talks]


def _contact(each: Contact) -> tuple[str, ...]:
    from kamerton.accounts import choices  # noqa: PLC0415 - two rooms have a module of that name

    roles = {key: str(label) for key, label in choices.decision_roles()}
    parts = ", ".join(roles.get(role, role) for role in each.decision_roles)
    reach = ", ".join(text for text in (each.email, each.mobile or each.phone) if text)
    return each.display_name, each.post, parts, reach


def _introduction(told: dict[str, Any]) -> tuple[str, ...]:
    return told["name"], _("done") if told["done"] else _("to do")


def _fact(each: Fact) -> tuple[str, ...]:
    source = each.source or (each.get_source_kind_display() if each.source_kind else _("assumed"))
    return str(each.get_topic_display()), _mark(each, each.statement), _day(each.dated), str(source)


def _member(each: Coverage) -> tuple[str, ...]:
    name = each.person.display_name if each.person else f"{each.outsider} ({each.organisation})"
    return name, str(each.get_role_display())


def _mark(row: Any, text: str) -> str:
    return _("Secret: %(text)s") % {"text": text} if secrets.is_secret(row) else text


def _day(day: dt.date | None) -> str:
    return day_in_words(day) if day else ""


# --- writing ---------------------------------------------------------------------------------------------------


def _written(handover: Handover, sections: Iterable[Section], mark: str) -> bytes:
    import docx  # noqa: PLC0415 - slow to load, and few pages need it

    document = docx.Document()
    document.core_properties.title = handover.account.name
    document.core_properties.author = "Kamerton"
    document.add_heading(_clean(handover.account.name), level=0)
    document.add_paragraph(_clean(_opening(handover)))
    if mark:
        for place in (document.sections[0].header, document.sections[0].footer):
            place.paragraphs[0].text = _clean(mark)
    if handover.note:
        document.add_heading(_("What the next one should know"), level=1)
        for line in handover.note.splitlines():
            document.add_paragraph(_clean(line))
    for title, heads, rows in sections:
        document.add_heading(title, level=1)
        _add_table(document, heads, rows)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _opening(handover: Handover) -> str:
    told = {
        "giver": handover.giver.display_name if handover.giver else _("nobody"),
        "receiver": handover.receiver.display_name,
        "day": day_in_words(handover.on),
        "number": handover.account.number,
    }
    return _("Account %(number)s goes from %(giver)s to %(receiver)s on %(day)s.") % told


def _add_table(document: Any, heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    table = document.add_table(rows=1, cols=len(heads), style="Light Grid Accent 1")
    for cell, text in zip(table.rows[0].cells, heads, strict=True):
        cell.text = text
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = _clean(text)


def _clean(text: str) -> str:
    """Without the signs that XML does not allow."""
    return "".join(sign for sign in text if sign >= " " or sign in "\t\n")
