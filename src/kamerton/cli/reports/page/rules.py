"""How the figures are made, in one line each."""

from __future__ import annotations

from collections.abc import Iterator

from kamerton.analytics.model import Window
from kamerton.cli.reports import words
from kamerton.cli.reports.model import Report
from kamerton.cli.reports.page.markup import e


def rules(report: Report) -> str:
    told = (*_periods(report), *_weights(report), *_changes(report))
    items = "".join(f"<div><dt>{e(term)}</dt><dd>{e(rule)}</dd></div>" for term, rule in told)
    return f'<section><h2>How the figures are made</h2><dl class="rules">{items}</dl></section>'


def _span(window: Window) -> str:
    return f"{words.date(window.from_date)} to {words.date(window.to_date)}"


def _periods(report: Report) -> Iterator[tuple[str, str]]:
    analysis = report.analysis
    yield (
        "12 months",
        f"{_span(analysis.window)}; before them {_span(analysis.previous)}. All days are inside.",
    )
    yield (
        "Turnover, income",
        "Net of tax, discounts and returns; income is turnover less the cost of the goods.",
    )
    yield "Share", f"What one {report.noun} brings of the total of all, those below zero included."


def _weights(report: Report) -> Iterator[tuple[str, str]]:
    lines = report.analysis.thresholds
    key, critical, mono = (
        words.percent(line, 0) for line in (lines.share_key, lines.share_critical, lines.share_mono)
    )
    yield "Key, critical, mono client", f"A share above {key}; above {critical}; above {mono}."
    yield (
        "As if equal",
        f"So many equal {report.noun}s would be as concentrated: 1 / the sum of squared shares (HHI).",
    )
    first, second = (words.percent(line, 0) for line in lines.abc)
    yield "ABC", f"From the heaviest on: A up to {first} of the total, B up to {second}, C the rest."
    even, uneven = (words.percent(line, 0) for line in lines.xyz)
    yield "XYZ", f"Spread of the monthly amounts over their mean: X up to {even}, Y up to {uneven}, Z above."


def _changes(report: Report) -> Iterator[tuple[str, str]]:
    lines = report.analysis.thresholds
    yield (
        "New, back, lost",
        "Bought for the first time; bought again after a pause; bought nothing in the 12 months.",
    )
    own, least = words.percent(lines.lapsed_quantile, 0), f"{lines.lapsed_min_days} days or more"
    yield "Silent", f"No purchase for longer than {own} of its own gaps, and for {least}."
    yield (
        "Kept, with growth",
        (
            f"Of the turnover of the {report.noun}s of the 12 months before: what each still brings, at most "
            "what it brought (GRR); and with what each brings more (NRR). New ones do not count."
        ),
    )
    horizon, rate = lines.ltv_horizon_years, words.percent(lines.ltv_discount_rate, 0)
    yield (
        "Lifetime value",
        (
            f"Past income and what is expected in {horizon} years, discounted at {rate} a year; "
            "a row that opens names the method."
        ),
    )
