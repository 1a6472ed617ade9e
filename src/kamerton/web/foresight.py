"""How well it told: what risk and health said a year ago, beside what became of the accounts since.

So that nobody has to believe either blindly. Everything is in the snapshot; nothing is fitted here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET

from kamerton.portfolio import queries
from kamerton.portfolio.models import AccountFigure, Snapshot
from kamerton.web import formats, health_words, sentences
from kamerton.web.accounts import nothing
from kamerton.web.addresses import account_url, explain_url
from kamerton.web.gates import gate
from kamerton.web.parts import Cell, Column, Row, Table

_LISTED = 10
_COIN = 0.55


@gate("portfolio.view_all")
@require_GET
def foresight(request: HttpRequest) -> HttpResponse:
    snapshot = queries.latest_snapshot()
    if snapshot is None:
        return nothing(request)
    kept = snapshot.views.get("outlook") or {}
    told = kept.get("told")
    context = {
        "note": sentences.as_of(snapshot),
        "lead": _lead(told) if told else _too_short(),
        "told": told,
        "yearly": kept.get("yearly"),
        "yearly_text": yearly_text(kept.get("yearly") or []),
        "yearly_table": yearly_table(kept.get("yearly") or []),
        "method": health_words.method(told["model"]) if told else "",
        "risk_url": explain_url("churn_risk"),
        "health_url": explain_url("health"),
    }
    if told:
        context |= {
            "figures": _figures_table(told),
            "tenths": _tenths_table(told),
            "tenths_text": _tenths_text(told),
            "standings": _standings_table(told),
            "standings_text": _standings_text(told),
            "missed": _accounts_table(
                _missed(snapshot, _mean(told)), snapshot, _("Lost, though nothing pointed to it")
            ),
            "seen": _accounts_table(_seen(snapshot, _mean(told)), snapshot, _("Lost, and pointed to")),
        }
    return render(request, "portfolio/foresight.html", context)


@gate("portfolio.view_all")
@require_GET
def picture(_request: HttpRequest, kind: str) -> JsonResponse:
    snapshot = queries.latest_snapshot()
    kept = (snapshot.views.get("outlook") or {}) if snapshot else {}
    if kind == "tenths" and kept.get("told"):
        return JsonResponse(_tenths_picture(kept["told"]))
    if kind == "yearly" and kept.get("yearly"):
        return JsonResponse(_yearly_picture(kept["yearly"]))
    raise Http404


# --- sentences -------------------------------------------------------------------------------------------


def _too_short() -> str:
    return _(
        "The ledger is too short to look back: it takes a year of sales before the date that is looked at, and a "
        "year after it."
    )


def _lead(told: Mapping[str, Any]) -> str:
    """What the tenth at the top caught, in plain words."""
    if not told["lost"]:
        text = _("Nobody was lost in the 12 months since %(day)s, so there is nothing to tell apart.")
        return text % {"day": _day(told)}
    top = told["tenths"]["lost"][0]
    caught = _(
        "Of the %(lost)s accounts lost since %(day)s, %(caught)s were among the %(top)s with the highest risk then; "
        "by chance it would have been %(chance)s."
    ) % {
        "lost": formats.number(told["lost"]),
        "day": _day(told),
        "caught": formats.number(top["happened"]),
        "top": formats.number(top["accounts"]),
        "chance": formats.number(told["lost"] * top["accounts"] / told["accounts"], decimals=1),
    }
    return f"{caught} {_verdict(told)}"


def _verdict(told: Mapping[str, Any]) -> str:
    figures = told["figures"]
    risk, silence = (figures[name]["lost"]["auc"] for name in ("risk", "silence"))
    if risk is None or silence is None:
        return ""
    if risk < _COIN:
        return _("That is hardly better than a coin: do not rely on it.")
    if risk >= silence:
        return _("It told them apart at least as well as the days of silence alone.")
    return _("The days of silence alone told them apart better.")


def _day(told: Mapping[str, Any]) -> str:
    return formats.date(dt.date.fromisoformat(told["on"]))


def _mean(told: Mapping[str, Any]) -> float:
    """The risk of all accounts together, as it was told."""
    tenths: list[dict[str, Any]] = told["tenths"]["shrunk"]
    whole: float = sum(each["told"] * each["accounts"] for each in tenths)
    return whole / int(told["accounts"])


def _tenths_text(told: Mapping[str, Any]) -> str:
    return _(
        "Told on %(day)s: %(told)s of all accounts would be lost or shrink to less than half. It came to %(came)s. "
        "Where both bars of a tenth are alike, the chances were right."
    ) % {
        "day": _day(told),
        "told": formats.share(_mean(told), decimals=0),
        "came": formats.share(told["shrunk"] / told["accounts"], decimals=0),
    }


def _standings_text(told: Mapping[str, Any]) -> str:
    by = {each["standing"]: each for each in told["standings"]}
    poor, good = (
        by[name]["lost"] / by[name]["accounts"] if by[name]["accounts"] else None for name in ("poor", "good")
    )
    if poor is None or good is None:
        return _("Health of then by what the ledger knew; too few accounts to compare good with poor.")
    return _("Of those in poor health %(poor)s were lost, of those in good health %(good)s.") % {
        "poor": formats.share(poor, decimals=0), "good": formats.share(good, decimals=0),
    }  # fmt: skip


def yearly_of(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Accounts lost year by year; only this part of the views, which are large. One query."""
    told = Snapshot.objects.filter(pk=snapshot.pk).values_list("views__outlook__yearly", flat=True)
    return told.first() or []


