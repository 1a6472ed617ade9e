"""What people do to the ledger. The only writers of its tables and files.

An import made in the browser is a draft: create_draft -> inspect_draft (or start_inspect) -> settle, as often
as the reader has doubts -> start_check (the dry run) -> start_import. The command line and the demo say it at
once: import_files. All of them read with the same reader and publish through the same store.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.core import audit, jobs
from kamerton.core.models import Job
from kamerton.core.refused import Refused
from kamerton.ledger import changes, rates, reading, rules, store, uploads
from kamerton.ledger.models import Batch, Draft, LedgerVersion, Rate, SavedMapping
from kamerton.ledger.read.model import Choices, Inspection, Progress
from kamerton.ledger.store import Incoming


@dataclass(frozen=True, kw_only=True)
class Imported:
    """`told` is what the rooms above say: the snapshot, or a "problem" that they met."""

    batch: Batch
    told: dict[str, Any]


#: What the bar of an import shows: reading is most of the work.
_STEPS, _READ, _STORED = 1000, 800, 850


def _silent(done: int, total: int, note: str) -> None:
    """Nobody looks at the progress."""


# --- the wizard ------------------------------------------------------------------------------------------


def create_draft(
    *, actor: User, files: Sequence[uploads.Upload | Path], now: dt.datetime, title: str = ""
) -> Draft:
    """Keep uploaded files (or copies of `files` on this machine) for an import.

    Raises uploads.TooLarge above the limit, store.NoRoom, Refused without any file: then nothing is kept.
    """
    policy.require(actor, "ledger.import")
    if not files:
        raise Refused(_("Choose a file to import."), code="no_file")
    draft_id = uuid.uuid4()
    with store.room_on_disk():
        kept = uploads.keep(draft_id, files)
    try:
        return Draft.objects.create(
            id=draft_id,
            owner=actor,
            title=(title or _title(kept))[:200],
            files=kept,
            created_at=now,
            changed_at=now,
        )
    except BaseException:
        uploads.remove(draft_id)
        raise


def inspect_draft(*, actor: User, draft: Draft, now: dt.datetime, progress: Progress | None = None) -> Draft:
    """Find out what the files are; the mapping saved for files of this shape is used at once.

    Reads whole columns: above some 30 MB use start_inspect. Raises Unreadable.
    """
    policy.require(actor, "ledger.import")
    _require_open(draft)
    return _inspect(draft, dict(draft.choices), now, progress, look_up=not draft.choices)


def settle(*, actor: User, draft: Draft, choices: Mapping[str, Any], now: dt.datetime) -> Draft:
    """Add answers (JSON form of Choices; maps are merged, None takes one back) and look again.

    Raises rules.UnknownChoice, and Unreadable when nothing can be read that way; the draft stays as it was.
    """
    policy.require(actor, "ledger.import")
    _require_open(draft)
    merged = rules.merge_choices(draft.choices, choices)
    return _inspect(draft, merged, now, None, look_up=False)


def _inspect(
    draft: Draft, told: dict[str, Any], now: dt.datetime, progress: Progress | None, *, look_up: bool
) -> Draft:
    found = _look(draft, told, progress)
    saved = SavedMapping.objects.filter(shape=found.shape).first() if look_up else None
    if saved:
        told = dict(saved.choices)
        found = _look(draft, told, progress)
        draft.mapping_name = saved.name
    draft.choices, draft.inspection = told, rules.inspection_to_json(found)
    draft.state, draft.result, draft.staged_for, draft.changed_at = "inspected", None, "", now
    draft.save(
        update_fields=["choices", "inspection", "mapping_name", "state", "result", "staged_for", "changed_at"]
    )
    return draft


def _look(draft: Draft, told: Mapping[str, Any], progress: Progress | None) -> Inspection:
    from kamerton.ledger.read import inspect  # noqa: PLC0415 - the reader loads engines

    (progress or _silent)(0, 0, _("Looking at the file"))
    choices = reading.completed(rules.choices_from_json(told))
    paths = uploads.paths_of(draft.pk, draft.files)
    return inspect(paths, choices=choices, limits=reading.limits())


def start_inspect(*, actor: User, draft: Draft, now: dt.datetime) -> Job:
    """inspect_draft as a job."""
    return _start("ledger.inspect", actor=actor, draft=draft, now=now)


def start_check(*, actor: User, draft: Draft, now: dt.datetime) -> Job:
    """The dry run as a job: reads everything, changes nothing; then draft.result is filled."""
    return _start("ledger.check", actor=actor, draft=draft, now=now)


def start_import(*, actor: User, draft: Draft, now: dt.datetime) -> Job:
    """The import as a job; its result is {"batch", "sequence"} and what the rooms above add (snapshot)."""
    return _start("ledger.import", actor=actor, draft=draft, now=now)


def _start(kind: str, *, actor: User, draft: Draft, now: dt.datetime) -> Job:
    policy.require(actor, "ledger.import")
    with transaction.atomic():
        locked = Draft.objects.select_for_update().get(pk=draft.pk)
        _require_open(locked)
        if locked.job and locked.job.is_open:
            raise Refused(
                _("Work on this file is going on already: %(note)s") % {"note": locked.job.note},
                code="busy",
                hint=_("Wait for it, or cancel it."),
            )
        job = jobs.start(actor=actor, kind=kind, parameters={"draft": str(draft.pk)}, now=now)
        locked.job = draft.job = job
        locked.save(update_fields=["job"])
    return job


def check_draft(*, actor: User, draft: Draft, now: dt.datetime, progress: Progress = _silent) -> Draft:
    """What the check job does. Raises NeedsAnswer, Unreadable, store.NoRoom."""
    policy.require(actor, "ledger.import")
    _require_open(draft)
    incoming = _stage(draft, progress)
    draft.result = {**rules.staged_to_json(incoming.staged), **reading.consequences(incoming)}
    draft.state, draft.changed_at = "checked", now
    draft.save(update_fields=["result", "state", "changed_at"])
    return draft


def import_draft(
    *,
    actor: User,
    draft: Draft,
    now: dt.datetime,
    progress: Progress = _silent,
    confirm: store.Confirm = lambda: None,
) -> Imported:
    """What the import job does. Lines staged by the dry run are used again."""
    policy.require(actor, "ledger.import")
    _require_open(draft)
    store.sweep(now=now)
    incoming = _staged_before(draft) or _stage(draft, _part(progress, 0, _READ))

    def last_look() -> None:
        confirm()
        _require_open(Draft.objects.select_for_update(of=("self",)).get(pk=draft.pk))

    batch = _publish(actor=actor, incoming=incoming, now=now, progress=progress, confirm=last_look)
    Draft.objects.filter(pk=draft.pk).update(state="imported", batch=batch, changed_at=now)
    _remember(actor=actor, draft=draft, now=now)
    uploads.remove(draft.pk)
    return Imported(batch=batch, told=_tell(actor=actor, now=now, progress=progress))


def _publish(
    *, actor: User, incoming: Incoming, now: dt.datetime, progress: Progress, confirm: store.Confirm
) -> Batch:
    progress(_READ, _STEPS, _("Storing the lines"))
    batch = store.publish(actor=actor, incoming=incoming, now=now, confirm=confirm)
    store.remove_staging(incoming.folder)
    return batch


def _tell(*, actor: User, now: dt.datetime, progress: Progress) -> dict[str, Any]:
    """The lines are live: what stops or fails from here on does not undo the import."""
    version = LedgerVersion.objects.first()
    assert version is not None  # noqa: S101 - a change has just written one
    part = _part(_unstoppable(progress), _STORED, _STEPS)
    return changes.tell(actor=actor, version=version, now=now, progress=part)


def _unstoppable(progress: Progress) -> Progress:
    def go_on(done: int, total: int, note: str) -> None:
        try:
            progress(done, total, note)
        except jobs.Stopped:
            return

    return go_on


def _part(progress: Progress, first: int, last: int) -> Progress:
    """Progress of a part of the work as progress of the whole, in thousandths."""

    def tell(done: int, total: int, note: str) -> None:
        share = min(done / total, 1.0) if total else 0.0
        progress(first + int(share * (last - first)), _STEPS, note)

    return tell


def _stage(draft: Draft, progress: Progress) -> Incoming:
    choices = reading.completed(rules.choices_from_json(draft.choices))
    folder = store.staging_folder(str(draft.pk))
    staged, _found = reading.stage(uploads.paths_of(draft.pk, draft.files), choices, folder, progress)
    draft.staged_for = rules.staging_key(choices)
    draft.save(update_fields=["staged_for"])
    return _incoming(draft, staged)


def _staged_before(draft: Draft) -> Incoming | None:
    """The dry run's lines, when nothing that they depend on has changed since."""
    choices = reading.completed(rules.choices_from_json(draft.choices))
    folder = store.staging_folder(str(draft.pk))
    whole = (folder / "lines.parquet").exists()
    if draft.result is None or not whole or draft.staged_for != rules.staging_key(choices):
        return None
    return _incoming(draft, rules.staged_from_json(draft.result))


