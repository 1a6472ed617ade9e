"""Every figure with its rule: what a page opens behind a number, what the documents are checked against.

`rule` is one sentence for a reader, `formula` the exact computation, `source` where the definition comes
from (docs/formulas.md, the register, a paper), `thresholds` the settings that it reads, `fields` the parts
of the model that carry it. Names are English; faces translate them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kamerton.analytics.model import Thresholds


@dataclass(frozen=True, kw_only=True)
class Definition:
    """One figure. `{name}` in `rule` stands for the threshold of that name."""

    key: str
    name: str
    rule: str
    formula: str
    source: str
    thresholds: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()  # "Class.field" of kamerton.analytics.model

    def told(self, thresholds: Thresholds) -> str:
        """The rule with the values of today's settings."""
        values = {name: _written(getattr(thresholds, name)) for name in self.thresholds}
        return self.rule.format(**values)


def _written(value: object) -> str:
    """Floats up to 1 are rates; above they are multiples."""
    if isinstance(value, tuple):
        return " and ".join(_written(each) for each in value)
    if isinstance(value, float):
        return f"{value:.10g}" if value > 1 else f"{value * 100:.10g} %"
    return "none is set" if value is None else f"{value}"


_ALL = (
    Definition(
        key="turnover",
        name="Turnover",
        rule="Net sales without tax: what was invoiced less returns and line discounts.",
        formula="sum(amount) over the lines with an account, returns negative",
        source="formulas.md, Bases",
        fields=(
            "AccountFigures.turnover",
            "AccountFigures.window_turnover",
            "AccountFigures.previous_turnover",
            "AccountFigures.by_year",
            "YearFigures.turnover",
            "SellerFigures.turnover",
            "SellerFigures.years",
            "Totals.turnover",
            "Totals.window_turnover",
            "Totals.previous_turnover",
            "Totals.unassigned_turnover",
            "Amounts.turnover",
        ),
    ),
    Definition(
        key="cost",
        name="Cost of goods",
        rule="What the goods cost us; a line without a recorded cost counts with 0 and is told of.",
        formula="sum(cost), missing as 0; not told where no line at all has a cost",
        source="formulas.md, Bases",
        fields=("AccountFigures.cost", "YearFigures.cost", "Totals.cost", "Totals.lines_without_cost"),
    ),
    Definition(
        key="income",
        name="Income",
        rule="Turnover less the cost of goods; without any cost data turnover stands in and every "
        "figure says so.",
        formula="turnover - cost",
        source="formulas.md, Bases; SEL-07",
        fields=(
            "AccountFigures.income",
            "AccountFigures.window_income",
            "AccountFigures.previous_income",
            "YearFigures.income",
            "SellerFigures.income",
            "Totals.income",
            "Totals.window_income",
            "Totals.previous_income",
            "Amounts.income",
        ),
    ),
    Definition(
        key="share",
        name="Share",
        rule="The account's part of the total of all accounts in the same period, those with a negative "
        "net included.",
        formula="amount / total; not told where the total is not positive",
        source="formulas.md, Bases",
        fields=(
            "AccountFigures.share_turnover",
            "AccountFigures.share_income",
            "AccountFigures.window_share_turnover",
            "AccountFigures.window_share_income",
        ),
    ),
    Definition(
        key="window",
        name="Window",
        rule="The twelve months up to and including the as-of date; the window before is the twelve "
        "months before it.",
        formula="(as_of - 12 months, as_of]; a day that a month does not have becomes its last day",
        source="formulas.md, Bases",
        thresholds=("year_tolerance_days",),
        fields=("Analysis.window_covered", "Analysis.previous_covered"),
    ),
    Definition(
        key="rank",
        name="Rank",
        rule="Place by turnover over all time, the largest first; equal amounts by account id.",
        formula="order by turnover descending, account",
        source="formulas.md, Pareto count",
        fields=("AccountFigures.rank",),
    ),
    Definition(
        key="key",
        name="Key account",
        rule="Its share of the window is strictly above {share_key}, or its amount of the window "
        "reaches the "
        "company's own threshold ({amount_key}).",
        formula="share > share_key or amount >= amount_key, on the basis",
        source="SEL-02, SEL-03; N1, N4",
        thresholds=("share_key", "amount_key"),
        fields=("AccountFigures.key", "AccountFigures.reasons", "Concentration.over_10pct"),
    ),
    Definition(
        key="dependency",
        name="Dependence",
        rule="Critical when the share of the window is strictly above {share_critical}, mono client "
        "when strictly "
        "above {share_mono}.",
        formula="share > share_critical; share > share_mono, on the basis",
        source="SEL-04, SEL-05; N2, N3",
        thresholds=("share_critical", "share_mono"),
        fields=("AccountFigures.dependency", "Concentration.over_20pct", "Concentration.over_70pct"),
    ),
    Definition(
        key="bought_by_price",
        name="High turnover, low income",
        rule="Turnover share of the window above {share_key} while income is negative or its share is "
        "below "
        "{low_income_ratio} of the turnover share.",
        formula="turnover share > share_key and (income < 0 or income share < low_income_ratio x "
        "turnover share)",
        source="SEL-07",
        thresholds=("share_key", "low_income_ratio"),
        fields=("AccountFigures.warnings",),
    ),
    Definition(
        key="margin_falling",
        name="Margin falling",
        rule="The income margin fell in each of the last {alert_quarters} quarters, counted back from "
        "the as-of date.",
        formula="income / turnover of rolling three months, falling alert_quarters times running",
        source="formulas.md, Change; PFA-05",
        thresholds=("alert_quarters",),
        fields=("AccountFigures.warnings",),
    ),
    Definition(
        key="key_share",
        name="Key accounts together",
        rule="What all key accounts make of the window's total; the norm is {key_share_norm}.",
        formula="sum(amount of key accounts) / total, on the basis; below, inside or above the norm, "
        "both ends inside",
        source="SEL-15; N6",
        thresholds=("key_share_norm",),
        fields=("Analysis.key_share",),
    ),
    Definition(
        key="pareto",
        name="Pareto",
        rule="How many of the largest accounts make {pareto_share} of the total, and what the largest "
        "{pareto_top} "
        "of the accounts make.",
        formula="smallest k with cumulated amount >= pareto_share x total; "
        "sum of the ceil(pareto_top x accounts) largest / total; ties by account id",
        source="SEL-14; N5",
        thresholds=("pareto_share", "pareto_top"),
        fields=("Concentration.accounts_for_80pct", "Concentration.top20pct_share", "Concentration.accounts"),
    ),
    Definition(
        key="top_n",
        name="Share of the largest",
        rule="What the largest account, the five and the ten largest make of the total.",
        formula="sum of the n largest / total",
        source="PFA-04",
        fields=("Concentration.largest_share", "Concentration.top5_share", "Concentration.top10_share"),
    ),
    Definition(
        key="hhi",
        name="Concentration (HHI)",
        rule="The sum of squared shares; its inverse is the number of equal accounts that would be as "
        "concentrated.",
        formula="sum((amount / sum of positive amounts)²) over accounts with a positive amount; 1 / HHI",
        source="Herfindahl-Hirschman; formulas.md",
        fields=("Concentration.hhi", "Concentration.effective_accounts"),
    ),
    Definition(
        key="abc",
        name="ABC",
        rule="Accounts from the largest of the window, cumulated: A and B end at {abc} of the total, C "
        "is the rest.",
        formula="the class in which the account's interval on the cumulated curve starts, on the basis",
        source="standard ABC; formulas.md",
        thresholds=("abc",),
        fields=("AccountFigures.abc",),
    ),
    Definition(
        key="xyz",
        name="XYZ",
        rule="How steady the twelve months of the window are: X and Y end at {xyz} variation, Z is the rest.",
        formula="population sigma / mu of the monthly amounts, months without sales as 0; not told "
        "where mu <= 0",
        source="standard XYZ; formulas.md",
        thresholds=("xyz",),
        fields=("AccountFigures.xyz",),
    ),
    Definition(
        key="growth",
        name="Growth",
        rule="Turnover of a year against the year before; not told where that was not positive.",
        formula="turnover(y) / turnover(y-1) - 1",
        source="formulas.md, Change",
        fields=("AccountFigures.growth",),
    ),
    Definition(
        key="against_before",
        name="Against 12 months before",
        rule="The amount of 12 months against the 12 months before; not told where that was not positive.",
        formula="amount(window) / amount(window before) - 1, on the basis",
        source="formulas.md, Change",
    ),
    Definition(
        key="margin",
        name="Margin",
        rule="The part of turnover that is left as income.",
        formula="income / turnover in the window",
        source="formulas.md, Bases",
    ),
    Definition(
        key="active_accounts",
        name="Active accounts",
        rule="Accounts with at least one line in the 12 months.",
        formula="count of accounts with a line in the window",
        source="formulas.md, Change",
    ),
    Definition(
        key="partial_year",
        name="Partial year",
        rule="More than {year_tolerance_days} days of the year lie before the first or after the last "
        "day of the data.",
        formula="first - 1 January > tolerance or 31 December - last > tolerance",
        source="formulas.md, Change",
        thresholds=("year_tolerance_days",),
        fields=("YearFigures.partial",),
    ),
    Definition(
        key="movement",
        name="Active, retained, new, reactivated, lost",
        rule="Active accounts bought in the year; retained also in the year before, new never before, "
        "reactivated "
        "some earlier year; lost are active ones of the year before that did not buy.",
        formula="a purchase is a line of kind sale whose amount is not negative",
        source="formulas.md, Change; KPI-01",
        fields=(
            "YearFigures.active",
            "YearFigures.retained",
            "YearFigures.new",
            "YearFigures.reactivated",
            "YearFigures.lost",
            "SellerFigures.accounts",
            "Totals.accounts",
        ),
    ),
    Definition(
        key="state",
        name="State",
        rule="New, retained, reactivated or lost by purchases in the window, the window before and "
        "earlier; lapsed "
        "when it bought in the window and has been silent for more than {lapsed_min_days} days and "
        "longer than "
        "{lapsed_quantile} of its own gaps between purchase days, with {lapsed_min_gaps} gaps at least.",
        formula="as_of - last purchase > max(lapsed_min_days, quantile(gaps, lapsed_quantile)), linear "
        "interpolation",
        source="formulas.md, Change; KPI-02",
        thresholds=("lapsed_quantile", "lapsed_min_days", "lapsed_min_gaps"),
        fields=("AccountFigures.state", "AccountFigures.silent_days", "AccountFigures.long_gap_days"),
    ),
    Definition(
        key="habit",
        name="Purchase habit",
        rule="Distinct days with a purchase, the first and the last of them, and the usual gap between them.",
        formula="median gap in days; not told with fewer than lapsed_min_gaps gaps",
        source="KPI-02",
        thresholds=("lapsed_min_gaps",),
        fields=(
            "AccountFigures.purchase_days",
            "AccountFigures.first_purchase",
            "AccountFigures.last_purchase",
            "AccountFigures.usual_gap_days",
        ),
    ),
    Definition(
        key="span",
        name="First and last date",
        rule="The first and the last line of any kind up to the as-of date.",
        formula="min(date), max(date)",
        source="formulas.md, Bases",
        fields=(
            "AccountFigures.first_date",
            "AccountFigures.last_date",
            "Totals.first_date",
            "Totals.last_date",
        ),
    ),
    Definition(
        key="documents",
        name="Documents",
        rule="Different document numbers; one that two accounts share counts for each and once in all.",
        formula="count(distinct document) by account and over all lines with an account",
        source="the analysis contract, totals",
        fields=("AccountFigures.documents", "Totals.documents"),
    ),
    Definition(
        key="lines",
        name="Lines",
        rule="Ledger lines up to the as-of date; those without an account are counted apart.",
        formula="count(*)",
        source="the analysis contract, rows",
        fields=("Totals.lines", "Totals.unassigned_lines"),
    ),
    Definition(
        key="logo_retention",
        name="Retention and churn of accounts",
        rule="Of the accounts that bought in the window before: those that bought again and did not "
        "lapse, and the rest.",
        formula="(bought again and not lapsed) / bought before; (lost + lapsed) / bought before",
        source="KPI-01, KPI-02; formulas.md, Change",
        fields=("Retention.logo_retention", "Retention.logo_churn"),
    ),
    Definition(
        key="revenue_retention",
        name="Gross and net revenue retention",
        rule="What the accounts of the window before, and no new ones, brought again: gross without, "
        "net with "
        "what they bought more.",
        formula="sum(min(window, before)) / sum(before); sum(window) / sum(before), over accounts with "
        "before > 0",
        source="formulas.md, Change",
        fields=("Retention.grr", "Retention.nrr"),
    ),
    Definition(
        key="returns",
        name="Returns",
        rule="What was sold gross, what came back, and its part of gross.",
        formula="gross = sum of purchases; returned = gross - turnover; rate = returned / gross",
        source="formulas.md, Change",
        fields=(
            "AccountFigures.gross",
            "AccountFigures.returned",
            "AccountFigures.returns_rate",
            "Totals.gross",
            "Totals.returned",
        ),
    ),
    Definition(
        key="lifetime_value",
        name="Lifetime value",
        rule="Past income and the income to be expected over {ltv_horizon_years} years, discounted at "
        "{ltv_discount_rate} a year; each value names its method.",
        formula="past income + sum over t of m(t) P(t) / (1 + i)^t: BG/NBD x Gamma-Gamma where history "
        "allows, "
        "else the window's income x retention^t, else not told",
        source="PFA-03; Berger & Nasr 1998; Fader, Hardie & Lee 2005; Fader & Hardie 2013",
        thresholds=("ltv_horizon_years", "ltv_discount_rate"),
        fields=("AccountFigures.lifetime_value", "AccountFigures.lifetime_method"),
    ),
    Definition(
        key="p_alive",
        name="Probability of being alive",
        rule="How likely it is that the account still buys, given how often and how lately it bought.",
        formula="BG/NBD: P(alive | frequency, recency, age)",
        source="Fader, Hardie & Lee 2005",
        fields=("AccountFigures.p_alive",),
    ),
    Definition(
        key="churn_risk",
        name="Risk of losing it",
        rule="The chance that within twelve months the account buys nothing any more, or less than half. "
        "It is learned from what became of our own accounts in earlier years, as far as the ledger reaches back.",
        formula="P(lost) + (1 - P(lost)) x P(turnover below half | stays): two logistic models of silence, rhythm, "
        "BG/NBD, frequency, trend, season, level, basket, margin, returns and tenure, by ranks among our accounts",
        source="FBK-04; formulas.md, Value; Fader, Hardie & Lee 2005; measured in benchmarks/RESULTS.md",
    ),
    Definition(
        key="health",
        name="Health",
        rule="A mean of five parts, each 0 to 100, by weight: growth {health_growth}, payment {health_payment}, service "
        "{health_service}, relationship {health_relationship}, progress of the plan {health_plan}. Parts without data "
        "are left out and the others count for them. Good from {health_good}, poor to {health_poor}.",
        formula="sum(weight x part) / sum(weight) over the parts that have data; growth = 0.6 rhythm + 0.2 quarter + "
        "0.2 year; service = 100 - 25 x returns / the company's returns - 15 x overdue requests; relationship = 0.7 "
        "strength of the three strongest contacts + 0.3 decision roles known",
        source="formulas.md, Relationship",
        thresholds=(
            "health_growth",
            "health_payment",
            "health_service",
            "health_relationship",
            "health_plan",
            "health_good",
            "health_poor",
        ),
    ),
    Definition(
        key="whale_curve",
        name="Whale curve",
        rule="Accounts from the largest profit, cumulated: above 100 % where those at the end lose money.",
        formula="cumulated income / total income",
        source="Kaplan, HBS 9-197-094",
    ),
    Definition(
        key="concentration_over_time",
        name="Concentration over time",
        rule="The concentration of the twelve months up to each month end, where the ledger has all twelve.",
        formula="as for the window, at each month end and at as_of",
        source="PFA-04",
    ),
    Definition(
        key="slipping",
        name="Slipping",
        rule="Accounts that still buy, by how much their amount fell against the window before.",
        formula="amount(window before) - amount(window) > 0, on the basis, largest first",
        source="formulas.md, Change",
    ),
    Definition(
        key="lost_list",
        name="Lost",
        rule="Accounts that bought in the window before and not in the window.",
        formula="last purchase inside the window before, by its amount",
        source="formulas.md, Change",
    ),
    Definition(
        key="neglected",
        name="Neglected",
        rule="Small accounts (class B or C, not key) whose turnover grew by more than "
        "{neglected_growth} and that have "
        "been silent for more than {neglected_silence} times their own usual gap.",
        formula="window / before - 1 > neglected_growth and silent days > neglected_silence x median gap",
        source="SEL-19; ADP-04",
        thresholds=("neglected_growth", "neglected_silence"),
    ),
    Definition(
        key="what_if_lost",
        name="If it left",
        rule="What of turnover and income of the window goes with the account, and who would then be "
        "critical or key.",
        formula="the window without the account; shares of the rest against the thresholds",
        source="SEL-04; PFA-04",
        thresholds=("share_key", "share_critical"),
    ),
    Definition(
        key="innovator",
        name="Innovators",
        rule="Among the first {innovator} of the accounts that adopted a product launched in the "
        "window; early "
        "adopters are the next {early_adopter}.",
        formula="adopters by first purchase, ties by id; the class in which the interval starts",
        source="SEL-12; N7; Rogers",
        thresholds=("innovator", "early_adopter"),
    ),
    Definition(
        key="seller_portfolio",
        name="Seller's portfolio",
        rule="Turnover less cost of goods and cost to serve of the lines that name the seller, over "
        "{seller_years} windows of twelve months; "
        "insufficient where the ledger does not reach back so far.",
        formula="turnover - cost - cost to serve by seller and account; share of the seller's window",
        source="PFA-01, PFA-02, SEL-13; N13",
        thresholds=("seller_years", "year_tolerance_days"),
    ),
    Definition(
        key="cost_to_serve",
        name="Cost to serve",
        rule="What was done with the account in 12 months, each activity at the rate that held on its day, and what was "
        "written down beside it. Goods are no part of it.",
        formula="sum(activity rate x driver quantity) + single costs, over the window",
        source="PFA-02; Kaplan, HBS 9-197-094",
    ),
    Definition(
        key="customer_profit",
        name="Left after all costs",
        rule="Income of 12 months less the cost to serve the account in them.",
        formula="income - cost to serve; the whale curve sorts accounts by it and cumulates",
        source="PFA-02; Kaplan, HBS 9-197-094",
    ),
    Definition(
        key="portfolio_value",
        name="Value of a portfolio",
        rule="The lifetime values of the accounts that a person answered for on the day of the figures, added up. "
        "Assumptions in force on that day go before the model; of what nobody can tell the past income counts.",
        formula="sum of lifetime values; what was handed over counts where it came and where it went",
        source="PFA-03",
    ),
    Definition(
        key="need",
        name="Need",
        rule="What the account needs a year, from everybody, by its latest estimates: of each family its divisions "
        "together, or the figure of the whole account where that is larger.",
        formula="short = need of the next 12 months; long = need of all years that something is said of; "
        "by family max(whole account, sum of divisions)",
        source="POT-01",
    ),
    Definition(
        key="share_of_wallet",
        name="Share of wallet",
        rule="What we sold in 12 months, net of returns, as a part of what the account needs in the next 12; only "
        "families with an estimate count, on both sides.",
        formula="ours / need of the next 12 months",
        source="POT-05",
    ),
    Definition(
        key="gap",
        name="Gap",
        rule="What the account needs and does not buy of us. What competitors are not known to sell of it is open.",
        formula="gap = max(need - ours, 0) by family; open = max(gap - competitors, 0)",
        source="POT-05",
    ),
    Definition(
        key="expected_income",
        name="Expected future income",
        rule="The need a year, over its whole horizon, times the part of it that we can satisfy, times our usual margin "
        "in that family. Size, fame and what the account buys today are no part of it.",
        formula="sum over families of mean(need of the years) x satisfiable x margin of the company in the family",
        source="POT-04",
    ),
    Definition(
        key="similar_accounts",
        name="What similar accounts buy",
        rule="Similar are the ten of the same industry whose purchases are spread over the families most alike, or of "
        "the whole company where fewer than four share the industry. Named is what at least half of them, and three, "
        "buy, and this account does not; a family is bought where it makes at least 1 % of an account's purchases.",
        formula="likeness = cosine of the shares of families, at least 0.5 without a common industry; typical = median "
        "of the buyers a year; at this size = median of the family's part in what buyers buy x what this account buys",
        source="POT-01, POT-05",
    ),
)

#: key -> definition, in the order of a glossary
DEFINITIONS: Mapping[str, Definition] = MappingProxyType({each.key: each for each in _ALL})


def definition_of(field: str) -> Definition:
    """The definition behind a part of the model, named "Class.field". KeyError where it carries no "
    "figure."""
    for each in _ALL:
        if field in each.fields:
            return each
    raise KeyError(field)
