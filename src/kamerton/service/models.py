"""Claims and complaints of customers: what is wrong, whose it is, its clock, and what came of it."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kamerton.access.secrecy import Secrecy, secrecy_choices
from kamerton.accounts.models import Account, Contact
from kamerton.core.money import MinorUnitsField
from kamerton.portfolio.models import ErrorImpact
from kamerton.service import choices
from kamerton.work.models import Request

_USER = settings.AUTH_USER_MODEL


def _from_to(low: int, high: int) -> list[MinValueValidator | MaxValueValidator]:
    return [MinValueValidator(low), MaxValueValidator(high)]


class ClaimTerms(models.Model):
    """How fast claims are handled, in working hours and days, and what their kinds are called. One row, pk 1."""

    acknowledge_hours = models.PositiveSmallIntegerField(
        _("working hours to acknowledge"), default=8, validators=_from_to(1, 200)
    )
    answer_days = models.PositiveSmallIntegerField(
        _("working days to answer"), default=5, validators=_from_to(1, 200)
    )
    settle_days = models.PositiveSmallIntegerField(
        _("working days to settle"), default=20, validators=_from_to(1, 400)
    )
    key_acknowledge_hours = models.PositiveSmallIntegerField(
        _("working hours to acknowledge, key accounts"), default=2, validators=_from_to(1, 200)
    )
    key_answer_days = models.PositiveSmallIntegerField(
        _("working days to answer, key accounts"), default=2, validators=_from_to(1, 200)
    )
    key_settle_days = models.PositiveSmallIntegerField(
        _("working days to settle, key accounts"), default=10, validators=_from_to(1, 400)
    )
    opens = models.PositiveSmallIntegerField(_("work begins, hour"), default=8, validators=_from_to(0, 23))
    closes = models.PositiveSmallIntegerField(_("work ends, hour"), default=17, validators=_from_to(1, 24))
    saturday = models.BooleanField(_("Saturday is a working day"), default=False)
    words = models.JSONField(default=dict, blank=True)  # kind -> what the company calls it
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="service_terms_one_row"),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="service_terms_hours"),
        ]

    def __str__(self) -> str:
        return "terms"


class Claim(models.Model):
    """One claim. Its `..._by` are moments until when something is due; `due_at` is the next of those, None: closed.

    Amounts are in `currency`. `priority`: rules.EXPEDITED, rules.KEY, rules.ORDINARY. Its history is its trail.
    """

    account_path = "account"
    secrecy_path = "secrecy"
    is_internal = True
    owner_paths = ("owner",)
    duty_paths = ("owner",)

    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="claims", verbose_name=_("account")
    )
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="claims",
        verbose_name=_("who complained"),
    )  # fmt: skip
    channel = models.CharField(
        _("how it came"), max_length=10, choices=choices.claim_channels, default="phone"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=choices.claim_kinds, default="quality")
    subject = models.CharField(_("what is wrong"), max_length=200)
    text = models.TextField(_("in detail"), blank=True)
    reference = models.CharField(_("order or document"), max_length=120, blank=True)
    product = models.CharField(_("product or family"), max_length=200, blank=True)
    amount = MinorUnitsField(_("amount claimed"), null=True, blank=True)
    credit = MinorUnitsField(_("credit agreed"), null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    severity = models.PositiveSmallIntegerField(_("how grave"), choices=choices.severities, default=2)
    secrecy = models.PositiveSmallIntegerField(
        _("secrecy"), choices=secrecy_choices, default=Secrecy.INTERNAL
    )
    owner = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="claims", verbose_name=_("owner"))
    requests = models.ManyToManyField(
        Request, blank=True, related_name="claims"
    )  # what departments were asked

    state = models.CharField(_("state"), max_length=12, choices=choices.claim_states, default="received")
    priority = models.PositiveSmallIntegerField(default=2)
    received_at = models.DateTimeField(_("received"))
    acknowledge_by = models.DateTimeField()
    answer_by = models.DateTimeField()
    settle_by = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(_("answer to the customer"), blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    expedited_at = models.DateTimeField(null=True, blank=True)
    expedite_reason = models.CharField(_("why it goes first"), max_length=300, blank=True)

    closed_at = models.DateTimeField(null=True, blank=True)
    cause = models.CharField(
        _("where it came from"), max_length=10, choices=choices.causes, blank=True, default=""
    )
    cause_text = models.TextField(_("cause"), blank=True)
    solution = models.TextField(_("agreed solution"), blank=True)
    satisfied = models.CharField(
        _("is the customer satisfied"), max_length=10, choices=choices.satisfactions, blank=True, default=""
    )
    lesson = models.TextField(_("lesson"), blank=True)
    reopenings = models.PositiveSmallIntegerField(default=0)
    error = models.ForeignKey(
        ErrorImpact, null=True, blank=True, on_delete=models.SET_NULL, related_name="claims",
        verbose_name=_("in the log of mistakes"),
    )  # fmt: skip
    created_by = models.ForeignKey(_USER, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["priority", F("due_at").asc(nulls_last=True), "pk"]
        indexes = [
            models.Index(fields=["account", "state"], name="service_claim_account"),
            models.Index(fields=["owner", "state"], name="service_claim_owner"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(subject=""), name="service_claim_said"),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0), name="service_claim_amount"
            ),
            models.CheckConstraint(
                condition=Q(credit=None) | Q(credit__gte=0), name="service_claim_credit"
            ),
            models.CheckConstraint(
                condition=Q(expedited_at=None) | ~Q(expedite_reason=""), name="service_claim_expedited_why"
            ),
            models.CheckConstraint(
                condition=Q(state__in=choices.OPEN_STATES, closed_at=None)
                | Q(
                    ~Q(cause=""), ~Q(solution=""), ~Q(satisfied=""), ~Q(lesson=""),
                    state__in=choices.CLOSED_STATES, closed_at__isnull=False, due_at=None,
                ),
                name="service_claim_closed_with_outcome",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.subject

    @property
    def is_open(self) -> bool:
        return self.state in choices.OPEN_STATES
