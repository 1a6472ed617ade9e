"""The company's own sign-in, against a provider that speaks the protocol on loopback."""

from __future__ import annotations

import os
import subprocess
import sys
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kamerton.access import actions, inviting, sign_in
from kamerton.access.models import User
from tests.web.openid_provider import CLIENT, SECRET, Provider

EWA = {
    "sub": "e-1",
    "email": "Ewa@example.com",
    "email_verified": True,
    "given_name": "Ewa",
    "family_name": "Lis",
}


@pytest.fixture(scope="module")
def running():
    provider = Provider()
    yield provider
    provider.close()


@pytest.fixture
def provider(running, settings, company):
    running.identity, running.token_changes = dict(EWA), {}
    settings.OPENID_NAME = "North Pass"
    app = {
        "provider_id": "company",
        "name": "North Pass",
        "client_id": CLIENT,
        "secret": SECRET,
        "settings": {"server_url": running.url, "verified_email": False, "oauth_pkce_enabled": True},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    return running


@pytest.fixture
def ewa(make_user, db):
    return actions.create_user(
        actor=None,
        username="ewa",
        role="director",
        password="a tall lighthouse",
        now=timezone.now(),
        email="ewa@example.com",
    )


def come(client: Client, follow: str = ""):
    """Press the button, let the provider answer, and bring its answer back."""
    away = client.get(reverse("sign_in_openid"), {"next": follow} if follow else {})
    assert away.status_code == 302, away.content
    back = requests.get(away["Location"], allow_redirects=False, timeout=10).headers["Location"]
    parts = urlsplit(back)
    return client.get(f"{parts.path}?{parts.query}")


def who(client: Client) -> str:
    """The name of whoever is signed in; empty: nobody."""
    user = User.objects.filter(pk=client.session.get("_auth_user_id")).first()
    return user.username if user else ""


def test_the_button_is_there_where_it_is_set_up(client, db, company, settings):
    assert reverse("sign_in_openid") not in client.get(reverse("account_login")).content.decode()
    assert client.get(reverse("sign_in_openid")).status_code == 404
    settings.OPENID_NAME = "North Pass"
    assert "Sign in with North Pass" in client.get(reverse("account_login")).content.decode()


def test_a_known_person_comes_in_and_is_remembered_by_identity(client, provider, ewa):
    assert come(client, "/accounts/")["Location"] == "/accounts/"
    assert who(client) == "ewa"
    assert SocialAccount.objects.get().uid == "e-1"
    assert ewa.check_password("a tall lighthouse")  # stays as it was
    provider.identity = {**EWA, "email": "married@example.com"}
    other = Client()
    come(other)
    assert who(other) == "ewa"
    assert User.objects.count() == 1


def test_the_second_factor_is_asked_for_all_the_same(client, provider, ewa):
    Authenticator.objects.create(user=ewa, type="totp", data={"secret": "A" * 32})
    assert come(client)["Location"] == reverse("mfa_authenticate")
    assert who(client) == ""


@pytest.mark.parametrize(
    ("identity", "says"),
    [
        ({"email": "stranger@example.com"}, "Nobody with the confirmed address stranger@example.com"),
        ({"email_verified": False}, "has not verified ewa@example.com"),
        ({"email": None}, "did not tell your e-mail"),
    ],
)
def test_whoever_is_not_known_meets_a_page_and_nobody_is_added(client, provider, ewa, identity, says):
    provider.identity = {**EWA, **identity}
    answer = come(client)
    assert (answer.status_code, says in answer.content.decode()) == (403, True)
    assert who(client) == ""
    assert (User.objects.count(), SocialAccount.objects.count()) == (1, 0)


def test_an_address_that_its_person_typed_is_not_believed(client, provider, make_user):
    """Who writes the boss's address into the own account does not catch the boss's sign-in."""
    user = make_user("reader", "sly")
    sign_in.change_email(actor=user, email="ewa@example.com", now=timezone.now())
    assert come(client).status_code == 403
    assert SocialAccount.objects.count() == 0
    assert EmailAddress.objects.get().verified is False


def test_the_provider_s_addresses_may_be_taken_for_verified(client, provider, ewa, settings):
    provider.identity = {key: value for key, value in EWA.items() if key != "email_verified"}
    assert come(client).status_code == 403
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["verified_email"] = True
    come(client)
    assert who(client) == "ewa"


def test_an_invited_person_joins(client, provider, administrator):
    inviting.invite(actor=administrator, email="ewa@example.com", role="director", now=timezone.now())
    come(client)
    user = User.objects.get(email="ewa@example.com")
    assert (who(client), user.role, user.get_full_name()) == ("ewa@example.com", "director", "Ewa Lis")
    assert not user.has_usable_password()
    other = Client()
    come(other)
    assert who(other) == "ewa@example.com"
    assert User.objects.count() == 2


@pytest.mark.parametrize("end", ["revoked", "expired", "unverified"])
def test_a_closed_invitation_lets_nobody_in(client, provider, administrator, end):
    now = timezone.now()
    invitation, _token = inviting.invite(
        actor=administrator, email="ewa@example.com", role="director", now=now
    )
    if end == "revoked":
        inviting.revoke(actor=administrator, invitation=invitation, now=now)
    elif end == "expired":
        invitation.expires_at = now
        invitation.save()
    else:
        provider.identity = {**EWA, "email_verified": False}
    assert come(client).status_code == 403
    assert User.objects.count() == 1


def test_a_closed_sign_in_stays_closed(client, provider, ewa):
    User.objects.update(is_active=False)
    assert come(client)["Location"] == reverse("account_inactive")
    assert who(client) == ""


@pytest.mark.parametrize(
    "changes", [{"iss": "https://elsewhere.example"}, {"aud": "another"}, {"exp": 1_000_000_000}]
)
def test_a_token_for_somebody_else_or_of_yesterday_is_not_taken(client, provider, ewa, changes):
    provider.token_changes = changes
    answer = come(client)
    assert (answer.status_code, "gave no answer that can be used" in answer.content.decode()) == (401, True)
    assert who(client) == ""


def test_an_answer_that_was_not_asked_for_is_not_taken(client, provider, ewa):
    """Somebody else's code, brought by a link, does not sign this browser in."""
    away = client.get(reverse("sign_in_openid"))
    back = urlsplit(requests.get(away["Location"], allow_redirects=False, timeout=10).headers["Location"])
    victim = Client()
    assert victim.get(f"{back.path}?{back.query}").status_code == 401
    assert who(victim) == ""
    code = parse_qs(back.query)["code"][0]
    assert victim.get(back.path, {"code": code, "state": "made-up"}).status_code == 401


def test_cancelling_and_a_provider_that_is_away_are_said(client, provider, ewa, settings):
    provider.identity = {}
    assert come(client)["Location"] == reverse("socialaccount_login_cancelled")
    assert "Nothing was changed" in client.get(reverse("socialaccount_login_cancelled")).content.decode()
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["server_url"] = (
        "http://127.0.0.1:9"
    )
    away = client.get(reverse("sign_in_openid"))
    assert (away.status_code, "gave no answer" in away.content.decode()) == (502, True)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (
            {"KAMERTON_OIDC_URL": "http://id.example.com", "KAMERTON_OIDC_CLIENT_ID": "x"},
            "must begin with https",
        ),
        ({"KAMERTON_OIDC_URL": "https://id.example.com"}, "KAMERTON_OIDC_CLIENT_ID is missing"),
        (
            {"KAMERTON_OIDC_URL": "https://id.example.com/", "KAMERTON_OIDC_CLIENT_ID": "x"},
            "id.example.com company",
        ),
        ({}, "none"),
    ],
)
def test_the_variables_are_read(tmp_path, given, says):
    program = (
        "from kamerton import settings as s; apps = s.SOCIALACCOUNT_PROVIDERS.get('openid_connect', {}).get('APPS');"
        "print(s.OPENID_NAME, apps[0]['provider_id'] if apps else 'none')"
    )
    environment = {key: value for key, value in os.environ.items() if not key.startswith("KAMERTON_OIDC")}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**environment, "KAMERTON_HOME": str(tmp_path), **given},
        capture_output=True,
        text=True,
        check=False,
    )
    assert says in done.stdout + done.stderr