def _incoming(draft: Draft, staged: rules.Staged) -> Incoming:
    folder = store.staging_folder(str(draft.pk))
    return Incoming(staged=staged, folder=folder, title=draft.title, files=draft.files, choices=draft.choices)


def abandon_draft(*, actor: User, draft: Draft, now: dt.datetime) -> Draft:
    """Stop working on a file: its job is cancelled, its copy and its staged lines are removed."""
    policy.require(actor, "ledger.import")
    with transaction.atomic():
        draft = Draft.objects.select_for_update().get(pk=draft.pk)
        _require_open(draft)
        if draft.job:
            jobs.cancel(job=draft.job, now=now)
        draft.state, draft.changed_at = "abandoned", now
        draft.save(update_fields=["state", "changed_at"])
    uploads.remove(draft.pk)
    store.remove_staging(store.staging_folder(str(draft.pk)))
    return draft


def _require_open(draft: Draft) -> None:
    if draft.state == "imported":
        raise Refused(_("“%(title)s” is imported already.") % {"title": draft.title}, code="imported")
    if draft.state == "abandoned":
        raise Refused(
            _("The import of “%(title)s” was given up and its file removed.") % {"title": draft.title},
            code="abandoned",
            hint=_("Upload it again."),
        )


def _title(files: Sequence[Mapping[str, Any]]) -> str:
    first = str(files[0]["name"])
    more = len(files) - 1
    return _("%(first)s and %(more)d more") % {"first": first, "more": more} if more else first


