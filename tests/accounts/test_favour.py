"""Points for us and for competitors by quarter."""

from __future__ import annotations

import datetime as dt

import pytest

from kamerton.accounts.favour import Deed, favour, quarter_of

TODAY = dt.date(2026, 3, 2)


def deed(on: dt.date, side: str = "us", kind: str = "recommended", weight: int = 2) -> Deed:
    return Deed(on, side, kind, weight)


@pytest.mark.parametrize(
    ("day", "start"),
    [
        (dt.date(2026, 1, 1), dt.date(2026, 1, 1)),
        (dt.date(2026, 3, 31), dt.date(2026, 1, 1)),
        (dt.date(2025, 12, 31), dt.date(2025, 10, 1)),
    ],
)
def test_quarters_begin_in_january_april_july_october(day, start):
    assert quarter_of(day) == start


def test_eight_quarters_the_current_one_last_and_nothing_before_or_after_them():
    told = favour(
        [
            deed(dt.date(2024, 3, 31), weight=3),  # the quarter before the first
            deed(dt.date(2024, 4, 1), "competitor", "spoke", 3),
            deed(dt.date(2025, 3, 31), weight=1),  # the last of the four before
            deed(dt.date(2025, 4, 1)),
            deed(dt.date(2026, 1, 1), kind="preferred", weight=1),
            deed(TODAY, "competitor", "recommended", 1),
            deed(TODAY + dt.timedelta(days=1), weight=3),  # not yet
        ],
        TODAY,
    )
    assert [each.start for each in told.quarters][::7] == [dt.date(2024, 4, 1), dt.date(2026, 1, 1)]
    assert [(each.for_us, each.for_competitors) for each in told.quarters] == [
        (0, 3), (0, 0), (0, 0), (1, 0), (2, 0), (0, 0), (0, 0), (1, 1),
    ]  # fmt: skip
    assert (told.for_us, told.for_competitors, told.recommendations, told.acts) == (3, 1, 1, 6)
    assert told.turn == "nearer"  # 2 against -2


def test_where_it_goes():
    assert favour([], TODAY).turn == "same"
    assert favour([deed(dt.date(2025, 1, 5))], TODAY).turn == "further"
    assert favour([deed(TODAY, "competitor", "spoke")], TODAY).turn == "further"
