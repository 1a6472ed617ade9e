"""A sentence that can be told in another language: what it says, how it is kept, how it is told again."""

from __future__ import annotations

import copy
import datetime as dt
import json
import pickle
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from kamerton.core.refused import Refused
from kamerton.core.telling import told, told_refusal
from kamerton.ledger import rules
from kamerton.said import Said, from_plain, listed, packed, sentences, to_plain, unpacked

ROWS = Said(
    "{rows} rows of {name} end early: their last cells are taken for blank.", rows=1234, name="a{b}.csv"
)
NESTED = Said("{name!r} is used as {role} although it includes tax: there is nothing better.",
              name="Brutto", role=Said("amount"))  # fmt: skip
DATED = Said(
    "{order}: {example} is {date}", order=Said("day first"), example="1/2/25", date=dt.date(2025, 2, 1)
)
VALUED = Said(
    "{sign}: {example} is {value}", sign=Said("decimal comma"), example="1.250", value=Decimal("1250.50")
)


@pytest.mark.parametrize(
    ("said", "english"),
    [
        (Said("100 % of {nobody} is kept"), "100 % of {nobody} is kept"),
        (ROWS, "1,234 rows of a{b}.csv end early: their last cells are taken for blank."),
        (NESTED, "'Brutto' is used as amount although it includes tax: there is nothing better."),
        (DATED, "day first: 1/2/25 is 1 February 2025"),
        (VALUED, "decimal comma: 1.250 is 1,250.5"),
        (Said("the year {year}", year="2025"), "the year 2025"),
    ],
)
def test_it_is_english_text_and_survives_being_kept(said, english):
    assert str(said) == english
    assert json.loads(json.dumps([said])) == [english]
    kept = json.loads(json.dumps(to_plain(said)))
    for again in (
        from_plain(kept),
        unpacked(packed(said)),
        copy.deepcopy(said),
        pickle.loads(pickle.dumps(said)),
    ):
        assert isinstance(again, Said)
        assert (again, again.template, dict(again.values)) == (english, said.template, dict(said.values))


@pytest.mark.parametrize(
    ("language", "rows", "nested", "dated", "valued"),
    [
        (
            "it",
            "Righe di a{b}.csv che finiscono prima: 1.234; le loro ultime celle si considerano vuote.",
            "“Brutto” è usata (importo) anche se comprende le imposte: non c’è di meglio.",
            "prima il giorno: 1/2/25 è il 1 febbraio 2025",
            "virgola decimale: 1.250 vale 1.250,5",
        ),
        (
            "pl",
            "Wiersze a{b}.csv, które kończą się wcześniej: 1\xa0234; ich ostatnie komórki uznano za puste.",
            "„Brutto” służy jako kwota, choć zawiera podatek: nie ma nic lepszego.",
            "najpierw dzień: 1/2/25 to 1 lutego 2025",
            "przecinek dziesiętny: 1.250 to 1\xa0250,5",
        ),
        (
            "ru",
            "Строк a{b}.csv, которые кончаются раньше: 1\xa0234; их последние ячейки считаются пустыми.",
            "«Brutto» используется как сумма, хотя включает налог: ничего лучше нет.",
            "сначала день: 1/2/25 — это 1 февраля 2025",
            "десятичная запятая: 1.250 — это 1\xa0250,5",
        ),
    ],
)
def test_it_is_told_in_each_language(language, rows, nested, dated, valued):
    with translation.override(language):
        assert [told(each) for each in (ROWS, NESTED, DATED, VALUED)] == [rows, nested, dated, valued]
        assert told(to_plain(ROWS)) == told(packed(ROWS)) == rows
        assert told(sentences(ROWS, NESTED)) == f"{rows} {nested}"


def test_old_text_is_told_as_it_stands():
    with translation.override("it"):
        for old in ("Rows were left out.", "{braces} 100 %", "", '{"said" by nobody'):
            assert told(old) == old
        assert told_refusal(Refused("Old {text}.", hint="Do.")) == "Old {text}. Do."


def test_words_in_a_list_are_told_one_by_one():
    words = listed([Said("account"), Said("date"), "raw"])
    assert words == "account, date, raw"
    with translation.override("ru"):
        assert told(words) == "клиент, дата, raw"


def test_a_draft_keeps_them_without_what_no_database_holds():
    odd = Said("{name} has no rows. Nothing was read.", name="a\x00\udc80")
    kept = rules._plain({"notes": [odd, "plain"]})
    assert kept == {"notes": [{"said": odd.template, "values": {"name": "a\u2400?"}}, "plain"]}


@given(st.text(), st.integers(), st.dates(), st.decimals(allow_nan=False, allow_infinity=False, places=4))
def test_any_values_come_back(name, count, day, amount):
    said = Said("{name} {count} {day} {amount}", name=name, count=count, day=day, amount=amount)
    again = unpacked(packed(said))
    assert again == said
    assert dict(again.values) == dict(said.values)
