"""The tags behind templates/ui: {% load ui %}. What each takes is in templates/ui/README.md; /ui/ shows them.

Leaves (icon, state, bar, spark, table) are built as strings in web/leaves.py. Larger parts are templates.
No part writes an inline style or script.
"""

# Every piece that is marked safe is built here from constants and escaped texts.
# ruff: noqa: S308

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import template
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms import (
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    ModelChoiceField,
    RadioSelect,
    Select,
    Textarea,
)
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kamerton.web import formats, leaves
from kamerton.web.parts import Cell, Link, Pages, Step, query

register = template.Library()

for _leaf in (
    leaves.asset, leaves.icon, leaves.state, leaves.badge, leaves.change, leaves.bar, leaves.share_bar, leaves.spark,
    leaves.fig, leaves.table, leaves.inline,
):  # fmt: skip
    register.simple_tag(_leaf)
for _filter in (leaves.moment, leaves.plan_money, leaves.day, leaves.short_day, leaves.browser):
    register.filter(_filter)

# --- pieces of a page ----------------------------------------------------------------------------


#: Beside the one primary action; with more of them all but the first stand in a menu.
_MOST_BESIDE = 2


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
        "others": others[:1] if len(others) > _MOST_BESIDE else others,
        "more": others[1:] if len(others) > _MOST_BESIDE else (),
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
            (term, mark_safe(leaves.cell_text(v, first=False)) if isinstance(v, Cell) else v)
            for term, v in items
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
    _name_the_empty(bound)
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


def _name_the_empty(bound: BoundField) -> None:
    """Django's row of dashes says nothing: a choice left open says so in words."""
    if not isinstance(bound.field.widget, Select):
        return
    words = _("Choose") if bound.field.required else pgettext("choice left open", "Not said")
    if isinstance(bound.field, ModelChoiceField):
        if bound.field.empty_label == _DASHES:
            bound.field.empty_label = words
        return
    choices = list(bound.field.widget.choices)
    if choices and choices[0] == ("", _DASHES):
        bound.field.widget.choices = [("", words), *choices[1:]]


_DASHES = BLANK_CHOICE_DASH[0][1]


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
        leaves.plain_icon("x"),
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
        leaves.plain_icon(icon) if icon else "",
        head,
        "" if only_icon else leaves.plain_icon("chevron-down", "small"),
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
