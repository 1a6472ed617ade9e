"""The tags behind templates/ui: {% load ui %}. What each takes is in templates/ui/README.md; /ui/ shows them.

Leaves (icon, state, bar, spark, table) are built here as strings: a template for every cell would make the
large tables slow. Larger parts are templates. No part writes an inline style or script.
"""

# Every piece that is marked safe is built here from constants and escaped texts.
# ruff: noqa: S308

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select, Textarea
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from kamerton.web import formats
from kamerton.web.browsers import browser_name
from kamerton.web.parts import Badge, Cell, Column, Inline, Link, Pages, Row, Step, Table, Text, query

register = template.Library()

DIST = Path(__file__).resolve().parents[1] / "static" / "dist"


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


@register.simple_tag
def asset(name: str) -> str:
    return asset_url(name)


@register.simple_tag
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """A Tabler icon. size: "", "small", "large". With a label it is spoken, without one it is decoration."""
    return _icon(name, size, label)


@lru_cache(maxsize=512)
def _icon_from(sheet: str, name: str, size: str, label: str) -> SafeString:
    classes = f"k-icon k-icon-{size}" if size else "k-icon"
    return mark_safe(
        f'<svg class="{classes}" width="18" height="18" {_spoken(label)}>'
        f'<use href="{escape(sheet)}#{escape(name)}"/></svg>'
    )


def _icon(name: str, size: str = "", label: str = "") -> SafeString:
    return _icon_from(asset_url("icons.svg"), name, size, label)


# --- moments and browsers ------------------------------------------------------------------------


@register.filter
def moment(value: dt.datetime | None) -> str:
    """21 Nov 2026, 09:05, in the time zone of the pages."""
    return formats.moment(timezone.localtime(value) if value else None)


@register.filter
def plan_money(value: Decimal | None, currency: str) -> str:
    """An amount without cents, in the company's currency."""
    return "" if value is None else formats.money(value, currency, decimals=0)


@register.filter
def day(value: dt.datetime | dt.date | None) -> str:
    """A moment's day is that in the time zone of the pages."""
    return formats.date(timezone.localtime(value) if isinstance(value, dt.datetime) else value)


@register.filter
def browser(agent: str) -> str:
    return browser_name(agent)


# --- figures and states --------------------------------------------------------------------------

