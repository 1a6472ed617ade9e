"""PowerPoint: a template filled with a content, with native charts and tables that can be edited.

Slides that name something of an account are repeated for each account of the document: neighbours together, so that
four slides about an account come four by four.
"""

from __future__ import annotations

import copy
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from kamerton.documents import words
from kamerton.documents.content import Content
from kamerton.documents.office import placeholders, slide_blocks, vocabulary
from kamerton.documents.office.placeholders import A, Found
from kamerton.documents.office.vocabulary import Vocabulary
from kamerton.documents.office.word import Misplaced

_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"


def found(template: bytes) -> list[Found]:
    """Every placeholder of a template, with its place. The file was checked before."""
    return list(_found_in(_opened(template)))


def fill(template: bytes, content: Content) -> bytes:
    """`template` with everything of `content` at its placeholders. Raises Unknown, Misplaced."""
    deck = _opened(template)
    told = vocabulary.of(content)
    told.require(_found_in(deck))
    for slides in _groups(deck, told):
        if _is_of_parts(slides[0], told):
            _repeat(deck, slides, content)
        else:
            _fill_slide(slides[0], content, words.texts_of(content))
    if content.mark:
        _mark(deck, words.clean(content.mark))
    deck.core_properties.title = words.clean(content.title)[:255]
    deck.core_properties.author = words.clean(content.company or content.reader)[:255]
    deck.core_properties.last_modified_by = ""
    written = io.BytesIO()
    deck.save(written)
    return written.getvalue()


def _opened(template: bytes) -> Any:
    from pptx import Presentation  # noqa: PLC0415 - slow to load, and few pages need it

    return Presentation(io.BytesIO(template))


def _found_in(deck: Any) -> Iterator[Found]:
    for number, slide in enumerate(deck.slides, start=1):
        for shape in slide.shapes:
            for key in placeholders.keys_of(shape._element):  # noqa: SLF001
                yield Found(key, _("slide %(n)d, “%(shape)s”") % {"n": number, "shape": shape.name})
        if slide.has_notes_slide:
            for key in placeholders.keys_of(slide.notes_slide._element):  # noqa: SLF001
                yield Found(key, _("notes of slide %(n)d") % {"n": number})


def _keys(slide: Any) -> list[str]:
    return placeholders.keys_of(slide._element)  # noqa: SLF001


def _is_of_parts(slide: Any, told: Vocabulary) -> bool:
    return any(told.is_of_parts(key) for key in _keys(slide))


def _groups(deck: Any, told: Vocabulary) -> list[list[Any]]:
    """Slides that stand alone, and runs of those that are repeated together."""
    groups: list[list[Any]] = []
    for slide in deck.slides:
        joins = groups and _is_of_parts(slide, told) and _is_of_parts(groups[-1][0], told)
        if joins:
            groups[-1].append(slide)
        else:
            groups.append([slide])
    return groups


# --- slides for each account -------------------------------------------------------------------------------------


def _repeat(deck: Any, slides: list[Any], content: Content) -> None:
    ids = deck.slides._sldIdLst  # noqa: SLF001 - python-pptx has no word for the order of slides
    of_slide = dict(zip([each.slide_id for each in deck.slides], list(ids), strict=True))
    first = of_slide[slides[0].slide_id]
    whole = words.texts_of(content)
    for part in content.parts:
        texts = {**whole, **words.texts_of(part), **_kept(whole)}
        for slide in slides:
            again = _copied(deck, slide)
            first.addprevious(ids[-1])
            _fill_slide(again, part, texts)
    for slide in slides:
        entry = of_slide[slide.slide_id]
        deck.part.drop_rel(entry.get(f"{_RELATED}id"))
        ids.remove(entry)


def _kept(whole: Mapping[str, str]) -> dict[str, str]:
    """Of the whole document on each of its slides: a part has a title of its own, not a day or a company."""
    return {key: whole[key] for key in ("day", "company", "reader", "mark", "legal")}


