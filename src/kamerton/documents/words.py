"""Values as a document writes them, in the language that is active; and text made harmless for XML."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kamerton.core.telling import day_in_words
from kamerton.documents.content import Content, Value, ValueKind

#: A document is read by people: what is longer than this was not written by one.
LONGEST_TEXT = 20_000
_BREAKS = "\t\n"


def told(value: Value, kind: ValueKind = "text", unit: str = "") -> str:
    """Empty for None."""
    if value is None or value == "":
        return ""
    if isinstance(value, dt.date):
        return day_in_words(value)
    if kind == "share":
        return f"{_number(Decimal(str(value)) * 100, 1)} %"
    if isinstance(value, str):
        return clean(value)
    text = _number(Decimal(str(value)), {"money": 0, "count": 0, "number": 1}.get(kind, 0))
    return f"{text} {unit}".strip()


def in_cell(value: Value, kind: ValueKind = "text") -> str:
    """As `told`, with days written short: a table has little room."""
    if isinstance(value, dt.date):
        text = date_format(value, "j M Y")
        return text if (get_language() or "en").startswith("en") else text.lower()
    return told(value, kind)


def _number(value: Decimal, places: int) -> str:
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
    return number_format(rounded + 0, decimal_pos=places, use_l10n=True, force_grouping=True)


def clean(text: str) -> str:
    """Without the signs that XML does not allow, and not longer than anybody reads."""
    kept = "".join(sign for sign in text[: LONGEST_TEXT + 1] if _is_allowed(sign))
    return kept if len(text) <= LONGEST_TEXT else _("%(text)s … (shortened)") % {"text": kept[:LONGEST_TEXT]}


def _is_allowed(sign: str) -> bool:
    return (
        sign in _BREAKS
        or " " <= sign <= "\ud7ff"
        or "\ue000" <= sign <= "\ufffd"
        or "\U00010000" <= sign <= "\U0010ffff"
    )


#: Placeholders that every document has, with what they stand for.
def common_words() -> dict[str, str]:
    return {
        "title": _("The title of the document"),
        "opening": _("The sentence under the title"),
        "day": _("The day on which it was made"),
        "company": _("The name of your company"),
        "reader": _("Who made the document"),
        "mark": _("The line that stands on what holds something secret"),
        "legal": _("The legal texts of the country"),
    }


def texts_of(content: Content) -> Mapping[str, str]:
    """Placeholder -> text, of one document or one part of it."""
    common = {
        "title": clean(content.title),
        "opening": clean(content.opening),
        "day": day_in_words(content.day),
        "company": clean(content.company),
        "reader": clean(content.reader),
        "mark": clean(content.mark),
        "legal": clean("\n".join(content.legal)),
    }
    return common | {each.key: told(each.value, each.kind, each.unit) for each in content.all_fields()}
