"""The plan that an account gets while we depend on it, and what keeps competitors out there (SEL-06)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kamerton.accounts.models import Account
from kamerton.portfolio.models.status import key_levels

_USER = settings.AUTH_USER_MODEL


def grades() -> list[tuple[str, object]]:
    return [("critical", _("Critical")), ("mono", _("Mono client"))]


def end_reasons() -> list[tuple[str, object]]:
    return [
        ("below", _("its share is no longer above the line")),
        ("gone", _("it no longer buys from us")),
        ("not_counted", _("the level at which we depended on it no longer counts")),
    ]


def barrier_kinds() -> list[tuple[str, object]]:
    return [
        ("contract", _("Contract")),
        ("integration", _("Technical integration")),
        ("stock", _("Our stock at their place")),
        ("training", _("Training of their people")),
        ("people", _("People who know one another")),
        ("price", _("Price agreement")),
        ("service", pgettext_lazy("barrier", "Service")),
        ("other", pgettext_lazy("barrier", "Something else")),
    ]


def barrier_states() -> list[tuple[str, object]]:
    return [
        ("idea", pgettext_lazy("barrier", "Idea")),
        ("in_work", pgettext_lazy("barrier", "In work")),
        ("stands", pgettext_lazy("barrier", "Stands")),
        ("lost", pgettext_lazy("barrier", "Fallen")),
    ]


class ProtectionQuerySet(models.QuerySet["Protection"]):
    def current(self) -> ProtectionQuerySet:
        """Without those of accounts that were merged into another."""
        return self.filter(account__merged_into=None)

    def in_force(self) -> ProtectionQuerySet:
        """Those of accounts on which we depend today."""
        return self.current().filter(spans__until=None).distinct()


class Protection(models.Model):
    """One account has one plan, with its barriers; it is in force while a span of dependence is open.

    The goal is always maximum loyalty; `goal` says what that means at this account.
    """

    account_path = "account"
    is_internal = True

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="protections")
    goal = models.TextField(_("what maximum loyalty means here"), blank=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = ProtectionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["account"], name="portfolio_protection_once")]

    def __str__(self) -> str:
        return str(self.account_id)


class Dependence(models.Model):
    """From a day until another we depend on the account past the critical line. What ended stays.

    Grade, level and share: the gravest place by the newest figures; `places` all of them, gravest first.
    """

    account_path = "plan__account"
    is_internal = True

    plan = models.ForeignKey(Protection, on_delete=models.CASCADE, related_name="spans")
    since = models.DateField(_("since"))  # the day of the figures that showed it
    until = models.DateField(_("until"), null=True, blank=True)  # of those that no longer do
    grade = models.CharField(_("dependence"), max_length=8, choices=grades)
    level = models.CharField(_("level"), max_length=12, choices=key_levels)
    of = models.CharField(_("department or manager"), max_length=500, blank=True)
    share = models.FloatField(_("share"))
    line = models.FloatField(_("line"))
    places = models.JSONField(default=list)  # [{"level", "of", "grade", "share", "line"}]
    end_why = models.CharField(_("why it ended"), max_length=12, choices=end_reasons, blank=True, default="")
    end_share = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ["-since", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan"], condition=Q(until=None), name="portfolio_dependence_one_open"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="portfolio_dependence_days"
            ),
            models.CheckConstraint(
                condition=Q(until=None, end_why="") | (Q(until__isnull=False) & ~Q(end_why="")),
                name="portfolio_dependence_ends_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.grade} {self.since}"


class Barrier(models.Model):
    """What keeps a competitor from selling there, or even from appearing. One that stands is shown by something."""

    account_path = "plan__account"
    is_internal = True

    plan = models.ForeignKey(Protection, on_delete=models.CASCADE, related_name="barriers")
    kind = models.CharField(_("kind"), max_length=12, choices=barrier_kinds)
    what = models.CharField(_("what"), max_length=300)
    against = models.CharField(_("against which competitor"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=barrier_states, default="idea")
    owner = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("owner"))
    since = models.DateField(_("stands since"), null=True, blank=True)
    evidence = models.TextField(_("what shows it"), blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(_USER, null=True, on_delete=models.SET_NULL, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(what=""), name="portfolio_barrier_told"),
            models.CheckConstraint(
                condition=~Q(state="stands") | (~Q(evidence="") & Q(since__isnull=False)),
                name="portfolio_barrier_stands_shown",
            ),
        ]

    def __str__(self) -> str:
        return self.what
