"""Two contents of a plan beside one another, and the edition that the customer may see. Pure.

A content is what a version keeps: {"plan": {field: value}, section: [{"id": key, "secrecy": level, field: value}]}.
Values are plain; people, contacts and accounts are their keys, so that a name can be taken out of the house.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Content = Mapping[str, Any]
Happened = Literal["added", "removed", "changed"]

#: Rows of the plan, in the order in which they are told.
SECTIONS = ("lines", "opportunities", "objectives", "activities")
#: Of the plan itself, what only our own people read.
OURS_ALONE = frozenset({"why", "compared", "potential", "loyalty", "effective"})
OPEN = 0


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `name`: what the row is called; `field` empty: the whole row came or went."""

    section: str
    key: int
    name: str
    happened: Happened
    field: str = ""
    before: Any = None
    after: Any = None
    secrecy: int = OPEN


def differences(before: Content, after: Content) -> tuple[Change, ...]:
    """What is to be done to `before` to come to `after`: fields of the plan first, then row by row."""
    own = _fields("plan", 0, "", before.get("plan", {}), after.get("plan", {}))
    rows = (change for section in SECTIONS for change in _rows(section, before, after))
    return (*own, *rows)


def _rows(section: str, before: Content, after: Content) -> Iterator[Change]:
    was, now = _by_key(before.get(section, ())), _by_key(after.get(section, ()))
    for key, row in now.items():
        if key in was:
            secrecy = max(was[key].get("secrecy", OPEN), row.get("secrecy", OPEN))
            yield from _fields(section, key, _name(row), was[key], row, secrecy)
        else:
            yield Change(section, key, _name(row), "added", secrecy=row.get("secrecy", OPEN))
    for key, row in was.items():
        if key not in now:
            yield Change(section, key, _name(row), "removed", secrecy=row.get("secrecy", OPEN))


def _fields(
    section: str,
    key: int,
    name: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    secrecy: int = OPEN,
) -> Iterator[Change]:
    for field in dict.fromkeys((*after, *before)):
        if field != "id" and before.get(field) != after.get(field):
            yield Change(section, key, name, "changed", field, before.get(field), after.get(field), secrecy)


def _by_key(rows: Iterable[Mapping[str, Any]]) -> dict[int, Mapping[str, Any]]:
    return {row["id"]: row for row in rows}


def _name(row: Mapping[str, Any]) -> str:
    return str(row.get("title") or row.get("text") or "")


def readable(changes: Iterable[Change], clearance: int) -> tuple[Change, ...]:
    """Those that somebody with this clearance may read."""
    return tuple(change for change in changes if change.secrecy <= clearance)


@dataclass(frozen=True, slots=True)
class Edition:
    """What the customer may see, and what was left out of it, section by section, for its author."""

    content: Content
    left_out: Mapping[str, tuple[str, ...]]

    @property
    def count(self) -> int:
        return sum(len(names) for names in self.left_out.values())


def customer_edition(content: Content) -> Edition:
    """Rows that are open, and of the plan what is not ours alone. Of what is left out only the author learns."""
    own = {field: value for field, value in content["plan"].items() if field not in OURS_ALONE}
    left = {
        "plan": tuple(field for field in content["plan"] if field in OURS_ALONE and content["plan"][field])
    }
    shown = {
        (section, row["id"]) for section in SECTIONS for row in content.get(section, []) if _is_open(row)
    }
    kept: dict[str, Any] = {"plan": own}
    for section in SECTIONS:
        rows = content.get(section, [])
        kept[section] = [_without_links(row, shown) for row in rows if _is_open(row)]
        left[section] = tuple(_name(row) for row in rows if not _is_open(row))
    return Edition(kept, {section: names for section, names in left.items() if names})


def _is_open(row: Mapping[str, Any]) -> bool:
    return bool(row.get("secrecy", OPEN) == OPEN)


def _without_links(row: Mapping[str, Any], shown: Collection[tuple[str, int]]) -> dict[str, Any]:
    """What it costs us stays here, and so does what it waits for or serves where that is not shown."""
    told = {field: value for field, value in row.items() if field not in ("budget", "resources", "amount")}
    if "after" in told:
        told["after"] = [key for key in told["after"] if ("activities", key) in shown]
    if ("objectives", told.get("objective")) not in shown:
        told.pop("objective", None)
    return told
