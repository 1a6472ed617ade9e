"""Every collected text has its translation, with the same values in it, and the texts of the rooms without gettext are collected."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po

import kamerton
from kamerton.analytics.definitions import DEFINITIONS

ROOT = Path(kamerton.__file__).parent
_PERCENT = re.compile(r"%\((\w+)\)[sd]")
_BRACES = re.compile(r"\{(\w+)(?:![rs])?\}")


@cache
def _borrowed() -> set[tuple[str, str | None]]:
    """The texts of rooms that know no gettext: every Said("...") and every definition of a figure."""
    found = {(text, None) for each in DEFINITIONS.values() for text in (each.name, each.rule, each.formula)}
    for path in ROOT.rglob("*.py"):
        with path.open("rb") as file:
            found |= {
                (text, None) for _line, text, *_rest in extract("python", file, keywords={"Said": (1,)})
            }
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
    assert sorted(_borrowed() - catalogue.keys(), key=str) == []
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
