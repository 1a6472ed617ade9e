"""A job's row is the truth: progress, ends, cancelling, processes that are gone."""

from __future__ import annotations

import datetime as dt
import threading
import time

import pytest
from django.db import connection, transaction
from django.utils import timezone, translation
from django_tasks_db.models import DBTaskResult

from kamerton.core import jobs
from kamerton.core.models import Job
from kamerton.core.refused import Refused


@pytest.fixture
def kind(monkeypatch):
    """kind(work) -> the name under which `work` is registered, for this test alone."""

    def register(work):
        monkeypatch.setitem(jobs._registry, "test.work", work)
        return "test.work"

    return register


@pytest.fixture
def begin(kind, administrator, now, django_capture_on_commit_callbacks):
    """begin(work) -> its job, done in place."""

    def do(work, **parameters):
        with django_capture_on_commit_callbacks(execute=True):
            job = jobs.start(actor=administrator, kind=kind(work), parameters=parameters, now=now)
        job.refresh_from_db()
        return job

    return do


@pytest.mark.django_db
class TestEnds:
    def test_done(self, begin):
        def work(job, progress):
            progress(1, 4, "reading")
            return {"sum": job.parameters["one"] + 1}

        job = begin(work, one=1)
        assert (job.state, job.result, job.error) == ("done", {"sum": 2}, "")
        assert (job.done, job.total, job.note, job.percent) == (1, 4, "reading", 25)
        assert job.started_at <= job.heartbeat_at <= job.finished_at

    def test_refused(self, begin):
        def work(job, progress):
            raise Refused("The file is empty.", code="empty", hint="Choose another.")

        job = begin(work)
        assert (job.state, job.error) == ("failed", "The file is empty. Choose another.")
        assert job.result == {"code": "empty"}

    def test_a_fault_of_ours_says_so_and_is_logged(self, begin, caplog):
        job = begin(lambda job, progress: 1 / 0)
        assert job.state == "failed"
        assert job.error.startswith("Something went wrong on our side.")
        assert "ZeroDivisionError" in caplog.text

    def test_sentences_are_in_the_language_of_who_asked(self, kind, begin, administrator):
        administrator.language = "it"
        administrator.save()
        seen = []
        begin(lambda job, progress: seen.append(translation.get_language()))
        assert seen == ["it"]


@pytest.mark.django_db
def test_an_unknown_kind_is_a_fault(administrator, now):
    with pytest.raises(KeyError):
        jobs.start(actor=administrator, kind="no.such", parameters={}, now=now)


@pytest.mark.django_db
def test_a_job_is_taken_once(begin, kind, administrator, now):
    runs = []
    job = begin(lambda job, progress: runs.append(1))
    jobs.run_job.call(job_id=str(job.pk))
    assert runs == [1]


@pytest.mark.django_db
def test_cancelled_work_stops_at_its_next_progress(begin):
    def work(job, progress):
        jobs.cancel(job=job, now=timezone.now())
        progress(1, 2, "on")
        raise AssertionError("went on")

    job = begin(work)
    assert (job.state, job.error) == ("cancelled", "Cancelled. Nothing was changed.")


@pytest.mark.django_db
def test_cancelled_work_does_not_pass_confirm(begin):
    def work(job, progress):
        jobs.confirm(job)
        jobs.cancel(job=job, now=timezone.now())
        jobs.confirm(job)
        raise AssertionError("went on")

    assert begin(work).state == "cancelled"


@pytest.mark.django_db
def test_a_waiting_job_that_was_cancelled_never_runs(kind, administrator, now):
    runs = []
    job = jobs.start(
        actor=administrator, kind=kind(lambda job, progress: runs.append(1)), parameters={}, now=now
    )
    assert jobs.cancel(job=job, now=now)
    jobs.run_job.call(job_id=str(job.pk))
    assert runs == []
    assert not jobs.cancel(job=job, now=now)


@pytest.mark.django_db
@pytest.mark.parametrize(("silent_seconds", "state"), [(59, "running"), (61, "failed")])
def test_a_process_that_is_gone_fails_its_job(administrator, now, silent_seconds, state):
    beat = now - dt.timedelta(seconds=silent_seconds)
    job = Job.objects.create(
        actor=administrator, kind="x", created_at=beat, state="running", started_at=beat, heartbeat_at=beat
    )
    jobs.sweep(now=now)
    job.refresh_from_db()
    assert job.state == state


@pytest.mark.django_db
def test_progress_is_written_at_most_twice_a_second(begin, django_assert_max_num_queries):
    def work(job, progress):
        with django_assert_max_num_queries(2):
            for done in range(1000):
                progress(done, 1000, "counting")

    assert begin(work).state == "done"


@pytest.mark.django_db(transaction=True)
def test_long_silent_work_shows_signs_of_life(kind, administrator, now, monkeypatch):
    monkeypatch.setattr(jobs, "HEARTBEAT_SECONDS", 0.05)
    beats = set()

    def work(job, progress):
        for _ in range(40):
            beats.add(Job.objects.get(pk=job.pk).heartbeat_at)
            time.sleep(0.02)

    job = jobs.start(actor=administrator, kind=kind(work), parameters={}, now=now)
    job.refresh_from_db()
    assert job.state == "done"
    assert len(beats) > 2


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_by_others_while_the_work_goes_on(kind, administrator, now):
    seen = []

    def look(pk):
        seen.append(Job.objects.get(pk=pk).note)
        connection.close()

    def work(job, progress):
        progress(1, 2, "half")
        reader = threading.Thread(target=look, args=(job.pk,))
        reader.start()
        reader.join()

    jobs.start(actor=administrator, kind=kind(work), parameters={}, now=now)
    assert seen == ["half"]


@pytest.mark.django_db(transaction=True)
def test_a_job_of_a_transaction_that_fails_never_was(kind, administrator, now, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    with transaction.atomic():
        jobs.start(actor=administrator, kind=kind(lambda job, progress: None), parameters={}, now=now)
        transaction.set_rollback(True)
    assert (Job.objects.count(), DBTaskResult.objects.count()) == (0, 0)
    jobs.start(actor=administrator, kind=kind(lambda job, progress: None), parameters={}, now=now)
    assert (Job.objects.count(), DBTaskResult.objects.count()) == (1, 1)
