"""Who plans what; what took place becomes the last contact; every step is taken back."""

from __future__ import annotations

import datetime as dt

import pytest

from kamerton.access import policy
from kamerton.accounts import map_queries, timeline
from kamerton.accounts.actions import merging_contacts
from kamerton.accounts.models import Interaction
from kamerton.core import undo
from kamerton.core.concurrency import Conflict, plain
from kamerton.core.models import AuditEntry
from kamerton.core.refused import Refused
from kamerton.engagements import queries
from kamerton.engagements.actions import planning
from kamerton.engagements.models import Engagement
from kamerton.portfolio import review_queries
from tests.engagements.conftest import MONDAY, NOW, person_at, planned, values

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(days=3)


def test_whoever_reaches_the_account_plans_and_nobody_else(firm):
    row = planned(firm.sofia, firm.helios, contacts=[firm.contact])
    assert (row.owner, row.state, row.on) == (firm.sofia, "planned", MONDAY + dt.timedelta(days=1))
    with pytest.raises(policy.Forbidden):
        planned(firm.petra, firm.helios)
    assert list(queries.engagements(firm.petra)) == []
    assert list(queries.engagements(firm.ivo)) == [row]


def test_who_comes_along_sees_it_without_reaching_the_account(firm):
    row = planned(firm.sofia, firm.helios, colleagues=[firm.livia, firm.petra])
    assert list(queries.engagements(firm.livia)) == [row]
    assert queries.engagements(firm.sofia).count() == 1  # two companions bring it once


@pytest.mark.parametrize(
    "wrong",
    [
        {"channel": ""}, {"channel": "pigeon"}, {"purpose": " "}, {"time_zone": "Mars/Base"},
        {"ends_at": NOW}, {"ends_at": NOW + dt.timedelta(days=30)},
    ],
)  # fmt: skip
def test_how_what_for_and_when_must_be_told(firm, wrong):
    with pytest.raises(Refused):
        planned(firm.sofia, firm.helios, **wrong)
    assert not Engagement.objects.exists()


def test_contacts_of_another_account_and_outsiders_are_refused(firm):
    stranger = person_at(firm.foreign, "Olga Farr")
    with pytest.raises(Refused):
        planned(firm.sofia, firm.helios, contacts=[stranger])
    firm.livia.is_external = True
    with pytest.raises(Refused):
        planned(firm.sofia, firm.helios, colleagues=[firm.livia])


def test_one_plans_for_oneself_and_whoever_assigns_for_those_below(firm):
    row = planned(firm.sofia, firm.helios, owner=firm.ivo)
    assert row.owner == firm.ivo
    with pytest.raises(Refused):
        planned(firm.ivo, firm.helios, owner=firm.sofia)
    with pytest.raises(Refused):
        planned(firm.sofia, firm.helios, owner=firm.petra)


def test_the_day_is_that_of_the_place(firm):
    late = values()["starts_at"].replace(hour=23)
    row = planned(
        firm.sofia, firm.helios, starts_at=late, ends_at=late + dt.timedelta(hours=1), time_zone="Asia/Tokyo"
    )
    assert row.on == late.date() + dt.timedelta(days=1)


def test_moved_across_the_change_of_clocks_it_keeps_its_hour_and_its_length(firm):
    starts = dt.datetime(2026, 3, 27, 9, tzinfo=dt.UTC)  # ten o'clock in Rome
    row = planned(
        firm.sofia,
        firm.helios,
        starts_at=starts,
        ends_at=starts + dt.timedelta(hours=1),
        time_zone="Europe/Rome",
    )
    token = planning.move(actor=firm.sofia, engagement=row, day=dt.date(2026, 3, 30), now=NOW)
    row.refresh_from_db()
    assert row.starts_at == dt.datetime(2026, 3, 30, 8, tzinfo=dt.UTC)
    assert (row.ends_at - row.starts_at, row.on) == (dt.timedelta(hours=1), dt.date(2026, 3, 30))
    undo.take_back(actor=firm.sofia, token=token, now=NOW)
    row.refresh_from_db()
    assert (row.starts_at, row.on) == (starts, dt.date(2026, 3, 27))


