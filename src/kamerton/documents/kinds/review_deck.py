"""The PowerPoint template of the review where the company has not put its own: a file like any other, in the language
that is active. A slide with the title, then four that are repeated for each account.
"""

from __future__ import annotations

import io
from typing import Any

from django.utils.translation import gettext as _

from kamerton.documents.office.slide_blocks import INK, QUIET, RULE, SHADE

_ACCENT = "1B5E7A"
_INCH = 914_400
_WIDE, _HIGH = 13.333, 7.5


def template() -> bytes:
    from pptx import Presentation  # noqa: PLC0415 - only where a slide is asked for
    from pptx.util import Inches  # noqa: PLC0415

    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(_WIDE), Inches(_HIGH)
    _cover(deck)
    _standing(deck)
    _buying(deck)
    _people(deck)
    _next(deck)
    written = io.BytesIO()
    deck.save(written)
    return written.getvalue()


def _slide(deck: Any) -> Any:
    return deck.slides.add_slide(deck.slide_layouts[6])


def _text(
    slide: Any, name: str, text: str, at: tuple[float, float, float, float], size: float,
    *, colour: str = INK, bold: bool = False,
) -> Any:  # fmt: skip
    """`at`: left, top, width, height in inches."""
    from pptx.dml.color import RGBColor  # noqa: PLC0415
    from pptx.util import Pt  # noqa: PLC0415

    shape = slide.shapes.add_textbox(*(int(each * _INCH) for each in at))
    shape.name, shape.text_frame.word_wrap = name, True
    run = shape.text_frame.paragraphs[0].add_run()
    run.text, run.font.size, run.font.bold = text, Pt(size), bold
    run.font.color.rgb = RGBColor.from_string(colour)
    return shape


def _cover(deck: Any) -> None:
    slide = _slide(deck)
    _rule(slide, 3.9, 1.6)
    _text(slide, "title", "{{title}}", (0.8, 2.6, 11.5, 1.2), 40, bold=True)
    _text(slide, "opening", "{{opening}}", (0.8, 4.1, 11.5, 0.5), 18, colour=QUIET)
    _text(slide, "company", "{{company}}", (0.8, 6.6, 11.5, 0.4), 14, colour=QUIET)


def _rule(slide: Any, top: float, width: float) -> None:
    from pptx.dml.color import RGBColor  # noqa: PLC0415
    from pptx.enum.shapes import MSO_SHAPE  # noqa: PLC0415

    line = slide.shapes.add_shape(
        MSO_SHAPE.RECTANGLE, int(0.9 * _INCH), int(top * _INCH), int(width * _INCH), int(0.05 * _INCH)
    )
    line.name = "rule"
    line.fill.solid()
    line.fill.fore_color.rgb = RGBColor.from_string(_ACCENT)
    line.line.fill.background()
    line.shadow.inherit = False


def _page(deck: Any, heading: str) -> Any:
    """A slide of an account: whose it is, what it is about, and when it was made."""
    slide = _slide(deck)
    _text(slide, "account", "{{account.name}}", (0.5, 0.35, 9.3, 0.4), 14, colour=QUIET)
    _text(slide, "heading", heading, (0.5, 0.7, 12.3, 0.6), 26, bold=True)
    _text(slide, "foot", "{{company}} · {{day}}", (0.5, 7.05, 12.3, 0.3), 10, colour=QUIET)
    return slide


def _standing(deck: Any) -> None:
    slide = _page(deck, _("Where we stand"))
    _text(slide, "opening", "{{opening}}", (0.5, 1.3, 12.3, 0.4), 14, colour=QUIET)
    tiles = (
        (_("Turnover, 12 months"), "{{figures.turnover}}"),
        (_("Growth of turnover"), "{{figures.growth}}"),
        (_("Margin"), "{{figures.margin}}"),
        (_("Health, of 100"), "{{figures.health}}"),
        (_("At risk"), "{{figures.at_risk}}"),
    )
    for at, (label, value) in enumerate(tiles):
        left = 0.5 + at * 2.5
        _tile(slide, label, value, left)
    _text(slide, "chart head", _("Turnover by month"), (0.5, 3.2, 12.3, 0.35), 13, bold=True)
    _text(slide, "turnover", "{{chart.turnover}}", (0.5, 3.5, 12.3, 3.5), 12)


def _tile(slide: Any, label: str, value: str, left: float) -> None:
    from pptx.dml.color import RGBColor  # noqa: PLC0415
    from pptx.enum.shapes import MSO_SHAPE  # noqa: PLC0415

    box = slide.shapes.add_shape(
        MSO_SHAPE.RECTANGLE, *(int(each * _INCH) for each in (left, 1.85, 2.3, 1.15))
    )
    box.name = "tile"
    box.fill.solid()
    box.fill.fore_color.rgb = RGBColor.from_string(SHADE)
    box.line.color.rgb = RGBColor.from_string(RULE)
    box.line.fill.background()
    box.shadow.inherit = False
    _text(slide, "label", label, (left + 0.08, 1.92, 2.14, 0.35), 11, colour=QUIET)
    _text(slide, "value", value, (left + 0.08, 2.35, 2.2, 0.5), 16, bold=True)


def _buying(deck: Any) -> None:
    slide = _page(deck, _("What they buy"))
    _text(slide, "families head", _("By product family"), (0.5, 1.45, 7.2, 0.35), 13, bold=True)
    _text(slide, "families", "{{chart.families}}", (0.5, 1.8, 7.2, 5.1), 12)
    _text(slide, "years head", _("By year"), (8.0, 1.45, 4.8, 0.35), 13, bold=True)
    _text(slide, "years", "{{table.years}}", (8.0, 1.85, 4.8, 3.6), 12)


def _people(deck: Any) -> None:
    slide = _page(deck, _("People and needs"))
    _text(slide, "people head", _("People"), (0.5, 1.45, 8.3, 0.35), 13, bold=True)
    _text(slide, "people", "{{table.people}}", (0.5, 1.85, 8.3, 5.0), 12)
    _text(slide, "needs head", _("Open needs"), (9.0, 1.45, 3.8, 0.35), 13, bold=True)
    _text(slide, "needs", "{{table.needs}}", (9.0, 1.85, 3.8, 5.0), 12)


def _next(deck: Any) -> None:
    slide = _page(deck, _("What is next"))
    _text(slide, "tasks head", _("Open tasks"), (0.5, 1.45, 6.0, 0.35), 13, bold=True)
    _text(slide, "tasks", "{{table.tasks}}", (0.5, 1.85, 6.0, 5.0), 12)
    _text(slide, "opportunities head", _("Opportunities"), (6.8, 1.45, 6.0, 0.35), 13, bold=True)
    _text(slide, "opportunities", "{{table.opportunities}}", (6.8, 1.85, 6.0, 5.0), 12)
