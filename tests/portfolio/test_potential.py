"""What we sell comes from the snapshot, needs are statements with a history, wallets follow both."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from kamerton.access.models import User
from kamerton.access.policy import Forbidden
from kamerton.accounts.actions import merging
from kamerton.accounts.models import Account, Coverage, Industry
from kamerton.core import undo
from kamerton.core.concurrency import Conflict, plain
from kamerton.core.models import AuditEntry
from kamerton.core.refused import Refused
from kamerton.ledger.engine import open_ledger
from kamerton.portfolio import potential_queries as asked
from kamerton.portfolio import queries
from kamerton.portfolio.actions import opportunities, potential, snapshots, wallets
from kamerton.portfolio.models import AccountFigure, Division, Estimate, Opportunity, Sheet, Wallet, WhyNot
from kamerton.work.models import Task
from tests.ledger.factories import Sale

pytestmark = pytest.mark.django_db


def told(short, **more) -> dict:
    return {"short": Decimal(short), **more}


@pytest.fixture
def book(filled, administrator, now):
    filled()
    return snapshots.take_snapshot(actor=administrator, now=now)


@pytest.fixture
def acme(company, now) -> Account:
    return Account.objects.create(number="X-1", name="Acme", created_at=now)


@pytest.fixture
def say(administrator, now):
    def say(account, family, short, division=None, at=now, opened=None, **more) -> Estimate:
        return potential.estimate(
            actor=administrator, account=account, family=family, division=division, opened=opened or {},
            submitted=told(short, **more), now=at,
        )  # fmt: skip

    return say


# --- what we sell -----------------------------------------------------------------------------------------


def test_the_snapshot_keeps_what_each_account_buys_of_each_family(book):
    snapshot = queries.latest_snapshot()
    found = asked.ground(["A00", "A11"], snapshot)
    assert set(found.families) == {"P0", "P1", "P2", "P3", ""}
    assert set(found.bought["A00"]) == {"P0"}
    row = AccountFigure.objects.get(snapshot=snapshot, account="A00")
    assert found.now("A00", "P0") == row.window_turnover
    assert found.before("A00", "P0") == row.previous_turnover
    assert (found.now("A11", "P3"), found.before("A11", "P3") > 0) == (Decimal(0), True)
    assert found.has_cost
    assert 0.5 < found.margins["P0"] < 0.62


def test_families_are_categories_then_names_then_products_and_the_rest_is_together(
    filled, administrator, now, monkeypatch
):
    from kamerton.analytics import families

    monkeypatch.setattr(families, "KEPT", 2)
    filled([Sale(product=f"P{at}", amount=f"{100 - at}.00", document=f"D{at}") for at in range(4)]
           + [Sale(product=None, amount="7.00", document="E")])  # fmt: skip
    with open_ledger() as (_connection, lines):
        first = families.families(lines, dt.date(2025, 5, 10))
        named = families.families(
            lines.mutate(category=(lines["product"] == "P1").ifelse("Cables", None)), dt.date(2025, 5, 10)
        )
    assert first.names == ("P0", "P1", "")
    assert families.encoded(first) == {"A1": "[[0,10000,0],[1,9900,0],[2,20200,0]]"}
    assert named.names == ("P0", "Cables", "")


def test_without_a_ledger_nothing_is_known_to_be_ours(acme, say):
    say(acme, "Cables", 1000)
    wallet = Wallet.objects.get()
    assert (wallet.short, wallet.ours, wallet.gap, wallet.share, wallet.figures_as_of) == (
        1000,
        0,
        1000,
        0.0,
        None,
    )
    assert asked.matrix(acme, asked.ground(["X-1"]), None).families == ("Cables",)


# --- estimates --------------------------------------------------------------------------------------------


def test_a_later_estimate_takes_the_place_and_the_earlier_one_stays(acme, say, administrator, now):
    first = say(acme, "Cables", 1000, dated=dt.date(2025, 6, 1), confidence="likely", source="their buyer",
                source_kind="contact", competitor="Norvane")  # fmt: skip
    second = say(acme, "Cables", 1200)
    rows = list(Estimate.objects.order_by("pk"))
    assert [(row.pk, row.is_current) for row in rows] == [(first.pk, False), (second.pk, True)]
    assert (second.competitor, second.source, second.confidence, second.dated) == (
        "Norvane", "", "assumed", now.date(),
    )  # fmt: skip
    assert second.created_by == administrator
    on = dt.date(2025, 12, 31)
    assert [row.short for row in asked.estimates_on(acme, on).values()] == [Decimal(1000)]
    assert asked.needs_on(acme, now.date())["Cables"].years == (Decimal(1200),)
    assert asked.needs_on(acme, dt.date(2025, 1, 1)) == {}
    entry = AuditEntry.objects.filter(action="portfolio.estimate").latest("pk")
    assert (entry.before["years"], entry.after["years"], entry.account_id) == ("1000.00", "1200.00", acme.pk)


def test_the_next_year_alone_leaves_the_later_ones(acme, say):
    say(acme, "Cables", 0, years="100.00 200.00 300.00")
    assert say(acme, "Cables", 150).years == "150.00 200.00 300.00"


def test_saying_the_same_again_writes_nothing(acme, say):
    first = say(acme, "Cables", 1000)
    assert say(acme, "Cables", 1000, opened={"short": "1000"}) == first
    assert Estimate.objects.count() == 1


def test_two_writers_of_one_cell_lose_nothing(acme, say):
    """Both opened the empty cell; the second sees the first's figure."""
    say(acme, "Cables", 1000, opened={"short": None})
    with pytest.raises(Conflict) as conflict:
        say(acme, "Cables", 800, opened={"short": None})
    (difference,) = conflict.value.differences
    assert (difference.mine, difference.theirs) == (Decimal(800), Decimal(1000))
    kept = say(acme, "Cables", 800, opened={"short": plain(Decimal(1000))})
    assert (kept.short, Estimate.objects.current().count()) == (Decimal(800), 1)


