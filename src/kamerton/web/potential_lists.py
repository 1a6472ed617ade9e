"""Potential of all accounts in reach: ranked accounts, gaps cell by cell, opportunities."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts import choices
from kamerton.accounts.models import Account, Industry
from kamerton.core import undo
from kamerton.core.models import Company
from kamerton.portfolio import potential_rules as rules
from kamerton.portfolio.actions import opportunities as actions
from kamerton.portfolio.models import Estimate, Opportunity, Wallet
from kamerton.portfolio.models.potential import stages
from kamerton.web import formats, lists
from kamerton.web import potential_tables as tables
from kamerton.web import potential_words as words
from kamerton.web.parts import Cell, Link, Text
from kamerton.web.potential import VIEW
from kamerton.web.undo import undo_url


def currency(_here: Any = None) -> str:
    """The company's, in which all of it is estimated."""
    row = Company.objects.filter(pk=1).first()
    return row.currency if row else ""


def _unit(here: lists.Here) -> Text:
    return here.ground or ""


def _search(rows: Any, typed: str) -> Any:
    """Every word stands in the account's name or number, or in the family."""
    accounts = Account.objects.search(typed).values("pk")
    has_family = any(field.name == "family" for field in rows.model._meta.get_fields())
    if not has_family:
        return rows.filter(account__in=accounts)
    of_family = Q()
    for word in typed.split():
        of_family &= Q(family__icontains=word)
    return rows.filter(Q(account__in=accounts) | of_family)


def _account(row: Any, _here: lists.Here) -> Cell:
    return Cell(row.account.name, url=tables.address("account_potential", row.account))


ACCOUNT = lists.Field(
    label=gettext_lazy("Account"), sort="account__name", cell=_account, plain=lambda row: row.account.name
)


def _figure(path: str, label: Text, figure: str, **more: Any) -> lists.Field:
    """An amount of an account that opens its rule."""

    def cell(row: Wallet, _here: lists.Here) -> Cell:
        url = tables.address("potential_rule", row.account, figure)
        return Cell(formats.money(getattr(row, path), decimals=0), url=url, drawer=True)

    return lists.money(path, label, unit=_unit, **{"cell": cell, **more})


def _share(row: Wallet, _here: lists.Here) -> Cell:
    url = tables.address("potential_rule", row.account, "share_of_wallet")
    return Cell(formats.share(row.share, decimals=0), share=min(row.share or 0.0, 1.0), url=url, drawer=True)


def _industries(_here: lists.Here) -> list[tuple[str, Text]]:
    return [(str(pk), name) for pk, name in Industry.objects.values_list("pk", "name")]


INDUSTRY = lists.Filter(label=gettext_lazy("Industry"), apply="account__industry", options=_industries)
CONFIDENCE = lists.Filter(
    label=gettext_lazy("Confidence"), apply="confidence", options=lambda _here: choices.confidences()
)


def _stale(rows: Any, here: lists.Here) -> Any:
    return rows.filter(dated__lt=here.today - dt.timedelta(days=rules.STALE_AFTER_DAYS))


