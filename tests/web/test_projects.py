"""Projects: begun at D1, settled together, started, looked at, paid for; and who may do what."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from kamerton.access import policy
from kamerton.accounts.models import Contact
from kamerton.core import clock
from kamerton.core.refused import Refused
from kamerton.plans import project_queries as queries
from kamerton.plans.actions import budgets, check_ins, levels, projects
from kamerton.plans.models import CheckIn, LevelChange, Project, Spend
from kamerton.work.actions import approvals
from kamerton.work.models import Approval, Task
from tests.work.conftest import NOW, TODAY, absence, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def opened(firm, **more) -> Project:
    told = {
        "actor": firm.sofia,
        "account": firm.helios,
        "title": "Helios",
        "leader": firm.sofia,
        "now": NOW,
        **more,
    }
    return projects.open_project(**told)


def settle(firm, row, *kinds) -> None:
    for kind in kinds:
        projects.settle(actor=row.leader, project=row, kind=kind, text="So we do it", superior=firm.dario, on=TODAY,
                        now=NOW)  # fmt: skip


def running(firm, **more) -> Project:
    row = opened(firm, **more)
    settle(firm, row, "goals", "plan", "monitoring")
    projects.start(actor=firm.dario, project=row, now=NOW)
    row.refresh_from_db()
    return row


@pytest.mark.requirement("MGT-02")
def test_a_new_project_is_at_d1_also_for_a_leader_who_is_at_d3_elsewhere(firm):
    first = running(firm)
    levels.set_level(actor=firm.dario, project=first, level=3, why="Knows them", now=NOW)
    second = opened(firm, contact=firm.contact, title="Rita")
    assert (second.level, Project.objects.get(pk=first.pk).level) == (1, 3)
    levels.hand_on(actor=firm.dario, project=first, leader=firm.petra, why="Sofia has too much", now=NOW)
    first.refresh_from_db()
    assert (first.leader, first.level) == (firm.petra, 1)
    assert [(each.before, each.after) for each in LevelChange.objects.filter(project=first)] == [
        (3, 1),
        (1, 3),
    ]


@pytest.mark.requirement("MGT-03")
def test_at_d1_it_cannot_start_without_the_three_records_and_check_ins_are_scheduled(firm):
    row = opened(firm)
    for kind in ("goals", "plan", "monitoring"):
        with pytest.raises(Refused, match="cannot start yet"):
            projects.start(actor=firm.dario, project=row, now=NOW)
        settle(firm, row, kind)
    asked = projects.start(actor=firm.sofia, project=row, now=NOW)
    row.refresh_from_db()
    assert (asked.state, row.state) == (
        "waiting",
        "preparing",
    )  # at D1 the start itself waits for the superior
    approvals.decide(actor=firm.dario, approval=asked, approve=True, now=NOW)
    row.refresh_from_db()
    assert (row.state, row.started_on) == ("running", TODAY)
    due = CheckIn.objects.get(project=row)
    assert (due.held_on, due.due_on) == (None, TODAY + dt.timedelta(days=7))
    assert (due.task.owner, due.task.due_on, due.task.account) == (firm.sofia, due.due_on, firm.helios)
    check_ins.hold(actor=firm.sofia, project=row, note="All well", on=TODAY, now=NOW)
    assert Task.objects.get(pk=due.task_id).state == "done"
    assert CheckIn.objects.get(project=row, held_on=None).due_on == TODAY + dt.timedelta(days=7)


@pytest.mark.requirement("MGT-04")
def test_at_d3_fewer_things_wait_and_check_ins_are_rarer_and_the_slow_are_listed(firm, client):
    row = running(firm)
    closing = projects.close(actor=firm.sofia, project=row, outcome="Won", now=NOW)
    assert closing.state == "waiting"
    approvals.decide(actor=firm.dario, approval=closing, approve=False, reason="Go on", now=NOW)
    levels.set_level(actor=firm.dario, project=row, level=3, why="Knows them", now=NOW)
    assert CheckIn.objects.get(project=row, held_on=None).due_on == TODAY + dt.timedelta(days=30)
    other = opened(firm, contact=firm.contact, title="Rita")
    other.state, other.started_on = "running", TODAY - dt.timedelta(days=200)
    other.save()
    client.force_login(firm.dario)
    listed = client.get(reverse("projects"), {"list": "slow"}).content.decode()
    assert "Rita" in listed
    assert f'href="{reverse("project", args=[row.pk])}"' not in listed
    assert projects.close(actor=firm.sofia, project=row, outcome="Won", now=NOW) is None  # D3 ends it alone
    row.refresh_from_db()
    assert (row.state, row.outcome, row.ended_on) == ("done", "Won", TODAY)
    assert not CheckIn.objects.filter(project=row, held_on=None).exists()


@pytest.mark.requirement("MGT-05")
def test_money_within_the_budget_passes_and_beyond_it_escalates(firm):
    row = running(firm)
    budgets.agree(actor=firm.dario, project=row, budget=Decimal(100), purpose="Visits", now=NOW)
    told = {"actor": firm.sofia, "project": row, "what": "Train", "on": TODAY, "now": NOW}
    assert budgets.spend(**told, amount=Decimal("60.00")).state == "within"
    assert not Approval.objects.filter(kind="project_spend").exists()
    beyond = budgets.spend(**told, amount=Decimal("40.01"))
    assert (beyond.state, [each.decider for each in beyond.approval.steps.all()]) == ("waiting", [firm.dario])
    assert budgets.spend(**told, amount=Decimal("40.00")).state == "within"  # what waits does not count
    approvals.decide(actor=firm.dario, approval=beyond.approval, approve=True, now=NOW)
    beyond.refresh_from_db()
    assert beyond.state == "approved"
    row.refresh_from_db()
    assert queries.standing(row, TODAY).left == Decimal("-40.01")
    with pytest.raises(Refused, match="More than that is spent"):
        budgets.agree(actor=firm.dario, project=row, budget=Decimal(140), purpose="Visits", now=NOW)


@pytest.mark.requirement("ABP-14")
def test_marking_somebody_as_vip_proposes_a_project_of_its_own(firm, client):
    client.force_login(firm.sofia)
    assert "Rita Sole" not in client.get(reverse("projects")).content.decode()
    Contact.objects.filter(pk=firm.contact.pk).update(is_vip=True)
    assert "Rita Sole, Helios" in client.get(reverse("projects")).content.decode()
    assert "Open a project" in client.get(reverse("contact", args=[firm.contact.pk])).content.decode()
    answer = client.post(reverse("project_new", args=["H-1"]), {
        "contact": firm.contact.pk, "title": "Rita", "leader": firm.sofia.pk, "vision": "She asks us first"})  # fmt: skip
    row = Project.objects.get()
    assert answer["Location"] == reverse("project", args=[row.pk])
    assert (row.contact, row.level, row.state) == (firm.contact, 1, "preparing")
    assert "Rita Sole, Helios" not in client.get(reverse("projects")).content.decode()
    with pytest.raises(Refused, match="open already"):
        opened(firm, contact=firm.contact)
    with pytest.raises(IntegrityError), transaction.atomic():
        Project.objects.create(account=firm.helios, contact=firm.contact, title="Twice", leader=firm.sofia,
                               level_since=TODAY, created_at=NOW)  # fmt: skip


@pytest.mark.requirement("TEAM-07")
def test_the_leaders_vision_stands_on_the_project_for_the_team(firm, client):
    row = opened(firm, vision="Nobody plans a stop without us")
    client.force_login(firm.ivo)  # the junior of the account reads it
    assert "Nobody plans a stop without us" in client.get(reverse("project", args=[row.pk])).content.decode()


def test_only_the_leader_the_substitute_and_who_stands_above_write(firm, client):
    row = running(firm)
    with pytest.raises(Refused, match="leads this project"):
        check_ins.hold(actor=firm.ivo, project=row, note="Hello", on=TODAY, now=NOW)
    with pytest.raises(Refused, match="Only who stands above"):
        levels.set_level(actor=firm.sofia, project=row, level=4, why="I am good", now=NOW)
    with pytest.raises(Refused, match="Only who stands above"):
        budgets.agree(actor=firm.sofia, project=row, budget=Decimal(1), purpose="x", now=NOW)
    with pytest.raises(policy.Forbidden):
        check_ins.hold(actor=firm.petra, project=row, note="Hello", on=TODAY, now=NOW)
    absence(firm.sofia, firm.petra)
    petra = type(firm.petra).objects.get(pk=firm.petra.pk)
    check_ins.hold(actor=petra, project=row, note="In her place", on=TODAY, now=NOW)
    assert CheckIn.objects.filter(project=row, by=petra).exists()


def test_nobody_out_of_reach_sees_a_project(firm, client):
    row = running(firm, vision="A secret of ours")
    client.force_login(firm.petra)
    assert client.get(reverse("project", args=[row.pk])).status_code == 404
    assert "Helios" not in client.get(reverse("projects")).content.decode()
    export = client.get(reverse("projects_export", args=["csv"]))
    assert b"Helios" not in b"".join(export.streaming_content)
    outsider = person("omar", "senior_kam", is_external=True)
    client.force_login(outsider)
    assert client.get(reverse("project", args=[row.pk])).status_code == 404


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"title": " "}, "Give the project a name"),
        ({"leader": "petra"}, "does not report to you"),
        ({"account": "nordelma", "contact": "contact"}, "works elsewhere"),
    ],
)
def test_what_cannot_be_opened_is_refused(firm, values, says):
    told = {name: getattr(firm, value) if name in ("leader", "account", "contact") else value
            for name, value in values.items()}  # fmt: skip
    with pytest.raises(Refused, match=says):
        opened(firm, **told)
    assert not Project.objects.exists()


def test_goals_at_d1_wait_and_come_with_the_decision(firm):
    row = running(firm)
    asked = projects.set_goals(actor=firm.sofia, project=row, goals="Three plants", why="They grow", now=NOW)
    with pytest.raises(Refused, match="waits for a decision already"):
        projects.set_goals(actor=firm.sofia, project=row, goals="Four", why="More", now=NOW)
    approvals.decide(actor=firm.dario, approval=asked, approve=True, now=NOW)
    row.refresh_from_db()
    assert row.goals == "Three plants"


def test_by_hand_in_the_browser(firm, client):
    row = running(firm)
    client.force_login(firm.sofia)
    at = [row.pk]
    lead = client.get(reverse("project", args=at)).context["lead"]
    assert lead.replace("\u00a0", " ") == "It is running; the next check-in is on 9 March 2026."
    for name, args, told in (
        (
            "project_settle",
            [row.pk, "goals"],
            {"superior": firm.dario.pk, "on": "2026-03-01", "text": "Better"},
        ),
        ("project_check_in", at, {"on": "2026-03-02", "note": "Seen"}),
        ("project_spend", at, {"what": "Taxi", "amount": "20", "on": "2026-03-02"}),
    ):
        assert client.get(reverse(name, args=args)).status_code == 200
        assert client.post(reverse(name, args=args), told).status_code == 302
    assert (
        client.post(reverse("project_check_in", args=at), {"on": "2027-01-01", "note": "x"}).status_code
        == 422
    )
    assert Spend.objects.get().state == "waiting"
    client.force_login(firm.dario)
    for name, told in (
        ("project_level", {"level": "2", "why": "Well done"}),
        ("project_budget", {"budget": "500", "purpose": "Travel"}),
        ("project_leader", {"leader": firm.petra.pk, "why": "Balance"}),
        ("project_close", {"outcome": "Given up", "dropped": "on"}),
    ):
        assert client.get(reverse(name, args=at)).status_code == 200
        assert client.post(reverse(name, args=at), told).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.budget, row.leader) == ("dropped", Decimal(500), firm.petra)
    version = client.get(reverse("autonomy")).context["form"]["version"].value()
    told = {
        "days_1": 5,
        "days_2": 10,
        "days_3": 3,
        "days_4": 60,
        "expected": 3,
        "months": 6,
        "version": version,
    }
    assert "do not come more often" in client.post(reverse("autonomy"), told).content.decode()
    client.post(reverse("autonomy"), {**told, "days_3": 20})
    assert queries.days_between(queries.autonomy()) == {1: 5, 2: 10, 3: 20, 4: 60}


def test_the_list_costs_the_same_for_one_and_three(firm, client, django_assert_max_num_queries):
    running(firm)
    client.force_login(firm.dario)
    client.get(reverse("projects"))
    with django_assert_max_num_queries(60) as one:
        client.get(reverse("projects"))
    running(firm, contact=firm.contact, title="Rita")
    running(firm, account=firm.nordelma, title="Nordelma")
    with django_assert_max_num_queries(len(one)) as three:
        client.get(reverse("projects"))
    assert len(three) == len(one)
