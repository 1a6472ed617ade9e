"""What is kept of a person goes: by its day, or altogether."""

from __future__ import annotations

import datetime as dt

import pytest
from django.apps import apps
from django.db import models

from kamerton.access.policy import Forbidden
from kamerton.accounts.actions import contacts, erasing, personal
from kamerton.accounts.models import (
    Account,
    Contact,
    Fact,
    Interaction,
    Note,
    Opinion,
    PersonalNote,
    PowerChange,
    Relation,
    Tie,
)
from kamerton.accounts.models.search import SearchEntry
from kamerton.core.models import AuditEntry
from kamerton.core.refused import Refused
from kamerton.work.models import Handover, Task
from tests.accounts.factories import DAY, account, contact, cover

pytestmark = pytest.mark.django_db


def note(one: Contact, author: object, until: dt.date, now: dt.datetime) -> PersonalNote:
    return PersonalNote.objects.create(contact=one, author=author, text="x", purpose="p", lawful_basis="consent",
                                       keep_until=until, created_at=now)  # fmt: skip


def test_notes_go_on_the_day_after_their_last(now, make_user):
    ada, author = contact(account()), make_user("senior_kam")
    kept = note(ada, author, DAY, now)
    note(ada, author, DAY - dt.timedelta(days=1), now)
    assert personal.expire(now=now) == 1
    assert personal.expire(now=now) == 0
    assert list(PersonalNote.objects.all()) == [kept]
    assert personal.expire(now=now + dt.timedelta(days=1)) == 1


def test_a_note_needs_reach_and_a_lawful_frame(now, make_user):
    kam, foreign = make_user("senior_kam"), contact(account("F"))
    told = {"text": "t", "lawful_basis": "consent", "purpose": "p", "keep_until": DAY, "now": now}
    with pytest.raises(Forbidden):
        personal.write(actor=kam, contact=foreign, **told)
    own = account("O")
    cover(own, kam)
    mine = contact(own)
    for change in ({"lawful_basis": "whim"}, {"purpose": " "}, {"text": " "},
                   {"keep_until": DAY - dt.timedelta(days=1)}, {"keep_until": DAY + dt.timedelta(days=5000)}):  # fmt: skip
        with pytest.raises(Refused):
            personal.write(actor=kam, contact=mine, **{**told, **change})
    row = personal.write(actor=kam, contact=mine, **told)
    with pytest.raises(Forbidden):
        personal.forget(actor=make_user("director"), note=row, now=now)


def everywhere(words: str) -> list[str]:
    """Where any row of the whole database still says `words`."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        for row in model._base_manager.all():
            for field in model._meta.concrete_fields:
                if words.casefold() in str(field.value_from_object(row)).casefold():
                    found.append(f"{model._meta.label}.{field.name}")
    return found


def test_nothing_names_an_erased_person_any_more_and_history_adds_up(now, make_user):
    director, there = make_user("director"), account()
    cover(there, director)
    ada = contacts.create(actor=director, account=there, now=now,
                          values={"name": "Ada Berti", "email": "ada@x.example", "post": "Chief"})  # fmt: skip
    other = contact(there, "Max Nowy", reports_to=ada)
    namesake = contact(account("B"), "Ada Berti")
    contacts.log_interaction(actor=director, account=there, contact=ada, kind="visit", on=DAY, now=now,
                             summary="Ada Berti asked for prices")  # fmt: skip
    Fact.objects.create(
        account=there, contact=ada, topic="motive", statement="bonus", dated=DAY, created_at=now
    )
    Fact.objects.create(
        account=there, topic="company", statement="led by ADA BERTI", dated=DAY, created_at=now
    )
    Note.objects.create(account=there, text="Lunch with Ada Berti", on=DAY, created_at=now).contacts.add(ada)
    Opinion.objects.create(contact=ada, rater=director, support=1, note="n", at=now)
    Tie.objects.create(contact=ada, person=director)
    PowerChange.objects.create(contact=ada, expected_on=DAY, what="w", created_at=now)
    Relation.objects.create(account=there, of=ada, to=other, note="Ada Berti decides", created_at=now)
    note(ada, director, DAY, now)
    task = Task.objects.create(
        title="Call Ada Berti", owner=director, account=there, contact=ada, created_at=now
    )
    Handover.objects.create(account=there, receiver=director, reason="other", on=DAY, created_by=director,
                            created_at=now, introductions=[{"contact": ada.pk, "name": "Ada Berti", "done": False}])  # fmt: skip
    AuditEntry.objects.create(at=now, action="work.task", subject="work.task:1", account_id=there.pk,
                              after={"title": "Call Ada Berti"}, reason="for Ada Berti")  # fmt: skip
    contacts.leave(actor=director, contact=ada, on=DAY, now=now)
    assert len(everywhere("ada berti")) > 8

    erasing.erase(actor=director, contact=ada, reason="asked by Ada Berti", now=now)
    assert sorted(everywhere("ada berti")) == [  # of the namesake, each once
        "accounts.Contact.name", "accounts.Contact.search_text", "accounts.SearchEntry.name",
    ]  # fmt: skip
    assert not SearchEntry.objects.filter(kind="contact", row=ada.pk).exists()
    assert Contact.objects.get(pk=namesake.pk).name == "Ada Berti"
    assert everywhere("ada@x.example") == []
    assert everywhere("bonus") == []
    assert Interaction.objects.filter(contact=ada).count() == 1
    assert Task.objects.get(pk=task.pk).title == "Call erased person"
    row = Contact.objects.get(pk=ada.pk)
    assert (row.name, row.post, row.display_name, row.left_on) == ("", "", "Erased person", DAY)
    assert not any(model.objects.exists() for model in (Opinion, Tie, PowerChange, PersonalNote))
    for call in (
        lambda: erasing.erase(actor=director, contact=ada, reason="again", now=now),
        lambda: contacts.edit(actor=director, contact=ada, opened={}, submitted={"name": "Back"}, now=now),
    ):
        with pytest.raises(Refused):
            call()


def test_only_who_may_erase_erases_and_takes_out(now, make_user):
    there = account()
    ada = contact(there)
    for role in ("senior_kam", "sales_support", "auditor", "hr"):
        person = make_user(role)
        cover(there, person, "sales")
        with pytest.raises(Forbidden):
            erasing.erase(actor=person, contact=ada, reason="r", now=now)
        with pytest.raises(Forbidden):
            personal.export(actor=person, contact=ada, now=now)
    with pytest.raises(Refused):
        erasing.erase(actor=make_user("director"), contact=ada, reason=" ", now=now)
    assert Contact.objects.get().erased_at is None


def test_the_walk_finds_every_pointer_to_accounts_and_contacts():
    from kamerton.accounts import everything

    wanted = {
        f"{model._meta.label_lower}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and field.related_model is Account
    }
    assert {each.key for each in everything.of_accounts()} == wanted
    assert {"work.task.account", "accounts.account.parent", "accounts.account_tags.account"} <= wanted
