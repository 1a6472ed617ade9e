"""How dates are written, read the same way by Python (one value) and by SQL (a whole column).

A value with the year first, a month's name or eight digits speaks for itself. Of three numbers only the whole
column can tell which is the day: a value that one order alone can explain proves it. The SQL is what converts
files; the Python twin explains single values and is held equal to it by a test.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from kamerton.ledger.read.numbers import BLANKS
from kamerton.ledger.read.raw import quoted
from kamerton.said import Said

Order = Literal["dmy", "mdy", "ymd", ""]  # "": only dates that speak for themselves
Kind = Literal["calendar", "serial", "period", "epoch"]

ORDERS_IN_WORDS = {
    "dmy": Said("day first"),
    "mdy": Said("month first"),
    "ymd": Said("year first"),
    "": Said("written like the others"),
}

#: Two-digit years: 69 to 99 are 1969 to 1999, 00 to 68 are 2000 to 2068.
PIVOT = 69
#: Digits of seconds, milliseconds and microseconds since 1970 -> how many of them make a second.
_EPOCHS = {10: 1, 13: 1_000, 16: 1_000_000}
FIRST_SERIAL, LAST_SERIAL = 18264, 80000  # 1950-01-01 to 2119-01-11, as spreadsheets count days

_MONTHS = """
    january jan gennaio gen stycznia styczeń sty январь января янв
    february feb febbraio lutego luty lut февраль февраля фев февр
    march mar marzo marca marzec март марта мар
    april apr aprile kwietnia kwiecień kwi апрель апреля апр
    may maggio mag maja maj май мая
    june jun giugno giu czerwca czerwiec cze июнь июня июн
    july jul luglio lug lipca lipiec lip июль июля июл
    august aug agosto ago sierpnia sierpień sie август августа авг
    september sep sept settembre set sett września wrzesień wrz сентябрь сентября сен сент
    october oct ottobre ott października październik paź pazdziernika pazdziernik paz октябрь октября окт
    november nov novembre listopada listopad lis ноябрь ноября ноя нояб
    december dec dicembre dic grudnia grudzień gru декабрь декабря дек
    """
#: French, Spanish, Portuguese, Dutch, Czech and Nordic exports reach the same desks,
_OTHERS = """
    janvier janv enero ene janeiro ledna leden
    février févr fevrier fevr fév febrero fevereiro fev
    mars março marco maart mrt marts března březen
    avril avr abril abr dubna duben
    mayo maio mei května květen
    juin junio junho června červen
    juillet juil julio julho července červenec
    août aout augustus augusti srpna srpen
    septembre septiembre setembro září
    octobre octubre outubro out október října říjen
    noviembre novembro
    décembre decembre déc diciembre dezembro desember prosince prosinec
    """
#: and German ones.
_MORE = {
    "januar": 1,
    "jän": 1,
    "jänner": 1,
    "januari": 1,
    "februar": 2,
    "februari": 2,
    "mär": 3,
    "märz": 3,
    "maerz": 3,
    "mrz": 3,
    "mai": 5,
    "juni": 6,
}
_MORE |= {"juli": 7, "oktober": 10, "okt": 10, "dezember": 12, "dez": 12, "wrzesnia": 9, "stycznia": 1}
MONTHS = {
    name: number
    for months in (_MONTHS, _OTHERS)
    for number, names in enumerate(months.strip().splitlines(), start=1)
    for name in names.split()
} | _MORE

#: The same as one text, because DuckDB plans a long list slowly.
_BY_NAME = quoted("|" + "|".join(f"{name}={number:02d}" for name, number in MONTHS.items()) + "|")

_TIME = (
    r"(?:[T ,]+\d{1,2}[:.h]\d{2}(?:[:.]\d{2}(?:[.,]\d{1,9})?)?(?: ?[AaPp]\.? ?[Mm]\.?)?"
    r"(?: ?(?:Z|UTC|GMT|[-+]\d{2}(?::?\d{2})?))?)?"
)
_WEEKDAY = r"(?:\pL+\.?,? +)?"
_END = rf"\.?(?: ?(?:г|r|года|roku)\.?)?{_TIME}$"
_LETTERS = r"(\pL{3,})"
_CENTURY = {"19": r"(69|[7-9]\d)", "20": r"([0-5]\d|6[0-8])"}


def _three(first: str, second: str, third: str) -> str:
    return rf"^{_WEEKDAY}{first} ?[-./ ] ?{second} ?[-./ ] ?{third}{_END}"


_DAY, _YEAR = r"(\d{1,2})", r"(\d{4})"

#: Patterns that speak for themselves, with the place of year, month and day among the groups.
_ISO = (_three(_YEAR, _DAY, _DAY), r"\1-\2-\3")
_COMPACT = (rf"^(\d{{4}})(\d{{2}})(\d{{2}}){_TIME}$", r"\1-\2-\3")


def _numeric(order: Order) -> tuple[tuple[str, str], ...]:
    """(pattern, replacement that gives year-month-day) for three numbers in an order."""
    if order == "":
        return ()
    if order == "ymd":
        return tuple((_three(two, _DAY, _DAY), rf"{c}\1-\2-\3") for c, two in _CENTURY.items())
    day, month = (r"\1", r"\2") if order == "dmy" else (r"\2", r"\1")
    long = ((_three(_DAY, _DAY, _YEAR), rf"\3-{month}-{day}"),)
    compact = ((rf"^(\d{{2}})(\d{{2}})((?:19|20|21)\d\d){_TIME}$", rf"\3-{month}-{day}"),)
    short = tuple((_three(_DAY, _DAY, two), rf"{c}\3-{month}-{day}") for c, two in _CENTURY.items())
    return long + compact + short


#: Patterns with a month's name: the replacement gives year-name-day.
_GAP = r"[-./, ]{0,3}(?:de )?"
_NAMED = (
    (rf"^{_WEEKDAY}{_DAY}(?:er|st|nd|rd|th)?{_GAP}{_LETTERS}{_GAP}{_YEAR}{_END}", r"\3-\2-\1"),
    (rf"^{_WEEKDAY}{_LETTERS}\.? {_DAY}(?:st|nd|rd|th)?,? {_YEAR}{_END}", r"\3-\1-\2"),
    (rf"^{_YEAR}{_GAP}{_LETTERS}{_GAP}{_DAY}{_END}", r"\1-\2-\3"),
    *(
        (rf"^{_WEEKDAY}{_DAY}{_GAP}{_LETTERS}{_GAP}{two}{_END}", rf"{c}\3-\2-\1")
        for c, two in _CENTURY.items()
    ),
)
#: Months and quarters: the first day of each.
_PERIODS = (
    (r"^(\d{4})[-./ ]?(\d{2})$", r"\1-\2-1"),
    (r"^(\d{4})[-./ ](\d{1,2})$", r"\1-\2-1"),
    (r"^(\d{1,2})[-./ ](\d{4})$", r"\2-\1-1"),
)
_PERIODS_NAMED = (
    (rf"^{_LETTERS}{_GAP}{_YEAR}{_END}", r"\2-\1-1"),
    (rf"^{_YEAR}{_GAP}{_LETTERS}$", r"\1-\2-1"),
    *((rf"^{_LETTERS}[-./, ']{{0,3}}{two}$", rf"{c}\2-\1-1") for c, two in _CENTURY.items()),
)
_FULL_YEAR = r"((?:19|20|21)\d\d)"  # K10001 is somebody's number, no quarter
_QUARTERS = (
    (rf"(?i)^{_FULL_YEAR}[-./ ]?(?:Q|T|K|кв)\.?[ -]?([1-4])$", r"\1-\2"),
    (rf"(?i)^(?:Q|T|K)\.?[ -]?([1-4])[-./ ]{{0,2}}{_FULL_YEAR}$", r"\2-\1"),
    (rf"(?i)^([1-4])[-. ]{{0,2}}(?:Q|T|K|кв|квартал)\.?[-./ ]{{0,2}}{_FULL_YEAR}$", r"\2-\1"),
)
#: ISO weeks: the Thursday of each, which lies in the year that the week is named after.
_WEEKS = (
    (rf"(?i)^{_FULL_YEAR}[-./ ]?K?W[- ]?(\d\d?)$", r"\1-\2"),
    (rf"(?i)^K?W[- ]?(\d\d?)[-./ ]{{1,2}}{_FULL_YEAR}$", r"\2-\1"),
)


@dataclass(frozen=True, kw_only=True)
class DateForm:
    """How a column writes its dates. `quick` are strptime formats seen in it, "" stands for ISO.

    `named`: months may be spelt out; reading them is costly to plan.
    """

    kind: Kind = "calendar"
    order: Order = ""
    quick: tuple[str, ...] = ("",)
    named: bool = True


# ---------------------------------------------------------------- one value, in Python


def _compiled(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(_python(pattern)), place) for pattern, place in pairs)


def _python(pattern: str) -> str:
    return pattern.replace(r"\d", "[0-9]").replace(r"\pL", r"[^\W\d_]")


_C_PLAIN = _compiled((_ISO, _COMPACT))
_C_NAMED = _compiled(_NAMED)
_C_NUMERIC = {order: _compiled(_numeric(order)) for order in ("dmy", "mdy", "ymd", "")}
_C_PERIODS, _C_PERIODS_NAMED, _C_QUARTERS, _C_WEEKS = map(
    _compiled, (_PERIODS, _PERIODS_NAMED, _QUARTERS, _WEEKS)
)
_SERIAL = re.compile(r"^([0-9]{5})(?:[.,][0-9]*)?$")


def read_date(text: str, form: DateForm) -> dt.date | None:
    """The date under the form, of any year; None if it reads none."""
    plain = _plain(text)
    if form.kind == "serial":
        return _of_serial(plain)
    if form.kind == "epoch":
        return _of_epoch(plain)
    if form.kind == "period":
        return _of_period(plain, form.named)
    named = _C_NAMED if form.named else ()
    for pairs, convert in ((_C_PLAIN, _date), (_C_NUMERIC[form.order], _date), (named, _named_date)):
        found = _first(plain, pairs, convert)
        if found is not None:
            return found
    return None


def _first(
    plain: str, pairs: tuple[tuple[re.Pattern[str], str], ...], convert: Callable[[str], dt.date | None]
) -> dt.date | None:
    for pattern, place in pairs:
        match = pattern.match(plain)
        if match and (found := convert(match.expand(place))):
            return found
    return None


def _date(parts: str) -> dt.date | None:
    year, month, day = parts.split("-")
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def _named_date(parts: str) -> dt.date | None:
    year, name, day = parts.split("-")
    number = MONTHS.get(name.lower())
    return None if number is None else _date(f"{year}-{number}-{day}")


def _quarter_date(parts: str) -> dt.date | None:
    year, quarter = parts.split("-")
    return _date(f"{year}-{int(quarter) * 3 - 2}-1")


def _week_date(parts: str) -> dt.date | None:
    year, week = parts.split("-")
    try:
        return dt.date.fromisocalendar(int(year), int(week), 4)
    except ValueError:
        return None


def _of_epoch(plain: str) -> dt.date | None:
    """The day in UTC."""
    if not plain.isascii() or not plain.isdecimal() or len(plain) not in _EPOCHS:
        return None
    return dt.date(1970, 1, 1) + dt.timedelta(seconds=int(plain) // _EPOCHS[len(plain)])


def _of_period(plain: str, named: bool) -> dt.date | None:
    spelt = _C_PERIODS_NAMED if named else ()
    kinds = ((_C_PERIODS, _date), (spelt, _named_date), (_C_QUARTERS, _quarter_date), (_C_WEEKS, _week_date))
    for pairs, convert in kinds:
        found = _first(plain, pairs, convert)
        if found is not None:
            return found
    return None


def _of_serial(plain: str) -> dt.date | None:
    match = _SERIAL.match(plain)
    if not match or not FIRST_SERIAL <= int(match[1]) <= LAST_SERIAL:
        return None
    return dt.date(1899, 12, 30) + dt.timedelta(days=int(match[1]))


def _plain(text: str) -> str:
    for blank in BLANKS[4:]:
        text = text.replace(blank, " " if blank in "\u00a0\u202f\u2007\u2009" else "")
    return text.strip(" \t\r\n")


#: Shape of a value -> the strptime format that reads it fast.
_TIMES: tuple[tuple[str, str], ...] = (
    ("", r""),
    (" %H:%M", r" \d{1,2}:\d\d"),
    (" %H:%M:%S", r" \d{1,2}:\d\d:\d\d"),
)
_TIMES += ((" %I:%M %p", r" \d{1,2}:\d\d [AP]M"), (" %I:%M:%S %p", r" \d{1,2}:\d\d:\d\d [AP]M"))


def quick_format(text: str, order: Order) -> str | None:
    """The strptime format of a value, "" where a cast of ISO dates reads it, None where only patterns do."""
    if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}(?:[ T]\d{2}:\d{2}:\d{2}.*)?", text):
        return ""
    if re.fullmatch(r"\d{8}", text):
        return "%Y%m%d" if read_date(text, DateForm()) else None
    for suffix, shape in _TIMES:
        for sep in "./- ":
            if re.fullmatch(rf"\d{{4}}{re.escape(sep)}\d{{1,2}}{re.escape(sep)}\d{{1,2}}{shape}", text):
                return f"%Y{sep}%m{sep}%d{suffix}"
            if order and re.fullmatch(
                rf"\d{{1,2}}{re.escape(sep)}\d{{1,2}}{re.escape(sep)}(\d{{4}}|\d\d){shape}", text
            ):
                return _spelled(text, order, sep) + suffix
    if re.fullmatch(r"\d{1,2}[- ](?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[- ]\d{4}", text):
        return "%d{0}%b{0}%Y".format("-" if "-" in text else " ")
    return None


def _spelled(text: str, order: Order, sep: str) -> str:
    if order == "ymd":
        return f"%y{sep}%m{sep}%d"
    year = "%Y" if re.search(r"\d{4}", text) else "%y"
    return f"%d{sep}%m{sep}{year}" if order == "dmy" else f"%m{sep}%d{sep}{year}"


# ---------------------------------------------------------------- a column, in SQL


def date_sql(column: str, form: DateForm, first_year: int, last_year: int) -> str:
    """DATE of a text column, NULL where the form reads none or the year is out of bounds."""
    bounds = f"BETWEEN DATE '{first_year:04d}-01-01' AND DATE '{last_year:04d}-12-31'"
    tries = [] if form.kind != "calendar" else [_quick_sql(column, each) for each in form.quick[:3]]
    tries.append(thorough_sql(column, form))
    bounded = [f"CASE WHEN {each} {bounds} THEN {each} END" for each in tries[:-1]]
    bounded.append(f"list_transform([{tries[-1]}], lambda d: CASE WHEN d {bounds} THEN d END)[1]")
    return f"coalesce({', '.join(bounded)})" if len(bounded) > 1 else bounded[0]


def _quick_sql(column: str, quick: str) -> str:
    if quick == "":
        return f"TRY_CAST({column} AS DATE)"
    return f"CAST(try_strptime({column}, {quoted(quick)}) AS DATE)"


def thorough_sql(column: str, form: DateForm) -> str:
    """By patterns alone; the text is made plain once, as `s`."""
    if form.kind == "serial":
        body = _serial_sql()
    elif form.kind == "period":
        named = map(_named_case, _PERIODS_NAMED if form.named else ())
        spans = [*map(_quarter_case, _QUARTERS), *map(_week_case, _WEEKS)]
        body = _coalesce([*map(_plain_case, _PERIODS), *named, *spans])
    elif form.kind == "epoch":
        body = _epoch_sql()
    else:
        pairs = (_ISO, _COMPACT, *_numeric(form.order))
        body = _coalesce([*map(_plain_case, pairs), *map(_named_case, _NAMED if form.named else ())])
    return f"list_transform([{_plain_sql(column)}], lambda s: {body})[1]"


def _coalesce(parts: list[str]) -> str:
    return f"coalesce({', '.join(parts)})"


def _plain_case(pair: tuple[str, str]) -> str:
    pattern, place = quoted(pair[0]), quoted(pair[1])
    return f"CASE WHEN regexp_matches(s, {pattern}) THEN TRY_CAST(regexp_replace(s, {pattern}, {place}) AS DATE) END"


def _named_case(pair: tuple[str, str]) -> str:
    pattern = quoted(pair[0])
    year, name, day = (quoted(part) for part in pair[1].split("-"))
    found = f"strpos({_BY_NAME}, '|' || n || '=')"
    month = f"CASE WHEN {found} > 0 THEN substr({_BY_NAME}, {found} + length(n) + 2, 2) END"
    number = f"list_transform([lower(regexp_replace(s, {pattern}, {name}))], lambda n: {month})[1]"
    text = f"regexp_replace(s, {pattern}, {year}) || '-' || {number} || '-' || regexp_replace(s, {pattern}, {day})"
    return f"CASE WHEN regexp_matches(s, {pattern}) THEN TRY_CAST({text} AS DATE) END"


def _quarter_case(pair: tuple[str, str]) -> str:
    pattern = quoted(pair[0])
    year, quarter = (quoted(part) for part in pair[1].split("-"))
    month = f"(CAST(regexp_replace(s, {pattern}, {quarter}) AS INTEGER) * 3 - 2)"
    text = f"regexp_replace(s, {pattern}, {year}) || '-' || {month} || '-1'"
    return f"CASE WHEN regexp_matches(s, {pattern}) THEN TRY_CAST({text} AS DATE) END"


def _week_case(pair: tuple[str, str]) -> str:
    pattern = quoted(pair[0])
    year, week = (quoted(part) for part in pair[1].split("-"))
    number = f"lpad(regexp_replace(s, {pattern}, {week}), 2, '0')"
    text = f"regexp_replace(s, {pattern}, {year}) || '-W' || {number} || '-4'"
    day = f"CAST(try_strptime({text}, '%G-W%V-%u') AS DATE)"
    return f"CASE WHEN regexp_matches(s, {pattern}) THEN {day} END"


def _epoch_sql() -> str:
    cases = " ".join(
        f"WHEN regexp_matches(s, '^[0-9]{{{digits}}}$') "
        f"THEN DATE '1970-01-01' + CAST(TRY_CAST(s AS BIGINT) // {86_400 * parts} AS INTEGER)"
        for digits, parts in _EPOCHS.items()
    )
    return f"CASE {cases} END"


def _serial_sql() -> str:
    days = "CAST(s[:5] AS INTEGER)"
    fits = f"regexp_matches(s, '^\\d{{5}}(?:[.,]\\d*)?$') AND {days} BETWEEN {FIRST_SERIAL} AND {LAST_SERIAL}"
    return f"CASE WHEN {fits} THEN DATE '1899-12-30' + {days} END"


def _plain_sql(column: str) -> str:
    return f"trim(translate({column}, '\u00a0\u202f\u2007\u2009\u200b\u200e\ufeff', '    '), ' \t\r\n')"
