"""Building a map of who decides by mouse and by keyboard, with its undo and its drawer."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from kamerton.accounts.models import Contact, Relation
from kamerton.core.models import Company
from tests.accounts.factories import account, contact, cover
from tests.browser.test_main_job import window  # noqa: F401 - fixtures

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

_AT = "number => document.querySelector('figure[data-map]').decisionMap.node(number).renderedPosition()"


@pytest.fixture
def helios(make_user):
    Company.objects.update_or_create(pk=1, defaults={"name": "Nordwind Supplies", "currency": "EUR"})
    kam, at = make_user("senior_kam", "irina"), account("H-1", "Helios")
    cover(at, kam)
    ada = contact(at, "Ada Berti", post="Managing director", decision_roles=["decider"])
    contact(at, "Lena Hart", decision_roles=["user"], reports_to=ada)
    contact(at, "Karl Voss", decision_roles=["influencer"])
    return at


@pytest.fixture
def page(window, live_server, helios):  # noqa: F811
    window.goto(f"{live_server.url}/account-people/H-1/")
    window.fill("[name=login]", "irina")
    window.fill("[name=password]", "kamerton-test")
    window.click("button.btn-primary")
    window.wait_for_selector("figure[data-ready]")
    return window


def _pk(name):
    return Contact.objects.get(name=name).pk


def _spot(page, name):
    box, at = page.locator("[data-map-canvas]").bounding_box(), page.evaluate(_AT, _pk(name))
    return box["x"] + at["x"], box["y"] + at["y"]


def _drag(page, begin, end):
    page.mouse.move(*begin)
    page.mouse.down()
    page.mouse.move((begin[0] + end[0]) / 2, (begin[1] + end[1]) / 2, steps=4)
    page.mouse.move(*end, steps=4)
    page.mouse.up()


def _said(page, text):
    expect(page.locator(".k-toast", has_text=text).last).to_be_visible()


def test_a_map_is_built_by_mouse(page):
    page.get_by_role("button", name="Connect").click()
    _drag(page, _spot(page, "Lena Hart"), _spot(page, "Karl Voss"))
    _said(page, "Lena Hart influences Karl Voss.")
    expect(page.locator("#map-tables")).to_contain_text("Lena Hart influences Karl Voss")
    page.select_option("[data-map-kind]", "line")
    _drag(page, _spot(page, "Karl Voss"), _spot(page, "Ada Berti"))
    _said(page, "Karl Voss reports to Ada Berti.")
    assert Contact.objects.get(name="Karl Voss").reports_to_id == _pk("Ada Berti")

    page.get_by_role("button", name="Move", exact=True).click()
    here = _spot(page, "Ada Berti")
    _drag(page, here, (here[0] + 60, here[1] + 10))
    _said(page, "Ada Berti was moved.")
    assert Contact.objects.get(name="Ada Berti").x is not None
    undo = page.locator("[data-map-undo]")
    undo.click()
    _said(page, "The map is arranged as before.")
    undo.click()
    _said(page, "The line of report is as before.")
    undo.click()
    _said(page, "The relations are as before.")
    expect(undo).to_be_disabled()
    assert Contact.objects.get(name="Ada Berti").x is None
    assert Contact.objects.get(name="Karl Voss").reports_to is None
    assert Relation.objects.get().ended_at is not None

    page.mouse.click(*_spot(page, "Karl Voss"))
    drawer = page.locator("#drawer")
    expect(drawer.locator("[data-drawer-title]")).to_have_text("Karl Voss")
    drawer.get_by_text("Say how you see this person").click()
    drawer.get_by_label("Support").select_option("2")
    drawer.get_by_label("Why you think so").fill("Called for us")
    drawer.locator("form[action$='/opinion/'] button").click()
    expect(drawer).to_contain_text("Called for us")
    drawer.get_by_role("button", name="Close").click()
    expect(page.locator("#map-tables")).to_contain_text("Mentor")
    curve = (
        "document.querySelector('figure[data-map]').decisionMap.cy.edges('.report')[0].style('curve-style')"
    )
    assert page.evaluate(curve) == "round-taxi"
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(curve) == "round-taxi"
    assert page.complaints == []


def test_a_map_is_built_by_keyboard(page):
    page.locator("[data-map-people] button").first.focus()
    focused = "document.activeElement.textContent"
    assert page.evaluate(focused).startswith("Ada Berti, Managing director, Decider")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(focused).startswith("Lena Hart")
    page.keyboard.press("r")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(focused).startswith("Karl Voss")
    page.keyboard.press("Enter")
    _said(page, "Lena Hart influences Karl Voss.")
    row = Relation.objects.get()
    assert (row.of_id, row.to_id, row.ended_at) == (_pk("Lena Hart"), _pk("Karl Voss"), None)

    page.keyboard.press("m")
    for _step in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    _said(page, "Karl Voss was moved.")
    assert Contact.objects.get(name="Karl Voss").x is not None
    page.keyboard.press("u")
    _said(page, "The map is arranged as before.")
    page.keyboard.press("u")
    _said(page, "The relations are as before.")
    assert Relation.objects.get().ended_at <= timezone.now()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#drawer [data-drawer-title]")).to_have_text("Karl Voss")
    page.keyboard.press("Escape")
    assert page.complaints == []


def test_on_a_phone_the_table_leads_and_nothing_runs_out_of_the_page(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    page.wait_for_selector("figure[data-ready]")
    table, drawn = (
        page.locator("#map-tables").bounding_box(),
        page.locator("[data-map-canvas]").bounding_box(),
    )
    assert table["y"] < drawn["y"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.complaints == []
