"""What the pages of the programme ask: conditions with their evidence, the case, what is ready, what goes wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields

from django.db.models import Count, Sum
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.choices import DOSSIER_TOPICS
from kamerton.accounts.models import Account, Contact, Coverage, Fact, Need
from kamerton.instruments import queries as instruments
from kamerton.instruments import rules as scoring
from kamerton.instruments.definition import Definition, Result
from kamerton.portfolio import programme_rows as rows_of
from kamerton.portfolio import programme_rules as rules
from kamerton.portfolio import queries, status_queries
from kamerton.portfolio.models import (
    AccountFigure,
    CaseLine,
    Estimate,
    Programme,
    ProgrammeItem,
    SellerAmount,
    Snapshot,
    SupplierStage,
)
from kamerton.portfolio.programme_rules import Case, Finding, Lines
from kamerton.work.models import Approval

CONDITIONS = "programme-conditions"
CASE = "programme_case"


# --- should we do it at all --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Verdict:
    """The nine conditions, what they come to, and the questionnaire that asks them."""

    definition: Definition
    findings: tuple[Finding, ...]
    result: Result | None

    @property
    def verified(self) -> int:
        return sum(each.met is True for each in self.findings)

    @property
    def unmet(self) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.met is not True)


def verdict(actor: User, snapshot: Snapshot | None, today: dt.date) -> Verdict | None:
    """None: the questionnaire is not there. Each condition by figures where they tell it, else by who said it."""
    instrument = instruments.active(CONDITIONS)
    if instrument is None:
        return None
    definition = instruments.definition_of(instrument)
    told, said = by_figures(actor, snapshot), _by_people(actor, definition, today)
    findings = tuple(
        rules.merged(told.get(item.key), said.get(item.key), item.key) for item in definition if item.scored
    )
    answers = {
        each.key: scoring.Given("yes" if each.met else "no", "", each.dated or today)
        for each in findings
        if each.met is not None and definition.by_key[each.key].kind == "yes-no"
    }
    result = scoring.result_of(definition, scoring.score(definition, answers).result)
    return Verdict(definition, findings, result)


def _by_people(actor: User, definition: Definition, today: dt.date) -> dict[str, Finding]:
    """The newest answer to each item, whoever gave it. Two queries."""
    found = list(reversed(instruments.latest_by_rater(actor, CONDITIONS, "none", 0)))
    given, told = instruments.answers_of_all(found), {}
    for one in found:
        for key, answer in given[one.pk].items():
            item = definition.by_key.get(key)
            if item is None or answer.value not in ("yes", "no") or key in told:
                continue
            stale = scoring.stale_from(item, answer.answered_on)
            told[key] = Finding(
                key=key, met=answer.value == "yes", source="person", text=answer.evidence, dated=answer.answered_on,
                who=one.rater.display_name, is_stale=stale is not None and stale <= today,
            )  # fmt: skip
    return told


def lines() -> Lines:
    """Where conditions begin to be met with this company. One query."""
    of = queries.profile()
    return Lines(**{field.name: getattr(of, field.name) for field in fields(Lines)})


def by_figures(actor: User, snapshot: Snapshot | None) -> dict[str, Finding]:
    """What sales and accounts tell of the nine conditions; a condition that they cannot tell is left out."""
    if snapshot is None:
        return {}
    keys, at = status_queries.key_numbers(), lines()
    found = (
        _few(snapshot, at),
        _concentrating(snapshot, at),
        _overlapping(snapshot, at),
        *_of_contacts(actor, keys, snapshot, at),
    )
    return {each.key: each for each in found if each is not None}


def _finding(key: str, met: bool, text: str, day: dt.date) -> Finding:
    return Finding(key=key, met=met, source="figures", text=text, dated=day)


def _few(snapshot: Snapshot, at: Lines) -> Finding | None:
    spread = snapshot.figures["concentration_window"]
    fifth, five = spread.get("top20pct_share"), spread.get("top5_share")
    met = rules.few_make_much(fifth, five, at)
    if met is None:
        return None
    text = _("The largest fifth of the customers makes %(fifth)s of turnover, the five largest %(five)s.")
    told = {"fifth": _share(fifth or 0.0), "five": _share(five or 0.0)}
    return _finding("few-clients", met, text % told, snapshot.as_of)


def _concentrating(snapshot: Snapshot, at: Lines) -> Finding | None:
    points = [
        (dt.date.fromisoformat(each["date"]), each["turnover"].get("top5_share"))
        for each in snapshot.figures["concentration_over_time"]
    ]
    told = rules.concentrating(points)
    if told is None:
        return None
    before, now = told
    text = _("The five largest made %(before)s of turnover before and make %(now)s now.")
    words = {"before": _share(before), "now": _share(now)}
    return _finding("concentrating", now - before >= at.concentrating_by, text % words, snapshot.as_of)


def _overlapping(snapshot: Snapshot, at: Lines) -> Finding | None:
    """Two queries."""
    sold = SellerAmount.objects.filter(snapshot=snapshot).order_by()
    whole = sold.aggregate(all=Sum("turnover"))["all"]
    shared = [
        row for row in sold.values("account").annotate(n=Count("pk"), sold=Sum("turnover")) if row["n"] > 1
    ]
    share = rules.ratio(sum((row["sold"] for row in shared), 0), whole)
    if share is None:
        return None
    text = ngettext(
        "To %(n)s customer several of our sellers sell; it makes %(share)s of turnover.",
        "To %(n)s customers several of our sellers sell; they make %(share)s of turnover.",
        len(shared),
    ) % {"n": len(shared), "share": _share(share)}
    if not shared:
        text = _("To no customer several of our sellers sell.")
    return _finding("overlapping-sellers", share >= at.overlapping_from, text, snapshot.as_of)


def _of_contacts(actor: User, keys: Collection[str], snapshot: Snapshot, at: Lines) -> list[Finding]:
    """Of key accounts of which somebody is known. One query."""
    known = Contact.objects.filter(account__number__in=keys, left_on=None, erased_at=None)
    told = (
        policy.scope(known, actor, "accounts.view")
        .order_by()
        .values_list("account_id", "level", "decision_roles")
    )
    levels: dict[int, set[str]] = {}
    deciding: dict[int, int] = {}
    for account, level, roles in told:
        levels.setdefault(account, set()).update([level] if level else [])
        deciding[account] = deciding.get(account, 0) + bool(roles)
    wide = [count >= at.wide_unit for count in deciding.values() if count]
    several = [len(found) > 1 for found in levels.values() if found]
    found = []
    if wide:
        text = _("At %(n)s of %(of)s key accounts at least %(people)s people have a part in decisions.")
        words = {"n": sum(wide), "of": len(wide), "people": at.wide_unit}
        found.append(_finding("complex-buying", _most(wide, at), text % words, snapshot.as_of))
    if several:
        text = _("At %(n)s of %(of)s key accounts we deal with several levels.")
        words = {"n": sum(several), "of": len(several)}
        found.append(_finding("multi-level", _most(several, at), text % words, snapshot.as_of))
    return found


def _share(value: float) -> str:
    return f"{number_format(round(value * 100, 1), decimal_pos=0 if value >= 0.1 else 1)} %"


def _most(counts: Collection[bool], at: Lines) -> bool:
    return (rules.part(counts) or 0.0) >= at.most_accounts


# --- cost against benefit ------------------------------------------------------------------------------------------


def case_lines() -> list[CaseLine]:
    return list(CaseLine.objects.select_related("by"))


def case(lines: Collection[CaseLine]) -> Case:
    return rules.case_of([(line.side, line.amount) for line in lines])


def case_decision() -> Approval | None:
    """The newest decision about the business case, waiting or taken; withdrawn ones do not count. One query."""
    asked = Approval.objects.filter(kind=CASE).exclude(state="withdrawn")
    return asked.select_related("asked_by").order_by("-asked_at", "-pk").first()


# --- what is said of the rows ----------------------------------------------------------------------------------------


def programme() -> Programme:
    return Programme.objects.select_related("sponsor", "ready_by").filter(pk=1).first() or Programme(pk=1)


def items() -> dict[tuple[str, str], ProgrammeItem]:
    """What was said, by area and row. One query."""
    return {(each.area, each.key): each for each in ProgrammeItem.objects.select_related("owner", "by")}


def open_conditions(said: Mapping[tuple[str, str], ProgrammeItem], written: bool) -> tuple[str, ...]:
    """Rows of ADP-05 that are open. "It is clear when a customer is key" needs the written profile besides."""
    met = {key: item.is_met for (area, key), item in said.items() if area == "condition"}
    met["definition"] = met.get("definition", False) and written
    return rules.open_conditions(met, list(rows_of.CONDITIONS))


def unmitigated(said: Mapping[tuple[str, str], ProgrammeItem]) -> tuple[str, ...]:
    """Risks against which nothing has been done yet (ADP-04)."""
    done = {key for (area, key), item in said.items() if area == "risk" and item.is_met}
    return tuple(key for key in rows_of.RISKS if key not in done)


# --- traditional or key account management -----------------------------------------------------------------------------


def practices_told(actor: User, snapshot: Snapshot | None, today: dt.date) -> dict[str, tuple[str, str]]:
    """Row of the comparison -> where key accounts show the company to stand, and why. Rows not told are left out."""
    keys = status_queries.key_numbers()
    if not keys:
        return {}
    of, at = len(keys), lines()
    stages = policy.scope(
        SupplierStage.objects.filter(account__number__in=keys), actor, "accounts.view"
    ).order_by("on", "pk")
    newest = {
        account: (stage, goal)
        for account, stage, goal in stages.values_list("account_id", "stage", "goal_on")
    }
    aims = sum(stage == "preferred" or goal is not None for stage, goal in newest.values())
    teams = (
        Coverage.objects.on(today)
        .filter(account__number__in=keys)
        .order_by()
        .values("account")
        .annotate(n=Count("person", distinct=True))
    )
    team = sum(row["n"] >= at.team_from for row in teams)
    aim_text = _("With %(n)s of %(of)s key accounts preferred supplier is the goal.")
    team_text = _("A team of %(team)s or more looks after %(n)s of %(of)s key accounts.")
    told = {
        "goal": (rules.stands(aims / of, at), aim_text % {"n": aims, "of": of}),
        "force": (rules.stands(team / of, at), team_text % {"team": at.team_from, "n": team, "of": of}),
    }
    if snapshot is not None:
        since = today.replace(year=today.year - at.long_years, day=min(today.day, 28))
        figures = AccountFigure.objects.filter(snapshot=snapshot, account__in=keys)
        long = figures.filter(first_date__lte=since).count()
        text = _("%(n)s of %(of)s key accounts have bought for %(years)s years or more.")
        told["relation"] = (rules.stands(long / of, at), text % {"n": long, "of": of, "years": at.long_years})
    return told


# --- the four organisational errors ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wrong:
    """One of the four errors. `count` of `of` key accounts show it; `who`: some of them. `of` 0: nothing to look at."""

    key: str
    is_made: bool
    count: int = 0
    of: int = 0
    who: tuple[tuple[str, str], ...] = ()  # (number, name)


def errors(actor: User) -> list[Wrong]:
    """Derived from what is written down, nothing is ticked (ADP-09). At most nine queries."""
    written = status_queries.written() is not None
    reached = policy.scope(Account.objects.current(), actor, "accounts.view")
    keys = list(
        reached.filter(number__in=status_queries.key_numbers())
        .order_by("name")
        .values_list("pk", "number", "name")
    )
    numbers = {pk for pk, _number, _name in keys}
    facts = policy.scope(
        Fact.objects.current().filter(account__in=numbers), actor, "accounts.view"
    ).order_by()
    topics: dict[int, set[str]] = {}
    for account, topic in facts.values_list("account_id", "topic"):
        topics.setdefault(account, set()).add(topic)
    estimates = policy.scope(Estimate.objects.filter(account__in=numbers), actor, "portfolio.view").order_by()
    far = {
        account for account, years in estimates.values_list("account_id", "years") if len(years.split()) > 1
    }
    rivals = set(estimates.exclude(competitor="").values_list("account_id", flat=True))
    needs = policy.scope(Need.objects.filter(account__in=numbers), actor, "accounts.view").order_by()
    told = set(needs.values_list("account_id", flat=True))
    required = set(DOSSIER_TOPICS)
    known = {
        pk for pk in numbers if pk in told and len(required & topics.get(pk, set())) * 2 >= len(required)
    }
    rivals |= {pk for pk in numbers if "competitor" in topics.get(pk, set())}
    return [
        Wrong("who", not written, of=1),
        _wrong("strategy", keys, far),
        _wrong("needs", keys, known),
        _wrong("offers", keys, rivals),
    ]


def _wrong(key: str, keys: Collection[tuple[int, str, str]], good: Collection[int]) -> Wrong:
    bad = tuple((number, name) for pk, number, name in keys if pk not in good)
    return Wrong(key, bool(bad), len(bad), len(keys), bad)
