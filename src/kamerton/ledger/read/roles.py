"""Which column of a sales export plays which role: from its name, then from its values.

A column plays one role. Where an export names its accounts or products but has no ids for them, the name is the
id: it plays `account` (`product`), and `account_name` (`product_name`) stays free.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from rapidfuzz import fuzz, process

from kamerton.analytics.lines import ROLES
from kamerton.core.refused import Refused
from kamerton.ledger.read.headers import Header, header_key, read_header
from kamerton.ledger.read.identity import kinds_of
from kamerton.ledger.read.model import Choice, Doubt

REQUIRED = ("account", "date", "amount")
_ENOUGH = 0.55  # a role that is less sure than this is left for the user
_EQUAL = 0.02  # two columns this close are equally plausible
_LAST_RESORT = 0.3  # gross amounts, due dates: only where there is nothing better


@dataclass(frozen=True, kw_only=True)
class ColumnProfile:
    """A column as its values show it. Shares are 0 to 1, of all rows (blank) or of the rows that are not blank."""

    name: str
    kind: Literal["text", "number", "date", "empty"]
    distinct_share: float = 0.0
    blank_share: float = 0.0
    integer_share: float = 0.0
    negative_share: float = 0.0
    mean_length: float = 0.0
    min_value: float | None = None
    max_value: float | None = None
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RoleAssignment:
    """`mapping` is role -> column name; `missing` are required roles (amount: or quantity and unit_price)."""

    mapping: dict[str, str]
    confidence: dict[str, float] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()
    notes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


# ---------------------------------------------------------------- names


@dataclass(frozen=True)
class _Rule:
    role: str
    score: float
    needs: frozenset[str]
    bans: frozenset[str]


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MEASURES = _set(
    "QTY PRICE COST PROFIT DISCOUNT TAX PCT CURRENCY BALANCE TARGET RATE MARKUP GROSS SUBTOTAL EXTENDED"
)
_OF_PARTY = _set("PARTY RECIPIENT PAYER RESELLER")
_OF_PRODUCT = _set("PRODUCT SKU ITEM CATEGORY")
_OF_PAPER = _set("INVOICE ORDER DOC LINE DATE TYPE")
_NO_PARTY = (
    _MEASURES
    | _OF_PRODUCT
    | _OF_PAPER
    | _set("SELLER VALUE TOTAL SALES TAXID GROUP PARENT CATEGORY PERIOD LATE")
)
_NO_PRODUCT = _MEASURES | _set(
    "INVOICE ORDER DOC LINE DATE TYPE VALUE TOTAL SALES SELLER CATEGORY GROUP SUB PERIOD NET"
)
_NO_PAPER = _MEASURES | _set(
    "DATE TYPE VALUE TOTAL LINE ITEM PRODUCT SKU SELLER NET NAME DESC CATEGORY GROUP PERIOD"
)
_NO_MONEY = _set(
    "DATE ID NUM NAME TYPE DESC CURRENCY BALANCE TARGET RATE SELLER PERIOD SKU CATEGORY GROUP TAXID PARENT LATE SHIP"
)
_NO_AMOUNT = _NO_MONEY | _set(
    "COST PROFIT DISCOUNT QTY PRICE UNIT PCT TAX MARKUP GROSS PURCHASE STANDARD LIST"
)
_NO_DATE = _MEASURES | _set("VALUE TOTAL NAME TYPE PERIOD") - {"BALANCE"}
_SECONDARY = _set("SHIP LATE")


def _rules() -> tuple[_Rule, ...]:
    """(role, score, concepts that a header must have, concepts that it must not have)."""
    table: list[tuple[str, float, str, frozenset[str]]] = [
        ("account", 1.0, "PARTY ID", _NO_PARTY | _set("SHIP NAME DESC")),
        ("account", 0.98, "PARTY SELLTO", _NO_PARTY - _set("SALES") | _set("NAME DESC")),
        ("account", 0.95, "PARTY ACCOUNT", _NO_PARTY | _set("NAME SHIP")),
        ("account", 0.92, "PARTY BILLTO", _NO_PARTY | _set("NAME DESC")),
        ("account", 0.9, "PARTY", _NO_PARTY | _set("SHIP NAME DESC")),
        ("account", 0.9, "RESELLER ID", _NO_PARTY | _set("NAME DESC")),
        ("account", 0.86, "PARTNER ID", _NO_PARTY | _set("NAME")),
        ("account", 0.84, "ACCOUNT ID", _NO_PARTY | _set("NAME")),
        ("account", 0.8, "RECIPIENT", _NO_PARTY | _set("NAME")),
        ("account", 0.78, "PARTNER", _NO_PARTY | _set("NAME")),
        ("account", 0.78, "RESELLER", _NO_PARTY | _set("NAME")),
        ("account", 0.76, "ACCOUNT", _NO_PARTY | _set("NAME")),
        ("account", 0.7, "PAYER", _NO_PARTY | _set("NAME")),
        ("account", 0.7, "COMPANY", _NO_PARTY | _set("ID")),
        ("account", 0.6, "PARTY SHIP", _NO_PARTY | _set("NAME DESC")),
        ("account", 0.58, "TAXID", _NO_PARTY - _set("TAXID TAX")),
        ("account", 0.56, "NAME", _NO_PARTY | _set("PARTNER ACCOUNT COMPANY SHIP ID NUM") | _OF_PARTY),
        ("account_name", 1.0, "PARTY NAME", _NO_PARTY | _set("SHIP ID")),
        ("account_name", 0.97, "PARTY DESC", _NO_PARTY | _set("SHIP ID")),
        ("account_name", 0.95, "RESELLER NAME", _NO_PARTY),
        ("account_name", 0.93, "PARTNER NAME", _NO_PARTY),
        ("account_name", 0.93, "ACCOUNT NAME", _NO_PARTY),
        ("account_name", 0.9, "COMPANY NAME", _NO_PARTY),
        ("account_name", 0.85, "RECIPIENT NAME", _NO_PARTY),
        ("account_name", 0.8, "PAYER NAME", _NO_PARTY),
        ("account_name", 0.66, "PARTY", _NO_PARTY | _set("SHIP ID")),
        ("account_name", 0.65, "COMPANY", _NO_PARTY | _set("ID")),
        ("account_name", 0.6, "PARTNER", _NO_PARTY | _set("ID")),
        ("account_name", 0.58, "ACCOUNT", _NO_PARTY | _set("ID")),
        ("group", 1.0, "PARENT PARTY", _MEASURES | _OF_PAPER | _OF_PRODUCT | _set("VALUE SALES")),
        ("group", 0.97, "PARENT", _MEASURES | _OF_PAPER | _OF_PRODUCT | _set("VALUE SALES")),
        ("group", 0.8, "COMPANY GROUP", _MEASURES | _OF_PAPER | _OF_PRODUCT | _set("VALUE SALES SELLER")),
        ("group", 0.7, "GROUP", _NO_PARTY - _set("GROUP") | _OF_PARTY | _set("SUB PARTNER ACCOUNT UNIT")),
        ("date", 1.0, "INVOICE DATE", _NO_DATE | _SECONDARY),
        ("date", 0.99, "ISSUE DATE", _NO_DATE | _SECONDARY),
        ("date", 0.985, "SALES DATE", _NO_DATE | _SECONDARY),
        ("date", 0.98, "DOC DATE", _NO_DATE | _SECONDARY),
        ("date", 0.96, "POSTING DATE", _NO_DATE | _SECONDARY),
        ("date", 0.95, "ORDER DATE", _NO_DATE | _SECONDARY),
        ("date", 0.93, "DATE", _NO_DATE | _SECONDARY),
        ("date", 0.62, "PERIOD", _NO_DATE - _set("PERIOD") | _SECONDARY | _set("SALES QTY")),
        ("date", 0.45, "DATE SHIP", _NO_DATE | _set("LATE")),
        ("date", 0.35, "DATE LATE", _NO_DATE),
        ("document", 0.98, "INVOICE ID", _NO_PAPER | _OF_PARTY),
        ("document", 0.96, "DOC ID", _NO_PAPER | _OF_PARTY),
        ("document", 0.94, "ORDER ID", _NO_PAPER | _OF_PARTY),
        ("document", 0.88, "INVOICE", _NO_PAPER | _OF_PARTY),
        ("document", 0.85, "DOC", _NO_PAPER | _OF_PARTY),
        ("document", 0.8, "ORDER", _NO_PAPER | _OF_PARTY),
        ("document", 0.64, "SALES ID", _NO_PAPER | _OF_PARTY),
        ("document", 0.6, "ORDER PARTY ID", _NO_PAPER),
        ("document", 0.6, "NUM", _NO_PAPER | _OF_PARTY | _set("PARTNER ACCOUNT COMPANY UNIT TAXID PURCHASE SHIP")),
        ("line", 0.98, "LINE ID", _MEASURES | _OF_PARTY | _set("DATE VALUE TOTAL TYPE NAME DESC PRODUCT SKU")),
        ("line", 0.95, "INVOICE ITEM", _MEASURES | _OF_PARTY | _set("DATE VALUE TOTAL TYPE NAME DESC")),
        ("line", 0.95, "ORDER ITEM", _MEASURES | _OF_PARTY | _set("DATE VALUE TOTAL TYPE NAME DESC")),
        ("line", 0.95, "DOC ITEM", _MEASURES | _OF_PARTY | _set("DATE VALUE TOTAL TYPE NAME DESC")),
        ("line", 0.85, "LINE", _MEASURES | _OF_PARTY | _set("DATE VALUE TOTAL TYPE NAME DESC PRODUCT SKU")),
        ("product", 1.0, "PRODUCT ID", _NO_PRODUCT | _OF_PARTY | _set("NAME DESC PARTY")),
        ("product", 0.99, "ITEM ID", _NO_PRODUCT | _OF_PARTY | _set("NAME DESC")),
        ("product", 0.95, "SKU", _NO_PRODUCT | _OF_PARTY | _set("NAME DESC")),
        ("product", 0.85, "ITEM", _NO_PRODUCT | _OF_PARTY | _set("NAME DESC")),
        ("product", 0.84, "PRODUCT", _NO_PRODUCT | _OF_PARTY | _set("NAME DESC")),
        ("product_name", 1.0, "PRODUCT NAME", _NO_PRODUCT | _OF_PARTY | _set("ID NUM")),
        ("product_name", 0.99, "ITEM NAME", _NO_PRODUCT | _OF_PARTY | _set("ID NUM")),
        ("product_name", 0.98, "PRODUCT DESC", _NO_PRODUCT | _OF_PARTY | _set("ID NUM")),
        ("product_name", 0.97, "ITEM DESC", _NO_PRODUCT | _OF_PARTY | _set("ID NUM")),
        ("product_name", 0.66, "DESC", _NO_PRODUCT | _OF_PARTY | _set("ID NUM COMPANY ACCOUNT PARTNER")),
        ("product_name", 0.62, "PRODUCT", _NO_PRODUCT | _OF_PARTY | _set("ID NUM SKU")),
        ("product_name", 0.61, "ITEM", _NO_PRODUCT | _OF_PARTY | _set("ID NUM SKU")),
        ("category", 0.96, "PRODUCT CATEGORY", _MEASURES | _OF_PARTY | _set("SUB")),
        ("category", 0.95, "CATEGORY", _MEASURES | _OF_PARTY | _OF_PAPER | _set("SUB ACCOUNT PARTNER SELLER")),
        ("category", 0.94, "PRODUCT GROUP", _MEASURES | _OF_PARTY | _set("SUB")),
        ("category", 0.94, "ITEM GROUP", _MEASURES | _OF_PARTY | _set("SUB")),
        ("category", 0.85, "PRODUCT LINE", _MEASURES | _OF_PARTY | _set("ID NUM ORDER INVOICE DOC")),
        ("category", 0.75, "PRODUCT TYPE", _MEASURES | _OF_PARTY),
        ("category", 0.75, "ITEM TYPE", _MEASURES | _OF_PARTY),
        ("category", 0.65, "SUB CATEGORY", _MEASURES | _OF_PARTY),
        ("category", 0.6, "SUB", _MEASURES | _OF_PARTY | _set("TOTAL VALUE")),
        ("quantity", 0.97, "QTY INVOICE", _set("PRICE COST PROFIT DISCOUNT TAX PCT BALANCE TARGET DATE PARTY VALUE")),
        ("quantity", 0.95, "QTY", _set("PRICE COST PROFIT DISCOUNT TAX PCT BALANCE TARGET DATE VALUE UNIT SHIP")),
        ("quantity", 0.88, "QTY UNIT", _set("PRICE COST PROFIT DISCOUNT TAX PCT BALANCE TARGET DATE VALUE")),
        ("quantity", 0.85, "QTY SHIP", _set("PRICE COST PROFIT DISCOUNT TAX PCT BALANCE TARGET DATE VALUE")),
        ("amount", 1.0, "NET VALUE", _NO_AMOUNT),
        ("amount", 1.0, "NET SALES", _NO_AMOUNT),
        ("amount", 0.97, "NET TOTAL", _NO_AMOUNT),
        ("amount", 0.95, "SALES VALUE", _NO_AMOUNT),
        ("amount", 0.93, "SALES", _NO_AMOUNT | _set("ORDER DOC INVOICE GROUP UNIT")),
        ("amount", 0.93, "LINE TOTAL", _NO_AMOUNT),
        ("amount", 0.92, "LINE VALUE", _NO_AMOUNT),
        ("amount", 0.9, "SUBTOTAL", _NO_AMOUNT),
        ("amount", 0.9, "EXTENDED PRICE", _NO_AMOUNT - _set("PRICE")),
        ("amount", 0.88, "EXTENDED VALUE", _NO_AMOUNT),
        ("amount", 0.88, "NET", _NO_AMOUNT),
        ("amount", 0.86, "VALUE", _NO_AMOUNT | _set("ORDER INVOICE DOC")),
        ("amount", 0.82, "TOTAL PRICE", _NO_AMOUNT - _set("PRICE")),
        ("amount", 0.8, "INVOICE VALUE", _NO_AMOUNT),
        ("amount", 0.78, "DOC VALUE", _NO_AMOUNT),
        ("amount", 0.77, "TOTAL", _NO_AMOUNT | _set("ORDER INVOICE DOC")),
        ("amount", 0.76, "ORDER VALUE", _NO_AMOUNT),
        ("amount", 0.7, "INVOICE TOTAL", _NO_AMOUNT),
        ("amount", 0.68, "DOC TOTAL", _NO_AMOUNT),
        ("amount", 0.66, "ORDER TOTAL", _NO_AMOUNT),
        ("amount", 0.45, "GROSS VALUE", _NO_AMOUNT - _set("GROSS")),
        ("amount", 0.45, "GROSS SALES", _NO_AMOUNT - _set("GROSS")),
        ("amount", 0.43, "GROSS TOTAL", _NO_AMOUNT - _set("GROSS")),
        ("amount", 0.42, "GROSS", _NO_AMOUNT - _set("GROSS")),
        ("unit_price", 1.0, "UNIT PRICE", _NO_MONEY | _set("COST PROFIT DISCOUNT PCT TAX GROSS PURCHASE LIST QTY TOTAL")),
        ("unit_price", 0.93, "NET PRICE", _NO_MONEY | _set("COST PROFIT DISCOUNT PCT TAX GROSS PURCHASE TOTAL EXTENDED")),
        ("unit_price", 0.92, "SALES PRICE", _NO_MONEY | _set("COST PROFIT DISCOUNT PCT TAX GROSS PURCHASE TOTAL EXTENDED")),
        ("unit_price", 0.87, "PRICE", _NO_MONEY | _set("COST PROFIT DISCOUNT PCT TAX GROSS PURCHASE LIST TOTAL EXTENDED")),
        ("unit_price", 0.45, "GROSS PRICE", _NO_MONEY | _set("COST PROFIT DISCOUNT PCT PURCHASE TOTAL EXTENDED")),
        ("discount", 1.0, "DISCOUNT PCT", _set("DATE ID NAME PARTY CATEGORY GROUP VALUE TYPE")),
        ("discount", 0.97, "DISCOUNT RATE", _set("DATE ID NAME PARTY CATEGORY GROUP VALUE TYPE")),
        ("discount", 0.86, "DISCOUNT", _set("DATE ID NAME PARTY CATEGORY GROUP VALUE TYPE TOTAL CURRENCY DESC NUM")),
        ("discount_amount", 1.0, "DISCOUNT VALUE", _set("DATE ID NAME PARTY CATEGORY GROUP TYPE PCT RATE TAX")),
        ("discount_amount", 0.95, "DISCOUNT TOTAL", _set("DATE ID NAME PARTY CATEGORY GROUP TYPE PCT RATE TAX")),
        ("discount_amount", 0.85, "DISCOUNT", _set("DATE ID NAME PARTY CATEGORY GROUP TYPE PCT RATE TAX DESC NUM")),
        ("cost", 0.98, "COST TOTAL", _NO_MONEY | _set("PROFIT DISCOUNT PCT TAX PRICE UNIT")),
        ("cost", 0.97, "COST SALES", _NO_MONEY | _set("PROFIT DISCOUNT PCT TAX PRICE UNIT")),
        ("cost", 0.96, "COST VALUE", _NO_MONEY | _set("PROFIT DISCOUNT PCT TAX PRICE UNIT")),
        ("cost", 0.95, "PURCHASE VALUE", _NO_MONEY | _set("PROFIT DISCOUNT PCT TAX PRICE UNIT ORDER GROSS")),
        ("cost", 0.9, "COST", _NO_MONEY | _set("PROFIT DISCOUNT PCT TAX PRICE UNIT STANDARD")),
        ("unit_cost", 1.0, "COST UNIT", _NO_MONEY | _set("PROFIT DISCOUNT PCT TAX TOTAL")),
        ("unit_cost", 0.98, "COST PRICE", _NO_MONEY | _set("PROFIT DISCOUNT PCT TAX TOTAL EXTENDED")),
        ("unit_cost", 0.97, "PURCHASE PRICE", _NO_MONEY | _set("PROFIT DISCOUNT PCT TAX TOTAL EXTENDED")),
        ("unit_cost", 0.93, "STANDARD COST", _NO_MONEY | _set("PROFIT DISCOUNT PCT TAX TOTAL EXTENDED")),
        ("profit", 0.97, "PROFIT VALUE", _NO_MONEY | _set("DISCOUNT PCT TAX UNIT MARKUP")),
        ("profit", 0.95, "PROFIT", _NO_MONEY | _set("DISCOUNT PCT TAX UNIT MARKUP QTY")),
        ("seller", 1.0, "SELLER NAME", _MEASURES | _OF_PAPER | _OF_PRODUCT | _set("VALUE TOTAL")),
        ("seller", 0.97, "SELLER", _MEASURES | _OF_PAPER | _OF_PRODUCT | _set("VALUE TOTAL ID NUM GROUP")),
        ("seller", 0.9, "SELLER ID", _MEASURES | _OF_PAPER | _OF_PRODUCT | _set("VALUE TOTAL GROUP NAME")),
        ("currency", 0.97, "CURRENCY", _MEASURES - _set("CURRENCY") | _set("VALUE TOTAL DATE NAME SALES")),
        ("currency", 0.8, "CURRENCY NAME", _MEASURES - _set("CURRENCY") | _set("VALUE TOTAL DATE SALES")),
        ("kind", 1.0, "DOC TYPE", _MEASURES | _OF_PARTY | _OF_PRODUCT | _set("DATE SELLER")),
        ("kind", 1.0, "INVOICE TYPE", _MEASURES | _OF_PARTY | _OF_PRODUCT | _set("DATE SELLER")),
        ("kind", 0.95, "SALES TYPE", _MEASURES | _OF_PARTY | _OF_PRODUCT | _set("DATE SELLER")),
        ("kind", 0.95, "ORDER TYPE", _MEASURES | _OF_PARTY | _OF_PRODUCT | _set("DATE SELLER")),
        ("kind", 0.9, "TYPE", _MEASURES | _OF_PARTY | _OF_PRODUCT | _set("DATE SELLER ACCOUNT PARTNER COMPANY UNIT PRICE")),
    ]  # fmt: skip
    return tuple(_Rule(role, score, _set(needs), bans) for role, score, needs, bans in table)


_RULES = _rules()
_EXTRA = 0.02  # taken off for every concept that the rule does not speak of
_SILENT = _set(
    "NUM SALES NAME BILLTO SELLTO PARTNER VALUE LINE PRODUCT ITEM"
)  # extras that say nothing against


def _name_scores(name: str) -> dict[str, float]:
    """Role -> how surely the header alone says so."""
    for header in read_header(name):
        scores = _header_scores(header)
        if scores and max(scores.values()) >= 0.8:
            return scores
    return scores


def _header_scores(header: Header) -> dict[str, float]:
    scores = dict(header.phrases)
    if scores:
        return scores
    if "OTHER" in header.concepts:
        return {}
    for rule in _RULES:
        if rule.needs <= header.concepts and not rule.bans & header.concepts:
            extra = len(header.concepts - rule.needs - _SILENT)
            score = (rule.score - _EXTRA * extra) * header.sure
            scores[rule.role] = max(score, scores.get(rule.role, 0.0))
    return scores


# ---------------------------------------------------------------- values

_Fit = Callable[[ColumnProfile], float]


def _is_number(column: ColumnProfile) -> float:
    return 1.0 if column.kind == "number" else 0.0


def _is_label(column: ColumnProfile) -> float:
    """Ids and labels: text, or whole numbers."""
    if column.kind == "text":
        return 1.0
    return 0.98 if column.kind == "number" and column.integer_share >= 0.99 else 0.0


def _is_text(column: ColumnProfile) -> float:
    return 1.0 if column.kind == "text" else 0.0


def _is_account(column: ColumnProfile) -> float:
    sparse = 0.6 if column.blank_share > 0.9 else 1.0
    return _is_label(column) * sparse


def _is_date(column: ColumnProfile) -> float:
    """A date; or whole numbers that are yyyymmdd, or a spreadsheet's day count."""
    if column.kind != "number" or column.integer_share < 0.99:
        return 1.0 if column.kind == "date" else 0.0
    low, high = column.min_value or 0.0, column.max_value or 0.0
    if low >= 19_000_101 and high <= 21_001_231:
        return 0.96
    return 0.8 if low >= 20_000 and high <= 75_000 else 0.0


