"""Who may sign in."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from kamerton.access.rights import role_choices


class User(AbstractUser):
    """A person of the supplier. What they may do follows from `role` (rights.py), not from flags."""

    role = models.CharField(_("role"), max_length=40, choices=role_choices, default="reader")
    language = models.CharField(_("language"), max_length=8, blank=True)

    class Meta(AbstractUser.Meta):
        swappable = "AUTH_USER_MODEL"

    @property
    def display_name(self) -> str:
        return self.get_full_name() or self.username
