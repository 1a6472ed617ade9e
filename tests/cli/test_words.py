"""How numbers, dates and names are written."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamerton.cli.reports import words


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("0", "0"), ("0.00", "0"), ("-0.00", "0"), ("0.004", "0.00"), ("12.5", "12.50"), ("99", "99"),
        ("100.4", "100"), ("9876.4", "9,876"), ("9999.99", "10,000"), ("10000", "10.0 k"), ("12345", "12.3 k"),
        ("99949", "99.9 k"), ("123456", "123 k"), ("999499", "999 k"), ("999500", "1.00 M"),
        ("1250000", "1.25 M"), ("12500000", "12.5 M"), ("999499999", "999 M"), ("999500000", "1.00 bn"),
        ("1234567890123", "1,235 bn"), ("-1250000", "−1.25 M"), ("-0.5", "−0.50"),
    ],
)  # fmt: skip
def test_compact_amounts_keep_three_digits(amount: str, written: str) -> None:
    assert words.compact(Decimal(amount)).replace(words.NBSP, " ") == written


def test_what_cannot_be_told_is_a_dash_never_a_zero() -> None:
    assert [words.compact(None), words.money(None, "EUR"), words.percent(None), words.change(None)] == [
        "–"
    ] * 4
    assert words.percent(float("nan")) == "–"


@pytest.mark.parametrize(
    ("share", "written"),
    [(0.234, "23 %"), (0.0995, "10 %"), (0.0994, "9.9 %"), (0.004, "0.4 %"), (0, "0 %"), (-0.5, "−50 %"), (-0.0001, "0.0 %")],
)  # fmt: skip
def test_percent(share: float, written: str) -> None:
    assert words.percent(share).replace(words.NBSP, " ") == written


@pytest.mark.parametrize(
    ("share", "written"),
    [(0.23, "23 %"), (0.204, "20.4 %"), (0.2002, "20.02 %"), (0.200001, "just over 20 %")],
)
def test_a_share_past_a_line_is_never_written_like_the_line(share: float, written: str) -> None:
    assert words.percent_over(share, 0.2).replace(words.NBSP, " ") == written


@pytest.mark.parametrize(
    ("rate", "written"),
    [
        (0.12, "+12 %"),
        (-0.034, "−3.4 %"),
        (0.0, "0 %"),
        (8.99, "+899 %"),
        (9.0, "×10"),
        (-1.0, "−100 %"),
        (-1.5, "below 0"),
    ],
)
def test_change(rate: float, written: str) -> None:
    assert words.change(rate).replace(words.NBSP, " ") == written


@pytest.mark.parametrize(
    ("names", "written"),
    [((), ""), (("A",), "A"), (("A", "B"), "A and B"), (("A", "B", "C"), "A, B and C"), (tuple("ABCDE"), "A, B, C and 2 more")],
)  # fmt: skip
def test_listing(names: tuple[str, ...], written: str) -> None:
    assert words.listing(names) == written


def test_dates_bear_the_name_of_the_month() -> None:
    assert words.date(dt.date(2005, 5, 3)).replace(words.NBSP, " ") == "3 May 2005"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Quill & Sons", "Quill & Sons"),
        ("\x1b[31mred\x07", "[31mred"),
        ("one\ntwo\tthree\u2028four", "one two three four"),
        ("abc\u202edef\u2066", "abcdef"),
        ("Zażółć Łódź", "Zażółć Łódź"),
        ("half \ud800 pair", "half pair"),
        ("😀 smile", "😀 smile"),
        ("\x00", ""),
    ],
)
def test_a_name_cannot_steer_what_shows_it(name: str, shown: str) -> None:
    assert words.clean(name) == shown


@given(st.text())
def test_a_clean_name_is_clean_for_good(name: str) -> None:
    once = words.clean(name)
    assert words.clean(once) == once
    assert "\n" not in once
    assert "\x1b" not in once
