"""Which column of a sales export plays which role: from its name, then from its values.

A column plays one role. Where an export names its accounts or products but has no ids for them, the name is
the id: it plays `account` (`product`), and `account_name` (`product_name`) stays free.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from rapidfuzz import fuzz, process

from kamerton.analytics.lines import ROLES
from kamerton.core.refused import Refused
from kamerton.ledger.read.folding import words
from kamerton.ledger.read.header_concepts import Header, header_key, read_header
from kamerton.ledger.read.identity import kinds_of
from kamerton.ledger.read.model import Choice, Doubt
from kamerton.ledger.read.numbers import CODES
from kamerton.ledger.read.role_rules import RULES
from kamerton.ledger.read.role_words import ROLE_WORDS
from kamerton.said import Said, sentences

REQUIRED = ("account", "date", "amount")
_ENOUGH = 0.55  # a role that is less sure than this is left for the user
_EQUAL = 0.02  # two columns this close are equally plausible
_LAST_RESORT = 0.3  # gross amounts, due dates: only where there is nothing better


@dataclass(frozen=True, kw_only=True)
class ColumnProfile:
    """A column as its values show it. Shares (0 to 1) are of the rows with a value, blanks of all."""

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


_EXTRA = 0.02  # taken off for every concept that the rule does not speak of
#: Concepts that say nothing against a rule that does not speak of them.
_SILENT = frozenset(
    {"NUM", "SALES", "NAME", "BILLTO", "SELLTO", "PARTNER", "VALUE", "LINE", "PRODUCT", "ITEM"}
)


@lru_cache(maxsize=20_000)
def _name_scores(name: str) -> Mapping[str, float]:
    """Role -> how surely the header alone says so."""
    found = []
    for header in read_header(name):
        found.append(_header_scores(header))
        if max(found[-1].values(), default=0.0) >= 0.8:
            return found[-1]
    return max(found[::-1], key=lambda scores: max(scores.values(), default=0.0))


def _header_scores(header: Header) -> dict[str, float]:
    scores = dict(header.phrases)
    if scores:
        return scores
    if "OTHER" in header.concepts:
        return {}
    for rule in RULES:
        if rule.needs <= header.concepts and not rule.bans & header.concepts:
            extra = len(header.concepts - rule.needs - _SILENT)
            score = (rule.sure - _EXTRA * extra) * header.sure
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
    """A date; or whole numbers that are yyyymmdd, seconds since 1970, or a spreadsheet's day count."""
    if column.kind != "number" or column.integer_share < 0.99:
        return 1.0 if column.kind == "date" else 0.0
    low, high = column.min_value or 0.0, column.max_value or 0.0
    if low >= 19_000_101 and high <= 21_001_231:
        return 0.96
    if any(low >= 1_000_000_000 * part and high < 4_200_000_000 * part for part in (1, 1_000, 1_000_000)):
        return 0.9  # seconds since 1970, or thousandths and millionths of them
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

    Raises Refused for a role or a column that does not exist, with the nearest one that does. A doubt leaves
    the first of the equally plausible columns in `mapping`; the caller decides whether to ask.
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
    """Fingerprint of a header, whatever its order, case, blanks and marks: finds a saved mapping again."""
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
                Said("There is no role {role!r}.", role=role),
                hint=sentences(*_nearest(role, ROLES), Said("Roles: {roles}.", roles=", ".join(ROLES))),
            )
        alike = by_key.get(header_key(wanted), [])
        if not wanted or wanted in names:
            settled[role] = wanted
        elif len(alike) == 1:
            settled[role] = alike[0]
        else:
            raise Refused(
                Said(
                    "There is no column {wanted!r} for the role {role}.", wanted=wanted, role=ROLE_WORDS[role]
                ),
                hint=sentences(*_nearest(wanted, names), Said("Columns: {names}.", names=", ".join(names))),
            )
    return settled


def _nearest(wanted: str, known: Sequence[str]) -> list[str]:
    near = process.extractOne(wanted, known, scorer=fuzz.WRatio, processor=header_key, score_cutoff=60)
    return [Said("Did you mean {name!r}?", name=near[0])] if near else []


def _scores(columns: Sequence[ColumnProfile], *, barred: set[str]) -> _Scores:
    scores: _Scores = {role: {} for role in ROLES}
    for column in columns:
        for role, by_name in _name_scores(column.name).items():
            fitting = by_name * _FITS[role](column)
            if role not in barred and fitting >= _LAST_RESORT:
                scores[role][column.name] = fitting
        if "currency" not in barred and _holds_codes(column):
            scores["currency"].setdefault(column.name, 0.6)
    return scores


