"""Imports the published data sets through the product's own reader and compares every figure.

`python -m benchmarks.verify DATA_FOLDER` reads AdventureWorks, classicmodels, Northwind, Superstore and
CDNOW in full, works the analysis out, and compares each account, year, window, concentration and activity
with the answers in DATA_FOLDER/reference, which were computed apart from this code. Money has to agree to
the cent, shares and indices to the digits that the answers carry. AdventureWorks, classicmodels and Superstore
go through the web as well: what its pages show has to be what `kamerton analyse` writes for the same file and
profile, key accounts and classes among it, and has to agree with the answers too (see through_web).
Differences are listed; exit 1 on any.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb

from benchmarks import through_web
from benchmarks.sources import SOURCES, Source
from kamerton.analytics.analyse import analyse
from kamerton.analytics.cubes import NothingToAnalyse
from kamerton.analytics.engine import open_parquet
from kamerton.analytics.model import AccountFigures, Amounts, Analysis, Concentration, Question
from kamerton.core.refused import Refused
from kamerton.ledger.read import read
from kamerton.ledger.read.model import Choices, Limits, NeedsAnswer

_CENT = Decimal("0.01")
SHOWN = 40  # differences of one source


@dataclass(frozen=True, kw_only=True)
class Check:
    """One figure: where it stands, ours, the answer; for money also which lines it sums, and what of them."""

    where: str
    ours: Any
    answer: Any
    lines: str = ""  # condition on the lines; "" where a figure is not a sum
    measure: str = "amount"

    @property
    def agrees(self) -> bool:
        return bool(self.ours == self.answer)

    def rounds(self, exact: Decimal) -> bool:
        """Both are the exact sum to the cent: half a cent was rounded up here and down there."""
        if not isinstance(self.ours, Decimal):
            return False
        half = _CENT / 2
        return abs(self.ours - exact) <= half and abs(self.answer - exact) <= half


@dataclass(frozen=True, kw_only=True)
class Found:
    figures: int
    half_cents: int
    differences: list[Check]


def checks(source: Source, analyses: Sequence[Analysis | None], answers: dict[str, Any]) -> Iterator[Check]:
    """Every figure that the answers carry. `analyses`: as of the day, one year and two years before."""
    now = analyses[0]
    if now is None:
        yield Check(where="lines", ours=0, answer=answers["totals"]["rows"])
        return
    yield from _totals(source, now, answers)
    yield from _years(now, answers)
    yield from _concentration("all time", now.concentration_all_time, answers["concentration_all_time"])
    for window, analysis in zip(answers["rolling12"]["windows"], analyses, strict=True):
        yield from _window(analysis, window)
    yield from _accounts(source, now, answers)
    yield from _top20(analyses, answers)
    yield from _sellers(now, answers)


def _totals(source: Source, analysis: Analysis, answers: dict[str, Any]) -> Iterator[Check]:
    totals, answer = analysis.totals, answers["totals"]
    yield Check(where="lines", ours=totals.lines, answer=answer["rows"])
    yield Check(where="accounts", ours=totals.accounts, answer=answer["customers"])
    if source.has_documents:
        yield Check(where="documents", ours=totals.documents, answer=answer["orders"])
    for name in ("first_date", "last_date"):
        yield Check(where=name, ours=str(getattr(totals, name)), answer=answer[name][:10])
    yield from _money("total", totals, answer, "true")
    ids = [account.account for account in analysis.accounts]
    yield Check(where="ranking", ours=ids, answer=[customer["customer"] for customer in answers["customers"]])
    if "customers_with_negative_margin" in answers:
        below = sum(account.income < 0 for account in analysis.accounts if account.income is not None)
        yield Check(where="accounts below cost", ours=below, answer=answers["customers_with_negative_margin"])
        by_income = sorted(analysis.accounts, key=lambda each: (-(each.income or 0), each.account))
        top = [account.account for account in by_income[:20]]
        yield Check(where="top 20 by income", ours=top, answer=answers["top20_by_margin_ids"])


def _years(analysis: Analysis, answers: dict[str, Any]) -> Iterator[Check]:
    partial = [year.year for year in analysis.years if year.partial]
    yield Check(where="partial years", ours=partial, answer=answers["partial_years"])
    for year, answer, active in zip(
        analysis.years, answers["per_year"], answers["activity_by_year"], strict=True
    ):
        where = f"{answer['year']}"
        yield Check(where=f"{where} year", ours=year.year, answer=answer["year"])
        yield from _money(where, year, answer, f"year(date) = {where}")
        for name in ("active", "retained", "new", "reactivated", "lost"):
            yield Check(where=f"{where} {name}", ours=getattr(year, name), answer=active[name])
        yield from _concentration(where, analysis.concentration_by_year[year.year], answer["concentration"])


def _concentration(where: str, ours: Concentration, answer: dict[str, Any]) -> Iterator[Check]:
    pairs: dict[str, tuple[Any, Any]] = {
        "accounts": (ours.accounts, answer["customers"]),
        "accounts for 80 %": (ours.accounts_for_80pct, answer["n_customers_80pct"]),
        "HHI": (_digits(ours.hhi, 6), answer["hhi_0_1"]),
        "effective accounts": (_digits(ours.effective_accounts, 2), answer["effective_customers_1_over_hhi"]),
        "over 10 %": (sorted(ours.over_10pct), sorted(answer["over_10pct_ids"])),
        "over 20 %": (len(ours.over_20pct), answer["over_20pct"]),
        "over 70 %": (len(ours.over_70pct), answer["over_70pct"]),
        "largest": (_digits(ours.largest_share, 6), answer["top1_share"]),
        "top 5": (_digits(ours.top5_share, 6), answer["top5_share"]),
        "top 10": (_digits(ours.top10_share, 6), answer["top10_share"]),
    }
    for name, (mine, theirs) in pairs.items():
        yield Check(where=f"{where} {name}", ours=mine, answer=theirs)


def _window(analysis: Analysis | None, answer: dict[str, Any]) -> Iterator[Check]:
    where = f"window {answer['window']}"
    if analysis is None:
        yield Check(where=f"{where} accounts", ours=0, answer=answer["customers"])
        return
    totals = analysis.totals
    ours = Amounts(turnover=totals.window_turnover, income=totals.window_income)
    yield from _money(where, ours, answer, _inside(answer))
    yield from _concentration(where, analysis.concentration_window, answer["concentration"])


def _inside(window: dict[str, Any]) -> str:
    return f"date > date '{window['from_exclusive']}' and date <= date '{window['to_inclusive']}'"


def _accounts(source: Source, analysis: Analysis, answers: dict[str, Any]) -> Iterator[Check]:
    known = {account.account: account for account in analysis.accounts}
    for answer in answers["customers"]:
        ours = known.get(answer["customer"])
        if ours is None:
            yield Check(where=f"account {answer['customer']}", ours="missing", answer="there")
            continue
        where, lines = f"account {ours.account}", f"account = '{ours.account}'"
        if source.has_names:
            yield Check(where=f"{where} name", ours=ours.name, answer=answer["name"].strip())
        yield from _money(where, ours, answer, lines)
        for year, amounts in ours.by_year.items():
            of_year = {
                name: of_all.get(str(year), 0)
                for name, of_all in (("revenue", answer["by_year"]), ("margin", answer.get("margin_by_year")))
                if of_all is not None
            }
            yield from _money(f"{where} {year}", amounts, of_year, f"{lines} and year(date) = {year}")
        unknown = {int(year) for year in answer["by_year"]} - set(ours.by_year)
        yield Check(where=f"{where} years", ours=unknown, answer=set())


def _top20(analyses: Sequence[Analysis | None], answers: dict[str, Any]) -> Iterator[Check]:
    now = {account.account: account for account in analyses[0].accounts} if analyses[0] else {}
    windows = [
        {each.account: each.window_turnover for each in analysis.accounts} if analysis else {}
        for analysis in analyses
    ]
    for answer in answers["top20"]:
        ours, where = now[answer["customer"]], f"top 20 {answer['customer']}"
        yield Check(where=f"{where} rank", ours=ours.rank, answer=answer["rank"])
        share = _digits(ours.share_turnover, 6)
        yield Check(where=f"{where} share", ours=share, answer=answer["share_of_revenue"])
        if "share_of_margin" in answer:
            share = _digits(ours.share_income, 6)
            yield Check(where=f"{where} income share", ours=share, answer=answer["share_of_margin"])
        for year, growth in answer["yoy"].items():
            mine = _digits(ours.growth.get(int(year)), 6)
            yield Check(where=f"{where} growth {year}", ours=mine, answer=growth)
        for window, dates in zip(windows, answers["rolling12"]["windows"], strict=True):
            yield Check(
                where=f"{where} {dates['window']}",
                ours=window.get(ours.account, Decimal(0)),
                answer=_decimal(answer["rolling12"][dates["window"]]),
                lines=f"account = '{ours.account}' and {_inside(dates)}",
            )


def _sellers(analysis: Analysis, answers: dict[str, Any]) -> Iterator[Check]:
    ours = {seller.seller: seller for seller in analysis.sellers}
    rows = answers.get("by_salesperson", answers.get("by_sales_rep", []))
    rows += [{"rep": rep, "revenue": revenue} for rep, revenue in answers.get("by_employee", {}).items()]
    for answer in rows:
        name = str(answer.get("employee_key", answer.get("rep")))
        if name not in ours:
            yield Check(where=f"seller {name}", ours="missing", answer="there")
            continue
        yield from _money(f"seller {name}", ours[name], answer, f"seller = '{name}'")
        if "customers" in answer:
            count = ours[name].accounts
            yield Check(where=f"seller {name} accounts", ours=count, answer=answer["customers"])


def purchase_histories(parquet: Path, analysis: Analysis, answers: dict[str, Any]) -> Iterator[Check]:
    """CDNOW: what the lifetime models are fed, summed over the accounts, and the first accounts singly."""
    later = duckdb.execute(
        f"""select account, sum(amount) from '{parquet}' as lines
        join (select account, min(date) as first from '{parquet}' group by account) as began using (account)
        where date > first group by account"""
    )
    repeat = dict(later.fetchall())
    histories = {account.account: _history(account, repeat, analysis.as_of) for account in analysis.accounts}
    frequency, recency, age, mean = (list(column) for column in zip(*histories.values(), strict=True))
    full = answers["clv_master_full"]
    pairs = {
        "lines": (analysis.totals.lines, answers["rows"]),
        "accounts": (analysis.totals.accounts, answers["customers"]),
        "turnover": (analysis.totals.turnover, _decimal(answers["value"])),
        "accounts that came back": (sum(x > 0 for x in frequency), full["repeat_customers"]),
        "sum of frequency": (sum(frequency), full["sum_frequency"]),
        "highest frequency": (max(frequency), full["max_frequency"]),
        "sum of recency": (sum(recency), full["sum_recency"]),
        "sum of age": (sum(age), full["sum_T"]),
        "sum of mean spend": (sum(mean, Decimal(0)).quantize(_CENT), _decimal(full["sum_monetary"])),
    }
    for row in full["first_rows"]:
        name, spend = row["customer"], histories[row["customer"]][3]
        days = tuple(row[field] for field in ("frequency", "recency", "T"))
        pairs[f"account {name} days"] = (histories[name][:3], days)
        pairs[f"account {name} mean spend"] = (
            spend.quantize(_CENT, ROUND_HALF_UP),
            _decimal(row["monetary"]),
        )
    for where, (ours, answer) in pairs.items():
        yield Check(where=where, ours=ours, answer=answer)


def _history(
    account: AccountFigures, repeat: dict[str, Decimal], as_of: dt.date
) -> tuple[int, int, int, Decimal]:
    """Frequency, recency and age in days, mean amount of a repeat purchase day."""
    frequency = account.purchase_days - 1
    recency, age = (account.last_date - account.first_date).days, (as_of - account.first_date).days
    return frequency, recency, age, repeat[account.account] / frequency if frequency else Decimal(0)


# -- running


def verify_web(source: Source, data: Path, folder: Path) -> Found:
    """The checks of one source once more, on what the web shows, and the command line beside it."""
    file, answers = source.prepare(data, folder), _answers(source, data)
    rolling = answers["rolling12"]
    shown = through_web.shown(file, folder, dt.date.fromisoformat(rolling["as_of"]))
    newest = {**answers, "rolling12": {**rolling, "windows": rolling["windows"][:1]}}
    found = list(checks(source, [shown.kept], newest))
    found += _keys([web for _command, web in shown.both[:2]], answers)
    for profile, (command, web) in zip(through_web.PROFILES, shown.both, strict=True):
        said = ", ".join(f"{name} {value}" for name, value in profile.items()) or "usual profile"
        for where, ours, theirs in through_web.apart(command, web):
            found.append(Check(where=f"{said}: {where}", ours=ours, answer=theirs))
    parquet = folder / "lines.parquet"
    read([file], choices=Choices(**source.choices), limits=Limits(), out=parquet, progress=None)
    return _settled(found, parquet)


def _keys(said: Sequence[through_web.Said], answers: dict[str, Any]) -> Iterator[Check]:
    """Who is key by turnover of the window: all above 10 %; by lower lines those whose window the answers tell."""
    window = answers["rolling12"]["windows"][0]
    by_tenth, by_lower = (
        {account for account, row in each.accounts.items() if row["is_key"]} for each in said
    )
    above = sorted(window["concentration"]["over_10pct_ids"])
    yield Check(where="key accounts, turnover", ours=sorted(by_tenth), answer=above)
    for answer in answers["top20"]:
        name, amount = answer["customer"], answer["rolling12"][window["window"]]
        is_key = amount / window["revenue"] > through_web.LOW_SHARE or amount >= through_web.LOW_AMOUNT
        yield Check(where=f"top 20 {name} key by lower lines", ours=name in by_lower, answer=is_key)


def _answers(source: Source, data: Path) -> dict[str, Any]:
    text = (data / "reference" / f"{source.reference}.json").read_text(encoding="utf-8")
    answers: dict[str, Any] = json.loads(text)
    return answers


def verify(source: Source, data: Path, folder: Path) -> Found:
    """All checks of one source. Raises Refused when the reader does not take it."""
    file, answers = source.prepare(data, folder), _answers(source, data)
    choices, parquet = Choices(**source.choices), folder / "lines.parquet"
    reading = read([file], choices=choices, limits=Limits(queries=True), out=parquet, progress=None)
    found = [Check(where="rows refused", ours=reading.refused_total, answer=0)]
    if source.reference == "cdnow":
        end = dt.date.fromisoformat(answers["clv_master_full"]["observation_end"])
        found += purchase_histories(parquet, _analysis(parquet, end, folder), answers)
    else:
        ends = _three_ends(dt.date.fromisoformat(answers["rolling12"]["as_of"]))
        analyses = [_analysis_or_none(parquet, end, folder) for end in ends]
        found += checks(source, analyses, answers)
    return _settled(found, parquet)


def _settled(found: list[Check], parquet: Path) -> Found:
    """Differences of a cent are looked up in the lines: an exact half cent is rounded up here, down there."""
    apart = [check for check in found if not check.agrees]
    differences = [check for check in apart if not (check.lines and check.rounds(_exact(check, parquet)))]
    return Found(figures=len(found), half_cents=len(apart) - len(differences), differences=differences)


def _exact(check: Check, parquet: Path) -> Decimal:
    query = f"select sum({check.measure}) from '{parquet}' where account is not null and {check.lines}"
    exact = duckdb.execute(query).fetchall()[0][0]
    return Decimal(0) if exact is None else Decimal(exact)


def _analysis(parquet: Path, as_of: dt.date, folder: Path) -> Analysis:
    connection, lines = open_parquet([parquet], temp_dir=folder)
    try:
        return analyse(lines, Question(as_of=as_of, basis="turnover"))
    finally:
        connection.disconnect()


def _analysis_or_none(parquet: Path, as_of: dt.date, folder: Path) -> Analysis | None:
    """None when there is no sale that old."""
    try:
        return _analysis(parquet, as_of, folder)
    except NothingToAnalyse:
        return None


def _three_ends(as_of: dt.date) -> list[dt.date]:
    return [as_of.replace(year=as_of.year - back) for back in range(3)]


def _money(where: str, ours: Any, answer: dict[str, Any], lines: str) -> Iterator[Check]:
    for name, theirs, measure in (
        ("turnover", "revenue", "amount"),
        ("cost", "cost", "cost"),
        ("income", "margin", "amount - cost"),
    ):
        if theirs in answer and hasattr(ours, name):
            yield Check(
                where=f"{where} {name}",
                ours=getattr(ours, name),
                answer=_decimal(answer[theirs]),
                lines=lines,
                measure=measure,
            )


def _decimal(value: float) -> Decimal:
    return Decimal(str(value)).quantize(_CENT)


def _digits(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _told(name: str, found: Found) -> int:
    """Print what came out; the number of differences."""
    rounded = f" ({found.half_cents} exact half cents rounded the other way)" if found.half_cents else ""
    print(f"{name}: {found.figures:,} figures, {len(found.differences):,} differences{rounded}")
    for check in found.differences[:SHOWN]:
        print(f"    {check.where:<40.40}  ours {check.ours!s:<34.34}  answer {check.answer!s:.34}")
    if len(found.differences) > SHOWN:
        print(f"    ... and {len(found.differences) - SHOWN:,} more")
    return len(found.differences)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--only", default="", help="sources whose name contains this")
    parser.add_argument("--trace", action="store_true", help="where an unexpected error comes from")
    options = parser.parse_args()
    wanted = [source for source in SOURCES if options.only.lower() in source.name.lower()]
    wrong = sum(_wrong(verify, source, source.name, options) for source in wanted)
    through = [source for source in wanted if source.through_web]
    if through:
        with through_web.empty_home():
            wrong += sum(
                _wrong(verify_web, source, f"{source.name}, through the web", options) for source in through
            )
    return 1 if wrong else 0


def _wrong(
    work: Callable[[Source, Path, Path], Found], source: Source, name: str, options: argparse.Namespace
) -> int:
    """Verify and print what came out; the number of differences, 1 where it could not be read."""
    with tempfile.TemporaryDirectory(prefix="kamerton-verify-") as folder:
        try:
            return _told(name, work(source, options.data, Path(folder)))
        except NeedsAnswer as question:
            print(f"{name}: asks {[doubt.question for doubt in question.doubts]}")
        except Refused as refused:
            print(f"{name}: refused: {refused}")
        except Exception as error:
            print(f"{name}: {type(error).__name__}: {error}")
            if options.trace:
                traceback.print_exc()
    return 1


if __name__ == "__main__":
    sys.exit(main())
