"""What keeps a plan alive: meetings with their minutes, versions with their approval, templates."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kamerton.access.models import User
from kamerton.accounts.models import Account, Industry
from kamerton.plans import choices
from kamerton.plans.models.plans import Plan
from kamerton.work.models import Approval

_USER = settings.AUTH_USER_MODEL


class Review(models.Model):
    """A meeting with the management about the plan, and what was said in it (ABP-07)."""

    account_path = "plan__account"
    is_internal = True

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="reviews")
    on = models.DateField(_("on"))
    time = models.TimeField(_("at"), null=True, blank=True)
    place = models.CharField(_("where"), max_length=200, blank=True)
    people = models.ManyToManyField(User, blank=True, related_name="+", verbose_name=_("who takes part"))
    agenda = models.TextField(_("what is to be decided"), blank=True)
    state = models.CharField(_("state"), max_length=9, choices=choices.review_states, default="planned")
    minutes = models.TextField(_("minutes"), blank=True)
    minuted_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    minuted_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(_USER, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["plan", "state", "on"], name="plans_review_plan")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="held") | ~Q(minutes=""), name="plans_review_held_is_minuted"
            )
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.on}"


class PlanVersion(models.Model):
    """The plan as it was (rules.versions says how `content` is made). Written once; only its approval moves.

    `review`: the meeting whose minutes its approval stands on.
    """

    account_path = "plan__account"
    is_internal = True

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    content = models.JSONField()
    reason = models.CharField(_("why"), max_length=300)
    author = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    state = models.CharField(_("state"), max_length=8, choices=choices.version_states, default="draft")
    review = models.ForeignKey(
        Review, null=True, blank=True, on_delete=models.PROTECT, related_name="versions"
    )
    approval = models.ForeignKey(Approval, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    ended_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    #: All that may be written after the first time; `content` by the erasing of a person alone (accounts.traces).
    LATER = frozenset({"state", "review", "approval", "ended_by", "ended_at", "content", "reason"})

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plans_version_number"),
            models.CheckConstraint(condition=~Q(reason=""), name="plans_version_reason"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(review__isnull=False), name="plans_version_minuted"
            ),
            models.UniqueConstraint(
                fields=["plan"], condition=Q(state="waiting"), name="plans_version_one_waits"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        named = kwargs.get("update_fields")
        if not self._state.adding and (named is None or not set(named) <= self.LATER):
            raise TypeError("A version of a plan is written once.")
        super().save(*args, **kwargs)


class PlanTemplate(models.Model):
    """With what a plan may begin: of a trade, of one account, or of anybody. Always optional (MGT-09)."""

    account_path = "account"
    free_without_account = True
    is_internal = True

    name = models.CharField(_("name"), max_length=120)
    industry = models.ForeignKey(
        Industry,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("industry"),
    )
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.CASCADE, related_name="plan_templates",
        verbose_name=_("account"),
    )  # fmt: skip
    content = models.JSONField()  # rules.templates
    created_by = models.ForeignKey(_USER, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="plans_template_named")]

    def __str__(self) -> str:
        return self.name
