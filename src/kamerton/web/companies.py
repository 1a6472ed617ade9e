"""Companies that the ledger does not know yet, industries, and how many accounts one should look after."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from kamerton.access import policy
from kamerton.accounts import choices, queries
from kamerton.accounts.actions import companies, coverage
from kamerton.accounts.models import Account, Industry
from kamerton.core import clock, undo
from kamerton.core.refused import Refused
from kamerton.web import account_forms, edits, formats, lists
from kamerton.web.account_columns import (
    gather,
    in_industry,
    industries,
    responsible_options,
    responsible_to,
    tagged,
)
from kamerton.web.account_forms import BulkAssignForm, TagForm
from kamerton.web.addresses import account_url
from kamerton.web.form_pages import form_page, refused_to
from kamerton.web.gates import gate, person
from kamerton.web.parts import Badge, Cell, Link
from kamerton.web.settings_tabs import settings_tabs
from kamerton.web.toasts import toast
from kamerton.web.undo import undo_url


@gate("accounts.create")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A prospect, a newcomer, a customer not invoiced yet. What may be there already is shown first."""
    form = account_forms.NewCompanyForm(request.POST or None, initial={"name": request.GET.get("name", "")})
    more: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        tags, anyway = values.pop("tags"), request.POST.get("anyway") == "1"
        try:
            made = companies.create(
                actor=person(request), values=values, tags=tags, anyway=anyway, now=clock.now()
            )
        except companies.PossibleDoubles as doubles:
            form.add_error(None, str(doubles))
            more = {"doubles": doubles.accounts, "may_insist": True}
        except Refused as reason:
            form.add_error(None, str(reason))
        else:
            toast(request, _("%(name)s is added as %(number)s.") % {"name": made.name, "number": made.number})
            return redirect(account_url(made.number))
    return form_page(
        request, form, title=_("New company"), back=reverse("prospects"), submit=_("Add"),
        lead=_("Customers come from the ledger by themselves; here you add whom we want to win."), **more,
    )  # fmt: skip


def tag_all(*, actor: Any, rows: Any, cleaned: Any, now: Any) -> lists.Done:
    """Rows are accounts."""
    put: dict[str, list[str]] = {}

    def act(row: Account) -> None:
        added, _off = companies.tag(actor=actor, account=row, add=cleaned["tags"], now=now)
        put[str(row.pk)] = added

    done, refused = lists.each(rows, act, name=lambda row: row.name)
    token = undo.offer(actor=actor, kind="accounts.tag", parameters={"accounts": put}, now=now)
    text = ngettext("%(n)s account tagged.", "%(n)s accounts tagged.", len(done)) % {"n": len(done)}
    return lists.Done(text=text if done else "", undo_url=undo_url(token), refused=refused)


def assign_all(*, actor: Any, rows: Any, cleaned: Any, now: Any) -> lists.Done:
    """Rows are accounts. Warnings are counted, never a refusal."""
    told: list[coverage.Assigned] = []
    who, day = cleaned["person"], cleaned["from_date"]
    done, refused = lists.each(
        rows,
        lambda row: told.append(
            coverage.assign(
                actor=actor, account=row, person=who, from_date=day, guided=cleaned["guided"], now=now
            )
        ),
        name=lambda row: row.name,
    )
    text = ngettext(
        "%(person)s is responsible for %(n)s account more.",
        "%(person)s is responsible for %(n)s accounts more.",
        len(done),
    ) % {"n": len(done), "person": who.display_name}
    warned = list(dict.fromkeys(text for each in told[-1:] for text in each.warnings))
    token = coverage.offer_back(actor=actor, assigned=told, now=now)
    return lists.Done(
        text=" ".join([text, *warned]) if done else "", undo_url=undo_url(token), refused=refused
    )


ACTIONS = (
    lists.BulkAction(
        key="assign",
        label=gettext_lazy("Say who is responsible"),
        right="accounts.assign",
        icon="user-check",
        form=BulkAssignForm,
        run=assign_all,
    ),
    lists.BulkAction(
        key="tag", label=gettext_lazy("Tag"), right="accounts.edit", icon="tag", form=TagForm, run=tag_all
    ),
)


def _prospects(here: lists.Here) -> Any:
    rows = Account.objects.current().filter(in_ledger=False).select_related("industry")
    return policy.scope(rows, here.actor, "accounts.view")


