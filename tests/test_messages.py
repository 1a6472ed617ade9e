"""Every text has its translation, with the same values in it: the catalogues cannot fall behind."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

import kamerton
from kamerton.analytics.definitions import DEFINITIONS

ROOT = Path(kamerton.__file__).parent
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "Said": (1,),
}
_PERCENT = re.compile(r"%\((\w+)\)[sd]")
_BRACES = re.compile(r"\{(\w+)(?:![rs])?\}")


def _sources() -> Iterator[str]:
    for path in ROOT.rglob("*.py"):
        yield path.read_text(encoding="utf-8")
    for path in [*ROOT.rglob("templates/**/*.html"), *ROOT.rglob("templates/**/*.txt")]:
        yield templatize(path.read_text(encoding="utf-8"))


@cache
def _written() -> set[tuple[str, str | None]]:
    """(text, context) of everything in the code that is marked for translation."""
    found = {(text, None) for each in DEFINITIONS.values() for text in (each.name, each.rule, each.formula)}
    for source in _sources():
        for _line, text, _comments, context in extract(
            "python", io.BytesIO(source.encode()), keywords=KEYWORDS
        ):
            found.add((text[0] if isinstance(text, tuple) else text, context))
    return {(text, context) for text, context in found if text}


def _catalogue(language: str) -> dict[tuple[str, str | None], Message]:
    with (ROOT / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    return {
        (message.id[0] if message.pluralizable else message.id, message.context): message
        for message in messages
    }


def _texts(message: Message) -> list[str]:
    return list(message.string) if message.pluralizable else [message.string]


def _values(text: str) -> set[str]:
    return {*_PERCENT.findall(text), *_BRACES.findall(text)}


@pytest.mark.parametrize("language", ["it", "pl", "ru"])
def test_every_text_is_translated_with_its_values(language):
    catalogue = _catalogue(language)
    assert sorted(_written() - catalogue.keys(), key=str) == []
    unfinished = [key for key, message in catalogue.items() if message.fuzzy or not all(_texts(message))]
    assert unfinished == []
    for (text, _context), message in catalogue.items():
        sources = message.id if message.pluralizable else (text,)
        allowed = set().union(*map(_values, sources))
        for translated in _texts(message):
            needed = allowed if not message.pluralizable else _values(sources[0]) & _values(sources[1])
            assert needed <= _values(translated) <= allowed, (text, translated)


_SAYING = {"Unreadable", "NeedsAnswer", "Refused", "Doubt", "Choice", "Broken"}
_SAID = {"hint", "question", "reason"}


@pytest.mark.parametrize("path", sorted((ROOT / "ledger" / "read").glob("*.py")), ids=lambda path: path.stem)
def test_the_reader_says_nothing_that_cannot_be_translated(path):
    """No sentence for a person is a bare string: refusals, hints, questions, reasons and notes are Said."""
    bare = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _SAYING:
            texts = [*node.args[:1], *(word.value for word in node.keywords if word.arg in _SAID)]
            bare += [ast.unparse(text) for text in texts if _is_sentence(text)]
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("notes.append"):
            bare += [ast.unparse(text) for text in node.args if _is_sentence(text)]
    assert bare == []


def _is_sentence(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return _is_sentence(node.left) or _is_sentence(node.right)
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and " " in str(node.value))
