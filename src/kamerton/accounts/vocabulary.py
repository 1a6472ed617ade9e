"""What things are called in a trade (LOC-05). A pack is a file of words in packs/; it changes words and nothing else.

[title]                 its name in each language
[words.vip]             a word of WORDS, in each language
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kamerton.accounts import choices
from kamerton.accounts.models import Account, Industry

LANGUAGES = ("en", "it", "pl", "ru")

#: Every word that a pack may change, as it is without one.
WORDS: Mapping[str, str | Promise] = MappingProxyType(
    {
        "account": _("Account"),
        "contact": _("Contact"),
        "vip": _("VIP"),
        "vips": _("VIPs"),
        "opinion_leader": _("Opinion leader"),
        "helper": _("Helps us"),
        "visit": _("Visit"),
    }
)


class BadPack(ValueError):
    """A file of packs/ that says what no pack may say."""


@dataclass(frozen=True, slots=True)
class Pack:
    key: str
    title: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]]


def word(key: str, about: Account | Industry | str | None = None, language: str = "") -> str:
    """The word for `key` (of WORDS) where `about` belongs, in `language` (default: the one in force).

    `about`: an account, its industry, or the key of a pack. It stands alone, as a label, a mark or a kind: inside a
    sentence it would need the case and gender of the word. No query where the account's industry is at hand.
    KeyError: no such word.
    """
    plain = WORDS[key]
    pack = found(_pack(about))
    own = pack.words.get(key) if pack else None
    return own[(language or get_language() or "en")[:2]] if own else str(plain)


def _pack(about: Account | Industry | str | None) -> str:
    if isinstance(about, str):
        return about
    industry = about.industry if isinstance(about, Account) else about
    return industry.pack if industry else ""


def interaction_kinds(about: Account | Industry | str | None = None) -> list[tuple[str, str]]:
    """The kinds of contact that take place, in the words of the trade."""
    return [
        (key, word("visit", about) if key == "visit" else str(label))
        for key, label in choices.interaction_kinds()
    ]


def packs() -> list[tuple[str, str]]:
    """(key, title in the language in force), by title."""
    language = (get_language() or "en")[:2]
    return sorted(((pack.key, pack.title[language]) for pack in _all().values()), key=lambda pair: pair[1])


def found(key: str) -> Pack | None:
    return _all().get(key)


@cache
def _all() -> Mapping[str, Pack]:
    folder = resources.files("kamerton.accounts") / "packs"
    files = [entry for entry in folder.iterdir() if entry.name.endswith(".toml")]
    built = [build(entry.name.removesuffix(".toml"), entry.read_text(encoding="utf-8")) for entry in files]
    return MappingProxyType({pack.key: pack for pack in built})


def build(key: str, text: str) -> Pack:
    """Raises BadPack, saying what is wrong: whatever is not a word in every language is refused."""
    told = tomllib.loads(text)
    if extra := set(told) - {"title", "words"}:
        raise BadPack(f"{key}: a pack holds words only, not {', '.join(sorted(extra))}")
    words = told.get("words", {})
    if unknown := set(words) - set(WORDS):
        raise BadPack(f"{key}: no such word: {', '.join(sorted(unknown))}")
    for name, each in {"title": told.get("title", {}), **words}.items():
        if set(each) != set(LANGUAGES) or not all(isinstance(said, str) and said for said in each.values()):
            raise BadPack(f"{key}: {name} is not said in each of {', '.join(LANGUAGES)}")
    return Pack(key, told["title"], words)
