"""Where a person puts an account on a portfolio map, against what the figures say; and the weights of its axes."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kamerton.accounts.models import Account

_USER = settings.AUTH_USER_MODEL
_PART = [MinValueValidator(0.0), MaxValueValidator(1.0)]


def boxes() -> list[tuple[str, object]]:
    """Where the customer's own purchasing puts what it buys from us (Kraljic)."""
    return [
        ("routine", _("Routine")),
        ("leverage", _("Leverage")),
        ("bottleneck", _("Bottleneck")),
        ("strategic", _("Strategic")),
    ]


class MapPlacement(models.Model):
    """One account moved by hand on one map, and why. Earlier ones are its history; one is in force."""

    account_path = "account"
    is_internal = True

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="map_placements")
    map = models.CharField(max_length=16)  # maps_rules.MAPS
    x = models.FloatField(_("to the right"), validators=_PART)
    y = models.FloatField(_("up"), validators=_PART)
    box = models.CharField(_("what we are to their purchasing"), max_length=12, choices=boxes, blank=True)
    reason = models.CharField(_("why"), max_length=500)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(_USER, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "map"], condition=Q(ended_at=None), name="portfolio_placement_one_current"
            ),
            models.CheckConstraint(
                condition=Q(x__gte=0, x__lte=1, y__gte=0, y__lte=1), name="portfolio_placement_on_the_map"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.map} {self.account}"


class MapWeights(models.Model):
    """How much each part counts on an axis. One row; each axis sums to 1."""

    attractiveness = models.JSONField()
    strength = models.JSONField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="portfolio_map_weights_one_row")]

    def __str__(self) -> str:
        return "weights"