def test_two_who_change_different_fields_are_merged(acme, say, administrator, now):
    say(acme, "Cables", 1000)
    for name, value in (("competitor", "Norvane"), ("satisfiable", 60)):
        potential.estimate(
            actor=administrator, account=acme, family="Cables", now=now, submitted={name: value},
            opened={name: plain("" if name == "competitor" else 100)},
        )  # fmt: skip
    row = Estimate.objects.current().get()
    assert (row.competitor, row.satisfiable, row.short) == ("Norvane", 60, Decimal(1000))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"short": Decimal(-1)}, "A need cannot be negative"),
        ({"short": Decimal(1), "competitors": Decimal(-5)}, "cannot be negative"),
        ({"short": Decimal(1), "price": Decimal(-5)}, "cannot be negative"),
        ({"short": Decimal(1), "years": "1.00 -2.00"}, "cannot be negative"),
        ({"short": None}, "says how much is needed"),
        ({"short": Decimal(1), "satisfiable": 101}, "from 0 to 100 %"),
        ({"short": Decimal(1), "dated": dt.date(2026, 3, 3)}, "after today"),
        ({"short": Decimal(10) ** 14}, "more than any company needs"),
        ({"years": "1 2 3 4 5 6 7 8 9"}, "8 years"),
    ],
)
def test_wrong_figures_are_refused_in_words_and_nothing_changes(acme, administrator, now, values, sentence):
    with pytest.raises(Refused, match=sentence):
        potential.estimate(
            actor=administrator, account=acme, family="Cables", opened={}, submitted=values, now=now
        )
    assert not Estimate.objects.exists()
    assert not Wallet.objects.exists()


def test_a_family_must_be_named(acme, say):
    with pytest.raises(Refused, match="of a product family"):
        say(acme, "  ", 5)
    assert say(acme, " Cables   and wires ", 5).family == "Cables and wires"


def test_undo_puts_back_what_counted_before(acme, say, administrator, now):
    first, second = say(acme, "Cables", 1000), say(acme, "Cables", 2000)
    with pytest.raises(undo.CannotUndo):
        potential._unsay(actor=administrator, parameters={"estimates": [first.pk], "before": []}, now=now)
    potential._unsay(
        actor=administrator, parameters={"estimates": [second.pk], "before": [first.pk]}, now=now
    )
    assert Estimate.objects.current().get() == first
    assert Wallet.objects.get().short == Decimal(1000)


