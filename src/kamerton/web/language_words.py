"""Languages by their names, in the reader's own; stored are their codes."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

#: What people speak: ISO 639-1 codes of the languages of business that the company may add to.
LANGUAGES = (
    "cs", "de", "en", "es", "fr", "hu", "it", "lt", "nl", "pl", "pt", "ro", "ru", "sk", "sv", "tr", "uk", "zh",
)  # fmt: skip


def name(code: str) -> str:
    """The code itself where nobody has a word for it."""
    if code == "zh":
        return _("Chinese")
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def names(codes: Iterable[str]) -> str:
    return ", ".join(name(code) for code in codes)


def choices() -> list[tuple[str, str]]:
    return sorted(((code, name(code)) for code in LANGUAGES), key=lambda each: each[1])
