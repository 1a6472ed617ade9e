"""What one cell looks like, before its column is known. Only good enough to tell a header from data."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Literal

Kind = Literal["empty", "number", "date", "text"]

_NUMBER = re.compile(
    r"""[(\[]?\s*[-+\u2212]?\s*(?:[A-Z]{3}\s|\b[A-Z]{2,3}|[$\u20ac\u00a3\u00a5\u20b9\u20bd\u20ba\u20bf]|z\u0142|\u0440\u0443\u0431\.?|Kc)?\s*
    [-+\u2212]?\s*(?:\d[\d.,'\u2019\u00a0\u202f ]*|[.,]\d+)(?:[eE][-+]?\d+)?
    \s*(?:[A-Z]{3}|[$\u20ac\u00a3\u00a5\u20b9\u20bd\u20ba%\u2030]|z\u0142|\u0440\u0443\u0431\.?|\u0440\.|Kc|CR|DR)?\s*[-)\]]?""",
    re.VERBOSE,
)
_TIME = (
    r"(?:[T ,]\s*\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?"
    r"\s*(?:[AaPp]\.?[Mm]\.?)?\s*(?:Z|[+-]\d{2}:?\d{2})?)?"
)
_DATE = re.compile(
    rf"""(?:\d{{1,4}}[./-]\s?\d{{1,2}}[./-]\s?\d{{2,4}}\.?{_TIME}
    |(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])
    |\d{{1,2}}[\s./-]?[^\W\d_]{{3,12}}\.?[\s./,-]{{0,2}}(?:19|20)?\d\d{_TIME}
    |[^\W\d_]{{3,12}}\.?\s\d{{1,2}},?\s(?:19|20)\d\d{_TIME}
    |(?:19|20)\d\d[-./](?:0?[1-9]|1[0-2]))""",
    re.VERBOSE,
)
_RULED = re.compile(r"[-=_*\s.]+")


def kind_of(cell: object) -> Kind:
    """Number, date, text or empty, of a cell as text or as a spreadsheet gave it."""
    if cell is None:
        return "empty"
    if isinstance(cell, str):
        return kind_of_text(cell)
    if isinstance(cell, (dt.date, dt.time, dt.timedelta)):
        return "date"
    return "number" if isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool) else "text"


def kind_of_text(cell: str) -> Kind:
    cell = cell.strip()
    if not cell:
        return "empty"
    if len(cell) > 40 or not any(map(str.isdigit, cell)):
        return "text"
    if _DATE.fullmatch(cell):
        return "date"
    return "number" if _NUMBER.fullmatch(cell) else "text"


def is_ruled(cell: object) -> bool:
    """Part of a line drawn with characters, as reports underline their header."""
    return isinstance(cell, str) and len(cell.strip()) > 1 and _RULED.fullmatch(cell) is not None
