"""What people do with files of contacts and accounts: create_run -> inspect -> settle -> start_check -> decide ->
start_import -> importing.undo. The command line says it at once: import_files. What is written, and its undoing: importing.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.core import jobs
from kamerton.core.models import Job
from kamerton.core.refused import Refused
from kamerton.exchange import reading, rules
from kamerton.exchange.importing import RIGHT, import_run, report_path, rows_in, rows_of, silent
from kamerton.exchange.models import Run, SavedMapping
from kamerton.exchange.planning import Planner
from kamerton.exchange.read.model import Fault, Table, Told
from kamerton.ledger import uploads
from kamerton.ledger.read.model import NeedsAnswer, Progress

KEPT_FOR = dt.timedelta(days=30)  # the file and the report of an import that is over


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


def _inspect(
    run: Run, answers: dict[str, Any], now: dt.datetime, *, look_up: bool, tables: Sequence[Table] = ()
) -> Run:
    try:
        tables = tables or reading.contents(uploads.paths_of(run.pk, run.files), answers)
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
    _save_open(run, "answers", "inspection", "result", "state", "changed_at", "mapping_name", "total_rows")
    return run


@transaction.atomic
def _save_open(run: Run, *names: str, by_job: bool = False) -> None:
    """Unless the import was begun or ended meanwhile, in another window; the last look before writing."""
    locked = Run.objects.select_for_update().get(pk=run.pk)
    _require_open(locked)
    if not by_job:
        _require_idle(locked)
    run.save(update_fields=names)


def _require_idle(run: Run) -> None:
    """`run` is locked without its job: a job that came while we waited for the lock would not be in a join."""
    if run.job and run.job.is_open:
        raise Refused(_("Work on this file is going on already."), code="busy", hint=_("Wait for it."))


def decide(
    *, actor: User, run: Run, people: Mapping[str, str], companies_: Mapping[str, str], now: dt.datetime
) -> Run:
    """Say of possible doubles whether they are the same, another, or left out. The dry run has to be made again."""
    policy.require(actor, RIGHT)
    _require_open(run)
    run.answers = rules.with_answers(run.answers, {"people": people, "companies": companies_})
    run.changed_at = now
    _save_open(run, "answers", "changed_at")
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
        locked = Run.objects.select_for_update().get(pk=run.pk)
        if not (kind == "exchange.import" and locked.state == "importing"):
            _require_open(locked)
        _require_idle(locked)
        job = jobs.start(actor=actor, kind=kind, parameters={"run": str(run.pk)}, now=now)
        locked.job = run.job = job
        locked.save(update_fields=["job"])
    return job


def check(
    *,
    actor: User,
    run: Run,
    now: dt.datetime,
    progress: Progress = silent,
    rows: Sequence[Told | Fault] | None = None,
) -> Run:
    """What the check job does. Raises NeedsAnswer, Unreadable, Refused where nothing tells people and companies."""
    policy.require(actor, RIGHT)
    _require_open(run)
    rows = rows_of(run, progress) if rows is None else rows
    planner = Planner(actor, rules.answers(run.answers), on=timezone.localdate(now))
    note = _("Comparing with what is there")
    run.result = reading.dry_run(
        rows, planner, report_path(run), lambda done, total, _n: progress(done, total, note)
    )
    run.state, run.changed_at, run.total_rows = "checked", now, len(rows)
    _save_open(run, "result", "state", "changed_at", "total_rows", by_job=True)
    return run


def abandon(*, actor: User, run: Run, now: dt.datetime) -> Run:
    """Stop working on a file: its job is cancelled, its copy removed. What is written is undone, not abandoned."""
    policy.require(actor, RIGHT)
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=run.pk)
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


def name_mapping(*, actor: User, run: Run, name: str, now: dt.datetime) -> None:
    """Under which name the import keeps what the columns mean."""
    policy.require(actor, RIGHT)
    run.mapping_name, run.changed_at = " ".join(name.split())[:200], now
    run.save(update_fields=["mapping_name", "changed_at"])


# --- all at once -----------------------------------------------------------------------------------------------


def import_files(
    *, actor: User, paths: Sequence[Path], answers: Mapping[str, Any], now: dt.datetime, dry_run: bool = False,
    doubles: str = "skip", progress: Progress = silent,
) -> Run:  # fmt: skip
    """Read files of this machine and import them, or only say what that would do (`run.result`).

    `doubles` is what every row is that may mean somebody who is there: same, another, or left out (skip).
    Raises NeedsAnswer and Unreadable; then nothing is kept.
    """
    run = create_run(actor=actor, files=list(paths), now=now)
    try:
        told = rules.with_answers({}, {**answers, "doubles": doubles})
        tables = reading.contents(uploads.paths_of(run.pk, run.files), told)
        run = _inspect(run, told, now, look_up="mapping" not in answers, tables=tables)
        rows = rows_in(tables, run)
        if dry_run:
            return check(actor=actor, run=run, now=now, progress=progress, rows=rows)
        run.state = "checked"  # the import itself tells what became of the rows
        run.save(update_fields=["state"])
    except BaseException:
        abandon(actor=actor, run=run, now=now)
        raise
    return import_run(actor=actor, run=run, now=now, progress=progress, rows=rows)


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
