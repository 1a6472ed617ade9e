"""How well something is known: the rules, and that the database follows the same ones."""

from __future__ import annotations

import ast
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamerton.accounts import choices, dossier
from kamerton.accounts.dossier import Statement, Told
from kamerton.accounts.models import Fact

from .conftest import NOW

TODAY = NOW.date()
SOURCE = Path(__file__).resolve().parents[2] / "src" / "kamerton"


@pytest.mark.parametrize(
    ("kind", "source", "confidence", "standing"),
    [
        ("interview", "", "verified", "verified"),
        ("", "Annual report, page 4", "verified", "verified"),
        ("interview", "Rita", "likely", "likely"),
        ("interview", "Rita", "assumed", "assumption"),
        ("", "", "likely", "assumption"),
        ("", "", "verified", "assumption"),  # whatever was claimed
        ("", "  ", "verified", "assumption"),
        ("", "", "assumed", "assumption"),
    ],
)
def test_what_has_no_source_or_is_assumed_is_an_assumption(kind, source, confidence, standing):
    assert dossier.standing(source_kind=kind, source=source, confidence=confidence) == standing


@pytest.mark.parametrize("topic", [key for key, _label in choices.fact_topics()])
def test_each_topic_goes_stale_on_the_day_after_its_days(topic):
    last = TODAY - dt.timedelta(days=dossier.STALE_AFTER_DAYS[topic])
    assert not dossier.is_stale(topic, last, TODAY)
    assert dossier.is_stale(topic, last - dt.timedelta(days=1), TODAY)


def test_days_of_staleness_can_be_told():
    assert dossier.is_stale("company", TODAY - dt.timedelta(days=11), TODAY, {"company": 10})
    assert not dossier.is_stale("company", TODAY - dt.timedelta(days=10), TODAY, {"company": 10})


def _statement(key: int, topic: str, *, sure: bool = True, **more) -> Statement:
    return Statement(key, topic, TODAY, "interview" if sure else "", **more)


@pytest.mark.requirement("DOS-01")
def test_each_missing_field_lowers_the_score_and_is_named():
    known = []
    left = list(choices.DOSSIER_TOPICS)
    percents = [dossier.completeness(known).percent]
    while left:
        assert dossier.completeness(known).missing == tuple(left)
        known.append(_statement(len(known), left.pop(0)))
        percents.append(dossier.completeness(known).percent)
    assert percents == [0, 16, 33, 50, 66, 83, 100]


def test_an_assumption_fills_a_field_and_is_told_apart():
    told = dossier.completeness(
        [_statement(1, "income", sure=False), _statement(2, "history", sure=False), _statement(3, "history")]
    )
    assert (told.known, told.assumed) == (("history",), ("income",))
    assert told.missing == ("company", "financials", "needs", "plans")


@given(st.lists(st.tuples(st.sampled_from([key for key, _ in choices.fact_topics()]), st.booleans())))
def test_completeness_parts_the_required_fields(told):
    result = dossier.completeness(_statement(at, topic, sure=sure) for at, (topic, sure) in enumerate(told))
    assert sorted(result.known + result.assumed + result.missing) == sorted(choices.DOSSIER_TOPICS)
    assert (result.percent == 100) is (result.missing == ())


@pytest.mark.requirement("DOS-04")
def test_the_four_questions_count_what_is_unanswered():
    assert dossier.unanswered([]) == ("profitability", "lead", "achievement", "position")
    assert dossier.unanswered([_statement(1, "lead"), _statement(2, "goal")]) == (
        "profitability",
        "achievement",
        "position",
    )


def test_contacts_without_a_motive_are_named():
    told = [_statement(1, "motive", contact=7), _statement(2, "company", contact=8)]
    assert dossier.without_motive([9, 8, 7], told) == (9, 8)


def test_a_goal_without_a_solution_is_found():
    told = [
        _statement(1, "goal"),
        _statement(2, "goal"),
        _statement(3, "solution", answers=1),
        _statement(4, "solution"),
    ]
    assert dossier.goals_without_solution(told) == (2,)


def test_history_of_a_need_leaves_out_what_changed_nothing():
    at = [NOW + dt.timedelta(hours=hour) for hour in range(3)]
    turns = dossier.need_history(
        [
            Told(
                at[2],
                "Ivo",
                "accounts.need_edit",
                {"state": "open"},
                {"state": "won", "fields": ["answer", "state"]},
            ),
            Told(at[1], "Ivo", "secrets.read", {}, {}),
            Told(at[0], "Sofia", "accounts.need_raise", {}, {"state": "open"}),
        ]
    )
    assert [(turn.who, turn.state_before, turn.state_after, turn.fields) for turn in turns] == [
        ("Sofia", "", "open", ()),
        ("Ivo", "open", "won", ("answer",)),
    ]


def test_no_figure_of_an_account_may_know_the_dossier():
    """A health score that counts what was typed would be one of typing."""
    forbidden = {"kamerton.accounts.dossier", "kamerton.accounts.models.knowledge"}
    names = {"dossier", "Fact", "FactQuerySet"}
    # What the programme says of the company as a whole (ADP-09) may know what is missing; no figure asks it.
    of_the_company = SOURCE / "portfolio" / "programme_queries.py"
    for room in ("analytics", "portfolio"):
        for path in (SOURCE / room).rglob("*.py"):
            if path == of_the_company:
                continue
            if "programme" not in path.name:
                assert "programme_queries" not in path.read_text(), path
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Import):
                    assert not {alias.name for alias in node.names} & forbidden, path
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kamerton.accounts"):
                    assert node.module not in forbidden, path
                    assert not {alias.name for alias in node.names} & names, path


def test_the_database_follows_the_same_rules(house):
    """Every kind of source and confidence, at both edges of every topic's days."""
    for topic, days in dossier.STALE_AFTER_DAYS.items():
        for over in (0, 1):
            for kind, source in (("", ""), ("press", ""), ("", "a letter")):
                for confidence in ("assumed", "likely", "verified"):
                    Fact.objects.create(
                        account=house.helios, topic=topic, statement="x", source_kind=kind, source=source,
                        confidence=confidence, dated=TODAY - dt.timedelta(days=days + over), created_at=NOW,
                    )  # fmt: skip
    rows = list(Fact.objects.all())
    by_rule: dict[str, set[int]] = {"assumption": set(), "likely": set(), "verified": set()}
    for row in rows:
        by_rule[
            dossier.standing(source_kind=row.source_kind, source=row.source, confidence=row.confidence)
        ].add(row.pk)
    pks = lambda found: set(found.values_list("pk", flat=True))  # noqa: E731
    assert pks(Fact.objects.assumptions()) == by_rule["assumption"]
    assert pks(Fact.objects.likely()) == by_rule["likely"]
    assert pks(Fact.objects.verified()) == by_rule["verified"]
    stale = {row.pk for row in rows if dossier.is_stale(row.topic, row.dated, TODAY)}
    assert pks(Fact.objects.stale(TODAY)) == stale
    assert len(stale) * 2 == len(rows)