def _copied(deck: Any, slide: Any) -> Any:
    again = deck.slides.add_slide(slide.slide_layout)
    for shape in list(again.shapes):
        shape._element.getparent().remove(shape._element)  # noqa: SLF001
    names = _copied_relations(slide, again)
    background = slide._element.cSld.find(f"{_P}bg")  # noqa: SLF001
    if background is not None:
        again._element.cSld.insert(0, _renamed(copy.deepcopy(background), names))  # noqa: SLF001
    for element in slide.shapes._spTree.iterchildren():  # noqa: SLF001
        if element.tag not in (f"{_P}nvGrpSpPr", f"{_P}grpSpPr"):
            again.shapes._spTree.append(_renamed(copy.deepcopy(element), names))  # noqa: SLF001
    return again


def _copied_relations(slide: Any, again: Any) -> dict[str, str]:
    """Pictures are shared by the copies, links set again; anything else cannot stand on a repeated slide."""
    names = {}
    for key, each in slide.part.rels.items():
        kind = each.reltype.rsplit("/", 1)[-1]
        if kind in ("slideLayout", "notesSlide"):
            continue
        if each.is_external:
            names[key] = again.part.relate_to(each.target_ref, each.reltype, is_external=True)
        elif kind in ("image", "hdphoto"):
            names[key] = again.part.relate_to(each.target_part, each.reltype)
        else:
            raise Misplaced(
                _(
                    "A slide that is repeated for each account holds something that cannot be repeated (%(what)s)."
                )
                % {"what": kind},
                code="not_repeated",
                hint=_("Write {{chart.…}} where a chart is wanted, and take the rest to a slide of its own."),
            )
    return names


def _renamed(element: Any, names: Mapping[str, str]) -> Any:
    for each in element.iter():
        for key, value in each.attrib.items():
            if key.startswith(_RELATED) and value in names:
                each.set(key, names[value])
    return element


# --- one slide ---------------------------------------------------------------------------------------------------


def _fill_slide(slide: Any, content: Content, texts: Mapping[str, str]) -> None:
    tables, charts = content.tables(), content.charts()
    for row in list(slide._element.iter(f"{A}tr")):  # noqa: SLF001
        _fill_row(row, tables)
    for shape in list(slide.shapes):
        key = _block(shape)
        if key.startswith(vocabulary.CHART):
            slide_blocks.chart(slide, shape, charts[key[len(vocabulary.CHART) :]])
        elif key.startswith(vocabulary.TABLE):
            slide_blocks.table(slide, shape, tables[key[len(vocabulary.TABLE) :]])
    placeholders.fill(slide._element, texts)  # noqa: SLF001
    if slide.has_notes_slide:
        placeholders.fill(slide.notes_slide._element, texts)  # noqa: SLF001


def _fill_row(row: Any, tables: Mapping[str, Any]) -> None:
    asked = vocabulary.table_in(placeholders.keys_of(row), tables)
    if len(asked) > 1:
        raise Misplaced(
            _("One row of a table names columns of two tables: %(names)s.")
            % {"names": ", ".join(sorted(asked))},
            code="two_tables",
            hint=_("Give each table of the template the columns of one."),
        )
    if asked:
        placeholders.repeat(row, vocabulary.rows_of(tables[asked.pop()])[: slide_blocks.MOST_ROWS])


def _block(shape: Any) -> str:
    """The chart or table that a shape stands for; empty where it is an ordinary one."""
    if not shape.has_text_frame:
        return ""
    keys = placeholders.keys_of(shape._element)  # noqa: SLF001
    blocks = [
        key
        for key in keys
        if key.startswith((vocabulary.CHART, vocabulary.TABLE)) or key == vocabulary.CONTENT
    ]
    if not blocks:
        return ""
    shown = shape.text_frame.text.strip()
    alone = len(keys) == 1 and shown.startswith("{{") and shown.endswith("}}")
    if not alone or keys[0] == vocabulary.CONTENT:
        raise Misplaced(
            _("%(placeholder)s must stand alone in its shape.") % {"placeholder": f"{{{{{blocks[0]}}}}}"},
            code="not_alone",
            hint=_(
                "Give it a shape of its own on a slide, and upload the file again. {{content}} is for Word only."
            ),
        )
    return str(keys[0])


def _mark(deck: Any, mark: str) -> None:
    """On every slide that does not say it already."""
    for slide in deck.slides:
        said: Iterable[str] = (placeholders.text_of(each) for each in placeholders.paragraphs(slide._element))  # noqa: SLF001
        if not any(mark in text for text in said):
            slide_blocks.mark(slide, mark, deck.slide_width)


__all__ = ["Misplaced", "fill", "found"]