def _is_line(column: ColumnProfile) -> float:
    short = column.mean_length <= 12
    return _is_label(column) if short else 0.0


def _is_price(column: ColumnProfile) -> float:
    return _is_number(column) * (0.7 if column.negative_share > 0.5 else 1.0)


def _is_rate(column: ColumnProfile) -> float:
    """Shares of one, or percentages: nothing above 100."""
    if column.kind != "number" or abs(column.max_value or 0.0) > 100 or abs(column.min_value or 0.0) > 100:
        return 0.0
    return 1.0


def _is_currency(column: ColumnProfile) -> float:
    return 1.0 if column.kind == "text" and column.mean_length <= 8 else 0.0


def _is_profit(column: ColumnProfile) -> float:
    """Money; a margin in per cent is none."""
    in_percent = any("%" in sample for sample in column.samples)
    is_share = (
        max(abs(column.max_value or 0.0), abs(column.min_value or 0.0)) <= 1 and column.integer_share < 1
    )
    return 0.0 if in_percent or is_share else _is_number(column)


def _is_kind(column: ColumnProfile) -> float:
    """Half of the values seen must be known kinds of document."""
    seen = kinds_of(sample for sample in column.samples if sample.strip())
    known = sum(kind is not None for kind in seen.values())
    return 1.0 if seen and column.kind != "date" and known * 2 >= len(seen) else 0.0


