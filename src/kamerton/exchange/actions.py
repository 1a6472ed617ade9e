"""What people do with files of contacts and accounts: create_run -> inspect -> settle -> start_check -> decide ->
start_import -> undo. The command line says it at once: import_files.

An import writes a chunk of rows in one transaction, together with the record of what it wrote and how far it came.
Killed anywhere, it stands between two chunks: it goes on from there, or is undone as a whole.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.actions import companies, from_files
from kamerton.accounts.actions.from_files import NewContact, TakenBack, Written
from kamerton.core import audit, jobs
from kamerton.core.concurrency import plain
from kamerton.core.models import Job
from kamerton.core.refused import Refused
from kamerton.exchange import reading, rules
from kamerton.exchange.models import Chunk, Run, SavedMapping
from kamerton.exchange.planning import Planned, Planner
from kamerton.exchange.read.model import Fault, Told
from kamerton.ledger import uploads
from kamerton.ledger.read.model import NeedsAnswer, Progress

RIGHT = "accounts.import"
KEPT_FOR = dt.timedelta(days=30)  # the file and the report of an import that is over

Confirm = Callable[[], None]


def _silent(done: int, total: int, note: str) -> None:
    """Nobody looks at the progress."""


def _always() -> None:
    """Nobody stops it."""


def report_path(run: Run) -> Path:
    """The report of the dry run, then of the import. No upload has a name like this."""
    return uploads.folder_of(run.pk) / ".report.csv"


# --- the wizard ------------------------------------------------------------------------------------------------


def create_run(
    *, actor: User, files: Sequence[uploads.Upload | Path], now: dt.datetime, title: str = ""
) -> Run:
    """Keep the files for an import. Raises uploads.TooLarge, Refused without a file: then nothing is kept."""
    policy.require(actor, RIGHT)
    if not files:
        raise Refused(_("Choose a file to import."), code="no_file")
    sweep(now=now)
    run = Run(owner=actor, created_at=now, changed_at=now)
    run.files = uploads.keep(run.pk, files)
    run.title = (title or ", ".join(file["name"] for file in run.files))[:200]
    run.source_hash = reading.source_hash(run.files)
    try:
        run.save(force_insert=True)
    except BaseException:
        uploads.remove(run.pk)
        raise
    return run


def sweep(*, now: dt.datetime) -> None:
    """Files, reports and rows of imports that are over for a while: they hold what people told of people."""
    over = Run.objects.filter(state__in=["imported", "undone", "abandoned"], changed_at__lt=now - KEPT_FOR)
    for run in over.exclude(result=None, inspection=None):
        uploads.remove(run.pk)
        run.result, run.inspection = None, None
        run.save(update_fields=["result", "inspection"])


def inspect(*, actor: User, run: Run, now: dt.datetime) -> Run:
    """Find out what the files are; a mapping saved for files of this shape is used at once. Raises Unreadable."""
    policy.require(actor, RIGHT)
    _require_open(run)
    return _inspect(run, dict(run.answers), now, look_up=not run.answers)


def settle(*, actor: User, run: Run, answers: Mapping[str, Any], now: dt.datetime) -> Run:
    """Add answers (mapping, sheet, add_companies, system) and look again."""
    policy.require(actor, RIGHT)
    _require_open(run)
    return _inspect(run, rules.with_answers(run.answers, answers), now, look_up=False)


def _inspect(run: Run, answers: dict[str, Any], now: dt.datetime, *, look_up: bool) -> Run:
    paths = uploads.paths_of(run.pk, run.files)
    try:
        tables = reading.contents(paths, answers)
        found = reading.inspected(tables, answers)
        saved = SavedMapping.objects.filter(shape=found["shape"]).first() if look_up else None
        if saved:
            answers = rules.with_answers(answers, {"mapping": saved.mapping, "system": saved.system})
            found, run.mapping_name = reading.inspected(tables, answers), saved.name
    except NeedsAnswer as question:
        found = reading.asked(question)
    answers.setdefault("system", found["system"])
    run.answers, run.inspection, run.result = answers, found, None
    run.state, run.changed_at, run.total_rows = "inspected", now, found["rows"]
    run.save(
        update_fields=["answers", "inspection", "result", "state", "changed_at", "mapping_name", "total_rows"]
    )
    return run


def decide(
    *, actor: User, run: Run, people: Mapping[str, str], companies_: Mapping[str, str], now: dt.datetime
) -> Run:
    """Say of possible doubles whether they are the same, another, or left out. The dry run has to be made again."""
    policy.require(actor, RIGHT)
    _require_open(run)
    run.answers = rules.with_answers(run.answers, {"people": people, "companies": companies_})
    run.changed_at = now
    run.save(update_fields=["answers", "changed_at"])
    return run


def start_check(*, actor: User, run: Run, now: dt.datetime) -> Job:
    """The dry run as a job: reads everything, changes nothing; then run.result is filled."""
    return _start("exchange.check", actor=actor, run=run, now=now)


def start_import(*, actor: User, run: Run, now: dt.datetime) -> Job:
    """The import as a job; one that stopped between two chunks goes on."""
    return _start("exchange.import", actor=actor, run=run, now=now)


def _start(kind: str, *, actor: User, run: Run, now: dt.datetime) -> Job:
    policy.require(actor, RIGHT)
    with transaction.atomic():
        locked = Run.objects.select_for_update(of=("self",)).select_related("job").get(pk=run.pk)
        if not (kind == "exchange.import" and locked.state == "importing"):
            _require_open(locked)
        if locked.job and locked.job.is_open:
            raise Refused(_("Work on this file is going on already."), code="busy", hint=_("Wait for it."))
        job = jobs.start(actor=actor, kind=kind, parameters={"run": str(run.pk)}, now=now)
        locked.job = run.job = job
        locked.save(update_fields=["job"])
    return job


def check(*, actor: User, run: Run, now: dt.datetime, progress: Progress = _silent) -> Run:
    """What the check job does. Raises NeedsAnswer, Unreadable, Refused where nothing tells people and companies."""
    policy.require(actor, RIGHT)
    _require_open(run)
    rows = _rows(run, progress)
    planner = Planner(actor, rules.answers(run.answers), on=timezone.localdate(now))
    note = _("Comparing with what is there")
    run.result = reading.dry_run(
        rows, planner, report_path(run), lambda done, total, _n: progress(done, total, note)
    )
    run.state, run.changed_at, run.total_rows = "checked", now, len(rows)
    run.save(update_fields=["result", "state", "changed_at", "total_rows"])
    return run


def _rows(run: Run, progress: Progress) -> list[Told | Fault]:
    progress(0, 0, _("Reading the file"))
    tables = reading.contents(uploads.paths_of(run.pk, run.files), run.answers)
    if reading.missing(reading.mapping_of(tables, run.answers)):
        raise Refused(
            _("No column names people or companies. Nothing was imported."), code="mapping",
            hint=_("Say which column is the name, or the company."),
        )  # fmt: skip
    return reading.rows_of(tables, run.answers)


def abandon(*, actor: User, run: Run, now: dt.datetime) -> Run:
    """Stop working on a file: its job is cancelled, its copy removed. What is written is undone, not abandoned."""
    policy.require(actor, RIGHT)
    with transaction.atomic():
        run = Run.objects.select_for_update(of=("self",)).select_related("job").get(pk=run.pk)
        _require_open(run)
        if run.job:
            jobs.cancel(job=run.job, now=now)
        run.state, run.changed_at, run.result, run.inspection = "abandoned", now, None, None
        run.save(update_fields=["state", "changed_at", "result", "inspection"])
    uploads.remove(run.pk)
    return run


def _require_open(run: Run) -> None:
    if run.state in {"importing", "imported"}:
        raise Refused(_("“%(title)s” is imported already.") % {"title": run.title}, code="imported")
    if not run.is_open:
        raise Refused(
            _("The import of “%(title)s” is over.") % {"title": run.title}, code="over",
            hint=_("Upload the file again."),
        )  # fmt: skip


# --- importing ---------------------------------------------------------------------------------------------------


def import_run(
    *, actor: User, run: Run, now: dt.datetime, progress: Progress = _silent, confirm: Confirm = _always
) -> Run:
    """Write what the rows bring, a chunk a transaction. `confirm` is asked inside each and may raise to stop.

    What the rows mean is decided again against what is there by now: a person that somebody added since the dry run
    is found, a field that somebody filled stays.
    """
    policy.require(actor, RIGHT)
    rows = _rows(run, progress)
    planner = Planner(actor, rules.answers(run.answers), on=timezone.localdate(now))
    planner.hold = from_files.lock
    begins, lines = run.done_rows == 0, list[Sequence[object]]()
    for first, part in reading.chunks(rows, run.done_rows):
        planned = _import_chunk(actor, run, planner, first, part, now=now, total=len(rows), confirm=confirm)
        lines += [line for each in planned.outcomes for line in rules.report_rows(each)]
        progress(min(first + len(part), len(rows)), len(rows), _("Writing contacts and accounts"))
    if begins:  # one that goes on keeps the report of the dry run: it tells of all rows
        reading.write_report(report_path(run), lines)
    return _finish(actor, run, now, confirm)


def _import_chunk(
    actor: User, run: Run, planner: Planner, first: int, part: Sequence[Told | Fault], *, now: dt.datetime,
    total: int, confirm: Confirm,
) -> Planned:  # fmt: skip
    with transaction.atomic():
        confirm()
        companies.lock_company()
        locked = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if locked.state not in {"checked", "importing"} or locked.done_rows != first:
            raise Refused(
                _("Somebody else went on with this import, or ended it meanwhile."), code="moved_on"
            )
        planner.refresh()
        planner.forget_people()
        planned = planner.plan(part)
        written, marks = _write(actor, planned, now)
        for row in planned.new_accounts:
            planner.accounts.written(row)
        Chunk.objects.create(run=locked, first_row=first, written=_plain(written), marks=marks)
        locked.counts = dict(Counter(locked.counts) + _counts(planned, written))
        locked.state, locked.done_rows, locked.total_rows, locked.changed_at = (
            "importing",
            first + len(part),
            total,
            now,
        )
        locked.save(update_fields=["counts", "state", "done_rows", "total_rows", "changed_at"])
    run.counts, run.state, run.done_rows = locked.counts, locked.state, locked.done_rows
    return planned


def _write(actor: User, planned: Planned, now: dt.datetime) -> tuple[Written, dict[str, str]]:
    """Through the actions of accounts. New accounts first: the rest hangs on them."""
    written = Written()
    written.accounts = from_files.add_accounts(
        actor=actor, rows=[row.values for row in planned.new_accounts], now=now
    )
    for row, pk in zip(planned.new_accounts, written.accounts, strict=True):
        row.pk = pk
    contacts = [NewContact(_pk(row.account), row.values) for row in planned.new_contacts]
    written.contacts = from_files.add_contacts(actor=actor, rows=contacts, now=now)
    for contact, pk in zip(planned.new_contacts, written.contacts, strict=True):
        contact.pk = pk
    account_fills = {_pk(row): told for row, told in planned.account_fills.items()}
    contact_fills = {_pk(row): told for row, told in planned.contact_fills.items()}
    written.account_fills = from_files.fill_accounts(actor=actor, told=account_fills)
    written.contact_fills = from_files.fill_contacts(actor=actor, told=contact_fills)
    written.addresses = from_files.add_addresses(
        actor=actor, told={_pk(row): row.address for row in planned.addresses}
    )
    written.external_ids = from_files.add_external_ids(
        actor=actor, told=[(_pk(row), system, value) for row, system, value in planned.new_ids]
    )
    marks = _marks("accounts.account", written.account_fills, account_fills)
    return written, marks | _marks("accounts.contact", written.contact_fills, contact_fills)


def _pk(row: Any) -> int:
    assert row.pk is not None  # noqa: S101 - written by now, or there before
    return int(row.pk)


def _plain(written: Written) -> dict[str, Any]:
    return asdict(written)


def _counts(planned: Planned, written: Written) -> Counter[str]:
    """What was written, and what became of the rows that wrote nothing."""
    told = rules.counted(planned)
    found = Counter(
        {
            name: told[name]
            for name in (
                "rows",
                "rows_add",
                "rows_fill",
                "rows_same",
                "rows_double",
                "rows_refused",
                "conflicts",
            )
        }
    )
    found["contacts_added"], found["accounts_added"] = len(written.contacts), len(written.accounts)
    found["contacts_filled"], found["accounts_filled"] = len(written.contact_fills), told["accounts_filled"]
    return found


def mark(label: str, key: int, name: str, value: Any) -> str:
    """Tells later whether a field holds what was filled in, without keeping it."""
    return salted_hmac("kamerton.exchange.fill", f"{label}:{key}:{name}:{plain(value)}").hexdigest()[:24]


def _marks(
    label: str, fills: Mapping[int, Sequence[str]], told: Mapping[int, Mapping[str, Any]]
) -> dict[str, str]:
    return {
        f"{label}:{key}:{name}": mark(label, key, name, told[key][name])
        for key, names in fills.items()
        for name in names
    }


@transaction.atomic
def _finish(actor: User, run: Run, now: dt.datetime, confirm: Confirm) -> Run:
    confirm()
    run = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
    run.state, run.imported_at, run.changed_at = "imported", now, now
    run.save(update_fields=["state", "imported_at", "changed_at"])
    _remember(actor, run, now)
    audit.record(actor=actor, action="exchange.import", subject=run, now=now,
                 after={"files": [file["sha256"] for file in run.files], **run.counts})  # fmt: skip
    return run


def _remember(actor: User, run: Run, now: dt.datetime) -> None:
    """What the columns mean is known for the next file of this shape."""
    shape = (run.inspection or {}).get("shape")
    if shape:
        SavedMapping.objects.update_or_create(
            shape=shape,
            defaults={
                "name": (run.mapping_name or run.title)[:200],
                "mapping": {column["name"]: column["role"] for column in run.inspection["columns"]},  # type: ignore[index]
                "system": run.answers.get("system", ""),
                "saved_by": actor,
                "last_used_at": now,
            },
        )


def name_mapping(*, actor: User, run: Run, name: str, now: dt.datetime) -> None:
    """Under which name the import keeps what the columns mean."""
    policy.require(actor, RIGHT)
    run.mapping_name, run.changed_at = " ".join(name.split())[:200], now
    run.save(update_fields=["mapping_name", "changed_at"])


# --- undoing ---------------------------------------------------------------------------------------------------


@transaction.atomic
def undo(*, actor: User, run: Run, now: dt.datetime) -> TakenBack:
    """Take everything back that the import wrote, but for rows that somebody has worked with since."""
    policy.require(actor, RIGHT)
    companies.lock_company()
    run = Run.objects.select_for_update(of=("self",)).select_related("job").get(pk=run.pk)
    if run.state not in {"importing", "imported"}:
        raise Refused(_("There is nothing to undo here. Nothing was changed."), code="nothing")
    if run.job and run.job.is_open:
        raise Refused(_("The import is going on. Nothing was changed."), code="busy", hint=_("Wait for it."))
    written, marks = _all_written(run)

    def same(label: str, key: int, name: str, value: Any) -> bool:
        return bool(value) and marks.get(f"{label}:{key}:{name}") == mark(label, key, name, value)

    done = from_files.take_back(actor=actor, written=written, same=same)
    run.state, run.changed_at = "undone", now
    run.counts = {**run.counts, "undone": asdict(done)}
    run.save(update_fields=["state", "changed_at", "counts"])
    run.chunks.all().delete()
    audit.record(actor=actor, action="exchange.undo", subject=run, now=now, after=asdict(done))
    return done


def _all_written(run: Run) -> tuple[Written, dict[str, str]]:
    whole = Written()
    marks: dict[str, str] = {}
    for chunk in run.chunks.all():
        for each in fields(Written):
            part, kept = chunk.written[each.name], getattr(whole, each.name)
            if isinstance(kept, list):
                kept += part
            else:
                for key, names in part.items():
                    kept.setdefault(int(key), []).extend(names)
        marks |= chunk.marks
    return whole, marks


# --- all at once -----------------------------------------------------------------------------------------------


def import_files(
    *, actor: User, paths: Sequence[Path], answers: Mapping[str, Any], now: dt.datetime, dry_run: bool = False,
    doubles: str = "skip", progress: Progress = _silent,
) -> Run:  # fmt: skip
    """Read files of this machine and import them, or only say what that would do (`run.result`).

    `doubles` is what every row is that may mean somebody who is there: same, another, or left out (skip).
    Raises NeedsAnswer and Unreadable; then nothing is kept.
    """
    run = create_run(actor=actor, files=list(paths), now=now)
    try:
        told = rules.with_answers({}, {**answers, "doubles": doubles})
        run = _inspect(run, told, now, look_up="mapping" not in answers)
        run = check(actor=actor, run=run, now=now, progress=progress)
    except BaseException:
        abandon(actor=actor, run=run, now=now)
        raise
    return run if dry_run else import_run(actor=actor, run=run, now=now, progress=progress)


def _run_of(job: Job) -> Run:
    run = Run.objects.filter(pk=job.parameters["run"]).first()
    if run is None:
        raise Refused(_("The file of this work is no longer there."), code="gone")
    return run


@jobs.register("exchange.check")
def _check_job(job: Job, progress: Progress) -> dict[str, Any]:
    assert job.started_at is not None  # noqa: S101 - it runs
    run = check(actor=job.actor, run=_run_of(job), now=job.started_at, progress=progress)
    return {"run": str(run.pk)}


@jobs.register("exchange.import")
def _import_job(job: Job, progress: Progress) -> dict[str, Any]:
    assert job.started_at is not None  # noqa: S101
    run = import_run(
        actor=job.actor,
        run=_run_of(job),
        now=job.started_at,
        progress=progress,
        confirm=lambda: jobs.confirm(job),
    )
    return {"run": str(run.pk), **run.counts}
