"""Example values for the page of parts, /ui/. A fictional company; nothing here reads a record."""

# Rows of examples read better on one line.
# ruff: noqa: E501

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from kamerton.core.models import Job
from kamerton.web import formats, leaves
from kamerton.web.parts import (
    Badge,
    Cell,
    Chip,
    Column,
    Inline,
    Link,
    Pages,
    Row,
    Select,
    Step,
    Tab,
    Table,
    Tile,
    sortable,
)
from kamerton.web.toasts import Toast

_ACCOUNTS = (
    # name, group, turnover, share, change, class, states, twelve months
    ("Helios Bau", "Helios", 1_842_310, 0.231, 0.082, "AX", (Badge("bad", "Critical"), Badge("key", "Key")), (5, 6, 6, 7, 6, 8, 8, 9, 8, 9, 10, 11)),
    ("Brennero Impianti", "Alto", 1_107_555, 0.139, -0.014, "AX", (Badge("key", "Key"),), (9, 8, 9, 9, 8, 9, 8, 8, 9, 8, 8, 8)),
    ("Wisła Instalacje", "", 903_120, 0.113, 0.274, "AY", (Badge("key", "Key"),), (3, 3, 4, 4, 5, 5, 6, 6, 7, 8, 8, 9)),
    ("Северный свет", "", 512_044, 0.064, -0.218, "AZ", (Badge("warn", "Slipping"),), (9, 9, 8, 8, 7, 6, 6, 5, 5, 4, 4, 3)),
    ("Oakfield Facilities", "Oakfield", 248_990, 0.031, 11.4, "BX", (Badge("good", "Growing"),), (0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 8, 9)),
    ("Porto Marina", "", 96_480, 0.012, None, "BZ", (Badge("info", "New"),), (None, None, None, None, None, None, None, 2, 3, 2, 4, 3)),
    ("Quarry & Sons", "", 0, 0.0, -1.0, "C", (Badge("off", "Lost"),), (4, 4, 3, 3, 2, 1, 0, 0, 0, 0, 0, 0)),
)  # fmt: skip


