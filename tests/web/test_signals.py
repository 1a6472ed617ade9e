"""The pages of signals: Today, the list, one, an account's, the rules."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kamerton.access.secrecy import Secrecy
from kamerton.accounts.models import Need
from kamerton.core import clock
from kamerton.portfolio.models import KeyProfile, KeyStatus, Profile
from kamerton.signals import queries, registry
from kamerton.signals.actions.evaluate import evaluate
from kamerton.signals.models import RuleSetting, Signal
from kamerton.work.models import Task
from tests.signals.factories import DAY, NOW, critical, lost, slipping, snapshot
from tests.work.conftest import account, cover, person


@pytest.fixture(autouse=True)
def on_the_day():
    with clock.set_to(NOW):
        yield


@pytest.fixture
def told(firm):
    """Helios is critical; Nordelma is lost, and has a secret need; Foreign, which is Petra's, slips."""
    Need.objects.create(
        account=firm.nordelma, what="Hidden wish", raised_on=DAY - dt.timedelta(30), secrecy=Secrecy.SECRET,
        created_at=NOW,
    )  # fmt: skip
    snapshot({"H-1": critical(), "N-1": lost(), "F-1": slipping()}, key_share=0.9)
    evaluate(now=NOW)
    return firm


def page(client, user, name: str, *args, **query) -> str:
    client.force_login(user)
    return client.get(reverse(name, args=args), query).content.decode()


def exported(client, **query) -> str:
    answer = client.get(reverse("signals_export", args=["csv"]), query)
    return b"".join(answer.streaming_content).decode()


def of(rule: str) -> Signal:
    return Signal.objects.get(rule=rule, closed_at=None)


def test_today_shows_what_concerns_me_most_costly_first(client, told):
    text = page(client, told.sofia, "today")
    assert text.index("30% of income".replace("%", "\xa0%")) < text.index("Nothing bought for 12 months")
    assert "most is at stake at Helios" in text
    assert "Secret need" in text
    assert "Hidden wish" not in text
    assert "Foreign" not in text
    assert "The company" not in text
    assert "The company" in page(client, told.dario, "today")


def test_the_list_marks_who_was_decided_to_be_key(client, told):
    """Not who is key by the figures alone, once the company decides such things."""
    KeyStatus.objects.create(account=told.nordelma, from_date=DAY, why="x", proposed_by=told.sofia,
                             decided_by=told.dario, decided_at=NOW)  # fmt: skip
    rows = page(client, told.dario, "signals").split("<tr")
    marked = {name: any(name in row and ">Key<" in re.sub(r"\s+", "", row) for row in rows)
              for name in ("Helios", "Nordelma")}  # fmt: skip
    assert marked == {"Helios": False, "Nordelma": True}


def test_the_navigation_says_how_many_wait_and_nothing_where_none_does(client, told):
    """Those that Today counts: Sofia's, not Petra's of Foreign."""
    shown = re.search(r"k-nav-count.*?</span>\s*(\S+?)</span>", page(client, told.sofia, "accounts"))
    waiting = queries.concerning(told.sofia, DAY).count()
    assert waiting > 1
    assert shown[1] == str(waiting)
    Signal.objects.update(closed_at=NOW, closed_why="gone")
    assert "k-nav-count" not in page(client, told.sofia, "accounts")


def test_the_company_names_key_accounts_in_lists_as_it_wants(client, told):
    KeyStatus.objects.create(account=told.nordelma, from_date=DAY, why="x", proposed_by=told.sofia,
                             decided_by=told.dario, decided_at=NOW)  # fmt: skip
    KeyProfile.objects.create(number=1, text="Whom we would miss", labels={"key": "Lighthouse"}, rules={},
                              author=told.dario, at=NOW)  # fmt: skip
    Task.objects.create(title="Call them", owner=told.sofia, account=told.nordelma, due_on=DAY, priority=1,
                        created_at=NOW, created_by=told.sofia)  # fmt: skip
    for name in ("signals", "tasks", "today"):
        text = page(client, told.sofia, name)
        assert "Lighthouse" in text, name
        assert ">Key<" not in re.sub(r"\s+", "", text), name


def test_today_says_nothing_of_signals_where_there_are_none(client, firm):
    assert "What needs attention" not in page(client, firm.sofia, "today")


