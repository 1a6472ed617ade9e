"""Units, people, absences and leaving, as they are written."""

from __future__ import annotations

import datetime as dt

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from kamerton.access import policy
from kamerton.access.actions import delegations, edit_person, leaving, units
from kamerton.access.models import Delegation, OrgUnit, User
from kamerton.core import clock
from kamerton.core.concurrency import Conflict
from kamerton.core.models import AuditEntry
from kamerton.core.refused import Refused

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
TODAY = NOW.date()
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def at_nine():
    with clock.set_to(NOW):
        yield


def person(name: str, role: str = "senior_kam", **more) -> User:
    return User.objects.create_user(name, password="kamerton-test", role=role, **more)


@pytest.fixture
def chief(db):
    return person("chief", "administrator")


def again(row):
    return type(row).objects.get(pk=row.pk)


# --- units ---------------------------------------------------------------------------------------------------


def unit(chief, name, parent=None, **more):
    return units.create_unit(actor=chief, name=name, parent=parent, now=NOW, **more)


def edit(chief, row, **submitted):
    return units.edit_unit(actor=chief, unit=row, opened={}, submitted=submitted, now=NOW)


@pytest.mark.requirement("TEAM-06")
def test_the_line_follows_the_tree_at_once(chief):
    head, kam = person("head", "sales_manager"), person("kam")
    company = unit(chief, "  The   company ", kind="company")
    sales = unit(chief, "Sales", company)
    User.objects.filter(pk=kam.pk).update(unit=sales)
    assert (company.name, policy.superiors(kam)) == ("The company", [])
    edit(chief, sales, head=head)
    assert policy.superiors(kam) == [head]
    edit(chief, sales, head=None)
    edit(chief, company, head=chief)
    assert policy.superiors(kam) == [chief]
    assert AuditEntry.objects.filter(action="access.edit_unit").count() == 3


def test_no_unit_lies_in_itself(chief):
    top = unit(chief, "A")
    middle = unit(chief, "B", top)
    low = unit(chief, "C", middle)
    for parent in (top, middle, low):
        with pytest.raises(Refused) as refused:
            edit(chief, top, parent=parent)
        assert refused.value.code == "circle"
    assert again(top).parent is None
    edit(chief, low, parent=top)
    assert again(low).parent == top


@pytest.mark.parametrize("name", ["sales", " Sales "])
def test_two_units_in_one_place_have_two_names(chief, name):
    top = unit(chief, "Top")
    unit(chief, "Sales", top)
    with pytest.raises(Refused):
        unit(chief, name, top)
    unit(chief, "Sales")  # elsewhere it may
    with pytest.raises(Refused):
        unit(chief, "  ")


def test_a_unit_with_something_in_it_stays(chief):
    top = unit(chief, "Top")
    low = unit(chief, "Low", top)
    User.objects.filter(pk=chief.pk).update(unit=low)
    for row in (top, low):
        with pytest.raises(Refused):
            units.remove_unit(actor=chief, unit=row, now=NOW)
    User.objects.update(unit=None)
    units.remove_unit(actor=chief, unit=low, now=NOW)
    assert list(OrgUnit.objects.all()) == [top]


@pytest.mark.parametrize("role", ["director", "senior_kam", "hr"])
def test_only_who_keeps_the_people_changes_units_and_roles(chief, role):
    other, row = person("other", role), unit(chief, "Top")
    for act in (
        lambda: units.create_unit(actor=other, name="New", now=NOW),
        lambda: units.edit_unit(actor=other, unit=row, opened={}, submitted={"name": "Mine"}, now=NOW),
        lambda: units.remove_unit(actor=other, unit=row, now=NOW),
        lambda: edit_person(
            actor=other, person=other, opened={}, submitted={"role": "administrator"}, now=NOW
        ),
    ):
        with pytest.raises(policy.Forbidden):
            act()
    assert (again(row).name, again(other).role) == ("Top", role)


# --- people ----------------------------------------------------------------------------------------------------


def change(chief, who, opened=None, **submitted):
    return edit_person(actor=chief, person=who, opened=opened or {}, submitted=submitted, now=NOW)


