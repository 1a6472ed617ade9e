"""Scores, what is missing, what is stale, comparisons."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from kamerton.instruments import rules
from kamerton.instruments.format import CATALOGUE, parse
from kamerton.instruments.rules import Missing, Moved
from tests.instruments.factories import DAY, define, given, item, result, section, words

OPTIONS = [{"key": key, "text": words(key), "points": points} for key, points in (("x", 100), ("y", 25))]


def shipped(key):
    return parse((CATALOGUE / f"{key}.toml").read_text(encoding="utf-8"), key)


def one(kind, **more):
    return define(section("s", item("i", kind, **more))).by_key["i"]


@pytest.mark.parametrize(
    ("kind", "more", "raw", "stored"),
    [
        ("yes-no", {}, " yes ", "yes"),
        ("yes-no", {}, "", ""),
        ("scale", {"low": 0, "high": 10}, "07", "7"),
        ("choice", {"option": OPTIONS}, "x", "x"),
        ("number", {}, "1 234,50", "1234.50"),
        ("number", {}, "−3", "-3"),
        ("number", {}, "12.5", "12.5"),
        ("text", {}, "  said\x00 so ", "said so"),
        ("date", {}, "2026-03-02", "2026-03-02"),
    ],
)
def test_an_answer_in_its_stored_form(kind, more, raw, stored):
    assert rules.read(one(kind, **more), raw) == stored
    assert rules.read(one(kind, **more), stored) == stored


@pytest.mark.parametrize(
    ("kind", "more", "raw", "said"),
    [
        ("yes-no", {}, "maybe", "The answer is yes or no, not “maybe”."),
        ("scale", {"low": 1, "high": 5}, "6", "from 1 to 5, not “6”"),
        ("scale", {"low": 1, "high": 5}, "2.5", "from 1 to 5"),
        ("choice", {"option": OPTIONS}, "z", "“z” is not one of the answers."),
        ("number", {}, "ten", "“ten” is no number"),
        ("number", {}, "1e9", "is no number"),
        ("number", {}, "NaN", "is no number"),
        ("number", {}, "٣", "is no number"),
        ("number", {"low": 0, "high": 9}, "-1", "at least 0"),
        ("number", {"low": 0, "high": 9}, "9.5", "at most 9"),
        ("text", {}, "x" * 4001, "4001 characters; 4000 are the most"),
        ("date", {}, "2.3.2026", "is no date"),
        ("date", {}, "2026-02-30", "is no date"),
    ],
)
def test_what_is_not_of_the_kind_is_refused_in_words(kind, more, raw, said):
    with pytest.raises(rules.WrongKind, match="was not changed") as caught:
        rules.read(one(kind, **more), raw)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "more", "value", "part"),
    [
        ("yes-no", {}, "yes", 1),
        ("yes-no", {}, "no", 0),
        ("yes-no", {"counts": "no"}, "no", 1),
        ("scale", {"low": 1, "high": 5}, "2", "0.25"),
        ("scale", {"low": 1, "high": 5, "better": "low"}, "2", "0.75"),
        ("choice", {"option": OPTIONS}, "y", "0.25"),
        ("number", {"zero_at": 90, "full_at": 30}, "60", "0.5"),
        ("number", {"zero_at": 90, "full_at": 30}, "10", 1),
        ("number", {"zero_at": 0, "full_at": 30}, "-5", 0),
        ("text", {"scored": True}, "something", 1),
        ("yes-no", {}, "", None),
    ],
)
def test_what_an_answer_earns(kind, more, value, part):
    assert rules.worth(one(kind, **more), value) == (None if part is None else Decimal(part))


WEIGHED = (
    section("p", item("a", weight=3), item("b"), item("note", "text")),
    section("q", item("c", "scale")),
)


@pytest.mark.parametrize(
    ("scoring", "answers", "value", "parts"),
    [
        ({}, {}, 0, [(0, 80), (0, 20)]),
        ({}, {"a": "yes", "c": "3"}, 70, [(60, 80), (10, 20)]),
        ({}, {"a": "yes", "b": "yes", "c": "5"}, 100, [(80, 80), (20, 20)]),
        ({"unanswered": "rebase"}, {}, None, [(0, 0), (0, 0)]),
        ({"unanswered": "rebase"}, {"b": "yes", "c": "3"}, 75, [(50, 50), (25, 50)]),
        ({"unanswered": "rebase"}, {"note": "words"}, None, [(0, 0), (0, 0)]),
    ],
)
def test_a_weighted_mean_with_its_parts(scoring, answers, value, parts):
    found = rules.score(define(*WEIGHED, scoring=scoring), given(answers))
    assert found.value == value
    assert [(part.points, part.out_of) for part in found.parts] == parts


def test_weights_of_sections_are_shared_out_among_their_items():
    made = define(section("hard", item("a"), item("b"), weight=3), section("soft", item("c"), weight=1))
    found = rules.score(made, given({"a": "yes", "c": "yes"}))
    assert (found.value, [part.weight for part in found.items]) == (62.5, [37.5, 37.5, 25])


def test_a_sum_and_a_count():
    added = rules.score(define(*WEIGHED, method="sum"), given({"a": "yes", "c": "3"}))
    assert (added.value, added.out_of, added.percent) == (3.5, 5, 70)
    errors = define(section("e", item("late"), item("rude"), item("unprepared")), method="count",
                    scoring={"result": [result("clean", 0, state="good"), result("errors", 1, state="bad")]})  # fmt: skip
    found = rules.score(errors, given({"late": "no", "rude": "yes"}))
    assert (found.value, found.out_of, found.result, found.unmet) == (1, 3, "errors", ("late", "unprepared"))


def test_a_result_needs_more_than_its_score():
    made = define(section("s", item("a"), item("sponsor", "text")), method="count",
                  scoring={"result": [result("open", 0), result("ready", 1, needs=["a", "sponsor"])]})  # fmt: skip
    assert rules.score(made, given({"a": "yes"})).result == "open"
    assert rules.score(made, given({"a": "yes", "sponsor": "A. Conti"})).result == "ready"


def test_six_sixths_reach_the_highest_result():
    made = shipped("dossier-completeness")
    answers = given({one.key: "known" for one in made})
    assert (rules.score(made, answers).value, rules.score(made, answers).result) == (100, "complete")
    del answers["income"]
    assert (rules.score(made, answers).result, rules.score(made, answers).unmet) == ("partial", ("income",))


LADDER = ["knows-kam", "knows-company", "knows-products", "speaks-respectfully", "shares-information",
          "allows-help-requests"]  # fmt: skip


@pytest.mark.requirement("REL-06")
@pytest.mark.parametrize(
    ("ticked", "stage"),
    [
        ([], "no-contact"),
        (LADDER[:1], "no-contact"),
        (LADDER[:2], "contact"),
        (LADDER[:3], "contact"),
        (LADDER[:4], "acquaintance"),
        (LADDER[:5], "loyalty"),
        (LADDER, "close"),
        (LADDER[2:], "no-contact"),  # a stage does not stand without those below
        ([*LADDER[:2], *LADDER[4:]], "contact"),
    ],
)
def test_a_stage_of_the_ladder_needs_its_criteria_and_those_below(ticked, stage):
    found = rules.score(shipped("relationship-ladder"), given(dict.fromkeys(ticked, "yes")))
    assert found.result == stage
    assert rules.result_of(shipped("relationship-ladder"), stage).key == stage


@pytest.mark.requirement("SEL-10")
def test_an_empty_openness_checklist_justifies_nothing_whatever_the_label():
    made = shipped("openness")
    assert len(made.by_key) == 8
    label = given({"reseller": "yes"})
    assert rules.score(made, label).result == rules.score(made, {}).result == "not-justified"
    yes = given(dict.fromkeys(list(made.by_key)[:5], "yes"))
    assert (rules.score(made, yes).value, rules.score(made, yes).result) == (5, "open")


def test_unanswered_questions_of_organisational_needs_are_counted():
    made = shipped("organisational-needs")
    found = rules.score(made, given({"more-profitable": "lower scrap"}))
    assert (found.value, found.out_of, len(found.unmet)) == (1, 4, 3)


def test_what_is_missing_in_the_order_of_the_page():
    made = define(section("s", item("a", required=True, evidence="on-yes"), item("b", evidence="always"),
                          item("t", "text", required=True)))  # fmt: skip
    assert rules.missing(made, {}) == (Missing("a", "answer"), Missing("t", "answer"))
    told = given({"a": "yes", "b": "no", "t": "x"})
    assert rules.missing(made, told) == (Missing("a", "evidence"), Missing("b", "evidence"))
    assert rules.missing(made, given({"a": "no", "t": "x"})) == ()
    assert rules.missing(made, given({"a": "yes", "t": "x"}, evidence="minutes")) == ()


@pytest.mark.parametrize(
    ("after_days", "stale"), [(0, ()), (30, ()), (31, ("a",)), (365, ("a",)), (366, ("a", "b"))]
)
def test_what_is_stale_at_a_date(after_days, stale):
    made = define(section("s", item("a", fresh_days=30), item("b"), item("c")), fresh_days=365)
    answers = given({"a": "yes", "b": "no"}) | {"c": rules.Given("", "only evidence", dt.date(2000, 1, 1))}
    assert rules.stale(made, answers, DAY + dt.timedelta(days=after_days)) == stale


def test_what_moved_since_the_last_time_and_by_how_much():
    old = define(section("s", item("a"), item("b", "scale"), item("gone"), item("t", "text")))
    new = define(section("s", item("a"), item("b", "scale"), item("new"), item("t", "text")))
    moved = rules.compare(
        old,
        given({"a": "no", "b": "5", "t": "x"}),
        new,
        given({"a": "yes", "b": "4", "t": "y", "new": "yes"}),
    )
    assert moved.moved == (
        Moved("a", "no", "yes", 1.0),
        Moved("b", "5", "4", -0.25),
        Moved("t", "x", "y", None),
    )
    assert (moved.added, moved.removed) == (("new",), ("gone",))
    assert moved.by == pytest.approx(moved.after - moved.before)
    assert rules.compare(old, given({"a": "no"}), old, given({"a": "no"})).is_still


def test_scores_in_other_units_are_not_subtracted():
    mean, count = define(section("s", item("a"))), define(section("s", item("a")), method="count")
    assert rules.compare(mean, given({"a": "no"}), count, given({"a": "yes"})).by is None


def test_several_raters_where_they_differ_first():
    made = define(section("s", item("a"), item("b", "scale"), item("c", "scale")), raters=3)
    said = [{"a": "yes", "b": "4", "c": "1"}, {"a": "yes", "b": "5", "c": "5"}]
    found = rules.compare_raters([(made, given(one)) for one in said])
    assert [(one.item, one.spread, one.differ) for one in found.opinions] == [
        ("c", 1.0, True),
        ("b", 0.25, False),
        ("a", 0.0, False),
    ]
    assert (found.mean, found.spread, found.enough) == (
        pytest.approx(79.166667),
        pytest.approx(41.666667),
        False,
    )
    assert found.opinions[0].values == ("1", "5")


def test_all_best_is_a_mood():
    made = define(section("s", item("a"), item("b")))
    assert rules.one_sided(made, given({"a": "yes", "b": "yes"})) == "all-best"
    assert rules.one_sided(made, given({"a": "no", "b": "no"})) == "all-worst"
    assert rules.one_sided(made, given({"a": "yes", "b": "no"})) == ""
    assert rules.one_sided(made, given({"a": "yes"})) == ""


# Any instrument, any answers.

WEIGHTS = st.sampled_from([None, 1, 2, 0.5, 7.25, 1000])
COUNTS = st.sampled_from(["yes", "no"])


@st.composite
def instruments(draw):
    method = draw(st.sampled_from(["mean", "sum", "count", "ladder"]))
    sections = []
    for at in range(draw(st.integers(1, 4))):
        items = [
            item(f"i{at}-{number}", counts=draw(COUNTS), **_weight(draw, method))
            for number in range(draw(st.integers(1, 4)))
        ]
        if method != "ladder":
            items.append(
                item(f"s{at}", "scale", low=0, high=draw(st.integers(1, 10)), **_weight(draw, method))
            )
        sections.append(section(f"x{at}", *items))
    unanswered = draw(st.sampled_from(["zero", "rebase"])) if method == "mean" else "zero"
    return define(*sections, method=method, scoring={"unanswered": unanswered})


def _weight(draw, method):
    weight = draw(WEIGHTS) if method in {"mean", "sum"} else None
    return {} if weight is None else {"weight": weight}


@st.composite
def answered(draw):
    made = draw(instruments())
    values = {}
    for one in made:
        choices = ["yes", "no"] if one.kind == "yes-no" else [str(at) for at in range(int(one.high) + 1)]
        value = draw(st.sampled_from(["", *choices]))
        if value:
            values[one.key] = value
    return made, values


@examples(answered())
def test_a_score_is_within_its_bounds_and_the_sum_of_its_parts(case):
    made, values = case
    found = rules.score(made, given(values))
    if found.value is None:
        assert made.scoring.unanswered == "rebase"
        assert not values
        return
    assert 0 <= found.percent <= 100
    assert 0 <= found.value <= found.out_of + 1e-4
    if made.scoring.method != "ladder":
        assert sum(part.points for part in found.parts) == pytest.approx(found.value, abs=1e-4)
        assert sum(part.points for part in found.items) == pytest.approx(found.value, abs=1e-4)
    assert rules.score_from_json(found.as_json()) == found


@examples(answered(), st.data())
def test_an_answer_that_counts_never_lowers_a_score(case, data):
    made, values = case
    chosen = data.draw(st.sampled_from([one for one in made if one.kind == "yes-no"]))
    before = rules.score(made, given(values)).value or 0
    after = rules.score(made, given(values | {chosen.key: chosen.counts})).value
    assert after >= before - 1e-6


@examples(answered())
def test_weights_are_based_on_answered_items_only_where_the_instrument_says_so(case):
    made, values = case
    if made.scoring.method != "mean" or not values:
        return
    counted = {part.key for part in rules.score(made, given(values)).items if part.weight}
    assert counted == (set(values) if made.scoring.unanswered == "rebase" else set(made.by_key))
