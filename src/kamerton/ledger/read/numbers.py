"""How figures are written, read the same way by Python (one value) and by SQL (a whole column).

A column is read under one decimal sign. A value that only one sign can explain proves it; `1.234` and `1,234`
prove nothing: they are two figures a factor of 1,000 apart. The SQL is what converts files; the Python twin
explains single values and is held equal to it by a test.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from kamerton.analytics.lines import AMOUNT_LIMIT
from kamerton.ledger.read.raw import quoted

DecimalSign = Literal[".", ",", ""]  # "": only figures that both signs read alike

#: Stand for "no figure here". Compared lower-case, without blanks around.
MISSING = (
    "",
    "-",
    "--",
    "—",
    "–",
    "n/a",
    "#n/a",
    "na",
    "nan",
    "null",
    "none",
    "nil",
    "(null)",
    "\\n",
    "n.a.",
)
BLANKS = " \t\r\n\u00a0\u202f\u2007\u2009\u200b\u200e\ufeff"
_MISSING = rf"(?i)[{BLANKS}]*(?:{'|'.join(re.escape(value) for value in MISSING if value)})?[{BLANKS}]*"
_STRANGE = "\u00a0\u202f\u2007\u2009\u2212\u2013\u2019\u00b4\t\ufeff\u200b\u200e"
_PLAIN = "    --'' "  # what they are read as; the last three (marks without width) are dropped
_ODD = str.maketrans(_STRANGE, _PLAIN.ljust(len(_STRANGE), "\0"))

#: ISO 4217 codes and signs that may stand beside a figure -> the code.
SIGNS = {
    "€": "EUR", "£": "GBP", "¥": "JPY", "₽": "RUB", "₹": "INR", "₺": "TRY", "₴": "UAH", "₸": "KZT", "₿": "XBT",
    "us$": "USD", "r$": "BRL", "c$": "CAD", "a$": "AUD", "hk$": "HKD", "nz$": "NZD", "s$": "SGD", "$": "USD",
    "zł": "PLN", "zl": "PLN", "руб.": "RUB", "руб": "RUB", "р.": "RUB", "грн": "UAH", "грн.": "UAH",
    "kč": "CZK", "ft": "HUF", "lei": "RON", "лв": "BGN", "лв.": "BGN", "sfr.": "CHF", "sfr": "CHF",
    "fr.": "CHF", "euro": "EUR", "kr.": "", "kr": "",
}  # fmt: skip
#: What is counted, where a quantity says so: it stands behind the figure and is no currency.
UNITS = (
    "pcs",
    "pcs.",
    "pc",
    "pc.",
    "pz",
    "pz.",
    "szt",
    "szt.",
    "шт",
    "шт.",
    "stk",
    "stk.",
    "stück",
    "ea",
    "nos",
    "units",
)
_CODES = """
    AED ARS AUD BAM BGN BRL BYN CAD CHF CLP CNY COP CZK DKK DZD EGP EUR GBP GEL HKD HRK HUF IDR ILS INR ISK JPY
    KES KRW KWD KZT LTL LVL MAD MDL MKD MXN MYR NGN NOK NZD PEN PHP PKR PLN QAR RON RSD RUB RUR SAR SEK SGD THB
    TND TRY TWD UAH USD UYU VND ZAR
