"""Who is key since when, at which level, for which reasons, decided by whom: with its whole history."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kamerton.accounts.models import Account
from kamerton.portfolio.models.status import definitions, key_levels
from kamerton.work.models import Approval

_USER = settings.AUTH_USER_MODEL


class KeyStatusQuerySet(models.QuerySet["KeyStatus"]):
    def held(self) -> KeyStatusQuerySet:
        """Open today. What stayed with an account that was merged into another counts for nothing."""
        return self.filter(until=None, account__merged_into=None)


class KeyStatus(models.Model):
    """One account is key from a day until another. What ended stays; a change of level or reasons is a new row.

    `of`: the department or the manager at those levels. A large income is welcome and a danger at once: where it
    is a reason, the benefit and the risk are written down together (C20).
    """

    account_path = "account"
    is_internal = True

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="key_statuses")
    level = models.CharField(_("level"), max_length=12, choices=key_levels, default="company")
    of = models.CharField(_("department or manager"), max_length=500, blank=True)
    from_date = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    why = models.TextField(_("reasons"))
    counter = models.JSONField(
        _("what speaks against it"), default=list, blank=True
    )  # sentences, as they were
    benefit = models.TextField(_("what we gain by the dependence"), blank=True)
    risk = models.TextField(_("what the dependence endangers"), blank=True)
    note = models.CharField(max_length=400, blank=True)  # why no hand-over could begin
    approval = models.ForeignKey(Approval, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    proposed_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    end_reason = models.TextField(_("why it ended"), blank=True)
    ended_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = KeyStatusQuerySet.as_manager()

    class Meta:
        ordering = ["-from_date", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(until=None), name="portfolio_keystatus_one_held"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("from_date")), name="portfolio_keystatus_days"
            ),
            models.CheckConstraint(
                condition=Q(benefit="", risk="") | (~Q(benefit="") & ~Q(risk="")),
                name="portfolio_keystatus_benefit_with_risk",
            ),
            models.CheckConstraint(
                condition=Q(until=None, end_reason="") | (Q(until__isnull=False) & ~Q(end_reason="")),
                name="portfolio_keystatus_ends_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.level} {self.from_date}"


class KeyReason(models.Model):
    """One of the six definitions that holds, with its evidence, who said so and when (SEL-01)."""

    account_path = "status__account"
    is_internal = True

    status = models.ForeignKey(KeyStatus, on_delete=models.CASCADE, related_name="reasons")
    definition = models.CharField(_("definition"), max_length=12, choices=definitions)
    evidence = models.TextField(_("evidence"))
    dated = models.DateField(_("of"))  # the day to which the evidence belongs
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(_USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    end_reason = models.CharField(_("why it no longer holds"), max_length=400, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["status", "definition"], name="portfolio_keyreason_once"),
            models.CheckConstraint(condition=~Q(evidence=""), name="portfolio_keyreason_shown"),
        ]

    def __str__(self) -> str:
        return f"{self.status_id} {self.definition}"
