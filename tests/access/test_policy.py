"""The one door, case by case: days, line, absences, secrecy, own rows, duties, those from outside, those who leave."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser

from kamerton.access import policy
from kamerton.access.models import Delegation, OrgUnit, User
from kamerton.access.rights import NEVER_OWNED, NOT_DELEGATED, RIGHTS, ROLES
from kamerton.access.secrecy import Secrecy
from kamerton.accounts.models import Account, Contact, Coverage, Fact, PersonalNote
from kamerton.core import clock
from kamerton.core.models import AuditEntry, Job
from kamerton.work.models import Approval, ApprovalStep, Handover, Request, Task

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
TODAY = NOW.date()


def day(offset: int) -> dt.date:
    return TODAY + dt.timedelta(days=offset)


@pytest.fixture(autouse=True)
def at_nine():
    with clock.set_to(NOW):
        yield


def person(name: str, role: str = "senior_kam", **more) -> User:
    return User.objects.create_user(name, password="kamerton-test", role=role, **more)


def again(user: User) -> User:
    """As the next request loads it: what an actor has asked is remembered with the object."""
    return User.objects.get(pk=user.pk)


def account(number: str) -> Account:
    return Account.objects.create(number=number, name=number, created_at=NOW)


def cover(whom: Account, who: User, role: str = "responsible", start: int = -100, end: int | None = None):
    return Coverage.objects.create(
        account=whom, person=who, role=role, from_date=day(start), to_date=None if end is None else day(end),
        created_at=NOW,
    )  # fmt: skip


def absence(absent: User, substitute: User, start: int = 0, end: int = 0, **more) -> Delegation:
    number = f"{absent.pk}-{substitute.pk}-{start}"
    return Delegation.objects.create(
        order_number=number, absent=absent, substitute=substitute, from_date=day(start), to_date=day(end),
        created_by=absent, created_at=NOW, **more,
    )  # fmt: skip


def fact(whom: Account, secrecy: int) -> Fact:
    return Fact.objects.create(
        account=whom, topic="other", statement=f"{whom.number} {secrecy}", secrecy=secrecy, dated=TODAY,
        created_at=NOW,
    )  # fmt: skip


def task(owner: User, whom: Account | None = None, **more) -> Task:
    return Task.objects.create(title="Call", owner=owner, account=whom, created_at=NOW, **more)


def numbers(actor, right: str = "accounts.view", **more) -> set[str]:
    rows = policy.scope(Account.objects.all(), again(actor), right, **more)
    return set(rows.values_list("number", flat=True))


@pytest.fixture
def two(db):
    """H is Sofia's, F belongs to somebody else: what must not be seen is always there."""
    sofia, other = person("sofia"), person("other")
    helios, foreign = account("H"), account("F")
    cover(helios, sofia)
    cover(foreign, other)
    return sofia, helios, other, foreign


# --- coverage and its days ---------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("start", "end", "seen"),
    [(0, None, True), (1, None, False), (-5, 0, True), (-5, -1, False), (0, 0, True), (1, 5, False)],
)
@pytest.mark.parametrize("role", ["responsible", "technical"])
def test_coverage_holds_from_its_first_day_to_its_last(start, end, seen, role):
    kam = person("kam")
    cover(account("H"), kam, role, start, end)
    cover(account("F"), person("other"))
    assert numbers(kam) == ({"H"} if seen else set())


def test_another_day_may_be_asked_for(two):
    sofia, helios, _other, _foreign = two
    helios.coverage.update(to_date=day(3))
    assert (numbers(sofia, on=day(3)), numbers(sofia, on=day(4))) == ({"H"}, set())


def test_who_covers_an_account_in_two_parts_sees_it_once(two):
    sofia, helios, _other, _foreign = two
    cover(helios, sofia, "technical")
    assert policy.scope(Account.objects.all(), sofia, "accounts.view").count() == 1


# --- roles -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_reaches_everything_its_line_or_nothing(role):
    account("H")
    everything = ROLES[role].breadth == "all" and "accounts.view" in ROLES[role].rights
    assert numbers(person("somebody", role)) == ({"H"} if everything else set())


