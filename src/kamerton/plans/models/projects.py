"""Projects for people and accounts that count: who leads, how freely, with what budget, looked at how often."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kamerton.accounts.models import Account, Contact
from kamerton.core.money import MinorUnitsField
from kamerton.work.models import Approval, Task

_USER = settings.AUTH_USER_MODEL
_LEVEL = [MinValueValidator(1), MaxValueValidator(4)]


def project_states() -> list[tuple[str, object]]:
    return [
        ("preparing", _("Being prepared")),
        ("running", _("Running")),
        ("done", pgettext_lazy("project", "Done")),
        ("dropped", pgettext_lazy("project", "Dropped")),
    ]


def levels() -> list[tuple[int, object]]:
    """How far the superior leaves the leader alone with this customer or person (MGT-02)."""
    return [(1, "D1"), (2, "D2"), (3, "D3"), (4, "D4")]


def record_kinds() -> list[tuple[str, object]]:
    """What both have settled before a project may start at D1 (MGT-03)."""
    return [
        ("goals", _("Goals set together, in detail")),
        ("plan", _("Plan talked through together")),
        ("monitoring", _("How progress is followed, step by step")),
    ]


def spend_states() -> list[tuple[str, object]]:
    return [
        ("within", _("Within the budget")),
        ("waiting", _("Waits for a decision")),
        ("approved", _("Approved")),
        ("refused", _("Refused")),
    ]


class Project(models.Model):
    """One key account, VIP or opinion leader, with goals and a leader of its own (ABP-14). Begins at D1."""

    account_path = "account"
    is_internal = True
    owner_paths = ("leader", "created_by")
    duty_paths = ("leader",)

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="projects")
    contact = models.ForeignKey(
        Contact,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="projects",
        verbose_name=_("person"),
    )  # None: the account as a whole
    title = models.CharField(_("project"), max_length=200)
    leader = models.ForeignKey(
        _USER, on_delete=models.PROTECT, related_name="projects_led", verbose_name=_("leader")
    )
    vision = models.TextField(_("the leader's vision"), blank=True)  # TEAM-07
    goals = models.TextField(_("goals"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=project_states, default="preparing")
    level = models.PositiveSmallIntegerField(_("level"), choices=levels, default=1, validators=_LEVEL)
    level_since = models.DateField(_("at this level since"))
    budget = MinorUnitsField(_("budget"), null=True, blank=True)
    budget_purpose = models.CharField(_("what the budget is for"), max_length=300, blank=True)
    budget_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    started_on = models.DateField(_("started on"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    outcome = models.TextField(_("what came of it"), blank=True)
    created_by = models.ForeignKey(_USER, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["account__name", "pk"]
        indexes = [models.Index(fields=["account", "state"], name="plans_project_account")]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="plans_project_titled"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=4), name="plans_project_level"),
            models.CheckConstraint(
                condition=Q(budget=None) | (Q(budget__gte=0) & ~Q(budget_purpose="")),
                name="plans_project_budget_with_purpose",
            ),
            models.UniqueConstraint(
                fields=["contact"],
                condition=Q(state__in=["preparing", "running"], contact__isnull=False),
                name="plans_project_one_for_a_person",
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(state__in=["preparing", "running"], contact__isnull=True),
                name="plans_project_one_for_an_account",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state in ("preparing", "running")


class _OfProject(models.Model):
    account_path = "project__account"
    is_internal = True
    owner_paths = ("project__leader", "by")
    duty_paths = ("project__leader",)

    by = models.ForeignKey(_USER, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        abstract = True


class LevelChange(_OfProject):
    """A step of the level, up or down, with the reason."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="level_changes")
    before = models.PositiveSmallIntegerField(choices=levels)
    after = models.PositiveSmallIntegerField(choices=levels)
    why = models.CharField(_("why"), max_length=300)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.project_id} {self.before} {self.after}"


class JointRecord(_OfProject):
    """What leader and superior have settled together, one of each kind."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="records")
    kind = models.CharField(_("what"), max_length=12, choices=record_kinds)
    superior = models.ForeignKey(
        _USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("together with")
    )
    on = models.DateField(_("on"))
    text = models.TextField(_("what was settled"))

    class Meta:
        ordering = ["project", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["project", "kind"], name="plans_record_once"),
            models.CheckConstraint(condition=~Q(text=""), name="plans_record_said"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.kind}"


class CheckIn(_OfProject):
    """A look at the project together. The open one is due; how often they come follows the level."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="check_ins")
    due_on = models.DateField(_("due on"))
    held_on = models.DateField(_("held on"), null=True, blank=True)
    note = models.TextField(_("what was said"), blank=True)
    task = models.ForeignKey(Task, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["project", "-due_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project"], condition=Q(held_on=None), name="plans_check_in_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.due_on}"


class Spend(_OfProject):
    """Money of the project. Within the budget the leader decides alone, beyond it the superior does (MGT-05)."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="spends")
    what = models.CharField(_("what for"), max_length=200)
    amount = MinorUnitsField(_("amount"))
    on = models.DateField(_("on"))
    state = models.CharField(_("state"), max_length=8, choices=spend_states)
    approval = models.ForeignKey(Approval, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["project", "-on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0) & ~Q(what=""), name="plans_spend_said")
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.amount}"


class Autonomy(models.Model):
    """How often a project is looked at, at each level, and how soon its leader should be at which. One row."""

    days_1 = models.PositiveSmallIntegerField(_("days between check-ins at D1"), default=7)
    days_2 = models.PositiveSmallIntegerField(_("days between check-ins at D2"), default=14)
    days_3 = models.PositiveSmallIntegerField(_("days between check-ins at D3"), default=30)
    days_4 = models.PositiveSmallIntegerField(_("days between check-ins at D4"), default=90)
    expected = models.PositiveSmallIntegerField(
        _("level that is expected"), choices=levels, default=3, validators=_LEVEL
    )
    months = models.PositiveSmallIntegerField(_("months in which it is expected"), default=6)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="plans_autonomy_one_row"),
            models.CheckConstraint(
                condition=Q(days_1__gte=1, days_2__gte=models.F("days_1"), days_3__gte=models.F("days_2"))
                & Q(days_4__gte=models.F("days_3"), expected__gte=1, expected__lte=4, months__gte=1),
                name="plans_autonomy_fewer_with_the_level",
            ),
        ]

    def __str__(self) -> str:
        return "autonomy"
