"""From the columns of an export to canonical ledger lines, as one SQL query over the raw tables.

A row that cannot be used comes out with an empty `amount`, so that one streaming pass converts and finds out
whether anything was wrong; only then are the rows looked at one by one (refusals.py).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from kamerton.analytics.lines import COLUMNS
from kamerton.ledger.read import numbers
from kamerton.ledger.read.dates import DateForm, date_sql
from kamerton.ledger.read.model import Limits
from kamerton.ledger.read.numbers import BLANKS, NumberForm, missing_sql, number_sql, tidy_sql
from kamerton.ledger.read.raw import quoted
from kamerton.ledger.read.sampling import Group

TEXT_ROLES = (
    "account", "account_name", "group", "document", "line", "product", "product_name", "category", "seller",
    "currency",
)  # fmt: skip
NUMBER_ROLES = (
    "quantity", "amount", "unit_price", "discount", "discount_amount", "cost", "unit_cost", "profit",
)  # fmt: skip
#: Ids that a detour through floating point may have given a ".0".
ID_ROLES = ("account", "group", "document", "line", "product")
#: A kind that was not among the values seen before: the caller has to look it up and convert again.
UNSEEN = "?"
RATES = "kamerton_rates"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything that is known about a group of tables when it is converted."""

    group: Group
    columns: Mapping[str, int]  # role -> position
    numbers: Mapping[str, NumberForm] = field(default_factory=dict)  # text columns only
    date: DateForm | None = None  # None: the column has a native type
    from_floats: frozenset[str] = frozenset()  # id roles that lose a ".0"
    totals: tuple[str, ...] = ()  # accounts that are the total of all other rows
    protected: frozenset[str] = frozenset()  # text roles written ="00123", so that no spreadsheet spoils them
    tidy: frozenset[str] | None = None  # text roles with blanks around; None: all of them
    kinds: Mapping[str, str] = field(default_factory=dict)  # value, folded by `kind_key` -> kind
    discount_percent: bool = False
    mark_currencies: bool = False  # the currency stands beside the amount
    odd_currencies: bool = False  # signs, not codes, stand in the currency column
    company_currency: str | None = None  # with it amounts are converted by the table RATES

    @property
    def names(self) -> dict[str, str]:
        return {role: self.group.names[at] for role, at in self.columns.items()}

    @property
    def names_currencies(self) -> bool:
        """Whether a line can say which currency it is in; else all are in the company's."""
        return "currency" in self.columns or self.mark_currencies

    @property
    def number_roles(self) -> tuple[str, ...]:
        """Roles whose figures go into a line, in the order in which a bad one is reported."""
        return tuple(role for role in _used_numbers(self.columns) if role in self.columns)


def _used_numbers(columns: Mapping[str, int]) -> tuple[str, ...]:
    cost = next((role for role in ("cost", "unit_cost", "profit") if role in columns), "")
    if "amount" in columns:
        return ("amount", "quantity", cost)
    return ("quantity", "unit_price", "discount", "discount_amount", cost)


def kind_key(value: str) -> str:
    """What values of the kind column are compared by."""
    return value.strip(BLANKS).lower()


# ---------------------------------------------------------------- values


def text_sql(plan: Plan, role: str) -> str:
    """VARCHAR without blanks around, NULL where nothing is left."""
    at = plan.columns[role]
    column = f"c{at}"
    kind = plan.group.type_of(at)
    if kind == "number":
        whole = f"TRY_CAST({column} AS DECIMAL(38, 0))"
        return (
            f"CASE WHEN {whole} = {column} THEN CAST({whole} AS VARCHAR) ELSE CAST({column} AS VARCHAR) END"
        )
    if kind != "text":
        return f"CAST({column} AS VARCHAR)"
    tidied = tidy_sql(column) if plan.tidy is None or role in plan.tidy else column
    if role in plan.from_floats:
        tidied = (
            f"CASE WHEN contains({column}, '.') THEN regexp_replace({tidied}, '\\.0+$', '') ELSE {tidied} END"
        )
    if role in plan.protected:
        tidied = f"""regexp_replace({tidied}, '^="([^"]*)"$', '\\1')"""
    return f"nullif({tidied}, '')"


