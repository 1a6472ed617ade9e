"""The PowerPoint templates of the account plan where the company has not put its own: ours, and the customer's."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from kamerton.documents.kinds.deck_parts import add_block, add_page, add_text, add_tile, deck_of
from kamerton.documents.office.slide_blocks import QUIET


def template() -> bytes:
    return deck_of(_standing, _swot, _objectives, _activities)


def customers_template() -> bytes:
    return deck_of(_interests, _customers_objectives, _activities)


def _standing(deck: Any) -> None:
    slide = add_page(deck, _("Where the plan stands"))
    add_text(slide, "opening", "{{opening}}", (0.5, 1.3, 12.3, 0.4), 14, colour=QUIET)
    tiles = (
        (_("Phase"), "{{plan.phase}}"),
        (_("Potential a year"), "{{plan.potential}}"),
        (_("Earliest finish"), "{{plan.finish}}"),
        (_("Done on time"), "{{plan.on_time}}"),
        (_("Late activities"), "{{plan.late}}"),
    )
    for at, (label, value) in enumerate(tiles):
        add_tile(slide, label, value, 0.5 + at * 2.5)
    add_block(slide, "agreement", _("Agreement to aim at"), "{{plan.agreement}}", (0.5, 3.3, 6.0, 1.6))
    add_block(slide, "effective", _("How it is made to work"), "{{plan.effective}}", (6.8, 3.3, 6.0, 1.6))
    add_block(
        slide, "interests", _("Interests of the customer"), "{{table.interests}}", (0.5, 5.0, 12.3, 2.0)
    )


def _swot(deck: Any) -> None:
    slide = add_page(deck, _("Strengths, weaknesses, opportunities, threats"))
    add_block(slide, "strengths", _("Strengths"), "{{table.strengths}}", (0.5, 1.45, 6.0, 2.7))
    add_block(slide, "weaknesses", _("Weaknesses"), "{{table.weaknesses}}", (6.8, 1.45, 6.0, 2.7))
    add_block(slide, "chances", _("Opportunities"), "{{table.chances}}", (0.5, 4.3, 6.0, 2.7))
    add_block(slide, "threats", _("Threats"), "{{table.threats}}", (6.8, 4.3, 6.0, 2.7))


def _objectives(deck: Any) -> None:
    slide = add_page(deck, _("Objectives"))
    add_block(slide, "progress", _("How far the objectives are"), "{{chart.progress}}", (0.5, 1.4, 12.3, 2.6))
    add_block(slide, "objectives", _("Objectives"), "{{table.objectives}}", (0.5, 4.1, 12.3, 2.9))


def _activities(deck: Any) -> None:
    slide = add_page(deck, _("What is done, by whom and when"))
    add_block(slide, "activities", _("Activities"), "{{table.activities}}", (0.5, 1.4, 12.3, 5.6))


def _interests(deck: Any) -> None:
    slide = add_page(deck, _("What we want to reach together"))
    add_text(slide, "opening", "{{opening}}", (0.5, 1.3, 12.3, 0.4), 14, colour=QUIET)
    add_block(slide, "interests", _("Your interests"), "{{table.interests}}", (0.5, 1.9, 12.3, 2.6))
    add_block(slide, "agreement", _("What we want to agree"), "{{plan.agreement}}", (0.5, 4.7, 6.0, 2.2))
    add_block(slide, "effective", _("How we make it work"), "{{plan.effective}}", (6.8, 4.7, 6.0, 2.2))


def _customers_objectives(deck: Any) -> None:
    slide = add_page(deck, _("Objectives"))
    add_block(slide, "objectives", _("Objectives"), "{{table.objectives}}", (0.5, 1.4, 12.3, 5.6))
