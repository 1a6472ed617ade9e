"""Claims: whose they are, their clock, how they end, and who sees them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.actions import coverage, merging, merging_contacts
from kamerton.accounts.models import Contact, Coverage
from kamerton.core import clock
from kamerton.core.concurrency import Conflict, plain
from kamerton.core.models import AuditEntry
from kamerton.core.refused import Refused
from kamerton.service import queries, rules
from kamerton.service.actions import claims, hands, outcome
from kamerton.service.models import Claim, ClaimTerms
from kamerton.signals import gathering, registry
from kamerton.signals.evaluating import findings
from kamerton.work.actions import leaving, priorities, requests
from kamerton.work.models import Request, Task
from tests.work.conftest import NOW, TODAY, absence, cover, person

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
ENDED = outcome.Outcome(
    cause="goods", solution="New pallets", satisfied="yes", lesson="Thicker boards", credit=Decimal("120.50")
)


def receive(actor, account, now=NOW, **told) -> Claim:
    told = {"kind": "quality", "subject": "Pallets break", **told}
    owner = told.pop("owner", None)
    return claims.receive_claim(actor=actor, account=account, told=told, now=now, owner=owner)


def fresh(row: Claim) -> Claim:
    return Claim.objects.get(pk=row.pk)


# --- receiving ------------------------------------------------------------------------------------------------------


def test_a_claim_goes_to_the_one_point_of_contact_with_the_terms_of_its_account(firm):
    """NOW is Monday at 10 in the company's time: two hours for a key account, eight for others."""
    key, other = receive(firm.ivo, firm.helios), receive(firm.sofia, firm.nordelma)
    assert (key.owner, key.priority) == (firm.sofia, rules.KEY)
    assert (other.owner, other.priority) == (firm.sofia, rules.ORDINARY)
    terms, clock = queries.terms(), queries.clock()
    for row, is_key in ((key, True), (other, False)):
        due = rules.deadlines(NOW, queries.terms_for(terms, is_key=is_key), clock)
        assert (row.acknowledge_by, row.answer_by, row.settle_by) == (due.acknowledge, due.answer, due.settle)
        assert row.due_at == due.acknowledge
    assert key.acknowledge_by < other.acknowledge_by
    assert key.settle_by < other.settle_by
    assert (key.currency, key.state) == ("EUR", "received")


