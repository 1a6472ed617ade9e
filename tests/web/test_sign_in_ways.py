"""Sign-in: password policy, lock-out on guessing, second factor, sessions, your account."""

from __future__ import annotations

import datetime as dt
import re
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from django.conf import settings as django_settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from kamerton.access.models import User
from kamerton.core.models import AuditEntry
from kamerton.web.browsers import browser_name

GOOD = "a tall lighthouse"
WRONG = "not the password"


@pytest.fixture
def anna(make_user, company):
    user = make_user("director", "anna")
    user.email = "anna@example.com"
    user.save(update_fields=["email"])
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def clock(monkeypatch):
    """clock(seconds) moves the time that codes and limits look at."""
    real = time.time

    def move(seconds: float) -> None:
        monkeypatch.setattr("time.time", lambda: real() + seconds)

    return move


def sign_in(client: Client, name: str = "anna", password: str = "kamerton-test", **extra):
    return client.post(reverse("account_login"), {"login": name, "password": password}, **extra)


def signed_in(client: Client) -> bool:
    return (
        client.get(reverse("home")).status_code == 302
        and "/sign-in/" not in client.get(reverse("home"))["Location"]
    )


def again(client: Client) -> None:
    """Say once more who you are."""
    assert client.post(reverse("account_reauthenticate"), {"password": "kamerton-test"}).status_code == 302


# --- password -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("password", "fits"),
    [
        ("short", False),
        ("ninechars", False),
        ("password1234", False),  # common
        ("anna.nowakowska", False),  # one's own name
        ("anna@example.com", False),
        (GOOD, True),
    ],
)
def test_the_password_policy(password, fits):
    user = User(username="anna.nowakowska", email="anna@example.com")
    if fits:
        validate_password(password, user)
    else:
        with pytest.raises(ValidationError):
            validate_password(password, user)


def test_changing_the_password_ends_the_other_sessions(client, anna):
    other = Client()
    sign_in(client)
    sign_in(other)
    told = {"oldpassword": "kamerton-test", "password1": GOOD, "password2": GOOD}
    assert client.post(reverse("account_change_password"), told)["Location"] == reverse("you")
    assert (signed_in(client), signed_in(other)) == (True, False)
    assert AuditEntry.objects.filter(action="access.change_password", actor=anna).count() == 1


def test_the_old_password_is_asked_for(client, anna):
    sign_in(client)
    told = {"oldpassword": WRONG, "password1": GOOD, "password2": GOOD}
    assert client.post(reverse("account_change_password"), told).status_code == 200
    assert User.objects.get(pk=anna.pk).check_password("kamerton-test")


# --- guessing -------------------------------------------------------------------------------------


def said(answer) -> str:
    return " ".join(re.findall(r'role="alert".*?<p>(.*?)</p>', answer.content.decode(), re.DOTALL))


def test_the_sixth_guess_is_refused_even_with_the_right_password_and_it_opens_again(client, anna, clock):
    wrong = [sign_in(client, password=WRONG) for _ in range(5)]
    assert {said(answer) for answer in wrong} == {"This name and password do not belong together."}
    refused = sign_in(client)
    assert said(refused) == "Too many wrong tries. Nothing was changed; try again in 5 minutes."
    assert not signed_in(client)
    clock(181)
    assert "in 2 minutes" in said(sign_in(client))
    clock(301)
    assert sign_in(client).status_code == 302
    assert signed_in(client)


def test_name_and_e_mail_are_one_count(client, anna):
    for name in ("anna", "ANNA", "anna@example.com", "Anna@Example.com", "anna"):
        sign_in(client, name, WRONG)
    assert "Too many" in said(sign_in(client))
    assert "Too many" in said(sign_in(client, "anna@example.com"))


def test_confirming_who_one_is_counts_too(client, anna):
    sign_in(client)
    for _ in range(5):
        client.post(reverse("account_reauthenticate"), {"password": WRONG})
    client.post(reverse("account_reauthenticate"), {"password": "kamerton-test"})
    assert client.get(reverse("mfa_activate_totp")).status_code == 302  # still not confirmed


