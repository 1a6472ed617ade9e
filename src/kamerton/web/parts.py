"""What a view hands to the parts of templates/ui: small frozen values, texts ready to show.

Texts are plain and escaped when rendered; formatting belongs to formats.py. The parts themselves are
described in templates/ui/README.md and shown, in all their states, at /ui/.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from django.http import HttpRequest
from django.utils.functional import Promise

from kamerton.web.formats import Change

State = Literal["good", "warn", "bad", "key", "info", "off", "neutral"]
Sorted = Literal["", "ascending", "descending"]
#: Something to show: a text, or one that is translated when it is shown.
Text = str | Promise


@dataclass(frozen=True, slots=True)
class Link:
    """Something to press: `method` "post" makes it a form with the CSRF token."""

    label: Text
    url: str
    icon: str = ""
    method: Literal["get", "post"] = "get"
    drawer: bool = False
    tone: Literal["", "bad"] = ""
    key: str = ""  # a letter that presses it from anywhere on the page


@dataclass(frozen=True, slots=True)
class Badge:
    """A state: shape, word and colour together."""

    state: State
    label: Text
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `url` makes the text a link; with `drawer` the link opens at the side.

    `sub` is a second, quieter line. `share` (0 to 1) draws a bar beside the text, `mark` a line on it.
    `spark` draws a small curve. `minor` leaves the cell out of the card on a phone.
    """

    text: Text = ""
    url: str = ""
    drawer: bool = False
    sub: Text = ""
    tone: Literal["", "good", "bad", "warn", "muted"] = ""
    badges: tuple[Badge, ...] = ()
    change: Change | None = None
    share: float | None = None
    mark: float | None = None
    spark: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column. The unit stands once, in the head. `sort_url` makes the head a link."""

    label: Text
    numeric: bool = False
    unit: Text = ""
    sort_url: str = ""
    sorted: Sorted = ""
    minor: bool = False
    hint: Text = ""


@dataclass(frozen=True, slots=True)
class Row:
    """Cells in the order of the columns; the first one names the row. A plain text is a cell too.

    `pick`: the value of the row's box, in a table whose rows can be picked; `name` says what it picks.
    """

    cells: Sequence[Cell | Text]
    strong: bool = False
    faint: bool = False
    key: str = ""
    pick: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    columns: Sequence[Column]
    rows: Iterable[Row]
    caption: Text
    foot: Row | None = None
    cards: bool = True  # on a phone a row becomes a card
    long_names: bool = False  # the first cell is a sentence: it wraps instead of being cut
    pick: str = ""  # the id of the form to which the boxes of the rows belong


@dataclass(frozen=True, slots=True)
class Tab:
    label: Text
    url: str
    current: bool = False
    count: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force (`url` removes it) or a choice (`current`)."""

    label: Text
    url: str = ""
    current: bool = False
    count: str = ""
    removes: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    label: Text
    url: str = ""


@dataclass(frozen=True, slots=True)
class Select:
    """One filter of a search bar: its name in the query, what it says when nothing is chosen, the options."""

    name: str
    label: Text
    options: Sequence[tuple[str, Text]]
    value: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the command palette."""

    label: Text
    url: str
    icon: str = "arrow-right"
    note: Text = ""
    words: str = ""  # more words that find it


@dataclass(frozen=True, slots=True)
class Inline:
    """A value that becomes its field where it stands. `url` answers with the field (web/inline.py)."""

    text: Text
    url: str
    label: Text


@dataclass(frozen=True, slots=True)
class Pages:
    """Where a list stands: the page shown (from 1), rows a page, rows in all."""

    number: int
    size: int
    total: int
    url: str  # query string of page {n}, for example "?sort=name&page={n}"
    unit: Text = ""  # what is counted, in the plural: "accounts"

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def first_row(self) -> int:
        return min(self.total, (self.number - 1) * self.size + 1)

    @property
    def last_row(self) -> int:
        return min(self.total, self.number * self.size)

    @property
    def shown(self) -> list[int | None]:
        """Page numbers to offer; None is a gap: 1 … 4 5 6 … 20."""
        near = {1, self.last, *range(self.number - 1, self.number + 2)}
        pages = sorted(page for page in near if 1 <= page <= self.last)
        shown: list[int | None] = []
        for page in pages:
            if shown and page - (shown[-1] or 0) == 2:
                shown.append(page - 1)
            elif shown and page - (shown[-1] or 0) > 2:
                shown.append(None)
            shown.append(page)
        return shown

    def link(self, number: int) -> str:
        return self.url.replace("{n}", str(number))


@dataclass(frozen=True, slots=True)
class Tile:
    """A key figure. Every tile has a comparison: `change` with `against`, or a `note` that is one."""

    label: Text
    value: str
    change: Change | None = None
    against: Text = ""
    note: Text = ""
    url: str = ""
    spark: tuple[float | None, ...] = ()


def query(request: HttpRequest, **changes: object) -> str:
    """The query string of this page with some parameters changed (None drops one): "?sort=name&page=2"."""
    params = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            params.pop(name, None)
        else:
            params[name] = str(value)
    return f"?{params.urlencode()}" if params else "?"


def page_url(request: HttpRequest) -> str:
    """What Pages wants as `url`: the query string with "{n}" where the number of the page goes."""
    rest = query(request, page=None)
    return f"{rest}&page={{n}}" if len(rest) > 1 else "?page={n}"


def sortable(
    request: HttpRequest, column: Column, name: str, *, first: Sorted = "ascending", default: str = ""
) -> Column:
    """`column` with a head that sorts by ?sort=name or ?sort=-name; a second click turns the order round.

    `first` is the order of the first click (figures: descending); `default` the order of the page without
    a ?sort.
    """
    current = request.GET.get("sort", default)
    order: Sorted = "descending" if current == f"-{name}" else "ascending" if current == name else ""
    following = {"": first, "ascending": "descending", "descending": "ascending"}[order]
    target = f"-{name}" if following == "descending" else name
    return Column(
        column.label,
        column.numeric,
        column.unit,
        query(request, sort=target, page=None),
        order,
        column.minor,
        column.hint,
    )
