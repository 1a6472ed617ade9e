"""Deciding how the columns of an export are written, from tallies of their values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kamerton.ledger.read.dates import ORDERS_IN_WORDS, DateForm, Kind, Order, quick_format, read_date
from kamerton.ledger.read.evidence import Tally, Verdict, judge
from kamerton.ledger.read.model import Choice, Choices, Doubt
from kamerton.ledger.read.numbers import NumberForm, read_number
from kamerton.said import Said

_DECIMALS_IN_WORDS = {".": Said("decimal point"), ",": Said("decimal comma")}
_WHOLLY = 0.9  # share of the values that must fit before a column counts as day counts, or months


@dataclass(frozen=True, kw_only=True)
class Forms:
    """How the mapped text columns are written; what has to be asked; what was assumed."""

    numbers: Mapping[str, NumberForm] = field(default_factory=dict)  # role -> form
    date: DateForm | None = None
    doubts: tuple[Doubt, ...] = ()
    notes: tuple[str, ...] = ()


def decide_forms(
    names: Mapping[str, str],
    numbers: Mapping[str, Tally],
    date: Tally | None,
    dates_seen: Sequence[str],
    choices: Choices,
) -> Forms:
    """Forms of the columns `names` (role -> column name) from their tallies.

    `dates_seen` are values of the date column; they only make the common way of writing fast.
    """
    forms, doubts, notes = _decide_numbers(names, numbers, choices)
    date_form: DateForm | None = None
    if date is not None:
        date_form, asked, said = _decide_date(names["date"], date, dates_seen, choices)
        doubts += asked
        notes += said
    return Forms(numbers=forms, date=date_form, doubts=tuple(doubts), notes=tuple(notes))


# ---------------------------------------------------------------- figures


def _decide_numbers(
    names: Mapping[str, str], tallies: Mapping[str, Tally], choices: Choices
) -> tuple[dict[str, NumberForm], list[Doubt], list[str]]:
    verdicts = {role: judge(tally, choices.decimal) for role, tally in tallies.items()}
    proven = {v.reading for v in verdicts.values() if v.state in {"proven", "slips"}}
    by_file = proven.pop() if len(proven) == 1 else None
    forms: dict[str, NumberForm] = {}
    doubts: list[Doubt] = []
    notes: list[str] = []
    for role, verdict in verdicts.items():
        name, tally = names[role], tallies[role]
        reading = verdict.reading
        if verdict.state == "open" and by_file is not None:
            reading = by_file
            notes.append(_settled_by_file(name, tally, by_file, _prover(names, verdicts)))
        elif reading is None:
            doubts.append(_ask_decimal(name, tally, verdict))
        elif verdict.state == "slips":
            notes.append(_slips(name, tally, reading))
        forms[role] = NumberForm(
            decimal=reading or "",  # type: ignore[arg-type]
            marks=bool(tally.marks),
            percent=role == "discount" and tally.percent > 0,
        )
    return forms, doubts[:1], notes


def _prover(names: Mapping[str, str], verdicts: Mapping[str, Verdict]) -> str:
    return next(names[role] for role, verdict in verdicts.items() if verdict.state in {"proven", "slips"})


def _settled_by_file(name: str, tally: Tally, sign: str, prover: str) -> str:
    return Said(
        '"{name}": {example} is read with a {sign}, because "{prover}" in the same file is written with one.',
        name=name,
        example=tally.example.strip(),
        sign=_DECIMALS_IN_WORDS[sign],
        prover=prover,
    )


def _slips(name: str, tally: Tally, reading: str) -> str:
    count, example = tally.misfits[reading], tally.slips[reading].strip()
    return Said(
        '"{name}": {count} values such as {example} contradict all the others and are refused.',
        name=name,
        count=count,
        example=example,
    )


def _ask_decimal(name: str, tally: Tally, verdict: Verdict) -> Doubt:
    example = (tally.example or next(iter(tally.slips.values()))).strip()
    if verdict.state == "mixed":
        point, comma = tally.slips[","].strip(), tally.slips["."].strip()
        question = Said(
            '"{name}" is written in two ways: {point} has a decimal point, {comma} a decimal '
            "comma. Which one is the column's? Rows that contradict it are refused.",
            name=name,
            point=point,
            comma=comma,
        )
    else:
        question = Said(
            'Is the sign in {example} ("{name}") a decimal sign, or does it separate thousands?',
            example=example,
            name=name,
        )
    return Doubt(
        key="decimal",
        column=name,
        question=question,
        choices=tuple(_decimal_choice(sign, tally) for sign in (".", ",")),
        option="--decimal . or --decimal ,",
    )


def _decimal_choice(sign: str, tally: Tally) -> Choice:
    label = _DECIMALS_IN_WORDS[sign]
    form = NumberForm(decimal=sign, marks=True, percent=True)  # type: ignore[arg-type]
    value = read_number(tally.example, form) if tally.example else None
    if value is not None:
        label = Said("{sign}: {example} is {value}", sign=label, example=tally.example.strip(), value=value)
    return Choice(value=sign, label=label)


# ---------------------------------------------------------------- dates


def _decide_date(
    name: str, tally: Tally, seen: Sequence[str], choices: Choices
) -> tuple[DateForm, list[Doubt], list[str]]:
    kind = _date_kind(tally)
    if kind != "calendar":
        said = {
            "serial": Said(
                '"{name}" holds day counts of a spreadsheet: 43,831 is 1 January 2020.', name=name
            ),
            "period": Said(
                '"{name}" holds months, quarters or weeks: each counts as its first day, a week as its Thursday.',
                name=name,
            ),
            "epoch": Said(
                '"{name}" holds seconds or their fractions since 1970: the day is the one in UTC.', name=name
            ),
        }
        return DateForm(kind=kind, named=tally.spelt > 0), [], [said[kind]]
    verdict = judge(tally, choices.dates)
    order: Order = verdict.reading or ""  # type: ignore[assignment]
    notes = [_slips(name, tally, order)] if verdict.state == "slips" else []
    if _has_short_years(seen):
        notes.append(Said('"{name}": two-digit years are read as 1969 to 2068.', name=name))
    doubts = [_ask_order(name, tally, verdict)] if verdict.reading is None else []
    return DateForm(order=order, quick=_quick(seen, order), named=tally.spelt > 0), doubts, notes


def _date_kind(tally: Tally) -> Kind:
    readable = tally.values - tally.unread
    if tally.serials and tally.serials >= _WHOLLY * tally.values and not readable:
        return "serial"
    if tally.epochs and tally.epochs >= _WHOLLY * tally.values and not readable:
        return "epoch"
    return "period" if tally.periods > readable and tally.periods >= _WHOLLY * tally.values else "calendar"


def _has_short_years(seen: Sequence[str]) -> bool:
    return any((form := quick_format(value, "dmy")) and "%y" in form for value in seen[:200])


def _quick(seen: Iterable[str], order: Order) -> tuple[str, ...]:
    """Formats of at least one value in twenty, the common ones first."""
    formats = Counter(quick_format(value.strip(), order) for value in seen)
    total = sum(formats.values())
    return tuple(form for form, count in formats.most_common(3) if form is not None and count * 20 >= total)


def _ask_order(name: str, tally: Tally, verdict: Verdict) -> Doubt:
    example = (tally.example or next(iter(tally.slips.values()), "")).strip()
    question = Said(
        'Which number in "{name}" is the day? Every value can be read in more than one way.', name=name
    )
    if verdict.state == "mixed":
        first, second = verdict.rivals
        question = Said(
            '"{name}" is written in two ways: {first} can only be {first_order}, {second} only '
            "{second_order}. Which one is the column's? Rows that contradict it are refused.",
            name=name,
            first=tally.slips[second].strip(),
            first_order=ORDERS_IN_WORDS[first],
            second=tally.slips[first].strip(),
            second_order=ORDERS_IN_WORDS[second],
        )
    return Doubt(
        key="dates",
        column=name,
        question=question,
        choices=tuple(_order_choice(order, example) for order in verdict.rivals),
        option=f"--dates {' or --dates '.join(verdict.rivals)}",
    )


def _order_choice(order: str, example: str) -> Choice:
    date = read_date(example, DateForm(order=order))  # type: ignore[arg-type]
    label = ORDERS_IN_WORDS[order]
    if date is not None:
        label = Said("{order}: {example} is {date}", order=label, example=example, date=date)
    return Choice(value=order, label=label)


def shown_form(form: NumberForm | DateForm | None) -> str | None:
    """As an Inspection shows it: dmy, mdy, ymd, serial, period, or a sample figure."""
    if isinstance(form, DateForm):
        return form.order or ("ymd" if form.kind == "calendar" else form.kind)
    if isinstance(form, NumberForm):
        return {".": "1,234.56", ",": "1.234,56", "": "1234"}[form.decimal]
    return None
