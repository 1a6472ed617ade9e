"""What accounts need, by division and product family, and what we mean to do about it."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kamerton.accounts import choices as account_choices
from kamerton.accounts.models import Account
from kamerton.core.money import MinorUnitsField, ScaledIntegerField

_USER = settings.AUTH_USER_MODEL


def templates() -> list[tuple[str, str | Promise]]:
    return [
        ("free", _("Consumption and growth")),
        ("construction", _("Construction")),
        ("manufacturing", _("Manufacturing")),
    ]


def stages() -> list[tuple[str, str | Promise]]:
    return [
        ("found", _("Found")),
        ("talking", _("Talking")),
        ("offered", _("Offered")),
        ("won", _("Won")),
        ("lost", _("Lost")),
    ]


#: Stages in which an opportunity still asks for something.
OPEN_STAGES = ("found", "talking", "offered")


class Division(models.Model):
    """A part of an account that buys on its own: a plant, a business unit, a site. Companies are accounts."""

    account_path = "account"
    is_internal = True

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="divisions")
    name = models.CharField(_("name"), max_length=120)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(_USER, null=True, on_delete=models.SET_NULL, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["account", "name"], name="portfolio_division_once"),
            models.CheckConstraint(condition=~Q(name=""), name="portfolio_division_named"),
        ]

    def __str__(self) -> str:
        return self.name


class _Said(models.Model):
    """Who said it, when, from what, how sure."""

    dated = models.DateField(_("as of"))  # the day of which it speaks
    source_kind = models.CharField(
        _("source"), max_length=12, choices=account_choices.fact_sources, blank=True, default=""
    )
    source = models.CharField(_("which source"), max_length=300, blank=True)
    confidence = models.CharField(
        _("confidence"), max_length=10, choices=account_choices.confidences, default="likely"
    )
    note = models.TextField(_("note"), blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(_USER, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        abstract = True


class Sheet(_Said):
    """What a template was filled in with; its estimates are worked out from `inputs` and can be again."""

    account_path = "account"
    is_internal = True

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="potential_sheets")
    division = models.ForeignKey(
        Division,
        null=True,
        blank=True,
        on_delete=models.RESTRICT,
        related_name="+",
        verbose_name=_("division"),
    )
    template = models.CharField(_("template"), max_length=14, choices=templates)
    inputs = models.JSONField()  # amounts and quantities as text

    class Meta:
        ordering = ["-dated", "-pk"]

    def __str__(self) -> str:
        return f"{self.template} {self.dated}"


class EstimateQuerySet(models.QuerySet["Estimate"]):
    def current(self) -> EstimateQuerySet:
        """What counts today; the others are the history."""
        return self.filter(is_current=True)


class Estimate(_Said):
    """What one division needs of one family. A later estimate takes its place; nothing is overwritten.

    Amounts are a year, in the company's currency. `ours_now` and `gap` are worked out (actions.wallets): from the
    snapshot for a whole account, from `ours_typed` for a division, which the ledger does not know.
    """

    account_path = "account"
    is_internal = True

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="estimates")
    division = models.ForeignKey(
        Division, null=True, blank=True, on_delete=models.RESTRICT, related_name="estimates",
        verbose_name=_("division"),
    )  # fmt: skip
    family = models.CharField(_("product family"), max_length=200)
    # Need of the coming years, the next 12 months first, 1 to 5: "120000.00 130000.00" (years_text).
    years = models.CharField(_("need of the coming years"), max_length=120)
    short = MinorUnitsField(_("need, next 12 months"))
    long = MinorUnitsField(_("need, all years together"))
    competitor = models.CharField(_("competitor"), max_length=200, blank=True)
    competitors = MinorUnitsField(_("competitors’ sales a year"), null=True, blank=True)
    ours_typed = MinorUnitsField(_("our sales to the division a year"), null=True, blank=True)
    quantity = ScaledIntegerField(_("quantity a year"), places=3, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    price = MinorUnitsField(_("price they pay"), null=True, blank=True)
    satisfiable = models.PositiveSmallIntegerField(
        _("part that we can satisfy, %"), default=100, validators=[MaxValueValidator(100)]
    )
    sheet = models.ForeignKey(
        Sheet, null=True, blank=True, on_delete=models.SET_NULL, related_name="estimates"
    )
    ours_now = MinorUnitsField(_("ours, 12 months"), null=True)
    gap = MinorUnitsField(_("gap"), null=True)
    is_current = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    objects = EstimateQuerySet.as_manager()

    class Meta:
        ordering = ["family", "pk"]
        indexes = [
            models.Index(fields=["account", "is_current"], name="portfolio_estimate_account"),
            models.Index(fields=["is_current", "gap"], name="portfolio_estimate_gap"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "family"], condition=Q(is_current=True, division__isnull=True),
                name="portfolio_estimate_one_whole",
            ),
            models.UniqueConstraint(
                fields=["division", "family"], condition=Q(is_current=True, division__isnull=False),
                name="portfolio_estimate_one_division",
            ),
            models.CheckConstraint(
                condition=Q(short__gte=0, long__gte=0, satisfiable__lte=100)
                & (Q(competitors__isnull=True) | Q(competitors__gte=0)),
                name="portfolio_estimate_not_negative",
            ),
            models.CheckConstraint(condition=~Q(family=""), name="portfolio_estimate_family"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.account_id} {self.family}"

    @property
    def needs(self) -> tuple[Decimal, ...]:
        return tuple(Decimal(each) for each in self.years.split())


class WhyNot(models.Model):
    """An empty cell that is no opportunity, and why; open until somebody takes it back."""

    account_path = "account"
    is_internal = True

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="why_nots")
    division = models.ForeignKey(
        Division, null=True, blank=True, on_delete=models.RESTRICT, related_name="why_nots",
        verbose_name=_("division"),
    )  # fmt: skip
    family = models.CharField(_("product family"), max_length=200)
    reason = models.TextField(_("why not"))
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(_USER, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "family"], condition=Q(ended_at__isnull=True, division__isnull=True),
                name="portfolio_whynot_one_whole",
            ),
            models.UniqueConstraint(
                fields=["division", "family"], condition=Q(ended_at__isnull=True, division__isnull=False),
                name="portfolio_whynot_one_division",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="portfolio_whynot_says_why"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.reason


class OpportunityQuerySet(models.QuerySet["Opportunity"]):
    def open(self) -> OpportunityQuerySet:
        return self.filter(stage__in=OPEN_STAGES)

    def clashing_with(self, row: Opportunity) -> OpportunityQuerySet:
        """Open ones of other owners for the same family at the same account, oldest first (TEAM-05).

        The division does not matter: one client hears two offers.
        """
        if row.stage not in OPEN_STAGES:
            return self.none()
        others = self.open().filter(account=row.account_id, family=row.family)
        return others.exclude(owner=row.owner_id).order_by("created_at", "pk")


class Opportunity(models.Model):
    """A cell that somebody means to fill: what, how much, until when, who."""

    account_path = "account"
    is_internal = True
    owner_paths = ("owner",)
    duty_paths = ("owner",)

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="opportunities")
    division = models.ForeignKey(
        Division, null=True, blank=True, on_delete=models.RESTRICT, related_name="opportunities",
        verbose_name=_("division"),
    )  # fmt: skip
    family = models.CharField(_("product family"), max_length=200)
    title = models.CharField(_("what"), max_length=300)
    stage = models.CharField(_("stage"), max_length=8, choices=stages, default="found")
    amount = MinorUnitsField(_("amount a year"))
    expected_on = models.DateField(_("expected on"))
    owner = models.ForeignKey(
        _USER, on_delete=models.PROTECT, related_name="opportunities", verbose_name=_("owner")
    )
    note = models.TextField(_("note"), blank=True)
    outcome = models.CharField(_("why it was won or lost"), max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(_USER, null=True, on_delete=models.SET_NULL, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = OpportunityQuerySet.as_manager()

    class Meta:
        ordering = ["expected_on", "pk"]
        verbose_name = _("opportunity")
        indexes = [
            models.Index(fields=["account", "stage"], name="portfolio_opportunity_account"),
            models.Index(fields=["stage", "expected_on"], name="portfolio_opportunity_stage"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0) & ~Q(title=""), name="portfolio_opportunity_told"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Wallet(models.Model):
    """What the estimates of one account come to: made again with each of them and with each snapshot.

    Money a year. Only families with an estimate count, on both sides: what is not estimated is no need yet.
    """

    account_path = "account"
    is_internal = True

    account = models.OneToOneField(Account, primary_key=True, on_delete=models.CASCADE, related_name="wallet")
    short = MinorUnitsField(_("need, next 12 months"))
    long = MinorUnitsField(_("need, all years together"))
    a_year = MinorUnitsField(_("need a year, over the horizon"))
    horizon_years = models.PositiveSmallIntegerField(_("horizon in years"))
    ours = MinorUnitsField(_("ours, 12 months"))
    competitors = MinorUnitsField(_("competitors’ sales a year"))
    gap = MinorUnitsField(_("gap"))
    open = MinorUnitsField(_("nobody’s yet"))
    share = models.FloatField(_("share of wallet"), null=True)
    satisfiable = models.FloatField(_("part that we can satisfy"))
    income = MinorUnitsField(_("expected future income a year"))
    families = models.PositiveSmallIntegerField(_("families estimated"))
    confidence = models.CharField(_("confidence"), max_length=10, choices=account_choices.confidences)
    dated = models.DateField(_("as of"))  # of the oldest estimate in it
    near_only = models.BooleanField(_("only the next 12 months"))
    too_low = models.BooleanField(
        _("estimated too low")
    )  # in some family we sell more than is said to be needed
    figures_as_of = models.DateField(null=True)  # of the snapshot that `ours` is from; None: no sales
    renewed_at = models.DateTimeField()

    class Meta:
        ordering = ["-income", "account"]
        indexes = [models.Index(fields=["income"], name="portfolio_wallet_income")]

    def __str__(self) -> str:
        return f"{self.account_id}"
