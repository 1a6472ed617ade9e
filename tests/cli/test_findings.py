"""The sentences are true for any data."""

from __future__ import annotations

import datetime as dt

import pytest

from kamerton.cli.reports import findings, words
from kamerton.cli.reports.model import Report
from tests.cli.factories import Sold, distributor, report


def many(count: int, now: str = "100") -> list[Sold]:
    return [Sold(name=f"Shop {place}", now=now, before="90") for place in range(count)]


HEADLINES = [
    (distributor(), "Two accounts make 46 % of income; Helios Medical alone is past the critical line."),
    (report([Sold(name="Solo", now="10")]), "All income of the 12 months comes from one account, Solo."),
    (
        report([Sold(name="Big", now="900"), *many(2, "50")]),
        "Big alone makes 90 % of income: a business with one customer.",
    ),
    (
        report([Sold(name="A", now="300"), Sold(name="B", now="290"), *many(8, "50")]),
        "Two accounts make 60 % of income; A and B are each past the critical line.",
    ),
    (
        report([Sold(name="A", now="300"), *many(8, "100")]),
        "A alone makes 27 % of income, past the critical line of 20 %.",
    ),
    (
        report([Sold(name="A", now="150"), *many(12, "80")]),
        "A makes 14 % of income; no other account is key, and none is past the critical line.",
    ),
    (
        report([Sold(name="A", now="150"), Sold(name="B", now="140"), *many(12, "70")]),
        "Two accounts make 26 % of income; none is past the critical line of 20 %.",
    ),
    (report(many(20)), "No account makes more than 10 % of income; 80 % comes from 16 of 20 accounts."),
    (
        report([Sold(name="Gone", before="100")]),
        "Nothing was sold in the 12 months to 31 December 2025; the last sale was on 5 November 2024.",
    ),
    (
        report([Sold(name="Below", now="-1000"), Sold(name="Above", now="500")]),
        "Income of the 12 months to 31 December 2025 is negative (−200 EUR): nobody has a share of it.",
    ),
    (
        report(
            [
                Sold(name="A", now="30", margin=None),
                *[Sold(name=f"S{n}", now="10", margin=None) for n in range(9)],
            ]
        ),
        "A alone makes 25 % of turnover, past the critical line of 20 %.",
    ),
]


@pytest.mark.parametrize(("made", "sentence"), HEADLINES)
def test_the_headline_says_what_matters(made: Report, sentence: str) -> None:
    assert findings.headline(made).replace(words.NBSP, " ") == sentence


@pytest.mark.requirement("SEL-04")
def test_a_fifth_raises_no_alert_more_does_and_the_larger_share_ranks_higher() -> None:
    made = [Sold(name=name, now=str(now)) for name, now in (("Fifth", 200), ("More", 210), ("Most", 400))]
    told = findings.warnings(report([*made, Sold(name="Rest", now="190")]))
    grave = [warning.text.replace(words.NBSP, " ") for warning in told if warning.grave]
    assert grave == [
        "If Most left, 40 % of income goes (160 EUR in 12 months); the critical line is 20 %.",
        "If More left, 21 % of income goes (84 EUR in 12 months); the critical line is 20 %.",
    ]


def test_warnings_in_plain_words() -> None:
    told = [warning.text.replace(words.NBSP, " ") for warning in findings.warnings(distributor())]
    assert told == [
        "If Helios Medical left, 28 % of income goes (920 k EUR in 12 months); the critical line is 20 %.",
        "Key accounts together make 46 % of income, below the norm of 60 % to 80 %.",
        "Nova Foods is 14 % of turnover but 7.6 % of income.",
        "The income margin of Boreas Logistics has fallen three quarters running.",
    ]


def test_a_mono_client_is_called_one() -> None:
    first = findings.warnings(report([Sold(name="Big", now="900"), *many(2, "50")]))[0]
    assert first.grave
    assert first.text.replace(words.NBSP, " ") == (
        "If Big left, 90 % of income goes (360 EUR in 12 months); past 70 % it is a business with one customer."
    )


def test_who_moved_by_money() -> None:
    made = distributor().analysis
    assert [move.label for move in findings.slipped(made)] == [
        "Tamarisk Hotels",
        "Larch Paper",
        "Boreas Logistics",
    ]
    assert [move.label for move in findings.lost(made)] == ["Quill & Sons"]
    assert [move.label for move in findings.lapsed(made)] == ["Larch Paper"]
    assert findings.grown(made)[0].label == "Petrel Marine"


@pytest.mark.parametrize(
    ("first", "note"),
    [
        (dt.date(2023, 1, 2), ""),
        (dt.date(2024, 6, 1), "The data begin on 1 June 2024, inside the 12 months before: those are not complete, so falls are understated and growth is not told."),
        (dt.date(2025, 3, 1), "The data begin on 1 March 2025: there is nothing to compare the 12 months with."),
    ],
)  # fmt: skip
def test_an_incomplete_comparison_says_so(first: dt.date, note: str) -> None:
    assert findings.moves_note(report(many(3), first_date=first)).replace(words.NBSP, " ") == note


def test_two_accounts_of_one_name_are_told_apart() -> None:
    made = report(
        [
            Sold(name="Same", now="10", account="a1"),
            Sold(name="Same", now="5", account="b2"),
            Sold(name="", now="1", account="c3"),
        ]
    )
    assert findings.labels(made.analysis) == {"a1": "Same (a1)", "b2": "Same (b2)", "c3": "c3"}


def test_the_reading_is_told_in_order_of_weight() -> None:
    told = [note.replace(words.NBSP, " ") for note in findings.reading_notes(distributor())]
    assert told == [
        "3 rows (0.2 %) could not be read: left out of every figure.",
        "12 rows worth 1,830 EUR name no account and are kept apart.",
        "3 exact repeats of another row counted; --drop-duplicates leaves them out.",
        "Perhaps the same company, kept apart: Helios Medical = Boreas Logistics",
        "Dates are read as day first: 14 values of the column Date allow nothing else.",
    ]
    assert [reason.replace(words.NBSP, " ") for reason in findings.refused_reasons(distributor())] == [
        "2 × Date: is not a date, first in line 17 (31.02.2025).",
        "1 × Net: is not a number, first in line 95 (n/a).",
    ]
