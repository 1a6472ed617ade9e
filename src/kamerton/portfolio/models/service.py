"""What is promised to key accounts, and what they get: targets of the company, a package of each account, actuals."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kamerton.accounts.models import Account
from kamerton.core.money import MinorUnitsField

_USER = settings.AUTH_USER_MODEL


class ServiceTarget(models.Model):
    """The company's own target of one of the five promises (service_rules.PROMISES); without a row, the usual one."""

    key = models.CharField(max_length=16, unique=True)
    target = models.FloatField(_("target"))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(target__gte=0), name="portfolio_servicetarget_value")
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.target}"


class Treatment(models.Model):
    """What a key account gets beside the promises, and what that costs a year."""

    cost = MinorUnitsField(_("cost a year"), null=True, blank=True)
    resources = models.TextField(_("dedicated resources"), blank=True)
    marketing = models.TextField(_("special treatment in marketing"), blank=True)
    administrative = models.TextField(_("special treatment in administration"), blank=True)
    service = models.TextField(_("special treatment in service"), blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


class StandardPackage(Treatment):
    """One row: with what the package of an account begins when it becomes key."""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="portfolio_standardpackage_one_row"),
            models.CheckConstraint(
                condition=Q(cost=None) | Q(cost__gte=0), name="portfolio_standardpackage_cost"
            ),
        ]

    def __str__(self) -> str:
        return "standard package"


class ServicePackage(Treatment):
    """The package of one account, from the day it became key until it no longer is."""

    account_path = "account"
    is_internal = True

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="service_packages")
    from_date = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-from_date", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(until=None), name="portfolio_servicepackage_one_open"
            ),
            models.CheckConstraint(
                condition=Q(cost=None) | Q(cost__gte=0), name="portfolio_servicepackage_cost"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("from_date")),
                name="portfolio_servicepackage_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.from_date}"


class PromiseActual(models.Model):
    """How one promise was kept at one account, as a person says it; the newest counts where no figure tells."""

    account_path = "account"
    is_internal = True

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="promise_actuals")
    key = models.CharField(max_length=16)
    value = models.FloatField(_("actual"))
    on = models.DateField(_("as of"))
    source = models.CharField(_("where it is from"), max_length=200)
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(value__gte=0) & ~Q(source=""), name="portfolio_promiseactual_said"
            )
        ]
        indexes = [models.Index(fields=["account", "key"], name="portfolio_promiseactual_of")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.key}"
