"""Headings, paragraphs and tables of a content as elements of a Word document, in the styles that it has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from kamerton.documents import words
from kamerton.documents.content import WIDE_COLUMNS, Chart, Column, Content, Field, Section, Table, as_table
from kamerton.documents.office.placeholders import W

#: Colours of the default look.
INK, RULE, SHADE = "1F2A30", "B9C2C8", "EEF2F4"


def of_content(document: Any, content: Content) -> Iterator[Any]:
    """Its sections, then those of its parts, each part under its title."""
    for section in content.sections:
        yield from _section(document, section, 1)
    for part in content.parts:
        yield _heading(document, part.title, 1)
        if part.opening:
            yield _paragraph(document, part.opening)
        for section in part.sections:
            yield from _section(document, section, 2)
    if content.legal:
        yield _heading(document, _("Legal texts"), 1)
        for text in content.legal:
            yield _paragraph(document, text)


def of_table(document: Any, table: Table) -> Iterator[Any]:
    yield _table(document, table)
    yield _paragraph(document, "")


def of_chart(document: Any, chart: Chart) -> Iterator[Any]:
    """Word gets the figures; PowerPoint and Excel draw them."""
    yield from of_table(document, as_table(chart))


def _section(document: Any, section: Section, level: int) -> Iterator[Any]:
    if section.is_empty:
        return
    yield _heading(document, section.title, level)
    for text in section.text:
        yield _paragraph(document, text)
    fields = [each for each in section.fields if each.value not in (None, "")]
    if fields:
        yield _fields(document, fields)
        yield _paragraph(document, "")
    for chart in section.charts:
        if not chart.is_empty:
            yield from _titled(document, section, chart.title, level)
            yield from of_chart(document, chart)
    for table in section.tables:
        if table.rows:
            yield from _titled(document, section, table.title, level)
            yield from of_table(document, table)


def _titled(document: Any, section: Section, title: str, level: int) -> Iterator[Any]:
    """A table that is all of its section needs no second heading."""
    if title and title != section.title:
        yield _heading(document, title, level + 1)


def _detached(made: Any) -> Any:
    element = made._element  # noqa: SLF001 - python-docx adds at the end only; the element is moved
    element.getparent().remove(element)
    return element


def _heading(document: Any, text: str, level: int) -> Any:
    name = f"Heading {level}"
    made = document.add_paragraph()
    run = made.add_run(words.clean(text))
    if name in {each.name for each in document.styles}:
        made.style = document.styles[name]
    else:
        run.bold = True
    made.paragraph_format.keep_with_next = True
    return _detached(made)


def _paragraph(document: Any, text: str) -> Any:
    return _detached(document.add_paragraph(words.clean(text)))


def _fields(document: Any, fields: list[Field]) -> Any:
    from docx.shared import Twips  # noqa: PLC0415

    table = document.add_table(rows=0, cols=2)
    table.autofit = False
    widths = [Twips(_room(document) * share // 10) for share in (3, 7)]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for each in fields:
        name, value = table.add_row().cells
        name.width, value.width = widths
        _write(name, each.label, bold=True)
        _write(value, words.told(each.value, each.kind, each.unit))
    return _ruled(table)


def _table(document: Any, table: Table) -> Any:
    from docx.shared import Twips  # noqa: PLC0415

    rows = [*table.rows, *([table.total] if table.total else [])]
    grid = document.add_table(rows=1 + len(rows), cols=len(table.columns))
    grid.autofit = False
    weights = sum(column.weight for column in table.columns)
    widths = [Twips(int(_room(document) * column.weight / weights)) for column in table.columns]
    size = 9.0 if len(table.columns) <= WIDE_COLUMNS else 7.5
    cells = grid._cells  # noqa: SLF001 - asked for cell by cell, python-docx looks through all each time
    count = len(table.columns)
    for at, column in enumerate(table.columns):
        grid.columns[at].width = widths[at]
        _write(cells[at], _head(column), size, bold=True, right=column.is_number)
        _shade(cells[at])
    for number, row in enumerate(rows, start=1):
        is_total = bool(table.total) and number == len(rows)
        for at, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            cell = cells[number * count + at]
            _write(cell, words.in_cell(value, column.kind), size, right=column.is_number, bold=is_total)
    for at, cell in enumerate(cells):
        cell.width = widths[at % count]
    _repeat_head(grid)
    return _ruled(grid)


def _room(document: Any) -> int:
    """Between the margins of its last page, in twentieths of a point."""
    page = document.sections[-1]
    return int((page.page_width - page.left_margin - page.right_margin) / 635)


def _head(column: Column) -> str:
    return f"{column.label}, {column.unit}" if column.unit else column.label


def _write(cell: Any, text: str, size: float = 9.0, *, bold: bool = False, right: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415
    from docx.shared import Pt  # noqa: PLC0415

    paragraph = cell.paragraphs[0]
    run = paragraph.add_run(words.clean(text))
    run.bold, run.font.size = bold, Pt(size)
    paragraph.paragraph_format.space_after = paragraph.paragraph_format.space_before = Pt(2)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _shade(cell: Any) -> None:
    look = cell._tc.get_or_add_tcPr()  # noqa: SLF001
    look.append(look.makeelement(f"{W}shd", {f"{W}val": "clear", f"{W}color": "auto", f"{W}fill": SHADE}))


def _repeat_head(table: Any) -> None:
    look = table.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001
    look.append(look.makeelement(f"{W}tblHeader", {}))
    for row in table.rows:
        own = row._tr.get_or_add_trPr()  # noqa: SLF001
        own.insert(0, own.makeelement(f"{W}cantSplit", {}))


def _ruled(table: Any) -> Any:
    """Thin lines between rows, whatever styles the template has. `table` leaves the end of the document."""
    look = table._tbl.tblPr  # noqa: SLF001
    borders = look.makeelement(f"{W}tblBorders", {})
    for side in ("top", "bottom", "insideH"):
        borders.append(
            borders.makeelement(
                f"{W}{side}",
                {f"{W}val": "single", f"{W}sz": "4", f"{W}space": "0", f"{W}color": RULE},
            )
        )
    after = [look.find(f"{W}{name}") for name in ("shd", "tblLayout", "tblCellMar", "tblLook")]
    first = next((each for each in after if each is not None), None)
    if first is not None:
        first.addprevious(borders)
    else:
        look.append(borders)
    return _detached(table)
