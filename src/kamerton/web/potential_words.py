"""What the pages of potential say: sentences, badges, labels."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kamerton.accounts import choices
from kamerton.portfolio import potential_queries as asked
from kamerton.portfolio.models import Estimate, Opportunity, Wallet
from kamerton.web import formats
from kamerton.web.parts import Badge, State
from kamerton.web.trail_words import register

STAGES: Mapping[str, State] = {
    "found": "neutral", "talking": "info", "offered": "key", "won": "good", "lost": "off",
}  # fmt: skip
_CONFIDENCES: Mapping[str, State] = {"verified": "good", "likely": "info", "assumed": "warn"}

register(
    {
        "portfolio.estimate": gettext_lazy("%(person)s estimated a need"),
        "portfolio.unestimate": gettext_lazy("%(person)s took an estimate back"),
        "portfolio.fill_sheet": gettext_lazy("%(person)s estimated the need by a template"),
        "portfolio.add_division": gettext_lazy("%(person)s added a division"),
        "portfolio.rename_division": gettext_lazy("%(person)s renamed a division"),
        "portfolio.remove_division": gettext_lazy("%(person)s removed a division"),
        "portfolio.close_cell": gettext_lazy("%(person)s noted why a family is no opportunity"),
        "portfolio.open_cell": gettext_lazy("%(person)s opened a closed family again"),
        "portfolio.add_opportunity": gettext_lazy("%(person)s wrote down an opportunity"),
        "portfolio.edit_opportunity": gettext_lazy("%(person)s changed an opportunity"),
        "portfolio.unadd_opportunity": gettext_lazy("%(person)s took an opportunity back"),
    }
)


def family_label(family: str) -> str:
    """The families that are not kept apart share the empty name."""
    return family or str(_("Everything else"))


def stage_badge(row: Opportunity, soft: bool = False) -> Badge:
    return Badge(STAGES[row.stage], row.get_stage_display(), soft=soft)


def confidence_badge(confidence: str) -> Badge:
    labels: dict[str, str | Promise] = dict(choices.confidences())
    return Badge(_CONFIDENCES.get(confidence, "warn"), labels.get(confidence, confidence), soft=True)


def whole(amount: Decimal | None, currency: str) -> str:
    return formats.money(amount, currency, decimals=0)


def short(amount: Decimal | None, currency: str) -> str:
    return formats.money(amount, currency, compact=True)


def lead(wallet: Wallet | None, largest: asked.MatrixCell | None, currency: str) -> str:
    """What of the wallet is ours, and where most of the rest lies."""
    if wallet is None:
        return _("Nobody has estimated yet what this account needs.")
    told = {
        "ours": short(wallet.ours, currency),
        "need": short(wallet.short, currency),
        "share": formats.share(wallet.share, decimals=0),
    }
    if wallet.share is None:
        first = _("By the estimates this account needs nothing that we sell in the next 12 months.")
    else:
        first = (
            _("We sell %(ours)s of the %(need)s that this account needs a year: %(share)s of its wallet.")
            % told
        )
    return f"{first} {_largest(largest, currency)}".strip()


def _largest(cell: asked.MatrixCell | None, currency: str) -> str:
    if cell is None or cell.wallet is None or not cell.wallet.gap:
        return ""
    told = {"family": family_label(cell.family), "gap": short(cell.wallet.gap, currency)}
    if cell.estimate and cell.estimate.competitor:
        told["competitor"] = cell.estimate.competitor
        return _("The largest gap is %(family)s, %(gap)s, where %(competitor)s sells.") % told
    return _("The largest gap is %(family)s, %(gap)s.") % told


def horizon(wallet: Wallet, currency: str) -> str:
    told = {"n": formats.number(wallet.horizon_years), "amount": short(wallet.long, currency)}
    return ngettext("%(amount)s over %(n)s year", "%(amount)s over %(n)s years", wallet.horizon_years) % told


def hint(cell: asked.MatrixCell) -> str:
    found = cell.suggestion
    if found is None:
        return ""
    told = {"buyers": formats.number(found.buyers), "peers": formats.number(found.peers)}
    return _("%(buyers)s of %(peers)s similar buy it") % told


def hint_at_length(cell: asked.MatrixCell, currency: str) -> str:
    found = cell.suggestion
    if found is None:
        return ""
    told = {
        "buyers": formats.number(found.buyers),
        "peers": formats.number(found.peers),
        "family": family_label(cell.family),
        "typical": whole(Decimal(str(found.typical)), currency),
        "amount": whole(Decimal(str(found.at_size)), currency),
    }
    return (
        _(
            "%(buyers)s of %(peers)s similar accounts buy %(family)s, this one hardly or not at all. They spend about %(typical)s"
            " a year on it; at the size of this account that would be about %(amount)s."
        )
        % told
    )


def similar_to(found: asked.Compared) -> str:
    """Why these are compared, and who of them the reader may know."""
    n = len(found.peers.places)
    if found.peers.why == "industry":
        text = ngettext(
            "Compared with %(n)s account of the same industry that buys a similar mix.",
            "Compared with %(n)s accounts of the same industry that buy a similar mix.",
            n,
        )
    else:
        text = ngettext(
            "Compared with %(n)s account that buys a similar mix.",
            "Compared with %(n)s accounts that buy a similar mix.",
            n,
        )
    return text % {"n": formats.number(n)}


def remarks(wallet: Wallet | None, today: dt.date) -> list[str]:
    """What speaks against trusting the figures."""
    if wallet is None:
        return []
    found = []
    if wallet.near_only:
        found.append(
            _(
                "All estimates look at the next 12 months only. Say what is needed in the years after, up to five."
            )
        )
    if wallet.too_low:
        found.append(_("In some family we sell more than is said to be needed: that estimate is too low."))
    if asked.is_stale(wallet.dated, today):
        told = {"day": formats.date(wallet.dated)}
        found.append(_("The oldest estimate is of %(day)s. Ask again what is needed.") % told)
    return found


def whence(row: Estimate) -> str:
    """Source, author, day, in one line."""
    kinds: dict[str, str | Promise] = dict(choices.fact_sources())
    parts = [
        formats.date(row.dated, short=True),
        str(kinds.get(row.source_kind, "")) if row.source_kind else "",
        row.source,
        row.created_by.display_name if row.created_by else "",
    ]
    return " · ".join(part for part in parts if part)


def years_shown(amounts: Sequence[Decimal], currency: str) -> str:
    return " → ".join(whole(each, currency) for each in amounts)
