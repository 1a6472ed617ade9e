"""What forms of instruments hold: the texts and weights of one that is adapted, the answers of an assessment."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from kamerton.instruments.actions import Reply
from kamerton.instruments.definition import LANGUAGES, Definition
from kamerton.web.context import LANGUAGE_NAMES
from kamerton.web.parameters import words


@dataclass(frozen=True, slots=True)
class Field:
    """One input. `name` is the way to its value in the tables: "section.0.item.2.text.en"."""

    name: str
    label: str
    value: str
    kind: str  # line, text, number, flag


@dataclass(frozen=True, slots=True)
class Group:
    """What belongs together: `main` stands open, `more` (the other languages) folds."""

    title: str
    main: tuple[Field, ...]
    more: tuple[Field, ...] = ()
    head: str = ""  # a section begins here


def form(tables: Mapping[str, Any]) -> list[Group]:
    """Every text, weight and day of the tables as inputs, in the order of the file."""
    own = (get_language() or "en")[:2]
    weighs = tables["scoring"]["method"] in {"mean", "sum"}
    groups = [_group("", "", tables, own, head=_("The whole"), more_fields=[_key(tables)])]
    for at, one in enumerate(tables["scoring"].get("result", [])):
        place = f"scoring.result.{at}."
        head = _("Results") if at == 0 else ""
        groups.append(_group("", place, one, own, head=head))
    for at, section in enumerate(tables["section"]):
        place = f"section.{at}."
        groups.append(_group("", place, section, own, head=_text(section["title"], own)))
        for number, item in enumerate(section["item"]):
            title = _("Question %(number)s") % {"number": number + 1}
            groups.append(_group(title, f"{place}item.{number}.", item, own, weighs=weighs))
    return groups


_NAMES = ("title", "text", "purpose", "help")


def _group(
    title: str,
    place: str,
    table: Mapping[str, Any],
    own: str,
    *,
    head: str = "",
    weighs: bool = False,
    more_fields: Sequence[Field] = (),
) -> Group:
    labels = {"title": _("Title"), "text": _("Text"), "purpose": _("Purpose"), "help": _("Help")}
    main: list[Field] = []
    more: list[Field] = []
    for name in _NAMES:
        for language in LANGUAGES if name in table else ():
            label = f"{labels[name]}, {LANGUAGE_NAMES[language]}"
            kind = "line" if name == "title" else "text"
            made = Field(f"{place}{name}.{language}", label, table[name].get(language, ""), kind)
            (main if language == own else more).append(made)
    return Group(title, (*main, *_plain_fields(place, table, weighs=weighs), *more_fields), tuple(more), head)


def _key(tables: Mapping[str, Any]) -> Field:
    return Field("key", _("Key (another one makes a second instrument beside this)"), tables["key"], "line")


def _plain_fields(place: str, table: Mapping[str, Any], *, weighs: bool) -> Iterator[Field]:
    """Numbers and flags: those of an item always, others where the file has them."""
    is_item = "kind" in table
    if "from" in table:
        yield Field(f"{place}from", pgettext("score", "From"), _shown(table["from"]), "number")
    if "weight" in table or (is_item and weighs):
        yield Field(f"{place}weight", _("Weight"), _shown(table.get("weight")), "number")
    if is_item or "fresh_days" in table:
        yield Field(f"{place}fresh_days", _("Stale after days"), _shown(table.get("fresh_days")), "number")
    if is_item:
        yield Field(f"{place}required", _("Must be answered"), "1" if table.get("required") else "", "flag")


def _shown(value: Any) -> str:
    return "" if value is None else str(value)


def _text(texts: Mapping[str, str], own: str) -> str:
    return texts.get(own) or texts.get("en", "")


def applied(tables: Mapping[str, Any], posted: QueryDict) -> dict[str, Any]:
    """A copy of the tables with what was posted. What is wrong in it, format.build says."""
    made = copy.deepcopy(dict(tables))
    for group in form(made):
        for field in (*group.main, *group.more):
            _put(made, field, posted)
    return made


def _put(tables: dict[str, Any], field: Field, posted: QueryDict) -> None:
    *steps, last = field.name.split(".")
    target: Any = tables
    for step in steps:
        target = target[int(step)] if isinstance(target, list) else target[step]
    text = words(posted.get(field.name, ""), longest=4000).replace("\r\n", "\n")
    if field.kind == "flag":
        if text or last in target:
            target[last] = bool(text)
    elif field.kind == "number":
        _put_number(target, last, text)
    else:
        target[last] = text


def _put_number(target: dict[str, Any], name: str, text: str) -> None:
    """An emptied number is left out; what is no number stays text, which format.build refuses by its place."""
    if not text:
        target.pop(name, None)
        return
    try:
        number = float(text.replace(",", "."))
        target[name] = int(number) if number.is_integer() else number
    except (ValueError, OverflowError):
        target[name] = text


# --- answers -------------------------------------------------------------------------------------


def replies(definition: Definition, posted: QueryDict) -> dict[str, Reply]:
    """What was said to each item that the form held. An item that it did not hold is left alone."""
    return {
        item.key: reply(item.key, posted)
        for item in definition
        if f"a-{item.key}" in posted or f"e-{item.key}" in posted or f"c-{item.key}" in posted
    }


def reply(key: str, posted: QueryDict) -> Reply:
    return Reply(
        value=posted.get(f"a-{key}", ""),
        evidence=posted.get(f"e-{key}", ""),
        confirm=f"c-{key}" in posted,
    )