def figure_sql(plan: Plan, role: str) -> str:
    """DECIMAL(18, 6), NULL where there is none or it cannot be read."""
    at = plan.columns[role]
    if plan.group.type_of(at) == "text":
        return number_sql(f"c{at}", plan.numbers[role])
    return f"TRY_CAST(c{at} AS DECIMAL(18, 6))"


def absent_sql(plan: Plan, role: str) -> str:
    """Whether the cell says that there is no figure."""
    at = plan.columns[role]
    if plan.group.type_of(at) == "text":
        return missing_sql(f"c{at}")
    return f"(c{at} IS NULL OR CAST(c{at} AS VARCHAR) = 'nan')"


def day_sql(plan: Plan, limits: Limits) -> str:
    """DATE, NULL where it cannot be read or is out of bounds."""
    at = plan.columns["date"]
    column = f"c{at}"
    first, last = limits.first_year, limits.last_year
    if plan.date is not None and plan.group.type_of(at) == "text":
        return date_sql(column, plan.date, first, last)
    if plan.group.type_of(at) == "date":
        day = f"TRY_CAST({column} AS DATE)"
        return f"CASE WHEN year({day}) BETWEEN {first} AND {last} THEN {day} END"
    return date_sql(day_text_sql(plan), plan.date or DateForm(), first, last)


def day_text_sql(plan: Plan) -> str:
    """The date column as text: whole numbers stand for yyyymmdd or day counts."""
    at = plan.columns["date"]
    kind = plan.group.type_of(at)
    if kind == "text":
        return f"c{at}"
    return (
        f"CAST(TRY_CAST(trunc(c{at}) AS BIGINT) AS VARCHAR)"
        if kind == "number"
        else f"CAST(c{at} AS VARCHAR)"
    )


def currency_sql(plan: Plan) -> str:
    """ISO code of the line, NULL where it names none."""
    if "currency" in plan.columns:
        text = text_sql(plan, "currency")
        return _code_sql(f"lower({text})") if plan.odd_currencies else f"upper({text})"
    if plan.mark_currencies:
        role = "amount" if "amount" in plan.columns else "unit_price"
        return _code_sql(numbers.mark_sql(f"c{plan.columns[role]}"))
    return "CAST(NULL AS VARCHAR)"


def _code_sql(mark: str) -> str:
    cases = " ".join(
        f"WHEN {quoted(sign)} THEN {quoted(code) if code else 'NULL'}"
        for sign, code in (numbers.SIGNS | dict.fromkeys(numbers.UNITS, "")).items()
    )
    return f"CASE {mark} {cases} ELSE upper({mark}) END"


def fingerprint_sql(plan: Plan) -> str:
    """The whole source row as 63 bits."""
    columns = ", ".join(f"c{at}" for at in range(len(plan.group.names)))
    return f"CAST(hash({columns}) >> 1 AS BIGINT)"


# ---------------------------------------------------------------- lines


def lines_sql(plan: Plan, limits: Limits, *, keep: Collection[str] = tuple(COLUMNS)) -> str:
    """SELECT of canonical lines, one for each row; rows that cannot be used have amount NULL.

    Columns beyond `keep` are there and empty; what they are made of is checked all the same.
    """
    filled = filled_columns(plan, keep)
    shown = ", ".join(
        _canonical(name) if name in filled else f'CAST(NULL AS {kind}) AS "{name}"'
        for name, kind in COLUMNS.items()
    )
    return f"SELECT {shown} FROM ({valued_sql(plan, limits)})"  # noqa: S608


def filled_columns(plan: Plan, keep: Collection[str]) -> frozenset[str]:
    """The columns of `keep` that may hold anything."""
    blank = {role for role in TEXT_ROLES if role not in plan.columns}
    return frozenset(keep) - (blank - {"currency"} if plan.names_currencies else blank)


