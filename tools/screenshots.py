"""Render every page in light, dark and at phone width: `make screenshots`.

Starts Kamerton with the demo company in a folder of its own, signs in, and writes
docs/screens/<page>-<look>.png. The pictures are for looking at: nothing is compared.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
SCREENS = ROOT / "docs" / "screens"
PORT = 8791
ADDRESS = f"http://127.0.0.1:{PORT}"
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
#: name -> (width, height, colours, scale)
LOOKS = {"light": (1440, 900, "light", 1), "dark": (1440, 900, "dark", 1), "phone": (390, 844, "light", 2)}

_PHONE_HEIGHT = 2400

#: name of the picture -> address; filled up with what the demo company has.
PAGES = {
    "portfolio": "/portfolio/",
    "accounts": "/accounts/",
    "accounts-groups": "/accounts/?level=group",
    "accounts-lost": "/accounts/?list=lost",
    "accounts-none": "/accounts/?q=nothing-like-this",
    "sellers": "/portfolio/sellers/",
    "how-well-it-told": "/portfolio/how-well-it-told/",
    "imports": "/imports/",
    "import-new": "/imports/new/",
    "import-batch": "/imports/1/",
    "import-rates": "/imports/rates/",
    "settings": "/settings/",
    "explain": "/explain/effective_accounts/",
    "parts": "/ui/",
    "not-found": "/no-such-page/",
}


@contextmanager
def server() -> Iterator[None]:
    """Kamerton with the demo company, from nothing, until the block ends."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "KAMERTON_HOME": home, "KAMERTON_PORT": str(PORT)}
        child = subprocess.Popen([sys.executable, "-m", "kamerton", "run"], env=environment, cwd=ROOT)
        try:
            _wait(f"{ADDRESS}/sign-in/", 180)
            yield
        finally:
            child.terminate()
            child.wait(20)


def _wait(url: str, seconds: float) -> None:
    until = monotonic() + seconds
    while monotonic() < until:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            sleep(0.5)
    raise SystemExit(f"Kamerton did not answer within {seconds:.0f} seconds.")


def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        raise SystemExit("Chromium is needed: install it (Debian: apt-get install chromium) and run again.")
    return found


def sign_in(page: Page, name: str, password: str) -> None:
    page.goto(f"{ADDRESS}/sign-in/")
    page.fill("input[name=login]", name)
    page.fill("input[name=password]", password)
    page.click("main button, form button.btn-primary")
    page.wait_for_url(f"{ADDRESS}/portfolio/")


def shoot(page: Page, name: str, look: str) -> None:
    page.wait_for_load_state("networkidle")
    if name != "parts":  # that page shows what loading looks like
        page.wait_for_selector("main .k-bones", state="detached")
    page.wait_for_timeout(400)
    path = str(SCREENS / f"{name}-{look}.png")
    if look == "phone":  # the first screens: a phone's page is long
        tall = min(_PHONE_HEIGHT, page.evaluate("document.documentElement.scrollHeight"))
        clip = {"x": 0, "y": 0, "width": LOOKS[look][0], "height": tall}
        page.screenshot(path=path, full_page=True, clip=clip)
    else:
        page.screenshot(path=path, full_page=True)
    print(f"{name}-{look}", flush=True)


def render(browser: Browser, look: str) -> None:
    width, height, colours, scale = LOOKS[look]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=colours, device_scale_factor=scale
    )
    page = context.new_page()
    page.goto(f"{ADDRESS}/sign-in/")
    shoot(page, "sign-in", look)
    sign_in(page, "anna", "kamerton-demo")  # the demo company's administrator
    for name, address in PAGES.items():
        page.goto(f"{ADDRESS}{address}")
        shoot(page, name, look)
    page.goto(f"{ADDRESS}/accounts/")
    page.click("table tbody tr a >> nth=0")
    page.wait_for_url("**/account/**")
    shoot(page, "account", look)
    _wizard(page, look)
    context.close()


def _wizard(page: Page, look: str) -> None:
    """The steps of an import, with the demo export."""
    page.goto(f"{ADDRESS}/imports/new/")
    page.click("button[name=demo]")
    page.wait_for_url("**/imports/drafts/**")
    shoot(page, "import-look", look)
    page.click("button[name=next][value=check]")
    page.wait_for_selector("form[action$='/import/'] button", timeout=60_000)
    shoot(page, "import-check", look)


def main() -> int:
    SCREENS.mkdir(parents=True, exist_ok=True)
    with server(), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        for look in LOOKS:
            render(browser, look)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
