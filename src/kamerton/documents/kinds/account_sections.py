"""Sections about an account, made of its facts. The documents about accounts are choices of these. Pure."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kamerton.documents import words
from kamerton.documents.content import Chart, Column, Field, Section, Series, Table
from kamerton.documents.kinds.account_facts import AccountFacts, Figures, Month


def company(of: AccountFacts) -> Section:
    told = (
        ("account.name", _("Name"), of.name),
        ("account.number", _("Number"), of.number),
        ("account.legal_name", _("Legal name"), of.legal_name),
        ("account.group", _("Group"), of.group),
        ("account.industry", _("Industry"), of.industry),
        ("account.country", _("Country"), of.country),
        ("account.website", _("Website"), of.website),
        ("account.responsible", _("Responsible"), of.responsible),
        ("account.description", _("Description"), of.description),
    )
    columns = (Column("name", _("Name")), Column("role", _("As")))
    return Section(
        _("The company"),
        fields=tuple(Field(*each) for each in told),
        tables=(Table("team", _("Our team"), columns, of.team),),
    )


def opening(of: AccountFacts) -> str:
    """What its figures come to, in a sentence; empty where there are none."""
    if of.figures is None:
        return ""
    told = {
        "name": of.name,
        "amount": words.told(of.figures.turnover, "money", of.figures.currency),
        "growth": words.told(of.figures.growth, "share"),
        "share": words.told(of.figures.share, "share"),
    }
    if of.figures.growth is None:
        return _("%(name)s bought for %(amount)s in the last 12 months.") % told
    if of.figures.growth < 0:
        told["growth"] = words.told(-of.figures.growth, "share")
        return _("%(name)s bought for %(amount)s in the last 12 months, %(growth)s less than before.") % told
    return _("%(name)s bought for %(amount)s in the last 12 months, %(growth)s more than before.") % told


def figures(of: AccountFacts) -> Section:
    """Always with every key: of an account without figures they are empty."""
    known = of.figures
    unit = known.currency if known else ""

    def told(name: str) -> object:
        return getattr(known, name) if known else None

    rows = (
        ("as_of", _("As of"), "date"),
        ("turnover", _("Turnover, 12 months"), "money"),
        ("turnover_before", _("Turnover, 12 months before"), "money"),
        ("growth", _("Growth of turnover"), "share"),
        ("income", _("Income, 12 months"), "money"),
        ("margin", _("Margin"), "share"),
        ("share", _("Share of our turnover"), "share"),
        ("rank", _("Rank by turnover"), "count"),
        ("abc", _("Class"), "text"),
        ("state", _("State"), "text"),
        ("last_purchase", _("Last purchase"), "date"),
        ("lifetime_value", _("Lifetime value"), "money"),
        ("health", _("Health, of 100"), "count"),
        ("risk", _("Risk of losing it, or half of it"), "share"),
        ("at_risk", _("At risk"), "money"),
    )
    fields = tuple(
        Field(f"figures.{name}", label, told(name), kind, unit if kind == "money" else "")  # type: ignore[arg-type]
        for name, label, kind in rows
    )
    return Section(_("Figures"), fields=fields, charts=(months(known),))


def months(known: Figures | None) -> Chart:
    told: tuple[Month, ...] = known.months if known else ()
    return Chart(
        "turnover",
        _("Turnover by month"),
        "column",
        tuple(_month(each.month) for each in told),
        (
            Series(_("Last 12 months"), tuple(each.turnover for each in told)),
            Series(_("12 months before"), tuple(each.before for each in told)),
        ),
        known.currency if known else "",
    )


def _month(text: str) -> str:
    year, month = text.split("-")
    return date_format(dt.date(int(year), int(month), 1), "M Y")


def sales(of: AccountFacts) -> Section:
    """Years and product families: what was bought, and how it moves."""
    known = of.figures
    unit = known.currency if known else ""
    years = Table(
        "years",
        _("By year"),
        (
            Column("year", _("Year")),
            Column("turnover", _("Turnover"), "money", unit),
            Column("income", _("Income"), "money", unit),
            Column("growth", _("Growth"), "share"),
        ),
        known.years if known else (),
    )
    bought = Table(
        "families",
        _("By product family"),
        (
            Column("family", _("Product family"), weight=2),
            Column("turnover", _("12 months"), "money", unit),
            Column("before", _("12 months before"), "money", unit),
        ),
        known.families if known else (),
    )
    return Section(_("Sales"), charts=(_by_family(bought, unit),), tables=(years, bought))


def _by_family(bought: Table, unit: str) -> Chart:
    top = bought.rows[:8]
    return Chart(
        "families",
        _("What they buy"),
        "bar",
        tuple(str(row[0]) for row in top),
        (
            Series(_("12 months"), tuple(_decimal(row[1]) for row in top)),
            Series(_("12 months before"), tuple(_decimal(row[2]) for row in top)),
        ),
        unit,
    )


def _decimal(value: object) -> Decimal | None:
    return value if isinstance(value, Decimal) else None


def loyalty(of: AccountFacts) -> Section:
    """How the score moved, and who is how far with us (FBK-03)."""
    trend = of.figures.trend if of.figures else ()
    unit = of.figures.currency if of.figures else ""
    table = Table(
        "trend",
        _("Figures over time"),
        (
            Column("day", _("As of"), "date"),
            Column("turnover", _("Turnover, 12 months"), "money", unit),
            Column("health", _("Health, of 100"), "count"),
            Column("risk", _("Risk"), "share"),
        ),
        trend,
    )
    health = Chart(
        "health",
        _("Health over time"),
        "line",
        tuple(words.told(row[0]) for row in trend if isinstance(row[0], dt.date)),
        (Series(_("Health"), tuple(row[2] if isinstance(row[2], int) else None for row in trend)),),
        value_kind="count",
    )
    return Section(_("Loyalty and its trend"), text=_moved(of), charts=(health,), tables=(table,))


def _moved(of: AccountFacts) -> tuple[str, ...]:
    scores = [row[2] for row in (of.figures.trend if of.figures else ()) if isinstance(row[2], int)]
    if len(scores) < 2:
        return ()
    told = {"first": scores[0], "last": scores[-1]}
    if scores[-1] == scores[0]:
        return (_("Health stays at %(last)d of 100.") % told,)
    if scores[-1] > scores[0]:
        return (_("Health rose from %(first)d to %(last)d of 100.") % told,)
    return (_("Health fell from %(first)d to %(last)d of 100.") % told,)


def people(of: AccountFacts) -> Section:
    columns = (
        Column("name", _("Name"), weight=1.3),
        Column("post", _("Post"), weight=1.3),
        Column("part", _("Part in decisions")),
        Column("rung", _("Relationship"), weight=1.2),
        Column("reach", _("Reach"), weight=2.3),
    )
    return Section(_("People"), tables=(Table("people", _("People"), columns, of.people),))


def known(of: AccountFacts) -> Section:
    columns = (
        Column("about", _("About")),
        Column("statement", _("Statement"), weight=3),
        Column("day", _("As of"), "date", weight=1.1),
        Column("source", _("Source"), weight=1.2),
    )
    return Section(_("What we know"), tables=(Table("known", _("What we know"), columns, of.known),))


def needs(of: AccountFacts) -> Section:
    columns = (
        Column("need", _("Need"), weight=2),
        Column("day", _("Since"), "date"),
        Column("answer", _("Our answer"), weight=2),
    )
    return Section(_("Open needs"), tables=(Table("needs", _("Open needs"), columns, of.needs),))


def next_steps(of: AccountFacts) -> Section:
    unit = of.figures.currency if of.figures else ""
    tasks = (
        Column("task", _("Task"), weight=2.5),
        Column("owner", pgettext("task", "Owner"), weight=1.1),
        Column("day", _("Due on"), "date", weight=0.9),
    )
    chances = (
        Column("what", _("What"), weight=2),
        Column("stage", _("Stage")),
        Column("amount", _("Amount a year"), "money", unit),
        Column("day", _("Expected on"), "date"),
        Column("owner", pgettext("task", "Owner")),
    )
    return Section(
        _("What is next"),
        tables=(
            Table("tasks", _("Open tasks"), tasks, of.tasks),
            Table("opportunities", _("Opportunities"), chances, of.opportunities),
        ),
    )


def example() -> AccountFacts:
    """An account with made-up values: every placeholder has something to show."""
    day = dt.date(2026, 1, 15)
    months_told = tuple(
        Month(f"2025-{at:02d}", Decimal(9000 + 400 * at), Decimal(9500 + 150 * at)) for at in range(1, 13)
    )
    known_figures = Figures(
        as_of=day, currency="EUR", turnover=Decimal(139200), turnover_before=Decimal(125700), income=Decimal(41800),
        margin=0.3, growth=0.107, share=0.08, rank=3, abc="A", state=_("Retained"), last_purchase=day,
        lifetime_value=Decimal(310000), health=72, risk=0.12, at_risk=Decimal(16700), months=months_told,
        years=(("2024", Decimal(125700), Decimal(37000), None), ("2025", Decimal(139200), Decimal(41800), 0.107)),
        families=((_("Pumps"), Decimal(90000), Decimal(80000)), (_("Valves"), Decimal(49200), Decimal(45700))),
        trend=((dt.date(2025, 1, 15), Decimal(125700), 64, 0.18), (day, Decimal(139200), 72, 0.12)),
    )  # fmt: skip
    return AccountFacts(
        name=_("Example account"), number="10001", group=_("Example group"), legal_name=_("Example account"),
        country="IT", industry=_("Manufacturing"), website="https://example.com", description=_("Example"),
        responsible=_("Example person"), figures=known_figures, team=((_("Example person"), _("Responsible")),),
        people=((_("Example contact"), _("Head of purchasing"), _("Decider"), _("Partner"), "name@example.com"),),
        known=((_("Goals"), _("Example"), day, _("Interview")),), needs=((_("Example"), day, ""),),
        tasks=((_("Example"), _("Example person"), day),),
        opportunities=((_("Example"), _("Talking"), Decimal(12000), day, _("Example person")),),
    )  # fmt: skip