# --- all at once -----------------------------------------------------------------------------------------


def import_files(
    *,
    actor: User,
    paths: Sequence[Path],
    now: dt.datetime,
    choices: Choices | None = None,
    title: str = "",
    progress: Progress = _silent,
) -> Imported:
    """Read files or folders of this machine and make their lines live; figures follow before it returns.

    Choices beside a saved mapping of the same shape are the caller's alone: rates and currency are the
    ledger's. Raises NeedsAnswer, Unreadable, store.AlreadyImported, store.NoRoom; then nothing is changed.
    """
    policy.require(actor, "ledger.import")
    store.sweep(now=now)
    choices = reading.completed(choices or Choices())
    folder = store.staging_folder(f"files-{uuid.uuid4()}")
    staged, found = reading.stage(paths, choices, folder, _part(progress, 0, _READ))
    try:
        files = [uploads.fingerprint(file.path) for file in found.files]
        incoming = Incoming(
            staged=staged,
            folder=folder,
            title=title or _title(files),
            files=files,
            choices=rules.choices_to_json(choices),
        )
        batch = _publish(actor=actor, incoming=incoming, now=now, progress=progress, confirm=lambda: None)
    finally:
        store.remove_staging(folder)
    return Imported(batch=batch, told=_tell(actor=actor, now=now, progress=progress))


# --- withdrawing and restoring ---------------------------------------------------------------------------


def withdraw(
    *, actor: User, batch: Batch, reason: str, now: dt.datetime, progress: Progress | None = None
) -> Batch:
    """Take an import out of every figure, until restored. Figures follow in a job, or at once."""
    policy.require(actor, "ledger.withdraw", batch)
    if not reason.strip():
        raise Refused(_("Say why this import is withdrawn: the trail keeps it."), code="no_reason")
    batch = store.withdraw(actor=actor, batch=batch, reason=reason.strip(), now=now)
    _tell_of_change(actor=actor, now=now, progress=progress)
    return batch


def restore(*, actor: User, batch: Batch, now: dt.datetime, progress: Progress | None = None) -> Batch:
    """Take a withdrawn import back in, at its old place: documents that came again later stay replaced."""
    policy.require(actor, "ledger.withdraw", batch)
    batch = store.restore(actor=actor, batch=batch, now=now)
    _tell_of_change(actor=actor, now=now, progress=progress)
    return batch


def _tell_of_change(*, actor: User, now: dt.datetime, progress: Progress | None) -> None:
    version = LedgerVersion.objects.first()
    assert version is not None  # noqa: S101
    changes.tell(actor=actor, version=version, now=now, progress=progress)


