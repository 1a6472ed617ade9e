"""What we did for customers whose name opens doors, and how far we are with being the preferred supplier."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kamerton.accounts.models import Account

_USER = settings.AUTH_USER_MODEL


def supplier_stages() -> list[tuple[str, str | Promise]]:
    """The way to the final goal, in its order (OTH-01)."""
    return [
        ("known", _("They know us")),
        ("listed", _("Approved supplier")),
        ("regular", _("One of the regular suppliers")),
        ("preferred", _("Preferred supplier")),
    ]


class Reference(models.Model):
    """A customer whom others know, and the concrete story: what exactly we did for them (SEL-09)."""

    account_path = "account"
    is_internal = True

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="references")
    story = models.TextField(_("what exactly we did for them"), blank=True)
    may_name = models.BooleanField(_("they agreed to be named"), default=False)
    on = models.DateField(_("of"))  # when we did it
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return self.story[:60]

    @property
    def is_usable(self) -> bool:
        """A name alone tells a customer of the same trade nothing."""
        return bool(self.story)


class SupplierStage(models.Model):
    """How far we are at one account, from a day on; the newest counts, the others are the way there (OTH-01)."""

    account_path = "account"
    is_internal = True

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="supplier_stages")
    stage = models.CharField(_("stage"), max_length=10, choices=supplier_stages)
    on = models.DateField(_("since"))
    goal_on = models.DateField(_("preferred supplier by"), null=True, blank=True)
    note = models.CharField(_("how we know"), max_length=300, blank=True)
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["account", "on"], name="portfolio_supplierstage_once"),
            models.CheckConstraint(
                condition=Q(goal_on=None) | Q(goal_on__gte=models.F("on")),
                name="portfolio_supplierstage_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.stage}"
