"""What is set for the whole company, as tabs over each of its pages."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy

from kamerton.access import policy
from kamerton.web.parts import Tab

_TABS = (
    ("settings", gettext_lazy("Figures")),
    ("limits", gettext_lazy("Accounts for one person")),
    ("visit_norms", gettext_lazy("Norms of visits")),
    ("costs", gettext_lazy("Own costs")),
    ("autonomy", gettext_lazy("Projects")),
    ("claim_terms", gettext_lazy("Claims")),
    ("instruments", gettext_lazy("Questionnaires and checklists")),
    ("industries", gettext_lazy("Industries")),
)


def settings_tabs(actor: policy.Actor, current: str) -> list[Tab]:
    """None for people who set nothing: they see some of the pages too."""
    if not policy.can(actor, "portfolio.configure"):
        return []
    return [Tab(label, reverse(name), name == current) for name, label in _TABS]
