"""How figures are read: single values, whole columns, and Python and SQL alike."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamerton.analytics.lines import AMOUNT_LIMIT
from kamerton.ledger.read.evidence import judge, number_query, number_tally, tally_numbers
from kamerton.ledger.read.numbers import (
    BLANKS,
    DecimalSign,
    NumberForm,
    evidence_of,
    is_missing,
    mark_of,
    mark_sql,
    missing_sql,
    number_sql,
    read_number,
    thorough_sql,
    tidy_sql,
)

VALUES = {  # text -> (under a decimal point, under a decimal comma)
    "1234": ("1234", "1234"),
    "1,234.56": ("1234.56", None),
    "1.234,56": (None, "1234.56"),
    "1 234,56": (None, "1234.56"),
    "1\u00a0234,56": (None, "1234.56"),
    "1\u202f234.56": ("1234.56", None),
    "1'234.50": ("1234.5", None),
    "1’234,50": (None, "1234.5"),
    "€ 1.250.000 ": (None, "1250000"),
    "1,250,000": ("1250000", None),
    "12,34,567.5": ("1234567.5", None),
    "(12.50)": ("-12.5", None),
    "( 12,50 )": (None, "-12.5"),
    "12.50-": ("-12.5", None),
    "12,50 -": (None, "-12.5"),
    "-12.50": ("-12.5", None),
    "−12.50": ("-12.5", None),
    "- 12": ("-12", "-12"),
    "+3": ("3", "3"),
    "$ -5": ("-5", "-5"),
    "-$5.00": ("-5", None),
    "(€12.50)": ("-12.5", None),
    "12,00 zł": (None, "12"),
    "EUR 12": ("12", "12"),
    "12eur": ("12", "12"),
    "12 руб.": ("12", "12"),
    "1.5E+03": ("1500", None),
    "1,5e3": (None, "1500"),
    "1E-2": ("0.01", "0.01"),
    "0.123": ("0.123", None),
    "0,500": (None, "0.5"),
    "1234.567": ("1234.567", None),
    "1.234": ("1.234", "1234"),
    "12,345": ("12345", "12.345"),
    ".5": ("0.5", None),
    "5.": ("5", None),
    "1.2345675": ("1.234568", None),
    "75%": ("75", "75"),
    "7,5 %": (None, "7.5"),
    "1.23.456": (None, None),
    "1,23": (None, "1.23"),
    "1.2.3": (None, None),
    "12 34": (None, None),
    "abc": (None, None),
    "12 apples": (None, None),
    "--5": (None, None),
    "(-5)": (None, None),
    "1e": (None, None),
    "inf": (None, None),
    "١٢": (None, None),
}


@pytest.mark.parametrize(("text", "expected"), VALUES.items())
def test_a_figure_is_read_under_each_decimal_sign(text: str, expected: tuple[str | None, str | None]) -> None:
    forms = [NumberForm(decimal=sign, marks=True, percent=True) for sign in (".", ",")]
    wanted = tuple(None if value is None else Decimal(value) for value in expected)
    assert tuple(read_number(text, form) for form in forms) == wanted


@pytest.mark.parametrize("text", VALUES)
@pytest.mark.parametrize("sign", [".", ",", ""])
@pytest.mark.parametrize("loose", [True, False])
def test_sql_reads_a_figure_as_python_does(text: str, sign: DecimalSign, loose: bool) -> None:
    assert_alike(text, NumberForm(decimal=sign, marks=loose, percent=loose))


def assert_alike(text: str, form: NumberForm) -> None:
    expected = read_number(text, form)
    if expected is not None and abs(expected) >= AMOUNT_LIMIT:
        expected = None
    query = f"SELECT {number_sql('x', form)}, {thorough_sql('x', form)} FROM (SELECT $1 AS x)"
    quick, thorough = duckdb.execute(query, [text]).fetchall()[0]
    assert thorough == expected
    assert quick == expected


figures = st.from_regex(
    r"[(\-−+]? ?(EUR|€|\$|zł)? ?[0-9]{1,4}([.,' \u00a0\u202f][0-9]{1,3}){0,3}([eE][+-]?[0-9])?[%]? ?(zł|USD|€)?[)\-]?",
    fullmatch=True,
)


@settings(max_examples=150, deadline=None)
@given(text=figures, sign=st.sampled_from([".", ",", ""]), loose=st.booleans())
def test_sql_and_python_agree_on_whatever_looks_like_a_figure(
    text: str, sign: DecimalSign, loose: bool
) -> None:
    assert_alike(text, NumberForm(decimal=sign, marks=loose, percent=loose))


@settings(max_examples=100, deadline=None)
@given(
    value=st.decimals(min_value=-(10**11), max_value=10**11, places=2),
    sign=st.sampled_from([".", ","]),
    grouping=st.sampled_from(["", " ", "\u00a0", "'", "other"]),
    negative=st.sampled_from(["-{}", "−{}", "({})", "{}-", "- {}"]),
    money=st.sampled_from(["{}", "€ {}", "{} EUR", "{} zł", "$ {}"]),
)
def test_a_figure_written_in_any_manner_comes_back(
    value: Decimal, sign: DecimalSign, grouping: str, negative: str, money: str
) -> None:
    thousands = ("," if sign == "." else ".") if grouping == "other" else grouping
    text = f"{abs(value):,.2f}".replace(".", "#").replace(",", thousands).replace("#", sign)
    text = money.format(negative.format(text) if value < 0 else text)
    assert read_number(text, NumberForm(decimal=sign, marks=True)) == value
    assert_alike(text, NumberForm(decimal=sign, marks=True))


@pytest.mark.parametrize(
    "text", ["", "  ", "-", "–", "n/a", "N/A", "#N/A", "NULL", " NaN ", "\u00a0", "\\N", "0", "x", "--5"]
)
def test_sql_knows_what_is_missing_as_python_does(text: str) -> None:
    found = duckdb.execute(f"SELECT {missing_sql('x')} FROM (SELECT $1 AS x)", [text]).fetchall()
    assert found == [(is_missing(text),)]


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("€ 5", "EUR"),
        ("5 zł", "PLN"),
        ("USD5", "USD"),
        ("-$5", "USD"),
        ("5", None),
        ("5 apples", None),
        ("5 kr", ""),
    ],
)
def test_the_currency_beside_a_figure(text: str, mark: str | None) -> None:
    assert mark_of(text) == mark
    assert (duckdb.execute(f"SELECT {mark_sql('x')} FROM (SELECT $1 AS x)", [text]).fetchall()[0])[0] == (
        None
        if mark is None
        else {"EUR": "€", "PLN": "zł", "USD": "usd" if "USD" in text else "$", "": "kr"}[mark]
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("12", "same"),
        ("1.5", "."),
        ("1,5", ","),
        ("1.234", "both"),
        ("x", "none"),
        (" - ", "missing"),
        ("1 000", "same"),
    ],
)
def test_what_one_value_says_about_its_column(text: str, says: str) -> None:
    assert evidence_of(text) == says


COLUMNS = [
    (["1", "20", "n/a"], None, ("", "plain")),
    (["1.5", "1.234"], None, (".", "proven")),
    (["1,5", "1.234"], None, (",", "proven")),
    (["1.234", "7"], None, (None, "open")),
    (["1.234", "7"], ",", (",", "chosen")),
    (["1.5", "1,5"], None, (None, "mixed")),
    (["1.5", "1,5"], ",", (",", "chosen")),
    (["1.5"] * 2000 + ["1,5"], None, (".", "slips")),
    (["1.5"] * 500 + ["1,5"], None, (None, "mixed")),
    (["1.5"], ",", (".", "proven")),
    (["x", ""], None, ("", "plain")),
]


@pytest.mark.parametrize(("values", "chosen", "expected"), COLUMNS)
def test_a_column_is_judged_by_all_its_values(
    values: list[str], chosen: str | None, expected: tuple[str | None, str]
) -> None:
    con = duckdb.connect()
    con.execute("CREATE TABLE t AS SELECT unnest($1::VARCHAR[]) AS c0", [values])
    whole = number_tally(con.execute(number_query("c0", "SELECT c0 FROM t")).fetchall()[0])
    in_memory = tally_numbers(values)
    for tally in (whole, in_memory):
        verdict = judge(tally, chosen)
        assert (verdict.reading, verdict.state) == expected
    for name in ("values", "unread", "misfits", "differ", "marks", "percent", "largest"):
        assert getattr(whole, name) == getattr(in_memory, name)


@pytest.mark.parametrize("blank", BLANKS)
def test_every_blank_is_taken_away_at_both_ends(blank: str) -> None:
    for text in (f"{blank}Elm", f"Elm{blank}", f"{blank}{blank}E lm{blank}", blank):
        assert tidied([text]) == [text.strip(BLANKS)]


@settings(deadline=None, max_examples=50)
@given(
    texts=st.lists(
        st.text(
            alphabet=st.one_of(
                st.sampled_from(BLANKS + "aé\u0301\u200dж€\U0001f333"), st.characters(codec="utf-8")
            )
        ),
        min_size=1,
        max_size=50,
    )
)
def test_sql_takes_blanks_away_as_python_does(texts: list[str]) -> None:
    texts = [text.replace("\0", "") for text in texts]
    assert tidied(texts) == [text.strip(BLANKS) for text in texts]


def tidied(texts: list[str]) -> list[str]:
    query = f"SELECT {tidy_sql('x')} FROM (SELECT unnest($1::VARCHAR[]) AS x)"
    return [text for (text,) in duckdb.execute(query, [texts]).fetchall()]
