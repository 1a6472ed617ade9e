"""The main job in a real browser: sign in, import a file, look at the portfolio. Nothing from other hosts."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.web.conftest import HEAD, monthly_sales, written

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: Every breach of the Content-Security-Policy becomes a line of the console.
_TELL_BREACHES = "document.addEventListener('securitypolicyviolation', e => console.error(`policy: ${e.violatedDirective} ${e.blockedURI}`))"


@pytest.fixture
def window(chromium, live_server):
    """A window that remembers every complaint of the console and every request to another host."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, color_scheme="light")
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.add_init_script(_TELL_BREACHES)
    page.complaints = []
    page.on("console", lambda said: said.type in ("error", "warning") and page.complaints.append(said.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    ours = urlsplit(live_server.url).netloc
    page.on(
        "request",
        lambda request: (
            urlsplit(request.url).scheme.startswith("http")
            and urlsplit(request.url).netloc != ours
            and page.complaints.append(f"asked {request.url}")
        ),
    )
    yield page
    context.close()


def either_way(folder: Path) -> Path:
    """The company's sales with dates of the fifth of each month: day first or month first, nobody can tell."""
    rows = [[*row[:3], f"5/{int(str(row[3])[5:7])}/{str(row[3])[:4]}", *row[4:]] for row in monthly_sales()]
    return written(folder / "sales.csv", [row for row in rows if row[4] != "R-1"], HEAD)


@pytest.mark.usefixtures("company")
def test_a_file_in_and_the_key_accounts_out(window, live_server, make_user, tmp_path):
    make_user("administrator")
    page = window
    page.goto(f"{live_server.url}/portfolio/")
    page.fill("[name=login]", "administrator")
    page.fill("[name=password]", "kamerton-test")
    page.click("main button.btn-primary")
    page.wait_for_url("**/portfolio/")
    assert "No figures yet" in page.inner_text("main")

    # The wizard, with a doubt that only the person can settle.
    page.click("main >> text=Import sales")
    page.set_input_files("input[type=file]", str(either_way(tmp_path)))
    page.click("main form button.btn-primary")
    page.wait_for_url("**/imports/drafts/**")
    assert "point is open that only you can tell" in page.inner_text("main .k-lead")
    page.check("input[name='doubt:dates'][value=dmy]")
    page.click("button[name=next][value=check]")
    page.wait_for_selector("form[action$='/import/'] button.btn-primary")
    assert "rows can be used" in page.inner_text("main .k-lead")
    page.click("form[action$='/import/'] button.btn-primary")
    page.wait_for_url(re.compile(r"/imports/1/$"))
    assert "lines with" in page.inner_text("main .k-lead")

    # The portfolio: the sentence, the pictures, a figure's drawer.
    page.click("main >> text=See the portfolio")
    page.wait_for_url("**/portfolio/")
    assert "Helios Tarvia alone is past the critical line" in page.inner_text("main .k-lead")
    page.wait_for_selector("figure[data-chart=lines] canvas")
    page.click("a.k-tile >> nth=0")
    page.wait_for_selector("#drawer[open] code")
    assert page.url.endswith("/portfolio/")
    page.keyboard.press("Escape")
    page.wait_for_selector("#drawer:not([open])", state="attached")

    # The accounts: filter as one types, sort.
    page.goto(f"{live_server.url}/accounts/")
    page.fill("main [name=q]", "nord")
    page.wait_for_url(re.compile("q=nord"))
    expect(page.locator("#rows tbody tr")).to_have_count(2)
    page.goto(f"{live_server.url}/accounts/")
    page.click("thead a.k-sort >> text=Account")
    page.wait_for_url(re.compile("sort=name"))
    assert page.locator("thead th[aria-sort=ascending]").inner_text().startswith("Account")

    # By keys alone to an account.
    page.keyboard.press("Control+k")
    page.wait_for_selector(".k-palette-item")
    page.keyboard.type("helios")
    page.wait_for_selector(".k-palette-item >> text=Helios Tarvia")
    page.click(".k-palette-item >> text=Helios Tarvia")
    page.wait_for_url("**/account/H-1/")
    page.wait_for_selector("#documents table")

    # Colours and language.
    page.click("summary[aria-label='Colours']")
    page.click(".k-top-end > .k-menu [data-themes] button[value=dark]")
    page.wait_for_selector("html[data-bs-theme=dark]", state="attached")
    page.click(".k-top-end summary:has-text('Language')")
    page.click(".k-top-end > .k-menu button:has-text('Polski') >> visible=true")
    page.wait_for_selector("html[lang=pl]", state="attached")

    # The width of a phone: nothing sticks out.
    page.set_viewport_size({"width": 390, "height": 844})
    for address in ("/portfolio/", "/accounts/", "/account/H-1/", "/imports/", "/imports/1/", "/settings/"):
        page.goto(live_server.url + address)
        page.wait_for_load_state("networkidle")
        wide, seen = page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= seen, address
    assert page.complaints == []