def test_who_only_reads_and_who_is_from_outside_write_nothing(acme, make_user, now):
    outsider = User.objects.create_user("outsider", role="sales_manager", is_external=True)
    Coverage.objects.create(
        account=acme, person=outsider, role="sales", from_date=dt.date(2026, 1, 1), created_at=now
    )
    for actor in (make_user("reader"), make_user("sales_manager"), outsider):
        with pytest.raises(Forbidden):
            potential.estimate(actor=actor, account=acme, family="A", opened={}, submitted=told(1), now=now)
        with pytest.raises(Forbidden):
            potential.close_cell(actor=actor, account=acme, family="A", reason="x", now=now)


# --- wallet -----------------------------------------------------------------------------------------------


@pytest.mark.requirement("POT-05")
def test_the_wallet_of_an_account_need_100_ours_20(filled, administrator, now, say):
    filled([Sale(account="A1", amount="20.00", product="Cables")])
    snapshots.take_snapshot(actor=administrator, now=now)
    account = Account.objects.get(number="A1")
    row = say(account, "Cables", 100, competitors=Decimal(50), competitor="Norvane")
    wallet = Wallet.objects.get(account=account)
    assert (wallet.short, wallet.ours, wallet.competitors) == (Decimal(100), Decimal(20), Decimal(50))
    assert (wallet.gap, wallet.share, wallet.open) == (Decimal(80), 0.2, Decimal(30))
    assert (row.ours_now, row.gap) == (Decimal(20), Decimal(80))


@pytest.mark.requirement("POT-04")
def test_size_fame_and_current_volume_leave_the_rank(filled, administrator, now, say):
    """The famous one buys a hundred times as much and stays second; then it grows and becomes better known."""
    filled([Sale(account="BIG", amount="90000.00", document="1"), Sale(account="SMALL", amount="900.00", document="2"),
            Sale(account="MID", amount="9000.00", document="3")])  # fmt: skip
    snapshots.take_snapshot(actor=administrator, now=now)
    big, small, mid = (Account.objects.get(number=each) for each in ("BIG", "SMALL", "MID"))
    say(big, "P1", 100_000, satisfiable=50)
    say(small, "P1", 80_000)
    say(mid, "P1", 10_000)
    before = list(Wallet.objects.values_list("account__number", "income"))
    assert [number for number, _income in before] == ["SMALL", "BIG", "MID"]
    filled([Sale(account="BIG", amount="9000000.00", cost="5400000.00", document="4")], title="more")
    big.description, big.legal_name = "Famous since 1900, 40,000 people", "Big Holding plc"
    big.save(update_fields=["description", "legal_name"])
    snapshots.take_snapshot(actor=administrator, now=now)
    after = Wallet.objects.values_list("account__number", flat=True)
    assert list(after) == ["SMALL", "BIG", "MID"]
    assert Wallet.objects.get(account=big).ours > Decimal(9_000_000)


def test_what_a_division_buys_is_typed_or_unknown(book, say, administrator, now):
    account = Account.objects.get(number="A00")
    plant = potential.add_division(actor=administrator, account=account, name="Plant North", now=now)
    unknown = say(account, "P0", 100_000, division=plant)
    nothing = say(account, "P1", 500, division=plant)
    assert (unknown.ours_now, unknown.gap, nothing.ours_now, nothing.gap) == (
        None,
        None,
        Decimal(0),
        Decimal(500),
    )
    split = say(account, "P0", 100_000, division=plant, ours_typed=Decimal(30_000))
    assert (split.ours_now, split.gap) == (Decimal(30_000), Decimal(70_000))


def test_a_new_snapshot_renews_the_wallets(book, filled, say, administrator, now):
    account = Account.objects.get(number="A11")
    assert say(account, "P3", 1000).gap == Decimal(1000)
    filled(
        [Sale(account="A11", product="P3", date="2025-12-12", amount="400.00", document="N")], title="later"
    )
    snapshots.take_snapshot(actor=administrator, now=now)
    assert Estimate.objects.get().gap == Decimal(600)
    assert Wallet.objects.get().ours == Decimal(400)
    assert wallets.renew(now=now) == 1


def test_renewing_costs_the_same_for_one_account_and_for_three(book, say, now, django_assert_num_queries):
    say(Account.objects.get(number="A00"), "P0", 10**6)
    with django_assert_num_queries(8):
        wallets.renew(now=now)
    for number in ("A01", "A02"):
        say(Account.objects.get(number=number), "P0", 10**6)
    with django_assert_num_queries(8):
        wallets.renew(now=now)


