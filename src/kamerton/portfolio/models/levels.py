"""What each seller sold to each account in the window: from it the shares of departments and managers are told."""

from __future__ import annotations

from django.db import models

from kamerton.core.money import MinorUnitsField
from kamerton.portfolio.models.snapshots import Snapshot


class SellerAmount(models.Model):
    """One seller of the ledger and one account, in one snapshot; only where something was sold or returned."""

    account_number_path = "account"

    snapshot = models.ForeignKey(
        Snapshot, on_delete=models.CASCADE, related_name="seller_amounts", db_index=False
    )
    seller = models.CharField(max_length=500)
    account = models.CharField(max_length=500)
    turnover = MinorUnitsField()
    income = MinorUnitsField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "account", "seller"], name="portfolio_seller_amount_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.seller} {self.account}"
