"""The pages of potential. Sofia looks after Helios; what lies at Foreign, out of her reach, holds a word: quartz."""

# Fixtures are taken from the tests of the room: their names come back as parameters.
# ruff: noqa: F811, F401

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from decimal import Decimal
from html import unescape

import pytest
from django.urls import reverse

from kamerton.accounts.models import Account
from kamerton.core import clock, undo
from kamerton.portfolio.actions import opportunities, potential, snapshots
from kamerton.portfolio.models import Division, Estimate, Opportunity, Sheet, WhyNot
from kamerton.signals.actions.evaluate import evaluate
from kamerton.signals.models import Signal
from kamerton.work.models import Task
from tests.accounts.conftest import NOW, house
from tests.ledger.conftest import incoming
from tests.ledger.factories import Sale
from tests.portfolio.conftest import filled

pytestmark = pytest.mark.django_db
DAY = NOW.date()


@pytest.fixture(autouse=True)
def _today():
    with clock.set_to(NOW):
        yield


def say(actor, account, family, short, division=None, **more) -> Estimate:
    told = {
        "short": Decimal(short),
        "source_kind": "contact",
        "source": "their buyer",
        "confidence": "likely",
        **more,
    }
    return potential.estimate(
        actor=actor, account=account, family=family, division=division, opened={}, submitted=told, now=NOW
    )


def chance(actor, account, family="Cables", title="Cables for line 5", **more) -> Opportunity:
    values = {"family": family, "title": title, "amount": Decimal(5000), "owner": actor,
              "expected_on": dt.date(2026, 9, 1)} | more  # fmt: skip
    return opportunities.add(actor=actor, account=account, values=values, now=NOW)


@pytest.fixture
def ledger(house, filled, administrator):
    """Helios buys cables and tools, Foreign quartz beside them; eight others buy all three."""
    sales = [Sale(account="H-1", product="Cables", amount="2000.00", document="h1"),
             Sale(account="H-1", product="Cables", amount="1600.00", document="h0", date="2024-04-10"),
             Sale(account="H-1", product="Tools", amount="500.00", document="h2"),
             Sale(account="F-1", product="Cables", amount="9000.00", document="f1")]  # fmt: skip
    for at in range(8):
        for family, amount in (("Cables", "1000.00"), ("Tools", "300.00"), ("Lubricants", "700.00")):
            sales.append(Sale(account=f"O{at}", product=family, amount=amount, document=f"o{at}{family}"))
    filled(sales)
    snapshots.take_snapshot(actor=administrator, now=NOW)
    house.helios.refresh_from_db()
    return house


@pytest.fixture
def told(ledger):
    """Needs of Helios, and what Sofia must never meet."""
    house = ledger
    say(house.sofia, house.helios, "Cables", 10_000, competitor="Norvane", competitors=Decimal(6000))
    chance(house.sofia, house.helios)
    plant = potential.add_division(actor=house.petra, account=house.foreign, name="Quartz plant", now=NOW)
    say(house.petra, house.foreign, "Quartz family", 999_999, competitor="Quartz rival")
    say(house.petra, house.foreign, "Cables", 50_000, division=plant, source="quartz source")
    chance(house.petra, house.foreign, title="Quartz chance")
    potential.close_cell(
        actor=house.petra, account=house.foreign, family="Tools", reason="quartz reason", now=NOW
    )
    Account.objects.filter(pk=house.foreign.pk).update(name="Quartz Works")
    return house


def page(client, who, name, *args, status=200, **query):
    client.force_login(who)
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == status, answer.content.decode()[:2000]
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return unescape(body.decode()).replace("\xa0", " ")


def send(client, who, to, *args, query="", values=None, **more):
    client.force_login(who)
    return client.post(reverse(to, args=args) + query, {**(values or {}), **more})


