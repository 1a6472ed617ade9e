"""What a person supposes of an account's future, where they know better than the model."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kamerton.accounts.models import Account

_USER = settings.AUTH_USER_MODEL


class ValuePlanQuerySet(models.QuerySet["ValuePlan"]):
    def current(self) -> ValuePlanQuerySet:
        return self.filter(ended_at=None)


class ValuePlan(models.Model):
    """The assumptions behind an account's lifetime value, changed by hand; earlier ones stay as its history."""

    account_path = "account"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="value_plans")
    horizon_years = models.PositiveIntegerField(
        _("horizon in years"), validators=[MinValueValidator(1), MaxValueValidator(30)]
    )
    discount_rate = models.FloatField(_("discount a year"), validators=[MaxValueValidator(10.0)])
    retention_rate = models.FloatField(
        _("chance that they stay a year"), validators=[MinValueValidator(0.0), MaxValueValidator(1.0)]
    )
    planned = models.JSONField(_("planned income, year by year"))  # ["1200000.00", ...]; the last one goes on
    currency = models.CharField(max_length=3)
    reason = models.CharField(_("why"), max_length=500)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(_USER, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ValuePlanQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(ended_at=None), name="portfolio_value_plan_one_current"
            ),
            models.CheckConstraint(condition=Q(discount_rate__gt=-1), name="portfolio_value_plan_discount"),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.horizon_years}"

    @property
    def amounts(self) -> list[Decimal]:
        return [Decimal(each) for each in self.planned]
