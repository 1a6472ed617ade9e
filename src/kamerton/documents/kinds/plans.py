"""The account business plan as a document and as slides, on one page, and as the customer may see it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from kamerton.access.models import User
from kamerton.documents import words
from kamerton.documents.content import Chart, Column, Content, Field, Section, Series, Table, Value
from kamerton.documents.kinds import plan_deck
from kamerton.documents.kinds.plan_facts import PlanFacts, Row, customers_facts, example, facts_of
from kamerton.documents.registry import DocumentKind, Gathered, register
from kamerton.plans import choices
from kamerton.plans.models import Plan

_DAY = dt.date(2026, 1, 15)
#: Rows of each table of the one-page plan.
_FEW = 4
#: And signs of each of its texts.
_LINE = 56


def gather(actor: User, plan: Plan, now: dt.datetime) -> Gathered:
    facts = facts_of(actor, plan, now)
    return Gathered(content(facts, timezone.localdate(now)), plan, plan.account, facts.read)


def gather_page(actor: User, plan: Plan, now: dt.datetime) -> Gathered:
    facts = facts_of(actor, plan, now)
    return Gathered(page(facts, timezone.localdate(now)), plan, plan.account, facts.read)


def gather_customers(_actor: User, plan: Plan, now: dt.datetime) -> Gathered:
    return Gathered(customers(customers_facts(plan), timezone.localdate(now)), plan, plan.account)


def content(of: PlanFacts, day: dt.date) -> Content:
    return Content(
        title=_("Account plan: %(account)s") % {"account": of.account},
        day=day,
        opening=_opening(of),
        sections=(
            _head(of),
            Section(_("Why this account"), text=tuple(of.why.splitlines())),
            _swot(of),
            _lines(of, "interest", "interests", _("Interests of the customer")),
            _objectives(of),
            _lines(of, "solution", "solutions", _("Individual solutions")),
            _lines(of, "idea", "ideas", _("Ideas")),
            _lines(of, "design", "designs", _("Products developed together")),
            _chances(of),
            _activities(of),
            Section(_("What makes them stay"), text=tuple(of.loyalty.splitlines())),
            _reviews(of),
        ),
    )


def page(of: PlanFacts, day: dt.date) -> Content:
    """What a review of ten minutes needs: goals, what is done next, what stands in the way."""
    return Content(
        title=_("%(account)s on one page") % {"account": of.account},
        day=day,
        opening=_opening(of),
        sections=(_short_head(of), _short_objectives(of), _short_activities(of), _short_swot(of)),
    )


def customers(of: PlanFacts, day: dt.date) -> Content:
    """The same keys as far as the customer may see what they hold; the others do not exist in it."""
    span = _("%(first)s to %(last)s") % {"first": words.told(of.starts_on), "last": words.told(of.ends_on)}
    told = (
        Field("account.name", _("Account"), of.account),
        Field("plan.title", _("Plan"), of.title),
        Field("plan.owner", _("Your contact at our side"), of.owner),
        Field("plan.starts_on", _("From"), of.starts_on, "date"),
        Field("plan.ends_on", _("Until"), of.ends_on, "date"),
        Field("plan.agreement", _("What we want to agree"), of.agreement),
        Field("plan.effective", _("How we make it work"), of.effective),
    )
    return Content(
        title=_("Joint plan: %(account)s") % {"account": of.account},
        day=day,
        opening=span,
        sections=(
            Section(_("The plan"), fields=told),
            _lines(of, "interest", "interests", _("Your interests")),
            _customers_objectives(of),
            _lines(of, "solution", "solutions", _("Individual solutions")),
            _lines(of, "idea", "ideas", _("Ideas")),
            _lines(of, "design", "designs", _("Products developed together")),
            _customers_activities(of),
        ),
    )


def _opening(of: PlanFacts) -> str:
    told = {
        "title": of.title,
        "first": words.told(of.starts_on),
        "last": words.told(of.ends_on),
        "phase": of.phase,
    }
    return _("%(title)s, %(first)s to %(last)s. Phase: %(phase)s.") % told


def _head(of: PlanFacts) -> Section:
    return Section(
        _("The plan"),
        fields=(
            Field("account.name", _("Account"), of.account),
            Field("account.number", _("Number"), of.number),
            Field("plan.title", _("Plan"), of.title),
            Field("plan.phase", _("Phase"), of.phase),
            Field("plan.owner", pgettext("task", "Owner"), of.owner),
            Field("plan.starts_on", _("From"), of.starts_on, "date"),
            Field("plan.ends_on", _("Until"), of.ends_on, "date"),
            Field("plan.potential", _("Potential a year"), of.potential, "money", of.currency),
            Field("plan.finish", _("Earliest finish"), of.finish, "date"),
            Field("plan.on_time", _("Done on time"), of.on_time, "share"),
            Field("plan.late", _("Late activities"), of.late, "count"),
            Field("plan.approved", _("Approval"), of.approved),
            Field("plan.agreement", _("Agreement to aim at"), of.agreement),
            Field("plan.effective", _("How it is made to work"), of.effective),
        ),
    )


def _swot(of: PlanFacts) -> Section:
    words_of = {key: str(label) for key, label in choices.line_kinds()}
    tables = tuple(
        Table(key, words_of[kind], (Column("what", _("What"), weight=2), Column("more", _("More"))),
              tuple(row[:2] for row in of.lines.get(kind, ())))
        for kind, key in (("strength", "strengths"), ("weakness", "weaknesses"), ("chance", "chances"), ("threat", "threats"))
    )  # fmt: skip
    return Section(_("Strengths, weaknesses, opportunities, threats"), tables=tables)


def _short(text: Value) -> Value:
    """So that the page stays one page."""
    return f"{text[: _LINE - 1].rstrip()}…" if isinstance(text, str) and len(text) > _LINE else text


def _short_head(of: PlanFacts) -> Section:
    wanted = (
        "account.name",
        "plan.title",
        "plan.owner",
        "plan.finish",
        "plan.on_time",
        "plan.late",
        "plan.approved",
    )
    fields = [each for each in _head(of).fields if each.key in wanted]
    agreement = Field("plan.agreement", _("Agreement to aim at"), _short(of.agreement))
    return Section(_("The plan"), fields=(*fields, agreement))


def _short_objectives(of: PlanFacts) -> Section:
    return _shortened(_objectives(of, _FEW), ("what", "now", "target", "until", "agreed"))


def _short_activities(of: PlanFacts) -> Section:
    return _shortened(
        _activities(replace(of, activities=_next(of)[:_FEW])), ("what", "owner", "day", "state")
    )


#: Of the one-page plan: a row is one line.
_SHORT_WEIGHTS = {"what": 5.4, "owner": 2.0, "agreed": 2.0, "until": 1.7, "day": 1.7}


def _shortened(section: Section, wanted: tuple[str, ...]) -> Section:
    """Its table with these columns, the first one wide, its texts cut."""
    (table,) = section.tables
    places = [at for at, column in enumerate(table.columns) if column.key in wanted]
    columns = tuple(
        replace(table.columns[at], weight=_SHORT_WEIGHTS.get(table.columns[at].key, 1.2)) for at in places
    )
    rows = tuple(tuple(_short(row[at]) for at in places) for row in table.rows)
    return Section(section.title, tables=(replace(table, columns=columns, rows=rows),))


def _short_swot(of: PlanFacts) -> Section:
    names = {key: str(label) for key, label in choices.line_kinds()}
    rows = tuple((names[kind], _short(row[0])) for kind in choices.SWOT for row in of.lines.get(kind, ())[:2])
    columns = (Column("kind", _("Kind")), Column("what", _("What"), weight=5))
    title = _("Strengths, weaknesses, opportunities, threats")
    return Section(title, tables=(Table("swot", title, columns, rows),))


def _lines(of: PlanFacts, kind: str, key: str, title: str) -> Section:
    columns = (
        Column("what", _("What"), weight=2),
        Column("more", _("More"), weight=2),
        Column("state", _("State")),
    )
    return Section(title, tables=(Table(key, title, columns, of.lines.get(kind, ())),))


def _objectives(of: PlanFacts, most: int | None = None) -> Section:
    columns = (
        Column("what", _("What is to be reached"), weight=2.6),
        Column("from", _("From")),
        Column("now", _("Now")),
        Column("target", _("Target")),
        Column("way", _("Of the way"), "share", weight=0.8),
        Column("until", _("Until"), "date"),
        Column("agreed", _("Agreed with"), weight=1.2),
    )
    rows = of.objectives[:most]
    way = Chart(
        "progress",
        _("How far the objectives are"),
        "bar",
        tuple(str(row[0]) for row in rows),
        (Series(_("Of the way"), tuple(row[4] if isinstance(row[4], float) else None for row in rows)),),
        value_kind="share",
    )
    return Section(
        _("Objectives"), charts=(way,), tables=(Table("objectives", _("Objectives"), columns, rows),)
    )


def _chances(of: PlanFacts) -> Section:
    columns = (
        Column("what", _("What"), weight=2),
        Column("stage", _("Stage")),
        Column("amount", _("Amount a year"), "money", of.currency),
        Column("day", _("Expected on"), "date"),
    )
    return Section(
        _("Opportunities"), tables=(Table("opportunities", _("Opportunities"), columns, of.opportunities),)
    )


def _activities(of: PlanFacts) -> Section:
    columns = (
        Column("what", _("What is done"), weight=2.4),
        Column("part", _("Part of")),
        Column("owner", pgettext("task", "Owner"), weight=1.2),
        Column("day", _("Done by"), "date"),
        Column("finish", _("Earliest finish"), "date"),
        Column("state", _("State"), weight=0.8),
    )
    return Section(_("Activities"), tables=(Table("activities", _("Activities"), columns, of.activities),))


def _next(of: PlanFacts) -> tuple[Row, ...]:
    """What is still to do."""
    return tuple(row for row in of.activities if row[5] not in (_("Done"), _("Dropped")))


def _reviews(of: PlanFacts) -> Section:
    columns = (Column("day", _("On"), "date"), Column("said", _("Minutes"), weight=4))
    return Section(_("Reviews"), tables=(Table("reviews", _("Reviews"), columns, of.reviews),))


def _customers_objectives(of: PlanFacts) -> Section:
    columns = (
        Column("what", _("What is to be reached"), weight=2.4),
        Column("from", _("From")),
        Column("target", _("Target")),
        Column("until", _("Until"), "date"),
        Column("agreed", _("Agreed with"), weight=1.2),
    )
    rows = tuple((row[0], row[1], row[3], row[5], row[6]) for row in of.objectives)
    return Section(_("Objectives"), tables=(Table("objectives", _("Objectives"), columns, rows),))


def _customers_activities(of: PlanFacts) -> Section:
    columns = (
        Column("what", _("What is done"), weight=2.4),
        Column("owner", _("By whom"), weight=1.2),
        Column("day", _("Done by"), "date"),
    )
    rows = tuple((row[0], row[2], row[3]) for row in of.activities)
    return Section(_("Activities"), tables=(Table("activities", _("Activities"), columns, rows),))


PLAN = register(
    DocumentKind(
        key="plan",
        name=gettext_lazy("Account plan"),
        text=gettext_lazy("The whole plan with its goals, activities and how far it is, for our own people"),
        about="plan",
        formats=("docx", "pdf", "pptx"),
        right="portfolio.view",
        gather=gather,
        example=lambda: content(example(), _DAY),
        deck=plan_deck.template,
    )
)
PAGE = register(
    DocumentKind(
        key="plan_page",
        name=gettext_lazy("Plan on one page"),
        text=gettext_lazy("What a review of ten minutes needs"),
        about="plan",
        formats=("pdf", "docx"),
        right="portfolio.view",
        gather=gather_page,
        example=lambda: page(example(), _DAY),
    )
)
CUSTOMERS = register(
    DocumentKind(
        key="plan_customer",
        name=gettext_lazy("Plan for the customer"),
        text=gettext_lazy("Only what is open: nothing internal or secret, no budgets, no reasons of ours"),
        about="plan",
        formats=("docx", "pdf", "pptx"),
        right="accounts.edit",
        gather=gather_customers,
        example=lambda: customers(example(), _DAY),
        deck=plan_deck.customers_template,
    )
)
