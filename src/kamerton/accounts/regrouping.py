"""Who is told when accounts were merged, parted or put under a parent: what the ledger counts as one changes.

A room above registers a function; it runs inside the transaction of the action, so that both stand or fall together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from kamerton.access.models import User


class Handler(Protocol):
    def __call__(self, *, actor: User, now: dt.datetime) -> object: ...


_handlers: list[Handler] = []


def register(handler: Handler) -> Handler:
    if handler not in _handlers:
        _handlers.append(handler)
    return handler


def tell(*, actor: User, now: dt.datetime) -> None:
    for handler in _handlers:
        handler(actor=actor, now=now)


# --- what is counted where: pure ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Node:
    """An account, as far as it matters here."""

    id: int
    number: str
    name: str  # as the ledger spells it, else as people do
    group: str  # of the ledger
    parent: int | None
    merged_into: int | None


@dataclass(frozen=True, slots=True)
class Retold:
    """Lines of account `number` count under `to`, in `group` ("": none). `name` None: each line keeps its own."""

    number: str
    to: str
    name: str | None
    group: str


def retold(nodes: Iterable[Node]) -> list[Retold]:
    """What the ledger tells otherwise than it was imported, by number.

    A merged account counts under its survivor. An account with a parent or a subsidiary is in the group named
    after its top-most parent; two of these with one name are told apart by their numbers.
    """
    by_id = {node.id: node for node in nodes}
    parents = {_final(by_id, node.parent) for node in by_id.values() if node.parent and not node.merged_into}
    tops = {node.id: _top(by_id, _final(by_id, node.id)) for node in by_id.values()}
    grouped = {each for each in by_id if _final(by_id, each) in parents or tops[each] != _final(by_id, each)}
    names = _group_names(by_id, {tops[each] for each in grouped})
    found = []
    for node in by_id.values():
        survivor = by_id[_final(by_id, node.id)]
        if survivor is node and node.id not in grouped:
            continue
        group = names[tops[node.id]] if node.id in grouped else survivor.group
        found.append(Retold(node.number, survivor.number, None if survivor is node else survivor.name, group))
    return sorted(found, key=lambda each: each.number)


def _final(by_id: Mapping[int, Node], at: int | None) -> int:
    """Where a chain of merges ends; a circle, which no action makes, ends where it closes."""
    seen: set[int] = set()
    while at is not None and at in by_id and (into := by_id[at].merged_into) and into not in seen:
        seen.add(at)
        at = into
    return at or 0


def _top(by_id: Mapping[int, Node], at: int) -> int:
    seen = {at}
    while at in by_id and by_id[at].parent and (above := _final(by_id, by_id[at].parent)) not in seen:
        seen.add(above)
        at = above
    return at


def _group_names(by_id: Mapping[int, Node], tops: Iterable[int]) -> dict[int, str]:
    ordered = sorted(tops)
    said = [by_id[top].name for top in ordered]
    return {
        top: name if said.count(name) == 1 else f"{name} ({by_id[top].number})"
        for top, name in zip(ordered, said, strict=True)
    }