# --- mappings and rates ----------------------------------------------------------------------------------


def save_mapping(*, actor: User, draft: Draft, name: str, now: dt.datetime) -> SavedMapping:
    """Keep what was settled for files of this shape under a name. An import does so by itself."""
    policy.require(actor, "ledger.import")
    if not draft.inspection or not draft.inspection.get("shape"):
        raise Refused(
            _("There is no mapping to save yet."), code="no_mapping", hint=_("Look at the file first.")
        )
    saved, _created = SavedMapping.objects.update_or_create(
        shape=draft.inspection["shape"],
        defaults={
            "name": (name.strip() or draft.title)[:200],
            "choices": rules.remembered(draft.choices, draft.inspection),
            "saved_by": actor,
            "last_used_at": now,
        },
    )
    if draft.mapping_name != saved.name:
        draft.mapping_name = saved.name
        draft.save(update_fields=["mapping_name"])
    return saved


def delete_mapping(*, actor: User, mapping: SavedMapping, now: dt.datetime) -> None:
    policy.require(actor, "ledger.import")
    with transaction.atomic():
        audit.record(
            actor=actor, action="ledger.delete_mapping", subject=mapping, now=now, before=mapping.choices
        )
        mapping.delete()


def _remember(*, actor: User, draft: Draft, now: dt.datetime) -> None:
    if draft.inspection and draft.inspection.get("shape"):
        save_mapping(actor=actor, draft=draft, name=draft.mapping_name or draft.title, now=now)


def import_rates(*, actor: User, file: uploads.Upload | Path, now: dt.datetime) -> int:
    """Take dated rates from a CSV or XLSX with the columns currency, date, rate; how many there were.

    All or nothing; a rate of the same currency and day is replaced. Raises Refused with line and reason.
    """
    policy.require(actor, "ledger.import")
    found = rates.read(file)
    with transaction.atomic():
        _write_rates(found)
        first = Rate.objects.get(currency=found[0].currency, date=found[0].date)
        audit.record(
            actor=actor, action="ledger.import_rates", subject=first, now=now, after={"rates": len(found)}
        )
    return len(found)


def set_rate(*, actor: User, currency: str, date: dt.date, rate: Decimal, now: dt.datetime) -> Rate:
    """One dated rate: 1 `currency` is `rate` of the company's from `date` on."""
    policy.require(actor, "ledger.import")
    found = rates.checked(currency, date, rate)
    with transaction.atomic():
        _write_rates([found])
        kept = Rate.objects.get(currency=found.currency, date=found.date)
        after = {key: str(value) for key, value in asdict(found).items()}
        audit.record(actor=actor, action="ledger.set_rate", subject=kept, now=now, after=after)
    return kept


def _write_rates(found: Iterable[rates.DatedRate]) -> None:
    Rate.objects.bulk_create(
        [Rate(currency=one.currency, date=one.date, rate=one.rate) for one in found],
        update_conflicts=True,
        unique_fields=["currency", "date"],
        update_fields=["rate"],
        batch_size=500,
    )


# --- the jobs --------------------------------------------------------------------------------------------


def _draft_of(job: Job) -> Draft:
    draft = Draft.objects.filter(pk=job.parameters["draft"]).first()
    if draft is None:
        raise Refused(_("The file of this work is no longer there."), code="gone")
    return draft


@jobs.register("ledger.inspect")
def _inspect_job(job: Job, progress: Progress) -> dict[str, Any]:
    assert job.started_at is not None  # noqa: S101 - it runs
    draft = inspect_draft(actor=job.actor, draft=_draft_of(job), now=job.started_at, progress=progress)
    return {"draft": str(draft.pk)}


@jobs.register("ledger.check")
def _check_job(job: Job, progress: Progress) -> dict[str, Any]:
    assert job.started_at is not None  # noqa: S101
    draft = check_draft(actor=job.actor, draft=_draft_of(job), now=job.started_at, progress=progress)
    return {"draft": str(draft.pk)}


@jobs.register("ledger.import")
def _import_job(job: Job, progress: Progress) -> dict[str, Any]:
    assert job.started_at is not None  # noqa: S101
    done = import_draft(
        actor=job.actor,
        draft=_draft_of(job),
        now=job.started_at,
        progress=progress,
        confirm=lambda: jobs.confirm(job),
    )
    return {"batch": done.batch.pk, "sequence": done.batch.sequence, **done.told}
