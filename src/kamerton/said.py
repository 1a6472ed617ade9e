"""Sentences that can be told in another language later: English text that remembers how it was made.

The reader and the analytic core know no Django and no language. They say English; a face that has a
language tells the same sentence again from its template and values (kamerton.core.telling). The templates
are collected for the catalogues wherever `Said("...")` is written (tools/messages.py).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from string import Formatter
from typing import Any, Self


class _English(Formatter):
    """Whole numbers are counts and get their thousands signs; what is none (a year) is given as text."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, int):
            return f"{value:,}"
        if isinstance(value, Decimal):
            return f"{value.normalize():,f}"
        if isinstance(value, dt.date):
            return f"{value.day} {value:%B %Y}"
        return format(value, format_spec)


_ENGLISH = _English()


class Said(str):
    """An English sentence; `template` names its values in braces. A value may be Said itself."""

    __slots__ = ("template", "values")

    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, **values: object) -> Self:
        made = super().__new__(cls, _ENGLISH.vformat(template, (), values) if values else template)
        made.template, made.values = template, values
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.template, dict(self.values))

    def __deepcopy__(self, memo: object) -> Self:
        return self


def _again(template: str, values: Mapping[str, object]) -> Said:
    return Said(template, **values)


def sentences(*texts: str) -> str:
    """Several sentences one after the other, each told by itself."""
    return _joined(texts, " ")


def listed(words: Sequence[str]) -> str:
    """Words with commas between them, each told by itself."""
    return _joined(words, ", ")


def _joined(texts: Sequence[str], between: str) -> str:
    if len(texts) < 2:
        return texts[0] if texts else ""
    names = [f"s{number}" for number in range(len(texts))]
    return Said(between.join(f"{{{name}}}" for name in names), **dict(zip(names, texts, strict=True)))


def to_plain(text: str) -> str | dict[str, Any]:
    """What JSON can keep of it; plain text stays as it is."""
    if not isinstance(text, Said):
        return text
    values = {name: _kept(value) for name, value in text.values.items()}
    return {"said": text.template, **({"values": values} if values else {})}


def _kept(value: object) -> object:
    if isinstance(value, dt.date):
        return {"date": value.isoformat()}
    if isinstance(value, Decimal):
        return {"number": str(value)}
    return to_plain(value) if isinstance(value, str) else value


def from_plain(kept: object) -> str:
    """The inverse of to_plain. Text that was kept before sentences were kept so is told as it stands."""
    if not isinstance(kept, Mapping):
        return str(kept)
    return Said(str(kept["said"]), **{name: _given(value) for name, value in kept.get("values", {}).items()})


def _given(value: object) -> object:
    if not isinstance(value, Mapping):
        return value
    if "date" in value:
        return dt.date.fromisoformat(value["date"])
    return Decimal(value["number"]) if "number" in value else from_plain(value)


_PACKED = '{"said":'


def packed(text: str) -> str:
    """to_plain for a column that keeps text."""
    return json.dumps(to_plain(text), ensure_ascii=False) if isinstance(text, Said) else text


def unpacked(text: str) -> str:
    """The inverse of packed."""
    return from_plain(json.loads(text)) if not isinstance(text, Said) and text.startswith(_PACKED) else text
