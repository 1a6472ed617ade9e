"""From the company's profile to a question, and from an analysis to what a snapshot keeps. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import Any

from kamerton.analytics import attention
from kamerton.analytics.model import AccountFigures, Amounts, Analysis, Basis, Thresholds

Stored = str | int | float | bool | None

#: Pairs of Thresholds and the two columns of Profile that hold each.
PAIRS: Mapping[str, tuple[str, str]] = {
    "key_share_norm": ("key_share_low", "key_share_high"),
    "abc": ("abc_a", "abc_b"),
    "xyz": ("xyz_x", "xyz_y"),
}
#: The columns of AccountFigure that `outlook.rows` fills.
OUTLOOK_COLUMNS = (
    "risk", "risk_lost", "risk_method", "at_risk", "is_at_risk", "health", "health_standing", "health_change",
    "risk_before", "health_before",
)  # fmt: skip
#: The columns of AccountFigure: those that `account_row` fills, in its order, and what is told of the future.
ROW_COLUMNS = (
    "account", "name", "group", "seller", "search_text", "rank", "turnover", "cost", "income",
    "share_turnover", "share_income", "window_turnover", "window_income", "window_share_turnover",
    "window_share_income", "previous_turnover", "previous_income", "basis_amount", "basis_before",
    "basis_change", "basis_share", "growth_rate", "turnover_growth", "margin", "abc", "xyz", "is_key",
    "reasons", "dependency", "warnings", "margin_falling", "low_income", "is_slipping", "is_lost",
    "is_neglected", "state", "returned", "gross", "returns_rate", "first_date", "last_date", "last_purchase",
    "silent_days",
    "usual_gap_days", "long_gap_days", "purchase_days", "documents", "lifetime_value", "lifetime_method",
    "p_alive", *OUTLOOK_COLUMNS,
)  # fmt: skip
SERIES_COLUMNS = ("by_year", "growth", "months", "families", "outlook")
_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_LONGEST = 500  # characters of a name in the database; longer ones are cut, ids are refused by the reader


def thresholds_of(columns: Mapping[str, Any]) -> Thresholds:
    """Thresholds from the columns of Profile."""
    plain: dict[str, Any] = {
        field.name: columns[field.name] for field in fields(Thresholds) if field.name not in PAIRS
    }
    paired: dict[str, Any] = {name: (columns[low], columns[high]) for name, (low, high) in PAIRS.items()}
    return Thresholds(**plain, **paired)


def disorder(columns: Mapping[str, Any]) -> tuple[str, str] | None:
    """Two columns that stand in the wrong order, if any: a critical line under the key line is none."""
    ordered = [("share_key", "share_critical"), ("share_critical", "share_mono"), *PAIRS.values()]
    ordered += [("innovator", "early_adopter"), ("health_poor", "health_good")]
    return next(((low, high) for low, high in ordered if columns[low] > columns[high]), None)


def profile_to_json(basis: Basis, thresholds: Thresholds) -> dict[str, Any]:
    return {"basis": basis, **plain(asdict(thresholds))}


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON: equal values, equal digests."""
    return hashlib.sha256(compact(value).encode()).hexdigest()


def compact(value: Any) -> str:
    """Canonical JSON. Raises ValueError for infinite floats and NaN, which are no JSON."""
    return _ENCODER.encode(value)


def as_of_for(asked: dt.date | None, last_date: dt.date, today: dt.date) -> dt.date:
    """The date of a snapshot: the one asked for, else the last one with data, but never in the future."""
    return asked or min(last_date, today)


def plain(value: Any) -> Any:
    """What JSON can hold: amounts and dates as text, floats as they are, keys as text."""
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, dt.date) else value


def analysis_to_json(analysis: Analysis) -> dict[str, Any]:
    """Everything about the company as a whole; the accounts have their own rows."""
    apart = {"accounts", "thresholds"}
    names = (field.name for field in fields(analysis) if field.name not in apart)
    return {name: plain(_tree(getattr(analysis, name))) for name in names}


def _tree(value: Any) -> Any:
    if hasattr(value, "__dataclass_fields__"):
        return asdict(value)
    if isinstance(value, Mapping):
        return {key: _tree(part) for key, part in value.items()}
    return [_tree(part) for part in value] if isinstance(value, tuple) else value


@dataclass(frozen=True, kw_only=True)
class Lists:
    """Ids of the accounts on each list that asks for attention."""

    slipping: frozenset[str]
    lost: frozenset[str]
    neglected: frozenset[str]


def lists_of(analysis: Analysis) -> Lists:
    """Every account of the lists, as analytics.attention defines them."""
    every = max(len(analysis.accounts), 1)
    return Lists(
        slipping=frozenset(each.account for each in attention.slipping(analysis, limit=every)),
        lost=frozenset(each.account for each in attention.lost(analysis, limit=every)),
        neglected=frozenset(each.account for each in attention.neglected(analysis, limit=every)),
    )


