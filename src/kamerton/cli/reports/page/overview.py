"""What stands at the head of the page: the sentence, the key figures, what to watch."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from kamerton.analytics.model import AccountFigures
from kamerton.cli.reports import findings, words
from kamerton.cli.reports.model import Report
from kamerton.cli.reports.page.markup import change, e, key_figure

_FORK = (
    '<svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="7" fill="#0b5468"/>'
    '<path fill="#fff" d="M9.2 5v8a6.8 6.8 0 0 0 5.3 6.63v4.6a2.6 2.6 0 1 0 3 0v-4.6A6.8 6.8 0 0 0 22.8 13V5'
    'a1.6 1.6 0 0 0-3.2 0v8a3.6 3.6 0 0 1-7.2 0V5a1.6 1.6 0 0 0-3.2 0Z"/></svg>'
)


def masthead(report: Report) -> str:
    analysis = report.analysis
    files = words.listing([words.clean(name) for name in report.source_names])
    first, last = words.date(analysis.window.from_date), words.date(analysis.window.to_date)
    currency = f" · {e(analysis.currency)}" if analysis.currency else ""
    return (
        f'<header class="mast">{_FORK}<span><b>Kamerton</b> · key {report.noun} analysis</span>'
        f'<span class="where"><bdi>{e(files)}</bdi> · {first} to {last}{currency}</span></header>'
    )


def opening(report: Report) -> str:
    told = (
        findings.concentration_sentence(report),
        findings.retention_sentence(report),
        report.analysis.basis_note,
    )
    lead = " ".join(e(sentence) for sentence in told if sentence)
    return f'<h1>{e(findings.headline(report))}</h1>\n<p class="lead">{lead}</p>'


def key_figures(report: Report) -> str:
    figures = (_turnover(report), _income(report), _margin(report), _keys(report), _active(report))
    return f'<dl class="figures">{"".join(figure for figure in figures if figure)}</dl>'


def _against(report: Report, now: Decimal, before: Decimal) -> str:
    if not report.analysis.previous_covered:
        return "no whole 12 months before"
    rate = findings.rate(now, before)
    if rate is None:
        return f"{e(words.compact(before))} in the 12 months before"
    return f"{change(rate)} on the 12 months before"


def _turnover(report: Report) -> str:
    now, before = findings.turnover_totals(report.analysis)
    return key_figure(
        "Turnover, 12 months", e(words.compact(now)), _against(report, now, before), report.analysis.currency
    )


def _income(report: Report) -> str:
    pair = findings.income_totals(report.analysis)
    if pair is None:
        return ""
    against = _against(report, *pair)
    return key_figure("Income, 12 months", e(words.compact(pair[0])), against, report.analysis.currency)


def _margin(report: Report) -> str:
    income = findings.income_totals(report.analysis)
    turnover = findings.turnover_totals(report.analysis)
    if income is None or turnover[0] <= 0:
        return ""
    now = float(income[0] / turnover[0])
    if not report.analysis.previous_covered or turnover[1] <= 0:
        return key_figure("Income margin", e(words.percent(now, 1)), "of turnover")
    before = words.percent(float(income[1] / turnover[1]), 1)
    return key_figure("Income margin", e(words.percent(now, 1)), f"{e(before)} in the 12 months before")


def _keys(report: Report) -> str:
    analysis = report.analysis
    keys = sum(account.key for account in analysis.accounts)
    low, high = (words.percent(side, 0) for side in analysis.thresholds.key_share_norm)
    part = words.percent(analysis.key_share) if keys else "none"
    beside = (
        f"{words.plural(keys, report.noun)}; norm {low} to {high}"
        if keys
        else f"above {words.percent(analysis.thresholds.share_key, 0)} of {analysis.basis}"
    )
    return key_figure(f"Share of key {report.noun}s", e(part), e(beside))


def _active(report: Report) -> str:
    analysis = report.analysis
    active = sum(account.state != "lost" for account in analysis.accounts)
    gone = len(findings.lost(analysis))
    fresh = sum(account.state == "new" for account in analysis.accounts)
    beside = f"{fresh:,} new, {gone:,} lost; {len(analysis.accounts):,} ever"
    if not analysis.previous_covered:
        beside = f"{len(analysis.accounts):,} ever"
    return key_figure(f"{words.capital(report.noun)}s that bought", words.count(active), e(beside))


def watch(report: Report) -> str:
    found = findings.warnings(report)
    if not found:
        return ""
    by_id = {account.account: account for account in report.analysis.accounts}
    items = "".join(_warning(report, warning, by_id) for warning in found)
    return f'<section class="keep"><h2>What to watch</h2><ul class="watch">{items}</ul></section>'


def _warning(report: Report, warning: findings.Warning, by_id: Mapping[str, AccountFigures]) -> str:
    mark = '<span class="mark grave">critical</span>' if warning.grave else '<span class="mark">watch</span>'
    account = by_id.get(warning.account or "")
    part = findings.share(report.analysis, account) if account else None
    scale = _scale(report, part, grave=warning.grave) if part is not None and part > 0 else ""
    return f"<li><span>{mark}</span><span>{e(warning.text)}</span>{scale}</li>"


def _scale(report: Report, part: float, *, grave: bool) -> str:
    """A share on a scale with the lines that matter; the sentence beside it says the same."""
    lines = report.analysis.thresholds
    end = 1.0 if part > 0.45 else 0.5
    ticks = [(lines.share_key, "key"), (lines.share_critical, "critical"), (lines.share_mono, "mono")]

    def at(share: float) -> float:
        return round(240 * min(share, end) / end, 1)

    drawn = "".join(
        f'<line class="scale-tick" x1="{at(line)}" x2="{at(line)}" y1="0" y2="12"/>'
        f'<text class="scale-word" x="{at(line)}" y="23" text-anchor="middle">{word}</text>'
        for line, word in ticks
        if line <= end
    )
    kind = "scale-bar grave" if grave else "scale-bar"
    return (
        '<svg viewBox="0 0 240 26" preserveAspectRatio="xMinYMid" aria-hidden="true">'
        '<rect class="scale-track" width="240" height="8" y="2" rx="1"/>'
        f'<rect class="{kind}" width="{at(part)}" height="8" y="2" rx="1"/>{drawn}</svg>'
    )