def yearly_text(yearly: list[dict[str, Any]]) -> str:
    if not yearly:
        return _("It takes two years of sales to tell how many accounts are lost in a year.")
    last = yearly[-1]
    return _(
        "%(share)s of the accounts that bought in the 12 months before bought nothing in these 12 months. Trade "
        "books say that about %(baseline)s of all customers change every year: something to compare with, not an aim."
    ) % {
        "share": formats.share(last["lost"] / last["active"]),
        "baseline": formats.share(queries.profile().churn_baseline, decimals=0),
    }


# --- tables ----------------------------------------------------------------------------------------------


def _figures_table(told: Mapping[str, Any]) -> Table:
    names = {
        "risk": _("Risk of losing it"),
        "health": _("Health, by the ledger"),
        "silence": _("Days of silence alone"),
        "purchases": _("Purchase model alone (BG/NBD)"),
    }
    columns = (
        Column(_("Figure")),
        Column(_("Lost: told apart"), numeric=True, hint=_("AUC: 1 tells all apart, 0.5 is a coin")),
        Column(_("Lost: top tenth"), numeric=True, hint=_("Lift: 1 is chance")),
        Column(
            _("Lost or halved: told apart"), numeric=True, hint=_("AUC: 1 tells all apart, 0.5 is a coin")
        ),
        Column(_("Lost or halved: top tenth"), numeric=True, hint=_("Lift: 1 is chance")),
    )
    rows = [
        Row(
            (
                name,
                *(
                    formats.number(told["figures"][key][target][measure], decimals=2)
                    for target in ("lost", "shrunk")
                    for measure in ("auc", "lift")
                ),
            ),
            strong=key == "risk",
        )
        for key, name in names.items()
    ]
    return Table(columns, rows, _("How well each figure told"))


def _tenths_table(told: Mapping[str, Any]) -> Table:
    columns = (
        Column(_("Tenth, highest risk first")),
        Column(_("Accounts"), numeric=True),
        Column(_("Told"), numeric=True),
        Column(pgettext("what was told", "Came"), numeric=True),
    )
    rows = [
        Row(
            (
                formats.number(at),
                formats.number(each["accounts"]),
                formats.share(each["told"], decimals=0),
                formats.share(each["came"], decimals=0),
            )
        )
        for at, each in enumerate(told["tenths"]["shrunk"], start=1)
    ]
    return Table(columns, rows, _("By tenths"), cards=False)


