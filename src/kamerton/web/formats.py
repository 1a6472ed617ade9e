"""Figures and dates as people read them, in four languages. Formatted once, in Python: a template filter in
a large table costs a quarter of the page.

Spaces inside a figure are non-breaking, the minus is the typographic one, a missing figure is an en dash.
`lang` is a language code; left out, it is the language of the request. Everything here is pure and fast
(about a microsecond a figure; dates and months are cached).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Literal

from django.utils.translation import get_language

Tone = Literal["good", "bad", "neutral"]
Direction = Literal["up", "down", "flat"]

NBSP = "\u00a0"
MINUS = "\u2212"
MISSING = "\u2013"

#: language -> (thousands, decimal sign)
_SIGNS = {"en": (",", "."), "it": (".", ","), "pl": (NBSP, ","), "ru": (NBSP, ",")}
#: English comes out of Python's own format; the others translate its two signs.
_TRANSLATE = {
    lang: str.maketrans({",": signs[0], ".": signs[1], "-": MINUS}) for lang, signs in _SIGNS.items()
}

#: language -> suffixes of a thousand, a million, a billion (10^9)
_SCALES = {
    "en": ("k", "M", "bn"),
    "it": ("mila", "mln", "mld"),
    "pl": ("tys.", "mln", "mld"),
    "ru": ("тыс.", "млн", "млрд"),
}
_POINTS = {"en": "pp", "it": "p.p.", "pl": "p.p.", "ru": "п.п."}

_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "PLN": "zł", "RUB": "₽", "CZK": "Kč", "UAH": "₴", "JPY": "¥"}
#: Decimals shown, where they are not two. (Records keep hundredths of every currency: core.money.)
_DECIMALS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0}

_ROUND = Context(prec=60, rounding=ROUND_HALF_UP)
_STEPS = tuple(Decimal(1).scaleb(-places) for places in range(7))

_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "pl": "styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień",
    "ru": "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
}
#: Beside a day Polish and Russian write the month in the genitive.
_MONTHS_OF = {
    **_MONTHS,
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
}
_SHORT = {
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "it": "gen feb mar apr mag giu lug ago set ott nov dic",
    "pl": "sty lut mar kwi maj cze lip sie wrz paź lis gru",
    "ru": "янв фев мар апр май июн июл авг сен окт ноя дек",
}


@dataclass(frozen=True, slots=True)
class Change:
    """A difference that is ready to show: words, a direction for its arrow, a tone for its colour."""

    text: str
    direction: Direction
    tone: Tone

    def __str__(self) -> str:
        return self.text


def language(lang: str | None = None) -> str:
    """`lang`, or the language of the request, as one of the four; English where it is another."""
    code = (lang or get_language() or "en")[:2]
    return code if code in _SIGNS else "en"


def number(
    value: Decimal | float | None, lang: str | None = None, *, decimals: int = 0, compact: bool = False
) -> str:
    """1234.5 -> "1,235" (en), "1.235" (it), "1 235" (pl, ru). Half is rounded away from zero."""
    if value is None:
        return MISSING
    code = language(lang)
    if compact:
        return _compact(_decimal(value), code)
    return _plain(value, decimals, code)


def money(
    amount: Decimal | int | None,
    currency: str = "",
    lang: str | None = None,
    *,
    compact: bool = False,
    decimals: int | None = None,
) -> str:
    """An amount with its currency. A Decimal is in major units, an int in hundredths (as records keep it).

    `decimals` None: what the currency has. `compact`: three digits and a scale ("€1.24 M"). Without a
    currency the figure stands alone, for a column that names its unit in the head.
    """
    if amount is None:
        return MISSING
    code = language(lang)
    major = Decimal(amount).scaleb(-2) if isinstance(amount, int) else amount
    places = _DECIMALS.get(currency, 2) if decimals is None else decimals
    text = _compact(major, code) if compact else _plain(major, places, code)
    return with_currency(text, currency, code)


def with_currency(text: str, currency: str, lang: str | None = None) -> str:
    """Put the currency where the language has it: before the figure in English, after it elsewhere."""
    if not currency:
        return text
    sign = _SYMBOLS.get(currency, currency)
    if language(lang) != "en":
        return f"{text}{NBSP}{sign}"
    glue = NBSP if sign.isalpha() else ""
    return f"{MINUS}{sign}{glue}{text[1:]}" if text.startswith(MINUS) else f"{sign}{glue}{text}"


def share(value: float | None, lang: str | None = None, *, decimals: int = 1) -> str:
    """0.2345 -> "23.5 %". A share above zero never reads 0 and one below the whole never reads 100."""
    if value is None:
        return MISSING
    code = language(lang)
    text = _plain(float(value) * 100, decimals, code)
    if 0 < value < 1:
        text = _ends(decimals, code).get(text, text)
    return f"{text}{NBSP}%"


@lru_cache
def _ends(decimals: int, code: str) -> dict[str, str]:
    """What stands for a share that rounds to nothing or to everything without being it."""
    step = _STEPS[decimals]
    return {
        _plain(Decimal(0), decimals, code): f"<{NBSP}{_plain(step, decimals, code)}",
        _plain(Decimal(100), decimals, code): f">{NBSP}{_plain(100 - step, decimals, code)}",
    }


def change(
    value: float | None, lang: str | None = None, *, decimals: int = 0, good: Literal["up", "down", ""] = "up"
) -> Change:
    """0.12 -> +12 %, up, good. `good` names the direction that is welcome; empty: neither is.

    From +1,000 % on it reads as a multiple (×12): a percentage of four digits tells nobody anything.
    """
    if value is None:
        return Change(MISSING, "flat", "neutral")
    code = language(lang)
    if value >= 10:
        text = f"×{_plain(float(value) + 1, 0, code)}"
    else:
        text = f"{_signed(float(value) * 100, decimals, code)}{NBSP}%"
    return _changed(text, value, decimals + 2, good)


def points(
    value: float | None, lang: str | None = None, *, decimals: int = 1, good: Literal["up", "down", ""] = "up"
) -> Change:
    """A difference between two shares, in percentage points: 0.012 -> +1.2 pp."""
    if value is None:
        return Change(MISSING, "flat", "neutral")
    code = language(lang)
    text = f"{_signed(float(value) * 100, decimals, code)}{NBSP}{_POINTS[code]}"
    return _changed(text, value, decimals + 2, good)


def difference(
    value: Decimal | int | None, lang: str | None = None, *, good: Literal["up", "down", ""] = "up"
) -> Change:
    """A difference between two counts: 3 -> +3."""
    if value is None:
        return Change(MISSING, "flat", "neutral")
    return _changed(_signed(_decimal(value), 0, language(lang)), float(value), 0, good)


@lru_cache(maxsize=4096)
def _date(value: dt.date, code: str, short: bool) -> str:
    names = (_SHORT if short else _MONTHS_OF)[code].split()
    return f"{value.day}{NBSP}{names[value.month - 1]}{NBSP}{value.year}"


def date(value: dt.date | None, lang: str | None = None, *, short: bool = False) -> str:
    """21 November 2026, or 21 Nov 2026."""
    if value is None:
        return MISSING
    return _date(dt.date(value.year, value.month, value.day), language(lang), short)


def moment(value: dt.datetime | None, lang: str | None = None) -> str:
    """21 Nov 2026, 09:05. The caller has put it into the time zone to show."""
    return MISSING if value is None else f"{date(value, lang, short=True)}, {value:%H:%M}"


@lru_cache(maxsize=1024)
def _month(year: int, month_number: int, code: str, short: bool) -> str:
    return f"{(_SHORT if short else _MONTHS)[code].split()[month_number - 1]}{NBSP}{year}"


def month(value: dt.date, lang: str | None = None, *, short: bool = False) -> str:
    """November 2026, or Nov 2026; the month stands alone, so not in the genitive."""
    return _month(value.year, value.month, language(lang), short)


def period(first: dt.date, last: dt.date, lang: str | None = None) -> str:
    """Both ends included: "1 Dec 2025 – 30 Nov 2026"."""
    return f"{date(first, lang, short=True)} {MISSING} {date(last, lang, short=True)}"


def _decimal(value: Decimal | float) -> Decimal:
    return (
        value if isinstance(value, Decimal) else Decimal(repr(value) if isinstance(value, float) else value)
    )


#: Lifts a binary fraction that lies a hair below the half that was meant (1.005), and nothing else.
_NUDGE = 1 + 1e-12


def _plain(value: Decimal | float, decimals: int, code: str) -> str:
    """Rounded half away from zero. Floats are formatted as floats: a tenth of the time."""
    if isinstance(value, float):
        text = f"{value * _NUDGE:,.{decimals}f}"
    else:
        text = f"{_decimal(value).quantize(_STEPS[decimals], context=_ROUND):,f}"
    if text[0] == "-" and not text.strip("-0.,"):
        text = text[1:]  # no minus before a zero
    return text if code == "en" and text[0] != "-" else text.translate(_TRANSLATE[code])


def _signed(value: Decimal | float, decimals: int, code: str) -> str:
    text = _plain(value, decimals, code)
    return f"+{text}" if value > 0 and text.strip("0.,") else text


def _compact(value: Decimal, code: str) -> str:
    """Three significant digits and a scale; whole numbers below a thousand."""
    if value.quantize(_STEPS[0], context=_ROUND).copy_abs() < 1000:
        return _plain(value, 0, code)
    for power, name in enumerate(_SCALES[code], start=1):
        scaled = value.scaleb(-3 * power)
        decimals = max(0, 2 - scaled.adjusted())
        rounded = scaled.quantize(_STEPS[decimals], context=_ROUND)
        if rounded.copy_abs() < 1000 or power == len(_SCALES[code]):
            decimals = max(0, 2 - rounded.adjusted())
            return f"{_plain(scaled, decimals, code)}{NBSP}{name}"
    raise AssertionError("unreachable")


def _changed(text: str, value: float, places: int, good: str) -> Change:
    if round(value, places) == 0:
        return Change(text, "flat", "neutral")
    direction: Direction = "up" if value > 0 else "down"
    return Change(text, direction, "neutral" if not good else "good" if good == direction else "bad")
