"""Decisions of the ledger over plain values: no database, no files, no clock."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from pathlib import PurePath
from typing import Any, Literal

from kamerton.core.refused import Refused
from kamerton.ledger.read.model import Choices, Counts, Inspection, Rate
from kamerton.said import Said, from_plain, to_plain

BatchState = Literal["live", "superseded", "withdrawn"]

#: The fields of Choices that a person settles; rates come from their own table.
SETTLED = tuple(field.name for field in fields(Choices) if field.name != "rates")
_ONE_OF: Mapping[str, frozenset[str]] = {
    "dates": frozenset({"dmy", "mdy", "ymd"}),
    "decimal": frozenset({".", ","}),
}
_MAPS = frozenset({"mapping", "kinds"})


class UnknownChoice(Refused):
    """A choice that the reader does not know."""


@dataclass(frozen=True, kw_only=True)
class Staged:
    """Lines that were read and wait to become live: what they hold. Amounts are exact, not yet cents."""

    content_hash: str
    counts: Counts
    lines_without_document: int
    lines_without_cost: int
    has_cost: bool
    first_date: dt.date | None
    last_date: dt.date | None
    currency: str | None
    shape: str
    notes: tuple[str, ...]
    merge_offers: tuple[tuple[str, ...], ...]
    refused_total: int
    refused_head: tuple[dict[str, Any], ...]

    @property
    def lines(self) -> int:
        return self.counts.used + self.counts.unassigned


@dataclass(frozen=True, kw_only=True)
class Span:
    """What the catalogue knows of one batch that matters to the others."""

    sequence: int
    content_hash: str
    lines: int
    lines_without_document: int
    first_date: dt.date | None
    last_date: dt.date | None

    @property
    def has_documents(self) -> bool:
        return self.lines > self.lines_without_document

    def years(self) -> range:
        if self.first_date is None or self.last_date is None:
            return range(0)
        return range(self.first_date.year, self.last_date.year + 1)

    def overlaps(self, other: Span) -> bool:
        """Whether the two have days in common."""
        if None in (self.first_date, self.last_date, other.first_date, other.last_date):
            return False
        return self.first_date <= other.last_date and other.first_date <= self.last_date  # type: ignore[operator]


def may_share_documents(spans: Sequence[Span]) -> list[Span]:
    """The batches that could hold a document that another holds too: both have documents in the same year."""
    with_documents = [span for span in spans if span.has_documents]
    held: dict[int, int] = {}
    for span in with_documents:
        for year in span.years():
            held[year] = held.get(year, 0) + 1
    return [span for span in with_documents if any(held[year] > 1 for year in span.years())]


def states(spans: Iterable[Span], masked_lines: Mapping[int, int]) -> dict[int, BatchState]:
    """Sequence -> state of batches that are not withdrawn: replaced when later ones mask all their lines."""
    return {
        span.sequence: "superseded" if 0 < span.lines <= masked_lines.get(span.sequence, 0) else "live"
        for span in spans
    }


def version_digest(
    content_hashes: Sequence[str], currency: str, aliases: Sequence[Sequence[str | None]] = ()
) -> str:
    """Names the lines of a version: the live batches in their order (masks follow from it), the currency, and what

    the accounts tell otherwise.
    """
    told: list[object] = [{"aliases": list(aliases)}] if aliases else []
    return _sha256(["kamerton.ledger/1", currency, *content_hashes, *told])


def source_hash(sha256s: Iterable[str]) -> str:
    """Names a set of files by their bytes, whatever their names and order."""
    return _sha256(sorted(sha256s))


def staging_key(choices: Choices) -> str:
    """Names what the reading of given files depends on: staged lines are used again only under it."""
    told = choices_to_json(choices)
    rates = sorted(
        (rate.currency, rate.date.isoformat(), str(rate.rate.normalize())) for rate in choices.rates
    )
    return _sha256([told, rates])


def _sha256(value: object) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def choices_to_json(choices: Choices) -> dict[str, Any]:
    """Only what was settled: empty choices are an empty object."""
    told = {name: getattr(choices, name) for name in SETTLED}
    return {
        name: dict(value) if isinstance(value, Mapping) else value
        for name, value in told.items()
        if value not in (None, False, {})
    }


def choices_from_json(told: Mapping[str, Any], rates: Sequence[Rate] = ()) -> Choices:
    """Raises UnknownChoice for a name or value that the reader does not know; None and "" unsettle."""
    for name, value in told.items():
        _check_choice(name, value)
    settled = {name: value for name, value in told.items() if value not in (None, "")}
    return Choices(**settled, rates=tuple(rates))


def _check_choice(name: str, value: object) -> None:
    fits = name in SETTLED
    if fits and name in _MAPS:
        fits = isinstance(value, Mapping) and all(
            isinstance(part, str) for pair in value.items() for part in pair
        )
    elif fits and name == "drop_duplicates":
        fits = value is None or isinstance(value, bool)
    elif fits:
        fits = value is None or (
            isinstance(value, str) and (not value or value in _ONE_OF.get(name, {value}))
        )
    if not fits:
        raise UnknownChoice(
            Said("There is no choice {name} = {value!r}. Nothing was changed.", name=name, value=str(value)),
            code="unknown_choice",
        )


def merge_choices(told: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """`changes` over `told`: maps are merged by key, None and "" take a choice back."""
    merged = dict(told)
    for name, value in changes.items():
        if isinstance(value, Mapping) and isinstance(merged.get(name), Mapping):
            merged[name] = {**merged[name], **value}
        else:
            merged[name] = value
    return {name: value for name, value in merged.items() if value not in (None, "", {})}


def remembered(choices: Mapping[str, Any], inspection: Mapping[str, Any]) -> dict[str, Any]:
    """What is worth keeping for the next file of this shape: the whole mapping, and the answers given."""
    kept = {
        name: choices[name] for name in ("dates", "decimal", "kinds", "drop_duplicates") if name in choices
    }
    return {"mapping": dict(inspection.get("mapping", {})), **kept}


def inspection_to_json(inspection: Inspection) -> dict[str, Any]:
    """As a tree of plain values; paths are left out, names stay."""
    return _plain(asdict(inspection))  # type: ignore[no-any-return]


def staged_to_json(staged: Staged) -> dict[str, Any]:
    return _plain(asdict(staged))  # type: ignore[no-any-return]


def staged_from_json(told: Mapping[str, Any]) -> Staged:
    """The inverse of staged_to_json; keys of others beside it are left alone."""
    own = {field.name: told[field.name] for field in fields(Staged)}
    counts = dict(own["counts"])
    for name in ("used_turnover", "unassigned_turnover"):
        counts[name] = Decimal(counts[name])
    own["counts"] = Counts(**counts)
    for name in ("first_date", "last_date"):
        own[name] = dt.date.fromisoformat(own[name]) if own[name] else None
    own["notes"] = tuple(map(from_plain, own["notes"]))
    own["merge_offers"] = tuple(tuple(offer) for offer in own["merge_offers"])
    own["refused_head"] = tuple(own["refused_head"])
    return Staged(**own)


def _plain(value: Any) -> Any:
    """What JSON can hold: amounts and dates as text, NUL bytes (which PostgreSQL refuses) made visible."""
    if isinstance(value, Said):
        return _plain(to_plain(value))
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items() if not isinstance(part, PurePath)}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dt.date):
        return value.isoformat()
    return _clean(value) if isinstance(value, str) else value


def _clean(text: str) -> str:
    """Without NUL and lone surrogates, which neither UTF-8 nor PostgreSQL can hold."""
    return text.replace("\x00", "\u2400").encode("utf-8", "replace").decode()


_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]+")


def safe_name(name: str, taken: Iterable[str] = ()) -> str:
    """A file name that any system can hold, as near to the user's as can be, and unlike those taken."""
    cleaned = _UNSAFE.sub("_", _clean(PurePath(name.replace("\\", "/")).name)).strip(" .") or "file"
    stem, dot, ending = cleaned.partition(".")
    ending = (dot + ending).encode()[-60:].decode(errors="ignore")
    stem = stem.encode()[:120].decode(errors="ignore") or "file"
    names = set(taken)
    number, found = 1, stem + ending
    while found in names:
        number += 1
        found = f"{stem} ({number}){ending}"
    return found
