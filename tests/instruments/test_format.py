"""Reading an instrument's file: what is in it, and in which words a bad one is refused."""

from __future__ import annotations

import copy
from decimal import Decimal

import pytest

from kamerton.instruments import format as files
from kamerton.instruments.definition import LANGUAGES
from kamerton.instruments.format import CATALOGUE
from tests.instruments.factories import define, item, result, section, tables, words

CHOICE = item("c", "choice", option=[{"key": "x", "text": words("X"), "points": 100}, {"key": "y", "text": words("Y"), "points": 0}])  # fmt: skip


def test_every_kind_of_item_is_read_with_its_defaults():
    made = define(
        section(
            "one",
            item("a"),
            item("s", "scale", low=0, high=10, better="low", low_words=words("never"), weight=2.5),
            CHOICE,
            item("n", "number", low=0, high=100, zero_at=0, full_at=50, unit=words("days")),
            item("t", "text", required=True, evidence="always"),
            item("d", "date", scored=True, fresh_days=30),
        ),
        fresh_days=180,
        secrecy="secret",
        prefill="never",
        raters=2,
    )
    found = {one.key: one for one in made}
    assert [(one.kind, one.scored, one.evidence, one.fresh_days) for one in found.values()] == [
        ("yes-no", True, "optional", 180),
        ("scale", True, "none", 180),
        ("choice", True, "none", 180),
        ("number", True, "none", 180),
        ("text", False, "always", 180),
        ("date", True, "none", 30),
    ]
    assert found["s"].weight == Decimal("2.5")
    assert found["s"].low_words.said("pl-PL") == "never (pl)"
    assert found["s"].low_words.said("de") == "never"
    assert (made.secrecy, made.prefill, made.raters) == ("secret", "never", 2)


def changed(path, value):
    """The tables of a sample with one value replaced, or taken away where `value` is ...."""
    made = tables(
        section("one", item("a"), item("s", "scale"), CHOICE, item("n", "number")),
        scoring={"result": [result("low", 0), result("high", 50)]},
    )
    made = target = copy.deepcopy(made)
    for step in path[:-1]:
        target = target[step]
    if value is ...:
        del target[path[-1]]
    else:
        target[path[-1]] = value
    return made


