"""What a good analyst would write in pandas for the figures of `kamerton analyse`. A process of its own.

Straightforward, not tuned: one frame, group-bys and pivots, no loop over rows. The reader is pandas's
default; `--engine pyarrow` takes its faster one. Lifetime value comes from `lifetimes` 0.11.3 (BG/NBD,
Gamma-Gamma, its own discounted value); where its fit does not converge the value is left empty, as the
analyst would have to. It checks nothing: dates, decimals and column names have to be as expected, and a
bad row would stop it or pass unseen.
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")


def read(file: Path, engine: str | None) -> pd.DataFrame:
    return pd.read_csv(
        file,
        parse_dates=["date"],
        dtype={"account": str, "document": str, "product": str},
        usecols=["account", "account_name", "date", "document", "amount", "cost", "seller"],
        engine=engine,
    )


def concentration(amounts: pd.Series) -> dict:
    total = amounts.sum()
    if total <= 0:
        return {"accounts": len(amounts)}
    ranked = amounts.sort_values(ascending=False)
    shares = ranked / total
    positive = ranked[ranked > 0]
    hhi = float(((positive / positive.sum()) ** 2).sum())
    return {
        "accounts": len(amounts),
        "hhi": hhi,
        "effective_accounts": 1 / hhi,
        "accounts_for_80pct": int((shares.cumsum() < 0.8).sum() + 1),
        "top20pct_share": float(shares.head(int(np.ceil(len(ranked) * 0.2))).sum()),
        "over_10pct": shares.index[shares > 0.1].tolist(),
        "over_20pct": shares.index[shares > 0.2].tolist(),
        "over_70pct": shares.index[shares > 0.7].tolist(),
    }


def abc(amounts: pd.Series) -> pd.Series:
    ranked = amounts.sort_values(ascending=False)
    start = (ranked.cumsum() - ranked) / ranked.sum()
    return pd.cut(start, [-np.inf, 0.8, 0.95, np.inf], labels=["A", "B", "C"], right=False)


def xyz(window: pd.DataFrame) -> pd.Series:
    months = window.pivot_table(
        index="account", columns=window["date"].dt.to_period("M"), values="amount", aggfunc="sum"
    )
    months = months.fillna(0)
    variation = months.std(axis=1, ddof=0) / months.mean(axis=1)
    return pd.cut(variation, [-np.inf, 0.10, 0.25, np.inf], labels=["X", "Y", "Z"])


def activity(active: pd.DataFrame) -> list[dict]:
    """`active`: account x year, whether it bought."""
    rows = []
    for year in active.columns:
        now = active[year]
        before = active[year - 1] if year - 1 in active else pd.Series(False, index=active.index)
        ever = active.loc[:, active.columns < year].any(axis=1)
        rows.append(
            {
                "year": int(year),
                "active": int(now.sum()),
                "retained": int((now & before).sum()),
                "new": int((now & ~ever).sum()),
                "reactivated": int((now & ever & ~before).sum()),
                "lost": int((before & ~now).sum()),
            }
        )
    return rows


def lapsed(days: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    """Silent beyond the 95th percentile of its gaps, 60 days at least. `days`: a row an account and day."""
    gaps = days.groupby("account")["date"].diff().dt.days
    limit = gaps.groupby(days["account"]).quantile(0.95).clip(lower=60)
    silent = (as_of - days.groupby("account")["date"].max()).dt.days
    return silent > limit


def falling_margin(frame: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    last_four = frame[frame["date"] > as_of - pd.DateOffset(months=12)]
    quarter = last_four["date"].dt.to_period("Q")
    sums = last_four.groupby(["account", quarter])[["amount", "cost"]].sum()
    margin = ((sums["amount"] - sums["cost"]) / sums["amount"]).unstack()
    return (margin.diff(axis=1).iloc[:, -3:] < 0).all(axis=1)


def lifetime_value(sold: pd.DataFrame, as_of: pd.Timestamp, margin: pd.Series) -> pd.DataFrame:
    from lifetimes import BetaGeoFitter, GammaGammaFitter

    by_day = sold.groupby(["account", "date"])["amount"].sum().reset_index()
    days = by_day.groupby("account")["date"].agg(["min", "max", "count"])
    value = pd.DataFrame(
        {
            "frequency": days["count"] - 1,
            "recency": (days["max"] - days["min"]).dt.days,
            "T": (as_of - days["min"]).dt.days,
        }
    )
    repeat = by_day[by_day["date"] != by_day.groupby("account")["date"].transform("min")]
    value["monetary"] = repeat.groupby("account")["amount"].mean().reindex(value.index).fillna(0)
    try:
        purchases = BetaGeoFitter().fit(value["frequency"], value["recency"], value["T"])
        some = value[(value["frequency"] > 0) & (value["monetary"] > 0)]
        spend = GammaGammaFitter().fit(some["frequency"], some["monetary"])
        value["p_alive"] = purchases.conditional_probability_alive(
            value["frequency"], value["recency"], value["T"]
        )
        turnover = spend.customer_lifetime_value(
            purchases,
            value["frequency"],
            value["recency"],
            value["T"],
            value["monetary"],
            time=60,
            discount_rate=1.1 ** (1 / 12) - 1,
            freq="D",
        )
        value["future"] = turnover * margin
    except Exception as error:
        value["p_alive"], value["future"] = np.nan, np.nan
        value.attrs["failed"] = type(error).__name__
    return value


def analyse(frame: pd.DataFrame) -> dict:
    as_of = frame["date"].max()
    frame["income"] = frame["amount"] - frame["cost"]
    frame["year"] = frame["date"].dt.year
    window = frame[frame["date"] > as_of - pd.DateOffset(months=12)]
    before = frame[
        (frame["date"] > as_of - pd.DateOffset(months=24))
        & (frame["date"] <= as_of - pd.DateOffset(months=12))
    ]
    sold, returned = frame[frame["amount"] > 0], frame[frame["amount"] < 0]

    accounts = frame.groupby("account").agg(
        name=("account_name", "first"),
        turnover=("amount", "sum"),
        cost=("cost", "sum"),
        income=("income", "sum"),
        documents=("document", "nunique"),
        first_date=("date", "min"),
        last_date=("date", "max"),
    )
    accounts = accounts.sort_values("turnover", ascending=False)
    accounts["rank"] = range(1, len(accounts) + 1)
    accounts["share_turnover"] = accounts["turnover"] / accounts["turnover"].sum()
    accounts["share_income"] = accounts["income"] / accounts["income"].sum()
    in_window = window.groupby("account")[["amount", "income"]].sum()
    in_before = before.groupby("account")[["amount", "income"]].sum()
    accounts["window_turnover"] = in_window["amount"].reindex(accounts.index).fillna(0)
    accounts["window_income"] = in_window["income"].reindex(accounts.index).fillna(0)
    accounts["previous_turnover"] = in_before["amount"].reindex(accounts.index).fillna(0)
    accounts["previous_income"] = in_before["income"].reindex(accounts.index).fillna(0)
    accounts["window_share"] = accounts["window_income"] / accounts["window_income"].sum()
    accounts["key"] = accounts["window_share"] > 0.1
    accounts["dependency"] = pd.cut(
        accounts["window_share"], [-np.inf, 0.2, 0.7, np.inf], labels=["", "critical", "mono"]
    )
    accounts["abc"] = abc(in_window["income"]).reindex(accounts.index)
    accounts["xyz"] = xyz(window).reindex(accounts.index)
    accounts["returned"] = -returned.groupby("account")["amount"].sum().reindex(accounts.index).fillna(0)
    accounts["gross"] = sold.groupby("account")["amount"].sum().reindex(accounts.index).fillna(0)
    accounts["returns_rate"] = accounts["returned"] / accounts["gross"]
    accounts["margin_falling"] = falling_margin(frame, as_of).reindex(accounts.index)

    by_year = frame.pivot_table(
        index="account", columns="year", values=["amount", "income"], aggfunc="sum", fill_value=0
    )
    growth = by_year["amount"].pct_change(axis=1).where(by_year["amount"].shift(axis=1) > 0)
    days = sold[["account", "date"]].drop_duplicates().sort_values(["account", "date"])
    accounts["purchase_days"] = days.groupby("account").size().reindex(accounts.index).fillna(0)
    accounts["lapsed"] = lapsed(days, as_of).reindex(accounts.index)
    active = sold.assign(one=True).pivot_table(
        index="account", columns="year", values="one", aggfunc="any", fill_value=False
    )
    value = lifetime_value(sold, as_of, accounts["income"] / accounts["gross"])
    accounts["p_alive"] = value["p_alive"].reindex(accounts.index)
    accounts["lifetime_value"] = accounts["income"] + value["future"].reindex(accounts.index)

    start, now = accounts["previous_turnover"], accounts["window_turnover"]
    cohort = start > 0
    sellers = frame.pivot_table(
        index="seller", columns="year", values=["amount", "income"], aggfunc="sum", fill_value=0
    )
    return {
        "as_of": str(as_of.date()),
        "totals": {
            "turnover": round(float(frame["amount"].sum()), 2),
            "cost": round(float(frame["cost"].sum()), 2),
            "accounts": len(accounts),
            "documents": int(frame["document"].nunique()),
            "lines": len(frame),
        },
        "concentration": {
            "all_time": concentration(accounts["turnover"]),
            "window": concentration(in_window["amount"]),
            "by_year": {
                int(year): concentration(group.groupby("account")["amount"].sum())
                for year, group in frame.groupby("year")
            },
        },
        "years": activity(active.astype(bool)),
        "year_sums": frame.groupby("year")[["amount", "cost", "income"]].sum().round(2).to_dict("index"),
        "retention": {
            "grr": float(np.minimum(now, start)[cohort].clip(lower=0).sum() / start[cohort].sum()),
            "nrr": float(now[cohort].sum() / start[cohort].sum()),
            "logo": float((now[cohort] > 0).mean()),
        },
        "sellers": {
            seller: {f"{measure} {year}": float(row[measure, year]) for measure, year in sellers.columns}
            | {"accounts": int(count)}
            for (seller, row), count in zip(
                sellers.iterrows(), frame.groupby("seller")["account"].nunique(), strict=True
            )
        },
        "accounts": accounts.reset_index().to_dict("records"),
        "by_year": by_year["amount"].round(2).to_dict("index"),
        "income_by_year": by_year["income"].round(2).to_dict("index"),
        "growth": growth.to_dict("index"),
        "lifetime_failed": value.attrs.get("failed"),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--engine", choices=["pyarrow"])
    options = parser.parse_args()
    start = time.perf_counter()
    frame = read(options.file, options.engine)
    been_read = time.perf_counter()
    figures = analyse(frame)
    options.out.write_text(json.dumps(figures, default=str))
    end = time.perf_counter()
    fitted = figures["lifetime_failed"] or "fitted"
    print(f"read {been_read - start:.1f} s, figures {end - been_read:.1f} s, {fitted}")


if __name__ == "__main__":
    main()
