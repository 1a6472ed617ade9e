"""Words about who is key: levels, definitions, sentences."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from kamerton.analytics.model import Thresholds
from kamerton.portfolio.models.status import key_levels
from kamerton.portfolio.status_queries import LevelShare
from kamerton.web import formats, key_words
from kamerton.web.parts import Badge, Cell, Column, Row, Table


def level_name(level: str, of: str = "") -> str:
    """The whole company; department Sales; manager Adler."""
    if level == "department" and of:
        return _("department %(name)s") % {"name": of}
    if level == "manager" and of:
        return _("manager %(name)s") % {"name": of}
    return _("the whole company") if level == "company" else str(dict(key_levels())[level])


def benefit_and_risk(share: float, level: str, of: str) -> tuple[str, str]:
    """What we gain by depending on an account and what that endangers: never one without the other (C20)."""
    told = {"share": formats.share(share), "where": level_name(level, of)}
    return (
        _("Brings %(share)s (%(where)s); whom we know this well pays in the long run.") % told,
        _("If it left, %(share)s would go (%(where)s); it knows that when it asks for prices.") % told,
    )


def levels_sentence(shares: Sequence[LevelShare]) -> str:
    """Where the account is key by figures; "" where it is key nowhere."""
    held = [each for each in shares if each.key is not None and each.counts]
    if not held:
        return ""
    if held[0].level == "company":
        return _("By the figures it is key for the whole company.")
    largest = max(held, key=lambda each: each.share or 0.0)
    told = {
        "company": formats.share(shares[0].share),
        "share": formats.share(largest.share, decimals=0),
        "name": largest.of,
    }
    if any(each.level == "department" for each in held):
        return _("%(company)s of the company, but %(share)s of %(name)s: key at department level.") % told
    return _("%(company)s of the company, but %(share)s of %(name)s: key at manager level only.") % told


def levels_table(shares: Sequence[LevelShare], lines: Thresholds) -> Table:
    """The share at each level, with the line, and where it is a dependence (SEL-04, SEL-05)."""
    columns = (Column(_("Of")), Column(_("Share"), numeric=True))
    return Table(columns, [_level_row(each, lines) for each in shares], _("Share at each level"), cards=False)


def _level_row(each: LevelShare, lines: Thresholds) -> Row:
    marks = [key_words.key_badge()] if each.key is not None and each.counts else []
    if (each.share or 0.0) > lines.share_mono:
        marks.append(Badge("bad", _("Mono client"), soft=True))
    elif (each.share or 0.0) > lines.share_critical:
        marks.append(Badge("bad", _("Critical"), soft=True))
    sub = "" if each.counts else _("does not count by your profile")
    name = _("the company") if each.level == "company" else each.of
    share = Cell(formats.share(each.share), share=each.share, mark=lines.share_key)
    return Row((Cell(name, sub=sub, badges=tuple(marks)), share), faint=not each.counts)