def hidden(form: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', form)[1]


# --- reach ------------------------------------------------------------------------------------------------

PLACES = [
    ("potential", [], {}),
    ("potentials", [], {}),
    ("potentials_export", ["csv"], {}),
    ("gaps", [], {}),
    ("gaps", [], {"q": "quartz"}),
    ("gaps", [], {"list": "idle"}),
    ("gaps_export", ["csv"], {}),
    ("opportunities", [], {}),
    ("opportunities", [], {"q": "quartz"}),
    ("opportunities_export", ["csv"], {}),
    ("account_potential", ["H-1"], {}),
    ("potential_cell", ["H-1"], {"family": "Lubricants"}),
    ("potential_rule", ["similar_accounts", "H-1"], {}),
]


@pytest.mark.parametrize(("name", "args", "query"), PLACES)
def test_nothing_out_of_reach_is_shown_counted_or_taken_out(client, told, name, args, query):
    text = page(client, told.sofia, name, *args, **query).lower()
    assert "quartz" not in text.replace('value="quartz"', "").replace("q=quartz", "")
    assert "999" not in re.sub(r"[a-z0-9+/_=-]{40,}", "", text)


@pytest.mark.parametrize(
    ("name", "args"),
    [("account_potential", []), ("potential_cell", []), ("potential_history", []), ("potential_estimate", []),
     ("potential_sheet", []), ("potential_why_not", []), ("opportunity_new", []), ("division_new", []),
     ("potential_rule", ["need"])],
)  # fmt: skip
def test_another_account_is_404(client, told, name, args):
    page(client, told.sofia, name, *args, "F-1", status=404, family="Cables")


def test_rows_of_another_account_are_404(client, told):
    chance = Opportunity.objects.get(title="Quartz chance")
    page(client, told.sofia, "opportunity", chance.pk, status=404)
    page(client, told.sofia, "opportunity_edit", chance.pk, status=404)
    for name, row in (("why_not_end", WhyNot.objects.get()), ("division_remove", Division.objects.get())):
        assert send(client, told.sofia, name, row.pk).status_code == 404
    assert (WhyNot.objects.get().ended_at, Division.objects.count()) == (None, 1)
    page(client, told.sofia, "account_potential", "H-1", division=Division.objects.get().pk, status=404)


def test_a_reader_sees_all_of_it_and_changes_nothing(client, told):
    text = page(client, told.rosa, "potential")
    assert "Quartz Works" in text
    text = page(client, told.rosa, "account_potential", "H-1")
    assert "Estimate the need" not in text
    assert "data-inline" not in text
    assert (
        send(client, told.rosa, "potential_field", "H-1", query="?family=Cables", short=1).status_code == 403
    )


# --- the tab ----------------------------------------------------------------------------------------------


def test_the_tab_says_what_of_the_wallet_is_ours(client, told):
    text = page(client, told.sofia, "account_potential", "H-1")
    assert "We sell €2.00 k of the €10.0 k that this account needs a year: 20 % of its wallet." in text
    assert "The largest gap is Cables, €8.00 k, where Norvane sells." in text
    assert "All estimates look at the next 12 months only." in text
    assert "+25 %" in text  # against the year before
    assert "8 of 9 similar buy it" in text
    assert "Oldest estimate: 2 March 2026" in text


def test_a_family_that_similar_accounts_buy_opens_with_its_reason(client, told):
    text = page(client, told.sofia, "potential_cell", "H-1", family="Lubricants")
    assert "8 of 9 similar accounts buy Lubricants, this one hardly or not at all." in text
    assert "They spend about €700 a year on it; at the size of this account that would be about €875." in text
    assert "Among them" not in text  # none of them is in Sofia's reach
    assert "amount=875.00" in text


def test_who_reaches_all_is_told_who_is_similar(client, told):
    assert "Among them: Quartz Works, O0, O1" in page(
        client, told.dario, "potential_cell", "H-1", family="Lubricants"
    )


@pytest.mark.parametrize("figure", ["need", "share_of_wallet", "gap", "expected_income", "similar_accounts"])
def test_every_figure_opens_its_rule(client, told, figure):
    text = page(client, told.sofia, "potential_rule", figure, "H-1")
    assert "How it is worked out" in text
    assert "Sales as of" in text


def test_the_rule_of_a_cell_has_its_numbers(client, told):
    text = page(client, told.sofia, "potential_rule", "gap", "H-1", family="Cables")
    for figure in ("€10,000.00", "€2,000.00", "€1,600.00", "€6,000.00", "20.00 %", "€8,000.00"):
        assert figure in text


def test_an_account_without_sales_or_estimates_says_what_to_do(client, house):
    text = page(client, house.sofia, "account_potential", "H-1")
    assert "Nothing is known of what they need" in text
    assert "Estimate the need by a template" in text
    assert "No need is estimated yet" in page(client, house.sofia, "potential")


def test_subsidiaries_stand_below_as_far_as_they_are_in_reach(client, told):
    Account.objects.create(number="S-1", name="Quartz Sub", parent=told.helios, created_at=NOW)
    assert "Quartz" not in page(client, told.sofia, "account_potential", "H-1")
    text = page(client, told.dario, "account_potential", "H-1")
    assert "Companies of the group" in text
    assert "Quartz Sub" in text


def test_divisions_stand_beside_the_whole(client, told):
    plant = potential.add_division(actor=told.sofia, account=told.helios, name="Plant North", now=NOW)
    say(told.sofia, told.helios, "Cables", 4000, division=plant, ours_typed=Decimal(1500))
    text = page(client, told.sofia, "account_potential", "H-1")
    assert "Families and divisions" in text
    assert "ours 1,500" in text
    own = page(client, told.sofia, "account_potential", "H-1", division=plant.pk)
    assert "2,500" in own  # the gap of the plant


def test_two_days_are_compared(client, told):
    say(told.sofia, told.helios, "Tools", 300, dated=dt.date(2025, 1, 1))
    say(told.sofia, told.helios, "Tools", 450)
    text = page(client, told.sofia, "potential_history", "H-1", on="2025-06-01")
    assert "On 1 June 2025 the need of a year was estimated at €300, today at €10.5 k." in text
    assert "+50 %" in text
    assert "On 2 March 2025 the need of a year was estimated at €300" in page(
        client, told.sofia, "potential_history", "H-1", on="nonsense"
    )


# --- writing ----------------------------------------------------------------------------------------------


def test_an_opportunity_stands_in_the_timeline_of_its_account(client, told):
    text = page(client, told.sofia, "account_timeline", "H-1")
    assert "Opportunity: Cables for line 5" in text
    assert "Quartz" not in text


def test_a_figure_is_changed_where_it_stands(client, told):
    form = page(client, told.sofia, "potential_field", "H-1", family="Tools")
    answer = send(client, told.sofia, "potential_field", "H-1", query="?family=Tools", short="1200",
                  version=hidden(form, "version"))  # fmt: skip
    assert answer.status_code == 302
    row = Estimate.objects.current().get(family="Tools")
    assert (row.short, row.confidence, row.created_by) == (Decimal(1200), "assumed", told.sofia)


def test_what_follows_from_a_figure_is_sent_along(client, told):
    form = page(client, told.sofia, "potential_field", "H-1", family="Cables")
    answer = client.post(
        reverse("potential_field", args=["H-1"]) + "?family=Cables",
        {"short": "4000", "version": hidden(form, "version")},
        headers={"HX-Request": "true"},
    )
    text = unescape(answer.content.decode()).replace("\xa0", " ")
    assert text.count('hx-swap-oob="true"') == 3
    assert "50 %" in text
    assert "€2.00 k" in text


@pytest.mark.parametrize(("short", "sentence"), [("-5", "A need cannot be negative"), ("abc", "Enter a number"),
                                                 ("", "says how much is needed")])  # fmt: skip
def test_wrong_figures_are_refused_and_stay_in_the_field(client, told, short, sentence):
    form = page(client, told.sofia, "potential_field", "H-1", family="Tools")
    answer = send(client, told.sofia, "potential_field", "H-1", query="?family=Tools", short=short,
                  version=hidden(form, "version"))  # fmt: skip
    assert answer.status_code == 422
    text = unescape(answer.content.decode())
    assert sentence in text
    assert not short or f'value="{short}"' in text
    assert not Estimate.objects.filter(family="Tools").exists()


def test_two_writers_see_one_anothers_figure(client, told):
    form = page(client, told.sofia, "potential_field", "H-1", family="Tools")
    say(told.ivo, told.helios, "Tools", 900)
    query = "?family=Tools"
    answer = send(
        client,
        told.sofia,
        "potential_field",
        "H-1",
        query=query,
        short="1200",
        version=hidden(form, "version"),
    )
    assert answer.status_code == 409
    text = unescape(answer.content.decode())
    assert "Ivo Lind" in text or "900" in text
    again = send(
        client,
        told.sofia,
        "potential_field",
        "H-1",
        query=query,
        short="1200",
        version=hidden(text, "version"),
    )
    assert again.status_code == 302
    assert Estimate.objects.current().get(family="Tools").short == Decimal(1200)


def estimate_form(**more):
    return {"years_0": "1000", "years_1": "1100", "years_2": "", "years_3": "", "years_4": "", "competitor": "Norvane",
            "satisfiable": "80", "dated": "2026-03-01", "confidence": "likely", "source_kind": "contact",
            "source": "buyer"} | more  # fmt: skip


def test_a_whole_estimate_is_written_and_undone(client, told):
    form = page(client, told.sofia, "potential_estimate", "H-1", family="Tools")
    answer = send(client, told.sofia, "potential_estimate", "H-1", query="?family=Tools",
                  **estimate_form(version=hidden(form, "version")))  # fmt: skip
    assert answer.status_code == 302, answer.content.decode()
    row = Estimate.objects.current().get(family="Tools")
    assert (row.years, row.satisfiable, row.source, row.long) == (
        "1000.00 1100.00",
        80,
        "buyer",
        Decimal(2100),
    )
    shown = page(client, told.sofia, "account_potential", "H-1")
    token = re.search(r"/undo/([^/]+)/", shown)[1]
    undo.take_back(actor=told.sofia, token=token, now=NOW)
    assert not Estimate.objects.filter(family="Tools").exists()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [({"years_1": "", "years_2": "5"}, "without leaving one out"), ({"years_0": ""}, "without leaving one out"),
     ({"years_0": "-1"}, "A need cannot be negative"), ({"satisfiable": "101"}, "less than or equal to 100"),
     ({"dated": "2026-03-09"}, "after today")],
)  # fmt: skip
def test_a_wrong_estimate_is_refused_with_what_was_entered(client, told, values, sentence):
    form = page(client, told.sofia, "potential_estimate", "H-1", family="Tools")
    answer = send(client, told.sofia, "potential_estimate", "H-1", query="?family=Tools",
                  **estimate_form(version=hidden(form, "version"), **values))  # fmt: skip
    text = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert sentence in text
    assert 'value="Norvane"' in text


