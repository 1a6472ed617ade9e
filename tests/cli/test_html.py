"""The HTML report: one file, nothing from outside, hostile names as text, the figures inside it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from kamerton.cli.reports import html
from kamerton.cli.reports.html import write_html
from kamerton.cli.reports.model import Report
from kamerton.core.refused import Refused
from kamerton.ledger.read.model import RefusedRow
from tests.cli.factories import Sold, distributor, report

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><b>bold</b>',
    "&lt;not escaped twice&gt;",
    "<!--",
    "]]>",
    "\u202eevil\u2066",
    "שלום עולם",
    "😀 smile",
    "${1+1} {{ 1 }}",
    "javascript:alert(1)",
    "Zażółć gęślą",
    "Ромашка",
]


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The built script and style, or stand-ins where the assets were not built."""
    if not html._built().joinpath("report.js").is_file():
        (tmp_path / "report.js").write_text("document.title = '</script>';")
        (tmp_path / "report.css").write_text("body { margin: 0 }")
        monkeypatch.setattr(html, "_built", lambda: tmp_path)


class Page(HTMLParser):
    """Every element and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def figures_of(page: str) -> dict[str, Any]:
    block = re.search(r'<script type="application/json" id="figures">(.*?)</script>', page, re.DOTALL)
    assert block
    return json.loads(block.group(1), parse_float=Decimal)


def accounts_of(page: str) -> list[dict[str, Any]]:
    table = figures_of(page)["accounts"]
    return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]


@pytest.mark.usefixtures("built")
def test_it_loads_nothing() -> None:
    page = Page(write_html(distributor()).decode())
    fetching = ("src", "href", "action", "data", "poster", "srcset", "background")
    assert not [
        (tag, name, value)
        for tag, attributes in page.elements
        for name, value in attributes.items()
        if name in fetching or name.startswith("on") or name == "style"
    ]
    assert {tag for tag, _ in page.elements} & {"link", "img", "iframe", "base", "object", "form"} == set()
    style = re.search(r"<style>(.*?)</style>", write_html(distributor()).decode(), re.DOTALL).group(1)
    assert all(source.startswith("data:font/woff2") for source in re.findall(r"url\(([^)]*)", style))
    assert "@import" not in style


@pytest.mark.usefixtures("built")
def test_its_policy_seals_exactly_the_script_and_the_style_inside() -> None:
    page = write_html(distributor()).decode()
    policy = next(
        a["content"] for tag, a in Page(page).elements if a.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for content in (
        re.search(r"<style>(.*?)</style>", page, re.DOTALL),
        re.search(r"<script>(.*?)</script>", page, re.DOTALL),
    ):
        seal = base64.b64encode(hashlib.sha256(content.group(1).encode()).digest()).decode()
        assert f"'sha256-{seal}'" in policy


@pytest.mark.usefixtures("built")
def test_hostile_names_are_text_and_nothing_else() -> None:
    sold = [
        Sold(name=name, now=str(100 + place), before="50", group=name) for place, name in enumerate(HOSTILE)
    ]
    refused = [RefusedRow(file=name, line=1, column=name, value=name, reason=name) for name in HOSTILE]
    page = write_html(report(sold, refused=refused, notes=tuple(HOSTILE))).decode()
    plain = Page(write_html(report([Sold(name="Plain", now="1"), Sold(name="Simple", now="1")])).decode())
    tags = {tag for tag, _ in plain.elements}
    assert {tag for tag, _ in Page(page).elements} - tags <= {
        "figure",
        "figcaption",
        "details",
        "summary",
        "h3",
        "b",
    }
    assert "bold" not in [
        text for (tag, _), text in zip(Page(page).elements, Page(page).texts, strict=False) if tag == "b"
    ]
    assert len([tag for tag, _ in Page(page).elements if tag == "script"]) == 2
    assert {row["label"] for row in accounts_of(page)} == {
        name.replace("\u202e", "").replace("\u2066", "") for name in HOSTILE
    }


@pytest.mark.usefixtures("built")
def test_the_figures_inside_are_the_figures() -> None:
    made = distributor()
    rows = {row["id"]: row for row in accounts_of(write_html(made).decode())}
    for account in made.analysis.accounts:
        row = rows[account.account]
        assert (row["turnover"], row["income"], row["rank"]) == (
            account.turnover,
            account.income,
            account.rank,
        )
        assert (row["now"], row["before"]) == (account.window_income, account.previous_income)
        assert row["by_year"] == [
            [year, pair.turnover, pair.income] for year, pair in sorted(account.by_year.items())
        ]
    assert [row["id"] for row in rows.values()][:2] == ["0001", "0002"]


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize(
    "made",
    [
        distributor(),
        report([Sold(name="One", now="10")]),
        report([Sold(name="Nothing")]),
        report([Sold(name="Below", now="-10"), Sold(name="Above", now="4")]),
        report([Sold(name="No cost", now="10", margin=None)], currency=""),
    ],
)
def test_any_data_make_a_page_below_its_weight(made: Report) -> None:
    page = write_html(made)
    assert page.startswith(b"<!doctype html>")
    assert len(page) < 1_200_000


def test_without_the_built_assets_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "_built", lambda: tmp_path)
    with pytest.raises(Refused, match="make assets"):
        write_html(distributor())


# --- in a browser ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    if not html._built().joinpath("report.js").is_file() or not Path("/usr/bin/chromium").exists():
        pytest.skip("needs the built assets and Chromium")
    quiet = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path="/usr/bin/chromium", args=quiet)
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Any]:
    """opened(report) -> the page in the browser; fails on any message, request or error."""
    noise: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 900})

    def show(made: Report) -> Any:
        path = tmp_path / "report.html"
        path.write_bytes(write_html(made))
        page = context.new_page()
        page.on("console", lambda message: noise.append(message.text))
        page.on("pageerror", lambda error: noise.append(str(error)))
        page.on("dialog", lambda dialog: noise.append(dialog.message))
        page.on(
            "request",
            lambda request: None if request.url.startswith(("file:", "data:")) else noise.append(request.url),
        )
        page.goto(path.as_uri())
        page.wait_for_selector("#accounts tr.row")
        return page

    yield show
    context.close()
    assert noise == []


@pytest.mark.browser
def test_the_pictures_are_drawn_and_the_table_answers(opened: Any) -> None:
    page = opened(distributor())
    assert page.locator(".chart svg").count() == page.locator(".chart").count() >= 3
    assert page.locator("details[data-picture][open]").count() == 0
    page.fill("#search", "petrel")
    assert page.locator("#accounts tr.row").count() == 1
    assert page.text_content("#found") == "1 of 37"
    page.fill("#search", "")
    page.select_option("#filter", "lost")
    assert page.locator("#accounts .open").all_text_contents() == ["Quill & Sons"]
    page.select_option("#filter", "all")
    page.click("#accounts th[data-sort=label] button")
    assert page.locator("#accounts .open").first.text_content() == "Boreas Logistics"
    page.click("#accounts .open >> nth=0")
    assert "Turnover, all time" in page.text_content("#accounts tr.detail")


@pytest.mark.browser
def test_hostile_names_do_nothing_in_a_browser(opened: Any) -> None:
    page = opened(
        report(
            [
                Sold(name=name, now=str(200 - place), before="50", group=name)
                for place, name in enumerate(HOSTILE)
            ]
        )
    )
    page.click("#accounts .open >> nth=0")
    page.hover(".chart >> nth=0")
    page.wait_for_timeout(200)
    assert page.locator("#accounts img, #accounts script, .tip img").count() == 0
    assert page.locator("#accounts .open").first.text_content() == HOSTILE[0]


@pytest.mark.browser
def test_twenty_thousand_accounts_stay_fast(opened: Any) -> None:
    page = opened(
        report(
            [Sold(name=f"Account {place}", now=str(1000 + place), before="900") for place in range(20_000)]
        )
    )
    assert page.locator("#accounts tr.row").count() == 200
    took = page.evaluate(
        """async () => {
            const search = document.getElementById('search');
            const start = performance.now();
            search.value = 'account 19999';
            search.dispatchEvent(new Event('input'));
            return performance.now() - start;
        }"""
    )
    assert page.locator("#accounts tr.row").count() == 1
    assert took < 1000


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_no_width_scrolls_sideways(opened: Any, width: int) -> None:
    page = opened(distributor())
    page.set_viewport_size({"width": width, "height": 800})
    page.wait_for_timeout(150)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
