"""The addresses of a list: the page, its files, its saved views, actions on many rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kamerton.access import policy
from kamerton.core import clock, saved_views, submissions
from kamerton.core.models import SavedView
from kamerton.web import formats, parts
from kamerton.web.gates import View, gate, person
from kamerton.web.lists import bulk, files
from kamerton.web.lists.address import Here, Instead, here, selected, sort_in_force
from kamerton.web.lists.description import Blank, Field, ListPage, Row
from kamerton.web.parameters import words
from kamerton.web.parts import Cell, Chip, Column, Link, Pages, Select, Sorted, Table, Text
from kamerton.web.toasts import toast


def urlpatterns(page: ListPage, at: str, of: str = "") -> list[URLPattern]:
    """The addresses of `page` at "contacts/". With `of` ("<account:account>/") it is a list of one thing:

    what is asked stands before it, as a number may hold anything: "account-facts-export.csv/<account>/".
    """
    stem = f"{at.rstrip('/')}-" if of else at
    end = of or ""
    found = [
        path(f"{at}{end}", _page(page), name=page.name),
        path(
            f"{stem}export.<slug:kind>{'/' if of else ''}{end}", files.view(page), name=f"{page.name}_export"
        ),
        path(f"{stem}views/save/{end}", _save_view(page), name=f"{page.name}_view_save"),
        path(f"{stem}views/<int:pk>/delete/{end}", _delete_view(page), name=f"{page.name}_view_delete"),
    ]
    if page.actions:
        found.append(path(f"{stem}bulk/{end}", bulk.view(page), name=f"{page.name}_bulk"))
    return found


# --- the page --------------------------------------------------------------------------------------------


def _page(page: ListPage) -> View:
    @gate(page.right)
    @require_GET
    def list_page(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            seen = here(page, request, request.GET, kwargs)
        except Instead as other:
            return other.response
        return render(request, page.template, context(request, seen))

    return list_page


def context(request: HttpRequest, seen: Here) -> dict[str, Any]:
    """What ui/list.html shows."""
    page = seen.page
    size = page.page_size if isinstance(page.page_size, int) else page.page_size()
    leaf = Paginator(selected(seen), size).get_page(seen.params.get("page"))
    rows, total = list(leaf.object_list), leaf.paginator.count
    if page.gather:
        seen = replace(seen, gathered=page.gather(rows, seen))
    actions = bulk.possible(page, seen)
    blank, action = _blank(seen) if not rows else None, page.action(seen)
    if blank and action and blank["action"] and blank["action"].url == action.url:
        action = None  # the empty list says it already
    told = {
        "page": page,
        "title": page.title,
        "lead": page.lead(total, seen) if page.lead else _sentence(total, seen),
        "action": action,
        "others": page.others(seen),
        "crumbs": page.crumbs(seen),
        "total": total,
        "table": table(request, seen, rows, pick=bool(actions)),
        "pages": Pages(leaf.number, size, total, parts.page_url(request), page.units),
        "chips": _selection_chips(request, seen),
        "removable": _removable(request, seen),
        "selects": _selects(seen),
        "columns": _columns(seen),
        "kept": [
            (key, value)
            for key, values in seen.params.lists()
            for value in values
            if key not in ("column", "page")
        ],
        "views": _views(request, seen),
        "save_url": seen.url("_view_save"),
        "here_query": seen.query,
        "exports": _exports(seen),
        "blank": blank,
        "list_here": seen,
        "bulk": _bulk(seen, actions, rows, total) if rows and actions else None,
    }
    return told | (dict(page.more(seen)) if page.more else {})


def _sentence(total: int, seen: Here) -> str:
    rows = seen.page.counted(total) % {"n": formats.number(total)}
    chosen = seen.page.selections.get(seen.want.selection)
    if chosen is None:
        return rows
    return _("%(rows)s on the list “%(list)s”") % {"rows": rows, "list": chosen.label}


def table(request: HttpRequest, seen: Here, rows: Iterable[Row], *, pick: bool = False) -> Table:
    fields = [(name, seen.page.columns[name]) for name in seen.want.shown]
    heads = [_head(request, name, each, seen) for name, each in fields]
    body = [_row(seen, [each for _name, each in fields], row, pick=pick) for row in rows]
    return Table(
        heads,
        body,
        seen.page.title,
        pick="list-bulk" if pick else "",
        long_names=seen.page.sentences,
    )


def _row(seen: Here, fields: Sequence[Field], row: Row, *, pick: bool) -> parts.Row:
    page = seen.page
    cells: list[Cell | Text] = [each.cell(row, seen) for each in fields]
    if page.row_url and not isinstance(cells[0], Cell):
        cells[0] = Cell(cells[0], url=page.row_url(row))
    return parts.Row(
        cells,
        faint=bool(page.faint and page.faint(row)),
        key=page.row_key(row) if page.row_key else f"row-{row.pk}",
        pick=str(row.pk) if pick else "",
        name=page.row_name(row) if pick else "",
    )


def _head(request: HttpRequest, name: str, each: Field, seen: Here) -> Column:
    column = Column(
        each.head(seen) if each.head else each.label,
        numeric=each.numeric,
        unit=each.unit(seen) if callable(each.unit) else each.unit,
        minor=each.minor,
        hint=each.hint,
    )
    if not each.sort:
        return column
    first: Sorted = "descending" if each.numeric else "ascending"
    return parts.sortable(request, column, name, first=first, default=sort_in_force(seen))


def _selection_chips(request: HttpRequest, seen: Here) -> list[Chip]:
    if not seen.page.selections:
        return []
    chosen = seen.want.selection
    everything = Chip(_("All"), parts.query(request, list=None, page=None, sort=None), not chosen)
    return [everything] + [
        Chip(str(each.label), parts.query(request, list=name, page=None, sort=None), chosen == name)
        for name, each in seen.page.selections.items()
    ]


def _removable(request: HttpRequest, seen: Here) -> list[Chip]:
    """Filters in force that no choice of the search bar shows."""
    told = []
    for name, value in seen.want.filters.items():
        each = seen.page.filters[name]
        if each.options is None:
            text = f"{each.label}: {each.shown(value, seen)}"
            told.append(Chip(text, parts.query(request, **{name: None, "page": None}), removes=True))
    return told


def _selects(seen: Here) -> list[Select]:
    return [
        Select(name, seen.page.filters[name].label, options, seen.want.filters.get(name, ""))
        for name, options in seen.options.items()
    ]


def _columns(seen: Here) -> list[tuple[str, str, bool]]:
    names = list(seen.page.columns)[1:]
    return [(name, str(seen.page.columns[name].label), name in seen.want.shown) for name in names]


#: What people call a kind of file, where its letters are not enough.
_KINDS = {"vcf": "vCard"}


def _exports(seen: Here) -> list[Link]:
    if not policy.can(seen.actor, "export"):
        return []
    query = f"?{seen.query}" if seen.query else ""
    return [
        Link(_KINDS.get(kind, kind.upper()), f"{seen.url('_export', kind=kind)}{query}")
        for kind in ("csv", "xlsx", *seen.page.other_files)
    ]


def _blank(seen: Here) -> dict[str, Any]:
    """No row fits what was asked; or nothing is there at all."""
    page = seen.page
    if not seen.want.is_narrow and page.empty:
        blank: Blank = page.empty
        return {"title": blank.title, "text": blank.text, "action": blank.action(seen), "icon": blank.icon}
    return {
        "title": page.none_fits or _("Nothing fits"),
        "text": _("Take a filter away or search for something else."),
        "action": Link(page.show_all or _("Show all"), seen.url()),
        "icon": "filter-off",
    }


def _bulk(seen: Here, actions: Sequence[Any], rows: Sequence[Row], total: int) -> dict[str, Any]:
    return {
        "url": seen.url("_bulk"),
        "actions": actions,
        "query": seen.params.urlencode(),
        "shown": ",".join(str(row.pk) for row in rows),
        "here": formats.number(len(rows)),
        "total": formats.number(total),
        "has_more": total > len(rows),
        "once": submissions.new_key(),
    }


# --- saved views -----------------------------------------------------------------------------------------


def _views(request: HttpRequest, seen: Here) -> list[dict[str, Any]]:
    return [
        {
            "view": view,
            "url": f"{seen.url()}?{view.query}",
            "current": view.query == seen.query,
            "delete_url": seen.url("_view_delete", pk=view.pk),
        }
        for view in saved_views.views_of(person(request), seen.page.name)
    ]


def _save_view(page: ListPage) -> View:
    @gate(page.right)
    @require_POST
    def save_view(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Keep the present filters, order and columns under a name; the same name replaces."""
        told = QueryDict(request.POST.get("query", "")).copy()
        told.pop("page", None)
        query, name = told.urlencode(), words(request.POST.get("name", ""))
        view = saved_views.save_view(
            actor=person(request), page=page.name, name=name, query=query, now=clock.now()
        )
        toast(request, _("The view “%(name)s” is saved.") % {"name": view.name})
        return redirect(f"{reverse(page.name, kwargs=kwargs)}?{query}")

    return save_view


def _delete_view(page: ListPage) -> View:
    @gate(page.right)
    @require_POST
    def delete_view(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        view = get_object_or_404(SavedView, pk=pk, owner=person(request), page=page.name)
        saved_views.delete_view(actor=person(request), view=view)
        toast(request, _("The view “%(name)s” is gone.") % {"name": view.name})
        return redirect(f"{reverse(page.name, kwargs=kwargs)}?{view.query}")

    return delete_view
