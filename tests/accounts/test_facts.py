"""Facts: said, corrected, withdrawn, verified, kept secret; who may, and what the trail tells."""

from __future__ import annotations

import datetime as dt

import pytest

from kamerton.access import policy, secrets
from kamerton.access.secrecy import Secrecy
from kamerton.accounts.actions import facts
from kamerton.accounts.actions.telling import Merged, TooSecret
from kamerton.accounts.models import Contact, Fact
from kamerton.core import concurrency, undo
from kamerton.core.models import AuditEntry
from kamerton.core.refused import Refused

from .conftest import NOW

DAY = dt.date(2026, 2, 1)


def said(house, who=None, account=None, **values) -> Fact:
    told = {
        "topic": "plans",
        "statement": "A third plant in Tarvia",
        "source_kind": "interview",
        "dated": DAY,
    }
    return facts.say(actor=who or house.sofia, account=account or house.helios, values=told | values, now=NOW)


def opened(fact: Fact) -> dict[str, concurrency.Plain]:
    return {
        name: concurrency.plain(value) for name, value in concurrency.values_of(fact, facts.FIELDS).items()
    }


def correct(house, fact, submitted, who=None, base=None):
    return facts.correct(
        actor=who or house.sofia, fact=fact, opened=base or opened(fact), submitted=submitted, now=NOW
    )


def trail() -> str:
    return repr(list(AuditEntry.objects.values_list("action", "before", "after", "reason")))


def test_a_fact_is_said_with_author_and_account_in_the_trail(house):
    fact = said(house)
    entry = AuditEntry.objects.get(action="accounts.fact_say")
    assert (fact.created_by, fact.account, entry.account_id) == (house.sofia, house.helios, house.helios.pk)
    assert "third plant" not in trail()


def test_a_correction_leaves_the_old_one_readable(house):
    old = said(house)
    new = correct(house, old, {"statement": "No third plant"}, who=house.ivo)
    old.refresh_from_db()
    assert (old.statement, old.created_by, old.superseded_by) == ("A third plant in Tarvia", house.sofia, new)
    assert (new.statement, new.created_by, new.topic, new.dated) == (
        "No third plant",
        house.ivo,
        "plans",
        DAY,
    )
    assert list(Fact.objects.current()) == [new]


def test_two_who_correct_different_fields_lose_nothing(house):
    fact = said(house)
    base = opened(fact)
    correct(house, fact, {"statement": "Two plants"}, base=base)
    second = correct(house, fact, {"source": "Rita, by phone"}, who=house.ivo, base=base)
    assert (second.statement, second.source) == ("Two plants", "Rita, by phone")
    assert list(Fact.objects.current()) == [second]


def test_two_who_correct_the_same_field_see_both_values(house):
    fact = said(house)
    base = opened(fact)
    first = correct(house, fact, {"statement": "Two plants"}, base=base)
    with pytest.raises(concurrency.Conflict) as conflict:
        correct(house, fact, {"statement": "Four plants"}, who=house.ivo, base=base)
    told = conflict.value.differences[0]
    assert (told.mine, told.theirs) == ("Four plants", "Two plants")
    assert list(Fact.objects.current()) == [first]


def test_a_correction_that_changes_nothing_writes_nothing(house):
    fact = said(house)
    assert correct(house, fact, {"statement": fact.statement}).pk == fact.pk
    assert Fact.objects.count() == 1


def test_solutions_follow_their_goal_through_a_correction_and_back(house):
    goal = said(house, topic="goal", statement="Fewer stops")
    solution = said(house, topic="solution", statement="Spare motors on the shelf", answers=goal)
    new = correct(house, goal, {"statement": "Half as many stops"})
    solution.refresh_from_db()
    assert solution.answers == new
    token = undo.offer(
        actor=house.sofia, kind="accounts.fact_uncorrect", parameters={"old": goal.pk, "new": new.pk}, now=NOW
    )
    undo.take_back(actor=house.sofia, token=token, now=NOW)
    solution.refresh_from_db()
    assert (solution.answers, set(Fact.objects.current())) == (goal, {goal, solution})


def test_withdraw_and_restore(house):
    fact = said(house)
    facts.withdraw(actor=house.sofia, fact=fact, reason="misheard", now=NOW)
    assert not Fact.objects.current().exists()
    with pytest.raises(facts.NotInForce):
        facts.withdraw(actor=house.sofia, fact=fact, now=NOW)
    with pytest.raises(facts.NotInForce):
        correct(house, fact, {"statement": "other"})
    facts.restore(actor=house.sofia, fact=fact, now=NOW)
    assert Fact.objects.current().get() == fact


