"""An assessment as plain values: headings, questions, answers in words. Pages and documents render it. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from kamerton.instruments.definition import Definition, Item, Section
from kamerton.instruments.rules import Answers, Given, ItemPart, Score, stale_from


@dataclass(frozen=True, slots=True)
class Line:
    """One question. `answer` in words, "" where there is none; `part`: what it brings to the score, if scored."""

    item: Item
    question: str
    help: str
    answer: str
    evidence: str
    answered_on: dt.date | None
    is_stale: bool
    part: ItemPart | None


@dataclass(frozen=True, slots=True)
class Block:
    key: str
    heading: str
    help: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    title: str
    purpose: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Manner:
    """How answers are worded: the language of the texts, and how numbers and dates are written in it."""

    language: str
    number: Callable[[Decimal], str] = str
    date: Callable[[dt.date], str] = dt.date.isoformat


def outline(
    definition: Definition, answers: Answers, manner: Manner, *, on: dt.date, score: Score | None = None
) -> Outline:
    """Every section and question with what was answered. `on`: the date at which answers may be stale.

    `score` None leaves the parts out.
    """
    parts = {part.key: part for part in score.items} if score else {}
    return Outline(
        title=definition.title.said(manner.language),
        purpose=definition.purpose.said(manner.language),
        blocks=tuple(_block(section, answers, manner, on, parts) for section in definition.sections),
    )


def _block(
    section: Section, answers: Answers, manner: Manner, on: dt.date, parts: dict[str, ItemPart]
) -> Block:
    said = manner.language
    return Block(
        key=section.key,
        heading=section.title.said(said),
        help=section.help.said(said) if section.help else "",
        lines=tuple(_line(item, answers.get(item.key), manner, on, parts) for item in section.items),
    )


def _line(item: Item, given: Given | None, manner: Manner, on: dt.date, parts: dict[str, ItemPart]) -> Line:
    since = stale_from(item, given.answered_on) if given and given.value else None
    return Line(
        item=item,
        question=item.text.said(manner.language),
        help=item.help.said(manner.language) if item.help else "",
        answer=worded(item, given.value, manner) if given else "",
        evidence=given.evidence if given else "",
        answered_on=given.answered_on if given else None,
        is_stale=since is not None and on >= since,
        part=parts.get(item.key),
    )


def worded(item: Item, value: str, manner: Manner) -> str:
    """A stored answer as people read it."""
    if not value:
        return ""
    if item.kind == "yes-no":
        return _("Yes") if value == "yes" else _("No")
    if item.kind == "scale":
        return _("%(value)s of %(high)s") % {"value": value, "high": item.high}
    if item.kind == "choice":
        named = next((option.text for option in item.options if option.key == value), None)
        return named.said(manner.language) if named else value
    if item.kind == "number":
        number = manner.number(Decimal(value))
        return f"{number} {item.unit.said(manner.language)}" if item.unit else number
    return manner.date(dt.date.fromisoformat(value)) if item.kind == "date" else value
