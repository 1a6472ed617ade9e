"""Two visits to one account in one week share a brief (REL-14)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kamerton.access.secrecy import Secrecy
from kamerton.accounts.models import Need
from kamerton.core.concurrency import Conflict
from kamerton.core.refused import Refused
from kamerton.engagements import queries
from kamerton.engagements.actions import briefs, planning
from kamerton.engagements.models import WeekBrief
from kamerton.signals.actions import evaluate
from kamerton.signals.models import Signal
from kamerton.work.actions import tasks
from tests.engagements.conftest import MONDAY, NOW, person_at, planned

pytestmark = pytest.mark.django_db


def shared(actor, row):
    return queries.shared(actor, row, MONDAY)


def agree(actor, account, opened=None, now=NOW, **submitted):
    return briefs.agree(
        actor=actor, account=account, day=MONDAY + dt.timedelta(days=2), opened=opened or {},
        submitted={"say": "One price for both plants", **submitted}, now=now,
    )  # fmt: skip


@pytest.mark.requirement("REL-14")
def test_two_visits_in_one_week_share_a_brief_and_one_does_not(firm):
    other = person_at(firm.helios, "Carlo Nero")
    first = planned(
        firm.sofia, firm.helios, contacts=[firm.contact], division="Head office", function="purchasing"
    )
    assert shared(firm.sofia, first) is None
    second = planned(firm.ivo, firm.helios, day=4, contacts=[other], function="technical", purpose="Line 4")
    agree(firm.sofia, firm.helios)
    for reader, row in ((firm.sofia, first), (firm.ivo, second)):
        told = shared(reader, row)
        assert [(each.owner, list(each.contacts.all()), each.function) for each in told.rows] == [
            (firm.sofia, [firm.contact], "purchasing"), (firm.ivo, [other], "technical"),
        ]  # fmt: skip
        assert (told.agreed.say, told.overlaps) == ("One price for both plants", [])


@pytest.mark.requirement("REL-14")
def test_another_week_another_account_and_what_is_cancelled_share_nothing(firm):
    row = planned(firm.sofia, firm.helios, day=6)  # Sunday
    planned(firm.ivo, firm.helios, day=7)  # Monday after
    planned(firm.sofia, firm.nordelma, day=1)
    planned(firm.petra, firm.foreign, day=1)
    assert shared(firm.sofia, row) is None
    second = planned(firm.ivo, firm.helios, day=2)
    assert shared(firm.sofia, row) is not None
    planning.call_off(actor=firm.ivo, engagement=second, now=NOW)
    assert shared(firm.sofia, row) is None
    assert shared(firm.ivo, second) is None


def test_nothing_of_another_account_is_in_it(firm):
    for account, actor in ((firm.helios, firm.sofia), (firm.foreign, firm.petra)):
        Need.objects.create(account=account, what=f"Need of {account}", raised_on=MONDAY, created_at=NOW)
        tasks.put_down(
            actor=actor, owner=actor, title=f"Promise to {account}", account=account, origin="own", now=NOW
        )
        agree(actor, account, say=f"Said at {account}")
        past = planned(actor, account, day=-3, purpose="Earlier")
        planning.hold(actor=actor, engagement=past, outcome=f"Heard at {account}", now=NOW)
    row = planned(firm.sofia, firm.helios)
    planned(firm.ivo, firm.helios)
    planned(firm.petra, firm.foreign)
    told = shared(firm.sofia, row)
    assert {each.account for each in told.rows} == {firm.helios}
    assert [each.what for each in told.needs] == ["Need of Helios"]
    assert [each.title for each in told.tasks] == ["Promise to Helios"]
    assert [each.outcome for each in told.heard] == ["Heard at Helios"]
    assert told.agreed.say == "Said at Helios"


def test_who_only_comes_along_learns_who_else_goes_and_nothing_else_of_the_account(firm):
    Need.objects.create(account=firm.helios, what="Fewer stops", raised_on=MONDAY, created_at=NOW)
    row = planned(firm.sofia, firm.helios, colleagues=[firm.livia])
    planned(firm.ivo, firm.helios, day=2)
    agree(firm.sofia, firm.helios)
    told = shared(firm.livia, row)
    assert len(told.rows) == 2
    assert (told.needs, told.tasks, told.heard, told.agreed) == ([], [], [], None)


def test_what_is_agreed_and_secret_is_for_those_cleared_and_no_older_version_in_its_place(firm):
    firm.ivo.role = "sales_manager"
    firm.ivo.save()
    row = planned(firm.sofia, firm.helios)
    planned(firm.ivo, firm.helios)
    agree(firm.sofia, firm.helios)
    assert shared(firm.ivo, row).agreed.version == 1
    agree(firm.sofia, firm.helios, say="They will be sold", secrecy=Secrecy.SECRET)
    assert shared(firm.ivo, row).agreed is None
    assert shared(firm.sofia, row).agreed.version == 2


def test_only_who_is_responsible_or_assigns_says_what_is_said(firm):
    with pytest.raises(Refused):
        agree(firm.ivo, firm.helios)
    agree(firm.dario, firm.helios)
    assert WeekBrief.objects.get().by == firm.dario


def test_versions_stay_and_the_second_writer_sees_what_the_first_changed(firm):
    agree(firm.sofia, firm.helios)
    opened = {"say": "One price for both plants", "avoid": None, "secrecy": 1}
    agree(firm.dario, firm.helios, opened=opened, say="Two prices")
    with pytest.raises(Conflict):
        agree(firm.sofia, firm.helios, opened=opened, say="Three prices")
    agree(firm.sofia, firm.helios, opened=opened, avoid="Dates of delivery")
    told = WeekBrief.objects.order_by("version").values_list("version", "say", "avoid")
    assert list(told) == [
        (1, "One price for both plants", ""), (2, "Two prices", ""), (3, "Two prices", "Dates of delivery"),
    ]  # fmt: skip


def test_the_number_of_queries_does_not_grow(firm):

    row = planned(firm.sofia, firm.helios, contacts=[firm.contact])
    planned(firm.ivo, firm.helios, contacts=[firm.contact], colleagues=[firm.livia])
    with CaptureQueriesContext(
        connection,
    ) as few:
        shared(firm.sofia, row)
    for at in range(8):
        planned(firm.ivo, firm.helios, day=3, contacts=[firm.contact], colleagues=[firm.sofia])
        tasks.put_down(
            actor=firm.sofia, owner=firm.sofia, title=f"Task {at}", account=firm.helios, origin="own", now=NOW
        )
    with CaptureQueriesContext(connection) as many:
        shared(firm.sofia, row)
    assert len(many) == len(few)


def test_several_of_us_and_nothing_agreed_is_a_signal_until_it_is_agreed(firm):
    def opened():
        evaluate.evaluate(now=NOW)
        return list(
            Signal.objects.filter(rule="nothing_agreed", closed_at=None).values_list("account", "about")
        )

    first = planned(firm.sofia, firm.helios)
    planned(firm.sofia, firm.helios, day=2)
    assert opened() == []  # one person twice needs no agreement
    planned(firm.ivo, firm.helios, day=2)
    planned(firm.petra, firm.foreign)
    assert opened() == [(firm.helios.pk, f"engagements.engagement:{first.pk}")]
    agree(firm.sofia, firm.helios)
    assert opened() == []
