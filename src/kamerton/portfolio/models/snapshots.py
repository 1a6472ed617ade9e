"""What pages show: the figures of all accounts at a date, by stated rules, from a stated ledger version."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kamerton.core.money import MinorUnitsField
from kamerton.ledger.models import LedgerVersion
from kamerton.portfolio.models.profile import bases


def levels() -> list[tuple[str, object]]:
    return [("account", _("Accounts")), ("group", _("Groups"))]


def states() -> list[tuple[str, object]]:
    return [
        ("new", _("New")),
        ("retained", _("Retained")),
        ("reactivated", _("Back again")),
        ("lapsed", _("Lapsed")),
        ("lost", _("Lost")),
    ]


def standings() -> list[tuple[str, object]]:
    return [("good", _("Good")), ("middling", _("Middling")), ("poor", _("Poor"))]


class Snapshot(models.Model):
    """One analysis, kept: of one level, at one date, by one profile, from one ledger version."""

    ledger_version = models.ForeignKey(LedgerVersion, on_delete=models.PROTECT, related_name="snapshots")
    as_of = models.DateField()
    level = models.CharField(max_length=10, choices=levels)
    basis = models.CharField(max_length=10, choices=bases)  # used; income falls back where no cost is known
    basis_asked = models.CharField(max_length=10, choices=bases)
    basis_note = models.TextField(blank=True)
    currency = models.CharField(max_length=3)
    profile = models.JSONField()  # rules.profile_to_json: basis and every threshold
    profile_digest = models.CharField(max_length=64)
    figures = models.JSONField()  # of the whole company: rules.analysis_to_json and series
    views = models.JSONField()  # seller_view, adoption, families, outlook: large, for pages of their own
    accounts = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)  # of the figures and of every account's row
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-ledger_version__number", "-as_of", "-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["ledger_version", "as_of", "profile_digest", "level"], name="portfolio_snapshot_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.as_of}"


class AccountFigureQuerySet(models.QuerySet["AccountFigure"]):
    def search(self, text: str) -> AccountFigureQuerySet:
        """Every word of `text` stands somewhere in name, id or group, whatever the case, in any script."""
        found = self
        for word in text.casefold().split():
            found = found.filter(search_text__contains=word)
        return found

    def slipping(self) -> AccountFigureQuerySet:
        """Still buying, and less than in the 12 months before (on the basis); most money first."""
        return self.filter(is_slipping=True).order_by("basis_change", "account")

    def lost(self) -> AccountFigureQuerySet:
        """Bought in the 12 months before and not since; most money first."""
        return self.filter(is_lost=True).order_by("-basis_before", "account")

    def lapsed(self) -> AccountFigureQuerySet:
        """Silent for longer than their own rhythm; most money first."""
        return self.filter(state="lapsed").order_by("-basis_amount", "account")

    def neglected(self) -> AccountFigureQuerySet:
        """Small accounts that grow fast and have not bought for long; fastest growth first."""
        return self.filter(is_neglected=True).order_by("-turnover_growth", "account")

    def key(self) -> AccountFigureQuerySet:
        return self.filter(is_key=True).order_by("-basis_amount", "rank")

    def dependent(self) -> AccountFigureQuerySet:
        """Past the critical line: what hurts most first."""
        return self.exclude(dependency="").order_by("-basis_amount", "rank")

    def at_stake(self) -> AccountFigureQuerySet:
        """More likely than others to leave or to shrink hard; most money at risk first."""
        return self.filter(is_at_risk=True).order_by("-at_risk", "rank")

    def ailing(self) -> AccountFigureQuerySet:
        """Poor health, most money first."""
        return self.filter(health_standing="poor").order_by("-basis_amount", "rank")

    def margin_alerts(self) -> AccountFigureQuerySet:
        return self.filter(margin_falling=True).order_by("-basis_amount", "rank")


class AccountFigure(models.Model):
    """One account (or group) in one snapshot. Money is in the snapshot's currency; None: cannot be told.

    window: the 12 months to as_of. previous: the 12 months before. basis_*: on the basis of the snapshot.
    What a table neither sorts nor filters by stands apart in AccountSeries, so that scans stay short.
    """

    account_number_path = "account"

    id = models.BigIntegerField(primary_key=True)  # rules.row_id: known before it is written

    snapshot = models.ForeignKey(
        Snapshot, on_delete=models.CASCADE, related_name="account_figures", db_index=False
    )
    account = models.CharField(_("account"), max_length=500)
    name = models.CharField(_("name"), max_length=500)
    group = models.CharField(_("group"), max_length=500, blank=True)
    seller = models.CharField(_("seller"), max_length=500, blank=True)  # the latest
    search_text = models.TextField()
    rank = models.PositiveIntegerField(_("rank"))  # by turnover over all time, from 1
    turnover = MinorUnitsField(_("turnover"))
    cost = MinorUnitsField(_("cost"), null=True)
    income = MinorUnitsField(_("income"), null=True)
    share_turnover = models.FloatField(null=True)
    share_income = models.FloatField(null=True)
    window_turnover = MinorUnitsField(_("turnover, 12 months"))
    window_income = MinorUnitsField(_("income, 12 months"), null=True)
    window_share_turnover = models.FloatField(_("share of turnover"), null=True)
    window_share_income = models.FloatField(_("share of income"), null=True)
    previous_turnover = MinorUnitsField(_("turnover, 12 months before"))
    previous_income = MinorUnitsField(_("income, 12 months before"), null=True)
    basis_amount = MinorUnitsField(_("amount"))
    basis_before = MinorUnitsField(_("amount before"))
    basis_change = MinorUnitsField(_("change"))
    basis_share = models.FloatField(_("share"), null=True)
    growth_rate = models.FloatField(
        _("growth"), null=True
    )  # basis_change / basis_before; None unless before > 0
    turnover_growth = models.FloatField(_("growth of turnover"), null=True)
    margin = models.FloatField(_("margin"), null=True)  # income / turnover in the window
    abc = models.CharField(_("ABC"), max_length=1, blank=True)
    xyz = models.CharField(_("XYZ"), max_length=1, blank=True)
    is_key = models.BooleanField(_("key"))
    reasons = models.JSONField()  # codes
    dependency = models.CharField(_("dependency"), max_length=10, blank=True)  # critical | mono
    warnings = models.JSONField()  # codes
    margin_falling = models.BooleanField()
    low_income = models.BooleanField()
    # Membership of the lists of analytics.attention, which defines them.
    is_slipping = models.BooleanField()
    is_lost = models.BooleanField()
    is_neglected = models.BooleanField()
    state = models.CharField(_("state"), max_length=12, choices=states)
    returned = MinorUnitsField(_("returned"))
    gross = MinorUnitsField(_("sold before returns"))
    returns_rate = models.FloatField(_("returns"), null=True)
    first_date = models.DateField(_("first document"))
    last_date = models.DateField(_("last document"))
    last_purchase = models.DateField(_("last purchase"), null=True)
    silent_days = models.PositiveIntegerField(_("days since"), null=True)
    usual_gap_days = models.FloatField(_("usual gap"), null=True)
    long_gap_days = models.FloatField(null=True)
    purchase_days = models.PositiveIntegerField(_("purchase days"))
    documents = models.PositiveIntegerField(_("documents"))
    lifetime_value = MinorUnitsField(_("lifetime value"), null=True)
    lifetime_method = models.CharField(max_length=40)
    p_alive = models.FloatField(_("chance that it still buys"), null=True)
    # What may come (analytics.churn): None for whoever has not bought for 12 months.
    risk = models.FloatField(_("risk of losing it, or half of it"), null=True)
    risk_lost = models.FloatField(_("risk of losing it"), null=True)
    risk_method = models.CharField(max_length=10, blank=True, default="")  # own_past | default | gone
    at_risk = MinorUnitsField(_("at risk"), null=True)  # on the basis, the least that is to be expected
    health = models.PositiveSmallIntegerField(_("health"), null=True)  # analytics.health
    health_standing = models.CharField(max_length=8, choices=standings, blank=True, default="")
    health_change = models.SmallIntegerField(null=True)  # what the ledger moved in four weeks
    is_at_risk = models.BooleanField(default=False)  # membership, as the lists above
    risk_before = models.FloatField(null=True)  # what was to be told a year before, by what was known then
    health_before = models.PositiveSmallIntegerField(null=True)

    objects = AccountFigureQuerySet.as_manager()

    class Meta:
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "account"], name="portfolio_figure_once"),
        ]
        # One for each column that a table of 20,000 accounts is usually sorted by; rank settles ties.
        indexes = [
            models.Index(fields=["snapshot", "rank"], name="portfolio_fig_rank"),
            *(
                models.Index(fields=["snapshot", column, "rank"], name=f"portfolio_fig_{column}"[:30])
                for column in (
                    "name",
                    "group",
                    "turnover",
                    "window_turnover",
                    "window_income",
                    "basis_amount",
                    "basis_change",
                    "growth_rate",
                    "last_purchase",
                    "lifetime_value",
                    "returns_rate",
                    "at_risk",
                    "health",
                )
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.name}"

    # Lists fetch the series with the rows: queries.listed.

    @property
    def by_year(self) -> dict[str, dict[str, str | None]]:
        return self.series.by_year

    @property
    def growth(self) -> dict[str, float | None]:
        return self.series.growth

    @property
    def months(self) -> list[tuple[str, str, str | None]]:
        return self.series.months


class AccountSeries(models.Model):
    """One account over time, in one snapshot."""

    # Both go when their snapshot goes; telling the database so twice would have it look for each row.
    figure = models.OneToOneField(
        AccountFigure, primary_key=True, on_delete=models.DO_NOTHING, related_name="series"
    )
    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="+")
    by_year = models.JSONField()  # {"2025": {"turnover": "1.00", "income": "0.50" or null}}
    growth = models.JSONField()  # {"2025": 0.1 or null}
    months = models.JSONField()  # the last 24, oldest first: [["2024-03", "12.00", "4.00" or null]]
    # [[place in the snapshot's views["families"]["names"], cents of the window, cents of the one before]]
    families = models.JSONField(default=list)
    outlook = models.JSONField(
        default=dict
    )  # portfolio.outlook: reasons of the risk, parts and weeks of health

    def __str__(self) -> str:
        return str(self.figure_id)
