"""Events, parts in them, talks and acts: who writes, what is refused, what becomes work, what is taken back."""

from __future__ import annotations

import datetime as dt

import pytest

from kamerton.access import policy
from kamerton.accounts import event_queries, timeline
from kamerton.accounts.actions import erasing, events, keeping, merging_contacts, personal
from kamerton.accounts.actions.acts import ACT
from kamerton.accounts.models import Act, Contact, Event, Participation, Presentation
from kamerton.core import undo
from kamerton.core.concurrency import Conflict
from kamerton.core.models import AuditEntry, UndoStep
from kamerton.core.refused import Refused
from kamerton.work.models import Task
from tests.accounts.conftest import NOW

pytestmark = pytest.mark.django_db
DAY = NOW.date()


def an_event(actor, **more) -> Event:
    values = {"name": "Filling days", "starts_on": DAY, "ends_on": None} | more
    return keeping.add(events.EVENT, actor=actor, values=values, now=NOW)


def a_part(actor, event, contact, **more) -> Participation:
    return keeping.add(events.PART, actor=actor, values={"event": event, "contact": contact, **more}, now=NOW)


def an_act(actor, contact, **more) -> Act:
    values = {"contact": contact, "side": "us", "what": "Named us to two plants", "on": DAY} | more
    return keeping.add(ACT, actor=actor, values=values, now=NOW)


def take_back(actor, token: str) -> str:
    return undo.take_back(actor=actor, token=token, now=NOW)


def test_an_event_of_one_day_and_what_is_wrong_with_others(house):
    one = an_event(house.sofia)
    assert (one.ends_on, one.is_ours, one.version) == (DAY, True, 1)
    for wrong in ({"name": " "}, {"starts_on": None}, {"ends_on": DAY - dt.timedelta(days=1)}):
        with pytest.raises(Refused):
            an_event(house.sofia, **wrong)
    with pytest.raises(policy.Forbidden):
        an_event(house.rosa)


def test_whoever_reaches_the_contact_writes_and_sees_the_part_and_nobody_else(house):
    event = an_event(house.sofia)
    mine, other = a_part(house.sofia, event, house.rita), a_part(house.petra, event, house.olga)
    assert list(event_queries.participations(house.sofia)) == [mine]
    with pytest.raises(policy.Forbidden):
        keeping.change(
            events.PART, actor=house.sofia, row=other, opened={}, submitted={"answer": "no"}, now=NOW
        )
    with pytest.raises(policy.Forbidden):
        a_part(house.sofia, event, house.olga)
    told = event_queries.events(house.sofia).get()
    assert (told.invited, told.attended) == (0, 0)
    events.invite(actor=house.petra, event=an_event(house.petra, name="Fair"), contact=house.olga, now=NOW)
    assert event_queries.events(house.sofia).get(name="Fair").invited == 0
    assert event_queries.events(house.petra).get(name="Fair").invited == 1


def test_nobody_from_outside_sees_events(house, make_user):
    an_event(house.sofia)
    outside = make_user("senior_kam", "outside")
    outside.is_external = True
    outside.save(update_fields=["is_external"])
    assert policy.scope(Event.objects.all(), outside, "accounts.view").count() == 0
    assert not policy.can(outside, "accounts.view", Event.objects.get())


def test_a_contact_is_on_the_list_once_and_attends_nothing_to_come(house):
    event = an_event(house.sofia, starts_on=DAY + dt.timedelta(days=9))
    a_part(house.sofia, event, house.rita)
    with pytest.raises(events.Taken):
        a_part(house.sofia, event, house.rita)
    row = Participation.objects.get()
    with pytest.raises(Refused, match="not begun"):
        keeping.change(
            events.PART, actor=house.sofia, row=row, opened={}, submitted={"attended": True}, now=NOW
        )


def test_a_follow_up_is_a_task_once(house):
    event = an_event(house.sofia)
    row = a_part(house.sofia, event, house.rita, follow_up="Send the drawings", follow_up_by=house.ivo,
                 follow_up_due=DAY + dt.timedelta(days=3))  # fmt: skip
    task = Task.objects.get()
    assert (task.title, task.owner, task.account, task.due_on, task.origin) == (
        "Send the drawings – Rita Sole, after Filling days", house.ivo, house.helios, DAY + dt.timedelta(days=3), "event",
    )  # fmt: skip
    keeping.change(events.PART, actor=house.sofia, row=row, opened={}, submitted={"answer": "yes"}, now=NOW)
    assert Task.objects.count() == 1


