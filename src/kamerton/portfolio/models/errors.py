"""Mistakes and what they cost: so that the same one is not paid for twice."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kamerton.accounts.models import Account
from kamerton.core.money import MinorUnitsField
from kamerton.work.models import Task

_USER = settings.AUTH_USER_MODEL


class ErrorImpact(models.Model):
    """One oversight, error or delay, what it cost, and what follows from it. `share_lost`: 0.02 is two points.

    Money is in the company's currency. It names no culprit: `by` is who wrote it down.
    """

    account_path = "account"
    free_without_account = True
    is_internal = True
    owner_paths = ("by",)

    what = models.CharField(_("what happened"), max_length=300)
    on = models.DateField(_("on"))
    account = models.ForeignKey(
        Account,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="error_impacts",
        verbose_name=_("account"),
    )
    loss = MinorUnitsField(_("loss of money"), null=True, blank=True)
    share_lost = models.FloatField(_("loss of market share"), null=True, blank=True)
    lesson = models.TextField(_("lesson"), blank=True)
    task = models.ForeignKey(
        Task, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("task")
    )
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(what=""), name="portfolio_errorimpact_said"),
            models.CheckConstraint(
                condition=Q(loss=None) | Q(loss__gte=0), name="portfolio_errorimpact_loss"
            ),
            models.CheckConstraint(
                condition=Q(share_lost=None) | Q(share_lost__gte=0, share_lost__lte=1),
                name="portfolio_errorimpact_share",
            ),
        ]

    def __str__(self) -> str:
        return self.what[:60]