def test_a_line_becomes_a_task_with_one_press_and_is_taken_back(client, told):
    client.force_login(told.sofia)
    row = of("lost")
    answer = client.post(reverse("signal_task", args=[row.pk]), {"next": reverse("today")})
    assert answer["Location"] == reverse("today")
    task = Task.objects.get(origin="signal")
    assert (task.owner, task.account, task.due_on) == (told.sofia, told.nordelma, DAY + dt.timedelta(7))
    today = client.get(reverse("today")).content.decode()
    assert "Nothing bought for 12 months" not in today
    assert task.title in today
    undo = next(part.split('"')[0] for part in today.split('action="')[1:] if part.startswith("/undo/"))
    client.post(undo)
    assert Task.objects.get(pk=task.pk).state == "dropped"
    assert "Nothing bought for 12 months" in client.get(reverse("today")).content.decode()


def test_a_line_is_put_off_with_a_reason(client, told):
    client.force_login(told.sofia)
    row = of("lost")
    until = DAY + dt.timedelta(30)
    assert client.post(reverse("signal_snooze", args=[row.pk]), {"until": until}).status_code == 409
    client.post(reverse("signal_snooze", args=[row.pk]), {"until": until, "reason": "They move house"})
    assert "Nothing bought" not in client.get(reverse("today")).content.decode()
    one = client.get(reverse("signal", args=[row.pk])).content.decode()
    assert "They move house" in one
    assert "put a signal off" in one
    client.post(reverse("signal_wake", args=[row.pk]))
    assert "Nothing bought" in client.get(reverse("today")).content.decode()


@pytest.mark.parametrize(
    ("rule", "leads"),
    [("key_share_norm", "portfolio"), ("dossier_gaps", "account_dossier"), ("decider_not_met", "account_people"),
     ("need_waits", "need")],
)  # fmt: skip
def test_the_button_leads_to_where_the_cause_is_put_right(client, told, rule, leads):
    client.force_login(told.dario)
    row = of(rule)
    answer = client.post(reverse("signal_act", args=[row.pk]))
    told_of = {"portfolio": [], "need": [row.about.partition(":")[2]]}.get(leads, ["H-1"])
    assert answer["Location"] == reverse(leads, args=told_of)
    row.refresh_from_db()
    assert (row.acted_by, row.acted_at) == (told.dario, NOW)


def test_what_is_not_mine_is_not_there(client, told):
    client.force_login(told.petra)
    for row in Signal.objects.exclude(account=told.foreign):
        assert client.get(reverse("signal", args=[row.pk])).status_code == 404
        for name in ("signal_act", "signal_task", "signal_wake", "signal_snooze"):
            assert client.post(reverse(name, args=[row.pk])).status_code == 404
    text = page(client, told.petra, "signals")
    assert "Foreign" in text
    assert not {"Helios", "Nordelma", "The company"} & {
        word for word in ("Helios", "Nordelma") if word in text
    }
    assert "Foreign" not in exported(client, account="H-1")


def test_who_may_not_read_secrets_is_not_told_that_there_are_any(client, told):
    marta = person("marta", "sales_manager")
    cover(told.nordelma, marta, "sales")
    texts = [
        page(client, marta, "today"),
        page(client, marta, "signals"),
        page(client, marta, "account", "N-1"),
    ]
    assert all("Nothing bought" in text for text in texts)
    assert not any("ecret need" in text or "A need waits" in text for text in texts)
    assert client.get(reverse("signal", args=[of("need_waits").pk])).status_code == 404


def test_the_list_opens_with_what_costs_most_and_narrows(client, told):
    text = page(client, told.dario, "signals")
    assert "Most is at stake at Helios" in text
    assert text.index("Helios") < text.index("Nordelma") < text.index("Foreign")
    assert "Slipping" not in page(client, told.dario, "signals", rule="lost").partition("<tbody>")[2]
    Signal.objects.filter(rule="lost").update(closed_at=NOW, closed_why="gone")
    assert "Nothing bought" not in page(client, told.dario, "signals")
    assert "Nothing bought" in page(client, told.dario, "signals", state="closed")
    assert "Nothing bought" in page(
        client, told.dario, "signals", rule="lost", opened="90", became="by_itself"
    )
    assert "Nothing bought" not in page(
        client, told.dario, "signals", rule="lost", opened="90", became="acted"
    )


def test_a_file_holds_what_the_list_shows(client, told):
    client.force_login(told.sofia)
    text = exported(client)
    assert "Critical dependence" in text
    assert "30000" in text
    assert "Foreign" not in text


