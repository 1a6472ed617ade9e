"""Every part renders in all its states, escapes what it is given, and keeps to the Content-Security-Policy."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django import forms
from django.db.models.fields import BLANK_CHOICE_DASH
from django.template import engines
from django.test import RequestFactory
from django.urls import reverse

from kamerton.web import formats, leaves, parts, showcase
from kamerton.web.parts import Badge, Cell, Chip, Column, Link, Pages, Row, Step, Tab, Table, Tile
from kamerton.web.templatetags import ui

TEMPLATES = Path(ui.__file__).resolve().parents[1] / "templates"
ATTACK = "<script>alert(1)</script>\"'&"


class Policy(HTMLParser):
    """Collects what a strict policy refuses, and duplicate ids."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: list[str] = []
        self.ids: list[str] = []
        self._script = False

    def handle_starttag(self, tag, attrs):
        names = dict(attrs)
        self.refused += [f"{tag} {name}" for name in names if name == "style" or name.startswith("on")]
        self.refused += [
            f"{tag} javascript:" for value in names.values() if (value or "").startswith("javascript:")
        ]
        if tag == "style" or (tag == "script" and "src" not in names):
            self.refused.append(tag)
        if "id" in names:
            self.ids.append(names["id"])


def policy_of(html: str) -> Policy:
    found = Policy()
    found.feed(html)
    return found


def render(source: str, **context: object) -> str:
    request = RequestFactory().get("/list/", context.pop("params", {}))
    return engines["django"].from_string("{% load ui %}" + source).render(context, request)


@pytest.fixture
def page(client, make_user, company):
    client.force_login(make_user("administrator"))
    return client.get(reverse("ui_parts"))


def test_the_page_of_parts_shows_every_part_and_keeps_the_policy(page):
    html = page.content.decode()
    found = policy_of(html)
    assert page.status_code == 200
    assert found.refused == []
    # The example toasts and fields stand twice; nothing of the shell does.
    assert [one for one in set(found.ids) if found.ids.count(one) > 1 and not one.startswith("id_")] == []


def test_the_page_of_parts_leaves_out_no_tag(page):
    source = (TEMPLATES / "ui" / "parts.html").read_text() + (
        TEMPLATES / "ui" / "parts_drawer.html"
    ).read_text()
    whole = source + "".join(file.read_text() for file in (TEMPLATES / "ui").glob("*.html"))
    tags = set(ui.register.tags) - {"asset", "query", "badge", "portfolio_tabs"}
    assert [tag for tag in tags if not re.search(rf"{{%\s*{tag}\b", whole)] == []
    for state in ("empty", "loading", "failed", "forbidden", "too-much"):
        assert f'data-state="{state}"' in page.content.decode()


def test_no_template_of_ours_has_an_inline_style_or_script():
    offences = {}
    for file in TEMPLATES.rglob("*.html"):
        refused = policy_of(re.sub(r"{%.*?%}|{#.*?#}", "", file.read_text(), flags=re.DOTALL)).refused
        if refused:
            offences[file.name] = refused
    assert offences == {}


# --- tables ------------------------------------------------------------------------------------


def table(*rows: Row, **more: object) -> str:
    columns = [Column("Account"), Column("Turnover", numeric=True, unit="EUR"), Column("Note", minor=True)]
    return leaves.table(Table(columns, rows, "Accounts", **more))


def test_a_table_names_its_unit_once_and_its_rows_by_the_first_cell():
    html = table(Row(["Helios", "1,000", ""]), Row(["Alto", "2,000", "x"]), foot=Row(["All", "3,000", ""]))
    assert html.count("EUR") == 1
    assert html.count('<th scope="row">') == 3
    assert '<th scope="row">Helios</th>' in html
    assert '<span class="k-cell-label">Turnover</span>1,000' in html