@pytest.mark.parametrize("name", ["anna", "anna@example.com"])
def test_guessing_does_not_tell_whether_somebody_exists(client, anna, name):
    nobody = name.replace("anna", "nobody")
    known = [said(sign_in(client, name, WRONG, REMOTE_ADDR="10.0.0.1")) for _ in range(7)]
    unknown = [said(sign_in(client, nobody, WRONG, REMOTE_ADDR="10.0.0.2")) for _ in range(7)]
    assert known == unknown


def test_one_address_guesses_at_ten_names_and_others_go_on(client, anna):
    for number in range(10):
        sign_in(client, f"person{number}", WRONG, REMOTE_ADDR="10.0.0.1")
    assert "try again in 1 minute." in said(sign_in(client, REMOTE_ADDR="10.0.0.1"))
    assert sign_in(client, REMOTE_ADDR="10.0.0.2").status_code == 302


def test_the_address_is_the_caller_s_where_a_proxy_adds_it(client, anna, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(10):
        sign_in(client, f"person{number}", WRONG, HTTP_X_FORWARDED_FOR="spoofed, 10.0.0.1")
    assert "Too many" in said(sign_in(client, HTTP_X_FORWARDED_FOR="other, 10.0.0.1"))
    assert sign_in(client, HTTP_X_FORWARDED_FOR="spoofed, 10.0.0.2").status_code == 302


def test_all_processes_count_together():
    assert django_settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache")


# --- second factor --------------------------------------------------------------------------------


def code_of(user: User) -> str:
    secret = Authenticator.objects.get(user=user, type="totp").data["secret"]
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))


@pytest.fixture
def with_app(client, anna, django_capture_on_commit_callbacks):
    """anna, signed in, with an authenticator app set up through the pages."""
    sign_in(client)
    assert "again" in client.get(reverse("mfa_activate_totp"))["Location"]
    again(client)
    html = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r'k-secret">([A-Z2-7]+)<', html)[1]
    code = totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("mfa_activate_totp"), {"code": code})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    return anna


def test_the_password_alone_no_longer_opens(with_app, clock):
    client = Client()
    assert sign_in(client)["Location"] == reverse("mfa_authenticate")
    assert not signed_in(client)
    assert (
        "That did not open it"
        in client.post(reverse("mfa_authenticate"), {"code": "000000"}).content.decode()
    )
    clock(300)
    assert client.post(reverse("mfa_authenticate"), {"code": code_of(with_app)}).status_code == 302
    assert signed_in(client)


@pytest.mark.parametrize(("seconds", "opens"), [(0, True), (30, True), (120, False), (3600, False)])
def test_a_code_runs_out(with_app, clock, seconds, opens):
    client = Client()
    sign_in(client)
    code = code_of(with_app)
    clock(seconds)
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert signed_in(client) is opens


def test_a_code_opens_once(with_app):
    code = code_of(with_app)
    first, second = Client(), Client()
    for client in (first, second):
        sign_in(client)
        client.post(reverse("mfa_authenticate"), {"code": code})
    assert (signed_in(first), signed_in(second)) == (True, False)


def test_codes_are_not_guessed(with_app):
    client = Client()
    sign_in(client)
    for _ in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    refused = client.post(reverse("mfa_authenticate"), {"code": code_of(with_app)})
    assert "Too many wrong tries" in refused.content.decode()
    assert not signed_in(client)


def test_a_recovery_code_opens_once(with_app):
    codes = RecoveryCodes(Authenticator.objects.get(user=with_app, type="recovery_codes")).get_unused_codes()
    assert len(codes) == 10
    first, second = Client(), Client()
    for client in (first, second):
        sign_in(client)
        client.post(reverse("mfa_authenticate"), {"code": codes[3]})
    assert (signed_in(first), signed_in(second)) == (True, False)


