"""Countries by their names, in the reader's language; stored are their codes (ISO 3166-1)."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path

from django import forms
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext_lazy as _

_LANGUAGES = ("en", "it", "pl", "ru")


@cache
def _names(language: str) -> dict[str, str]:
    text = Path(__file__).with_name("countries.txt").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    at = 1 + _LANGUAGES.index(language if language in _LANGUAGES else "en")
    return {row[0]: row[at] for row in rows}


def name(code: str) -> str:
    """The code itself where it is no country's; "" stays empty."""
    return _names((get_language() or "en")[:2]).get(code.upper(), code)


def choices(stored: str = "") -> list[tuple[str, str]]:
    """By name; what is stored stays choosable, whatever it is."""
    names = dict(_names((get_language() or "en")[:2]))
    if stored:
        names.setdefault(stored, stored)
    open_choice = ("", pgettext("choice left open", "Not said"))
    return [open_choice, *sorted(names.items(), key=lambda each: each[1].casefold())]


def field(stored: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=_("country"), required=False, choices=partial(choices, stored))
