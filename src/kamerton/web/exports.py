"""Tables as files. Text that a spreadsheet would take for a formula is made harmless."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from django.http import Http404, HttpResponse, StreamingHttpResponse

from kamerton.core.spreadsheets import harmless

__all__ = ["KINDS", "XLSX", "answer", "harmless"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = ("csv", "xlsx")


def answer(
    kind: str, name: str, heads: Sequence[str], rows: Iterable[Sequence[object]], *, mark: str = ""
) -> HttpResponse | StreamingHttpResponse:
    """`rows` as `name`.csv or `name`.xlsx; any other kind is 404.

    `mark` is a line over the head (who took the file out), on paper the head of every page too.
    """
    if kind == "csv":
        response: HttpResponse | StreamingHttpResponse = StreamingHttpResponse(
            _csv(heads, rows, mark), content_type="text/csv; charset=utf-8"
        )
    elif kind == "xlsx":
        response = HttpResponse(_xlsx(heads, rows, mark), content_type=XLSX)
    else:
        raise Http404
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


class _Echo:
    """What csv.writer writes to: it hands each line back."""

    def write(self, line: str) -> str:
        return line


def _csv(heads: Sequence[str], rows: Iterable[Sequence[object]], mark: str) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"
    if mark:
        yield writer.writerow([harmless(mark)])
    yield writer.writerow([harmless(head) for head in heads])
    for row in rows:
        yield writer.writerow([_plain(value) for value in row])


def _plain(value: object) -> object:
    if isinstance(value, dt.date):
        return value.isoformat()
    return "" if value is None else harmless(value)


def _xlsx(heads: Sequence[str], rows: Iterable[Sequence[object]], mark: str) -> bytes:
    import xlsxwriter  # noqa: PLC0415 - only where a workbook is asked for

    buffer = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        day, moment, amount = (
            book.add_format({"num_format": form}) for form in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm", "#,##0.00")
        )
        top = 1 if mark else 0
        if mark:
            sheet.write_string(0, 0, mark, bold)
            sheet.set_header(f"&L{mark.replace('&', '&&')[:250]}")
        sheet.freeze_panes(top + 1, 1)
        for column, head in enumerate(heads):
            sheet.write_string(top, column, head, bold)
        for number, row in enumerate(rows, start=top + 1):
            for column, value in enumerate(row):
                if isinstance(value, dt.datetime):
                    sheet.write_datetime(number, column, value.replace(tzinfo=None), moment)
                elif isinstance(value, dt.date):
                    sheet.write_datetime(number, column, dt.datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
                elif isinstance(value, Decimal):
                    sheet.write_number(number, column, float(value), amount)
                elif isinstance(value, float | int):
                    sheet.write_number(number, column, value)
                elif value is not None:
                    sheet.write_string(number, column, str(value))
    return buffer.getvalue()