def test_recovery_codes_are_shown_and_renewed_after_confirming(client, with_app):
    shown = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    codes = re.findall(r"<li><code>(\d+)</code>", shown)
    assert len(codes) == 10
    assert client.get(reverse("mfa_download_recovery_codes")).content.decode().split() == codes
    client.post(reverse("mfa_generate_recovery_codes"))
    assert (
        re.findall(r"<li><code>(\d+)</code>", client.get(reverse("mfa_view_recovery_codes")).content.decode())
        != codes
    )


def test_removing_the_app_needs_confirming_and_is_in_the_trail(with_app, clock):
    client = Client()
    sign_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code_of(with_app)})
    assert "again" in client.post(reverse("mfa_deactivate_totp"))["Location"]
    again(client)
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert not Authenticator.objects.filter(user=with_app).exists()  # its recovery codes go with it
    trail = AuditEntry.objects.filter(actor=with_app).order_by("pk").values_list("action", "after__kind")
    assert list(trail) == [
        ("access.add_second_factor", "totp"),
        ("access.add_second_factor", "recovery_codes"),
        ("access.remove_second_factor", "totp"),
        ("access.remove_second_factor", "recovery_codes"),
    ]


def test_confirming_wears_off(client, with_app, clock):
    assert client.get(reverse("mfa_deactivate_totp")).status_code == 200
    clock(301)
    assert "again" in client.get(reverse("mfa_deactivate_totp"))["Location"]


def test_the_company_may_ask_for_a_second_factor(client, anna, settings):
    settings.REQUIRE_MFA = True
    sign_in(client)
    for name in ("home", "you", "palette", "usersessions_list", "account_change_password"):
        assert client.get(reverse(name))["Location"] == reverse("mfa_index"), name
    part = client.get(reverse("palette"), headers={"HX-Request": "true"})
    assert (part.status_code, part["HX-Redirect"]) == (204, reverse("mfa_index"))
    assert "Your company asks for it" in client.get(reverse("mfa_index")).content.decode()
    again(client)
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    Authenticator.objects.create(user=anna, type="recovery_codes", data={})  # stands in for one, is none
    assert client.get(reverse("you")).status_code == 302
    Authenticator.objects.create(user=anna, type="totp", data={})
    assert client.get(reverse("you")).status_code == 200
    client.post(reverse("account_logout"))
    assert client.get(reverse("account_login")).status_code == 200


def test_another_person_s_passkey_is_out_of_reach(client, anna, make_user):
    key = Authenticator.objects.create(user=make_user("reader"), type="webauthn", data={"name": "Hers"})
    sign_in(client)
    again(client)
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        assert client.post(reverse(name, kwargs={"pk": key.pk}), {"name": "Mine"}).status_code == 404
    assert Authenticator.objects.get(pk=key.pk).data["name"] == "Hers"
    assert "Hers" not in client.get(reverse("mfa_list_webauthn")).content.decode()


# --- sessions -------------------------------------------------------------------------------------

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox, Linux"),
        (PHONE, "Safari, iPhone"),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge, Windows",
        ),
        (
            "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
            "Chrome, Android",
        ),
        ("curl/8.0", "curl/8.0"),
        ("", "a browser that gives no name"),
    ],
)
def test_a_browser_is_named(agent, name):
    assert browser_name(agent) == name


def test_sessions_are_listed_and_ended_one_by_one_or_all(client, anna, make_user):
    phone, third, foreign = Client(), Client(), Client()
    make_user("reader", "other")
    sign_in(client, HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="10.0.0.1")
    sign_in(phone, HTTP_USER_AGENT=PHONE, REMOTE_ADDR="10.0.0.2")
    sign_in(third, REMOTE_ADDR="10.0.0.3")
    sign_in(foreign, "other", REMOTE_ADDR="10.9.9.9")
    html = client.get(reverse("usersessions_list")).content.decode()
    assert all(
        text in html for text in ("Firefox, Linux", "Safari, iPhone", "10.0.0.1", "10.0.0.2", "10.0.0.3")
    )
    assert "10.9.9.9" not in html
    theirs = UserSession.objects.get(ip="10.9.9.9")
    assert client.post(reverse("session_end", kwargs={"pk": theirs.pk})).status_code == 404
    client.post(reverse("session_end", kwargs={"pk": UserSession.objects.get(ip="10.0.0.2").pk}))
    assert [signed_in(who) for who in (client, phone, third, foreign)] == [True, False, True, True]
    client.post(reverse("usersessions_list"))
    assert [signed_in(who) for who in (client, third, foreign)] == [True, False, True]
    assert AuditEntry.objects.filter(action="access.end_session", actor=anna).count() == 1