def _standings_table(told: Mapping[str, Any]) -> Table:
    columns = (
        Column(_("Health a year ago")),
        Column(_("Accounts"), numeric=True),
        Column(_("Lost"), numeric=True),
        Column(_("Lost or halved"), numeric=True),
    )
    rows = [
        Row(
            (
                Cell(badges=(health_words.STANDINGS[each["standing"]],)),
                formats.number(each["accounts"]),
                _part_of(each["lost"], each["accounts"]),
                _part_of(each["shrunk"], each["accounts"]),
            )
        )
        for each in told["standings"]
    ]
    return Table(columns, rows, _("What came of good and poor health"))


def _part_of(part: int, whole: int) -> Cell | str:
    if not whole:
        return formats.MISSING
    return Cell(formats.share(part / whole, decimals=0), sub=formats.number(part))


def yearly_table(yearly: list[dict[str, Any]]) -> Table:
    columns = (
        Column(_("12 months to")),
        Column(_("Bought in the 12 months before"), numeric=True),
        Column(_("Lost"), numeric=True),
        Column(_("Share"), numeric=True),
        Column(_("Lost or halved"), numeric=True),
    )
    rows = [
        Row(
            (
                formats.date(dt.date.fromisoformat(each["to"]), short=True),
                formats.number(each["active"]),
                formats.number(each["lost"]),
                formats.share(each["lost"] / each["active"]),
                formats.share(each["shrunk"] / each["active"]),
            )
        )
        for each in reversed(yearly)
    ]
    return Table(columns, rows, _("Accounts lost a year"), cards=False)


def _lost(snapshot: Snapshot) -> QuerySet[AccountFigure]:
    """Those that a year ago were asked about and have bought nothing since."""
    return queries.account_figures(snapshot).filter(is_lost=True, risk_before__isnull=False)


def _missed(snapshot: Snapshot, usual: float) -> list[AccountFigure]:
    """Whose risk was no higher than that of all accounts together."""
    return list(_lost(snapshot).filter(risk_before__lte=usual).order_by("risk_before", "rank")[:_LISTED])


def _seen(snapshot: Snapshot, usual: float) -> list[AccountFigure]:
    return list(_lost(snapshot).filter(risk_before__gt=usual).order_by("-risk_before", "rank")[:_LISTED])


def _accounts_table(found: list[AccountFigure], snapshot: Snapshot, title: str) -> Table | None:
    if not found:
        return None
    columns = (
        Column(_("Account")),
        Column(_("Risk then"), numeric=True),
        Column(_("Health then"), numeric=True),
        Column(_("12 months before"), numeric=True, unit=snapshot.currency),
    )
    rows = [
        Row(
            (
                Cell(row.name, url=account_url(row.account)),
                formats.share(row.risk_before, decimals=0),
                formats.number(row.health_before),
                formats.money(row.basis_before, decimals=0),
            )
        )
        for row in found
    ]
    return Table(columns, rows, title)


# --- pictures --------------------------------------------------------------------------------------------


def _tenths_picture(told: Mapping[str, Any]) -> dict[str, Any]:
    tenths = told["tenths"]["shrunk"]
    return {
        "format": "share",
        "categories": [ngettext("tenth %(n)s", "tenth %(n)s", at) % {"n": at} for at in range(1, len(tenths) + 1)],
        "series": [
            {"name": pgettext("what was told", "Came"), "values": [each["came"] for each in tenths], "accent": True},
            {"name": _("Told"), "values": [each["told"] for each in tenths], "ghost": True},
        ],
    }  # fmt: skip


def _yearly_picture(yearly: list[dict[str, Any]]) -> dict[str, Any]:
    ends = [formats.month(dt.date.fromisoformat(each["to"]), short=True) for each in yearly]

    def line(name: str, values: list[float], *, accent: bool = False) -> dict[str, Any]:
        return {
            "name": name,
            "accent": accent,
            "points": [list(each) for each in zip(ends, values, strict=True)],
        }

    compared = queries.profile().churn_baseline  # FBK-04: information, not a target
    baseline = _("%(share)s, as trade books say") % {"share": formats.share(compared, decimals=0)}
    return {
        "format": "share",
        "series": [
            line(_("Lost"), [each["lost"] / each["active"] for each in yearly], accent=True),
            line(_("Lost or halved"), [each["shrunk"] / each["active"] for each in yearly]),
            line(baseline, [compared] * len(yearly)),
        ],
        "min": 0,
    }