POTENTIALS = lists.ListPage(
    name="potentials",
    title=gettext_lazy("Accounts by potential"),
    right=VIEW,
    rows=lambda here: policy.scope(
        Wallet.objects.filter(account__merged_into=None).select_related("account__industry"), here.actor, VIEW
    ),
    columns={
        "account": ACCOUNT,
        "income": _figure("income", gettext_lazy("Expected future income"), "expected_income"),
        "satisfiable": lists.Field(
            label=gettext_lazy("We can satisfy"), sort="satisfiable", numeric=True,
            cell=lambda row, _here: formats.share(row.satisfiable, decimals=0), plain=lambda row: row.satisfiable,
        ),
        "short": _figure("short", gettext_lazy("Need, 12 months"), "need"),
        "ours": _figure("ours", gettext_lazy("Ours, 12 months"), "share_of_wallet", default=False),
        "share": lists.Field(
            label=gettext_lazy("Share of wallet"), sort="share", numeric=True, cell=_share, plain=lambda row: row.share
        ),
        "gap": _figure("gap", pgettext_lazy("wallet", "Gap"), "gap"),
        "open": _figure("open", gettext_lazy("Open"), "gap", default=False),
        "competitors": _figure("competitors", gettext_lazy("Competitors"), "gap", default=False),
        "long": _figure("long", gettext_lazy("Need, all years"), "need", default=False),
        "horizon": lists.number("horizon_years", gettext_lazy("Horizon in years"), default=False),
        "industry": lists.text("account.industry.name", gettext_lazy("Industry"), sort="account__industry__name",
                               default=False),
        "confidence": lists.Field(
            label=gettext_lazy("Confidence"), sort="confidence",
            cell=lambda row, _here: Cell(badges=(words.confidence_badge(row.confidence),)),
            plain=lambda row: str(row.get_confidence_display()),
        ),
        "dated": lists.date("dated", gettext_lazy("Oldest estimate"), minor=True),
        "sales": lists.date("figures_as_of", gettext_lazy("Sales as of"), default=False),
    },
    counted=lambda n: ngettext("%(n)s account", "%(n)s accounts", n),
    units=gettext_lazy("accounts"),
    search=_search,
    search_hint=gettext_lazy("Name or number of an account"),
    filters={"industry": INDUSTRY, "confidence": CONFIDENCE},
    selections={
        "near": lists.Selection(
            label=gettext_lazy("Only 12 months ahead"), narrow=lambda rows, _here: rows.filter(near_only=True)
        ),
        "low": lists.Selection(
            label=gettext_lazy("Estimated too low"), narrow=lambda rows, _here: rows.filter(too_low=True)
        ),
        "stale": lists.Selection(label=pgettext_lazy("estimates", "Stale"), narrow=_stale),
    },
    default_sort="-income",
    row_name=lambda row: row.account.name,
    row_url=lambda row: tables.address("account_potential", row.account),
    ground=currency,
    others=lambda _here: [Link(_("Potential"), reverse("potential"), icon="chart-pie")],
    empty=lists.Blank(
        title=gettext_lazy("No need is estimated yet"),
        text=gettext_lazy("Open an account and estimate what it needs: accounts then stand here by what we can expect."),
        icon="chart-pie", action=lambda _here: Link(_("Accounts"), reverse("accounts"), icon="building-store"),
    ),
)  # fmt: skip


# --- gaps ------------------------------------------------------------------------------------------------


def _family(row: Estimate, _here: lists.Here) -> Cell:
    where = row.division.name if row.division else ""
    return Cell(words.family_label(row.family), url=tables.cell_url(row.account, row.family, row.division), drawer=True,
                sub=where)  # fmt: skip


def _share_of(row: Estimate) -> float | None:
    if row.ours_now is None:
        return None
    return rules.wallet(row.short, row.ours_now).share


def _idle(rows: Any, here: lists.Here) -> Any:
    """A gap without an open opportunity of its cell, as far as the reader sees them."""
    told = policy.scope(Opportunity.objects.open(), here.actor, VIEW).order_by()
    same = told.filter(account=OuterRef("account"), family=OuterRef("family"))
    in_division, in_whole = same.filter(division=OuterRef("division")), same.filter(division=None)
    return rows.filter(gap__gt=0).filter(~Exists(in_division), Q(division__isnull=False) | ~Exists(in_whole))


