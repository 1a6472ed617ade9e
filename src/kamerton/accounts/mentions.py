"""Who is meant by @name in a text. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: An @ that does not stand inside a word or an e-mail address, and what follows it; a full stop may end it.
_MENTION = re.compile(r"(?<![\w@.+-])@(\w(?:[\w.+@-]*\w)?)")


def mentioned(text: str) -> tuple[str, ...]:
    """The names after an @, as written, each once, in their order: ("sofia", "ivo.lenz")."""
    return tuple(dict.fromkeys(_MENTION.findall(text)))


def spellings(username: str, first_name: str, last_name: str) -> frozenset[str]:
    """Under which names a person is found, case folded: user name, and first.last or first_last."""
    whole = [part for part in (first_name.strip(), last_name.strip()) if part]
    joined = {mark.join(whole).replace(" ", mark).casefold() for mark in "._-"} if len(whole) == 2 else set()
    return frozenset({username.casefold(), *joined})


def find(
    names: Iterable[str], people: Iterable[tuple[int, frozenset[str]]]
) -> tuple[dict[str, int], tuple[str, ...]]:
    """({name as written: person}, names that are nobody's or several people's)."""
    known: dict[str, set[int]] = {}
    for person, ways in people:
        for way in ways:
            known.setdefault(way, set()).add(person)
    found: dict[str, int] = {}
    unknown: list[str] = []
    for name in names:
        candidates = known.get(name.casefold(), set())
        if len(candidates) == 1:
            found[name] = next(iter(candidates))
        else:
            unknown.append(name)
    return found, tuple(unknown)
