"""The tab "Company and team" of an account: who it is in law, its group, who of ours looks after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kamerton.access import policy
from kamerton.accounts import queries
from kamerton.accounts.actions import companies, coverage
from kamerton.accounts.models import Account, Address, Coverage, ExternalId, Industry
from kamerton.core import clock
from kamerton.portfolio.models import Snapshot
from kamerton.web import account_forms, country_words, edits, formats, handovers, inline
from kamerton.web.account_frame import figures_of, found, frame
from kamerton.web.accounts import seen
from kamerton.web.addresses import account_url
from kamerton.web.form_pages import form_page, form_until_done, refused_to
from kamerton.web.gates import gate, person
from kamerton.web.parts import Cell, Column, Link, Row, Table
from kamerton.web.toasts import toast
from kamerton.web.undo import undo_url


def details_url(number: str) -> str:
    return reverse("account_details", args=[number])


def _saving(*, actor: Any, record: Account, opened: Any, submitted: Any, now: Any) -> None:
    companies.edit(actor=actor, account=record, opened=opened, submitted=submitted, now=now)


def _editable(name: str, label: Any, field: Any = None, shown: Any = None) -> inline.Editable:
    return inline.Editable(
        name=name,
        label=label,
        field=field or (lambda _record: Account._meta.get_field(name).formfield(required=False)),  # type: ignore[union-attr,arg-type]
        shown=shown or (lambda record: getattr(record, name)),
        save=_saving,
        url=lambda record: reverse("account_field", args=[name, record.number]),
        back=lambda record: details_url(record.number),
    )


#: What is changed where it stands; the form has the rest.
EDITABLE: Mapping[str, inline.Editable] = {
    each.name: each
    for each in (
        _editable("legal_name", gettext_lazy("Legal name")),
        _editable("legal_form", gettext_lazy("Legal form")),
        _editable("registration_number", gettext_lazy("Registration number")),
        _editable("tax_number", gettext_lazy("Tax number")),
        _editable(
            "country",
            gettext_lazy("Country"),
            field=lambda record: country_words.field(record.country),
            shown=lambda record: country_words.name(record.country),
        ),
        _editable("website", gettext_lazy("Website")),
        _editable("email", gettext_lazy("E-mail")),
        _editable("phone", gettext_lazy("Phone")),
        _editable("segment", gettext_lazy("Segment")),
        _editable(
            "industry",
            gettext_lazy("Industry"),
            field=lambda _record: forms.ModelChoiceField(Industry.objects.all(), required=False),
            shown=lambda record: record.industry.name if record.industry else "",
        ),
    )
}


@gate("accounts.view")
@require_GET
def details(request: HttpRequest, account: str) -> HttpResponse:
    known = found(request, account)
    may = policy.can(request.user, "accounts.edit", known)
    snapshot, _row = figures = figures_of(request, known)
    context = frame(request, known, "account_details", figures) | {
        "lead": _lead(known),
        "may": may,
        "may_assign": policy.can(request.user, "accounts.assign", known),
        "identity": [
            (each.label, inline.cell(each, known, may=may) or formats.MISSING) for each in EDITABLE.values()
        ],
        "stage": known.get_stage_display(),
        "addresses": [(each, _address(each)) for each in known.addresses.all()],
        "ids": list(known.external_ids.all()),
        "tags": list(known.tags.all()),
        "team": list(_team(known)),
        **_handing_over(request, known),
        "tree": _tree(request, known, snapshot),
        "others": [
            Link(_("Merge another into it"), reverse("account_merge_one", args=[known.number]), drawer=True)
        ]
        if policy.can(request.user, "accounts.merge", known)
        else [],
        "action": Link(pgettext("button", "Change"), reverse("account_edit", args=[known.number]), "pencil")
        if may
        else None,
    }
    return render(request, "accounts/details.html", context)


def _handing_over(request: HttpRequest, account: Account) -> dict[str, Any]:
    """The hand-over that runs, or the way to begin one."""
    if not policy.can(request.user, "work.view", account):
        return {}
    row = handovers.running(person(request), account)
    if row is None:
        return {"handover_new": f"{reverse('handover_new')}?{urlencode({'account': account.number})}"}
    left = sum(not each["done"] for each in row.introductions)
    return {
        "handover": row,
        "handover_lead": handovers.lead(row),
        "handover_badge": handovers.state_badge(row, clock.today()),
        "introductions_left": ngettext(
            "%(n)s introduction to make", "%(n)s introductions to make", left
        ) % {"n": formats.number(left)} if left else "",
    }  # fmt: skip


def _lead(account: Account) -> str:
    """Who looks after it, and who stands in today."""
    responsible, substitute = queries.answers_today(account, clock.today())
    if responsible is None:
        return _("Nobody is responsible for %(account)s.") % {"account": account.name}
    told = {"person": responsible.display_name, "account": account.name}
    if substitute is None:
        others = (
            Coverage.objects.on(clock.today()).filter(account=account).exclude(role="responsible").count()
        )
        if not others:
            return _("%(person)s looks after %(account)s alone.") % told
        text = ngettext(
            "%(person)s looks after %(account)s, with %(n)s person more.",
            "%(person)s looks after %(account)s, with %(n)s people more.",
            others,
        )
        return text % {**told, "n": formats.number(others)}
    return _("%(person)s is responsible for %(account)s; today %(substitute)s stands in.") % {
        **told,
        "substitute": substitute.display_name,
    }


def _address(address: Address) -> str:
    parts = [
        address.street,
        f"{address.postcode} {address.city}".strip(),
        address.region,
        country_words.name(address.country),
    ]
    return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Member:
    row: Coverage
    name: str
    part: str
    days: str
    state: str
    can_end: bool


def _team(account: Account) -> list[Member]:
    today = clock.today()
    rows = account.coverage.select_related("person").order_by("-to_date", "from_date", "pk")
    order = {"now": 0, "planned": 1, "past": 2}
    members = [_member(row, today) for row in rows]
    return sorted(
        members, key=lambda each: (order[each.state], each.row.role != "responsible", each.row.from_date)
    )


def _member(row: Coverage, today: Any) -> Member:
    state = "planned" if row.from_date > today else "past" if row.to_date and row.to_date < today else "now"
    name = row.person.display_name if row.person else row.outsider
    if row.organisation:
        name = f"{name}, {row.organisation}"
    days = _("from %(day)s") % {"day": formats.date(row.from_date, short=True)}
    if row.to_date:
        told = {
            "start": formats.date(row.from_date, short=True),
            "end": formats.date(row.to_date, short=True),
        }
        days = _("%(start)s to %(end)s") % told
    return Member(row, name, str(row.get_role_display()), days, state, can_end=state != "past")


# --- the group -----------------------------------------------------------------------------------------------


@dataclass
class _Node:
    account: Account
    depth: int
    own: Decimal | None = None
    total: Decimal | None = None


def _tree(request: HttpRequest, account: Account, snapshot: Snapshot | None) -> dict[str, Any] | None:
    """The whole group that this person reaches, figures summed over each subtree; how many are out of reach."""
    top = _top(request, account)
    parents = queries.below(top)
    if not parents:
        return None
    rows = policy.scope(Account.objects.filter(pk__in=[top.pk, *parents]), request.user, "accounts.view")
    reached = {each.pk: each for each in rows}
    children: dict[int, list[Account]] = {}
    for each in sorted(reached.values(), key=lambda row: (row.name, row.pk)):
        if each.pk != top.pk:
            children.setdefault(_nearest(each.pk, parents, reached, top.pk), []).append(each)
    amounts = _amounts(request, snapshot, [each.number for each in reached.values()])
    nodes: list[_Node] = []
    _walk(top, 0, children, amounts, nodes)
    return {
        "table": _tree_table(nodes, account, snapshot),
        "hidden": _out_of_reach(len(parents) + 1 - len(reached)),
    }


def _top(request: HttpRequest, account: Account) -> Account:
    """The highest parent up to which this person reaches every one."""
    above = queries.above(account)
    reached = set(
        policy.scope(Account.objects.filter(pk__in=[each.pk for each in above]), request.user, "accounts.view")
        .values_list("pk", flat=True)
    )  # fmt: skip
    top = account
    for each in above:
        if each.pk not in reached:
            break
        top = each
    return top


def _nearest(pk: int, parents: Mapping[int, int | None], reached: Mapping[int, Account], top: int) -> int:
    """Under a company out of reach a subsidiary stands with the next one above that is reached."""
    at = parents[pk]
    while at is not None and at != top and at not in reached:
        at = parents.get(at)
    return at if at is not None else top


def _amounts(request: HttpRequest, snapshot: Snapshot | None, numbers: list[str]) -> dict[str, Decimal]:
    if snapshot is None:
        return {}
    rows = seen(snapshot, request.user).filter(account__in=numbers)
    return dict(rows.values_list("account", "basis_amount"))


def _walk(
    at: Account,
    depth: int,
    children: Mapping[int, list[Account]],
    amounts: Mapping[str, Decimal],
    nodes: list[_Node],
) -> Decimal | None:
    node = _Node(at, depth, amounts.get(at.number))
    nodes.append(node)
    parts = [_walk(each, depth + 1, children, amounts, nodes) for each in children.get(at.pk, [])]
    known = [part for part in (node.own, *parts) if part is not None]
    node.total = sum(known, Decimal(0)) if known else None
    return node.total


def _tree_table(nodes: list[_Node], account: Account, snapshot: Snapshot | None) -> Table:
    unit = snapshot.currency if snapshot else ""
    columns = [
        Column(_("Company")),
        Column(_("Own, 12 months"), numeric=True, unit=unit),
        Column(_("With its subsidiaries"), numeric=True, unit=unit),
    ]
    rows = [
        Row(
            [
                Cell(f"{'– ' * node.depth}{node.account.name}", url=account_url(node.account.number)),
                formats.money(node.own, decimals=0),
                formats.money(node.total, decimals=0),
            ],
            strong=node.account.pk == account.pk,
        )
        for node in nodes
    ]
    return Table(columns, rows, _("Group"))


def _out_of_reach(count: int) -> str:
    if not count:
        return ""
    text = ngettext(
        "%(n)s company of this group is out of your reach; the sums are without it.",
        "%(n)s companies of this group are out of your reach; the sums are without them.",
        count,
    )
    return text % {"n": formats.number(count)}


# --- changing ----------------------------------------------------------------------------------------------


@gate("accounts.edit")
def field(request: HttpRequest, field: str, account: str) -> HttpResponse:
    """One value where it stands."""
    if field not in EDITABLE:
        raise Http404
    return inline.answer(request, found(request, account, "accounts.edit"), EDITABLE[field])


@gate("accounts.edit")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, account: str) -> HttpResponse:
    known = found(request, account, "accounts.edit")
    form = account_forms.CompanyForm(request.POST or None, record=known, actor=person(request))
    act = partial(companies.edit, actor=person(request), account=known, now=clock.now())
    if request.method == "POST" and edits.saved(form, act):
        toast(request, _("Saved."))
        return redirect(details_url(known.number))
    return form_page(
        request, form, title=_("Change the company"), back=details_url(known.number), submit=_("Save")
    )


@gate("accounts.edit")
@require_http_methods(["GET", "POST"])
def address(request: HttpRequest, account: str) -> HttpResponse:
    """A new address; with ?id= one that is there."""
    known = found(request, account, "accounts.edit")
    number = request.GET.get("id", "")
    kept = get_object_or_404(known.addresses, pk=number) if number.isdecimal() else None
    form = account_forms.AddressForm(request.POST or None, instance=kept)
    act = partial(companies.save_address, actor=person(request), account=known, now=clock.now(), address=kept)
    if (
        request.method == "POST"
        and form.is_valid()
        and refused_to(form, lambda: act(values=form.cleaned_data))
    ):
        return redirect(details_url(known.number))
    return form_page(request, form, title=_("Address"), back=details_url(known.number), submit=_("Save"))


@gate("accounts.edit")
@require_POST
def remove_address(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(policy.scope(Address.objects.all(), request.user, "accounts.edit"), pk=pk)
    number = row.account.number
    token = companies.remove_address(actor=person(request), address=row, now=clock.now())
    toast(request, _("The address is gone."), undo_url=undo_url(token))
    return redirect(details_url(number))


@gate("accounts.edit")
@require_http_methods(["GET", "POST"])
def external_id(request: HttpRequest, account: str) -> HttpResponse:
    known = found(request, account, "accounts.edit")
    form = account_forms.ExternalIdForm(request.POST or None)
    act = partial(companies.add_external_id, actor=person(request), account=known, now=clock.now())
    title = _("Number in another system")
    back = details_url(known.number)
    return form_until_done(
        request, form, lambda: act(**form.cleaned_data), back=back, title=title, submit=_("Add")
    )


@gate("accounts.edit")
@require_POST
def remove_external_id(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(policy.scope(ExternalId.objects.all(), request.user, "accounts.edit"), pk=pk)
    number = row.account.number
    token = companies.remove_external_id(actor=person(request), external_id=row, now=clock.now())
    toast(request, _("The number is gone."), undo_url=undo_url(token))
    return redirect(details_url(number))


@gate("accounts.edit")
@require_http_methods(["GET", "POST"])
def tags(request: HttpRequest, account: str) -> HttpResponse:
    known = found(request, account, "accounts.edit")
    there = [each.name for each in known.tags.all()]
    form = account_forms.TagForm(request.POST or None, initial={"tags": there})
    form.fields["tags"].required = False
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data["tags"]
        wanted = {name.casefold() for name in told}
        off = [name for name in there if name.casefold() not in wanted]
        companies.tag(actor=person(request), account=known, add=told, remove=off, now=clock.now())
        return redirect(details_url(known.number))
    return form_page(request, form, title=_("Tags"), back=details_url(known.number), submit=_("Save"))


@gate("accounts.assign")
@require_http_methods(["GET", "POST"])
def assign(request: HttpRequest, account: str) -> HttpResponse:
    """Who is responsible, from when. Warnings are told afterwards; it can be undone."""
    known = found(request, account, "accounts.assign")
    form = account_forms.AssignForm(
        request.POST or None, initial={"from_date": clock.today(), "guided": True}
    )
    if queries.responsible_for(known, clock.today()) is None:
        del form.fields["guided"]  # nobody gives it away
    told: list[coverage.Assigned] = []

    def act() -> None:
        told.append(
            coverage.assign(actor=person(request), account=known, now=clock.now(), **form.cleaned_data)
        )

    if request.method == "POST" and form.is_valid() and refused_to(form, act):
        token = coverage.offer_back(actor=person(request), assigned=told, now=clock.now())
        who = form.cleaned_data["person"].display_name
        toast(request, _("%(person)s is responsible.") % {"person": who}, undo_url=undo_url(token))
        for text in told[0].warnings:
            toast(request, text, level="warn")
        return redirect(details_url(known.number))
    title = _("Who is responsible for %(account)s") % {"account": known.name}
    return form_page(request, form, title=title, back=details_url(known.number), submit=_("Assign"))


@gate("accounts.assign")
@require_http_methods(["GET", "POST"])
def member(request: HttpRequest, account: str) -> HttpResponse:
    known = found(request, account, "accounts.assign")
    form = account_forms.MemberForm(request.POST or None, initial={"from_date": clock.today()})
    act = partial(coverage.add_member, actor=person(request), account=known, now=clock.now())
    title = _("Add to the team of %(account)s") % {"account": known.name}
    back = details_url(known.number)
    return form_until_done(
        request, form, lambda: act(**form.cleaned_data), back=back, title=title, submit=_("Add")
    )


@gate("accounts.assign")
@require_POST
def end_coverage(request: HttpRequest, pk: int) -> HttpResponse:
    """Today is the last day."""
    row = get_object_or_404(policy.scope(Coverage.objects.all(), request.user, "accounts.assign"), pk=pk)
    number = row.account.number
    refused_to(
        request, lambda: coverage.end(actor=person(request), coverage=row, on=clock.today(), now=clock.now())
    )
    return redirect(details_url(number))
