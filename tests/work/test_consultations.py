"""The consultation log, and what the management decided."""

from __future__ import annotations

import datetime as dt

import pytest

from kamerton.access import policy
from kamerton.access.secrecy import Secrecy
from kamerton.core.models import AuditEntry
from kamerton.core.refused import Refused
from kamerton.work import queries, rules
from kamerton.work.actions import consultations, management, tasks
from kamerton.work.models import Consultation, ReadReceipt
from tests.work.conftest import NOW, TODAY, person

DAY = dt.timedelta(days=1)


def log(firm, actor=None, **more):
    told = {"account": firm.helios, "kind": "asked_us", "question": "Which steel?", "asked_on": TODAY, **more}
    return consultations.log_consultation(actor=actor or firm.sofia, now=NOW, **told)


@pytest.mark.requirement("OTH-03")
def test_an_open_question_ages_until_it_is_answered(firm):
    row = log(firm, asked_on=TODAY - 20 * DAY)
    assert (rules.age(row.asked_on, TODAY), rules.open_days(row.asked_on, TODAY)) == ("old", 20)
    assert row in queries.open_questions(firm.sofia, TODAY)
    consultations.answer_consultation(actor=firm.sofia, consultation=row, advice="1.4404", now=NOW)
    row.refresh_from_db()
    assert (row.advice, row.answered_on) == ("1.4404", TODAY)
    assert row not in queries.open_questions(firm.sofia, TODAY)


@pytest.mark.requirement("SEL-11")
def test_advice_leads_to_a_follow_up_and_its_outcome(firm):
    row = log(
        firm,
        kind="asked_them",
        question="Shown: the new price list",
        contact=firm.contact,
        advice="Two columns",
    )
    task = consultations.follow_up(
        actor=firm.sofia, consultation=row, title="Try two columns", now=NOW, due_on=TODAY
    )
    assert (task.origin, task.account, task.contact) == ("consultation", firm.helios, firm.contact)
    with pytest.raises(Refused, match="follows from this already"):
        consultations.follow_up(actor=firm.sofia, consultation=row, title="Again", now=NOW)
    tasks.finish_task(actor=firm.sofia, task=task, now=NOW, outcome="They like it")
    consultations.answer_consultation(
        actor=firm.sofia, consultation=row, action="Two columns tried", result="Kept", now=NOW
    )
    found = Consultation.objects.select_related("task").get()
    assert (found.task.outcome, found.action, found.result) == ("They like it", "Two columns tried", "Kept")
    told = rules.consultation_state(advice=found.advice, action=found.action, result=found.result)
    assert told == "closed"


def test_what_is_secret_stays_with_who_is_cleared_and_out_of_the_trail(firm):
    row = log(firm, question="They will merge", secrecy=Secrecy.SECRET)
    support = person("sven", "sales_support")
    assert row not in policy.scope(Consultation.objects.all(), support, "work.view")
    assert row in policy.scope(Consultation.objects.all(), firm.sofia, "work.view")
    with pytest.raises(policy.Forbidden):
        consultations.answer_consultation(actor=support, consultation=row, advice="Oh", now=NOW)
    with pytest.raises(Refused, match="could not read afterwards"):
        log(firm, actor=support, secrecy=Secrecy.SECRET)
    told = AuditEntry.objects.values_list("before", "after", "reason")
    assert "merge" not in str(list(told))


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"question": " "}, "what was asked"),
        ({"asked_on": TODAY + DAY}, "not in the future"),
        ({"answered_on": TODAY - DAY, "advice": "x"}, "before it was asked"),
    ],
)
def test_what_is_no_consultation(firm, more, says):
    with pytest.raises(Refused, match=says):
        log(firm, **more)
    assert not Consultation.objects.exists()


def test_outside_the_reach_nothing_is_logged(firm):
    with pytest.raises(policy.Forbidden):
        log(firm, account=firm.foreign)


# --- the management --------------------------------------------------------------------------------------


def publish(actor, **more):
    told = {"title": "No discount on steel", "text": "From May on.", "decided_on": TODAY, **more}
    return management.publish_decision(actor=actor, now=NOW, **told)


@pytest.mark.requirement("RGT-02")
def test_who_has_read_a_decision_is_known(firm):
    decision = publish(firm.dario)
    assert list(queries.unread(firm.sofia)) == [decision]
    assert management.mark_read(actor=firm.sofia, decision=decision, now=NOW) is True
    assert management.mark_read(actor=firm.sofia, decision=decision, now=NOW + DAY) is False
    receipt = ReadReceipt.objects.get()
    assert (receipt.reader, receipt.read_at) == (firm.sofia, NOW)
    assert list(queries.unread(firm.sofia)) == []
    assert list(queries.unread(firm.ivo)) == [decision]


def test_only_the_direction_publishes_and_nobody_from_outside_reads(firm):
    with pytest.raises(policy.Forbidden):
        publish(firm.sofia)
    with pytest.raises(Refused):
        publish(firm.dario, text="")
    decision = publish(firm.dario)
    partner = person("paul", "sales_manager", is_external=True)
    assert list(queries.management_decisions(partner)) == []
    with pytest.raises(policy.Forbidden):
        management.mark_read(actor=partner, decision=decision, now=NOW)
    hr = person("hanna", "hr")
    with pytest.raises(policy.Forbidden):
        management.mark_read(actor=hr, decision=decision, now=NOW)
