"""The only writers: taking instruments from files, adapting them, answering, finishing."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connections, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.core import audit
from kamerton.core.refused import Refused
from kamerton.instruments import finished, queries, rules
from kamerton.instruments import format as files
from kamerton.instruments.definition import Definition, Item, Words
from kamerton.instruments.models import Answer, Assessment, Instrument
from kamerton.instruments.subjects import Subject

ASSESS = "instruments.assess"
ADAPT = "instruments.adapt"
_SECRECY = {"open": Secrecy.OPEN, "internal": Secrecy.INTERNAL, "secret": Secrecy.SECRET}
_NAMED = 5  # so many missing questions are named in one sentence


# --- instruments ---------------------------------------------------------------------------------


@transaction.atomic
def sync_catalogue(*, now: dt.datetime, folder: Path = files.CATALOGUE) -> list[Instrument]:
    """Take every file of `folder` that is new or changed as a new version; returns those.

    What is there already is left as it is, so it can be called at any time. An adapted version stays the
    active one. Raises BadInstrument for a file that is no instrument: nothing is taken then.
    """
    made = [_sync_file(path, now) for path in sorted(folder.glob("*.toml"))]
    return [one for one in made if one]


def _sync_file(path: Path, now: dt.datetime) -> Instrument | None:
    source = path.read_text(encoding="utf-8")
    latest = Instrument.objects.filter(key=path.stem, origin="builtin").order_by("-version").first()
    if latest and latest.digest == _digest(source):
        return None
    tables = files.document(source, path.name)
    definition = files.build(tables, path.name)
    if definition.key != path.stem:
        told = {"key": definition.key}
        problem = _("“key” is “%(key)s”; it must be the name of the file.") % told
        raise files.BadInstrument(path.name, [problem])
    adapted = Instrument.objects.filter(key=definition.key, origin="adapted", is_active=True).exists()
    return _add(definition, tables, source, now, origin="builtin", is_active=not adapted)


def _add(
    definition: Definition,
    tables: dict[str, Any],
    source: str,
    now: dt.datetime,
    *,
    is_active: bool,
    **more: Any,
) -> Instrument:
    """One more version; when it is the active one, the others of its key no longer are."""
    known = Instrument.objects.filter(key=definition.key)
    last = known.aggregate(last=Max("version"))["last"] or 0
    if is_active:
        known.filter(is_active=True).update(is_active=False)
    return Instrument.objects.create(
        key=definition.key,
        version=max(last + 1, definition.version if more["origin"] == "builtin" else 0),
        definition=tables,
        source=source,
        digest=_digest(source),
        is_active=is_active,
        created_at=now,
        **more,
    )


def _digest(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()


def after_migrate(*, using: str, **_more: Any) -> None:
    """The catalogue of this release, whenever the tables were brought up to date."""
    if using == "default" and Instrument._meta.db_table in connections[using].introspection.table_names():
        sync_catalogue(now=timezone.now())


@transaction.atomic
def adapt(*, actor: User, instrument: Instrument, source: str, now: dt.datetime) -> Instrument:
    """The company's own version of `instrument`, written as its file.

    With the same key it takes the instrument's place in new assessments; with another key it stands beside
    it. Older assessments keep the version that they were made with. Raises BadInstrument, Refused.
    """
    policy.require(actor, ADAPT)
    source = source.replace("\r\n", "\n").replace("\x00", "")
    tables = files.document(source, instrument.key)
    definition = files.build(tables, instrument.key)
    known = list(Instrument.objects.select_for_update().filter(key=definition.key))
    _check_adaptation(instrument, definition, tables, known)
    made = _add(
        definition,
        tables,
        source,
        now,
        origin="adapted",
        is_active=True,
        adapted_from=instrument,
        created_by=actor,
    )
    audit.record(
        actor=actor,
        action="instruments.adapt",
        subject=made,
        now=now,
        before={"key": instrument.key, "version": instrument.version},
        after={"key": made.key, "version": made.version},
    )
    return made


def _check_adaptation(
    instrument: Instrument, definition: Definition, tables: dict[str, Any], known: Sequence[Instrument]
) -> None:
    if definition.key != instrument.key and known:
        raise Refused(
            _("There is another instrument with the key “%(key)s”; nothing was changed.")
            % {"key": definition.key},
            hint=_("Keep the key, or write one that is not taken."),
            code="taken",
        )
    if definition.key == instrument.key and definition.about != queries.definition_of(instrument).about:
        raise Refused(
            _("Whom it is about cannot change under the same key; nothing was changed."),
            hint=_("Give it a key of its own."),
        )
    if definition.key == instrument.key and _stages(definition) != _stages(queries.definition_of(instrument)):
        raise Refused(
            _("The stages of a ladder cannot change under the same key; nothing was changed."),
            hint=_("Change its criteria, or give it a key of its own."),
            code="stages",
        )
    if any(one.is_active and one.definition == tables for one in known):
        raise Refused(
            _("Nothing was changed: the texts, weights and rules are as they were."), code="unchanged"
        )


def _stages(definition: Definition) -> list[tuple[str, Words]]:
    """What lists and pictures of the rooms above name; nothing where it is no ladder."""
    if definition.scoring.method != "ladder":
        return []
    return [(section.key, section.title) for section in definition.sections]


@transaction.atomic
def use_version(*, actor: User, instrument: Instrument, now: dt.datetime) -> Instrument:
    """Make this version the one that new assessments use."""
    policy.require(actor, ADAPT)
    known = list(Instrument.objects.select_for_update().filter(key=instrument.key))
    active = next((one for one in known if one.is_active), None)
    if active and active.pk == instrument.pk:
        return active
    Instrument.objects.filter(key=instrument.key, is_active=True).update(is_active=False)
    instrument.is_active = True
    instrument.save(update_fields=["is_active"])
    audit.record(
        actor=actor,
        action="instruments.use_version",
        subject=instrument,
        now=now,
        before={"version": active.version if active else None},
        after={"version": instrument.version},
    )
    return instrument


# --- assessments ---------------------------------------------------------------------------------


class Closed(Refused):
    """A finished assessment, or somebody else's."""


