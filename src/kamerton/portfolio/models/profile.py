"""The company's own rules."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from kamerton.core.money import MinorUnitsField

_SHARE = [MinValueValidator(0.0), MaxValueValidator(1.0)]
_YEARS = [MinValueValidator(1), MaxValueValidator(8)]


def bases() -> list[tuple[str, object]]:
    return [("income", _("Income")), ("turnover", _("Turnover"))]


class Profile(models.Model):
    """The company's own rules: the basis and every threshold, one column each. One row.

    The columns up to `year_tolerance_days` carry the names and defaults of analytics.model.Thresholds; a test
    holds them together. Those after it are read by pages and forms alone: a change of them needs no new figures.
    Shares are parts of one: 0.1 is 10 %.
    """

    basis = models.CharField(_("basis"), max_length=10, choices=bases, default="income")
    share_key = models.FloatField(_("key from (share, strictly above)"), default=0.10, validators=_SHARE)
    share_critical = models.FloatField(
        _("critical from (share, strictly above)"), default=0.20, validators=_SHARE
    )
    share_mono = models.FloatField(
        _("mono client from (share, strictly above)"), default=0.70, validators=_SHARE
    )
    amount_key = MinorUnitsField(_("key from (amount a year)"), null=True, blank=True)
    pareto_share = models.FloatField(_("Pareto: part of the amount"), default=0.80, validators=_SHARE)
    pareto_top = models.FloatField(_("Pareto: part of the accounts"), default=0.20, validators=_SHARE)
    key_share_low = models.FloatField(_("key accounts together, at least"), default=0.60, validators=_SHARE)
    key_share_high = models.FloatField(_("key accounts together, at most"), default=0.80, validators=_SHARE)
    abc_a = models.FloatField(_("class A up to"), default=0.80, validators=_SHARE)
    abc_b = models.FloatField(_("class B up to"), default=0.95, validators=_SHARE)
    xyz_x = models.FloatField(_("class X up to"), default=0.10, validators=[MinValueValidator(0.0)])
    xyz_y = models.FloatField(_("class Y up to"), default=0.25, validators=[MinValueValidator(0.0)])
    innovator = models.FloatField(_("innovators"), default=0.025, validators=_SHARE)
    early_adopter = models.FloatField(_("early adopters"), default=0.135, validators=_SHARE)
    lapsed_quantile = models.FloatField(
        _("lapsed: quantile of the own gaps"), default=0.95, validators=_SHARE
    )
    lapsed_min_days = models.PositiveIntegerField(_("lapsed: at least, in days"), default=60)
    lapsed_min_gaps = models.PositiveIntegerField(_("lapsed: gaps needed to tell"), default=3)
    low_income_ratio = models.FloatField(
        _("low income: part of the turnover share"), default=0.5, validators=_SHARE
    )
    alert_quarters = models.PositiveIntegerField(_("margin alert after falling quarters"), default=3)
    neglected_growth = models.FloatField(
        _("neglected: growth from"), default=0.25, validators=[MinValueValidator(0.0)]
    )
    neglected_silence = models.FloatField(
        _("neglected: silence, times the usual gap"), default=2.0, validators=[MinValueValidator(1.0)]
    )
    ltv_horizon_years = models.PositiveIntegerField(
        _("lifetime value: horizon in years"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
    )
    ltv_discount_rate = models.FloatField(
        _("lifetime value: discount a year"), default=0.10, validators=_SHARE
    )
    health_growth = models.FloatField(_("health: weight of growth"), default=0.35, validators=_SHARE)
    health_payment = models.FloatField(_("health: weight of payment"), default=0.20, validators=_SHARE)
    health_service = models.FloatField(_("health: weight of service"), default=0.15, validators=_SHARE)
    health_relationship = models.FloatField(
        _("health: weight of the relationship"), default=0.20, validators=_SHARE
    )
    health_plan = models.FloatField(
        _("health: weight of the plan's progress"), default=0.10, validators=_SHARE
    )
    health_good = models.PositiveIntegerField(
        _("health: good from"), default=67, validators=[MaxValueValidator(100)]
    )
    health_poor = models.PositiveIntegerField(
        _("health: poor to"), default=33, validators=[MaxValueValidator(100)]
    )
    seller_years = models.PositiveSmallIntegerField(
        _("portfolios of sellers: years"), default=3, validators=[MinValueValidator(3), MaxValueValidator(8)]
    )
    year_tolerance_days = models.PositiveIntegerField(_("partial year: missing days tolerated"), default=15)

    sector_years = models.PositiveSmallIntegerField(
        _("need: years of building plans"), default=3, validators=_YEARS
    )
    strategic_years = models.PositiveSmallIntegerField(
        _("need: years of the long horizon"), default=5, validators=_YEARS
    )
    protect_managers = models.BooleanField(
        _("plans against losing accounts also where one manager alone depends on them"), default=False
    )
    churn_baseline = models.FloatField(
        _("customers that change in a year, to compare with"), default=0.5, validators=_SHARE
    )
    few_fifth = models.FloatField(
        _("few make much: the largest fifth makes, at least"), default=0.8, validators=_SHARE
    )
    few_five = models.FloatField(
        _("few make much: the five largest make, at least"), default=0.5, validators=_SHARE
    )
    concentrating_by = models.FloatField(
        _("customers concentrate: the five largest make more by, at least"), default=0.01, validators=_SHARE
    )
    overlapping_from = models.FloatField(
        _("sellers overlap: on turnover of, at least"), default=0.1, validators=_SHARE
    )
    wide_unit = models.PositiveSmallIntegerField(
        _("wide decision unit: people, at least"), default=4, validators=[MinValueValidator(1)]
    )
    most_accounts = models.FloatField(
        _("condition met: by so much of the accounts, at least"), default=0.5, validators=_SHARE
    )
    team_from = models.PositiveSmallIntegerField(
        _("team: people of ours at an account, at least"), default=3, validators=[MinValueValidator(1)]
    )
    long_years = models.PositiveSmallIntegerField(
        _("long relation: years, at least"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
    )
    between_from = models.FloatField(
        _("neither traditional nor new: so much of key accounts, at least"), default=0.25, validators=_SHARE
    )
    new_way_from = models.FloatField(
        _("the new way: so much of key accounts, at least"), default=0.75, validators=_SHARE
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="portfolio_profile_one_row")]

    def __str__(self) -> str:
        return f"profile: {self.basis}"