class ExampleForm(forms.Form):
    """Every kind of field, some with errors."""

    name = forms.CharField(label="Name of the view", help_text="Only you see it.")
    threshold = forms.DecimalField(
        label="Critical above", initial="20", help_text="Per cent of the income of twelve months."
    )
    basis = forms.ChoiceField(label="Basis", choices=[("income", "Income"), ("turnover", "Turnover")])
    reason = forms.CharField(label="Reason", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    dates = forms.ChoiceField(
        label="03/04/2026 is",
        choices=[("dmy", "3 April 2026 (day first)"), ("mdy", "4 March 2026 (month first)")],
        widget=forms.RadioSelect,
        initial="dmy",
    )
    remember = forms.BooleanField(label="Remember for files of this shape", required=False, initial=True)


def context(request: HttpRequest) -> dict[str, Any]:
    return {
        "lead": _lead(),
        "action": Link("Import sales", "#", "file-upload"),
        "others": [Link("Export", "#", "table-export")],
        "crumbs": [Link("Accounts", "#")],
        "tiles": _tiles(),
        "changes": [formats.change(0.12), formats.change(-0.078, decimals=1), formats.change(0.0), formats.change(11.4),
                    formats.change(0.31, good="down"), formats.points(0.012), formats.change(None)],
        "states": [("good", "Growing"), ("warn", "Slipping"), ("bad", "Critical"), ("key", "Key"), ("info", "New"),
                   ("off", "Lost"), ("neutral", "Waiting")],
        "table": _table(request),
        "filters": [Select("class", "Class", [("A", "A"), ("B", "B"), ("C", "C")], "A"),
                    Select("seller", "Seller", [("1", "Anna Conti"), ("2", "Jan Nowak")])],
        "chips": [Chip("Class A", "?", removes=True), Chip("Seller: Anna Conti", "?", removes=True)],
        "views": [Chip("All", "?", count="148"), Chip("Key", "?", current=True, count="3"), Chip("Slipping", "?", count="11")],
        "tabs": [Tab("Figures", "#", current=True), Tab("Products", "#", count="214"), Tab("Documents", "#", count="1,032"), Tab("Returns", "#")],
        "pages": Pages(4, 50, 1032, "?page={n}", "accounts"),
        "one_page": Pages(1, 50, 7, "?page={n}", "accounts"),
        "steps": [Step("Choose files", "#"), Step("Look", "#"), Step("Check"), Step("Import")],
        "terms": [("Rule", "income of the account ÷ income of all accounts"), ("Period", formats.period(dt.date(2025, 12, 1), dt.date(2026, 11, 30))),
                  ("Rows", Cell("1,032 lines in 214 documents", "#"))],
        "jobs": _jobs(),
        "form": ExampleForm(),
        "form_with_errors": ExampleForm({"threshold": ""}),
        "toasts_shown": [Toast("Saved.", "good"), Toast("Import of 3 March withdrawn. It left every figure.", "good", "#"),
                         Toast("Two rows had no rate and were left out.", "warn"), Toast("The file is empty. Nothing was imported.", "bad")],
        "heat": _heat(),
        **_lists(),
        "pictures": _pictures(),
        "retry": Link("Narrow the list", "#", "filter"),
        "import_link": Link("Import sales", "#", "file-upload"),
        "demo_link": Link("Look at the demo company", "#"),
        "colours": ["page", "sheet", "raised", "sunk", "rule", "rule-strong", "ink", "ink-2", "ink-3", "accent", "accent-soft", "good", "warn", "bad"],
    }  # fmt: skip


def drawer() -> dict[str, Any]:
    return {
        "lead": format_html("Helios makes <strong>{}</strong> of the income; the critical line is 20 %.", formats.share(0.231)),
        "terms": [("Rule", "income of the account ÷ income of all accounts"),
                  ("Period", formats.period(dt.date(2025, 12, 1), dt.date(2026, 11, 30))),
                  ("Income of Helios Bau", formats.money(Decimal("421338.20"), "EUR")),
                  ("Income of all", formats.money(Decimal("1823974.03"), "EUR")),
                  ("Imports behind it", Cell("sales-2025.csv, sales-2026.csv", "#"))],
        "table": Table(
            [Column("Document"), Column("Date"), Column("Turnover", numeric=True, unit="EUR")],
            [Row([f"RE-2026-{1100 + i}", formats.date(dt.date(2026, 11, 28) - dt.timedelta(days=6 * i), short=True),
                  formats.number(Decimal(48210 - i * 3777), decimals=2)]) for i in range(8)],
            "Documents",
        ),
    }  # fmt: skip


def _lead() -> object:
    return format_html(
        "Three accounts make {} of income; <strong>Helios alone is past the critical line</strong>. One more is slipping.",
        format_html(
            '<a class="k-fig" href="{}" data-drawer>{}</a>',
            reverse("ui_drawer"),
            formats.share(0.483, decimals=0),
        ),
    )


def _tiles() -> list[Tile]:
    against = _("against 12 months before")
    url = reverse("ui_drawer")
    return [
        Tile("Turnover", formats.money(Decimal(7_974_000), "EUR", compact=True), formats.change(0.064), against, url=url,
             spark=(5, 6, 6, 7, 6, 8, 7, 9, 8, 9, 9, 10)),
        Tile("Income", formats.money(Decimal(1_824_000), "EUR", compact=True), formats.change(-0.021), against, url=url),
        Tile("Share of key accounts", formats.share(0.483), formats.points(0.038, good="down"), against, url=url),
        Tile("Accounts that carry 80 %", "31", formats.difference(-4), against, url=url),
        Tile("Retention of income", formats.share(0.934), note="the norm is 90 %"),
    ]  # fmt: skip


def _table(request: HttpRequest) -> Table:
    url = reverse("ui_drawer")
    columns = [
        sortable(request, Column("Account"), "name", default="-turnover"),
        Column("Turnover", numeric=True, unit="EUR"),
        Column("Share of income"),
        Column("Change", numeric=True),
        Column("12 months", minor=True),
        Column("Class"),
        Column("State"),
    ]
    columns[1] = sortable(request, columns[1], "turnover", first="descending", default="-turnover")
    rows = [
        Row(
            [
                Cell(name, "#", sub=group),
                Cell(formats.number(turnover), url, drawer=True),
                Cell(formats.share(part), share=part / 0.25, mark=0.8),
                Cell(change=formats.change(grown)),
                Cell(spark=curve),
                kind,
                Cell(badges=badges),
            ],
            faint=turnover == 0,
        )
        for name, group, turnover, part, grown, kind, badges, curve in _ACCOUNTS
    ]
    total = Row(
        ["All 148 accounts", formats.number(7_974_000), "", Cell(change=formats.change(0.064)), "", "", ""]
    )
    return Table(columns, rows, "Accounts by turnover of twelve months", foot=total)


def _lists() -> dict[str, Any]:
    """Rows that can be picked, values that open where they stand, a conflict, rows that an action left."""
    value = Inline("anna@helios-bau.example", "#", "E-mail")
    rows = [
        Row([Cell(name, "#"), leaves.inline(value) if at else "", kind], pick=str(at), name=name)
        for at, (name, _group, _turnover, _part, _grown, kind, _badges, _curve) in enumerate(_ACCOUNTS[:3])
    ]
    columns = [Column("Account"), Column("E-mail"), Column("Class")]
    return {
        "pick_table": Table(columns, rows, "Rows that can be picked", pick="list-bulk"),
        "pick_bulk": {
            "url": "#", "query": "", "shown": "0,1,2", "here": "3", "total": "1,032", "has_more": True, "once": "",
            "actions": [SimpleNamespace(key="assign", label="Assign", icon="user", tone=""),
                        SimpleNamespace(key="archive", label="Archive", icon="archive", tone="bad")],
        },
        "inline_value": value,
        "inline_empty": Inline("", "#", "Telephone"),
        "inline_form": _InlineForm({"email": "anna@"}),
        "conflict_form": SimpleNamespace(
            changed_by="Last changed by Jan Nowak, 2 Mar 2026, 09:10.",
            clashes=[SimpleNamespace(name="keep-example", label="E-mail", base="info@helios-bau.example",
                                     mine="anna@helios-bau.example", theirs="anna.conti@helios-bau.example")],
        ),
        "refused": [SimpleNamespace(row="Helios Bau", reason="It is a key account. Ask the director to decide first.")],
    }  # fmt: skip


class _InlineForm(forms.Form):
    email = forms.EmailField(label="E-mail")
    version = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"id": "id_example_version"}))