def test_a_table_escapes_everything():
    cell = Cell(ATTACK, url=f"/x?{ATTACK}", sub=ATTACK, badges=(Badge("bad", ATTACK),))
    html = table(Row([cell, ATTACK, Cell(ATTACK)], key=ATTACK)) + leaves.table(
        Table([Column(ATTACK, unit=ATTACK, sort_url=f"/?{ATTACK}", hint=ATTACK)], [], ATTACK)
    )
    assert "<script" not in html
    assert policy_of(html).refused == []
    assert not re.search(r'href="[^"]*"\'', html)


def test_a_row_with_too_few_cells_is_an_error_not_a_shifted_table():
    with pytest.raises(ValueError, match="longer"):
        table(Row(["Helios", "1,000"]))


def test_a_cell_that_opens_is_a_plain_link_too():
    html = table(Row(["Helios", Cell("1,000", "/figures/1/", drawer=True), ""]))
    assert '<a href="/figures/1/" class="k-fig" data-drawer>1,000</a>' in html


@pytest.mark.parametrize(
    ("asked", "sorted_as", "following"),
    [("", "descending", "?sort=turnover"), ("-turnover", "descending", "?sort=turnover"),
     ("turnover", "ascending", "?sort=-turnover"), ("name", "", "?sort=-turnover")],
)  # fmt: skip
def test_a_head_sorts_and_turns_round(asked, sorted_as, following):
    request = RequestFactory().get("/", {"sort": asked, "page": "7"} if asked else {"page": "7"})
    column = parts.sortable(request, Column("Turnover"), "turnover", first="descending", default="-turnover")
    assert (column.sorted, column.sort_url) == (sorted_as, following)


# --- lists ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "total", "shown"),
    [
        (1, 0, [1]),
        (1, 50, [1]),
        (1, 51, [1, 2]),
        (1, 500, [1, 2, None, 10]),
        (4, 500, [1, 2, 3, 4, 5, None, 10]),
        (6, 500, [1, None, 5, 6, 7, None, 10]),
        (10, 500, [1, None, 9, 10]),
    ],
)
def test_the_numbers_of_pages(number, total, shown):
    assert Pages(number, 50, total, "?page={n}").shown == shown


def test_pages_keep_the_query_and_say_where_one_is():
    request = RequestFactory().get("/", {"q": "a&b", "page": "2"})
    assert parts.page_url(request) == "?q=a%26b&page={n}"
    html = render("{% pagination pages %}", pages=Pages(2, 50, 1032, parts.page_url(request), "accounts"))
    assert "51–100 of 1,032 accounts" in html
    assert 'href="?q=a%26b&amp;page=3"' in html
    assert 'aria-current="page">2<' in html


def test_a_search_keeps_other_parameters_and_drops_the_page():
    html = render(
        '{% search_bar "Search" filters %}',
        params={"q": "hel", "class": "A", "page": "3", "sort": "name"},
        filters=[parts.Select("class", "Class", [("A", "A"), ("B", "B")], "A")],
    )
    assert 'value="hel"' in html
    assert '<input type="hidden" name="sort" value="name">' in html
    assert 'name="page"' not in html
    assert '<option value="A" selected>' in html


def test_chips_tabs_steps():
    html = render(
        "{% chips chips %}{% tabs tabs %}{% stepper steps 2 %}",
        chips=[Chip("Class A", "?", removes=True)],
        tabs=[Tab("Figures", "#", current=True), Tab("Returns", "#")],
        steps=[Step("Look", "/look/"), Step("Check"), Step("Import")],
    )
    assert "remove" in html
    assert html.count('aria-current="page"') == 1
    assert 'href="/look/"' in html
    assert re.search(r'aria-current="step">.*?Check', html, re.DOTALL)


# --- figures -------------------------------------------------------------------------------------


def test_a_state_says_in_words_and_shape_what_it_says_in_colour():
    shapes = {kind: re.search(r"<svg.*</svg>", leaves.state(kind, "Word"))[0] for kind in leaves.SHAPES}
    assert len(set(shapes.values())) == len(shapes)
    assert all("Word" in leaves.state(kind, "Word") for kind in shapes)