def test_an_unknown_right_is_an_error_and_an_unknown_role_has_none(two):
    sofia, *_rest = two
    with pytest.raises(KeyError):
        policy.can(sofia, "accounts.everything")
    with pytest.raises(KeyError):
        policy.scope(Account.objects.all(), sofia, "accounts.everything")
    sofia.role = "king"
    assert not any(policy.can(sofia, right) for right in RIGHTS)


def test_who_is_not_signed_in_or_closed_reaches_nothing(two):
    sofia, *_rest = two
    assert not policy.scope(Account.objects.all(), AnonymousUser(), "accounts.view").exists()
    User.objects.filter(pk=sofia.pk).update(is_active=False)
    task(sofia)
    closed = again(sofia)
    assert numbers(closed) == set()
    assert not policy.can(closed, "accounts.view")
    assert not policy.scope(Task.objects.all(), closed, "work.view").exists()
    with pytest.raises(policy.SignedOut):
        policy.require_self(closed)


@pytest.mark.requirement("TEAM-01")
@pytest.mark.django_db
def test_a_junior_cannot_assign_and_a_senior_can():
    assert not policy.can(person("junior", "junior_kam"), "work.assign")
    assert policy.can(person("senior", "senior_kam"), "work.assign")


# --- the line ----------------------------------------------------------------------------------------------------


@pytest.mark.requirement("TEAM-06")
def test_the_line_is_seen_downwards_only(two):
    sofia, _helios, other, _foreign = two
    head = person("head", "sales_manager")
    sales = OrgUnit.objects.create(name="Sales", head=head)
    team = OrgUnit.objects.create(name="Team", parent=sales)
    assert numbers(head) == set()
    User.objects.filter(pk=sofia.pk).update(unit=team)
    cover(account("X"), head)
    assert (numbers(head), numbers(sofia)) == ({"H", "X"}, {"H"})
    User.objects.filter(pk=sofia.pk).update(reports_to=other)  # written at her: goes before the unit
    assert (numbers(head), numbers(other)) == ({"X"}, {"F", "H"})


def test_people_who_report_to_each_other_do_not_hang(two):
    sofia, _helios, other, _foreign = two
    User.objects.filter(pk=sofia.pk).update(reports_to=other)
    User.objects.filter(pk=other.pk).update(reports_to=sofia)
    assert numbers(sofia) == numbers(other) == {"H", "F"}


# --- absences ------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("ABS-01")
@pytest.mark.parametrize(
    ("moment", "seen"),
    [(-1, False), (0, True), (2, True), (3, True), (4, False)],
    ids=["the day before", "the first day", "between", "the last day", "the day after"],
)
def test_a_substitute_has_access_on_the_days_of_the_order_only(two, moment, seen):
    sofia, helios, _other, _foreign = two
    deputy = person("deputy")
    absence(sofia, deputy, 0, 3)
    secret = fact(helios, Secrecy.SECRET)
    with clock.set_to(NOW + dt.timedelta(days=moment)):
        assert numbers(deputy) == ({"H"} if seen else set())
        assert policy.can(again(deputy), "accounts.edit", helios) is seen
        assert policy.can(again(deputy), "secrets.read", secret) is seen
    assert numbers(sofia) == {"H"}  # nothing is taken from whoever is away


def test_a_revoked_order_gives_nothing(two):
    sofia, _helios, _other, _foreign = two
    deputy = person("deputy")
    absence(sofia, deputy, 0, 3, revoked_at=NOW, revoked_by=sofia)
    assert numbers(deputy) == set()


def test_orders_are_not_followed_further(two):
    sofia, _helios, other, _foreign = two
    third = person("third", "junior_kam")
    absence(sofia, other, 0, 3)
    absence(other, third, 0, 3)
    assert (numbers(other), numbers(third)) == ({"F", "H"}, {"F"})


def test_the_line_of_the_absent_comes_with_the_order(two):
    sofia, _helios, _other, _foreign = two
    head, deputy = person("head"), person("deputy")
    User.objects.filter(pk=sofia.pk).update(reports_to=head)
    absence(head, deputy)
    assert numbers(deputy) == {"H"}


