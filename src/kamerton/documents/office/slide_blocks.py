"""Charts, tables and marks on a slide, native: they are changed in PowerPoint like one's own."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kamerton.core.spreadsheets import harmless
from kamerton.documents import words
from kamerton.documents.content import Chart, Table, Value
from kamerton.documents.office.drawing import COLOURS

INK, QUIET, RULE, SHADE, ALERT = "1F2A30", "5D6A72", "B9C2C8", "EEF2F4", "B3261E"
#: Room for a row of two lines; of more rows than fit, the last one says how many there are besides.
_ROW = 400_000
#: Rows of a table that a template draws itself.
MOST_ROWS = 12
_FORMATS = {"money": "#,##0", "share": "0.0%", "count": "#,##0", "number": "#,##0.0"}


def chart(slide: Any, shape: Any, of: Chart) -> None:
    """In the place of `shape`; an empty one says so."""
    if of.is_empty:
        _say(shape, _("Nothing to show yet: %(title)s") % {"title": of.title})
        return
    from pptx.chart.data import CategoryChartData  # noqa: PLC0415 - only where a slide is asked for
    from pptx.enum.chart import XL_CHART_TYPE  # noqa: PLC0415

    # The figures lie behind the chart as a sheet: a name must not be taken for a formula there.
    told = CategoryChartData(number_format=_FORMATS.get(of.value_kind, "General"))
    told.categories = [str(harmless(words.clean(name))) for name in of.categories]
    for series in of.series:
        told.add_series(str(harmless(words.clean(series.name))), [_float(each) for each in series.values])
    kind = {
        "column": XL_CHART_TYPE.COLUMN_CLUSTERED,
        "bar": XL_CHART_TYPE.BAR_CLUSTERED,
        "line": XL_CHART_TYPE.LINE,
    }[of.kind]
    frame = slide.shapes.add_chart(kind, shape.left, shape.top, shape.width, shape.height, told)
    frame.name = of.key
    _look(frame.chart, of)
    _in_place(frame, shape)


def _float(value: Decimal | float | None) -> float | None:
    return None if value is None else float(value)


def _look(made: Any, of: Chart) -> None:
    from pptx.dml.color import RGBColor  # noqa: PLC0415
    from pptx.enum.chart import XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION  # noqa: PLC0415
    from pptx.util import Pt  # noqa: PLC0415

    made.font.size, made.font.color.rgb = Pt(11), RGBColor.from_string(QUIET)
    made.has_title = False
    made.has_legend = len(of.series) > 1
    if made.has_legend:
        made.legend.position, made.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    made.value_axis.major_gridlines.format.line.color.rgb = RGBColor.from_string("D5DBDF")
    made.value_axis.format.line.fill.background()
    made.value_axis.tick_labels.number_format = (
        "0%" if of.value_kind == "share" else _FORMATS.get(of.value_kind, "General")
    )
    values = [each for series in of.series for each in series.values if each is not None]
    if of.value_kind == "share" and all(0 <= each <= 1 for each in values):
        made.value_axis.minimum_scale, made.value_axis.maximum_scale = 0, 1
    made.value_axis.tick_labels.number_format_is_linked = False
    made.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    made.category_axis.format.line.color.rgb = RGBColor.from_string(RULE)
    if of.kind == "bar":
        made.category_axis.reverse_order = True
    for at, series in enumerate(made.plots[0].series):
        colour = RGBColor.from_string(COLOURS[at % len(COLOURS)])
        if of.kind == "line":
            series.format.line.color.rgb, series.format.line.width, series.smooth = colour, Pt(2.25), False
        else:
            series.format.fill.solid()
            series.format.fill.fore_color.rgb = colour
            series.invert_if_negative = False
    if of.kind != "line":
        made.plots[0].gap_width, made.plots[0].overlap = 60, 0


def table(slide: Any, shape: Any, of: Table) -> None:
    """In the place of `shape`; of a long one the first rows, and how many more there are."""
    if not of.rows:
        _say(shape, _("Nothing to show yet: %(title)s") % {"title": of.title})
        return
    room = max(2, int(shape.height / _ROW) - 1 - bool(of.total))
    shown = list(of.rows if len(of.rows) <= room else of.rows[: room - 1])
    more = len(of.rows) - len(shown)
    total: list[Sequence[Value]] = [of.total] if of.total else []
    height = 1 + len(shown) + (1 if more else 0) + len(total)
    frame = slide.shapes.add_table(height, len(of.columns), shape.left, shape.top, shape.width, shape.height)
    frame.name = of.key
    grid = frame.table
    _plain(frame)
    weights = sum(column.weight for column in of.columns)
    for at, column in enumerate(of.columns):
        grid.columns[at].width = int(shape.width * column.weight / weights)
        head = f"{column.label}, {column.unit}" if column.unit else column.label
        _write(grid.cell(0, at), head, bold=True, right=column.is_number, fill=SHADE)
    for number, row in enumerate([*shown, *total], start=1):
        place = number + (1 if more and number > len(shown) else 0)
        for at, (column, value) in enumerate(zip(of.columns, row, strict=True)):
            _write(
                grid.cell(place, at),
                _short(words.in_cell(value, column.kind)),
                right=column.is_number,
                bold=number > len(shown),
            )
    if more:
        rest = ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more}
        _write(grid.cell(len(shown) + 1, 0), rest)
        for at in range(1, len(of.columns)):
            _write(grid.cell(len(shown) + 1, at), "")
    for row in grid.rows:
        row.height = min(int(shape.height / height), 300_000)
    _in_place(frame, shape)


def _short(text: str) -> str:
    """What fits in a cell of a slide."""
    return text if len(text) <= 90 else f"{text[:89].rstrip()}…"


def _plain(frame: Any) -> None:
    """Without the bands of PowerPoint's usual style: lines between rows only."""
    look = frame._element.graphic.graphicData.tbl.tblPr  # noqa: SLF001 - python-pptx has no word for it
    for key in list(look.attrib):
        del look.attrib[key]
    look.set("firstRow", "1")
    style = look.find("{http://schemas.openxmlformats.org/drawingml/2006/main}tableStyleId")
    if style is not None:
        style.text = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # "No style, no grid", in every PowerPoint


