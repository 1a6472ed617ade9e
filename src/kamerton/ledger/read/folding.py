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


_TOTAL = re.compile(
    r"(?:grand |sub-?|general )?totals?\b|totale\b|subtotale\b|razem\b|suma\b|ogółem\b|łącznie\b|итог|всего\b|"
    r"summe\b|gesamt|zwischensumme\b|somme\b|total general\b",
    re.IGNORECASE,
)


def starts_a_total(label: str) -> bool:
    """A row that is labelled so sums others up."""
    return _TOTAL.match(label.strip()) is not None


def is_total(name: str) -> bool:
    """Nothing but the word for a total: no company is called so."""
    return _TOTAL.fullmatch(name.strip().rstrip(":. ")) is not None
