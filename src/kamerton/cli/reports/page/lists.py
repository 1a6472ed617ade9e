"""The long lists: sellers, all accounts, what was read."""

from __future__ import annotations

from kamerton.cli.reports import findings, words
from kamerton.cli.reports.model import Report
from kamerton.cli.reports.page.markup import e, named, table
from kamerton.cli.reports.page.payload import ordered

STATIC_ROWS = 25  # of the long table, for a reader without script
REFUSED_SHOWN = 50
SELLERS_SHOWN = 50


def sellers(report: Report) -> str:
    """Each seller over all time and in the last three years. Empty where no seller is recorded."""
    analysis = report.analysis
    if not analysis.sellers:
        return ""
    last = [year.year for year in analysis.years][-3:]
    heads = (
        "Seller",
        f"{report.noun}s",
        words.unit("turnover", analysis.currency),
        "income",
        *(f"turnover {year}" for year in last),
    )
    body = [
        (
            named(seller.seller),
            words.count(seller.accounts),
            e(words.compact(seller.turnover)),
            e(words.compact(seller.income)),
            *(
                e(words.compact(seller.years[year].turnover)) if year in seller.years else words.NOTHING
                for year in last
            ),
        )
        for seller in analysis.sellers[:SELLERS_SHOWN]
    ]
    more = len(analysis.sellers) - SELLERS_SHOWN
    rest = f'<p class="small dim">and {words.count(more)} more</p>' if more > 0 else ""
    told = "Over all time, and turnover by year."
    return (
        f'<section><h2>Sellers</h2><p class="say">{told}</p>'
        f'<div class="scroll">{table(heads, body)}</div>{rest}</section>'
    )


def accounts(report: Report) -> str:
    """The table of all accounts: the script fills it from the figures inside the page."""
    noun = report.noun
    options = "".join(f'<option value="{value}">{word}</option>' for value, word in _lists(noun))
    find = "Find by name, id or group"
    return (
        f'<section><h2>All {noun}s</h2>'
        '<p class="say">Class: ABC by weight, XYZ by how evenly they buy. A row opens.</p>'
        f'<div class="tools hidden"><input id="search" type="search" placeholder="{find}" '
        f'aria-label="{find}" autocomplete="off" spellcheck="false">'
        f'<select id="filter" aria-label="Which {noun}s">{options}</select>'
        '<span class="found" id="found" aria-live="polite"></span></div>'
        f'<table id="accounts"><thead><tr>{_account_heads(report)}</tr></thead>'
        f"<tbody>{_first_rows(report)}</tbody></table>"
        '<button type="button" class="more hidden" id="more"></button></section>'
    )  # fmt: skip


def _lists(noun: str) -> tuple[tuple[str, str], ...]:
    return (
        ("all", f"All {noun}s"),
        ("key", f"Key {noun}s"),
        ("slipping", "Slipping"),
        ("growing", "Growing"),
        ("new", "New"),
        ("lapsed", "Silent"),
        ("lost", "Lost"),
    )


def _account_heads(report: Report) -> str:
    analysis = report.analysis
    heads = (
        ("place", "#", ""),
        ("label", words.capital(report.noun), "t"),
        ("now", words.unit(f"{analysis.basis}, 12 months", analysis.currency), ""),
        ("share", "share", ""),
        ("change", "change", ""),
        ("class", "class", ""),
        ("", "", "t"),
        ("last", "last bought", ""),
        ("lifetime_value", "lifetime value", ""),
    )
    return "".join(
        f"<th scope=col{f' data-sort={key}' if key else ''}{f' class={kind}' if kind else ''}>{e(title)}</th>"
        for key, title, kind in heads
    )


def _first_rows(report: Report) -> str:
    analysis = report.analysis
    name = findings.labels(analysis)
    return "".join(
        f'<tr><td>{place}</td><th scope="row">{named(name[account.account])}</th>'
        f"<td>{e(words.compact(findings.amount(analysis, account)))}</td>"
        f"<td>{e(words.percent(findings.share(analysis, account), 1))}</td>"
        f"<td></td><td>{account.abc or ''}{account.xyz or ''}</td><td></td>"
        f"<td>{e(words.short_date(findings.last_bought(account)))}</td><td>{e(words.compact(account.lifetime_value))}</td></tr>"
        for place, account in enumerate(ordered(analysis)[:STATIC_ROWS], 1)
    )


def what_was_read(report: Report) -> str:
    reasons = "".join(f"<li>{e(reason)}</li>" for reason in findings.refused_reasons(report))
    notes = [e(note) for note in (findings.rows_sentence(report), *findings.reading_notes(report))]
    if reasons:
        notes[1] += f"<ul>{reasons}</ul>"
    items = "".join(f"<li>{note}</li>" for note in notes)
    refused = _refused_table(report) if report.refused else ""
    return f'<section><h2>What was read</h2><ul class="notes">{items}</ul>{refused}</section>'


def _refused_table(report: Report) -> str:
    body = [
        (
            named(row.file),
            words.count(row.line),
            named(row.column),
            named(row.value[:200]),
            named(row.reason),
        )
        for row in report.refused[:REFUSED_SHOWN]
    ]
    total = report.reading.refused_total
    title = f"The refused rows ({words.count(total)})"
    if total > REFUSED_SHOWN:
        title = f"The first {REFUSED_SHOWN} of {words.count(total)} refused rows"
    rows = table(("File", "Line", "Column", "Value", "Reason"), body, text_columns=5)
    return f'<details><summary>{title}</summary><div class="scroll">{rows}</div></details>'
