"""The closed lists of the room, each once."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


def channels() -> list[tuple[str, str | Promise]]:
    """How we meet or reach somebody (MTG-03)."""
    return [
        ("person", _("Personal meeting")),
        ("phone", _("Phone")),
        ("mail", _("E-mail or letter")),
        ("video", _("Video")),
    ]


def states() -> list[tuple[str, str | Promise]]:
    return [
        ("planned", pgettext_lazy("visit or call", "Planned")),
        ("done", pgettext_lazy("visit or call", "Took place")),
        ("cancelled", pgettext_lazy("visit or call", "Cancelled")),
    ]
