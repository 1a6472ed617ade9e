"""What every figure is: one sentence, one formula, its source. Every figure on a page opens with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True)
class Definition:
    """`rule` is for the reader, `formula` for who checks; `thresholds` names fields of model.Thresholds."""

    key: str
    name: str
    rule: str
    formula: str
    source: str = ""
    thresholds: tuple[str, ...] = ()


def gettext_noop(text: str) -> str:
    """Marks a text for translation where it is shown; here it stays English."""
    return text


def _by_key(definitions: Iterable[Definition]) -> Mapping[str, Definition]:
    return MappingProxyType({each.key: each for each in definitions})


DEFINITIONS = _by_key(
    (
        Definition(
            key="turnover",
            name=gettext_noop("Turnover"),
            rule=gettext_noop("Net sales without tax: what was invoiced, less returns and line discounts."),
            formula="sum(amount)",
        ),
        Definition(
            key="income",
            name=gettext_noop("Income"),
            rule=gettext_noop("Turnover less the cost of goods; a line without a cost counts with cost 0."),
            formula="sum(amount) - sum(cost)",
            source="PFA-02",
        ),
        Definition(
            key="margin",
            name=gettext_noop("Margin"),
            rule=gettext_noop("The part of turnover that is left as income."),
            formula="income / turnover",
        ),
        Definition(
            key="share",
            name=gettext_noop("Share"),
            rule=gettext_noop("The account's amount of 12 months as a part of the total of all accounts."),
            formula="amount / sum(amount of all accounts, negative ones included)",
            source="SEL-03, SEL-04, SEL-05, SEL-07",
            thresholds=("share_key", "share_critical", "share_mono", "amount_key"),
        ),
        Definition(
            key="share_income",
            name=gettext_noop("Share of income"),
            rule=gettext_noop("The account's income of 12 months as a part of the income of all accounts."),
            formula="income / sum(income of all accounts)",
            source="SEL-07",
            thresholds=("share_key", "share_critical", "share_mono"),
        ),
        Definition(
            key="share_turnover",
            name=gettext_noop("Share of turnover"),
            rule=gettext_noop(
                "The account's turnover of 12 months as a part of the turnover of all accounts."
            ),
            formula="turnover / sum(turnover of all accounts)",
            source="SEL-07",
            thresholds=("share_key", "share_critical", "share_mono"),
        ),
        Definition(
            key="growth",
            name=gettext_noop("Against 12 months before"),
            rule=gettext_noop(
                "The amount of 12 months against the 12 months before; empty where there was nothing."
            ),
            formula="amount(window) / amount(window before) - 1",
        ),
        Definition(
            key="key_share",
            name=gettext_noop("Key accounts together"),
            rule=gettext_noop("What all key accounts make together, as a part of the total."),
            formula="sum(amount of key accounts) / sum(amount of all accounts)",
            source="SEL-15",
            thresholds=("share_key", "amount_key", "key_share_norm"),
        ),
        Definition(
            key="active_accounts",
            name=gettext_noop("Active accounts"),
            rule=gettext_noop("Accounts with at least one line in the 12 months."),
            formula="count(accounts with a line in the window)",
        ),
        Definition(
            key="hhi",
            name=gettext_noop("Herfindahl-Hirschman index"),
            rule=gettext_noop(
                "How concentrated the business is: 10,000 is one account, near 0 very many equal ones."
            ),
            formula="sum(share^2) over accounts with positive amounts, shares re-based; x 10,000",
            source="Herfindahl-Hirschman; PFA-04",
        ),
        Definition(
            key="effective_accounts",
            name=gettext_noop("Effective number of accounts"),
            rule=gettext_noop("As many accounts of equal size would be as concentrated as yours are."),
            formula="1 / HHI",
            source="Herfindahl-Hirschman; PFA-04",
        ),
        Definition(
            key="pareto",
            name=gettext_noop("Pareto count"),
            rule=gettext_noop(
                "The fewest accounts that make 80 % together, and what the top 20 % of accounts make."
            ),
            formula="smallest k with cumulated amount >= 80 % of the total; top ceil(20 % of accounts)",
            source="SEL-14",
            thresholds=("pareto_share", "pareto_top"),
        ),
        Definition(
            key="abc",
            name=gettext_noop("ABC class"),
            rule=gettext_noop(
                "Accounts sorted from the largest: A up to 80 % of the total, B up to 95 %, C the rest."
            ),
            formula="class in which the account's interval of the cumulated share begins",
            source="ABC analysis",
            thresholds=("abc",),
        ),
        Definition(
            key="xyz",
            name=gettext_noop("XYZ class"),
            rule=gettext_noop("How steady the months are: X up to 10 % variation, Y up to 25 %, Z above."),
            formula="population standard deviation / mean of the 12 monthly amounts",
            source="XYZ analysis",
            thresholds=("xyz",),
        ),
        Definition(
            key="nrr",
            name=gettext_noop("Net retention of turnover"),
            rule=gettext_noop(
                "What the accounts of the 12 months before buy now: losses and growth, no new accounts."
            ),
            formula="turnover now of the accounts active before / their turnover before",
        ),
        Definition(
            key="grr",
            name=gettext_noop("Gross retention of turnover"),
            rule=gettext_noop(
                "What is kept of the turnover of 12 months before, without counting any growth."
            ),
            formula="(start - contraction - lost) / start, at most 100 %",
        ),
        Definition(
            key="returns_rate",
            name=gettext_noop("Returns"),
            rule=gettext_noop("What came back as a part of what was sold, over all time."),
            formula="abs(returned) / gross sold",
        ),
        Definition(
            key="margin_falling",
            name=gettext_noop("Margin falling"),
            rule=gettext_noop("The income margin fell three quarters running."),
            formula="margin(q) < margin(q-1) for each of the last quarters",
            source="PFA-05",
            thresholds=("alert_quarters",),
        ),
        Definition(
            key="lapsed",
            name=gettext_noop("Lapsed"),
            rule=gettext_noop(
                "Silent for longer than the account's own longest usual gap, and at least 60 days."
            ),
            formula="days since last purchase > max(own 95th percentile gap, 60)",
            source="KPI-02",
            thresholds=("lapsed_quantile", "lapsed_min_days", "lapsed_min_gaps"),
        ),
        Definition(
            key="lifetime_value",
            name=gettext_noop("Lifetime value"),
            rule=gettext_noop(
                "Past income to date, and the income to be expected over the horizon, discounted."
            ),
            formula="past income + sum over t of m(t) x P(t) / (1 + i)^t",
            source="PFA-03; Berger & Nasr 1998; Fader, Hardie & Lee 2005; Fader & Hardie 2013",
            thresholds=("ltv_horizon_years", "ltv_discount_rate"),
        ),
        Definition(
            key="p_alive",
            name=gettext_noop("Chance that it still buys"),
            rule=gettext_noop("From how often and how lately the account bought, against its own rhythm."),
            formula="P(alive | frequency, recency, T) of BG/NBD",
            source="Fader, Hardie & Lee 2005",
        ),
        Definition(
            key="innovator",
            name=gettext_noop("Innovators"),
            rule=gettext_noop(
                "Among the first 2.5 % of accounts that ever bought a product launched in the window."
            ),
            formula="rank of first purchase <= 2.5 % of adopters; early adopters the next 13.5 %",
            source="SEL-12; Rogers",
            thresholds=("innovator", "early_adopter"),
        ),
    )
)
