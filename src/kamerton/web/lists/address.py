"""What an address asks of a list, made safe: unknown names fall back to the defaults."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import F
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone

from kamerton.access.models import User
from kamerton.core import clock
from kamerton.web.gates import person
from kamerton.web.lists.description import Filter, ListPage, Rows
from kamerton.web.parameters import plain, words
from kamerton.web.parts import Text

#: Names in the address that are the mechanism's own.
OWN = ("q", "list", "sort", "column", "page")


class Instead(Exception):
    """Raised by a list's ground: this answer in place of the list."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__("another page is shown in place of the list")
        self.response = response


@dataclass(frozen=True, kw_only=True)
class Want:
    """What is asked for. `sort` is a column's name, "-" in front for descending; empty: the selection's own."""

    words: str
    selection: str
    filters: Mapping[str, str]
    sort: str
    shown: tuple[str, ...]

    @property
    def is_narrow(self) -> bool:
        return bool(self.words or self.selection or self.filters)


@dataclass(frozen=True, kw_only=True)
class Here:
    """One visit to a list: who looks, when, and at what. Cells, filters and sentences get it."""

    page: ListPage
    request: HttpRequest
    actor: User
    now: dt.datetime
    params: QueryDict
    kwargs: Mapping[str, Any]
    ground: Any = None
    gathered: Any = None
    options: Mapping[str, Sequence[tuple[str, Text]]] = field(default_factory=dict)
    want: Want = Want(words="", selection="", filters={}, sort="", shown=())

    @property
    def today(self) -> dt.date:
        return timezone.localdate(self.now)

    @property
    def query(self) -> str:
        """The address of this list without the number of the page."""
        told = self.params.copy()
        told.pop("page", None)
        return told.urlencode()

    @property
    def needs(self) -> frozenset[str]:
        """What the columns of the page, and those of every file, read."""
        names = (*self.want.shown, *self.page.file_columns)
        return frozenset(need for name in names for need in self.page.columns[name].needs)

    def url(self, suffix: str = "", **more: Any) -> str:
        return reverse(f"{self.page.name}{suffix}", kwargs={**self.kwargs, **more})

    @property
    def back(self) -> str:
        return f"{self.url()}?{self.query}" if self.query else self.url()


def here(page: ListPage, request: HttpRequest, params: QueryDict, kwargs: Mapping[str, Any]) -> Here:
    """Read the address. Costs what the list's ground and the options of its filters cost."""
    seen = Here(
        page=page,
        request=request,
        actor=person(request),
        now=clock.now(),
        params=params,
        kwargs=kwargs,
    )
    seen = replace(seen, ground=page.ground(seen))
    seen = replace(seen, options={name: _options(each, seen) for name, each in page.filters.items()
                                  if each.options is not None})  # fmt: skip
    return replace(seen, want=_wanted(page, params, seen.options))


def _options(each: Filter, seen: Here) -> Sequence[tuple[str, Text]]:
    return each.options(seen) if callable(each.options) else each.options or ()


def _wanted(page: ListPage, params: QueryDict, options: Mapping[str, Sequence[tuple[str, Text]]]) -> Want:
    selection, sort = params.get("list", ""), params.get("sort", "")
    known = page.columns.get(sort.removeprefix("-"))
    return Want(
        words=words(params.get("q", ""), longest=200) if page.search else "",
        selection=selection if selection in page.selections else "",
        filters={name: value for name in page.filters if (value := _value(name, params, options))},
        sort=sort if known and known.sort else "",
        shown=_shown(page, params),
    )


def _value(name: str, params: QueryDict, options: Mapping[str, Sequence[tuple[str, Text]]]) -> str:
    value = plain(params.get(name, ""))
    return value if name not in options or value in {key for key, _label in options[name]} else ""


def _shown(page: ListPage, params: QueryDict) -> tuple[str, ...]:
    first = next(iter(page.columns))
    told = [name for name in params.getlist("column") if name in page.columns]
    chosen = page.selections.get(params.get("list", ""))
    usual = chosen.columns if chosen and chosen.columns else ()
    names = told or usual or [name for name, each in page.columns.items() if each.default]
    return tuple(dict.fromkeys([first, *names]))


def sort_in_force(seen: Here) -> str:
    """The order that holds: what was asked for, else the list's; "" where the selection brings its own."""
    selection = seen.page.selections.get(seen.want.selection)
    return seen.want.sort or ("" if selection and selection.ordered else seen.page.default_sort)


def selected(seen: Here) -> Rows:
    """The rows asked for, in the order asked for; ties by number, so that pages do not overlap."""
    page, want = seen.page, seen.want
    rows = page.rows(seen)
    if want.selection:
        rows = page.selections[want.selection].narrow(rows, seen)
    for name, value in want.filters.items():
        how = page.filters[name].apply
        rows = rows.filter(**{how: value}) if isinstance(how, str) else how(rows, value)
    if want.words and page.search:
        rows = page.search(rows, want.words)
    sort = sort_in_force(seen)
    return _ordered(seen, rows, sort) if sort or not want.selection else rows


def _ordered(seen: Here, rows: Rows, sort: str) -> Rows:
    if not sort:
        return rows if rows.ordered else rows.order_by("pk")
    column, descending = seen.page.columns[sort.removeprefix("-")].sort, sort.startswith("-")
    if seen.page.order:
        return seen.page.order(rows, column, descending)
    by = F(column).desc(nulls_last=True) if descending else F(column).asc(nulls_last=True)
    return rows.order_by(by, "pk")
