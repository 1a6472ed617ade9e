"""The decision about the business case: whether the programme pays, with the lines as they were."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from kamerton.portfolio.programme_queries import CASE as _KEY
from kamerton.work.kinds import By, Kind, register

CASE = register(
    Kind(
        key=_KEY,
        name=gettext_lazy("Business case of key account management"),
        right="portfolio.configure",
        steps=(By("role", ("director", "administrator", "head_of_sales")),),
        reason_label=gettext_lazy("Why we should"),
        approved=gettext_lazy("Approved"),
        rejected=gettext_lazy("Not approved"),
        more=(
            ("figures_text", gettext_lazy("Cost and benefit")),
            ("verdict_text", gettext_lazy("What the figures say")),
            ("lines_text", gettext_lazy("Lines, and who said them")),
        ),
    )
)
