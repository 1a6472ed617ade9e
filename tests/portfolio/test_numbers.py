"""The numbers of section 2 of the register that concern who is key: each a setting with that default, and read."""

from __future__ import annotations

import re

import pytest

from kamerton.accounts.models import Limits
from kamerton.core.models import Job
from kamerton.core.refused import Refused
from kamerton.portfolio import programme_queries, programme_rows, queries
from kamerton.portfolio import programme_rules as programme
from kamerton.portfolio.actions import profile as profile_actions
from kamerton.portfolio.actions import snapshots
from kamerton.portfolio.models import Profile
from kamerton.portfolio.models.status import DEFINITIONS
from kamerton.web.settings import ProfileForm
from tests.ledger.factories import Sale
from tests.register import REGISTER

pytestmark = pytest.mark.django_db

#: Number of the register -> columns of the profile with the default that it asks.
SETTINGS = {
    "N1": {"share_key": 0.10},
    "N2": {"share_critical": 0.20},
    "N3": {"share_mono": 0.70},
    "N4": {"amount_key": None},
    "N5": {"pareto_top": 0.20, "pareto_share": 0.80},
    "N6": {"key_share_low": 0.60, "key_share_high": 0.80},
    "N7": {"innovator": 0.025},
    "N13": {"seller_years": 3},
    "N14": {"sector_years": 3},
    "N15": {"strategic_years": 5},
    "N20": {"churn_baseline": 0.5},
}
#: ... -> columns of the limits of accounts for one person.
LIMITS = {
    "N9": {"kam_limit": 3},
    "N10": {"kam_limit": 3},
    "N11": {"broad_limit": 30},
    "N12": {"seller_limit": 25},
}
#: ... -> vocabularies of a fixed length.
FIXED = {
    "N8": (6, DEFINITIONS),
    "N34": (4, ("who", "strategy", "needs", "offers")),
}


def test_every_number_of_the_register_is_a_setting_with_its_default_and_on_the_page():
    told = re.findall(r"^\| (N\d+) \|", REGISTER.read_text(encoding="utf-8"), re.MULTILINE)
    concern = {f"N{at}" for at in (*range(1, 16), 20, 34, 35)}
    assert concern <= set(told)
    assert concern - SETTINGS.keys() - LIMITS.keys() - FIXED.keys() == {"N35"}
    form = ProfileForm(instance=Profile())
    shown = {bound.name for _title, fields in form.groups() for bound in fields}
    for columns in SETTINGS.values():
        for name, default in columns.items():
            assert getattr(Profile(), name) == default
            assert name in shown
    for columns in LIMITS.values():
        assert all(getattr(Limits(), name) == default for name, default in columns.items())
    assert all(len(words) == length for length, words in FIXED.values())


def test_n35_the_lists_of_the_programme_are_as_long_as_the_register_says():
    lengths = [
        len(each)
        for each in (programme_rows.ADVANTAGES, programme_rows.RISKS, programme_rows.CONDITIONS, programme_rows.PRACTICES)
    ]  # fmt: skip
    assert lengths == [8, 5, 5, 5]


def test_every_column_of_the_profile_stands_in_a_group_of_the_page():
    form = ProfileForm(instance=Profile())
    shown = [bound.name for _title, fields in form.groups() for bound in fields]
    assert sorted(shown) == sorted(queries.settings_columns())


# --- read ------------------------------------------------------------------------------------------------------


def book(share: int) -> list[Sale]:
    """Helios makes `share` of 10,000; so many others that none of them comes near make the rest."""
    parts = 30
    rest, odd = divmod(10_000 - share, parts)
    amounts = {"Helios": share} | {f"A{at:02d}": rest + (odd if at == 0 else 0) for at in range(parts)}
    return [
        Sale(account=name, date=f"2025-06-{at % 28 + 1:02d}", document=name, amount=f"{amount}.00", cost="0.00",
             product="P", seller="Adler", group=None)
        for at, (name, amount) in enumerate(amounts.items())
    ]  # fmt: skip


@pytest.mark.requirement("SEL-03", "SEL-04", "SEL-05")
@pytest.mark.parametrize(
    ("share", "is_key", "dependency"),
    [(1000, False, ""), (1001, True, ""), (2000, True, ""), (2001, True, "critical"), (2100, True, "critical"),
     (7000, True, "critical"), (7001, True, "mono"), (7100, True, "mono")],
)  # fmt: skip
def test_the_lines_are_strict_through_the_whole_way_from_an_import(
    filled, administrator, now, share, is_key, dependency
):
    filled(book(share))
    snapshot = snapshots.take_snapshot(actor=administrator, now=now)
    row = queries.account(snapshot, "Helios")
    assert (row.is_key, row.dependency or "") == (is_key, dependency)


@pytest.mark.requirement("SEL-03")
def test_a_moved_line_moves_the_boundary(filled, administrator, now):
    profile_actions.set_profile(actor=administrator, now=now, share_key=0.15)
    filled(book(1500))
    assert not queries.account(snapshots.take_snapshot(actor=administrator, now=now), "Helios").is_key
    filled(book(1501), "again")
    profile_actions.set_profile(actor=administrator, now=now, share_key=0.07)
    assert queries.account(snapshots.take_snapshot(actor=administrator, now=now), "Helios").is_key


@pytest.mark.requirement("ADP-01")
@pytest.mark.parametrize(("line", "met"), [(0.5, True), (0.99, False)])
def test_the_conditions_are_met_from_the_lines_of_the_company(filled, administrator, now, line, met):
    """Helios makes all but half: few customers make much, unless the company asks for more."""
    filled(book(6000))
    profile_actions.set_profile(actor=administrator, now=now, few_fifth=line, few_five=line)
    snapshot = snapshots.take_snapshot(actor=administrator, now=now)
    assert programme_queries.by_figures(administrator, snapshot)["few-clients"].met is met


def test_the_defaults_of_the_lines_are_those_of_the_profile():
    assert programme_queries.lines() == programme.DEFAULTS


@pytest.mark.parametrize(("share", "place"), [(0.39, "traditional"), (0.4, "between"), (0.6, "kam")])
def test_where_the_company_stands_follows_its_lines(administrator, company, now, share, place):
    profile_actions.set_profile(actor=administrator, now=now, between_from=0.4, new_way_from=0.6)
    assert programme.stands(share, programme_queries.lines()) == place


def test_lines_in_the_wrong_order_are_refused_in_words(administrator, company, now):
    with pytest.raises(Refused, match="must not lie above"):
        profile_actions.set_profile(actor=administrator, now=now, between_from=0.8)


def test_what_only_pages_read_asks_for_no_new_figures(administrator, company, now):
    profile_actions.set_profile(actor=administrator, now=now, churn_baseline=0.3, team_from=4)
    assert (queries.profile().churn_baseline, queries.profile().team_from) == (0.3, 4)
    assert not Job.objects.exists()
    profile_actions.set_profile(actor=administrator, now=now, seller_years=4)
    assert Job.objects.count() == 1


@pytest.mark.requirement("PFA-01")
@pytest.mark.parametrize(("years", "enough"), [(3, True), (4, False)])
def test_portfolios_of_sellers_are_compared_over_the_years_of_the_setting(
    filled, administrator, now, years, enough
):
    filled()
    profile_actions.set_profile(actor=administrator, now=now, seller_years=years, year_tolerance_days=30)
    view = snapshots.take_snapshot(actor=administrator, now=now).views["seller_view"]
    assert view["sufficient"] is enough
    assert {len(each["windows"]) for each in view["sellers"]} == {years}
