"""Long work with progress that survives a reload, a restart and a crash.

A room registers a function under a kind; `start` writes the row and hands it to the queue when the
transaction commits. The function gets the row and a `progress(done, total, note)` and returns what the page
needs to go on. `Refused` becomes a failed job with its sentence; anything else a failed job that says so
and is logged with its trace.
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
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from kamerton.core.models import Job
from kamerton.core.refused import Refused

logger = logging.getLogger(__name__)

Progress = Callable[[int, int, str], None]
Work = Callable[[Job, Progress], dict[str, Any] | None]

#: A running job that gave no sign of life for this long belongs to a process that is gone.
STALE_AFTER = dt.timedelta(seconds=60)
HEARTBEAT_SECONDS = 5.0
_WRITE_EVERY_SECONDS = 0.5

_registry: dict[str, Work] = {}


def register(kind: str) -> Callable[[Work], Work]:
    """Name the function that does jobs of this kind."""

    def keep(work: Work) -> Work:
        _registry[kind] = work
        return work

    return keep


def start(*, actor: AbstractBaseUser, kind: str, parameters: dict[str, Any], now: dt.datetime) -> Job:
    """Write a job and queue it once the surrounding transaction has committed."""
    if kind not in _registry:
        raise KeyError(kind)
    job = Job.objects.create(actor=actor, kind=kind, parameters=parameters, created_at=now)
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
    try:
        with _heartbeat(job):
            result = _registry[job.kind](job, _writer(job))
    except Refused as refused:
        _finish(job, state="failed", error=str(refused), result={"code": refused.code})
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
    now = timezone.now()
    Job.objects.filter(pk=job.pk).update(
        state=state, error=error, result=result, finished_at=now, heartbeat_at=now
    )


def _writer(job: Job) -> Progress:
    """Progress that writes at most twice a second, and always the first and the last step."""
    last = [0.0]

    def progress(done: int, total: int, note: str) -> None:
        tick = time.monotonic()
        if tick - last[0] >= _WRITE_EVERY_SECONDS or (total and done >= total):
            last[0] = tick
            Job.objects.filter(pk=job.pk).update(
                done=done, total=total, note=note[:200], heartbeat_at=timezone.now()
            )

    return progress


@contextmanager
def _heartbeat(job: Job) -> Iterator[None]:
    """Sign of life while one long query runs; never in place inside an open transaction, where it would wait."""
    if transaction.get_connection().in_atomic_block:
        yield
        return
    stop = threading.Event()

    def beat() -> None:
        while not stop.wait(HEARTBEAT_SECONDS):
            Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now())
        connection.close()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def sweep(*, now: dt.datetime) -> int:
    """Fail the jobs whose process is gone; returns how many. Called by the worker at start and by the job page."""
    return Job.objects.filter(state="running", heartbeat_at__lt=now - STALE_AFTER).update(
        state="failed",
        error=_("The work was interrupted before it ended. Nothing was changed; start it again."),
        finished_at=now,
    )
