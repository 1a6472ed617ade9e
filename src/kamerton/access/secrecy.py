"""How far a fact, a document or a note may go. Pure."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Secrecy(models.IntegerChoices):
    """Ordered: who is cleared for one level is cleared for those below it."""

    OPEN = 0, pgettext_lazy("secrecy", "Open")  # may be shown to the customer and to partners
    INTERNAL = 1, _("Internal")  # our own people who reach the account
    SECRET = 2, _("Secret")  # need to know: roles with secrets.read; each reading leaves a trace


def secrecy_choices() -> list[tuple[int, object]]:
    return list(Secrecy.choices)
