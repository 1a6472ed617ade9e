"""What the placeholders of one document are: fields, tables with their columns, charts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kamerton.documents import words
from kamerton.documents.content import Content, Table
from kamerton.documents.office.placeholders import Found, Unknown

TABLE, CHART, CONTENT = "table.", "chart.", "content"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Key -> what it stands for. `parts`: the same for one account of a document about several."""

    fields: Mapping[str, str]
    columns: Mapping[str, str]  # "people.name": one column of a table, in a row that is repeated
    blocks: Mapping[str, str]  # content, table.*, chart.*: stand alone in their paragraph or shape
    parts: Vocabulary | None = None

    def knows(self, key: str) -> bool:
        return (
            key in self.fields
            or key in self.columns
            or key in self.blocks
            or bool(self.parts and self.parts.knows(key))
        )

    def is_of_parts(self, key: str) -> bool:
        own = key in self.fields or key in self.columns or key in self.blocks
        return not own and bool(self.parts and self.parts.knows(key))

    def require(self, found: Iterable[Found]) -> None:
        """Raise Unknown for those that it lacks."""
        unknown = [each for each in found if not self.knows(each.key)]
        if unknown:
            raise Unknown(unknown)


def of(content: Content) -> Vocabulary:
    """Of any content of a kind, as all have the same keys."""
    common = words.common_words()
    tables, charts = content.tables(), content.charts()
    blocks = {
        CONTENT: _("The whole document as it is without a template"),
        **{
            f"{TABLE}{key}": _("The table “%(title)s”") % {"title": each.title}
            for key, each in tables.items()
        },
        **{
            f"{CHART}{key}": _("The chart “%(title)s”") % {"title": each.title}
            for key, each in charts.items()
        },
    }
    return Vocabulary(
        fields=common | {each.key: each.label for each in content.all_fields()},
        columns={
            f"{key}.{column.key}": f"{each.title}: {column.label}"
            for key, each in tables.items()
            for column in each.columns
        },
        blocks=blocks,
        parts=of(content.parts[0]) if content.parts else None,
    )


def rows_of(table: Table) -> list[dict[str, str]]:
    """The texts of each row, by placeholder."""
    return [
        {
            f"{table.key}.{column.key}": words.told(value, column.kind, column.unit)
            for column, value in zip(table.columns, row, strict=True)
        }
        for row in table.rows
    ]


def table_in(keys: Iterable[str], tables: Mapping[str, Any]) -> set[str]:
    """The tables whose columns stand among `keys`."""
    heads = (key.partition(".")[0] for key in keys if not key.startswith((TABLE, CHART)))
    return {head for head in heads if head in tables}