def sheet_lines(*lines, total=None):
    told = {"lines-TOTAL_FORMS": str(total or len(lines)), "lines-INITIAL_FORMS": "0"}
    for at, line in enumerate(lines):
        told |= {f"lines-{at}-{name}": value for name, value in line.items()}
    return told


HEAD = {
    "stands_on": "0",
    "dated": "2026-03-01",
    "confidence": "likely",
    "source_kind": "",
    "source": "",
    "note": "",
}


@pytest.mark.requirement("POT-02")
def test_the_construction_sheet_needs_volumes_times_norm(client, ledger):
    lines = sheet_lines(
        {"family": "Cables", "norm": "12.5", "hand_over_norm": ""},
        {"family": "Tools", "norm": "", "hand_over_norm": ""},
    )
    values = {**HEAD, **lines, "volume_1": "1000", "volume_2": "2000", "volume_3": "1500", "unit": "m²"}
    answer = send(client, ledger.sofia, "potential_sheet", "H-1", query="?template=construction", **values)
    assert answer.status_code == 302, answer.content.decode()
    (row,) = Estimate.objects.all()
    assert (row.family, row.years) == ("Cables", "12500.00 25000.00 18750.00")
    again = page(client, ledger.sofia, "potential_sheet", "H-1", template="construction")
    assert "Filled in as on 2 March 2026" in again
    assert 'value="12.5"' in again


