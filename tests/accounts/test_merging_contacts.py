"""Two contacts made one, and parted again."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from kamerton.access import policy
from kamerton.access.secrecy import Secrecy
from kamerton.accounts import everything, ladder, queries, rules, search
from kamerton.accounts.actions import contacts, erasing, merging_contacts
from kamerton.accounts.models import (
    Act,
    Contact,
    ContactMerge,
    Event,
    Fact,
    Interaction,
    Need,
    Note,
    Opinion,
    Participation,
    PersonalNote,
    PowerChange,
    Presentation,
    Relation,
    Tie,
)
from kamerton.core import undo
from kamerton.core.models import AuditEntry
from kamerton.core.refused import Refused
from kamerton.engagements.models import Engagement
from kamerton.instruments.models import Answer, Assessment, Instrument
from kamerton.plans.models import Line, Objective, Plan, Project
from kamerton.service.models import Claim
from kamerton.work.models import Consultation, Handover, Task

from .conftest import NOW

DAY = NOW.date()
_LEFT_OUT = {"version", "search_text"}


def contact(at, name: str, **more) -> Contact:
    return Contact.objects.create(account=at, name=name, search_text=name.casefold(), created_at=NOW, **more)


def state() -> dict[str, list[dict[str, Any]]]:
    """Every row that says something of a contact, and the contacts."""
    models = {each.model for each in everything.of_contacts()} - {ContactMerge}
    models |= {Contact, Assessment, Answer, Handover}
    return {
        model._meta.label: [
            {name: value for name, value in row.items() if name not in _LEFT_OUT}
            for row in model._base_manager.order_by("pk").values()
        ]
        for model in models
    }


@pytest.fixture
def pair(house):
    """Rita, and R. Sole with one row of every kind; a boss, a report; what cannot stand twice."""
    house.rita.decision_roles, house.rita.post = ["user"], "Buyer"
    house.rita.ladder_stage = 1
    house.rita.save()
    boss = contact(house.helios, "Boss")
    twin = contact(
        house.helios, "R. Sole", post="Head of purchasing", email="rita@helios.example", is_vip=True,
        decision_roles=["decider"], languages=["it"], reports_to=boss, ladder_stage=3, x=1.0, y=2.0,
    )  # fmt: skip
    report = contact(house.helios, "Report", reports_to=twin)
    told = {"account": house.helios, "contact": twin, "created_at": NOW}
    Fact.objects.create(topic="motive", statement="Growth", dated=DAY, **told)
    Need.objects.create(what="Spares", raised_on=DAY, **told)
    Note.objects.create(account=house.helios, title="One", on=DAY, created_at=NOW).contacts.set(
        [twin, house.rita]
    )
    Note.objects.create(account=house.helios, title="Two", on=DAY, created_at=NOW).contacts.set([twin])
    PersonalNote.objects.create(contact=twin, author=house.sofia, text="Tea", lawful_basis="consent", purpose="x",
                                keep_until=DAY, created_at=NOW)  # fmt: skip
    for who in (house.rita, twin):
        Opinion.objects.create(contact=who, rater=house.sofia, support=1, at=NOW, secrecy=Secrecy.SECRET)
        Tie.objects.create(contact=who, person=house.sofia)
        Relation.objects.create(account=house.helios, of=who, to=boss, kind="influences", created_at=NOW)
    Tie.objects.create(contact=twin, person=house.ivo, depth="deep")
    Relation.objects.create(account=house.helios, of=report, to=twin, kind="blocks", created_at=NOW)
    Relation.objects.create(account=house.helios, of=twin, to=house.rita, kind="ally", created_at=NOW)
    Interaction.objects.create(account=house.helios, contact=twin, person=house.sofia, on=DAY, created_at=NOW)
    PowerChange.objects.create(contact=twin, expected_on=DAY, what="Rises", created_at=NOW)
    fair = Event.objects.create(name="Fair", starts_on=DAY, ends_on=DAY, created_at=NOW)
    for who in (house.rita, twin):  # both were invited: one part of the two stays where it is
        Participation.objects.create(event=fair, contact=who, created_at=NOW)
    evening = Event.objects.create(name="Evening", starts_on=DAY, ends_on=DAY, created_at=NOW)
    Participation.objects.create(event=evening, contact=twin, created_at=NOW)
    Presentation.objects.create(event=fair, contact=twin, title="Drives", created_at=NOW)
    Act.objects.create(contact=twin, what="Recommended us", on=DAY, created_at=NOW)
    Task.objects.create(title="Call", owner=house.sofia, account=house.helios, contact=twin, created_at=NOW)
    Consultation.objects.create(
        account=house.helios, contact=twin, asked_on=DAY, question="How?", created_at=NOW
    )
    Claim.objects.create(
        account=house.helios, contact=twin, subject="Wet boxes", currency="EUR", owner=house.sofia,
        received_at=NOW, acknowledge_by=NOW, answer_by=NOW, settle_by=NOW, created_at=NOW,
    )  # fmt: skip
    talk = Engagement.objects.create(
        account=house.helios, owner=house.sofia, channel="person", on=DAY, starts_at=NOW, ends_at=NOW + dt.timedelta(hours=1),
        time_zone="UTC", purpose="Prices", created_at=NOW,
    )  # fmt: skip
    talk.contacts.add(house.rita, twin)
    plan = Plan.objects.create(account=house.helios, title="Two lines", owner=house.sofia, starts_on=DAY,
                               ends_on=DAY + dt.timedelta(days=300), created_at=NOW)  # fmt: skip
    Line.objects.create(plan=plan, kind="interest", text="Fewer stops", contact=twin, created_at=NOW)
    Objective.objects.create(plan=plan, kind="milestone", title="Signed", due_on=DAY, agreed_with=twin, agreed_on=DAY,
                             created_at=NOW)  # fmt: skip
    Project.objects.create(account=house.helios, contact=twin, title="R. Sole", leader=house.sofia, level_since=DAY,
                           created_at=NOW)  # fmt: skip
    made = Instrument.objects.get(key=ladder.KEY, is_active=True)
    for who, finished in ((house.rita, None), (twin, None), (twin, NOW)):
        told = {
            "instrument": made,
            "subject_kind": "contact",
            "subject_id": who.pk,
            "account_id": house.helios.pk,
        }
        row = Assessment.objects.create(
            rater=house.sofia, started_at=NOW, finished_at=finished, score=2, **told
        )
        Answer.objects.create(assessment=row, item="one", value=str(who.pk), answered_at=NOW)
    Handover.objects.create(
        account=house.helios, giver=house.sofia, receiver=house.petra, reason="changes_hands", on=DAY,
        created_by=house.dario, created_at=NOW,
        introductions=[
            {"contact": boss.pk, "name": "Boss", "done": False}, {"contact": twin.pk, "name": "R. Sole", "done": True},
            {"contact": house.rita.pk, "name": "Rita Sole", "done": False},
        ],
    )  # fmt: skip
    return house.rita, twin


def merge(house, survivor, merged, actor=None) -> ContactMerge:
    return merging_contacts.merge(actor=actor or house.sofia, survivor=survivor, merged=merged, now=NOW)


def part(house, row, actor=None) -> Contact:
    return merging_contacts.part(actor=actor or house.sofia, merge=row, now=NOW)


def again(row):
    return type(row)._base_manager.get(pk=row.pk)


def test_everything_goes_to_the_one_that_stays(house, pair):
    rita, twin = pair
    for each in everything.of_contacts():
        assert each.model is ContactMerge or each.rows(twin.pk).exists(), (
            f"{each.key}: a room that keeps something of contacts has to be told of here"
        )
    merge(house, rita, twin)
    one = again(rita)
    assert not Contact.objects.filter(pk=twin.pk).exists()
    assert (one.name, one.post, one.email, one.is_vip, one.decision_roles, one.languages, one.ladder_stage) == (
        "Rita Sole", "Buyer", "rita@helios.example", True, ["user", "decider"], ["it"], 2,
    )  # fmt: skip
    assert one.reports_to.name == "Boss"
    assert [each.name for each in one.reports.all()] == ["Report"]
    assert all(each.rows(one.pk).exists() for each in everything.of_contacts())
    assert sorted(one.ties.values_list("person__username", flat=True)) == ["ivo", "sofia"]
    assert one.opinions.count() == 2
    assert sorted(note.title for note in one.notes.all()) == ["One", "Two"]
    assert [(each.of.name, each.to.name, each.kind) for each in Relation.objects.order_by("pk")] == [
        ("Rita Sole", "Boss", "influences"),
        ("Report", "Rita Sole", "blocks"),
    ]
    told = Assessment.objects.filter(subject_kind="contact").order_by("pk")
    assert [(each.subject_id, each.finished_at) for each in told] == [(one.pk, None), (one.pk, NOW)]
    assert Handover.objects.get().introductions == [
        {"contact": Contact.objects.get(name="Boss").pk, "name": "Boss", "done": False},
        {"contact": one.pk, "name": "Rita Sole", "done": True},
    ]
    assert search.find(house.sofia, "helios.example")[0].rows == (one,)
    assert len(search.find(house.sofia, "sole", kinds=["contact"])[0].rows) == 1


def test_parted_again_all_is_as_before(house, pair):
    rita, twin = pair
    before = state()
    row = merge(house, rita, twin)
    assert state() != before
    part(house, row)
    assert state() == before
    assert (again(row).kept, again(row).undone_by) == ({}, house.sofia)
    assert sorted(names(house, "sole")) == ["R. Sole", "Rita Sole"]
    with pytest.raises(Refused) as refused:
        part(house, row)
    assert refused.value.code == "undone"


def names(house, words):
    return [str(each) for found in search.find(house.sofia, words, kinds=["contact"]) for each in found.rows]


def test_what_came_or_was_changed_since_stays(house, pair):
    rita, twin = pair
    row = merge(house, rita, twin)
    contacts.edit(
        actor=house.sofia, contact=rita, opened={}, submitted={"email": "new@helios.example"}, now=NOW
    )
    Fact.objects.create(
        account=house.helios, contact=rita, topic="motive", statement="New", dated=DAY, created_at=NOW
    )
    Contact.objects.get(name="Boss").delete()
    back = part(house, row)
    assert again(rita).email == "new@helios.example"
    assert (back.email, back.reports_to) == ("rita@helios.example", None)
    assert [each.statement for each in again(rita).facts.all()] == ["New"]
    assert [each.statement for each in back.facts.all()] == ["Growth"]


def test_of_merges_of_merges_the_latest_is_undone_first(house, pair):
    rita, twin = pair
    third = contact(house.helios, "Third", mobile="+39 333")
    before = state()
    rows = [merge(house, rita, twin), merge(house, third, again(rita))]
    assert again(rows[0]).survivor == third
    with pytest.raises(Refused) as refused:
        part(house, rows[0])
    assert refused.value.code == "merged"
    part(house, rows[1])
    part(house, rows[0])
    assert state() == before


def test_of_two_merged_into_one_either_can_be_undone(house, pair):
    rita, twin = pair
    third = contact(house.helios, "Third", mobile="+39 333")
    before = state()
    rows = [merge(house, rita, twin), merge(house, rita, third)]
    part(house, rows[0])
    part(house, rows[1])
    assert state() == before


def test_a_line_of_report_never_closes(house):
    """Rita - under Middle - under Twin: as one she stands where Twin stood."""
    top = contact(house.helios, "Top")
    twin = contact(house.helios, "Twin", reports_to=top)
    middle = contact(house.helios, "Middle", reports_to=twin)
    Contact.objects.filter(pk=house.rita.pk).update(reports_to=middle)
    before = state()
    row = merge(house, again(house.rita), twin)
    assert (again(house.rita).reports_to, again(middle).reports_to) == (top, house.rita)
    part(house, row)
    assert state() == before
    row = merge(house, twin, again(house.rita))  # the other way round
    assert (again(twin).reports_to, again(middle).reports_to) == (top, twin)


def test_a_post_gets_its_holder(house):
    post = Contact.objects.create(account=house.helios, is_found=False, post="Head of plant", created_at=NOW)
    merge(house, post, house.rita)
    assert (again(post).name, again(post).is_found, again(post).post) == ("Rita Sole", True, "Head of plant")


def test_whoever_is_still_there_is_there(house):
    gone = contact(house.helios, "Rita S.", left_on=DAY)
    merge(house, gone, house.rita)
    assert again(gone).left_on is None


def test_who_may_and_what_is_refused(house):
    twin = contact(house.helios, "Twin")
    for actor in (house.ivo, house.sam, house.petra, house.rosa):  # without the right; out of reach
        with pytest.raises(policy.Forbidden):
            merge(house, house.rita, twin, actor)
    row = merge(house, house.rita, twin)
    for actor in (house.ivo, house.sam, house.petra, house.rosa):
        with pytest.raises(policy.Forbidden):
            part(house, row, actor)
    for survivor, merged, code in (
        (house.rita, house.rita, "same"),
        (house.rita, house.olga, "account"),
        (house.rita, contact(house.helios, "", erased_at=NOW), "erased"),
    ):
        with pytest.raises(Refused) as refused:
            merge(house, survivor, merged, house.dario)
        assert refused.value.code == code


def test_the_trail_names_nobody_and_the_undo_takes_it_back(house):
    twin = contact(house.helios, "Twin")
    row = merge(house, house.rita, twin)
    token = merging_contacts.offer_back(actor=house.sofia, merges=[row], now=NOW)
    entry = AuditEntry.objects.get(action="accounts.contact_merge")
    assert (entry.account_id, entry.after) == (
        house.helios.pk,
        {"contact": house.rita.pk, "merged": twin.pk},
    )
    undo.take_back(actor=house.sofia, token=token, now=NOW)
    assert again(twin).name == "Twin"


def test_erasing_the_one_that_stays_erases_what_is_kept_of_the_other(house):
    twin = contact(house.helios, "Margherita Solari", email="marghe@helios.example")
    note = Note.objects.create(
        account=house.helios, title="Visit", text="Saw Margherita Solari", on=DAY, created_at=NOW
    )
    merge(house, house.rita, twin)
    erasing.erase(actor=house.dario, contact=house.rita, reason="Asked", now=NOW)
    assert not ContactMerge.objects.exists()
    assert again(note).text == "Saw erased person"


# --- who may be one person ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("Rita Sole", "", ""), ("SOLE, Rita", "", ""), True),
        (("Łucja Żak", "", ""), ("Lucja Zak", "", ""), True),
        (("Rita", "a@x.it", ""), ("Other", "A@X.it", ""), True),
        (("Rita", "", "+39 333 444 5556"), ("Other", "", "333-444-5556"), True),
        (("Rita", "", "112"), ("Other", "", "112"), False),
        (("Rita Sole", "", ""), ("Rita Sola", "", ""), False),
        (("", "", ""), ("", "", ""), False),
    ],
)
def test_what_makes_two_records_one_person(one, other, same):
    assert bool(set(rules.person_keys(*one)) & set(rules.person_keys(*other))) is same


def test_groups_that_share_a_number_are_one():
    assert rules.joined([[5, 6], [1, 2], [2, 3], [9, 3]]) == [[1, 2, 3, 9], [5, 6]]


def test_doubles_are_of_one_account_and_within_reach(house, django_assert_num_queries):
    twin = contact(house.helios, "sole rita", email="r@x.it")
    third = contact(house.helios, "R. S.", email="R@X.it", left_on=dt.date(2026, 1, 1))
    contact(house.foreign, "Rita Sole")  # elsewhere, and out of Sofia's reach
    contact(house.foreign, "Olga Fern")
    contact(house.helios, "Rita Sole", erased_at=NOW)
    seen = policy.scope(Contact.objects.all(), house.sofia, "accounts.merge")
    assert queries.double_contacts(seen) == [[house.rita, twin, third]]
    everybody = policy.scope(Contact.objects.all(), house.dario, "accounts.merge")
    with django_assert_num_queries(2):
        assert len(queries.double_contacts(everybody)) == 2
