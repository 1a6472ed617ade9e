"""What signals read of plans, and where they lead."""

from __future__ import annotations

import datetime as dt

import pytest

from kamerton.signals.actions.evaluate import evaluate
from kamerton.signals.models import Signal
from kamerton.work.actions import tasks
from tests.plans import factories as make

pytestmark = pytest.mark.django_db
MAY = dt.datetime(2026, 5, 4, 9, 0, tzinfo=dt.UTC)


def told() -> set[tuple[str, str]]:
    rows = Signal.objects.open().filter(rule__startswith="plan_")
    return set(rows.values_list("rule", "account__number"))


def test_a_company_without_plans_is_left_alone(firm):
    evaluate(now=MAY)
    assert told() == set()


def test_what_is_late_forgotten_or_missing_is_told_and_goes_when_it_is_put_right(firm, ready):
    make.closed(firm.sofia, ready)
    make.closed(firm.sofia, ready)
    evaluate(now=MAY)
    assert told() == {("plan_late", "H-1"), ("plan_forgotten", "H-1")}
    tasks.finish_task(actor=firm.sofia, task=ready.activities.get().task, now=MAY)
    make.review(firm.sofia, ready, minutes="Looked at")
    evaluate(now=MAY)
    assert told() == set()


def test_a_key_account_without_a_plan_is_told_where_others_have_one(firm):
    make.plan(firm.sofia, firm.nordelma)
    evaluate(now=MAY)
    assert told() == {("plan_missing", "H-1")}


def test_only_near_goals_and_one_side_are_told(firm, plan):
    make.closed(firm.sofia, plan, "x")
    make.objective(firm.sofia, plan, due_on=dt.date(2026, 9, 1))
    evaluate(now=make.NOW)
    assert told() == {("plan_one_sided", "H-1"), ("plan_short", "H-1")}