@pytest.mark.requirement("POT-03")
def test_modernisation_on_the_sheet_changes_only_the_future_figure(client, ledger):
    now = {
        "kind": "equipment",
        "what": "Presses",
        "family": "Lubricants",
        "count": "6",
        "need": "500",
        "from_year": "1",
    }
    later = {**now, "kind": "modernisation", "from_year": "3"}
    for lines in ((now,), (now, later)):
        stands_on = str(Estimate.objects.order_by("-pk").values_list("pk", flat=True).first() or 0)
        answer = send(client, ledger.sofia, "potential_sheet", "H-1", query="?template=manufacturing",
                      **{**HEAD, **sheet_lines(*lines), "years": "5", "stands_on": stands_on})  # fmt: skip
        assert answer.status_code == 302, answer.content.decode()
    before, after = Estimate.objects.order_by("pk")
    assert (before.short, after.short) == (Decimal(3000), Decimal(3000))
    assert (before.long, after.long) == (Decimal(15000), Decimal(24000))


def test_a_wrong_sheet_says_why_and_keeps_everything(client, ledger):
    line = {"family": "Cables", "now": "-1000", "growth": "5"}
    answer = send(client, ledger.sofia, "potential_sheet", "H-1", query="?template=free",
                  **{**HEAD, **sheet_lines(line), "years": "5"})  # fmt: skip
    text = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "A need cannot be negative" in text
    assert 'value="-1000"' in text
    assert not Sheet.objects.exists()


