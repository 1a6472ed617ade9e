"""XLSX: a sheet for each table, with native charts beside their figures. Text is never taken for a formula."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kamerton.core.spreadsheets import harmless
from kamerton.documents import words
from kamerton.documents.content import Chart, Column, Content, Section, Table, Value, as_table
from kamerton.documents.office.drawing import COLOURS

_FORMATS = {"money": "#,##0.00", "share": "0.0%", "count": "#,##0", "number": "#,##0.0", "date": "yyyy-mm-dd"}
#: What a cell of Excel holds.
_CELL = 32_000
_WIDTHS = {"text": 34, "date": 13}
_NO_SIGNS = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def xlsx(content: Content) -> bytes:
    import xlsxwriter  # noqa: PLC0415 - only where a workbook is asked for

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties(
            {"title": words.clean(content.title)[:255], "author": words.clean(content.company)[:255]}
        )
        book.set_calc_mode("auto")
        _Writer(book, content).write()
    return buffer.getvalue()


class _Writer:
    def __init__(self, book: Any, content: Content) -> None:
        self.book, self.content, self.names = book, content, set[str]()
        self.bold = book.add_format({"bold": True})
        self.head = book.add_format({"bold": True, "bg_color": "#EEF2F4", "bottom": 1, "text_wrap": True})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.of_kind = {key: book.add_format({"num_format": form}) for key, form in _FORMATS.items()}
        self.total_of = {
            key: book.add_format({"num_format": form, "bold": True, "top": 1})
            for key, form in _FORMATS.items()
        }
        self.total = book.add_format({"bold": True, "top": 1})

    def write(self) -> None:
        self._summary()
        for section in self._sections():
            for chart in section.charts:
                if not chart.is_empty:
                    self._chart(chart)
            for table in section.tables:
                if table.rows:
                    self._table(self._sheet(table.title), table)

    def _sections(self) -> Iterable[Section]:
        yield from self.content.sections
        for part in self.content.parts:
            yield from part.sections

    def _sheet(self, title: str) -> Any:
        """A name of at most 31 signs that no other sheet has."""
        plain = " ".join(words.clean(title).translate(_NO_SIGNS).split()) or _("Sheet")
        name, at = plain[:31], 2
        while name.casefold() in self.names:
            name, at = f"{plain[:27]} {at}", at + 1
        self.names.add(name.casefold())
        sheet = self.book.add_worksheet(name)
        if self.content.mark:
            sheet.set_header(f"&L{words.clean(self.content.mark).replace('&', '&&')[:250]}")
        sheet.fit_to_pages(1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        return sheet

    def _text(self, sheet: Any, row: int, column: int, text: str, form: Any = None) -> None:
        sheet.write_string(row, column, words.clean(text)[:_CELL], form)

    def _summary(self) -> None:
        sheet = self._sheet(_("Summary"))
        sheet.set_column(0, 0, 36)
        sheet.set_column(1, 1, 60)
        row = 0
        if self.content.mark:
            self._text(sheet, row, 0, self.content.mark, self.bold)
            row += 1
        self._text(sheet, row, 0, self.content.title, self.title)
        self._text(sheet, row + 1, 0, self.content.opening)
        row += 3
        for each in self.content.all_fields():
            if each.value not in (None, ""):
                self._text(sheet, row, 0, f"{each.label}, {each.unit}" if each.unit else each.label)
                self._value(sheet, row, 1, each.value, each.kind, self.of_kind, self.wrapped)
                row += 1
        for section in self.content.sections:
            for text in section.text:
                self._text(sheet, row + 1, 0, text)
                row += 1
        for text in self.content.legal:
            self._text(sheet, row + 1, 0, text)
            row += 1

    def _value(
        self, sheet: Any, row: int, at: int, value: Value, kind: str, forms: dict[str, Any], plain: Any = None
    ) -> None:
        if value is None or value == "":
            if plain is self.total:
                sheet.write_blank(row, at, None, plain)
        elif isinstance(value, dt.date):
            sheet.write_datetime(row, at, dt.datetime(value.year, value.month, value.day), forms["date"])  # noqa: DTZ001
        elif isinstance(value, int | float | Decimal):
            sheet.write_number(row, at, float(value), forms.get(kind))
        else:
            self._text(sheet, row, at, value, plain)

    def _table(self, sheet: Any, table: Table) -> None:
        for at, column in enumerate(table.columns):
            sheet.set_column(
                at, at, _WIDTHS.get(column.kind, 16) * (column.weight if column.kind == "text" else 1)
            )
            self._text(sheet, 0, at, _head(column), self.head)
        for number, row in enumerate(table.rows, start=1):
            for at, (column, value) in enumerate(zip(table.columns, row, strict=True)):
                self._value(sheet, number, at, value, column.kind, self.of_kind)
        if table.total:
            for at, (column, value) in enumerate(zip(table.columns, table.total, strict=True)):
                self._value(sheet, len(table.rows) + 1, at, value, column.kind, self.total_of, self.total)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)

    def _chart(self, chart: Chart) -> None:
        sheet = self._sheet(chart.title)
        self._table(sheet, as_table(chart, _("Category")))
        name, last = sheet.get_name(), len(chart.categories)
        made = self.book.add_chart({"type": chart.kind})
        for at, series in enumerate(chart.series, start=1):
            colour = f"#{COLOURS[(at - 1) % len(COLOURS)]}"
            made.add_series(
                {
                    "name": [name, 0, at],
                    "categories": [name, 1, 0, last, 0],
                    "values": [name, 1, at, last, at],
                    **(
                        {"line": {"color": colour, "width": 2.25}}
                        if chart.kind == "line"
                        else {"fill": {"color": colour}, "gap": 60}
                    ),
                }
            )
            del series
        made.set_title({"name": harmless(words.clean(chart.title)[:200]), "name_font": {"size": 12}})
        made.set_legend({"position": "top"} if len(chart.series) > 1 else {"none": True})
        made.set_y_axis(
            {"major_gridlines": {"visible": True, "line": {"color": "#D5DBDF"}}, "num_format": _axis(chart)}
        )
        if chart.kind == "bar":
            made.set_y_axis({"reverse": True})
        made.set_size({"width": 760, "height": 380})
        sheet.insert_chart(1, len(chart.series) + 2, made)


def _axis(chart: Chart) -> str:
    return {"money": "#,##0", "share": "0%"}.get(chart.value_kind, "General")


def _head(column: Column) -> str:
    return f"{column.label}, {column.unit}" if column.unit else column.label
