"""The account plan as documents: what the database says, what a reader may see, and what the customer may."""

from __future__ import annotations

import datetime as dt
import io
from zoneinfo import ZoneInfo

import icalendar
from pptx import Presentation

from kamerton.access.secrecy import Secrecy
from kamerton.documents.actions.make import make
from kamerton.documents.kinds import calendars, plans
from kamerton.documents.models import MadeDocument
from kamerton.plans.models import Activity, Objective, Review
from tests.documents import offices
from tests.plans import factories
from tests.plans.conftest import plan  # noqa: F401
from tests.work.conftest import NOW, TODAY, firm, person  # noqa: F401


def text(actor, kind, of) -> str:
    return offices.document_text(make(actor=actor, kind=kind, format="docx", subject=of, now=NOW).blob)


def filled(firm, plan):  # noqa: F811
    """A plan with something open, something internal and something secret in each of its parts."""
    plan.why, plan.agreement, plan.loyalty = "They are the largest", "A frame contract", "Never let them wait"
    plan.potential = 200000
    plan.save()
    for secrecy, word in ((0, "open"), (1, "internal"), (2, "secret")):
        factories.line(firm.sofia, plan, "interest", f"interest {word}", secrecy=secrecy)
        factories.objective(firm.sofia, plan, f"objective {word}", secrecy=secrecy)
        factories.activity(firm.sofia, plan, f"activity {word}", secrecy=secrecy, budget=777)
    return plan


def test_the_plan_says_what_the_database_says_as_far_as_its_reader_may_see(firm, plan):  # noqa: F811
    of = filled(firm, plan)
    told = text(firm.sofia, plans.PLAN, of)
    for words in (
        "Account plan: Helios", "They are the largest", "A frame contract", "Never let them wait", "200,000",
        "interest open", "interest internal", "objective secret", "activity secret", "31 Mar 2026", "Sofia",
        "Secret. Read by Sofia on 2 March 2026.",
    ):  # fmt: skip
        assert words in told, words
    row = MadeDocument.objects.get()
    assert (row.account, row.secrecy, row.subject) == (firm.helios, Secrecy.SECRET, f"plans.plan:{of.pk}")
    support = text(person("support", "sales_support"), plans.PLAN, of)
    assert "interest internal" in support
    assert " secret" not in support
    assert "Secret" not in support
    page = text(firm.sofia, plans.PAGE, of)
    assert "objective open" in page
    assert "They are the largest" not in page


def test_the_customers_plan_holds_what_is_open_and_nothing_else(firm, plan):  # noqa: F811
    of = filled(firm, plan)
    made = make(actor=firm.sofia, kind=plans.CUSTOMERS, format="docx", subject=of, now=NOW)
    told = offices.document_text(made.blob)
    for words in (
        "Joint plan: Helios",
        "interest open",
        "objective open",
        "activity open",
        "A frame contract",
    ):
        assert words in told, words
    for words in (
        "internal",
        "secret",
        "Secret",
        "largest",
        "Never let them wait",
        "200,000",
        "777",
        "Phase",
    ):
        assert words not in told, words
    assert made.row.mark == ""
    parts = "".join(
        offices.part(made.blob, name).decode("latin-1") for name in ("word/document.xml", "docProps/core.xml")
    )
    assert "internal" not in parts
    deck = Presentation(
        io.BytesIO(make(actor=firm.sofia, kind=plans.CUSTOMERS, format="pptx", subject=of, now=NOW).blob)
    )
    cells = [
        cell.text
        for slide in deck.slides
        for shape in slide.shapes
        if shape.has_table
        for row in shape.table.rows
        for cell in row.cells
    ]
    assert "activity open" in cells
    assert not any("internal" in each or "secret" in each for each in cells)


def test_the_slides_of_the_plan_have_its_rows_and_a_native_chart(firm, plan):  # noqa: F811
    of = filled(firm, plan)
    objective = Objective.objects.get(title="objective open")
    objective.baseline, objective.counted = 0, 4
    objective.save()
    made = make(actor=firm.sofia, kind=plans.PLAN, format="pptx", subject=of, now=NOW)
    deck = Presentation(io.BytesIO(made.blob))
    assert len(deck.slides) == 5
    tables = {shape.name: shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table}
    rows = [[cell.text for cell in row.cells] for row in tables["activities"].rows][1:]
    assert {row[0] for row in rows} == {"activity open", "activity internal", "Secret: activity secret"}
    assert len(rows) == Activity.objects.filter(plan=of).count()
    chart = next(shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart)
    way = dict(zip(chart.plots[0].categories, chart.plots[0].series[0].values, strict=True))
    assert way["objective open"] == 0.4
    assert all(
        any(
            shape.has_text_frame and "Secret. Read by Sofia" in shape.text_frame.text
            for shape in slide.shapes
        )
        for slide in deck.slides
    )


def test_the_calendar_has_the_activities_and_reviews_of_the_plan(firm, plan, settings):  # noqa: F811
    settings.TIME_ZONE = "Europe/Rome"
    of = filled(firm, plan)
    review = factories.review(firm.sofia, of, firm.dario, on=dt.date(2026, 3, 30))
    Review.objects.filter(pk=review.pk).update(time=dt.time(9, 30), place="Room 4")
    off = factories.review(firm.sofia, of, firm.dario, on=TODAY)
    Review.objects.filter(pk=off.pk).update(state="cancelled", version=3)
    from django.utils import timezone

    with timezone.override(ZoneInfo("Europe/Rome")):
        made = make(actor=firm.sofia, kind=calendars.ACCOUNT, format="ics", subject=firm.helios, now=NOW)
    events = {
        str(each["uid"]).split("@")[0]: each
        for each in icalendar.Calendar.from_ical(made.blob).walk("VEVENT")
    }
    held = events[f"plan-review-{review.pk}"]
    assert held.decoded("dtstart").isoformat() == "2026-03-30T09:30:00+02:00"
    assert str(held["location"]) == "Room 4"
    called_off = events[f"plan-review-{off.pk}"]
    assert (called_off["status"], called_off["sequence"]) == ("CANCELLED", 2)
    said = {str(each["summary"]) for each in events.values()}
    assert {"activity open · Helios", "activity internal · Helios", "Confidential"} <= said
    assert not any("secret" in each for each in said)


def test_who_does_not_reach_the_account_gets_no_plan(firm, plan):  # noqa: F811
    import pytest

    from kamerton.access import policy

    with pytest.raises(policy.Forbidden):
        make(actor=firm.petra, kind=plans.PLAN, format="docx", subject=plan, now=NOW)


def test_the_plan_on_one_page_is_one_page_however_much_there_is(tmp_path):
    import shutil
    import subprocess
    from dataclasses import replace

    import pytest

    from kamerton.documents.kinds.plan_facts import example
    from kamerton.documents.office import paper

    if not shutil.which("pdfinfo"):
        pytest.skip("pdfinfo is not installed (poppler-utils): no independent reader of PDF")
    told, long = example(), "A long sentence that goes on. " * 20
    full = replace(
        told,
        agreement=long,
        lines=dict.fromkeys(told.lines, ((long, long, ""),) * 9),
        objectives=((long, *told.objectives[0][1:]),) * 12,
        activities=((long, *told.activities[0][1:]),) * 30,
    )
    path = tmp_path / "page.pdf"
    path.write_bytes(paper.pdf(plans.page(full, TODAY)))
    info = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout
    assert "Pages:           1\n" in info