def test_more_lines_keep_what_was_entered(client, ledger):
    line = {"family": "Cables", "now": "1000", "growth": "5"}
    answer = send(client, ledger.sofia, "potential_sheet", "H-1", query="?template=free",
                  **{**HEAD, **sheet_lines(line), "years": "5", "more": "1"})  # fmt: skip
    text = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="1000"' in text
    assert 'name="lines-3-now"' in text
    assert not Sheet.objects.exists()


def test_a_sheet_stops_where_somebody_was_quicker_and_goes_through_the_second_time(client, ledger):
    say(ledger.ivo, ledger.helios, "Cables", 900)
    values = {**HEAD, **sheet_lines({"family": "Cables", "now": "1000", "growth": ""}), "years": "1"}
    answer = send(client, ledger.sofia, "potential_sheet", "H-1", query="?template=free", **values)
    text = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "Ivo Lind has estimated Cables since you opened this" in text
    values["stands_on"] = hidden(text, "stands_on")
    assert (
        send(client, ledger.sofia, "potential_sheet", "H-1", query="?template=free", **values).status_code
        == 302
    )
    assert Estimate.objects.current().get().short == Decimal(1000)


def test_an_empty_cell_becomes_an_opportunity_with_its_task(client, ledger):
    form = page(client, ledger.sofia, "opportunity_new", "H-1", family="Lubricants", amount="875.00")
    assert 'value="875.00"' in form
    answer = send(client, ledger.sofia, "opportunity_new", "H-1", title="Oil for line 4", family="Lubricants",
                  amount="875", expected_on="2026-06-01", owner=ledger.sofia.pk, stage="found", step="Ask for samples",
                  step_due_on="2026-03-10", note="", division="")  # fmt: skip
    assert answer.status_code == 302, answer.content.decode()
    row = Opportunity.objects.get()
    assert (row.family, row.amount, row.owner) == ("Lubricants", Decimal(875), ledger.sofia)
    assert Task.objects.filter(title="Ask for samples").count() == 1  # beside those of the plan against loss
    assert "Ask for samples" in page(client, ledger.sofia, "opportunity", row.pk)
    assert "Oil for line 4" in page(client, ledger.sofia, "account_potential", "H-1")


def test_an_opportunity_is_changed_and_a_lost_one_says_why(client, told):
    row = Opportunity.objects.get(title="Cables for line 5")
    form = page(client, told.sofia, "opportunity_edit", row.pk)
    values = {"title": row.title, "family": row.family, "amount": "6000", "expected_on": "2026-09-01",
              "owner": told.sofia.pk, "stage": "lost", "note": "", "division": "", "outcome": "",
              "version": hidden(form, "version")}  # fmt: skip
    answer = send(client, told.sofia, "opportunity_edit", row.pk, **values)
    assert (answer.status_code, b"says why it was lost" in answer.content) == (422, True)
    assert (
        send(client, told.sofia, "opportunity_edit", row.pk, **values | {"outcome": "price"}).status_code
        == 302
    )
    row.refresh_from_db()
    assert (row.stage, row.amount, row.outcome) == ("lost", Decimal(6000), "price")


