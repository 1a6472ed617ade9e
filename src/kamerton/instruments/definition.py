"""What an instrument is, once its file is read: frozen values, nothing else. The file's form is in format.py."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, get_args

Language = Literal["en", "it", "pl", "ru"]
Kind = Literal["yes-no", "scale", "choice", "number", "text", "date"]
Method = Literal["mean", "sum", "count", "ladder"]
About = Literal[
    "account", "contact", "company", "user", "meeting", "negotiation", "candidate", "competitor", "none"
]
Evidence = Literal["none", "optional", "on-yes", "always"]
State = Literal["good", "warn", "bad", "info", "neutral"]
Prefill = Literal["own", "anyone", "never"]
SecrecyName = Literal["open", "internal", "secret"]

LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True, slots=True)
class Words:
    """One text in the four languages; none is empty."""

    en: str
    it: str
    pl: str
    ru: str

    def said(self, language: str) -> str:
        """In `language` (a code, "pl-PL" too), else in English."""
        code = language[:2]
        return str(getattr(self, code)) if code in LANGUAGES else self.en


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a choice. `points` 0 to 100, or None: the choice is not scored."""

    key: str
    text: Words
    points: Decimal | None


@dataclass(frozen=True, slots=True)
class Item:
    """One question. `weight` counts only where `scored`; `fresh_days` None: the answer never goes stale."""

    key: str
    kind: Kind
    text: Words
    help: Words | None = None
    scored: bool = True
    weight: Decimal = Decimal(1)
    required: bool = False
    evidence: Evidence = "none"
    fresh_days: int | None = None
    counts: Literal["yes", "no"] = "yes"  # yes-no: the answer that earns the points
    better: Literal["high", "low"] = "high"  # scale: the end that earns the points
    low: Decimal | None = None  # scale and number: the least and the greatest allowed
    high: Decimal | None = None
    low_words: Words | None = None
    high_words: Words | None = None
    unit: Words | None = None
    zero_at: Decimal | None = None  # number: earns nothing here, everything at full_at, linear between
    full_at: Decimal | None = None
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A group of items; in a ladder, a stage. `weight` None: the items' own weights decide."""

    key: str
    title: Words
    items: tuple[Item, ...]
    help: Words | None = None
    weight: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """A named outcome, reached from `start` on (in the units of the score) where every item of `needs` is met."""

    key: str
    start: Decimal
    title: Words
    state: State = "neutral"
    text: Words | None = None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scoring:
    """`unanswered`: what has no answer earns nothing ("zero"), or is left out of the weights ("rebase")."""

    method: Method
    unanswered: Literal["zero", "rebase"] = "zero"
    results: tuple[Result, ...] = ()  # ascending


@dataclass(frozen=True, slots=True)
class Definition:
    """A whole instrument."""

    key: str
    version: int
    about: About
    title: Words
    purpose: Words
    scoring: Scoring
    sections: tuple[Section, ...]
    secrecy: SecrecyName = "internal"
    prefill: Prefill = "own"
    raters: int = 1  # so many are needed before their mean says something
    by_key: dict[str, Item] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_key", {item.key: item for item in self})

    def __iter__(self) -> Iterator[Item]:
        """Every item, in the order of the page."""
        return (item for section in self.sections for item in section.items)