def test_last_use_is_kept_every_ten_minutes(client, anna):
    sign_in(client)
    long_ago = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    UserSession.objects.update(last_seen_at=long_ago)
    client.get(reverse("you"))
    assert UserSession.objects.get().last_seen_at == long_ago
    session = client.session
    session["seen_at"] -= 600
    session.save()
    client.get(reverse("you"))
    assert UserSession.objects.get().last_seen_at > long_ago


# --- your account ---------------------------------------------------------------------------------


def test_your_account_says_how_you_sign_in(client, anna):
    sign_in(client)
    html = client.get(reverse("you")).content.decode()
    for name in (
        "you_email",
        "account_change_password",
        "mfa_index",
        "mfa_list_webauthn",
        "usersessions_list",
    ):
        assert f'href="{reverse(name)}"' in html, name
    assert f'href="{reverse("you")}"' in client.get(reverse("you")).content.decode()
    assert "Polish" in html
    client.post(
        reverse("you"), {"first_name": " Anna ", "last_name": "Nowak", "spoken": ["pl", "it"], "role": "x"}
    )
    found = User.objects.get(pk=anna.pk)
    assert (found.get_full_name(), found.spoken, found.role) == ("Anna Nowak", ["pl", "it"], anna.role)
    entry = AuditEntry.objects.get(action="access.change_name")
    assert (entry.before["spoken"], entry.after["spoken"]) == ([], ["pl", "it"])
    bad = client.post(reverse("you"), {"first_name": "Anna", "last_name": "Nowak", "spoken": ["klingon"]})
    assert bad.status_code == 422


def test_changing_the_e_mail_needs_confirming_and_counts_as_unconfirmed(client, anna, make_user):
    other = make_user("reader", "other")
    other.email = "taken@example.com"
    other.save()
    sign_in(client)
    assert "again" in client.post(reverse("you_email"), {"email": "new@example.com"})["Location"]
    assert User.objects.get(pk=anna.pk).email == "anna@example.com"
    again(client)
    taken = client.post(reverse("you_email"), {"email": "Taken@example.com"})
    assert taken.status_code == 422
    assert "belongs to another person" in taken.content.decode()
    client.post(reverse("you_email"), {"email": "New@example.com"})
    assert User.objects.get(pk=anna.pk).email == "new@example.com"
    assert list(EmailAddress.objects.filter(user=anna).values_list("email", "verified")) == [
        ("new@example.com", False)
    ]
    assert sign_in(Client(), "new@example.com").status_code == 302
    assert not EmailAddress.objects.filter(email="anna@example.com").exists()


def test_nobody_else_reaches_a_page_about_you(client, anna):
    for name in ("you", "you_email", "mfa_index", "usersessions_list"):
        assert "/sign-in/" in client.get(reverse(name))["Location"]


def test_languages_stay_where_they_are_not_asked_for_and_go_where_no_box_is_ticked(client, anna):
    User.objects.filter(pk=anna.pk).update(spoken=["it", "pl"])
    sign_in(client)
    names = {"first_name": "Anna", "last_name": "Nova"}
    client.post(reverse("you"), names)
    anna.refresh_from_db()
    assert (anna.last_name, anna.spoken) == ("Nova", ["it", "pl"])
    assert 'name="spoken_asked"' in client.get(reverse("you")).content.decode()
    client.post(reverse("you"), {**names, "spoken_asked": "1"})
    anna.refresh_from_db()
    assert anna.spoken == []
