"""Tasks: written, changed by two, finished, put off, given to others, taken back."""

from __future__ import annotations

import datetime as dt

import pytest

from kamerton.access import policy
from kamerton.core import concurrency, undo
from kamerton.core.models import AuditEntry
from kamerton.core.refused import Refused
from kamerton.work import queries
from kamerton.work.actions import giving, priorities, tasks
from kamerton.work.models import Task
from tests.work.conftest import NOW, TODAY, absence, cover

DAY = dt.timedelta(days=1)


def make(actor, title="Call Rita", **more):
    return tasks.create_task(actor=actor, title=title, now=NOW, **more)


def values(task, *names):
    return {name: concurrency.plain(value) for name, value in concurrency.values_of(task, names).items()}


def test_a_task_of_a_key_account_goes_first_and_the_trail_holds_no_words(firm):
    task = make(
        firm.sofia,
        title="Ask about the secret tender",
        account=firm.helios,
        contact=firm.contact,
        due_on=TODAY,
    )
    other = make(firm.sofia, account=firm.nordelma)
    assert (task.priority, other.priority, task.origin, task.owner) == (1, 2, "own", firm.sofia)
    entry = AuditEntry.objects.get(action="work.create_task", subject=f"work.task:{task.pk}")
    assert entry.account_id == firm.helios.pk
    assert "secret" not in str(entry.before) + str(entry.after) + entry.reason


def test_open_work_moves_up_and_down_when_the_key_accounts_change(firm):
    from kamerton.work import key_accounts

    helios, nordelma = make(firm.sofia, account=firm.helios), make(firm.sofia, account=firm.nordelma)
    done = make(firm.sofia, account=firm.helios)
    tasks.finish_task(actor=firm.sofia, task=done, now=NOW)
    key_accounts.register(lambda _among: frozenset({"N-1"}))
    assert priorities.renew() == 2
    assert priorities.renew() == 0
    told = dict(Task.objects.values_list("pk", "priority"))
    assert told == {helios.pk: 2, nordelma.pk: 1, done.pk: 1}


@pytest.mark.parametrize(
    ("more", "says"),
    [({"title": "  "}, "what is to be done"), ({"repeats": "weekly"}, "needs a day")],
)
def test_what_is_no_task(firm, more, says):
    with pytest.raises(Refused, match=says):
        make(firm.sofia, **more)
    assert not Task.objects.exists()


def test_a_contact_of_another_account_is_refused(firm):
    with pytest.raises(Refused, match="another account"):
        make(firm.sofia, account=firm.nordelma, contact=firm.contact)


def test_nobody_writes_about_an_account_outside_the_reach(firm):
    with pytest.raises(policy.Forbidden):
        make(firm.sofia, account=firm.foreign)
    own = make(firm.sofia)
    with pytest.raises(policy.Forbidden):
        tasks.edit_task(actor=firm.sofia, task=own, opened={}, submitted={"account": firm.foreign}, now=NOW)


def test_two_who_edit_different_fields_lose_nothing_and_the_same_field_is_a_conflict(firm):
    task = make(firm.sofia, account=firm.helios)
    opened = values(task, "title", "due_on")
    tasks.edit_task(
        actor=firm.sofia,
        task=task,
        opened=opened,
        submitted={"title": "Call Rita today", "due_on": None},
        now=NOW,
    )
    tasks.edit_task(
        actor=firm.dario, task=task, opened=opened, submitted={"title": "Call Rita", "due_on": TODAY}, now=NOW
    )
    task.refresh_from_db()
    assert (task.title, task.due_on, task.version) == ("Call Rita today", TODAY, 3)
    with pytest.raises(concurrency.Conflict) as told:
        tasks.edit_task(
            actor=firm.dario, task=task, opened=opened, submitted={"title": "Write to Rita"}, now=NOW
        )
    assert [(each.name, each.theirs) for each in told.value.differences] == [("title", "Call Rita today")]


def test_a_finished_task_returns_with_its_list_and_undo_takes_the_next_one_away(firm):
    task = make(
        firm.sofia,
        account=firm.helios,
        due_on=dt.date(2026, 1, 31),
        repeats="monthly",
        checklist=["Figures", " "],
    )
    tasks.tick(actor=firm.sofia, task=task, item=0, text="Figures", done=True, now=NOW)
    following = tasks.finish_task(actor=firm.sofia, task=task, now=NOW, outcome="All well")
    assert (following.due_on, following.origin, following.repeats_day) == (
        dt.date(2026, 3, 31),
        "recurrence",
        31,
    )
    assert following.checklist == [{"text": "Figures", "done": False}]
    token = undo.offer(actor=firm.sofia, kind="work.reopen", parameters={"tasks": [task.pk]}, now=NOW)
    assert undo.take_back(actor=firm.sofia, token=token, now=NOW) == "1 task is open again."
    task.refresh_from_db()
    assert (task.state, task.outcome, task.ended_at, task.repeats) == ("open", "", None, "monthly")
    assert list(Task.objects.all()) == [task]


