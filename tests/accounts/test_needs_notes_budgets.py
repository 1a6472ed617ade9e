"""Needs over time, notes with mentions, money that moves: what they keep, and whom they tell."""

from __future__ import annotations

import datetime as dt

import pytest

from kamerton.access import policy
from kamerton.access.secrecy import Secrecy
from kamerton.accounts import dossier, mentions
from kamerton.accounts.actions import budgets, needs, notes
from kamerton.accounts.models import BudgetMovement, Industry, Need, Note
from kamerton.accounts.queries import told_of
from kamerton.core import concurrency, undo
from kamerton.core.models import AuditEntry
from kamerton.core.refused import Refused

from .conftest import NOW

DAY = NOW.date()


def raised(house, who=None, **values) -> Need:
    told = {"what": "Motors for the third plant", "raised_on": DAY}
    return needs.raise_need(actor=who or house.ivo, account=house.helios, values=told | values, now=NOW)


def changed(house, need, who=None, hours=1, **values) -> Need:
    base = {name: concurrency.plain(v) for name, v in concurrency.values_of(need, needs.FIELDS).items()}
    at = NOW + dt.timedelta(hours=hours)
    return needs.edit_need(actor=who or house.sofia, need=need, opened=base, submitted=values, now=at)


@pytest.mark.requirement("DOS-05")
def test_the_history_shows_how_a_need_changed(house):
    need = raised(house)
    need = changed(house, need, state="answered", answer="Offer of 40 motors")
    changed(house, need, hours=2, state="won")
    turns = dossier.need_history(told_of(need))
    assert [(turn.who, turn.state_before, turn.state_after, turn.fields) for turn in turns] == [
        ("Ivo Lind", "", "open", ()),
        ("Sofia Lind", "open", "answered", ("answer",)),
        ("Sofia Lind", "answered", "won", ()),
    ]


@pytest.mark.requirement("TEAM-04")
def test_a_need_tells_the_team(house, announced):
    """The trail of the account has it, for everybody's feed; whoever is responsible is asked to act."""
    need = raised(house)
    entry = AuditEntry.objects.get(action="accounts.need_raise")
    assert entry.account_id == house.helios.pk
    for colleague in (house.sofia, house.ivo, house.sam):
        assert policy.scope(AuditEntry.objects.filter(pk=entry.pk), colleague, "accounts.view").exists()
    assert not policy.scope(AuditEntry.objects.filter(pk=entry.pk), house.petra, "accounts.view").exists()
    told = announced[0]
    assert (told.kind, told.subject, told.people) == ("need", need, (house.sofia,))
    assert told.title == "New need at Helios Tarvia: Motors for the third plant"


def test_who_raises_a_need_is_not_told_of_it(house, announced):
    raised(house, who=house.sofia)
    assert announced[0].people == ()


def test_of_a_secret_need_no_word_is_announced(house, announced):
    raised(house, secrecy=Secrecy.SECRET)
    assert announced[0].title == "A secret need at Helios Tarvia"
    house.sofia.role = "sales_manager"
    house.sofia.save()
    raised(house, secrecy=Secrecy.SECRET)
    assert announced[1].people == ()  # could not read it


def test_an_answer_is_announced_once(house, announced):
    need = changed(house, raised(house), state="answered", answer="Yes", who=house.ivo)
    changed(house, need, answer="Yes, from May", who=house.ivo)
    assert [one.kind for one in announced] == ["need", "need_answered"]


def test_an_answered_need_has_an_answer(house):
    with pytest.raises(Refused):
        changed(house, raised(house), state="answered")


def test_two_who_change_the_same_need(house):
    need = raised(house)
    base = {name: concurrency.plain(v) for name, v in concurrency.values_of(need, needs.FIELDS).items()}
    changed(house, need, state="lost")
    with pytest.raises(concurrency.Conflict):
        needs.edit_need(actor=house.ivo, need=need, opened=base, submitted={"state": "won"}, now=NOW)
    needs.edit_need(actor=house.ivo, need=need, opened=base, submitted={"source": "Rita"}, now=NOW)
    need.refresh_from_db()
    assert (need.state, need.source) == ("lost", "Rita")


def test_a_need_is_taken_back_only_while_nobody_worked_on_it(house):
    need = raised(house, who=house.sofia)
    token = undo.offer(actor=house.sofia, kind="accounts.need_unraise", parameters={"need": need.pk}, now=NOW)
    changed(house, need, source="Rita", who=house.ivo)
    with pytest.raises(undo.CannotUndo):
        undo.take_back(actor=house.sofia, token=token, now=NOW)
    assert Need.objects.get(pk=need.pk).source == "Rita"


def test_needs_of_others_cannot_be_written(house):
    need = raised(house)
    with pytest.raises(policy.Forbidden):
        raised(house, who=house.petra)
    with pytest.raises(policy.Forbidden):
        needs.set_state(actor=house.petra, need=need, state="won", now=NOW)


# --- notes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ask @sofia.", ("sofia",)),
        ("@ivo, @sofia: and @ivo again", ("ivo", "sofia")),
        ("(@ivo.lind)", ("ivo.lind",)),
        ("mail rita@helios.example", ()),
        ("@", ()),
        ("@@ivo", ()),
        ("тут @ольга пишет", ("ольга",)),
        ("@anna@firm.example came", ("anna@firm.example",)),
    ],
)
def test_mentions_in_a_text(text, names):
    assert mentions.mentioned(text) == names


