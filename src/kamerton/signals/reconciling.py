"""What findings do to the signals that are open: one stays one while its cause lasts, and closes when it is gone. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from kamerton.said import packed
from kamerton.signals.reading import Finding


class Key(NamedTuple):
    """One cause: a rule, the account or person it is of (neither: the company), the record it is about."""

    rule: str
    account: int | None
    person: int | None
    about: str


class Shown(NamedTuple):
    """What a signal tells, as its columns hold it. `severity`: hundredths."""

    said: str
    severity: int | None
    weight: int
    secrecy: int
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A signal that is open."""

    id: int
    key: Key
    shown: Shown


@dataclass(frozen=True, slots=True)
class Plan:
    """To open, to change (id -> what it tells now), to close. What stays as it is, is in none."""

    opened: dict[Key, Shown]
    changed: dict[int, Shown]
    gone: tuple[int, ...]
    kept: tuple[int, ...]


def shown(finding: Finding) -> Shown:
    severity = None if finding.severity is None else int(finding.severity.scaleb(2).to_integral_value())
    return Shown(packed(finding.said), severity, finding.weight, int(finding.secrecy), finding.figures)


def plan(standing: Iterable[Standing], found: Mapping[Key, Shown]) -> Plan:
    """`standing`: every open signal of what was evaluated; `found`: every cause that is there now."""
    there, gone, kept = {}, [], []
    changed: dict[int, Shown] = {}
    for each in standing:
        now = found.get(each.key)
        if now is None:
            gone.append(each.id)
            continue
        there[each.key] = each
        kept.append(each.id)
        if now != each.shown:
            changed[each.id] = now
    opened = {key: told for key, told in found.items() if key not in there}
    return Plan(opened=opened, changed=changed, gone=tuple(gone), kept=tuple(kept))
