"""What is done, by whom, after what, with what. Once the plan is carried out, doing it is a task of its owner."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy, secrecy_choices
from kamerton.core.money import MinorUnitsField
from kamerton.plans import choices
from kamerton.plans.models.objectives import Objective
from kamerton.plans.models.plans import Plan
from kamerton.work.models import Task

_USER = settings.AUTH_USER_MODEL


class Activity(models.Model):
    """What the plan says is to be done; `task` is its doing (docs/decisions/0014).

    `planned_on` is the plan's day and stays when the task is moved: punctuality is measured against it (ABP-12).
    """

    account_path = "plan__account"
    is_internal = True
    secrecy_path = "secrecy"

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="activities")
    stream = models.CharField(_("part of"), max_length=8, choices=choices.streams, default="business")
    title = models.CharField(_("what is done"), max_length=300)
    detail = models.TextField(_("more"), blank=True)
    planned_owner = models.ForeignKey(
        _USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("owner")
    )
    planned_on = models.DateField(_("done by"), null=True, blank=True)
    not_before = models.DateField(_("not before"), null=True, blank=True)
    days = models.PositiveSmallIntegerField(_("working days it takes"), default=1)
    after = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="before", verbose_name=_("only after")
    )
    objective = models.ForeignKey(
        Objective, null=True, blank=True, on_delete=models.SET_NULL, related_name="activities",
        verbose_name=_("towards"),
    )  # fmt: skip
    budget = MinorUnitsField(_("budget"), null=True, blank=True)
    task = models.OneToOneField(
        Task, null=True, blank=True, on_delete=models.SET_NULL, related_name="plan_activity"
    )
    secrecy = models.PositiveSmallIntegerField(
        _("secrecy"), choices=secrecy_choices, default=Secrecy.INTERNAL
    )
    created_by = models.ForeignKey(_USER, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = [models.F("planned_on").asc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="plans_activity_titled"),
            models.CheckConstraint(condition=Q(days__gte=1), name="plans_activity_takes_time"),
            models.CheckConstraint(condition=Q(budget=None) | Q(budget__gte=0), name="plans_activity_budget"),
            models.CheckConstraint(condition=Q(secrecy__lte=2), name="plans_activity_secrecy"),
        ]

    def __str__(self) -> str:
        return self.title

    # Lists fetch the task with the rows.

    @property
    def owner(self) -> User:
        return self.task.owner if self.task is not None else self.planned_owner

    @property
    def state(self) -> str:
        """open | done | dropped: where its task is."""
        return self.task.state if self.task is not None else "open"

    @property
    def due_on(self) -> dt.date | None:
        return self.task.due_on if self.task is not None and self.task.due_on else self.planned_on


class Resource(models.Model):
    """Who and what an activity needs besides its owner, inside the house or outside (ABP-11)."""

    account_path = "activity__plan__account"
    is_internal = True
    secrecy_path = "activity__secrecy"

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="resources")
    kind = models.CharField(_("where from"), max_length=8, choices=choices.resource_kinds, default="inside")
    person = models.ForeignKey(
        _USER,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("person of ours"),
    )
    what = models.CharField(_("who or what"), max_length=200, blank=True)
    days = models.PositiveSmallIntegerField(_("working days"), null=True, blank=True)
    cost = MinorUnitsField(_("cost"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False) | ~Q(what=""), name="plans_resource_named"
            ),
            models.CheckConstraint(condition=Q(cost=None) | Q(cost__gte=0), name="plans_resource_cost"),
        ]

    def __str__(self) -> str:
        return self.what or str(self.person_id)
