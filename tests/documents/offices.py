"""Word and PowerPoint files for tests, honest and hostile."""

from __future__ import annotations

import io
import zipfile

import docx
from pptx import Presentation
from pptx.util import Inches


def word(*paragraphs: str, table: tuple[str, ...] = (), header: str = "", split: bool = False) -> bytes:
    """`split`: every sign a run of its own, as Word likes it."""
    document = docx.Document()
    for text in paragraphs:
        at = document.add_paragraph()
        for piece in text if split else [text]:
            at.add_run(piece)
    if table:
        grid = document.add_table(rows=2, cols=len(table))
        for cell, text in zip(grid.rows[1].cells, table, strict=True):
            cell.text = text
            grid.rows[0].cells[0].text = "Head"
    if header:
        document.sections[0].header.paragraphs[0].text = header
    return _saved(document)


def deck(*slides: tuple[str, ...]) -> bytes:
    """A slide for each; its texts in shapes one below the other."""
    made = Presentation()
    for texts in slides:
        slide = made.slides.add_slide(made.slide_layouts[6])
        for at, text in enumerate(texts):
            box = slide.shapes.add_textbox(Inches(1), Inches(1 + at), Inches(6), Inches(0.9))
            box.name = f"box {at}"
            box.text_frame.text = text
    return _saved(made)


def _saved(file) -> bytes:
    written = io.BytesIO()
    file.save(written)
    return written.getvalue()


def changed(blob: bytes, **parts: bytes | None) -> bytes:
    """The archive with parts put in, exchanged or (None) left out; "__" in a name is read as "/"."""
    wanted = {key.replace("__", "/"): value for key, value in parts.items()}
    return repacked(blob, wanted)


def repacked(blob: bytes, wanted: dict[str, bytes | None]) -> bytes:
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(blob)) as source,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            if name not in wanted:
                target.writestr(name, source.read(name))
        for name, content in wanted.items():
            if content is not None:
                target.writestr(name, content)
    return written.getvalue()


def part(blob: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(blob)) as source:
        return source.read(name)


def replaced(blob: bytes, name: str, old: bytes, new: bytes) -> bytes:
    content = part(blob, name)
    assert old in content
    return repacked(blob, {name: content.replace(old, new, 1)})


def document_text(blob: bytes) -> str:
    """Everything that stands in a Word file: paragraphs, tables, heads and feet."""
    document = docx.Document(io.BytesIO(blob))
    told = [each.text for each in document.paragraphs]
    told += [cell.text for grid in document.tables for row in grid.rows for cell in row.cells]
    for section in document.sections:
        told += [each.text for place in (section.header, section.footer) for each in place.paragraphs]
    return "\n".join(told)
