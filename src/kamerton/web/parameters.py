"""What people type into addresses and small forms, made safe to hand on."""

from __future__ import annotations

#: A database cannot hold the NUL character in a text, and nobody types it.
_NUL = "\x00"


def page_number(text: str) -> int:
    """From 1; what is no number is the first page."""
    return max(1, int(text)) if text.isdecimal() and len(text) < 7 else 1


def plain(text: str) -> str:
    """`text` to compare with what is in the database."""
    return text.replace(_NUL, "")


def words(text: str, *, longest: int = 500) -> str:
    """`text` without blanks around it, without NUL, and not longer than a person would write."""
    return plain(text).strip()[:longest]
