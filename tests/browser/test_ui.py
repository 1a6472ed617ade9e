"""The shell and the parts in a real browser: no console error, no breach of the policy, keys and switches work."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Visit:
    """A signed-in person in a window of its own; remembers what the console said."""

    def __init__(self, chromium, server, **window) -> None:
        self.context = chromium.new_context(**window)
        self.page = self.context.new_page()
        self.server = server
        self.complaints: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message) -> None:
        # One example picture fails on purpose.
        if message.type in ("error", "warning") and "failed.json" not in message.location.get("url", ""):
            self.complaints.append(message.text)

    def sign_in(self):
        self.page.goto(self.server.url + reverse("account_login"))
        self.page.fill("[name=login]", "administrator")
        self.page.fill("[name=password]", "kamerton-test")
        with self.page.expect_navigation():
            self.page.click("main button.btn-primary")
        return self

    def open(self, name: str):
        self.page.goto(self.server.url + reverse(name))
        self.page.wait_for_load_state("networkidle")
        return self.page


@pytest.fixture
def visit(chromium, live_server, make_user, company):
    make_user("administrator")
    visits: list[Visit] = []

    def start(**window) -> Visit:
        visits.append(Visit(chromium, live_server, **window).sign_in())
        return visits[-1]

    yield start
    for one in visits:
        one.context.close()


@pytest.mark.parametrize(
    "window",
    [
        {"color_scheme": "light", "viewport": {"width": 1440, "height": 900}},
        {"color_scheme": "dark", "viewport": {"width": 1024, "height": 768}},
        {"color_scheme": "light", "viewport": {"width": 390, "height": 844}, "has_touch": True},
    ],
    ids=["light", "dark", "phone"],
)
def test_every_part_without_a_complaint(visit, window):
    one = visit(**window)
    page = one.open("ui_parts")
    page.wait_for_selector("figure[data-chart=pareto] canvas")
    assert one.complaints == []
    wide, seen = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= seen
    drawn = page.evaluate("[...document.querySelectorAll('[data-chart] .k-canvas canvas')].length")
    assert (
        drawn == page.locator("[data-chart]").count() - 2
    )  # the empty one and the failed one say so in words


def test_the_palette_goes_where_it_says_by_keys_alone(visit):
    one = visit()
    page = one.open("ui_parts")
    page.keyboard.press("Control+k")
    page.wait_for_selector(".k-palette-item")
    page.keyboard.type("change pass")
    page.locator(".k-palette-item").nth(1).wait_for(state="detached")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith(reverse("account_change_password"))
    assert one.complaints == []


def test_a_figure_opens_at_the_side_and_gives_the_focus_back(visit):
    one = visit()
    page = one.open("ui_parts")
    figure = page.locator("a.k-tile").first
    figure.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#drawer-body .k-table")
    assert page.url.endswith(reverse("ui_parts"))
    assert page.inner_text("[data-drawer-title]") == "Share of income, Helios Bau"
    page.keyboard.press("Escape")
    page.wait_for_selector("#drawer:not([open])", state="attached")
    assert page.evaluate("document.activeElement.matches('a.k-tile')")
    assert one.complaints == []


def test_colours_change_at_once_and_stay(visit):
    one = visit(color_scheme="light")
    page = one.open("ui_parts")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click("summary[aria-label='Colours']")
    page.click(".k-top-end > .k-menu [data-themes] button[value=dark]")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    page.reload()
    assert page.get_attribute("html", "data-bs-theme") == "dark"


def test_a_search_finds_while_one_types_and_the_address_keeps_up(visit):
    one = visit()
    page = one.open("ui_parts")
    page.keyboard.press("/")
    with page.expect_response(lambda response: "q=hel" in response.url):
        page.keyboard.type("hel")
    page.wait_for_url(re.compile(r"q=hel\b"))
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.type("ios")
    page.wait_for_url(re.compile(r"q=helios\b"))
    assert one.complaints == []


def test_a_toast_that_came_with_a_part_can_be_undone(visit):
    one = visit()
    page = one.open("ui_parts")
    page.evaluate(
        "document.dispatchEvent(new CustomEvent('toasts', {detail: {items: [{text: 'Withdrawn.', level: 'good', undo_url: '/back/'}]}}))"
    )
    toast = page.locator("#toasts .k-toast")
    assert toast.locator("form").get_attribute("action") == "/back/"
    assert toast.locator("[name=csrfmiddlewaretoken]").input_value()
    toast.locator("[data-dismiss]").click()
    toast.wait_for(state="detached")


def test_a_picture_is_walked_by_keys_and_exported(visit):
    one = visit()
    page = one.open("ui_parts")
    canvas = page.locator("figure[data-chart=pareto] .k-canvas")
    page.wait_for_selector("figure[data-chart=pareto] canvas")
    canvas.focus()
    page.keyboard.press("ArrowRight")
    assert "Helios Bau" in page.inner_text("figure[data-chart=pareto] p[aria-live]")
    with page.expect_download() as download:
        page.click("figure[data-chart=pareto] [data-chart-csv]")
    assert "Helios Bau,420400," in download.value.path().read_text()
    with page.expect_download() as download:
        page.click("figure[data-chart=pareto] [data-chart-png]")
    assert download.value.path().read_bytes().startswith(b"\x89PNG")


def test_without_scripts_the_same_pages_work(visit):
    one = visit(java_script_enabled=False)
    page = one.open("ui_parts")
    page.click("a.k-tile >> nth=0")
    assert page.url.endswith(reverse("ui_drawer"))
    page.click("summary[aria-label='Colours']")
    page.click(".k-top-end > .k-menu [data-themes] button[value=dark]")
    assert page.get_attribute("html", "data-bs-theme") == "dark"
    assert page.url.endswith(reverse("ui_drawer"))
