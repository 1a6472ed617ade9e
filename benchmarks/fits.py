"""BG/NBD and Gamma-Gamma on CDNOW, ours and those of lifetimes, in one process and in turn."""

from __future__ import annotations

import csv
import gc
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import Sample
from kamerton.analytics.lifetime import BgNbd, fit_bg_nbd, fit_gamma_gamma

CDNOW = Path(__file__).parent.parent / "tests" / "analytics" / "cdnow_customers.csv"


@dataclass(frozen=True, kw_only=True)
class Fits:
    """Seconds a pair of fits, and the log-likelihood that each reached on the same data (weeks)."""

    ours: Sample
    lifetimes: Sample
    our_log_likelihood: float
    lifetimes_log_likelihood: float


def compare(times: int = 30) -> Fits:
    """Both fits, `times` times each, in turn. Imports are not counted: lifetimes takes seconds to import."""
    from lifetimes import BetaGeoFitter, GammaGammaFitter

    warnings.filterwarnings("ignore")
    x, t_x, age, mean = _customers()
    again = x > 0

    def ours() -> Any:
        fit_gamma_gamma(x, mean)
        return fit_bg_nbd(x, t_x, age, unit="weeks")

    def theirs() -> Any:
        GammaGammaFitter().fit(x[again], mean[again])
        return BetaGeoFitter().fit(x, t_x, age)

    model, fitter = ours(), theirs()  # the first calls import and warm up
    assert isinstance(model, BgNbd)
    seconds: dict[Callable[[], Any], list[float]] = {ours: [], theirs: []}
    gc.disable()
    for _ in range(times):
        for work, taken in seconds.items():
            start = time.perf_counter()
            work()
            taken.append(time.perf_counter() - start)
    gc.enable()
    # lifetimes keeps the likelihood of rescaled time: taken again at its parameters, in weeks.
    reached = BetaGeoFitter._negative_log_likelihood(  # noqa: SLF001 - it has no public one
        np.log(fitter.params_.to_numpy()), x, t_x, age, np.ones_like(x), 0
    )
    return Fits(
        ours=Sample(seconds=tuple(seconds[ours])),
        lifetimes=Sample(seconds=tuple(seconds[theirs])),
        our_log_likelihood=model.log_likelihood,
        lifetimes_log_likelihood=-float(reached) * len(x),
    )


def _customers() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    with CDNOW.open(newline="") as rows:
        table = np.array([[float(cell) for cell in row] for row in list(csv.reader(rows))[1:]])
    return table[:, 1], table[:, 2], table[:, 3], table[:, 4]


def main() -> None:
    found = compare()
    print(f"ours      {found.ours}  LL {found.our_log_likelihood:.4f}")
    print(f"lifetimes {found.lifetimes}  LL {found.lifetimes_log_likelihood:.4f}")
    print(f"{found.lifetimes.median / found.ours.median:.1f} x")


if __name__ == "__main__":
    main()
