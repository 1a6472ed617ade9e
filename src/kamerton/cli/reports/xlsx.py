"""The analysis as a workbook: every figure a number, every name a text, nothing that calculates.

Texts are written as texts, so a name such as =cmd stays a name.
"""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import xlsxwriter

from kamerton.analytics.model import AccountFigures, Analysis, Concentration
from kamerton.cli.reports import findings, words
from kamerton.cli.reports.model import Report
from kamerton.core.refused import Refused

SHEET_ROWS = 1_048_576
TEXT_LENGTH = 32_767
ACCENT, GREY, RED = "#0F5C6E", "#6B7280", "#B42318"
PARETO_POINTS = 5_000  # a chart with more points opens slowly and looks the same

Value = str | int | float | Decimal | dt.date | bool | None


@dataclass(frozen=True, kw_only=True)
class Column:
    """`form` names a number format; `width` is in characters."""

    title: str
    form: str
    width: float
    pick: Callable[[Any], Value]


def write_xlsx(report: Report) -> bytes:
    """The workbook with its five sheets. Raises Refused where a sheet cannot hold the rows."""
    if len(report.analysis.accounts) >= SHEET_ROWS:
        raise Refused(
            f"A sheet holds {SHEET_ROWS - 1:,} {report.noun}s; here are {len(report.analysis.accounts):,}.",
            hint="--json has no such limit. Nothing was written.",
        )
    content = io.BytesIO()
    book = _Book(content, report)
    book.summary()
    book.accounts()
    book.years()
    book.sellers()
    book.refused()
    book.close()
    return content.getvalue()


