"""The places of the pictures, each with its sentence and its table; the script draws in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kamerton.analytics.model import AccountFigures, Analysis, Concentration
from kamerton.cli.reports import findings, words
from kamerton.cli.reports.model import Report
from kamerton.cli.reports.page.markup import change, count, e, named, picture, table

MAPPED = 300  # the script draws as many
STEPS = frozenset({*range(1, 11), 15, 20, 30, 50, 75, 100, 150, 200, 500, 1000, 5000, 10_000})


def weight(report: Report) -> str:
    """Pareto curve and concentration over time. Empty where nobody has a share."""
    analysis = report.analysis
    there = findings.by_weight(analysis)
    if len(there) < 2 or findings.share(analysis, there[0]) is None:
        return ""
    title = f"Who carries the {analysis.basis}"
    pareto = picture("pareto", title, findings.pareto_sentence(report), _pareto_table(report, there))
    years = findings.concentration_by_year(analysis)
    if len(years) < 2:
        return f'<section class="keep">{pareto}</section>'
    trend = findings.concentration_trend(report)
    over_time = picture("concentration", "Concentration over time", trend, _concentration_table(years))
    return f'<section class="keep"><div class="pair lean">{pareto}{over_time}</div></section>'


def _pareto_table(report: Report, there: Sequence[AccountFigures]) -> str:
    """The steps of the curve: the first ten, ever larger ones, the last and the one that reaches 80 %."""
    analysis = report.analysis
    steps = STEPS | {len(there), findings.window_concentration(analysis).accounts_for_80pct}
    name = findings.labels(analysis)
    running, body = 0.0, []
    for place, account in enumerate(there, 1):
        part = findings.share(analysis, account)
        running += part or 0.0
        if place in steps:
            told = e(words.percent(part, 1)), e(words.percent(running, 1))
            body.append((words.count(place), named(name[account.account]), *told))
    return table(("Place", words.capital(report.noun), "share", "up to here"), body, text_columns=2)


def _concentration_table(years: Mapping[int, Concentration]) -> str:
    body = [
        (
            str(year),
            words.count(spread.accounts),
            count(spread.accounts_for_80pct),
            words.NOTHING
            if spread.effective_accounts is None
            else findings.effective(spread.effective_accounts),
            words.NOTHING if spread.hhi is None else f"{spread.hhi * 10_000:,.0f}",
            e(words.percent(spread.top20pct_share)),
        )
        for year, spread in years.items()
    ]
    return table(("Year", "accounts", "make 80 %", "as if equal", "HHI × 10,000", "top 20 % make"), body)


def growth_map(report: Report) -> str:
    """Growth against weight. Empty where there are no whole 12 months before."""
    analysis = report.analysis
    placed = [move for move in _weighing(analysis) if move.rate is not None]
    if not analysis.previous_covered or len(placed) < 3:
        return ""
    heads = (words.capital(report.noun), "share", "12 months before", "12 months", "change")
    body = [
        (
            named(move.label),
            e(words.percent(findings.share(analysis, move.account), 1)),
            e(words.compact(move.before)),
            e(words.compact(move.now)),
            change(move.rate),
        )
        for move in placed[:20]
    ]
    limit = f" The {MAPPED} heaviest are drawn." if len(placed) > MAPPED else ""
    sentence = (
        f"To the right is growth against the 12 months before, upwards is weight in {analysis.basis}: "
        f"what stands high on the left costs most.{limit}"
    )
    drawn = picture("map", "Growth against weight", sentence, table(heads, body), tall=True)
    return f'<section class="keep">{drawn}</section>'


def _weighing(analysis: Analysis) -> list[findings.Move]:
    heavy = [one for one in findings.by_weight(analysis) if (findings.share(analysis, one) or 0) > 0]
    return findings.moves(analysis, heavy)


def years(report: Report) -> str:
    analysis = report.analysis
    if not analysis.years:
        return ""
    income = analysis.totals.income is not None
    heads = [
        "Year",
        words.unit("turnover", analysis.currency),
        *(["income"] if income else []),
        *("active", "new", "back", "lost"),
    ]
    body = [
        (
            f"{year.year}{' <span class=dim>in part</span>' if year.partial else ''}",
            e(words.compact(year.turnover)),
            *([e(words.compact(year.income))] if income else []),
            *(words.count(n) for n in (year.active, year.new, year.reactivated, year.lost)),
        )
        for year in analysis.years
    ]
    title = "Turnover and income by year" if income else "Turnover by year"
    drawn = picture("years", title, _years_sentence(analysis), table(heads, body))
    return f'<section class="keep">{drawn}</section>'


def _years_sentence(analysis: Analysis) -> str:
    paler = "Years that the data do not cover wholly are paler."
    paler = paler if any(year.partial for year in analysis.years) else ""
    whole = [year for year in analysis.years if not year.partial]
    if len(whole) < 2:
        return paler
    last, one = whole[-1], whole[-2]
    rate = findings.rate(last.turnover, one.turnover)
    if rate is None:
        return paler
    told = f"Turnover of {last.year}: {words.change(rate)} on {one.year}"
    if last.income is not None and (earned := findings.rate(last.income, one.income)) is not None:
        told += f"; income: {words.change(earned)}"
    return f"{told}. {paler}".strip()


def whale(report: Report) -> str:
    """The whale curve; where nobody loses money a sentence says it better."""
    sentence = findings.whale_sentence(report)
    title = "Who earns and who costs"
    if not sentence:
        return ""
    if all((account.window_income or 0) >= 0 for account in report.analysis.accounts):
        return f'<section class="keep"><h2>{title}</h2><p class="say">{e(sentence)}</p></section>'
    drawn = picture("whale", title, sentence, _whale_table(report))
    return f'<section class="keep">{drawn}</section>'


def _whale_table(report: Report) -> str:
    """All of them, or the ten that earn most and the ten that earn least."""
    analysis, name = report.analysis, findings.labels(report.analysis)
    earners = sorted(
        (account for account in analysis.accounts if account.window_income),
        key=lambda account: (-(account.window_income or findings.ZERO), account.rank),
    )
    shown = earners if len(earners) <= 20 else [*earners[:10], *earners[-10:]]
    heads = (
        words.capital(report.noun),
        words.unit("turnover", analysis.currency),
        words.unit("income", analysis.currency),
    )
    body = [
        (
            named(name[account.account]),
            e(words.compact(account.window_turnover)),
            e(words.compact(account.window_income)),
        )
        for account in shown
    ]
    note = "The ten that earn most and the ten that earn least."
    return (f'<p class="small dim">{note}</p>' if len(earners) > 20 else "") + table(heads, body)
