"""Portfolio maps: three ways to look at the accounts, moved by hand with a reason, compared with a past day."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kamerton.access import policy
from kamerton.core import clock
from kamerton.portfolio import maps_queries, maps_rules, queries
from kamerton.portfolio.actions import maps
from kamerton.portfolio.maps_rules import Spot
from kamerton.portfolio.models import MapPlacement, Snapshot
from kamerton.portfolio.models.maps import boxes
from kamerton.web import formats, sentences
from kamerton.web.account_frame import found
from kamerton.web.accounts import nothing
from kamerton.web.addresses import account_url
from kamerton.web.form_pages import form_page, refused_to
from kamerton.web.gates import gate, person
from kamerton.web.parts import Cell, Chip, Column, Link, Row, Table
from kamerton.web.records import found as found_row
from kamerton.web.settings_tabs import settings_tabs
from kamerton.web.toasts import toast
from kamerton.web.undo import undo_url

#: Of the drawing, in its own units; the margins hold the names of the axes.
WIDTH, HEIGHT, EDGE = 960, 560, 36
LABELLED = 12

MAPS = {
    "attractiveness": gettext_lazy("Attractiveness and strength"),
    "seen": gettext_lazy("How they see us"),
    "price": gettext_lazy("Net price and cost to serve"),
}
_TEXTS = {
    "attractiveness": gettext_lazy("How much the account is worth to us, against how strong we stand there."),
    "seen": gettext_lazy(
        "How attractive we are to the customer, against how much of our turnover the customer makes."
    ),
    "price": gettext_lazy(
        "What is left of the price, against what serving the account costs beside the goods."
    ),
}
AXES = {
    "attractiveness": gettext_lazy("Attractiveness"),
    "strength": gettext_lazy("Our strength"),
    "value": gettext_lazy("Weight in our turnover"),
    "price": gettext_lazy("Margin"),
    "serving": gettext_lazy("Cost to serve"),
}
QUARTERS = {
    "strategic": gettext_lazy("Strategic: invest"),
    "star": gettext_lazy("Star: win a stronger place"),
    "status": gettext_lazy("Status: keep and earn"),
    "streamline": gettext_lazy("Streamline: serve simply"),
    "core": gettext_lazy("Core: they build on us"),
    "development": gettext_lazy("Development: we want more of each other"),
    "exploitable": gettext_lazy("Exploitable: weight without liking"),
    "nuisance": gettext_lazy("Nuisance: little of either"),
    "carriage": gettext_lazy("Carriage trade: dear to serve, pays for it"),
    "passive": gettext_lazy("Passive: pays well, asks little"),
    "aggressive": gettext_lazy("Aggressive: asks much, pays little"),
    "bargain": gettext_lazy("Bargain basement: asks little, pays little"),
}
PARTS = {
    "size": gettext_lazy("size"),
    "growth": gettext_lazy("growth"),
    "margin": gettext_lazy("margin"),
    "potential": gettext_lazy("need beyond what they buy"),
    "wallet": gettext_lazy("share of wallet"),
    "health": gettext_lazy("health"),
    "staying": gettext_lazy("chance that they stay"),
    "share": gettext_lazy("turnover"),
    "cost": gettext_lazy("cost to serve"),
}


@gate("portfolio.view_all")
@require_GET
def portfolio_maps(_request: HttpRequest) -> HttpResponse:
    return redirect("portfolio_map", "attractiveness")


@gate("portfolio.view_all")
@require_GET
def portfolio_map(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in MAPS:
        raise Http404
    snapshot = queries.latest_snapshot()
    if snapshot is None:
        return nothing(request)
    spots = maps_queries.spots(snapshot, kind, clock.today())
    kept = [each for each in queries.history() if each.as_of < snapshot.as_of]
    then = next((each for each in kept if each.as_of.isoformat() == request.GET.get("then")), None)
    past = {each.account: each for each in maps_queries.spots(then, kind, then.as_of)} if then else {}
    may_move = policy.can(request.user, "accounts.edit")
    context = {
        "kind": kind,
        "lead": _lead(kind, spots),
        "text": _TEXTS[kind],
        "note": sentences.as_of(snapshot),
        "maps": [
            Chip(label, reverse("portfolio_map", args=[key]), key == kind) for key, label in MAPS.items()
        ],
        "days": [(each.as_of.isoformat(), formats.date(each.as_of), each == then) for each in reversed(kept)],
        "compared": formats.date(then.as_of) if then else "",
        "board": _board(kind, spots, past),
        "table": _table(kind, spots, past, snapshot, may_move=may_move),
        "may_move": may_move,
        "others": _weights_link(request, kind),
    }
    return render(request, "portfolio/map.html", context)


def _weights_link(request: HttpRequest, kind: str) -> list[Link]:
    if kind == "price" or not policy.can(request.user, "portfolio.configure"):
        return []
    return [Link(_("Weights"), reverse("map_weights"), icon="adjustments-horizontal")]


def _lead(kind: str, spots: list[Spot]) -> str:
    """Which quarter holds most money, and who stands there."""
    if not spots:
        return _("No account bought in the 12 months.")
    told: dict[str, list[Spot]] = {}
    for each in spots:
        told.setdefault(maps_rules.quarter(kind, each.x, each.y), []).append(each)
    key, most = max(told.items(), key=lambda pair: sum(each.amount for each in pair[1]))
    whole = sum(each.amount for each in spots)
    text = ngettext(
        "%(quarter)s. %(n)s account stands there with %(share)s of the money shown: %(name)s.",
        "%(quarter)s. %(n)s accounts stand there with %(share)s of the money shown, %(name)s first.",
        len(most),
    )
    share = formats.share(sum(each.amount for each in most) / whole if whole else None, decimals=0)
    return text % {
        "quarter": QUARTERS[key],
        "n": formats.number(len(most)),
        "share": share,
        "name": most[0].name,
    }


def _board(kind: str, spots: list[Spot], past: dict[str, Spot]) -> dict[str, Any]:
    """The drawing: circles by amount, the largest first so that small ones lie on top."""
    most = max((each.amount for each in spots), default=1.0) or 1.0
    drawn, labels = [], list[tuple[float, float, float]]()
    for each in spots:
        cx, cy = _xy(each.x, each.y)
        before = past.get(each.account)
        moved = _xy(before.x, before.y) if before else None
        drawn.append(
            {
                "name": each.name, "cx": cx, "cy": cy, "r": round(5 + 22 * (each.amount / most) ** 0.5, 1),
                "label": _label(labels, cx, cy, each.name), "moved": each.is_moved, "x": each.x, "y": each.y,
                "from": {"x": moved[0], "y": moved[1]} if moved and moved != (cx, cy) else None,
                "place": reverse("portfolio_map_place", args=[kind, each.account]),
            }
        )  # fmt: skip
    right, up = maps_rules.MAPS[kind]
    low_left, low_right, high_left, high_right = (
        QUARTERS[each].split(":")[0] for each in maps_rules.QUARTERS[kind]
    )
    return {
        "width": WIDTH, "height": HEIGHT, "edge": EDGE, "spots": drawn, "right": AXES[right], "up": AXES[up],
        "middle_x": WIDTH / 2, "middle_y": HEIGHT / 2, "inner_right": WIDTH - EDGE, "inner_bottom": HEIGHT - EDGE,
        "quarters": [(EDGE + 8, HEIGHT - EDGE - 10, "start", low_left), (WIDTH - EDGE - 8, HEIGHT - EDGE - 10, "end", low_right),
                     (EDGE + 8, EDGE + 18, "start", high_left), (WIDTH - EDGE - 8, EDGE + 18, "end", high_right)],
    }  # fmt: skip


def _label(taken: list[tuple[float, float, float]], cx: float, cy: float, name: str) -> str:
    """On which side the name stands: "start" to the right, "end" to the left, "" where it would hide another."""
    width = 14 + 7 * len(name)
    if len(taken) == LABELLED:
        return ""
    for side, left in (("start", cx), ("end", cx - width)):
        free = all(abs(cy - y) > 16 or left + width < low or left > high for low, high, y in taken)
        if free and left > 0 and left + width < WIDTH:
            taken.append((left, left + width, cy))
            return side
    return ""


def _xy(x: float, y: float) -> tuple[float, float]:
    return round(EDGE + x * (WIDTH - 2 * EDGE), 1), round(HEIGHT - EDGE - y * (HEIGHT - 2 * EDGE), 1)


def _table(
    kind: str, spots: list[Spot], past: dict[str, Spot], snapshot: Snapshot, *, may_move: bool
) -> Table:
    right, up = maps_rules.MAPS[kind]
    columns = [
        Column(_("Account")), Column(_("Amount"), numeric=True, unit=snapshot.currency),
        Column(AXES[right], numeric=True), Column(AXES[up], numeric=True), Column(_("Quarter")),
        Column(_("Made of"), minor=True),
    ]  # fmt: skip
    if past:
        columns.append(Column(_("Quarter then")))
    if may_move:
        columns.append(Column(_("Move")))
    rows = []
    for each in spots:
        cells: list[Any] = [
            Cell(each.name, url=account_url(each.account), sub=_("moved by hand") if each.is_moved else ""),
            formats.number(each.amount),
            formats.number(round(each.x * 100)),
            formats.number(round(each.y * 100)),
            str(QUARTERS[maps_rules.quarter(kind, each.x, each.y)]).split(":")[0],
            _made_of(each),
        ]
        if past:
            before = past.get(each.account)
            cells.append(
                str(QUARTERS[maps_rules.quarter(kind, before.x, before.y)]).split(":")[0] if before else ""
            )
        if may_move:
            cells.append(
                Cell(_("Move"), url=reverse("portfolio_map_place", args=[kind, each.account]), drawer=True)
            )
        rows.append(Row(tuple(cells)))
    return Table(columns, rows, MAPS[kind])


def _made_of(each: Spot) -> str:
    told = [
        f"{PARTS[part]} {formats.number(round(value * 100))}"
        for parts in each.parts.values()
        for part, value in parts.items()
        if value is not None
    ]
    return ", ".join(told)


# --- moving ------------------------------------------------------------------------------------------------


class PlaceForm(forms.Form):
    """From 0 to 100 on either axis."""

    x = forms.FloatField(min_value=0, max_value=100)
    y = forms.FloatField(min_value=0, max_value=100)
    reason = forms.CharField(
        label=gettext_lazy("why"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    box = forms.ChoiceField(
        label=gettext_lazy("what we are to their purchasing"), required=False,
        choices=lambda: [("", "–"), *boxes()],
    )  # fmt: skip

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        right, up = maps_rules.MAPS[kind]
        for name, axis in (("x", right), ("y", up)):
            self.fields[name].label = AXES[axis]
            self.fields[name].help_text = _("0 to 100; above 50 is the upper half.")
        if kind != "seen":
            del self.fields["box"]


@gate("portfolio.view_all", also="accounts.edit")
@require_http_methods(["GET", "POST"])
def portfolio_map_place(request: HttpRequest, kind: str, account: str) -> HttpResponse:
    """GET ?x=&y=: where the account was dropped."""
    of = found(request, account, "accounts.edit")
    if kind not in MAPS:
        raise Http404
    current = (
        MapPlacement.objects.filter(account=of, map=kind, ended_at=None).select_related("created_by").first()
    )
    form = PlaceForm(request.POST or None, initial=_initial(request, of.number, kind, current), kind=kind)
    back = reverse("portfolio_map", args=[kind])
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data

        def act() -> None:
            maps.place(
                actor=person(request), account=of, kind=kind, x=told["x"] / 100, y=told["y"] / 100,
                reason=told["reason"], box=told.get("box", ""), now=clock.now(),
            )  # fmt: skip

        if refused_to(form, act):
            toast(request, _("%(name)s stands where you put it.") % {"name": of.name})
            return redirect(back)
    earlier = MapPlacement.objects.filter(account=of, map=kind).select_related("created_by")[:10]
    return form_page(
        request, form, title=_("Move %(name)s") % {"name": of.name}, back=back, submit=_("Put it there"),
        lead=_("The figures put it elsewhere only while nobody says why it stands here."),
        template="portfolio/map_place.html",
        give_back=reverse("portfolio_map_back", args=[current.pk]) if current else "",
        earlier=[_earlier(each) for each in earlier],
    )  # fmt: skip


def _initial(request: HttpRequest, number: str, kind: str, current: MapPlacement | None) -> dict[str, Any]:
    told: dict[str, Any] = {"box": current.box} if current else {}
    for name in ("x", "y"):
        try:
            told[name] = round(min(max(float(request.GET[name]), 0.0), 1.0) * 100)
        except (KeyError, ValueError):
            told[name] = None
    if told["x"] is None or told["y"] is None:
        snapshot = queries.latest_snapshot()
        spots = maps_queries.spots(snapshot, kind, clock.today()) if snapshot else []
        here = next((each for each in spots if each.account == number), None)
        told |= {"x": round(here.x * 100), "y": round(here.y * 100)} if here else {"x": 50, "y": 50}
    return told


def _earlier(each: MapPlacement) -> dict[str, Any]:
    day = formats.date(timezone.localtime(each.created_at).date())
    who = each.created_by.display_name if each.created_by else formats.MISSING
    return {"reason": each.reason, "who": who, "day": day, "x": round(each.x * 100), "y": round(each.y * 100),
            "in_force": each.ended_at is None}  # fmt: skip


@gate("portfolio.view_all", also="accounts.edit")
@require_POST
def portfolio_map_back(request: HttpRequest, pk: int) -> HttpResponse:
    row = found_row(request, MapPlacement, pk, "accounts.edit", "account")

    def act() -> None:
        token = maps.give_back(actor=person(request), placement=row, now=clock.now())
        toast(request, _("The account stands where the figures put it."), undo_url=undo_url(token))

    refused_to(request, act)
    return redirect("portfolio_map", row.map)


# --- weights -----------------------------------------------------------------------------------------------


class WeightsForm(forms.Form):
    """In per cent; each axis sums to 100."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for axis, given in maps_rules.WEIGHTS.items():
            for part in given:
                label = _("%(axis)s: %(part)s, %%") % {"axis": AXES[axis], "part": PARTS[part]}
                self.fields[f"{axis}_{part}"] = forms.DecimalField(
                    label=label, min_value=0, max_value=100, max_digits=5, decimal_places=2
                )

    @property
    def weights(self) -> dict[str, dict[str, float]]:
        return {
            axis: {part: float(self.cleaned_data[f"{axis}_{part}"] / 100) for part in given}
            for axis, given in maps_rules.WEIGHTS.items()
        }


@gate("portfolio.configure")
@require_http_methods(["GET", "POST"])
def map_weights(request: HttpRequest) -> HttpResponse:
    now = {
        f"{axis}_{part}": f"{value * 100:g}"
        for axis, told in maps_queries.weights().items()
        for part, value in told.items()
    }
    form = WeightsForm(request.POST or None, initial=now)

    def act() -> None:
        maps.set_weights(actor=person(request), weights=form.weights, now=clock.now())

    if request.method == "POST" and form.is_valid() and refused_to(form, act):
        toast(request, _("The weights are kept."))
        return redirect("portfolio_maps")
    return form_page(
        request, form, title=_("Weights of the maps"), back=reverse("portfolio_maps"), submit=_("Save"),
        lead=_("How much each part counts on an axis; together 100 % on each."),
        tabs=settings_tabs(person(request), "settings"),
    )  # fmt: skip
