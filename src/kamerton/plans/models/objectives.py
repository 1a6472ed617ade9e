"""What is to be reached, measurably, until when, and with whom it was agreed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kamerton.access.secrecy import Secrecy, secrecy_choices
from kamerton.accounts.models import Contact
from kamerton.core.money import ScaledIntegerField
from kamerton.plans import choices
from kamerton.plans.models.plans import Plan

_USER = settings.AUTH_USER_MODEL


class Objective(models.Model):
    """A figure, a count or a milestone (ABP-06). Not agreed with a contact on a day, it is proposed (ABP-02).

    Figures are in the unit of their measure: money in the company's currency, shares in percent.
    """

    account_path = "plan__account"
    is_internal = True
    secrecy_path = "secrecy"

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="objectives")
    kind = models.CharField(_("measured by"), max_length=10, choices=choices.objective_kinds)
    measure = models.CharField(_("figure"), max_length=10, choices=choices.measures, blank=True, default="")
    title = models.CharField(_("what is to be reached"), max_length=300)
    unit = models.CharField(_("counted in"), max_length=40, blank=True)
    baseline = ScaledIntegerField(_("where we begin"), places=2, null=True, blank=True)
    target = ScaledIntegerField(_("target"), places=2, null=True, blank=True)
    counted = ScaledIntegerField(_("where we are"), places=2, null=True, blank=True)  # of a count
    counted_on = models.DateField(_("as of"), null=True, blank=True)
    due_on = models.DateField(_("until"))
    reached_on = models.DateField(_("reached on"), null=True, blank=True)
    agreed_with = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="objectives",
        verbose_name=_("agreed with"),
    )  # fmt: skip
    agreed_on = models.DateField(_("agreed on"), null=True, blank=True)
    secrecy = models.PositiveSmallIntegerField(
        _("secrecy"), choices=secrecy_choices, default=Secrecy.INTERNAL
    )
    created_by = models.ForeignKey(_USER, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="plans_objective_titled"),
            models.CheckConstraint(
                condition=Q(kind="milestone") | (Q(baseline__isnull=False) & Q(target__isnull=False)),
                name="plans_objective_measurable",
            ),
            models.CheckConstraint(
                condition=~Q(kind="figure") | ~Q(measure=""), name="plans_objective_figure_named"
            ),
            models.CheckConstraint(condition=Q(secrecy__lte=2), name="plans_objective_secrecy"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_agreed(self) -> bool:
        return self.agreed_with_id is not None and self.agreed_on is not None