_FITS: Mapping[str, _Fit] = {
    "account": _is_account,
    "account_name": _is_text,
    "group": _is_label,
    "date": _is_date,
    "document": _is_label,
    "line": _is_line,
    "product": _is_label,
    "product_name": _is_text,
    "category": _is_label,
    "quantity": _is_number,
    "amount": _is_number,
    "unit_price": _is_price,
    "discount": _is_rate,
    "discount_amount": _is_number,
    "cost": _is_number,
    "unit_cost": _is_number,
    "profit": _is_profit,
    "seller": _is_label,
    "currency": _is_currency,
    "kind": _is_kind,
}

# ---------------------------------------------------------------- assignment

_Scores = dict[str, dict[str, float]]  # role -> column -> how surely, by name and values


def assign_roles(columns: Sequence[ColumnProfile], overrides: Mapping[str, str]) -> RoleAssignment:
    """The role of each column. `overrides` (role -> column, "" frees the role) win over everything found.

    Raises Refused for a role or a column that does not exist, with the nearest one that does. A doubt leaves the
    first of the equally plausible columns in `mapping`; the caller decides whether to go on without an answer.
    """
    settled = _settle(columns, overrides)
    taken = set(settled.values())
    free = [column for column in columns if column.name not in taken and column.kind != "empty"]
    scores = _scores(free, barred=set(overrides) | _implied(settled))
    search = _Search(
        free=free, scores=scores, mapping={r: c for r, c in settled.items() if c}, barred=set(overrides)
    )
    search.run()
    order = {role: place for place, role in enumerate(ROLES)}
    mapping = dict(sorted(search.mapping.items(), key=lambda pair: order[pair[0]]))
    return RoleAssignment(
        mapping=mapping,
        confidence={role: 1.0 if role in settled else round(search.confidence[role], 3) for role in mapping},
        doubts=tuple(search.doubts),
        notes=tuple(search.notes),
        missing=_missing(mapping),
    )


