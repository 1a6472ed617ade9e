"""What pages ask of the portfolio. No scan of the ledger, no fit: snapshots only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.db.models import F, Prefetch

from kamerton.analytics.model import Level, Question
from kamerton.core.models import Company
from kamerton.ledger.models import LedgerVersion
from kamerton.portfolio import rules
from kamerton.portfolio.models import (
    AccountFigure,
    AccountFigureQuerySet,
    AccountSeries,
    Profile,
    Snapshot,
)


def profile() -> Profile:
    """The company's profile; its defaults where nobody has set it."""
    return Profile.objects.filter(pk=1).first() or Profile(pk=1)


def profile_columns() -> frozenset[str]:
    """Those that the analysis reads: when one changes, the figures do."""
    return frozenset({"basis", *rules.threshold_columns()})


def settings_columns() -> frozenset[str]:
    """All of them, also those that only pages and forms read."""
    return frozenset(field.name for field in Profile._meta.fields) - {"id"}


def question(of: Profile) -> Question:
    """What the profile asks of the ledger, in the company's currency."""
    columns = {name: getattr(of, name) for name in profile_columns()}
    company = Company.objects.filter(pk=1).first()
    return Question(
        basis=of.basis,  # type: ignore[arg-type]
        currency=company.currency if company else "",
        thresholds=rules.thresholds_of(columns),
    )


def with_date(asked: Question, *, as_of: date, level: Level) -> Question:
    return replace(asked, as_of=as_of, level=level)


def latest_snapshot(level: Level = "account", *, with_figures: bool = True) -> Snapshot | None:
    """The snapshot that pages show; None: nothing is there (no import, or all withdrawn). Two queries.

    Lists of accounts do without the company's figures, which are wide: `with_figures=False`.
    """
    version = LedgerVersion.objects.first()
    if version is None or not version.batches:
        return None
    newest = Snapshot.objects.filter(level=level).defer("views").select_related("ledger_version")
    if not with_figures:
        newest = newest.defer("figures")
    return newest.order_by("-ledger_version__number", "-as_of", "-created_at", "-pk").first()


def is_current(snapshot: Snapshot) -> bool:
    """False: the ledger or the profile has changed since, and newer figures are on their way. Two queries."""
    asked = question(profile())
    digest = rules.digest(rules.profile_to_json(asked.basis, asked.thresholds))
    newest = LedgerVersion.objects.values_list("pk", flat=True).first()
    return snapshot.ledger_version_id == newest and snapshot.profile_digest == digest


def history(level: Level = "account") -> list[Snapshot]:
    """One snapshot for each month that was kept, oldest first; their figures are fetched when asked for."""
    kept = Snapshot.objects.filter(level=level).defer("figures", "views")
    return list(kept.order_by("as_of"))


# --- accounts --------------------------------------------------------------------------------------------

#: Column of a table of accounts -> the field that it is sorted by.
SORTS: dict[str, str] = {
    **{
        name: name
        for name in [
            "rank",
            "name",
            "group",
            "account",
            "seller",
            "turnover",
            "income",
            "window_turnover",
            "window_income",
            "previous_turnover",
            "basis_amount",
            "basis_change",
            "growth_rate",
            "margin",
            "abc",
            "xyz",
            "state",
            "last_purchase",
            "lifetime_value",
            "p_alive",
            "returns_rate",
            "documents",
            "risk",
            "at_risk",
            "health",
            "health_change",
        ]
    },
    "basis_share": "basis_amount",  # the same order, by an index
    "window_share_turnover": "window_turnover",
    "window_share_income": "window_income",
}


def account_figures(snapshot: Snapshot) -> AccountFigureQuerySet:
    """The accounts of a snapshot by rank; narrow it with the methods of AccountFigureQuerySet."""
    return AccountFigure.objects.filter(snapshot=snapshot)


def key_numbers(among: Collection[str] | None = None) -> frozenset[str]:
    """The numbers of the accounts that the newest snapshot calls key; of `among` only, where given. Three queries."""
    snapshot = latest_snapshot(with_figures=False)
    if snapshot is None:
        return frozenset()
    rows = AccountFigure.objects.filter(snapshot=snapshot, is_key=True)
    if among is not None:
        rows = rows.filter(account__in=among)
    return frozenset(rows.values_list("account", flat=True))


def sorted_figures(
    figures: AccountFigureQuerySet, column: str, *, descending: bool = True
) -> AccountFigureQuerySet:
    """Ordered by a key of SORTS, what cannot be told last, ties by rank. Raises KeyError for another."""
    field = F(SORTS[column])
    order = field.desc(nulls_last=True) if descending else field.asc(nulls_last=True)
    return figures.order_by(order, "rank")


def listed(figures: AccountFigureQuerySet, columns: Collection[str] | None = None) -> AccountFigureQuerySet:
    """For a table: with the months that its sparklines draw, without what only an account's page shows.

    `columns`: these alone beside id, account and name ("months" among them); another costs a query a row.
    """
    shown = figures.defer("search_text")
    if columns is not None:
        shown = figures.only("snapshot", "account", "name", *(set(columns) - {"months"}))
        if "months" not in columns:
            return shown
    # Joined, they would be fetched for the rows of earlier pages too.
    months = AccountSeries.objects.only("figure", "months")
    return shown.prefetch_related(Prefetch("series", months))


def account(
    snapshot: Snapshot, account_id: str, among: AccountFigureQuerySet | None = None
) -> AccountFigure | None:
    """One account (or group, of a group snapshot) by its exact id; `among` the rows that the asker reaches."""
    rows = account_figures(snapshot) if among is None else among
    return rows.select_related("series").filter(account=account_id).first()


