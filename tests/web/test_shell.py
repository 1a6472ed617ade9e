"""The shell: appearance, language, palette, navigation, toasts, parts instead of pages, error pages."""

from __future__ import annotations

import json
import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from kamerton.web import errors, navigation, navigation_pages, portfolio_tabs, toasts
from kamerton.web.middleware import ShellMiddleware
from kamerton.web.parts import Entry

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def signed_in(client, make_user, company):
    client.force_login(make_user("administrator"))
    return client


# --- sign-in -------------------------------------------------------------------------------------


def test_signing_in_by_name_and_by_e_mail(client, make_user, company):
    user = make_user("director")
    user.email = "anna@example.com"
    user.save(update_fields=["email"])
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    for name in ("director", "anna@example.com"):
        client.logout()
        answer = client.post(reverse("account_login"), {"login": name, "password": "kamerton-test"})
        assert answer.status_code == 302, name


def test_a_wrong_password_says_so_and_keeps_the_name(client, make_user):
    make_user("director")
    html = client.post(reverse("account_login"), {"login": "director", "password": "no"}).content.decode()
    assert 'role="alert"' in html
    assert 'value="director"' in html


# --- appearance and language ---------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark", "system"])
def test_the_server_draws_the_theme_that_was_chosen(client, db, theme):
    answer = client.post(reverse("choose_theme"), {"value": theme, "next": reverse("account_login")})
    assert answer["Location"] == reverse("account_login")
    html = client.get(reverse("account_login")).content.decode()
    assert f'data-bs-theme="{theme}"' in html


def test_a_theme_that_does_not_exist_is_not_kept(client, db):
    client.post(reverse("choose_theme"), {"value": '"><script>'})
    assert "theme" not in client.cookies
    client.cookies["theme"] = "x"
    assert 'data-bs-theme="system"' in client.get(reverse("account_login")).content.decode()


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"]
)
def test_a_switch_never_leads_away(client, db, target):
    answer = client.post(reverse("choose_theme"), {"value": "dark", "next": target})
    assert answer["Location"] == "/"


@pytest.mark.parametrize("language", ["en", "it", "pl", "ru"])
def test_a_language_is_kept_for_the_person(signed_in, django_user_model, language):
    signed_in.post(reverse("choose_language"), {"value": language, "next": "/ui/"})
    assert django_user_model.objects.get(username="administrator").language == language
    assert f'<html lang="{language}"' in signed_in.get(reverse("ui_parts")).content.decode()


def test_a_language_is_kept_for_the_browser_before_sign_in(client, db):
    client.post(reverse("choose_language"), {"value": "it", "next": reverse("account_login")})
    assert '<html lang="it"' in client.get(reverse("account_login")).content.decode()
    client.post(reverse("choose_language"), {"value": "tlh"})
    assert '<html lang="it"' in client.get(reverse("account_login")).content.decode()


def test_the_switches_want_a_token(db):
    guarded = Client(enforce_csrf_checks=True)
    assert guarded.post(reverse("choose_theme"), {"value": "dark"}).status_code == 403


def test_a_narrow_navigation_is_drawn_narrow(signed_in):
    signed_in.cookies["nav"] = "narrow"
    assert 'data-nav="narrow"' in signed_in.get(reverse("ui_parts")).content.decode()


# --- pages and parts -----------------------------------------------------------------------------


def test_a_page_asked_for_as_a_part_comes_without_the_shell(signed_in):
    whole = signed_in.get(reverse("ui_drawer")).content.decode()
    part = signed_in.get(reverse("ui_drawer"), headers=PART).content.decode()
    assert "<html" in whole
    assert "<html" not in part
    assert "Share of income, Helios Bau" in part


def test_a_part_that_picks_from_the_whole_page_gets_the_whole_page(signed_in):
    headers = {"HX-Request": "true", "HX-Request-Type": "full"}
    assert "<html" in signed_in.get(reverse("ui_drawer"), headers=headers).content.decode()


