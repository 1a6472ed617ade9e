"""Potential of the accounts in reach: who could bring most, where we sell nothing, what is under way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.portfolio import potential_queries as asked
from kamerton.portfolio import potential_rules as rules
from kamerton.portfolio import queries, whitespace
from kamerton.portfolio.models import AccountFigure, Estimate, Opportunity, Snapshot, Wallet, WhyNot
from kamerton.portfolio.models.potential import stages
from kamerton.web import formats
from kamerton.web import potential_tables as tables
from kamerton.web import potential_words as words
from kamerton.web.gates import gate, person
from kamerton.web.parts import Badge, Cell, Column, Link, Row, Table, Tile
from kamerton.web.potential import VIEW
from kamerton.web.potential_lists import currency

_RANKED = 10
_ON_MATRIX = 12
_FAMILIES = 9
_LEADS = 8
_ZERO = Decimal(0)


@gate(VIEW)
@require_GET
def potential(request: HttpRequest) -> HttpResponse:
    """Everything is of the accounts in reach."""
    actor, unit = person(request), currency()
    wallets = policy.scope(Wallet.objects.filter(account__merged_into=None), actor, VIEW)
    gaps = policy.scope(_counted_once().filter(account__merged_into=None, gap__gt=0), actor, VIEW)
    sums = wallets.order_by().aggregate(
        n=Count("pk"), short=Sum("short"), ours=Sum("ours"), gap=Sum("gap"), income=Sum("income")
    )
    largest = list(gaps.select_related("account", "division").order_by("-gap", "pk")[:_RANKED])
    rows = policy.scope(Opportunity.objects.all(), actor, VIEW)
    snapshot = queries.latest_snapshot(with_figures=False)
    accounts = _accounts(actor, wallets, snapshot)
    context = {
        "lead": _lead(sums, largest, unit),
        "note": _("Our sales are net of returns, 12 months to %(day)s.")
        % {"day": formats.date(snapshot.as_of)}
        if snapshot
        else "",
        "others": _others(),
        "tiles": _tiles(sums, rows, unit) if sums["n"] else [],
        "ranked": _ranked(wallets, unit),
        "gaps": _gaps(largest, unit) if largest else None,
        "pipeline": _pipeline(rows, unit),
        "next": _next(rows, unit),
        "matrix": _matrix(actor, accounts, snapshot, unit),
        "leads": _leads(accounts, snapshot, unit),
        "n": sums["n"],
    }
    return render(request, "portfolio/potential.html", context)


def _counted_once() -> QuerySet[Estimate]:
    """A division's need only where the whole account's is not said: both are the same need."""
    current = Estimate.objects.current()
    whole = current.filter(account=OuterRef("account"), family=OuterRef("family"), division=None)
    return current.filter(Q(division=None) | ~Exists(whole.order_by()))


def _others() -> list[Link]:
    return [
        Link(_("Accounts by potential"), reverse("potentials"), icon="list"),
        Link(_("All gaps"), reverse("gaps"), icon="list"),
        Link(_("All opportunities"), reverse("opportunities"), icon="flag"),
    ]


def _lead(sums: dict[str, Any], largest: Sequence[Estimate], unit: str) -> str:
    if not sums["n"]:
        return _("Nobody has estimated yet what these accounts need.")
    told = {
        "n": formats.number(sums["n"]), "ours": words.short(sums["ours"], unit),
        "need": words.short(sums["short"], unit),
        "share": formats.share(rules.wallet(sums["short"], sums["ours"]).share, decimals=0),
    }  # fmt: skip
    text = ngettext(
        "%(n)s account is estimated: we sell %(ours)s of the %(need)s that it needs a year, %(share)s.",
        "%(n)s accounts are estimated: we sell %(ours)s of the %(need)s that they need a year, %(share)s.",
        sums["n"],
    ) % told  # fmt: skip
    if not largest:
        return text
    first = {"account": largest[0].account.name, "family": words.family_label(largest[0].family),
             "gap": words.short(largest[0].gap, unit)}  # fmt: skip
    return f"{text} {_('The largest gap is %(family)s at %(account)s, %(gap)s.') % first}"


def _tiles(sums: dict[str, Any], rows: QuerySet[Opportunity], unit: str) -> list[Tile]:
    under_way = _of_open(rows)
    share = rules.wallet(sums["short"], sums["ours"]).share
    return [
        Tile(_("Need, next 12 months"), words.short(sums["short"], unit),
             note=_("%(amount)s are ours") % {"amount": words.short(sums["ours"], unit)}),
        Tile(_("Share of wallet"), formats.share(share, decimals=0),
             note=_("the gap is %(amount)s") % {"amount": words.short(sums["gap"], unit)}),
        Tile(_("Expected future income"), words.short(sums["income"], unit), note=_("a year, what we can satisfy of it")),
        Tile(_("Open opportunities"), words.short(under_way["amount"] or _ZERO, unit),
             note=ngettext("%(n)s opportunity", "%(n)s opportunities", under_way["n"])
             % {"n": formats.number(under_way["n"])}),
    ]  # fmt: skip


def _of_open(rows: Any) -> dict[str, Any]:
    told: dict[str, Any] = rows.open().order_by().aggregate(n=Count("pk"), amount=Sum("amount"))
    return told


def _ranked(wallets: QuerySet[Wallet], unit: str) -> Table | None:
    """POT-04: by what we can satisfy of the need, and what that would bring."""
    rows = list(wallets.select_related("account").order_by("-income", "account")[:_RANKED])
    if not rows:
        return None
    columns = (
        Column(_("Account")), Column(_("Expected future income"), numeric=True, unit=unit),
        Column(_("We can satisfy"), numeric=True), Column(_("Share of wallet"), numeric=True),
        Column(pgettext("wallet", "Gap"), numeric=True, unit=unit), Column(_("Confidence"), minor=True),
    )  # fmt: skip
    return Table(columns, [_ranked_row(row) for row in rows], _("Accounts by potential"))


def _ranked_row(row: Wallet) -> Row:
    def rule(figure: str) -> str:
        return tables.address("potential_rule", row.account, figure)

    near = (Badge("warn", _("12 months only"), soft=True),) if row.near_only else ()
    return Row(
        (
            Cell(row.account.name, url=tables.address("account_potential", row.account), badges=near),
            Cell(formats.money(row.income, decimals=0), url=rule("expected_income"), drawer=True),
            formats.share(row.satisfiable, decimals=0),
            Cell(formats.share(row.share, decimals=0), share=min(row.share or 0.0, 1.0), url=rule("share_of_wallet"),
                 drawer=True),
            Cell(formats.money(row.gap, decimals=0), url=rule("gap"), drawer=True),
            Cell(badges=(words.confidence_badge(row.confidence),)),
        )
    )  # fmt: skip


def _gaps(rows: Sequence[Estimate], unit: str) -> Table:
    columns = (
        Column(_("Family")),
        Column(_("Account")),
        Column(pgettext("wallet", "Gap"), numeric=True, unit=unit),
    )
    return Table(columns, [_gap_row(row) for row in rows], _("Largest gaps"))


def _gap_row(row: Estimate) -> Row:
    return Row(
        (
            Cell(words.family_label(row.family), url=tables.cell_url(row.account, row.family, row.division), drawer=True,
                 sub=row.competitor),
            Cell(row.account.name, sub=row.division.name if row.division else ""),
            formats.money(row.gap, decimals=0),
        )
    )  # fmt: skip


def _pipeline(rows: QuerySet[Opportunity], unit: str) -> Table | None:
    told = {
        row["stage"]: row
        for row in rows.order_by().values("stage").annotate(n=Count("pk"), sum=Sum("amount"))
    }
    if not told:
        return None
    columns = (
        Column(_("Stage")),
        Column(_("Opportunities"), numeric=True),
        Column(pgettext("amount", "A year"), numeric=True, unit=unit),
    )
    lines = [
        Row((Cell(str(label), url=f"{reverse('opportunities')}?stage={key}"),
             formats.number(told[key]["n"]), formats.money(told[key]["sum"], decimals=0)))
        for key, label in stages() if key in told
    ]  # fmt: skip
    return Table(columns, lines, _("Opportunities by stage"))


def _next(rows: Any, unit: str) -> Table | None:
    first = list(rows.open().select_related("account", "division", "owner").order_by("expected_on", "pk")[:8])
    return tables.opportunities(first, unit, with_account=True) if first else None


# --- families x accounts ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heat:
    """`level` 0 to 5 by share of wallet, or by sales where nothing is estimated."""

    text: str
    sub: str
    url: str
    level: int
    label: str


def _matrix(
    actor: User, accounts: Sequence[Account], snapshot: Snapshot | None, unit: str
) -> dict[str, Any] | None:
    """Who ranks first, then who buys most, against the families that sell most. Eight queries."""
    ground = asked.ground([each.number for each in accounts], snapshot)
    names = [name for name in ground.families if name][:_FAMILIES]
    if not accounts or not names:
        return None
    needs = _needs(actor, accounts)
    marks = _marks(actor, accounts)

    def cells(account: Account) -> list[Heat]:
        return [
            _heat(
                account,
                name,
                ground,
                needs.get(account.pk, {}).get(name),
                marks.get((account.pk, name), ""),
                unit,
            )
            for name in names
        ]

    lines = [
        {"name": each.name, "url": tables.address("account_potential", each), "cells": cells(each)}
        for each in accounts
    ]
    return {"families": names, "lines": lines}


def _leads(accounts: Sequence[Account], snapshot: Snapshot | None, unit: str) -> Table | None:
    """What similar accounts buy, of the accounts of the matrix."""
    found = asked.leads(accounts, snapshot, _LEADS)
    if not found:
        return None
    columns = (
        Column(_("Family")), Column(_("Account")), Column(_("Similar accounts that buy it"), numeric=True),
        Column(_("About, a year"), numeric=True, unit=unit),
    )  # fmt: skip
    return Table(columns, [_lead_row(each) for each in found], _("What similar accounts buy"))


def _lead_row(lead: asked.Lead) -> Row:
    told = {"buyers": formats.number(lead.suggestion.buyers), "peers": formats.number(lead.suggestion.peers)}
    family = lead.suggestion.family
    return Row(
        (
            Cell(words.family_label(family), url=tables.cell_url(lead.account, family, None), drawer=True),
            lead.account.name,
            _("%(buyers)s of %(peers)s") % told,
            formats.money(Decimal(str(lead.suggestion.at_size)), decimals=0),
        )
    )


def _needs(actor: User, accounts: Sequence[Account]) -> dict[int, dict[str, rules.FamilyNeed]]:
    estimates = policy.scope(Estimate.objects.current().filter(account__in=accounts), actor, VIEW)
    told: dict[int, list[rules.Cell]] = {}
    for row in estimates:
        told.setdefault(row.account_id, []).append(asked.cell(row))
    return {key: {each.family: each for each in rules.by_family(cells)} for key, cells in told.items()}


def _marks(actor: User, accounts: Sequence[Account]) -> dict[tuple[int, str], str]:
    """Of whole accounts: the stage of what is under way, or that somebody has said why not."""
    closed = policy.scope(
        WhyNot.objects.filter(account__in=accounts, division=None, ended_at=None), actor, VIEW
    )
    open_ = policy.scope(Opportunity.objects.open().filter(account__in=accounts), actor, VIEW)
    marks = {(row.account_id, row.family): str(_("closed")) for row in closed}
    return marks | {(row.account_id, row.family): str(row.get_stage_display()).lower() for row in open_}


def _accounts(actor: User, wallets: QuerySet[Wallet], snapshot: Snapshot | None) -> list[Account]:
    first = [
        row.account for row in wallets.select_related("account").order_by("-income", "account")[:_ON_MATRIX]
    ]
    if snapshot is None or len(first) >= _ON_MATRIX:
        return first
    figures = policy.scope(AccountFigure.objects.filter(snapshot=snapshot), actor, VIEW)
    buyers = figures.filter(window_turnover__gt=0).exclude(account__in=[each.number for each in first])
    numbers = list(
        buyers.order_by("-window_turnover", "rank").values_list("account", flat=True)[
            : _ON_MATRIX - len(first)
        ]
    )
    found = {each.number: each for each in Account.objects.filter(number__in=numbers)}
    return [*first, *(found[number] for number in numbers if number in found)]


def _heat(
    account: Account, family: str, ground: asked.Ground, need: rules.FamilyNeed | None, mark: str, unit: str
) -> Heat:
    """Pale: nothing, or next to nothing (whitespace.LEAST_PART)."""
    ours = ground.now(account.number, family)
    share = rules.wallet(need.years[0], ours).share if need else None
    label = f"{account.name}, {family}: {words.short(ours, unit) if ours else _('nothing')}"
    sub = " · ".join(
        each for each in (formats.share(share, decimals=0) if share is not None else "", mark) if each
    )
    text = formats.money(ours, compact=True) if ours else formats.MISSING
    level = 0 if _is_white(account, ours, ground) else 1 if share is None else min(5, 1 + int(share * 4))
    return Heat(text, sub, tables.cell_url(account, family, None), level, label)


def _is_white(account: Account, ours: Decimal, ground: asked.Ground) -> bool:
    bought = ground.bought.get(account.number, {})
    whole = sum((max(now, _ZERO) for now, _before in bought.values()), _ZERO)
    return float(ours) < whitespace.LEAST_PART * float(whole) or not ours
