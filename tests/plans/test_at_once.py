"""Two who work on one plan at the same moment take turns, on either database."""

from __future__ import annotations

import pytest

from kamerton.core.refused import Refused
from kamerton.plans.actions import activities, approving, plans
from kamerton.plans.models import Activity, Plan
from kamerton.plans.rules import schedule
from kamerton.work.models import Approval, Task
from tests.plans import factories as make
from tests.plans.factories import NOW
from tests.web.test_two_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def refused(told: list) -> int:
    assert [each for each in told if isinstance(each, Exception) and not isinstance(each, Refused)] == []
    return sum(isinstance(each, Refused) for each in told)


def test_one_version_is_sent_of_two_askings(firm, ready):
    make.closed(firm.sofia, ready)
    meeting = make.review(firm.sofia, ready, minutes="Agreed")
    told = at_once(
        *(
            lambda: approving.ask(actor=firm.sofia, plan=ready, review=meeting, reason="x", now=NOW)
            for _at in range(3)
        )
    )
    assert refused(told) == 2
    assert (ready.versions.count(), Approval.objects.count()) == (1, 1)


def test_a_phase_is_closed_once_and_every_activity_is_one_task(firm, ready):
    make.closed(firm.sofia, ready)
    told = at_once(
        *(
            lambda: plans.close_phase(actor=firm.sofia, plan=ready, phase="formalisation", now=NOW)
            for _at in range(3)
        )
    )
    assert refused(told) == 2
    assert Plan.objects.get().phase == "execution"
    assert Task.objects.filter(origin="plan").count() == 1


def test_two_orders_do_not_close_a_circle(firm, plan):
    one, two = make.activity(firm.sofia, plan, "One"), make.activity(firm.sofia, plan, "Two")

    def wait(row: Activity, other: Activity):
        return lambda: activities.edit(
            actor=firm.sofia, activity=row, opened={}, submitted={"after": [other]}, now=NOW
        )

    assert refused(at_once(wait(one, two), wait(two, one))) == 1
    steps = {
        row.pk: schedule.Step(key=row.pk, after=tuple(row.after.values_list("pk", flat=True)))
        for row in (one, two)
    }
    assert len(schedule.in_order(steps)) == 2


def test_two_versions_have_two_numbers(firm, ready):
    told = at_once(
        *(lambda: approving.keep(actor=firm.sofia, plan=ready, reason="x", now=NOW) for _at in range(3))
    )
    assert refused(told) == 2  # the others find nothing changed
    assert list(ready.versions.values_list("number", flat=True)) == [1]