class _Book:
    """One workbook while it is written: the sheets share the formats."""

    def __init__(self, content: io.BytesIO, report: Report) -> None:
        self.report = report
        self.analysis: Analysis = report.analysis
        self.name = findings.labels(report.analysis)
        self.book = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_urls": False})
        self.book.set_size(2400, 1400)
        created = dt.datetime.combine(self.analysis.as_of, dt.time(), tzinfo=dt.UTC)
        self.book.set_properties(
            {"title": "Key account analysis", "comments": "Made by Kamerton", "created": created}
        )
        money = "#,##0.00;[Red]-#,##0.00"
        self.formats = {
            "text": self._format({}),
            "money": self._format({"num_format": money}),
            "share": self._format({"num_format": "0.0%;[Red]-0.0%"}),
            "ratio": self._format({"num_format": "0.0000"}),
            "number": self._format({"num_format": "#,##0"}),
            "decimal": self._format({"num_format": "#,##0.0"}),
            "year": self._format({"num_format": "0"}),
            "date": self._format({"num_format": "d mmm yyyy"}),
            "head": self._format(
                {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "font_color": ACCENT}
            ),
            "title": self._format({"bold": True, "font_size": 16, "font_color": ACCENT}),
            "strong": self._format({"bold": True}),
            "dim": self._format({"font_color": GREY}),
            "wrap": self._format({"text_wrap": True, "valign": "top"}),
            "grave": self._format({"text_wrap": True, "valign": "top", "font_color": RED, "bold": True}),
        }

    def _format(self, properties: dict[str, Any]) -> Any:
        return self.book.add_format({"font_name": "Calibri", "font_size": 11} | properties)

    def close(self) -> None:
        self.book.close()

    # --- sheets ------------------------------------------------------------------------------------------

    def summary(self) -> None:
        sheet = self.book.add_worksheet("Summary")
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 3, 19)
        sheet.set_column(4, 4, 30)
        row = self._opening(sheet)
        row = self._summary_figures(sheet, row + 1)
        row = self._summary_concentration(sheet, row + 1)
        row = self._summary_sentences(sheet, "What to watch", row + 1, self._warnings())
        notes = [findings.rows_sentence(self.report), *findings.reading_notes(self.report)]
        row = self._summary_sentences(sheet, "What was read", row + 1, [(note, "wrap") for note in notes])
        self._page(sheet, landscape=False)

    def _opening(self, sheet: Any) -> int:
        analysis = self.analysis
        files = words.listing([words.clean(name) for name in self.report.source_names])
        window = (
            f"12 months from {words.date(analysis.window.from_date)} to {words.date(analysis.window.to_date)}"
        )
        self._text(sheet, 0, 0, f"Key {self.report.noun} analysis", "title")
        self._text(sheet, 1, 0, findings.headline(self.report), "strong")
        self._text(sheet, 2, 0, f"{files} · {window} · {analysis.currency or 'currency not told'}", "dim")
        self._text(sheet, 3, 0, analysis.basis_note, "dim")
        return 4

    def _warnings(self) -> list[tuple[str, str]]:
        found = findings.warnings(self.report)
        return [(warning.text, "grave" if warning.grave else "wrap") for warning in found]

    def _summary_figures(self, sheet: Any, row: int) -> int:
        analysis = self.analysis
        income, turnover = findings.income_totals(analysis), findings.turnover_totals(analysis)
        whole = analysis.previous_covered
        self._heads(sheet, row, ("", "12 months", "12 months before", "change", ""))
        lines: list[tuple[str, Value, Value]] = [("Turnover", *turnover)]
        if income is not None:
            lines.append(("Income", *income))
        for place, (title, now, before) in enumerate(lines, row + 1):
            self._text(sheet, place, 0, title, "text")
            self._value(sheet, place, 1, now, "money")
            self._value(sheet, place, 2, before, "money")
            rate = findings.rate(now, before) if whole else None  # type: ignore[arg-type]
            self._value(sheet, place, 3, rate, "share")
        return row + 1 + len(lines)

    def _summary_concentration(self, sheet: Any, row: int) -> int:
        spread = findings.window_concentration(self.analysis)
        retention = self.analysis.retention
        lines: list[tuple[str, Value, str]] = [
            (f"{words.capital(self.report.noun)}s in the 12 months", spread.accounts, "number"),
            ("Key ones among them", sum(account.key for account in self.analysis.accounts), "number"),
            (f"Share of key {self.report.noun}s", self.analysis.key_share, "share"),
            (f"{words.capital(self.report.noun)}s that make 80 %", spread.accounts_for_80pct, "number"),
            ("Share of the top 20 %", spread.top20pct_share, "share"),
            ("Concentration (HHI, 0 to 1)", spread.hhi, "ratio"),
            ("Effective number", spread.effective_accounts, "decimal"),
            ("Gross revenue retention", retention.grr, "share"),
            ("Net revenue retention", retention.nrr, "share"),
        ]
        self._heads(sheet, row, (f"On {self.analysis.basis}", "", "", "", ""))
        for place, (title, value, form) in enumerate(lines, row + 1):
            self._text(sheet, place, 0, title, "text")
            self._value(sheet, place, 1, value, form)
        return row + 1 + len(lines)

    def _summary_sentences(self, sheet: Any, title: str, row: int, told: Sequence[tuple[str, str]]) -> int:
        if not told:
            return row - 1
        self._heads(sheet, row, (title, "", "", "", ""))
        for place, (sentence, form) in enumerate(told, row + 1):
            sheet.merge_range(place, 0, place, 4, "", self.formats[form])
            self._text(sheet, place, 0, sentence, form)
            sheet.set_row(place, 15 * math.ceil(len(sentence) / 110))
        return row + 1 + len(told)

    def accounts(self) -> None:
        sheet = self.book.add_worksheet("Accounts")
        columns = self._account_columns()
        rows = self.analysis.accounts
        self._table(sheet, columns, rows, frozen=2)
        self._page(sheet)
        if rows:
            self._pareto(rows)

    def _account_columns(self) -> list[Column]:
        years = [year.year for year in self.analysis.years]
        income = self.analysis.totals.income is not None
        analysis = self.analysis

        def yearly(year: int, part: str) -> Callable[[AccountFigures], Value]:
            return lambda account: getattr(account.by_year.get(year), part, None)

        def grown(year: int) -> Callable[[AccountFigures], Value]:
            return lambda account: account.growth.get(year)

        columns = [
            Column(title="Rank", form="number", width=7, pick=lambda a: a.rank),
            Column(title="Name", form="text", width=32, pick=lambda a: self.name[a.account]),
            Column(title=words.capital(self.report.noun), form="text", width=14, pick=lambda a: a.account),
            Column(title="Group", form="text", width=20, pick=lambda a: a.group),
            Column(title="Turnover", form="money", width=16, pick=lambda a: a.turnover),
            Column(title="Cost", form="money", width=16, pick=lambda a: a.cost),
            Column(title="Income", form="money", width=16, pick=lambda a: a.income),
            Column(title="Share of turnover", form="share", width=10, pick=lambda a: a.share_turnover),
            Column(title="Share of income", form="share", width=10, pick=lambda a: a.share_income),
            Column(title="Turnover, 12 months", form="money", width=16, pick=lambda a: a.window_turnover),
            Column(title="Income, 12 months", form="money", width=16, pick=lambda a: a.window_income),
            Column(
                title="Share of turnover, 12 months", form="share", width=12,
                pick=lambda a: a.window_share_turnover,
            ),
            Column(
                title="Share of income, 12 months", form="share", width=12,
                pick=lambda a: a.window_share_income,
            ),
            Column(
                title="Turnover, 12 months before", form="money", width=16,
                pick=lambda a: a.previous_turnover,
            ),
            Column(
                title="Income, 12 months before", form="money", width=16, pick=lambda a: a.previous_income
            ),
            Column(
                title=f"Change of {analysis.basis}", form="share", width=11,
                pick=lambda a: findings.rate(findings.amount(analysis, a), findings.before(analysis, a)),
            ),
            Column(title="ABC", form="text", width=6, pick=lambda a: a.abc),
            Column(title="XYZ", form="text", width=6, pick=lambda a: a.xyz),
            Column(title="Key", form="text", width=6, pick=lambda a: "key" if a.key else None),
            Column(title="Dependency", form="text", width=12, pick=lambda a: a.dependency),
            Column(title="State", form="text", width=12, pick=lambda a: a.state),
            Column(title="Returned", form="money", width=14, pick=lambda a: a.returned),
            Column(title="Gross", form="money", width=16, pick=lambda a: a.gross),
            Column(title="Returns rate", form="share", width=10, pick=lambda a: a.returns_rate),
            Column(title="First sale", form="date", width=13, pick=lambda a: a.first_date),
            Column(title="Last sale", form="date", width=13, pick=lambda a: a.last_date),
            Column(title="Documents", form="number", width=11, pick=lambda a: a.documents),
            Column(title="Lifetime value", form="money", width=16, pick=lambda a: a.lifetime_value),
            Column(title="Lifetime method", form="text", width=20, pick=lambda a: a.lifetime_method),
            Column(title="Probability alive", form="share", width=11, pick=lambda a: a.p_alive),
            Column(title="Reasons", form="text", width=16, pick=lambda a: ", ".join(a.reasons)),
            Column(title="Warnings", form="text", width=26, pick=lambda a: ", ".join(a.warnings)),
        ]  # fmt: skip
        for year in years:
            columns.append(
                Column(title=f"Turnover {year}", form="money", width=16, pick=yearly(year, "turnover"))
            )
            if income:
                columns.append(
                    Column(title=f"Income {year}", form="money", width=16, pick=yearly(year, "income"))
                )
            columns.append(Column(title=f"Growth {year}", form="share", width=10, pick=grown(year)))
        return columns

    def _pareto(self, accounts: Sequence[AccountFigures]) -> None:
        """Cumulated share of turnover by rank, on a sheet of its own with its chart."""
        sheet = self.book.add_worksheet("Pareto")
        whole = sum((account.turnover for account in accounts), Decimal(0))
        if whole <= 0:
            self._text(sheet, 0, 0, "Turnover is not positive: nobody has a share of it.", "text")
            return
        self._heads(sheet, 0, ("Rank", "Turnover", "Cumulated share"))
        sheet.set_column(0, 0, 8)
        sheet.set_column(1, 2, 16)
        running = Decimal(0)
        for place, account in enumerate(accounts, 1):
            running += account.turnover
            self._value(sheet, place, 0, account.rank, "number")
            self._value(sheet, place, 1, account.turnover, "money")
            self._value(sheet, place, 2, float(running / whole), "share")
        sheet.freeze_panes(1, 0)
        last = min(len(accounts), PARETO_POINTS)
        sheet.insert_chart(1, 4, self._pareto_chart(last))

    def _pareto_chart(self, last: int) -> Any:
        chart = self.book.add_chart({"type": "column"})
        ranks = ["Pareto", 1, 0, last, 0]
        chart.add_series(
            {"name": "Turnover", "categories": ranks, "values": ["Pareto", 1, 1, last, 1],
             "fill": {"color": "#B8C4CC"}, "gap": 20}
        )  # fmt: skip
        line = self.book.add_chart({"type": "line"})
        line.add_series(
            {"name": "Cumulated share", "categories": ranks, "values": ["Pareto", 1, 2, last, 2],
             "y2_axis": True, "line": {"color": ACCENT, "width": 2.25}}
        )  # fmt: skip
        chart.combine(line)
        chart.set_title({"name": f"Turnover by {self.report.noun}, cumulated", "name_font": {"size": 12}})
        chart.set_x_axis({"name": "rank", "interval_unit": max(1, last // 10)})
        chart.set_y_axis({"name": self.analysis.currency, "major_gridlines": {"visible": False}})
        line.set_y2_axis({"min": 0, "max": 1, "num_format": "0%"})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 820, "height": 400})
        return chart

    def years(self) -> None:
        sheet = self.book.add_worksheet("Years")
        years = self.analysis.years

        def spread(part: str) -> Callable[[Any], Value]:
            by_year = self.analysis.concentration_by_year
            return lambda year: _of(by_year.get(year.year), part)

        columns = [
            Column(title="Year", form="year", width=8, pick=lambda y: y.year),
            Column(
                title="Complete", form="text", width=10, pick=lambda y: "in part" if y.partial else "whole"
            ),
            Column(title="Turnover", form="money", width=17, pick=lambda y: y.turnover),
            Column(title="Cost", form="money", width=17, pick=lambda y: y.cost),
            Column(title="Income", form="money", width=17, pick=lambda y: y.income),
            *(
                Column(title=words.capital(part), form="number", width=11, pick=_attribute(part))
                for part in ("active", "retained", "new", "reactivated", "lost")
            ),
            Column(title="HHI on turnover", form="ratio", width=11, pick=spread("hhi")),
            Column(title="Effective number", form="decimal", width=11, pick=spread("effective_accounts")),
            Column(title="Make 80 %", form="number", width=11, pick=spread("accounts_for_80pct")),
            Column(title="Share of the top 20 %", form="share", width=11, pick=spread("top20pct_share")),
        ]
        self._table(sheet, columns, years, frozen=1)
        self._page(sheet)
        if years:
            sheet.insert_chart(len(years) + 3, 0, self._years_chart(len(years)))

    def _years_chart(self, last: int) -> Any:
        chart = self.book.add_chart({"type": "column"})
        series = [("Turnover", 2, "#B8C4CC")]
        if self.analysis.totals.income is not None:
            series.append(("Income", 4, ACCENT))
        for name, column, colour in series:
            chart.add_series(
                {"name": name, "categories": ["Years", 1, 0, last, 0],
                 "values": ["Years", 1, column, last, column], "fill": {"color": colour}, "gap": 80}
            )  # fmt: skip
        chart.set_title({"name": "Turnover and income by year", "name_font": {"size": 12}})
        grid = {"visible": True, "line": {"color": "#E5E7EB"}}
        chart.set_y_axis({"name": self.analysis.currency, "num_format": "#,##0", "major_gridlines": grid})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 720, "height": 360})
        return chart

    def sellers(self) -> None:
        sheet = self.book.add_worksheet("Sellers")
        years = [year.year for year in self.analysis.years]
        income = self.analysis.totals.income is not None

        def yearly(year: int, part: str) -> Callable[[Any], Value]:
            return lambda seller: getattr(seller.years.get(year), part, None)

        columns = [
            Column(title="Seller", form="text", width=28, pick=lambda s: s.seller),
            Column(title="Accounts", form="number", width=11, pick=lambda s: s.accounts),
            Column(title="Turnover", form="money", width=17, pick=lambda s: s.turnover),
            Column(title="Income", form="money", width=17, pick=lambda s: s.income),
        ]
        for year in years:
            columns.append(
                Column(title=f"Turnover {year}", form="money", width=16, pick=yearly(year, "turnover"))
            )
            if income:
                columns.append(
                    Column(title=f"Income {year}", form="money", width=16, pick=yearly(year, "income"))
                )
        self._table(sheet, columns, self.analysis.sellers, frozen=1)
        self._page(sheet)

    def refused(self) -> None:
        sheet = self.book.add_worksheet("Refused")
        columns = [
            Column(title="File", form="text", width=26, pick=lambda r: r.file),
            Column(title="Line", form="number", width=10, pick=lambda r: r.line),
            Column(title="Column", form="text", width=22, pick=lambda r: r.column),
            Column(title="Value", form="text", width=34, pick=lambda r: r.value),
            Column(title="Reason", form="text", width=60, pick=lambda r: r.reason),
        ]
        rows = self.report.refused
        self._table(sheet, columns, rows, frozen=0)
        more = self.report.reading.refused_total - len(rows)
        if more > 0:
            self._text(sheet, len(rows) + 2, 0, f"and {more:,} more: --refused FILE lists them all", "dim")
        self._page(sheet)

    # --- cells -------------------------------------------------------------------------------------------

    def _table(self, sheet: Any, columns: Sequence[Column], rows: Sequence[Any], *, frozen: int) -> None:
        self._heads(sheet, 0, [column.title for column in columns])
        sheet.set_row(0, 32)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
            write, pick, form = self._writer(sheet, column.form), column.pick, self.formats[column.form]
            for line, row in enumerate(rows, 1):
                value = pick(row)
                if value is not None:
                    write(line, place, value, form)
        sheet.freeze_panes(1, frozen)
        sheet.autofilter(0, 0, len(rows), len(columns) - 1)

    def _writer(self, sheet: Any, form: str) -> Callable[[int, int, Any, Any], Any]:
        if form == "text":
            return lambda row, column, value, look: sheet.write_string(row, column, _text(value), look)
        if form == "date":
            return sheet.write_datetime
        return lambda row, column, value, look: _write_number(sheet, row, column, value, look)

    def _heads(self, sheet: Any, row: int, titles: Sequence[str]) -> None:
        for place, title in enumerate(titles):
            self._text(sheet, row, place, title, "head")

    def _text(self, sheet: Any, row: int, column: int, text: str, form: str) -> None:
        sheet.write_string(row, column, _text(text), self.formats[form])

    def _value(self, sheet: Any, row: int, column: int, value: Value, form: str) -> None:
        if value is not None:
            self._writer(sheet, form)(row, column, value, self.formats[form])

    def _page(self, sheet: Any, *, landscape: bool = True) -> None:
        if landscape:
            sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_footer("&L&8Kamerton&R&8&P / &N")


def _money(title: str, pick: Callable[[Any], Value]) -> Column:
    return Column(title=title, form="money", width=16, pick=pick)


def _attribute(part: str) -> Callable[[Any], Value]:
    return lambda record: getattr(record, part)


def _of(spread: Concentration | None, part: str) -> Value:
    return getattr(spread, part, None)


def _text(value: str) -> str:
    """A text that a workbook can hold: no control characters, no longer than a cell."""
    return words.clean(value)[:TEXT_LENGTH]


def _write_number(sheet: Any, row: int, column: int, value: int | float | Decimal, look: Any) -> None:
    number = float(value) if isinstance(value, Decimal) else value
    if math.isfinite(number):
        sheet.write_number(row, column, number, look)
