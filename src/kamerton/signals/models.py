"""What needs attention now and why, what was done about it, and how each rule is set."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kamerton.access.secrecy import Secrecy, secrecy_choices
from kamerton.accounts.models import Account
from kamerton.core.money import MinorUnitsField
from kamerton.work.models import Task

_USER = settings.AUTH_USER_MODEL
_OPEN = Q(closed_at__isnull=True)


def closings() -> list[tuple[str, object]]:
    """Why a signal is no longer open."""
    return [("gone", _("The cause is gone")), ("off", _("The rule was switched off"))]


class SignalQuerySet(models.QuerySet["Signal"]):
    def open(self) -> SignalQuerySet:
        return self.filter(closed_at=None)

    def put_off(self, day: dt.date) -> SignalQuerySet:
        return self.open().filter(snoozed_until__gt=day)

    def waiting(self, day: dt.date) -> SignalQuerySet:
        """Open, not put off, and no task of it is open: what somebody has to look at."""
        seen = self.open().exclude(snoozed_until__gt=day)
        return seen.exclude(task__state="open")

    def most_costly_first(self) -> SignalQuerySet:
        """Money first, most of it first; then by weight; the older before the newer."""
        return self.order_by(F("severity").desc(nulls_last=True), "-weight", "opened_at", "pk")


class Signal(models.Model):
    """One cause that a rule found, from the day on which it was first there until it is gone.

    Of an account, of one of ours (`person`), or of the company as a whole (neither). While the cause lasts it stays
    this one row; `said` and `severity` follow the figures. Written by actions.evaluate alone, but for what people do
    about it.
    """

    account_path = "account"
    secrecy_path = "secrecy"
    is_internal = True

    rule = models.CharField(_("rule"), max_length=60)
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.CASCADE, related_name="signals",
        verbose_name=_("account"),
    )  # fmt: skip
    person = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    about = models.CharField(max_length=120, blank=True, default="")  # model:pk, where an account has several
    secrecy = models.PositiveSmallIntegerField(choices=secrecy_choices, default=Secrecy.INTERNAL)
    said = models.TextField()  # said.packed: told in the reader's language
    severity = MinorUnitsField(_("at stake, a year"), null=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    weight = models.PositiveSmallIntegerField(default=2)  # 3 first, where nothing is told in money
    figures = models.JSONField(default=list)  # names of figures that open
    opened_at = models.DateTimeField(_("since"))
    last_seen_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_why = models.CharField(max_length=8, choices=closings, blank=True, default="")
    snoozed_until = models.DateField(_("put off until"), null=True, blank=True)
    snooze_reason = models.CharField(_("why it is put off"), max_length=200, blank=True, default="")
    snoozed_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    snoozed_at = models.DateTimeField(null=True, blank=True)  # the last time
    task = models.ForeignKey(Task, null=True, blank=True, on_delete=models.SET_NULL, related_name="signals")
    acted_at = models.DateTimeField(null=True, blank=True)  # the first time
    acted_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = SignalQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        indexes = [
            models.Index(fields=["account", "closed_at"], name="signals_signal_account"),
            models.Index(fields=["rule", "opened_at"], name="signals_signal_rule"),
            models.Index(fields=["severity"], condition=_OPEN, name="signals_signal_open"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "account", "about"],
                condition=_OPEN & Q(account__isnull=False),
                name="signals_one_of_account",
            ),
            models.UniqueConstraint(
                fields=["rule", "person", "about"],
                condition=_OPEN & Q(person__isnull=False),
                name="signals_one_of_person",
            ),
            models.UniqueConstraint(
                fields=["rule", "about"],
                condition=_OPEN & Q(account__isnull=True, person__isnull=True),
                name="signals_one_of_company",
            ),
            models.CheckConstraint(
                condition=Q(account__isnull=True) | Q(person__isnull=True), name="signals_one_subject"
            ),
            models.CheckConstraint(
                condition=Q(snoozed_until__isnull=True) | ~Q(snooze_reason=""),
                name="signals_snoozed_with_reason",
            ),
            models.CheckConstraint(
                condition=(_OPEN & Q(closed_why="")) | (Q(closed_at__isnull=False) & ~Q(closed_why="")),
                name="signals_closed_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.account_id or self.person_id or ''} {self.about}".strip()

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class RuleSetting(models.Model):
    """What differs from the defaults of a rule. No row: it is on, with its defaults."""

    rule = models.CharField(max_length=60, unique=True)
    is_on = models.BooleanField(_("on"), default=True)
    thresholds = models.JSONField(default=dict)  # {name: number}
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(_USER, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["rule"]

    def __str__(self) -> str:
        return f"{self.rule} {'on' if self.is_on else 'off'}"


class Evaluation(models.Model):
    """When rules were last evaluated. One row, locked by whoever evaluates: two at once take turns."""

    last_at = models.DateTimeField(null=True)
    full_at = models.DateTimeField(null=True)  # of every account

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="signals_evaluation_one_row")]

    def __str__(self) -> str:
        return str(self.last_at)