def test_verify_needs_a_source_and_is_taken_back(house):
    fact, rumour = said(house), said(house, source_kind="")
    facts.verify(actor=house.sofia, fact=fact, now=NOW)
    fact.refresh_from_db()
    assert (fact.confidence, fact.dated) == ("verified", NOW.date())
    with pytest.raises(Refused) as refused:
        facts.verify(actor=house.sofia, fact=rumour, now=NOW)
    assert refused.value.code == "no_source"
    told = {"facts": [[fact.pk, "likely", DAY.isoformat()]]}
    token = undo.offer(actor=house.sofia, kind="accounts.fact_unverify", parameters=told, now=NOW)
    undo.take_back(actor=house.sofia, token=token, now=NOW)
    fact.refresh_from_db()
    assert (fact.confidence, fact.dated) == ("likely", DAY)


@pytest.mark.parametrize(
    "values",
    [
        {"statement": "  "},
        {"dated": NOW.date() + dt.timedelta(days=1)},
        {"topic": "motive"},  # belongs to a person
    ],
)
def test_what_says_nothing_or_comes_too_early_is_refused(house, values):
    with pytest.raises(Refused):
        said(house, **values)
    assert not Fact.objects.exists()


def test_contacts_and_goals_of_other_accounts_are_refused(house):
    goal = said(house, topic="goal")
    elsewhere = said(house, who=house.petra, account=house.foreign, topic="goal")
    with pytest.raises(Refused):
        said(house, contact=house.olga)
    with pytest.raises(Refused):
        said(house, topic="solution", answers=elsewhere)
    with pytest.raises(Refused):
        said(house, topic="plans", answers=goal)


def test_nobody_writes_about_what_they_do_not_reach(house):
    for who in (house.petra, house.rosa):
        with pytest.raises(policy.Forbidden):
            said(house, who=who)
    fact = said(house)
    with pytest.raises(policy.Forbidden):
        facts.withdraw(actor=house.petra, fact=fact, now=NOW)
    with pytest.raises(policy.Forbidden):
        facts.verify(actor=house.rosa, fact=fact, now=NOW)


def test_a_merged_account_takes_no_more_facts(house):
    house.helios.merged_into = house.foreign
    house.helios.save()
    with pytest.raises(Merged):
        said(house, who=house.dario)


def test_who_reads_nothing_secret_writes_nothing_secret(house):
    with pytest.raises(TooSecret):
        said(house, who=house.sam, secrecy=Secrecy.SECRET)
    fact = said(house)
    with pytest.raises(TooSecret):
        facts.set_secrecy(actor=house.sam, fact=fact, secrecy=Secrecy.SECRET, now=NOW)
    facts.set_secrecy(actor=house.sofia, fact=fact, secrecy=Secrecy.SECRET, now=NOW)
    with pytest.raises(policy.Forbidden):  # it is out of Sam's sight now
        facts.set_secrecy(actor=house.sam, fact=fact, secrecy=Secrecy.OPEN, now=NOW)


def test_the_trail_never_holds_a_statement(house):
    secret = "Bribe-proof wording 4711"
    fact = said(house, statement=secret, source=secret, secrecy=Secrecy.SECRET)
    new = correct(house, fact, {"statement": f"{secret} b", "source": f"{secret} c"})
    facts.withdraw(actor=house.sofia, fact=new, now=NOW)
    assert "4711" not in trail()


@pytest.mark.requirement("CNF-01")
def test_reading_what_is_secret_leaves_one_entry_that_names_it(house):
    secret, plain = said(house, secrecy=Secrecy.SECRET), said(house)
    assert secrets.reading(house.sofia, [secret, plain], NOW) == (secret,)
    entry = AuditEntry.objects.get(action="secrets.read")
    assert (entry.actor, entry.account_id, entry.after) == (
        house.sofia,
        house.helios.pk,
        {"read": [f"accounts.fact:{secret.pk}"]},
    )
    assert secrets.reading(house.sofia, [plain], NOW) == ()
    assert AuditEntry.objects.filter(action="secrets.read").count() == 1
    assert "third plant" not in trail()


def test_the_watermark_names_reader_and_day(house):
    assert secrets.watermark(house.sofia, NOW) == "Secret. Read by Sofia Lind on 2 March 2026."


def test_a_fact_about_a_contact_who_left_stays(house):
    fact = said(house, topic="motive", contact=house.rita, statement="Bonus on uptime")
    Contact.objects.filter(pk=house.rita.pk).update(left_on=DAY)
    assert Fact.objects.current().get() == fact