PROSPECTS = lists.ListPage(
    name="prospects",
    title=gettext_lazy("Prospects and newcomers"),
    right="accounts.view",
    rows=_prospects,
    columns={
        "name": lists.Field(
            label=gettext_lazy("Company"), sort="name", plain=lambda row: row.name,
            cell=lambda row, _here: Cell(row.name, url=account_url(row.number), sub=row.number),
        ),
        "stage": lists.Field(
            label=gettext_lazy("Stage"), sort="stage", plain=lambda row: row.get_stage_display(),
            cell=lambda row, _here: Cell(badges=(Badge("info", row.get_stage_display()),)),
        ),
        "kind": lists.text("get_newcomer_kind_display", gettext_lazy("Kind of newcomer"), sort="newcomer_kind"),
        "segment": lists.text("segment", gettext_lazy("Segment"), sort="segment"),
        "industry": lists.Field(
            label=gettext_lazy("Industry"), sort="industry__name",
            cell=lambda row, _here: row.industry.name if row.industry else "",
            plain=lambda row: row.industry.name if row.industry else "",
        ),
        "responsible": lists.Field(
            label=gettext_lazy("Responsible"), plain=lambda _row: "",
            cell=lambda row, here: here.gathered.responsible.get(row.number, ""),
            in_file=lambda row, here: here.gathered.responsible.get(row.number, ""),
        ),
        "tags": lists.Field(
            label=gettext_lazy("Tags"), plain=lambda _row: "",
            cell=lambda row, here: ", ".join(here.gathered.tags.get(row.number, ())),
            in_file=lambda row, here: ", ".join(here.gathered.tags.get(row.number, ())),
        ),
        "contacts": lists.Field(
            label=gettext_lazy("Contacts"), numeric=True, plain=lambda _row: "",
            cell=lambda row, here: formats.number(here.gathered.contacts.get(row.number, 0)),
            in_file=lambda row, here: here.gathered.contacts.get(row.number, 0),
        ),
        "created": lists.moment("created_at", gettext_lazy("Added"), sort="created_at"),
        "number": lists.text("number", gettext_lazy("Account number"), sort="number", default=False),
    },
    counted=lambda n: ngettext("%(n)s company that buys nothing yet", "%(n)s companies that buy nothing yet", n),
    units=gettext_lazy("companies"),
    search=lambda rows, typed: rows.search(typed),
    search_hint=gettext_lazy("Name or number"),
    filters={
        "stage": lists.Filter(label=gettext_lazy("Stage"), apply="stage", options=lambda _h: choices.account_stages()),
        "kind": lists.Filter(
            label=gettext_lazy("Kind of newcomer"), apply="newcomer_kind", options=lambda _h: choices.newcomer_kinds()
        ),
        "segment": lists.Filter(label=gettext_lazy("Segment"), apply="segment"),
        "industry": lists.Filter(
            label=gettext_lazy("Industry"), options=industries,
            apply=lambda rows, value: rows.filter(pk__in=in_industry(value).values("pk")),
        ),
        "responsible": lists.Filter(
            label=gettext_lazy("Responsible"), options=responsible_options,
            apply=lambda rows, value: rows.filter(pk__in=responsible_to(int(value)).values("pk")),
        ),
        "tag": lists.Filter(label=gettext_lazy("Tag"), apply=lambda rows, value: rows.filter(pk__in=tagged(value).values("pk"))),
    },
    selections={
        "mine": lists.Selection(
            label=gettext_lazy("Mine"),
            narrow=lambda rows, here: rows.filter(pk__in=responsible_to(here.actor.pk).values("pk")),
        ),
        "newcomers": lists.Selection(
            label=gettext_lazy("Strategic newcomers"), narrow=lambda rows, _here: rows.filter(stage="newcomer")
        ),
        "free": lists.Selection(
            label=gettext_lazy("Nobody responsible"),
            narrow=lambda rows, here: rows.exclude(pk__in=queries.held(here.today).values("account")),
        ),
    },
    actions=ACTIONS,
    gather=lambda rows, _here: gather([row.number for row in rows]),
    default_sort="name",
    row_name=lambda row: row.name,
    action=lambda here: Link(_("New company"), reverse("company_new"), "plus")
    if policy.can(here.actor, "accounts.create")
    else None,
    crumbs=lambda _here: [Link(_("Accounts"), reverse("accounts"))],
    empty=lists.Blank(
        title=gettext_lazy("No prospects yet"),
        text=gettext_lazy("Companies that you want to win stand here until they buy; then they become customers by themselves."),
        action=lambda here: Link(_("New company"), reverse("company_new"), "plus")
        if policy.can(here.actor, "accounts.create")
        else None,
    ),
)  # fmt: skip


