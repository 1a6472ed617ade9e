"""What just happened, said in a corner of the page, with its undo. Rides on Django's messages."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Literal

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, HttpResponse

Level = Literal["info", "good", "warn", "bad"]

_UNDO = "undo:"
_LEVELS: dict[Level, int] = {
    "info": messages.INFO,
    "good": messages.SUCCESS,
    "warn": messages.WARNING,
    "bad": messages.ERROR,
}
_NAMES = {level: name for name, level in _LEVELS.items()}


@dataclass(frozen=True, slots=True)
class Toast:
    text: str
    level: Level
    undo_url: str = ""


#: What the page's script copies to show a toast that came with a part.
SHAPE = Toast("", "info", "#")


def toast(request: HttpRequest, text: str, *, level: Level = "good", undo_url: str = "") -> None:
    """Say `text` on the next page or with this part. `undo_url` is posted to when it is taken back."""
    messages.add_message(request, _LEVELS[level], text, extra_tags=f"{_UNDO}{undo_url}" if undo_url else "")


def waiting(request: HttpRequest) -> list[Toast]:
    """The toasts not yet shown; asking for them takes them away."""
    return [_read(message) for message in messages.get_messages(request)]


def attach(request: HttpRequest, response: HttpResponse) -> None:
    """Give a part that htmx asked for its toasts, in the header that the page's script listens to."""
    if not hasattr(request, "_messages") or not len(request._messages):  # noqa: SLF001
        return
    if response.status_code in (301, 302, 303):
        return  # the page that follows shows them
    response["HX-Trigger"] = json.dumps({"toasts": {"items": [asdict(item) for item in waiting(request)]}})


def _read(message: Message) -> Toast:
    tag = message.extra_tags or ""
    undo_url = tag.removeprefix(_UNDO) if tag.startswith(_UNDO) else ""
    return Toast(str(message.message), _NAMES.get(message.level, "info"), undo_url)
