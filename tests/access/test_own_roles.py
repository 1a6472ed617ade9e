"""Roles of the company's own: what they give, what they never give, and the pages that keep them."""

from __future__ import annotations

import datetime as dt
import html as markup

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from kamerton.access import policy
from kamerton.access.actions import edit_person
from kamerton.access.actions import roles as actions
from kamerton.access.models import Delegation, OwnRole, User
from kamerton.access.rights import EXTERNAL_RIGHTS, NEVER_IN_OWN_ROLE, RIGHTS, ROLES, completed
from kamerton.core import clock
from kamerton.core.models import AuditEntry
from kamerton.core.refused import Refused
from kamerton.web.roles import grouped
from kamerton.work import queries as work
from kamerton.work.models import Task
from tests.accounts.factories import account, cover

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
TODAY = NOW.date()
pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture(autouse=True)
def at_nine():
    with clock.set_to(NOW):
        yield


def person(name: str, role: str = "senior_kam", **more) -> User:
    return User.objects.create_user(name, password="kamerton-test", role=role, **more)


@pytest.fixture
def chief(db):
    return person("chief", "administrator")


def copied(chief, **more) -> OwnRole:
    told = {"base": "senior_kam", "name": "Hunter", "breadth": "line", "rights": ["accounts.edit"]}
    return actions.copy_role(actor=chief, now=NOW, **(told | more))


def give(chief, who: User, role: OwnRole | None) -> User:
    edit_person(actor=chief, person=who, opened={}, submitted={"own_role": role}, now=NOW)
    return User.objects.get(pk=who.pk)


def test_it_takes_the_place_of_the_rights_and_the_breadth(chief):
    kam, there = person("kam"), account("A-1")
    assert policy.can(kam, "export")
    kam = give(chief, kam, copied(chief, rights=["accounts.edit", "work.edit"], breadth="all"))
    assert {right for right in RIGHTS if policy.can(kam, right)} == {
        "accounts.view", "accounts.edit", "work.view", "work.edit"
    }  # fmt: skip
    assert policy.can(kam, "accounts.edit", there)  # covered by nobody
    assert str(kam.get_role_display()) == "Hunter"
    kam = give(chief, kam, None)
    assert policy.can(kam, "export")
    assert not policy.can(kam, "accounts.edit", there)


def test_a_change_counts_at_once_for_everybody(chief):
    role = copied(chief)
    kam = give(chief, person("kam"), role)
    assert not policy.can(kam, "export")
    actions.edit_role(
        actor=chief, role=role, opened={}, submitted={"rights": ["export"], "name": "Farmer"}, now=NOW
    )
    kam = User.objects.get(pk=kam.pk)
    assert policy.can(kam, "export")
    assert not policy.can(kam, "accounts.view")
    entry = AuditEntry.objects.get(action="access.edit_role")
    assert (entry.before["name"], entry.after) == ("Hunter", {"name": "Farmer", "rights": ["export"]})


def test_nobody_gets_the_keys_by_it(chief):
    for rights in (["people.manage"], ["people.manage", "accounts.view"], ["no.such"], []):
        with pytest.raises(Refused) as refused:
            copied(chief, rights=rights)
        assert refused.value.code == "rights"
    role = OwnRole.objects.create(name="Old", base="reader", rights=["people.manage", "gone"], created_at=NOW)
    kam = person("kam", own_role=role)
    assert not any(policy.can(kam, right) for right in RIGHTS)


def test_limits_of_people_from_outside_of_absences_and_of_leaving_stay(chief):
    everything = [right for right in RIGHTS if right not in NEVER_IN_OWN_ROLE]
    role = copied(chief, rights=everything, breadth="all")
    guest, kam, mate = person("guest", is_external=True), person("kam"), person("mate", "junior_kam")
    guest, kam = give(chief, guest, role), give(chief, kam, role)
    there = account("A-1")
    assert {right for right in RIGHTS if policy.can(guest, right)} == EXTERNAL_RIGHTS
    assert not policy.can(guest, "accounts.view", there)
    Delegation.objects.create(order_number="1", absent=kam, substitute=mate, from_date=TODAY, to_date=TODAY,
                              created_by=chief, created_at=NOW)  # fmt: skip
    assert policy.can(mate, "accounts.erase", there)
    assert not policy.can(mate, "trail.view")
    kam.leaving_on = TODAY
    kam.save()
    assert not policy.can(kam, "export")


def test_owning_a_row_gives_no_right_for_the_company(chief):
    kam = give(chief, person("kam"), copied(chief, rights=["accounts.view"]))
    task = Task.objects.create(title="x", owner=kam, created_at=NOW)
    assert policy.can(kam, "work.edit", task)  # one's own
    assert not policy.can(kam, "work.assign", task)
    assert not policy.can(kam, "export", task)


