"""The brief: made of the dossier, current, not ready while a part is empty, and nothing of others in it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kamerton.access.secrecy import Secrecy
from kamerton.accounts.models import Fact, Need, Opinion
from kamerton.core.models import AuditEntry
from kamerton.engagements import brief, brief_queries
from tests.engagements.conftest import MONDAY, NOW, planned
from tests.web.test_events import page

READY = {"questions": "Who signs?", "offers": "One price", "products": "Runs in both lines"}


def fact(account, topic, statement, **more):
    told = {"dated": MONDAY, "source_kind": "contact", "created_at": NOW} | more
    return Fact.objects.create(account=account, topic=topic, statement=statement, **told)


def test_a_part_that_holds_nothing_is_missing():
    assert brief.missing({}) == brief.PARTS
    assert brief.missing(dict.fromkeys(brief.PARTS, True)) == ()
    assert brief.missing(dict.fromkeys(brief.PARTS, True) | {"needs": False}) == ("needs",)


@pytest.mark.requirement("MTG-08")
@pytest.mark.parametrize(
    ("question", "is_basic"),
    [
        ("Tell me what your company does", True), ("What does your company do?", True), ("What do you produce?", True),
        ("Cosa fa la tua azienda?", True), ("Czym się zajmuje państwa firma?", True), ("Чем занимается ваша компания?", True),
        ("What does line 4 cost you when it stops?", False), ("Who signs besides you?", False),
    ],
)  # fmt: skip
def test_a_question_that_the_dossier_answers_is_flagged(question, is_basic):
    assert brief.basic_questions(f"Who signs?\n{question}", ["company"]) == ((question,) if is_basic else ())
    assert brief.basic_questions(question, ["goal"]) == ()


@pytest.mark.django_db
@pytest.mark.requirement("MTG-04")
def test_the_brief_is_made_of_the_dossier_and_an_empty_part_is_not_ready(client, firm):
    row = planned(firm.sofia, firm.helios, contacts=[firm.contact])
    shown = page(client, firm.sofia, "engagement_brief", row.pk)
    assert "Not ready: missing are who they are, how their business works, their needs, what we ask" in shown
    for name, text in READY.items():
        setattr(row, name, text)
    row.save()
    fact(firm.helios, "company", "Fills bottles")
    fact(firm.helios, "business", "Sells to dairies")
    assert "Not ready: their needs is missing." in page(client, firm.sofia, "engagement_brief", row.pk)
    Need.objects.create(account=firm.helios, what="Fewer stops", raised_on=MONDAY, created_at=NOW)
    fact(firm.helios, "motive", "Paid by hours without a stop", contact=firm.contact)
    Opinion.objects.create(contact=firm.contact, rater=firm.ivo, support=2, at=NOW)
    shown = page(client, firm.sofia, "engagement_brief", row.pk)
    assert " Ready." in shown
    for text in ("Fills bottles", "Sells to dairies", "Fewer stops", "Who signs?", "One price", "Runs in both lines",
                 "Rita Sole", "Paid by hours without a stop"):  # fmt: skip
        assert text in shown


@pytest.mark.django_db
@pytest.mark.requirement("MTG-15")
def test_how_to_behave_there_stands_in_the_brief(client, firm):
    row = planned(firm.sofia, firm.helios, etiquette="Address the owner first")
    assert "Address the owner first" in page(client, firm.sofia, "engagement_brief", row.pk)


@pytest.mark.django_db
def test_what_is_secret_or_of_another_account_is_not_in_it(client, firm):
    firm.ivo.role = "sales_manager"
    firm.ivo.save()
    row = planned(firm.sofia, firm.helios)
    fact(firm.helios, "company", "Is for sale", secrecy=Secrecy.SECRET)
    fact(firm.foreign, "company", "Of Foreign")
    Need.objects.create(account=firm.foreign, what="Need of Foreign", raised_on=MONDAY, created_at=NOW)
    for reader, sees in ((firm.sofia, True), (firm.ivo, False)):
        shown = page(client, reader, "engagement_brief", row.pk)
        assert ("Is for sale" in shown) is sees
        assert "Foreign" not in shown
    assert [each.actor for each in AuditEntry.objects.filter(action="secrets.read")] == [firm.sofia]
    page(client, firm.petra, "engagement_brief", row.pk, status=404)


@pytest.mark.django_db
def test_as_many_queries_for_one_fact_as_for_fifty(firm):
    row = planned(firm.sofia, firm.helios, contacts=[firm.contact])

    def counted():
        fact(firm.helios, "company", "One more")
        fact(firm.helios, "motive", "One more", contact=firm.contact)
        Need.objects.create(account=firm.helios, what="One more", raised_on=MONDAY, created_at=NOW)
        with CaptureQueriesContext(connection) as found:
            brief_queries.brief_of(firm.sofia, row, MONDAY)
        return len(found)

    first = counted()
    assert {counted() for _each in range(49)} == {first}
