"""Drawing the map: each step, its undo, its refusals, its trace, and the picture of a past day."""

from __future__ import annotations

import datetime as dt

import pytest

from kamerton.access.policy import Forbidden
from kamerton.accounts import map_queries
from kamerton.accounts.actions import contacts
from kamerton.accounts.actions import map as actions
from kamerton.accounts.map_changes import changes
from kamerton.accounts.models import Opinion, PowerChange, Relation, Tie
from kamerton.core import undo
from kamerton.core.models import AuditEntry
from kamerton.core.refused import Refused
from tests.accounts.factories import DAY, NOW, account, contact, cover, looked

LATER = NOW + dt.timedelta(days=10)


@pytest.fixture
def helios(make_user):
    """Irina looks after Helios and knows Ada; Sven sells there and is not cleared; Foreign belongs to nobody."""

    class Helios:
        irina, sven = make_user("senior_kam", "irina"), make_user("sales_manager", "sven")
        account = account("H-1", "Helios")
        ada = contact(account, "Ada Berti", decision_roles=["decider"])
        lena = contact(account, "Lena Hart", decision_roles=["user"])
        karl = contact(account, "Karl Voss", decision_roles=["influencer"])
        foreign = contact(globals()["account"]("F-1", "Foreign"), "Far Away")

    cover(Helios.account, Helios.irina)
    cover(Helios.account, Helios.sven, "sales")
    return Helios


def _picture(helios, who="irina", day=DAY, today=None):
    return map_queries.unit_of(helios.account, getattr(helios, who), day, today=today or day)


def _back(helios, token, now=NOW):
    return undo.take_back(actor=helios.irina, token=token, now=now)


def _names(unit):
    return {each.name for each in unit.people}


def test_every_step_is_seen_in_the_picture_and_taken_back(helios):
    act = {"actor": helios.irina, "now": NOW}
    before = _picture(helios)
    steps = [
        lambda: actions.place(contact=helios.ada, x=10.5, y=-4, **act),
        lambda: actions.put_under(contact=helios.lena, superior=helios.ada, **act),
        lambda: actions.relate(
            of=helios.lena, to=helios.karl, kind="influences", strength=3, note="Old friends", **act
        ),
        lambda: actions.opine(contact=helios.ada, support=2, influence=5, why="Called for us", **act),
        lambda: actions.tie(contact=helios.ada, person=helios.irina, depth="deep", **act),
        lambda: actions.expect_change(
            contact=helios.ada, expected_on=dt.date(2026, 9, 1), what="Retires", **act
        ),
    ]
    for step in steps:
        token = step()
        assert _picture(helios) != before
        _back(helios, token)
        assert _picture(helios) == before


def test_a_relation_drawn_again_replaces_the_earlier_one_either_way_round(helios):
    act = {"actor": helios.irina, "now": NOW, "kind": "ally"}
    actions.relate(of=helios.ada, to=helios.karl, strength=1, **act)
    token = actions.relate(of=helios.karl, to=helios.ada, strength=3, **act)
    assert [(link.of, link.strength) for link in _picture(helios).links] == [(helios.karl.pk, 3)]
    _back(helios, token)
    assert [(link.of, link.strength) for link in _picture(helios).links] == [(helios.ada.pk, 1)]
    row = Relation.objects.get(ended_at=None)
    token = actions.end_relation(actor=helios.irina, relation=row, now=NOW)
    assert _picture(helios).links == ()
    with pytest.raises(Refused):
        actions.end_relation(actor=helios.irina, relation=row, now=NOW)
    _back(helios, token)
    assert len(_picture(helios).links) == 1


@pytest.mark.parametrize(
    "step",
    [
        lambda h: actions.place(actor=h.irina, contact=h.ada, x=1.0, y=None, now=NOW),
        lambda h: actions.place(actor=h.irina, contact=h.ada, x=1.0, y=float("nan"), now=NOW),
        lambda h: actions.place(actor=h.irina, contact=h.ada, x=1.0, y=1e9, now=NOW),
        lambda h: actions.relate(actor=h.irina, of=h.ada, to=h.ada, kind="ally", now=NOW),
        lambda h: actions.relate(actor=h.irina, of=h.ada, to=h.karl, kind="married", now=NOW),
        lambda h: actions.relate(actor=h.irina, of=h.ada, to=h.karl, kind="ally", strength=4, now=NOW),
        lambda h: actions.relate(actor=h.irina, of=h.ada, to=h.foreign, kind="ally", now=NOW),
        lambda h: actions.relate(actor=h.sven, of=h.ada, to=h.karl, kind="ally", secrecy=2, now=NOW),
        lambda h: actions.opine(actor=h.irina, contact=h.ada, support=3, influence=1, now=NOW),
        lambda h: actions.opine(actor=h.irina, contact=h.ada, support=1, influence=6, now=NOW),
        lambda h: actions.tie(actor=h.irina, contact=h.ada, person=h.irina, depth="best", now=NOW),
        lambda h: actions.expect_change(actor=h.irina, contact=h.ada, expected_on=DAY, what="  ", now=NOW),
        lambda h: actions.opine(actor=h.irina, contact=h.foreign, support=1, influence=1, now=NOW),
        lambda h: actions.put_under(actor=h.irina, contact=h.ada, superior=h.foreign, now=NOW),
    ],
)
def test_what_cannot_be_drawn_is_refused_and_leaves_nothing(helios, step):
    with pytest.raises(Refused):
        step(helios)
    rows = (Relation, Opinion, Tie, PowerChange, AuditEntry)
    assert [model.objects.count() for model in rows] == [0] * 5


