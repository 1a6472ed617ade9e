"""Every kind of document by its key: what it is about, in which formats it is made, and how its content is gathered.

A kind is added in documents/kinds, one module each; the writers of the formats know none of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.db.models import Model
from django.utils.functional import Promise

from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.documents.content import Content

Text = str | Promise
Format = Literal["docx", "pptx", "pdf", "xlsx", "ics"]
About = Literal["account", "handover", "person", "plan", "portfolio"]

TYPES: Mapping[str, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "ics": "text/calendar; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a document is made of. `read`: the rows in it that have a secrecy; `is_secret`: beside those."""

    content: Content
    subject: Model | None = None
    account: Account | None = None
    read: tuple[Model, ...] = ()
    is_secret: bool = False
    told: Mapping[str, Any] = field(default_factory=dict)  # for the trail


#: (who asks, about what, now) -> through what that person may see. None: about the whole portfolio.
Gather = Callable[[User, Any, dt.datetime], Gathered]
Writer = Callable[[Content], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentKind:
    """`right`: what one needs on its subject beside export. `example`: a content with made-up values, every key in it.

    `writers`: formats that are not written from the content alone, and so take no template.
    `deck`: the PowerPoint template that it has where the company has not put its own.
    """

    key: str
    name: Text
    text: Text
    about: About
    formats: tuple[Format, ...]
    right: str
    gather: Gather
    example: Callable[[], Content] | None = None
    deck: Callable[[], bytes] | None = None
    writers: Mapping[str, Writer] = field(default_factory=dict)
    is_long: bool = False

    @property
    def template_formats(self) -> tuple[Format, ...]:
        return tuple(each for each in self.formats if each in ("docx", "pptx") and each not in self.writers)


_kinds: dict[str, DocumentKind] = {}


def register(kind: DocumentKind) -> DocumentKind:
    """The same key again replaces, so that a reload is harmless."""
    _kinds[kind.key] = kind
    return kind


def all_kinds() -> list[DocumentKind]:
    """In the order in which they were registered."""
    return list(_kinds.values())


def find(key: str) -> DocumentKind | None:
    return _kinds.get(key)


def about(subject: About) -> list[DocumentKind]:
    return [each for each in all_kinds() if each.about == subject]