def test_a_person_is_placed_in_the_company(chief):
    kam, sales = person("kam"), unit(chief, "Sales")
    change(
        chief,
        kam,
        title="Key account manager",
        unit=sales,
        reports_to=chief,
        spoken=["pl", "en"],
        is_external=False,
    )
    found = again(kam)
    assert (found.title, found.unit, found.reports_to, found.spoken) == (
        "Key account manager",
        sales,
        chief,
        ["pl", "en"],
    )
    told = AuditEntry.objects.get(action="access.edit_person")
    assert told.before == {"title": None, "unit": None, "reports_to": None, "spoken": []}


def test_two_who_change_the_same_see_it(chief):
    kam = person("kam", title="A")
    opened = {"title": "A"}
    change(chief, kam, opened, title="B")
    with pytest.raises(Conflict):
        change(chief, kam, opened, title="C")
    assert again(kam).title == "B"


@pytest.mark.parametrize("told", [{"role": "director"}, {"is_external": True}])
def test_the_last_administrator_stays(chief, told):
    with pytest.raises(Refused) as refused:
        change(chief, chief, **told)
    assert refused.value.code == "last_administrator"
    second = person("second", "administrator", leaving_on=TODAY)  # leaves: does not count
    with pytest.raises(Refused):
        change(chief, chief, **told)
    User.objects.filter(pk=second.pk).update(leaving_on=None)
    change(chief, chief, **told)


def test_nobody_reports_to_themselves_in_the_end(chief):
    a, b = person("a"), person("b")
    sales = unit(chief, "Sales", head=b)
    change(chief, a, unit=sales)  # a reports to b by the unit
    with pytest.raises(Refused) as refused:
        change(chief, b, reports_to=a)
    assert refused.value.code == "circle"
    change(chief, a, reports_to=chief)
    change(chief, b, reports_to=a)
    assert [each.username for each in policy.superiors(again(b))] == ["a", "chief"]


# --- absences ----------------------------------------------------------------------------------------------------


def announce(actor, absent, substitute, start=0, end=3, number="12/2026"):
    return delegations.announce(
        actor=actor, absent=absent, substitute=substitute, order_number=number, from_date=TODAY + start * DAY,
        to_date=TODAY + end * DAY, now=NOW,
    )  # fmt: skip


@pytest.mark.requirement("ABS-01")
def test_an_order_has_a_number_once(chief):
    a, b = person("a"), person("b")
    for number in ("", "   "):
        with pytest.raises(Refused, match="has a number"):
            announce(a, a, b, number=number)
    announce(a, a, b, number=" 12/A ")
    with pytest.raises(Refused, match="already"):
        announce(a, a, b, 10, 12, number="12/a")
    assert [order.order_number for order in Delegation.objects.all()] == ["12/A"]


@pytest.mark.parametrize(
    ("role", "whom", "may"),
    [
        ("senior_kam", "self", True),
        ("senior_kam", "below", True),
        ("senior_kam", "stranger", False),
        ("junior_kam", "self", False),
        ("sales_support", "self", False),
        ("hr", "stranger", True),
        ("director", "stranger", True),
        ("administrator", "stranger", True),
    ],
)
def test_for_whom_one_may_give_an_order(db, role, whom, may):
    actor, stranger, substitute = person("actor", role), person("stranger"), person("substitute")
    below = person("below", reports_to=actor)
    absent = {"self": actor, "below": below, "stranger": stranger}[whom]
    assert (absent in delegations.possible_absent(actor)) is may
    if may:
        order = announce(actor, absent, substitute)
        delegations.revoke(actor=actor, order=order, now=NOW)
        assert not again(order).holds_on(TODAY)
    else:
        with pytest.raises(policy.Forbidden):
            announce(actor, absent, substitute)


def test_whoever_stands_in_gives_no_orders_in_the_name_of_the_absent(db):
    head, substitute, third = person("head", "director"), person("substitute", "junior_kam"), person("third")
    announce(head, head, substitute)
    with pytest.raises(policy.Forbidden):
        announce(again(substitute), third, person("fourth"), number="13")


