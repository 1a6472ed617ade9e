"""Who sees which signal: reach, secrecy, the right of the rule, the line of report."""

from __future__ import annotations

import datetime as dt

import pytest

from kamerton.access.rights import ROLES
from kamerton.access.secrecy import Secrecy
from kamerton.signals import queries
from kamerton.signals.models import Signal
from tests.signals.factories import DAY, NOW
from tests.work.conftest import absence, cover, person


def signal(rule: str = "lost", **more) -> Signal:
    return Signal.objects.create(
        **({"rule": rule, "said": rule, "opened_at": NOW, "last_seen_at": NOW} | more)
    )


@pytest.fixture
def told(firm):
    """One of every kind: of accounts of two people, a secret one, of three people, of the company."""
    return {
        "helios": signal(account=firm.helios),
        "secret": signal("need_waits", account=firm.helios, about="accounts.need:1", secrecy=Secrecy.SECRET),
        "foreign": signal(account=firm.foreign),
        "sofia": signal("overload", person=firm.sofia),
        "petra": signal("overload", person=firm.petra),
        "ivo": signal("overload", person=firm.ivo),
        "company": signal("key_share_norm"),
        "unknown": signal("rule_of_a_room_that_went", account=firm.helios),
    }


def seen(actor, told, day: dt.date = DAY) -> set[str]:
    found = set(queries.signals(actor, day).values_list("pk", flat=True))
    return {name for name, row in told.items() if row.pk in found}


def test_each_sees_what_is_theirs(firm, told):
    assert seen(firm.sofia, told) == {"helios", "secret", "sofia", "ivo"}
    assert seen(firm.ivo, told) == {"helios", "secret", "ivo"}
    assert seen(firm.petra, told) == {"foreign", "petra"}
    assert seen(firm.dario, told) == set(told) - {"unknown"}


def test_secret_causes_are_told_to_whoever_may_read_secrets(firm, told):
    marta = person("marta", "sales_manager")
    cover(firm.helios, marta, "sales")
    assert seen(marta, told) == {"helios"}
    assert seen(person("paul", "sales_support"), told) == {"helios", "foreign"}
    assert seen(person("gerda", "reader"), told) == {"helios", "foreign", "company"}


def test_who_has_no_right_to_figures_sees_none(firm, told):
    assert seen(person("nadia", "hr"), told) == set()
    outsider = person("olga", "senior_kam", is_external=True)
    cover(firm.helios, outsider, "sales")
    assert seen(outsider, told) == set()
    leaver = person("leo", "director", leaving_on=DAY - dt.timedelta(1))
    assert seen(leaver, told) == set()


def test_who_stands_in_sees_them_for_as_long(firm, told):
    absence(firm.sofia, firm.petra)
    assert seen(firm.petra, told) == {"foreign", "petra", "helios", "secret", "sofia", "ivo"}
    assert seen(firm.petra, told, DAY + dt.timedelta(1)) == {"foreign", "petra", "helios", "secret", "sofia", "ivo"} - {
        "helios", "secret", "sofia", "ivo",
    }  # fmt: skip


def test_every_role_reaches_no_more_than_accounts_and_company(firm, told):
    for role in ROLES:
        found = seen(person(f"one_{role}", role), told)
        assert "unknown" not in found
        assert ("company" in found) == ("portfolio.view_all" in ROLES[role].rights)


def test_today_shows_what_waits_most_costly_first(firm, told):
    told["helios"].severity, told["helios"].weight = 10, 1
    told["helios"].save()
    dear = signal("lapsed", account=firm.helios, severity=500)
    heavy = signal("decider_not_met", account=firm.helios, weight=3)
    light = signal("facts_stale", account=firm.helios, weight=1)
    signal("slipping", account=firm.helios, severity=900, closed_at=NOW, closed_why="gone")
    signal(
        "mono_client",
        account=firm.helios,
        severity=900,
        snoozed_until=DAY + dt.timedelta(1),
        snooze_reason="x",
    )
    rows = [row.pk for row in queries.concerning(firm.sofia, DAY)]
    assert rows == [
        dear.pk, told["helios"].pk, heavy.pk, told["secret"].pk, told["sofia"].pk, told["ivo"].pk, light.pk,
    ]  # fmt: skip


def test_who_leads_is_shown_all_and_who_helps_the_accounts_that_they_look_after(firm, told):
    everything = {row.pk for name, row in told.items() if name != "unknown"}
    cover(firm.foreign, firm.dario, "sales")
    assert {row.pk for row in queries.concerning(firm.dario, DAY)} == everything
    paul = person("paul", "sales_support")
    assert {row.pk for row in queries.concerning(paul, DAY)} == {told["helios"].pk, told["foreign"].pk}
    cover(firm.foreign, paul, "sales")
    assert {row.pk for row in queries.concerning(paul, DAY)} == {told["foreign"].pk}


def test_how_often_rules_fired_counts_what_one_sees(firm, told):
    long_ago = NOW - dt.timedelta(days=200)
    signal(account=firm.foreign, opened_at=long_ago, closed_at=NOW, closed_why="gone")
    signal(
        account=firm.helios, opened_at=long_ago, closed_at=NOW, closed_why="gone", acted_at=NOW, about="x:1"
    )
    signal(
        account=firm.helios,
        opened_at=NOW - dt.timedelta(days=400),
        closed_at=NOW,
        closed_why="off",
        about="x:2",
    )
    mine, everybody = queries.fired(firm.sofia, NOW)["lost"], queries.fired(firm.dario, NOW)["lost"]
    assert mine == queries.Fired(open=1, quarter=1, year=2, acted=1, snoozed=0, by_itself=0)
    assert everybody == queries.Fired(open=2, quarter=2, year=4, acted=1, snoozed=0, by_itself=1)