def test_a_next_occurrence_that_was_touched_stays_and_alone_returns(firm):
    task = make(firm.sofia, due_on=TODAY, repeats="weekly")
    following = tasks.finish_task(actor=firm.sofia, task=task, now=NOW)
    tasks.move_task(actor=firm.sofia, task=following, due_on=TODAY + 9 * DAY, now=NOW)
    again = tasks.reopen_task(actor=firm.sofia, task=task, now=NOW)
    assert again.repeats == ""
    assert Task.objects.count() == 2


def test_finished_twice_is_told(firm):
    task = make(firm.sofia)
    tasks.finish_task(actor=firm.sofia, task=task, now=NOW)
    with pytest.raises(tasks.NotOpen, match="finished or dropped already"):
        tasks.finish_task(actor=firm.sofia, task=task, now=NOW)
    with pytest.raises(tasks.NotOpen):
        tasks.drop_task(actor=firm.sofia, task=task, now=NOW)


@pytest.mark.parametrize(("until", "reason"), [(TODAY, "Rita is away"), (TODAY + DAY, "  ")])
def test_putting_off_needs_a_later_day_and_a_reason(firm, until, reason):
    with pytest.raises(Refused):
        tasks.snooze_task(actor=firm.sofia, task=make(firm.sofia), until=until, reason=reason, now=NOW)


def test_what_is_put_off_is_back_on_its_day(firm):
    task = make(firm.sofia, due_on=TODAY)
    tasks.snooze_task(actor=firm.sofia, task=task, until=TODAY + DAY, reason="Rita is away", now=NOW)
    assert list(queries.tasks_for_today(firm.sofia, TODAY)) == []
    assert list(queries.tasks_for_today(firm.sofia, TODAY + DAY)) == [task]


def test_a_list_changed_meanwhile_is_not_ticked(firm):
    task = make(firm.sofia, checklist=["Figures", "Prices"])
    with pytest.raises(Refused, match="changed meanwhile"):
        tasks.tick(actor=firm.sofia, task=task, item=1, text="Figures", done=True, now=NOW)
    with pytest.raises(Refused, match="changed meanwhile"):
        tasks.tick(actor=firm.sofia, task=task, item=7, text="Figures", done=True, now=NOW)


def test_the_order_of_the_database_is_the_order_of_the_rules(firm):
    from kamerton.work import rules

    for at, day in enumerate([None, -9, -1, 0, 0, 3, 6, 7, 40]):
        whose = firm.helios if at % 2 else firm.nordelma
        make(firm.sofia, title=str(at), account=whose, due_on=None if day is None else TODAY + day * DAY)
    stored = list(queries.in_list_order(Task.objects.all(), TODAY))
    told = rules.in_order([rules.Waiting(task.pk, task.priority, task.due_on) for task in stored], TODAY)
    assert [task.pk for task in stored] == [each.id for each in told]


# --- for others ------------------------------------------------------------------------------------------


@pytest.mark.requirement("TEAM-01")
def test_a_senior_distributes_to_the_juniors_of_the_account_and_a_junior_to_nobody(firm):
    one, two = make(firm.sofia, account=firm.helios), make(firm.sofia, title="Samples", account=firm.helios)
    giving.distribute(actor=firm.sofia, shares=[(one, firm.ivo), (two, firm.ivo)], now=NOW)
    assert set(Task.objects.values_list("owner__username", "origin")) == {("ivo", "distributed")}
    with pytest.raises(policy.Forbidden):
        giving.assign_task(actor=firm.ivo, task=one, to=firm.sofia, now=NOW)
    with pytest.raises(policy.Forbidden):
        make(firm.ivo, owner=firm.sofia)
    with pytest.raises(policy.Forbidden):
        giving.give_back(actor=firm.ivo, task=one, owner=firm.livia, origin="own", now=NOW)
    assert set(Task.objects.values_list("owner__username", flat=True)) == {"ivo"}


def test_all_of_a_distribution_or_nothing(firm):
    one, two = make(firm.sofia, account=firm.helios), make(firm.sofia, account=firm.helios)
    with pytest.raises(Refused, match="neither in your line"):
        giving.distribute(actor=firm.sofia, shares=[(one, firm.ivo), (two, firm.petra)], now=NOW)
    assert set(Task.objects.values_list("owner__username", flat=True)) == {"sofia"}