def account_history(account_id: str, level: Level = "account") -> list[AccountFigure]:
    """The account in every kept snapshot, oldest first."""
    found = AccountFigure.objects.filter(account=account_id, snapshot__level=level)
    return list(
        found.select_related("snapshot")
        .defer("snapshot__figures", "snapshot__views")
        .order_by("snapshot__as_of")
    )


def outlook_before(account_id: str, day: date) -> dict[str, Any] | None:
    """What the newest kept snapshot as of the day or before kept of the account's outlook. One query."""
    rows = AccountSeries.objects.filter(
        figure__account=account_id, snapshot__level="account", snapshot__as_of__lte=day
    )
    found = (
        rows.order_by("-snapshot__as_of", "-snapshot__created_at").values_list("outlook", flat=True).first()
    )
    return found or None


def accounts_of_group(snapshot: Snapshot, group: str) -> list[str]:
    """Account ids of a group, from the account snapshot of the same moment: what ledger.queries takes."""
    found = AccountFigure.objects.filter(
        snapshot__ledger_version=snapshot.ledger_version_id,
        snapshot__as_of=snapshot.as_of,
        snapshot__profile_digest=snapshot.profile_digest,
        snapshot__level="account",
    )
    ids = list(found.filter(group=group).order_by("rank").values_list("account", flat=True))
    return ids or [group]


# --- tiles -----------------------------------------------------------------------------------------------

Kind = Literal["money", "count", "share", "number"]


@dataclass(frozen=True, kw_only=True)
class Tile:
    """A figure of the window and of the 12 months before; `before` None: not told. Money is Decimal."""

    key: str
    kind: Kind
    value: Any
    before: Any = None

    @property
    def change(self) -> Any:
        """Difference to the 12 months before, in the unit of the value."""
        return None if self.value is None or self.before is None else self.value - self.before

    @property
    def change_rate(self) -> float | None:
        """Of money and counts: 0.1 is 10 % more; None unless there was something before."""
        if self.change is None or self.before <= 0:
            return None
        return float(self.change / self.before)


def tiles(snapshot: Snapshot) -> tuple[Tile, ...]:
    """turnover, income, margin, active_accounts, key_share, effective_accounts, nrr, grr; no query.

    Where the ledger does not reach back over the 12 months before, nothing is compared with them.
    """
    figures = snapshot.figures
    totals, told = figures["totals"], figures["previous_covered"]
    before = _concentration_a_year_ago(figures) if told else None
    now = _spread(figures, snapshot.basis)
    turnover, income = _amount(totals["window_turnover"]), _amount(totals["window_income"])
    turnover_before = _amount(totals["previous_turnover"]) if told else None
    income_before = _amount(totals["previous_income"]) if told else None
    spread_before = before and before["income" if snapshot.basis == "income" else "turnover"]
    return (
        Tile(key="turnover", kind="money", value=turnover, before=turnover_before),
        Tile(key="income", kind="money", value=income, before=income_before),
        Tile(
            key="margin",
            kind="share",
            value=_ratio(income, turnover),
            before=_ratio(income_before, turnover_before),
        ),
        Tile(
            key="active_accounts",
            kind="count",
            value=now["accounts"],
            before=(spread_before or {}).get("accounts"),
        ),
        Tile(key="key_share", kind="share", value=figures["key_share"]),
        Tile(
            key="effective_accounts",
            kind="number",
            value=now["effective_accounts"],
            before=(spread_before or {}).get("effective_accounts"),
        ),
        Tile(key="nrr", kind="share", value=figures["retention"]["nrr"] if told else None),
        Tile(key="grr", kind="share", value=figures["retention"]["grr"] if told else None),
    )


def _spread(figures: dict[str, Any], basis: str) -> dict[str, Any]:
    """Concentration of the window on the basis."""
    income = figures["income_concentration_window"] if basis == "income" else None
    return income or figures["concentration_window"]


def _concentration_a_year_ago(figures: dict[str, Any]) -> dict[str, Any] | None:
    """The point of the series twelve months before the last: month ends, so within the same month."""
    points: Sequence[dict[str, Any]] = figures["concentration_over_time"]
    if not points:
        return None
    last = date.fromisoformat(points[-1]["date"])
    wanted = f"{last.year - 1}-{last.month:02d}"
    return next((point for point in points if point["date"].startswith(wanted)), None)


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _ratio(part: Decimal | None, whole: Decimal | None) -> float | None:
    return float(part / whole) if part is not None and whole is not None and whole > 0 else None


# --- dependence ------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Dependence:
    """What a sentence is made of: "If Helios left, 23 % of income goes; the critical line is 20 %"."""

    account: AccountFigure
    share: float
    line: float  # the line it is past, or the next one up
    past: Literal["none", "key", "critical", "mono"]
    amount: Decimal


def dependence(snapshot: Snapshot, *, limit: int = 5) -> list[Dependence]:
    """The accounts with the largest shares of the window on the basis, largest first. One query."""
    lines = snapshot.profile
    told = account_figures(snapshot).filter(basis_amount__gt=0, basis_share__isnull=False)
    heaviest = told.order_by("-basis_amount", "rank")[:limit]
    return [
        Dependence(
            account=each,
            share=each.basis_share or 0.0,
            line=_line(each.basis_share or 0.0, lines)[1],
            past=_line(each.basis_share or 0.0, lines)[0],
            amount=each.basis_amount,
        )
        for each in heaviest
    ]


def _line(share: float, lines: dict[str, Any]) -> tuple[Literal["none", "key", "critical", "mono"], float]:
    if share > lines["share_mono"]:
        return "mono", lines["share_mono"]
    if share > lines["share_critical"]:
        return "critical", lines["share_critical"]
    if share > lines["share_key"]:
        return "key", lines["share_critical"]
    return "none", lines["share_key"]
