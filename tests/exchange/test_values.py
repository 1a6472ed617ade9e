"""A row as values that contacts and accounts can hold, or the column, the value and the reason why not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamerton.exchange import values
from kamerton.exchange.read.model import Fault, Place, Told
from kamerton.exchange.values import Line, line_of

PLACE = Place("a.csv", 2)


def line(**told: str) -> Line | Fault:
    return line_of(Told(PLACE, {role: (role.upper(), value) for role, value in told.items()}))


@pytest.mark.parametrize(
    ("told", "person"),
    [
        ({"name": " Ada  Berti "}, {"name": "Ada Berti"}),
        ({"first_name": "Ada", "last_name": "Berti", "name": "A. Berti (work)"}, {"name": "Ada Berti"}),
        ({"first_name": "Ada", "name": "Ada Berti"}, {"name": "Ada Berti"}),
        (
            {"last_name": "Иванов", "first_name": "Иван", "middle_name": "Петрович"},
            {"name": "Иван Петрович Иванов"},
        ),
        (
            {"name": "Ada", "email": "Ada <ada@x.example>; b@x.example"},
            {"name": "Ada", "email": "ada@x.example"},
        ),
        (
            {"name": "Ada", "email": "mailto:ada@x.example ::: b@x.example"},
            {"name": "Ada", "email": "ada@x.example"},
        ),
        ({"name": "Ada", "phone": "+39 02 1 ::: +39 02 2"}, {"name": "Ada", "phone": "+39 02 1"}),
        ({"name": "Ada", "function": "Dział specjalny"}, {"name": "Ada"}),
        ({"name": "Ada", "function": "Zakupy"}, {"name": "Ada", "function": "purchasing"}),
        ({"name": "Ada", "function": "Отдел закупок"}, {"name": "Ada", "function": "purchasing"}),
        (
            {"name": "Ada", "languages": "polski, en-GB / Russian"},
            {"name": "Ada", "languages": ["pl", "en", "ru"]},
        ),
    ],
)
def test_a_person(told, person):
    found = line(**told)
    assert isinstance(found, Line)
    assert found.person is not None
    assert found.person.values == person


@pytest.mark.parametrize(
    ("told", "column", "reason"),
    [
        ({"name": "Ada", "email": "nobody"}, "EMAIL", "This is no e-mail address."),
        ({"name": "Ada", "email": "a@b"}, "EMAIL", "This is no e-mail address."),
        ({"name": "x" * 201}, "NAME", "The value has 201 signs; 200 are kept."),
        ({"name": "A\0da"}, "NAME", "The value holds zero bytes: it is no text."),
        ({"name": "Ada", "phone": "by post"}, "PHONE", "This is no telephone number: it has no digit."),
        ({"name": "Ada", "languages": "klingon"}, "LANGUAGES", "“klingon” is no language that is known."),
        ({"name": "Ada", "country": "Ruritania"}, "COUNTRY", "“Ruritania” is no country that is known."),
        ({"post": "Buyer", "company": "Berti"}, "POST", "A contact needs a name."),
        ({"email": "a@b.example"}, "EMAIL", "A contact needs a name."),
        ({"city": "Milano"}, "CITY", "Neither a person nor a company is named."),
        ({}, "", "The row is empty where columns have a meaning."),
        ({"name": "Ada", "description": "x" * 5_000_000}, "DESCRIPTION",
         "The value has 5,000,000 signs; 10,000 are kept."),
    ],
)  # fmt: skip
def test_what_cannot_be_used_names_the_column_the_value_and_the_reason(told, column, reason):
    found = line(**told)
    assert isinstance(found, Fault)
    assert (found.column, str(found.reason), found.place) == (column, reason, PLACE)
    assert len(found.value) <= 200


def test_a_row_without_a_person_is_the_company_s_own():
    found = line(
        company="Berti S.p.A.", email="info@berti.example", phone="+39 02 1", country="Włochy", city="Milano"
    )
    assert isinstance(found, Line)
    assert found.person is None
    assert found.firm.values == {
        "name": "Berti S.p.A.",
        "email": "info@berti.example",
        "phone": "+39 02 1",
        "country": "IT",
    }
    assert found.firm.address == {"city": "Milano"}


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("Ada Berti", "berti, ADA", True),
        ("Ada Berti", "Ada Maria Berti", True),
        ("A. Berti", "Ada Berti", True),
        ("Żółć Łąka", "zolc laka", True),
        ("Ada", "Ada Berti", False),
        ("Ada Berti", "Bo Berti", False),
        ("A. Berti", "B. Berti", False),
    ],
)
def test_names_that_agree(one, other, agree):
    assert values.names_agree(one, other) is values.names_agree(other, one) is agree


@pytest.mark.parametrize(
    ("text", "country", "key"),
    [("PL 525-000-11-22", "", "5250001122"), ("5250001122", "PL", "5250001122"), ("IT01234567890", "IT", "01234567890"),
     ("DE123", "", "123"), ("AB12CD", "PL", "ab12cd"), ("", "", "")],
)  # fmt: skip
def test_a_tax_number_with_and_without_its_country(text, country, key):
    assert values.tax_key(text, country) == key


@given(st.text(max_size=30), st.text(max_size=30))
def test_agreeing_is_mutual_and_holds_for_oneself(one, other):
    assert values.names_agree(one, other) == values.names_agree(other, one)
    assert values.names_agree(one, one)


@given(st.dictionaries(st.sampled_from(["name", "first_name", "email", "phone", "company", "country", "languages"]),
                       st.text(max_size=40).filter(str.strip), max_size=5))  # fmt: skip
def test_any_row_is_a_line_or_a_fault_with_a_reason(told):
    found = line(**told)
    if isinstance(found, Fault):
        assert found.reason
    elif found.person:
        assert found.person.name
        assert all(found.person.values.values())
