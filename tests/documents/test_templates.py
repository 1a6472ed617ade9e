"""A company's own templates: checked, in versions, by language, taken back; and what is made with them."""

from __future__ import annotations

import datetime as dt
import io

import docx
import pytest
from django.conf import settings

from kamerton.access import policy
from kamerton.accounts import file_store
from kamerton.core.models import AuditEntry
from kamerton.documents import queries, registry, writing
from kamerton.documents.actions import legal, templates
from kamerton.documents.actions.make import make
from kamerton.documents.kinds import dossier, review
from kamerton.documents.models import LegalText, MadeDocument, Template
from kamerton.documents.office.checking import BadTemplate
from kamerton.documents.office.placeholders import Unknown
from tests.documents import offices
from tests.work.conftest import NOW, firm  # noqa: F401


def upload(
    actor, blob: bytes, kind=dossier.KIND, form="docx", language="", name="Letterhead.docx"
) -> Template:
    return templates.upload(
        actor=actor, kind=kind, format=form, language=language, name=name, pieces=[blob], now=NOW
    )


def dossier_of(firm, language="en") -> str:  # noqa: F811
    made = make(
        actor=firm.dario, kind=dossier.KIND, format="docx", subject=firm.helios, now=NOW, language=language
    )
    return offices.document_text(made.blob)


def files() -> int:
    return (
        sum(1 for each in settings.FILES_DIR.rglob("*") if each.is_file())
        if settings.FILES_DIR.is_dir()
        else 0
    )


def test_documents_are_made_with_the_template_in_force(firm):  # noqa: F811
    row = upload(
        firm.dario, offices.word("Our house", "{{account.name}}", "{{content}}", header="{{company}}")
    )
    told = dossier_of(firm)
    assert "Our house" in told
    assert "Helios" in told
    assert "Nordwind Supplies" in told
    assert MadeDocument.objects.get().template == row
    templates.reset(actor=firm.dario, template=row, now=NOW)
    assert "Our house" not in dossier_of(firm)
    templates.use(actor=firm.dario, template=row, now=NOW)
    assert "Our house" in dossier_of(firm)
    assert list(AuditEntry.objects.filter(action__startswith="documents.template").order_by("pk").values_list("action", flat=True)) == [
        "documents.template_upload", "documents.template_reset", "documents.template_use",
    ]  # fmt: skip


def test_a_new_version_leaves_the_old_one_and_the_same_file_is_not_kept_twice(firm):  # noqa: F811
    first = upload(firm.dario, offices.word("One {{title}}"))
    again = upload(firm.dario, file_store.path_of(first.stored_name).read_bytes())
    assert (again.pk, files()) == (first.pk, 1)
    second = upload(firm.dario, offices.word("Two {{title}}"))
    rows = Template.objects.order_by("version").values_list("version", "is_active")
    assert list(rows) == [(1, False), (2, True)]
    assert "Two Dossier" in dossier_of(firm)
    templates.use(actor=firm.dario, template=first, now=NOW)
    second.refresh_from_db()
    assert not second.is_active
    assert "One Dossier" in dossier_of(firm)


def test_the_template_of_a_language_goes_before_that_of_all(firm):  # noqa: F811
    upload(firm.dario, offices.word("For all {{title}}"))
    upload(firm.dario, offices.word("Per l'Italia {{title}}"), language="it")
    assert "For all" in dossier_of(firm, "en")
    assert "Per l'Italia" in dossier_of(firm, "it")


@pytest.mark.parametrize(
    ("blob", "refusal"),
    [
        (offices.word("{{nothing.of.ours}}"), Unknown),
        (offices.word("No placeholders"), BadTemplate),
        (b"PK\x03\x04 no", BadTemplate),
        (offices.deck(("{{title}}",)), BadTemplate),
        (offices.repacked(offices.word("{{title}}"), {"word/vbaProject.bin": b"x"}), BadTemplate),
    ],
)
def test_what_is_no_template_leaves_nothing_behind(firm, blob, refusal):  # noqa: F811
    with pytest.raises(refusal):
        upload(firm.dario, blob)
    assert (
        Template.objects.count(),
        files(),
        AuditEntry.objects.filter(action__startswith="documents").count(),
    ) == (0, 0, 0)


def test_who_may_not_replace_templates_is_refused(firm):  # noqa: F811
    with pytest.raises(policy.Forbidden):
        upload(firm.sofia, offices.word("{{title}}"))


def test_a_template_that_was_changed_on_the_disk_is_not_used(firm):  # noqa: F811
    row = upload(firm.dario, offices.word("{{title}}"))
    file_store.path_of(row.stored_name).write_bytes(offices.word("Other {{title}}"))
    with pytest.raises(writing.NotMade, match="was changed there"):
        dossier_of(firm)


