"""How numbers, dates and names are written for people. Blanks inside a figure do not break a line."""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from collections.abc import Sequence
from decimal import Decimal

NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
NOTHING = "\N{EN DASH}"  # stands where a figure cannot be told

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")  # fmt: skip
COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
          "twelve")  # fmt: skip

#: From this amount on, in this unit: 9,876 but 12.3 k; 999,950 is 1.00 M.
_UNITS = ((Decimal("999.5e6"), 9, "bn"), (Decimal("999.5e3"), 6, "M"), (Decimal(10_000), 3, "k"))


def compact(amount: Decimal | None) -> str:
    """Three significant digits from 10,000 on: 1.25 M. Below whole units, and cents below one hundred."""
    if amount is None:
        return NOTHING
    size = abs(amount)
    for least, power, suffix in _UNITS:
        if size >= least:
            return _signed(amount, f"{_three_digits(size.scaleb(-power))}{NBSP}{suffix}")
    if size and size < 100 and size != size.to_integral_value():
        return _signed(amount, f"{size:.2f}")
    return _signed(amount, f"{size:,.0f}") if f"{size:.0f}" != "0" else "0"


def _three_digits(size: Decimal) -> str:
    if size < Decimal("9.995"):
        return f"{size:.2f}"
    return f"{size:.1f}" if size < Decimal("99.95") else f"{size:,.0f}"


def _signed(amount: Decimal, text: str) -> str:
    return MINUS + text if amount < 0 else text


def money(amount: Decimal | None, currency: str) -> str:
    """A compact amount with its currency: 1.25 M EUR."""
    return f"{compact(amount)}{NBSP}{currency}".rstrip() if amount is not None else NOTHING


def full(amount: Decimal | None) -> str:
    """An amount to the cent with thousands: 1,234,567.89."""
    return NOTHING if amount is None else _signed(amount, f"{abs(amount):,.2f}")


def unit(title: str, currency: str) -> str:
    """A column's title with its unit: turnover, EUR."""
    return f"{title}, {currency}" if currency else title


def count(number: int) -> str:
    return f"{number:,}"


def plural(number: int, noun: str, nouns: str = "") -> str:
    """1 account, 2 accounts."""
    return f"{number:,}{NBSP}{noun if number == 1 else nouns or noun + 's'}"


def spelled(number: int) -> str:
    """Up to twelve as a word."""
    return COUNTS[number] if 0 <= number < len(COUNTS) else f"{number:,}"


def percent(share: float | None, digits: int | None = None) -> str:
    """A share as 23 %; below 10 % one digit unless told. Not a number is nothing."""
    if share is None or not math.isfinite(share):
        return NOTHING
    if digits is None:
        digits = 0 if abs(share) >= 0.0995 or share == 0 else 1
    text = f"{abs(share) * 100:,.{digits}f}"
    negative = share < 0 and text.strip("0.") != ""
    return f"{MINUS if negative else ''}{text}{NBSP}%"


def percent_over(share: float, line: float) -> str:
    """A share that passed a line, with digits enough to see that it did: 20.3 %."""
    for digits in (0, 1, 2):
        if round(share * 100, digits) > round(line * 100, digits):
            return percent(share, digits)
    return f"just over {percent(line, 0)}"


def change(rate: float | None) -> str:
    """A growth rate with its sign: +12 %, -3.4 %; from tenfold on a factor; a loss is below 0."""
    if rate is None or not math.isfinite(rate):
        return NOTHING
    if rate < -1:
        return "below 0"
    if rate >= 9:
        return f"×{rate + 1:,.0f}"
    return ("+" if rate > 0 else "") + percent(rate)


def date(day: dt.date) -> str:
    """31 May 2005."""
    return f"{day.day}{NBSP}{MONTHS[day.month - 1]}{NBSP}{day.year}"


def short_date(day: dt.date) -> str:
    """31 May 2005 with the month cut to three letters, for columns."""
    return f"{day.day}{NBSP}{MONTHS[day.month - 1][:3]}{NBSP}{day.year}"


def listing(names: Sequence[str], most: int = 3) -> str:
    """Helios, Boreas and Nova; beyond `most` the rest is counted."""
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most:,} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


#: Controls, direction overrides, line separators and lone surrogates: they would rewrite what stands around.
_UNPRINTABLE = {"Cc", "Cs", "Zl", "Zp"}
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\ufeff")


def clean(text: str) -> str:
    """A name on one line without anything that steers a terminal, a page or a sheet."""
    if text.isascii() and text.isprintable():
        return text
    kept = (" " if _steers(sign) else sign for sign in text if sign not in _DIRECTIONS)
    return " ".join("".join(kept).split())


def _steers(sign: str) -> bool:
    return unicodedata.category(sign) in _UNPRINTABLE or sign in "\ufffe\uffff"