def shape_of(names: Sequence[str]) -> str:
    """Fingerprint of a header, whatever its order, case, blanks and punctuation: finds a saved mapping again."""
    return hashlib.sha256("\x1f".join(sorted(header_key(name) for name in names)).encode()).hexdigest()[:24]


def _missing(mapping: Mapping[str, str]) -> tuple[str, ...]:
    by_price = "quantity" in mapping and "unit_price" in mapping
    return tuple(role for role in REQUIRED if role not in mapping and not (role == "amount" and by_price))


def _implied(settled: Mapping[str, str]) -> set[str]:
    """Roles that nothing is looked for because of what the user settled: profit and cost say the same."""
    said = {role for role, column in settled.items() if column}
    return {"cost", "unit_cost", "profit"} - said if said & {"cost", "unit_cost", "profit"} else set()


def _settle(columns: Sequence[ColumnProfile], overrides: Mapping[str, str]) -> dict[str, str]:
    names = [column.name for column in columns]
    by_key: dict[str, list[str]] = {}
    for name in names:
        by_key.setdefault(header_key(name), []).append(name)
    settled = {}
    for role, wanted in overrides.items():
        if role not in ROLES:
            raise Refused(
                f"There is no role {role!r}.", hint=f"{_nearest(role, ROLES)}Roles: {', '.join(ROLES)}."
            )
        alike = by_key.get(header_key(wanted), [])
        if not wanted or wanted in names:
            settled[role] = wanted
        elif len(alike) == 1:
            settled[role] = alike[0]
        else:
            hint = f"{_nearest(wanted, names)}Columns: {', '.join(names)}."
            raise Refused(f"There is no column {wanted!r} for the role {role}.", hint=hint)
    return settled