@pytest.mark.parametrize("right", sorted(NOT_DELEGATED))
@pytest.mark.django_db
def test_rights_of_an_office_do_not_pass(right):
    deputy = person("deputy", "junior_kam")
    absence(person("chief", "administrator"), deputy)
    assert policy.can(again(deputy), "portfolio.configure")  # it is not that nothing passes
    assert not policy.can(again(deputy), right)
    assert not policy.scope(Account.objects.all(), again(deputy), right).exists()


@pytest.mark.parametrize("change", [{"is_active": False}, {"leaving_on": day(-1)}])
def test_who_has_left_passes_nothing_on(two, change):
    sofia, _helios, _other, _foreign = two
    deputy = person("deputy")
    absence(sofia, deputy)
    task(sofia)
    User.objects.filter(pk=sofia.pk).update(**change)
    assert numbers(deputy) == set()
    assert not policy.scope(Task.objects.all(), again(deputy), "work.view").exists()


def test_somebody_from_outside_stands_in_for_nobody(two):
    sofia, helios, _other, _foreign = two
    guest = person("guest", "senior_kam", is_external=True)
    absence(sofia, guest)
    fact(helios, Secrecy.OPEN)
    task(sofia)
    assert numbers(guest) == set()
    assert not policy.scope(Fact.objects.all(), again(guest), "accounts.view").exists()
    assert not policy.scope(Task.objects.all(), again(guest), "work.view").exists()


# --- secrecy -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "external", "highest"),
    [
        ("senior_kam", False, Secrecy.SECRET),
        ("director", False, Secrecy.SECRET),
        ("sales_manager", False, Secrecy.INTERNAL),
        ("sales_support", False, Secrecy.INTERNAL),
        ("department_member", False, Secrecy.INTERNAL),
        ("auditor", False, Secrecy.INTERNAL),
        ("senior_kam", True, Secrecy.OPEN),
        ("administrator", True, Secrecy.OPEN),
    ],
)
def test_how_far_secrecy_goes(two, role, external, highest):
    _sofia, helios, _other, foreign = two
    reader = person("reader", role, is_external=external)
    cover(helios, reader, "technical")
    kept = {level: fact(helios, level) for level in Secrecy}
    fact(foreign, Secrecy.OPEN)
    rows = policy.scope(Fact.objects.filter(account=helios), reader, "accounts.view")
    assert set(rows) == {row for level, row in kept.items() if level <= highest}
    assert policy.clearance(reader) == highest
    assert policy.can(reader, "secrets.read") is (highest == Secrecy.SECRET)


# --- from outside ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", sorted(ROLES))
def test_somebody_from_outside_reaches_the_own_team_and_nothing_internal(two, role):
    sofia, helios, _other, foreign = two
    guest = person("guest", role, is_external=True)
    cover(helios, guest, "partner")
    task(sofia, helios)
    Handover.objects.create(account=helios, receiver=sofia, reason="leaving", on=TODAY, created_by=sofia, created_at=NOW)  # fmt: skip
    AuditEntry.objects.create(at=NOW, action="accounts.edit", subject="x:1", account_id=helios.pk)
    assert numbers(guest) <= {"H"}
    for model, right in ((Task, "work.view"), (Handover, "work.view"), (AuditEntry, "accounts.view")):
        assert not policy.scope(model.objects.all(), again(guest), right).exists(), model
    for right in ("export", "portfolio.view", "ledger.view", "people.view", "trail.view", "secrets.read"):
        assert not policy.can(again(guest), right), right
    own = task(guest, foreign)
    assert list(policy.scope(Task.objects.all(), again(guest), "work.view")) == [own]


# --- personal notes, own rows, duties --------------------------------------------------------------------------------


def test_a_personal_note_is_for_its_author_and_the_responsible(two):
    sofia, helios, other, _foreign = two
    contact = Contact.objects.create(account=helios, name="Rita", created_at=NOW)
    note = PersonalNote.objects.create(
        contact=contact, author=other, text="likes quiet", lawful_basis="interest", purpose="meetings",
        keep_until=day(30), created_at=NOW,
    )  # fmt: skip
    director, member, deputy = person("director", "director"), person("member"), person("deputy")
    cover(helios, member, "deputy")
    User.objects.filter(pk=sofia.pk).update(reports_to=director)

    def readers() -> set[str]:
        return {
            user.username for user in User.objects.all() if policy.can(again(user), "accounts.view", note)
        }

    assert readers() == {"sofia", "other"}
    absence(sofia, deputy)
    assert readers() == {"sofia", "other", "deputy"}