def account_row(
    figures: AccountFigures, basis: Basis, lists: Lists, seller: str | None
) -> tuple[Stored, ...]:
    """One row of AccountFigure in the order of ROW_COLUMNS, without what is told of the future."""
    now, before = attention.in_window(figures, basis), attention.in_previous(figures, basis)
    name, account, group = figures.name or figures.account, figures.account, figures.group or ""
    return (
        account, name[:_LONGEST], group[:_LONGEST], (seller or "")[:_LONGEST],
        f"{name} {account} {group}".casefold(), figures.rank,
        _minor(figures.turnover), _minor(figures.cost), _minor(figures.income),
        figures.share_turnover, figures.share_income,
        _minor(figures.window_turnover), _minor(figures.window_income),
        figures.window_share_turnover, figures.window_share_income,
        _minor(figures.previous_turnover), _minor(figures.previous_income),
        _minor(now), _minor(before), _minor(now - before), attention.share_in_window(figures, basis),
        float((now - before) / before) if before > 0 else None, attention.window_growth(figures),
        ratio(figures.window_income, figures.window_turnover),
        figures.abc or "", figures.xyz or "", figures.key, _codes(figures.reasons), figures.dependency or "",
        _codes(figures.warnings), "margin_falling" in figures.warnings,
        "high_turnover_low_income" in figures.warnings,
        account in lists.slipping, account in lists.lost, account in lists.neglected, figures.state,
        _minor(figures.returned), _minor(figures.gross), figures.returns_rate,
        figures.first_date.isoformat(), figures.last_date.isoformat(),
        figures.last_purchase.isoformat() if figures.last_purchase else None,
        figures.silent_days, figures.usual_gap_days, figures.long_gap_days,
        figures.purchase_days, figures.documents, _minor(figures.lifetime_value), figures.lifetime_method,
        figures.p_alive,
    )  # fmt: skip


def series_row(figures: AccountFigures, months: str, families: str, outlook: str) -> tuple[Stored, ...]:
    """One row of AccountSeries in the order of SERIES_COLUMNS; the others are JSON already."""
    return _by_year(figures.by_year), _growth(figures.growth), months, families, outlook


def row_id(snapshot_id: int, rank: int) -> int:
    """Of AccountFigure: a snapshot has room for sixteen million accounts."""
    return (snapshot_id << 24) + rank


def _minor(amount: Decimal | None) -> int | None:
    """Hundredths: figures are exact to the cent already."""
    return None if amount is None else int(amount.scaleb(2))


def ratio(part: Decimal | None, whole: Decimal) -> float | None:
    return float(part / whole) if part is not None and whole > 0 else None


def _codes(codes: tuple[str, ...]) -> str:
    return compact(list(codes)) if codes else "[]"


def _by_year(years: Mapping[int, Amounts]) -> str:
    """JSON by hand: amounts to the cent are their own text, and there are many."""
    told = (
        f'"{year}":{{"income":{_quoted(amounts.income)},"turnover":{_quoted(amounts.turnover)}}}'
        for year, amounts in sorted(years.items())
    )
    return "{" + ",".join(told) + "}"


def _quoted(amount: Decimal | None) -> str:
    return "null" if amount is None else f'"{amount}"'


def _growth(years: Mapping[int, float | None]) -> str:
    return compact({str(year): rate for year, rate in sorted(years.items())})


def grid(analysis: Analysis) -> list[dict[str, Any]]:
    """ABC x XYZ: how many accounts stand in each cell and what they bring; empty cells are left out."""
    cells: dict[tuple[str, str], tuple[int, Decimal]] = {}
    for each in analysis.accounts:
        if each.abc:
            count, amount = cells.get((each.abc, each.xyz or ""), (0, Decimal(0)))
            cells[each.abc, each.xyz or ""] = (
                count + 1,
                amount + attention.in_window(each, analysis.basis),
            )
    return [
        {"abc": abc, "xyz": xyz, "accounts": count, "amount": format(amount, "f")}
        for (abc, xyz), (count, amount) in sorted(cells.items())
    ]


def superseded(kept: Iterable[tuple[int, str, dt.date]]) -> list[int]:
    """Ids of the snapshots that no page needs: all but the newest of each level and month of as_of.

    `kept` are (id, level, as_of), newest first.
    """
    seen: set[tuple[str, int, int]] = set()
    gone = []
    for number, level, as_of in kept:
        month = (level, as_of.year, as_of.month)
        if month in seen:
            gone.append(number)
        seen.add(month)
    return gone