def test_the_page_carries_the_policy(signed_in):
    policy = signed_in.get(reverse("ui_parts"))["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


# --- palette and navigation ----------------------------------------------------------------------


def labels(answer: HttpResponse) -> list[str]:
    return re.findall(r'role="option".*?<span>(.*?)</span>', answer.content.decode(), re.DOTALL)


def test_the_palette_finds_actions_by_the_beginning_of_any_word(signed_in):
    assert "Dark colours" in labels(signed_in.get(reverse("palette"), {"q": "colo da"}))
    assert "Dark colours" in labels(signed_in.get(reverse("palette"), {"q": "NIGHT"}))
    assert labels(signed_in.get(reverse("palette"), {"q": "olours"})) == []


def test_the_palette_says_when_nothing_is_found_and_escapes_what_was_typed(signed_in):
    html = signed_in.get(reverse("palette"), {"q": "<b>zzz"}).content.decode()
    assert 'role="status"' in html
    assert "&lt;b&gt;zzz" in html


def test_the_palette_is_empty_of_what_a_person_may_not_do(client, make_user, company):
    client.force_login(make_user("reader"))
    assert "Import sales" not in labels(client.get(reverse("palette")))


@pytest.mark.parametrize(
    ("words", "page"),
    [("churn", "Plans against losing them"), ("lifetime", "Value of portfolios"), ("matrix", "Portfolio maps"),
     ("forecast", "How well it told"), ("rights", "Roles"), ("duplicates", "Possible doubles of contacts")],
)  # fmt: skip
def test_the_palette_finds_a_page_behind_a_tab_by_what_a_user_would_call_it(client, make_user, words, page):
    client.force_login(make_user("administrator"))
    assert page in labels(client.get(reverse("palette"), {"q": words}))
    assert page not in labels(client.get(reverse("palette")))


def test_the_palette_leaves_out_pages_whose_gate_would_stop(client, make_user):
    client.force_login(make_user("hr"))
    assert labels(client.get(reverse("palette"), {"q": "lifetime"})) == []
    assert "Units" in labels(client.get(reverse("palette"), {"q": "departments"}))


def test_every_page_of_the_palette_has_an_address_and_a_gate(rf, make_user):
    request = rf.get("/")
    request.user = make_user("administrator")
    assert len(list(navigation_pages.pages(request))) == len(navigation_pages._PAGES)


def test_the_foot_of_a_phone_has_more_for_those_who_may_open_few(rf, make_user):
    request = rf.get("/")
    request.user = make_user("hr")
    assert [place.section.name for place in navigation.places(request) if place.phone] == ["today", "people"]


def test_every_page_of_the_portfolio_has_its_tab(make_user):
    assert len(portfolio_tabs.portfolio_tabs(make_user("administrator"), "")) == len(portfolio_tabs.PAGES)


def test_a_rooms_finder_is_asked_only_when_something_is_typed(signed_in, monkeypatch):
    monkeypatch.setattr(navigation, "_finders", [])
    asked: list[str] = []

    @navigation.finder("Accounts")
    def find(_request, words, _limit):
        asked.append(words)
        return [Entry("Helios Bau", "/accounts/1/", "building-store", "23 % of income")]

    assert "Helios Bau" not in labels(signed_in.get(reverse("palette")))
    assert "Helios Bau" in labels(signed_in.get(reverse("palette"), {"q": "hel"}))
    assert asked == ["hel"]


def test_sections_without_an_address_or_a_right_are_left_out(rf, make_user, monkeypatch):
    sections = (
        navigation.Section("home", "Home", "home", "h", "portfolio.view"),
        navigation.Section("no-such-address", "Later", "clock", "l", "portfolio.view"),
        navigation.Section("ui_parts", "Imports", "x", "i", "ledger.import"),
    )
    monkeypatch.setattr(navigation, "SECTIONS", sections)
    request = rf.get("/ui/")
    request.user = make_user("reader")
    assert [place.section.label for place in navigation.places(request)] == ["Home"]
    request.user = make_user("administrator")
    found = navigation.places(request)
    assert [(place.section.label, place.current) for place in found] == [("Home", False), ("Imports", True)]


def test_no_two_sections_share_a_key():
    keys = [section.key for section in navigation.SECTIONS]
    assert len(keys) == len(set(keys))


# --- toasts --------------------------------------------------------------------------------------


def with_messages(request):
    request.session = {}
    request._messages = FallbackStorage(request)
    return request


def test_a_toast_carries_its_undo():
    request = with_messages(RequestFactory().get("/"))
    toasts.toast(request, "Withdrawn.", undo_url="/imports/3/restore/")
    toasts.toast(request, "Two rows were left out.", level="warn")
    assert toasts.waiting(request) == [
        toasts.Toast("Withdrawn.", "good", "/imports/3/restore/"),
        toasts.Toast("Two rows were left out.", "warn"),
    ]


def test_a_part_brings_its_toasts_in_a_header():
    request = with_messages(RequestFactory().get("/"))
    toasts.toast(request, "Сохранено.", undo_url="/x/")
    response = HttpResponse()
    toasts.attach(request, response)
    items = json.loads(response["HX-Trigger"])["toasts"]["items"]
    assert items == [{"text": "Сохранено.", "level": "good", "undo_url": "/x/"}]


def test_a_redirect_leaves_the_toasts_to_the_page_that_follows():
    request = with_messages(RequestFactory().get("/"))
    toasts.toast(request, "Saved.")
    response = HttpResponse(status=302)
    toasts.attach(request, response)
    assert "HX-Trigger" not in response
    assert len(toasts.waiting(request)) == 1


# --- errors --------------------------------------------------------------------------------------


def test_an_address_that_does_not_exist(client, signed_in):
    html = signed_in.get("/no/such/page/").content.decode()
    assert "There is nothing at this address" in html
    assert "k-nav" in html  # the way on is at hand
    client.logout()
    alone = client.get("/no/such/page/").content.decode()
    assert "There is nothing at this address" in alone
    assert "k-nav" not in alone


def test_an_expired_form_says_what_to_do(db):
    guarded = Client(enforce_csrf_checks=True)
    html = guarded.post(reverse("choose_theme"), {"value": "dark"}).content.decode()
    assert "This form has expired" in html


def test_the_page_of_a_failure_asks_no_database(rf):
    request = rf.get("/")  # as it is when the very first middleware refuses: no user, no session
    html = errors.server_error(request).content.decode()
    assert "Something went wrong on our side" in html
    assert "What you had saved before is safe" in html


def test_every_part_brings_its_toasts(make_user):
    def view(request):
        toasts.toast(request, "Saved.")
        return HttpResponse()

    for headers, brought in (({"HX-Request": "true"}, True), ({}, False)):
        request = with_messages(RequestFactory().get("/", headers=headers))
        request.user = make_user("reader", username=f"reader-{brought}")
        assert ("HX-Trigger" in ShellMiddleware(view)(request)) is brought


def test_signing_in_is_not_announced(client, make_user, company):
    make_user("director")
    page = client.post(
        reverse("account_login"), {"login": "director", "password": "kamerton-test"}, follow=True
    )
    assert "k-toast k-toast-good" not in page.content.decode()


def test_who_does_not_see_the_company_comes_to_the_portfolio_of_their_own_accounts(rf, make_user):
    request = rf.get("/")
    places = {}
    for role in ("director", "senior_kam"):
        request.user = make_user(role)
        places[role] = {str(place.section.label): place.url for place in navigation.places(request)}
    assert places["director"]["Portfolio"] == reverse("portfolio")
    assert places["senior_kam"]["Portfolio"] == reverse("key_accounts")
