"""Whom to contact next: why, and who is left in peace."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamerton.accounts.actions import contacts as contact_actions
from kamerton.accounts.models import Need
from kamerton.engagements import queries, rules
from kamerton.engagements.proposing import Person, Proposal, Reason, proposals, usual_gap_days
from tests.engagements.conftest import MONDAY, NOW, person_at, planned

TODAY = dt.date(2026, 3, 2)


def ago(*days):
    return tuple(TODAY - dt.timedelta(days=each) for each in days)


@pytest.mark.parametrize(
    ("days", "gap"), [((), None), (ago(1, 2), None), (ago(0, 10, 30), 15), (ago(0, 0, 10), None)]
)
def test_what_is_usual_needs_three_contacts(days, gap):
    assert usual_gap_days(days) == gap


def test_silent_is_longer_than_usual_for_this_person():
    often, seldom = (
        Person(id=1, account=1, days=ago(20, 27, 34)),
        Person(id=2, account=1, days=ago(20, 50, 80)),
    )
    assert proposals([often, seldom], (), TODAY) == [Proposal(1, 1, (Reason("silent", 20, 7),))]


def test_less_than_two_weeks_is_no_silence():
    assert proposals([Person(id=1, account=1, days=ago(13, 14, 15))], (), TODAY) == []


def test_who_decides_and_was_never_met_and_who_is_met_alone():
    people = [
        Person(id=1, account=1, days=ago(5)), Person(id=2, account=1), Person(id=3, account=1, decides=True),
    ]  # fmt: skip
    assert proposals(people, (), TODAY) == [Proposal(1, 3, (Reason("never_met"), Reason("single")))]
    assert proposals(people, (3,), TODAY) == []


def test_more_reasons_stand_first_then_longer_silence():
    people = [
        Person(id=1, account=1, days=ago(40, 50, 60)), Person(id=2, account=1, days=ago(90, 100, 110)),
        Person(id=3, account=2, days=ago(40, 50, 60), needs=1),
    ]  # fmt: skip
    assert [each.contact for each in proposals(people, (), TODAY)] == [3, 2, 1]


@pytest.mark.django_db
def test_of_the_accounts_one_looks_after_and_of_nobody_else(firm):
    strange = person_at(firm.foreign, "Olga Farr", decision_roles=["decider"])
    boss = person_at(firm.helios, "Carlo Nero", decision_roles=["decider"])
    for back in (60, 70, 80):
        contact_actions.log_interaction(
            actor=firm.sofia, account=firm.helios, contact=firm.contact, kind="call", on=MONDAY - dt.timedelta(days=back), now=NOW
        )  # fmt: skip
    Need.objects.create(
        account=firm.helios, contact=firm.contact, what="Fewer stops", raised_on=MONDAY, created_at=NOW
    )
    found = queries.proposals(firm.sofia, MONDAY)
    assert [(each, [r.kind for r in proposal.reasons]) for each, proposal in found] == [
        (firm.contact, ["silent", "need"]), (boss, ["never_met", "single"]),
    ]  # fmt: skip
    assert strange not in [each for each, _proposal in found]
    planned(firm.ivo, firm.helios, day=5, contacts=[firm.contact])  # a colleague goes there: no need to
    assert [each for each, _proposal in queries.proposals(firm.sofia, MONDAY)] == [boss]


@pytest.mark.django_db
def test_an_empty_next_week_is_told_to_who_looks_after_accounts(firm):
    assert queries.next_week_is_empty(firm.sofia, MONDAY)
    assert not queries.next_week_is_empty(firm.livia, MONDAY)
    planned(firm.ivo, firm.helios, day=7, colleagues=[firm.sofia])
    assert not queries.next_week_is_empty(firm.sofia, MONDAY)


# --- contacts outside the plan take nothing away (MTG-02) -------------------------------------------------------

ROWS = st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), max_size=30)


@given(ROWS, st.booleans(), st.booleans())
def test_what_stands_outside_the_plan_never_changes_what_was_kept_of_it(rows, done, due):
    before = rules.kept(rows)
    after = rules.kept([*rows, (True, done, due)])
    assert (after.share, after.planned, after.took_place) == (before.share, before.planned, before.took_place)
    assert after.beside == before.beside + done


def test_what_is_not_due_yet_lowers_nothing():
    assert rules.kept([(False, True, True), (False, False, False)]).share == 1
    assert rules.kept([]).share is None
