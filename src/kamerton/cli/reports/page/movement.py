"""Who slipped, grew, was lost, fell silent or is neglected."""

from __future__ import annotations

from collections.abc import Sequence

from kamerton.cli.reports import findings, words
from kamerton.cli.reports.model import Report
from kamerton.cli.reports.page.markup import block, change, e, named, table

MOST, MOST_GROWN = 10, 5


def moves(report: Report) -> str:
    """Two columns: who still buys, and who does not."""
    note = findings.moves_note(report)
    still = _slipped(report)
    if report.analysis.previous_covered:
        still += _grown(report)
    gone = _lost(report) + _lapsed(report)
    if gone.count("<tr") < still.count("<tr"):  # the shorter column takes the last list
        gone += _neglected(report)
    else:
        still += _neglected(report)
    told = f'<p class="say">{e(note)}</p>' if note else ""
    columns = "".join(f"<div>{column}</div>" for column in (still, gone) if column)
    if not columns and not note:
        told = '<p class="say">Nobody moved.</p>'
    return (
        f"<section><h2>Who moved, against the 12 months before</h2>{told}"
        f'<div class="pair">{columns}</div></section>'
    )


def _slipped(report: Report) -> str:
    found = findings.slipped(report.analysis)
    if not found:
        return ""
    return block("Slipped", _moved_table(report, found[:MOST], "fall"), _others(report, found[MOST:]))


def _grown(report: Report) -> str:
    found = findings.grown(report.analysis)
    if not found:
        return ""
    table = _moved_table(report, found[:MOST_GROWN], "rise")
    return block("Grew", table, _others(report, found[MOST_GROWN:]))


def _others(report: Report, rest: Sequence[findings.Move]) -> str:
    if not rest:
        return ""
    moved = sum((move.change for move in rest), findings.ZERO)
    many = words.plural(len(rest), f"more {report.noun}")
    return f"and {many}: {words.money(moved, report.analysis.currency)}"


def _moved_table(report: Report, found: Sequence[findings.Move], word: str) -> str:
    heads = (
        words.capital(report.noun),
        "before",
        "now",
        words.unit(word, report.analysis.currency),
        "change",
    )
    body = [
        (
            named(move.label),
            e(words.compact(move.before)),
            e(words.compact(move.now)),
            e(words.compact(move.change)),
            "new" if move.rate is None and move.account.state == "new" else change(move.rate),
        )
        for move in found
    ]
    return table(heads, body)


def _lost(report: Report) -> str:
    found = findings.lost(report.analysis)
    after = " ".join(filter(None, (_lost_others(report, found[MOST:]), _lost_earlier(report))))
    if not found:
        return f'<div class="block"><h3>Lost</h3><p class="small dim">{e(after)}</p></div>' if after else ""
    title = "Lost: bought in the 12 months before, not since"
    return block(title, _silent(report, found[:MOST], "before"), after)


def _lost_others(report: Report, rest: Sequence[findings.Move]) -> str:
    if not rest:
        return ""
    worth = sum((move.before for move in rest), findings.ZERO)
    many = words.plural(len(rest), f"more {report.noun}")
    return f"And {many}: {words.money(worth, report.analysis.currency)}."


def _lost_earlier(report: Report) -> str:
    found = findings.lost_earlier(report.analysis)
    if not found:
        return ""
    worth = sum((account.turnover for account in found), findings.ZERO)
    many = words.plural(len(found), report.noun)
    return f"Lost earlier: {many}, {words.money(worth, report.analysis.currency)} of turnover in all."


def _lapsed(report: Report) -> str:
    found = findings.lapsed(report.analysis)
    if not found:
        return ""
    rest = len(found) - MOST
    after = f"and {words.plural(rest, f'more {report.noun}')}" if rest > 0 else ""
    title = "Silent for longer than their own rhythm"
    return block(title, _silent(report, found[:MOST], "12 months"), after)


def _neglected(report: Report) -> str:
    found = findings.neglected(report.analysis)
    if not found:
        return ""
    analysis = report.analysis
    unit = words.unit("turnover", analysis.currency)
    heads = (words.capital(report.noun), unit, "change", "days silent", "usual gap")
    body = [
        (
            named(move.label),
            e(words.compact(move.account.window_turnover)),
            change(findings.window_growth(move.account)),
            words.count(findings.silence(analysis, move.account)),
            words.count(round(move.account.usual_gap_days or 0)),
        )
        for move in found[:MOST]
    ]
    more = len(found) - MOST
    rest = f"and {words.plural(more, f'more {report.noun}')}" if more > 0 else ""
    return block("Neglected: small, growing fast, and silent for long", table(heads, body), rest)


def _silent(report: Report, found: Sequence[findings.Move], title: str) -> str:
    analysis = report.analysis
    heads = (
        words.capital(report.noun),
        words.unit(title, analysis.currency),
        "last bought",
        "days ago",
    )
    body = [
        (
            named(move.label),
            e(words.compact(move.before if title == "before" else move.now)),
            e(words.short_date(findings.last_bought(move.account))),
            words.count(findings.silence(analysis, move.account)),
        )
        for move in found
    ]
    return table(heads, body)
