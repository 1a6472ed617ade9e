"""Values in, values out: what the room decides. No database, no clock."""

from __future__ import annotations

from collections.abc import Iterable


def search_text(*parts: str) -> str:
    """What a search looks in: every part, case folded, single blanks."""
    return " ".join(" ".join(parts).casefold().split())


def prospect_number(taken: Iterable[str]) -> str:
    """The next number of ours for whoever the ledger does not know: P-00001, P-00002 ..."""
    own = (number.removeprefix("P-") for number in taken if number.startswith("P-"))
    last = max((int(digits) for digits in own if digits.isdigit() and digits.isascii()), default=0)
    return f"P-{last + 1:05d}"
