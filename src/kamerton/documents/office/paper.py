"""PDF: HTML of a content, set by WeasyPrint. Nothing is fetched: a file in it stands in it."""

from __future__ import annotations

from typing import Any, NoReturn

from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kamerton.core.refused import Refused
from kamerton.documents import words
from kamerton.documents.content import Chart, Column, Content, Section, Table, is_wide
from kamerton.documents.office import drawing


class NoPaper(Refused):
    """The libraries that set pages are not on this machine."""


def pdf(content: Content) -> bytes:
    """Raises NoPaper where Pango is missing."""
    html = render_to_string("documents/paper.html", _told(content))
    return (
        _engine()
        .HTML(string=html, url_fetcher=_nothing)
        .write_pdf(pdf_identifier=b"", custom_metadata=False, uncompressed_pdf=False)
    )


def is_ready() -> bool:
    try:
        _engine()
    except NoPaper:
        return False
    return True


def _engine() -> Any:
    try:
        import weasyprint  # noqa: PLC0415 - slow to load, and needs Pango from the system
    except OSError as error:
        raise NoPaper(
            _("PDF files cannot be made on this machine: the library Pango is missing."),
            code="no_pango",
            hint=_("Take the Word file, or ask an administrator to install Pango."),
        ) from error
    return weasyprint


def _nothing(url: str, **_more: Any) -> NoReturn:
    raise ValueError(f"Documents fetch nothing: {url[:80]}")


def _told(content: Content) -> dict[str, Any]:
    return {
        "language": get_language() or "en",
        "content": content,
        "wide": is_wide(content),
        "day": words.told(content.day),
        "opening": words.clean(content.opening),
        "title": words.clean(content.title),
        "mark": words.clean(content.mark),
        "sections": [_section(each) for each in content.sections if not each.is_empty],
        "parts": [
            {
                "title": words.clean(part.title),
                "opening": words.clean(part.opening),
                "sections": [_section(each) for each in part.sections if not each.is_empty],
            }
            for part in content.parts
        ],
        "legal": [words.clean(each) for each in content.legal],
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "title": words.clean(section.title),
        "text": [words.clean(each) for each in section.text],
        "fields": [
            (words.clean(each.label), words.told(each.value, each.kind, each.unit))
            for each in section.fields
            if each.value not in (None, "")
        ],
        "charts": [_chart(each) for each in section.charts if not each.is_empty],
        "tables": [_table(each, section.title) for each in section.tables if each.rows],
    }


def _chart(chart: Chart) -> dict[str, Any]:
    return {"title": words.clean(chart.title), "picture": drawing.svg(chart)}


def _table(table: Table, above: str) -> dict[str, Any]:
    weights = sum(each.weight for each in table.columns)
    return {
        "title": words.clean(table.title) if table.title != above else "",
        "columns": [
            (words.clean(_head(each)), each.is_number, round(100 * each.weight / weights, 1))
            for each in table.columns
        ],
        "rows": [_cells(table.columns, row) for row in table.rows],
        "total": _cells(table.columns, table.total) if table.total else [],
    }


def _head(column: Column) -> str:
    return f"{column.label}, {column.unit}" if column.unit else column.label


def _cells(columns: tuple[Column, ...], row: tuple[Any, ...]) -> list[tuple[str, bool]]:
    return [
        (words.in_cell(value, column.kind), column.is_number)
        for column, value in zip(columns, row, strict=True)
    ]
