"""The report in the terminal: the golden page, every width, no colour, ASCII alone, tiny and strange data."""

from __future__ import annotations

import re
import textwrap

import pytest
from rich.cells import cell_len

from kamerton.cli.reports.model import Report
from kamerton.cli.reports.terminal import Paper, write_terminal
from kamerton.ledger.read.model import RefusedRow
from tests.cli.factories import Sold, distributor, report

SMALL = report(
    [
        Sold(name="Helios Medical", now="300000", before="250000"),
        Sold(name="Boreas Logistics", now="120000", before="160000"),
        Sold(name="Quill & Sons", before="40000", state="lost"),
        *(Sold(name=f"Shop {place}", now="60000", before="60000") for place in range(6)),
    ],
    refused=[
        RefusedRow(file="sales.csv", line=17, column="Date", value="31.02.2025", reason="is not a date")
    ],
)

GOLDEN = """\
Key accounts · sales.csv · 12 months to 31 December 2025 · EUR

Two accounts make 54 % of income; Helios Medical alone is past the
critical line.

  Turnover       780 k EUR   −3.7 % on the 12 months before
  Income         312 k EUR   −3.7 % on the 12 months before
  The income is as concentrated as if it came from 4.8 equal accounts; 6
  of 8 make 80 % of it.
  Of the turnover of the 12 months before, 90 % was kept; with the
  growth of the same accounts it is 102 %.
  Income is turnover less cost.

What to watch
  ! If Helios Medical left, 38 % of income goes (120 k EUR in 12
    months); the critical line is 20 %.
  • Key accounts together make 54 % of income, below the norm of 60 % to
    80 %.

Top accounts by income of the 12 months
  #  Account           income, EUR   share                    change
  1  Helios Medical          120 k  38.5 %  ████████████████   +20 %
  2  Boreas Logistics       48.0 k  15.4 %  ██████▍            −25 %
  3  Shop 0                 24.0 k   7.7 %  ███▎                 0 %
  4  Shop 1                 24.0 k   7.7 %  ███▎                 0 %
  5  Shop 2                 24.0 k   7.7 %  ███▎                 0 %
  6  Shop 3                 24.0 k   7.7 %  ███▎                 0 %
  7  Shop 4                 24.0 k   7.7 %  ███▎                 0 %
  8  Shop 5                 24.0 k   7.7 %  ███▎                 0 %

Who slipped, against the 12 months before
  Account           before     now  fall, EUR  change
  Boreas Logistics  64.0 k  48.0 k    −16.0 k   −25 %

Who was lost: bought in the 12 months before, not since
  Account       before, EUR  last bought  days ago
  Quill & Sons       16.0 k   5 Nov 2024       421

Years
  Year  turnover, EUR  income  active  new  back  lost
  2024          810 k   324 k       9    0     0     0
  2025          780 k   312 k       8    0     0     0

What was read
  361 rows read from sales.csv, 360 used, worth 1.59 M EUR.
  1 row (0.3 %) could not be read: left out of every figure.
    1 × Date: is not a date, first in line 17 (31.02.2025).
"""


def test_the_golden_report() -> None:
    assert write_terminal(SMALL, Paper(width=72)) == GOLDEN


STRANGE = [
    SMALL,
    distributor(),
    report([Sold(name="Nothing at all")]),
    report([Sold(name="One", now="10")]),
    report([Sold(name="No cost", now="10", margin=None)], currency=""),
    report([Sold(name="Below", now="-10"), Sold(name="Above", now="4")]),
    report(
        [
            Sold(name="株式会社" * 12, now="10"),
            Sold(name="ООО «Ромашка»" * 9, now="5"),
            Sold(name="x" * 300, now="4"),
        ]
    ),
    report([Sold(name="A" * 40, now="123456789012.34"), Sold(name="B", now="98765432109.87", before="1")]),
]


@pytest.mark.parametrize("width", [20, 40, 59, 60, 72, 84, 100, 250])
@pytest.mark.parametrize("made", STRANGE)
def test_no_line_is_wider_than_the_paper(made: Report, width: int) -> None:
    paper = Paper(width=width)
    for line in write_terminal(made, paper).splitlines():
        assert cell_len(line) <= paper.columns, line


@pytest.mark.parametrize("made", STRANGE)
@pytest.mark.parametrize("encoding", ["ascii", "cp437", "latin-1", "cp1251", "no-such-encoding"])
def test_any_encoding_can_carry_it(made: Report, encoding: str) -> None:
    text = write_terminal(made, Paper(encoding=encoding))
    text.encode("ascii" if encoding == "no-such-encoding" else encoding)


def test_ascii_says_the_same() -> None:
    text = write_terminal(SMALL, Paper(width=72, encoding="ascii"))
    assert text.isascii()
    assert "  1  Helios Medical          120 k  38.5 %  ################   +20 %" in text.splitlines()
    assert "-16.0 k" in text


def test_colour_only_paints() -> None:
    plain = write_terminal(distributor(), Paper(width=100))
    painted = write_terminal(distributor(), Paper(width=100, colour=True))
    assert "\x1b" not in plain
    assert "\x1b[1;31m" in painted
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == plain


def test_a_name_cannot_steer_the_terminal() -> None:
    text = write_terminal(report([Sold(name="\x1b[2J\x1b]0;owned\x07Evil\r\n", now="10")]), Paper())
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "\r" not in text


def test_it_can_be_read_line_by_line() -> None:
    text = write_terminal(SMALL, Paper())
    assert text == textwrap.dedent(text)
    assert not [line for line in text.splitlines() if line != line.rstrip()]
