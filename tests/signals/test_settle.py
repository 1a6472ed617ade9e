"""What people do about signals, and how rules are set."""

from __future__ import annotations

import datetime as dt

import pytest

from kamerton.access import policy
from kamerton.accounts.models import Need
from kamerton.core import undo
from kamerton.core.models import AuditEntry, Job
from kamerton.core.refused import Refused
from kamerton.portfolio.actions.profile import set_profile
from kamerton.portfolio.models import Profile
from kamerton.signals import queries, registry
from kamerton.signals.actions import rule_settings, settle
from kamerton.signals.actions.evaluate import evaluate
from kamerton.signals.models import Signal
from kamerton.work.actions import tasks
from kamerton.work.models import Task
from tests.signals.factories import DAY, NOW, lost, snapshot
from tests.work.conftest import person

TOMORROW = DAY + dt.timedelta(1)


@pytest.fixture
def one(firm):
    snapshot({"N-1": lost(), "F-1": lost()})
    evaluate(now=NOW)
    return Signal.objects.get(rule="lost", account=firm.nordelma)


def test_putting_off_needs_a_reason_and_a_later_day(firm, one):
    for until, reason in ((DAY, "Fair"), (TOMORROW, "  ")):
        with pytest.raises(Refused):
            settle.snooze(actor=firm.sofia, signal=one, until=until, reason=reason, now=NOW)
    settle.snooze(actor=firm.sofia, signal=one, until=TOMORROW, reason="Fair", now=NOW)
    one.refresh_from_db()
    assert (one.snoozed_until, one.snooze_reason, one.snoozed_by) == (TOMORROW, "Fair", firm.sofia)
    assert one not in queries.concerning(firm.sofia, DAY)
    assert one in queries.concerning(firm.sofia, TOMORROW)
    settle.wake(actor=firm.sofia, signal=one, now=NOW)
    assert one in queries.concerning(firm.sofia, DAY)
    entry = AuditEntry.objects.get(action="signals.snooze")
    assert (entry.account_id, entry.subject) == (firm.nordelma.pk, f"signals.signal:{one.pk}")


def test_a_signal_becomes_a_task_once_and_is_back_when_that_ends_and_the_cause_stays(firm, one):
    task = settle.make_task(actor=firm.sofia, signal=one, now=NOW)
    assert (task.owner, task.account, task.due_on, task.origin) == (
        firm.sofia, firm.nordelma, DAY + dt.timedelta(7), "signal",
    )  # fmt: skip
    one.refresh_from_db()
    assert (one.task, one.acted_at, one.acted_by) == (task, NOW, firm.sofia)
    assert one not in queries.concerning(firm.sofia, DAY)
    with pytest.raises(settle.IsTask):
        settle.make_task(actor=firm.sofia, signal=one, now=NOW)
    tasks.finish_task(actor=firm.sofia, task=task, now=NOW)
    assert one in queries.concerning(firm.sofia, DAY)


def test_both_are_taken_back(firm, one):
    settle.snooze(actor=firm.sofia, signal=one, until=TOMORROW, reason="Fair", now=NOW)
    token = undo.offer(actor=firm.sofia, kind="signals.wake", parameters={"signals": [one.pk]}, now=NOW)
    undo.take_back(actor=firm.sofia, token=token, now=NOW)
    task = settle.make_task(actor=firm.sofia, signal=one, now=NOW)
    token = undo.offer(
        actor=firm.sofia, kind="signals.untask", parameters={"tasks": [[one.pk, task.pk]]}, now=NOW
    )
    undo.take_back(actor=firm.sofia, token=token, now=NOW)
    one.refresh_from_db()
    assert (one.task, one.acted_at, one.snoozed_until, one.snoozed_at, one.snooze_reason) == (
        None,
        None,
        None,
        None,
        "",
    )
    assert Task.objects.get(pk=task.pk).state == "dropped"


def test_nobody_does_anything_with_what_they_do_not_see_or_may_not_work_on(firm, one):
    for actor in (firm.petra, person("aldo", "auditor"), person("nadia", "hr")):
        for act in (settle.act, settle.make_task, settle.wake):
            with pytest.raises(policy.Forbidden):
                act(actor=actor, signal=one, now=NOW)
        with pytest.raises(policy.Forbidden):
            settle.snooze(actor=actor, signal=one, until=TOMORROW, reason="x", now=NOW)
    one.refresh_from_db()
    assert (one.acted_at, one.snoozed_until, one.task) == (None, None, None)


def test_what_is_closed_is_left_alone(firm, one):
    Signal.objects.filter(pk=one.pk).update(closed_at=NOW, closed_why="gone")
    with pytest.raises(settle.NotThere):
        settle.act(actor=firm.sofia, signal=one, now=NOW)


def test_the_first_act_counts(firm, one):
    settle.act(actor=firm.sofia, signal=one, now=NOW)
    settle.act(actor=firm.dario, signal=one, now=NOW + dt.timedelta(1))
    one.refresh_from_db()
    assert (one.acted_at, one.acted_by) == (NOW, firm.sofia)


# --- rules -----------------------------------------------------------------------------------------------


@pytest.fixture
def rule():
    return registry.rule("slipping")