# --- industries ----------------------------------------------------------------------------------------------


def _packs() -> list[tuple[str, str]]:
    from kamerton.accounts import vocabulary  # noqa: PLC0415 - files are read when they are asked for

    return vocabulary.packs()


INDUSTRIES = lists.ListPage(
    name="industries",
    title=gettext_lazy("Industries"),
    right="accounts.view",
    rows=lambda _here: Industry.objects.all(),
    columns={
        "name": lists.Field(
            label=gettext_lazy("Industry"), sort="name", plain=lambda row: row.name,
            cell=lambda row, here: Cell(row.name, url=reverse("industry", args=[row.pk]) if here.gathered["may"] else ""),
        ),
        "pack": lists.Field(
            label=gettext_lazy("Vocabulary"), plain=lambda row: row.pack,
            cell=lambda row, here: here.gathered["packs"].get(row.pack, row.pack),
        ),
        "accounts": lists.Field(
            label=gettext_lazy("Accounts"), numeric=True, plain=lambda _row: "",
            cell=lambda row, here: formats.number(here.gathered["counts"].get(row.pk, 0)),
            in_file=lambda row, here: here.gathered["counts"].get(row.pk, 0),
        ),
    },
    counted=lambda n: ngettext("%(n)s industry", "%(n)s industries", n),
    units=gettext_lazy("industries"),
    search=lambda rows, typed: rows.filter(name__icontains=typed),
    search_hint=gettext_lazy("Name"),
    gather=lambda rows, here: {
        "may": policy.can(here.actor, "accounts.create"),
        "packs": dict(_packs()),
        "counts": _counts(rows, here),
    },
    default_sort="name",
    action=lambda here: Link(_("New industry"), reverse("industry_new"), "plus")
    if policy.can(here.actor, "accounts.create")
    else None,
    template="settings/list.html",
    more=lambda here: {"tabs": settings_tabs(here.actor, "industries")},
    empty=lists.Blank(
        title=gettext_lazy("No industries yet"),
        text=gettext_lazy("An industry brings its own words, and a card of how its companies work."),
    ),
)  # fmt: skip


def _counts(rows: Any, here: lists.Here) -> dict[int, int]:
    from django.db.models import Count  # noqa: PLC0415

    accounts = policy.scope(Account.objects.current().filter(industry__in=rows), here.actor, "accounts.view")
    found = accounts.order_by().values("industry").annotate(n=Count("pk", distinct=True))
    return dict(found.values_list("industry", "n"))


@gate("accounts.create")
@require_http_methods(["GET", "POST"])
def industry(request: HttpRequest, pk: int = 0) -> HttpResponse:
    row = get_object_or_404(Industry, pk=pk) if pk else Industry()
    form = account_forms.IndustryForm(request.POST or None, record=row, packs=_packs())
    save = partial(
        companies.save_industry, actor=person(request), industry=row if pk else None, now=clock.now()
    )
    if request.method == "POST" and edits.saved(
        form, lambda *, opened, submitted: save(opened=opened if pk else {}, values=submitted)
    ):
        toast(request, _("Saved."))
        return redirect("industries")
    return form_page(
        request, form, title=row.name or _("New industry"), back=reverse("industries"), submit=_("Save")
    )


# --- limits ----------------------------------------------------------------------------------------------------


@gate("portfolio.configure")
@require_http_methods(["GET", "POST"])
def limits(request: HttpRequest) -> HttpResponse:
    row = queries.limits()
    initial: dict[str, Any] = {
        name: getattr(row, name) for name in ("kam_limit", "seller_limit", "broad_limit")
    }
    initial["broad"] = list(row.broad.values_list("pk", flat=True)) if row.pk and row._state.db else []  # noqa: SLF001
    form = account_forms.LimitsForm(request.POST or None, initial=initial)

    def act() -> None:
        values = dict(form.cleaned_data)
        coverage.set_limits(
            actor=person(request), broad=list(values.pop("broad")), values=values, now=clock.now()
        )

    if request.method == "POST" and form.is_valid() and refused_to(form, act):
        toast(request, _("The limits are saved."))
        return redirect("settings")
    return form_page(
        request, form, title=_("Accounts for one person"), back=reverse("settings"), submit=_("Save"),
        lead=_("Past its limit an assignment warns; it is never refused."),
        tabs=settings_tabs(person(request), "limits"),
    )  # fmt: skip