def _holds_codes(column: ColumnProfile) -> bool:
    """Nothing but ISO codes of currencies, whatever the header says."""
    return bool(column.samples) and all(sample.strip().upper() in CODES for sample in column.samples)


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
        self._drop_accounts_of_the_books()
        self._drop_bare_names()
        self._take_surest()
        self._names_stand_in_for_ids()
        self._last_resorts()
        self._by_values_alone()
        self._unit_or_total_cost()
        self._doubt_equals()
        self._say_what_was_preferred()
        self._say_what_does_not_fit()
        self._warn_of_cancelled_rows()

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
        """A bare discount is a rate where nothing is above 100, else an amount."""
        for name in set(self.scores["discount"]) & set(self.scores["discount_amount"]):
            column = self._column(name)
            shares = max(abs(column.max_value or 0.0), abs(column.min_value or 0.0)) <= 1
            percent = any("%" in sample for sample in column.samples) or column.integer_share >= 0.5
            loser = "discount_amount" if shares or percent else "discount"
            del self.scores[loser][name]
            if not shares and loser == "discount_amount":
                self.notes.append(
                    Said("{name!r} is taken as a discount in per cent, not as an amount.", name=name)
                )

    def _drop_row_counters(self) -> None:
        """A counter of the file's rows is not the line of a document: it never repeats while documents do."""
        repeats = [self._column(name).distinct_share for name in self.scores["document"]]
        if repeats and min(repeats) < 0.95:
            kept = {n: s for n, s in self.scores["line"].items() if self._column(n).distinct_share < 0.95}
            self.scores["line"] = kept

    def _drop_accounts_of_the_books(self) -> None:
        """An account that is no customer's (4000 Sales) has far fewer values than the names beside it."""
        named = [n for n, s in (self.scores["account_name"] | self.scores["account"]).items() if s >= _ENOUGH]
        persons = {
            name for name in named if header_key(name).startswith("contact")
        }  # several of one customer
        most = max((self._variety(n) / (5 if n in persons else 1) for n in named), default=0.0)
        for name in list(self.scores["account"]):
            concepts = read_header(name)[0].concepts
            bare = "ACCOUNT" in concepts and not concepts & {"PARTY", "SELLTO", "BILLTO", "PARTNER"}
            single = len(self._column(name).samples) == 1 < max(len(self._column(n).samples) for n in named)
            if bare and (single or most > 2 * self._variety(name)):
                del self.scores["account"][name]
                self.scores["account_name"].pop(name, None)
                self.notes.append(
                    Said(
                        "{name!r} is not taken as account: it has far fewer values than the names.", name=name
                    )
                )

    def _variety(self, name: str) -> float:
        """How many values differ, as a share of all rows."""
        column = self._column(name)
        return column.distinct_share * (1 - column.blank_share)

    def _drop_bare_names(self) -> None:
        """A column that is only called Name is no account where another one names the accounts."""
        if any(score >= 0.8 for score in self.scores["account_name"].values()):
            self.scores["account"] = {n: s for n, s in self.scores["account"].items() if s > 0.56}

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
            self.notes.append(
                Said(
                    "{name!r} is used as date although it is not the date of the sale: there is nothing better.",
                    name=name,
                )
                if role == "date"
                else Said(
                    "{name!r} is used as {role} although it includes tax: there is nothing better.",
                    name=name,
                    role=ROLE_WORDS[role],
                )
            )

    def _by_values_alone(self) -> None:
        """Only where no other column could be meant: the one date, the one column of text, the one number."""
        fitting = {name for by_column in self.scores.values() for name in by_column}
        left = [column for column in self.free if column.name not in self._taken() | fitting]
        self._only_one("date", [column for column in left if column.kind == "date"])
        if all(_is_nameless(column.name) for column in self.free):
            self._only_one("account", [column for column in left if column.kind == "text"])
            if not (_missing(self.mapping) == () or "unit_price" in self.mapping):
                self._only_one("amount", [column for column in left if column.kind == "number"])

    def _only_one(self, role: str, columns: list[ColumnProfile]) -> None:
        if self._wanted(role) and len(columns) == 1:
            self._give(role, columns[0].name, 0.6)
            self.notes.append(
                Said(
                    "{name!r} is taken as {role} from its values: no other column could be meant.",
                    name=columns[0].name,
                    role=ROLE_WORDS[role],
                )
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
            self.notes.append(
                Said("{name!r} is taken as the cost of one unit: it never exceeds the unit price.", name=name)
            )

    def _highest(self, role: str) -> float | None:
        found = [column.max_value for column in self.free if column.name == self.mapping.get(role)]
        return found[0] if found else None

    def _doubt_equals(self) -> None:
        for role in REQUIRED:
            chosen = self.mapping.get(role)
            if role not in self.confidence or chosen not in self.scores[role]:
                continue
            best = self.scores[role][chosen]
            others = {name for other, name in self.mapping.items() if other not in (role, f"{role}_name")}
            margin = _EQUAL if role != "date" else 0.004
            equal = [n for n, s in self.scores[role].items() if s >= best - margin + 1e-9 and n not in others]
            if len(equal) > 1:
                self.doubts.append(_doubt(role, [self._column(name) for name in equal]))

    def _say_what_was_preferred(self) -> None:
        """Several dates or amounts that another reader could have preferred."""
        doubtful = {doubt.key for doubt in self.doubts}
        for role, near in (("date", 0.055), ("amount", 0.08)):
            chosen = self.mapping.get(role)
            if role not in self.confidence or chosen not in self.scores[role] or f"role:{role}" in doubtful:
                continue
            floor = self.scores[role][chosen] - near
            rivals = [n for n, s in self.scores[role].items() if s >= floor and n not in self._taken()]
            if role == "amount":
                self._warn_of_totals(chosen)
            if rivals:
                self.notes.append(
                    Said(
                        "{chosen!r} is used as {word}; {others} would also be possible (--map {role}=COLUMN).",
                        chosen=chosen,
                        word=ROLE_WORDS[role],
                        others=", ".join(repr(name) for name in rivals),
                        role=role,
                    )
                )

    def _warn_of_totals(self, chosen: str) -> None:
        """The total of a document that stands on each of its lines would be counted many times."""
        concepts = read_header(chosen)[0].concepts
        if (
            concepts & {"ORDER", "INVOICE", "DOC"}
            and "TOTAL" in concepts
            and {"line", "product"} & set(self.mapping)
        ):
            self.notes.append(
                Said(
                    "{chosen!r} may be the total of a whole document, repeated on each of its lines.",
                    chosen=chosen,
                )
            )

    def _warn_of_cancelled_rows(self) -> None:
        """A state is no kind of document: whether a cancelled order was ever a sale is not known here."""
        for column in self.free:
            if "kind" in self.mapping or not _STATES & set(words(column.name)):
                continue
            kinds = kinds_of(sample for sample in column.samples if sample.strip())
            gone = [value for value, kind in kinds.items() if kind == "cancellation"]
            if gone:
                self.notes.append(
                    Said(
                        "{name!r} has rows marked {value!r}: they count like all others. "
                        "Leave them out of the file if they were no sales.",
                        name=column.name,
                        value=gone[0],
                    )
                )

    def _say_what_does_not_fit(self) -> None:
        kinds = {"date": Said("dates"), "amount": Said("numbers")}
        for role in [role for role in _missing(self.mapping) if role in kinds]:
            for column in self.free:
                if _name_scores(column.name).get(role, 0.0) >= 0.8 and column.name not in self._taken():
                    told = {"name": column.name, "role": ROLE_WORDS[role], "kinds": kinds[role]}
                    self.notes.append(
                        Said(
                            "{name!r} is named like {role}, but its values are no {kinds}, {sample!r} for one.",
                            **told,
                            sample=column.samples[0],
                        )
                        if column.samples
                        else Said("{name!r} is named like {role}, but its values are no {kinds}.", **told)
                    )


_STATES = frozenset(
    {"status", "state", "stato", "stan", "статус", "состояние", "statut", "estado", "zustand"}
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
    questions = {
        "account": Said("Which column names the account?"),
        "date": Said("Which column is the date of the sale?"),
        "amount": Said("Which column is the amount without tax?"),
    }
    choices = tuple(Choice(value=column.name, label=_example(column)) for column in columns)
    return Doubt(
        key=f"role:{role}",
        column=None,
        question=questions[role],
        choices=choices,
        option=f"--map {role}={columns[0].name}",
    )


def _example(column: ColumnProfile) -> str:
    samples = ", ".join(sample for sample in column.samples[:3] if sample)
    return (
        Said("{name} (for example {samples})", name=column.name, samples=samples) if samples else column.name
    )
