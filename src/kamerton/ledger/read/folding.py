"""Rows that sum others up; and the folding of core, which every reader uses."""

from __future__ import annotations

import re

from kamerton.core.folding import fold, words

__all__ = ["fold", "is_total", "starts_a_total", "words"]

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
