"""What the user settled about a file: from the options, from a mapping that was saved, and into one."""

from __future__ import annotations

import argparse
import codecs
import csv
import datetime as dt
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from kamerton.analytics.lines import ROLES
from kamerton.core.refused import Refused
from kamerton.ledger.read.model import Choices, Rate, Reading

#: Key of a saved mapping -> what it may hold.
_SINGLE = {
    "dates": ("dmy", "mdy", "ymd"),
    "decimal": (".", ","),
    "sheet": None,
    "delimiter": None,
    "encoding": None,
    "company_currency": None,
}
_KINDS = ("sale", "return", "cancellation")
_KEYS = ("mapping", *_SINGLE, "kinds", "drop_duplicates")


def choices_from(options: argparse.Namespace) -> Choices:
    """An option beats the saved mapping."""
    saved = load_mapping(options.mapping) if options.mapping else {}
    given = {
        "dates": options.dates,
        "decimal": options.decimal,
        "sheet": options.sheet,
        "delimiter": options.delimiter,
        "encoding": _known_encoding(options.encoding),
        "company_currency": options.currency,
    }
    single = {key: value if value is not None else saved.get(key) for key, value in given.items()}
    return Choices(
        mapping=saved.get("mapping", {}) | dict(options.map),
        kinds=saved.get("kinds", {}) | dict(options.kind),
        drop_duplicates=options.drop_duplicates or saved.get("drop_duplicates", False),
        rates=tuple(read_rates(options.rates)) if options.rates else (),
        **single,
    )


def _known_encoding(name: str | None) -> str | None:
    try:
        return codecs.lookup(name).name if name else None
    except LookupError:
        hint = "Leave --encoding out to have it found, or name one such as utf-8, cp1252 or cp1250."
        raise Refused(f"There is no encoding {name!r}.", hint=hint) from None


# --- saved mappings --------------------------------------------------------------------------------------


def load_mapping(path: Path) -> dict[str, Any]:
    """The answers in a JSON or TOML file.

    Raises Refused where it cannot be read or has a key or value that means nothing.
    """
    found = _parsed(path)
    if not isinstance(found, dict):
        raise _bad_mapping(path, "it is not a table of answers")
    for key in found:
        if key not in _KEYS:
            raise _bad_mapping(path, f"it has the key {key!r}")
    _check_tables(path, found)
    _check_single(path, found)
    return found


def _parsed(path: Path) -> Any:
    try:
        text = path.read_text(encoding="utf-8-sig")
        return tomllib.loads(text) if path.suffix.lower() == ".toml" else json.loads(text)
    except OSError as error:
        raise Refused(f"The mapping {path} cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError) as error:
        raise _bad_mapping(path, str(error)) from None


def _check_tables(path: Path, found: Mapping[str, Any]) -> None:
    for table, known in (("mapping", ROLES), ("kinds", None)):
        pairs = found.get(table, {})
        if not isinstance(pairs, dict) or not all(isinstance(value, str) for value in pairs.values()):
            raise _bad_mapping(path, f"{table!r} is not a table of texts")
        unknown = [key for key in pairs if known is not None and key not in known]
        if unknown:
            raise _bad_mapping(path, f"{unknown[0]!r} is no role")
    wrong = [kind for kind in found.get("kinds", {}).values() if kind not in _KINDS]
    if wrong:
        raise _bad_mapping(path, f"{wrong[0]!r} is none of {', '.join(_KINDS)}")


def _check_single(path: Path, found: Mapping[str, Any]) -> None:
    for key, allowed in _SINGLE.items():
        value = found.get(key)
        if value is not None and (not isinstance(value, str) or (allowed and value not in allowed)):
            raise _bad_mapping(path, f"{key!r} cannot be {value!r}")
    if not isinstance(found.get("drop_duplicates", False), bool):
        raise _bad_mapping(path, "'drop_duplicates' is neither true nor false")


def _bad_mapping(path: Path, why: str) -> Refused:
    hint = f"Its keys are {', '.join(_KEYS)}; --save-mapping writes one."
    return Refused(f"The mapping {path} means nothing: {why}.", hint=hint)


def saved_mapping(choices: Choices, reading: Reading, *, toml: bool) -> bytes:
    """The columns that were found with everything that was settled, for the next file of this shape."""
    kept = asdict(choices)
    answers: dict[str, Any] = {"mapping": dict(reading.inspection.mapping)}
    answers |= {key: kept[key] for key in _SINGLE if kept[key] is not None}
    answers |= {key: kept[key] for key in ("kinds", "drop_duplicates") if kept[key]}
    if "dates" not in answers and (form := _date_form(reading)):
        answers["dates"] = form
    text = _as_toml(answers) if toml else json.dumps(answers, ensure_ascii=False, indent=2) + "\n"
    return text.encode("utf-8", "replace")


def _date_form(reading: Reading) -> str | None:
    """The form that this file proved: the next one may be too short to prove it."""
    for column in reading.inspection.columns:
        if column.role == "date" and column.form in {"dmy", "mdy", "ymd"}:
            return column.form
    return None


def _as_toml(answers: Mapping[str, Any]) -> str:
    tables = {key: value for key, value in answers.items() if isinstance(value, dict)}
    lines = [f"{key} = {json.dumps(value)}" for key, value in answers.items() if key not in tables]
    for name, pairs in tables.items():
        lines += [
            "",
            f"[{name}]",
            *(f"{json.dumps(key)} = {json.dumps(value)}" for key, value in pairs.items()),
        ]
    return "\n".join(lines).lstrip("\n") + "\n"


# --- exchange rates --------------------------------------------------------------------------------------


def read_rates(path: Path) -> Iterator[Rate]:
    """The rows of a CSV with the columns currency, date (ISO) and rate, in any order."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"The rates {path} cannot be read: {getattr(error, 'strerror', error)}.") from None
    rows = csv.reader(lines, delimiter=";" if lines and ";" in lines[0] else ",")
    head = [name.strip().lower() for name in next(rows, [])]
    if not {"currency", "date", "rate"} <= set(head):
        hint = "The first line names the columns: currency,date,rate."
        raise Refused(f"The rates {path} lack a column.", hint=hint)
    for row in rows:
        if any(field.strip() for field in row):
            yield _rate(path, rows.line_num, dict(zip(head, map(str.strip, row), strict=False)))


def _rate(path: Path, line: int, row: Mapping[str, str]) -> Rate:
    try:
        rate = Decimal(row["rate"])
        date = dt.date.fromisoformat(row["date"])
        if not (rate.is_finite() and rate > 0 and row["currency"]):
            raise ValueError
    except (KeyError, ValueError, InvalidOperation):
        hint = "A row is like USD,2024-01-31,0.92 with a rate above zero."
        raise Refused(f"Line {line} of the rates {path} cannot be read.", hint=hint) from None
    return Rate(currency=row["currency"].upper(), date=date, rate=rate)
