"""Churn risk and health against what came after: `python -m benchmarks.backtest DATA`.

DATA is the folder with the published sets (see benchmarks.sources). Of each set, at dates three months apart, the
chance of being lost or of shrinking hard within the next twelve months is told from what the ledger held on that
date, and set beside what came: AUC and lift of the tenth at the top, the mean over the dates, against silence alone
(days since the last purchase) and BG/NBD alone (the better of the chance of no purchase in the year and of not being
alive). Asked of accounts that bought in the twelve months to the date.

How far chance alone moves such a difference is told beside it: accounts are drawn again with replacement, each with all
its dates, as the dates overlap and share their accounts.

AdventureWorks and Superstore carry the aim; the others show whether the method holds elsewhere. Writes its own section
of benchmarks/RESULTS.md, as the numbers came out.

    --only adventureworks_dw,...    some sets only; RESULTS.md is then not written
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.made_books import KINDS, made_book
from benchmarks.sales import sales_csv
from benchmarks.sources import SOURCES
from kamerton.analytics import churn, cubes, health, telling, weeks
from kamerton.analytics.engine import open_parquet
from kamerton.analytics.past import Past
from kamerton.demo import company
from kamerton.demo.export import write_export
from kamerton.ledger.read import read
from kamerton.ledger.read.model import Choices, Limits, Rate

RESULTS = Path(__file__).parent / "RESULTS.md"
HEADING = "## Churn risk and health, told a year ahead"
AIMED = ("adventureworks_dw", "superstore")
NAMES = {
    "adventureworks_dw": "AdventureWorks",
    "superstore": "Superstore",
    "cdnow": "CDNOW",
    "classicmodels": "classicmodels",
    "northwind": "Northwind",
    "planted": "planted endings, 200,000 lines",
    "demo": "the demo company",
    **{kind: f"made: {kind}" for kind in KINDS},
}
TARGETS = ("lost", "lost or shrunk to less than half")
FIGURES = ("churn risk", "health", "silence", "BG/NBD: no purchase", "BG/NBD: not alive")
APART, MIN_LOST = 3, 3
_DATED = ("Lost", "told", "Lost or shrunk", "told", "AUC lost", "silence", "AUC lost or shrunk", "silence")
_PLANTED_LINES = 200_000
_DEMO_DAY = dt.date(2026, 1, 1)

#: Drawn again so often, and the part of the differences between which the interval lies.
DRAWS, INTERVAL = 200, (0.025, 0.975)

Pair = tuple[float | None, float | None]  # AUC and lift
MEASURES: tuple[Callable[[Any, Any], float | None], ...] = (telling.auc, telling.lift)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Ours less the best of the others, and between what it lies when accounts are drawn again."""

    value: float
    low: float
    high: float

    @property
    def verdict(self) -> str:
        if self.value >= 0:
            return "yes"
        return "no, within chance" if self.high >= 0 else "no"


@dataclass(frozen=True, kw_only=True)
class Cut:
    """One date: for each target and figure AUC and lift; and how many accounts, what share to whom it happened."""

    on: dt.date
    method: str
    accounts: int
    came: tuple[float, float]
    told: tuple[float, float]  # mean risk
    figures: tuple[tuple[Pair, ...], ...]  # TARGETS x FIGURES
    who: Any  # units, and what was told of each: TARGETS x FIGURES, and what came: TARGETS
    each: tuple[tuple[Any, ...], ...]
    happened: tuple[Any, ...]


def cuts(parquet: Path, folder: Path) -> Iterator[Cut]:
    """Of a ledger, the latest date first: one year before its end, and every three months before that."""
    connection, lines = open_parquet([parquet], temp_dir=folder)
    try:
        past = Past(cubes.scan(lines).book("account"))
        learning = churn.Learning(past)
        for back in dates(past.months):
            yield from _cut(learning, back, lines)
    finally:
        connection.disconnect()


def dates(months: int) -> Sequence[int]:
    """Months back: a year to look at after each, about a year before it; where there is none, the last one alone."""
    found = range(12, months - churn.MONTHS_BEFORE + 1, APART)
    return found or (12,)


