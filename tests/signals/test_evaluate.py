"""Signals come, stay, change and go with their causes."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kamerton.accounts.actions import needs
from kamerton.accounts.models import (
    Account,
    BudgetMovement,
    Contact,
    Fact,
    Industry,
    Interaction,
    Need,
    PowerChange,
)
from kamerton.core.telling import told
from kamerton.portfolio.models import KeyReason, KeyStatus, Opportunity, Wallet
from kamerton.said import Said
from kamerton.signals import registry
from kamerton.signals.actions.evaluate import Evaluated, evaluate
from kamerton.signals.models import Evaluation, RuleSetting, Signal
from kamerton.signals.reading import Finding
from kamerton.signals.reconciling import Key, Standing, plan, shown
from kamerton.work.models import Request, Task
from tests.signals.factories import DAY, NOW, critical, lost, slipping, snapshot
from tests.work.conftest import account, cover, person

LATER = NOW + dt.timedelta(days=1)
OF_FIGURES = ["critical_dependence", "lost", "slipping"]


def open_ones(*rules: str) -> list[tuple[str, str]]:
    rows = Signal.objects.open().filter(rule__in=rules or OF_FIGURES, account__isnull=False)
    return sorted(rows.values_list("rule", "account__number"))


def test_a_signal_opens_stays_one_and_closes_when_its_cause_is_gone(firm):
    snapshot({"H-1": critical(0.3), "N-1": {}})
    evaluate(now=NOW)
    first = Signal.objects.get(rule="critical_dependence")
    assert (first.account, first.severity, first.currency) == (firm.helios, Decimal(30_000), "EUR")
    assert (first.opened_at, first.last_seen_at, first.closed_at) == (NOW, NOW, None)

    snapshot({"H-1": critical(0.4, 40_000), "N-1": {}}, at=LATER)
    evaluate(now=LATER)
    again = Signal.objects.get(rule="critical_dependence")
    assert (again.pk, again.opened_at, again.last_seen_at) == (first.pk, NOW, LATER)
    assert again.severity == Decimal(40_000)
    assert "40 %" in told(again.said)

    snapshot({"H-1": {}, "N-1": {}}, at=LATER)
    evaluate(now=LATER)
    gone = Signal.objects.get(rule="critical_dependence")
    assert (gone.closed_at, gone.closed_why) == (LATER, "gone")


def test_evaluating_again_changes_nothing(firm):
    snapshot({"H-1": critical(), "N-1": lost(), "F-1": slipping()})
    evaluate(now=NOW)
    before = list(Signal.objects.order_by("pk").values())
    assert evaluate(now=NOW) == Evaluated(0, 0, 0)
    assert list(Signal.objects.order_by("pk").values()) == before


def test_a_cause_that_comes_back_is_another_signal(firm):
    for rows in ({"N-1": lost()}, {"N-1": {}}, {"N-1": lost()}):
        snapshot(rows)
        evaluate(now=NOW)
    assert sorted(Signal.objects.filter(rule="lost").values_list("closed_why", flat=True)) == ["", "gone"]


def test_without_figures_only_what_people_wrote_is_told(firm):
    Need.objects.create(
        account=firm.nordelma, what="Longer pallets", raised_on=DAY - dt.timedelta(20), created_at=NOW
    )
    evaluate(now=NOW)
    assert open_ones() == []
    assert open_ones("need_waits") == [("need_waits", "N-1")]


def test_what_is_a_task_already_is_a_signal_of_that_task(firm, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        need = needs.raise_need(
            actor=firm.dario,
            account=firm.helios,
            now=NOW,
            values={"what": "x", "raised_on": DAY - dt.timedelta(30)},
        )
    task = Task.objects.get(origin="need")
    assert Signal.objects.get(about=f"accounts.need:{need.pk}").task == task


def test_what_is_not_secret_and_what_is_stand_apart(firm):
    for secrecy in (1, 2):
        Need.objects.create(
            account=firm.helios, what="x", raised_on=DAY - dt.timedelta(20), secrecy=secrecy, created_at=NOW
        )
    evaluate(now=NOW)
    assert sorted(Signal.objects.filter(rule="need_waits").values_list("secrecy", flat=True)) == [1, 2]
    Need.objects.filter(secrecy=1).update(secrecy=2)
    evaluate(now=NOW)
    assert list(
        Signal.objects.filter(rule="need_waits", closed_at=None).values_list("secrecy", flat=True)
    ) == [2, 2]


def everything(firm) -> None:
    """Something for every rule that reads what people wrote."""
    trade = Industry.objects.create(name="Metal")
    Account.objects.filter(pk=firm.nordelma.pk).update(industry=trade)
    BudgetMovement.objects.create(industry=trade, level="top", what="x", on=DAY, created_at=NOW)
    BudgetMovement.objects.create(account=firm.foreign, level="top", what="x", on=DAY, created_at=NOW)
    Contact.objects.filter(pk=firm.contact.pk).update(decision_roles=["decider"], level="top")
    Interaction.objects.create(
        account=firm.helios,
        contact=firm.contact,
        person=firm.sofia,
        on=DAY - dt.timedelta(120),
        created_at=NOW,
    )
    PowerChange.objects.create(contact=firm.contact, expected_on=DAY, what="x", created_at=NOW)
    for at in range(4):
        Request.objects.create(
            title="x", unit=firm.logistics, account=firm.nordelma, asked_by=firm.sofia,
            due_on=DAY - dt.timedelta(at), created_at=NOW,
        )  # fmt: skip
        Fact.objects.create(
            account=firm.helios, topic="needs", statement="x", dated=DAY - dt.timedelta(900), created_at=NOW
        )
    Need.objects.create(account=firm.foreign, what="x", raised_on=DAY - dt.timedelta(20), created_at=NOW)
    for at in range(3):
        cover(account(f"X-{at}", f"Extra {at}"), firm.sofia)
    held = KeyStatus.objects.create(
        account=firm.helios,
        from_date=DAY,
        why="x",
        proposed_by=firm.sofia,
        decided_by=firm.dario,
        decided_at=NOW,
    )
    common = {"evidence": "x", "dated": DAY, "by": firm.sofia, "at": NOW}
    KeyReason.objects.create(status=held, definition="contribution", **common)
    KeyReason.objects.create(status=held, definition="partner", ended_at=NOW, **common)
    money = dict.fromkeys(
        ["short", "long", "a_year", "ours", "competitors", "gap", "open", "income"], Decimal(9000)
    )
    Wallet.objects.create(
        account=firm.foreign, horizon_years=1, satisfiable=1, families=1, confidence="likely", dated=DAY,
        near_only=True, too_low=False, renewed_at=NOW, **money,
    )  # fmt: skip
    Opportunity.objects.create(
        account=firm.nordelma, family="x", title="x", amount=100, expected_on=DAY - dt.timedelta(9), owner=firm.sofia,
        created_at=NOW,
    )  # fmt: skip


@pytest.mark.requirement("DOS-10")
def test_what_people_wrote_becomes_signals(firm):
    everything(firm)
    snapshot({"H-1": critical(), "N-1": {"is_key": True}})
    evaluate(now=NOW)
    told_of = {(rule, number) for rule, number in Signal.objects.values_list("rule", "account__number")}
    assert told_of == {
        ("critical_dependence", "H-1"), ("contact_faded", "H-1"), ("single_contact", "H-1"), ("power_change", "H-1"),
        ("facts_stale", "H-1"), ("dossier_gaps", "H-1"), ("budget_moves", "N-1"), ("budget_moves", "F-1"),
        ("request_late", "N-1"), ("service_rises", "N-1"), ("need_waits", "F-1"), ("overload", None),
        ("key_without_contribution", "H-1"), ("key_shallow", "H-1"), ("key_undecided", "N-1"),
        ("wallet_gap", "F-1"), ("opportunity_late", "N-1"), ("key_share_norm", None),
        ("analysis_overdue", "H-1"),
    }  # fmt: skip
    assert Signal.objects.get(rule="overload").person == firm.sofia


def test_some_accounts_alone_give_what_all_give(firm):
    everything(firm)
    snapshot({"H-1": critical(), "N-1": slipping(), "F-1": lost()})
    numbers = list(Account.objects.values_list("pk", flat=True))
    for one in numbers:
        evaluate(now=NOW, accounts=[one])
    columns = ("rule", "account", "person", "about", "said", "severity", "weight", "secrecy", "figures")

    def told() -> set[str]:
        rows = Signal.objects.exclude(account=None, person=None)
        return set(map(str, rows.order_by("pk").values_list(*columns)))

    by_parts = told()
    of_company = 1  # is looked at with every account alone
    assert evaluate(now=NOW) == Evaluated(of_company, 0, 0)
    Signal.objects.all().delete()
    evaluate(now=NOW)
    assert told() == by_parts != set()


def test_some_accounts_leave_the_others_and_the_company_alone(firm):
    snapshot({"H-1": critical(), "N-1": lost()}, key_share=0.9)
    evaluate(now=NOW)
    snapshot({"H-1": {}, "N-1": {}}, key_share=0.7)
    evaluate(now=LATER, accounts=[firm.helios.pk])
    assert open_ones() == [("lost", "N-1")]
    assert Signal.objects.open().filter(rule="key_share_norm").exists()
    assert Evaluation.objects.get().full_at == NOW


def test_a_rule_that_is_off_closes_its_signals_and_says_so(firm):
    snapshot({"N-1": lost()})
    evaluate(now=NOW)
    RuleSetting.objects.create(rule="lost", is_on=False, changed_at=NOW)
    evaluate(now=LATER)
    assert list(Signal.objects.filter(rule="lost").values_list("closed_why", flat=True)) == ["off"]


def test_a_merged_account_has_no_signals_of_its_own(firm):
    snapshot({"N-1": lost()})
    evaluate(now=NOW)
    Account.objects.filter(pk=firm.nordelma.pk).update(merged_into=firm.helios)
    evaluate(now=NOW, accounts=[firm.nordelma.pk])
    assert open_ones() == []


def test_putting_off_ends_with_its_day(firm):
    snapshot({"N-1": lost()})
    evaluate(now=NOW)
    Signal.objects.filter(rule="lost").update(snoozed_until=LATER.date(), snooze_reason="Fair")
    evaluate(now=NOW)
    assert Signal.objects.get(rule="lost").snoozed_until == LATER.date()
    evaluate(now=LATER)
    again = Signal.objects.get(rule="lost")
    assert (again.snoozed_until, again.snooze_reason) == (None, "Fair")


def test_the_database_holds_one_open_signal_of_a_cause(firm):
    common = {"rule": "lost", "said": "x", "opened_at": NOW, "last_seen_at": NOW}
    for subject in ({"account": firm.helios}, {"person": firm.sofia}, {}):
        Signal.objects.create(**common, **subject)
        with pytest.raises(IntegrityError), transaction.atomic():
            Signal.objects.create(**common, **subject)
        Signal.objects.filter(closed_at=None).update(closed_at=NOW, closed_why="gone")
        Signal.objects.create(**common, **subject)


def queries_of(accounts: list[int] | None) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        evaluate(now=LATER, accounts=accounts)
    return len(captured)


def test_the_number_of_queries_does_not_grow(firm):
    everything(firm)
    rows = {"H-1": critical()}
    snapshot(rows)
    evaluate(now=NOW)
    one, one_whole = queries_of([firm.helios.pk]), queries_of(None)
    for at in range(5):
        again = account(f"Y-{at}", f"More {at}")
        cover(again, person(f"p{at}", "senior_kam"))
        Contact.objects.create(account=again, name="x", created_at=NOW)
        Need.objects.create(account=again, what="x", raised_on=DAY - dt.timedelta(20), created_at=NOW)
        rows[f"Y-{at}"] = critical()
    snapshot(rows)
    evaluate(now=NOW)
    assert queries_of(None) == one_whole
    assert queries_of(list(Account.objects.values_list("pk", flat=True))) == one


# --- any sequence of findings -----------------------------------------------------------------------------

_KEYS = [Key("a", 1, None, ""), Key("a", 1, None, "x:1"), Key("b", 2, None, ""), Key("c", None, 3, "")]
_STEPS = st.lists(st.dictionaries(st.sampled_from(_KEYS), st.integers(1, 3), max_size=4), max_size=8)


def finding(amount: int) -> Finding:
    return Finding(said=Said("{n} at stake", n=amount), severity=Decimal(amount))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(_STEPS)
def test_any_sequence_leaves_exactly_the_causes_that_are_there(steps):
    table: dict[int, tuple[Key, object, bool]] = {}
    for step in steps:
        found = {key: shown(finding(amount)) for key, amount in step.items()}
        what = plan([Standing(pk, key, told) for pk, (key, told, is_open) in table.items() if is_open], found)
        was_open = {key for key, _told, is_open in table.values() if is_open}
        for pk in what.gone:
            table[pk] = (*table[pk][:2], False)
        for pk, told_now in what.changed.items():
            table[pk] = (table[pk][0], told_now, True)
        for key, told_now in what.opened.items():
            table[len(table)] = (key, told_now, True)
        still = [(key, told_now) for key, told_now, is_open in table.values() if is_open]
        assert len(still) == len({key for key, _told in still})
        assert dict(still) == found
        assert set(what.opened) == set(found) - was_open
        assert set(what.changed) <= set(what.kept)
        assert not set(what.kept) & set(what.gone)


@pytest.fixture
def rule_of_test():
    there: dict[int, int] = {}
    rule = registry.register(
        registry.Rule(
            key="of_test", name="x", sentence="x", reads="x", level="account", todo="x",
            find=lambda reading, _v: (finding(there[at]) for at in [reading.account] if at in there),
        )
    )  # fmt: skip
    yield there
    registry.unregister(rule.key)


@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(st.lists(st.dictionaries(st.sampled_from([0, 1, 2]), st.integers(1, 3)), min_size=1, max_size=5))
def test_the_table_follows_any_sequence(firm, rule_of_test, steps):
    accounts = [firm.helios.pk, firm.nordelma.pk, firm.foreign.pk]
    Signal.objects.all().delete()
    ever = 0
    for step in steps:
        rule_of_test.clear()
        rule_of_test.update({accounts[at]: amount for at, amount in step.items()})
        ever += evaluate(now=NOW).opened
        rows = Signal.objects.filter(rule="of_test")
        assert dict(rows.open().values_list("account", "severity")) == {
            pk: Decimal(amount) for pk, amount in rule_of_test.items()
        }
    rows = Signal.objects.filter(rule="of_test")
    assert not rows.exclude(closed_at=None).exclude(closed_why="gone").exists()
