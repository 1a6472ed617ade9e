"""Every list of the product: described by data, shown by one mechanism.

A room writes a ListPage (what is listed, columns, search, filters, selections, bulk actions) and adds
`urlpatterns(page, "contacts/")` to its addresses. The mechanism gives the page with search, filters, order,
columns and saved views in the address, the export as CSV and XLSX, and actions on many rows at once.
How to write one: docs/rooms/web.md.
"""

from kamerton.web.lists.address import Here, Instead, Want
from kamerton.web.lists.bulk import each
from kamerton.web.lists.description import (
    Blank,
    BulkAction,
    Done,
    Field,
    Filter,
    ListPage,
    Refusal,
    Selection,
)
from kamerton.web.lists.fields import date, moment, money, number, text
from kamerton.web.lists.views import urlpatterns

__all__ = [
    "Blank",
    "BulkAction",
    "Done",
    "Field",
    "Filter",
    "Here",
    "Instead",
    "ListPage",
    "Refusal",
    "Selection",
    "Want",
    "date",
    "each",
    "moment",
    "money",
    "number",
    "text",
    "urlpatterns",
]
