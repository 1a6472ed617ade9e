"""Who is key: proposed with evidence, decided by the director, kept with its history."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from kamerton.access.policy import Forbidden
from kamerton.accounts.models import Coverage
from kamerton.core.models import AuditEntry
from kamerton.core.refused import Refused
from kamerton.instruments import actions as instruments
from kamerton.instruments.actions import Reply
from kamerton.instruments.queries import active
from kamerton.instruments.subjects import Subject
from kamerton.portfolio import status_evidence, status_queries
from kamerton.portfolio.actions import key_status, references, status
from kamerton.portfolio.actions.key_status import Proposal
from kamerton.portfolio.models import KeyReason, KeyStatus
from kamerton.portfolio.models.status import DEFINITIONS, LEVELS
from kamerton.work import key_accounts
from kamerton.work.actions import approvals, consultations
from kamerton.work.models import Approval, Handover, Task
from tests.work.conftest import NOW, account, cover, firm, person  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db

SOUND = {"known": ""}


@pytest.fixture
def written(firm):  # noqa: F811
    """A written profile; who is key is asked of the portfolio, not said by the tests of work."""
    key_accounts.register(status_queries.key_numbers)
    words = {"text": "Whom we would miss", "preset": "", "definitions": list(DEFINITIONS), "levels": list(LEVELS),
             "class_list": "definitions", "labels": {}, "review_months": 12, "silence_days": 90}  # fmt: skip
    status.write_profile(actor=firm.dario, now=NOW, words=words, changes={})
    return firm


def story(firm, whom, text="Rebuilt line 4 in nine days"):  # noqa: F811
    return references.write_reference(
        actor=firm.sofia, account=whom, story=text, may_name=True, on=dt.date(2025, 10, 1), now=NOW
    )


def proposal(reasons=None, **more) -> Proposal:
    told = {"level": "company", "why": "They open doors in their trade", **more}
    return Proposal(reasons=reasons if reasons is not None else SOUND, **told)


def assess(actor, key, whom, **answers):
    made = instruments.start_assessment(
        actor=actor, instrument=active(key), subject=Subject("account", whom.pk, whom.name, whom.pk), now=NOW
    )
    for item, value in answers.items():
        told = Reply(value, "seen") if value == "yes" else Reply(value, "")
        instruments.answer(actor=actor, assessment=made, item=item.replace("_", "-"), reply=told, now=NOW)
    return instruments.finish(actor=actor, assessment=made, now=NOW)


OPEN = dict.fromkeys(
    ("shares_strategic_plans", "shares_budget", "shares_future_plans", "says_what_we_must_become"), "yes"
)


def shown(firm, whom):  # noqa: F811
    ground = status_evidence.ground_of(whom, firm.sofia, NOW.date())
    return {each.definition: each for each in status_evidence.six(ground, whom)}


# --- the profile first ---------------------------------------------------------------------------------------


@pytest.mark.requirement("SEL-17")
def test_without_a_profile_nobody_becomes_key(firm):  # noqa: F811
    story(firm, firm.helios)
    for actor in (firm.sofia, firm.dario):
        with pytest.raises(status.ProfileMissing, match="not written down yet what a key account is"):
            key_status.propose(actor=actor, account=firm.helios, proposal=proposal(), now=NOW)
    assert not Approval.objects.filter(kind="key_status").exists()
    assert not KeyStatus.objects.exists()


@pytest.mark.requirement("SEL-17")
def test_a_status_that_rests_on_fame_alone_says_so(written):
    story(written, written.helios)
    made = key_status.propose(
        actor=written.sofia, account=written.helios, proposal=proposal(), now=NOW
    ).approval
    assert "It rests on the name alone" in made.details["counter_text"]


# --- proposed, decided, ended --------------------------------------------------------------------------------


def test_the_director_decides_what_a_key_account_manager_proposes(written):
    story(written, written.helios)
    made = key_status.propose(
        actor=written.sofia, account=written.helios, proposal=proposal(), now=NOW
    ).approval
    assert [step.decider for step in made.steps.all()] == [written.dario]
    assert status_queries.held_of(written.helios) is None
    approvals.decide(actor=written.dario, approval=made, approve=True, now=NOW)
    held = status_queries.held_of(written.helios)
    assert (held.level, held.from_date, held.proposed_by, held.decided_by, held.approval) == (
        "company", NOW.date(), written.sofia, written.dario, made,
    )  # fmt: skip
    reason = held.reasons.get()
    assert (reason.definition, reason.evidence, reason.by, reason.dated) == (
        "known", "Rebuilt line 4 in nine days", written.sofia, dt.date(2025, 10, 1),
    )  # fmt: skip
    assert key_accounts.key_numbers() == {"H-1"}


def test_a_refusal_gives_nothing(written):
    story(written, written.helios)
    made = key_status.propose(
        actor=written.sofia, account=written.helios, proposal=proposal(), now=NOW
    ).approval
    approvals.decide(actor=written.dario, approval=made, approve=False, reason="Not yet", now=NOW)
    assert not KeyStatus.objects.exists()


def test_who_may_decide_decides_at_once(written):
    story(written, written.helios)
    done = key_status.propose(actor=written.dario, account=written.helios, proposal=proposal(), now=NOW)
    assert done.approval is None
    assert done.status.decided_by == written.dario


def test_one_decision_at_a_time(written):
    story(written, written.helios)
    key_status.propose(actor=written.sofia, account=written.helios, proposal=proposal(), now=NOW)
    with pytest.raises(Refused, match="waits for a decision already"):
        key_status.propose(actor=written.sofia, account=written.helios, proposal=proposal(), now=NOW)


def test_who_cannot_reach_the_account_proposes_nothing(written, make_user):
    story(written, written.helios)
    for actor in (written.petra, make_user("reader", "rita")):
        with pytest.raises(Forbidden):
            key_status.propose(actor=actor, account=written.helios, proposal=proposal(), now=NOW)


@pytest.mark.requirement("SEL-01")
def test_several_reasons_at_once_and_when_all_are_cleared_the_status_is_gone(written, monkeypatch):
    """Tag an account 1 + 3 + 6: three reasons are shown; clear all: key status is gone."""
    story(written, written.helios)
    ground = status_evidence.ground_of
    monkeypatch.setattr(
        status_evidence, "ground_of",
        lambda *told: _with_figures(ground(*told), "H-1"),
    )  # fmt: skip
    held = key_status.propose(
        actor=written.dario, account=written.helios, now=NOW,
        proposal=proposal({"contribution": "", "known": "", "innovator": "Tested the new drive"},
                          benefit="A quarter of our income", risk="It could leave"),
    ).status  # fmt: skip
    reasons = list(held.reasons.all())
    assert [each.definition for each in reasons] == ["contribution", "known", "innovator"]
    assert all(each.by == written.dario and each.at == NOW and each.evidence for each in reasons)
    for each in reasons[:2]:
        key_status.clear_reason(actor=written.dario, reason=each, why="No longer", now=NOW)
    assert status_queries.held_of(written.helios) is not None
    last = key_status.clear_reason(actor=written.dario, reason=reasons[2], why="No longer", now=NOW)
    assert (last.until, last.end_reason) == (NOW.date(), "None of its reasons holds any more.")
    assert status_queries.held_of(written.helios) is None


def _with_figures(ground, number):
    from dataclasses import replace
    from decimal import Decimal

    from kamerton.portfolio.status_rules import KeyAt

    at = KeyAt(number, "company", "", 0.25, Decimal(2500))
    return replace(
        ground, key_at={number: [at]}, share={number: 0.25}, innovator_of={number: 2}, innovation_told=True
    )


def test_a_demotion_has_its_reason_and_its_history(written):
    story(written, written.helios)
    key_status.propose(actor=written.dario, account=written.helios, proposal=proposal(), now=NOW)
    with pytest.raises(Refused, match="Say why it is no longer key"):
        key_status.propose_end(actor=written.dario, account=written.helios, why=" ", now=NOW)
    made = key_status.propose_end(actor=written.sofia, account=written.helios, why="Sold to a rival", now=NOW)
    approvals.decide(actor=written.dario, approval=made.approval, approve=True, now=NOW)
    assert key_accounts.key_numbers() == frozenset()
    (row,) = status_queries.history_of(written.helios)
    assert (row.end_reason, row.ended_by) == ("Sold to a rival", written.dario)
    actions = AuditEntry.objects.filter(action__startswith="portfolio.").values_list("action", flat=True)
    assert {"portfolio.give_key_status", "portfolio.end_key_status"} <= set(actions)
    with pytest.raises(Refused, match="is not a key account"):
        key_status.propose_end(actor=written.dario, account=written.helios, why="Again", now=NOW)


def test_deciding_anew_keeps_what_was(written):
    story(written, written.helios)
    for level, of in (("company", ""), ("manager", "Adler")):
        key_status.propose(
            actor=written.dario, account=written.helios, proposal=proposal(level=level, of=of), now=NOW
        )
    rows = status_queries.history_of(written.helios)
    assert [(row.level, row.of, row.until) for row in rows] == [
        ("manager", "Adler", None), ("company", "", NOW.date()),
    ]  # fmt: skip


@pytest.mark.requirement("SEL-20")
def test_a_promotion_begins_a_hand_over_to_the_key_account_manager(written):
    """Promotion creates the hand-over and its task; the owner changes when it is finished; the history stays."""
    from kamerton.work.actions import handover

    story(written, written.helios)
    made = key_status.propose(
        actor=written.sofia, account=written.helios, proposal=proposal(receiver=written.petra), now=NOW
    ).approval
    approvals.decide(actor=written.dario, approval=made, approve=True, now=NOW)
    row = Handover.objects.get()
    assert (row.reason, row.giver, row.receiver, row.on) == (
        "became_key", written.sofia, written.petra, NOW.date() + dt.timedelta(days=14),
    )  # fmt: skip
    assert Task.objects.filter(origin="handover", owner=written.sofia).exists()
    handover.finish(actor=written.dario, handover=row, now=NOW)
    held = Coverage.objects.filter(account=written.helios, role="responsible").order_by("from_date")
    assert [each.person for each in held] == [written.sofia, written.petra]


def test_a_hand_over_that_cannot_begin_does_not_undo_the_decision(written):
    story(written, written.helios)
    gone = person("gone", "senior_kam", is_active=False)
    held = key_status.propose(
        actor=written.dario, account=written.helios, proposal=proposal(receiver=gone), now=NOW
    ).status
    assert "cannot take over accounts" in KeyStatus.objects.get(pk=held.pk).note
    assert not Handover.objects.exists()


# --- the six, each by its evidence -----------------------------------------------------------------------------


@pytest.mark.requirement("SEL-08")
def test_need_budget_and_any_situation_qualify_and_a_missing_budget_does_not(written):
    assess(written.sofia, "purchasing-potential", written.helios, need="yes", budget="no", situation="will-grow",
           solvent="yes", interested="yes")  # fmt: skip
    assert not shown(written, written.helios)["potential"].holds
    for situation in ("little-with-us", "from-competitors", "rest-from-rivals", "from-nobody", "will-grow"):
        one = assess(
            written.sofia, "purchasing-potential", written.helios, need="yes", budget="yes", situation=situation,
            solvent="no", interested="no",
        )  # fmt: skip
        assert one.result == "potential"


@pytest.mark.requirement("SEL-18")
def test_a_prospect_without_sales_may_be_key_if_solvent_and_interested(written):
    assess(written.sofia, "purchasing-potential", written.nordelma, need="yes", budget="yes", situation="from-nobody",
           solvent="yes", interested="no")  # fmt: skip
    with pytest.raises(key_status.NotShown, match="solvent and interested"):
        key_status.propose(
            actor=written.dario, account=written.nordelma, proposal=proposal({"potential": ""}), now=NOW
        )
    assess(written.sofia, "purchasing-potential", written.nordelma, need="yes", budget="yes", situation="from-nobody",
           solvent="yes", interested="yes")  # fmt: skip
    held = key_status.propose(
        actor=written.dario, account=written.nordelma, proposal=proposal({"potential": ""}), now=NOW
    ).status
    assert held.counter == []
    assert key_accounts.key_numbers() == {"N-1"}


@pytest.mark.requirement("SEL-09")
def test_a_reference_without_its_story_is_no_reason(written):
    story(written, written.helios, text=" ")
    found = shown(written, written.helios)["known"]
    assert (found.holds, found.text) == (False, "A reference without its story cannot be used.")
    with pytest.raises(key_status.NotShown, match="Well known"):
        key_status.propose(actor=written.dario, account=written.helios, proposal=proposal(), now=NOW)


@pytest.mark.requirement("SEL-10")
def test_a_reseller_with_an_empty_checklist_is_rejected(written):
    written.helios.segment = "Reseller"
    written.helios.save()
    with pytest.raises(key_status.NotShown, match="being a reseller is no reason"):
        key_status.propose(
            actor=written.dario, account=written.helios, proposal=proposal({"partner": ""}), now=NOW
        )
    one = assess(written.sofia, "openness", written.helios, **OPEN)
    assert (one.result, one.score) == ("opening", 4)
    assert not shown(written, written.helios)["partner"].holds
    more = assess(written.sofia, "openness", written.helios, **OPEN, tests_ideas="yes")
    assert (more.result, more.score) == ("open", 5)
    assert {row.item for row in more.answers.all()} >= {"shares-budget", "tests-ideas"}
    assert shown(written, written.helios)["partner"].holds


@pytest.mark.requirement("SEL-11")
def test_advice_counts_once_it_was_followed_to_its_outcome(written):
    row = consultations.log_consultation(
        actor=written.sofia, account=written.helios, kind="asked_them", question="Showed the new service package",
        asked_on=dt.date(2026, 2, 1), now=NOW, advice="Put the price per year first",
    )  # fmt: skip
    assert not shown(written, written.helios)["mentor"].holds
    task = consultations.follow_up(actor=written.sofia, consultation=row, title="Change the form", now=NOW)
    consultations.answer_consultation(
        actor=written.sofia, consultation=row, action="Form changed", result="Frame order", now=NOW
    )
    row.refresh_from_db()
    assert (row.task, row.action, row.result) == (task, "Form changed", "Frame order")
    found = shown(written, written.helios)["mentor"]
    assert (found.holds, found.dated) == (True, dt.date(2026, 2, 1))
    assert "Put the price per year first" in found.text


def test_what_is_secret_or_out_of_reach_shows_nothing(written):
    references.write_reference(
        actor=written.petra,
        account=written.foreign,
        story="S",
        may_name=True,
        on=dt.date(2025, 10, 1),
        now=NOW,
    )
    ground = status_evidence.ground_of(written.foreign, written.ivo, NOW.date())
    assert ground.references == {}
    assert status_evidence.ground_of_all(written.ivo, NOW.date()).references == {}
    assert len(status_evidence.ground_of_all(written.dario, NOW.date()).references) == 1
    consultations.log_consultation(
        actor=written.sofia, account=written.helios, kind="asked_them", question="Q", asked_on=dt.date(2026, 2, 1),
        now=NOW, advice="A", action="B", result="C", secrecy=2,
    )  # fmt: skip
    assert not shown(written, written.helios)["mentor"].holds


# --- dependence is welcome and a danger ------------------------------------------------------------------------


def test_benefit_and_risk_are_written_down_together(written, monkeypatch):
    """C20: the status keeps the benefit and the risk, or none of them."""
    ground = status_evidence.ground_of
    monkeypatch.setattr(status_evidence, "ground_of", lambda *told: _with_figures(ground(*told), "H-1"))
    for benefit, risk in (("", ""), ("Much income", ""), ("", "Could leave")):
        with pytest.raises(Refused, match="welcome and a danger at once"):
            key_status.propose(
                actor=written.dario, account=written.helios, now=NOW,
                proposal=proposal({"contribution": ""}, benefit=benefit, risk=risk),
            )  # fmt: skip
    held = key_status.propose(
        actor=written.dario, account=written.helios, now=NOW,
        proposal=proposal({"contribution": ""}, benefit="Much income", risk="Could leave"),
    ).status  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        KeyStatus.objects.filter(pk=held.pk).update(risk="")


def test_contribution_counts_at_the_level_where_it_is_shown(written, monkeypatch):
    ground = status_evidence.ground_of
    monkeypatch.setattr(status_evidence, "ground_of", lambda *told: _with_figures(ground(*told), "H-1"))
    told = {"reasons": {"contribution": ""}, "benefit": "Much income", "risk": "Could leave"}
    with pytest.raises(key_status.NotShown, match="not key at this level"):
        key_status.propose(
            actor=written.dario, account=written.helios, now=NOW,
            proposal=proposal(**told, level="department", of="Sales"),
        )  # fmt: skip
    assert key_status.propose(
        actor=written.dario, account=written.helios, proposal=proposal(**told), now=NOW
    ).status


# --- refusals ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"reasons": {}}, "at least one of the six"),
        ({"reasons": {"fame": "x"}}, "at least one of the six"),
        ({"level": "world"}, "level does not count"),
        ({"level": "manager"}, "for which department or manager"),
        ({"of": "Adler"}, "for which department or manager"),
        ({"why": "  "}, "Write why"),
    ],
)
def test_what_makes_no_sense_is_refused(written, told, message):
    story(written, written.helios)
    with pytest.raises(Refused, match=message):
        key_status.propose(
            actor=written.dario,
            account=written.helios,
            proposal=proposal(told.pop("reasons", None), **told),
            now=NOW,
        )
    assert not KeyReason.objects.exists()


def test_a_reason_that_the_company_does_not_count_is_refused(written):
    story(written, written.helios)
    words = {"text": "T", "preset": "", "definitions": ["contribution"], "levels": ["company"],
             "class_list": "definitions", "labels": {}, "review_months": 12, "silence_days": 90}  # fmt: skip
    status.write_profile(actor=written.dario, now=NOW, words=words, changes={})
    with pytest.raises(Refused, match="“Well known” does not count"):
        key_status.propose(actor=written.dario, account=written.helios, proposal=proposal(), now=NOW)


# --- load, and the fourth account ---------------------------------------------------------------------------------


def test_the_fourth_account_warns_who_decides(written):
    for at in range(2):
        cover(account(f"X-{at}", f"X {at}"), written.sofia)
    whom = account("NEW", "New")
    cover(whom, written.ivo)
    references.write_reference(
        actor=written.dario, account=whom, story="S", may_name=True, on=dt.date(2025, 10, 1), now=NOW
    )
    made = key_status.propose(
        actor=written.sofia, account=whom, proposal=proposal(receiver=written.sofia), now=NOW
    ).approval
    assert made.details["load_text"] == "Sofia would be responsible for 5 accounts; 3 is the limit."


# --- the way to preferred supplier ----------------------------------------------------------------------------------


@pytest.mark.requirement("OTH-01")
def test_the_stage_is_visible_with_its_day(written):
    for stage, on in (("listed", dt.date(2025, 1, 5)), ("regular", dt.date(2026, 1, 5))):
        references.set_supplier_stage(
            actor=written.sofia,
            account=written.helios,
            stage=stage,
            on=on,
            goal_on=dt.date(2027, 1, 1),
            now=NOW,
        )
    rows = list(written.helios.supplier_stages.all())
    assert [(row.stage, row.on) for row in rows] == [
        ("regular", dt.date(2026, 1, 5)), ("listed", dt.date(2025, 1, 5)),
    ]  # fmt: skip
    for told, message in (
        ({"stage": "crowned", "on": NOW.date()}, "no such stage"),
        ({"stage": "preferred", "on": NOW.date() + dt.timedelta(days=1)}, "lies ahead"),
        ({"stage": "preferred", "on": NOW.date(), "goal_on": dt.date(2020, 1, 1)}, "before the day"),
    ):
        with pytest.raises(Refused, match=message):
            references.set_supplier_stage(actor=written.sofia, account=written.helios, now=NOW, **told)
    with pytest.raises(Forbidden):
        references.set_supplier_stage(
            actor=written.petra, account=written.helios, stage="preferred", on=NOW.date(), now=NOW
        )


# --- beside other rooms --------------------------------------------------------------------------------------------


def test_two_that_are_key_may_be_merged_and_one_of_them_counts(written):
    from kamerton.accounts.actions import merging

    for whom in (written.helios, written.nordelma):
        story(written, whom)
        key_status.propose(actor=written.dario, account=whom, proposal=proposal(), now=NOW)
    assert key_accounts.key_numbers() == {"H-1", "N-1"}
    merged = merging.merge(actor=written.dario, survivor=written.helios, merged=written.nordelma, now=NOW)
    assert key_accounts.key_numbers() == {"H-1"}
    written.nordelma.refresh_from_db()
    with pytest.raises(Refused, match="merged into another"):
        key_status.propose(actor=written.dario, account=written.nordelma, proposal=proposal(), now=NOW)
    merging.part(actor=written.dario, merge=merged, now=NOW)
    assert key_accounts.key_numbers() == {"H-1", "N-1"}


def test_the_timeline_tells_of_status_and_stage(written):
    from kamerton.accounts import timeline

    story(written, written.helios)
    key_status.propose(actor=written.dario, account=written.helios, proposal=proposal(), now=NOW)
    key_status.propose_end(actor=written.dario, account=written.helios, why="Sold to a rival", now=NOW)
    references.set_supplier_stage(
        actor=written.sofia, account=written.helios, stage="listed", on=dt.date(2026, 1, 5), now=NOW
    )
    placed, _more = timeline.page(timeline.Asked(actor=written.sofia, account=written.helios))
    told = {each.entry.text: each.entry.detail for each in placed}
    assert told["Key account (Company)"] == "They open doors in their trade"
    assert told["No longer a key account"] == "Sold to a rival"
    assert "As a supplier: Approved supplier" in told
