"""Word: a template filled with a content. The default template is a file too, made in word_default.py."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from kamerton.core.refused import Refused
from kamerton.documents import words
from kamerton.documents.content import Content, Table
from kamerton.documents.office import placeholders, vocabulary, word_blocks
from kamerton.documents.office.placeholders import Found, W
from kamerton.documents.office.vocabulary import Vocabulary


class Misplaced(Refused):
    """A placeholder that stands where it cannot be filled."""


def found(template: bytes) -> list[Found]:
    """Every placeholder of a template, with its place. The file was checked before."""
    document = _opened(template)
    return [each for root, name in _roots(document) for each in _found_in(root, name)]


def fill(template: bytes, content: Content) -> bytes:
    """`template` with everything of `content` at its placeholders. Raises Unknown, Misplaced."""
    document = _opened(template)
    told = vocabulary.of(content)
    told.require(each for root, name in _roots(document) for each in _found_in(root, name))
    texts, tables = words.texts_of(content), content.tables()
    has_mark = any("mark" in placeholders.keys_of(root) for root, _name in _headers(document))
    for root, _name in _roots(document):
        _fill_rows(root, tables)
        for part in content.parts:
            _fill_rows(root, part.tables())
        _fill_blocks(document, root, content)
        placeholders.fill(root, texts)
    if content.mark and not has_mark:
        _mark(document, words.clean(content.mark))
    document.core_properties.title = words.clean(content.title)[:255]
    document.core_properties.author = words.clean(content.company or content.reader)[:255]
    document.core_properties.last_modified_by = ""
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _opened(template: bytes) -> Any:
    import docx  # noqa: PLC0415 - slow to load, and few pages need it

    return docx.Document(io.BytesIO(template))


def _roots(document: Any) -> Iterator[tuple[Any, str]]:
    yield document.element.body, ""
    yield from _headers(document)


def _headers(document: Any) -> Iterator[tuple[Any, str]]:
    """The heads and feet that are really there; asking for one by its name would make it."""
    for part in document.part.package.iter_parts():
        name = str(part.partname)
        if "/header" in name:
            yield part.element, _("head of the page")
        elif "/footer" in name:
            yield part.element, _("foot of the page")


def _found_in(root: Any, name: str) -> Iterator[Found]:
    tables = list(root.iter(f"{W}tbl"))
    for number, paragraph in enumerate(placeholders.paragraphs(root), start=1):
        text = placeholders.text_of(paragraph)
        for key in placeholders.in_text(text):
            yield Found(key, name or _place(paragraph, number, tables))


def _place(paragraph: Any, number: int, tables: list[Any]) -> str:
    row = next(paragraph.iterancestors(f"{W}tr"), None)
    if row is None:
        return _("paragraph %(n)d") % {"n": number}
    table = next(row.iterancestors(f"{W}tbl"))
    return _("table %(table)d, row %(row)d") % {
        "table": tables.index(table) + 1,
        "row": [each for each in table if each.tag == f"{W}tr"].index(row) + 1
        if row.getparent() is table
        else 1,
    }


def _fill_rows(root: Any, tables: Mapping[str, Table]) -> None:
    """Each row that names columns of a table stands once for each of its rows."""
    for row in list(root.iter(f"{W}tr")):
        asked = vocabulary.table_in(placeholders.keys_of(row), tables)
        if len(asked) > 1:
            raise Misplaced(
                _("One row of a table names columns of two tables: %(names)s.")
                % {"names": ", ".join(sorted(asked))},
                code="two_tables",
                hint=_("Give each table of the template the columns of one."),
            )
        if asked:
            grid = row.getparent()
            placeholders.repeat(row, vocabulary.rows_of(tables[asked.pop()]))
            if grid.tag == f"{W}tbl" and not list(grid.iterchildren(f"{W}tr")):
                _without(grid)


def _without(table: Any) -> None:
    """A table needs a row, and a cell a paragraph behind its table: an empty one takes its place."""
    table.addprevious(table.makeelement(f"{W}p", {}))
    table.getparent().remove(table)


def _fill_blocks(document: Any, root: Any, content: Content) -> None:
    tables, charts = content.tables(), content.charts()
    for paragraph in list(placeholders.paragraphs(root)):
        text = placeholders.text_of(paragraph)
        for key in placeholders.in_text(text):
            built: Iterable[Any]
            if key == vocabulary.CONTENT:
                built = word_blocks.of_content(document, content)
            elif key.startswith(vocabulary.TABLE) and key[len(vocabulary.TABLE) :] in tables:
                built = word_blocks.of_table(document, tables[key[len(vocabulary.TABLE) :]])
            elif key.startswith(vocabulary.CHART) and key[len(vocabulary.CHART) :] in charts:
                built = word_blocks.of_chart(document, charts[key[len(vocabulary.CHART) :]])
            else:
                continue
            _require_alone(paragraph, text, key)
            _put(paragraph, built)
            break


def _require_alone(paragraph: Any, text: str, key: str) -> None:
    shown = text.strip()
    alone = placeholders.in_text(text) == [key] and shown.startswith("{{") and shown.endswith("}}")
    if not alone or paragraph.tag != f"{W}p":
        raise Misplaced(
            _("%(placeholder)s must stand alone in its paragraph.") % {"placeholder": f"{{{{{key}}}}}"},
            code="not_alone",
            hint=_("Give it a paragraph of its own, and upload the file again."),
        )


def _put(paragraph: Any, built: Iterable[Any]) -> None:
    """What was built takes the place of its paragraph, the settings of a section that it ends stay."""
    for element in built:
        paragraph.addprevious(element)
    in_cell = paragraph.getparent().tag == f"{W}tc"
    look = paragraph.find(f"{W}pPr")
    ends_section = look is not None and look.find(f"{W}sectPr") is not None
    if in_cell or ends_section:  # a cell ends with a paragraph
        for run in paragraph.findall(f"{W}r"):
            paragraph.remove(run)
    else:
        paragraph.getparent().remove(paragraph)


def _mark(document: Any, mark: str) -> None:
    """Above every page, on a template that gave it no place."""
    for number, section in enumerate(document.sections):
        heads = [section.header]
        if section.different_first_page_header_footer:
            heads.append(section.first_page_header)
        if document.settings.odd_and_even_pages_header_footer:
            heads.append(section.even_page_header)
        for head in heads:
            if number == 0 or not head.is_linked_to_previous:
                first = head.paragraphs[0] if head.paragraphs else head.add_paragraph()
                first.insert_paragraph_before(mark).runs[0].bold = True


__all__ = ["Misplaced", "Vocabulary", "fill", "found"]
