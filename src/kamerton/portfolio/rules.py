"""From the company's profile to a question, and from an analysis to what a snapshot keeps. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from decimal import Decimal
from typing import Any

from kamerton.analytics.model import Analysis, Basis, Thresholds

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
#: The columns of AccountFigure: those that `figure_rows` fills, and what is told of the future.
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


def thresholds_of(columns: Mapping[str, Any]) -> Thresholds:
    """Thresholds from the columns of Profile."""
    plain: dict[str, Any] = {
        field.name: columns[field.name] for field in fields(Thresholds) if field.name not in PAIRS
    }
    paired: dict[str, Any] = {name: (columns[low], columns[high]) for name, (low, high) in PAIRS.items()}
    return Thresholds(**plain, **paired)


def threshold_columns() -> frozenset[str]:
    """The columns of Profile that hold Thresholds."""
    plain = {field.name for field in fields(Thresholds) if field.name not in PAIRS}
    return frozenset(plain | {column for pair in PAIRS.values() for column in pair})


def disorder(columns: Mapping[str, Any]) -> tuple[str, str] | None:
    """Two columns that stand in the wrong order, if any: a critical line under the key line is none."""
    ordered = [("share_key", "share_critical"), ("share_critical", "share_mono"), *PAIRS.values()]
    ordered += [
        ("innovator", "early_adopter"),
        ("health_poor", "health_good"),
        ("between_from", "new_way_from"),
    ]
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


def row_id(snapshot_id: int, rank: int) -> int:
    """Of AccountFigure: a snapshot has room for sixteen million accounts."""
    return (snapshot_id << 24) + rank


def ratio(part: Decimal | None, whole: Decimal) -> float | None:
    return float(part / whole) if part is not None and whole > 0 else None


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