def _cut(learning: churn.Learning, back: int, lines: Any) -> Iterator[Cut]:
    past, told = learning.past, learning.evidence(back)
    came = churn.outcome(past, back, told.who)
    if int(came.lost.sum()) < MIN_LOST:
        return
    model = learning.model(back)
    risk = churn.assess(told, model)
    ill = 100 - _health(past, told.who, past.date(back), lines)
    silent = told.silent.astype(np.float64)
    each = tuple((chance, ill, silent, told.no_purchase, told.gone) for chance in (risk.lost, risk.risk))
    happened = (came.lost, came.shrunk)
    yield Cut(
        on=past.date(back),
        method=model.method,
        accounts=len(told.who),
        came=(float(came.lost.mean()), float(came.shrunk.mean())),
        told=(float(risk.lost.mean()), float(risk.risk.mean())),
        figures=tuple(
            tuple(_pair(figure, flags) for figure in figures)
            for figures, flags in zip(each, happened, strict=True)
        ),
        who=told.who,
        each=each,
        happened=happened,
    )


def _health(past: Past, who: Any, day: dt.date, lines: Any) -> Any:
    """What the ledger alone says of it: growth and service by their weights."""
    scan = cubes.scan(lines, day)
    book = scan.book("account")
    found = health.from_ledger(Past(book), weeks.weekly(scan, book))
    place = {unit: at for at, unit in enumerate(book.units)}
    at = [place[past.book.units[each]] for each in who.tolist()]
    return np.array(
        [
            _total({"growth": _known(growth), "service": _known(returns)})
            for growth, returns in zip(found.growth[at], found.returns[at], strict=True)
        ]
    )


def _total(parts: dict[str, float | None]) -> float:
    """Not rounded, so that ties are few."""
    told = health.health(parts, health.DEFAULT_WEIGHTS)
    return sum(told.weights[name] * told.parts[name] for name in told.parts)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _pair(figure: Any, happened: Any) -> Pair:
    if np.isnan(figure).any():
        return None, None
    auc, lift = (measure(figure, happened) for measure in MEASURES)
    return auc, lift


# --- the sets --------------------------------------------------------------------------------------------


