"""What people type into addresses and small forms, made safe to hand on."""

from __future__ import annotations

#: A database cannot hold the NUL character in a text, and nobody types it.
_NUL = "\x00"


def words(text: str, *, longest: int = 500) -> str:
    """`text` without blanks around it, without NUL, and not longer than a person would write."""
    return text.replace(_NUL, "").strip()[:longest]
