"""What a list is made of. Frozen values that a room writes down once; nothing here asks the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpResponseBase

from kamerton.web.parts import Cell, Link, Text

if TYPE_CHECKING:
    from kamerton.web.lists.address import Here

Row = Any  # a record of the list's model
Rows = Any  # a QuerySet of the list's model, with the methods of its own


@dataclass(frozen=True, kw_only=True)
class Field:
    """One column that the list can show. `cell` draws it, `plain` is its value in a file.

    `sort` names the column of the model by which it sorts (empty: it does not). `default`: shown when the
    address names no columns. `minor` leaves it out of the card on a phone. `unit` stands once in the head;
    `head` is what the head says where it knows more than the label. `needs`: what `cell` and `plain` read, for a
    list of wide rows that fetches no more (here.needs).
    """

    label: Text
    cell: Callable[[Row, Here], Cell | Text]
    plain: Callable[[Row], object]
    in_file: Callable[[Row, Here], object] | None = (
        None  # instead of `plain`, where that needs what was gathered
    )
    sort: str = ""
    default: bool = True
    numeric: bool = False
    minor: bool = False
    unit: Text | Callable[[Here], Text] = ""
    head: Callable[[Here], Text] | None = None
    needs: Sequence[str] = ()
    hint: Text = ""


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One narrowing by a value in the address. `apply` is a lookup ("owner_id") or a function of rows and value.

    With `options` (pairs of value and label, or a function of Here that gives them) it is a choice in the
    search bar, and any other value is no filter. Without them any value counts, and a filter in force shows
    as a chip that removes it; `shown` then says what it is called.
    """

    label: Text
    apply: str | Callable[[Rows, str], Rows]
    options: Sequence[tuple[str, Text]] | Callable[[Here], Sequence[tuple[str, Text]]] | None = None
    shown: Callable[[str, Here], Text] = lambda value, _here: value


@dataclass(frozen=True, kw_only=True)
class Selection:
    """A ready-made narrowing. `ordered`: it brings its own order, which holds until a head is clicked.

    `columns`: those that it shows while the address names none; empty: the usual ones.
    """

    label: Text
    narrow: Callable[[Rows, Here], Rows]
    ordered: bool = False
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Blank:
    """What stands in place of rows: why there are none, and what to do."""

    title: Text
    text: Text = ""
    icon: str = "inbox"
    action: Callable[[Here], Link | None] = lambda _here: None


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A row that an action left as it was, and why."""

    row: Text
    reason: Text


@dataclass(frozen=True, kw_only=True)
class Done:
    """What a bulk action did: the sentence, how it is taken back, the rows left as they were."""

    text: str
    undo_url: str = ""
    refused: Sequence[Refusal] = ()


@dataclass(frozen=True, kw_only=True)
class BulkAction:
    """Something done to many rows at once.

    `run(actor=…, rows=[…], cleaned={…}, now=…)` calls the room's action for each row (bulk.each does, and
    collects refusals). `form` asks for what is missing on a page of its own first.
    """

    key: str
    label: Text
    right: str
    run: Callable[..., Done]
    icon: str = ""
    form: Callable[..., forms.Form] | None = None
    tone: str = ""  # "bad" for what takes away


@dataclass(frozen=True, kw_only=True)
class ListPage:
    """A whole list. `name` is its URL name and the page of its saved views; the first column always stays.

    `rows(here)` goes through policy.scope. `counted(n)` says the number of rows in words (ngettext),
    `units` is what is counted, in the plural. `ground(here)` loads once what all rows need (it may
    raise Instead), `gather(rows, here)` what the rows of a page or of a chunk of an export need.
    `secret(rows)` says whether rows hold secret things: then a file carries the reader's name.
    """

    name: str
    title: Text
    right: str
    rows: Callable[[Here], Rows]
    columns: Mapping[str, Field]
    counted: Callable[[int], str]
    units: Text
    search: Callable[[Rows, str], Rows] | None = None
    search_hint: Text = ""
    sentences: bool = False  # the first column holds sentences: they wrap instead of being cut
    filters: Mapping[str, Filter] = field(default_factory=dict)
    selections: Mapping[str, Selection] = field(default_factory=dict)
    actions: Sequence[BulkAction] = ()
    default_sort: str = ""
    page_size: int | Callable[[], int] = 50
    row_key: Callable[[Row], str] | None = None
    row_name: Callable[[Row], str] = str
    row_url: Callable[[Row], str] | None = None
    faint: Callable[[Row], bool] | None = None
    order: Callable[[Rows, str, bool], Rows] | None = None
    lead: Callable[[int, Here], Text] | None = None
    empty: Blank | None = None
    none_fits: Text = ""
    show_all: Text = ""
    action: Callable[[Here], Link | None] = lambda _here: None
    others: Callable[[Here], Sequence[Link]] = lambda _here: ()  # beside the action
    crumbs: Callable[[Here], Sequence[Link]] = lambda _here: ()
    ground: Callable[[Here], Any] = lambda _here: None
    gather: Callable[[Sequence[Row], Here], Any] | None = None
    secret: Callable[[Rows], bool] | None = None
    file_name: Callable[[Here], str] | None = None
    file_columns: Sequence[str] = ()  # stand in every file, first
    other_files: Mapping[str, Callable[[Iterable[Row], str], HttpResponseBase]] = field(
        default_factory=dict
    )  # kind beside csv and xlsx -> the file of all rows, under that name
    template: str = "ui/list.html"
    more: Callable[[Here], Mapping[str, Any]] | None = None  # what a template of one's own needs besides
