"""The PowerPoint template of the review where the company has not put its own: a slide with the title, then four that
are repeated for each account.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from kamerton.documents.kinds.deck_parts import add_block, add_page, add_text, add_tile, deck_of
from kamerton.documents.office.slide_blocks import QUIET


def template() -> bytes:
    return deck_of(_standing, _buying, _people, _next)


def _standing(deck: Any) -> None:
    slide = add_page(deck, _("Where we stand"))
    add_text(slide, "opening", "{{opening}}", (0.5, 1.3, 12.3, 0.4), 14, colour=QUIET)
    tiles = (
        (_("Turnover, 12 months"), "{{figures.turnover}}"),
        (_("Growth of turnover"), "{{figures.growth}}"),
        (_("Margin"), "{{figures.margin}}"),
        (_("Health, of 100"), "{{figures.health}}"),
        (_("At risk"), "{{figures.at_risk}}"),
    )
    for at, (label, value) in enumerate(tiles):
        left = 0.5 + at * 2.5
        add_tile(slide, label, value, left)
    add_block(slide, "turnover", _("Turnover by month"), "{{chart.turnover}}", (0.5, 3.2, 12.3, 3.8))


def _buying(deck: Any) -> None:
    slide = add_page(deck, _("What they buy"))
    add_block(slide, "families", _("By product family"), "{{chart.families}}", (0.5, 1.45, 7.2, 5.5))
    add_block(slide, "years", _("By year"), "{{table.years}}", (8.0, 1.45, 4.8, 4.0))


def _people(deck: Any) -> None:
    slide = add_page(deck, _("People and needs"))
    add_block(slide, "people", _("People"), "{{table.people}}", (0.5, 1.45, 8.3, 5.4))
    add_block(slide, "needs", _("Open needs"), "{{table.needs}}", (9.0, 1.45, 3.8, 5.4))


def _next(deck: Any) -> None:
    slide = add_page(deck, _("What is next"))
    add_block(slide, "tasks", _("Open tasks"), "{{table.tasks}}", (0.5, 1.45, 6.0, 5.4))
    add_block(slide, "opportunities", _("Opportunities"), "{{table.opportunities}}", (6.8, 1.45, 6.0, 5.4))
