"""What is promised to key accounts: it comes with the status, ends with it, and says what is not kept."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamerton.access.policy import Forbidden
from kamerton.accounts.models import Interaction
from kamerton.core.refused import Refused
from kamerton.portfolio import service_queries, status_kinds, status_queries
from kamerton.portfolio.actions import key_status, references, service_package, status
from kamerton.portfolio.actions.key_status import Proposal
from kamerton.portfolio.models import ServicePackage, StandardPackage
from kamerton.portfolio.models.status import DEFINITIONS, LEVELS
from kamerton.portfolio.service_rules import PROMISES, is_broken
from kamerton.work import key_accounts
from kamerton.work.models import Request
from tests.work.conftest import NOW, TODAY, firm  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(firm):  # noqa: F811
    key_accounts.register(status_queries.key_numbers)
    words = {"text": "Whom we would miss", "preset": "", "definitions": list(DEFINITIONS), "levels": list(LEVELS),
             "class_list": "definitions", "labels": {}, "review_months": 12, "silence_days": 90}  # fmt: skip
    status.write_profile(actor=firm.dario, now=NOW, words=words, changes={})
    references.write_reference(actor=firm.sofia, account=firm.helios, story="Line 4", may_name=True,
                               on=dt.date(2025, 10, 1), now=NOW)  # fmt: skip
    return firm


def make_key(firm, **more):  # noqa: F811
    told = Proposal(level="company", why="They open doors", reasons={"known": ""}, **more)
    return key_status.propose(actor=firm.dario, account=firm.helios, proposal=told, now=NOW)


def standard(firm, **told):  # noqa: F811
    return service_package.set_standard(actor=firm.dario, opened={}, submitted=told, now=NOW)


def kept(firm):  # noqa: F811
    return {each.key: each for each in service_queries.kept(firm.dario, [firm.helios], TODAY)[firm.helios.pk]}


def test_five_promises_each_with_a_target(db):
    assert len(PROMISES) == 5
    assert service_queries.targets() == {key: promise.target for key, promise in PROMISES.items()}


@pytest.mark.parametrize(
    ("key", "target", "actual", "broken"),
    [("supply", 0.95, 0.95, False), ("supply", 0.95, 0.9499, True), ("problems", 3, 3, False), ("problems", 3, 3.01, True),
     ("risk", 0.02, None, False)],
)  # fmt: skip
def test_when_a_promise_is_broken(key, target, actual, broken):
    assert is_broken(PROMISES[key], target, actual) is broken


@given(st.sampled_from(sorted(PROMISES)), st.floats(0, 100), st.floats(0, 100))
def test_a_promise_is_kept_on_one_side_of_its_target(key, target, actual):
    promise = PROMISES[key]
    better = actual >= target if promise.better == "up" else actual <= target
    assert is_broken(promise, target, actual) is not better


@pytest.mark.requirement("ADP-07")
def test_the_package_comes_with_key_status_and_a_breach_is_seen(written):
    standard(written, cost=Decimal("12000.00"), resources="A named engineer")
    assert status_kinds.package_text(written.helios).startswith("12,000")
    make_key(written)
    package = ServicePackage.objects.get()
    assert (package.account, package.cost, package.resources) == (
        written.helios,
        Decimal("12000.00"),
        "A named engineer",
    )
    assert {each.source for each in kept(written).values()} == {""}
    made = NOW - dt.timedelta(days=20)
    common = {
        "account": written.helios,
        "unit": written.logistics,
        "asked_by": written.sofia,
        "created_at": made,
    }
    Request.objects.create(title="Late", due_on=TODAY - dt.timedelta(days=15), state="answered", answer="Yes",
                           answered_at=made + dt.timedelta(days=9), **common)  # fmt: skip
    Interaction.objects.create(account=written.helios, person=written.sofia, kind="call", on=TODAY - dt.timedelta(days=31),
                               created_at=NOW)  # fmt: skip
    told = kept(written)
    assert (told["problems"].actual, told["problems"].source, told["problems"].is_broken) == (
        9,
        "figures",
        True,
    )
    assert (told["level"].actual, told["level"].is_broken) == (0, True)
    assert (told["communication"].actual, told["communication"].is_broken) == (31, True)
    assert not told["supply"].is_broken
    service_package.set_target(actor=written.dario, key="communication", target=31, now=NOW)
    assert not kept(written)["communication"].is_broken


def test_the_package_ends_with_the_status_and_stays_through_a_new_decision(written):
    make_key(written)
    make_key(written, benefit="Volume", risk="Dependence")
    assert ServicePackage.objects.count() == 1
    key_status.propose_end(actor=written.dario, account=written.helios, why="They went elsewhere", now=NOW)
    assert ServicePackage.objects.get().until == TODAY
    assert service_queries.package_of(written.helios) is None


def test_what_a_person_says_counts_until_figures_tell(written):
    make_key(written)
    say = {"actor": written.sofia, "account": written.helios, "now": NOW}
    service_package.record_actual(key="supply", value=0.9, on=TODAY, source="Delivery notes", **say)
    service_package.record_actual(
        key="supply", value=0.99, on=TODAY - dt.timedelta(days=40), source="Older", **say
    )
    service_package.record_actual(key="communication", value=4, on=TODAY, source="Memory", **say)
    told = kept(written)
    assert (told["supply"].actual, told["supply"].where, told["supply"].is_broken) == (
        0.9,
        "Delivery notes",
        True,
    )
    Interaction.objects.create(
        account=written.helios, person=written.sofia, kind="call", on=TODAY, created_at=NOW
    )
    assert kept(written)["communication"].source == "figures"


@pytest.mark.parametrize(
    ("more", "why"),
    [({"value": 1.2}, "between 0 and 100"), ({"value": -1.0}, "not negative"), ({"source": " "}, "where it is from"),
     ({"on": TODAY + dt.timedelta(days=1)}, "ahead"), ({"key": "luck"}, "no such promise")],
)  # fmt: skip
def test_a_wrong_actual_is_refused(written, more, why):
    told = {"key": "supply", "value": 0.9, "on": TODAY, "source": "Notes", **more}
    with pytest.raises(Refused, match=why):
        service_package.record_actual(actor=written.sofia, account=written.helios, now=NOW, **told)


def test_who_writes(written):
    cost = {"cost": Decimal(1)}
    with pytest.raises(Forbidden):
        service_package.set_standard(actor=written.sofia, opened={}, submitted=cost, now=NOW)
    with pytest.raises(Forbidden):
        service_package.record_actual(actor=written.petra, account=written.helios, key="supply", value=0.9, on=TODAY,
                                      source="Notes", now=NOW)  # fmt: skip
    assert not StandardPackage.objects.exists()


def test_packages_of_others_are_not_listed(written):
    make_key(written)
    assert [each.account for each in service_queries.open_packages(written.sofia)] == [written.helios]
    assert service_queries.open_packages(written.petra) == []
    Request.objects.create(title="Secret", due_on=TODAY, account=written.helios, unit=written.logistics,
                           asked_by=written.sofia, created_at=NOW - dt.timedelta(days=3), state="answered", answer="x",
                           answered_at=NOW)  # fmt: skip
    told = service_queries.kept(written.petra, [written.helios], TODAY)[written.helios.pk]
    assert {each.key: each.source for each in told}["problems"] == ""