def noted(house, text, who=None, **values) -> Note:
    return notes.write(
        actor=who or house.sofia, account=house.helios, values={"text": text, "on": DAY, **values}, now=NOW
    )


def test_who_is_mentioned_is_told(house, announced):
    note = noted(house, "Please look at this, @ivo and @sam.lind; I, @sofia, was there")
    assert set(note.mentions.all()) == {house.ivo, house.sam, house.sofia}
    assert announced[0].people == (house.ivo, house.sam)
    assert announced[0].title == "Sofia Lind mentioned you in a note on Helios Tarvia"


@pytest.mark.parametrize(
    ("text", "secrecy", "reasons"),
    [
        ("@petra look", Secrecy.INTERNAL, ["Petra Lind does not reach Helios Tarvia."]),
        ("@sam look", Secrecy.SECRET, ["Sam Lind may not read what is secret."]),
        (
            "@karl and @petra",
            Secrecy.OPEN,
            ["@karl is nobody here, or several people.", "Petra Lind does not reach"],
        ),
    ],
)
def test_who_could_not_read_it_is_not_mentioned(house, announced, text, secrecy, reasons):
    with pytest.raises(notes.CannotMention) as refused:
        noted(house, text, secrecy=secrecy)
    assert all(reason in refused.value.message for reason in reasons)
    assert (Note.objects.count(), announced) == (0, [])


def test_a_changed_note_tells_only_who_is_new_in_it(house, announced):
    note = noted(house, "@ivo")
    base = {"text": "@ivo"}
    notes.edit(actor=house.sofia, note=note, opened=base, submitted={"text": "@ivo @sam"}, now=NOW)
    assert [one.people for one in announced] == [(house.ivo,), (house.sam,)]
    with pytest.raises(policy.Forbidden):  # another's note
        notes.edit(actor=house.ivo, note=note, opened={"text": "@ivo @sam"}, submitted={"text": "x"}, now=NOW)


def test_a_note_names_contacts_of_its_account_only(house):
    with pytest.raises(Refused):
        notes.write(actor=house.sofia, account=house.helios, values={"text": "x", "on": DAY},
                    contacts=(house.olga,), now=NOW)  # fmt: skip
    note = notes.write(actor=house.sofia, account=house.helios, values={"text": "x", "on": DAY},
                       contacts=(house.rita,), now=NOW)  # fmt: skip
    assert list(note.contacts.all()) == [house.rita]


def test_the_trail_never_holds_a_note(house):
    note = noted(house, "wording 4711", title="title 4711", secrecy=Secrecy.SECRET)
    notes.edit(
        actor=house.sofia, note=note, opened={"text": "wording 4711"}, submitted={"text": "4711b"}, now=NOW
    )
    assert "4711" not in repr(list(AuditEntry.objects.values_list("before", "after", "reason")))


# --- movements of money ----------------------------------------------------------------------------------


@pytest.mark.requirement("DOS-10")
def test_money_in_an_industry_alerts_every_account_of_it(house, announced):
    trade = Industry.objects.create(name="Foundries")
    type(house.helios).objects.update(industry=trade)
    told = {"level": "vip", "what": "State aid for furnaces", "on": DAY}
    movement = budgets.record(actor=house.sofia, values=told, industry=trade, now=NOW)
    assert {(one.account, one.people) for one in announced} == {
        (house.helios, (house.sofia,)),
        (house.foreign, (house.petra,)),
    }
    keys = {one.key for one in announced}
    budgets.tell(movement, actor=house.sofia, now=NOW)
    assert len(announced) == 4  # told again under the same keys: nothing new above
    assert {one.key for one in announced} == keys


@pytest.mark.parametrize("count", [1, 3])
def test_telling_of_money_costs_the_same_for_one_account_and_three(
    house, announced, count, django_assert_num_queries
):
    trade = Industry.objects.create(name="Foundries")
    for at in range(count):
        type(house.helios).objects.create(number=f"X-{at}", name="X", industry=trade, created_at=NOW)
    movement = BudgetMovement.objects.create(industry=trade, level="vip", what="x", on=DAY, created_at=NOW)
    with django_assert_num_queries(2):
        assert budgets.tell(movement, actor=house.dario, now=NOW) == count


def test_money_at_an_account_needs_its_currency_and_reach(house):
    told = {"level": "top", "what": "Budget cut", "on": DAY, "amount": 5}
    with pytest.raises(Refused):
        budgets.record(actor=house.sofia, values=told, account=house.helios, now=NOW)
    with pytest.raises(policy.Forbidden):
        budgets.record(actor=house.petra, values=told | {"currency": "EUR"}, account=house.helios, now=NOW)
    with pytest.raises(Refused):
        budgets.record(actor=house.sofia, values=told, now=NOW)


def test_money_of_an_industry_is_seen_by_all_who_see_accounts_and_that_of_an_account_is_not(house):
    trade = Industry.objects.create(name="Foundries")
    told = {"level": "top", "what": "x", "on": DAY}
    general = budgets.record(actor=house.sofia, values=told, industry=trade, now=NOW)
    secret = budgets.record(actor=house.sofia, values=told | {"secrecy": 2}, industry=trade, now=NOW)
    own = budgets.record(actor=house.sofia, values=told, account=house.helios, now=NOW)
    seen = lambda who: set(policy.scope(BudgetMovement.objects.all(), who, "accounts.view"))  # noqa: E731
    assert seen(house.sofia) == {general, secret, own}
    assert seen(house.petra) == {general, secret}
    assert seen(house.sam) == {general, own}
