"""A link by which one person joins."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Literal

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kamerton.access.rights import role_choices

State = Literal["open", "accepted", "revoked", "expired"]


def fingerprint(token: str) -> str:
    """What is kept of a link's secret: whoever reads the records cannot use it."""
    return hashlib.sha256(token.encode()).hexdigest()


class Invitation(models.Model):
    """Asks the owner of an address to join in a role. One address has at most one open invitation."""

    email = models.EmailField(_("e-mail"))  # in small letters
    role = models.CharField(_("role"), max_length=40, choices=role_choices)
    token_hash = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="invitations"
    )
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="access_invitation_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None) | models.Q(revoked_at=None),
                name="access_invitation_one_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} ({self.role})"

    def state(self, now: dt.datetime) -> State:
        if self.accepted_at:
            return "accepted"
        if self.revoked_at:
            return "revoked"
        return "open" if now < self.expires_at else "expired"
