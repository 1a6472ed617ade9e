"""Risk and health in a snapshot, what the rooms add to them, and the settings that they are made by."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from kamerton.access.models import OrgUnit
from kamerton.accounts.models import Account, Interaction, Tie
from kamerton.analytics.health import Rooms
from kamerton.core.refused import Refused
from kamerton.portfolio import queries
from kamerton.portfolio.actions import profile as profile_actions
from kamerton.portfolio.actions import snapshots
from kamerton.portfolio.actions.health import renew_health
from kamerton.portfolio.models import AccountFigure, AccountSeries, Profile, Snapshot
from kamerton.portfolio.rooms import rooms_on
from kamerton.work.actions import daily
from kamerton.work.models import Request
from tests.accounts.factories import account, contact

pytestmark = pytest.mark.django_db

DAY = dt.date(2025, 12, 13)  # the last line of `filled`


@pytest.fixture
def rows(filled, administrator, now) -> dict[str, AccountFigure]:
    filled()
    snapshot = snapshots.take_snapshot(actor=administrator, now=now)
    return {row.account: row for row in queries.account_figures(snapshot).select_related("series")}


def test_every_account_has_its_risk_or_has_gone_already(rows):
    gone = rows.pop("A11")  # bought nothing for a year
    assert (gone.risk, gone.at_risk, gone.risk_method) == (None, None, "gone")
    assert gone.health == 0
    for row in rows.values():
        assert 0 <= row.risk_lost <= row.risk <= 1
        least = (
            row.risk_lost * float(row.basis_amount) + (row.risk - row.risk_lost) * float(row.basis_amount) / 2
        )
        assert float(row.at_risk) == pytest.approx(least, rel=0.01)


def test_parts_and_weeks_are_kept_with_the_account(rows):
    kept = rows["A03"].series.outlook
    assert set(kept["ledger"]) == {"growth"}  # no returns: absent, not zero
    assert "rooms" not in kept
    assert len(kept["weeks"]) == 26
    assert kept["weeks"][-1] == rows["A03"].health
    assert rows["A03"].health_change == kept["weeks"][-1] - kept["weeks"][-5]
    assert {each["measure"] for each in kept["reasons"]} <= {"silence", "rhythm", "frequency", "trend", "season",
                                                              "level", "basket", "margin", "returns", "tenure", "purchases"}  # fmt: skip
    points = [abs(each["points"]) for each in kept["reasons"]]
    assert points == sorted(points, reverse=True)
    assert "reasons" not in rows["A11"].series.outlook


def test_what_was_told_a_year_before_stands_beside_what_came(rows, administrator):
    assert rows["A11"].risk_before is not None  # a customer a year ago, and lost since
    told = queries.latest_snapshot().views["outlook"]["told"]
    assert (told["on"], told["accounts"], told["lost"]) == ("2024-12-13", 12, 1)
    assert sum(each["accounts"] for each in told["tenths"]["lost"]) == 12
    assert sum(each["accounts"] for each in told["standings"]) == 12
    yearly = queries.latest_snapshot().views["outlook"]["yearly"]
    assert [(each["to"], each["active"], each["lost"]) for each in yearly] == [
        ("2024-12-13", 12, 0), ("2025-12-13", 12, 1),
    ]  # fmt: skip
    json.dumps(told, allow_nan=False)


def test_groups_have_their_outlook_too(rows):
    groups = queries.account_figures(queries.latest_snapshot("group"))
    assert groups.exclude(risk=None).exists()


def test_the_lists_are_those_decided_when_the_snapshot_was_taken(rows):
    snapshot = queries.latest_snapshot()
    figures = queries.account_figures(snapshot)
    figures.filter(account__in=["A02", "A03"]).update(is_at_risk=True, health_standing="poor")
    assert {row.account for row in figures.at_stake()} >= {"A02", "A03"}
    poor = list(figures.ailing())
    assert all(row.health_standing == "poor" for row in poor)
    assert poor == sorted(poor, key=lambda row: (-row.basis_amount, row.rank))


# --- what the rooms add ----------------------------------------------------------------------------------


def met(one, person, on: dt.date, now, **more) -> None:
    Interaction.objects.create(account=one.account, contact=one, person=person, on=on, created_at=now, **more)


def test_the_strongest_contacts_and_the_roles_that_are_known(administrator, now):
    firm = account("R-1")
    head, buyer, _unmet = (
        contact(firm, name, level=level, decision_roles=roles)
        for name, level, roles in (("Head", "top", ["decider"]), ("Buyer", "middle", ["buyer"]), ("User", "", ["user"]))
    )  # fmt: skip
    met(head, administrator, DAY, now, from_them=True, in_depth=True)
    met(buyer, administrator, DAY - dt.timedelta(days=90), now)
    Tie.objects.create(contact=buyer, person=administrator, depth="deep")
    # Head: 30 + 25/6 + 15 + 15 + 15; buyer, half faded: 15 + 0 + 0 + 7.5 + 5. Two of three roles are known.
    found = rooms_on(DAY)["R-1"]
    assert found.strength == pytest.approx((30 + 25 / 6 + 45 + 27.5) / 2)
    assert found.roles_known == pytest.approx(2 / 3)


def test_what_came_later_or_long_ago_is_not_known(administrator, now):
    late, old, gone = (contact(account(number)) for number in ("late", "old", "gone"))
    met(late, administrator, DAY + dt.timedelta(days=1), now)
    met(old, administrator, DAY - dt.timedelta(days=365), now)
    met(gone, administrator, DAY, now)
    gone.left_on = DAY
    gone.save()
    assert rooms_on(DAY) == {}


def test_requests_that_are_overdue_count_and_others_do_not(administrator, now):
    firm, unit = account("R-1"), OrgUnit.objects.create(name="Logistics")
    for title, due, state in (
        ("late", DAY - dt.timedelta(days=1), "open"), ("today", DAY, "open"), ("done", DAY - dt.timedelta(days=9), "answered"),
    ):  # fmt: skip
        Request.objects.create(title=title, unit=unit, account=firm, asked_by=administrator, due_on=due, state=state,
                               created_at=now)  # fmt: skip
    assert rooms_on(DAY) == {"R-1": Rooms(overdue=1)}


def test_as_many_queries_for_one_account_as_for_three(administrator, now, django_assert_num_queries):
    for number in ("one", "two", "three"):
        met(contact(account(number)), administrator, DAY, now)
        with django_assert_num_queries(4):
            rooms_on(DAY)


def test_the_relationship_is_a_part_of_health_where_something_took_place(filled, administrator, now):
    """Added after the snapshot, so that its digest is of the ledger alone."""
    filled()
    plain = snapshots.take_snapshot(actor=administrator, now=now)
    digest, health = plain.digest, queries.account(plain, "A03").health
    met(contact(Account.objects.get(number="A03")), administrator, now.date(), now)
    assert renew_health(now=now) == 1
    row = queries.account(plain, "A03")
    # Recency 30, frequency 25/6, depth 0, seniority 5 of an unknown level: no roles are written down.
    strength = 30 + 25 / 6 + 5
    assert row.series.outlook["rooms"]["strength"] == pytest.approx(strength)
    assert row.series.outlook["on"] == now.date().isoformat()
    growth = row.series.outlook["ledger"]["growth"]
    assert row.health == round((0.35 * growth + 0.20 * round(strength, 1)) / 0.55) < health
    others = AccountSeries.objects.filter(snapshot=plain).exclude(figure=row)
    assert not others.filter(outlook__has_key="rooms").exists()
    Snapshot.objects.all().delete()
    again = snapshots.take_snapshot(actor=administrator, now=now)
    assert again.digest == digest
    assert queries.account(again, "A03").health == row.health  # a new snapshot has it from the beginning


def test_health_follows_the_day_and_forgets_what_is_no_longer_known(filled, administrator, now):
    filled()
    snapshot = snapshots.take_snapshot(actor=administrator, now=now)
    before = queries.account(snapshot, "A03")
    met(contact(Account.objects.get(number="A03")), administrator, now.date(), now)
    healths = []
    for days in (0, 60, 150):
        renew_health(now=now + dt.timedelta(days=days))
        healths.append(queries.account(snapshot, "A03").health)
    assert healths == sorted(healths, reverse=True)
    assert len(set(healths)) == 3
    Interaction.objects.all().delete()
    assert renew_health(now=now) == 1
    after = queries.account(snapshot, "A03")
    assert (after.health, after.health_standing, after.health_change) == (
        before.health, before.health_standing, before.health_change,
    )  # fmt: skip
    assert after.series.outlook == before.series.outlook
    assert renew_health(now=now) == 0


def test_overdue_requests_lower_the_service(filled, administrator, now):
    filled()
    snapshot = snapshots.take_snapshot(actor=administrator, now=now)
    unit = OrgUnit.objects.create(name="Logistics")
    for _each in range(2):
        Request.objects.create(title="Where is it?", unit=unit, account=Account.objects.get(number="A03"),
                               asked_by=administrator, due_on=now.date() - dt.timedelta(days=1), created_at=now)  # fmt: skip
    renew_health(now=now)
    row = queries.account(snapshot, "A03")
    growth = row.series.outlook["ledger"]["growth"]
    assert row.health == round((0.35 * growth + 0.15 * 70) / 0.5)


def test_it_is_done_every_day(filled, administrator, now):
    filled()
    snapshots.take_snapshot(actor=administrator, now=now)
    met(contact(Account.objects.get(number="A03")), administrator, now.date(), now)
    daily.others(now=now)
    assert AccountSeries.objects.filter(outlook__has_key="rooms").count() == 1


def test_without_figures_there_is_nothing_to_renew(administrator, now):
    assert renew_health(now=now) == 0


# --- settings --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"health_growth": 0.5}, r"have to sum to 1; these sum to 1\.15"),
        ({"health_good": 30}, "must not lie above"),
        ({"health_plan": -0.1}, "Health: weight of the plan"),
    ],
)
def test_weights_and_lines_that_make_no_sense_are_refused(changes, message, administrator, company, now):
    with pytest.raises(Refused, match=message):
        profile_actions.set_profile(actor=administrator, now=now, **changes)
    assert not Profile.objects.exists()


def test_other_weights_and_lines_change_the_health(
    filled, administrator, now, django_capture_on_commit_callbacks
):
    filled()
    snapshots.take_snapshot(actor=administrator, now=now)
    with django_capture_on_commit_callbacks(execute=True):
        profile_actions.set_profile(
            actor=administrator,
            now=now,
            health_growth=0.0,
            health_payment=0.55,
            health_good=50,
            health_poor=50,
        )
    after = queries.latest_snapshot()
    assert after.profile["health_payment"] == 0.55
    assert set(queries.account_figures(after).values_list("health", flat=True)) == {
        None
    }  # growth no longer counts