@pytest.mark.requirement("TEAM-05")
def test_a_second_offer_of_the_same_family_warns_at_once_and_is_a_signal_until_settled(client, told):
    """What others offer elsewhere is not told of: the quartz chance is of the same family at another account."""
    chance(told.dario, told.helios, family="Tools", title="Tools for the yard")
    values = {"title": "Cables for the roof", "family": "Cables", "amount": "10", "expected_on": "2026-06-01",
              "owner": told.ivo.pk, "stage": "offered", "note": "", "division": ""}  # fmt: skip
    assert send(client, told.ivo, "opportunity_new", "H-1", values=values, step="").status_code == 302
    shown = page(client, told.ivo, "account_potential", "H-1")
    warning = (
        "Sofia Lind already has something open for Cables here: Cables for line 5. Agree who offers what."
    )
    assert warning in shown
    assert "Quartz" not in shown
    first, second = (Opportunity.objects.get(title=f"Cables for {what}") for what in ("line 5", "the roof"))
    assert "Cables for line 5" in page(client, told.ivo, "opportunity", second.pk)
    evaluate(now=NOW)
    signal = Signal.objects.get(rule="offers_overlap")
    assert (signal.account, signal.about, signal.closed_at) == (
        told.helios,
        f"portfolio.opportunity:{first.pk}",
        None,
    )

    opportunities.move(actor=told.ivo, opportunity=second, stage="lost", outcome="Sofia’s", now=NOW)
    evaluate(now=NOW, accounts=[told.helios.pk])
    signal.refresh_from_db()
    assert signal.closed_why == "gone"
    chance(told.sofia, told.helios, title="Cables for the canteen")
    evaluate(now=NOW)
    assert Signal.objects.filter(rule="offers_overlap", closed_at=None).count() == 0


def test_many_move_to_a_stage_at_once_and_back(client, told):
    row = Opportunity.objects.get(title="Cables for line 5")
    foreign = Opportunity.objects.get(title="Quartz chance")
    picked = {"action": "stage", "pick": [row.pk, foreign.pk]}
    assert b"outcome" in send(client, told.sofia, "opportunities_bulk", values=picked).content
    values = picked | {"step": "2", "stage": "offered", "outcome": "", "once": "x"}
    answer = send(client, told.sofia, "opportunities_bulk", values=values)
    assert answer.status_code == 302, answer.content.decode()
    row.refresh_from_db()
    foreign.refresh_from_db()
    assert (row.stage, foreign.stage) == ("offered", "found")
    token = re.search(r"/undo/([^/]+)/", page(client, told.sofia, "opportunities"))[1]
    undo.take_back(actor=told.sofia, token=token, now=NOW)
    row.refresh_from_db()
    assert row.stage == "found"


def test_moving_back_stops_where_somebody_has_moved_it_since(client, told):
    row = Opportunity.objects.get(title="Cables for line 5")
    values = {
        "action": "stage",
        "pick": [row.pk],
        "step": "2",
        "stage": "offered",
        "outcome": "",
        "once": "x",
    }
    send(client, told.sofia, "opportunities_bulk", values=values)
    token = re.search(r"/undo/([^/]+)/", page(client, told.sofia, "opportunities"))[1]
    opportunities.move(actor=told.dario, opportunity=row, stage="won", outcome="Signed", now=NOW)
    with pytest.raises(undo.CannotUndo, match="Somebody has worked on"):
        undo.take_back(actor=told.sofia, token=token, now=NOW)
    row.refresh_from_db()
    assert (row.stage, row.outcome) == ("won", "Signed")


def test_a_cell_is_closed_with_a_note_and_opened_again(client, told):
    answer = send(
        client, told.sofia, "potential_why_not", "H-1", query="?family=Tools", reason="They make them"
    )
    assert answer.status_code == 302
    assert "They make them" in page(client, told.sofia, "account_potential", "H-1")
    row = WhyNot.objects.get(family="Tools", account=told.helios)
    assert send(client, told.sofia, "why_not_end", row.pk).status_code == 302
    assert "They make them" not in page(client, told.sofia, "account_potential", "H-1")


