"""Our own people: the list, one person with line, accounts and absences, and the authority to represent us."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from kamerton.access import actions, line, policy, sign_in
from kamerton.access.actions import delegations
from kamerton.access.models import Delegation, OrgUnit, OwnRole, User, department_functions
from kamerton.access.rights import role_choices
from kamerton.accounts.models import Coverage
from kamerton.accounts.queries import load_of
from kamerton.core import clock
from kamerton.core.models import Company
from kamerton.web import edits, formats, language_words, lists
from kamerton.web.addresses import account_url
from kamerton.web.company_parts import crumbs, marks, person_url, standing, tabs
from kamerton.web.gates import gate, person
from kamerton.web.lists import Field, Filter, Here, ListPage, Selection
from kamerton.web.parts import Badge, Cell, Column, Link, Row, Table
from kamerton.web.toasts import toast
from kamerton.web.work_fields import PersonField

# --- the list ----------------------------------------------------------------------------------------------


def _rows(here: Here) -> Any:
    return policy.scope(User.objects.select_related("unit", "own_role"), here.actor, "people.view")


def _search(rows: Any, words: str) -> Any:
    for word in words.split():
        rows = rows.filter(
            Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(username__icontains=word)
            | Q(title__icontains=word) | Q(unit__name__icontains=word)
        )  # fmt: skip
    return rows


def _name(row: User, here: Here) -> Cell:
    return Cell(
        row.display_name, url=person_url(row.pk), sub=_under(row, here),
        badges=marks(row, here.gathered.away.get(row.pk), here.today),
    )  # fmt: skip


def _under(row: User, here: Here) -> str:
    """The post, or who stands in while the person is away."""
    away = here.gathered.away.get(row.pk)
    return _("%(name)s stands in") % {"name": away.substitute.display_name} if away else row.title


def _superior(row: User, here: Here) -> Cell | str:
    up = here.gathered.superiors.get(row.pk)
    return Cell(up.display_name, url=person_url(up.pk)) if up else ""


def _superior_name(row: User, here: Here) -> str:
    up = here.gathered.superiors.get(row.pk)
    return up.display_name if up else ""


def _load(row: User, here: Here) -> Cell | str:
    count, limit = here.gathered.accounts.get(row.pk, 0), here.gathered.limits[row.pk]
    if count <= limit:
        return formats.number(count) if count else ""
    return Cell(formats.number(count), badges=(Badge("warn", _("limit %(n)s") % {"n": limit}, soft=True),))


def _away(rows: Any, here: Here) -> Any:
    orders = Delegation.objects.filter(revoked_at=None, from_date__lte=here.today, to_date__gte=here.today)
    return rows.filter(pk__in=orders.values("absent"))


PEOPLE = ListPage(
    name="people",
    title=gettext_lazy("People"),
    right="people.view",
    rows=_rows,
    columns={
        "name": Field(
            label=gettext_lazy("Name"), cell=_name, plain=lambda row: row.display_name, sort="last_name"
        ),
        "role": lists.text("get_role_display", gettext_lazy("Role"), sort="role"),
        "unit": lists.text("unit.name", gettext_lazy("Unit"), sort="unit__name"),
        "superior": Field(
            label=gettext_lazy("Reports to"), cell=_superior, plain=lambda _row: "", in_file=_superior_name
        ),
        "accounts": Field(
            label=gettext_lazy("Accounts"),
            cell=_load,
            numeric=True,
            plain=lambda _row: "",
            in_file=lambda row, here: here.gathered.accounts.get(row.pk, 0),
        ),
        "languages": Field(
            label=gettext_lazy("Speaks"),
            cell=lambda row, _here: language_words.names(row.spoken),
            plain=lambda row: language_words.names(row.spoken),
            default=False,
        ),
        "email": lists.text("email", gettext_lazy("E-mail"), default=False),
        "sales_name": lists.text(
            "sales_name", gettext_lazy("Name in sales files"), sort="sales_name", default=False
        ),
        "phone": lists.text("phone", gettext_lazy("Phone"), default=False),
    },
    counted=lambda n: ngettext("%(n)s person", "%(n)s people", n),
    units=gettext_lazy("people"),
    search=_search,
    search_hint=gettext_lazy("Name, post or unit"),
    filters={
        "role": Filter(
            label=gettext_lazy("Role"),
            apply="role",
            options=lambda _here: [(k, str(v)) for k, v in role_choices()],
        ),
        "unit": Filter(
            label=gettext_lazy("Unit"),
            apply="unit_id",
            options=lambda _here: [(str(k), v) for k, v in OrgUnit.objects.values_list("pk", "name")],
        ),
    },
    selections={
        "away": Selection(label=gettext_lazy("Away today"), narrow=_away),
        "leaving": Selection(
            label=gettext_lazy("Leaving"),
            narrow=lambda rows, _here: rows.filter(is_active=True, leaving_on__isnull=False),
        ),
        "outside": Selection(
            label=gettext_lazy("From outside"), narrow=lambda rows, _here: rows.filter(is_external=True)
        ),
        "closed": Selection(
            label=pgettext_lazy("sign-ins", "Closed"), narrow=lambda rows, _here: rows.filter(is_active=False)
        ),
    },
    default_sort="name",
    row_name=lambda row: row.display_name,
    faint=lambda row: not row.is_active,
    gather=lambda rows, here: standing(rows, here.today),
    action=lambda here: (
        Link(_("Invite"), reverse("sign_ins"), "plus") if policy.can(here.actor, "people.manage") else None
    ),
    template="people/list.html",
    more=lambda here: {"tabs": tabs(here.actor, "people")},
)


# --- one person ----------------------------------------------------------------------------------------------


def _found(request: HttpRequest, pk: int, right: str = "people.view") -> Any:
    rows = policy.scope(User.objects.select_related("unit", "reports_to", "own_role"), request.user, right)
    return get_object_or_404(sign_in.with_second_factor(rows), pk=pk)


@gate("people.view")
@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    actor, found, today = person(request), _found(request, pk), clock.today()
    covered = _covered(actor, found, today)
    load = load_of(found, today)
    manages = policy.can(actor, "people.manage")
    told = {
        "person": found,
        "lead": _lead(found, load.accounts),
        "crumbs": crumbs(),
        "marks": marks(found, _away_now(found, today), today),
        "over": _over(load),
        "terms": _terms(found),
        "up": policy.superiors(found),
        "down": _reports(found),
        "covered": _accounts_table(covered) if covered else None,
        "orders": [order_line(each) for each in _orders(found, today)],
        "sign_in": _sign_in_terms(found) if manages else (),
        "manages": manages,
        "edit": Link(pgettext("button", "Change"), reverse("person_edit", args=[pk])) if manages else None,
        "others": list(_others(actor, found, bool(covered))),
    }
    return render(request, "people/person.html", told)


def _lead(found: User, accounts: int) -> str:
    what = found.title or found.get_role_display()
    if not accounts:
        return str(what)
    counted = ngettext("responsible for %(n)s account", "responsible for %(n)s accounts", accounts)
    return f"{what}, {counted % {'n': formats.number(accounts)}}."


def _over(load: Any) -> str:
    if not load.is_over:
        return ""
    text = _("%(n)s accounts are more than the limit of %(limit)s. It is a warning; nothing is blocked.")
    return text % {"n": load.accounts, "limit": load.limit}


def _terms(found: User) -> list[tuple[str, str]]:
    told = [
        (_("Role"), found.get_role_display()),
        (_("Unit"), found.unit.name if found.unit else ""),
        (_("Function"), found.get_function_display() if found.function else ""),
        (_("Speaks"), language_words.names(found.spoken)),
        (_("Name in sales files"), found.sales_name),
        (_("E-mail"), found.email),
        (_("Phone"), found.phone),
        (_("Last day"), formats.date(found.leaving_on) if found.leaving_on else ""),
    ]
    return [(term, str(text)) for term, text in told if text]


def _sign_in_terms(found: Any) -> list[tuple[str, str]]:
    email = found.email or _("none")
    if found.email and not found.email_verified:
        email = _("%(email)s, not confirmed") % {"email": found.email}
    last = formats.moment(timezone.localtime(found.last_login)) if found.last_login else _("never")
    return [
        (_("User name"), found.username),
        (_("E-mail"), email),
        (_("Last sign-in"), last),
        (_("Second factor"), _("yes") if found.second_factor else _("no")),
    ]


def _reports(found: User) -> list[User]:
    """Who reports to `found` directly, in whatever way."""
    people, units = policy.company()
    numbers = [each.id for each in people if line.superior(each, units) == found.pk]
    return list(
        User.objects.filter(pk__in=numbers, is_active=True).order_by("first_name", "last_name", "username")
    )


def _covered(actor: User, found: User, day: dt.date) -> list[Coverage]:
    rows = Coverage.objects.on(day).filter(person=found, account__merged_into=None).select_related("account")
    return list(policy.scope(rows, actor, "accounts.view").order_by("account__name", "pk"))


def _accounts_table(rows: list[Coverage]) -> Table:
    body = [
        Row(
            [
                Cell(row.account.name, url=account_url(row.account.number)),
                row.get_role_display(),
                formats.date(row.from_date, short=True),
            ]
        )
        for row in rows
    ]
    return Table([Column(_("Account")), Column(_("As")), Column(_("Since"))], body, _("Accounts"))


def _orders(found: User, today: dt.date) -> Any:
    rows = Delegation.objects.filter(
        Q(absent=found) | Q(substitute=found), revoked_at=None, to_date__gte=today
    )
    return rows.select_related("absent", "substitute").order_by("from_date")


def _away_now(found: User, today: dt.date) -> Delegation | None:
    return next(
        (each for each in _orders(found, today) if each.absent_id == found.pk and each.holds_on(today)), None
    )


def order_line(order: Delegation) -> dict[str, str]:
    told = {
        "absent": order.absent.display_name,
        "substitute": order.substitute.display_name,
        "days": formats.period(order.from_date, order.to_date),
    }
    text = _("%(absent)s is away %(days)s, %(substitute)s stands in")
    return {"text": text % told, "note": _("order %(number)s") % {"number": order.order_number}}


def _others(actor: User, found: User, covers: bool) -> Any:
    if covers:
        yield Link(_("Authority to represent us"), reverse("person_authority", args=[found.pk]), "file-text")
    if found.is_active and delegations.may_order_for(actor, found):
        yield Link(_("Announce an absence"), f"{reverse('absence_new')}?absent={found.pk}", "calendar-event")
    if policy.can(actor, "people.offboard") and found.pk != actor.pk:
        yield Link(_("Leaving"), reverse("offboarding", args=[found.pk]), "door-exit")


@gate("people.view")
@require_GET
def authority(request: HttpRequest, pk: int) -> HttpResponse:
    """For customers, printed: whom this person represents us to, in matters of sales (RGT-01)."""
    found, today = _found(request, pk), clock.today()
    company = Company.objects.filter(pk=1).first()
    rows = [
        row
        for row in _covered(person(request), found, today)
        if row.role in ("responsible", "deputy", "junior")
    ]
    told = {
        "person": found,
        "company": company.name if company else "",
        "rows": rows if not policy.has_left(found, today) else [],
        "day": formats.date(today),
        "crumbs": [*crumbs(), Link(found.display_name, person_url(pk))],
    }
    return render(request, "people/authority.html", told)


# --- changing ------------------------------------------------------------------------------------------------


class PersonForm(edits.Versioned, forms.Form):
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=role_choices)
    own_role = forms.ModelChoiceField(
        OwnRole.objects.all(), label=gettext_lazy("Own role"), required=False,
        help_text=gettext_lazy("Takes the place of the role above, by what it was copied from."),
    )  # fmt: skip
    title = forms.CharField(label=gettext_lazy("Post"), max_length=120, required=False)
    unit = forms.ModelChoiceField(OrgUnit.objects.all(), label=gettext_lazy("Unit"), required=False)
    reports_to = PersonField(
        label=gettext_lazy("Reports to"), required=False,
        help_text=gettext_lazy("Empty: the head of the unit, or of the nearest unit above it."),
    )  # fmt: skip
    function = forms.ChoiceField(
        label=gettext_lazy("Function"), required=False,
        choices=lambda: [("", "–"), *((key, label) for key, label in department_functions())],
    )  # fmt: skip
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=40, required=False)
    spoken = forms.MultipleChoiceField(
        label=gettext_lazy("Speaks"), required=False, choices=language_words.choices,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    sales_name = forms.CharField(
        label=gettext_lazy("Name in sales files"), max_length=200, required=False,
        help_text=gettext_lazy("Empty: the same as the name here. By it the shares of managers and departments are told."),
    )  # fmt: skip
    is_external = forms.BooleanField(
        label=gettext_lazy("From outside"), required=False,
        help_text=gettext_lazy("Sees what is open, on the accounts whose team this person belongs to."),
    )  # fmt: skip


@gate("people.manage")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(request, pk, "people.manage")
    form = PersonForm(request.POST or None, record=found)
    act = partial(actions.edit_person, actor=person(request), person=found, now=clock.now())
    if request.method == "POST" and edits.saved(form, act):
        toast(request, _("%(name)s is changed.") % {"name": found.display_name})
        return redirect("person", pk=pk)
    told = {"title": found.display_name, "form": form, "submit": _("Save"),
            "crumbs": [*crumbs(), Link(found.display_name, person_url(pk))]}  # fmt: skip
    return render(request, "people/form.html", told, status=form.status)