def test_a_junior_of_the_account_need_not_report_to_the_senior(firm):
    firm.ivo.reports_to = firm.petra
    firm.ivo.save()
    task = make(firm.sofia, account=firm.helios, owner=firm.ivo)
    assert task.origin == "distributed"
    with pytest.raises(Refused, match="neither in your line"):
        make(firm.sofia, account=firm.nordelma, owner=firm.ivo)
    given = Task.objects.get(pk=task.pk)
    given.created_by = firm.dario
    given.save()
    assert queries.may_change(firm.sofia, given, TODAY)  # a senior manages what the juniors of the account do


@pytest.mark.requirement("RGT-06")
def test_an_assignment_of_a_superior_is_due_and_done(firm):
    task = make(firm.dario, title="Visit Helios", account=firm.helios, owner=firm.sofia, due_on=TODAY)
    assert (task.origin, task.created_by) == ("assigned", firm.dario)
    assert list(queries.tasks_for_today(firm.sofia, TODAY)) == [task]
    tasks.finish_task(actor=firm.sofia, task=task, now=NOW, outcome="They sign in May")
    seen = queries.tasks(firm.dario).get(origin="assigned")
    assert (seen.state, seen.outcome, seen.ended_at) == ("done", "They sign in May", NOW)


def test_handing_on_is_taken_back(firm):
    task = make(firm.sofia, account=firm.helios)
    giving.assign_task(actor=firm.sofia, task=task, to=firm.ivo, now=NOW)
    told = {"tasks": [[task.pk, firm.sofia.pk, "own"]]}
    token = undo.offer(actor=firm.sofia, kind="work.give_back", parameters=told, now=NOW)
    undo.take_back(actor=firm.sofia, token=token, now=NOW)
    task.refresh_from_db()
    assert (task.owner, task.origin) == (firm.sofia, "own")


def test_a_task_keeps_where_it_came_from_when_it_is_handed_on(firm):
    task = make(firm.sofia, account=firm.helios, origin="need")
    assert giving.assign_task(actor=firm.sofia, task=task, to=firm.ivo, now=NOW).origin == "need"


def test_a_colleague_reads_and_does_not_touch(firm):
    task = make(firm.sofia, account=firm.helios)
    assert task in queries.tasks(firm.ivo)
    for act in (tasks.finish_task, tasks.drop_task):
        with pytest.raises(policy.Forbidden):
            act(actor=firm.ivo, task=task, now=NOW)
    assert task not in queries.tasks(firm.petra)
    with pytest.raises(policy.Forbidden):
        tasks.finish_task(actor=firm.petra, task=task, now=NOW)


def test_a_substitute_does_the_tasks_of_the_absent_person_for_those_days(firm):
    cover(firm.foreign, firm.ivo, "sales")
    task = make(firm.sofia, due_on=TODAY)
    absence(firm.sofia, firm.petra, TODAY, TODAY)
    assert list(queries.tasks_for_today(firm.petra, TODAY)) == [task]
    assert list(queries.tasks_for_today(type(firm.petra).objects.get(pk=firm.petra.pk), TODAY + DAY)) == []
    from kamerton.core import clock

    with clock.set_to(NOW):
        tasks.finish_task(actor=firm.petra, task=task, now=NOW)
    task.refresh_from_db()
    assert (task.state, task.owner) == ("done", firm.sofia)


def test_who_can_be_given_a_task(firm):
    def names(actor, account=None):
        return {each.username for each in queries.assignable(actor, TODAY, account)}

    assert names(firm.ivo) == {"ivo"}
    assert names(firm.sofia) == {"sofia", "ivo"}
    assert names(firm.petra) == {"petra"}
    assert {"sofia", "ivo", "petra", "livia"} <= names(firm.dario)


@pytest.mark.parametrize(("kind", "origin"), [("need", "need"), ("mention", "mention"), ("budget", "budget")])
def test_what_is_announced_at_an_account_becomes_a_task_once(firm, kind, origin):
    from kamerton.access.secrecy import Secrecy
    from kamerton.accounts import announcements

    told = announcements.Announcement(
        kind=kind, account=firm.helios, subject=firm.contact, people=(firm.sofia, firm.ivo), title="New need",
        secrecy=Secrecy.INTERNAL, actor=firm.dario, now=NOW,
    )  # fmt: skip
    announcements.announce(told)
    announcements.announce(told)
    found = Task.objects.order_by("pk").values_list(
        "owner__username", "origin", "title", "priority", "account__number"
    )
    assert list(found) == [("sofia", origin, "New need", 1, "H-1"), ("ivo", origin, "New need", 1, "H-1")]