# --- sheets -----------------------------------------------------------------------------------------------

SHEET = {
    "volumes": ["1000", "2000", "1500"], "hand_overs": ["0", "0", "0"], "unit": "m²", "hand_over_unit": "",
    "lines": [{"family": "Cables", "norm": "10", "hand_over_norm": ""}, {"family": "Tools", "norm": "1", "hand_over_norm": ""}],
}  # fmt: skip


def fill(account, actor, now, **more):
    values = {
        "dated": now.date(),
        "confidence": "likely",
        "source_kind": "interview",
        "source": "site office",
    }
    return potential.fill_sheet(
        actor=actor, account=account, template="construction", inputs=SHEET | more.pop("inputs", {}), values=values,
        now=now, **{"stands_on": 0, **more},
    )  # fmt: skip


def test_a_sheet_estimates_its_families_and_keeps_its_inputs(acme, administrator, now, say):
    before = say(acme, "Cables", 5, competitor="Norvane")
    sheet, replaced = fill(acme, administrator, now, stands_on=before.pk)
    rows = {row.family: row for row in Estimate.objects.current()}
    assert rows["Cables"].years == "10000.00 20000.00 15000.00"
    assert (rows["Cables"].competitor, rows["Cables"].source) == ("Norvane", "site office")
    assert (rows["Tools"].sheet, sheet.inputs, replaced) == (sheet, SHEET, [before.pk])
    wallet = Wallet.objects.get()
    assert (wallet.short, wallet.long, wallet.horizon_years, wallet.near_only) == (11000, 49500, 3, False)
    potential._unsay(
        actor=administrator, now=now,
        parameters={"estimates": [row.pk for row in rows.values()], "before": replaced},
    )  # fmt: skip
    assert Estimate.objects.current().get() == before
    assert not Sheet.objects.exists()


def test_a_sheet_does_not_run_over_what_somebody_estimated_meanwhile(acme, administrator, now, say):
    newer = say(acme, "Cables", 5)
    with pytest.raises(Refused, match="estimated Cables since you opened this"):
        fill(acme, administrator, now, stands_on=newer.pk - 1)
    assert (Estimate.objects.count(), Sheet.objects.count()) == (1, 0)


def test_a_negative_volume_is_refused(acme, administrator, now):
    with pytest.raises(Refused, match="cannot be negative"):
        fill(acme, administrator, now, inputs={"volumes": ["-1", "0", "0"]})
    assert not Sheet.objects.exists()


# --- divisions, notes, opportunities ----------------------------------------------------------------------


def test_a_division_is_named_once_and_goes_only_while_nothing_is_said_of_it(acme, administrator, now, say):
    plant = potential.add_division(actor=administrator, account=acme, name=" Plant  North ", now=now)
    assert plant.name == "Plant North"
    with pytest.raises(Refused, match="that name already"):
        potential.add_division(actor=administrator, account=acme, name="plant north", now=now)
    say(acme, "Cables", 5, division=plant)
    with pytest.raises(Refused, match="Nothing was removed"):
        potential.remove_division(actor=administrator, division=plant, now=now)
    other = potential.add_division(actor=administrator, account=acme, name="South", now=now)
    potential.remove_division(actor=administrator, division=other, now=now)
    assert list(Division.objects.all()) == [plant]


def test_a_division_of_another_account_is_refused(acme, administrator, now, say):
    other = Account.objects.create(number="X-2", name="Other", created_at=now)
    plant = potential.add_division(actor=administrator, account=other, name="North", now=now)
    with pytest.raises(potential.NotThere):
        say(acme, "Cables", 5, division=plant)


def test_a_cell_is_closed_with_a_reason_and_opened_again(acme, administrator, now):
    with pytest.raises(Refused, match="only with a reason"):
        potential.close_cell(actor=administrator, account=acme, family="A", reason=" ", now=now)
    potential.close_cell(
        actor=administrator, account=acme, family="A", reason="They make it themselves", now=now
    )
    second = potential.close_cell(
        actor=administrator, account=acme, family="A", reason="Contract to 2028", now=now
    )
    assert WhyNot.objects.get(ended_at=None) == second
    potential.open_cell(actor=administrator, why_not=second, now=now)
    assert not WhyNot.objects.filter(ended_at=None).exists()


