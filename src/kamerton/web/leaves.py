"""The small parts of a page that are built as strings: a template for every cell would make large tables slow.

The tags of the same names (templatetags/ui.py) are these functions. No part writes an inline style or script.
"""

# Every piece that is marked safe is built here from constants and escaped texts.
# ruff: noqa: S308

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from html import escape
from pathlib import Path

from django.templatetags.static import static
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kamerton.web import formats
from kamerton.web.browsers import browser_name
from kamerton.web.parts import Badge, Cell, Column, Inline, Row, Table, Text

DIST = Path(__file__).resolve().parent / "static" / "dist"


def _text(value: Text) -> str:
    """Escaped, unless it is safe already; a text that is translated when shown is translated now."""
    return (
        escape(value)
        if type(value) is str
        else conditional_escape(str(value) if isinstance(value, Promise) else value)
    )


def _spoken(label: str) -> str:
    return f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'


# --- assets and icons ----------------------------------------------------------------------------


@lru_cache(maxsize=4)
def _manifest(changed_ns: int) -> dict[str, str]:  # noqa: ARG001  # the time stamp is the cache's key
    return json.loads((DIST / "manifest.json").read_text())


def asset_url(name: str) -> str:
    """The address of a built file, with its hash in the name. Without a build: the plain name."""
    try:
        changed_ns = (DIST / "manifest.json").stat().st_mtime_ns
    except FileNotFoundError:
        return static(f"dist/{name}")
    return static(f"dist/{_manifest(changed_ns).get(name, name)}")


def asset(name: str) -> str:
    return asset_url(name)


def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """A Tabler icon. size: "", "small", "large". With a label it is spoken, without one it is decoration."""
    return plain_icon(name, size, label)


@lru_cache(maxsize=512)
def _icon_from(sheet: str, name: str, size: str, label: str) -> SafeString:
    classes = f"k-icon k-icon-{size}" if size else "k-icon"
    return mark_safe(
        f'<svg class="{classes}" width="18" height="18" {_spoken(label)}>'
        f'<use href="{escape(sheet)}#{escape(name)}"/></svg>'
    )


def plain_icon(name: str, size: str = "", label: str = "") -> SafeString:
    return _icon_from(asset_url("icons.svg"), name, size, label)


# --- moments and browsers ------------------------------------------------------------------------


def moment(value: dt.datetime | None) -> str:
    """21 Nov 2026, 09:05, in the time zone of the pages."""
    return formats.moment(timezone.localtime(value) if value else None)


def plan_money(value: Decimal | None, currency: str) -> str:
    """An amount without cents, in the company's currency."""
    return "" if value is None else formats.money(value, currency, decimals=0)


def day(value: dt.datetime | dt.date | None) -> str:
    """A moment's day is that in the time zone of the pages."""
    return formats.date(timezone.localtime(value) if isinstance(value, dt.datetime) else value)


def short_day(value: dt.date | None) -> str:
    """21 Nov 2026."""
    return formats.date(value, short=True)


def browser(agent: str) -> str:
    return browser_name(agent)


# --- figures and states --------------------------------------------------------------------------

#: Each state has a shape of its own, so that it reads without colour.
SHAPES = {
    "good": (
        '<circle cx="6" cy="6" r="5.5" fill="currentColor"/>'
        '<path d="M3.4 6.2 5.3 8l3.4-3.7" fill="none" stroke="var(--k-sheet)" stroke-width="1.4"/>'
    ),
    "warn": '<path d="M6 .8 11.6 11H.4Z" fill="currentColor"/>',
    "bad": '<path d="M6 .2 11.8 6 6 11.8.2 6Z" fill="currentColor"/>',
    "key": (
        '<path fill="currentColor" d="M2.6.5v4a3.4 3.4 0 0 0 2.5 3.3v3.7h1.8V7.8'
        'a3.4 3.4 0 0 0 2.5-3.3v-4H7.7v4a1.7 1.7 0 0 1-3.4 0v-4Z"/>'
    ),
    "info": '<rect x="1" y="1" width="10" height="10" rx="2" fill="currentColor"/>',
    "off": (
        '<circle cx="6" cy="6" r="4.8" fill="none" stroke="currentColor" stroke-width="1.4"/>'
        '<path d="m2.6 9.4 6.8-6.8" stroke="currentColor" stroke-width="1.4"/>'
    ),
    "neutral": '<circle cx="6" cy="6" r="4.8" fill="none" stroke="currentColor" stroke-width="1.4"/>',
}


