"""What this room adds to the timeline of an account."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts import choices, dossier, vocabulary
from kamerton.accounts.models import (
    Act,
    Attachment,
    BudgetMovement,
    Contact,
    Coverage,
    Fact,
    Interaction,
    Need,
    Note,
    Opinion,
    Participation,
    PowerChange,
    Presentation,
    Relation,
)
from kamerton.accounts.queries import told_of_needs
from kamerton.accounts.timeline import Asked, Entry, Source, register, start_of
from kamerton.instruments.definition import LANGUAGES
from kamerton.instruments.models import Assessment

_VIEW = "accounts.view"


def _name(person: User | None) -> str:
    return person.display_name if person is not None else ""


def _interaction(row: Interaction) -> Entry:
    kinds = dict(vocabulary.interaction_kinds(row.account))
    told = {"kind": kinds[row.kind], "contact": row.contact.display_name if row.contact else ""}
    text = _("%(kind)s with %(contact)s") % told if row.contact else str(told["kind"])
    return Entry(
        at=start_of(row.on), key=row.pk, text=text, detail=row.summary, who=_name(row.person), dateless=True
    )


def _note(row: Note) -> Entry:
    told = {"kind": row.get_kind_display(), "title": row.title}
    return Entry(
        at=row.created_at, key=row.pk, text=_("%(kind)s: %(title)s") % told if row.title else str(told["kind"]),
        detail=row.text, url=reverse("note", args=[row.pk]), who=_name(row.created_by), row=row,
    )  # fmt: skip


def _fact(row: Any) -> Entry:
    told = {"topic": row.get_topic_display()}
    text = _("Corrected: %(topic)s") % told if row.is_correction else _("New fact: %(topic)s") % told
    return Entry(
        at=row.created_at, key=row.pk, text=text, detail=row.statement, url=reverse("fact", args=[row.pk]),
        who=_name(row.created_by), row=row,
    )  # fmt: skip


def _file(row: Attachment) -> Entry:
    return Entry(
        at=row.created_at, key=row.pk, text=_("File"), who=_name(row.created_by),
        extra=((row.name, reverse("file", args=[row.pk])),), row=row,
    )  # fmt: skip


def _whom(row: Coverage) -> dict[str, Any]:
    return {
        "person": row.person.display_name if row.person else row.outsider,
        "role": row.get_role_display(),
    }


def _coverage(row: Coverage) -> Entry:
    text = _("%(person)s looks after the account: %(role)s") % _whom(row)
    return Entry(at=start_of(row.from_date), key=row.pk, text=text, who=_name(row.created_by), dateless=True)


def _coverage_end(row: Coverage) -> Entry:
    assert row.to_date is not None  # noqa: S101 - the source asks for these only
    text = _("%(person)s no longer looks after the account: %(role)s") % _whom(row)
    return Entry(at=start_of(row.to_date), key=row.pk, text=text, dateless=True)


def _contact(row: Contact) -> Entry:
    text = _("New contact: %(name)s") % {"name": row.display_name}
    url = reverse("contact", args=[row.pk])
    return Entry(
        at=row.created_at, key=row.pk, text=text, detail=row.post, url=url, who=_name(row.created_by)
    )


def _contact_left(row: Contact) -> Entry:
    assert row.left_on is not None  # noqa: S101 - the source asks for these only
    text = _("%(name)s has left") % {"name": row.display_name}
    url = reverse("contact", args=[row.pk])
    return Entry(at=start_of(row.left_on), key=row.pk, text=text, detail=row.post, url=url, dateless=True)


def _ends(row: Relation) -> dict[str, Any]:
    return {"of": row.of.display_name, "to": row.to.display_name, "kind": row.get_kind_display()}


def _relation(row: Relation) -> Entry:
    text = _("On the map: %(of)s → %(to)s, %(kind)s") % _ends(row)
    return Entry(
        at=row.created_at, key=row.pk, text=text, detail=row.note, who=_name(row.created_by), row=row
    )


def _relation_end(row: Relation) -> Entry:
    assert row.ended_at is not None  # noqa: S101 - the source asks for these only
    text = _("Off the map: %(of)s → %(to)s, %(kind)s") % _ends(row)
    return Entry(at=row.ended_at, key=row.pk, text=text, row=row)


def _opinion(row: Opinion) -> Entry:
    told = {"contact": row.contact.display_name, "support": row.get_support_display()}
    text = _("%(contact)s seen as: %(support)s") % told
    return Entry(at=row.at, key=row.pk, text=text, detail=row.note, who=_name(row.rater), row=row)


def _power(row: PowerChange) -> Entry:
    text = _("A change is expected: %(contact)s") % {"contact": row.contact.display_name}
    return Entry(
        at=row.created_at, key=row.pk, text=text, detail=row.what, who=_name(row.created_by), row=row
    )


def _act(row: Act) -> Entry:
    told = {"contact": row.contact.display_name, "competitor": row.competitor}
    text = _("%(contact)s for us") if row.side == "us" else _("%(contact)s for %(competitor)s")
    return Entry(
        at=start_of(row.on), key=row.pk, text=text % told, detail=row.what, who=_name(row.created_by), row=row,
        url=reverse("act", args=[row.pk]), dateless=True,
    )  # fmt: skip


def _invited(row: Participation) -> Entry:
    assert row.invited_on is not None  # noqa: S101 - the source asks for these only
    told = {"contact": row.contact.display_name, "event": row.event.name}
    return Entry(
        at=start_of(row.invited_on), key=row.pk, text=_("%(contact)s invited: %(event)s") % told,
        who=_name(row.invited_by), url=reverse("event", args=[row.event_id]), dateless=True,
    )  # fmt: skip


def _attended(row: Participation) -> Entry:
    told = {"contact": row.contact.display_name, "event": row.event.name}
    return Entry(
        at=start_of(row.event.starts_on), key=row.pk, text=_("%(contact)s attended: %(event)s") % told,
        detail=row.follow_up, who=_name(row.accompanied_by), url=reverse("event", args=[row.event_id]), dateless=True,
    )  # fmt: skip


def _speaks(row: Presentation) -> Entry:
    told = {"contact": row.contact.display_name if row.contact else "", "event": row.event.name}
    return Entry(
        at=row.created_at, key=row.pk, text=_("%(contact)s speaks: %(event)s") % told, detail=row.title,
        who=_name(row.prepared_by), url=reverse("event", args=[row.event_id]),
    )  # fmt: skip


def _budget(row: BudgetMovement) -> Entry:
    text = _("Money moves: %(level)s") % {"level": row.get_level_display()}
    return Entry(
        at=row.created_at, key=row.pk, text=text, detail=row.what, who=_name(row.created_by), row=row
    )


def _assessment(row: Any) -> Entry:
    told = {"title": row.instrument.definition["title"][_language()], "name": row.contact_name}
    about_person = row.subject_kind == "contact" and row.contact_name
    text = _("%(title)s: %(name)s") % told if about_person else told["title"]
    return Entry(
        at=row.finished_at, key=row.pk, text=text, url=reverse("assessment", args=[row.pk]),
        who=_name(row.rater), row=row,
    )  # fmt: skip


def _assessments(account: Any) -> Any:
    person = Contact.objects.filter(pk=OuterRef("subject_id")).values("name")
    rows = Assessment.objects.filter(account_id=account.pk, finished_at__isnull=False)
    return rows.select_related("instrument", "rater").annotate(contact_name=Subquery(person))


def _language() -> str:
    code = (get_language() or "en")[:2]
    return code if code in LANGUAGES else "en"


def _needs(asked: Asked, _rank: int) -> Iterable[Entry]:
    """Each turn of each need, from the trail; two queries."""
    rows = Need.objects.filter(account=asked.account)
    needs = {row.pk: row for row in policy.scope(rows, asked.actor, _VIEW)}
    turns = told_of_needs(list(needs.values())) if needs else {}
    wanted = User.objects.get(pk=asked.person).display_name if asked.person is not None else ""
    for pk, told in turns.items():
        for at, turn in enumerate(dossier.need_history(told)):
            if not wanted or turn.who == wanted:
                yield _need(needs[pk], turn, at)


def _need(need: Need, turn: dossier.Turn, at: int) -> Entry:
    states = {key: str(label) for key, label in choices.need_states()}
    if turn.state_after and not turn.state_before:
        text = _("New need")
    elif turn.state_after:
        text = _("Need: %(state)s") % {"state": states.get(turn.state_after, turn.state_after)}
    else:
        text = _("A need was changed")
    url = reverse("need", args=[need.pk])
    return Entry(
        at=turn.at, key=need.pk * 1000 + at, text=text, detail=need.what, url=url, who=turn.who, row=need
    )


def _corrections() -> Exists:
    return Exists(Fact.objects.filter(superseded_by=OuterRef("pk")))


def _of_account(model: Any, *related: str, path: str = "account", **conditions: Any) -> Any:
    def rows(account: Any) -> Any:
        return model.objects.filter(**{path: account}, **conditions).select_related(*related)

    return rows


def register_all() -> None:
    """Once, when the models are ready."""
    register(
        Source(name="interaction", kind="met", at="on", person="person", entry=_interaction,
               rows=_of_account(Interaction, "contact", "person", "account__industry", origin_ref="")),
        Source(name="note", kind="note", rows=_of_account(Note, "created_by"), at="created_at", person="created_by",
               entry=_note),
        Source(name="assessment", kind="assessed", right="instruments.view", rows=_assessments, at="finished_at",
               person="rater", entry=_assessment),
        Source(name="fact", kind="fact", at="created_at", person="created_by", entry=_fact,
               rows=lambda account: Fact.objects.filter(account=account).select_related("created_by")
               .annotate(is_correction=_corrections())),
        Source(name="need", kind="need", entries=_needs),
        Source(name="file", kind="file", rows=_of_account(Attachment, "created_by"), at="created_at",
               person="created_by", entry=_file),
        Source(name="coverage", kind="people", rows=_of_account(Coverage, "person", "created_by"), at="from_date",
               person="created_by", entry=_coverage),
        Source(name="coverage_end", kind="people", rows=_of_account(Coverage, "person", to_date__isnull=False),
               at="to_date", entry=_coverage_end),
        Source(name="contact", kind="people", rows=_of_account(Contact, "created_by", erased_at=None),
               at="created_at", person="created_by", entry=_contact),
        Source(name="contact_left", kind="people", at="left_on", entry=_contact_left,
               rows=_of_account(Contact, erased_at=None, left_on__isnull=False)),
        Source(name="relation", kind="map", rows=_of_account(Relation, "of", "to", "created_by"), at="created_at",
               person="created_by", entry=_relation),
        Source(name="relation_end", kind="map", rows=_of_account(Relation, "of", "to", ended_at__isnull=False),
               at="ended_at", entry=_relation_end),
        Source(name="opinion", kind="map", rows=_of_account(Opinion, "contact", "rater", path="contact__account"),
               at="at", person="rater", entry=_opinion),
        Source(name="power", kind="map", at="created_at", person="created_by", entry=_power,
               rows=_of_account(PowerChange, "contact", "created_by", path="contact__account")),
        Source(name="act", kind="met", at="on", person="created_by", entry=_act,
               rows=_of_account(Act, "contact", "created_by", path="contact__account")),
        Source(name="invited", kind="met", at="invited_on", person="invited_by", entry=_invited,
               rows=_of_account(Participation, "contact", "event", "invited_by", path="contact__account",
                                invited_on__isnull=False)),
        Source(name="attended", kind="met", at="event__starts_on", person="accompanied_by", entry=_attended,
               rows=_of_account(Participation, "contact", "event", "accompanied_by", path="contact__account",
                                attended=True)),
        Source(name="speaks", kind="met", at="created_at", person="prepared_by", entry=_speaks,
               rows=_of_account(Presentation, "contact", "event", "prepared_by", path="contact__account")),
        Source(name="budget", kind="money", rows=_of_account(BudgetMovement, "created_by"), at="created_at",
               person="created_by", entry=_budget),
    )  # fmt: skip
