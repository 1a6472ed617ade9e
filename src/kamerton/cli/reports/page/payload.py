"""The figures inside the page, for its pictures and its long table. Accounts are rows without keys."""

from __future__ import annotations

from collections.abc import Iterator

from kamerton.analytics.model import AccountFigures, Analysis, YearFigures
from kamerton.cli.reports import findings
from kamerton.cli.reports.json_report import amount, day, flag, number, quoted, ratio, record, rows, text
from kamerton.cli.reports.json_report import words as texts
from kamerton.cli.reports.model import Report

#: The column order of the accounts' rows inside the page.
ACCOUNT_COLUMNS = (
    "id", "label", "group", "rank", "share", "now", "before", "turnover", "income", "window_turnover",
    "window_income", "abc", "xyz", "key", "dependency", "state", "first", "last", "documents",
    "returns_rate", "lifetime_value", "lifetime_method", "p_alive", "warnings", "by_year",
)  # fmt: skip


def payload(report: Report) -> str:
    analysis = report.analysis
    lines = analysis.thresholds
    spread = findings.window_concentration(analysis)
    return record(
        {
            "schema": quoted("kamerton.report/1"),
            "as_of": day(analysis.as_of),
            "currency": quoted(analysis.currency),
            "basis": quoted(analysis.basis),
            "comparable": flag(analysis.previous_covered),
            "accounts_for_80pct": number(spread.accounts_for_80pct),
            "thresholds": record({"key": ratio(lines.share_key), "critical": ratio(lines.share_critical)}),
            "years": "".join(rows(_year_record(year) for year in analysis.years)),
            "concentration": "".join(rows(_spreads(analysis))),
            "accounts": record(
                {"columns": texts(ACCOUNT_COLUMNS), "rows": "".join(rows(_account_rows(analysis)))}
            ),
        }
    )


def _year_record(year: YearFigures) -> str:
    return record(
        {
            "year": number(year.year),
            "partial": flag(year.partial),
            "turnover": amount(year.turnover),
            "income": amount(year.income),
            "active": number(year.active),
            "new": number(year.new),
            "lost": number(year.lost),
        }
    )


def _spreads(analysis: Analysis) -> Iterator[str]:
    partial = {year.year for year in analysis.years if year.partial}
    for year, spread in findings.concentration_by_year(analysis).items():
        yield record(
            {
                "year": number(year),
                "partial": flag(year in partial),
                "accounts": number(spread.accounts),
                "effective_accounts": ratio(spread.effective_accounts),
                "accounts_for_80pct": number(spread.accounts_for_80pct),
                "top20pct_share": ratio(spread.top20pct_share),
            }
        )


def ordered(analysis: Analysis) -> list[AccountFigures]:
    """By weight in the window; behind them those that brought nothing, by rank."""
    there = findings.by_weight(analysis)
    seen = {account.account for account in there}
    return there + [account for account in analysis.accounts if account.account not in seen]


def _account_rows(analysis: Analysis) -> Iterator[str]:
    name = findings.labels(analysis)
    for account in ordered(analysis):
        yield f"[{', '.join(_account_values(analysis, account, name[account.account]))}]"


def _account_values(analysis: Analysis, account: AccountFigures, label: str) -> tuple[str, ...]:
    """In the order of ACCOUNT_COLUMNS."""
    years = ", ".join(
        f"[{year}, {amount(pair.turnover)}, {amount(pair.income)}]"
        for year, pair in sorted(account.by_year.items())
    )
    return (
        quoted(account.account),
        quoted(label),
        text(account.group),
        number(account.rank),
        ratio(findings.share(analysis, account)),
        amount(findings.amount(analysis, account)),
        amount(findings.before(analysis, account)),
        amount(account.turnover),
        amount(account.income),
        amount(account.window_turnover),
        amount(account.window_income),
        text(account.abc),
        text(account.xyz),
        flag(account.key),
        text(account.dependency),
        quoted(account.state),
        day(account.first_date),
        day(findings.last_bought(account)),
        number(account.documents),
        ratio(account.returns_rate),
        amount(account.lifetime_value),
        quoted(account.lifetime_method),
        ratio(account.p_alive),
        texts(account.warnings),
        f"[{years}]",
    )
