"""Reports that people owe: what, how often, from whom; and each one that is or was due (RPT-01)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kamerton.access.models import User

_USER = settings.AUTH_USER_MODEL


def report_periods() -> list[tuple[str, object]]:
    return [
        ("weekly", _("Every week")),
        ("monthly", _("Every month")),
        ("quarterly", _("Every quarter")),
        ("yearly", _("Every year")),
    ]


def report_verdicts() -> list[tuple[str, object]]:
    return [
        ("", _("Not looked at")),
        ("yes", pgettext_lazy("report", "Reliable")),
        ("no", pgettext_lazy("report", "To be talked about")),
    ]


class ReportDuty(models.Model):
    """A report that some people owe for each period, so many days after it has ended."""

    name = models.CharField(_("report"), max_length=160, unique=True)
    what = models.TextField(_("what it should hold"), blank=True)
    period = models.CharField(_("how often"), max_length=10, choices=report_periods, default="monthly")
    days_after = models.PositiveSmallIntegerField(_("days after the period"), default=5)
    from_date = models.DateField(_("from"))  # no period that ended before is owed
    people = models.ManyToManyField(User, blank=True, related_name="report_duties", verbose_name=_("from"))
    is_active = models.BooleanField(_("in force"), default=True)
    created_by = models.ForeignKey(_USER, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="work_report_duty_named"),
            models.CheckConstraint(condition=Q(days_after__lte=60), name="work_report_duty_days"),
        ]

    def __str__(self) -> str:
        return self.name


class ReportDue(models.Model):
    """One report of one person for one period. Handed in late or not at all shows; it never judges a person (C15)."""

    is_internal = True
    owner_paths = ("person",)
    duty_paths = ("person",)

    duty = models.ForeignKey(ReportDuty, on_delete=models.CASCADE, related_name="dues")
    person = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="reports_due")
    period_start = models.DateField(_("period from"))
    period_end = models.DateField(_("period to"))
    due_on = models.DateField(_("due on"))
    task = models.ForeignKey("work.Task", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    handed_in_on = models.DateField(_("handed in on"), null=True, blank=True)
    text = models.TextField(_("the report, or where it lies"), blank=True)
    reliable = models.CharField(_("looked at"), max_length=3, choices=report_verdicts, blank=True, default="")
    judged_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    judged_note = models.CharField(_("what to talk about"), max_length=300, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["duty", "person", "period_start"], name="work_report_due_once"),
            models.CheckConstraint(condition=Q(handed_in_on=None) | ~Q(text=""), name="work_report_due_said"),
        ]
        indexes = [models.Index(fields=["person", "due_on"], name="work_report_due_person")]

    def __str__(self) -> str:
        return f"{self.duty_id} {self.person_id} {self.period_start}"