def _canonical(name: str) -> str:
    if name in {"amount", "original_amount"}:
        return f'CASE WHEN fault IS NULL THEN "{name}" END AS "{name}"'
    return f'"{name}"'


def valued_sql(plan: Plan, limits: Limits, *, records: bool = False, fingerprints: bool = True) -> str:
    """One row for each source row: canonical columns and `fault`, the role that makes it unusable.

    With `records` also `record`, `file` and the raw columns c0, c1, ...
    """
    signed = f"SELECT *, {_fault(plan)} AS base_fault, {_signed(plan)} FROM ({_computed(plan, limits, records, fingerprints)})"  # noqa: S608
    if plan.company_currency is None or not plan.names_currencies:
        fault = "coalesce(base_fault, CASE WHEN signed_amount IS NULL THEN 'amount' END) AS fault"
        same = "signed_amount AS amount, signed_amount AS original_amount, signed_cost AS cost"
        return f"SELECT *, {same}, {fault} FROM ({signed})"  # noqa: S608
    rate = f"CASE WHEN coalesce(currency, {quoted(plan.company_currency)}) = {quoted(plan.company_currency)} THEN 1 ELSE rate END"
    return f"""
        SELECT *, {_times("signed_amount")} AS amount, signed_amount AS original_amount,
            {_times("signed_cost")} AS cost,
            coalesce(base_fault, CASE WHEN signed_amount IS NULL THEN 'amount' WHEN used_rate IS NULL THEN 'currency'
                WHEN {_times("signed_amount")} IS NULL THEN 'amount' END) AS fault
        FROM (
            SELECT s.*, CAST({rate} AS DECIMAL(18, 8)) AS used_rate
            FROM ({signed}) s LEFT JOIN {RATES} r ON r.rate_currency = s.currency AND r.rate_date = s."date"
        )"""  # noqa: S608


def _times(column: str) -> str:
    converted = f"TRY_CAST(CAST({column} AS DECIMAL(28, 6)) * used_rate AS DECIMAL(18, 6))"
    return f"CASE WHEN used_rate = 1 THEN {column} ELSE {converted} END"  # most lines are in the company's currency


def _computed(plan: Plan, limits: Limits, records: bool, fingerprints: bool) -> str:
    """Values of the roles, and whether the figures among them are bad."""
    parts = [
        f'{text_sql(plan, role)} AS "{role}"'
        for role in TEXT_ROLES
        if role in plan.columns and role != "currency"
    ]
    parts.append(f"{currency_sql(plan)} AS currency")
    parts.append(f'{day_sql(plan, limits)} AS "date"')
    parts += [f"{figure_sql(plan, role)} AS n_{role}" for role in plan.number_roles]
    if "quantity" not in plan.number_roles:
        parts.append("CAST(NULL AS DECIMAL(18, 6)) AS n_quantity")
    if "kind" in plan.columns:
        parts.append(f"{_kind_sql(plan)} AS said_kind")
    parts.append(f"{fingerprint_sql(plan) if fingerprints else 'CAST(NULL AS BIGINT)'} AS fingerprint")
    source = plan.group.source(None if fingerprints or records else _needed(plan), records=records)
    everything = f"SELECT *, {', '.join(parts)} FROM ({source})"  # noqa: S608
    return f"SELECT *, n_quantity AS quantity, {_amount(plan)} AS plain_amount, {_cost(plan)} AS plain_cost FROM ({everything})"  # noqa: S608


def _needed(plan: Plan) -> list[int]:
    return sorted(set(plan.columns.values()))


def _kind_sql(plan: Plan) -> str:
    at = plan.columns["kind"]
    key = f"lower({tidy_sql(f'CAST(c{at} AS VARCHAR)')})"
    cases = " ".join(f"WHEN {quoted(value)} THEN {quoted(kind)}" for value, kind in plan.kinds.items())
    blank = f"WHEN {key} IS NULL OR {key} = '' THEN 'sale'"
    return f"CASE {blank} ELSE CASE {key} {cases or 'WHEN NULL THEN NULL'} ELSE {quoted(UNSEEN)} END END"