class Unfinished(Refused):
    """What must be answered is not. `missing` tells which items, and whether answer or evidence."""

    def __init__(self, message: str, missing: Sequence[rules.Missing]) -> None:
        super().__init__(
            message, code="unfinished", hint=_("Your answers are kept; answer these, then finish.")
        )
        self.missing = tuple(missing)


@transaction.atomic
def start_assessment(
    *,
    actor: User,
    instrument: Instrument,
    subject: Subject,
    now: dt.datetime,
    secrecy: int | None = None,
) -> Assessment:
    """A new assessment of `subject`, filled with the last answers as far as the instrument allows.

    Taken-over answers keep their date, so that stale ones show. One that the person has open is returned
    instead. `subject` comes from subjects.find, which has seen to its reach. `secrecy` None: as the
    instrument says.
    """
    policy.require(actor, ASSESS)
    definition = queries.definition_of(instrument)
    if definition.about != subject.kind:
        raise Refused(_("“%(title)s” is not about this.") % {"title": _said(definition.title)})
    list(Instrument.objects.select_for_update().filter(key=instrument.key).only("pk"))  # one start at a time
    kept = _open_one(actor, instrument.key, subject)
    if kept:
        return kept
    made = Assessment.objects.create(
        instrument=instrument,
        subject_kind=subject.kind,
        subject_id=subject.pk,
        account_id=subject.account_id,
        rater=actor,
        secrecy=_SECRECY[definition.secrecy] if secrecy is None else secrecy,
        started_at=now,
    )
    _take_over(actor, definition, made)
    return made


def _open_one(actor: User, key: str, subject: Subject) -> Assessment | None:
    about = {"subject_kind": subject.kind, "subject_id": subject.pk}
    return Assessment.objects.filter(instrument__key=key, rater=actor, finished_at=None, **about).first()


def _take_over(actor: User, definition: Definition, made: Assessment) -> None:
    """Copy the last answers that are still answers of this version."""
    last = _last(actor, definition, made)
    if last is None:
        return
    if last.secrecy > made.secrecy:  # what was secret there stays so here
        made.secrecy = last.secrecy
        made.save(update_fields=["secrecy"])
    rows = [
        Answer(
            assessment=made,
            item=row.item,
            value=row.value,
            evidence=row.evidence,
            answered_at=row.answered_at,
        )
        for row in last.answers.all()
        if _still_fits(definition.by_key.get(row.item), row.value)
    ]
    Answer.objects.bulk_create(rows)


def _last(actor: User, definition: Definition, made: Assessment) -> Assessment | None:
    if definition.prefill == "never":
        return None
    found = queries.finished(actor, definition.key, made.subject_kind, made.subject_id)
    return found.first() if definition.prefill == "anyone" else found.filter(rater=actor).first()


def _still_fits(item: Item | None, value: str) -> bool:
    try:
        return item is not None and rules.read(item, value) == value
    except rules.WrongKind:
        return False


@dataclass(frozen=True, slots=True)
class Reply:
    """What a person says to one item. `confirm`: an old answer is still true."""

    value: str
    evidence: str = ""
    confirm: bool = False


@transaction.atomic
def answer(*, actor: User, assessment: Assessment, item: str, reply: Reply, now: dt.datetime) -> None:
    """Keep one answer. An empty one without evidence is taken away.

    Raises WrongKind where it is not of the item's kind, Closed, Refused for an unknown item.
    """
    locked = _locked(actor, assessment)
    _keep(locked, _item(locked, item), reply, now)


