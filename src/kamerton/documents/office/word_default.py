"""The Word template that documents have where the company has not put its own: a file like any other."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

from kamerton.documents.office.placeholders import W
from kamerton.documents.office.word_blocks import INK, RULE

_QUIET, _ALERT = "5D6A72", "B3261E"
_FONT = "Calibri"


@lru_cache(maxsize=2)
def template(*, wide: bool = False) -> bytes:
    """Title, opening and the whole content; mark above, company, day and page below. A4, `wide`: on its side."""
    import docx  # noqa: PLC0415 - slow to load
    from docx.enum.section import WD_ORIENT  # noqa: PLC0415
    from docx.shared import Cm, Pt, RGBColor  # noqa: PLC0415

    document = docx.Document()
    page = document.sections[0]
    page.page_width, page.page_height = (Cm(29.7), Cm(21)) if wide else (Cm(21), Cm(29.7))
    if wide:
        page.orientation = WD_ORIENT.LANDSCAPE
    page.left_margin = page.right_margin = Cm(2)
    page.top_margin, page.bottom_margin = Cm(2.2), Cm(2)
    _styles(document)
    head = page.header.paragraphs[0].add_run("{{mark}}")
    head.bold, head.font.size, head.font.color.rgb = True, Pt(9), RGBColor.from_string(_ALERT)
    foot = page.footer.paragraphs[0]
    run = foot.add_run("{{company}}   {{day}}   ")
    run.font.size, run.font.color.rgb = Pt(8), RGBColor.from_string(_QUIET)
    _page_number(foot)
    document.add_paragraph("{{title}}", style="Title")
    document.add_paragraph("{{opening}}", style="Subtitle")
    document.add_paragraph("{{content}}")
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _styles(document: Any) -> None:
    from docx.shared import Pt, RGBColor  # noqa: PLC0415

    for name, size, before, after in (
        ("Normal", 10.5, 0, 4), ("Title", 24, 0, 4), ("Subtitle", 11, 0, 10),
        ("Heading 1", 15, 16, 4), ("Heading 2", 12, 10, 3), ("Heading 3", 10.5, 8, 2),
    ):  # fmt: skip
        style = document.styles[name]
        style.font.name, style.font.size = _FONT, Pt(size)
        for fonts in style.element.iter(f"{W}rFonts"):  # the theme's font would win otherwise
            for key in [key for key in fonts.attrib if "heme" in key]:
                del fonts.attrib[key]
            fonts.set(f"{W}cs", _FONT)
        for spacing in list(style.element.iter(f"{W}rPr")):
            for wide_set in spacing.findall(f"{W}spacing"):
                spacing.remove(wide_set)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        if name != "Normal":
            style.font.color.rgb = RGBColor.from_string(_QUIET if name == "Subtitle" else INK)
            style.font.italic = False
    for borders in document.styles["Title"].element.iter(f"{W}pBdr"):
        for side in borders:
            side.set(f"{W}color", RULE)


def _page_number(paragraph: Any) -> None:
    from docx.shared import Pt, RGBColor  # noqa: PLC0415

    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
        run.font.size, run.font.color.rgb = Pt(8), RGBColor.from_string(_QUIET)
        if kind:
            run._r.append(run._r.makeelement(f"{W}fldChar", {f"{W}fldCharType": kind}))  # noqa: SLF001
        else:
            instruction = run._r.makeelement(f"{W}instrText", {})  # noqa: SLF001
            instruction.text = text
            run._r.append(instruction)  # noqa: SLF001
