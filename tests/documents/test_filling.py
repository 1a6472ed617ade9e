"""Placeholders in ordinary Word and PowerPoint files, filled; what is wrong with them is said with its place."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import docx
import openpyxl
import pytest
from pptx import Presentation

from kamerton.documents import words, writing
from kamerton.documents.content import Chart, Column, Content, Field, Section, Series, Table
from kamerton.documents.kinds import review, review_deck
from kamerton.documents.office import paper, slides, vocabulary, word, word_default, workbook
from kamerton.documents.office.placeholders import Unknown
from kamerton.documents.registry import all_kinds
from tests.documents import offices

DAY = dt.date(2026, 3, 2)


def content(name: str = "Helios", rows: tuple = (("Ada", 3), ("Bo", 4)), **more) -> Content:
    columns = (Column("name", "Name"), Column("orders", "Orders", "count"))
    chart = Chart(
        "turnover",
        "Turnover",
        "column",
        ("January", "February"),
        (Series("Now", (Decimal(10), Decimal(20))),),
        "EUR",
    )
    section = Section(
        "People",
        text=("A sentence.",),
        fields=(
            Field("account.name", "Name", name),
            Field("figures.turnover", "Turnover", Decimal("1234.5"), "money", "EUR"),
        ),
        tables=(Table("people", "People", columns, rows, ("All", 7)),),
        charts=(chart,),
    )
    return Content(
        title=f"About {name}",
        day=DAY,
        opening="First.\nSecond.",
        sections=(section,),
        company="Nordwind",
        reader="Irina",
        **more,
    )


def filled(template: bytes, **more) -> str:
    return offices.document_text(word.fill(template, content(**more)))


def test_placeholders_are_found_across_runs_and_take_the_look_of_the_first():
    document = docx.Document()
    at = document.add_paragraph("For ")
    bold = at.add_run("{{acc")
    bold.bold = True
    at.add_run("ount.na")
    at.add_run("me }} and")
    written = io.BytesIO()
    document.save(written)
    made = docx.Document(io.BytesIO(word.fill(written.getvalue(), content())))
    runs = made.paragraphs[0].runs
    assert made.paragraphs[0].text == "For Helios and"
    assert [(run.text, run.bold) for run in runs if run.text == "Helios"] == [("Helios", True)]


def test_every_sign_in_a_run_of_its_own():
    assert "About Helios on 2 March 2026" in filled(offices.word("{{title}} on {{day}}", split=True))


def test_rows_are_repeated_and_the_rest_of_the_row_stays():
    template = offices.word(table=("{{people.name}}", "{{people.orders}} for {{account.name}}"))
    made = docx.Document(io.BytesIO(word.fill(template, content())))
    assert [[cell.text for cell in row.cells] for row in made.tables[0].rows][1:] == [
        ["Ada", "3 for Helios"],
        ["Bo", "4 for Helios"],
    ]


def test_no_rows_leave_the_head_alone():
    made = docx.Document(io.BytesIO(word.fill(offices.word(table=("{{people.name}}",)), content(rows=()))))
    assert [[cell.text for cell in row.cells] for row in made.tables[0].rows] == [["Head"]]


def test_text_that_looks_like_a_placeholder_is_not_filled_again():
    assert "{{company}}" in filled(offices.word("{{account.name}}"), name="{{company}}")


def test_lines_break_and_signs_that_xml_does_not_allow_are_left_out():
    told = filled(offices.word("{{opening}}|{{account.name}}"), name="He\x00l\x0bios <&> \ud800")
    assert "First.\nSecond.|Helios <&> " in told


def test_unknown_placeholders_are_named_with_their_places():
    template = offices.word("{{titel}}", "Fine: {{title}}", table=("{{people.age}}",), header="{{wat}}")
    with pytest.raises(Unknown) as found:
        word.fill(template, content())
    assert "{{titel}} (paragraph 1)" in str(found.value)
    assert "{{people.age}} (table 1, row 2)" in str(found.value)
    assert "{{wat}} (head of the page)" in str(found.value)
    with pytest.raises(Unknown, match="slide 2, “box 1”"):
        slides.fill(offices.deck(("{{title}}",), ("x", "{{nothing}}")), content())


def test_a_block_must_stand_alone():
    with pytest.raises(word.Misplaced, match="must stand alone in its paragraph"):
        word.fill(offices.word("See {{content}}"), content())
    with pytest.raises(word.Misplaced, match="must stand alone in its shape"):
        slides.fill(offices.deck(("See {{chart.turnover}}",)), content())


def test_one_row_of_two_tables_is_refused():
    both = Section("More", tables=(Table("needs", "Needs", (Column("what", "What"),), ()),))
    told = content()
    told = Content(title="x", day=DAY, sections=(*told.sections, both))
    with pytest.raises(word.Misplaced, match="two tables"):
        word.fill(offices.word(table=("{{people.name}} {{needs.what}}",)), told)


def test_the_mark_stands_on_a_template_that_gave_it_no_place():
    assert "Secret. Read by Irina" in filled(offices.word("{{title}}"), mark="Secret. Read by Irina")
    made = Presentation(
        io.BytesIO(slides.fill(offices.deck(("{{title}}",), ("x",)), content(mark="Secret!")))
    )
    assert all(
        any(shape.name == "mark" and shape.text_frame.text == "Secret!" for shape in slide.shapes)
        for slide in made.slides
    )


def test_the_default_word_template_says_everything():
    told = filled(word_default.template(), mark="Secret!")
    for text in (
        "About Helios",
        "People",
        "A sentence.",
        "Ada",
        "1,234 EUR",
        "February",
        "Secret!",
        "Nordwind",
    ):
        assert text in told, text
    assert "{{" not in told


def test_slides_of_an_account_are_repeated_together():
    whole = Content(title="Review", day=DAY, parts=(content("Helios"), content("Nordelma")))
    template = offices.deck(
        ("{{title}}",), ("A {{account.name}}",), ("B {{account.name}}", "{{chart.turnover}}"), ("The end",)
    )
    made = Presentation(io.BytesIO(slides.fill(template, whole)))
    first = [next(iter(slide.shapes)).text_frame.text for slide in made.slides]
    assert first == ["Review", "A Helios", "B Helios", "A Nordelma", "B Nordelma", "The end"]
    charts = [shape.chart for slide in made.slides for shape in slide.shapes if shape.has_chart]
    assert [list(chart.plots[0].series[0].values) for chart in charts] == [[10.0, 20.0], [10.0, 20.0]]


def test_pictures_go_with_the_slides_that_are_repeated():
    made = Presentation(io.BytesIO(offices.deck(("{{account.name}}",))))
    png = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
        "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
    )
    made.slides[0].shapes.add_picture(io.BytesIO(png), 0, 0)
    written = io.BytesIO()
    made.save(written)
    whole = Content(title="Review", day=DAY, parts=(content("Helios"), content("Nordelma")))
    again = Presentation(io.BytesIO(slides.fill(written.getvalue(), whole)))
    assert [
        shape.image.blob for slide in again.slides for shape in slide.shapes if shape.shape_type == 13
    ] == [png, png]


def test_a_chart_of_its_own_on_a_repeated_slide_is_refused():
    own = slides.fill(offices.deck(("{{chart.turnover}}",)), content())
    deck = Presentation(io.BytesIO(own))
    box = deck.slides[0].shapes.add_textbox(0, 0, 100, 100)
    box.text_frame.text = "{{account.name}}"
    written = io.BytesIO()
    deck.save(written)
    whole = Content(title="Review", day=DAY, parts=(content(),))
    with pytest.raises(word.Misplaced, match="cannot be repeated"):
        slides.fill(written.getvalue(), whole)


# --- hostile data ------------------------------------------------------------------------------------------------


FORMULA = '=HYPERLINK("https://evil.example","x")'


def test_no_text_becomes_a_formula_in_a_workbook():
    told = content(FORMULA, rows=((FORMULA, 1), ("+1+1", 2), ("@SUM(1)", 3)))
    book = openpyxl.load_workbook(io.BytesIO(workbook.xlsx(told)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert FORMULA in {cell.value for cell in cells}


def test_no_name_becomes_a_formula_behind_a_chart():
    chart = Chart("turnover", "Turnover", "column", (FORMULA,), (Series("=1+1", (1,)),))
    made = slides.fill(
        offices.deck(("{{chart.turnover}}",)),
        Content(title="x", day=DAY, sections=(Section("x", charts=(chart,)),)),
    )
    deck = Presentation(io.BytesIO(made))
    inside = next(
        shape for shape in deck.slides[0].shapes if shape.has_chart
    ).chart.part.chart_workbook.xlsx_part.blob
    book = openpyxl.load_workbook(io.BytesIO(inside))
    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value is not None]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    assert f"'{FORMULA}" in {cell.value for cell in cells}


@pytest.mark.parametrize("size", [10_000_000])
def test_ten_megabytes_in_a_field_are_shortened_in_every_format(size):
    told = content("x" * size, rows=(("y" * size, 1),))
    text = offices.document_text(word.fill(word_default.template(), told))
    assert "(shortened)" in text
    assert len(text) < 10 * words.LONGEST_TEXT
    assert len(workbook.xlsx(told)) < 1_000_000
    assert len(slides.fill(offices.deck(("{{account.name}}", "{{table.people}}")), told)) < 1_000_000


def test_markup_in_data_stays_text_on_paper(tmp_path):
    import shutil
    import subprocess

    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed (poppler-utils): no independent reader of PDF")
    path = tmp_path / "a.pdf"
    path.write_bytes(paper.pdf(content("<img src='https://evil.example/x.png'><b>Bold</b>")))
    told = subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True
    ).stdout
    assert "<b>Bold</b>" in told


# --- every kind --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "it", "pl", "ru"])
@pytest.mark.parametrize("key", [each.key for each in all_kinds() if each.example])
def test_every_kind_is_made_of_its_example_in_every_format_and_language(key, language):
    from django.utils import translation

    kind = next(each for each in all_kinds() if each.key == key)
    with translation.override(language):
        told = kind.example()
        for form in kind.formats:
            if form not in kind.writers and form != "ics":
                assert len(writing.written(kind, form, told, None)) > 1000, form


def test_the_default_deck_knows_all_its_placeholders():
    told = vocabulary.of(review.example())
    told.require(slides.found(review_deck.template()))
    assert told.is_of_parts("account.name")
    assert not told.is_of_parts("title")
