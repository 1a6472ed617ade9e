"""What the figures say in words: the sentences and short lists that every report shows.

Everything here is about the window (12 months to the as-of date) on the basis of the analysis, unless a
name says otherwise. A sentence is left out rather than guessed.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from kamerton.analytics import attention
from kamerton.analytics.account_table import column as every
from kamerton.analytics.model import AccountFigures, Analysis, Concentration
from kamerton.cli.reports.model import Report
from kamerton.cli.reports.words import (
    NBSP,
    capital,
    clean,
    date,
    listing,
    money,
    percent,
    percent_over,
    plural,
    spelled,
)

ZERO = Decimal(0)


# --- figures of one account on the basis ------------------------------------------------------------------


def amount(analysis: Analysis, account: AccountFigures) -> Decimal:
    return attention.in_window(account, analysis.basis)


def before(analysis: Analysis, account: AccountFigures) -> Decimal:
    return attention.in_previous(account, analysis.basis)


def share(analysis: Analysis, account: AccountFigures) -> float | None:
    return attention.share_in_window(account, analysis.basis)


def last_bought(account: AccountFigures) -> dt.date:
    return account.last_purchase or account.last_date


def labels(analysis: Analysis) -> dict[str, str]:
    """Account id -> the name to show: the id stands behind names that two accounts bear."""
    ids, called = every(analysis.accounts, "account"), every(analysis.accounts, "name")
    names = {account: clean(name) or clean(account) for account, name in zip(ids, called, strict=True)}
    borne = Counter(names.values())
    return {
        account: f"{name} ({clean(account)})" if borne[name] > 1 and name != clean(account) else name
        for account, name in names.items()
    }


def by_weight(analysis: Analysis) -> list[AccountFigures]:
    """Accounts that bought in the window or made income in it, heaviest first; ties by rank."""
    there = [account for account in analysis.accounts if account.window_turnover or account.window_income]
    return sorted(there, key=lambda account: (-amount(analysis, account), account.rank))


def keys(analysis: Analysis) -> list[AccountFigures]:
    """The key ones of `by_weight`."""
    accounts = analysis.accounts
    marked = [accounts[at] for at, key in enumerate(every(accounts, "key")) if key]
    there = [account for account in marked if account.window_turnover or account.window_income]
    return sorted(there, key=lambda account: (-amount(analysis, account), account.rank))


def _heaviest(analysis: Analysis) -> tuple[AccountFigures | None, int]:
    """The first of `by_weight`, and how many it has."""
    accounts = analysis.accounts
    turnover, income = every(accounts, "window_turnover"), every(accounts, "window_income")
    on_income = analysis.basis == "income"
    weights = [
        (-(earned if on_income and earned is not None else sold), rank, at)
        for at, (sold, earned, rank) in enumerate(zip(turnover, income, every(accounts, "rank"), strict=True))
        if sold or earned
    ]
    return (accounts[min(weights)[2]], len(weights)) if weights else (None, 0)


def turnover_totals(analysis: Analysis) -> tuple[Decimal, Decimal]:
    """Turnover of the window and of the 12 months before."""
    return analysis.totals.window_turnover, analysis.totals.previous_turnover


def income_totals(analysis: Analysis) -> tuple[Decimal, Decimal] | None:
    """Income of the window and of the 12 months before. None: no cost is recorded."""
    totals = analysis.totals
    if totals.window_income is None or totals.previous_income is None:
        return None
    return totals.window_income, totals.previous_income


def rate(now: Decimal | None, earlier: Decimal | None) -> float | None:
    """Growth, as in docs/formulas.md: nothing where the base is not positive."""
    if now is None or earlier is None or earlier <= 0:
        return None
    return float(now / earlier - 1)


def window_concentration(analysis: Analysis) -> Concentration:
    """Of the window, on the basis."""
    if analysis.basis == "income" and analysis.income_concentration_window is not None:
        return analysis.income_concentration_window
    return analysis.concentration_window


# --- the sentence that a page opens with ----------------------------------------------------------------


def headline(report: Report) -> str:
    """One sentence that says what matters, true for any data."""
    analysis, name = report.analysis, labels(report.analysis)
    first, there = _heaviest(analysis)
    if first is None:
        return _nothing_in_window(analysis)
    if share(analysis, first) is None:
        return _no_shares(analysis)
    if there == 1:
        return f"All {analysis.basis} of the 12 months comes from one {report.noun}, {name[first.account]}."
    if first.dependency == "mono":
        return _mono(analysis, first, name)
    found = keys(analysis)
    return _keys(report, found, name) if found else _nobody_key(report)


def _nothing_in_window(analysis: Analysis) -> str:
    return (
        f"Nothing was sold in the 12 months to {date(analysis.as_of)}; "
        f"the last sale was on {date(analysis.totals.last_date)}."
    )


def _no_shares(analysis: Analysis) -> str:
    income = income_totals(analysis) if analysis.basis == "income" else None
    whole = (income or turnover_totals(analysis))[0]
    state = "zero" if whole == 0 else f"negative ({money(whole, analysis.currency)})"
    basis = capital(analysis.basis)
    return f"{basis} of the 12 months to {date(analysis.as_of)} is {state}: nobody has a share of it."


def _mono(analysis: Analysis, account: AccountFigures, name: dict[str, str]) -> str:
    line = analysis.thresholds.share_mono
    part = percent_over(share(analysis, account) or 0, line)
    return f"{name[account.account]} alone makes {part} of {analysis.basis}: a business with one customer."


def _nobody_key(report: Report) -> str:
    analysis = report.analysis
    line = percent(analysis.thresholds.share_key, 0)
    opening = f"No {report.noun} makes more than {line} of {analysis.basis}"
    spread = window_concentration(analysis)
    if not spread.accounts_for_80pct:
        return f"{opening}."
    everyone = plural(spread.accounts, report.noun)
    return f"{opening}; 80{NBSP}% comes from {spread.accounts_for_80pct:,} of {everyone}."


def _keys(report: Report, keys: list[AccountFigures], name: dict[str, str]) -> str:
    analysis = report.analysis
    together = percent(analysis.key_share)
    if len(keys) == 1:
        return _one_key(report, keys[0], name)
    opening = f"{capital(spelled(len(keys)))} {report.noun}s make {together} of {analysis.basis}"
    over = [name[account.account] for account in keys if account.dependency]
    if not over:
        return (
            f"{opening}; none is past the critical line of {percent(analysis.thresholds.share_critical, 0)}."
        )
    if len(over) == 1:
        return f"{opening}; {over[0]} alone is past the critical line."
    return f"{opening}; {listing(over)} are each past the critical line."


def _one_key(report: Report, account: AccountFigures, name: dict[str, str]) -> str:
    analysis = report.analysis
    critical = analysis.thresholds.share_critical
    part = share(analysis, account) or 0
    if account.dependency:
        opening = f"{name[account.account]} alone makes {percent_over(part, critical)} of {analysis.basis}"
        return f"{opening}, past the critical line of {percent(critical, 0)}."
    by_share = "share_key" in account.reasons
    told = percent_over(part, analysis.thresholds.share_key) if by_share else percent(part)
    rest = f"no other {report.noun} is key, and none is past the critical line"
    return f"{name[account.account]} makes {told} of {analysis.basis}; {rest}."


# --- warnings in plain words -----------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Warning:  # noqa: A001  the word of the page
    """One sentence about one account. `grave`: past the critical line."""

    account: str | None
    text: str
    grave: bool


def warnings(report: Report) -> list[Warning]:
    """Dependencies first, then what weakens the portfolio from inside."""
    return [*_dependencies(report), *_norm(report), *_thin(report), *_falling(report)]


def _dependencies(report: Report) -> Iterator[Warning]:
    analysis, name = report.analysis, labels(report.analysis)
    lines = analysis.thresholds
    for account in by_weight(analysis):
        part = share(analysis, account)
        if account.dependency is None or part is None:
            continue
        line = lines.share_mono if account.dependency == "mono" else lines.share_critical
        end = (
            f"past {percent(line, 0)} it is a business with one customer"
            if account.dependency == "mono"
            else f"the critical line is {percent(line, 0)}"
        )
        worth = money(amount(analysis, account), analysis.currency)
        text = (
            f"If {name[account.account]} left, {percent_over(part, line)} of {analysis.basis} goes "
            f"({worth} in 12 months); {end}."
        )
        yield Warning(account=account.account, text=text, grave=True)


def _norm(report: Report) -> Iterator[Warning]:
    analysis = report.analysis
    low, high = analysis.thresholds.key_share_norm
    part = analysis.key_share
    keys = [account for account in analysis.accounts if account.key]
    if part is None or not keys or low <= part <= high or any(key.dependency == "mono" for key in keys):
        return
    side = "below" if part < low else "above"
    text = (
        f"Key {report.noun}s together make {percent(part)} of {analysis.basis}, {side} the norm of "
        f"{percent(low, 0)} to {percent(high, 0)}."
    )
    yield Warning(account=None, text=text, grave=False)


def _thin(report: Report, most: int = 5) -> Iterator[Warning]:
    name = labels(report.analysis)
    for account in _warned(report.analysis, "high_turnover_low_income")[:most]:
        text = (
            f"{name[account.account]} is {percent(account.window_share_turnover)} of turnover but "
            f"{percent(account.window_share_income)} of income."
        )
        yield Warning(account=account.account, text=text, grave=False)


def _falling(report: Report) -> Iterator[Warning]:
    """One sentence for all of them: heaviest first, the rest counted."""
    name = labels(report.analysis)
    found = _warned(report.analysis, "margin_falling")
    if not found:
        return
    quarters = spelled(report.analysis.thresholds.alert_quarters)
    who = listing([name[account.account] for account in found])
    only = found[0].account if len(found) == 1 else None
    text = f"The income margin of {who} has fallen {quarters} quarters running."
    yield Warning(account=only, text=text, grave=False)


def _warned(analysis: Analysis, code: str) -> list[AccountFigures]:
    return [account for account in by_weight(analysis) if code in account.warnings]


# --- who moved -------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Move:
    """One account against the 12 months before, on the basis."""

    account: AccountFigures
    label: str
    before: Decimal
    now: Decimal

    @property
    def change(self) -> Decimal:
        return self.now - self.before

    @property
    def rate(self) -> float | None:
        return rate(self.now, self.before)


def moves(analysis: Analysis, accounts: Iterable[AccountFigures]) -> list[Move]:
    """Each account with its amounts, in the order given."""
    name = labels(analysis)
    return [
        Move(
            account=account,
            label=name[account.account],
            before=before(analysis, account),
            now=amount(analysis, account),
        )
        for account in accounts
    ]


def slipped(analysis: Analysis) -> list[Move]:
    """Accounts that still buy and brought less than in the 12 months before; most money first."""
    return moves(analysis, attention.slipping(analysis, limit=len(analysis.accounts)))


def grown(analysis: Analysis) -> list[Move]:
    """Accounts that brought more than in the 12 months before; most money first."""
    found = [move for move in moves(analysis, analysis.accounts) if move.change > 0]
    return sorted(found, key=lambda move: (-move.change, move.account.rank))


def lost(analysis: Analysis) -> list[Move]:
    """Accounts that bought in the 12 months before and not since; most money first."""
    return moves(analysis, attention.lost(analysis, limit=len(analysis.accounts)))


def lost_earlier(analysis: Analysis) -> list[AccountFigures]:
    """Accounts that were lost before the 12 months before."""
    lately = {move.account.account for move in lost(analysis)}
    gone = (account for account in analysis.accounts if account.state == "lost")
    return [account for account in gone if account.account not in lately]


def lapsed(analysis: Analysis) -> list[Move]:
    """Accounts that are silent for longer than their own rhythm; most money first."""
    return moves(analysis, attention.lapsed(analysis, limit=len(analysis.accounts)))


def neglected(analysis: Analysis) -> list[Move]:
    """Small accounts that grow fast and have not bought for long; fastest first."""
    return moves(analysis, attention.neglected(analysis, limit=len(analysis.accounts)))


def window_growth(account: AccountFigures) -> float | None:
    """Of turnover, against the 12 months before."""
    return attention.window_growth(account)


def silence(analysis: Analysis, account: AccountFigures) -> int:
    """Days since the last purchase."""
    if account.silent_days is not None:
        return account.silent_days
    return (analysis.as_of - last_bought(account)).days


def moves_note(report: Report) -> str:
    """Why the comparison with the 12 months before is incomplete; empty where it is not."""
    analysis = report.analysis
    if analysis.previous_covered:
        return ""
    first = analysis.totals.first_date
    if first > analysis.previous.to_date:
        return f"The data begin on {date(first)}: there is nothing to compare the 12 months with."
    return (
        f"The data begin on {date(first)}, inside the 12 months before: those are not complete, "
        "so falls are understated and growth is not told."
    )


# --- the figures in one line each ------------------------------------------------------------------------


def effective(number: float) -> str:
    """An effective number of accounts: 7.4, 1,756."""
    return f"{number:.1f}" if number < 99.95 else f"{number:,.0f}"


def concentration_sentence(report: Report) -> str:
    """How many equal accounts the business would rest on."""
    analysis = report.analysis
    spread = window_concentration(analysis)
    if spread.effective_accounts is None or not spread.accounts_for_80pct or spread.accounts < 2:
        return ""
    equal = effective(spread.effective_accounts)
    noun = report.noun if equal == "1.0" else report.noun + "s"
    return (
        f"The {analysis.basis} is as concentrated as if it came from {equal} equal {noun}; "
        f"{spread.accounts_for_80pct:,} of {spread.accounts:,} make 80{NBSP}% of it."
    )


def retention_sentence(report: Report) -> str:
    """What the accounts of the 12 months before brought in the window."""
    retention = report.analysis.retention
    if not report.analysis.previous_covered or retention.grr is None or retention.nrr is None:
        return ""
    kept, with_growth = percent(retention.grr), percent(retention.nrr)
    return (
        f"Of the turnover of the 12 months before, {kept} was kept; "
        f"with the growth of the same {report.noun}s it is {with_growth}."
    )


# --- what was read ---------------------------------------------------------------------------------------


def reading_notes(report: Report) -> list[str]:
    """What could not be read and what was assumed, most important first."""
    return [
        note
        for note in (
            _refused_note(report),
            _unassigned_note(report),
            _duplicates_note(report),
            _merge_note(report),
            *map(clean, report.reading.inspection.notes),
        )
        if note
    ]


def rows_sentence(report: Report) -> str:
    counts = report.reading.counts
    files = listing([clean(name) for name in report.source_names]) or "the input"
    worth = money(counts.used_turnover, report.analysis.currency)
    return f"{plural(counts.read, 'row')} read from {files}, {counts.used:,} used, worth {worth}."


def _refused_note(report: Report) -> str:
    counts = report.reading.counts
    if not counts.refused:
        return ""
    part = counts.refused / counts.read if counts.read else 0.0
    told = f" ({percent(part)})" if part >= 0.0005 else ""
    return f"{plural(counts.refused, 'row')}{told} could not be read: left out of every figure."


def refused_reasons(report: Report, most: int = 5) -> Iterator[str]:
    """The commonest reasons with their first example, of the refused rows that are listed."""
    reasons = Counter((clean(row.column), clean(row.reason)) for row in report.refused)
    for (column, reason), number in reasons.most_common(most):
        example = next(
            row for row in report.refused if (clean(row.column), clean(row.reason)) == (column, reason)
        )
        value = clean(example.value)
        shown = f" ({value[:40]}{'…' if len(value) > 40 else ''})" if value else ""
        where = f"{column}: " if column else ""
        yield f"{number:,} × {where}{reason.rstrip('.')}, first in line {example.line:,}{shown}."


def _unassigned_note(report: Report) -> str:
    counts = report.reading.counts
    if not counts.unassigned:
        return ""
    worth = money(counts.unassigned_turnover, report.analysis.currency)
    verbs = ("names", "is") if counts.unassigned == 1 else ("name", "are")
    return (
        f"{plural(counts.unassigned, 'row')} worth {worth} {verbs[0]} no account and {verbs[1]} kept apart."
    )


def _duplicates_note(report: Report) -> str:
    counts = report.reading.counts
    if not counts.duplicates:
        return ""
    if counts.duplicates_dropped:
        return f"{plural(counts.duplicates_dropped, 'exact repeat')} of another row left out."
    repeats = plural(counts.duplicates, "exact repeat")
    return f"{repeats} of another row counted; --drop-duplicates leaves them out."


def _merge_note(report: Report) -> str:
    offers = report.reading.merge_offers
    if not offers:
        return ""
    name = labels(report.analysis)
    pairs = [" = ".join(name.get(account, clean(account)) for account in offer) for offer in offers]
    more = f"; and {len(pairs) - 3:,} more" if len(pairs) > 3 else ""
    return f"Perhaps the same company, kept apart: {'; '.join(pairs[:3])}{more}"


# --- what the pictures say -------------------------------------------------------------------------------


def pareto_sentence(report: Report) -> str:
    """What the heaviest accounts make together."""
    spread = window_concentration(report.analysis)
    if not spread.accounts_for_80pct or spread.top20pct_share is None:
        return ""
    lines = report.analysis.thresholds
    return (
        f"{spread.accounts_for_80pct:,} of {plural(spread.accounts, report.noun)} make 80{NBSP}%, the top "
        f"20{NBSP}% of them make {percent(spread.top20pct_share)}. A bar is one {report.noun}: blue above "
        f"{percent(lines.share_key, 0)}, red above {percent(lines.share_critical, 0)}."
    )


def concentration_by_year(analysis: Analysis) -> dict[int, Concentration]:
    """On the basis, oldest first."""
    spreads = analysis.concentration_by_year
    if analysis.basis == "income" and analysis.income_concentration_by_year:
        spreads = analysis.income_concentration_by_year
    return dict(sorted(spreads.items()))


def concentration_trend(report: Report) -> str:
    """The last two whole years side by side."""
    analysis = report.analysis
    partial = {year.year for year in analysis.years if year.partial}
    told = [
        (year, spread.effective_accounts)
        for year, spread in concentration_by_year(analysis).items()
        if year not in partial and spread.effective_accounts is not None
    ]
    if len(told) < 2:
        return "How many equal accounts would be as concentrated, and how many make 80" + NBSP + "%."
    (_, one), (year, other) = told[-2:]
    way = "more" if other < one * 0.98 else "less" if other > one * 1.02 else "no more"
    return (
        f"The {analysis.basis} of {year} was {way} concentrated than that of {told[-2][0]}: "
        f"as if from {effective(other)} equal {report.noun}s, after {effective(one)}."
    )


def whale_sentence(report: Report) -> str:
    """How far the profitable accounts carry the others. Empty where income is not known or not positive."""
    incomes = [a.window_income for a in report.analysis.accounts if a.window_income]
    whole = sum(incomes, ZERO)
    if len(incomes) < 3 or whole <= 0:
        return ""
    made = [income for income in incomes if income > 0]
    losing = len(incomes) - len(made)
    if not losing:
        return f"No {report.noun} loses money."
    peak = percent(float(sum(made, ZERO) / whole))
    verb = "costs" if losing == 1 else "cost"
    given_back = money(sum(made, ZERO) - whole, report.analysis.currency)
    return (
        f"{plural(len(made), report.noun)} earn {peak} of the income; "
        f"{plural(losing, report.noun)} {verb} {given_back} of it."
    )
