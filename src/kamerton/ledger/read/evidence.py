"""What a whole column says about how it is written, and what can be concluded from that. Nothing is guessed.

A hypothesis (a decimal sign, an order of day and month) explains a column if no value contradicts it. Two
that explain the column and read it differently are a question for the user.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from kamerton.ledger.read import numbers
from kamerton.ledger.read.dates import DateForm, Order, date_sql, read_date
from kamerton.ledger.read.model import Limits
from kamerton.ledger.read.numbers import NumberForm, is_missing, missing_sql, number_sql, read_number

SIGNS: tuple[Literal["."], Literal[","]] = (".", ",")
ORDERS: tuple[Order, ...] = ("dmy", "mdy", "ymd")
#: One value in a thousand may be a slip of the pen: it is refused and the column stays readable.
SLIPS = 1_000
_WORD = re.compile(r"[^\W\d_]{3}")
_BOTH = {sign: NumberForm(decimal=sign, marks=True, percent=True) for sign in SIGNS}


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Counts over the values of one column; blanks and their like are not counted."""

    values: int = 0
    unread: int = 0  # no hypothesis reads them
    misfits: Mapping[str, int] = field(default_factory=dict)  # hypothesis -> values only others read
    only_ymd: int = 0  # values that neither dmy nor mdy reads; not among their misfits
    differ: int = 0  # values that two hypotheses (decimal signs; dmy and mdy) read differently
    example: str = ""  # one of those
    slips: Mapping[str, str] = field(default_factory=dict)  # hypothesis -> one of its misfits
    spread: Mapping[str, int] = field(default_factory=dict)  # order -> number of years it yields
    marks: tuple[str, ...] = ()  # currencies beside figures
    percent: int = 0
    largest: float = 0.0
    serials: int = 0
    periods: int = 0
    epochs: int = 0
    spelt: int = 0  # values with a word in them: a month's name


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """`reading` None: the user has to choose among `rivals`."""

    reading: str | None
    rivals: tuple[str, ...] = ()
    state: Literal["plain", "proven", "slips", "open", "mixed", "chosen"] = "plain"


def judge(tally: Tally, chosen: str | None = None) -> Verdict:  # noqa: PLR0911 - one for each outcome
    """Plain: all hypotheses agree. Chosen only decides what the column leaves open."""
    misfits = _hypotheses(tally)
    if not tally.differ and not any(misfits.values()):
        return Verdict(reading="", state="plain")
    fitting = tuple(each for each, count in misfits.items() if not count)
    if len(fitting) == 1:
        return Verdict(reading=fitting[0], state="proven")
    if chosen in tally.misfits:
        return Verdict(reading=chosen, state="chosen")
    if fitting and not tally.differ and "ymd" not in fitting:
        return Verdict(reading=fitting[0], state="plain")
    if fitting:
        return Verdict(reading=None, rivals=fitting, state="open")
    best, second = sorted(misfits, key=lambda each: misfits[each])[:2]
    if misfits[best] * SLIPS <= misfits[second]:
        return Verdict(reading=best, state="slips")
    return Verdict(reading=None, rivals=(best, second), state="mixed")


def _hypotheses(tally: Tally) -> dict[str, int]:
    """Hypothesis -> misfits.

    A year of two digits in front is far-fetched where it makes more years than one behind: then it is no
    hypothesis, and what only it can read, such as 31/02/20, is a wrong date and no proof.
    """
    misfits = dict(tally.misfits)
    if "ymd" in misfits:
        behind = [tally.spread[each] for each in ("dmy", "mdy") if tally.spread[each]]
        if behind and tally.spread["ymd"] >= min(behind):
            del misfits["ymd"]
        else:
            misfits |= {each: misfits[each] + tally.only_ymd for each in ("dmy", "mdy")}
    return misfits


# ---------------------------------------------------------------- of values in memory


def tally_numbers(values: Iterable[str]) -> Tally:
    """Over values of a sample."""
    counts = Counter(value for value in values if not is_missing(value))
    read = [(value, read_number(value, _BOTH["."]), read_number(value, _BOTH[","])) for value in counts]
    only = {
        ".": [v for v, point, comma in read if point is None and comma is not None],
        ",": [v for v, point, comma in read if comma is None and point is not None],
    }
    differ = [v for v, point, comma in read if point is not None and comma is not None and point != comma]
    marks = {mark for value in counts if (mark := numbers.mark_of(value)) is not None}
    figures: list[Decimal] = [abs(point or comma or Decimal(0)) for _, point, comma in read]
    return Tally(
        values=counts.total(),
        unread=sum(counts[v] for v, point, comma in read if point is None and comma is None),
        misfits={sign: sum(counts[value] for value in found) for sign, found in only.items()},
        differ=sum(counts[value] for value in differ),
        example=min(differ, key=len, default=""),
        slips={sign: found[0] for sign, found in only.items() if found},
        marks=tuple(sorted(marks)),
        percent=sum(count for value, count in counts.items() if "%" in value),
        largest=float(max(figures, default=0)),
    )