def test_it_counts_as_the_role_it_was_copied_from(chief):
    kam = give(chief, person("kam", "reader"), copied(chief, base="director", name="Chief of north"))
    assert (kam.role, str(kam.get_role_display())) == ("director", "Chief of north")
    reading = give(chief, person("other"), copied(chief, name="Reads decisions", rights=["work.view"]))
    assert {each.username for each in work.audience("work.view")} == {"chief", "other"}
    assert reading.held_role.breadth == "line"


def test_the_last_administrator_keeps_the_keys(chief):
    with pytest.raises(Refused) as refused:
        give(chief, chief, copied(chief))
    assert refused.value.code == "last_administrator"
    with pytest.raises(Refused):
        copied(chief, base="administrator")


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"administrator"}))
def test_nobody_but_the_administrator_keeps_roles(chief, role):
    made = copied(chief)
    other = person("other", role)
    for act in (
        lambda: copied(other, name="Mine"),
        lambda: actions.edit_role(actor=other, role=made, opened={}, submitted={"name": "x"}, now=NOW),
        lambda: actions.remove_role(actor=other, role=made, now=NOW),
    ):
        with pytest.raises(policy.Forbidden):
            act()


def test_names_are_given_once_and_a_role_in_use_stays(chief):
    made = copied(chief)
    for name in ("hunter", "Director", "  "):
        with pytest.raises(Refused):
            copied(chief, name=name)
    kam = give(chief, person("kam"), made)
    with pytest.raises(Refused) as refused:
        actions.remove_role(actor=chief, role=made, now=NOW)
    assert refused.value.code == "held"
    give(chief, kam, None)
    actions.remove_role(actor=chief, role=made, now=NOW)
    assert not OwnRole.objects.exists()


@given(st.sets(st.sampled_from(sorted(RIGHTS))))
def test_whoever_may_do_something_may_see_it(rights):
    given_ = completed(rights)
    assert rights <= given_
    for right in given_:
        room = right.partition(".")[0]
        assert f"{room}.view" not in RIGHTS or f"{room}.view" in given_
    assert completed(given_) == given_


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_of_people_asks_no_more_for_own_roles(chief, count, django_assert_max_num_queries):
    for at in range(count):
        give(chief, person(f"kam{at}"), copied(chief, name=f"Role {at}"))
    client = Client()
    client.force_login(chief)
    client.get(reverse("people"))
    with django_assert_max_num_queries(24):
        assert "Role 0" in client.get(reverse("people")).content.decode()


# --- the pages -------------------------------------------------------------------------------------------------


def test_a_role_is_copied_changed_given_and_removed_in_the_browser(chief):
    client, kam = Client(), person("kam")
    client.force_login(chief)
    cover(account("A-1"), kam)
    shown = markup.unescape(client.get(reverse("roles")).content.decode())
    url = reverse("role_new") + "?of=senior_kam"
    assert url in shown
    assert "of=administrator" not in shown
    form = client.get(url).context["form"]
    assert set(form["rights"].value()) == ROLES["senior_kam"].rights
    told = {
        "name": "Hunter",
        "breadth": "line",
        "rights": ["accounts.edit"],
        "version": form["version"].value(),
    }
    assert client.post(url, told | {"rights": ["people.manage"]}).status_code == 422
    client.post(url, told)
    made = OwnRole.objects.get()
    assert made.rights == ["accounts.view", "accounts.edit"]
    edit = reverse("person_edit", args=[kam.pk])
    form = client.get(edit).context["form"]
    client.post(edit, {"role": "reader", "own_role": made.pk, "version": form["version"].value()})
    kam.refresh_from_db()
    assert (kam.role, kam.own_role) == ("senior_kam", made)
    assert "Hunter" in client.get(reverse("person", args=[kam.pk])).content.decode()
    other = Client()
    other.force_login(kam)
    assert other.get(reverse("contacts")).status_code == 200
    assert other.get(reverse("contacts_export", args=["csv"])).status_code == 403
    page = reverse("role_edit", args=[made.pk])
    form = client.get(page).context["form"]
    client.post(page, {"name": "Hunter", "breadth": "line", "rights": ["accounts.edit", "export"],
                       "version": form["version"].value()})  # fmt: skip
    assert other.get(reverse("contacts_export", args=["csv"])).status_code == 200
    assert client.post(reverse("role_remove", args=[made.pk])).url == page
    assert OwnRole.objects.exists()


def test_every_right_that_can_be_given_stands_on_the_page_once():
    told = [right for _head, group in grouped() for right in group]
    assert sorted(told) == sorted(set(RIGHTS) - NEVER_IN_OWN_ROLE)