#: Each state has a shape of its own, so that it reads without colour.
_SHAPES = {
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


@register.simple_tag
def state(kind: str, label: Text, soft: bool = False) -> SafeString:
    """kind: good, warn, bad, key (a tuning fork), info, off, neutral."""
    classes = f"k-state k-state-{kind} k-state-soft" if soft else f"k-state k-state-{kind}"
    shape = f'<svg viewBox="0 0 12 12" aria-hidden="true">{_SHAPES[kind]}</svg>'
    return mark_safe(f'<span class="{classes}">{shape}{_text(label)}</span>')


@register.simple_tag
def badge(value: Badge) -> SafeString:
    return state(value.state, value.label, value.soft)


_ARROWS = {"up": "arrow-up-right", "down": "arrow-down-right", "flat": "arrow-right"}


@register.simple_tag
def change(value: formats.Change) -> SafeString:
    """A change of formats.change: arrow, words, colour. The sign says it too."""
    if value.direction == "flat":
        return mark_safe(f'<span class="k-change k-muted">{escape(value.text)}</span>')
    tone = "" if value.tone == "neutral" else f" k-{value.tone}"
    arrow = _icon(_ARROWS[value.direction], "small")
    return mark_safe(f'<span class="k-change{tone}">{arrow}{escape(value.text)}</span>')


def _percent(part: float) -> str:
    return f"{min(max(part, 0.0), 1.0) * 100:.2f}%"


@register.simple_tag
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


@register.simple_tag
def share_bar(part: float | None, mark: float | None = None, tone: str = "") -> SafeString:
    """The share in figures with its bar."""
    return format_html(
        '<span class="k-share"><span>{}</span>{}</span>', formats.share(part), bar(part, mark, tone)
    )


@register.simple_tag
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


@register.simple_tag
def fig(text: Text, url: str, drawer: bool = True) -> SafeString:
    """A figure that opens: its rule, period and rows, at the side; without a script on a page of its own."""
    return mark_safe(_anchor(_text(text), url, drawer=drawer, classes="k-fig"))


def _anchor(inner: str, url: str, *, drawer: bool = False, classes: str = "") -> str:
    """`inner` is escaped already."""
    kind = f' class="{classes}"' if classes else ""
    return f'<a href="{escape(url)}"{kind}{" data-drawer" if drawer else ""}>{inner}</a>'


# --- tables --------------------------------------------------------------------------------------


@register.simple_tag
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
        arrow = _icon("arrow-up" if column.sorted == "ascending" else "arrow-down", "small")
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
        inner, blank = _inner(cell, first=first), False
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


def _inner(cell: Cell, *, first: bool) -> str:
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


@register.simple_tag
def inline(value: Inline) -> SafeString:
    """A value of parts.Inline: a click or Enter turns it into its field."""
    what = escape(_("Change %(what)s") % {"what": value.label})
    add = _("add")
    text = _text(value.text) or f'<span class="k-muted">{escape(add)}</span>'
    return mark_safe(
        f'<span class="k-inline"><a href="{escape(value.url)}" data-inline title="{what}">{text}'
        f"{_icon('pencil', 'small')}</a></span>"
    )


# --- pieces of a page ----------------------------------------------------------------------------


@register.inclusion_tag("ui/page_head.html", takes_context=True)
def page_head(
    context: RequestContext,
    title: str,
    lead: str = "",
    action: Link | None = None,
    *,
    others: Sequence[Link] = (),
    crumbs: Sequence[Link] = (),
    note: str = "",
) -> dict[str, Any]:
    return {
        "title": title,
        "lead": _one_stop(lead),
        "action": action,
        "others": others,
        "crumbs": crumbs,
        "note": note,
        "csrf_token": context.get("csrf_token"),
    }


def _one_stop(lead: str) -> str:
    """A name that ends in a full stop (S.p.A.) brings the stop of its sentence along."""
    told = _TWO_STOPS.sub(".", str(lead))  # a sentence of a template comes untranslated until it is shown
    return mark_safe(told) if isinstance(lead, SafeString) else told  # what was safe is safe one stop shorter


_TWO_STOPS = re.compile(r"(?<!\.)\.\.(?!\.)")


@register.inclusion_tag("ui/link.html", takes_context=True)
def button(context: RequestContext, link: Link, kind: str = "") -> dict[str, Any]:
    """A Link as a button. kind: "", primary, quiet, bad."""
    return {"link": link, "kind": kind or link.tone, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("ui/tile.html")
def tile(value: object) -> dict[str, Any]:
    return {"tile": value}


@register.inclusion_tag("ui/tabs.html")
def tabs(items: Sequence[object], label: str = "") -> dict[str, Any]:
    return {"tabs": items, "label": label}


@register.inclusion_tag("ui/tabs.html", takes_context=True)
def portfolio_tabs(context: RequestContext, current: str) -> dict[str, Any]:
    """{% portfolio_tabs "sellers" %}: over every page about the whole portfolio."""
    from kamerton.web.portfolio_tabs import portfolio_tabs as found  # noqa: PLC0415 - rooms load before tags

    return {"tabs": found(context["request"].user, current), "label": _("Portfolio")}


@register.inclusion_tag("ui/chips.html")
def chips(items: Sequence[object], label: str = "", clear_url: str = "") -> dict[str, Any]:
    return {"chips": items, "label": label, "clear_url": clear_url}


@register.inclusion_tag("ui/stepper.html")
def stepper(steps: Sequence[Step], current: int) -> dict[str, Any]:
    """`current` counts from 1; the steps before it are done."""
    return {"steps": steps, "current": current}


@register.inclusion_tag("ui/search.html", takes_context=True)
def search_bar(
    context: RequestContext,
    placeholder: str = "",
    filters: Sequence[object] = (),
    name: str = "q",
    target: str = "",
) -> dict[str, Any]:
    """A GET form over the page's own address; other parameters of the query are kept, the page is not."""
    request = context["request"]
    own = {name, "page", *(getattr(item, "name", "") for item in filters)}
    kept = [(key, value) for key, values in request.GET.lists() if key not in own for value in values]
    return {
        "name": name, "value": request.GET.get(name, ""), "placeholder": placeholder, "filters": filters,
        "kept": kept, "action": request.path, "target": target,
    }  # fmt: skip


@register.inclusion_tag("ui/pagination.html")
def pagination(pages: Pages) -> dict[str, Any]:
    return {
        "pages": pages,
        "links": [(number, pages.link(number) if number else "") for number in pages.shown],
        "previous": pages.link(pages.number - 1) if pages.number > 1 else "",
        "following": pages.link(pages.number + 1) if pages.number < pages.last else "",
        "first": formats.number(pages.first_row),
        "until": formats.number(pages.last_row),
        "total": formats.number(pages.total),
    }


@register.inclusion_tag("ui/terms.html")
def terms(items: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Pairs of term and text; a text may be a parts.Cell."""
    return {
        "terms": [
            (term, mark_safe(_inner(v, first=False)) if isinstance(v, Cell) else v) for term, v in items
        ]
    }


# --- designed states -----------------------------------------------------------------------------


def _blank(
    kind: str, icon_name: str, title: str, text: str, action: Link | None = None, *, tone: str = ""
) -> dict[str, Any]:
    return {"kind": kind, "icon": icon_name, "title": title, "text": text, "action": action, "tone": tone}


@register.inclusion_tag("ui/blank.html", takes_context=True)
def empty(
    context: RequestContext, title: str, text: str = "", action: Link | None = None, icon: str = "inbox"
) -> dict[str, Any]:
    """Nothing here yet: says what would be, and what to do."""
    return _blank("empty", icon, title, text, action) | {"csrf_token": context.get("csrf_token")}


@register.inclusion_tag("ui/blank.html")
def failed(text: str = "", retry_url: str = "", title: str = "") -> dict[str, Any]:
    """It could not be shown: what happened, what was kept, what to do next."""
    action = Link(_("Try again"), retry_url, "refresh") if retry_url else None
    return _blank(
        "failed", "alert-triangle", title or _("This could not be loaded"), text, action, tone="bad"
    )


@register.inclusion_tag("ui/blank.html")
def forbidden(text: str = "", title: str = "") -> dict[str, Any]:
    return _blank(
        "forbidden",
        "lock",
        title or _("You do not have the right to see this"),
        text or _("Ask an administrator for it."),
    )


@register.inclusion_tag("ui/blank.html")
def too_much(text: str, action: Link | None = None, title: str = "") -> dict[str, Any]:
    """More than a person can read: says how much, and how to narrow it."""
    return _blank("too-much", "filter", title or _("Too much to show at once"), text, action, tone="warn")


@register.inclusion_tag("ui/loading.html")
def loading(lines: int = 5, text: str = "") -> dict[str, Any]:
    return {"lines": range(lines), "text": text}


_NOTE_ICONS = {
    "info": "info-circle",
    "good": "circle-check",
    "warn": "alert-triangle",
    "bad": "alert-octagon",
    "key": "bulb",
}


@register.inclusion_tag("ui/note.html", takes_context=True)
def note(
    context: RequestContext, text: str, kind: str = "info", title: str = "", action: Link | None = None
) -> dict[str, Any]:
    """A remark in the flow of the page. kind: info, good, warn, bad, key."""
    return {
        "text": text,
        "kind": kind,
        "title": title,
        "action": action,
        "icon": _NOTE_ICONS[kind],
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("ui/progress.html")
def progress(job: Any, url: str = "", done_url: str = "", done_label: str = "") -> dict[str, Any]:
    """The progress of a core.Job. `url`: where it is asked for again; `done_url`: where it leads."""
    return {
        "job": job,
        "url": url or reverse("job", args=[job.pk]),
        "done_url": done_url,
        "done_label": done_label,
    }


@register.filter
def counted(value: int) -> str:
    """A count as people read it. For single figures; columns are formatted in the view."""
    return formats.number(value)


# --- forms ---------------------------------------------------------------------------------------


@register.inclusion_tag("ui/field.html")
def field(
    bound: BoundField, label: str = "", placeholder: str = "", autofocus: bool = False
) -> dict[str, Any]:
    """A form field with label, help and errors, wired for screen readers."""
    widget = bound.field.widget
    check = isinstance(widget, CheckboxInput)
    group = isinstance(widget, RadioSelect | CheckboxSelectMultiple)
    attrs: dict[str, Any] = {"class": _control_class(widget)}
    if placeholder:
        attrs["placeholder"] = placeholder
    if autofocus:
        attrs["autofocus"] = True
    if bound.errors:
        attrs["aria-invalid"] = "true"
    described = [f"{bound.auto_id}-help"] * bool(bound.help_text) + [f"{bound.auto_id}-error"] * bool(
        bound.errors
    )
    if described:
        attrs["aria-describedby"] = " ".join(described)
    # Allauth's forms bring their own placeholder and class.
    widget.attrs.pop("placeholder", None) if not placeholder else None
    widget.attrs.pop("class", None)
    return {
        "field": bound, "label": capfirst(label or bound.label), "check": check, "group": group,
        "control": "" if group else bound.as_widget(attrs=attrs),
    }  # fmt: skip


def _control_class(widget: object) -> str:
    if isinstance(widget, CheckboxInput):
        return "form-check-input"
    if isinstance(widget, Select) and not isinstance(widget, RadioSelect):
        return "form-select"
    return "form-control" if not isinstance(widget, Textarea) else "form-control k-textarea"


@register.inclusion_tag("ui/form_errors.html")
def form_errors(form: object) -> dict[str, Any]:
    return {"form": form}


@register.inclusion_tag("ui/conflict.html")
def conflict(form: object) -> dict[str, Any]:
    """Inside a form of edits.Versioned: what somebody else changed meanwhile, beside what was entered."""
    return {"form": form}


@register.inclusion_tag("ui/drop_zone.html")
def drop_zone(
    name: str,
    label: str = "",
    hint: str = "",
    *,
    accept: str = "",
    multiple: bool = True,
    limit_bytes: int = 0,
) -> dict[str, Any]:
    """A file field that also takes what is dropped on it; refuses more than `limit_bytes` before sending."""
    return {
        "name": name,
        "label": label or _("Drop files here"),
        "hint": hint,
        "accept": accept,
        "multiple": multiple,
        "limit_bytes": limit_bytes,
    }


# --- blocks --------------------------------------------------------------------------------------


@register.simple_block_tag(end_name="endsection")
def section(content: str, title: str = "", text: str = "", id: str = "") -> SafeString:  # noqa: A002
    """A section of a page: a rule, a head, its content."""
    head = ""
    if title:
        line = format_html("<p>{}</p>", text) if text else ""
        head = format_html('<div class="k-section-head"><h2>{}</h2>{}</div>', title, line)
    anchor = format_html(' id="{}"', id) if id else ""
    return format_html('<section class="k-section"{}>{}{}</section>', anchor, head, content)


@register.simple_block_tag(end_name="enddialog")
def dialog(content: str, id: str, title: str) -> SafeString:  # noqa: A002
    """A dialog; <button data-dialog="id"> opens it, <button value="..."> inside a form closes it."""
    return format_html(
        '<dialog class="k-dialog" id="{0}" aria-labelledby="{0}-title"><header><h2 id="{0}-title">{1}</h2>'
        '<form method="dialog"><button class="btn btn-quiet k-only-icon" aria-label="{2}">{3}</button></form>'
        "</header>{4}</dialog>",
        id,
        title,
        _("Close"),
        _icon("x"),
        content,
    )


@register.simple_block_tag(end_name="endmenu")
def menu(
    content: str, label: str, icon: str = "", start: bool = False, only_icon: bool = False
) -> SafeString:
    """A button with a list: links and buttons of class k-menu-item. Opens without a script."""
    head = format_html('<span class="k-hidden">{}</span>', label) if only_icon else label
    return format_html(
        '<details class="k-menu{}"><summary class="btn{}">{}{}{}</summary>'
        '<div class="k-menu-list">{}</div></details>',
        " k-menu-start" if start else "",
        " k-only-icon" if only_icon else "",
        _icon(icon) if icon else "",
        head,
        "" if only_icon else _icon("chevron-down", "small"),
        content,
    )


@register.simple_block_tag(end_name="endchart")
def chart(
    content: str,
    kind: str,
    src: str,
    title: str,
    text: str = "",
    *,
    height: str = "",
    csv_url: str = "",
    open_table: bool = False,
) -> SafeString:
    """A picture drawn from `src` (shapes: frontend/js/charts.js), its exports, and its table as content.

    height: "", low, tall. Without a script the table stands open in its place.
    """
    return mark_safe(
        render_to_string(
            "ui/chart.html",
            {
                "content": content,
                "kind": kind,
                "src": src,
                "title": title,
                "text": text,
                "height": height,
                "csv_url": csv_url,
                "open_table": open_table,
            },
        )
    )


@register.simple_tag(takes_context=True, name="query")
def query_tag(context: RequestContext, **changes: object) -> str:
    """The page's query string with changes: {% query sort="name" page=None %}."""
    return query(context["request"], **changes)