def test_a_claim_of_an_account_with_nobody_stays_with_its_writer(firm):
    Coverage.objects.filter(account=firm.foreign).delete()
    assert receive(firm.dario, firm.foreign).owner == firm.dario


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"subject": "  "}, "subject"),
        ({"amount": Decimal(-1)}, "amount"),
        ({"currency": "E1"}, "currency"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(firm, told, code):
    with pytest.raises(Refused) as refused:
        receive(firm.sofia, firm.helios, **told)
    assert refused.value.code == code
    assert not Claim.objects.exists()


def test_a_contact_of_another_account_is_refused(firm):
    stranger = Contact.objects.create(account=firm.nordelma, name="Max", created_at=NOW)
    with pytest.raises(Refused) as refused:
        receive(firm.sofia, firm.helios, contact=stranger)
    assert refused.value.code == "contact"


def test_a_claim_does_not_come_from_tomorrow(firm):
    with pytest.raises(Refused) as refused:
        claims.receive_claim(actor=firm.sofia, account=firm.helios, told={"subject": "x"}, now=NOW,
                             received_at=NOW + HOUR)  # fmt: skip
    assert refused.value.code == "days"


def test_nobody_writes_about_an_account_out_of_reach(firm):
    with pytest.raises(policy.Forbidden):
        receive(firm.petra, firm.helios)


# --- its clock ------------------------------------------------------------------------------------------------------


def test_each_step_stops_its_own_clock(firm):
    row = receive(firm.sofia, firm.helios)
    row = claims.acknowledge(actor=firm.sofia, claim=row, now=NOW + HOUR)
    assert (row.state, row.acknowledged_at, row.due_at) == ("acknowledged", NOW + HOUR, row.answer_by)
    row = claims.answer(actor=firm.sofia, claim=row, text="We look", now=NOW + 2 * HOUR)
    assert (row.state, row.answered_at, row.due_at) == ("in_hand", NOW + 2 * HOUR, row.settle_by)
    row = claims.answer(actor=firm.sofia, claim=row, text="We looked", now=NOW + 3 * HOUR)
    assert (row.answer, row.answered_at) == ("We looked", NOW + 2 * HOUR)
    again = claims.acknowledge(actor=firm.sofia, claim=row, now=NOW + 4 * HOUR)
    assert again.acknowledged_at == NOW + HOUR


def test_answering_acknowledges(firm):
    row = claims.answer(actor=firm.sofia, claim=receive(firm.sofia, firm.helios), text="So", now=NOW + HOUR)
    assert (row.acknowledged_at, row.answered_at) == (NOW + HOUR, NOW + HOUR)


@pytest.mark.requirement("CLM-01")
def test_a_breach_is_told_and_key_accounts_stand_first(firm):
    """On the stroke there is no alert, a second later there is; in lists the key account comes first."""
    other = receive(firm.sofia, firm.nordelma, now=NOW - 10 * 24 * HOUR)
    key = receive(firm.sofia, firm.helios, amount=Decimal(900))

    def told(now):
        found = findings(gathering.readings(TODAY, now=now), gathered, {})
        return {(each.rule, each.about): shown for each, shown in found.items()}

    gathered = [rule for rule in registry.all_rules() if rule.key.startswith("claim")]
    ref = ("claim_not_acknowledged", f"service.claim:{key.pk}")
    assert ref not in told(key.acknowledge_by)
    late = told(key.acknowledge_by + dt.timedelta(seconds=1))
    assert late[ref].severity == 900_00
    assert ("claim_not_acknowledged", f"service.claim:{other.pk}") in late
    assert list(queries.open_claims(firm.sofia)) == [key, other]
    claims.acknowledge(actor=firm.sofia, claim=key, now=key.acknowledge_by)
    assert ref not in told(key.acknowledge_by + HOUR)
    assert ("claim_not_settled", ref[1]) not in told(key.settle_by)
    assert ("claim_not_settled", ref[1]) in told(key.settle_by + dt.timedelta(seconds=1))


@pytest.mark.requirement("CLM-03")
def test_expediting_puts_a_claim_and_its_requests_before_everything_and_leaves_its_reason(firm):
    first = receive(firm.sofia, firm.helios)
    row = receive(firm.sofia, firm.nordelma)
    asked = claims.ask_department(
        actor=firm.sofia, claim=row, unit=firm.logistics, title="Why?", due_on=TODAY, now=NOW
    )
    settle_by = row.settle_by
    row = claims.expedite(actor=firm.sofia, claim=row, reason=" Their line stops ", now=NOW + HOUR)
    assert (row.priority, row.expedite_reason) == (rules.EXPEDITED, "Their line stops")
    assert row.settle_by < settle_by
    assert list(queries.open_claims(firm.sofia)) == [row, first]
    assert Request.objects.get(pk=asked.pk).priority == 0
    later = claims.ask_department(
        actor=firm.sofia, claim=row, unit=firm.logistics, title="And?", due_on=TODAY, now=NOW
    )
    assert Request.objects.get(pk=later.pk).priority == 0
    entry = AuditEntry.objects.get(action="service.expedite_claim")
    assert (entry.actor_id, entry.reason, entry.account_id) == (
        firm.sofia.pk,
        "Their line stops",
        firm.nordelma.pk,
    )
    priorities.renew()
    assert fresh(row).priority == rules.EXPEDITED
    assert Request.objects.get(pk=asked.pk).priority == 0
    with pytest.raises(Refused):
        claims.expedite(actor=firm.sofia, claim=row, reason="Again", now=NOW)


def test_expediting_asks_why(firm):
    row = receive(firm.sofia, firm.helios)
    with pytest.raises(Refused) as refused:
        claims.expedite(actor=firm.sofia, claim=row, reason=" ", now=NOW)
    assert refused.value.code == "reason"
    assert fresh(row).expedited_at is None


@pytest.mark.requirement("TEAM-03")
def test_a_department_is_asked_answers_and_the_claim_leads_to_it(firm):
    row = receive(firm.ivo, firm.helios)
    asked = claims.ask_department(
        actor=firm.ivo, claim=row, unit=firm.logistics, title="Which boards?", due_on=TODAY, now=NOW
    )
    assert (asked.account, asked.unit, asked.priority) == (firm.helios, firm.logistics, 1)
    assert Task.objects.get().owner == firm.sofia  # who answers for the account hears of it
    requests.answer_request(actor=firm.livia, request=asked, answer="Pine", now=NOW + HOUR)
    told = fresh(row).requests.get()
    assert (told.answer, told.answered_at) == ("Pine", NOW + HOUR)
    assert fresh(row).state == "in_hand"


# --- whose it is ----------------------------------------------------------------------------------------------------


@pytest.mark.requirement("OTH-02")
def test_who_stands_in_has_the_claims_of_who_is_away(firm):
    other, row = receive(firm.sofia, firm.nordelma, now=NOW - 240 * HOUR), receive(firm.ivo, firm.helios)
    assert list(queries.claims_for_today(firm.sofia, TODAY)) == [row, other]  # the key account first
    assert not queries.claims_for_today(firm.petra, TODAY).exists()
    absence(firm.sofia, firm.petra)
    with clock.set_to(NOW):
        substitute = User.objects.get(pk=firm.petra.pk)
        assert list(queries.claims_for_today(substitute, TODAY)) == [row, other]


def test_a_claim_goes_with_its_account_and_with_who_leaves(firm):
    row, closed = receive(firm.sofia, firm.helios), receive(firm.sofia, firm.helios)
    outcome.close_claim(actor=firm.sofia, claim=closed, ending="settled", outcome=ENDED, now=NOW)
    firm.sofia.leaving_on = TODAY
    firm.sofia.save()
    leaving.hand_matters_on(actor=firm.dario, person=firm.sofia, to=firm.petra, now=NOW)
    assert (fresh(row).owner, fresh(closed).owner) == (firm.petra, firm.sofia)


def test_what_waits_for_somebody_who_has_left_goes_to_who_is_responsible_now(firm):
    gone = person("gone", "senior_kam", is_active=True)
    row = receive(firm.sofia, firm.helios, owner=gone)
    gone.is_active = False
    gone.save()
    hands.every_day(now=NOW, actor=None)
    assert fresh(row).owner == firm.sofia


@pytest.mark.parametrize("later", [0, 5])
def test_a_claim_goes_with_an_account_that_changes_hands_on_its_day(firm, later):
    """At once where the day is today; else on that day, also where a hand-over made somebody else responsible."""
    row, others = receive(firm.ivo, firm.helios), receive(firm.ivo, firm.helios, owner=firm.ivo)
    day = TODAY + dt.timedelta(days=later)
    coverage.assign(
        actor=firm.dario, account=firm.helios, person=firm.petra, from_date=day, now=NOW, guided=not later
    )
    hands.every_day(now=NOW, actor=None)
    assert fresh(row).owner == (firm.sofia if later else firm.petra)
    hands.every_day(now=NOW + dt.timedelta(days=later), actor=None)
    assert (fresh(row).owner, fresh(others).owner) == (firm.petra, firm.ivo)


def test_a_claim_is_not_given_to_somebody_from_outside(firm):
    outside = person("outside", "sales_manager", is_external=True)
    with pytest.raises(Refused) as refused:
        hands.assign_claim(actor=firm.sofia, claim=receive(firm.sofia, firm.helios), to=outside, now=NOW)
    assert refused.value.code == "owner"


# --- how it ends ----------------------------------------------------------------------------------------------------


@pytest.mark.requirement("CLM-02")
@pytest.mark.parametrize("missing", ["cause", "solution", "satisfied", "lesson"])
def test_closing_asks_for_the_outcome(firm, missing):
    row = receive(firm.sofia, firm.helios)
    told = {"cause": "goods", "solution": "s", "satisfied": "no", "lesson": "l", missing: " "}
    with pytest.raises(outcome.OutcomeMissing) as refused:
        outcome.close_claim(
            actor=firm.sofia, claim=row, ending="settled", outcome=outcome.Outcome(**told), now=NOW
        )
    assert refused.value.missing == [missing]
    assert fresh(row).state == "received"


def test_the_database_keeps_no_closed_claim_without_an_outcome(firm):
    row = receive(firm.sofia, firm.helios)
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.filter(pk=row.pk).update(state="settled", closed_at=NOW, due_at=None)


@pytest.mark.requirement("CLM-02")
def test_a_claim_is_settled_opened_again_and_rejected(firm):
    row = receive(firm.sofia, firm.helios)
    row = outcome.close_claim(actor=firm.sofia, claim=row, ending="settled", outcome=ENDED, now=NOW + HOUR)
    assert (row.state, row.closed_at, row.due_at, row.credit) == (
        "settled",
        NOW + HOUR,
        None,
        Decimal("120.50"),
    )
    assert (row.acknowledged_at, row.answered_at) == (NOW + HOUR, NOW + HOUR)
    with pytest.raises(Refused):
        outcome.reopen_claim(actor=firm.sofia, claim=row, reason=" ", now=NOW)
    row = outcome.reopen_claim(actor=firm.sofia, claim=row, reason="Broke again", now=NOW + 2 * HOUR)
    assert (row.state, row.reopenings, row.due_at, row.lesson) == (
        "in_hand",
        1,
        row.settle_by,
        "Thicker boards",
    )
    row = outcome.close_claim(
        actor=firm.sofia, claim=row, ending="rejected", outcome=ENDED, now=NOW + 3 * HOUR
    )
    assert row.state == "rejected"
    with pytest.raises(Refused):
        claims.acknowledge(actor=firm.sofia, claim=row, now=NOW)
    told = AuditEntry.objects.filter(subject=f"service.claim:{row.pk}").order_by("pk")
    assert list(told.values_list("action", flat=True)) == [
        "service.receive_claim", "service.settle_claim", "service.reopen_claim", "service.reject_claim",
    ]  # fmt: skip
    assert "Pallets" not in str(list(told.values("before", "after")))


def test_a_lesson_stands_in_the_log_of_mistakes_once(firm):
    row = receive(firm.sofia, firm.helios)
    row = outcome.close_claim(actor=firm.sofia, claim=row, ending="settled", outcome=ENDED, now=NOW)
    told = outcome.suggested(row)
    assert told == {"what": "Pallets break", "lesson": "Thicker boards", "loss": Decimal("120.50")}
    error = outcome.log_mistake(actor=firm.sofia, claim=row, told=told, now=NOW)
    assert (error.account, error.on, error.lesson, fresh(row).error) == (
        firm.helios,
        TODAY,
        "Thicker boards",
        error,
    )
    with pytest.raises(Refused):
        outcome.log_mistake(actor=firm.sofia, claim=row, told=told, now=NOW)


def test_what_is_secret_is_not_put_into_the_log(firm):
    row = receive(firm.sofia, firm.helios, secrecy=2)
    row = outcome.close_claim(actor=firm.sofia, claim=row, ending="settled", outcome=ENDED, now=NOW)
    assert outcome.suggested(row) == {"what": "", "lesson": "", "loss": Decimal("120.50")}


# --- two writers, reach, merging ------------------------------------------------------------------------------------


def test_the_second_writer_sees_what_changed_and_loses_nothing(firm):
    row = receive(firm.sofia, firm.helios)
    opened = {name: plain(getattr(row, name)) for name in ("subject", "product", "reference")}
    claims.edit_claim(actor=firm.sofia, claim=row, opened=opened, submitted={"subject": "Boards"}, now=NOW)
    claims.edit_claim(actor=firm.ivo, claim=row, opened=opened, submitted={"product": "Pallet"}, now=NOW)
    assert (fresh(row).subject, fresh(row).product) == ("Boards", "Pallet")
    with pytest.raises(Conflict):
        claims.edit_claim(actor=firm.ivo, claim=row, opened=opened, submitted={"subject": "Wood"}, now=NOW)
    assert fresh(row).subject == "Boards"


def test_claims_are_seen_as_far_as_reach_and_secrecy_go(firm):
    plain_one, secret = receive(firm.sofia, firm.helios), receive(firm.sofia, firm.helios, secrecy=2)
    foreign = receive(firm.petra, firm.foreign)
    seller = person("seller", "sales_manager")
    cover(firm.helios, seller, "specialist")
    outside = person("outside", "sales_manager", is_external=True)
    cover(firm.helios, outside, "specialist")
    assert set(queries.claims(firm.sofia)) == {plain_one, secret}
    assert set(queries.claims(firm.petra)) == {foreign}
    assert set(queries.claims(seller)) == {plain_one}
    assert not queries.claims(outside).exists()
    assert set(queries.claims(firm.dario)) == {plain_one, secret, foreign}
    assert not queries.claims(person("hanna", "hr")).exists()


def test_claims_go_with_merged_accounts_and_contacts(firm):
    twin = Contact.objects.create(account=firm.nordelma, name="Rita Sole", created_at=NOW)
    row = receive(firm.sofia, firm.nordelma, contact=twin)
    merging.merge(actor=firm.dario, survivor=firm.helios, merged=firm.nordelma, now=NOW)
    assert fresh(row).account == firm.helios
    merging_contacts.merge(actor=firm.dario, survivor=firm.contact, merged=twin, now=NOW)
    assert fresh(row).contact == firm.contact


# --- how it is set --------------------------------------------------------------------------------------------------


def test_terms_hold_for_what_comes_and_key_accounts_never_wait_longer(firm):
    before = receive(firm.sofia, firm.nordelma)
    claims.set_terms(
        actor=firm.dario, values={"acknowledge_hours": 3, "words": {"quality": "Defect"}}, now=NOW
    )
    after = receive(firm.sofia, firm.nordelma)
    assert fresh(before).acknowledge_by == before.acknowledge_by > after.acknowledge_by
    assert str(queries.kind_words()["quality"]) == "Defect"
    for values, code in (({"key_settle_days": 30}, "key"), ({"opens": 18}, "hours")):
        with pytest.raises(Refused) as refused:
            claims.set_terms(actor=firm.dario, values=values, now=NOW)
        assert refused.value.code == code
    assert ClaimTerms.objects.get().acknowledge_hours == 3
    with pytest.raises(policy.Forbidden):
        claims.set_terms(actor=firm.sofia, values={}, now=NOW)
