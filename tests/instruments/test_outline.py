"""An assessment as headings, questions and answers, which pages and documents render."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import translation

from kamerton.instruments import rules
from kamerton.instruments.outline import Manner, outline, worded
from tests.instruments.factories import DAY, define, given, item, section, words

KINDS = define(
    section(
        "one",
        item("a", help=words("Think")),
        item("s", "scale"),
        item("c", "choice", option=[{"key": key, "text": words(f"Answer {key}")} for key in "xy"]),
        item("n", "number", unit=words("days")),
    ),
    section(
        "two", item("t", "text"), item("d", "date", fresh_days=30), item("empty", "text"), help=words("Later")
    ),
)
SAID = {"a": "no", "s": "4", "c": "y", "n": "12.5", "t": "as it is", "d": "2026-03-02"}


def test_an_outline_holds_every_question_with_its_answer_in_words():
    answers = given(SAID, evidence="minutes")
    found = outline(KINDS, answers, Manner("pl", number=lambda value: f"<{value}>"), on=DAY + dt.timedelta(days=31),
                    score=rules.score(KINDS, answers))  # fmt: skip
    assert [(block.heading, block.help, len(block.lines)) for block in found.blocks] == [
        ("Section one (pl)", "", 4),
        ("Section two (pl)", "Later (pl)", 3),
    ]
    lines = [line for block in found.blocks for line in block.lines]
    assert [line.answer for line in lines] == [
        "No", "4 of 5", "Answer y (pl)", "<12.5> days (pl)", "as it is", "2026-03-02", "",
    ]  # fmt: skip
    assert [line.item.key for line in lines if line.is_stale] == ["d"]
    assert [line.part.points for line in lines if line.part] == [0, 37.5]
    assert (lines[0].help, lines[0].evidence, lines[0].answered_on) == ("Think (pl)", "minutes", DAY)
    assert (lines[6].evidence, lines[6].answered_on) == ("", None)


@pytest.mark.parametrize(
    ("key", "value", "text"), [("a", "yes", "Yes"), ("a", "", ""), ("n", "-3", "-3 days")]
)
def test_an_answer_in_words(key, value, text):
    with translation.override("en"):
        assert worded(KINDS.by_key[key], value, Manner("en")) == text
