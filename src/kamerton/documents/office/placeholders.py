"""{{placeholders}} in the paragraphs of Word and PowerPoint, found and filled. Office splits a text into runs as it
likes: a placeholder is found across them, and its text takes the look of the run in which it begins.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kamerton.core.refused import Refused

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_FOUND = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Found:
    """A placeholder and where it stands, in words."""

    key: str
    place: str


class Unknown(Refused):
    """A template asks for what its document does not have."""

    def __init__(self, unknown: Iterable[Found]) -> None:
        rows = tuple(unknown)
        told = "; ".join(f"{{{{{each.key}}}}} ({each.place})" for each in rows[:8])
        more = len(rows) - 8
        if more > 0:
            told += ngettext(" and %(n)s more", " and %(n)s more", more) % {"n": more}
        super().__init__(
            _("This document has nothing to put at: %(list)s.") % {"list": told},
            code="unknown_placeholder",
            hint=_("Look up the names in the list of placeholders, and upload the file again."),
        )
        self.unknown = rows


def in_text(text: str) -> list[str]:
    return [each.strip() for each in _FOUND.findall(text)]


def paragraphs(root: Any) -> Iterator[Any]:
    """Every paragraph under `root`, of Word or of drawings, those in tables and text boxes too."""
    yield from root.iter(f"{W}p", f"{A}p")


def text_of(paragraph: Any) -> str:
    return "".join(each.text or "" for each in _texts(paragraph))


def keys_of(root: Any) -> list[str]:
    return [key for paragraph in paragraphs(root) for key in in_text(text_of(paragraph))]


def _texts(paragraph: Any) -> list[Any]:
    """The text elements of this paragraph, not of one that stands in a text box inside it."""
    own = (f"{W}t", f"{A}t")
    return [each for each in paragraph.iter(*own) if _paragraph_of(each) is paragraph]


def _paragraph_of(element: Any) -> Any:
    return next(each for each in element.iterancestors(f"{W}p", f"{A}p"))


def fill(root: Any, texts: Mapping[str, str]) -> None:
    """Put `texts` at their placeholders, everywhere under `root`; a key that it lacks stays. In place."""
    for paragraph in list(paragraphs(root)):
        if "{{" in text_of(paragraph):
            _fill_paragraph(paragraph, texts)


def _fill_paragraph(paragraph: Any, texts: Mapping[str, str]) -> None:
    """From the last placeholder to the first, so that places before it stay where they are."""
    for match in reversed(list(_FOUND.finditer(text_of(paragraph)))):
        key = match.group(1).strip()
        if key in texts:
            _replace(paragraph, match.start(), match.end(), texts[key])
    for element in _texts(paragraph):
        if "\n" in (element.text or ""):
            _break_lines(element)


def _replace(paragraph: Any, start: int, end: int, text: str) -> None:
    at = 0
    is_first = True
    for element in _texts(paragraph):
        own = element.text or ""
        low, high = max(start - at, 0), min(end - at, len(own))
        at += len(own)
        if low >= high:
            continue
        element.text = own[:low] + (text if is_first else "") + own[high:]
        if element.tag == f"{W}t":
            element.set(_SPACE, "preserve")
        is_first = False


def _break_lines(element: Any) -> None:
    lines = (element.text or "").split("\n")
    element.text = lines[0]
    if element.tag == f"{W}t":
        _break_in_run(element, lines[1:])
    else:
        _break_in_drawing(element.getparent(), lines[1:])


def _break_in_run(element: Any, lines: list[str]) -> None:
    last = element
    for line in lines:
        brk = element.makeelement(f"{W}br", {})
        text = element.makeelement(f"{W}t", {_SPACE: "preserve"})
        text.text = line
        last.addnext(brk)
        brk.addnext(text)
        last = text


def _break_in_drawing(run: Any, lines: list[str]) -> None:
    look, last = run.find(f"{A}rPr"), run
    for line in lines:
        brk = run.makeelement(f"{A}br", {})
        if look is not None:
            brk.append(copy.deepcopy(look))
        again = copy.deepcopy(run)
        again.find(f"{A}t").text = line
        last.addnext(brk)
        brk.addnext(again)
        last = again


def repeat(row: Any, filled: Iterable[Mapping[str, str]]) -> int:
    """`row` of a table once for each mapping, in its place; how many there are now."""
    count = 0
    for texts in filled:
        again = copy.deepcopy(row)
        fill(again, texts)
        row.addprevious(again)
        count += 1
    row.getparent().remove(row)
    return count