def test_own_rows_are_reached_whatever_the_account(two):
    sofia, _helios, other, foreign = two
    mine, asked, theirs = task(sofia, foreign), task(other, foreign, created_by=sofia), task(other, foreign)
    assert set(policy.scope(Task.objects.all(), sofia, "work.view")) == {mine, asked}
    assert theirs in set(policy.scope(Task.objects.all(), other, "work.view"))


def test_owning_a_row_gives_no_right_that_is_for_the_company(two):
    _sofia, _helios, _other, foreign = two
    owner = person("owner", "reader")  # holds none of these rights
    own = task(owner, foreign)
    assert policy.can(owner, "work.edit", own)
    assert {right for right in NEVER_OWNED if policy.can(owner, right, own)} == set()


def test_a_request_is_reached_by_those_it_concerns_and_a_duty_by_the_substitute(two):
    sofia, _helios, _other, foreign = two
    head, member, deputy = person("head", "hr"), person("member", "hr"), person("deputy", "hr")
    unit = OrgUnit.objects.create(name="Logistics", head=head)
    User.objects.filter(pk=member.pk).update(unit=unit)
    request = Request.objects.create(title="Pallets", unit=unit, account=foreign, asked_by=sofia, due_on=TODAY, created_at=NOW)  # fmt: skip
    assert all(policy.can(again(user), "work.view", request) for user in (sofia, head, member))
    assert not policy.can(again(deputy), "work.view", request)
    absence(member, deputy)  # to be of the unit is no duty of one's own
    assert not policy.can(again(deputy), "work.view", request)
    absence(head, deputy)
    assert policy.can(again(deputy), "work.view", request)


def test_a_decision_waits_for_the_substitute_too(two):
    sofia, _helios, other, foreign = two
    deputy = person("deputy", "hr")
    approval = Approval.objects.create(
        kind="x", title="x", reason="x", account=foreign, asked_by=other, asked_at=NOW
    )
    for order in (1, 2):  # joined, the row would come twice
        ApprovalStep.objects.create(approval=approval, order=order, decider=sofia)
    assert list(policy.scope(Approval.objects.all(), sofia, "work.view")) == [approval]
    assert not policy.can(deputy, "work.view", approval)
    absence(sofia, deputy)
    assert list(policy.scope(Approval.objects.all(), again(deputy), "work.view")) == [approval]


def test_rows_of_no_account_are_their_owners_and_those_who_see_all(two):
    sofia, _helios, other, _foreign = two
    loose = task(other)
    assert not policy.can(sofia, "work.view", loose)
    assert policy.can(person("director", "director"), "work.view", loose)
    job = Job.objects.create(actor=other, kind="x", created_at=NOW)
    assert not policy.can(sofia, "jobs.view_all", job)
    assert policy.can(other, "jobs.view_all", job)
    assert policy.can(person("auditor", "auditor"), "jobs.view_all", job)


# --- who leaves ------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("CNF-02")
@pytest.mark.parametrize(
    ("last", "reaches"), [(30, True), (0, True), (-1, False)], ids=["announced", "last day", "the day after"]
)
def test_who_leaves_takes_nothing_out_from_the_first_moment_and_is_closed_after_the_last_day(
    two, last, reaches
):
    sofia, _helios, other, _foreign = two
    assert policy.can(sofia, "export")
    User.objects.filter(pk=sofia.pk).update(leaving_on=day(last))
    assert numbers(sofia) == ({"H"} if reaches else set())
    assert policy.can(again(sofia), "accounts.view") is reaches
    assert not policy.can(again(sofia), "export")
    absence(other, sofia)  # nor in another's name
    assert not policy.can(again(sofia), "export")
    assert not policy.scope(Account.objects.all(), again(sofia), "export").exists()
    deputy = person("deputy", "department_member")  # nor through a substitute
    absence(sofia, deputy)
    assert not policy.can(again(deputy), "export")