@transaction.atomic
def answer_all(
    *, actor: User, assessment: Assessment, replies: Mapping[str, Reply], now: dt.datetime
) -> dict[str, str]:
    """Keep many answers; those that are none are left out and returned: item -> what is wrong, in words."""
    locked = _locked(actor, assessment)
    wrong: dict[str, str] = {}
    for key, reply in replies.items():
        try:
            _keep(locked, _item(locked, key), reply, now)
        except rules.WrongKind as error:
            wrong[key] = str(error)
    return wrong


def _locked(actor: User, assessment: Assessment) -> Assessment:
    policy.require(actor, ASSESS)
    found = Assessment.objects.select_for_update(of=("self",)).select_related("instrument")
    locked = found.filter(pk=assessment.pk).first()
    if locked is None or locked.rater_id != actor.pk:
        raise Closed(_("These are somebody else's answers."), hint=_("Start an assessment of your own."))
    if not locked.is_open:
        raise Closed(
            _("This assessment is finished and stays as it is."),
            hint=_("Start a new one: it begins with these answers."),
            code="finished",
        )
    return locked


def _item(assessment: Assessment, key: str) -> Item:
    item = queries.definition_of(assessment.instrument).by_key.get(key)
    if item is None:
        raise Refused(_("There is no question “%(key)s” here.") % {"key": key[:60]}, code="unknown_item")
    return item


def _keep(assessment: Assessment, item: Item, reply: Reply, now: dt.datetime) -> None:
    value = rules.read(item, reply.value)
    evidence = rules.read_evidence(item, reply.evidence)
    kept = Answer.objects.filter(assessment=assessment, item=item.key).first()
    if not value and not evidence:
        if kept:
            kept.delete()
        return
    if kept and (kept.value, kept.evidence) == (value, evidence) and not reply.confirm:
        return
    Answer.objects.update_or_create(
        assessment=assessment,
        item=item.key,
        defaults={"value": value, "evidence": evidence, "answered_at": now},
    )


@transaction.atomic
def finish(*, actor: User, assessment: Assessment, now: dt.datetime) -> Assessment:
    """Close it with its score. Raises Unfinished, which names what must still be answered; Closed."""
    locked = _locked(actor, assessment)
    definition, answers = queries.definition_of(locked.instrument), queries.answers_of(locked)
    missing = rules.missing(definition, answers)
    if missing:
        raise Unfinished(_missing_words(definition, missing), missing)
    score = rules.score(definition, answers)
    locked.finished_at, locked.score, locked.result = now, score.value, score.result
    locked.parts = score.as_json()
    locked.save(update_fields=["finished_at", "score", "result", "parts"])
    told = {"score": score.value, "result": score.result}
    _tell(actor, "instruments.finish", locked, now, after=told)
    finished.tell(actor, locked, now)
    return locked


def _tell(
    actor: User, action: str, subject: Assessment, now: dt.datetime, after: dict[str, Any] | None = None
) -> None:
    """Into the trail, and so into the account's timeline."""
    account = subject.account_id
    audit.record(actor=actor, action=action, subject=subject, now=now, after=after, account_id=account)


def read_secret(*, actor: User, assessment: Assessment, now: dt.datetime) -> None:
    """Leave a trace of who read a secret assessment; others leave none. The reader has reached it already."""
    if assessment.secrecy >= Secrecy.SECRET:
        _tell(actor, "instruments.read_secret", assessment, now)


def _missing_words(definition: Definition, missing: Sequence[rules.Missing]) -> str:
    """One sentence that names them, the first few if there are many."""
    named = [
        _("“%(question)s” (evidence)") % {"question": _question(definition, one.item)}
        if one.what == "evidence"
        else _("“%(question)s”") % {"question": _question(definition, one.item)}
        for one in missing[:_NAMED]
    ]
    if len(missing) > _NAMED:
        named.append(_("%(count)s more") % {"count": len(missing) - _NAMED})
    return _("Not finished: still to answer: %(named)s.") % {"named": ", ".join(named)}


def _question(definition: Definition, key: str) -> str:
    return _said(definition.by_key[key].text)


def _said(words: Any) -> str:
    return str(words.said(get_language() or "en"))


@transaction.atomic
def discard(*, actor: User, assessment: Assessment, now: dt.datetime) -> None:
    """Throw an open assessment of one's own away. A finished one stays."""
    locked = _locked(actor, assessment)
    _tell(actor, "instruments.discard", locked, now)
    locked.delete()


@transaction.atomic
def erase_about(*, actor: User, kind: str, number: int, now: dt.datetime) -> int:
    """Take away every assessment about one subject, answers too: a person's data is erased. Returns how many.

    Called by the room that the subject belongs to, which has asked for its own right.
    """
    policy.require(actor, ASSESS)
    found = list(Assessment.objects.select_for_update().filter(subject_kind=kind, subject_id=number))
    for one in found:
        _tell(actor, "instruments.erase", one, now)
    Assessment.objects.filter(pk__in=[one.pk for one in found]).delete()
    return len(found)
