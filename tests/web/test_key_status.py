"""The pages of key status: an account's six definitions, the proposal, the lists, the library of references."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from kamerton.access.models import OrgUnit, User
from kamerton.accounts.actions import companies
from kamerton.accounts.models import Account, Coverage, Industry
from kamerton.analytics.adoption import too_many_innovators
from kamerton.analytics.model import Thresholds
from kamerton.core import clock
from kamerton.portfolio import queries, status_queries
from kamerton.portfolio.actions import key_status, references, status
from kamerton.portfolio.actions import review as review_actions
from kamerton.portfolio.models import KeyStatus, Reference, ReviewItem, SupplierStage
from kamerton.portfolio.models.status import DEFINITIONS, LEVELS
from kamerton.work.models import Approval

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _day(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC))
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@pytest.fixture
def boss(make_user, company) -> User:
    return make_user("director", "boss")


@pytest.fixture
def written(book, boss, now):
    words = {"text": "Whom we would miss", "preset": "", "definitions": list(DEFINITIONS), "levels": list(LEVELS),
             "class_list": "definitions", "labels": {"key": "Crown"}, "review_months": 12, "silence_days": 90}  # fmt: skip
    return status.write_profile(actor=boss, now=now, words=words, changes={})


@pytest.fixture
def helios(written) -> Account:
    return Account.objects.get(number="H-1")


@pytest.fixture
def seller(make_user, helios, now) -> User:
    """A key account manager who looks after Helios and nothing else."""
    found = make_user("senior_kam", "sonia")
    Coverage.objects.create(account=helios, person=found, from_date=TODAY, created_at=now)
    return found


def get(client, name: str, *told) -> str:
    return client.get(reverse(name, args=told)).content.decode()


def decide(boss, account, now, reasons=None):
    told = key_status.Proposal(
        level="company",
        reasons=reasons or {"contribution": ""},
        why="We would miss it",
        benefit="Much",
        risk="Goes",
    )
    return key_status.propose(actor=boss, account=account, proposal=told, now=now).status


# --- one account -----------------------------------------------------------------------------------------------


def test_without_a_profile_the_page_says_so_and_nothing_can_be_proposed(book, client, boss):
    client.force_login(boss)
    html = get(client, "account_key", "H-1")
    assert "not written down yet what a key account is" in html
    assert "Make it a key account" not in html
    answer = client.get(reverse("account_key_propose", args=["H-1"]), follow=True)
    assert "The company has not written down yet what a key account is" in answer.content.decode()


def test_the_six_definitions_with_their_evidence(client, seller, helios):
    client.force_login(seller)
    html = get(client, "account_key", "H-1")
    assert html.count("Not shown") == 5
    assert "of the company’s income" in html
    assert "Need, budget and situation have not been asked." in html
    assert "being a reseller is no reason" in html
    assert "Propose as key account" in html


def test_a_proposal_goes_to_the_director_with_what_speaks_against_it(client, seller, helios, boss):
    client.force_login(seller)
    url = reverse("account_key_propose", args=["H-1"])
    html = client.get(url).content.decode()
    assert "It rests on today’s income alone" in html
    assert "Brings " in html
    assert "Not shown today" in html
    assert "is_potential" not in html
    posted = {"is_contribution": "on", "text_contribution": "A third of our income", "place": "company:",
              "why": "We would miss it", "benefit": "Much income", "risk": "It may go", "receiver": ""}  # fmt: skip
    answer = client.post(url, posted | {"benefit": ""})
    assert answer.status_code == 422
    assert "welcome and a danger at once" in answer.content.decode()
    made = client.post(url, posted)
    row = Approval.objects.get(kind="key_status")
    assert made["Location"] == reverse("approval", args=[row.pk])
    client.force_login(boss)
    html = get(client, "approval", row.pk)
    for text in (
        "A third of our income",
        "It rests on today’s income alone",
        "It may go",
        "would be responsible",
    ):
        assert text in html, text
    assert "Waits for a decision" in get(client, "account_key", "H-1")
    client.post(reverse("approval_decide", args=[row.pk]), {"decision": "approve"})
    assert status_queries.held_of(helios).proposed_by == seller
    html = get(client, "account_key", "H-1")
    assert "has been a key account since" in html
    assert "Crown" in html


def test_the_director_ends_it_and_takes_reasons_away(client, boss, helios, now):
    held = decide(boss, helios, now)
    client.force_login(boss)
    reason = held.reasons.get()
    assert client.post(reverse("key_reason_clear", args=[reason.pk]), {"why": " "}).status_code == 422
    client.post(reverse("key_reason_clear", args=[reason.pk]), {"why": "Shrank"})
    assert status_queries.held_of(helios) is None
    decide(boss, helios, now)
    client.post(reverse("account_key_end", args=["H-1"]), {"why": "Sold to a rival", "receiver": ""})
    html = get(client, "account_key", "H-1")
    assert "Sold to a rival" in html
    assert KeyStatus.objects.held().count() == 0


def test_out_of_reach_is_not_found(client, make_user, helios, boss, now):
    held = decide(boss, helios, now)
    client.force_login(make_user("senior_kam", "other"))
    for name in (
        "account_key",
        "account_key_propose",
        "account_key_end",
        "account_supplier",
        "reference_new",
    ):
        assert client.get(reverse(name, args=["H-1"])).status_code == 404, name
    assert "Helios" not in get(client, "key_accounts")
    made = references.write_reference(actor=boss, account=helios, story="S", may_name=True, on=TODAY, now=now)
    assert client.get(reverse("reference", args=[made.pk])).status_code == 404
    assert "Helios" not in get(client, "references")
    assert held.reasons.exists()


def test_where_we_stand_as_a_supplier(client, seller, helios):
    client.force_login(seller)
    url = reverse("account_supplier", args=["H-1"])
    assert client.post(url, {"stage": "regular", "on": "2027-01-01"}).status_code == 422
    client.post(
        url, {"stage": "regular", "on": "2026-01-05", "goal_on": "2026-02-01", "note": "Frame contract"}
    )
    html = get(client, "account_key", "H-1")
    assert "One of the regular suppliers" in html
    assert "Goal missed" in html
    assert "Frame contract" in html
    assert SupplierStage.objects.get().by == seller


# --- who is key everywhere ---------------------------------------------------------------------------------------


def test_figures_and_decision_are_told_apart(client, boss, helios, now, django_assert_num_queries):
    """Nordelma is decided by its story; Helios is key by the figures only, and every page points at it."""
    client.force_login(boss)
    assert "By the figures key, not decided" not in get(client, "accounts")
    nordelma = Account.objects.get(number="N-1")
    references.write_reference(
        actor=boss, account=nordelma, story="Nine days", may_name=True, on=TODAY, now=now
    )
    decide(boss, nordelma, now, {"known": ""})
    for name in ("accounts", "portfolio", "key_accounts"):
        assert "By the figures key, not decided" in get(client, name), name
    assert "By the figures it is key, and that is not decided." in get(client, "account_key", "H-1")
    html = client.get(reverse("accounts"), {"list": "key"}).content.decode()
    assert "Nordelma" in html
    assert "Helios" not in html
    html = client.get(reverse("accounts"), {"list": "undecided"}).content.decode()
    assert "Helios" in html
    assert "Nordelma" not in html
    assert status_queries.key_numbers() == {"N-1"}
    assert status_queries.key_numbers(["H-1"]) == frozenset()


def test_the_list_says_who_since_when_why_and_until_when(client, boss, helios, now):
    decide(boss, helios, now)
    client.force_login(boss)
    html = get(client, "key_accounts").replace("\xa0", " ")
    for text in ("1 key account is decided.", "Contribution", "The whole company", "2 Mar 2027"):
        assert text in html, text
    assert "below the norm of" in html
    sheet = b"".join(client.get(reverse("key_accounts_export", args=["csv"])).streaming_content).decode()
    assert "Helios Tarvia" in sheet
    assert "of the company’s income" in sheet
    assert "Helios" in client.get(reverse("key_accounts"), {"definition": "contribution"}).content.decode()
    assert "Helios" not in client.get(reverse("key_accounts"), {"definition": "mentor"}).content.decode()


def test_the_list_costs_the_same_with_one_row_and_three(client, boss, helios, now):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(boss)

    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            get(client, "key_accounts")
        return len(seen)

    decide(boss, helios, now)
    count()
    first = count()
    for number in ("N-1", "N-2"):
        account = Account.objects.get(number=number)
        references.write_reference(actor=boss, account=account, story="S", may_name=True, on=TODAY, now=now)
        decide(boss, account, now, {"known": ""})
    assert count() == first


# --- references and launches -------------------------------------------------------------------------------------


@pytest.mark.requirement("SEL-09")
def test_the_library_is_searched_by_trade(client, boss, helios, now):
    """Search "bank" returns the reference with its story; one without a story is flagged unusable."""
    bank = Industry.objects.create(name="Banking")
    for number, story in (("H-1", "Cut their queue by half"), ("N-1", "")):
        account = Account.objects.get(number=number)
        account.industry = bank
        account.save()
        references.write_reference(actor=boss, account=account, story=story, may_name=True, on=TODAY, now=now)
    other = Account.objects.get(number="N-2")
    references.write_reference(
        actor=boss, account=other, story="Nothing of the kind", may_name=True, on=TODAY, now=now
    )
    client.force_login(boss)
    html = client.get(reverse("references"), {"q": "bank"}).content.decode()
    assert "Cut their queue by half" in html
    assert "Unusable: no story" in html
    assert "Nothing of the kind" not in html
    html = client.get(reverse("references"), {"list": "unusable"}).content.decode()
    assert "Helios" not in html
    assert "Nordelma" in html


def test_a_reference_is_written_changed_and_taken_away(client, seller, helios):
    client.force_login(seller)
    client.post(reverse("reference_new", args=["H-1"]), {"story": "", "on": "2026-01-05"})
    row = Reference.objects.get()
    assert "The story is missing" in get(client, "reference", row.pk)
    html = client.get(reverse("reference_edit", args=[row.pk])).content.decode()
    version = html.split('name="version" value="')[1].split('"')[0]
    client.post(
        reverse("reference_edit", args=[row.pk]),
        {"story": "Nine days", "on": "2026-01-05", "may_name": "on", "version": version},
    )
    assert "They agreed to be named" in get(client, "reference", row.pk)
    client.post(reverse("reference_any"), {"account": "H-1", "story": "Another", "on": "2026-01-06"})
    assert Reference.objects.count() == 2
    client.post(reverse("reference_remove", args=[row.pk]))
    assert Reference.objects.count() == 1


@pytest.mark.requirement("SEL-12")
@pytest.mark.parametrize(("innovators", "warns"), [(5, False), (6, True)])
def test_the_shortlist_lists_who_buys_first_and_warns_of_too_many(client, boss, helios, innovators, warns):
    """Of 200 clients five innovators are fine and six are too many."""
    snapshot = queries.latest_snapshot()
    numbers = list(queries.account_figures(snapshot).values_list("account", flat=True)[:innovators])
    adoption = {"told": True, "innovators": innovators, "innovator_of": dict.fromkeys(numbers, 2),
                "too_many": too_many_innovators(innovators, 200, Thresholds())}  # fmt: skip
    snapshot.views = snapshot.views | {"adoption": adoption}
    snapshot.save(update_fields=["views"])
    client.force_login(boss)
    html = get(client, "launches")
    assert f"{innovators} accounts bought new products among the first" in html
    assert "Helios Tarvia" in html
    assert ("are more than the" in html) is warns


def test_a_prospect_without_figures_has_its_page(client, boss, written, now):
    made = companies.create(actor=boss, values={"name": "Velantra"}, now=now)
    client.force_login(boss)
    html = get(client, "account_key", made.number)
    assert "Nothing was ever sold to it." in html
    assert "Make it a key account" in html
    assert "None holds today" in get(client, "account_key_propose", made.number)


def test_a_unit_is_a_place_for_a_status(client, seller, helios, boss):
    unit = OrgUnit.objects.create(name="Export", kind="department")
    User.objects.create_user("adler", role="sales_manager", sales_name="Adler", unit=unit)
    client.force_login(boss)
    html = get(client, "account_key_propose", "H-1")
    assert 'value="department:Export"' in html
    assert 'value="manager:Adler"' in html


def test_the_review_is_begun_answered_and_closed_on_its_page(client, boss, helios, monkeypatch):
    client.force_login(boss)
    assert "Nothing is proposed" in get(client, "review")
    client.post(reverse("review_begin"))
    html = get(client, "review")
    count = ReviewItem.objects.count()
    assert f"{count} proposals wait for an answer" in html
    assert "Helios Tarvia" in html
    item = ReviewItem.objects.first()
    told = {"action": "decline", "pick": [item.pk], "scope": "picked"}
    html = client.post(reverse("review_bulk"), told).content.decode()
    assert "Why it stays as it is" in html
    client.post(reverse("review_begin"))
    assert ReviewItem.objects.count() == count
    for each in ReviewItem.objects.all():
        review_actions.decline(actor=boss, item=each, why="Too early", now=clock.now())
    review = item.review
    client.post(reverse("review_close", args=[review.pk]))
    assert "The last review was closed on" in get(client, "review")
    monkeypatch.setattr(clock, "today", lambda: dt.date(2027, 4, 1))
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2027, 4, 1, 9, 0, tzinfo=dt.UTC))
    assert "The review of the whole base has been due since" in get(client, "portfolio")
    assert "has been due since" in get(client, "review")


def test_what_a_segment_expects_is_written_down(client, boss, helios):
    client.force_login(boss)
    assert client.get(reverse("segment", args=["nonsense"])).status_code == 404
    client.post(reverse("segment", args=["C"]), {"text": "Quick answers"})
    assert "Quick answers" in get(client, "review")


def test_lists_cost_the_same_with_one_row_and_three(client, boss, helios, now):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(boss)

    def count(name: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            get(client, name)
        return len(seen)

    def write(number: str) -> None:
        references.write_reference(
            actor=boss,
            account=Account.objects.get(number=number),
            story="S",
            may_name=True,
            on=TODAY,
            now=now,
        )

    write("H-1")
    review = review_actions.begin(actor=boss, now=now)
    review.items.exclude(account=helios).delete()
    count("references")
    first = {name: count(name) for name in ("references", "review")}
    for number in ("N-1", "N-2"):
        write(number)
        ReviewItem.objects.create(review=review, account=Account.objects.get(number=number), change="watch")
    assert {name: count(name) for name in first} == first
