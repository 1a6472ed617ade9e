"""The pages of documents: what is offered, what comes, templates, and the address of a calendar."""

from __future__ import annotations

import io
import re

import docx
import icalendar
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kamerton.access.models import User
from kamerton.core import clock
from kamerton.documents.models import MadeDocument, Template
from kamerton.work.models import Task
from tests.documents import offices
from tests.work.conftest import NOW, TODAY


@pytest.fixture(autouse=True)
def _today():
    with clock.set_to(NOW):
        yield


def signed(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def made(client: Client, kind: str, form: str, **more):
    return client.post(reverse("document_make", args=[kind, form]), more)


def test_the_page_offers_what_one_may_make(firm):
    shown = text(signed(firm.dario).get(reverse("documents")))
    assert "Portfolio report" in shown
    assert "Report on one person" in shown
    assert "Templates" in shown
    assert "Templates" not in text(signed(firm.ivo).get(reverse("documents")))


def test_a_document_of_an_account_comes_as_a_file_and_is_written_down(firm):
    page = signed(firm.sofia)
    assert "Account dossier" in text(page.get(reverse("account_make", args=["H-1"])))
    answer = made(page, "dossier", "docx", subject=firm.helios.pk, language="it")
    assert answer["Content-Disposition"].endswith('.docx"')
    assert answer["Cache-Control"] == "private, no-store"
    assert docx.Document(io.BytesIO(answer.content)).paragraphs[0].text.endswith("Helios")
    row = MadeDocument.objects.get()
    assert (row.kind, row.format, row.language, row.account, row.made_by) == (
        "dossier",
        "docx",
        "it",
        firm.helios,
        firm.sofia,
    )
    assert "Helios" in text(page.get(reverse("account_make", args=["H-1"])))
    assert "Helios" in text(page.get(reverse("documents_made")))


def test_what_is_not_in_reach_is_not_made_and_not_listed(firm):
    Task.objects.create(title="Elsewhere", owner=firm.petra, account=firm.foreign, created_at=NOW)
    assert made(signed(firm.petra), "dossier", "docx", subject=firm.foreign.pk).status_code == 200
    assert made(signed(firm.ivo), "dossier", "docx", subject=firm.foreign.pk).status_code == 404
    assert made(signed(firm.ivo), "person_report", "xlsx", subject=firm.petra.pk).status_code == 404
    assert made(signed(firm.ivo), "dossier", "docx").status_code == 404
    assert made(signed(firm.ivo), "no-such", "docx").status_code == 404
    assert made(signed(firm.ivo), "dossier", "xlsx", subject=firm.helios.pk).status_code == 404
    assert "Foreign" not in text(signed(firm.ivo).get(reverse("documents_made")))


def test_who_is_about_to_leave_makes_nothing(firm):
    User.objects.filter(pk=firm.sofia.pk).update(leaving_on=TODAY)
    client = signed(User.objects.get(pk=firm.sofia.pk))
    assert made(client, "dossier", "docx", subject=firm.helios.pk).status_code == 403
    assert client.get(reverse("documents")).status_code == 403


def test_a_refusal_is_told_on_the_page_it_was_asked_from(firm):
    page = signed(firm.dario)
    answer = page.post(
        reverse("document_make", args=["portfolio_report", "xlsx"]), {"next": "/documents/"}, follow=True
    )
    assert "There are no figures yet." in text(answer)
    away = page.post(
        reverse("document_make", args=["portfolio_report", "xlsx"]), {"next": "https://evil.example/"}
    )
    assert away["Location"] == reverse("documents")


# --- templates ---------------------------------------------------------------------------------------------------------


def sent(name: str, blob: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, blob)


def test_a_template_is_uploaded_tried_put_back_and_taken_up_again(firm):
    page, url = signed(firm.dario), reverse("document_template", args=["dossier", "docx"])
    assert "{{account.name}}" in text(page.get(url))
    done = page.post(
        url, {"file": sent("Our.docx", offices.word("House {{title}}")), "language": ""}, follow=True
    )
    assert "1 placeholders were found" in text(done) or "Version 1 is in force" in text(done)
    row = Template.objects.get()
    file_url = reverse("document_template_file", args=["dossier", "docx"])
    tried = page.get(f"{file_url}?version={row.pk}&example=1")
    assert "House Dossier: Example account" in offices.document_text(tried.content)
    assert "{{title}}" in offices.document_text(page.get(f"{file_url}?version={row.pk}").content)
    assert "{{content}}" in offices.document_text(page.get(file_url).content)
    assert "Our.docx" in text(page.get(reverse("document_templates")))
    page.post(reverse("document_template_reset", args=[row.pk]))
    row.refresh_from_db()
    assert not row.is_active
    page.post(reverse("document_template_use", args=[row.pk]))
    row.refresh_from_db()
    assert row.is_active


def test_a_bad_template_says_what_is_wrong_and_where(firm):
    page, url = signed(firm.dario), reverse("document_template", args=["review", "pptx"])
    answer = page.post(url, {"file": sent("x.pptx", offices.deck(("{{titel}}",)))})
    assert answer.status_code == 422
    assert "{{titel}} (slide 1, “box 0”)" in text(answer).replace("&ldquo;", "“")
    hostile = offices.repacked(offices.deck(("{{title}}",)), {"ppt/vbaProject.bin": b"x"})
    assert "macro" in text(page.post(url, {"file": sent("x.pptx", hostile)}))
    assert "Choose a file first." in text(page.post(url, {}))
    assert Template.objects.count() == 0


# --- the calendar ------------------------------------------------------------------------------------------------------


def test_the_address_of_a_calendar_is_shown_once_read_without_signing_in_and_closed(firm):
    Task.objects.create(
        title="Send samples", owner=firm.ivo, account=firm.helios, due_on=TODAY, created_at=NOW
    )
    page = signed(firm.ivo)
    shown = page.post(reverse("calendar_open")).content.decode()
    url = re.search(r"http://testserver(/calendar/[\w-]+\.ics)", shown).group(1)
    assert url not in page.get(reverse("documents")).content.decode()
    stranger = Client()
    answer = stranger.get(url)
    assert answer["Content-Type"].startswith("text/calendar")
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("private, max-age=900", "noindex, nofollow")
    (event,) = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert str(event["summary"]) == "Send samples · Helios"
    assert str(event["url"]).startswith("http://testserver/to-do/tasks/")
    assert stranger.get(url, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert "sessionid" not in stranger.cookies
    assert stranger.get(url.replace(".ics", "x.ics")).status_code == 404
    page.post(reverse("calendar_close"))
    assert stranger.get(url).status_code == 404
    assert stranger.get(reverse("calendar_open")).status_code in (302, 405)


# --- texts of the law ----------------------------------------------------------------------------------------------


def test_texts_of_the_law_are_written_changed_and_removed(firm):
    page = signed(firm.dario)

    def version(url: str) -> str:
        return re.search(r'name="version" value="([^"]+)"', page.get(url).content.decode()).group(1)

    told = {"country": "it", "kind": "", "language": "", "text": "Ai sensi"}
    page.post(reverse("legal_text_new"), told | {"version": version(reverse("legal_text_new"))})
    shown = text(page.get(reverse("legal_texts")))
    assert "IT" in shown
    assert "Ai sensi" in shown
    from kamerton.documents.models import LegalText

    row = LegalText.objects.get()
    url = reverse("legal_text", args=[row.pk])
    page.post(url, told | {"country": "IT", "text": "Nuovo", "version": version(url)})
    row.refresh_from_db()
    assert row.text == "Nuovo"
    page.post(reverse("legal_text_remove", args=[row.pk]))
    assert not LegalText.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_made_documents_takes_the_same_queries_for_one_row_and_three(
    firm, count, django_assert_max_num_queries
):
    from kamerton.documents.actions.make import make
    from kamerton.documents.kinds import dossier

    for _each in range(count):
        make(actor=firm.sofia, kind=dossier.KIND, format="docx", subject=firm.helios, now=NOW)
    client = signed(firm.sofia)
    client.get(reverse("documents_made"))
    with django_assert_max_num_queries(14):
        client.get(reverse("documents_made"))