def _nearest(wanted: str, known: Sequence[str]) -> str:
    near = process.extractOne(wanted, known, scorer=fuzz.WRatio, processor=header_key, score_cutoff=60)
    return f"Did you mean {near[0]!r}? " if near else ""


def _scores(columns: Sequence[ColumnProfile], *, barred: set[str]) -> _Scores:
    scores: _Scores = {role: {} for role in ROLES}
    for column in columns:
        for role, by_name in _name_scores(column.name).items():
            fitting = by_name * _FITS[role](column)
            if role not in barred and fitting >= _LAST_RESORT:
                scores[role][column.name] = fitting
    return scores


@dataclass(kw_only=True)
class _Search:
    """One run of the assignment: `mapping` fills from the surest pair of role and column downwards."""

    free: list[ColumnProfile]
    scores: _Scores
    mapping: dict[str, str]
    barred: set[str]
    confidence: dict[str, float] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def run(self) -> None:
        self._split_discounts()
        self._drop_row_counters()
        self._take_surest()
        self._names_stand_in_for_ids()
        self._last_resorts()
        self._by_values_alone()
        self._unit_or_total_cost()
        self._doubt_equals()
        self._say_what_was_preferred()
        self._say_what_does_not_fit()

    def _column(self, name: str) -> ColumnProfile:
        return next(column for column in self.free if column.name == name)

    def _taken(self) -> set[str]:
        return set(self.mapping.values())

    def _give(self, role: str, name: str, sure: float) -> None:
        self.mapping[role] = name
        self.confidence[role] = min(1.0, sure)

    def _wanted(self, role: str) -> bool:
        return role not in self.mapping and role not in self.barred

    def _split_discounts(self) -> None:
        """A bare discount is a rate where nothing is above 100, and an amount where the values are no rate."""
        for name in set(self.scores["discount"]) & set(self.scores["discount_amount"]):
            column = self._column(name)
            shares = max(abs(column.max_value or 0.0), abs(column.min_value or 0.0)) <= 1
            percent = any("%" in sample for sample in column.samples) or column.integer_share >= 0.5
            loser = "discount_amount" if shares or percent else "discount"
            del self.scores[loser][name]
            if not shares and loser == "discount_amount":
                self.notes.append(f"{name!r} is taken as a discount in per cent, not as an amount.")

    def _drop_row_counters(self) -> None:
        """A counter of the file's rows is not the line of a document: it never repeats while documents do."""
        repeats = [self._column(name).distinct_share for name in self.scores["document"]]
        if repeats and min(repeats) < 0.95:
            kept = {n: s for n, s in self.scores["line"].items() if self._column(n).distinct_share < 0.95}
            self.scores["line"] = kept

    def _take_surest(self) -> None:
        place = {column.name: number for number, column in enumerate(self.free)}
        order = {role: number for number, role in enumerate(ROLES)}
        pairs = [
            (-score, order[role], place[name], role, name)
            for role, by_column in self.scores.items()
            for name, score in by_column.items()
            if score >= _ENOUGH
        ]
        for negative, _, _, role, name in sorted(pairs):
            if self._wanted(role) and name not in self._taken():
                self._give(role, name, -negative)

    def _names_stand_in_for_ids(self) -> None:
        for role, named in (("account", "account_name"), ("product", "product_name")):
            sure = self.confidence.get(named, 0.0)
            if self._wanted(role) and named in self.confidence and (role == "account" or sure >= 0.8):
                self._give(role, self.mapping.pop(named), self.confidence.pop(named) * 0.95)

    def _last_resorts(self) -> None:
        """What is better than nothing: a gross amount, a due or shipping date."""
        by_price = "quantity" in self.mapping and ("unit_price" in self.mapping or self.scores["unit_price"])
        for role in ("date", "unit_price", "amount"):
            left = {n: s for n, s in self.scores[role].items() if n not in self._taken()}
            if (
                not left
                or not self._wanted(role)
                or (role == "amount" and by_price and "unit_price" in self.mapping)
            ):
                continue
            if role == "unit_price" and any(n not in self._taken() for n in self.scores["amount"]):
                continue
            name = max(left, key=lambda n: left[n])
            self._give(role, name, left[name])
            tail = "includes tax" if role != "date" else "is not the date of the sale"
            self.notes.append(f"{name!r} is used as {role} although it {tail}: there is nothing better.")

    def _by_values_alone(self) -> None:
        """Only where no other column could be meant: the one date, the one column of text, the one number."""
        left = [column for column in self.free if column.name not in self._taken()]
        left = [column for column in left if not _name_scores(column.name)]
        self._only_one("date", [column for column in left if column.kind == "date"])
        if all(_is_nameless(column.name) for column in self.free):
            self._only_one("account", [column for column in left if column.kind == "text"])
            if not (_missing(self.mapping) == () or "unit_price" in self.mapping):
                self._only_one("amount", [column for column in left if column.kind == "number"])

    def _only_one(self, role: str, columns: list[ColumnProfile]) -> None:
        if self._wanted(role) and len(columns) == 1:
            self._give(role, columns[0].name, 0.6)
            self.notes.append(
                f"{columns[0].name!r} is taken as {role} from its values: no other column could be meant."
            )
        elif self._wanted(role) and role == "date" and len(columns) > 1:
            self.doubts.append(_doubt(role, columns))

    def _unit_or_total_cost(self) -> None:
        """A bare cost that never exceeds the unit price, while amounts do by far, is the cost of a unit."""
        name = self.mapping.get("cost", "")
        if "cost" not in self.confidence or "unit_cost" in self.mapping or "unit_cost" in self.barred:
            return
        cost, price, amount = (self._highest(role) for role in ("cost", "unit_price", "amount"))
        if (
            header_key(name) in _BARE_COSTS
            and cost
            and price
            and amount
            and cost <= price
            and amount > 3 * price
        ):
            self._give("unit_cost", self.mapping.pop("cost"), self.confidence.pop("cost") * 0.8)
            self.notes.append(f"{name!r} is taken as the cost of one unit: it never exceeds the unit price.")

    def _highest(self, role: str) -> float | None:
        found = [column.max_value for column in self.free if column.name == self.mapping.get(role)]
        return found[0] if found else None

    def _doubt_equals(self) -> None:
        for role in REQUIRED:
            chosen = self.mapping.get(role)
            if role not in self.confidence or chosen not in self.scores[role]:
                continue
            best = self.scores[role][chosen]
            others = self._taken() - {chosen}
            margin = _EQUAL if role != "date" else 0.004
            equal = [n for n, s in self.scores[role].items() if s >= best - margin + 1e-9 and n not in others]
            if len(equal) > 1:
                self.doubts.append(_doubt(role, [self._column(name) for name in equal]))

    def _say_what_was_preferred(self) -> None:
        """Several dates or amounts that another reader could have preferred."""
        doubtful = {doubt.key for doubt in self.doubts}
        for role, near in (("date", 0.08), ("amount", 0.08)):
            chosen = self.mapping.get(role)
            if role not in self.confidence or chosen not in self.scores[role] or f"role:{role}" in doubtful:
                continue
            floor = self.scores[role][chosen] - near
            rivals = [n for n, s in self.scores[role].items() if s >= floor and n not in self._taken()]
            if rivals:
                listed = ", ".join(repr(name) for name in rivals)
                self.notes.append(
                    f"{chosen!r} is used as {role}; {listed} would also be possible (--map {role}=COLUMN)."
                )

    def _say_what_does_not_fit(self) -> None:
        kinds = {"date": "dates", "amount": "numbers"}
        for role in [role for role in _missing(self.mapping) if role in kinds]:
            for column in self.free:
                if _name_scores(column.name).get(role, 0.0) >= 0.8 and column.name not in self._taken():
                    sample = f", {column.samples[0]!r} for one" if column.samples else ""
                    self.notes.append(
                        f"{column.name!r} is named like {role}, but its values are no {kinds[role]}{sample}."
                    )


_BARE_COSTS = frozenset({"cost", "costs", "costo", "costi", "koszt", "затраты", "kosten", "cout", "coste"})


def _is_nameless(name: str) -> bool:
    key = header_key(name)
    return key.isdigit() or key.rstrip("0123456789") in {
        "column",
        "col",
        "unnamed",
        "field",
        "f",
        "c",
        "spalte",
        "",
    }


def _doubt(role: str, columns: Sequence[ColumnProfile]) -> Doubt:
    said = {
        "account": "names the account",
        "date": "is the date of the sale",
        "amount": "is the amount without tax",
    }
    choices = tuple(Choice(value=column.name, label=_example(column)) for column in columns)
    return Doubt(
        key=f"role:{role}",
        column=None,
        question=f"Which column {said[role]}?",
        choices=choices,
        option=f"--map {role}={columns[0].name}",
    )


def _example(column: ColumnProfile) -> str:
    samples = ", ".join(sample for sample in column.samples[:3] if sample)
    return f"{column.name} (for example {samples})" if samples else column.name
