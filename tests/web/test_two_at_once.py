"""Two people do the same thing at the same moment: each on a connection of their own, on either database.

The second one is told, and nothing is doubled or lost.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.urls import reverse

from kamerton.accounts.models import Account, Contact
from kamerton.core import clock
from kamerton.core.models import AuditEntry, Job
from kamerton.core.refused import Refused
from kamerton.exchange import actions as imports
from kamerton.exchange import importing
from kamerton.exchange.models import Chunk, Run
from kamerton.work.actions import giving, requests, tasks
from kamerton.work.models import Request, Task
from tests.work.conftest import NOW, TODAY, firm  # noqa: F401 - fixture

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each gave, or the refusal that it met, after all were let go at the same moment."""
    together, told = threading.Barrier(len(acts)), [None] * len(acts)

    def act(at: int) -> None:
        together.wait()
        try:
            with clock.set_to(NOW):
                told[at] = acts[at]()
        except Exception as error:
            told[at] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act, args=(at,)) for at in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def signed_in(who: Any) -> Client:
    client = Client()
    client.force_login(who)
    return client


def refusals(told: list[Any]) -> list[str]:
    assert all(not isinstance(each, Exception) or isinstance(each, Refused) for each in told), told
    return [each.code for each in told if isinstance(each, Refused)]


def entries(action: str) -> int:
    return AuditEntry.objects.filter(action=action).count()


# --- work ----------------------------------------------------------------------------------------------------


def test_the_same_bulk_action_is_done_once_for_each_row(firm):  # noqa: F811
    rows = [
        tasks.create_task(
            actor=firm.sofia, title=f"Row {at}", account=firm.helios, repeats="weekly", due_on=TODAY, now=NOW
        )
        for at in range(6)
    ]
    data = {"action": "finish", "which": "picked", "pick": [row.pk for row in rows]}
    users = [signed_in(who) for who in (firm.sofia, firm.dario)]
    pages = at_once(*(lambda user=user, at=at: user.post(reverse("tasks_bulk"), {**data, "once": str(at)}, follow=True)
                      for at, user in enumerate(users)))  # fmt: skip
    assert all(getattr(page, "status_code", 0) in (200, 409) for page in pages), pages
    assert Task.objects.filter(state="done").count() == 6
    assert entries("work.finish_task") == 6
    assert Task.objects.filter(state="open").count() == 6  # the next occurrence of each, once
    told = [page.content.decode() for page in pages]
    assert sum("6 tasks finished." in page for page in told) == 1
    assert sum(page.count("was finished or dropped already") >= 6 for page in told) == 1


def test_who_takes_a_request_second_is_told_who_sees_to_it(firm):  # noqa: F811
    asked = requests.send_request(actor=firm.sofia, unit=firm.logistics, title="When?", due_on=TODAY, now=NOW)
    seen = [Request.objects.get(pk=asked.pk) for _each in range(2)]
    told = at_once(*(lambda row=row, who=who: requests.take_request(actor=who, request=row, now=NOW)
                     for row, who in zip(seen, (firm.livia, firm.greta), strict=True)))  # fmt: skip
    assert refusals(told) == ["taken"]
    winner = next(each for each in told if isinstance(each, Request))
    assert Request.objects.get().taken_by == winner.taken_by
    assert entries("work.take_request") == 1
    assert winner.taken_by.display_name in next(str(each) for each in told if isinstance(each, Refused))


def test_a_page_that_is_old_does_not_take_over_in_silence(firm):  # noqa: F811
    asked = requests.send_request(actor=firm.sofia, unit=firm.logistics, title="When?", due_on=TODAY, now=NOW)
    livia, greta, url = signed_in(firm.livia), signed_in(firm.greta), reverse("request_take", args=[asked.pk])
    with clock.set_to(NOW):
        assert 'name="seen" value=""' in greta.get(reverse("request", args=[asked.pk])).content.decode()
        livia.post(url, {"seen": ""})
        page = greta.post(url, {"seen": ""}, follow=True).content.decode()
        assert "Livia sees to it since a moment. Nothing was changed." in page
        assert Request.objects.get().taken_by == firm.livia
        assert f'name="seen" value="{firm.livia.pk}"' in page
        greta.post(url, {"seen": firm.livia.pk})  # now on purpose
    assert Request.objects.get().taken_by == firm.greta


