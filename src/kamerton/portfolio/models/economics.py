"""What the company knows of its own costs that no sales file tells."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kamerton.core.money import MinorUnitsField


class Economics(models.Model):
    """One row, in the company's currency."""

    fixed_cost = MinorUnitsField(_("fixed cost a year"), null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="portfolio_economics_one_row")]

    def __str__(self) -> str:
        return "economics"