def test_many_are_put_off_or_made_tasks_at_once(client, told):
    client.force_login(told.sofia)
    picked = [of("lost").pk, of("critical_dependence").pk]
    told_of = {"which": "picked", "pick": picked, "step": "2", "once": "x"}
    client.post(reverse("signals_bulk"), told_of | {"action": "task"})
    assert Task.objects.filter(origin="signal", owner=told.sofia).count() == 2
    until = DAY + dt.timedelta(7)
    client.post(reverse("signals_bulk"), told_of | {"action": "snooze", "until": until, "reason": "Fair"})
    assert Signal.objects.filter(snoozed_until=until, snooze_reason="Fair").count() == 2


def test_an_account_shows_its_signals_and_those_that_are_over(client, told):
    snapshot({"H-1": critical(), "N-1": {}})
    evaluate(now=NOW + dt.timedelta(1))
    text = page(client, told.sofia, "account", "N-1")
    assert "Secret need" in text
    assert "1 signal that is over" in text
    assert "The cause is gone" in text
    assert "30\xa0% of income" not in text


def test_who_may_not_work_reads_and_presses_nothing(client, told):
    text = page(client, person("gerda", "reader"), "signals")
    assert "Helios" in text
    one = page(client, person("aldo", "auditor"), "signal", of("lost").pk)
    assert "Make a task" not in one
    assert "Put off" not in one


def test_the_pages_ask_as_much_for_many_as_for_few(client, told):
    def counted(name: str, *args) -> int:
        client.force_login(told.dario)
        client.get(reverse(name, args=args))
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse(name, args=args))
        return len(captured)

    names = [("today",), ("signals",), ("signal_rules",), ("account", "N-1")]
    before = [counted(*name) for name in names]
    rows = {"H-1": critical(), "N-1": lost(), "F-1": slipping()}
    for at in range(5):
        more = account(f"Y-{at}", f"More {at}")
        cover(more, told.sofia, "sales")
        rows[f"Y-{at}"] = lost()
        for whom in (more, told.nordelma):
            Need.objects.create(account=whom, what="x", raised_on=DAY - dt.timedelta(30), created_at=NOW)
    snapshot(rows, key_share=0.9)
    evaluate(now=NOW)
    assert [counted(*name) for name in names] == before


# --- rules -----------------------------------------------------------------------------------------------


def test_the_page_of_rules_tells_how_often_each_fired(client, told):
    text = page(client, told.dario, "signal_rules")
    assert all(str(rule.name) in text for rule in registry.all_rules())
    assert "?rule=lost&amp;state=open" in text
    mine = page(client, told.petra, "signal_rules")
    assert "?rule=lost" not in mine
    assert "?rule=slipping&amp;state=open" in mine
    assert "Share of key accounts" not in mine
    assert "data-inline" not in mine


def test_a_threshold_is_set_in_place_and_refused_in_words(client, told):
    client.force_login(told.dario)
    url = reverse("signal_rule_threshold", args=["slipping", "fall"])
    assert 'value="10"' in client.get(url).content.decode()
    client.post(url, {"value": "25"})
    assert RuleSetting.objects.get(rule="slipping").thresholds == {"fall": 0.25}
    answer = client.post(url, {"value": "101"})
    assert answer.status_code == 422
    assert "lies between 0 and 100" in answer.content.decode()
    answer = client.post(url, {"value": "30", "opened": "0.1"})
    assert answer.status_code == 422
    assert "Somebody else has set this to 25" in answer.content.decode()
    client.post(url, {"value": "30", "opened": "0.25"})
    assert RuleSetting.objects.get(rule="slipping").thresholds == {"fall": 0.3}
    assert client.get(reverse("signal_rule_threshold", args=["slipping", "nothing"])).status_code == 404


def test_a_line_of_the_profile_is_set_from_here(client, told):
    client.force_login(told.dario)
    client.post(reverse("signal_rule_threshold", args=["critical_dependence", "line"]), {"value": "25"})
    assert Profile.objects.get().share_critical == 0.25


def test_a_rule_is_switched_off_and_on_again(client, told):
    client.force_login(told.dario)
    client.post(reverse("signal_rule_switch", args=["lost"]))
    assert not RuleSetting.objects.get(rule="lost").is_on
    text = client.get(reverse("signal_rules")).content.decode()
    assert "is off; its signals close" in text
    undo = next(part.split('"')[0] for part in text.split('action="')[1:] if part.startswith("/undo/"))
    client.post(undo)
    assert RuleSetting.objects.get(rule="lost").is_on
    assert client.post(reverse("signal_rule_switch", args=["nothing"])).status_code == 404