@pytest.mark.parametrize(
    ("second", "start", "end", "code"),
    [
        (("a", "c"), 3, 9, "overlap"),
        (("a", "c"), -1, 0, "overlap"),
        (("c", "a"), 1, 2, "away"),
        (("b", "c"), 3, 4, "stands_in"),
        (("a", "a"), 10, 11, "self"),
        (("a", "guest"), 10, 11, "external"),
        (("a", "gone"), 10, 11, "gone"),
        (("a", "b"), 10, 9, "days"),
        (("a", "b"), -3, -1, "days"),
        (("a", "c"), 4, 9, ""),
    ],
)
def test_what_cannot_be_announced(chief, second, start, end, code):
    people = {name: person(name) for name in "abc"}
    people["guest"] = person("guest", is_external=True)
    people["gone"] = person("gone", leaving_on=TODAY + 10 * DAY)
    announce(chief, people["a"], people["b"])
    absent, substitute = (people[name] for name in second)
    if not code:
        announce(chief, absent, substitute, start, end, "next")
        return
    with pytest.raises(Refused) as refused:
        announce(chief, absent, substitute, start, end, "next")
    assert refused.value.code == code
    assert Delegation.objects.count() == 1


def test_an_order_that_has_ended_is_not_revoked(chief):
    a, b = person("a"), person("b")
    order = announce(chief, a, b)
    delegations.revoke(actor=a, order=order, now=NOW)
    for moment in (NOW, NOW + 9 * DAY):
        with pytest.raises(Refused, match="ended already"):
            delegations.revoke(actor=chief, order=order, now=moment)


# --- leaving -------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("CNF-02")
def test_a_sign_in_closes_by_itself_after_the_last_day(chief):
    kam, other = person("kam"), person("other")
    guest = Client()
    signed = guest.post(reverse("account_login"), {"login": "kam", "password": "kamerton-test"})
    assert (signed.status_code, UserSession.objects.filter(user=kam).count()) == (302, 1)
    order = announce(chief, kam, other, 0, 30)
    leaving.begin_leaving(actor=chief, person=kam, last_day=TODAY + DAY, now=NOW)
    for moment in (NOW, NOW + DAY):
        assert leaving.close_left(now=moment) == []
        with clock.set_to(moment):
            assert guest.get(reverse("you")).status_code == 200
    late = NOW + 2 * DAY
    with clock.set_to(late):  # nothing has run yet
        assert guest.get(reverse("you")).status_code == 302
        refused = Client().post(reverse("account_login"), {"login": "kam", "password": "kamerton-test"})
        assert refused.status_code != 302 or "inactive" in refused["Location"]
        assert again(kam).is_active
        assert [each.pk for each in leaving.close_left(now=late)] == [kam.pk]
        assert leaving.close_left(now=late) == []  # and once more
    assert (again(kam).is_active, again(order).revoked_at, UserSession.objects.filter(user=kam).count()) == (
        False,
        late,
        0,
    )
    assert AuditEntry.objects.filter(action="access.close_person").count() == 1


def test_leaving_is_taken_back_until_the_last_day_is_past(chief):
    kam = person("kam")
    leaving.begin_leaving(actor=chief, person=kam, last_day=TODAY, now=NOW)
    assert not policy.can(again(kam), "export")
    leaving.stay(actor=chief, person=kam, now=NOW)
    assert policy.can(again(kam), "export")
    leaving.begin_leaving(actor=chief, person=kam, last_day=TODAY, now=NOW)
    leaving.close_left(now=NOW + DAY)
    for act in (
        lambda: leaving.stay(actor=chief, person=kam, now=NOW + DAY),
        lambda: leaving.begin_leaving(actor=chief, person=kam, last_day=TODAY + 9 * DAY, now=NOW + DAY),
    ):
        with pytest.raises(Refused, match="closed already"):
            act()


def test_who_may_let_people_leave_and_not_on_a_past_day(chief):
    kam = person("kam")
    with pytest.raises(policy.Forbidden):
        leaving.begin_leaving(actor=kam, person=kam, last_day=TODAY, now=NOW)
    with pytest.raises(Refused):
        leaving.begin_leaving(actor=chief, person=kam, last_day=TODAY - DAY, now=NOW)
    with pytest.raises(Refused) as refused:
        leaving.begin_leaving(actor=person("hr", "hr"), person=chief, last_day=TODAY, now=NOW)
    assert refused.value.code == "last_administrator"
    assert again(kam).leaving_on is None