def test_a_talk_is_by_a_contact_or_by_one_of_ours_and_is_prepared(house):
    event = an_event(house.sofia)
    told = {"event": event, "title": "Lines that never stop", "prepared_by": house.ivo, "due_on": DAY}
    keeping.add(
        events.TALK, actor=house.sofia, values={**told, "contact": house.rita, "speaker": None}, now=NOW
    )
    assert (
        Task.objects.get().title
        == "Prepare the presentation “Lines that never stop” for Rita Sole, Filling days"
    )
    keeping.add(events.TALK, actor=house.petra, values={**told, "contact": house.olga}, now=NOW)
    keeping.add(
        events.TALK, actor=house.petra, values={**told, "title": "Ours", "speaker": house.petra}, now=NOW
    )
    assert [each.title for each in event_queries.presentations(house.sofia)] == [
        "Lines that never stop",
        "Ours",
    ]
    for wrong in (
        {},
        {"contact": house.rita, "speaker": house.sofia},
        {"speaker": house.sofia, "title": " "},
    ):
        with pytest.raises(Refused):
            keeping.add(events.TALK, actor=house.sofia, values={**told, **wrong}, now=NOW)


def test_an_event_with_people_on_it_is_not_removed_even_where_they_are_not_seen(house):
    event = an_event(house.sofia)
    part = a_part(house.petra, event, house.olga)
    with pytest.raises(Refused, match="people"):
        events.remove_event(actor=house.sofia, event=event, now=NOW)
    keeping.remove(events.PART, actor=house.petra, row=part, now=NOW)
    token = events.remove_event(actor=house.sofia, event=event, now=NOW)
    assert not Event.objects.exists()
    take_back(house.sofia, token)
    assert Event.objects.get().pk == event.pk


def test_adding_changing_and_removing_are_taken_back(house):
    row = an_act(house.sofia, house.rita)
    token = keeping.change(ACT, actor=house.sofia, row=row, opened={}, submitted={"weight": 3}, now=NOW)
    take_back(house.sofia, token)
    row.refresh_from_db()
    assert (row.weight, row.version) == (2, 3)
    late = keeping.change(ACT, actor=house.sofia, row=row, opened={}, submitted={"weight": 1}, now=NOW)
    keeping.put(ACT, actor=house.ivo, row=row, values={"to_whom": "Two plants"}, now=NOW)
    with pytest.raises(undo.CannotUndo):
        take_back(house.sofia, late)
    row.refresh_from_db()
    token = keeping.remove(ACT, actor=house.sofia, row=row, now=NOW)
    assert not Act.objects.exists()
    take_back(house.sofia, token)
    back = Act.objects.get()
    assert (back.pk, back.weight, back.to_whom, back.created_by) == (row.pk, 1, "Two plants", house.sofia)
    token = keeping.offer_unadd(ACT, actor=house.sofia, row=back, now=NOW)
    take_back(house.sofia, token)
    assert not Act.objects.exists()
    verbs = set(AuditEntry.objects.filter(subject=f"accounts.act:{row.pk}").values_list("action", flat=True))
    assert verbs == {"accounts.add_act", "accounts.edit_act", "accounts.remove_act"}
    assert "Named us" not in str(list(AuditEntry.objects.values_list("before", "after", "reason")))


def test_what_is_gone_with_its_contact_does_not_come_back(house):
    row = an_act(house.sofia, house.rita)
    step = keeping.remove(ACT, actor=house.sofia, row=row, now=NOW)
    Contact.objects.filter(pk=house.rita.pk).delete()
    with pytest.raises(undo.CannotUndo):
        take_back(house.sofia, step)


def test_two_who_change_the_same_field_see_both(house):
    row = an_act(house.sofia, house.rita)
    keeping.change(
        ACT, actor=house.sofia, row=row, opened={"what": row.what}, submitted={"what": "Mine"}, now=NOW
    )
    with pytest.raises(Conflict):
        keeping.change(
            ACT, actor=house.ivo, row=row, opened={"what": row.what}, submitted={"what": "His"}, now=NOW
        )
    keeping.change(ACT, actor=house.ivo, row=row, opened={"weight": 2}, submitted={"weight": 3}, now=NOW)
    row.refresh_from_db()
    assert (row.what, row.weight) == ("Mine", 3)


