"""What a header says: the concepts of its words, however they are written together or misspelt."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from kamerton.ledger.read.folding import words
from kamerton.ledger.read.header_words import PHRASES, STEMS, WORDS

_CAMEL = re.compile(
    r"(?<=[a-zà-öø-ÿа-яёąćęłńóśźż0-9])(?=[A-ZÀ-ÖØ-ÞА-ЯЁĄĆĘŁŃÓŚŹŻ])"
    r"|(?<=[A-ZА-ЯЁ])(?=[A-ZА-ЯЁ][a-zа-яё])"
)
_TO = re.compile(r"(?i)\b(bill|sold|sell|ship)[-_ ]*to\b")  # who pays, unlike a bill
_TABLE_COLUMN = re.compile(r"^\W*(?P<table>[^\[\]]+?)\W*\[(?P<column>[^\[\]]{4,})\]\W*$")  # Sales[Order date]
_DOTTED = re.compile(r"^(?P<table>[\w\s]+(?:\.[\w\s]+)*)\.(?P<column>\w{3,})$")  # t1.customer_id
_MOST_ENDING = 4  # letters that a case or a plural adds to a stem
_LONGEST_COMPOUND = 40
_PHRASE_MISSPELT_FROM = 9
_MISSPELT_FROM = 5  # letters; shorter words differ too little from each other


@dataclass(frozen=True, kw_only=True)
class Header:
    """A header taken apart. `sure` loses a little for every misspelt or unknown word."""

    key: str  # folded, without blanks and punctuation
    concepts: frozenset[str]
    phrases: dict[str, float] = field(default_factory=dict)  # role -> how surely, of the header as a whole
    sure: float = 1.0


def header_key(name: str) -> str:
    """The header without case, accents, blanks and punctuation; kept as it is if nothing is left."""
    return "".join(words(name)) or name.strip("\ufeff \t\r\n")


def read_header(name: str) -> tuple[Header, ...]:
    """The readings of `name`, the likeliest first: without the table in front of it, then with it."""
    stripped = name.strip("\ufeff \t\r\n\"'`")
    readings = [_header(stripped)]
    if match := _TABLE_COLUMN.match(stripped) or _DOTTED.match(stripped):
        readings.insert(0, _header(match["column"]))
    return tuple(readings)


def _header(text: str) -> Header:
    marked = text.replace("%", " pct ").replace("#", " no ")
    plain = re.sub(r"[(\[][^)\]]{0,24}[)\]]", " ", marked)  # a unit or a currency in brackets
    key, bare = "".join(words(marked)), "".join(words(plain))
    concepts: set[str] = set()
    sure = 1.0
    for word in words(_TO.sub(r"\1to", _CAMEL.sub(" ", marked))):
        found, factor = _meaning(word)
        concepts |= found
        sure *= factor
    phrases = PHRASES.get(key) or (PHRASES.get(bare) if _same_sense(marked, plain) else None) or {}
    if not phrases and sure < 1:
        phrases = _misspelt_phrase(key)
    return Header(key=key, concepts=_settled(concepts), phrases=phrases, sure=sure)


def _misspelt_phrase(key: str) -> dict[str, float]:
    """The phrase that `key` is a slip or two away from; only long ones are told apart that way."""
    if len(key) < _PHRASE_MISSPELT_FROM:
        return {}
    slips = 1 if len(key) < 12 else 2
    near = process.extractOne(key, _LONG_PHRASES, scorer=OSA.distance, score_cutoff=slips)
    return {role: sure * 0.92 for role, sure in PHRASES[near[0]].items()} if near else {}


def _same_sense(marked: str, plain: str) -> bool:
    """False where the brackets say more than a unit: Amount (gross)."""
    inside = set(words(marked)) - set(words(plain))
    return all(_meaning(word)[0] <= {"NOISE", "VALUE", "NET", "UNIT"} for word in inside)


def _settled(found: set[str]) -> frozenset[str]:
    """Concepts after the words that change each other: with and without tax, a number that is an id."""
    concepts = set(found)
    if "NUM" in concepts:
        concepts.add("ID")
    if "TAX" in concepts and "EXCL" in concepts:
        concepts = concepts - {"TAX", "GROSS"} | {"NET"}
    elif "TAX" in concepts and "NET" in concepts and "INCL" not in concepts:
        concepts -= {"TAX"}
    elif "TAX" in concepts and "INCL" in concepts:
        concepts = concepts - {"TAX", "NET"} | {"GROSS"}
    if "CURRENCY" in concepts and concepts & {"VALUE", "NET", "SALES"}:
        concepts -= {"CURRENCY"}  # an amount in some currency
    if {"LINE", "ITEM"} <= concepts and concepts & {"NAME", "DESC", "SKU", "PRICE", "QTY"}:
        concepts -= {"LINE"}  # of a line item, not its number
    return frozenset(concepts - {"NOISE", "INCL", "EXCL"})


@lru_cache(maxsize=20_000)
def _meaning(word: str) -> tuple[frozenset[str], float]:
    """Concepts of one word and the factor that the way of finding them puts on the certainty."""
    if word.isdigit():
        return frozenset(), 0.97
    if known := _listed(word):
        return known, 1.0
    if (split := _compound(word)) is not None:
        return split, 0.99
    return _misspelt(word)


def _listed(word: str) -> frozenset[str]:
    if word in WORDS:
        return WORDS[word]
    for length in range(len(word) - 1, max(2, len(word) - _MOST_ENDING - 1), -1):
        if word[:length] in STEMS:
            return STEMS[word[:length]]
    return frozenset()


def _compound(word: str) -> frozenset[str] | None:
    """Concepts of a word that is made of listed words, by the fewest of them; None if it is not."""
    if not 5 <= len(word) <= _LONGEST_COMPOUND:
        return None
    best: list[tuple[int, frozenset[str]] | None] = [(0, frozenset())] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(end):
            before, piece = best[start], word[start:end]
            if before is None or not _may_be_piece(piece, last=end == len(word)):
                continue
            if best[end] is None or before[0] + 1 < best[end][0]:  # type: ignore[index]
                best[end] = (before[0] + 1, before[1] | _listed(piece))
    found = best[-1]
    return found[1] if found and found[0] > 1 else None


def _may_be_piece(piece: str, *, last: bool) -> bool:
    if piece not in WORDS:
        return len(piece) >= 6 and any(piece[:-ending] in STEMS for ending in (1, 2))
    return len(piece) >= 3 or (last and piece in {"id", "no", "nr"})


def _misspelt(word: str) -> tuple[frozenset[str], float]:
    """The concepts of the nearest listed word: one slip up to seven letters, two from eight on."""
    if len(word) >= _MISSPELT_FROM:
        slips = 1 if len(word) < 8 else 2
        near = process.extractOne(word, _LONG_WORDS, scorer=OSA.distance, score_cutoff=slips)
        if near and near[0][0] == word[0]:
            return WORDS[near[0]], 0.92
    return frozenset(), 0.9


_LONG_PHRASES = sorted(phrase for phrase in PHRASES if len(phrase) >= _PHRASE_MISSPELT_FROM - 1)
_LONG_WORDS = sorted(word for word in WORDS if len(word) >= _MISSPELT_FROM - 1)
