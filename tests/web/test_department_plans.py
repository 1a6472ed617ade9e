"""Targets of departments: derived for people, held against sales, and seen by whom they concern."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from kamerton.access import policy
from kamerton.access.models import OrgUnit
from kamerton.accounts.models import Account, Coverage
from kamerton.core import undo
from kamerton.core.concurrency import Conflict
from kamerton.core.refused import Refused
from kamerton.plans import department_queries as queries
from kamerton.plans.actions import department as actions
from kamerton.plans.models import DepartmentPlan, Target
from kamerton.plans.rules.department import Aim, total

#: What the book sold in 2025 (tests/web/conftest.py): 6000 - 600 returned, 350 from May on.
HELIOS = Aim(Decimal(6000 * 12 - 600) - Decimal(3500 * 12 - 350), 1)
FRESH = Aim(Decimal(8 * (350 - 150)), 1)


@pytest.fixture
def sales(book, make_user):
    """A department: Adler answers for Helios and the new one, Berti for Nordelma; Cato of another unit for Dots."""
    unit = OrgUnit.objects.create(name="Sales")
    team = OrgUnit.objects.create(name="Key accounts", kind="team", parent=unit)
    other = OrgUnit.objects.create(name="Service")
    people = {}
    for name, at, numbers in (
        ("adler", team, ("H-1", "F-1")),
        ("berti", unit, ("N-1",)),
        ("cato", other, ("..",)),
    ):
        person = make_user("senior_kam", name)
        person.unit = at
        person.save()
        people[name] = person
        for number in numbers:
            Coverage.objects.create(account=Account.objects.get(number=number), person=person, created_at=NOW,
                                    from_date=dt.date(2024, 1, 1))  # fmt: skip
    people["director"] = make_user("director", "dora")
    return unit, people


NOW = dt.datetime(2026, 1, 10, 9, tzinfo=dt.UTC)
AIMS = {"retention": Aim(Decimal(100_000), 3), "growth": Aim(Decimal(5_001), 3)}


def made(sales, year=2025):
    unit, people = sales
    return actions.create(actor=people["director"], unit=unit, year=year, aims=AIMS, now=NOW)


def lines(actor, plan):
    return {
        (side.kind, line.person.username): (queries.aim(line.target), line.actual)
        for side in queries.sides(actor, plan)
        for line in side.lines
    }


@pytest.mark.requirement("ABP-09")
def test_individual_targets_are_derived_and_a_difference_is_shown(sales, client):
    _unit, people = sales
    plan = made(sales)
    found = lines(people["director"], plan)
    # Growth in equal parts; retention by what their accounts made of 2024; Cato belongs to another department.
    assert {who for _kind, who in found} == {"adler", "berti"}
    assert found["growth", "adler"][0] == Aim(Decimal("2500.50"), 2)
    assert found["growth", "berti"][0] == Aim(Decimal("2500.50"), 1)
    helios, nordelma = Decimal(12 * 2500), Decimal(12 * 220)
    expected = (Decimal(100_000) * helios / (helios + nordelma)).quantize(Decimal("0.01"))
    assert found["retention", "adler"][0].volume == expected
    for side in queries.sides(people["director"], plan):
        assert side.difference == Aim()
        assert total(queries.aim(line.target) for line in side.lines) == AIMS[side.kind]

    row = Target.objects.get(plan=plan, person=people["berti"], kind="retention")
    actions.set_target(actor=people["director"], target=row, now=NOW, opened={},
                       submitted={"volume": row.volume + 1234, "clients": row.clients - 1})  # fmt: skip
    kept = next(side for side in queries.sides(people["director"], plan) if side.kind == "retention")
    assert kept.difference == Aim(Decimal(1234), -1)
    client.force_login(people["director"])
    page = client.get(reverse("department_plan", args=[plan.pk])).content.decode()
    assert (
        "The people&#x27;s targets do not add up: €1,234 more than the department&#x27;s, 1 customer fewer."
        in page
    )


@pytest.mark.requirement("ABP-10")
def test_growth_and_retention_are_apart_and_new_customers_are_counted(sales, client):
    _unit, people = sales
    plan = made(sales)
    found = lines(people["director"], plan)
    assert found["retention", "adler"][1] == HELIOS
    assert found["growth", "adler"][1] == FRESH  # first purchase in May 2025
    assert found["growth", "berti"][1] == Aim()
    client.force_login(people["director"])
    answer = client.get(reverse("department_plan", args=[plan.pk]))
    assert [side["title"] for side in answer.context["sides"]] == ["Customers we have", "New customers"]
    assert "1 of 3 new customers are won" in answer.context["lead"]


def test_dividing_anew_is_undone_and_keeps_who_was_added(sales, make_user):
    _unit, people = sales
    plan, director = made(sales), people["director"]
    row = Target.objects.get(plan=plan, person=people["adler"], kind="growth")
    actions.set_target(actor=director, target=row, opened={}, submitted={"volume": Decimal(1)}, now=NOW)
    actions.add_person(actor=director, plan=plan, person=people["cato"], now=NOW)
    before = lines(director, plan)
    token = actions.derive(actor=director, plan=plan, now=NOW)
    assert lines(director, plan)["growth", "cato"][0] == Aim(Decimal(1667), 1)
    assert undo.take_back(actor=director, token=token, now=NOW) == "The targets are as they were."
    assert lines(director, plan) == before
    token = actions.drop_person(actor=director, plan=plan, person=people["cato"], now=NOW)
    assert ("growth", "cato") not in lines(director, plan)
    undo.take_back(actor=director, token=token, now=NOW)
    assert lines(director, plan) == before


def test_everybody_sees_their_own_line_only(sales, client):
    _unit, people = sales
    plan = made(sales)
    assert {who for _kind, who in lines(people["adler"], plan)} == {"adler"}
    assert all(
        side.department is None and side.difference is None for side in queries.sides(people["adler"], plan)
    )
    assert queries.visible(people["cato"]) == []
    client.force_login(people["cato"])
    assert client.get(reverse("department_plan", args=[plan.pk])).status_code == 404
    assert "Sales" not in client.get(reverse("department_plans")).context["lead"]
    client.force_login(people["adler"])
    page = client.get(reverse("department_plan", args=[plan.pk])).content.decode()
    assert "berti" not in page
    csv = b"".join(client.get(reverse("department_export", args=[plan.pk, "csv"])).streaming_content).decode()
    assert "adler" in csv
    assert "berti" not in csv
    assert "Sales" not in csv
    with pytest.raises(policy.Forbidden):
        actions.derive(actor=people["adler"], plan=plan, now=NOW)


def test_whoever_heads_the_department_or_the_line_sees_its_people(sales, make_user):
    unit, people = sales
    plan, head = made(sales), make_user("senior_kam", "head")
    assert queries.visible(head) == []
    unit.head = head
    unit.save()
    assert {who for _kind, who in lines(head, plan)} == {"adler", "berti"}
    boss = make_user("senior_kam", "boss")
    people["berti"].reports_to = boss
    people["berti"].save()
    assert {who for _kind, who in lines(boss, plan)} == {"berti"}


@pytest.mark.parametrize(
    ("year", "aims", "says"),
    [
        (26, AIMS, "four digits"),
        (2026, {"retention": Aim(Decimal(-1), 0)}, "not negative"),
        (2026, {"growth": Aim(Decimal(0), -1)}, "not negative"),
        (2026, {"growth": Aim(Decimal(10) ** 14, 1)}, "not negative"),
    ],
)
def test_what_cannot_be_planned_is_refused_and_nothing_is_kept(sales, year, aims, says):
    unit, people = sales
    with pytest.raises(Refused, match=says):
        actions.create(actor=people["director"], unit=unit, year=year, aims=aims, now=NOW)
    assert not DepartmentPlan.objects.exists()


def test_a_department_has_one_plan_a_year(sales):
    plan = made(sales)
    with pytest.raises(Refused, match="has a plan for 2025 already"):
        made(sales)
    with pytest.raises(IntegrityError), transaction.atomic():
        Target.objects.create(plan=plan, kind="growth")


def test_two_at_once_the_second_sees_what_changed(sales):
    _unit, people = sales
    row = Target.objects.get(plan=made(sales), person=people["adler"], kind="growth")
    opened = {"volume": "2500.5", "clients": 2}
    told = {"actor": people["director"], "target": row, "opened": opened, "now": NOW}
    actions.set_target(**told, submitted={"volume": Decimal(3000), "clients": 2})
    actions.set_target(**told, submitted={"volume": Decimal("2500.50"), "clients": 4})
    row.refresh_from_db()
    assert (row.volume, row.clients) == (Decimal(3000), 4)
    with pytest.raises(Conflict):
        actions.set_target(**told, submitted={"volume": Decimal(9), "clients": 2})


def test_by_hand_in_the_browser(sales, client, django_assert_num_queries):
    unit, people = sales
    client.force_login(people["director"])
    empty = client.get(reverse("department_plans"))
    assert "No targets yet" in empty.content.decode()
    assert client.get(reverse("department_plan_new"), {"unit": unit.pk}).status_code == 200
    told = {"unit": unit.pk, "year": 2026, "retention_volume": "90000", "retention_clients": "2",
            "growth_volume": "1000", "growth_clients": "2"}  # fmt: skip
    answer = client.post(reverse("department_plan_new"), told)
    plan = DepartmentPlan.objects.get()
    assert answer["Location"] == reverse("department_plan", args=[plan.pk])
    wrong = client.post(reverse("department_plan_new"), told)
    assert "has a plan for 2026 already" in wrong.content.decode()
    row = Target.objects.get(plan=plan, person=None, kind="growth")
    edit = reverse("department_target", args=[row.pk])
    version = client.get(edit).context["form"]["version"].value()
    client.post(edit, {"volume": "2000", "clients": "5", "version": version})
    row.refresh_from_db()
    assert (row.volume, row.clients) == (Decimal(2000), 5)
    client.post(reverse("department_person", args=[plan.pk]), {"person": people["cato"].pk})
    assert Target.objects.filter(plan=plan, person=people["cato"]).count() == 2
    client.post(reverse("department_person_drop", args=[plan.pk, people["cato"].pk]))
    assert not Target.objects.filter(person=people["cato"]).exists()
    client.post(reverse("department_derive", args=[plan.pk]))
    assert "No targets yet" not in client.get(reverse("department_plans")).content.decode()


def test_the_number_of_queries_does_not_grow_with_people(sales, make_user, django_assert_max_num_queries):
    _unit, people = sales
    plan = made(sales)
    with django_assert_max_num_queries(50) as few:
        queries.sides(people["director"], plan)
    for at in range(3):
        actions.add_person(
            actor=people["director"], plan=plan, person=make_user("junior_kam", f"j{at}"), now=NOW
        )
    with django_assert_max_num_queries(len(few)) as many:
        queries.sides(people["director"], plan)
    assert len(many) == len(few)