"""
CODES = frozenset(_CODES.split())
_MARK = "|".join(
    sorted((re.escape(sign) for sign in SIGNS), key=len, reverse=True) + sorted(CODES)
)  # longest first
_MARK_OR_UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True)) + "|" + _MARK
_MARK_BEFORE = rf"(?i)^([-+(]?) ?(?:{_MARK}) ?"
_MARK_AFTER = rf"(?i) ?(?:{_MARK_OR_UNIT}) ?([-)]?)$"
_ONLY_MARK = rf"(?i)({_MARK_OR_UNIT})"

_GROUPS = {".": (",", " ", "'"), ",": (r"\.", " ", "'"), "": (" ", "'")}


def _pattern(decimal: DecimalSign) -> str:
    """A whole figure under a decimal sign, its minus before, behind or as brackets."""
    point = re.escape(decimal)
    grouped = [rf"[1-9]\d{{0,2}}(?:{sign}\d{{3}})+" for sign in _GROUPS[decimal]]
    if decimal == ".":
        grouped.append(r"[1-9]\d?(?:,\d{2})+,\d{3}")  # lakh and crore
    tail = rf"(?:{point}\d*)?" if decimal else ""
    plain = rf"\d+{tail}" + (rf"|{point}\d+" if decimal else "")
    body = rf"(?:(?:{plain})(?:[eE][-+]?\d{{1,3}})?|(?:{'|'.join(grouped)}){tail})"
    return rf"^(?:[-+]? ?{body}|{body} ?-|\( ?{body} ?\))$"


_PATTERNS: dict[DecimalSign, str] = {sign: _pattern(sign) for sign in (".", ",", "")}
_COMPILED = {sign: re.compile(pattern, re.ASCII) for sign, pattern in _PATTERNS.items()}
_BEFORE, _AFTER, _INSIDE = re.compile(_MARK_BEFORE), re.compile(_MARK_AFTER), re.compile(_ONLY_MARK)
_SIMPLE = re.compile(r"-?[0-9]{1,12}(?:(\.)[0-9]{1,2})?")
_STEP = Decimal("0.000001")


@dataclass(frozen=True, kw_only=True)
class NumberForm:
    """How a column writes its figures."""

    decimal: DecimalSign = ""
    marks: bool = False  # currency signs or codes stand beside figures
    percent: bool = False  # "%" may stand behind; the figure is returned as written


# ---------------------------------------------------------------- one value, in Python


def is_missing(text: str) -> bool:
    if text.isdecimal():
        return False
    return text.strip(BLANKS).lower() in MISSING


def has_mark(text: str) -> bool:
    """Whether a currency stands beside the figure."""
    return mark_of(text) is not None


def mark_of(text: str) -> str | None:
    """Currency beside a figure: its code, "" for a sign that several share; None without one."""
    if text.isascii() and not re.search(r"[A-Za-z$]", text):
        return None
    plain = _plain(text)
    for pattern in (_BEFORE, _AFTER):
        if (found := pattern.search(plain)) and (inside := _INSIDE.search(found[0])):
            return code_of(inside[0])
    return None


def code_of(mark: str) -> str:
    """ISO code of a sign or a code; "" where it is not certain."""
    return "" if mark.lower() in UNITS else SIGNS.get(mark.lower(), mark.upper())


def read_number(text: str, form: NumberForm) -> Decimal | None:
    """The figure under the form, unlimited in size, rounded to six decimals; None if it reads none."""
    if (simple := _SIMPLE.fullmatch(text)) and (form.decimal == "." or not simple[1]):
        return Decimal(text).quantize(_STEP)
    plain = _plain(text)
    if form.marks and not plain.isdecimal():
        plain = _AFTER.sub(r"\1", _BEFORE.sub(r"\1", plain, count=1), count=1)
    if form.percent:
        plain = plain.removesuffix("%").rstrip(" ")
    if not _COMPILED[form.decimal].match(plain):
        return None
    digits = plain.strip("-+() ")
    digits = digits.replace(".", "").replace(",", ".") if form.decimal == "," else digits.replace(",", "")
    value = Decimal(digits.replace(" ", "").replace("'", ""))
    if abs(value) < AMOUNT_LIMIT:
        value = value.quantize(_STEP, ROUND_HALF_UP)
    return -value if plain.startswith(("-", "(")) or plain.endswith("-") else value


def _plain(text: str) -> str:
    return text.translate(_ODD).replace("\0", "").strip(" \r\n")


def evidence_of(text: str) -> str:
    """What a value says about its column: "." or ",", "both" (differently), "same", "none", or "missing"."""
    if is_missing(text):
        return "missing"
    point, comma = (
        read_number(text, NumberForm(decimal=sign, marks=True, percent=True)) for sign in (".", ",")
    )
    if point is None or comma is None:
        return "." if comma is None and point is not None else "," if comma is not None else "none"
    return "same" if point == comma else "both"


# ---------------------------------------------------------------- a column, in SQL


def missing_sql(column: str) -> str:
    """Whether a text cell stands for no figure."""
    # Not IN or list_contains: DuckDB turns those into a join, which every row would pay for.
    return f"regexp_full_match({column}, {quoted(_MISSING)})"


def number_sql(column: str, form: NumberForm) -> str:
    """DECIMAL(18, 6) of a text column, NULL where the form reads none or the figure is too large.

    Values written the way of machines never meet a regular expression.
    """
    thorough = thorough_sql(column, form)
    if form.decimal == ".":
        return f"coalesce(TRY_CAST({column} AS DECIMAL(18, 6)), {thorough})"
    source = column if form.decimal == "" else f"replace({column}, ',', '.')"
    quick = f"CASE WHEN contains({column}, '.') THEN NULL ELSE TRY_CAST({source} AS DECIMAL(18, 6)) END"
    return f"coalesce({quick}, {thorough})"


def thorough_sql(column: str, form: NumberForm) -> str:
    """The same for every way of writing figures; the text is made plain once, as `s`."""
    plain = plain_sql(column)
    if form.marks:
        plain = f"regexp_replace({plain}, {quoted(_MARK_BEFORE)}, '\\1')"
        plain = f"regexp_replace({plain}, {quoted(_MARK_AFTER)}, '\\1')"
    if form.percent:
        plain = f"rtrim(rtrim({plain}, '%'), ' ')"
    if form.decimal == ",":
        digits = "replace(translate(trim(s, '-+() '), '.'' ', ''), ',', '.')"
    else:
        digits = "translate(trim(s, '-+() '), ','' ', '')"
    value = f"TRY_CAST({digits} AS DECIMAL(18, 6))"
    negative = "starts_with(s, '-') OR starts_with(s, '(') OR ends_with(s, '-')"
    signed = f"CASE WHEN {negative} THEN -{value} ELSE {value} END"
    fits = f"regexp_matches(s, {quoted(_PATTERNS[form.decimal])})"
    return f"list_transform([{plain}], lambda s: CASE WHEN {fits} THEN {signed} END)[1]"


def mark_sql(column: str) -> str:
    """The currency beside a figure as it is written, in small letters; NULL without one."""
    before, after = (f"regexp_extract(s, {quoted(pattern)})" for pattern in (_MARK_BEFORE, _MARK_AFTER))
    found = f"regexp_extract(coalesce(nullif({before}, ''), {after}), {quoted(_ONLY_MARK)})"
    body = f"CASE WHEN regexp_matches(s, '[\\pL\\p{{Sc}}]') THEN nullif(lower({found}), '') END"
    return f"list_transform([{plain_sql(column)}], lambda s: {body})[1]"


def tidy_sql(column: str) -> str:
    """Text without BLANKS around. Trimming is slow, so only what begins or ends in a blank meets it.

    To take out one letter is slow as well. ASCII that begins in a visible sign and ends in no blank, as most
    cells do, is told by comparisons alone.
    """
    blanks = quoted(BLANKS)
    blank = " OR ".join(f"contains({blanks}, {column}[{at}])" for at in (1, -1))
    ends = " OR ".join(f"ends_with({column}, {quoted(each)})" for each in BLANKS if each.isascii())
    perhaps = f"{column} < '!' OR {column} > '~' OR {ends} OR strlen({column}) <> length({column})"
    tidied = f"CASE WHEN {blank} THEN trim({column}, {blanks}) ELSE {column} END"
    return f"CASE WHEN {perhaps} THEN {tidied} ELSE {column} END"


def plain_sql(column: str) -> str:
    """Text with blanks, minus signs and apostrophes of one kind."""
    return f"trim(translate({column}, {quoted(_STRANGE)}, {quoted(_PLAIN)}), ' \r\n')"