def _jobs() -> list[Job]:
    states = [
        ("waiting", 0, 0, "", ""),
        ("running", 0, 0, "Looking at the file", ""),
        ("running", 3_120_000, 5_000_000, "Reading sales-2026.csv", ""),
        ("done", 5_000_000, 5_000_000, "5,000,000 lines are live.", ""),
        ("failed", 1_200_000, 5_000_000, "", "Line 1,200,417 has 9 fields where the head has 12. Nothing was imported; the file was kept. Correct the line and start again."),
    ]  # fmt: skip
    return [
        Job(id=uuid.UUID(int=i + 1), state=s, done=d, total=t, note=n, error=e)
        for i, (s, d, t, n, e) in enumerate(states)
    ]


def _heat() -> list[tuple[str, list[SimpleNamespace]]]:
    cells = {"A": ((14, "41 %", 5), (11, "27 %", 4), (6, "12 %", 3)), "B": ((12, "7 %", 2), (16, "5 %", 2), (9, "3 %", 1)),
             "C": ((8, "1 %", 1), (21, "2 %", 1), (51, "2 %", 1))}  # fmt: skip
    return [
        (row, [SimpleNamespace(count=c, share=s, level=level) for c, s, level in three])
        for row, three in cells.items()
    ]


def _pictures() -> list[dict[str, str]]:
    titles = {
        "pareto": ("Pareto curve", "31 of 148 accounts make 80 % of income."),
        "lines": (
            "Concentration over time",
            "The effective number of accounts fell from 24 to 18 in two years.",
        ),
        "map": (
            "Growth against share of income",
            "Helios grows and weighs; Северный свет weighs and shrinks.",
        ),
        "whale": ("Whale curve", "The last 22 accounts cost what the five before them earn."),
        "bars": ("Turnover by month", "The pale bars are the year before."),
        "multiples": ("Sellers, three years", "Each seller on the same scale."),
        "ageing": ("What is owed, by age", "A ninth is more than 90 days late."),
        "empty": ("A picture without data", ""),
        "failed": ("A picture that failed", ""),
    }
    return [
        {
            "kind": "lines" if key in ("empty", "failed") else key,
            "src": reverse("ui_picture", args=[key]),
            "title": title,
            "text": text,
        }
        for key, (title, text) in titles.items()
    ]


def picture(kind: str) -> JsonResponse:
    """Example data of one picture, in the shapes of frontend/js/charts.js."""
    makers = {
        "pareto": _pareto,
        "lines": _lines,
        "map": _map,
        "whale": _whale,
        "bars": _bars,
        "multiples": _multiples,
        "ageing": _ageing,
    }
    if kind == "empty":
        return JsonResponse({"series": []})
    if kind not in makers:
        raise Http404
    return JsonResponse(makers[kind]())


