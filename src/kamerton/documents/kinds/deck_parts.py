"""Parts of our own PowerPoint templates: files like any other, in the language that is active."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from kamerton.documents.office.slide_blocks import INK, QUIET, RULE, SHADE

_ACCENT = "1B5E7A"
_INCH = 914_400
_WIDE, _HIGH = 13.333, 7.5


def deck_of(*slides: Callable[[Any], None]) -> bytes:
    """A title, and what each function adds."""
    from pptx import Presentation  # noqa: PLC0415 - only where a slide is asked for
    from pptx.util import Inches  # noqa: PLC0415

    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(_WIDE), Inches(_HIGH)
    _cover(deck)
    for add in slides:
        add(deck)
    written = io.BytesIO()
    deck.save(written)
    return written.getvalue()


def _slide(deck: Any) -> Any:
    return deck.slides.add_slide(deck.slide_layouts[6])


def add_text(
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
    add_text(slide, "title", "{{title}}", (0.8, 2.6, 11.5, 1.2), 40, bold=True)
    add_text(slide, "opening", "{{opening}}", (0.8, 4.1, 11.5, 0.5), 18, colour=QUIET)
    add_text(slide, "company", "{{company}}", (0.8, 6.6, 11.5, 0.4), 14, colour=QUIET)


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


def add_page(deck: Any, heading: str) -> Any:
    """A slide of an account: whose it is, what it is about, and when it was made."""
    slide = _slide(deck)
    add_text(slide, "account", "{{account.name}}", (0.5, 0.35, 9.3, 0.4), 14, colour=QUIET)
    add_text(slide, "heading", heading, (0.5, 0.7, 12.3, 0.6), 26, bold=True)
    add_text(slide, "foot", "{{company}} · {{day}}", (0.5, 7.05, 12.3, 0.3), 10, colour=QUIET)
    return slide


def add_tile(slide: Any, label: str, value: str, left: float) -> None:
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
    add_text(slide, "label", label, (left + 0.08, 1.92, 2.14, 0.35), 11, colour=QUIET)
    add_text(slide, "value", value, (left + 0.08, 2.35, 2.2, 0.5), 16, bold=True)


def add_block(
    slide: Any, name: str, title: str, placeholder: str, at: tuple[float, float, float, float]
) -> None:
    """A head, and under it what a placeholder becomes. `at`: of both, in inches."""
    left, top, width, height = at
    add_text(slide, f"{name} head", title, (left, top, width, 0.35), 13, bold=True)
    add_text(slide, name, placeholder, (left, top + 0.38, width, height - 0.38), 12)