def _write(cell: Any, text: str, *, bold: bool = False, right: bool = False, fill: str = "") -> None:
    from pptx.dml.color import RGBColor  # noqa: PLC0415
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN  # noqa: PLC0415
    from pptx.util import Pt  # noqa: PLC0415

    paragraph = cell.text_frame.paragraphs[0]
    run = paragraph.add_run()
    run.text, run.font.bold = text.replace("\n", " "), bold
    run.font.size, run.font.color.rgb = Pt(10), RGBColor.from_string(INK)
    cell.margin_left = cell.margin_right = 60_000
    cell.margin_top = cell.margin_bottom = 30_000
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    if right:
        paragraph.alignment = PP_ALIGN.RIGHT
    if fill:
        cell.fill.solid()
        cell.fill.fore_color.rgb = RGBColor.from_string(fill)
    _ruled(cell)


def _ruled(cell: Any) -> None:
    look = cell._tc.get_or_add_tcPr()  # noqa: SLF001
    space = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
    line = look.makeelement(f"{space}lnB", {"w": "6350"})
    solid = line.makeelement(f"{space}solidFill", {})
    solid.append(solid.makeelement(f"{space}srgbClr", {"val": RULE}))
    line.append(solid)
    look.insert(0, line)


def _say(shape: Any, text: str) -> None:
    """In place of what would be empty."""
    paragraph = shape.text_frame.paragraphs[0]
    for run in paragraph.runs[1:]:
        run.text = ""
    paragraph.runs[0].text = words.clean(text)
    for other in shape.text_frame.paragraphs[1:]:
        for run in other.runs:
            run.text = ""


def _in_place(frame: Any, shape: Any) -> None:
    """Where the shape stood, behind and before the same others."""
    shape._element.addprevious(frame._element)  # noqa: SLF001
    shape._element.getparent().remove(shape._element)  # noqa: SLF001


def mark(slide: Any, text: str, width: int) -> None:
    """At the foot, on every slide."""
    from pptx.dml.color import RGBColor  # noqa: PLC0415
    from pptx.util import Inches, Pt  # noqa: PLC0415

    box = slide.shapes.add_textbox(Inches(0.5), Inches(0.05), width - Inches(1), Inches(0.3))
    box.name = "mark"
    run = box.text_frame.paragraphs[0].add_run()
    run.text, run.font.bold, run.font.size = text, True, Pt(10)
    run.font.color.rgb = RGBColor.from_string(ALERT)
