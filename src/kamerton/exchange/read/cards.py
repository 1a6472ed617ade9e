"""vCard 2.1, 3.0 and 4.0 as a table: one row for each card, under columns of the standard's own names.

vobject takes lines apart; what the programs of this world put into them is read here. A card is never refused
for a property that nobody needs.
"""

from __future__ import annotations

import io
import quopri
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vobject.base import ParseError, getLogicalLines, parseLine

from kamerton.exchange.read.model import Fault, Place, Row
from kamerton.said import Said

#: read.columns finds their roles. The address in the web is often a person's own page, so nothing is taken for granted.
COLUMNS = (
    "FN", "Last name", "First name", "Middle name", "Prefix", "Company", "Department", "Title", "Email", "Tel work",
    "Tel cell", "Url in the card", "Street", "City", "Region", "Postcode", "Country", "Lang", "Note",
)  # fmt: skip
_HEAVY = re.compile(r"(?i)^(?:[\w-]+\.)?(?:PHOTO|LOGO|SOUND|KEY|X-[\w-]*(?:PHOTO|IMAGE)[\w-]*)[;:]")
_PROPERTY = re.compile(r"^(?:[\w-]+\.)?[A-Za-z][\w-]*[;:]")
_BEGIN, _END = re.compile(r"(?i)^\s*BEGIN\s*:\s*VCARD\s*$"), re.compile(r"(?i)^\s*END\s*:\s*VCARD\s*$")
_APPLE_LABEL = re.compile(r"^_\$!<(.*)>!\$_$")
MOST_CARD_BYTES = 4 * 1024**2


@dataclass(slots=True)
class _Line:
    name: str
    kinds: frozenset[str]  # TYPE values, and what 2.1 writes bare
    value: str


def is_cards(head: bytes) -> bool:
    """Whether a file begins like a vCard, in whatever encoding."""
    plain = head[:400].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return plain[:20].upper().replace(b" ", b"").startswith(b"BEGIN:VCARD")


def decoded(content: bytes) -> str:
    """UTF-8 or UTF-16; else the old encodings of cards, which 2.1 wrote as the machine had it."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    if content[:200].count(b"\0") > 50:
        return content.decode("utf-16-le" if content[1:2] == b"\0" else "utf-16-be", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def read_cards(text: str, file: str) -> Iterator[Row | Fault]:
    """Every card of a file, in its order."""
    for line, lines in _split(text):
        place = Place(file, line)
        if lines is None:
            yield Fault(place, "", "", Said("The card does not end."))
            continue
        try:
            yield Row(place, _cells(list(_lines(lines))))
        except (ParseError, ValueError, LookupError) as error:
            yield Fault(place, "", str(error)[:200], Said("The card cannot be read."))


def _split(text: str) -> Iterator[tuple[int, list[str] | None]]:
    """(first line, the lines within) of every card; None instead where the file or the next card cuts it off."""
    start = 0
    inner: list[str] | None = None
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        if _BEGIN.match(line):
            if inner is not None and not _is_agent(inner):
                yield start, None
                inner = None
            if inner is None:
                start, inner = number, []
        elif inner is not None and _END.match(line):
            yield start, inner
            inner = None
        elif inner is not None:
            inner.append(line)
    if inner is not None:
        yield start, None


def _is_agent(inner: list[str]) -> bool:
    """2.1 may hold a card within a card."""
    return bool(inner) and inner[-1].upper().startswith("AGENT")


def _light(lines: Iterable[str]) -> Iterator[str]:
    """Without pictures and keys and the lines that go on with them."""
    skipping = False
    for line in lines:
        if _HEAVY.match(line):
            skipping = True
        elif skipping and (not line.strip() or line[0] in " \t" or not _PROPERTY.match(line)):
            continue
        else:
            skipping = False
            if line.strip():
                yield line


def _lines(lines: Iterable[str]) -> Iterator[_Line]:
    for text, _number in getLogicalLines(io.StringIO("\n".join(_light(lines)) + "\n"), allowQP=True):
        try:
            name, params, value, _group = parseLine(text)
        except ParseError:
            continue  # a line without a colon: text that somebody's program did not fold
        yield _line(name.upper(), params, value)


def _line(name: str, params: list[list[str]], value: str) -> _Line:
    kinds: set[str] = set()
    charset, quoted = "utf-8", False
    for key, *values in params:
        told = [part.strip().upper() for each in values for part in each.split(",")]
        if key.upper() == "CHARSET" and values:
            charset = values[0]
        elif key.upper() == "ENCODING":
            quoted = quoted or "QUOTED-PRINTABLE" in told
        elif key.upper() == "TYPE":
            kinds |= set(told)
        elif not values:
            kinds.add(key.upper())
    if quoted or "QUOTED-PRINTABLE" in kinds:
        value = _unquoted(value, charset)
    return _Line(name, frozenset(kinds), value)


def _unquoted(value: str, charset: str) -> str:
    raw = quopri.decodestring(value.encode("utf-8"))
    try:
        return raw.decode(charset)
    except (LookupError, UnicodeDecodeError):
        return raw.decode("cp1252", errors="replace")


def _plain(value: str) -> str:
    r"""Without the backslashes of \n, \, and \;."""
    if "\\" not in value:
        return value.strip()
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] in "nN" else match[1], value).strip()


def _parts(value: str) -> list[str]:
    """A structured value, parted at the semicolons that are not escaped."""
    return [_plain(part) for part in re.split(r"(?<!\\);", value)]


def _cells(lines: list[_Line]) -> tuple[str, ...]:
    told: dict[str, str] = {}

    def put(column: str, value: str, *, over: bool = False) -> None:
        value = _APPLE_LABEL.sub(r"\1", value).strip()
        if value and (over or not told.get(column)):
            told[column] = value

    for line in sorted(lines, key=lambda each: "PREF" not in each.kinds):
        _take(line, put)
    return tuple(told.get(column, "") for column in COLUMNS)


def _take(line: _Line, put: object) -> None:  # noqa: C901, PLR0912 - a table of properties
    assert callable(put)  # noqa: S101
    match line.name:
        case "FN":
            put("FN", _plain(line.value))
        case "N":
            names = ("Last name", "First name", "Middle name", "Prefix")
            for column, part in zip(names, _parts(line.value), strict=False):
                put(column, part)
        case "ORG":
            company, *units = _parts(line.value)
            put("Company", company)
            put("Department", units[0] if units else "")
        case "TITLE":
            put("Title", _plain(line.value), over=True)
        case "ROLE":
            put("Title", _plain(line.value))
        case "EMAIL":
            put("Email", _plain(line.value).removeprefix("mailto:"))
        case "TEL":
            if line.kinds & {"FAX", "PAGER", "BBS", "MODEM"}:
                return
            column = "Tel cell" if line.kinds & {"CELL", "IPHONE"} else "Tel work"
            put(column, _plain(line.value).removeprefix("tel:"))
        case "URL":
            put("Url in the card", _plain(line.value))
        case "ADR":
            if "HOME" in line.kinds and "WORK" not in line.kinds:
                return  # where somebody lives is no matter of ours
            _box, _more, *rest = [*_parts(line.value), "", ""][:7]
            for column, part in zip(("Street", "City", "Region", "Postcode", "Country"), rest, strict=False):
                put(column, part)
        case "LANG" | "LANGUAGE":
            put("Lang", _plain(line.value))
        case "NOTE":
            put("Note", _plain(line.value))