@pytest.mark.parametrize(
    "wrong",
    [
        {"what": " "}, {"on": DAY + dt.timedelta(days=1)}, {"side": "competitor"}, {"secrecy": 0}, {"secrecy": 2},
    ],
)  # fmt: skip
def test_wrong_acts_are_refused(house, wrong):
    """Sam, who sells, is not cleared for what is secret."""
    with pytest.raises(Refused):
        an_act(house.sam, house.rita, **wrong)
    assert not Act.objects.exists()


def test_what_we_do_about_it_is_a_task_and_a_secret_one_says_no_word(house):
    told = {
        "side": "competitor",
        "competitor": "Norvane",
        "what": "Spoke for Norvane",
        "answer": "Invite her to the plant",
    }
    an_act(house.sofia, house.rita, **told, answer_by=house.ivo, answer_due=DAY)
    assert Task.objects.get().title == "Invite her to the plant – Rita Sole"
    with pytest.raises(Refused, match="may not read"):
        an_act(house.sofia, house.rita, **told, answer_by=house.sam, secrecy=2)
    an_act(house.sofia, house.rita, **told, answer_by=house.dario, secrecy=2)
    assert Task.objects.get(owner=house.dario).title == "A secret matter at Helios Tarvia"


@pytest.mark.requirement("REL-11")
def test_recommendations_are_counted_of_those_that_the_reader_may_see(house):
    an_act(house.sofia, house.rita, outcome="One plant asked for an offer", to_whom="Two plants")
    an_act(house.sofia, house.rita, kind="preferred")
    an_act(house.sofia, house.rita, secrecy=2, weight=3)
    an_act(house.petra, house.olga)
    people = [house.rita.pk, house.olga.pk]
    mine = event_queries.favours(house.sofia, people, DAY)
    assert [(mine[each].recommendations, mine[each].for_us) for each in people] == [(2, 7), (0, 0)]
    theirs = event_queries.favours(house.sam, people, DAY)
    assert theirs[house.rita.pk].recommendations == 1


def test_an_erased_person_leaves_no_act_no_talk_and_no_words(house):
    event = an_event(house.sofia)
    a_part(house.sofia, event, house.rita, follow_up="Call Rita", attended=True)
    keeping.add(
        events.TALK, actor=house.sofia, values={"event": event, "contact": house.rita, "title": "T"}, now=NOW
    )
    row = an_act(house.sofia, house.rita)
    keeping.change(ACT, actor=house.sofia, row=row, opened={}, submitted={"what": "Other"}, now=NOW)
    taken = {each.key for each in personal.export(actor=house.dario, contact=house.rita, now=NOW)}
    assert {
        "accounts.act.contact",
        "accounts.participation.contact",
        "accounts.presentation.contact",
    } <= taken
    erasing.erase(actor=house.dario, contact=house.rita, reason="asked", now=NOW)
    assert (Act.objects.count(), Presentation.objects.count()) == (0, 0)
    assert Participation.objects.get().follow_up == ""
    assert not UndoStep.objects.filter(kind__startswith="accounts.contact_kept").exists()
    house.rita.refresh_from_db()
    with pytest.raises(Refused, match="erased"):
        an_act(house.dario, house.rita)


def test_two_contacts_made_one_keep_acts_and_one_part(house):
    twin = Contact.objects.create(account=house.helios, name="Rita Sole", created_at=NOW)
    event = an_event(house.sofia)
    a_part(house.sofia, event, house.rita)
    a_part(house.sofia, event, twin)
    an_act(house.sofia, twin)
    merging_contacts.merge(actor=house.dario, survivor=house.rita, merged=twin, now=NOW)
    assert Act.objects.get().contact == house.rita
    assert Participation.objects.get().contact == house.rita


def test_the_timeline_tells_of_them_as_far_as_the_reader_may_see(house):
    event = an_event(house.sofia)
    a_part(house.sofia, event, house.rita, invited_on=DAY, attended=True)
    an_act(house.sofia, house.rita)
    an_act(house.sofia, house.rita, what="Secret word", secrecy=2, side="competitor", competitor="Norvane")
    keeping.add(
        events.TALK, actor=house.sofia, values={"event": event, "contact": house.rita, "title": "T"}, now=NOW
    )

    def told(actor):
        placed, _next = timeline.page(timeline.Asked(actor=actor, account=house.helios, kinds={"met"}))
        return sorted(str(each.entry.text) for each in placed)

    seen = ["Rita Sole attended: Filling days", "Rita Sole for us", "Rita Sole invited: Filling days",
            "Rita Sole speaks: Filling days"]  # fmt: skip
    assert told(house.sam) == seen
    assert told(house.sofia) == sorted([*seen, "Rita Sole for Norvane"])