GAPS = lists.ListPage(
    name="gaps",
    title=gettext_lazy("Gaps"),
    right=VIEW,
    rows=lambda here: policy.scope(
        Estimate.objects.current().filter(account__merged_into=None)
        .select_related("account__industry", "division", "created_by"), here.actor, VIEW
    ),
    columns={
        "family": lists.Field(
            label=gettext_lazy("Family"), sort="family", cell=_family, plain=lambda row: words.family_label(row.family)
        ),
        "account": ACCOUNT,
        "division": lists.text("division.name", gettext_lazy("Division"), sort="division__name", default=False),
        "gap": lists.money("gap", pgettext_lazy("wallet", "Gap"), unit=_unit),
        "short": lists.money("short", gettext_lazy("Need, 12 months"), unit=_unit),
        "ours": lists.money("ours_now", gettext_lazy("Ours, 12 months"), unit=_unit),
        "share": lists.Field(
            label=gettext_lazy("Share of wallet"), numeric=True, plain=_share_of,
            cell=lambda row, _here: Cell(formats.share(_share_of(row), decimals=0), share=min(_share_of(row) or 0.0, 1.0)),
        ),
        "competitor": lists.text("competitor", gettext_lazy("Competitor"), sort="competitor"),
        "competitors": lists.money("competitors", gettext_lazy("Competitors’ sales"), unit=_unit, default=False),
        "satisfiable": lists.number("satisfiable", gettext_lazy("We can satisfy, %"), default=False),
        "confidence": lists.Field(
            label=gettext_lazy("Confidence"), sort="confidence",
            cell=lambda row, _here: Cell(badges=(words.confidence_badge(row.confidence),)),
            plain=lambda row: str(row.get_confidence_display()),
        ),
        "dated": lists.date("dated", gettext_lazy("As of"), minor=True),
        "source": lists.text("source", gettext_lazy("Which source"), default=False),
        "author": lists.text("created_by.display_name", gettext_lazy("Said by"), default=False),
    },
    counted=lambda n: ngettext("%(n)s estimate", "%(n)s estimates", n),
    units=gettext_lazy("estimates"),
    search=_search,
    search_hint=gettext_lazy("Account or product family"),
    filters={
        "industry": INDUSTRY,
        "confidence": CONFIDENCE,
        "family": lists.Filter(label=gettext_lazy("Family"), apply="family"),
        "competitor": lists.Filter(label=gettext_lazy("Competitor"), apply="competitor"),
        "account": lists.Filter(label=gettext_lazy("Account"), apply="account__number"),
    },
    selections={
        "white": lists.Selection(
            label=gettext_lazy("Nothing is ours"), narrow=lambda rows, _here: rows.filter(ours_now=0, short__gt=0)
        ),
        "idle": lists.Selection(
            label=gettext_lazy("A gap, and nothing under way"),
            narrow=_idle,
        ),
        "stale": lists.Selection(label=pgettext_lazy("estimates", "Stale"), narrow=_stale),
    },
    default_sort="-gap",
    row_name=lambda row: f"{row.account.name}, {row.family}",
    ground=currency,
    others=lambda _here: [Link(_("Potential"), reverse("potential"), icon="chart-pie")],
    empty=lists.Blank(
        title=gettext_lazy("No need is estimated yet"),
        text=gettext_lazy("Open an account and estimate what it needs: what we do not sell of it stands here."),
        icon="chart-pie", action=lambda _here: Link(_("Accounts"), reverse("accounts"), icon="building-store"),
    ),
)  # fmt: skip


# --- opportunities ----------------------------------------------------------------------------------------


class StageForm(forms.Form):
    stage = forms.ChoiceField(label=gettext_lazy("stage"), choices=stages)
    outcome = forms.CharField(label=gettext_lazy("why it was won or lost"), max_length=300, required=False)


def _move(*, actor: User, rows: list[Opportunity], cleaned: dict[str, Any], now: dt.datetime) -> lists.Done:
    moved: dict[int, list[Any]] = {}

    def move(row: Opportunity) -> None:
        before = [row.pk, row.stage, row.outcome]
        after = actions.move(
            actor=actor, opportunity=row, stage=cleaned["stage"], outcome=cleaned["outcome"], now=now
        )
        moved[row.pk] = [*before, after.version]

    done, refused = lists.each(rows, move, name=lambda row: row.title)
    if not done:
        return lists.Done(text="", refused=refused)
    told = {"opportunities": [moved[row.pk] for row in done]}
    token = undo.offer(actor=actor, kind="portfolio.opportunity_stages", parameters=told, now=now)
    text = ngettext("%(n)s opportunity moved.", "%(n)s opportunities moved.", len(done))
    return lists.Done(text=text % {"n": formats.number(len(done))}, undo_url=undo_url(token), refused=refused)


