"""The sentences that open pages: made from the figures, true in every language.

Each case has a whole sentence of its own, so that a translation never has to glue words together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kamerton.core.telling import told
from kamerton.portfolio.models import Snapshot
from kamerton.portfolio.queries import Dependence
from kamerton.web import formats


def portfolio(
    snapshot: Snapshot, keys: int, heaviest: Sequence[Dependence], decided: float | None = None
) -> str:
    """Who is key, what they make together, and who is past the critical line.

    `decided`: the share of those who are key by decision; None: who is key by the figures is meant.
    """
    return f"{_who_is_key(snapshot, keys, heaviest, decided)} {_who_is_critical(snapshot, heaviest)}".strip()


def _who_is_key(snapshot: Snapshot, keys: int, heaviest: Sequence[Dependence], decided: float | None) -> str:
    income = snapshot.basis == "income"
    share = snapshot.figures["key_share"] if decided is None else decided
    if keys and share is not None:
        if income:
            text = ngettext(
                "%(n)s key account makes %(share)s of income.",
                "%(n)s key accounts make %(share)s of income.",
                keys,
            )
        else:
            text = ngettext(
                "%(n)s key account makes %(share)s of turnover.",
                "%(n)s key accounts make %(share)s of turnover.",
                keys,
            )
        return text % {"n": formats.number(keys), "share": formats.share(share, decimals=0)}
    if not heaviest:
        return _("Nothing was sold in these 12 months.")
    told = {
        "name": heaviest[0].account.name,
        "share": formats.share(heaviest[0].share),
        "line": formats.share(snapshot.profile["share_key"], decimals=0),
    }
    if income:
        return _("No account is above %(line)s of income: the largest, %(name)s, makes %(share)s.") % told
    return _("No account is above %(line)s of turnover: the largest, %(name)s, makes %(share)s.") % told


def _who_is_critical(snapshot: Snapshot, heaviest: Sequence[Dependence]) -> str:
    past = [each.account.name for each in heaviest if each.past in ("critical", "mono")]
    line = formats.share(snapshot.profile["share_critical"], decimals=0)
    if len(past) == 1:
        return _("%(name)s alone is past the critical line of %(line)s.") % {"name": past[0], "line": line}
    if past:
        return _("%(names)s are past the critical line of %(line)s.") % {"names": _listed(past), "line": line}
    return _("None is past the critical line of %(line)s.") % {"line": line} if heaviest else ""


def _listed(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


def dependence(snapshot: Snapshot, each: Dependence) -> str:
    """What goes if one account leaves, and where the line is."""
    told = {
        "name": each.account.name,
        "share": formats.share(each.share, decimals=0),
        "amount": formats.money(each.amount, snapshot.currency, compact=True),
        "line": formats.share(each.line, decimals=0),
    }
    return _dependence_text(snapshot.basis == "income", each.past) % told


def _dependence_text(income: bool, past: str) -> str:
    by_income = {
        "mono": _("If %(name)s left, %(share)s of income goes: beyond %(line)s one customer is the company."),
        "critical": _("If %(name)s left, %(share)s of income goes; the critical line is %(line)s."),
        "key": _("If %(name)s left, %(share)s of income goes; it becomes critical above %(line)s."),
        "none": _("If %(name)s left, %(share)s of income goes; it becomes key above %(line)s."),
    }
    by_turnover = {
        "mono": _(
            "If %(name)s left, %(share)s of turnover goes: beyond %(line)s one customer is the company."
        ),
        "critical": _("If %(name)s left, %(share)s of turnover goes; the critical line is %(line)s."),
        "key": _("If %(name)s left, %(share)s of turnover goes; it becomes critical above %(line)s."),
        "none": _("If %(name)s left, %(share)s of turnover goes; it becomes key above %(line)s."),
    }
    return (by_income if income else by_turnover)[past]


def key_norm(snapshot: Snapshot) -> str:
    """The key accounts' part against the norm (SEL-15)."""
    share, (low, high) = snapshot.figures["key_share"], snapshot.profile["key_share_norm"]
    if share is None:
        return ""
    told = {"low": formats.share(low, decimals=0), "high": formats.share(high, decimals=0)}
    if share < low:
        return _("below the usual %(low)s to %(high)s") % told
    if share > high:
        return _("above the usual %(low)s to %(high)s") % told
    return _("within the usual %(low)s to %(high)s") % told


def pareto(snapshot: Snapshot) -> str:
    """How few make most, on turnover (SEL-14)."""
    now = snapshot.figures["concentration_window"]
    if now["accounts_for_80pct"] is None or now["top20pct_share"] is None:
        return ""
    text = ngettext(
        "%(n)s account makes 80 %% of turnover; the top 20 %% of accounts make %(share)s.",
        "%(n)s accounts make 80 %% of turnover; the top 20 %% of accounts make %(share)s.",
        now["accounts_for_80pct"],
    )
    told = {
        "n": formats.number(now["accounts_for_80pct"]),
        "share": formats.share(now["top20pct_share"], decimals=0),
    }
    return text % told


def whale(snapshot: Snapshot) -> str:
    """Where the income curve peaks: what the profitable accounts make together."""
    points = [point for point in snapshot.figures["curves"]["income"] if point["share"] is not None]
    if not points:
        return ""
    peak = max(points, key=lambda point: point["share"])
    if peak["share"] <= 1.0 + 1e-9:
        return _("No account costs more than it brings.")
    text = ngettext(
        "The best %(n)s account makes %(share)s of income; the rest gives part of it back.",
        "The best %(n)s accounts make %(share)s of income; the rest give part of it back.",
        peak["accounts"],
    )
    return text % {"n": formats.number(peak["accounts"]), "share": formats.share(peak["share"], decimals=0)}


def as_of(snapshot: Snapshot) -> str:
    """Period, currency, basis and its caveat: stands under every lead sentence."""
    window = snapshot.figures["window"]
    values = {
        "from": formats.date(dt.date.fromisoformat(window["from_date"])),
        "to": formats.date(dt.date.fromisoformat(window["to_date"])),
        "currency": snapshot.currency,
    }
    text = (
        _("%(from)s to %(to)s, in %(currency)s, by income.")
        if snapshot.basis == "income"
        else _("%(from)s to %(to)s, in %(currency)s, by turnover.")
    )
    return f"{text % values} {told(snapshot.basis_note)}".strip()
