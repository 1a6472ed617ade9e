"""The profile: one column for each threshold, with the analysis' own defaults."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal

import pytest

from kamerton.access.policy import Forbidden
from kamerton.analytics.model import Thresholds
from kamerton.core.models import AuditEntry, Job
from kamerton.core.refused import Refused
from kamerton.portfolio import queries, rules
from kamerton.portfolio.actions import profile as profile_actions
from kamerton.portfolio.actions import snapshots
from kamerton.portfolio.models import AccountFigure, AccountSeries, Profile

pytestmark = pytest.mark.django_db


def test_the_columns_are_the_thresholds_with_their_defaults():
    columns = {name: getattr(Profile(), name) for name in queries.profile_columns()}
    assert rules.thresholds_of(columns) == Thresholds()
    expected = {field.name for field in fields(Thresholds)} - set(rules.PAIRS)
    expected |= {column for pair in rules.PAIRS.values() for column in pair}
    assert queries.profile_columns() == expected | {"basis"}


def test_the_row_has_a_place_for_every_column():
    columns = {field.name for field in AccountFigure._meta.fields} - {"id", "snapshot"}
    assert sorted(rules.ROW_COLUMNS) == sorted(columns)
    series = {field.name for field in AccountSeries._meta.fields} - {"figure", "snapshot"}
    assert sorted(rules.SERIES_COLUMNS) == sorted(series)


@pytest.mark.requirement("SEL-03")
def test_a_changed_threshold_reclassifies(filled, administrator, now, django_capture_on_commit_callbacks):
    filled()
    before = snapshots.take_snapshot(actor=administrator, now=now)
    keys = queries.account_figures(before).key().count()
    with django_capture_on_commit_callbacks(execute=True):
        profile_actions.set_profile(actor=administrator, now=now, share_key=0.05)
    after = queries.latest_snapshot()
    assert after.profile["share_key"] == 0.05
    assert queries.account_figures(after).key().count() > keys
    assert queries.is_current(after)


@pytest.mark.requirement("SEL-07")
def test_the_base_is_income_unless_the_company_says_turnover(
    filled, administrator, now, django_capture_on_commit_callbacks
):
    filled()
    assert snapshots.take_snapshot(actor=administrator, now=now).basis == "income"
    with django_capture_on_commit_callbacks(execute=True):
        profile_actions.set_profile(actor=administrator, now=now, basis="turnover")
    snapshot = queries.latest_snapshot()
    assert snapshot.basis == "turnover"
    first = queries.account(snapshot, "A00")
    assert (first.basis_amount, first.basis_share) == (first.window_turnover, first.window_share_turnover)


def test_a_change_is_in_the_trail_and_no_change_is_none(administrator, company, now):
    profile_actions.set_profile(actor=administrator, now=now, amount_key=Decimal("500000.00"), share_key=0.1)
    entry = AuditEntry.objects.get()
    assert (entry.before, entry.after) == ({"amount_key": None}, {"amount_key": "500000.00"})
    assert Job.objects.count() == 1
    profile_actions.set_profile(actor=administrator, now=now, amount_key=Decimal("500000.00"))
    assert (AuditEntry.objects.count(), Job.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"share_key": 1.5}, "Key from"),
        ({"basis": "weight"}, "Basis"),
        ({"share_key": 0.3}, "must not lie above"),
        ({"ltv_horizon_years": 0}, "horizon"),
        ({"abc_a": 0.96}, "must not lie above"),
    ],
)
def test_what_makes_no_sense_is_refused(changes, message, administrator, company, now):
    with pytest.raises(Refused, match=message):
        profile_actions.set_profile(actor=administrator, now=now, **changes)
    assert not Profile.objects.exists()


def test_who_may_not_set_it(make_user, company, now):
    for role in ("reader", "senior_kam", "sales_support"):
        with pytest.raises(Forbidden):
            profile_actions.set_profile(actor=make_user(role), now=now, basis="turnover")
