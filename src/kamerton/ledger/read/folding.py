"""Rows that sum others up; and the folding of core, which every reader uses."""

from __future__ import annotations

import re

from kamerton.core.folding import fold, words

__all__ = ["fold", "is_total", "starts_a_total", "words"]

TOTAL_PATTERN = (
    r"(?:grand |sub-?|general )?totals?\b|totale\b|subtotale\b|razem\b|suma\b|ogółem\b|łącznie\b|итог|всего\b|"
    r"summe\b|gesamt|zwischensumme\b|somme\b|total general\b"
)
_TOTAL = re.compile(TOTAL_PATTERN, re.IGNORECASE)


#: What sums up or carries over, anywhere in a label.
SUMMING_PATTERN = (
    rf"(?:^|[^\w])(?:{TOTAL_PATTERN}|sum\b|result\b|ergebnis|übertrag|riporto|carried forward|brought forward|"
    r"przeniesieni|saldo\b)"
)
_SUMMING = re.compile(SUMMING_PATTERN, re.IGNORECASE)


def speaks_of_a_total(label: str) -> bool:
    """As careful as can be: a product may be called Total station."""
    return _SUMMING.search(label) is not None


def starts_a_total(label: str) -> bool:
    """A row that is labelled so sums others up."""
    return _TOTAL.match(label.strip()) is not None


def is_total(name: str) -> bool:
    """Nothing but the word for a total: no company is called so."""
    return _TOTAL.fullmatch(name.strip().rstrip(":. ")) is not None
