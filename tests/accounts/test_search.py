"""Finding by words: in four languages, as far as one may see, on either database."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamerton.access.secrecy import Secrecy
from kamerton.accounts import marking, search
from kamerton.accounts.actions import facts, needs, notes
from kamerton.accounts.actions.from_ledger import Known, from_ledger
from kamerton.accounts.models import Account, Contact, Fact, Need, Note, PersonalNote, SearchEntry

from .conftest import NOW

DAY = NOW.date()


def names(actor, words: str, **more) -> list[str]:
    return [str(row) for found in search.find(actor, words, **more) for row in found.rows]


def account(name: str, number: str = "", **more) -> Account:
    return Account.objects.create(number=number or f"N-{name}", name=name, created_at=NOW, **more)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Завод «Электросила»", "электро"),
        ("Завод «Электросила»", "ЗАВОД электросила"),
        ("Ёлочные игрушки", "елочн"),
        ("Ёлочные игрушки", "ёлочные"),
        ("Łódzkie Zakłady Żelazne", "lodzkie zel"),
        ("Łódzkie Zakłady Żelazne", "łódzkie żelazne"),
        ("Caffè Città", "citta caffe"),
        ("Caffe Citta", "città"),
        ("Straße & Söhne", "strasse sohne"),
        ("O'Brien-Works Ltd.", "works o'brien"),
        ("Nord 24/7 Service", "24 nord"),
        ("a_b c", "a_b"),
        ("1e5 Tools", "1e5"),
    ],
)
def test_words_are_found_whatever_their_case_and_accents(house, name, words):
    account(name)
    assert names(house.dario, words) == [name]


@pytest.mark.parametrize(
    "words", ["", " ", "h", "'", '"', "*", "AND", "NEAR(", "name:", "'; DROP", "\x00x", "%"]
)
def test_what_is_no_word_finds_nothing_and_breaks_nothing(house, words):
    assert names(house.dario, words) == []


def test_every_word_must_begin_a_word(house):
    assert names(house.dario, "heli tar") == ["Helios Tarvia"]
    assert names(house.dario, "heli zzz") == []
    assert names(house.dario, "elios") == []


def test_who_is_called_so_comes_first(house):
    account("Ax", description="once Bolt")
    account("Bolt Works and Daughters")
    account("Bolt")
    assert names(house.dario, "bolt") == ["Bolt", "Bolt Works and Daughters", "Ax"]


def test_each_kind_is_found(house):
    _tell(house)
    found = {each.kind: [str(row) for row in each.rows] for each in search.find(house.sofia, "turbine")}
    assert found == {"fact": ["They buy turbine oil"], "need": ["Turbine spares"], "note": ["Visit"]}
    assert names(house.sofia, "rita") == ["Rita Sole"]
    assert names(house.sofia, "turbine", kinds=["need"]) == ["Turbine spares"]


def _tell(house, who=None, at=None, secrecy=Secrecy.INTERNAL):
    told = {"actor": who or house.sofia, "account": at or house.helios, "now": NOW}
    facts.say(
        values={"topic": "company", "statement": "They buy turbine oil", "dated": DAY, "secrecy": secrecy},
        **told,
    )
    needs.raise_need(values={"what": "Turbine spares", "raised_on": DAY, "secrecy": secrecy}, **told)
    notes.write(
        values={"title": "Visit", "text": "Saw the turbine hall", "on": DAY, "secrecy": secrecy}, **told
    )


def test_nothing_outside_the_reach_or_above_the_clearance_is_found_or_counted(house):
    """A secret fact, rows of an unreached account and a personal note: all hold the word."""
    _tell(house, secrecy=Secrecy.SECRET)
    _tell(house, who=house.petra, at=house.foreign)
    Contact.objects.create(account=house.foreign, name="Turbine Tom", created_at=NOW)
    account("Turbine Unreached")
    PersonalNote.objects.create(
        contact=house.rita, author=house.sofia, text="turbine hobby", lawful_basis="consent", purpose="x",
        keep_until=DAY, created_at=NOW,
    )  # fmt: skip
    assert search.find(house.sam, "turbine") == ()
    assert search.find(house.sam, "turbine", limit=1) == ()  # not even that there is more
    assert len(names(house.sofia, "turbine")) == 3
    assert {row.account for found in search.find(house.petra, "turbine") for row in found.rows} == {
        house.foreign
    }
    assert not SearchEntry.objects.filter(body__contains="hobby").exists()
    assert "Turbine Unreached" not in names(house.petra, "turbine")


def test_the_index_follows_what_changes(house):
    told = {"topic": "plans", "statement": "Copper mine", "dated": DAY, "source_kind": "press"}
    fact = facts.say(actor=house.sofia, account=house.helios, values=told, now=NOW)
    new = facts.correct(actor=house.sofia, fact=fact, opened={"statement": "Copper mine"},
                        submitted={"statement": "Silver mine"}, now=NOW)  # fmt: skip
    assert (names(house.sofia, "copper"), names(house.sofia, "silver")) == ([], ["Silver mine"])
    facts.withdraw(actor=house.sofia, fact=new, now=NOW)
    assert names(house.sofia, "silver") == []
    facts.restore(actor=house.sofia, fact=new, now=NOW)
    assert names(house.sofia, "silver") == ["Silver mine"]
    house.helios.name = "Solaris"
    house.helios.save(update_fields=["name"])
    assert (names(house.sofia, "helios"), names(house.sofia, "solaris")) == ([], ["Solaris"])
    house.helios.merged_into = house.foreign
    house.helios.save(update_fields=["merged_into"])
    assert names(house.dario, "solaris") == []
    house.rita.erased_at = NOW
    house.rita.save(update_fields=["erased_at"])
    assert names(house.dario, "rita") == []
    house.olga.delete()
    assert names(house.dario, "olga") == []


def test_accounts_of_the_ledger_are_found_and_follow_their_names(house):
    from_ledger([Known("L-1", "Amber Mills", ""), Known("L-2", "Basalt Mills", "")], now=NOW)
    assert names(house.dario, "mills") == ["Amber Mills", "Basalt Mills"]
    from_ledger([Known("L-1", "Cobalt Mills", "")], now=NOW)
    assert sorted(names(house.dario, "mills")) == ["Basalt Mills", "Cobalt Mills"]
    assert names(house.dario, "amber") == []


def test_a_rebuilt_index_is_the_one_that_grew(house):
    _tell(house)
    grown = set(SearchEntry.objects.values_list("kind", "row", "name", "body", "weight"))
    SearchEntry.objects.all().delete()
    assert names(house.dario, "helios turbine") == names(house.dario, "helios") == []
    counts = search.rebuild()
    assert set(SearchEntry.objects.values_list("kind", "row", "name", "body", "weight")) == grown
    assert {key: n for key, n in counts.items() if n} == {
        "account": 2, "contact": 2, "fact": 1, "need": 1, "note": 1,
    }  # fmt: skip
    assert names(house.dario, "helios") == ["Helios Tarvia"]


def test_more_than_the_limit_is_told_without_a_count(house):
    for at in range(4):
        account(f"Quartz {at}")
    found = search.find(house.dario, "quartz", limit=3)[0]
    assert (len(found.rows), found.more) == (3, True)
    assert not search.find(house.dario, "quartz", limit=4)[0].more


@pytest.mark.parametrize("count", [1, 3])
def test_a_search_costs_the_same_for_one_hit_and_three(house, count, django_assert_num_queries):
    for at in range(count):
        account(f"Quartz {at}")
        Contact.objects.create(account=house.helios, name=f"Quartz {at}", created_at=NOW)
        for model, told in (
            (Fact, {"statement": "Quartz", "topic": "plans", "dated": DAY}),
            (Need, {"what": "Quartz", "raised_on": DAY}),
            (Note, {"text": "Quartz", "on": DAY}),
        ):
            model.objects.create(account=house.helios, created_at=NOW, **told)
    with django_assert_num_queries(6):
        assert len(names(house.dario, "quartz")) == 5 * count


def test_long_texts_and_words_are_indexed_as_far_as_they_go(house):
    notes.write(actor=house.sofia, account=house.helios, now=NOW,
                values={"text": "x" * 5000 + " end " + "w " * 40_000, "on": DAY})  # fmt: skip
    assert len(names(house.sofia, "x" * 5000)) == 1
    assert len(names(house.sofia, "end")) == 1


def test_facts_come_newest_first(house):
    for days, text in ((3, "Old quartz"), (1, "New quartz"), (2, "Middle quartz")):
        told = {"topic": "plans", "statement": text, "dated": DAY - dt.timedelta(days=days)}
        facts.say(actor=house.sofia, account=house.helios, values=told, now=NOW)
    assert names(house.sofia, "quartz") == ["New quartz", "Middle quartz", "Old quartz"]


# --- marking ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("Helios Tarvia", "heli", ["Helios"]),
        ("Завод «Электросила»", "электро", ["Электросила"]),
        ("Łódź i łódka", "lod", ["Łódź", "łódka"]),
        ("Caffe\u0300 nero", "caffe", ["Caff\u00e8"]),
        ("nothing here", "x1", []),
    ],
)
def test_what_was_found_is_marked(text, words, found):
    assert [piece for piece, is_found in marking.marked(text, search.asked(words)) if is_found] == found


@given(st.text(max_size=80), st.text(max_size=12))
def test_marking_loses_no_sign(text, words):
    import unicodedata

    pieces = marking.marked(text, search.asked(words))
    assert "".join(piece for piece, _found in pieces) == unicodedata.normalize("NFC", text)


def test_an_excerpt_shows_where_it_was_found():
    text = "before " * 60 + "the Quartz mine " + "after " * 60
    pieces = marking.excerpt(text, ("quartz",))
    assert ("Quartz", True) in pieces
    assert pieces[0] == ("… ", False)
    assert pieces[-1] == (" …", False)
    assert len("".join(piece for piece, _found in pieces)) < 240


def test_the_command_makes_the_index_anew(house, capsys):
    from kamerton.cli import setting_up

    SearchEntry.objects.all().delete()
    assert setting_up.index([]) == 0
    assert (
        capsys.readouterr().out
        == "4 rows can be found: 2 accounts, 2 contacts, 0 facts, 0 needs, 0 notes, 0 plans.\n"
    )
    assert names(house.dario, "rita") == ["Rita Sole"]


def test_very_common_words_are_found_within_reach_too(house, monkeypatch):
    monkeypatch.setattr(search, "_FEW", 2)
    for at in range(4):
        account(f"Quartz {at}")
    Contact.objects.create(account=house.helios, name="Quartz Ann", created_at=NOW)
    assert names(house.sofia, "quartz") == ["Quartz Ann"]
    assert names(house.dario, "quartz", limit=2) == ["Quartz 0", "Quartz 1", "Quartz Ann"]


def test_of_very_common_words_those_in_a_name_come_first_and_more_is_told(house, monkeypatch):
    """The order is that of rarer words; what is out of reach fills no place and is not told of."""
    account("A", description="quartz")
    account("Bolt", description="quartz")
    account("Quartz Works and Daughters")
    account("Quartz")
    facts.say(actor=house.sofia, account=house.helios, now=NOW,
              values={"topic": "company", "statement": "Quartz oil", "dated": DAY})  # fmt: skip

    def told(who, limit):
        return [(each.kind, [str(row) for row in each.rows], each.more)
                for each in search.find(who, "quartz", limit=limit)]  # fmt: skip

    few = [told(who, limit) for who in (house.dario, house.sofia, house.sam) for limit in (1, 2, 3, 4)]
    monkeypatch.setattr(search, "_FEW", 2)
    assert few == [
        told(who, limit) for who in (house.dario, house.sofia, house.sam) for limit in (1, 2, 3, 4)
    ]
    assert told(house.dario, 3) == [
        ("account", ["Quartz", "Quartz Works and Daughters", "A"], True),
        ("fact", ["Quartz oil"], False),
    ]
    assert names(house.dario, "quartz", kinds=["fact"]) == ["Quartz oil"]
    assert names(house.dario, "quartz", kinds=[]) == []
