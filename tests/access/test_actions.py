"""Adding people, naming the company."""

from __future__ import annotations

import pytest

from kamerton.access import actions, policy
from kamerton.access.models import User
from kamerton.core.models import AuditEntry, Company, Job
from kamerton.core.refused import Refused
from kamerton.ledger.company import set_company

GOOD = "a-long-enough-word"


@pytest.mark.django_db
def test_a_person_is_added_with_a_role_and_a_trail(now):
    user = actions.create_user(actor=None, username="zofia", role="director", password=GOOD, now=now)
    assert (user.role, user.check_password(GOOD)) == ("director", True)
    assert AuditEntry.objects.get().action == "access.create_user"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"role": "king"}, "no role king"),
        ({"username": "TAKEN"}, "exists already"),
        ({"password": "short"}, "too short"),
        ({"password": "password1234"}, "too common"),
        ({"username": "no spaces allowed"}, "valid username"),
    ],
)
def test_what_cannot_be_added_is_refused_in_words(now, make_user, change, says):
    make_user("reader", "taken")
    told = {"username": "zofia", "role": "reader", "password": GOOD} | change
    with pytest.raises(Refused) as refused:
        actions.create_user(actor=None, now=now, **told)
    assert says in str(refused.value)
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_only_who_manages_people_adds_them(now, make_user):
    told = {"username": "zofia", "role": "reader", "password": GOOD, "now": now}
    with pytest.raises(policy.Forbidden):
        actions.create_user(actor=make_user("director"), **told)
    assert actions.create_user(actor=make_user("administrator"), **told).pk


@pytest.mark.django_db
def test_the_currency_is_a_code_and_the_name_is_kept(now):
    assert set_company(actor=None, name=" Nowak i Syn ", currency="pln", now=now).currency == "PLN"
    assert Company.objects.get().name == "Nowak i Syn"
    with pytest.raises(Refused, match="no currency code"):
        set_company(actor=None, name="x", currency="złoty", now=now)


@pytest.mark.django_db
def test_rows_out_of_reach_are_not_in_scope(now, make_user):
    mine, other = make_user("reader", "mine"), make_user("reader", "other")
    own = Job.objects.create(actor=mine, kind="x", created_at=now)
    foreign = Job.objects.create(actor=other, kind="x", created_at=now)
    assert list(policy.scope(Job.objects.all(), mine, "jobs.view_all")) == [own]
    everything = policy.scope(Job.objects.order_by("pk"), make_user("administrator"), "jobs.view_all")
    assert set(everything) == {own, foreign}
    assert list(policy.scope(User.objects.all(), mine, "people.manage")) == []
    mine.is_active = False
    assert list(policy.scope(Job.objects.all(), mine, "jobs.view_all")) == []


@pytest.mark.django_db
def test_an_unknown_right_is_a_mistake_of_the_program(make_user):
    with pytest.raises(KeyError):
        policy.can(make_user("administrator"), "portfolio.fly")


@pytest.mark.django_db
def test_a_person_chooses_one_of_the_languages(make_user):
    user = make_user("reader")
    actions.choose_language(actor=user, language="pl")
    assert User.objects.get().language == "pl"
    with pytest.raises(Refused, match="xx is not"):
        actions.choose_language(actor=user, language="xx")
