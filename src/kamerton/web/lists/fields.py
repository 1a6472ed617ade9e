"""Columns of the usual kinds: text("email", _("E-mail")) and the like.

`path` is an attribute, or several with dots between ("account.name"); a missing one on the way is empty. What lies
behind a dot must be selected with the rows (select_related), or each row costs a query.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from kamerton.web import formats
from kamerton.web.lists.description import Field
from kamerton.web.parts import Text

MISSING = ""


def _reader(path: str) -> Callable[[Any], Any]:
    names = path.split(".")

    def read(row: Any) -> Any:
        for name in names:
            row = getattr(row, name, None)
            if row is None:
                return None
        return row

    return read


def text(path: str, label: Text, *, sort: str = "", **more: Any) -> Field:
    """A text, or a choice by its label where `path` names a method (get_state_display)."""
    read = _reader(path)

    def told(row: Any) -> str:
        value = read(row)
        return str(value() if callable(value) else value) if value is not None else MISSING

    return Field(label=label, cell=lambda row, _here: told(row), plain=told, sort=sort, **more)


def number(path: str, label: Text, *, decimals: int = 0, **more: Any) -> Field:
    read = _reader(path)

    def cell(row: Any, _here: object) -> str:
        value = read(row)
        return formats.number(value, decimals=decimals) if value is not None else MISSING

    return Field(
        **{"label": label, "cell": cell, "plain": read, "sort": _sort(path), "numeric": True, **more}
    )


def money(path: str, label: Text, *, decimals: int = 0, **more: Any) -> Field:
    """An amount whose currency stands in the head (unit=…)."""
    read = _reader(path)

    def cell(row: Any, _here: object) -> str:
        value = read(row)
        return formats.money(value, decimals=decimals) if value is not None else MISSING

    return Field(
        **{"label": label, "cell": cell, "plain": read, "sort": _sort(path), "numeric": True, **more}
    )


def date(path: str, label: Text, **more: Any) -> Field:
    read = _reader(path)

    def cell(row: Any, _here: object) -> str:
        value = read(row)
        return formats.date(value, short=True) if value is not None else MISSING

    return Field(**{"label": label, "cell": cell, "plain": read, "sort": _sort(path), **more})


def moment(path: str, label: Text, **more: Any) -> Field:
    read = _reader(path)

    def cell(row: Any, _here: object) -> str:
        value = read(row)
        return formats.moment(timezone.localtime(value)) if value is not None else MISSING

    return Field(**{"label": label, "cell": cell, "plain": read, "sort": _sort(path), **more})


def _sort(path: str) -> str:
    return path.replace(".", "__")
