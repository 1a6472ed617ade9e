"""What one account needs: the tab, a cell of the matrix, the rule behind a figure, two days side by side."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from kamerton.access import policy
from kamerton.accounts.models import Account
from kamerton.core import clock
from kamerton.core.models import Company
from kamerton.portfolio import potential_queries as asked
from kamerton.portfolio import queries
from kamerton.portfolio.models import Division, Estimate, Snapshot, Wallet
from kamerton.web import account_frame, formats
from kamerton.web import potential_tables as tables
from kamerton.web import potential_words as words
from kamerton.web.gates import gate, person
from kamerton.web.parameters import plain
from kamerton.web.parts import Cell, Chip, Column, Link, Row, Table, Tile

VIEW = "portfolio.view"
_LATEST = 8


@dataclass(frozen=True, kw_only=True)
class Seen:
    """An account, and what its reader asks of it."""

    account: Account
    division: Division | None
    family: str
    snapshot: Snapshot | None
    ground: asked.Ground
    may: bool


def seen(request: HttpRequest, number: str) -> Seen:
    """The account in reach, the division of ?division=, the family of ?family=; else 404."""
    account = account_frame.found(request, number, VIEW)
    snapshot = queries.latest_snapshot(with_figures=False)
    ground = asked.ground([account.number], snapshot)
    return Seen(
        account=account, division=division_of(request, account), family=plain(request.GET.get("family", ""))[:200],
        snapshot=snapshot, ground=ground if ground.currency else _in_company_currency(ground), may=may(request, account),
    )  # fmt: skip


def _in_company_currency(ground: asked.Ground) -> asked.Ground:
    company = Company.objects.filter(pk=1).first()
    return asked.Ground(currency=company.currency if company else "", as_of=ground.as_of)


def division_of(request: HttpRequest, account: Account) -> Division | None:
    told = request.GET.get("division", "")
    if not told:
        return None
    row = account.divisions.filter(pk=told).first() if told.isdecimal() and len(told) < 16 else None
    if row is None:
        raise Http404
    return row


def may(request: HttpRequest, account: Account) -> bool:
    return policy.can(request.user, VIEW) and policy.can(request.user, "accounts.edit", account)


# --- the tab ---------------------------------------------------------------------------------------------


@gate(VIEW)
@require_GET
def account_potential(request: HttpRequest, account: str) -> HttpResponse:
    here = seen(request, account)
    actor, today, currency = person(request), clock.today(), here.ground.currency
    similar = asked.compared(here.account, actor, here.snapshot)
    matrix = asked.matrix(here.account, here.ground, similar)
    wallet = Wallet.objects.filter(account=here.account).first()
    context = account_frame.frame(request, here.account, "account_potential") | {
        "lead": words.lead(wallet, _largest(matrix), currency),
        "note": _basis(here, wallet),
        "action": _estimate_link(here) if here.may else None,
        "others": _others(here),
        "tiles": tiles_of(here, wallet) if wallet else [],
        "remarks": words.remarks(wallet, today),
        "choices": _divisions(here, matrix),
        "grid": tables.grid(matrix) if matrix.divisions else None,
        "matrix": tables.families(matrix, here.division, may=here.may),
        "has_families": bool(matrix.families),
        "no_sales": here.snapshot is None,
        "similar": words.similar_to(similar) if similar else "",
        "similar_url": tables.address("potential_rule", here.account, "similar_accounts"),
        "opportunities": _opportunities(here.account, currency),
        "closed": _closed(here.account, may=here.may),
        "latest": _latest(here.account, currency),
        "history_url": tables.address("potential_history", here.account),
        "subsidiaries": _subsidiaries(request, here.account, currency),
        "division": here.division,
        "may": here.may,
    }
    return render(request, "portfolio/account_potential.html", context)


def _largest(matrix: asked.Matrix) -> asked.MatrixCell | None:
    told = [cell for cell in matrix.cells.values() if cell.wallet is not None and cell.wallet.gap]
    return max(told, key=lambda cell: cell.wallet.gap if cell.wallet else Decimal(0), default=None)


def _basis(here: Seen, wallet: Wallet | None) -> str:
    """On what the figures stand, and of which day."""
    if here.ground.as_of is None:
        return _("No sales are imported yet: ours is counted from the first import on.")
    told = {"day": formats.date(here.ground.as_of)}
    if wallet is None:
        return _("Our sales are net of returns, 12 months to %(day)s.") % told
    told["estimated"] = formats.date(wallet.dated)
    return _("Our sales: 12 months to %(day)s, net of returns. Oldest estimate: %(estimated)s.") % told


def _estimate_link(here: Seen) -> Link:
    url = tables.address(
        "potential_sheet", here.account, template=template_of(here.account),
        division=here.division.pk if here.division else None,
    )  # fmt: skip
    return Link(_("Estimate the need"), url, icon="calculator")


def template_of(account: Account) -> str:
    """The template of the trade, where its words are those of one."""
    pack = account.industry.pack if account.industry else ""
    return pack if pack in ("construction", "manufacturing") else "free"


def _others(here: Seen) -> list[Link]:
    listed = f"{reverse('gaps')}?{urlencode({'account': here.account.number})}"
    links = [Link(_("As a list"), listed, icon="list")]
    if not here.may:
        return links
    return [
        Link(_("New opportunity"), tables.address("opportunity_new", here.account), icon="plus", drawer=True),
        Link(_("Add a division"), tables.address("division_new", here.account), icon="sitemap", drawer=True),
        *links,
    ]


def tiles_of(here: Seen, wallet: Wallet) -> list[Tile]:
    currency = here.ground.currency

    def rule(figure: str) -> str:
        return tables.address("potential_rule", here.account, figure)

    elsewhere = _("%(amount)s of it with competitors") % {"amount": words.short(wallet.competitors, currency)}
    competitors = elsewhere if wallet.competitors else _("who sells it is not known")
    return [
        Tile(_("Need, next 12 months"), words.short(wallet.short, currency), url=rule("need"),
             note=words.horizon(wallet, currency)),
        Tile(_("Share of wallet"), formats.share(wallet.share, decimals=0), url=rule("share_of_wallet"),
             note=_("%(amount)s are ours") % {"amount": words.short(wallet.ours, currency)}),
        Tile(pgettext("wallet", "Gap"), words.short(wallet.gap, currency), url=rule("gap"), note=competitors),
        Tile(_("Expected future income"), words.short(wallet.income, currency), url=rule("expected_income"),
             note=_("a year; we can satisfy %(share)s") % {"share": formats.share(wallet.satisfiable, decimals=0)}),
    ]  # fmt: skip


def _divisions(here: Seen, matrix: asked.Matrix) -> list[Chip]:
    if not matrix.divisions:
        return []
    whole = Chip(_("Whole account"), tables.address("account_potential", here.account), here.division is None)
    return [whole, *(
        Chip(part.name, tables.address("account_potential", here.account, division=part.pk), part == here.division)
        for part in matrix.divisions
    )]  # fmt: skip


def _opportunities(account: Account, currency: str) -> Table | None:
    rows = list(
        account.opportunities.select_related("owner", "division").order_by("ended_at", "expected_on", "pk")[
            :50
        ]
    )
    rows.sort(key=lambda row: (row.ended_at is not None, row.expected_on, row.pk))
    return tables.opportunities(rows, currency) if rows else None


def _closed(account: Account, *, may: bool) -> list[dict[str, Any]]:
    rows = account.why_nots.filter(ended_at=None).select_related("created_by", "division")
    return [
        {"row": row, "family": row.family, "division": row.division,
         "who": row.created_by.display_name if row.created_by else "",
         "url": reverse("why_not_end", args=[row.pk]) if may else ""}
        for row in rows
    ]  # fmt: skip


def _latest(account: Account, currency: str) -> list[dict[str, Any]]:
    rows = account.estimates.select_related("created_by", "division").order_by("-created_at", "-pk")[:_LATEST]
    return [
        {"family": words.family_label(row.family), "division": row.division, "amount": words.whole(row.short, currency),
         "whence": words.whence(row), "badge": words.confidence_badge(row.confidence), "current": row.is_current}
        for row in rows
    ]  # fmt: skip


def _subsidiaries(request: HttpRequest, account: Account, currency: str) -> Table | None:
    below = Account.objects.current().filter(parent=account).select_related("wallet").order_by("name", "pk")
    rows = [(row, getattr(row, "wallet", None)) for row in policy.scope(below, request.user, VIEW)]
    return tables.subsidiaries(rows, currency) if rows else None


# --- one cell --------------------------------------------------------------------------------------------


@gate(VIEW)
@require_GET
def potential_cell(request: HttpRequest, account: str) -> HttpResponse:
    """One family of the account or of a division: all that is known, and what can be done."""
    here = seen(request, account)
    similar = asked.compared(here.account, person(request), here.snapshot)
    matrix = asked.matrix(here.account, here.ground, similar)
    cell = matrix.cells.get((here.division.pk if here.division else None, here.family))
    if cell is None:
        raise Http404
    currency = here.ground.currency
    context = {
        "title": f"{words.family_label(cell.family)} – {here.division.name if here.division else here.account.name}",
        "lead": _cell_lead(cell, currency),
        "terms": _cell_terms(cell, currency),
        "hint": words.hint_at_length(cell, currency),
        "named": _named(similar) if cell.suggestion else "",
        "cell": cell,
        "links": _cell_links(here, cell) if here.may and cell.family else [],
        "open_url": reverse("why_not_end", args=[cell.why_not.pk]) if here.may and cell.why_not else "",
        "opportunities": tables.opportunities(cell.opportunities, currency) if cell.opportunities else None,
        "history": _history_of_cell(here, cell),
        "crumbs": [Link(here.account.name, tables.address("account_potential", here.account))],
    }
    return render(request, "portfolio/potential_cell.html", context)


def _cell_lead(cell: asked.MatrixCell, currency: str) -> str:
    if cell.wallet is not None and cell.wallet.share is not None:
        told = {
            "ours": words.short(cell.wallet.ours, currency), "need": words.short(cell.wallet.need, currency),
            "share": formats.share(cell.wallet.share, decimals=0), "gap": words.short(cell.wallet.gap, currency),
        }  # fmt: skip
        return _("We sell %(ours)s of %(need)s a year, %(share)s; the gap is %(gap)s.") % told
    if cell.ours:
        return _("We sell %(ours)s a year here. What is needed in all is not estimated.") % {
            "ours": words.short(cell.ours, currency)
        }
    return _("We sell nothing here, and what is needed is not estimated.")


def _cell_terms(cell: asked.MatrixCell, currency: str) -> list[tuple[str, Any]]:
    row = cell.estimate
    if row is None:
        return []
    told: list[tuple[str, Any]] = [
        (_("Need of the coming years"), words.years_shown(row.needs, currency)),
        (_("Competitor"), row.competitor),
        (_("Competitors’ sales a year"), words.whole(row.competitors, currency) if row.competitors is not None else ""),
        (_("Price they pay"), formats.money(row.price, currency) if row.price is not None else ""),
        (_("Quantity a year"), f"{formats.number(row.quantity)} {row.unit}".strip() if row.quantity is not None else ""),
        (_("We can satisfy"), formats.share(row.satisfiable / 100, decimals=0)),
        (_("Said"), Cell(words.whence(row), badges=(words.confidence_badge(row.confidence),))),
        (_("Note"), row.note),
    ]  # fmt: skip
    return [(term, text) for term, text in told if text]


def _named(similar: asked.Compared | None) -> str:
    if similar is None or not similar.named:
        return ""
    return _("Among them: %(names)s.") % {"names": ", ".join(similar.named)}


def _cell_links(here: Seen, cell: asked.MatrixCell) -> list[Link]:
    told = {"family": cell.family, "division": cell.division.pk if cell.division else None}
    amount = ""
    if cell.wallet is not None and cell.wallet.gap:
        amount = format(cell.wallet.gap, "f")
    elif cell.suggestion is not None:
        amount = f"{cell.suggestion.at_size:.2f}"
    links = [
        Link(_("Make it an opportunity"), tables.address("opportunity_new", here.account, **told, amount=amount),
             icon="flag", drawer=True),
        Link(_("Estimate"), tables.address("potential_estimate", here.account, **told), icon="pencil", drawer=True),
    ]  # fmt: skip
    if cell.why_not is None:
        links.append(
            Link(
                _("Note why not"),
                tables.address("potential_why_not", here.account, **told),
                icon="ban",
                drawer=True,
            )
        )
    return links


def _history_of_cell(here: Seen, cell: asked.MatrixCell) -> Table | None:
    rows = list(
        here.account.estimates.filter(division=here.division, family=cell.family)
        .select_related("created_by").order_by("-created_at", "-pk")[:20]
    )  # fmt: skip
    if len(rows) < 2:
        return None
    columns = (Column(_("As of")), Column(_("Need of the coming years"), numeric=True), Column(_("Said by")))
    return Table(columns, [_history_row(row, here.ground.currency) for row in rows], _("Earlier estimates"))


def _history_row(row: Estimate, currency: str) -> Row:
    who = row.created_by.display_name if row.created_by else formats.MISSING
    return Row(
        (
            formats.date(row.dated, short=True),
            words.years_shown(row.needs, currency),
            Cell(who, sub=row.source, badges=(words.confidence_badge(row.confidence),)),
        ),
        strong=row.is_current,
    )
