"""What is promised to key accounts and what they get: the company's targets, the package of one account."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.core import clock
from kamerton.core.models import Company
from kamerton.portfolio import programme_rules, service_queries
from kamerton.portfolio.actions import service_package as actions
from kamerton.portfolio.models import ServicePackage, StandardPackage
from kamerton.portfolio.service_queries import Kept
from kamerton.portfolio.service_rules import PROMISES
from kamerton.web import edits, formats, service_forms
from kamerton.web.account_frame import found
from kamerton.web.form_pages import form_page, form_until_done
from kamerton.web.gates import gate, person
from kamerton.web.parts import Badge, Cell, Column, Link, Row, Table
from kamerton.web.programme import programme_tabs
from kamerton.web.toasts import toast

_RIGHT = "portfolio.configure"


def value(key: str, number: float | None) -> str:
    if number is None:
        return formats.MISSING
    if PROMISES[key].unit == "share":
        return formats.share(number)
    return ngettext("%(n)s day", "%(n)s days", round(number)) % {
        "n": formats.number(number, decimals=0 if number == round(number) else 1)}  # fmt: skip


def aim(key: str, target: float) -> str:
    words = _("at least %(value)s") if PROMISES[key].better == "up" else _("at most %(value)s")
    return words % {"value": value(key, target)}


def state(each: Kept) -> Badge:
    if each.actual is None:
        return Badge("off", _("Nobody knows"), soft=True)
    return (
        Badge("bad", _("Broken"), soft=True)
        if each.is_broken
        else Badge("good", pgettext("promise", "Kept"), soft=True)
    )


def basis(each: Kept) -> str:
    if not each.source:
        return ""
    where = _("from figures") if each.source == "figures" else each.where
    return f"{where}, {formats.date(each.on, short=True)}"


def package_terms(of: ServicePackage | StandardPackage) -> list[tuple[str, Any]]:
    company = Company.objects.filter(pk=1).first()
    cost = (
        formats.money(of.cost, company.currency if company else "", decimals=0)
        if of.cost is not None
        else formats.MISSING
    )
    told = (
        (_("Cost a year"), cost),
        (_("Dedicated resources"), of.resources),
        (_("Marketing"), of.marketing),
        (_("Administration"), of.administrative),
        (_("Service"), of.service),
    )
    return [(label, text or formats.MISSING) for label, text in told]


# --- the company -------------------------------------------------------------------------------------------------


@gate("portfolio.view_all")
@require_GET
def programme_services(request: HttpRequest) -> HttpResponse:
    actor = person(request)
    packages = service_queries.open_packages(actor)
    kept = service_queries.kept(actor, [each.account for each in packages], clock.today())
    context = {
        "lead": _lead(packages, kept),
        "note": _("As of %(day)s: requests, conversations and returns of 12 months; else what was typed.")
        % {"day": formats.date(clock.today())},
        "tabs": programme_tabs("programme_services"),
        "promises": _promises(kept, policy.can(actor, _RIGHT)),
        "accounts": _accounts(packages, kept) if packages else None,
        "standard": package_terms(service_queries.standard()),
        "may": policy.can(actor, _RIGHT),
    }
    return render(request, "portfolio/programme_services.html", context)


def _lead(packages: Sequence[ServicePackage], kept: dict[int, list[Kept]]) -> str:
    if not packages:
        return _("No account has a service package yet: it comes with key status.")
    broken = sum(any(each.is_broken for each in kept[row.account_id]) for row in packages)
    told = {"n": formats.number(broken), "of": formats.number(len(packages))}
    if not broken:
        return ngettext(
            "Nothing that was promised to %(of)s key account is broken.",
            "Nothing that was promised to %(of)s key accounts is broken.", len(packages),
        ) % told  # fmt: skip
    return ngettext(
        "To %(n)s of %(of)s key accounts something was promised that it does not get.",
        "To %(n)s of %(of)s key accounts something was promised that they do not get.", broken,
    ) % told  # fmt: skip


def _promises(kept: dict[int, list[Kept]], may: bool) -> Table:
    columns = (
        Column(_("Promise")),
        Column(_("Target")),
        Column(_("Mean of key accounts")),
        Column(_("Broken at"), numeric=True),
    )
    aims, rows = service_queries.targets(), []
    for key, promise in PROMISES.items():
        mine = [each for told in kept.values() for each in told if each.key == key]
        known = [each.actual for each in mine if each.actual is not None]
        broken = sum(each.is_broken for each in mine)
        target = Cell(
            aim(key, aims[key]),
            sub=promise.how,
            url=reverse("promise_target", args=[key]) if may else "",
            drawer=may,
        )
        rows.append(Row((
            Cell(promise.name), target,
            Cell(value(key, programme_rules.mean(known)), tone="" if known else "muted"),
            Cell(formats.number(broken), tone="bad" if broken else ""),
        )))  # fmt: skip
    return Table(columns, rows, _("Five promises"))


def _accounts(packages: Sequence[ServicePackage], kept: dict[int, list[Kept]]) -> Table:
    columns = (
        Column(_("Account")),
        *(Column(promise.name) for promise in PROMISES.values()),
        Column(_("Since"), minor=True),
    )
    rows = []
    for row in packages:
        cells = [
            Cell(value(each.key, each.actual), tone="bad" if each.is_broken else "" if each.source else "muted",
                 badges=(state(each),) if each.is_broken else ())
            for each in kept[row.account_id]
        ]  # fmt: skip
        name = Cell(row.account.name, url=reverse("account_package", args=[row.account.number]))
        rows.append(Row((name, *cells, formats.date(row.from_date, short=True))))
    return Table(columns, rows, _("What key accounts get"))


@gate(_RIGHT)
@require_http_methods(["GET", "POST"])
def promise_target(request: HttpRequest, key: str) -> HttpResponse:
    if key not in PROMISES:
        raise Http404
    form = service_forms.TargetForm(request.POST or None, key=key, target=service_queries.targets()[key])

    def act() -> None:
        target = service_forms.stored(key, form.cleaned_data["target"])
        actions.set_target(actor=person(request), key=key, target=target, now=clock.now())
        toast(request, _("Saved."))

    promise = PROMISES[key]
    return form_until_done(request, form, act, back=reverse("programme_services"), title=str(promise.name),
                           lead=str(promise.how).capitalize(), submit=_("Save"))  # fmt: skip


@gate(_RIGHT)
@require_http_methods(["GET", "POST"])
def standard_package(request: HttpRequest) -> HttpResponse:
    form = service_forms.PackageForm(request.POST or None, record=service_queries.standard())
    act = partial(actions.set_standard, actor=person(request), now=clock.now())
    back = reverse("programme_services")
    if request.method == "POST" and edits.saved(form, act):
        toast(request, _("Saved."))
        return redirect(back)
    return form_page(
        request, form, title=_("Package that every key account begins with"), back=back, submit=_("Save")
    )


# --- one account --------------------------------------------------------------------------------------------------


def beside(actor: User, account: Account) -> dict[str, Any] | None:
    """For the page of key status: what was promised, what it gets. None: no package runs."""
    package = service_queries.package_of(account)
    if package is None:
        return None
    told = service_queries.kept(actor, [account], clock.today())[account.pk]
    return {
        "broken": sum(each.is_broken for each in told),
        "rows": [
            {"name": PROMISES[each.key].name, "target": aim(each.key, each.target), "badge": state(each),
             "actual": value(each.key, each.actual) if each.source else "", "basis": basis(each)}
            for each in told
        ],
        "url": reverse("account_package", args=[account.number]),
    }  # fmt: skip


@gate("portfolio.view")
@require_GET
def account_package(request: HttpRequest, account: str) -> HttpResponse:
    actor, known = person(request), found(request, account, "portfolio.view")
    package, may = service_queries.package_of(known), policy.can(request.user, "accounts.edit", known)
    told = service_queries.kept(actor, [known], clock.today())[known.pk]
    context = {
        "account": known,
        "crumbs": [Link(known.name, reverse("account_key", args=[known.number]))],
        "lead": _account_lead(known, package, told),
        "table": _of_account(known, told, may) if package else None,
        "terms": package_terms(package) if package else None,
        "since": _("Since %(day)s") % {"day": formats.date(package.from_date)} if package else "",
        "change": reverse("package_edit", args=[package.pk]) if package and may else "",
    }
    return render(request, "portfolio/account_package.html", context)


def _account_lead(account: Account, package: ServicePackage | None, told: Sequence[Kept]) -> str:
    if package is None:
        return _("%(name)s has no service package: it comes with key status.") % {"name": account.name}
    broken = [str(PROMISES[each.key].name) for each in told if each.is_broken]
    if broken:
        return _("%(name)s does not get what was promised: %(what)s.") % {
            "name": account.name,
            "what": ", ".join(broken),
        }
    return _("Of what was promised to %(name)s nothing is known to be broken.") % {"name": account.name}


def _of_account(account: Account, told: Sequence[Kept], may: bool) -> Table:
    columns = (Column(_("Promise")), Column(_("Target")), Column(_("Actual")), Column(_("From")))
    rows = []
    for each in told:
        promise = PROMISES[each.key]
        url = (
            reverse("account_promise", args=[each.key, account.number])
            if may and each.source != "figures"
            else ""
        )
        actual = (
            value(each.key, each.actual) if each.source else _("Write it down") if url else formats.MISSING
        )
        rows.append(Row((
            Cell(promise.name), Cell(aim(each.key, each.target), sub=promise.how),
            Cell(actual, url=url, drawer=bool(url), badges=(state(each),)), basis(each),
        )))  # fmt: skip
    return Table(columns, rows, _("Five promises"))


@gate("accounts.edit")
@require_http_methods(["GET", "POST"])
def account_promise(request: HttpRequest, key: str, account: str) -> HttpResponse:
    known = found(request, account, "accounts.edit")
    if key not in PROMISES:
        raise Http404
    form = service_forms.ActualForm(request.POST or None, key=key)

    def act() -> None:
        told = {**form.cleaned_data, "value": service_forms.stored(key, form.cleaned_data["value"])}
        actions.record_actual(actor=person(request), account=known, key=key, now=clock.now(), **told)
        toast(request, _("Saved."))

    return form_until_done(
        request, form, act, back=reverse("account_package", args=[known.number]), submit=_("Save"),
        title=_("%(promise)s: %(name)s") % {"promise": PROMISES[key].name, "name": known.name},
    )  # fmt: skip


@gate("accounts.edit")
@require_http_methods(["GET", "POST"])
def package_edit(request: HttpRequest, pk: int) -> HttpResponse:
    rows = policy.scope(ServicePackage.objects.select_related("account"), request.user, "accounts.edit")
    package = get_object_or_404(rows, pk=pk)
    form = service_forms.PackageForm(request.POST or None, record=package)
    act = partial(actions.edit_package, actor=person(request), package=package, now=clock.now())
    back = reverse("account_package", args=[package.account.number])
    if request.method == "POST" and edits.saved(form, act):
        toast(request, _("Saved."))
        return redirect(back)
    return form_page(
        request,
        form,
        title=_("Package of %(name)s") % {"name": package.account.name},
        back=back,
        submit=_("Save"),
    )
