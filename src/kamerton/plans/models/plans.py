"""The plan, the ends of its phases, and what it says line by line."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kamerton.access.secrecy import Secrecy, secrecy_choices
from kamerton.accounts.models import Account, Contact, Fact, Need, Note
from kamerton.core.money import MinorUnitsField
from kamerton.plans import choices
from kamerton.portfolio.models import Opportunity

_USER = settings.AUTH_USER_MODEL


class PlanQuerySet(models.QuerySet["Plan"]):
    def open(self) -> PlanQuerySet:
        return self.exclude(phase="ended")

    def now_at(self, day: dt.date) -> PlanQuerySet:
        """Open, and begun by that day: those that the week comes from."""
        return self.open().filter(starts_on__lte=day)


class Plan(models.Model):
    """One account, one span of time. Another year is another plan (actions.copying)."""

    account_path = "account"
    is_internal = True

    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="plans", verbose_name=_("account")
    )
    title = models.CharField(_("title"), max_length=200)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    owner = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="plans", verbose_name=_("owner"))
    phase = models.CharField(_("phase"), max_length=14, choices=choices.phases, default="investigation")
    # What the first phase finds (ABP-15).
    why = models.TextField(_("why this account, and not others"), blank=True)
    compared = models.ManyToManyField(Account, blank=True, related_name="+", verbose_name=_("compared with"))
    potential = MinorUnitsField(_("potential a year"), null=True, blank=True)
    # What both sides are to agree on (NEG-02).
    agreement = models.TextField(_("agreement to aim at"), blank=True)
    effective = models.TextField(_("how it is made to work"), blank=True)
    loyalty = models.TextField(_("what makes them stay"), blank=True)  # ABP-08
    opportunities = models.ManyToManyField(Opportunity, blank=True, related_name="plans")
    comments = models.ManyToManyField(Note, blank=True, related_name="+")
    copied_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_by = models.ForeignKey(_USER, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        indexes = [models.Index(fields=["phase", "ends_on"], name="plans_plan_phase")]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="plans_plan_titled"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="plans_plan_days"),
            models.CheckConstraint(
                condition=Q(potential=None) | Q(potential__gte=0), name="plans_plan_potential"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.phase != "ended"


class PhaseEnd(models.Model):
    """A phase was closed: with everything it asks for, or without some of it, for a reason (ABP-01)."""

    account_path = "plan__account"
    is_internal = True

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="phase_ends")
    phase = models.CharField(_("phase"), max_length=14, choices=choices.phases)
    is_override = models.BooleanField(default=False)
    missing = models.JSONField(default=list, blank=True)  # codes of rules.phases that were passed over
    reason = models.TextField(_("reason"), blank=True)
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "phase"], name="plans_phaseend_once"),
            models.CheckConstraint(
                condition=Q(is_override=False) | ~Q(reason=""), name="plans_phaseend_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.phase}"


class Line(models.Model):
    """One thing that the plan says: an interest, a part of the SWOT, an idea, a solution.

    A part of the SWOT is a fact of the account; a solution answers a need. The database holds to both.
    """

    account_path = "plan__account"
    is_internal = True
    secrecy_path = "secrecy"

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="lines")
    kind = models.CharField(_("kind"), max_length=10, choices=choices.line_kinds)
    text = models.CharField(_("what"), max_length=300, blank=True)
    detail = models.TextField(_("more"), blank=True)
    state = models.CharField(_("state"), max_length=8, choices=choices.line_states, default="new")
    fact = models.ForeignKey(
        Fact,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="plan_lines",
        verbose_name=_("fact"),
    )
    need = models.ForeignKey(
        Need,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="plan_lines",
        verbose_name=_("need"),
    )
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="plan_lines",
        verbose_name=_("contact"),
    )  # fmt: skip
    secrecy = models.PositiveSmallIntegerField(
        _("secrecy"), choices=secrecy_choices, default=Secrecy.INTERNAL
    )
    created_by = models.ForeignKey(_USER, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["plan", "kind"], name="plans_line_kind")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=choices.SWOT) | Q(fact__isnull=False), name="plans_line_swot_is_fact"
            ),
            models.CheckConstraint(
                condition=~Q(kind="solution") | Q(need__isnull=False), name="plans_line_solution_needed"
            ),
            models.CheckConstraint(
                condition=~Q(text="") | Q(fact__isnull=False), name="plans_line_says_something"
            ),
            models.UniqueConstraint(
                fields=["plan", "kind", "fact"], condition=Q(fact__isnull=False), name="plans_line_fact_once"
            ),
            models.CheckConstraint(condition=Q(secrecy__lte=2), name="plans_line_secrecy"),
        ]

    def __str__(self) -> str:
        return self.text