def an_opportunity(acme, actor, now, step="", **more) -> Opportunity:
    values = {"family": "Cables", "title": "Cables for line 5", "amount": Decimal(5000), "owner": actor,
              "expected_on": dt.date(2026, 9, 1)} | more  # fmt: skip
    return opportunities.add(actor=actor, account=acme, values=values, step=step, now=now,
                             step_due_on=dt.date(2026, 3, 9))  # fmt: skip


def test_an_opportunity_opens_its_cell_and_its_next_step_is_a_task(acme, administrator, now):
    note = potential.close_cell(actor=administrator, account=acme, family="Cables", reason="no", now=now)
    row = an_opportunity(acme, administrator, now, step="Ask for the list of lengths")
    note.refresh_from_db()
    task = Task.objects.get()
    assert note.ended_at == now
    assert (task.title, task.account, task.owner, task.origin_ref, task.due_on) == (
        "Ask for the list of lengths", acme, administrator, f"portfolio.opportunity:{row.pk}", dt.date(2026, 3, 9),
    )  # fmt: skip
    parameters = {"opportunity": row.pk, "why_not": note.pk}
    opportunities._unadd(actor=administrator, parameters=parameters, now=now)
    note.refresh_from_db()
    assert (note.ended_at, Task.objects.exists(), Opportunity.objects.exists()) == (None, False, False)


def test_what_somebody_worked_on_is_not_undone(acme, administrator, now):
    row = an_opportunity(acme, administrator, now)
    opportunities.move(actor=administrator, opportunity=row, stage="talking", now=now)
    with pytest.raises(undo.CannotUndo):
        opportunities._unadd(actor=administrator, parameters={"opportunity": row.pk}, now=now)


def test_a_lost_one_says_why_and_an_end_has_its_moment(acme, administrator, now):
    row = an_opportunity(acme, administrator, now)
    with pytest.raises(Refused, match="says why it was lost"):
        opportunities.move(actor=administrator, opportunity=row, stage="lost", now=now)
    lost = opportunities.move(actor=administrator, opportunity=row, stage="lost", outcome="price", now=now)
    assert (lost.ended_at, Opportunity.objects.open().exists()) == (now, False)
    again = opportunities.move(actor=administrator, opportunity=row, stage="offered", now=now)
    assert again.ended_at is None


@pytest.mark.parametrize(
    ("values", "sentence"),
    [({"amount": Decimal(-1)}, "negative"), ({"title": " "}, "what could be won"), ({"family": ""}, "product family"),
     ({"stage": "never"}, "no such stage")],
)  # fmt: skip
def test_wrong_opportunities_are_refused(acme, administrator, now, values, sentence):
    with pytest.raises(Refused, match=sentence):
        an_opportunity(acme, administrator, now, **values)
    assert not Opportunity.objects.exists()


def test_it_belongs_to_somebody_who_sees_figures(acme, administrator, make_user, now):
    with pytest.raises(Refused, match="does not see figures"):
        an_opportunity(acme, administrator, now, owner=make_user("hr"))


# --- similar accounts, evidence ---------------------------------------------------------------------------


@pytest.fixture
def trade(filled, administrator, now):
    """Six that buy cables and tools, and one that buys cables alone; Leaky is out of the KAM's reach."""
    sales = [Sale(account=f"T{at}", product=name, amount="1000.00", document=f"{at}{name}")
             for at in range(6) for name in ("Cables", "Tools")]  # fmt: skip
    filled([*sales, Sale(account="ONE", product="Cables", amount="500.00", document="one")])
    snapshots.take_snapshot(actor=administrator, now=now)
    industry = Industry.objects.create(name="Machines")
    Account.objects.filter(number__in=["ONE", "T0", "T1", "T2", "T3", "T4"]).update(industry=industry)
    Account.objects.filter(number="T5").update(name="Leaky")
    return Account.objects.get(number="ONE")


