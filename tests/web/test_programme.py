"""The programme: nine conditions, readiness, business case, advantages, risks, the two ways, four errors."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from kamerton.access.models import User
from kamerton.access.policy import Forbidden
from kamerton.accounts.models import Account, Contact, Coverage, Fact, Need
from kamerton.core import clock
from kamerton.core.models import AuditEntry
from kamerton.core.refused import Refused
from kamerton.instruments import actions as instruments
from kamerton.instruments.actions import Reply
from kamerton.instruments.queries import active
from kamerton.instruments.subjects import NOTHING
from kamerton.portfolio import programme_measures, programme_queries, programme_rows, queries
from kamerton.portfolio.actions import programme, references, status
from kamerton.portfolio.models import CaseLine, Programme, ProgrammeItem
from kamerton.portfolio.models.status import DEFINITIONS, LEVELS
from kamerton.web.instrument_words import said
from kamerton.work.actions import approvals
from kamerton.work.models import Approval

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _day(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC))
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@pytest.fixture
def boss(make_user, company) -> User:
    return make_user("director", "boss")


@pytest.fixture
def signed(client, boss):
    client.force_login(boss)
    return client


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def page(client, name: str, *told) -> str:
    answer = client.get(reverse(name, args=told))
    assert answer.status_code == 200
    return text(answer)


def answer(actor, now, **said):
    made = instruments.start_assessment(
        actor=actor, instrument=active("programme-conditions"), subject=NOTHING, now=now
    )
    for key, value in said.items():
        reply = Reply(value, "The annual meeting" if value == "yes" else "")
        instruments.answer(actor=actor, assessment=made, item=key.replace("_", "-"), reply=reply, now=now)
    return made


def told_all(actor, now, **said):
    every = {item.key.replace("-", "_"): "no" for item in definition()}
    return instruments.finish(actor=actor, assessment=answer(actor, now, **{**every, **said}), now=now)


def definition():
    from kamerton.instruments.queries import definition_of

    return definition_of(active("programme-conditions"))


def write_profile(boss, now):
    words = {"text": "Whom we would miss", "preset": "", "definitions": list(DEFINITIONS), "levels": list(LEVELS),
             "class_list": "definitions", "labels": {}, "review_months": 12, "silence_days": 90}  # fmt: skip
    return status.write_profile(actor=boss, now=now, words=words, changes={})


def found(boss):
    verdict = programme_queries.verdict(boss, queries.latest_snapshot(), TODAY)
    return {each.key: each for each in verdict.findings}, verdict


# --- the nine conditions -------------------------------------------------------------------------------------------


@pytest.mark.requirement("ADP-01")
def test_conditions_are_filled_from_figures_and_the_rest_is_asked(book, boss, now, signed):
    by_key, verdict = found(boss)
    assert len(by_key) == 9
    assert {key for key, each in by_key.items() if each.source == "figures"} == {
        "few-clients", "concentrating", "overlapping-sellers"}  # fmt: skip
    assert by_key["few-clients"].met
    assert by_key["few-clients"].dated == queries.latest_snapshot().as_of
    before = verdict.verified
    told_all(boss, now, differentiation="yes", few_clients="no")
    by_key, verdict = found(boss)
    assert verdict.verified == before + 1
    assert by_key["differentiation"].source == "person"
    assert (by_key["few-clients"].met, by_key["few-clients"].other) == (True, boss.display_name)
    shown = page(signed, "programme")
    assert "says otherwise" in shown
    assert "The annual meeting" in shown
    for each in verdict.unmet:
        assert said(definition().by_key[each.key].text) in shown.split("Not verified: ")[1].split("</p>")[0]


def test_people_at_key_accounts_tell_two_conditions_more(book, boss, now):
    helios = Account.objects.get(number="H-1")
    for at, level in enumerate(("top", "middle", "operational", "top")):
        Contact.objects.create(
            account=helios, name=f"Rita {at}", level=level, decision_roles=["decider"], created_at=now
        )
    by_key, _verdict = found(boss)
    assert (by_key["complex-buying"].met, by_key["complex-buying"].source) == (True, "figures")
    assert by_key["multi-level"].met
    Contact.objects.filter(account=helios).update(left_on=TODAY)
    by_key, _verdict = found(boss)
    assert by_key["multi-level"].source == ""


# --- readiness -----------------------------------------------------------------------------------------------------


@pytest.mark.requirement("ADP-05")
def test_not_ready_with_an_open_condition_or_without_a_sponsor(boss, now, signed, make_user):
    keys = list(programme_rows.CONDITIONS)
    assert len(keys) == 5
    write_profile(boss, now)
    for key in keys[:-1]:
        programme.say(
            actor=boss, area="condition", key=key, told={"is_met": True, "note": "Decided"}, now=now
        )
    programme.name_sponsor(actor=boss, sponsor=boss, now=now)
    with pytest.raises(programme.NotReady, match="Still open: It is clear when a customer is key"):
        programme.declare_ready(actor=boss, now=now)
    assert "1 condition is open." in page(signed, "programme")
    programme.say(
        actor=boss, area="condition", key=keys[-1], told={"is_met": True, "note": "Profile 1"}, now=now
    )
    programme.name_sponsor(actor=boss, sponsor=None, now=now)
    with pytest.raises(programme.NotReady, match="Nobody sponsors"):
        programme.declare_ready(actor=boss, now=now)
    signed.post(reverse("programme_sponsor"), {"sponsor": boss.pk})
    assert signed.post(reverse("programme_ready")).status_code == 302
    assert Programme.objects.get().ready_at == clock.now()
    assert "Ready since 2 March 2026." in page(signed, "programme")
    signed.post(reverse("programme_row", args=["condition", keys[0]]), {"note": "Not any more"})
    assert Programme.objects.get().ready_at is None


def test_a_condition_is_not_met_by_a_tick_alone(boss, now, signed):
    answer = signed.post(
        reverse("programme_row", args=["condition", "support"]), {"is_met": "on", "note": " "}
    )
    assert answer.status_code == 422
    assert "Say in words what was done" in text(answer)
    with pytest.raises(Refused, match="No profile says yet"):
        programme.say(
            actor=boss, area="condition", key="definition", told={"is_met": True, "note": "x"}, now=now
        )
    assert not ProgrammeItem.objects.exists()
    assert signed.get(reverse("programme_row", args=["condition", "volumes"])).status_code == 404


def test_only_who_configures_writes(make_user, now, company):
    head = make_user("head_of_sales", "head")
    with pytest.raises(Forbidden):
        programme.say(actor=head, area="risk", key="margin", told={"note": "x"}, now=now)
    with pytest.raises(Forbidden):
        programme.add_line(
            actor=head, side="cost", what="A", amount=Decimal(1), said_by="B", on=TODAY, now=now
        )


# --- the business case -----------------------------------------------------------------------------------------------


def line(side: str, amount: str, **more) -> dict[str, str]:
    return {
        "side": side,
        "what": f"{side} one",
        "amount": amount,
        "said_by": "Finance",
        "on": "2026-02-01",
        **more,
    }


@pytest.mark.requirement("ADP-02")
def test_cost_above_benefit_is_not_justified_and_somebody_decides(boss, now, signed, make_user):
    make_user("administrator", "ada")
    url = reverse("programme_line")
    assert "Nobody has written down yet" in page(signed, "programme_case")
    signed.post(url, line("cost", "100.01"))
    assert signed.post(reverse("programme_case_ask"), {"why": "Now"}).status_code == 422
    signed.post(url, line("benefit", "100"))
    assert "Not justified: it costs" in page(signed, "programme_case")
    signed.post(reverse("programme_case_ask"), {"why": "Let us see"})
    asked = Approval.objects.get(kind="programme_case")
    other = asked.steps.get().decider
    assert (asked.details["justified"], other.role, other == boss) == (False, "administrator", False)
    assert "Finance" in asked.details["lines_text"]
    with pytest.raises(Refused, match="waits for a decision already"):
        programme.ask_case(actor=boss, why="Again", now=now)
    approvals.decide(actor=other, approval=asked, approve=False, reason="Too dear", now=now)
    assert "Not approved" in page(signed, "programme_case")
    signed.post(url, line("benefit", "50"))
    shown = page(signed, "programme_case")
    assert "Justified: it costs" in shown
    assert "The lines have changed since." in shown
    signed.post(reverse("programme_case_ask"), {"why": "It pays now"})
    asked = Approval.objects.filter(kind="programme_case").order_by("-pk").first()
    approvals.decide(actor=other, approval=asked, approve=True, now=now)
    assert programme_queries.case_decision().state == "approved"


def test_a_line_is_removed_and_brought_back(boss, now, signed):
    row = programme.add_line(
        actor=boss, side="cost", what="A car", amount=Decimal("12.50"), said_by="Fleet", on=TODAY, now=now
    )
    answer = signed.post(reverse("programme_line_remove", args=[row.pk]), follow=True)
    assert not CaseLine.objects.exists()
    undo = text(answer).split('action="/undo/')[1].split('"')[0]
    signed.post(f"/undo/{undo}")
    assert CaseLine.objects.get().amount == Decimal("12.50")
    assert AuditEntry.objects.filter(action="portfolio.case_line_remove").exists()


@pytest.mark.parametrize("more", [{"amount": "0"}, {"said_by": " "}, {"on": "2026-03-03"}, {"side": "hope"}])
def test_a_wrong_line_is_refused(signed, more):
    assert signed.post(reverse("programme_line"), line("cost", "5") | more).status_code == 422
    assert not CaseLine.objects.exists()


# --- advantages, risks, the two ways ------------------------------------------------------------------------------------


@pytest.mark.requirement("ADP-03")
def test_eight_advantages_each_with_a_figure_then_and_now(book, boss, now, signed):
    assert len(programme_rows.ADVANTAGES) == 8
    shown = page(signed, "programme_watch")
    for name, _measure in programme_rows.ADVANTAGES.values():
        assert str(name) in shown
    measures = programme_measures.measures(boss, queries.latest_snapshot())
    assert set(measures) == set(programme_measures.NAMES)
    for key in programme_rows.ADVANTAGES:
        row = programme.say(actor=boss, area="advantage", key=key, told={"measure": "key_share"}, now=now)
        assert row.then_value == measures["key_share"].now
        assert row.then_on == measures["key_share"].on
    with pytest.raises(Refused, match="no such figure"):
        programme.say(actor=boss, area="advantage", key="supply", told={"measure": "guess"}, now=now)


def test_what_was_kept_on_another_day_is_compared_with_today(book, boss, now, signed):
    told = {"measure": "key_share", "note": "They order by framework", "is_met": True}
    programme.say(actor=boss, area="advantage", key="volumes", told=told, now=now)
    ProgrammeItem.objects.update(then_value=0.111, then_on=dt.date(2025, 1, 15))
    shown = page(signed, "programme_watch")
    assert "11.1 % 15 Jan 2025" in shown
    assert "1 of 8 advantages are shown" in shown
    # The same figure again keeps the day on which it was chosen.
    programme.say(actor=boss, area="advantage", key="volumes", told=told, now=now)
    assert ProgrammeItem.objects.get().then_value == 0.111


@pytest.mark.requirement("ADP-04")
def test_five_risks_from_the_first_day_and_those_not_dealt_with_are_flagged(boss, now, signed):
    assert len(programme_rows.RISKS) == 5
    assert "5 risks are not dealt with" in page(signed, "programme_watch")
    told = {"note": "A substitute for each", "is_met": True}
    with pytest.raises(Refused, match="has an owner"):
        programme.say(actor=boss, area="risk", key="dependence", told=told, now=now)
    programme.say(actor=boss, area="risk", key="dependence", told={**told, "owner": boss}, now=now)
    shown = page(signed, "programme_watch")
    assert "4 risks are not dealt with: Pressure on margins" in shown
    assert boss.display_name in shown


@pytest.mark.requirement("ADP-06")
def test_the_two_ways_side_by_side_and_where_we_stand(book, boss, now, signed):
    shown = page(signed, "programme_watch")
    for row in programme_rows.PRACTICES.values():
        for words in (row.about, row.traditional, row.kam):
            assert str(words) in shown
    assert len(programme_rows.PRACTICES) == 5
    told = programme_queries.practices_told(boss, queries.latest_snapshot(), TODAY)
    assert told["goal"][0] == "traditional"
    references.set_supplier_stage(
        actor=boss, account=Account.objects.get(number="H-1"), stage="preferred", on=TODAY, now=now
    )
    told = programme_queries.practices_told(boss, queries.latest_snapshot(), TODAY)
    assert told["goal"][0] == "kam"
    programme.say(
        actor=boss, area="practice", key="goal", told={"stands": "between", "note": "Half of us"}, now=now
    )
    assert "Half of us" in page(signed, "programme_watch")


# --- the four errors ------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("ADP-09")
def test_the_four_errors_come_from_what_is_written_down(book, boss, now, signed):
    made = {each.key: each for each in programme_queries.errors(boss)}
    assert [key for key, each in made.items() if each.is_made] == ["who", "strategy", "needs", "offers"]
    assert made["needs"].who == (("H-1", "Helios Tarvia"),)
    assert "Write the profile" in page(signed, "programme")
    write_profile(boss, now)
    helios = Account.objects.get(number="H-1")
    for topic in ("company", "income", "needs", "competitor"):
        Fact.objects.create(account=helios, topic=topic, statement="Known", dated=TODAY, created_at=now)
    Need.objects.create(account=helios, what="Bearings", raised_on=TODAY, created_at=now)
    made = {each.key: each.is_made for each in programme_queries.errors(boss)}
    assert made == {"who": False, "strategy": True, "needs": False, "offers": False}


def test_a_withdrawn_fact_and_needs_of_others_do_not_count(book, boss, now):
    helios, other = Account.objects.get(number="H-1"), Account.objects.get(number="N-1")
    Fact.objects.create(
        account=helios, topic="competitor", statement="Wrong", dated=TODAY, created_at=now, withdrawn_at=now
    )
    Fact.objects.create(account=other, topic="competitor", statement="Elsewhere", dated=TODAY, created_at=now)
    made = {each.key: each.is_made for each in programme_queries.errors(boss)}
    assert made["offers"]


@pytest.mark.parametrize("name", ["programme", "programme_watch", "programme_case"])
def test_as_many_questions_for_three_rows_as_for_one(
    book, boss, now, signed, name, django_assert_num_queries
):
    def more(at: int) -> None:
        account = Account.objects.get(number="H-1")
        Contact.objects.create(
            account=account, name=f"Rita {at}", level="top", decision_roles=["user"], created_at=now
        )
        Coverage.objects.create(account=account, person=boss, role="support", from_date=TODAY, created_at=now,
                                to_date=TODAY + dt.timedelta(days=at))  # fmt: skip
        programme.add_line(
            actor=boss, side="cost", what=f"Line {at}", amount=Decimal(1), said_by="A", on=TODAY, now=now
        )
        key = list(programme_rows.RISKS)[at]
        programme.say(
            actor=boss, area="risk", key=key, told={"owner": boss, "note": "Done", "is_met": True}, now=now
        )

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    more(0)
    signed.get(reverse(name))
    with CaptureQueriesContext(connection) as one:
        signed.get(reverse(name))
    more(1)
    more(2)
    with django_assert_num_queries(len(one)):
        signed.get(reverse(name))
