"""The people and their invitations, and the page behind the link."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kamerton.access.invitations import Invitation
from kamerton.access.models import User

GOOD = "a tall lighthouse"


@pytest.fixture
def admin(client, administrator, company):
    client.force_login(administrator)
    return client


def invite(client: Client, email: str = "ewa@example.com", role: str = "director") -> str:
    """The address of the link that the page shows."""
    html = client.post(reverse("sign_ins"), {"email": email, "role": role}).content.decode()
    return re.search(r'value="http://testserver(/invitation/[^"]+)"', html)[1]


JOIN = {"first_name": "Ewa", "last_name": "Lis", "password": GOOD}


def test_the_list_says_who_may_sign_in_and_how(admin, administrator, make_user):
    user = make_user("director", "zofia")
    User.objects.filter(pk=user.pk).update(last_login=dt.datetime(2026, 2, 3, 8, 5, tzinfo=dt.UTC))
    Authenticator.objects.create(user=user, type="totp", data={})
    Authenticator.objects.create(user=administrator, type="recovery_codes", data={})  # alone it is none
    html = admin.get(reverse("sign_ins")).content.decode()
    text = " ".join(re.sub(r"<[^>]+>", " ", html).replace("\xa0", " ").split())
    assert "zofia Role Director Last sign-in 3 Feb 2026, 08:05 Second factor yes" in text
    assert re.search(
        r"administrator Role Administrator Last sign-in [^a-z]*[A-Z][a-z]+ [\d, :]+ Second factor no", text
    )
    assert "2 people may sign in; 1 has no second factor." in text


def test_the_list_costs_the_same_with_one_row_and_three(admin, make_user):
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            admin.get(reverse("sign_ins"))
        return len(seen)

    invite(admin, "one@example.com")
    admin.get(reverse("sign_ins"))
    few = count()
    for number in range(3):
        Authenticator.objects.create(user=make_user("reader", f"reader{number}"), type="totp", data={})
        invite(admin, f"more{number}@example.com")
    admin.get(reverse("sign_ins"))
    assert count() == few


def test_the_link_is_shown_once_and_lets_the_person_in(admin):
    link = invite(admin)
    assert link not in admin.get(reverse("sign_ins")).content.decode()
    guest = Client()
    page = guest.get(link)
    assert page.status_code == 200
    assert "ewa@example.com" in page.content.decode()
    assert guest.post(link, JOIN)["Location"] == reverse("home")
    assert "Ewa Lis" in guest.get(reverse("you")).content.decode()
    again = Client().get(link)
    assert (again.status_code, "accepted already" in again.content.decode()) == (410, True)
    later = Client().post(reverse("account_login"), {"login": "Ewa@example.com", "password": GOOD})
    assert later.status_code == 302


def test_a_closed_link_says_why_and_adds_nobody(admin):
    withdrawn, expired = invite(admin, "one@example.com"), invite(admin, "two@example.com")
    admin.post(
        reverse("invitation_revoke", kwargs={"pk": Invitation.objects.get(email="one@example.com").pk})
    )
    Invitation.objects.filter(email="two@example.com").update(expires_at=timezone.now())
    for link, says in (
        (withdrawn, "was withdrawn"),
        (expired, "has run out"),
        ("/invitation/x/", "not a link"),
    ):
        for answer in (Client().get(link), Client().post(link, JOIN)):
            assert (answer.status_code, says in answer.content.decode()) == (410, True), says
    assert User.objects.count() == 1


def test_a_weak_password_is_said_at_its_field(admin):
    link = invite(admin)
    answer = Client().post(link, JOIN | {"password": "short"})
    assert (answer.status_code, "too short" in answer.content.decode()) == (422, True)
    assert Invitation.objects.get().accepted_at is None


def test_who_is_signed_in_is_asked_to_sign_out_first(admin):
    link = invite(admin)
    html = admin.get(link).content.decode()
    assert "Sign out first" in html
    admin.post(link, JOIN)
    assert User.objects.count() == 1


def test_a_person_of_the_page_can_be_helped(admin, make_user):
    user = make_user("reader", "zofia")
    User.objects.filter(pk=user.pk).update(email="zofia@example.com")
    Authenticator.objects.create(user=user, type="totp", data={})
    page = reverse("person", kwargs={"pk": user.pk})
    assert "zofia@example.com, not confirmed" in admin.get(page).content.decode()
    admin.post(reverse("person_confirm_email", kwargs={"pk": user.pk}))
    admin.post(reverse("person_forget_second_factor", kwargs={"pk": user.pk}))
    html = admin.get(page).content.decode()
    assert "not confirmed" not in html
    assert not Authenticator.objects.filter(user=user).exists()


def test_what_a_person_types_is_shown_as_text(admin):
    invite(admin)
    link = invite(admin, "eve@example.com")
    Client().post(link, JOIN | {"first_name": "<script>alert(1)</script>"})
    assert "<script>alert(1)" not in admin.get(reverse("sign_ins")).content.decode()