def test_similar_accounts_tell_what_is_missing_and_name_only_who_is_in_reach(
    trade, administrator, make_user, now
):
    kam = make_user("senior_kam")
    Coverage.objects.create(
        account=trade, person=kam, role="responsible", from_date=dt.date(2026, 1, 1), created_at=now
    )
    Coverage.objects.create(account=Account.objects.get(number="T0"), person=kam, role="sales",
                            from_date=dt.date(2026, 1, 1), created_at=now)  # fmt: skip
    snapshot = queries.latest_snapshot()
    found = asked.compared(trade, kam, snapshot)
    assert (found.peers.why, len(found.peers.places), found.named) == ("industry", 5, ("T0",))
    hint = found.suggestions["Tools"]
    assert (hint.buyers, hint.peers, hint.typical, hint.at_size) == (5, 5, 1000.0, 250.0)
    cells = asked.matrix(trade, asked.ground(["ONE"], snapshot), found)
    assert [(each.family, each.is_white) for each in cells.of(None)] == [("Cables", False), ("Tools", True)]
    assert len(asked.compared(trade, administrator, snapshot).named) == 5


def test_evidence_says_need_share_rank_and_how_old(trade, say, now):
    say(
        trade,
        "Tools",
        4000,
        dated=dt.date(2025, 6, 1),
        confidence="likely",
        source="x",
        source_kind="contact",
    )
    say(Account.objects.get(number="T1"), "Tools", 9000)
    found = asked.evidence([trade.pk], now.date())
    assert set(found) == {trade.pk}
    one = found[trade.pk]
    assert (one.need, one.gap, one.share, one.rank, one.confidence) == (
        Decimal(4000),
        Decimal(4000),
        0.0,
        2,
        "likely",
    )
    assert (one.dated, one.is_stale, one.near_only) == (dt.date(2025, 6, 1), True, True)


def test_needs_follow_a_merge_and_go_back_with_it(book, say, administrator, now):
    """The survivor's own estimate of a family stays; what only the other one has comes along."""
    one, other = Account.objects.get(number="A01"), Account.objects.get(number="A02")
    say(one, "P1", 70_000)
    say(other, "P1", 10_000)
    say(other, "P2", 50_000)
    row = merging.merge(actor=administrator, survivor=one, merged=other, now=now)
    assert {each.family: each.short for each in one.estimates.current()} == {"P1": 70_000, "P2": 50_000}
    assert Wallet.objects.get(account=one).short == 120_000
    merging.part(actor=administrator, merge=row, now=now)
    assert {wallet.account_id: wallet.short for wallet in Wallet.objects.all()} == {
        one.pk: 70_000,
        other.pk: 60_000,
    }


def test_divisions_of_one_name_become_one_and_are_two_again(say, acme, company, administrator, now):
    """What the merged account said of its plant is changed at the survivor's; what both said stays apart."""
    other = Account.objects.create(number="X-2", name="Acme Polska", created_at=now)
    plants = {}
    for account, family in ((acme, "Tools"), (other, "Gloves")):
        plant = potential.add_division(actor=administrator, account=account, name="Plant North", now=now)
        potential.close_cell(
            actor=administrator, account=account, family=family, reason="No", division=plant, now=now
        )
        plants[account.pk] = plant
    values = {"title": "Cables", "amount": Decimal(5), "expected_on": now.date(), "owner": administrator,
              "family": "Cables", "stage": "found", "division": plants[other.pk]}  # fmt: skip
    chance = opportunities.add(actor=administrator, account=other, values=values, now=now)
    row = merging.merge(actor=administrator, survivor=acme, merged=other, now=now)
    opportunities.move(actor=administrator, opportunity=chance, stage="talking", now=now)
    assert set(WhyNot.objects.values_list("account", "division")) == {(acme.pk, plants[acme.pk].pk)}
    merging.part(actor=administrator, merge=row, now=now)
    assert set(WhyNot.objects.values_list("account", "division")) == {
        (account, plant.pk) for account, plant in plants.items()
    }
    say(acme, "Wire", 5, division=plants[acme.pk])
    say(other, "Wire", 7, division=plants[other.pk])
    row = merging.merge(actor=administrator, survivor=acme, merged=other, now=now)
    assert set(acme.divisions.values_list("name", flat=True)) == {"Plant North", "Plant North (X-2)"}
    assert sorted(acme.estimates.current().values_list("short", flat=True)) == [5, 7]
    merging.part(actor=administrator, merge=row, now=now)
    assert set(Estimate.objects.values_list("account", "division")) == {
        (account, plant.pk) for account, plant in plants.items()
    }
    opportunities.move(actor=administrator, opportunity=Opportunity.objects.get(), stage="offered", now=now)