def tally_dates(values: Iterable[str], limits: Limits) -> Tally:
    """Over values of a sample; years out of bounds do not count as readable."""
    counts = Counter(value for value in values if not is_missing(value))
    read = {value: [_day(value, DateForm(order=each), limits) for each in ORDERS] for value in counts}
    misfits = {
        order: [value for value, days in read.items() if days[at] is None and any(days[:2])]
        for at, order in enumerate(ORDERS)
    }
    differ = [value for value, days in read.items() if days[0] and days[1] and days[0] != days[1]]
    serials, periods, epochs = (
        sum(count for value, count in counts.items() if _day(value, DateForm(kind=kind), limits))
        for kind in ("serial", "period", "epoch")
    )
    return Tally(
        values=counts.total(),
        unread=sum(counts[value] for value, days in read.items() if not any(days)),
        misfits={order: sum(counts[value] for value in found) for order, found in misfits.items()},
        only_ymd=sum(counts[value] for value, days in read.items() if days[2] and not any(days[:2])),
        differ=sum(counts[value] for value in differ),
        example=min(differ, key=len, default=""),
        slips={order: found[0] for order, found in misfits.items() if found},
        spread={
            order: len({day.year for days in read.values() if (day := days[at])})
            for at, order in enumerate(ORDERS)
        },
        serials=serials,
        periods=periods,
        epochs=epochs,
        spelt=sum(count for value, count in counts.items() if _WORD.search(value)),
    )


def _day(value: str, form: DateForm, limits: Limits) -> dt.date | None:
    day = read_date(value, form)
    return day if day and limits.first_year <= day.year <= limits.last_year else None


# ---------------------------------------------------------------- of whole columns


def number_tally_sql(column: str) -> tuple[str, ...]:
    """Aggregates over a text column, in the order that `number_tally` reads."""
    point, comma = (number_sql(column, _BOTH[sign]) for sign in SIGNS)
    there = f"NOT {missing_sql(column)}"
    return (
        f"count_if({there})",
        f"count_if({there} AND p IS NULL AND k IS NULL)",
        "count_if(p IS NULL AND k IS NOT NULL)",
        "count_if(k IS NULL AND p IS NOT NULL)",
        "count_if(p <> k)",
        f"any_value({column}) FILTER (p <> k)",
        f"any_value({column}) FILTER (p IS NULL AND k IS NOT NULL)",
        f"any_value({column}) FILTER (k IS NULL AND p IS NOT NULL)",
        f"list(DISTINCT {numbers.mark_sql(column)})",
        f"count_if(contains({column}, '%'))",
        "max(abs(coalesce(p, k)))",
        point,
        comma,
    )


def number_query(column: str, source: str) -> str:
    """One row about a text column of `source` (SQL of a SELECT)."""
    *shown, point, comma = number_tally_sql(column)
    return f"SELECT {', '.join(shown)} FROM (SELECT {column}, {point} AS p, {comma} AS k FROM ({source}))"  # noqa: S608


def number_tally(row: Sequence[Any]) -> Tally:
    values, unread, no_point, no_comma, differ, example, slip_point, slip_comma, marks, percent, largest = row
    slips = {".": slip_point, ",": slip_comma}
    return Tally(  # over no rows at all every count is NULL
        values=values or 0,
        unread=unread or 0,
        misfits={".": no_point or 0, ",": no_comma or 0},
        differ=differ or 0,
        example=example or "",
        slips={sign: value for sign, value in slips.items() if value is not None},
        marks=tuple(sorted({numbers.code_of(mark) for mark in marks or () if mark})),
        percent=percent or 0,
        largest=float(largest or 0),
    )


def date_query(column: str, source: str, limits: Limits) -> str:
    """One row about a text column of `source`. Dates repeat, so each distinct text is read once."""
    forms = [DateForm(order=order, quick=()) for order in ORDERS]
    forms += [DateForm(kind="serial"), DateForm(kind="period"), DateForm(kind="epoch")]
    read = ", ".join(
        f"{date_sql(column, form, limits.first_year, limits.last_year)} AS d{at}"
        for at, form in enumerate(forms)
    )
    some = "(d0 IS NOT NULL OR d1 IS NOT NULL OR d2 IS NOT NULL)"
    behind = "(d0 IS NOT NULL OR d1 IS NOT NULL)"
    misfits = ", ".join(f"sum(n) FILTER (d{at} IS NULL AND {behind})" for at in range(3))
    slips = ", ".join(f"any_value({column}) FILTER (d{at} IS NULL AND {behind})" for at in range(3))
    spreads = ", ".join(f"count(DISTINCT year(d{at}))" for at in range(3))
    return f"""
        SELECT sum(n), sum(n) FILTER (NOT {some}), sum(n) FILTER (d0 <> d1), any_value({column}) FILTER (d0 <> d1),
            {misfits}, {slips}, {spreads}, sum(n) FILTER (d3 IS NOT NULL), sum(n) FILTER (d4 IS NOT NULL),
            sum(n) FILTER (regexp_matches({column}, '\\pL{{3}}')), sum(n) FILTER (d2 IS NOT NULL AND NOT {behind}),
            sum(n) FILTER (d5 IS NOT NULL)
        FROM (
            SELECT {column}, n, {read} FROM (
                SELECT {column}, count(*) AS n FROM ({source}) WHERE NOT {missing_sql(column)} GROUP BY 1
            )
        )"""  # noqa: S608


def date_tally(row: Sequence[Any]) -> Tally:
    values, unread, differ, example, *rest = row
    slips: dict[str, str] = {
        order: value for order, value in zip(ORDERS, rest[3:6], strict=True) if value is not None
    }
    return Tally(
        values=int(values or 0),
        unread=int(unread or 0),
        misfits={order: int(count or 0) for order, count in zip(ORDERS, rest[:3], strict=True)},
        differ=int(differ or 0),
        example=example or "",
        slips=slips,
        spread=dict(zip(ORDERS, rest[6:9], strict=True)),
        serials=int(rest[9] or 0),
        periods=int(rest[10] or 0),
        spelt=int(rest[11] or 0),
        only_ymd=int(rest[12] or 0),
        epochs=int(rest[13] or 0),
    )