ITEMS = ("section", 0, "item")
AT = "section 1 (“one”), item 1 (“a”): "


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("format",), 2, "“format” must be 1; write format = 1 first."),
        (("format",), ..., "“format” must be 1"),
        (("key",), "No Good", "“key” must be small letters, digits and hyphens"),
        (("about",), "planet", "“about” is “planet”; write one of: account, contact"),
        (("title",), ..., "“title” is missing; add it in en, it, pl and ru."),
        (("title", "pl"), ..., "“title” is missing in “pl”; add it."),
        (("title", "ru"), "  ", "“title” is missing in “ru”; add it."),
        (("title", "de"), "Titel", "“title” has a language “de”"),
        (("wieght",), 3, "“wieght” is not known here; remove it, or write one of: format, key"),
        (("section",), [], "At least 1 [[…section]] is needed."),
        (("section", 0, "item"), [], "section 1 (“one”): At least 1 [[…item]] is needed."),
        ((*ITEMS, 0, "kind"), "maybe", AT + "“kind” is “maybe”; write one of: yes-no, scale"),
        ((*ITEMS, 0, "weight"), 0, AT + "“weight” must be above zero"),
        ((*ITEMS, 0, "weight"), -1, AT + "“weight” must be above zero"),
        ((*ITEMS, 0, "weight"), float("nan"), AT + "“weight” must be a number."),
        ((*ITEMS, 0, "weight"), True, AT + "“weight” must be a number."),
        ((*ITEMS, 0, "required"), "yes", AT + "“required” must be true or false."),
        ((*ITEMS, 0, "fresh_days"), 0, AT + "“fresh_days” must be a whole number from 1 to 36500."),
        ((*ITEMS, 0, "text", "it"), ..., AT + "“text” is missing in “it”; add it."),
        ((*ITEMS, 0, "low"), 1, AT + "“low” is not known here"),
        ((*ITEMS, 1, "key"), "a", "The key “a” stands twice"),
        ((*ITEMS, 1, "evidence"), "on-yes", "on-yes is for yes-no items"),
        ((*ITEMS, 1, "high"), 99, "A scale goes up by 1 to 10 steps"),
        ((*ITEMS, 2, "option", 0, "points"), ..., "Some options have points and some have none"),
        ((*ITEMS, 2, "option", 0, "points"), 101, "option 1 (“x”): “points” must be from 0 to 100."),
        ((*ITEMS, 2, "option", 1, "key"), "x", "item 3 (“c”): The key “x” stands twice"),
        ((*ITEMS, 3, "weight"), 2, "“weight” has no effect here"),
        ((*ITEMS, 3, "zero_at"), 2, "“zero_at” and “full_at” are given together and differ."),
        (
            ("scoring", "method"),
            "magic",
            "scoring: “method” is “magic”; write one of: mean, sum, count, ladder.",
        ),
        (("scoring",), ..., "The table [scoring] is missing; add it."),
        (("scoring", "method"), "ladder", "A ladder names its stages by its sections"),
        (("scoring", "result", 0, "from"), 10, "the first begins at 0"),
        (("scoring", "result", 1, "from"), 0, "Results stand in rising order"),
        (("scoring", "result", 1, "from"), 101, "“high” begins above 100"),
        (("scoring", "result", 1, "needs"), ["zzz"], "“needs” must be a list of keys of items"),
        (("scoring", "result", 1, "key"), "low", "scoring: The key “low” stands twice"),
        (("section", 0, "weight"), 0, "section 1 (“one”): “weight” must be above zero"),
    ],
)
def test_a_bad_file_is_refused_with_its_place_and_what_to_do(path, value, said):
    with pytest.raises(files.BadInstrument) as caught:
        files.build(changed(path, value), "sample.toml")
    assert str(caught.value).startswith("sample.toml: ")
    assert said in caught.value.message
    assert str(caught.value).endswith("Nothing was changed.")


def test_the_sample_of_the_table_is_good_before_it_is_changed():
    assert files.build(changed(("version",), 3), "sample.toml").version == 3


def test_all_that_is_wrong_is_told_at_once():
    made = tables(section("one", item("a", weight=0), item("b", "maybe")), about="planet")
    with pytest.raises(files.BadInstrument) as caught:
        files.build(made, "x.toml")
    assert len(caught.value.problems) == 3


def test_text_that_is_no_toml_names_its_line():
    with pytest.raises(files.BadInstrument, match="line 2"):
        files.parse('key = "x"\nversion = = 1\n', "x.toml")


@pytest.mark.parametrize("path", sorted(CATALOGUE.glob("*.toml")), ids=lambda path: path.stem)
def test_each_shipped_instrument_is_one_and_survives_being_written(path):
    source = path.read_text(encoding="utf-8")
    made = files.parse(source, path.name)
    assert made.key == path.stem
    again = files.write(files.document(source, path.name))
    assert files.document(again, path.name) == files.document(source, path.name)
    assert files.parse(again, path.name) == made


@pytest.mark.parametrize("path", sorted(CATALOGUE.glob("*.toml")), ids=lambda path: path.stem)
def test_the_four_languages_of_a_shipped_instrument_differ(path):
    """A text left in English under another language would be taken for translated."""
    made = files.parse(path.read_text(encoding="utf-8"), path.name)
    texts = [made.title, made.purpose, *(one.text for one in made), *(one.title for one in made.sections)]
    assert [text for text in texts if len({getattr(text, code) for code in LANGUAGES}) < 4] == []
    assert [text.ru for text in texts if not any("а" <= letter <= "я" for letter in text.ru.lower())] == []


def test_awkward_texts_survive_being_written():
    made = tables(title=words('A "quoted" \\ back\nline\ttab \x07 “ż” ё'))
    assert files.document(files.write(made), "x") == made