def _pareto() -> dict[str, Any]:
    values = [round(420_000 * 0.93**i + 400) for i in range(148)]
    total, running, points = sum(values), 0, []
    for index, value in enumerate(values):
        running += value
        points.append(
            {
                "name": _ACCOUNTS[index][0] if index < 6 else f"Account {index + 1}",
                "value": value,
                "share": running / total,
                "url": "#",
            }
        )
    return {"unit": "EUR", "points": points, "mark": {"share": 0.8}}


def _months(count: int) -> list[str]:
    return [f"{2023 + (11 + i) // 12}-{(11 + i) % 12 + 1:02d}" for i in range(count)]


def _lines() -> dict[str, Any]:
    months = _months(36)

    def line(start: float, slope: float, wave: float) -> list[list[Any]]:
        return [[m, round(start + slope * i + wave * ((i * 7) % 5 - 2), 4)] for i, m in enumerate(months)]

    return {"format": "share", "series": [{"name": "Largest account", "points": line(0.16, 0.002, 0.004), "accent": True},
                                          {"name": "Largest three", "points": line(0.41, 0.0022, 0.006)},
                                          {"name": "Largest ten", "points": line(0.63, 0.0014, 0.004)}],
            "marks": [{"value": 0.2, "label": "critical 20 %"}]}  # fmt: skip


def _map() -> dict[str, Any]:
    named = [{"name": n, "x": 0 if g is None else g, "y": max(p, 0.0005), "size": t, "url": "#", "accent": i == 0, "label": i < 5}
             for i, (n, _g, t, p, g, *_rest) in enumerate(_ACCOUNTS)]  # fmt: skip
    rest = [
        {
            "name": f"Account {i}",
            "x": ((i * 37) % 120 - 55) / 100,
            "y": 0.0006 * (1 + (i * 13) % 29),
            "size": 9000 + i * 700,
            "url": "#",
        }
        for i in range(90)
    ]
    return {"x": {"label": "Growth", "format": "share"}, "y": {"label": "Share of income", "format": "share"}, "points": named + rest,
            "marks": [{"axis": "y", "value": 0.1, "label": "key 10 %"}, {"axis": "x", "value": 0}]}  # fmt: skip


def _whale() -> dict[str, Any]:
    values = sorted((round(60_000 * 0.94**i - 2600) for i in range(148)), reverse=True)
    total, running, points = sum(values), 0, []
    for index, value in enumerate(values):
        running += value
        points.append({"name": f"Account {index + 1}", "value": value, "share": running / total, "url": "#"})
    return {"unit": "EUR", "points": points}


def _bars() -> dict[str, Any]:
    months = [f"2026-{m:02d}" for m in range(1, 13)]
    now = [510, 540, 700, 640, 610, 690, 480, 430, 760, 820, 790, None]
    before = [480, 500, 660, 650, 580, 640, 470, 450, 690, 740, 760, 560]
    return {"unit": "EUR", "format": "money", "categories": months, "partial": ["2026-11"],
            "series": [{"name": "2026", "values": [v and v * 1000 for v in now], "accent": True}, {"name": "2025", "values": [v * 1000 for v in before], "ghost": True}]}  # fmt: skip


def _multiples() -> dict[str, Any]:
    sellers = (
        ("Anna Conti", (1.9, 2.2, 2.6)),
        ("Jan Nowak", (1.4, 1.5, 1.3)),
        ("Ольга Белова", (0.9, 1.1, 1.6)),
        ("Mark Field", (1.2, 0.9, 0.7)),
    )
    return {"unit": "EUR", "format": "money", "categories": ["2024", "2025", "2026"], "partial": ["2026"],
            "panels": [{"name": name, "values": [round(v * 1e6) for v in values], "url": "#"} for name, values in sellers]}  # fmt: skip


def _ageing() -> dict[str, Any]:
    return {"unit": "EUR", "format": "money", "stack": True, "horizontal": True, "categories": ["Helios Bau", "Brennero Impianti", "Wisła Instalacje"],
            "series": [{"name": "Not due", "values": [310e3, 220e3, 180e3]}, {"name": "1–30 days", "values": [90e3, 20e3, 40e3], "level": 2},
                       {"name": "31–90 days", "values": [30e3, 0, 22e3], "level": 3}, {"name": "over 90 days", "values": [61e3, 0, 4e3], "tone": "bad"}]}  # fmt: skip
