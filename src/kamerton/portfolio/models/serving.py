"""What serving accounts costs beside the goods: rates of activities, and costs written down one by one."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kamerton.accounts.models import Account
from kamerton.core.money import MinorUnitsField

_USER = settings.AUTH_USER_MODEL


def drivers() -> list[tuple[str, object]]:
    """What is counted by itself: what was done with the account, and what was asked of departments for it."""
    return [
        ("visit", _("A visit")),
        ("meeting", _("A meeting")),
        ("call", _("A call")),
        ("message", _("A message")),
        ("event", _("An event")),
        ("request", _("A request to a department")),
    ]


def kinds() -> list[tuple[str, object]]:
    return [
        ("visits", _("Visits and travel")),
        ("service", _("Service")),
        ("discounts", _("Discounts outside the invoice")),
        ("people", _("People")),
        ("transport", _("Transport and storage")),
        ("other", _("Other")),
    ]


class ActivityRate(models.Model):
    """What one activity costs, from a day on; the newest that has begun is in force."""

    driver = models.CharField(_("activity"), max_length=12, choices=drivers)
    rate = MinorUnitsField(_("cost of one"))
    from_date = models.DateField(_("from"))

    class Meta:
        ordering = ["driver", "-from_date"]
        constraints = [
            models.UniqueConstraint(fields=["driver", "from_date"], name="portfolio_rate_once_a_day"),
            models.CheckConstraint(condition=Q(rate__gte=0), name="portfolio_rate_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.driver} {self.from_date}"


class ServingCost(models.Model):
    """One cost, of an account, or of a person of ours whatever the account."""

    account_path = "account"
    is_internal = True

    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.CASCADE, related_name="serving_costs"
    )
    person = models.ForeignKey(
        _USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=kinds, default="service")
    amount = MinorUnitsField(_("amount"))  # in the company's currency
    on = models.DateField(_("on"))
    what = models.CharField(_("what for"), max_length=300, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(_USER, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["on"], name="portfolio_serving_on")]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="portfolio_serving_positive"),
            models.CheckConstraint(
                condition=Q(account__isnull=False, person__isnull=True)
                | Q(account__isnull=True, person__isnull=False),
                name="portfolio_serving_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"
