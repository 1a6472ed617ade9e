"""What if: the company without an account, with a new one, with less margin; nothing is kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from kamerton.portfolio import queries, value_queries, whatif_rules
from kamerton.portfolio.models import Snapshot
from kamerton.portfolio.whatif_rules import Picture, Supposed, Unit
from kamerton.web import formats, sentences
from kamerton.web.accounts import nothing
from kamerton.web.addresses import account_url
from kamerton.web.gates import gate
from kamerton.web.parts import Cell, Chip, Column, Row, Table

OFFERED = 200  # accounts that the field offers by name; any other is found by its number
_LARGEST = Decimal(10) ** 12
_CENT = Decimal("0.01")


class Supposing(forms.Form):
    """One more thing to suppose; what was supposed before stays in the address."""

    lose = forms.CharField(label=gettext_lazy("account that leaves"), required=False, max_length=500)
    turnover = forms.DecimalField(
        label=gettext_lazy("turnover a year"), required=False, min_value=Decimal("0.01"), max_value=_LARGEST,
        decimal_places=2,
    )  # fmt: skip
    margin = forms.DecimalField(
        label=gettext_lazy("its margin, %"), required=False, min_value=-100, max_value=100, initial=20
    )
    squeezed = forms.CharField(label=gettext_lazy("account"), required=False, max_length=500)
    points = forms.DecimalField(
        label=gettext_lazy("points of margin"), required=False, min_value=-100, max_value=100, initial=-5
    )

    def __init__(self, query: QueryDict, units: Sequence[Unit]) -> None:
        super().__init__(query if "suppose" in query else None)
        self.units = units
        for name in ("lose", "squeezed"):
            told = {"list": "what-if-accounts", "autocomplete": "off", "placeholder": _("Name or number")}
            self.fields[name].widget.attrs |= told

    def clean_lose(self) -> Unit | None:
        return self._account("lose")

    def clean_squeezed(self) -> Unit | None:
        return self._account("squeezed")

    def _account(self, name: str) -> Unit | None:
        """By number, else by a name that only one account has."""
        text = self.cleaned_data[name].strip()
        if not text:
            return None
        found = [each for each in self.units if each.account == text]
        found = found or [each for each in self.units if each.name.casefold() == text.casefold()]
        if len(found) != 1:
            raise forms.ValidationError(_unknown(text))
        return found[0]

    def address(self, kept: Iterable[tuple[str, str]]) -> str:
        """What was supposed, and this too."""
        told, pairs = self.cleaned_data, list(kept)
        if told["lose"]:
            pairs.append(("lost", told["lose"].account))
        if told["turnover"]:
            pairs.append(("gained", f"{told['turnover']}|{told['margin'] or 0}"))
        if told["squeezed"] and told["points"]:
            account = told["squeezed"].account
            pairs = [pair for pair in pairs if not (pair[0] == "moved" and pair[1].endswith(f"|{account}"))]
            pairs.append(("moved", f"{told['points']}|{account}"))
        return urlencode(list(dict.fromkeys(pairs)))


@gate("portfolio.view_all")
@require_GET
def what_if(request: HttpRequest) -> HttpResponse:
    snapshot = queries.latest_snapshot()
    if snapshot is None:
        return nothing(request)
    units = value_queries.units(snapshot)
    form = Supposing(request.GET, units)
    if form.is_bound and form.is_valid():
        return redirect(f"{request.path}?{form.address(_kept(request.GET))}")
    supposed, unknown = _supposed(request.GET, units)
    lines = value_queries.lines(snapshot)
    now = whatif_rules.picture(units, lines)
    then = whatif_rules.picture(whatif_rules.suppose(units, supposed), lines)
    context = {
        "lead": _lead(snapshot, now, then, supposed),
        "note": sentences.as_of(snapshot),
        "form": form,
        "unknown": unknown,
        "chips": _chips(request, supposed, units, snapshot.currency),
        "table": None if supposed.is_nothing else _compared(snapshot, now, then),
        "moves": _moves(now, then, supposed),
        "losses": _losses(snapshot, supposed, units),
        "offered": sorted(units, key=lambda unit: -unit.turnover)[:OFFERED],
        "kept": _kept(request.GET),
    }
    return render(request, "portfolio/what_if.html", context, status=422 if form.errors else 200)


# --- what the address says -------------------------------------------------------------------------------


def _kept(query: QueryDict) -> list[tuple[str, str]]:
    return [(name, value) for name in ("lost", "gained", "moved") for value in query.getlist(name)]


def _unknown(text: str) -> str:
    return _("No account is called “%(text)s”. Choose one of the list, or write its number.") % {"text": text}


def _parts(value: str) -> tuple[Decimal, str] | None:
    """ "-5|K-1": a number that the form has let through, and what it is about."""
    number, _bar, rest = value.partition("|")
    try:
        told = Decimal(number)
    except InvalidOperation:
        return None
    return (told, rest) if told.is_finite() and abs(told) <= _LARGEST else None


def _supposed(query: QueryDict, units: Sequence[Unit]) -> tuple[Supposed, list[str]]:
    """What the address supposes, and what of it is not there (any more)."""
    known = {each.account for each in units}
    lost = frozenset(query.getlist("lost")) & known
    moved = [_parts(value) for value in query.getlist("moved")]
    margins = {told[1]: float(told[0] / 100) for told in moved if told and told[1] in known}
    gained = [_newcomer(number, value) for number, value in enumerate(query.getlist("gained"), start=1)]
    asked = {*query.getlist("lost"), *(told[1] for told in moved if told)}
    supposed = Supposed(lost=lost, gained=[each for each in gained if each], margins=margins)
    return supposed, [_unknown(account) for account in sorted(asked - known)]


def _newcomer(number: int, value: str) -> Unit | None:
    told = _parts(value)
    margin = _parts(told[1]) if told else None
    if not told or not margin:
        return None
    turnover = told[0].quantize(_CENT)
    income = (turnover * margin[0] / 100).quantize(_CENT)
    return Unit(f"\0new {number}", _("New account %(n)s") % {"n": number}, turnover, income)


def _chips(request: HttpRequest, supposed: Supposed, units: Sequence[Unit], currency: str) -> list[Chip]:
    """What is supposed, each with a way to take it back."""
    names = {each.account: each.name for each in units}
    kept, chips, gained = _kept(request.GET), list[Chip](), list(supposed.gained)
    for at, (name, value) in enumerate(kept):
        label = _chip_label(name, value, names, gained, currency)
        if label:
            rest = urlencode([pair for number, pair in enumerate(kept) if number != at])
            chips.append(Chip(label, f"{request.path}?{rest}", removes=True))
    return chips


def _chip_label(name: str, value: str, names: dict[str, str], gained: list[Unit], currency: str) -> str:
    if name == "lost" and value in names:
        return _("Without %(name)s") % {"name": names[value]}
    told = _parts(value)
    if name == "moved" and told and told[1] in names:
        moved = {"name": names[told[1]], "points": formats.points(float(told[0]) / 100).text}
        return _("%(name)s: margin %(points)s") % moved
    if name == "gained" and gained:
        unit = gained.pop(0)
        return _("%(name)s, %(amount)s") % {
            "name": unit.name,
            "amount": formats.money(unit.turnover, currency, compact=True),
        }
    return ""


# --- what follows ----------------------------------------------------------------------------------------


def _lead(snapshot: Snapshot, now: Picture, then: Picture, supposed: Supposed) -> str:
    if supposed.is_nothing:
        return _(
            "Suppose an account left, one came, or margin moved: see at once what would become of the rest."
        )
    by_income = snapshot.basis == "income" and now.income is not None and then.income is not None
    before, after = (now.income, then.income) if by_income else (now.turnover, then.turnover)
    assert before is not None  # noqa: S101 - asked above
    assert after is not None  # noqa: S101
    moved = after - before
    told = {"amount": formats.money(abs(moved), snapshot.currency, compact=True),
            "left": formats.money(after, snapshot.currency, compact=True)}  # fmt: skip
    if moved < 0:
        first = _("%(amount)s of income a year would go; %(left)s would stay.") if by_income else _(
            "%(amount)s of turnover a year would go; %(left)s would stay.")  # fmt: skip
    elif moved > 0:
        first = _("%(amount)s of income a year would come; that makes %(left)s.") if by_income else _(
            "%(amount)s of turnover a year would come; that makes %(left)s.")  # fmt: skip
    else:
        first = _("Nothing would change in the 12 months.")
    return f"{first % told} {_critical(then)}".strip()


def _critical(then: Picture) -> str:
    if not then.critical:
        return _("No account would be past the critical line.")
    text = ngettext(
        "%(n)s account would be past the critical line: %(name)s.",
        "%(n)s accounts would be past the critical line, %(name)s first.",
        len(then.critical),
    )
    return text % {"n": formats.number(len(then.critical)), "name": then.critical[0].name}


def _compared(snapshot: Snapshot, now: Picture, then: Picture) -> Table:
    columns = (
        Column(_("Figure")), Column(_("Today"), numeric=True), Column(_("Supposed"), numeric=True),
        Column(_("Difference"), numeric=True),
    )  # fmt: skip
    currency = snapshot.currency
    rows = [_money_row(_("Turnover, 12 months"), now.turnover, then.turnover, currency)]
    if now.income is not None and then.income is not None:
        rows.append(_money_row(_("Income, 12 months"), now.income, then.income, currency))
    rows += [
        _share_row(_("Share of the largest account"), now.largest_share, then.largest_share,
                   *(unit.name if unit else "" for unit in (now.largest, then.largest))),
        _share_row(_("Key accounts together"), now.key_share, then.key_share),
        _number_row(_("Effective number of accounts"), now.effective, then.effective, 1),
        _number_row(_("Accounts that make most"), now.for_pareto, then.for_pareto, 0),
        _number_row(_("Accounts past the key line"), len(now.key), len(then.key), 0),
        _number_row(_("Accounts past the critical line"), len(now.critical), len(then.critical), 0),
    ]  # fmt: skip
    return Table(columns, rows, _("Today and supposed"))


def _money_row(label: str, now: Decimal, then: Decimal, currency: str) -> Row:
    shown = [formats.money(each, currency, decimals=0) for each in (now, then)]
    rate = float((then - now) / now) if now > 0 else None
    return Row((label, *shown, Cell(change=formats.change(rate, decimals=1))))


def _share_row(label: str, now: float | None, then: float | None, who: str = "", whom: str = "") -> Row:
    moved = None if now is None or then is None else then - now
    cells = (Cell(formats.share(now), sub=who), Cell(formats.share(then), sub=whom))
    return Row((label, *cells, Cell(change=formats.points(moved, good="down"))))


def _number_row(label: str, now: float | None, then: float | None, decimals: int) -> Row:
    moved = None if now is None or then is None else then - now
    shown = [formats.number(each, decimals=decimals) for each in (now, then)]
    difference = (
        formats.MISSING
        if moved is None
        else f"{'+' if moved > 0 else ''}{formats.number(moved, decimals=decimals)}"
    )
    return Row((label, *shown, difference))


def _moves(now: Picture, then: Picture, supposed: Supposed) -> list[tuple[str, list[Unit]]]:
    """Who would cross a line, without those that are lost."""
    there = {each.account for each in now.key}, {each.account for each in then.key}
    risky = {each.account for each in now.critical}, {each.account for each in then.critical}
    moves = [
        (_("Would become key by the figures"), [each for each in then.key if each.account not in there[0]]),
        (_("Would be key no more"), [each for each in now.key if each.account not in there[1]]),
        (_("Would pass the critical line"), [each for each in then.critical if each.account not in risky[0]]),
        (
            _("Would fall under the critical line"),
            [each for each in now.critical if each.account not in risky[1]],
        ),
    ]
    stay = [(label, [each for each in found if each.account not in supposed.lost]) for label, found in moves]
    return [(label, found) for label, found in stay if found]


def _losses(snapshot: Snapshot, supposed: Supposed, units: Sequence[Unit]) -> Table | None:
    """What each account that is lost would cost."""
    if not supposed.lost:
        return None
    by_income = snapshot.basis == "income"
    whole = sum((whatif_rules.amount_of(each, by_income=by_income) for each in units), Decimal(0))
    fixed = value_queries.economics().fixed_cost if by_income else None
    won = value_queries.won_a_year(snapshot)
    columns = [
        Column(_("Account")), Column(_("Income") if by_income else _("Turnover"), numeric=True, unit=snapshot.currency),
        Column(_("Share"), numeric=True),
    ]  # fmt: skip
    if fixed is not None:
        columns += [Column(_("Fixed cost that it carries"), numeric=True, unit=snapshot.currency),
                    Column(_("Fixed cost left uncovered"), numeric=True, unit=snapshot.currency)]  # fmt: skip
    columns.append(
        Column(_("Time to replace it"), numeric=True, hint=_("at the pace of last year's new accounts"))
    )
    rows = []
    for unit in (each for each in units if each.account in supposed.lost):
        told = whatif_rules.loss(
            whatif_rules.amount_of(unit, by_income=by_income),
            all_income=whole,
            fixed_cost=fixed,
            won_a_year=won,
        )
        costs = (
            [formats.money(each, decimals=0) for each in (told.carried, told.uncovered)]
            if fixed is not None
            else []
        )
        rows.append(Row((Cell(unit.name, url=account_url(unit.account)), formats.money(told.income, decimals=0),
                         formats.share(told.share), *costs, months(told.months))))  # fmt: skip
    return Table(columns, rows, _("What losing them would cost"))


def months(number: float | None) -> str:
    """A length of time in months, or years where it is long."""
    if number is None:
        return formats.MISSING
    if number >= 24:
        years = round(number / 12)
        return ngettext("%(n)s year", "%(n)s years", years) % {"n": formats.number(years)}
    whole = max(1, round(number))
    return ngettext("%(n)s month", "%(n)s months", whole) % {"n": formats.number(whole)}