def test_nobody_draws_at_an_account_out_of_reach(helios, make_user):
    stranger = make_user("senior_kam", "stranger")
    with pytest.raises(Forbidden):
        actions.relate(actor=stranger, of=helios.ada, to=helios.karl, kind="ally", now=NOW)


def test_a_secret_relation_is_neither_seen_nor_replaced_nor_ended_by_who_is_not_cleared(helios):
    actions.relate(
        actor=helios.irina, of=helios.ada, to=helios.karl, kind="blocks", note="Affair", secrecy=2, now=NOW
    )
    actions.opine(
        actor=helios.irina, contact=helios.ada, support=-2, influence=5, why="Affair", secrecy=2, now=NOW
    )
    actions.expect_change(
        actor=helios.irina, contact=helios.ada, expected_on=DAY, what="Affair", secrecy=2, now=NOW
    )
    actions.relate(actor=helios.irina, of=helios.ada, to=helios.karl, kind="knows", now=NOW)
    seen = _picture(helios, "sven")
    assert ([link.kind for link in seen.links], seen.views, seen.changes) == (["knows"], (), ())
    assert len(_picture(helios).links) == 2
    row = Relation.objects.get(kind="blocks")
    for act in (
        lambda: actions.relate(actor=helios.sven, of=helios.ada, to=helios.karl, kind="blocks", now=NOW),
        lambda: actions.end_relation(actor=helios.sven, relation=row, now=NOW),
    ):
        with pytest.raises(Refused):
            act()
    told = str(list(AuditEntry.objects.values_list("action", "before", "after", "reason")))
    assert ("Affair" in told, "blocks" in told) == (False, False)


def test_the_picture_holds_no_contact_of_another_account_and_nobody_erased(helios):
    contact(helios.account, "Gone", erased_at=NOW)
    assert _names(_picture(helios)) == {"Ada Berti", "Lena Hart", "Karl Voss"}


def test_the_picture_of_a_past_day_is_drawn_as_it_was(helios):
    then = _picture(helios)
    act = {"actor": helios.irina, "now": LATER}
    looked(helios.irina, helios.ada, LATER, "knows-kam", "knows-company")
    actions.put_under(contact=helios.lena, superior=helios.ada, **act)
    actions.put_under(
        contact=helios.lena, superior=helios.karl, **{**act, "now": LATER + dt.timedelta(hours=1)}
    )
    actions.relate(of=helios.ada, to=helios.karl, kind="ally", **act)
    actions.opine(contact=helios.ada, support=1, influence=4, **act)
    contacts.leave(contact=helios.karl, on=LATER.date(), **act)
    contact(helios.account, "Newcomer", created_at=LATER)
    past = _picture(helios, day=DAY, today=LATER.date())
    assert past == then
    told = changes(past, _picture(helios, day=LATER.date()))
    assert [each.what for each in told.moved] == ["support", "stage", "reports_to"]
    assert (len(told.came), told.left, told.begun) == (1, (helios.karl.pk,), ())


@pytest.mark.parametrize("past", [False, True])
def test_the_picture_costs_the_same_queries_at_one_and_thirty_people(helios, django_assert_num_queries, past):
    def queries():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        who = type(helios.irina).objects.get(pk=helios.irina.pk)
        day = DAY + dt.timedelta(days=1)
        with CaptureQueriesContext(
            connection,
        ) as counted:
            map_queries.unit_of(helios.account, who, DAY if past else day, today=day)
        return len(counted)

    few = queries()
    for at in range(30):
        more = contact(helios.account, f"Person {at}", reports_to=helios.ada)
        actions.relate(actor=helios.irina, of=helios.ada, to=more, kind="knows", now=NOW)
        actions.opine(actor=helios.irina, contact=more, support=1, influence=2, now=NOW)
        actions.tie(actor=helios.irina, contact=more, person=helios.irina, depth="brief", now=NOW)
    assert queries() == few
    assert few <= 16