def _title(row: Opportunity, _here: lists.Here) -> Cell:
    return Cell(row.title, url=reverse("opportunity", args=[row.pk]), drawer=True)


def _late(rows: Any, here: lists.Here) -> Any:
    return rows.open().filter(expected_on__lt=here.today)


def _mine(rows: Any, here: lists.Here) -> Any:
    return rows.open().filter(owner=here.actor.pk)


def _orphan(rows: Any, _here: lists.Here) -> Any:
    return rows.open().filter(owner__is_active=False)


def _narrow(how: Callable[[Any], Any]) -> Callable[[Any, lists.Here], Any]:
    return lambda rows, _here: how(rows)


OPPORTUNITIES = lists.ListPage(
    name="opportunities",
    title=gettext_lazy("Opportunities"),
    right=VIEW,
    rows=lambda here: policy.scope(
        Opportunity.objects.select_related("account", "division", "owner"), here.actor, VIEW
    ),
    columns={
        "title": lists.Field(label=gettext_lazy("Opportunity"), sort="title", cell=_title, plain=lambda row: row.title),
        "stage": lists.Field(
            label=gettext_lazy("Stage"), sort="stage", cell=lambda row, _here: Cell(badges=(words.stage_badge(row),)),
            plain=lambda row: str(row.get_stage_display()),
        ),
        "account": ACCOUNT,
        "division": lists.text("division.name", gettext_lazy("Division"), sort="division__name", default=False),
        "family": lists.text("family", gettext_lazy("Family"), sort="family"),
        "amount": lists.money("amount", pgettext_lazy("amount", "A year"), unit=_unit),
        "expected": lists.date("expected_on", gettext_lazy("Expected on")),
        "owner": lists.text("owner.display_name", pgettext_lazy("task", "Owner"), sort="owner__first_name"),
        "outcome": lists.text("outcome", gettext_lazy("Why it was won or lost"), default=False),
        "created": lists.moment("created_at", gettext_lazy("Written down"), default=False),
    },
    counted=lambda n: ngettext("%(n)s opportunity", "%(n)s opportunities", n),
    units=gettext_lazy("opportunities"),
    search=lambda rows, typed: rows.filter(pk__in=_search(rows.order_by(), typed).values("pk"))
    | rows.filter(title__icontains=typed),
    search_hint=gettext_lazy("Title, account or family"),
    filters={
        "stage": lists.Filter(label=gettext_lazy("Stage"), apply="stage", options=lambda _here: stages()),
        "family": lists.Filter(label=gettext_lazy("Family"), apply="family"),
        "account": lists.Filter(label=gettext_lazy("Account"), apply="account__number"),
    },
    selections={
        "open": lists.Selection(label=gettext_lazy("Open"), narrow=_narrow(lambda rows: rows.open())),
        "mine": lists.Selection(label=gettext_lazy("Mine"), narrow=_mine),
        "late": lists.Selection(label=gettext_lazy("Past their day"), narrow=_late),
        "orphan": lists.Selection(label=gettext_lazy("Owner has left"), narrow=_orphan),
    },
    actions=[
        lists.BulkAction(key="stage", label=gettext_lazy("Move to a stage"), right="accounts.edit", icon="flag",
                         form=StageForm, run=_move)
    ],
    default_sort="expected",
    row_name=lambda row: row.title,
    row_url=lambda row: reverse("opportunity", args=[row.pk]),
    faint=lambda row: row.ended_at is not None,
    ground=currency,
    others=lambda _here: [Link(_("Potential"), reverse("potential"), icon="chart-pie")],
    empty=lists.Blank(
        title=gettext_lazy("No opportunity is written down yet"),
        text=gettext_lazy("Open an account’s potential, choose a family where there is a gap, and make it one."),
        icon="flag", action=lambda _here: Link(_("Accounts by potential"), reverse("potentials"), icon="chart-pie"),
    ),
)  # fmt: skip