def test_divisions_are_added_renamed_and_removed(client, told):
    assert send(client, told.sofia, "division_new", "H-1", values={"name": "North"}).status_code == 302
    row = Division.objects.get(account=told.helios)
    form = page(client, told.sofia, "division_edit", row.pk)
    answer = send(
        client,
        told.sofia,
        "division_edit",
        row.pk,
        values={"name": "South", "version": hidden(form, "version")},
    )
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.name == "South"
    assert send(client, told.sofia, "division_remove", row.pk).status_code == 302
    assert not Division.objects.filter(account=told.helios).exists()


# --- lists ------------------------------------------------------------------------------------------------


@pytest.mark.requirement("POT-04")
def test_the_list_ranks_by_expected_income_whatever_the_size(client, told):
    """Foreign buys four times as much of us; Helios needs more that we can satisfy."""
    say(told.sofia, told.helios, "Cables", 9_000_000)
    names = re.findall(r'<th scope="row"[^>]*><a[^>]*>([^<]+)', page(client, told.dario, "potentials"))
    assert names == ["Helios Tarvia", "Quartz Works"]
    Account.objects.filter(pk=told.foreign.pk).update(
        description="Famous the world over", legal_name="Quartz Holding"
    )
    assert (
        re.findall(r'<th scope="row"[^>]*><a[^>]*>([^<]+)', page(client, told.dario, "potentials")) == names
    )


def test_files_hold_the_figures(client, told):
    rows = list(csv.DictReader(io.StringIO(page(client, told.sofia, "gaps_export", "csv").lstrip("\ufeff"))))
    assert [(row["Family"], row["Account"], Decimal(row["Gap"])) for row in rows] == [
        ("Cables", "Helios Tarvia", 8000)
    ]


def test_gaps_without_anything_under_way(client, told):
    say(told.sofia, told.helios, "Tools", 5000)
    text = page(client, told.sofia, "gaps", list="idle")
    assert ">Tools<" in text
    assert ">Cables<" not in text


@pytest.mark.parametrize("name", ["potentials", "gaps", "opportunities", "potential"])
def test_a_list_costs_the_same_with_one_row_and_with_three(client, told, name, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(told.sofia)
    client.get(reverse(name))
    with CaptureQueriesContext(connection) as first:
        client.get(reverse(name))
    for family in ("Tools", "Fasteners"):
        say(told.sofia, told.helios, family, 5000)
        chance(told.sofia, told.helios, family=family, title=f"{family} chance")
    with django_assert_num_queries(len(first)):
        client.get(reverse(name))


def test_what_was_closed_is_suggested_no_more(client, told):
    assert "What similar accounts buy" in page(client, told.sofia, "potential")
    potential.close_cell(actor=told.sofia, account=told.helios, family="Lubricants", reason="no", now=NOW)
    assert "What similar accounts buy" not in page(client, told.sofia, "potential")


def test_the_tab_costs_the_same_with_one_estimate_and_with_three(client, told, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(told.sofia)
    url = reverse("account_potential", args=["H-1"])
    client.get(url)
    with CaptureQueriesContext(connection) as first:
        client.get(url)
    for family in ("Tools", "Lubricants"):
        say(told.sofia, told.helios, family, 5000)
        chance(told.sofia, told.helios, family=family, title=f"{family} chance")
        potential.close_cell(
            actor=told.sofia, account=told.helios, family=f"{family} II", reason="no", now=NOW
        )
    with django_assert_num_queries(len(first)):
        client.get(url)


def test_the_overview_shows_white_space_and_pipeline(client, told):
    text = page(client, told.sofia, "potential")
    assert "1 account is estimated: we sell €2.00 k of the €10.0 k that it needs a year, 20 %." in text
    assert "White space" in text
    assert "What similar accounts buy" in text
    assert "8 of 9" in text
    assert "Cables for line 5" in text
    assert "Helios Tarvia, Lubricants: nothing" in text
