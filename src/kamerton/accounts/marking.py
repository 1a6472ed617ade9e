"""Which parts of a text are what was searched for. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from kamerton.core import folding

_WORD = re.compile(r"[^\W_]+")
#: So much of a long text is shown around the first word that was found.
_BEFORE, _LENGTH = 60, 220

#: Texts, in their order, and whether each is what was searched for.
Marked = list[tuple[str, bool]]


def marked(text: str, words: Sequence[str]) -> Marked:
    """`text` in pieces; a word that begins with one of `words` (folded) is found as a whole."""
    text = unicodedata.normalize("NFC", text)
    pieces: Marked = []
    at = 0
    for match in _WORD.finditer(text):
        if _fits(match.group(), words):
            if match.start() > at:
                pieces.append((text[at : match.start()], False))
            pieces.append((match.group(), True))
            at = match.end()
    if at < len(text):
        pieces.append((text[at:], False))
    return pieces


def excerpt(text: str, words: Sequence[str], *, length: int = _LENGTH) -> Marked:
    """The part of `text` around the first word that was found, on one line."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    if len(text) <= length:
        return marked(text, words)
    first = next((match.start() for match in _WORD.finditer(text) if _fits(match.group(), words)), 0)
    start = text.find(" ", max(0, first - _BEFORE)) + 1 if first > _BEFORE else 0
    end = text.rfind(" ", start, start + length)
    end = end if end > first else start + length
    return [
        *([("… ", False)] if start else []),
        *marked(text[start:end], words),
        *([(" …", False)] if end < len(text) else []),
    ]


def _fits(word: str, wanted: Sequence[str]) -> bool:
    return any(part.startswith(each) for part in folding.words(word) for each in wanted)