@pytest.mark.parametrize("value", [-0.01, 1.01, float("nan"), float("inf")])
def test_a_threshold_out_of_bounds_is_refused_in_words(firm, rule, value):
    with pytest.raises(rule_settings.BadThreshold, match="lies between 0 and 100"):
        rule_settings.set_threshold(
            actor=firm.dario, rule=rule, threshold=rule.thresholds[0], value=value, now=NOW
        )


def test_days_are_whole(firm):
    need = registry.rule("need_waits")
    with pytest.raises(rule_settings.BadThreshold, match="whole number"):
        rule_settings.set_threshold(
            actor=firm.dario, rule=need, threshold=need.thresholds[0], value=2.5, now=NOW
        )


def test_a_threshold_counts_at_once(firm, django_capture_on_commit_callbacks):
    need = registry.rule("need_waits")
    Need.objects.create(account=firm.helios, what="x", raised_on=DAY - dt.timedelta(5), created_at=NOW)
    evaluate(now=NOW)
    assert not Signal.objects.filter(rule="need_waits").exists()
    with django_capture_on_commit_callbacks(execute=True):
        rule_settings.set_threshold(
            actor=firm.dario, rule=need, threshold=need.thresholds[0], value=5, now=NOW
        )
    evaluate(now=NOW)
    assert Signal.objects.filter(rule="need_waits").count() == 1
    rule_settings.switch(actor=firm.dario, rule=need, on=False, now=NOW)
    evaluate(now=NOW)
    assert not Signal.objects.filter(rule="need_waits", closed_at=None).exists()
    assert AuditEntry.objects.filter(action="signals.set_rule").count() == 2
    assert Job.objects.filter(kind="signals.evaluate").count() == 2


def test_what_the_profile_holds_is_set_there(firm):
    critical = registry.rule("critical_dependence")
    rule_settings.set_threshold(
        actor=firm.dario, rule=critical, threshold=critical.thresholds[0], value=0.25, now=NOW
    )
    assert Profile.objects.get().share_critical == 0.25
    with pytest.raises(Refused):
        rule_settings.set_threshold(
            actor=firm.dario, rule=critical, threshold=critical.thresholds[0], value=0.9, now=NOW
        )


def test_rules_are_set_by_who_configures(firm, rule):
    with pytest.raises(policy.Forbidden):
        rule_settings.switch(actor=firm.sofia, rule=rule, on=False, now=NOW)
    with pytest.raises(policy.Forbidden):
        rule_settings.set_threshold(
            actor=firm.sofia, rule=rule, threshold=rule.thresholds[0], value=0.5, now=NOW
        )


# --- when they are evaluated -------------------------------------------------------------------------------


def test_an_edit_is_looked_at_when_it_has_committed(firm, django_capture_on_commit_callbacks):
    from kamerton.accounts.actions import needs

    with django_capture_on_commit_callbacks(execute=True):
        need = needs.raise_need(
            actor=firm.sofia,
            account=firm.helios,
            now=NOW,
            values={"what": "Pallets", "raised_on": DAY - dt.timedelta(30)},
        )
    assert Signal.objects.open().filter(rule="need_waits", about=f"accounts.need:{need.pk}").exists()


def test_many_edits_of_one_transaction_are_looked_at_once(firm, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        for at in range(5):
            tasks.create_task(actor=firm.sofia, title=f"x{at}", account=firm.helios, now=NOW)
            tasks.create_task(actor=firm.sofia, title=f"y{at}", account=firm.nordelma, now=NOW)
    assert len(callbacks) == 1


def test_what_people_do_with_signals_moves_nothing(firm, one, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        settle.act(actor=firm.sofia, signal=one, now=NOW)
    assert callbacks == []


def test_an_edit_stands_when_rules_fail(firm, monkeypatch, django_capture_on_commit_callbacks):
    def broken(*_args, **_more):
        raise RuntimeError

    monkeypatch.setattr("kamerton.signals.hearing.evaluate.evaluate", broken)
    with django_capture_on_commit_callbacks(execute=True):
        task = tasks.create_task(actor=firm.sofia, title="x", account=firm.helios, now=NOW)
    assert Task.objects.filter(pk=task.pk).exists()


def test_every_night_all_are_looked_at(firm):
    from kamerton.work.actions import daily

    Need.objects.create(account=firm.helios, what="x", raised_on=DAY - dt.timedelta(30), created_at=NOW)
    daily.daily_once(now=NOW)
    assert Signal.objects.filter(rule="need_waits").count() == 1
    Signal.objects.all().delete()
    assert daily.daily_once(now=NOW) is None
    assert not Signal.objects.exists()


def test_the_first_page_of_the_day_does_not_wait_for_it(firm):
    from kamerton.work.actions import daily

    daily.daily_once(now=NOW, actor=firm.sofia)
    assert Job.objects.get(kind="signals.evaluate").actor == firm.sofia


def test_the_profile_moves_figures_and_they_move_signals(firm, monkeypatch):
    """The chain: a setting, a snapshot, its hook."""
    from kamerton.portfolio import hooks

    made = snapshot({"N-1": lost()})
    set_profile(actor=firm.dario, now=NOW, share_critical=0.3)
    hooks.tell(snapshot=made, actor=firm.dario, now=NOW, progress=lambda *_told: None)
    assert Signal.objects.filter(rule="lost").count() == 1