def state(kind: str, label: Text, soft: bool = False) -> SafeString:
    """kind: good, warn, bad, key (a tuning fork), info, off, neutral."""
    classes = f"k-state k-state-{kind} k-state-soft" if soft else f"k-state k-state-{kind}"
    shape = f'<svg viewBox="0 0 12 12" aria-hidden="true">{SHAPES[kind]}</svg>'
    return mark_safe(f'<span class="{classes}">{shape}{_text(label)}</span>')


def badge(value: Badge) -> SafeString:
    return state(value.state, value.label, value.soft)


_ARROWS = {"up": "arrow-up-right", "down": "arrow-down-right", "flat": "arrow-right"}


def change(value: formats.Change) -> SafeString:
    """A change of formats.change: arrow, words, colour. The sign says it too."""
    if value.direction == "flat":
        return mark_safe(f'<span class="k-change k-muted">{escape(value.text)}</span>')
    tone = "" if value.tone == "neutral" else f" k-{value.tone}"
    arrow = plain_icon(_ARROWS[value.direction], "small")
    return mark_safe(f'<span class="k-change{tone}">{arrow}{escape(value.text)}</span>')


def _percent(part: float) -> str:
    return f"{min(max(part, 0.0), 1.0) * 100:.2f}%"


def bar(part: float | None, mark: float | None = None, tone: str = "", label: str = "") -> SafeString:
    """A bar of 0 to 1 with an optional mark. tone: "", accent, good, warn, bad."""
    line = ""
    if mark is not None:
        at = _percent(mark)
        line = f'<line class="k-bar-mark" x1="{at}" x2="{at}" y1="-2" y2="10"/>'
    return mark_safe(
        f'<svg class="k-bar{f" k-bar-{escape(tone)}" if tone else ""}" {_spoken(label)}>'
        '<rect class="k-bar-ground" width="100%" height="8" rx="1"/>'
        f'<rect class="k-bar-part" width="{_percent(part or 0.0)}" height="8" rx="1"/>{line}</svg>'
    )


def share_bar(part: float | None, mark: float | None = None, tone: str = "") -> SafeString:
    """The share in figures with its bar."""
    return format_html(
        '<span class="k-share"><span>{}</span>{}</span>', formats.share(part), bar(part, mark, tone)
    )


