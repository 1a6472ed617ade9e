"""Which accounts are key. The room that decides it lies above: it registers how it is asked."""

from __future__ import annotations

from collections.abc import Callable, Collection

#: (numbers of accounts, or None for all) -> those of them that are key.
KeyNumbers = Callable[[Collection[str] | None], frozenset[str]]
_key_numbers: list[KeyNumbers] = []


def register(key_numbers: KeyNumbers) -> KeyNumbers:
    """Called once by the room that classifies accounts."""
    _key_numbers[:] = [key_numbers]
    return key_numbers


def key_numbers(among: Collection[str] | None = None) -> frozenset[str]:
    """The numbers of key accounts. Nobody has registered: none is key."""
    return _key_numbers[0](among) if _key_numbers else frozenset()
