"""What a department is to sell in a year, and what each of its people: keeping customers apart from winning them."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kamerton.access.models import OrgUnit
from kamerton.core.money import MinorUnitsField

_USER = settings.AUTH_USER_MODEL
FIRST_YEAR, LAST_YEAR = 1990, 2100


def target_kinds() -> list[tuple[str, object]]:
    """Who bought before the year began is kept, who did not is won (ABP-10)."""
    return [("retention", _("Customers we have")), ("growth", _("New customers"))]


class DepartmentPlan(models.Model):
    """One department in one calendar year. Its own targets are the rows of `targets` without a person."""

    unit = models.ForeignKey(
        OrgUnit, on_delete=models.PROTECT, related_name="plans", verbose_name=_("department")
    )
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    )
    created_by = models.ForeignKey(_USER, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-year", "unit__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "year"], name="plans_department_year_once"),
            models.CheckConstraint(
                condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR), name="plans_department_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.year}"


class Target(models.Model):
    """One aim of a plan: an amount, on the basis of the company, and a number of customers.

    retention: customers who bought before the year and buy in it. growth: those who buy for the first time in it.
    """

    plan = models.ForeignKey(DepartmentPlan, on_delete=models.CASCADE, related_name="targets")
    person = models.ForeignKey(
        _USER,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="targets",
        verbose_name=_("person"),
    )  # None: the whole department
    kind = models.CharField(_("kind"), max_length=10, choices=target_kinds)
    volume = MinorUnitsField(_("amount"), default=0)
    clients = models.PositiveIntegerField(_("customers"), default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["plan", "kind", "person", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "person", "kind"], name="plans_target_once"),
            models.UniqueConstraint(
                fields=["plan", "kind"], condition=Q(person=None), name="plans_target_of_department_once"
            ),
            models.CheckConstraint(condition=Q(volume__gte=0), name="plans_target_volume"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.person_id or ''} {self.kind}"