def spark(values: Sequence[float | None], label: str = "") -> SafeString:
    """A small curve with its last value marked; gaps are left open. Fewer than two values: nothing."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return SafeString("")
    low, high = min(0.0, *known), max(known)
    reach = (high - low) or 1.0
    step = 100 / (len(values) - 1)
    path, pen = [], "M"
    for index, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        path.append(f"{pen}{index * step:.1f} {22 - (value - low) / reach * 20:.1f}")
        pen = "L"
    base = 22 - (0 - low) / reach * 20
    return mark_safe(
        f'<svg class="k-spark" viewBox="0 0 100 24" preserveAspectRatio="none" {_spoken(label)}>'
        f'<path class="k-spark-base" d="M0 {base:.1f}H100"/><path d="{"".join(path)}"/>'
        f'<path class="k-spark-end" d="M{path[-1][1:]}h.01"/></svg>'
    )


def fig(text: Text, url: str, drawer: bool = True) -> SafeString:
    """A figure that opens: its rule, period and rows, at the side; without a script on a page of its own."""
    return mark_safe(_anchor(_text(text), url, drawer=drawer, classes="k-fig"))


def _anchor(inner: str, url: str, *, drawer: bool = False, classes: str = "") -> str:
    """`inner` is escaped already."""
    kind = f' class="{classes}"' if classes else ""
    return f'<a href="{escape(url)}"{kind}{" data-drawer" if drawer else ""}>{inner}</a>'


# --- tables --------------------------------------------------------------------------------------


def table(value: Table) -> SafeString:
    """A table of parts.Table. Cells are escaped; badges, bars and changes are drawn."""
    columns = list(value.columns)
    labels = [_text(column.label) for column in columns]
    body = "".join(_row(row, columns, labels, value.pick) for row in value.rows)
    foot = f"<tfoot>{_row(value.foot, columns, labels, value.pick)}</tfoot>" if value.foot else ""
    cards = (" k-table-cards" if value.cards else "") + (" k-table-picks" if value.pick else "")
    cards += " k-table-long" if value.long_names else ""
    return mark_safe(
        f'<div class="k-table-frame" data-table><table class="k-table{cards}">'
        f'<caption class="k-hidden">{_text(value.caption)}</caption>'
        f"<thead><tr>{_pick_all(value.pick)}{''.join(map(_head, columns))}</tr></thead><tbody>{body}</tbody>{foot}</table></div>"
    )


def _head(column: Column) -> str:
    unit = format_html(' <span class="k-unit">{}</span>', column.unit) if column.unit else ""
    text = format_html("{}{}", column.label, unit)
    if column.sort_url:
        arrow = plain_icon("arrow-up" if column.sorted == "ascending" else "arrow-down", "small")
        text = format_html('<a class="k-sort" href="{}">{}{}</a>', column.sort_url, text, arrow)
    return format_html(
        '<th scope="col"{}{}{}>{}</th>',
        mark_safe(' class="k-num"') if column.numeric else "",
        format_html(' aria-sort="{}"', column.sorted) if column.sorted else "",
        format_html(' title="{}"', column.hint) if column.hint else "",
        text,
    )


def _pick_all(form: str) -> str:
    if not form:
        return ""
    label = escape(_("Select all rows of this page"))
    return (
        '<td class="k-cell-pick"><label class="k-pick k-script-only"><input type="checkbox" '
        f'class="form-check-input" data-pick-all="{escape(form)}" aria-label="{label}"></label></td>'
    )


def _pick(row: Row, form: str) -> str:
    if not form:
        return ""
    if not row.pick:
        return '<td class="k-cell-pick"></td>'
    label = _("Select %(row)s") % {"row": row.name}
    return (
        '<td class="k-cell-pick"><label class="k-pick"><input type="checkbox" class="form-check-input" '
        f'name="pick" value="{escape(row.pick)}" form="{escape(form)}" data-pick '
        f'aria-label="{escape(label)}"></label></td>'
    )


def _row(row: Row, columns: list[Column], labels: list[str], form: str = "") -> str:
    kind = "is-strong" if row.strong else "is-faint" if row.faint else ""
    opening = f'<tr class="{kind}">' if kind else "<tr>"
    if row.key:
        opening = f'{opening[:-1]} id="{_text(row.key)}">'
    cells = "".join(
        _cell(cell, column, label, first=index == 0)
        for index, (cell, column, label) in enumerate(zip(row.cells, columns, labels, strict=True))
    )
    return f"{opening}{_pick(row, form)}{cells}</tr>"


def _cell(cell: Cell | Text, column: Column, label: str, *, first: bool) -> str:
    if isinstance(cell, Cell):
        inner, blank = cell_text(cell, first=first), False
    else:
        inner, blank = _text(cell), not cell
    if first:
        return f'<th scope="row">{inner}</th>'
    classes = _cell_classes(column.numeric, column.minor, blank)
    return f'<td{classes}><span class="k-cell-label">{label}</span>{inner}</td>'


@lru_cache
def _cell_classes(numeric: bool, minor: bool, blank: bool) -> str:
    wanted = (("k-num", numeric), ("k-cell-minor", minor), ("k-cell-blank", blank))
    names = " ".join(name for name, is_wanted in wanted if is_wanted)
    return f' class="{names}"' if names else ""


def cell_text(cell: Cell, *, first: bool) -> str:
    text: str = _text(cell.text)
    if cell.url:
        text = _anchor(text, cell.url, drawer=cell.drawer, classes="" if first else "k-fig")
    if cell.tone:
        text = f'<span class="k-{cell.tone}">{text}</span>'
    if cell.change is not None:
        text = f"{text} {change(cell.change)}" if text else change(cell.change)
    if cell.badges:
        text = f"{text} {' '.join(map(badge, cell.badges))}".strip()
    if cell.spark:
        text = f"{text}{spark(cell.spark)}"
    if cell.share is not None:
        text = f'<span class="k-share"><span>{text}</span>{bar(cell.share, cell.mark)}</span>'
    return f"{text}<small>{_text(cell.sub)}</small>" if cell.sub else text


def inline(value: Inline) -> SafeString:
    """A value of parts.Inline: a click or Enter turns it into its field."""
    what = escape(_("Change %(what)s") % {"what": value.label})
    add = _("add")
    text = _text(value.text) or f'<span class="k-muted">{escape(add)}</span>'
    return mark_safe(
        f'<span class="k-inline"><a href="{escape(value.url)}" data-inline title="{what}">{text}'
        f"{plain_icon('pencil', 'small')}</a></span>"
    )
