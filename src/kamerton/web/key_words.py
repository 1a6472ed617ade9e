"""What the company calls a key account, read once a request (C4)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils.translation import gettext as _

from kamerton.portfolio.models import KeyProfile
from kamerton.web.parts import Badge

_kept: ContextVar[dict[str, str] | None] = ContextVar("key_words", default=None)


@contextmanager
def of_request() -> Iterator[None]:
    """Inside, the profile is asked at most once; outside, each time."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def key() -> str:
    kept = _kept.get()
    if kept is not None and "key" in kept:
        return kept["key"]
    labels = KeyProfile.objects.values_list("labels", flat=True).first() or {}
    word = labels.get("key") or _("Key")
    if kept is not None:
        kept["key"] = word
    return word


def key_badge() -> Badge:
    return Badge("key", key(), soft=True)
