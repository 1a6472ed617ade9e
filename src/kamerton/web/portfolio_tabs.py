"""The pages about the whole portfolio, as tabs over each of them: those that this person may open."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy

from kamerton.access import policy
from kamerton.web.parts import Tab

#: URL name, label, right. A page whose address does not exist is left out.
PAGES = (
    ("portfolio", gettext_lazy("Overview"), "portfolio.view_all"),
    ("key_accounts", gettext_lazy("Key accounts"), "portfolio.view"),
    ("risks", gettext_lazy("Risk"), "portfolio.view"),
    ("potential", gettext_lazy("Potential"), "portfolio.view"),
    ("portfolio_maps", gettext_lazy("Maps"), "portfolio.view_all"),
    ("what_if", gettext_lazy("What if"), "portfolio.view_all"),
    ("portfolio_values", gettext_lazy("Value"), "portfolio.view"),
    ("department_plans", gettext_lazy("Targets"), "portfolio.view"),
    ("serving", gettext_lazy("Cost to serve"), "portfolio.view_all"),
    ("sellers", gettext_lazy("Sellers"), "portfolio.view_all"),
    ("programme", gettext_lazy("Programme"), "portfolio.view_all"),
    ("foresight", gettext_lazy("How well it told"), "portfolio.view_all"),
)


def portfolio_tabs(actor: policy.Actor, current: str) -> list[Tab]:
    return [
        Tab(label, url, name == current)
        for name, label, right in PAGES
        if policy.can(actor, right) and (url := _url(name))
    ]


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