def test_a_change_has_an_arrow_and_a_sign():
    assert "#arrow-down-right" in leaves.change(formats.change(-0.1, "en"))
    assert "k-bad" in leaves.change(formats.change(-0.1, "en"))
    assert "<use" not in leaves.change(formats.change(0.0, "en"))


@pytest.mark.parametrize("part", [None, -0.1, 0.0, 0.5, 1.0, 7.0])
def test_a_bar_stays_inside_its_ground(part):
    width = float(re.search(r'k-bar-part" width="([\d.]+)%', leaves.bar(part, mark=2.0))[1])
    assert 0 <= width <= 100


def test_a_spark_leaves_gaps_open_and_is_nothing_for_one_value():
    assert leaves.spark([3]) == ""
    assert leaves.spark([None, None]) == ""
    assert leaves.spark([1, None, 2, 3]).count("M") >= 3
    assert "nan" not in leaves.spark([0, 0, 0]).lower()


def test_a_tile_opens_where_it_has_an_address():
    assert "<a class" in render(
        "{% tile t %}", t=Tile("Turnover", "1", formats.change(0.1), "before", url="/x/")
    )
    assert "<a " not in render("{% tile t %}", t=Tile("Turnover", "1", note="the norm is 2"))


# --- forms and buttons ---------------------------------------------------------------------------


def test_a_field_ties_its_label_help_and_error_together():
    form = showcase.ExampleForm({"threshold": "a fifth"})
    html = render("{% field form.name %}", form=form)
    assert 'for="id_name"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name-help id_name-error"' in html
    assert 'id="id_name-error"' in html


def test_a_choice_left_open_says_so_in_words():
    class Choosing(forms.Form):
        may = forms.ChoiceField(choices=[*BLANK_CHOICE_DASH, ("a", "A")], required=False)
        must = forms.ChoiceField(choices=[*BLANK_CHOICE_DASH, ("a", "A")])

    form = Choosing()
    html = "".join(render("{% field f %}", f=form[name]) for name in ("may", "must"))
    assert [word in html for word in ("Not said", "Choose", "---")] == [True, True, False]


def test_a_post_button_is_a_form_with_a_token():
    html = render(
        '{% button link "primary" %}', link=Link("Withdraw", "/x/", method="post"), csrf_token="t0ken"
    )
    assert 'method="post"' in html
    assert 'value="t0ken"' in html


def test_icons_that_templates_name_are_in_the_sprite():
    manifest = leaves.DIST / "manifest.json"
    if not manifest.exists():
        pytest.skip("the assets are not built (make assets)")
    sprite = (leaves.DIST / Path(leaves.asset_url("icons.svg")).name).read_text()
    named = set()
    for file in TEMPLATES.rglob("*.html"):
        named |= set(re.findall(r'{%\s*icon\s+"([a-z0-9-]+)"', file.read_text()))
    assert [name for name in named if f'id="{name}"' not in sprite] == []


@pytest.mark.parametrize("kind", ["pareto", "lines", "map", "whale", "bars", "multiples", "ageing", "empty"])
def test_every_example_picture_is_an_answer(client, make_user, kind):
    client.force_login(make_user("reader"))
    assert client.get(reverse("ui_picture", args=[kind])).status_code == 200


def test_of_many_buttons_in_a_head_all_but_the_first_stand_in_a_menu():
    links = [Link(f"Do {ATTACK} {at}", f"/do/{at}/", method="post" if at == 2 else "get") for at in range(3)]
    told = render("{% page_head 'Page' others=links %}", links=links)
    before, _menu, inside = told.partition('<details class="k-menu')
    assert ("/do/0/" in before, "/do/1/" in before, "/do/2/" in before) == (True, False, False)
    assert inside.count("k-menu-item") == 2
    assert '<form method="post" action="/do/2/">' in inside
    assert "<script" not in told
    assert "<details" not in render("{% page_head 'Page' others=links %}", links=links[:2])
