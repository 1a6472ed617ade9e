"""The matrix of an account as tables: its families, its divisions, its opportunities, its subsidiaries."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from kamerton.accounts.models import Account
from kamerton.portfolio import potential_queries as asked
from kamerton.portfolio.actions import potential as actions
from kamerton.portfolio.models import Division, Estimate, Opportunity, Wallet
from kamerton.web import formats, inline, leaves
from kamerton.web import potential_words as words
from kamerton.web.parts import Badge, Cell, Column, Row, Table, Text


def address(name: str, account: Account, *first: object, **query: object) -> str:
    """An address of one account; what is empty is left out."""
    told = QueryDict(mutable=True)
    told.update({key: str(value) for key, value in query.items() if value not in (None, "")})
    url = reverse(name, args=[*first, account.number])
    return f"{url}?{told.urlencode()}" if told else url


def cell_url(account: Account, family: str, division: Division | None) -> str:
    return address("potential_cell", account, family=family, division=division.pk if division else None)


# --- the figure that is edited where it stands -------------------------------------------------------------


def _save(*, actor: Any, record: Estimate, opened: Any, submitted: Any, now: Any) -> None:
    """A new statement; the record becomes it, so that what is shown is what counts."""
    newer = actions.estimate(
        actor=actor, account=record.account, family=record.family, division=record.division, opened=opened,
        submitted=submitted, now=now,
    )  # fmt: skip
    record.pk = newer.pk


def _url(record: Estimate) -> str:
    division = record.division_id
    return address("potential_field", record.account, family=record.family, division=division)


NEED = inline.Editable(
    name="short",
    label=gettext_lazy("need, next 12 months"),
    field=lambda _record: forms.DecimalField(max_digits=16, decimal_places=2, required=False),
    shown=lambda record: formats.money(record.short, decimals=0) if record.pk else "",
    save=_save,
    url=_url,
    back=lambda record: address("account_potential", record.account, division=record.division_id),
)


def record_of(cell: asked.MatrixCell, account: Account) -> Estimate:
    """The estimate, or the empty one that stands in an empty cell."""
    row = cell.estimate or Estimate(account=account, division=cell.division, family=cell.family, years="")
    row.account, row.division = account, cell.division
    return row


# --- the matrix --------------------------------------------------------------------------------------------


def families(matrix: asked.Matrix, division: Division | None, *, may: bool) -> Table:
    """A row for each family, the largest gap first; families in which nothing is known stand last, pale."""
    currency = matrix.ground.currency
    cells = matrix.of(division)
    priced = any(_has_price(cell.estimate) for cell in cells)
    columns = (
        Column(_("Family")),
        Column(_("Need a year"), numeric=True, unit=currency),
        Column(_("Ours, 12 months"), numeric=True, unit=currency),
        Column(_("Change"), numeric=True, hint=_("against the 12 months before"), minor=True),
        Column(_("Share of wallet"), numeric=True),
        Column(pgettext("wallet", "Gap"), numeric=True, unit=currency),
        Column(_("Competitor"), minor=True),
        *([Column(_("Price or quantity"), minor=True)] if priced else []),
        Column(_("What now")),
    )
    row = partial(_family_row, matrix, may=may, priced=priced)
    return Table(columns, [row(cell) for cell in cells], _("Needs by product family"))


def _family_row(matrix: asked.Matrix, cell: asked.MatrixCell, *, may: bool, priced: bool) -> Row:
    account, row = matrix.account, cell.estimate
    named = may and bool(cell.family)
    need: Text = inline.cell(NEED, record_of(cell, account), may=named) or formats.MISSING
    rule = partial(_rule, account, cell)
    return Row(
        (
            Cell(words.family_label(cell.family), url=cell_url(account, cell.family, cell.division), drawer=True,
                 badges=(words.confidence_badge("assumed"),) if row and row.confidence == "assumed" else ()),
            need,
            Cell(formats.money(cell.ours, decimals=0), url=rule("share_of_wallet"), drawer=True)
            if cell.ours else formats.MISSING if cell.ours is None else "0",
            _won(cell),
            share(account, cell),
            gap(account, cell),
            _competitor(row),
            *([_price(row, matrix.ground.currency)] if priced else []),
            _what_now(matrix, cell, may=may),
        ),
        faint=cell.is_white and row is None and cell.suggestion is None,
    )  # fmt: skip


def share(account: Account, cell: asked.MatrixCell, *, late: bool = False) -> SafeString:
    """`late`: sent after a figure of the row was changed, to take the place of what stands there."""
    if cell.wallet is None or cell.wallet.share is None:
        return _live(cell, "share", formats.MISSING, late)
    text = leaves.fig(formats.share(cell.wallet.share, decimals=0), _rule(account, cell, "share_of_wallet"))
    shown = format_html(
        '<span class="k-share"><span>{}</span>{}</span>', text, leaves.bar(min(cell.wallet.share, 1.0))
    )
    return _live(cell, "share", shown, late)


def gap(account: Account, cell: asked.MatrixCell, *, late: bool = False) -> SafeString:
    if cell.wallet is None:
        return _live(cell, "gap", formats.MISSING, late)
    text = leaves.fig(formats.money(cell.wallet.gap, decimals=0), _rule(account, cell, "gap"))
    return _live(cell, "gap", text, late)


def _live(cell: asked.MatrixCell, what: str, shown: str, late: bool) -> SafeString:
    told = f"{cell.division.pk if cell.division else ''}\x1f{cell.family}".encode()
    number = hashlib.blake2b(told, digest_size=6).hexdigest()
    swap = SafeString(' hx-swap-oob="true"') if late else ""
    return format_html('<span id="{}-{}"{}>{}</span>', what, number, swap, shown)


def _rule(account: Account, cell: asked.MatrixCell, figure: str) -> str:
    division = cell.division.pk if cell.division else None
    return address("potential_rule", account, figure, family=cell.family, division=division)


def _won(cell: asked.MatrixCell) -> Cell | Text:
    """What came or went against the year before; new where there was nothing."""
    if cell.ours is None or cell.before is None or not (cell.ours or cell.before):
        return formats.MISSING
    if not cell.before:
        return Cell(badges=(Badge("good", _("New"), soft=True),))
    return Cell(change=formats.change(float((cell.ours - cell.before) / cell.before)))


def _competitor(row: Estimate | None) -> Cell | Text:
    if row is None or not (row.competitor or row.competitors):
        return formats.MISSING
    amount = formats.money(row.competitors, decimals=0) if row.competitors is not None else ""
    return Cell(row.competitor or _("Others"), sub=amount)


def _has_price(row: Estimate | None) -> bool:
    return row is not None and (row.price is not None or row.quantity is not None)


def _price(row: Estimate | None, currency: str) -> Cell | Text:
    if row is None or not _has_price(row):
        return formats.MISSING
    quantity = (
        f"{formats.number(row.quantity.normalize())} {row.unit}".strip() if row.quantity is not None else ""
    )
    price = formats.money(row.price, currency) if row.price is not None else ""
    return Cell(quantity or price, sub=price if quantity else "")


def _what_now(matrix: asked.Matrix, cell: asked.MatrixCell, *, may: bool) -> Cell | Text:
    url = cell_url(matrix.account, cell.family, cell.division)
    if cell.opportunities:
        first = cell.opportunities[0]
        return Cell(
            words.short(first.amount, matrix.ground.currency), url=reverse("opportunity", args=[first.pk]), drawer=True,
            badges=(words.stage_badge(first, soft=True),),
        )  # fmt: skip
    if cell.why_not:
        return Cell(_("why"), url=url, drawer=True, badges=(Badge("off", _("Closed"), soft=True),))
    if cell.suggestion:
        return Cell(words.hint(cell), url=url, drawer=True)
    gap = cell.wallet is not None and cell.wallet.gap > 0
    return (
        Cell(_("Decide") if gap else pgettext("button", "Look"), url=url, drawer=True)
        if may and cell.family
        else ""
    )


def grid(matrix: asked.Matrix) -> Table:
    """Families x divisions: what is needed, and below what of it is ours."""
    currency = matrix.ground.currency
    parts = (None, *matrix.divisions)
    columns = [Column(_("Family")), *(
        Column(part.name if part else _("Whole account"), numeric=True, unit=currency) for part in parts
    )]  # fmt: skip
    spoken = [
        family for family in matrix.families
        if any((cell := matrix.cells[part.pk if part else None, family]).estimate or cell.why_not for part in parts)
    ]  # fmt: skip
    rows = [
        Row([words.family_label(family), *(_grid_cell(matrix, family, part) for part in parts)])
        for family in spoken
    ]
    return Table(columns, rows, _("Needs by family and division"))


def _grid_cell(matrix: asked.Matrix, family: str, division: Division | None) -> Cell:
    cell = matrix.cells[division.pk if division else None, family]
    ours = _("ours %(amount)s") % {"amount": formats.money(cell.ours, decimals=0)} if cell.ours else ""
    return Cell(
        formats.money(cell.estimate.short, decimals=0) if cell.estimate else formats.MISSING,
        url=cell_url(matrix.account, family, division), drawer=True, sub=ours,
        badges=(Badge("off", _("Closed"), soft=True),) if cell.why_not else (),
    )  # fmt: skip


# --- beside the matrix -------------------------------------------------------------------------------------


def opportunities(rows: Iterable[Opportunity], currency: str, *, with_account: bool = False) -> Table:
    columns = [
        Column(_("Opportunity")), Column(_("Stage")), Column(pgettext("amount", "A year"), numeric=True, unit=currency),
        Column(_("Expected on"), numeric=True),
    ]  # fmt: skip
    return Table(columns, [_opportunity(row, with_account) for row in rows], _("Opportunities"))


def _opportunity(row: Opportunity, with_account: bool) -> Row:
    where = [
        row.account.name if with_account else "",
        row.division.name if row.division else "",
        row.owner.display_name,
    ]
    return Row(
        (
            Cell(row.title, url=reverse("opportunity", args=[row.pk]), drawer=True,
                 sub=" · ".join(each for each in where if each)),
            Cell(badges=(words.stage_badge(row),)),
            formats.money(row.amount, decimals=0),
            formats.date(row.expected_on, short=True),
        ),
        faint=row.ended_at is not None,
    )  # fmt: skip


def subsidiaries(rows: Sequence[tuple[Account, Wallet | None]], currency: str) -> Table:
    """The companies of the group that the reader reaches; each has a matrix of its own."""
    columns = (
        Column(_("Company")), Column(_("Need a year"), numeric=True, unit=currency),
        Column(_("Ours, 12 months"), numeric=True, unit=currency), Column(_("Share of wallet"), numeric=True),
        Column(pgettext("wallet", "Gap"), numeric=True, unit=currency),
    )  # fmt: skip
    return Table(columns, [_subsidiary(*row) for row in rows], _("Companies of the group"))


def _subsidiary(account: Account, wallet: Wallet | None) -> Row:
    name = Cell(account.name, url=address("account_potential", account))
    if wallet is None:
        return Row((name, _("not estimated"), *[formats.MISSING] * 3), faint=True)
    return Row(
        (
            name,
            formats.money(wallet.short, decimals=0),
            formats.money(wallet.ours, decimals=0),
            Cell(formats.share(wallet.share, decimals=0), share=min(wallet.share or 0.0, 1.0)),
            formats.money(wallet.gap, decimals=0),
        )
    )