def test_two_writers_at_once_the_second_sees_what_changed(firm):
    row = planned(firm.sofia, firm.helios)
    opened = {name: plain(getattr(row, name)) for name in ("purpose", "place")}
    planning.change(actor=firm.ivo, engagement=row, opened=opened, submitted={"purpose": "Prices"}, now=NOW)
    with pytest.raises(Conflict):
        planning.change(
            actor=firm.sofia, engagement=row, opened=opened, submitted={"purpose": "Terms", "place": "Plant"}, now=NOW
        )  # fmt: skip
    planning.change(actor=firm.sofia, engagement=row, opened=opened, submitted={"place": "Plant"}, now=NOW)
    row.refresh_from_db()
    assert (row.purpose, row.place) == ("Prices", "Plant")


def test_what_took_place_is_the_last_contact_of_everybody_met_and_counts_once(firm):
    other = person_at(firm.helios, "Carlo Nero")
    row = planned(firm.sofia, firm.helios, contacts=[firm.contact, other])
    assert not Interaction.objects.exists()
    token = planning.hold(actor=firm.sofia, engagement=row, outcome="They go on", now=LATER, in_depth=True)
    told = Interaction.objects.order_by("contact_id")
    assert [(each.contact, each.kind, each.on, each.person, each.in_depth) for each in told] == [
        (firm.contact, "visit", row.on, firm.sofia, True), (other, "visit", row.on, firm.sofia, True),
    ]  # fmt: skip
    assert [each.is_main for each in told] == [True, False]
    assert review_queries.last_contact() == {firm.helios.pk: row.on}
    unit = map_queries.unit_of(firm.helios, firm.sofia, LATER.date(), today=LATER.date())
    assert {touch.person for touch in unit.touches} == {firm.contact.pk, other.pk}
    undo.take_back(actor=firm.sofia, token=token, now=LATER)
    assert not Interaction.objects.exists()


def test_a_change_of_what_took_place_is_followed_and_never_doubled(firm):
    row = planned(firm.sofia, firm.helios, contacts=[firm.contact])
    planning.hold(actor=firm.sofia, engagement=row, outcome="", now=LATER)
    other = person_at(firm.helios, "Carlo Nero")
    planning.change(
        actor=firm.sofia,
        engagement=row,
        opened={},
        submitted={"channel": "phone"},
        contacts=[other],
        now=LATER,
    )
    assert [(each.contact, each.kind) for each in Interaction.objects.all()] == [(other, "call")]


def test_nothing_took_place_before_it_began_nor_twice(firm):
    row = planned(firm.sofia, firm.helios)
    with pytest.raises(Refused):
        planning.hold(actor=firm.sofia, engagement=row, outcome="", now=NOW)
    planning.hold(actor=firm.sofia, engagement=row, outcome="", now=LATER)
    with pytest.raises(Refused):
        planning.hold(actor=firm.sofia, engagement=row, outcome="", now=LATER)
    with pytest.raises(Refused):
        planning.move(actor=firm.sofia, engagement=row, day=MONDAY, now=LATER)
    with pytest.raises(Refused):
        planning.call_off(actor=firm.sofia, engagement=row, now=LATER)


def test_what_was_in_no_plan_is_written_down_as_it_was(firm):
    row = planning.record(
        actor=firm.sofia, account=firm.helios, values=values(day=-1, channel="phone", outcome="Asked about terms"),
        contacts=[firm.contact], now=NOW,
    )  # fmt: skip
    assert (row.state, row.is_unplanned, row.outcome) == ("done", True, "Asked about terms")
    assert Interaction.objects.get().kind == "call"


def test_the_timeline_tells_it_once_and_the_trail_no_word_of_it(firm):
    row = planned(firm.sofia, firm.helios, contacts=[firm.contact])
    planning.hold(actor=firm.sofia, engagement=row, outcome="They go on", now=LATER)
    found, _more = timeline.page(timeline.Asked(actor=firm.sofia, account=firm.helios, kinds={"met"}))
    assert [(each.entry.text, each.entry.detail) for each in found] == [
        ("Personal meeting with Rita Sole", "They go on")
    ]
    told = AuditEntry.objects.filter(action__startswith="engagements.")
    assert [each.action for each in told.order_by("pk")] == ["engagements.plan", "engagements.hold"]
    assert not any("go on" in str(each.after) for each in told)


def test_merged_contacts_are_met_once(firm):
    twin = person_at(firm.helios, "Rita Sole")
    row = planned(firm.sofia, firm.helios, contacts=[firm.contact, twin])
    merging_contacts.merge(actor=firm.dario, survivor=firm.contact, merged=twin, now=NOW)
    assert list(row.contacts.all()) == [firm.contact]
