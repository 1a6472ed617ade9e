"""Text without case, accents and decoration: what two spellings of one word have in common."""

from __future__ import annotations

import re
import unicodedata

#: Letters that Unicode does not decompose into a base letter and a mark.
_SINGLE = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "№": " no "}
)
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Casefolded, compatibility-decomposed and stripped of marks; `ß` is `ss`, `й` is `и`."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_SINGLE))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).casefold()


def words(text: str) -> list[str]:
    """Runs of letters and digits in `text`, folded."""
    return _WORD.findall(fold(text))