def test_a_task_is_handed_to_one_of_two(firm):  # noqa: F811
    task = tasks.create_task(actor=firm.sofia, title="Call", account=firm.helios, now=NOW)
    seen = [Task.objects.get(pk=task.pk) for _each in range(2)]
    told = at_once(lambda: giving.assign_task(actor=firm.dario, task=seen[0], to=firm.petra, now=NOW),
                   lambda: giving.assign_task(actor=firm.sofia, task=seen[1], to=firm.ivo, now=NOW))  # fmt: skip
    assert refusals(told) == ["handed_on"]
    assert entries("work.assign_task") == 1
    assert Task.objects.get().owner in (firm.petra, firm.ivo)


def test_a_task_is_finished_by_one_of_two(firm):  # noqa: F811
    task = tasks.create_task(actor=firm.sofia, title="Call", repeats="weekly", due_on=TODAY, now=NOW)
    told = at_once(*(lambda: tasks.finish_task(actor=firm.sofia, task=task, now=NOW) for _each in range(2)))
    assert len(refusals(told)) == 1
    assert (Task.objects.count(), entries("work.finish_task")) == (2, 1)


# --- imports ---------------------------------------------------------------------------------------------------


@pytest.fixture
def checked(firm, monkeypatch):  # noqa: F811
    """Twelve people, three chunks, looked at and checked."""
    monkeypatch.setattr("kamerton.exchange.reading.CHUNK", 5)
    text = "Name,Company\n" + "".join(f"Person {at} Somebody,Helios\n" for at in range(12))
    run = imports.create_run(actor=firm.sofia, files=[SimpleUploadedFile("p.csv", text.encode())], now=NOW)
    imports.inspect(actor=firm.sofia, run=run, now=NOW)
    return imports.check(actor=firm.sofia, run=run, now=NOW)


def imported() -> tuple[int, int, int, int]:
    names = Contact.objects.filter(name__startswith="Person").values_list("name", flat=True)
    return len(names), len(set(names)), Chunk.objects.count(), entries("exchange.import")


def test_an_import_that_two_windows_confirm_runs_once(firm, checked):  # noqa: F811
    url = reverse("contact_import_start", args=[checked.pk])
    pages = at_once(*(lambda: signed_in(firm.sofia).post(url, follow=True) for _each in range(2)))
    assert all(getattr(page, "status_code", 0) in (200, 422) for page in pages), pages
    told = [page.content.decode() for page in pages]
    assert (
        sum(
            "is imported already" in page or "is going on already" in page or "not checked yet" in page
            for page in told
        )
        <= 1
    )
    assert imported() == (12, 12, 3, 1)
    assert Job.objects.filter(kind="exchange.import").count() == 1
    assert Run.objects.get().counts["contacts_added"] == 12


def test_an_import_that_two_workers_write_is_written_once(firm, checked):  # noqa: F811
    seen = [Run.objects.get(pk=checked.pk) for _each in range(2)]
    told = at_once(
        *(lambda run=run: importing.import_run(actor=firm.sofia, run=run, now=NOW) for run in seen)
    )
    codes = refusals(told)
    assert set(codes) == {"moved_on"}
    if len(codes) == 2:  # each stopped at a chunk of the other's: it goes on from there
        importing.import_run(actor=firm.sofia, run=Run.objects.get(), now=NOW)
    assert imported() == (12, 12, 3, 1)
    with pytest.raises(Refused, match="ended it meanwhile"):
        importing.import_run(actor=firm.sofia, run=Run.objects.get(), now=NOW)
    assert imported() == (12, 12, 3, 1)


def test_an_answer_from_an_old_window_does_not_reset_an_import(firm, checked):  # noqa: F811
    importing.import_run(actor=firm.sofia, run=Run.objects.get(), now=NOW)
    acts: tuple[Callable[[Run], Any], ...] = (
        lambda run: imports.settle(actor=firm.sofia, run=run, answers={"system": "x"}, now=NOW),
        lambda run: imports.decide(actor=firm.sofia, run=run, people={}, companies_={}, now=NOW),
        lambda run: imports.check(actor=firm.sofia, run=run, now=NOW),
    )
    for act in acts:
        old = Run.objects.get(pk=checked.pk)
        old.state = "checked"  # as the window shows it
        with pytest.raises(Refused):
            act(old)
    assert Run.objects.get().state == "imported"
    assert imported() == (12, 12, 3, 1)


def test_two_undo_one_import(firm, checked):  # noqa: F811
    importing.import_run(actor=firm.sofia, run=checked, now=NOW)
    run = Run.objects.get()
    told = at_once(*(lambda: importing.undo(actor=firm.sofia, run=run, now=NOW) for _each in range(2)))
    assert refusals(told) == ["nothing"]
    assert entries("exchange.undo") == 1
    assert not Contact.objects.filter(name__startswith="Person").exists()
    assert Account.objects.filter(pk=firm.helios.pk).exists()