def ledgers(data: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    """Name and canonical lines of each set."""
    for name in NAMES:
        place = folder / name
        place.mkdir()
        file, choices = _file(name, data, place)
        out = place / "lines.parquet"
        read([file], choices=choices, limits=Limits(queries=True), out=out, progress=None)
        yield name, out


def _file(name: str, data: Path, folder: Path) -> tuple[Path, Choices]:
    if name in KINDS:
        return made_book(name, folder), Choices()
    if name == "planted":
        return sales_csv(_PLANTED_LINES, folder), Choices()
    if name == "demo":
        write_export(folder / "demo.csv", _DEMO_DAY)
        rates = tuple(
            Rate(currency=code, date=day, rate=rate) for code, day, rate in company.rates(_DEMO_DAY)
        )
        return folder / "demo.csv", Choices(company_currency=company.COMPANY_CURRENCY, rates=rates)
    source = next(each for each in SOURCES if each.reference == name)
    return source.prepare(data, folder), Choices(**source.choices)


# --- wording ---------------------------------------------------------------------------------------------


def mean(found: Sequence[Cut], target: int, figure: int, at: int) -> float | None:
    """Over the dates that tell it."""
    told = [value for each in found if (value := each.figures[target][figure][at]) is not None]
    return sum(told) / len(told) if told else None


def best(found: Sequence[Cut], target: int, at: int) -> int | None:
    """Which of silence and BG/NBD is the best, by its mean over the dates."""
    told = {figure: value for figure in (2, 3, 4) if (value := mean(found, target, figure, at)) is not None}
    return max(told, key=lambda figure: told[figure], default=None)


def difference(found: Sequence[Cut], target: int, at: int) -> Difference | None:
    """Of churn risk from the best of the others."""
    other, ours = best(found, target, at), mean(found, target, 0, at)
    theirs = mean(found, target, other, at) if other is not None else None
    if other is None or ours is None or theirs is None:
        return None
    low, high = np.quantile(drawn(found, target, other, at), INTERVAL)
    return Difference(value=ours - theirs, low=float(low), high=float(high))


def drawn(found: Sequence[Cut], target: int, other: int, at: int) -> list[float]:
    """The difference among accounts drawn again, DRAWS times; the draws are the same in every run."""
    draw, units = np.random.default_rng(0), max(int(cut.who.max()) for cut in found) + 1
    told = [cut for cut in found if cut.figures[target][other][at] is not None]
    return [_again(told, target, other, at, np.bincount(draw.integers(0, units, units), minlength=units))
            for _ in range(DRAWS)]  # fmt: skip


def _again(found: Sequence[Cut], target: int, other: int, at: int, times: Any) -> float:
    """Mean over the dates with each account so many times."""
    apart = []
    for cut in found:
        rows = np.repeat(np.arange(len(cut.who)), times[cut.who])
        ours, theirs = (
            MEASURES[at](cut.each[target][figure][rows], cut.happened[target][rows]) for figure in (0, other)
        )
        if ours is not None and theirs is not None:
            apart.append(ours - theirs)
    return float(np.mean(apart)) if apart else 0.0


def rows(name: str, found: Sequence[Cut]) -> Iterator[str]:
    for target, said in enumerate(TARGETS):
        for at, measure in enumerate(("AUC", "lift")):
            values = [mean(found, target, figure, at) for figure in range(len(FIGURES))]
            digits = 3 if measure == "AUC" else 2
            told = " | ".join("" if value is None else f"{value:.{digits}f}" for value in values)
            yield f"| {NAMES[name]} | {said} | {measure} | {told} | {_compared(name, found, target, at)} |"


def _compared(name: str, found: Sequence[Cut], target: int, at: int) -> str:
    apart = difference(found, target, at)
    if apart is None:
        return " | "
    verdict = f"**{apart.verdict}**" if name in AIMED and apart.value < 0 else apart.verdict
    return f"{apart.value:+.3f} ({apart.low:+.3f} to {apart.high:+.3f}) | {verdict}"


def section(results: dict[str, list[Cut]], empty: Sequence[str]) -> str:
    lines = [
        HEADING,
        "",
        "Written by `make backtest DATA=...`. The mean over dates three months apart, each with the twelve months",
        "after it; only what the ledger held on the date was used. 0.5 is a coin; lift is of the tenth at the top.",
        "Health here is what the ledger alone says of it. Accounts that tie at the end of the tenth count in part, for",
        "every figure alike; nothing is rounded before it is ranked. The difference is churn risk less the best of",
        "silence and BG/NBD; behind it between what nineteen of twenty lie when accounts are drawn again. Not worse",
        "is the aim on AdventureWorks and Superstore; within chance: the interval reaches zero, so that neither is shown",
        "to be the better. All but the made books were seen while the method was made: none of those is a blind test.",
        "",
        f"| Set | What came | Measure | {' | '.join(FIGURES)} | Difference | Not worse |",
        f"|---|---|---|{'---|' * len(FIGURES)}---|---|",
        *(row for name, found in results.items() for row in rows(name, found)),
        "",
        f"| Set | Date | Weights | Accounts | {' | '.join(_DATED)} |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
        *(_dated(name, each) for name, found in results.items() for each in found),
        "",
    ]
    if empty:
        lines += [f"Nobody, or too few, were lost in: {', '.join(NAMES[name] for name in empty)}.", ""]
    return "\n".join(lines)


def _dated(name: str, cut: Cut) -> str:
    shares = " | ".join(f"{value:.1%}" for pair in zip(cut.came, cut.told, strict=True) for value in pair)
    aucs = " | ".join(
        "" if (value := cut.figures[target][figure][0]) is None else f"{value:.3f}"
        for target in (0, 1)
        for figure in (0, 2)
    )
    method = {"own_past": "own past", "default": "default"}[cut.method]
    return f"| {NAMES[name]} | {cut.on} | {method} | {cut.accounts:,} | {shares} | {aucs} |"


def kept(text: str) -> str:
    """The section as it stands in a text of RESULTS.md; empty without one."""
    start = text.find(HEADING)
    return text[start:] if start >= 0 else ""


def placed(text: str, new: str) -> str:
    """The text with this section at its end, instead of the one that was there."""
    before = text.removesuffix(kept(text)).rstrip("\n")
    return f"{before}\n\n{new}" if before else new


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    wanted = options.only.split(",") if options.only else list(NAMES)
    results: dict[str, list[Cut]] = {}
    with tempfile.TemporaryDirectory(prefix="kamerton-backtest-") as working:
        folder = Path(working)
        for name, parquet in ledgers(options.data, folder):
            if name in wanted:
                print(name, file=sys.stderr)
                results[name] = list(cuts(parquet, folder))
    told = {name: found for name, found in results.items() if found}
    text = section(told, [name for name in results if name not in told])
    print(text)
    if not options.only:
        RESULTS.write_text(placed(RESULTS.read_text(encoding="utf-8"), text), encoding="utf-8")


if __name__ == "__main__":
    main()
