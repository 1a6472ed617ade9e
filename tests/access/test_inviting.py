"""Inviting by link: who may, what the link opens, and every way in which it is closed."""

from __future__ import annotations

import datetime as dt

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction

from kamerton.access import inviting, policy, sign_in
from kamerton.access.invitations import Invitation
from kamerton.access.models import User
from kamerton.access.rights import ROLES
from kamerton.core.models import AuditEntry
from kamerton.core.refused import Refused

GOOD = "a tall lighthouse"
pytestmark = pytest.mark.django_db


@pytest.fixture
def invited(administrator, now):
    """(invitation, the secret of its link)"""
    return inviting.invite(actor=administrator, email="Ewa@Example.com", role="director", now=now)


def join(token: str, now: dt.datetime, password: str = GOOD) -> User:
    return inviting.accept(token=token, first_name="Ewa", last_name="Lis", password=password, now=now)


def test_the_invited_person_joins_in_the_role_with_a_confirmed_address(invited, now):
    user = join(invited[1], now)
    assert (user.username, user.email, user.role) == ("ewa@example.com", "ewa@example.com", "director")
    assert user.check_password(GOOD)
    assert sign_in.known_by_verified_email("EWA@example.com") == user
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "access.invite",
        "access.accept_invitation",
    ]


def test_the_secret_is_kept_nowhere(invited):
    _invitation, token = invited
    assert token not in str(Invitation.objects.values().get())
    assert all(token not in str(row) for row in AuditEntry.objects.values())
    assert len(token) >= 43  # 256 bits


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"administrator"}))
def test_only_who_manages_people_invites_and_withdraws(invited, make_user, now, role):
    actor = make_user(role)
    with pytest.raises(policy.Forbidden):
        inviting.invite(actor=actor, email="new@example.com", role="reader", now=now)
    with pytest.raises(policy.Forbidden):
        inviting.revoke(actor=actor, invitation=invited[0], now=now)
    assert list(inviting.waiting(actor)) == []
    assert Invitation.objects.get().state(now) == "open"


@pytest.mark.parametrize(("days", "state"), [(0, "open"), (6.99, "open"), (7, "expired"), (30, "expired")])
def test_a_link_is_open_for_seven_days(invited, now, days, state):
    later = now + dt.timedelta(days=days)
    assert invited[0].state(later) == state
    if state == "open":
        assert join(invited[1], later).pk
        return
    with pytest.raises(inviting.InvitationClosed) as closed:
        join(invited[1], later)
    assert closed.value.state == "expired"
    assert not User.objects.filter(email="ewa@example.com").exists()


def test_a_link_opens_once(invited, now):
    join(invited[1], now)
    with pytest.raises(inviting.InvitationClosed, match="accepted already"):
        join(invited[1], now)
    assert User.objects.filter(email="ewa@example.com").count() == 1


def test_a_withdrawn_link_is_closed(administrator, invited, now):
    inviting.revoke(actor=administrator, invitation=invited[0], now=now)
    with pytest.raises(inviting.InvitationClosed, match="withdrawn"):
        join(invited[1], now)
    with pytest.raises(inviting.InvitationClosed, match="withdrawn"):
        inviting.revoke(actor=administrator, invitation=invited[0], now=now)


def test_a_new_link_closes_the_older_one(administrator, invited, now):
    _newer, token = inviting.invite(actor=administrator, email="ewa@example.com", role="reader", now=now)
    with pytest.raises(inviting.InvitationClosed, match="withdrawn"):
        join(invited[1], now)
    assert join(token, now).role == "reader"


@pytest.mark.parametrize("token", ["", "x", "x" * 43])
def test_another_secret_opens_nothing(invited, now, token):
    with pytest.raises(inviting.InvitationClosed) as closed:
        inviting.opened(token, now=now)
    assert closed.value.state == "unknown"


@pytest.mark.parametrize("password", ["short", "password1234", "ewa@example.com"])
def test_a_weak_password_leaves_the_invitation_open(invited, now, password):
    with pytest.raises(Refused):
        join(invited[1], now, password)
    assert inviting.opened(invited[1], now=now) == invited[0]
    assert not User.objects.filter(email="ewa@example.com").exists()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"email": "not an address"}, "is not an e-mail address"),
        ({"email": "Taken@example.com"}, "belongs to another person"),
        ({"role": "king"}, "no role king"),
    ],
)
def test_what_cannot_be_invited_is_refused_in_words(administrator, make_user, now, change, says):
    User.objects.filter(pk=make_user("reader").pk).update(email="taken@example.com")
    with pytest.raises(Refused, match=says):
        inviting.invite(
            actor=administrator, now=now, **({"email": "new@example.com", "role": "reader"} | change)
        )
    assert Invitation.objects.count() == 0


def test_who_came_another_way_meanwhile_is_not_added_twice(invited, make_user, now):
    User.objects.filter(pk=make_user("reader").pk).update(email="ewa@example.com")
    with pytest.raises(inviting.InvitationClosed, match="here already"):
        join(invited[1], now)


def test_one_address_has_one_open_invitation_whatever_writes_it(invited):
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.create(
            email="ewa@example.com",
            role="reader",
            token_hash="x" * 64,
            created_by=invited[0].created_by,
            created_at=invited[0].created_at,
            expires_at=invited[0].expires_at,
        )


def test_a_confirmed_address_belongs_to_one_person(administrator, make_user, now):
    first, second = make_user("reader", "first"), make_user("reader", "second")
    User.objects.filter(pk__in=[first.pk, second.pk]).update(email="both@example.com")
    sign_in.confirm_email(actor=administrator, user=first, now=now)
    with pytest.raises(Refused, match="no address of their own"):
        sign_in.confirm_email(actor=administrator, user=second, now=now)
    with pytest.raises(policy.Forbidden):
        sign_in.confirm_email(actor=make_user("director"), user=second, now=now)
    assert list(EmailAddress.objects.values_list("user", "verified")) == [(first.pk, True)]


def test_an_administrator_takes_a_lost_second_factor_away(administrator, make_user, now):
    user = make_user("reader")
    for kind in ("totp", "recovery_codes"):
        Authenticator.objects.create(user=user, type=kind, data={})
    Authenticator.objects.create(user=administrator, type="totp", data={})
    with pytest.raises(policy.Forbidden):
        sign_in.forget_second_factor(actor=make_user("director"), user=user, now=now)
    sign_in.forget_second_factor(actor=administrator, user=user, now=now)
    assert (sign_in.has_second_factor(user), sign_in.has_second_factor(administrator)) == (False, True)
    with pytest.raises(Refused, match="has no second factor"):
        sign_in.forget_second_factor(actor=administrator, user=user, now=now)
    assert AuditEntry.objects.get(action="access.forget_second_factor").before == {
        "kinds": ["recovery_codes", "totp"]
    }
