"""Long work with progress that survives a reload, a restart and a crash.

A room registers a function under a kind; `start` writes the row and hands it to the queue together with the
surrounding transaction. The function gets the row and a `progress(done, total, note)` and returns what the
page needs to go on. `Refused` becomes a failed job with its sentence; anything else a failed job that says so
and is logged with its trace.

Cancelling a job, or a sweep that took its process for dead, changes the row; the work notices at its next
progress, and at `confirm`, which an action calls inside the transaction that makes its result count.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, cast

from django.contrib.auth.models import AbstractBaseUser
from django.db import DatabaseError, connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task, task_backends
from django_tasks_db import DatabaseBackend

from kamerton.core.models import Job
from kamerton.core.refused import Refused
from kamerton.core.telling import told, told_refusal

logger = logging.getLogger(__name__)

Progress = Callable[[int, int, str], None]
Work = Callable[[Job, Progress], dict[str, Any] | None]

#: A running job that gave no sign of life for this long belongs to a process that is gone.
STALE_AFTER = dt.timedelta(seconds=60)
HEARTBEAT_SECONDS = 5.0
_WRITE_EVERY_SECONDS = 0.5

_registry: dict[str, Work] = {}


class Stopped(Refused):
    """The row says that this work was cancelled, or taken for dead, while it was still going on."""


def register(kind: str) -> Callable[[Work], Work]:
    """Name the function that does jobs of this kind."""

    def keep(work: Work) -> Work:
        _registry[kind] = work
        return work

    return keep


def start(*, actor: AbstractBaseUser, kind: str, parameters: dict[str, Any], now: dt.datetime) -> Job:
    """Write a job and queue it: both or neither, where the queue is a table of the same database."""
    if kind not in _registry:
        raise KeyError(kind)
    with transaction.atomic():
        job = Job(actor=cast("Any", actor), kind=kind, parameters=parameters, created_at=now)
        job.save(force_insert=True)
        if isinstance(task_backends["default"], DatabaseBackend):
            _enqueue(job.pk)
        else:  # a queue elsewhere must not see the job before the row is there
            transaction.on_commit(partial(_enqueue, job.pk))
    return job


def _enqueue(job_id: uuid.UUID) -> None:
    run_job.enqueue(job_id=str(job_id))


@task()
def run_job(job_id: str) -> None:
    """What the queue calls. A job that was taken or ended already is left alone."""
    now = timezone.now()
    taken = Job.objects.filter(pk=job_id, state="waiting").update(
        state="running", started_at=now, heartbeat_at=now
    )
    if taken:
        _run(Job.objects.select_related("actor").get(pk=job_id))


def _run(job: Job) -> None:
    """Do the work in the language of the person who asked for it, and write how it ended."""
    with translation.override(getattr(job.actor, "language", "") or translation.get_language()):
        try:
            with _heartbeat(job):
                result = _registry[job.kind](job, _writer(job))
        except Stopped:
            pass  # the row says already how it ended
        except Refused as refused:
            _finish(job, state="failed", error=told_refusal(refused), result={"code": refused.code})
        except Exception:
            logger.exception("Job %s (%s) failed", job.pk, job.kind)
            _finish(job, state="failed", error=_unexpected())
        else:
            _finish(job, state="done", result=result)


def _unexpected() -> str:
    return _(
        "Something went wrong on our side. Nothing was changed; try again, "
        "and tell your administrator if it fails twice."
    )


def _finish(job: Job, *, state: str, error: str = "", result: dict[str, Any] | None = None) -> None:
    """Work that did end has the last word, even over a sweep that took it for dead meanwhile."""
    now = timezone.now()
    Job.objects.filter(pk=job.pk).update(
        state=state, error=error, result=result, finished_at=now, heartbeat_at=now
    )


def _writer(job: Job) -> Progress:
    """Progress that writes at most twice a second, and always the first step. Raises Stopped."""
    last = [0.0]
    language = translation.get_language()  # a note may come from a thread, which has none

    def progress(done: int, total: int, note: str) -> None:
        tick = time.monotonic()
        if tick - last[0] < _WRITE_EVERY_SECONDS:
            return
        last[0] = tick
        with translation.override(language):
            _still_running(job, done=done, total=total, note=told(note)[:200])

    return progress


def confirm(job: Job) -> None:
    """Raise Stopped unless the job is still to be done. Inside a transaction it holds until the commit."""
    _still_running(job)


def _still_running(job: Job, **columns: Any) -> None:
    found = Job.objects.filter(pk=job.pk, state="running").update(heartbeat_at=timezone.now(), **columns)
    if not found:
        raise Stopped(_("This work was stopped. Nothing was changed."), code="stopped")


def cancel(*, job: Job, now: dt.datetime) -> bool:
    """Stop a job that is not ended; whether there was anything to stop. The caller decides who may."""
    return bool(
        Job.objects.filter(pk=job.pk, state__in=["waiting", "running"]).update(
            state="cancelled", error=_("Cancelled. Nothing was changed."), finished_at=now
        )
    )


@contextmanager
def _heartbeat(job: Job) -> Iterator[None]:
    """Sign of life while one long query runs; not inside an open transaction, where it would wait."""
    if transaction.get_connection().in_atomic_block:
        yield
        return
    stop = threading.Event()

    def beat() -> None:
        while not stop.wait(HEARTBEAT_SECONDS):
            try:
                Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now())
            except DatabaseError:  # a long write of our own holds SQLite, or the server restarts: beat on
                logger.info("A heartbeat of job %s was not written", job.pk, exc_info=True)
        connection.close()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def sweep(*, now: dt.datetime) -> int:
    """Fail the jobs whose process is gone; returns how many. The worker calls it, the job page too."""
    return Job.objects.filter(state="running", heartbeat_at__lt=now - STALE_AFTER).update(
        state="failed",
        error=_("The work was interrupted before it ended. Nothing is half done: look, and start it again."),
        finished_at=now,
    )
