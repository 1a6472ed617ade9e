"""Words about plans of accounts on which we depend, and about barriers against competitors."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kamerton.portfolio.models import Barrier, Dependence
from kamerton.portfolio.models.protection import barrier_states
from kamerton.portfolio.protection_queries import Standing
from kamerton.web import formats
from kamerton.web.parts import Badge, State, Text
from kamerton.web.status_words import level_name

_STATES: Mapping[str, State] = {"idea": "off", "in_work": "info", "stands": "good", "lost": "bad"}

#: How far a plan is.
COMPLETENESS: Mapping[str, Badge] = {
    "none": Badge("bad", gettext_lazy("Incomplete: no barriers")),
    "ideas": Badge("warn", gettext_lazy("Incomplete: only ideas")),
    "building": Badge("info", gettext_lazy("Barriers in work"), soft=True),
    "standing": Badge("good", gettext_lazy("Barriers stand"), soft=True),
}


def state_badge(row: Barrier) -> Badge:
    return Badge(_STATES[row.state], dict(barrier_states())[row.state], soft=True)  # type: ignore[arg-type]


def grade_badge(span: Dependence) -> Badge:
    return Badge("bad" if span.grade == "mono" else "warn", span.get_grade_display())


def place(share: float, level: str, of: str) -> str:
    """38.2 % of the company's amount, or of a part of it."""
    if level == "company":
        return _("%(share)s of the company") % {"share": formats.share(share)}
    return _("%(share)s of %(where)s") % {"share": formats.share(share), "where": level_name(level, of)}


def sentence(name: str, told: Standing) -> str:
    """What matters about the plan first."""
    span = told.span
    if not told.in_force:
        return _("We no longer depend on %(name)s: since %(day)s %(why)s. Its barriers are kept.") % {
            "name": name, "day": formats.date(span.until), "why": span.get_end_why_display(),
        }  # fmt: skip
    where = place(span.share, span.level, span.of)
    words = {"name": name, "where": where, "line": formats.share(span.line, decimals=0)}
    first = _("%(name)s makes %(where)s; the line is %(line)s.") % words
    return f"{first} {_how_far(told)}"


def _how_far(told: Standing) -> str:
    if told.told == "none":
        return _("The plan is incomplete: nothing is written down that keeps competitors out.")
    if told.told == "ideas":
        return _("The plan is incomplete: its barriers are only ideas.")
    count = told.counts.get("stands", 0)
    if not count:
        return _("Barriers are in work; none stands yet.")
    text = ngettext("%(n)s barrier stands.", "%(n)s barriers stand.", count)
    return text % {"n": formats.number(count)}


def barrier_sub(row: Barrier) -> Text:
    """Against whom, whose it is, since when."""
    parts = [row.get_kind_display(), row.owner.display_name]
    if row.against:
        parts.insert(1, _("against %(name)s") % {"name": row.against})
    if row.since:
        parts.append(_("since %(day)s") % {"day": formats.date(row.since, short=True)})
    return " · ".join(str(part) for part in parts)