def _amount(plan: Plan) -> str:
    """Net of discounts: the amount itself, or quantity x price less discounts."""
    if "amount" in plan.columns:
        return "n_amount"
    gross = "TRY_CAST(n_quantity * n_unit_price AS DECIMAL(24, 8))"
    if "discount" in plan.columns:
        rate = "abs(n_discount) / 100" if plan.discount_percent else "abs(n_discount)"
        gross = f"{gross} * (1 - TRY_CAST(coalesce({rate}, 0) AS DECIMAL(12, 8)))"
    if "discount_amount" in plan.columns:
        gross = f"CAST({gross} AS DECIMAL(30, 8)) - sign({gross}) * abs(coalesce(n_discount_amount, 0))"
    return f"TRY_CAST({gross} AS DECIMAL(18, 6))"


def _cost(plan: Plan) -> str:
    if "cost" in plan.columns:
        return "n_cost"
    if "unit_cost" in plan.columns:
        return "TRY_CAST(n_unit_cost * n_quantity AS DECIMAL(18, 6))"
    if "profit" in plan.columns:
        return f"TRY_CAST({_amount(plan)} - n_profit AS DECIMAL(18, 6))"
    return "CAST(NULL AS DECIMAL(18, 6))"


def _fault(plan: Plan) -> str:
    """The first role that makes the row unusable; NULL if none does."""
    cases = ["WHEN \"date\" IS NULL THEN 'date'"]
    total = f'"account" IN ({", ".join(map(quoted, plan.totals))})' if plan.totals else ""
    if total:
        cases.insert(0, f"WHEN {total} THEN 'account'")
    for role in plan.number_roles:
        needed = role in {"amount", "unit_price"} or (role == "quantity" and "amount" not in plan.columns)
        bad = f"n_{role} IS NULL" + ("" if needed else f" AND NOT {absent_sql(plan, role)}")
        cases.append(f"WHEN {bad} THEN '{role}'")
    if "discount" in plan.number_roles:
        cases.append(f"WHEN abs(n_discount) > {100 if plan.discount_percent else 1} THEN 'discount'")
    if total or "discount" in plan.number_roles:  # what is wrong here is found nowhere else
        return f"CASE {' '.join(cases)} END"
    empty = " OR ".join(['"date" IS NULL', *(f"n_{role} IS NULL" for role in plan.number_roles)])
    return f"CASE WHEN {empty} THEN CASE {' '.join(cases)} END END"  # few rows get to the costly questions


def _signed(plan: Plan) -> str:
    """Kind, amount and cost with the signs that the kind asks for."""
    if "kind" in plan.columns:
        back = "said_kind IN ('return', 'cancellation')"
        amount = f"CASE WHEN {back} THEN -abs(plain_amount) ELSE plain_amount END"
        cost = f"CASE WHEN {back} THEN -abs(plain_cost) ELSE plain_cost END"
        kind = "CASE WHEN said_kind = 'sale' AND plain_amount < 0 THEN 'return' ELSE said_kind END"
    elif "quantity" in plan.columns and "amount" in plan.columns:
        back = "n_quantity < 0 AND plain_amount > 0"
        amount = f"CASE WHEN {back} THEN -plain_amount ELSE plain_amount END"
        cost = f"CASE WHEN {back} THEN -abs(plain_cost) ELSE plain_cost END"
        kind = f"CASE WHEN plain_amount < 0 OR ({back}) THEN 'return' ELSE 'sale' END"
    else:
        amount, cost = "plain_amount", "plain_cost"
        kind = "CASE WHEN plain_amount < 0 THEN 'return' ELSE 'sale' END"
    return f"{amount} AS signed_amount, {cost} AS signed_cost, {kind} AS kind"
