"""A sentence of the reader or of the analytic core, told in the language that is active."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from string import Formatter
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, gettext

from kamerton.core.refused import Refused
from kamerton.said import Said, from_plain, unpacked


class _Told(Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Said):
            return told(value)
        if isinstance(value, int | Decimal):
            return number_format(_trimmed(value), use_l10n=True, force_grouping=True)
        if isinstance(value, dt.date):
            return day_in_words(value)
        return str(format(value, format_spec))


def day_in_words(day: dt.date) -> str:
    """1 February 2025; the other languages write months small, also where Django's own names do not."""
    text = date_format(day, "j E Y")
    return text if (get_language() or "en").startswith("en") else text.lower()


def _trimmed(value: int | Decimal) -> int | Decimal:
    """Without zeros that only come from how it was written."""
    return Decimal(f"{value.normalize():f}") if isinstance(value, Decimal) else value


_TOLD = _Told()


def told(kept: object) -> str:
    """Said, or what was kept of one (said.to_plain, said.packed); any other text as it stands."""
    text = from_plain(kept) if not isinstance(kept, str) else kept
    sentence = text if isinstance(text, Said) else unpacked(text)
    if not isinstance(sentence, Said):
        return sentence
    template = gettext(sentence.template) if sentence.template else ""
    return _TOLD.vformat(template, (), sentence.values) if sentence.values else template


def told_refusal(refused: Refused) -> str:
    """What happened and what to do next."""
    return f"{told(refused.message)} {told(refused.hint)}".strip()
