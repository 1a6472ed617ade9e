"""Decisions: who is asked, who may, several steps, two at once, what the rooms above hear."""

from __future__ import annotations

import datetime as dt

import pytest

from kamerton.access import policy
from kamerton.core import clock
from kamerton.core.models import AuditEntry
from kamerton.core.refused import Refused
from kamerton.work import kinds, queries
from kamerton.work.actions import approvals
from kamerton.work.kinds import By, Kind
from kamerton.work.models import Approval, Task
from tests.work.conftest import NOW, TODAY, absence, cover, person

DAY = dt.timedelta(days=1)


def ask(actor, kind="sales_proposal", **more):
    more = {"title": "Deliver on Saturdays", "reason": "Helios asks for it", **more}
    return approvals.ask_approval(actor=actor, kind=kind, now=NOW, **more)


def decide(actor, approval, approve=True, reason="", now=NOW):
    with clock.set_to(now):
        fresh = type(actor).objects.get(pk=actor.pk)
        return approvals.decide(actor=fresh, approval=approval, approve=approve, reason=reason, now=now)


@pytest.fixture
def heard(monkeypatch):
    """What a room above would hear of a kind with two steps."""
    told = []
    kind = Kind(key="test_two", name="Two", right="work.propose", steps=(By("superior"), By("role", ("director",))),
                react=[lambda **said: told.append((said["approval"].state, said["actor"].username))])  # fmt: skip
    monkeypatch.setitem(kinds._kinds, "test_two", kind)
    return told


@pytest.mark.requirement("RGT-03")
def test_a_proposal_waits_for_the_commercial_director_who_must_decide(firm):
    person("olga", "director")
    approval = ask(firm.ivo, account=firm.helios)
    assert [step.decider for step in approval.steps.all()] == [firm.dario]  # the director of the own line
    assert [step.approval for step in queries.decisions_waiting(firm.dario, TODAY)] == [approval]
    assert approval.due_on == TODAY + 7 * DAY
    for somebody in (firm.sofia, firm.ivo):
        with pytest.raises(Refused):
            decide(somebody, approval)
    with pytest.raises(Refused, match="says why"):
        decide(firm.dario, approval, approve=False)
    decide(firm.dario, approval, approve=False, reason="Not before summer")
    approval.refresh_from_db()
    assert (approval.state, approval.ended_at) == ("rejected", NOW)
    step = approval.steps.get()
    assert (step.state, step.decided_by, step.reason) == ("rejected", firm.dario, "Not before summer")


@pytest.mark.requirement("RGT-05")
def test_a_shortcoming_goes_to_the_immediate_superior_and_has_a_state(firm):
    approval = ask(firm.ivo, "shortcoming", title="Pallets break", details={"remedy": "Thicker boards"})
    assert [step.decider for step in approval.steps.all()] == [firm.sofia]
    decide(firm.sofia, approval)
    register = policy.scope(Approval.objects.filter(kind="shortcoming"), firm.ivo, "work.view")
    assert [(row.title, row.state, row.details) for row in register] == [
        ("Pallets break", "approved", {"remedy": "Thicker boards"})
    ]


@pytest.mark.requirement("REL-13")
def test_a_shortcoming_about_a_key_account_reaches_who_answers_for_it(firm):
    cover(firm.helios, firm.greta, "specialist")
    cover(firm.foreign, firm.greta, "specialist")
    ask(firm.greta, "shortcoming", title="Pallets break", account=firm.helios)
    ask(firm.greta, "shortcoming", title="Prices are old", account=firm.foreign)  # not key
    ask(firm.ivo, "shortcoming", title="Sofia decides this one", account=firm.helios)
    told = Task.objects.values_list("owner", "title", "origin", "account")
    assert list(told) == [(firm.sofia.pk, "Helios, Shortcoming: Pallets break", "approval", firm.helios.pk)]


def test_at_the_top_of_the_line_nobody_decides_and_it_says_so(firm):
    with pytest.raises(approvals.NobodyDecides, match="nobody who could decide"):
        ask(firm.dario, "shortcoming")
    assert not Approval.objects.exists()


def test_who_may_not_propose_asks_nothing(firm):
    reader = person("rolf", "reader")
    with pytest.raises(policy.Forbidden):
        ask(reader)
    with pytest.raises(policy.Forbidden):
        ask(firm.sofia, account=firm.foreign)
    with pytest.raises(Refused, match="reasons"):
        ask(firm.sofia, reason=" ")


