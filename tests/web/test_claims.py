"""Pages of claims: the list, one claim through all its steps, what they tell, and the account that shows them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kamerton.accounts.actions import notes
from kamerton.core import clock
from kamerton.core.models import AuditEntry
from kamerton.portfolio.models import ErrorImpact
from kamerton.service.actions import claims, outcome
from kamerton.service.models import Claim, ClaimTerms
from kamerton.work.models import Request
from tests.work.conftest import NOW, TODAY, cover, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@pytest.fixture
def sofia(client, firm):
    client.force_login(firm.sofia)
    return client


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def page(client, name: str, *told) -> str:
    answer = client.get(reverse(name, args=told))
    assert answer.status_code == 200
    return text(answer)


def receive(firm, account=None, **told) -> Claim:
    now = told.pop("now", NOW)
    told = {"kind": "quality", "subject": "Pallets break", **told}
    account = account or firm.helios
    return claims.receive_claim(actor=firm.dario, account=account, told=told, now=now)


OUTCOME = {
    "cause": "goods",
    "solution": "New boards",
    "satisfied": "partly",
    "lesson": "Ask before",
    "credit": "40",
}


def test_a_claim_goes_from_the_telephone_to_the_log_of_mistakes(sofia, firm):
    new = reverse("claim_new") + "?account=H-1"
    form = sofia.get(new).context["form"]
    assert "Helios (H-1)" in str(form["account"])
    assert form["currency"].value() == "EUR"
    told = {"account": "Helios (H-1)", "contact": firm.contact.pk, "kind": "shortage", "subject": "Two boxes missing",
            "severity": "3", "channel": "phone", "amount": "120.50", "currency": "EUR", "secrecy": "1",
            "received_at": "2026-03-02T08:30"}  # fmt: skip
    answer = sofia.post(new, told)
    row = Claim.objects.get()
    assert answer.url == reverse("claim", args=[row.pk])
    assert (row.owner, row.contact, row.amount) == (firm.sofia, firm.contact, Decimal("120.50"))
    assert "Sofia has to acknowledge it by" in page(sofia, "claim", row.pk)
    sofia.post(reverse("claim_acknowledge", args=[row.pk]))
    assert "Sofia has to answer by" in page(sofia, "claim", row.pk)
    sofia.post(reverse("claim_take", args=[row.pk]))
    sofia.post(reverse("claim_answer", args=[row.pk]), {"text": "They follow today"})
    assert "They follow today" in page(sofia, "claim", row.pk)
    sofia.post(
        reverse("claim_ask", args=[row.pk]),
        {"title": "Where are they?", "unit": firm.logistics.pk, "due_on": "2026-03-04"},
    )
    assert "Where are they?" in page(sofia, "claim", row.pk)
    assert Request.objects.get().account == firm.helios
    sofia.post(reverse("claim_expedite", args=[row.pk]), {"reason": "Their line stops"})
    assert "Goes first" in page(sofia, "claim", row.pk)
    refused = sofia.post(reverse("claim_settle", args=[row.pk]), {**OUTCOME, "lesson": ""})
    assert refused.status_code == 422
    sofia.post(reverse("claim_settle", args=[row.pk]), OUTCOME)
    shown = page(sofia, "claim", row.pk)
    assert "Closed on" in shown
    assert "New boards" in shown
    sofia.post(
        reverse("claim_log", args=[row.pk]), {"what": "Boxes lost", "loss": "40", "lesson": "Ask before"}
    )
    assert ErrorImpact.objects.get().account == firm.helios
    assert "Boxes lost" in page(sofia, "claim", row.pk)
    sofia.post(reverse("claim_reopen", args=[row.pk]), {"reason": "One is still missing"})
    row.refresh_from_db()
    assert (row.state, row.reopenings) == ("in_hand", 1)
    sofia.post(reverse("claim_reject", args=[row.pk]), OUTCOME)
    assert "Rejected" in page(sofia, "claim", row.pk)


def test_a_claim_is_corrected_and_handed_on(sofia, firm):
    row = receive(firm)
    url = reverse("claim_edit", args=[row.pk])
    version = sofia.get(url).context["form"]["version"].value()
    told = {"kind": "delivery", "subject": "Boards break", "severity": "1", "channel": "email", "currency": "EUR",
            "secrecy": "1", "version": version}  # fmt: skip
    assert sofia.post(url, told).status_code == 302
    sofia.post(reverse("claim_assign", args=[row.pk]), {"person": firm.ivo.pk})
    row.refresh_from_db()
    assert (row.subject, row.kind, row.owner) == ("Boards break", "delivery", firm.ivo)
    stale = sofia.post(url, {**told, "subject": "Wood breaks"})
    assert stale.status_code == 409


def test_a_claim_out_of_reach_is_not_there(client, firm):
    row = receive(firm)
    client.force_login(firm.petra)
    assert "Pallets" not in page(client, "claims")
    assert "Pallets" not in page(client, "claims_told")
    assert client.get(reverse("claim", args=[row.pk])).status_code == 404
    for name in (
        "acknowledge",
        "take",
        "answer",
        "expedite",
        "assign",
        "ask",
        "settle",
        "reject",
        "reopen",
        "log",
    ):
        assert client.post(reverse(f"claim_{name}", args=[row.pk]), OUTCOME).status_code == 404
    row.refresh_from_db()
    assert (row.state, row.version) == ("received", 1)


def test_of_a_secret_claim_lists_say_no_word_and_reading_it_leaves_a_trace(sofia, client, firm):
    row = receive(firm, secrecy=2, reference="R-77")
    shown = page(sofia, "claims")
    assert "Secret claim" in shown
    assert "Pallets" not in shown
    assert "Pallets" not in page(sofia, "account_work", "H-1")
    assert "Secret claim" not in text(sofia.get(reverse("claims") + "?q=R-77"))
    assert "Pallets break" in page(sofia, "claim", row.pk)
    read = AuditEntry.objects.get(action="secrets.read")
    assert (read.actor, read.after) == (firm.sofia, {"read": [f"service.claim:{row.pk}"]})
    seller = person("seller", "sales_manager")
    cover(firm.helios, seller, "specialist")
    client.force_login(seller)
    assert "Secret claim" not in page(client, "claims")
    assert client.get(reverse("claim", args=[row.pk])).status_code == 404


def test_the_list_says_what_is_late_and_does_things_to_many(sofia, firm):
    rows = [
        receive(firm),
        receive(firm, firm.nordelma, now=NOW - dt.timedelta(days=30), subject="Late thing"),
    ]
    shown = page(sofia, "claims")
    assert "2 claims are open; late: 1." in shown
    assert shown.index("Pallets break") < shown.index("Late thing")  # the key account first
    assert "Pallets break" not in text(sofia.get(reverse("claims") + "?list=late"))
    bulk = {"pick": [row.pk for row in rows], "step": "2"}
    sofia.post(reverse("claims_bulk"), {**bulk, "action": "acknowledge", "once": "k1"})
    assert Claim.objects.filter(state="acknowledged").count() == 2
    sofia.post(reverse("claims_bulk"), {**bulk, "action": "assign", "person": firm.ivo.pk, "once": "k2"})
    assert Claim.objects.filter(owner=firm.ivo).count() == 2
    file = sofia.get(reverse("claims_export", args=["csv"]))
    assert "Late thing" in b"".join(file).decode()


@pytest.mark.parametrize("name", ["claims", "claims_told"])
def test_as_many_questions_for_three_claims_as_for_one(sofia, firm, name, django_assert_num_queries):
    receive(firm)
    page(sofia, name)
    with CaptureQueriesContext(connection) as one:
        page(sofia, name)
    receive(firm, contact=firm.contact)
    receive(firm, firm.nordelma, kind="price")
    with django_assert_num_queries(len(one)):
        page(sofia, name)


def test_what_claims_tell(sofia, firm):
    row = receive(firm, amount=Decimal(500))
    told = outcome.Outcome(cause="goods", solution="s", satisfied="yes", lesson="l", credit=Decimal(50))
    outcome.close_claim(
        actor=firm.sofia, claim=row, ending="settled", outcome=told, now=NOW + dt.timedelta(days=2)
    )
    shown = page(sofia, "claims_told")
    for words in (
        "half are closed within 2.0 days",
        "100 % closed in time",
        "0 % in the log",
        "Our goods",
        "Helios",
    ):
        assert words in shown
    assert "Nobody has complained yet" not in shown


def test_terms_are_set_and_kinds_renamed(client, firm):
    client.force_login(firm.dario)
    form = client.get(reverse("claim_terms")).context["form"]
    told = {name: form[name].value() or "" for name in form.fields if name != "saturday"}
    client.post(reverse("claim_terms"), {**told, "key_acknowledge_hours": "1", "word_quality": "Defect"})
    assert (ClaimTerms.objects.get().key_acknowledge_hours, ClaimTerms.objects.get().words) == (
        1,
        {"quality": "Defect"},
    )
    refused = client.post(reverse("claim_terms"), {**told, "key_acknowledge_hours": "99"})
    assert refused.status_code == 422
    assert "do not wait longer" in text(refused)
    assert "Defect" in page(client, "claim_new")


# --- the account ----------------------------------------------------------------------------------------------------


def test_research_interviews_sales_claims_and_contacts_stand_on_one_page(sofia, client, firm):
    """The dossier of Helios, whose sales are told beside in test_dossier; a secret claim stays out for who may not."""
    receive(firm)
    receive(firm, subject="Quiet matter", secrecy=2)
    for kind, title in (("interview", "Talk with the fitters"), ("research", "Market of drives")):
        notes.write(actor=firm.sofia, account=firm.helios, now=NOW,
                    values={"kind": kind, "title": title, "text": "t", "on": TODAY, "secrecy": 1})  # fmt: skip
    shown = page(sofia, "account_dossier", "H-1")
    for words in ("Talk with the fitters", "Market of drives", "Pallets break", "Secret claim", "Rita Sole"):
        assert words in shown
    assert "Quiet matter" not in shown
    assert "2 open claims" in shown  # in the head of every page of the account
    seller = person("seller", "sales_manager")
    cover(firm.helios, seller, "specialist")
    client.force_login(seller)
    limited = page(client, "account_dossier", "H-1")
    assert "Pallets break" in limited
    assert "Secret claim" not in limited
    assert "1 open claim" in limited
    client.force_login(firm.petra)
    assert client.get(reverse("account_dossier", args=["H-1"])).status_code == 404


def test_claims_stand_in_the_timeline_on_today_and_in_the_palette(sofia, firm):
    row = receive(firm)
    assert "Claim: Pallets break" in page(sofia, "account_timeline", "H-1")
    assert "Claims that I see to" in page(sofia, "today")
    assert "Pallets break" in page(sofia, "today")
    found = text(sofia.get(reverse("palette") + "?q=Pallets"))
    assert reverse("claim", args=[row.pk]) in found
    assert "Pallets break" in page(sofia, "account_work", "H-1")
