"""What was searched for, marked where it stands."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from kamerton.accounts import marking, search
from kamerton.accounts.marking import Marked


def marks(pieces: Marked) -> SafeString:
    told = ((format_html("<mark>{}</mark>", text) if is_found else text,) for text, is_found in pieces)
    return format_html_join("", "{}", told)


def marked(text: str, words: Sequence[str]) -> SafeString:
    """`words`: folded, as of search.asked."""
    return marks(marking.marked(text, words))


def typed_in(text: str, typed: str) -> SafeString:
    """`typed`: as a person typed it."""
    return marked(text, search.asked(typed))
