"""Accounts that may be one company: offered, merged with one click, parted again."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from kamerton.access import policy
from kamerton.accounts import queries
from kamerton.accounts.actions import merging
from kamerton.accounts.models import Account, Merge
from kamerton.core import clock
from kamerton.core.refused import Refused
from kamerton.web import formats
from kamerton.web.account_forms import PickAccountForm
from kamerton.web.account_frame import found
from kamerton.web.addresses import account_url
from kamerton.web.form_pages import form_page, refused_to
from kamerton.web.gates import gate, person
from kamerton.web.parts import Tab
from kamerton.web.toasts import toast
from kamerton.web.undo import undo_url

SHOWN = 100


@gate("accounts.merge")
@require_GET
def doubles(request: HttpRequest) -> HttpResponse:
    """Names that differ only in case, blanks, punctuation or legal form; and what was merged lately."""
    rows = policy.scope(Account.objects.all(), request.user, "accounts.merge")
    offers = queries.possible_doubles(rows)
    merges = policy.scope(Merge.objects.filter(undone_at=None), request.user, "accounts.merge")
    context = {
        "tabs": tabs("account_doubles"),
        "lead": _lead(len(offers)),
        "offers": [{"keep": offer[0], "others": offer[1:]} for offer in offers[:SHOWN]],
        "more": formats.number(len(offers) - SHOWN) if len(offers) > SHOWN else "",
        "merges": merges.select_related("survivor", "merged", "by")[:SHOWN],
    }
    return render(request, "accounts/doubles.html", context)


def tabs(current: str) -> list[Tab]:
    told = (("account_doubles", _("Companies")), ("contact_doubles", _("Contacts")))
    return [Tab(label, reverse(name), name == current) for name, label in told]


def _lead(count: int) -> str:
    if not count:
        return _("No two accounts that you reach have the same name.")
    text = ngettext("%(n)s company may be here twice.", "%(n)s companies may be here twice.", count)
    return text % {"n": formats.number(count)}


@gate("accounts.merge")
@require_POST
def merge(request: HttpRequest) -> HttpResponse:
    """POST keep=pk, merge=pk (many)."""
    rows = policy.scope(Account.objects.current(), request.user, "accounts.merge")
    survivor = get_object_or_404(rows, pk=number(request.POST.get("keep")))
    others = [get_object_or_404(rows, pk=number(told)) for told in request.POST.getlist("merge")]
    _merge(request, survivor, others)
    return redirect("account_doubles")


def number(told: str | None) -> int:
    return int(told) if told and told.isdecimal() else 0


def _merge(request: HttpRequest, survivor: Account, others: list[Account]) -> None:
    done: list[Merge] = []
    for other in others:
        try:
            done.append(
                merging.merge(actor=person(request), survivor=survivor, merged=other, now=clock.now())
            )
        except Refused as reason:
            toast(request, str(reason), level="warn")
    if done:
        token = merging.offer_back(actor=person(request), merges=done, now=clock.now())
        told = {"name": survivor.name, "n": formats.number(len(done))}
        text = ngettext(
            "%(n)s account went into %(name)s; the figures follow in a moment.",
            "%(n)s accounts went into %(name)s; the figures follow in a moment.",
            len(done),
        )
        toast(request, text % told, undo_url=undo_url(token))


@gate("accounts.merge")
def merge_one(request: HttpRequest, account: str) -> HttpResponse:
    """Another account, by its number, goes into this one."""
    known = found(request, account, "accounts.merge")
    form = PickAccountForm(request.POST or None, actor=person(request))
    done: list[Any] = []

    def act() -> None:
        other = form.cleaned_data["account"]
        done.append(merging.merge(actor=person(request), survivor=known, merged=other, now=clock.now()))

    if request.method == "POST" and form.is_valid() and refused_to(form, act):
        token = merging.offer_back(actor=person(request), merges=done, now=clock.now())
        toast(request, _("Merged; the figures follow in a moment."), undo_url=undo_url(token))
        return redirect(account_url(known.number))
    return form_page(
        request, form, title=_("Merge another account into %(account)s") % {"account": known.name},
        lead=_("All that belongs to the other account comes here, its lines in the figures too. It can be undone."),
        back=account_url(known.number), submit=_("Merge"),
    )  # fmt: skip


@gate("accounts.merge")
@require_POST
def part(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a merge, whenever it was."""
    row = get_object_or_404(policy.scope(Merge.objects.all(), request.user, "accounts.merge"), pk=pk)
    if refused_to(request, lambda: merging.part(actor=person(request), merge=row, now=clock.now())):
        toast(request, _("The accounts are two again; the figures follow in a moment."))
    return redirect("account_doubles")