def test_what_is_secret_carries_the_mark_on_a_template_that_forgot_it(firm):  # noqa: F811
    from kamerton.access.secrecy import Secrecy
    from kamerton.accounts.models import Fact

    Fact.objects.create(
        account=firm.helios,
        topic="other",
        statement="Looks for a rival",
        secrecy=Secrecy.SECRET,
        dated=NOW.date(),
        created_at=NOW,
    )
    upload(firm.dario, offices.word("{{title}}", "{{content}}"))
    told = dossier_of(firm)
    assert "Secret: Looks for a rival" in told
    assert "Secret. Read by Dario on 2 March 2026." in told
    row = MadeDocument.objects.get()
    assert (row.secrecy, row.mark) == (Secrecy.SECRET, "Secret. Read by Dario on 2 March 2026.")
    assert AuditEntry.objects.filter(action="secrets.read", actor=firm.dario).count() == 1
    from tests.work.conftest import person

    made = make(
        actor=person("support", "sales_support"),
        kind=dossier.KIND,
        format="docx",
        subject=firm.helios,
        now=NOW,
    )
    assert "rival" not in offices.document_text(made.blob)
    assert made.row.mark == ""


def test_our_own_template_can_be_downloaded_changed_and_uploaded(firm):  # noqa: F811
    document = docx.Document(io.BytesIO(writing.default(dossier.KIND, "docx")))
    document.paragraphs[0].insert_paragraph_before("By Nordwind")
    written = io.BytesIO()
    document.save(written)
    upload(firm.dario, written.getvalue())
    assert "By Nordwind" in dossier_of(firm)
    upload(firm.dario, writing.default(review.KEY, "pptx"), review.KEY, "pptx", name="Deck.pptx")


def test_every_kind_that_takes_templates_has_an_example():
    for kind in registry.all_kinds():
        assert not kind.template_formats or kind.example is not None, kind.key


# --- texts of the law ----------------------------------------------------------------------------------------------


def text_of(firm, **values):  # noqa: F811
    told = {"country": "", "kind": "", "language": "", "text": "x"} | values
    return legal.save(actor=firm.dario, row=None, opened={}, submitted=told, now=NOW)


@pytest.mark.requirement("LOC-04")
def test_another_country_is_another_text(firm):  # noqa: F811
    text_of(firm, text="Under the law of nowhere in particular.")
    text_of(firm, country="it", text="Ai sensi del decreto 1/2020.")
    text_of(firm, country="PL", text="Na podstawie ustawy.")
    text_of(firm, country="PL", kind="dossier", text="Only in dossiers.")
    text_of(firm, country="PL", language="it", text="In italiano.")
    firm.helios.country = "IT"
    firm.helios.save()
    assert "Ai sensi del decreto 1/2020." in dossier_of(firm)
    firm.helios.country = "PL"
    firm.helios.save()
    told = dossier_of(firm)
    assert "Na podstawie ustawy." in told
    assert "Only in dossiers." in told
    assert "decreto" not in told
    assert "In italiano." in dossier_of(firm, "it")
    firm.helios.country = "DE"
    firm.helios.save()
    assert "Under the law of nowhere in particular." in dossier_of(firm)


def test_a_text_stands_once_and_two_who_change_it_lose_nothing(firm):  # noqa: F811
    from kamerton.core.concurrency import Conflict

    row = text_of(firm, country="IT")
    with pytest.raises(legal.Twice):
        text_of(firm, country="it")
    opened = {"country": "IT", "kind": None, "language": None, "text": "x"}
    told = {"country": "IT", "kind": "", "language": "", "text": "mine"}
    legal.save(actor=firm.dario, row=row, opened=opened, submitted=told, now=NOW)
    with pytest.raises(Conflict):
        legal.save(actor=firm.dario, row=row, opened=opened, submitted=told | {"text": "theirs"}, now=NOW)
    assert LegalText.objects.get().text == "mine"


def test_legal_texts_take_one_query(firm, django_assert_num_queries):  # noqa: F811
    text_of(firm)
    with django_assert_num_queries(1):
        assert queries.legal_texts(firm.helios, "dossier", "en") == ("x",)


def test_files_of_documents_go_after_a_day(firm):  # noqa: F811
    from kamerton.documents.actions.make import clear, fetch

    made = make(actor=firm.dario, kind=dossier.KIND, format="docx", subject=firm.helios, now=NOW, keep=True)
    assert fetch(actor=firm.dario, document=made.row, now=NOW) == made.blob
    with pytest.raises(writing.NotMade):
        fetch(actor=firm.sofia, document=made.row, now=NOW)
    later = NOW + dt.timedelta(days=1, minutes=1)
    with pytest.raises(writing.NotMade):
        fetch(actor=firm.dario, document=made.row, now=later)
    from django.test import TestCase

    with TestCase.captureOnCommitCallbacks(execute=True):
        assert clear(now=later) == 1
    assert files() == 0
