"""Contacts: adding, changing, leaving, moving, marks, the ladder."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from kamerton.access.policy import Forbidden
from kamerton.accounts import choices, ladder
from kamerton.accounts.actions import contacts
from kamerton.accounts.models import Contact, Fact, Interaction, Relation
from kamerton.core import undo
from kamerton.core.concurrency import Conflict
from kamerton.core.models import AuditEntry
from kamerton.core.refused import Refused
from kamerton.instruments.models import Assessment
from tests.accounts.factories import DAY, account, contact, cover, looked


@pytest.mark.django_db
def test_a_contact_is_found_by_name_and_the_trail_tells_nothing_personal(now, make_user):
    there = account()
    made = contacts.create(
        actor=make_user("director"), account=there, now=now,
        values={"name": " Ada  Berti ", "email": "ada@x.example", "languages": ["PL", "it", "pl"],
                "decision_roles": ["decider", "user"], "function": "finance"},
    )  # fmt: skip
    assert (made.name, made.languages, made.decision_roles) == (
        "Ada Berti",
        ["pl", "it"],
        ["user", "decider"],
    )
    assert list(Contact.objects.search("berti ada@x")) == [made]
    told = str(AuditEntry.objects.values_list("before", "after", "reason"))
    assert "Ada" not in told
    assert "x.example" not in told
    assert AuditEntry.objects.get().after["function"] == "finance"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": ""}, "name"),
        ({"name": "", "is_found": False}, "post"),
        ({"languages": ["polish"]}, "refused"),
        ({"decision_roles": ["king"]}, "refused"),
        ({"function": "magic"}, "invalid"),
        ({"email": "nobody"}, "invalid"),
    ],
)
def test_what_cannot_be_is_refused(now, make_user, change, code):
    with pytest.raises(Refused) as refused:
        contacts.create(
            actor=make_user("director"), account=account(), values={"name": "Ada"} | change, now=now
        )
    assert refused.value.code == code
    assert not Contact.objects.exists()


@pytest.mark.django_db
def test_a_post_not_found_yet_has_no_name_and_gets_one(now, make_user):
    director = make_user("director")
    post = contacts.create(
        actor=director, account=account(), values={"is_found": False, "post": "Head of plant"}, now=now
    )
    assert post.display_name == "Not found yet: Head of plant"
    found = contacts.edit(
        actor=director, contact=post, opened={}, submitted={"is_found": True, "name": "Eva Lis"}, now=now
    )
    assert found.display_name == "Eva Lis"
    with pytest.raises(IntegrityError), transaction.atomic():
        Contact.objects.create(account=post.account, name="", created_at=now)


@pytest.mark.django_db
def test_out_of_reach_nothing_is_written(now, make_user):
    kam, own, foreign = make_user("senior_kam"), account("O"), account("F")
    cover(own, kam)
    theirs = contact(foreign)
    calls = [
        lambda: contacts.create(actor=kam, account=foreign, values={"name": "X"}, now=now),
        lambda: contacts.edit(actor=kam, contact=theirs, opened={}, submitted={"name": "X"}, now=now),
        lambda: contacts.leave(actor=kam, contact=theirs, on=DAY, now=now),
        lambda: contacts.move(actor=kam, contact=theirs, account=own, now=now),
        lambda: contacts.move(actor=kam, contact=contact(own, "Own"), account=foreign, now=now),
        lambda: contacts.log_interaction(actor=kam, account=foreign, kind="call", on=DAY, now=now),
    ]
    for call in calls:
        with pytest.raises(Forbidden):
            call()
    assert list(Contact.objects.values_list("name", "account__number")) == [("Ada Berti", "F"), ("Own", "O")]
    assert not Interaction.objects.exists()


@pytest.mark.django_db
def test_two_writers_lose_nothing(now, make_user):
    director, ada = make_user("director"), contact(account(), phone="1")
    opened = {"phone": "1", "post": None}
    contacts.edit(actor=director, contact=ada, opened=opened, submitted={"phone": "2", "post": ""}, now=now)
    contacts.edit(
        actor=director, contact=ada, opened=opened, submitted={"phone": "1", "post": "Chief"}, now=now
    )
    ada.refresh_from_db()
    assert (ada.phone, ada.post, ada.version) == ("2", "Chief", 3)
    with pytest.raises(Conflict):
        contacts.edit(actor=director, contact=ada, opened=opened, submitted={"phone": "3"}, now=now)


@pytest.mark.django_db
def test_the_line_of_report_stays_in_the_account_and_has_no_circle(now, make_user):
    director, there = make_user("director"), account()
    one, two, three = (contact(there, name) for name in ("One", "Two", "Three"))
    elsewhere = contact(account("B"), "Elsewhere")

    def under(who: Contact, above: Contact) -> None:
        contacts.edit(actor=director, contact=who, opened={}, submitted={"reports_to": above}, now=now)

    under(two, one)
    under(three, two)
    for who, above in ((one, three), (one, elsewhere)):
        with pytest.raises(Refused):
            under(who, above)
    assert Contact.objects.get(name="One").reports_to_id is None


@pytest.mark.django_db
def test_who_leaves_stays_known_and_can_come_back(now, make_user):
    director, there = make_user("director"), account()
    ada, max_ = contact(there), contact(there, "Max")
    Relation.objects.create(account=there, of=ada, to=max_, created_at=now)
    old = Relation.objects.create(account=there, of=max_, to=ada, created_at=now, ended_at=now)
    with pytest.raises(Refused):
        contacts.leave(actor=director, contact=ada, on=DAY + dt.timedelta(days=1), now=now)
    token = contacts.leave(actor=director, contact=ada, on=DAY, now=now)
    assert list(Contact.objects.present()) == [max_]
    assert not Relation.objects.filter(ended_at=None).exists()
    undo.take_back(actor=director, token=token, now=now)
    assert set(Contact.objects.present()) == {ada, max_}
    assert list(Relation.objects.exclude(ended_at=None)) == [old]


@pytest.mark.django_db
def test_a_move_keeps_the_history_where_it_took_place_and_can_be_undone(now, make_user):
    director, there, new = make_user("director"), account("A"), account("B")
    boss = contact(there, "Boss")
    ada = contact(there, reports_to=boss)
    junior = contact(there, "Junior", reports_to=ada)
    Relation.objects.create(account=there, of=ada, to=boss, created_at=now)
    met = contacts.log_interaction(actor=director, account=there, contact=ada, kind="visit", on=DAY, now=now)
    fact = Fact.objects.create(
        account=there, contact=ada, topic="motive", statement="x", dated=DAY, created_at=now
    )
    everything = [item.key for item in ladder.shipped().sections[0].items]
    looked(director, ada, now, *everything)
    looked(director, boss, now, *everything)
    about = Assessment.objects.filter(subject_kind="contact").order_by("pk")
    token = contacts.move(actor=director, contact=ada, account=new, now=now)
    ada.refresh_from_db()
    junior.refresh_from_db()
    assert [row.account_id for row in about.all()] == [
        new.pk,
        there.pk,
    ]  # what was answered about her goes along
    assert (ada.account, ada.reports_to, junior.reports_to) == (new, None, None)
    assert (Interaction.objects.get(pk=met.pk).account, Fact.objects.get(pk=fact.pk).account) == (
        there,
        there,
    )
    assert set(AuditEntry.objects.filter(action="accounts.contact_move").values_list("account_id", flat=True)) == {
        there.pk, new.pk,
    }  # fmt: skip
    undo.take_back(actor=director, token=token, now=now)
    ada.refresh_from_db()
    junior.refresh_from_db()
    assert (ada.account, ada.reports_to, junior.reports_to) == (there, boss, ada)
    assert [row.account_id for row in about.all()] == [there.pk, there.pk]
    assert Relation.objects.get().ended_at is None


@pytest.mark.django_db
def test_marks_change_once_and_are_taken_back(now, make_user):
    director, ada = make_user("director"), contact(account())
    assert contacts.mark(actor=director, contact=ada, name="is_vip", on=True, now=now) is True
    assert (
        contacts.mark(actor=director, contact=Contact.objects.get(), name="is_vip", on=True, now=now) is False
    )
    with pytest.raises(Refused):
        contacts.mark(actor=director, contact=ada, name="erased_at", on=True, now=now)
    assert Contact.objects.get().is_vip


@pytest.mark.django_db
@pytest.mark.requirement("REL-06")
def test_the_stage_advances_only_with_its_criteria_ticked(now, make_user):
    director, ada, day = make_user("director"), contact(account()), dt.timedelta(days=1)
    everything = [item.key for item in ladder.shipped()]
    first = {item.key for item in ladder.shipped().sections[0].items}
    second = {item.key for item in ladder.shipped().sections[1].items}
    assert looked(director, ada, now, *(set(everything) - {min(first)})) == 0
    assert looked(director, ada, now + day, *first) == 1
    assert looked(director, ada, now + 2 * day, *first, min(second)) == 1
    assert looked(director, ada, now + 3 * day, *first, *second) == 2
    assert looked(director, ada, now + 4 * day, *everything) == 4
    forced = contacts.edit(actor=director, contact=ada, opened={}, submitted={"ladder_stage": 2}, now=now)
    assert forced.ladder_stage == 4
    told = AuditEntry.objects.filter(action="accounts.ladder").order_by("pk").values_list("before", "after")
    assert [(was["ladder_stage"], became["ladder_stage"]) for was, became in told] == [(0, 1), (1, 2), (2, 4)]


@pytest.mark.django_db
def test_the_latest_look_of_whoever_counts_and_a_secret_one_does_not(now, make_user):
    director, other, ada = make_user("director"), make_user("head_of_sales"), contact(account())
    first, second = ([item.key for item in section.items] for section in ladder.shipped().sections[:2])
    assert looked(director, ada, now, *first, *second) == 2
    assert looked(other, ada, now + dt.timedelta(days=1), *first) == 1
    assert looked(director, ada, now + dt.timedelta(days=2), secrecy=2) == 1
    bob = contact(ada.account, "Bob")
    assert Contact.objects.get(pk=bob.pk).ladder_stage == 0


@pytest.mark.parametrize("language", ["en", "it", "pl", "ru"])
def test_the_rungs_of_lists_and_map_are_the_stages_of_the_instrument(language):
    with translation.override(language):
        told = [str(label) for _stage, label in choices.ladder_stages()]
    definition = ladder.shipped()
    assert told[1:] == [section.title.said(language) for section in definition.sections]
    assert told[0] == definition.scoring.results[0].title.said(language)


@pytest.mark.django_db
def test_what_took_place_is_written_down_and_nothing_else(now, make_user):
    director, there = make_user("director"), account()
    stranger = contact(account("B"))
    for change in ({"kind": "quota"}, {"on": DAY + dt.timedelta(days=1)}, {"contact": stranger}):
        with pytest.raises(Refused):
            contacts.log_interaction(
                **({"actor": director, "account": there, "kind": "call", "on": DAY, "now": now} | change)
            )
    assert not Interaction.objects.exists()
