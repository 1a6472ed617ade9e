"""Two people change the same record: the second one sees what changed and loses nothing.

A form carries the values that it was opened with. The action locks the record and compares, field by field, those,
the stored ones and the submitted ones: what only one side changed is taken over, what both changed to different
values is a Conflict that keeps both. Pure but for `apply`, which sets attributes and saves nothing.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from kamerton.core.refused import Refused

#: What a value is compared as, and what a form carries: ready for JSON.
Plain = str | int | float | bool | None | list["Plain"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that both changed: the value before (plain), what was submitted, what is stored now."""

    name: str
    base: Plain
    mine: Any
    theirs: Any


class Conflict(Refused):
    """Somebody else changed the same fields to other values. Nothing was saved."""

    def __init__(self, differences: Iterable[Difference]) -> None:
        super().__init__(
            _(
                "Somebody else changed this while you had it open. Nothing was saved; what you entered is kept."
            ),
            code="conflict",
            hint=_("Choose for each field which value stays, then save again."),
        )
        self.differences = tuple(differences)


def plain(value: Any) -> Plain:  # noqa: C901, PLR0911 - a table of kinds
    """`value` as it is compared: a record by its key, nothing and the empty text alike, line ends as one sign."""
    match value:
        case None | "":
            return None
        case enum.Enum():
            return plain(value.value)
        case bool() | int() | float():
            return value
        case str():
            return value.replace("\r\n", "\n").replace("\r", "\n")
        case Decimal():
            return format(value.normalize(), "f")
        case dt.datetime():
            return (value.astimezone(dt.UTC) if value.tzinfo else value).isoformat()
        case dt.date() | dt.time():
            return value.isoformat()
        case Model():
            return plain(value.pk)
        case Mapping():
            return str(sorted((str(key), plain(each)) for key, each in value.items()))
        case Iterable():
            return sorted((plain(each) for each in value), key=str)
    return str(value)


def values_of(record: Model, names: Iterable[str]) -> dict[str, Any]:
    """The stored values of these fields, records by their key. A many-to-many field costs a query."""
    fields = {name: record._meta.get_field(name) for name in names}
    return {name: field.value_from_object(record) for name, field in fields.items()}  # type: ignore[union-attr]


def merged(
    *, opened: Mapping[str, Plain], stored: Mapping[str, Any], submitted: Mapping[str, Any]
) -> dict[str, Any]:
    """What is to be written: the submitted values that differ from what the form was opened with.

    A field that both changed to the same value is not written; to different values: Conflict. A field that
    `opened` does not name was not seen by the writer as it was: what is submitted counts.
    """
    mine = {name: value for name, value in submitted.items() if _changed(name, value, opened, stored)}
    both = [
        Difference(name, opened[name], value, stored[name])
        for name, value in mine.items()
        if name in opened and plain(stored[name]) not in (opened[name], plain(value))
    ]
    if both:
        raise Conflict(both)
    return {name: value for name, value in mine.items() if plain(stored[name]) != plain(value)}


def _changed(name: str, value: Any, opened: Mapping[str, Plain], stored: Mapping[str, Any]) -> bool:
    return plain(value) != (opened[name] if name in opened else plain(stored[name]))


def apply(record: Model, *, opened: Mapping[str, Plain], submitted: Mapping[str, Any]) -> list[str]:
    """Set on `record`, which the action has locked, what is to be written; returns its fields' names.

    The action saves them with update_fields, and its audit tells them. Raises Conflict.
    """
    stored = values_of(record, submitted)
    written = merged(opened=opened, stored=stored, submitted=submitted)
    for name, value in written.items():
        setattr(record, name, value)
    return list(written)
