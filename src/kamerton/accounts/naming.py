"""By what texts name a person, and the same texts without it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

#: Between the words of a name: in texts, file names, mentions and addresses of pages.
_BETWEEN = r"(?:[\s.,_\-+]|%20|%2C){1,3}"
_BETWEEN_DIGITS = r"[\s\-./()]{0,2}"
_FEWEST_SIGNS = 4  # anything shorter would hit others too


@dataclass(frozen=True, slots=True)
class Key:
    """One thing that names the person: a whole name, an e-mail address, a telephone number."""

    kind: str  # name | email | phone
    told: str
    needle: str  # every text with the key has this in it, but for case: what a database can look for
    pattern: str

    @property
    def has_several_words(self) -> bool:
        return len(self.told.split()) > 1


def keys(*, name: str, email: str, phones: Iterable[str] = ()) -> tuple[Key, ...]:
    """Longest first, so that an address made of the name goes as a whole."""
    found = [_name(name), _email(email), *map(_phone, phones)]
    once = {each.told.casefold(): each for each in found if each is not None}
    return tuple(sorted(once.values(), key=lambda each: len(each.told), reverse=True))


def _name(told: str) -> Key | None:
    """In either order: Ada Berti, Berti Ada, Berti, Ada, ada.berti."""
    words = told.split()
    if len(told.strip()) < _FEWEST_SIGNS:
        return None
    orders = [words, [words[-1], *words[:-1]], [*words[1:], words[0]]]
    spelt = dict.fromkeys(_BETWEEN.join(map(re.escape, order)) for order in orders)
    return Key("name", " ".join(words), max(words, key=len), _whole("|".join(spelt)))


def _email(told: str) -> Key | None:
    told = told.strip()
    if len(told) < _FEWEST_SIGNS:
        return None
    before, _at, after = told.partition("@")
    return Key(
        "email", told, before if after else told, _whole("(?:@|%40)".join(map(re.escape, told.split("@"))))
    )


def _phone(told: str) -> Key | None:
    told = told.strip()
    if len(told) < _FEWEST_SIGNS:
        return None
    signs = [sign for sign in told if sign.isalnum() or sign == "+"]
    return Key("phone", told, told, _whole(_BETWEEN_DIGITS.join(map(re.escape, signs)))) if signs else None


def _whole(pattern: str) -> str:
    return rf"(?<!\w)(?:{pattern})(?!\w)"


def pattern(found: Iterable[Key]) -> re.Pattern[str] | None:
    told = "|".join(each.pattern for each in found)
    return re.compile(told, re.IGNORECASE) if told else None


def spellings(needle: str) -> set[str]:
    """SQLite takes capitals for small letters in ASCII alone: the usual ones are asked for one by one."""
    return {needle, needle.lower(), needle.upper(), needle.title(), needle.casefold()}


def without(value: Any, told: re.Pattern[str] | None, instead: str) -> Any:
    """`value`, text or JSON, keys of objects too, with everything that names the person replaced."""
    if told is None:
        return value
    if isinstance(value, str):
        return told.sub(instead, value)
    if isinstance(value, Mapping):
        return {without(key, told, instead): without(each, told, instead) for key, each in value.items()}
    return [without(each, told, instead) for each in value] if isinstance(value, list) else value
