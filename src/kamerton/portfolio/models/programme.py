"""The programme: whether to do key account management, what it needs, what it costs and brings, what can go wrong."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kamerton.core.money import MinorUnitsField

_USER = settings.AUTH_USER_MODEL


def areas() -> list[tuple[str, str | Promise]]:
    return [
        ("condition", _("Condition of success")),
        ("advantage", _("Advantage")),
        ("risk", _("Risk")),
        ("practice", _("Traditional or key account management")),
    ]


def sides() -> list[tuple[str, str | Promise]]:
    return [("cost", _("Extra cost")), ("benefit", _("Benefit"))]


def practices() -> list[tuple[str, str | Promise]]:
    """Where the company stands on one row of the comparison."""
    return [
        ("traditional", _("Traditional")),
        ("between", _("Between the two")),
        ("kam", _("Key account management")),
    ]


class Programme(models.Model):
    """One row. `ready_at`: when it was declared ready; empty again as soon as a condition is open."""

    sponsor = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
                                verbose_name=_("sponsor"))  # fmt: skip
    ready_at = models.DateTimeField(null=True, blank=True)
    ready_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="portfolio_programme_one_row"),
            models.CheckConstraint(
                condition=Q(ready_at=None) | Q(sponsor__isnull=False), name="portfolio_programme_sponsored"
            ),
        ]

    def __str__(self) -> str:
        return "programme"


class ProgrammeItem(models.Model):
    """What the company says of one row of the programme; the rows themselves are fixed (programme_rows).

    `is_met`: a condition is fulfilled, a risk is dealt with. `note`: evidence of a condition or an advantage, what is
    done against a risk, why the company stands where it stands. `measure`: a figure it is followed by
    (programme_measures); `then_value`: that figure on the day it was chosen, `then_on`.
    """

    area = models.CharField(max_length=12, choices=areas)
    key = models.CharField(max_length=24)
    is_met = models.BooleanField(_("done"), default=False)
    note = models.TextField(_("in words"), blank=True)
    owner = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
                              verbose_name=_("owner"))  # fmt: skip
    measure = models.CharField(_("followed by"), max_length=24, blank=True)
    then_value = models.FloatField(null=True, blank=True)
    then_on = models.DateField(null=True, blank=True)
    stands = models.CharField(_("stands"), max_length=12, choices=practices, blank=True)
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["area", "key"]
        constraints = [
            models.UniqueConstraint(fields=["area", "key"], name="portfolio_programmeitem_once"),
            models.CheckConstraint(
                condition=Q(is_met=False) | ~Q(note=""), name="portfolio_programmeitem_met_by_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.key}"


class CaseLine(models.Model):
    """One line of the business case: what the programme costs more, or brings, a year, and who says so."""

    side = models.CharField(_("side"), max_length=8, choices=sides)
    what = models.CharField(_("what"), max_length=200)
    amount = MinorUnitsField(_("amount a year"))
    said_by = models.CharField(_("who says so"), max_length=200)
    on = models.DateField(_("as of"))
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["side", "-amount", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="portfolio_caseline_amount"),
            models.CheckConstraint(condition=~Q(what="") & ~Q(said_by=""), name="portfolio_caseline_said"),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.what}"
