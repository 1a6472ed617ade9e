"""The ladder of a relationship (REL-06): the instrument of that key. Its stages are those of the file that is shipped.

What a person's rung is comes from the latest finished assessment; the contact keeps a copy for lists and the map.
"""

from __future__ import annotations

import functools

from django.utils.functional import Promise, lazystr
from django.utils.translation import get_language

from kamerton.instruments import format as files
from kamerton.instruments.definition import Definition, Words

KEY = "relationship-ladder"


@functools.cache
def shipped() -> Definition:
    """An adaptation changes criteria and words, never the stages (instruments.actions.adapt)."""
    path = files.CATALOGUE / f"{KEY}.toml"
    return files.build(files.document(path.read_text(encoding="utf-8"), path.name), path.name)


def stages() -> list[tuple[int, str | Promise]]:
    """Number and name, from 0: nobody has begun."""
    titles = [shipped().scoring.results[0].title, *(each.title for each in shipped().sections)]
    return [(stage, lazystr(_Said(title))) for stage, title in enumerate(titles)]


class _Said:
    """In the language of whoever reads it."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def __str__(self) -> str:
        return self._words.said(get_language() or "en")