def test_steps_are_taken_in_their_order_and_the_room_hears_the_last_word_once(firm, heard):
    approval = ask(firm.ivo, "test_two")
    assert [step.decider for step in approval.steps.all()] == [firm.sofia, firm.dario]
    assert not queries.decisions_waiting(firm.dario, TODAY).exists()
    with pytest.raises(policy.Forbidden):
        decide(firm.dario, approval)  # not yet
    decide(firm.sofia, approval)
    assert heard == []
    assert [step.approval for step in queries.decisions_waiting(firm.dario, TODAY)] == [approval]
    with pytest.raises(approvals.Decided, match="Sofia has decided already, for it"):
        decide(firm.sofia, approval)  # her step is taken; it waits for another now
    decide(firm.dario, approval, reason="Good")
    assert heard == [("approved", "dario")]


def test_a_refusal_ends_it_before_the_later_steps(firm, heard):
    approval = ask(firm.ivo, "test_two")
    decide(firm.sofia, approval, approve=False, reason="No")
    assert heard == [("rejected", "sofia")]
    assert [step.state for step in approval.steps.all()] == ["rejected", "waiting"]
    assert not queries.decisions_waiting(firm.dario, TODAY).exists()


def test_a_substitute_decides_on_the_days_of_the_order_and_the_step_keeps_both(firm):
    approval = ask(firm.ivo, "shortcoming")
    absence(firm.sofia, firm.petra, TODAY + DAY, TODAY + 2 * DAY)
    with pytest.raises(policy.Forbidden):
        decide(firm.petra, approval)
    with pytest.raises(policy.Forbidden):
        decide(firm.petra, approval, now=NOW + 3 * DAY)
    with clock.set_to(NOW + DAY):
        fresh = type(firm.petra).objects.get(pk=firm.petra.pk)
        assert [step.approval for step in queries.decisions_waiting(fresh, TODAY + DAY)] == [approval]
    decide(firm.petra, approval, now=NOW + DAY)
    step = approval.steps.get()
    assert (step.decider, step.decided_by) == (firm.sofia, firm.petra)
    entry = AuditEntry.objects.get(action="work.decide_approval")
    assert (entry.actor, entry.after["decider"]) == (firm.petra, firm.sofia.pk)


def test_nobody_decides_the_own_request_not_even_as_a_substitute(firm):
    approval = ask(firm.ivo, "shortcoming")
    absence(firm.sofia, firm.ivo)
    with pytest.raises(Refused, match="asked for themselves"):
        decide(firm.ivo, approval)
    with clock.set_to(NOW):
        assert not queries.decisions_waiting(type(firm.ivo).objects.get(pk=firm.ivo.pk), TODAY).exists()


def test_where_the_decider_has_left_the_line_above_decides(firm):
    approval = ask(firm.ivo, "shortcoming")
    firm.sofia.leaving_on = TODAY - DAY
    firm.sofia.save()
    decide(firm.dario, approval)
    assert approval.steps.get().decided_by == firm.dario


def test_the_second_of_two_deciders_is_told_what_the_first_decided(firm):
    approval = ask(firm.ivo, "shortcoming")
    absence(firm.sofia, firm.petra)
    stale = Approval.objects.get(pk=approval.pk)  # both have the page open
    decide(firm.petra, approval, approve=False, reason="Too dear")
    with pytest.raises(approvals.Decided, match="Petra has decided already, against it"):
        decide(firm.sofia, stale)
    assert approval.steps.get().decided_by == firm.petra


def test_who_asked_withdraws_and_nobody_else(firm, heard):
    approval = ask(firm.ivo, "test_two", account=firm.helios)
    with pytest.raises(policy.Forbidden):
        approvals.withdraw_approval(actor=firm.sofia, approval=approval, now=NOW)
    approvals.withdraw_approval(actor=firm.ivo, approval=approval, now=NOW)
    assert heard == [("withdrawn", "ivo")]
    with pytest.raises(approvals.Decided, match="Ivo has withdrawn this"):
        decide(firm.sofia, approval)
    with pytest.raises(approvals.Decided):
        approvals.withdraw_approval(actor=firm.ivo, approval=approval, now=NOW)


def test_an_approval_outside_the_reach_is_not_there(firm):
    approval = ask(firm.petra, account=firm.foreign)
    assert approval not in policy.scope(Approval.objects.all(), firm.sofia, "work.view")
    cover(firm.foreign, firm.sofia, "sales")
    assert approval in policy.scope(Approval.objects.all(), firm.sofia, "work.view")


def test_a_room_above_names_the_deciders_itself_and_a_handler_that_is_registered_hears(firm, monkeypatch):
    monkeypatch.setitem(
        kinds._kinds, "test_room", Kind(key="test_room", name="Room", right="work.propose", steps=())
    )
    told = []
    kinds.handler("test_room")(lambda approval, actor, now: told.append(approval.subject))
    approval = ask(firm.ivo, "test_room", subject=firm.contact, deciders=[firm.petra])
    decide(firm.petra, approval)
    assert told == [f"accounts.contact:{firm.contact.pk}"]
