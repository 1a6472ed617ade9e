"""What an export means: roles, forms and doubts, first from a sample, then from whole columns where needed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import duckdb

from kamerton.ledger.read.continued import filled_down
from kamerton.ledger.read.convert import (
    ID_ROLES,
    TEXT_ROLES,
    UNSEEN,
    Plan,
    absent_sql,
    currency_sql,
    day_text_sql,
    kind_key,
    valued_sql,
)
from kamerton.ledger.read.evidence import (
    Tally,
    date_query,
    date_tally,
    judge,
    number_query,
    number_tally,
    tally_dates,
    tally_numbers,
)
from kamerton.ledger.read.forms import Forms, decide_forms
from kamerton.ledger.read.header_concepts import header_key
from kamerton.ledger.read.identity import kinds_of
from kamerton.ledger.read.model import Choice, Choices, Doubt, Limits, Unreadable
from kamerton.ledger.read.numbers import BLANKS, NumberForm, missing_sql, read_number, tidy_sql
from kamerton.ledger.read.raw import RawTable, quoted
from kamerton.ledger.read.roles import ColumnProfile, RoleAssignment, assign_roles
from kamerton.ledger.read.sampling import Group, Sample, group_tables, profile, take_sample
from kamerton.said import Said

Connection = duckdb.DuckDBPyConnection

_WHOLE = re.compile(r"-?[0-9]+(\.0*)?")
_SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+)?E\+?[0-9]{1,3}", re.IGNORECASE)
#: Headers of the number of pieces that a price is for.
_PRICE_UNITS = frozenset(
    {"preiseinheit", "preiseinh", "peinh", "kpein", "priceunit", "priceper", "pricingunit", "preispro"}
)
_PROTECTED = re.compile(r'="[^"]*"')
_KIND_CODE = re.compile(r"[A-Z0-9]{1,4}")
_CODE = re.compile(r"[A-Za-z]{3}")


@dataclass(kw_only=True)
class GroupStudy:
    """A group with what is known of it. Tallies start from the sample and are replaced by whole columns."""

    group: Group
    sample: Sample
    columns: dict[str, int]
    numbers: dict[str, Tally]
    date: Tally | None
    kinds: dict[str, str | None]  # value of the kind column -> kind
    forms: Forms
    plan: Plan
    notes: list[str]


@dataclass(kw_only=True)
class Study:
    tables: tuple[RawTable, ...]
    profiles: tuple[ColumnProfile, ...]
    roles: RoleAssignment
    groups: list[GroupStudy]
    first_rows: tuple[tuple[str, ...], ...] = ()
    currencies: tuple[str, ...] = ()  # set where they are a question

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """Each question once, whatever the number of files that ask it."""
        found = [*self.roles.doubts, *(doubt for each in self.groups for doubt in each.forms.doubts)]
        if len(self.currencies) > 1:
            found.append(currency_doubt(self.currencies))
        return tuple({doubt.key: doubt for doubt in reversed(found)}.values())[::-1]

    @property
    def notes(self) -> tuple[str, ...]:
        found = [note for table in self.tables for note in table.notes]
        found += self.roles.notes
        for each in self.groups:
            found += [*each.forms.notes, *each.notes]
        return tuple(dict.fromkeys(found))


def study(tables: Sequence[RawTable], choices: Choices, limits: Limits, con: Connection) -> Study:
    """From samples, and from whole columns where a sample leaves two readings open.

    Nothing is planned for tables that lack a required role: see `Study.roles.missing`.
    """
    groups = group_tables(tables)
    samples = [take_sample(group, con) for group in groups]
    profiles = _profiles(groups, samples)
    roles = assign_roles(profiles, choices.mapping)
    _require_price_of_one(profiles, roles)
    roles = replace(roles, doubts=tuple(doubt for doubt in roles.doubts if _meet(doubt, groups)))
    result = Study(
        tables=tuple(tables), profiles=profiles, roles=roles, groups=[], first_rows=samples[0].rows
    )
    if roles.missing:
        return result
    for group, sample in zip(groups, samples, strict=True):
        mapping = _mapping_for(group, sample, roles, choices)
        whole = filled_down(group, sample, mapping)
        if whole is not None:
            group, sample = whole, take_sample(whole, con)  # noqa: PLW2901
            result.tables = tuple(_swapped(result.tables, whole))
        result.groups.append(_study_group(group, sample, mapping, choices, limits, con))
    return result


def _swapped(tables: Sequence[RawTable], group: Group) -> list[RawTable]:
    """The tables with those of the group in the place of what they were made of."""
    made = {table.file: table for table in group.tables}
    return [made.get(table.file, table) for table in tables]


def _require_price_of_one(profiles: Sequence[ColumnProfile], roles: RoleAssignment) -> None:
    """Raise Unreadable where amounts would be made of prices that are per 100 pieces, or the like."""
    if "amount" in roles.mapping or "unit_price" not in roles.mapping:
        return
    for column in profiles:
        if header_key(column.name) in _PRICE_UNITS and (column.max_value or 0) > 1:
            raise Unreadable(
                Said(
                    '"{price}" is the price of as many pieces as "{unit}" says, up to {pieces}, and no column has '
                    "the amount. Nothing was read.",
                    price=roles.mapping["unit_price"],
                    unit=column.name,
                    pieces=f"{column.max_value:,.0f}",
                ),
                code="price_unit",
                hint=Said("Export the amount of each line as well, or divide the price in a .sql file."),
            )


def _meet(doubt: Doubt, groups: Sequence[Group]) -> bool:
    """Whether a table has two of the columns to choose from: what never meets is one column under two names."""
    names = {choice.value.casefold() for choice in doubt.choices}
    return any(len(names & {name.casefold() for name in group.names}) > 1 for group in groups)


def _profiles(groups: Sequence[Group], samples: Sequence[Sample]) -> tuple[ColumnProfile, ...]:
    """One for each column name, over all tables that have it."""
    values: dict[str, list[str]] = {}
    types: dict[str, str] = {}
    shown: dict[str, str] = {}
    for group, sample in zip(groups, samples, strict=True):
        for at, name in enumerate(group.names):
            key = name.casefold()
            shown.setdefault(key, name)
            values.setdefault(key, []).extend(sample.column(at))
            kind = group.type_of(at)
            types[key] = kind if types.get(key, kind) == kind else "text"
    return tuple(profile(shown[key], types[key], found) for key, found in values.items())  # type: ignore[arg-type]


def _mapping_for(group: Group, sample: Sample, roles: RoleAssignment, choices: Choices) -> dict[str, int]:
    """role -> position: as in all tables together, or found anew where this one has other columns."""
    places = {name.casefold(): at for at, name in enumerate(group.names)}
    mapping = {role: name for role, name in roles.mapping.items() if name.casefold() in places}
    if _lacks(mapping):
        found = [profile(name, group.type_of(at), sample.column(at)) for at, name in enumerate(group.names)]
        known = {
            role: name for role, name in choices.mapping.items() if not name or name.casefold() in places
        }
        mapping = assign_roles(found, known).mapping
    return {role: places[name.casefold()] for role, name in mapping.items()}


def _lacks(mapping: Mapping[str, str]) -> bool:
    priced = "amount" in mapping or {"quantity", "unit_price"} <= mapping.keys()
    return not ({"account", "date"} <= mapping.keys() and priced)


# ---------------------------------------------------------------- one group


def _study_group(
    group: Group, sample: Sample, columns: dict[str, int], choices: Choices, limits: Limits, con: Connection
) -> GroupStudy:
    bare = Plan(group=group, columns=columns)
    texts = [role for role in bare.number_roles if group.type_of(columns[role]) == "text"]
    date = None
    if group.type_of(columns["date"]) != "date":
        date = tally_dates(_day_texts(group, sample, columns["date"]), limits)
    result = GroupStudy(
        group=group,
        sample=sample,
        columns=columns,
        numbers={role: tally_numbers(sample.column(columns[role])) for role in texts},
        date=date,
        kinds=_sample_kinds(sample, columns),
        forms=Forms(),
        plan=bare,
        notes=[],
    )
    _count_open_columns(result, limits, con)
    plan_group(result, choices)
    _settle_ids(result, con)
    return result


def _day_texts(group: Group, sample: Sample, at: int) -> list[str]:
    values = sample.column(at)
    return [value.split(".")[0] for value in values] if group.type_of(at) == "number" else values


def _sample_kinds(sample: Sample, columns: Mapping[str, int]) -> dict[str, str | None]:
    if "kind" not in columns:
        return {}
    return dict(kinds_of({value for value in sample.column(columns["kind"]) if value.strip(BLANKS)}))


def _count_open_columns(study: GroupStudy, limits: Limits, con: Connection) -> None:
    """Whole columns where the sample is not enough, unless the sample is the whole already."""
    for role, tally in study.numbers.items():
        if judge(tally).reading is None or (role == "discount" and "amount" not in study.columns):
            study.numbers[role] = count_numbers(study, role, con)
    if study.date is not None and judge(study.date).reading is None:
        study.date = count_dates(study, limits, con)


def count_numbers(study: GroupStudy, role: str, con: Connection) -> Tally:
    """Scans the column."""
    at = study.columns[role]
    row = con.execute(number_query(f"c{at}", study.group.source([at]))).fetchone()
    return number_tally(row or ())


def count_dates(study: GroupStudy, limits: Limits, con: Connection) -> Tally:
    """Scans the column."""
    at = study.columns["date"]
    source = f"SELECT {day_text_sql(study.plan)} AS c{at} FROM ({study.group.source([at])})"  # noqa: S608
    return date_tally(con.execute(date_query(f"c{at}", source, limits)).fetchone() or ())


def plan_group(study: GroupStudy, choices: Choices) -> None:
    """Decide from the tallies as they are; sets `forms` and `plan`."""
    names = study.plan.names
    seen = _day_texts(study.group, study.sample, study.columns["date"]) if study.date else []
    study.forms = decide_forms(names, study.numbers, study.date, seen, choices)
    percent, said = _discount(study)
    study.plan = replace(
        study.plan,
        numbers=study.forms.numbers,
        date=study.forms.date,
        kinds={kind_key(value): _kind(value, kind, choices) for value, kind in study.kinds.items()},
        discount_percent=percent,
        protected=_protected(study),
        mark_currencies=_marks_currencies(study),
        odd_currencies=_has_odd_currencies(study),
        company_currency=choices.company_currency,
    )
    study.forms = replace(
        study.forms,
        doubts=(*study.forms.doubts, *_ask_kinds(study, choices)),
        notes=(*study.forms.notes, *said, *_notes(study, choices)),
    )


def _protected(study: GroupStudy) -> frozenset[str]:
    places = {role: at for role, at in study.columns.items() if role in TEXT_ROLES}
    return frozenset(
        role
        for role, at in places.items()
        if any(_PROTECTED.fullmatch(value.strip(BLANKS)) for value in study.sample.column(at))
    )


def _kind(value: str, found: str | None, choices: Choices) -> str:
    chosen = {kind_key(key): kind for key, kind in choices.kinds.items()}
    return chosen.get(kind_key(value)) or found or "sale"


def _marks_currencies(study: GroupStudy) -> bool:
    role = "amount" if "amount" in study.columns else "unit_price"
    return "currency" not in study.columns and bool(study.numbers.get(role, Tally()).marks)


def _has_odd_currencies(study: GroupStudy) -> bool:
    if "currency" not in study.columns:
        return False
    values = {value.strip(BLANKS) for value in study.sample.column(study.columns["currency"])}
    return any(value and not _CODE.fullmatch(value) for value in values)


def _discount(study: GroupStudy) -> tuple[bool, list[str]]:
    """Whether the discount is written in per cent, from the whole column."""
    if "discount" not in study.plan.number_roles:
        return False, []
    at = study.columns["discount"]
    name = study.group.names[at]
    tally = study.numbers.get("discount") or tally_numbers(study.sample.column(at))
    if tally.percent or tally.largest > 1:
        return True, [Said('"{name}" is read in per cent: 10 means 10 %.', name=name)]
    if tally.largest == 1 or not tally.largest:
        return False, [
            Said('"{name}" is read as a share: 0.1 means 10 %, 1 means 100 %.', name=name)
        ] if tally.largest else []
    return False, [Said('"{name}" is read as a share: 0.1 means 10 %.', name=name)]


def _notes(study: GroupStudy, choices: Choices) -> list[str]:
    notes: list[str] = []
    names = study.plan.names
    if "amount" in names:
        given = [names[role] for role in ("discount", "discount_amount") if role in names]
        notes += [
            Said(
                '"{name}" is not taken off: "{amount}" is taken to be net of it.',
                name=name,
                amount=names["amount"],
            )
            for name in given
        ]
    unknown = sorted(
        value for value, kind in study.kinds.items() if kind is None and _unchosen(value, choices)
    )
    if unknown:
        listed = ", ".join(unknown[:10])
        notes.append(
            Said(
                '"{name}": these kinds are not known and count as sales: {listed}.',
                name=names["kind"],
                listed=listed,
            )
        )
    if _has_unsigned_returns(study):
        notes.append(
            Said(
                '"{amount}" has no minus where "{quantity}" has one: these rows are taken as returns.',
                amount=names["amount"],
                quantity=names["quantity"],
            )
        )
    return notes


def _figures(study: GroupStudy, role: str) -> list[Decimal | None]:
    """Of the sample, row by row."""
    form = study.plan.numbers.get(role, NumberForm(decimal="."))
    return [read_number(value, form) for value in study.sample.column(study.columns[role])]


def _has_unsigned_returns(study: GroupStudy) -> bool:
    if "kind" in study.columns or not {"amount", "quantity"} <= study.columns.keys():
        return False
    pairs = zip(_figures(study, "quantity"), _figures(study, "amount"), strict=True)
    return any(quantity and amount and quantity < 0 < amount for quantity, amount in pairs)


def _ask_kinds(study: GroupStudy, choices: Choices) -> tuple[Doubt, ...]:
    """Codes of documents that nobody knows, where no figure of the sample has a minus that tells returns."""
    codes = [
        value
        for value, kind in study.kinds.items()
        if kind is None and _KIND_CODE.fullmatch(value.strip(BLANKS)) and _unchosen(value, choices)
    ]
    signed = [role for role in ("amount", "quantity") if role in study.columns]
    if not codes or any(figure and figure < 0 for role in signed for figure in _figures(study, role)):
        return ()
    return tuple(_ask_kind(study.plan.names["kind"], value.strip(BLANKS)) for value in sorted(codes))


def _ask_kind(name: str, value: str) -> Doubt:
    labels = {
        "sale": Said("a sale"),
        "return": Said("a return or a credit note: its amount is taken off"),
        "cancellation": Said("a cancellation: its amount is taken off"),
    }
    return Doubt(
        key=f"kind:{value}",
        column=name,
        question=Said('What is a document of the kind "{value}"?', value=value),
        choices=tuple(Choice(value=kind, label=label) for kind, label in labels.items()),
        option=f"--kind {value}=return",
    )


def _unchosen(value: str, choices: Choices) -> bool:
    return kind_key(value) not in {kind_key(key) for key in choices.kinds}


# ---------------------------------------------------------------- ids


def _settle_ids(study: GroupStudy, con: Connection) -> None:
    """Ids that passed through floats lose their ".0" if the whole column consists of whole numbers."""
    found = set()
    for role in ID_ROLES:
        at = study.columns.get(role)
        if at is None or study.group.type_of(at) != "text":
            continue
        values = [value.strip(BLANKS) for value in study.sample.column(at) if value.strip(BLANKS)]
        if any(_SCIENTIFIC.fullmatch(value) for value in values):
            name = study.group.names[at]
            study.notes.append(
                Said(
                    '"{name}" has ids such as 1.02E+05: a spreadsheet has spoilt them. They stay as they '
                    "are.",
                    name=name,
                )
            )
        suspect = all(map(_WHOLE.fullmatch, values)) and any("." in value for value in values)
        if suspect and count_odd_ids(study, role, con) == 0:
            found.add(role)
            name = study.group.names[at]
            study.notes.append(
                Said('"{name}": 10234.0 is read as 10234, because all ids are whole numbers.', name=name)
            )
    study.plan = replace(study.plan, from_floats=frozenset(found))


def count_odd_ids(study: GroupStudy, role: str, con: Connection) -> int:
    """How many ids are no whole numbers. Scans the column."""
    at = study.columns[role]
    text = tidy_sql(f"c{at}")
    odd = f"{text} <> '' AND NOT regexp_full_match({text}, '-?[0-9]+(\\.0*)?')"
    row = con.execute(f"SELECT count_if({odd}) FROM ({study.group.source([at])})").fetchone()  # noqa: S608
    return int(row[0]) if row else 0


def dirty_text_roles(study: GroupStudy) -> frozenset[str]:
    """Text roles with blanks around values in the sample."""
    return frozenset(
        role
        for role in TEXT_ROLES
        if role in study.columns
        and any(value != value.strip(BLANKS) for value in study.sample.column(study.columns[role]))
    )


# ---------------------------------------------------------------- what the sample did not show


def learn_kinds(study: GroupStudy, choices: Choices, con: Connection) -> bool:
    """Look all values of the kind column up; whether there were new ones. Scans the column."""
    at = study.columns["kind"]
    source = study.group.source([at])
    rows = con.execute(f"SELECT DISTINCT CAST(c{at} AS VARCHAR) FROM ({source})").fetchall()  # noqa: S608
    values = {value for (value,) in rows if value is not None and value.strip(BLANKS)}
    new = values - study.kinds.keys()
    study.kinds |= kinds_of(new)
    plan_group_again(study, choices)
    return bool(new)


def plan_group_again(study: GroupStudy, choices: Choices) -> None:
    """As plan_group, keeping what was found out about ids."""
    kept = study.plan
    plan_group(study, choices)
    study.plan = replace(study.plan, from_floats=kept.from_floats, tidy=kept.tidy, totals=kept.totals)


def gather_faults(study: GroupStudy, table: str, limits: Limits, con: Connection) -> dict[str, int]:
    """Fill `table` with the rows that cannot be used; the count of each fault. Scans the files.

    Its columns: record, file, fault, said_kind, day, and the raw columns that have a role, with the first one.
    """
    columns = sorted({0, *study.columns.values()})
    shown = ", ".join(f"c{at}" for at in columns)
    kind = "said_kind" if "kind" in study.columns else "NULL"
    query = valued_sql(study.plan, limits, records=True, fingerprints=False)
    con.execute(
        f"CREATE OR REPLACE TABLE {table} AS "  # noqa: S608
        f'SELECT record, file, fault, {kind} AS said_kind, "date" AS day, {shown} FROM ({query}) '
        f"WHERE fault IS NOT NULL{f' OR said_kind = {quoted(UNSEEN)}' if 'kind' in study.columns else ''}"
    )
    rows = con.execute(f"SELECT fault, count(*) FROM {table} WHERE fault IS NOT NULL GROUP BY 1").fetchall()  # noqa: S608
    return dict(rows)


def learn_forms(study: GroupStudy, faults: str, choices: Choices, limits: Limits, con: Connection) -> bool:
    """Whether the rows in the table `faults` show that columns are written in other ways than was thought.

    Scans each column that other forms could read once more.
    """
    before = study.plan
    for role in study.numbers:
        at = study.columns[role]
        bad = f"SELECT c{at} FROM {faults} WHERE fault = '{role}' AND NOT {absent_sql(study.plan, role)}"  # noqa: S608
        tally = number_tally(con.execute(number_query(f"c{at}", bad)).fetchone() or ())
        if tally.values > tally.unread:
            study.numbers[role] = count_numbers(study, role, con)
    if study.date is not None:
        at = study.columns["date"]
        text = day_text_sql(study.plan)
        bad = f"SELECT {text} AS c{at} FROM {faults} WHERE fault = 'date' AND NOT {missing_sql(text)}"  # noqa: S608
        tally = date_tally(con.execute(date_query(f"c{at}", bad, limits)).fetchone() or ())
        if tally.values > tally.unread or tally.serials or tally.periods or tally.epochs:  # others read them
            study.date = count_dates(study, limits, con)
    plan_group_again(study, choices)
    return study.plan != before or bool(study.forms.doubts)


def learn_odd_ids(study: GroupStudy, lines: str, con: Connection) -> bool:
    """Whether ids that were whole numbers in the sample turned out to have a ".0" further down."""
    if len(study.sample.rows) == 0:
        return False
    found = set()
    for role in ("account", "document"):
        at = study.columns.get(role)
        if at is None or role in study.plan.from_floats or study.group.type_of(at) != "text":
            continue
        values = [value.strip(BLANKS) for value in study.sample.column(at) if value.strip(BLANKS)]
        whole = bool(values) and all(value.isdecimal() for value in values)
        if whole and _ends_in_zero(role, lines, con) and count_odd_ids(study, role, con) == 0:
            found.add(role)
    study.plan = replace(study.plan, from_floats=study.plan.from_floats | found)
    return bool(found)


def _ends_in_zero(role: str, lines: str, con: Connection) -> bool:
    row = con.execute(f"SELECT bool_or(ends_with({role}, '.0')) FROM {lines}").fetchone()  # noqa: S608
    return bool(row and row[0])


def count_currencies(found: Study, con: Connection) -> None:
    """Set `currencies` of files whose lines carry their own. Scans the columns that tell."""
    seen: set[str] = set()
    for each in found.groups:
        if "currency" in each.columns or each.plan.mark_currencies:
            query = f"SELECT DISTINCT {currency_sql(each.plan)} FROM ({each.group.source()})"  # noqa: S608
            seen |= {code for (code,) in con.execute(query).fetchall() if code}
    found.currencies = tuple(sorted(seen))


def currency_doubt(currencies: Sequence[str]) -> Doubt:
    return Doubt(
        key="company_currency",
        column=None,
        question=Said(
            "The lines are in {count} currencies ({currencies}). Which one is the company's? "
            "Dated rates are needed for the others.",
            count=len(currencies),
            currencies=", ".join(currencies[:8]),
        ),
        choices=tuple(Choice(value=code, label=Said("figures in {code}", code=code)) for code in currencies),
        option=f"--currency {currencies[0]} --rates FILE",
    )
