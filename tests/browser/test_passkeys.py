"""Passkeys in a real browser with a virtual authenticator: set up, as second factor, and instead of the password."""

from __future__ import annotations

import os
import shutil

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from playwright.sync_api import expect, sync_playwright

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
_TELL_BREACHES = "document.addEventListener('securitypolicyviolation', e => console.error(`policy: ${e.violatedDirective} ${e.blockedURI}`))"


@pytest.fixture(scope="module")
def chromium():
    if not CHROMIUM:
        if os.environ.get("KAMERTON_REQUIRE_BROWSER"):
            pytest.fail("Chromium is missing")
        pytest.skip("Chromium is missing")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop looks like an asynchronous view
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def window(chromium, live_server, company):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.add_init_script(_TELL_BREACHES)
    page.complaints = []
    page.on("console", lambda said: said.type in ("error", "warning") and page.complaints.append(said.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.at = lambda name: page.goto(live_server.url + reverse(name))
    yield page
    context.close()


def authenticator(page, *, verifies: bool = True) -> tuple[object, str]:
    """A device that answers by itself. `verifies`: whether it knows its owner by finger or PIN."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": verifies,
                "isUserVerified": verifies,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session, made["authenticatorId"]


def sign_in(page) -> None:
    page.at("account_login")
    page.get_by_label("User name or e-mail").fill("anna")
    page.get_by_label("Password").fill("kamerton-test")
    page.get_by_role("button", name="Sign in", exact=True).click()


def add_passkey(page, *, alone: bool) -> None:
    page.at("mfa_add_webauthn")
    page.get_by_label("Password").fill("kamerton-test")  # say once more who you are
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name of the key").fill("Ring")
    if alone:
        page.get_by_label("Sign in with it alone").check()
    page.get_by_role("button", name="Add a passkey").click()


@pytest.mark.parametrize("alone", [True, False], ids=["instead of the password", "second factor"])
def test_a_passkey_signs_in(window, make_user, alone):
    user = make_user("director", "anna")
    session, device = authenticator(window)
    sign_in(window)
    expect(window.get_by_role("navigation", name="Sections").first).to_be_visible()
    add_passkey(window, alone=alone)
    expect(window.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert Authenticator.objects.get(user=user, type="webauthn").wrap().name == "Ring"
    assert len(session.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]) == 1

    window.context.clear_cookies()
    if alone:
        window.at("account_login")
        window.get_by_role("button", name="Sign in with a passkey").click()
    else:
        sign_in(window)
        expect(window.get_by_role("heading", name="Second factor")).to_be_visible()
        window.at("you")  # the password alone opens nothing
        expect(window.get_by_role("heading", name="Second factor")).to_be_visible()
        window.get_by_role("button", name="Use a passkey").click()
    expect(window.get_by_role("navigation", name="Sections").first).to_be_visible()
    window.at("you")
    expect(window.get_by_text("anna", exact=True).last).to_be_visible()
    assert window.complaints == []


def test_a_key_of_nobody_here_is_refused_in_words(window, make_user):
    """The device still holds the key, the person has removed it."""
    user = make_user("director", "anna")
    authenticator(window)
    sign_in(window)
    add_passkey(window, alone=True)
    expect(window.get_by_role("heading", name="Recovery codes")).to_be_visible()
    Authenticator.objects.filter(user=user).delete()
    window.context.clear_cookies()
    window.at("account_login")
    window.get_by_role("button", name="Sign in with a passkey").click()
    expect(window.get_by_text("the passkey is not known here")).to_be_visible()
    expect(window.get_by_label("User name or e-mail")).to_be_visible()


def test_a_device_that_does_not_know_its_owner_cannot_stand_alone(window, make_user):
    make_user("director", "anna")
    authenticator(window, verifies=False)
    sign_in(window)
    add_passkey(window, alone=True)
    expect(window.get_by_text("Nothing was added")).to_be_visible()
    assert not Authenticator.objects.exists()


def test_confirming_who_one_is_with_the_passkey(window, make_user):
    make_user("director", "anna")
    authenticator(window)
    sign_in(window)
    add_passkey(window, alone=True)
    window.wait_for_url(lambda url: "/passkeys/add/" not in url)  # it is kept
    window.wait_for_load_state("networkidle")
    window.context.clear_cookies()
    window.at("account_login")
    window.get_by_role("button", name="Sign in with a passkey").click()
    expect(window.get_by_role("navigation", name="Sections").first).to_be_visible()
    window.at("mfa_reauthenticate_webauthn")
    expect(window.get_by_role("heading", name="Is it you?")).to_be_visible()
    window.get_by_role("button", name="Use a passkey").click()
    window.wait_for_url(
        lambda url: "/sign-in/" not in url
    )  # the key is asked first: the page leaves by itself
    window.wait_for_load_state("networkidle")
    window.at("mfa_activate_totp")
    expect(window.get_by_role("heading", name="Set up an app")).to_be_visible()


def test_at_an_address_without_a_name_the_page_says_what_to_open(window, make_user, live_server):
    """A browser ties passkeys to a name; 127.0.0.1 is none."""
    make_user("director", "anna")
    sign_in(window)
    window.goto(live_server.url.replace("localhost", "127.0.0.1") + reverse("account_login"))
    expect(window.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    expect(window.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
