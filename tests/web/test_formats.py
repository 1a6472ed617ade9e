"""Figures and dates as people read them, in the four languages."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from kamerton.web import formats

S = "\u00a0"  # non-breaking space
M = "\u2212"  # minus


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "1,234,567.50"),
        ("it", "1.234.567,50"),
        ("pl", f"1{S}234{S}567,50"),
        ("ru", f"1{S}234{S}567,50"),
    ],
)
def test_a_number_in_each_language(lang, text):
    assert formats.number(Decimal("1234567.5"), lang, decimals=2) == text


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0, 0, "0"),
        (-0.4, 0, "0"),  # no minus before a zero
        (Decimal("2.5"), 0, "3"),  # half away from zero
        (Decimal("-2.5"), 0, f"{M}3"),
        (1.005, 2, "1.01"),  # the figure that was meant, not its binary neighbour
        (None, 2, "–"),
        (Decimal("1e30"), 0, "1,000,000,000,000,000,000,000,000,000,000"),
    ],
)
def test_rounding(value, decimals, text):
    assert formats.number(value, "en", decimals=decimals) == text


@pytest.mark.parametrize(
    ("amount", "currency", "lang", "text"),
    [
        (Decimal("1234.5"), "EUR", "en", "€1,234.50"),
        (Decimal("-1234.5"), "EUR", "en", f"{M}€1,234.50"),
        (123450, "EUR", "en", "€1,234.50"),  # an int is in hundredths
        (Decimal("1234.5"), "EUR", "it", f"1.234,50{S}€"),
        (Decimal("1234.5"), "PLN", "pl", f"1{S}234,50{S}zł"),
        (Decimal("1234.5"), "RUB", "ru", f"1{S}234,50{S}₽"),
        (Decimal("1234.5"), "CHF", "en", f"CHF{S}1,234.50"),
        (Decimal("1234.5"), "JPY", "en", "¥1,235"),
        (Decimal("1234.5"), "", "en", "1,234.50"),
        (None, "EUR", "en", "–"),
    ],
)
def test_money(amount, currency, lang, text):
    assert formats.money(amount, currency, lang) == text


@pytest.mark.parametrize(
    ("amount", "lang", "text"),
    [
        ("999.4", "en", "999"),
        ("999.6", "en", f"1.00{S}k"),
        ("12345", "en", f"12.3{S}k"),
        ("123456", "en", f"123{S}k"),
        ("999999", "en", f"1.00{S}M"),
        ("1234567", "it", f"1,23{S}mln"),
        ("1234567", "pl", f"1,23{S}mln"),
        ("1234567890", "ru", f"1,23{S}млрд"),
        ("-1234567", "en", f"{M}1.23{S}M"),
        ("0", "en", "0"),
        ("1e15", "en", f"1,000,000{S}bn"),
    ],
)
def test_compact(amount, lang, text):
    assert formats.number(Decimal(amount), lang, compact=True) == text


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0.2345, 1, f"23.5{S}%"),
        (0.0, 1, f"0.0{S}%"),
        (1.0, 0, f"100{S}%"),
        (0.0004, 1, f"<{S}0.1{S}%"),  # a share above zero never reads 0
        (0.9999, 1, f">{S}99.9{S}%"),  # nor one below the whole 100
        (0.999, 0, f">{S}99{S}%"),
        (1.34, 0, f"134{S}%"),
        (-0.02, 1, f"{M}2.0{S}%"),
        (None, 1, "–"),
    ],
)
def test_share(value, decimals, text):
    assert formats.share(value, "en", decimals=decimals) == text


@pytest.mark.parametrize(
    ("value", "good", "text", "direction", "tone"),
    [
        (0.12, "up", f"+12{S}%", "up", "good"),
        (-0.12, "up", f"{M}12{S}%", "down", "bad"),
        (0.12, "down", f"+12{S}%", "up", "bad"),
        (0.12, "", f"+12{S}%", "up", "neutral"),
        (0.004, "up", f"0{S}%", "flat", "neutral"),
        (0.0, "up", f"0{S}%", "flat", "neutral"),
        (9.99, "up", f"+999{S}%", "up", "good"),
        (11.4, "up", "×12", "up", "good"),
        (None, "up", "–", "flat", "neutral"),
    ],
)
def test_change(value, good, text, direction, tone):
    assert formats.change(value, "en", good=good) == formats.Change(text, direction, tone)


def test_points_and_differences():
    assert formats.points(0.012, "pl").text == f"+1,2{S}p.p."
    assert formats.points(-0.012, "en", good="down").tone == "good"
    assert formats.difference(-1200, "it") == formats.Change(f"{M}1.200", "down", "bad")


@pytest.mark.parametrize(
    ("lang", "long", "short", "month"),
    [
        ("en", f"21{S}November{S}2026", f"21{S}Nov{S}2026", f"November{S}2026"),
        ("it", f"21{S}novembre{S}2026", f"21{S}nov{S}2026", f"novembre{S}2026"),
        ("pl", f"21{S}listopada{S}2026", f"21{S}lis{S}2026", f"listopad{S}2026"),
        ("ru", f"21{S}ноября{S}2026", f"21{S}ноя{S}2026", f"ноябрь{S}2026"),
    ],
)
def test_dates_are_written_with_the_months_name(lang, long, short, month):
    day = dt.date(2026, 11, 21)
    assert formats.date(day, lang) == long
    assert formats.date(day, lang, short=True) == short
    assert formats.month(day, lang) == month


def test_a_moment_and_a_period():
    assert formats.moment(dt.datetime(2026, 11, 21, 9, 5, tzinfo=dt.UTC), "en") == f"21{S}Nov{S}2026, 09:05"
    assert (
        formats.period(dt.date(2025, 12, 1), dt.date(2026, 11, 30), "en")
        == f"1{S}Dec{S}2025 – 30{S}Nov{S}2026"
    )
    assert formats.date(None, "en") == "–"


def test_the_language_is_that_of_the_request_and_english_where_it_is_another():
    with translation.override("it"):
        assert formats.number(1234) == "1.234"
    with translation.override("pl"):
        assert formats.number(1234) == f"1{S}234"
    assert formats.number(1234, "de") == "1,234"


@given(
    st.decimals(min_value=-(10**15), max_value=10**15, places=2), st.sampled_from(["en", "it", "pl", "ru"])
)
def test_a_number_reads_back(value, lang):
    thousands, point = {"en": (",", "."), "it": (".", ","), "pl": (S, ","), "ru": (S, ",")}[lang]
    text = formats.number(value, lang, decimals=2)
    assert Decimal(text.replace(thousands, "").replace(point, ".").replace(M, "-")) == value


@given(st.floats(min_value=0, max_value=1), st.integers(min_value=0, max_value=3))
def test_a_share_never_claims_nothing_or_everything(value, decimals):
    text = formats.share(value, "en", decimals=decimals)
    if 0 < value < 1:
        assert text not in {f"{0:.{decimals}f}{S}%", f"{100:.{decimals}f}{S}%"}
