"""Contacts that may be one person: offered, merged with one click, parted again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kamerton.access import policy
from kamerton.accounts import queries
from kamerton.accounts.actions import merging_contacts as actions
from kamerton.accounts.models import Contact, ContactMerge
from kamerton.core import clock
from kamerton.core.refused import Refused
from kamerton.web import formats
from kamerton.web.contact import found
from kamerton.web.contacts import contact_url
from kamerton.web.form_pages import form_page, refused_to
from kamerton.web.gates import gate, person
from kamerton.web.merging import SHOWN, number, tabs
from kamerton.web.toasts import toast
from kamerton.web.undo import undo_url

_RIGHT = actions.RIGHT


def _reached(request: HttpRequest) -> Any:
    return policy.scope(Contact.objects.all(), request.user, _RIGHT)


@gate("accounts.merge")
@require_GET
def doubles(request: HttpRequest) -> HttpResponse:
    """The same name, e-mail or mobile at one account; and what was merged lately."""
    offers = queries.double_contacts(_reached(request))
    merges = policy.scope(ContactMerge.objects.filter(undone_at=None), request.user, _RIGHT)
    context = {
        "tabs": tabs("contact_doubles"),
        "lead": _lead(len(offers)),
        "offers": [{"keep": offer[0], "others": offer[1:]} for offer in offers[:SHOWN]],
        "more": formats.number(len(offers) - SHOWN) if len(offers) > SHOWN else "",
        "merges": [(each, _name_of(each)) for each in merges.select_related("survivor__account", "by")[:SHOWN]],
    }  # fmt: skip
    return render(request, "contacts/doubles.html", context)


def _name_of(merge: ContactMerge) -> str:
    told = merge.kept["merged"]["fields"]
    return str(told["name"] or told["post"])


def _lead(count: int) -> str:
    if not count:
        return _("No two contacts that you reach look like one person.")
    text = ngettext("%(n)s person may be here twice.", "%(n)s people may be here twice.", count)
    return text % {"n": formats.number(count)}


@gate("accounts.merge")
@require_POST
def merge(request: HttpRequest) -> HttpResponse:
    """POST keep=pk, merge=pk (many)."""
    survivor = get_object_or_404(_reached(request), pk=number(request.POST.get("keep")))
    others = [get_object_or_404(_reached(request), pk=number(told)) for told in request.POST.getlist("merge")]
    done: list[ContactMerge] = []
    for other in others:
        try:
            done.append(
                actions.merge(actor=person(request), survivor=survivor, merged=other, now=clock.now())
            )
        except Refused as reason:
            toast(request, str(reason), level="warn")
    _told(request, survivor, done)
    return redirect("contact_doubles")


def _told(request: HttpRequest, survivor: Contact, done: list[ContactMerge]) -> None:
    if not done:
        return
    token = actions.offer_back(actor=person(request), merges=done, now=clock.now())
    name = Contact.objects.get(pk=survivor.pk).display_name  # a post may have got its holder
    toast(request, _("%(name)s is one contact now.") % {"name": name}, undo_url=undo_url(token))


class OtherForm(forms.Form):
    """Another contact of the same account."""

    other = forms.ModelChoiceField(Contact.objects.none(), label=gettext_lazy("which contact"))

    def __init__(self, *args: Any, keep: Contact, rows: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = rows.filter(account=keep.account_id, erased_at=None).exclude(pk=keep.pk)
        self.fields["other"].queryset = there  # type: ignore[attr-defined]
        self.fields["other"].label_from_instance = _choice  # type: ignore[attr-defined]


def _choice(row: Contact) -> str:
    return ", ".join(filter(None, [row.display_name, row.post if row.name else "", row.email]))


@gate("accounts.merge")
@require_http_methods(["GET", "POST"])
def merge_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Another contact of the account goes into this one."""
    one = found(request, pk, _RIGHT)
    form = OtherForm(request.POST or None, keep=one, rows=_reached(request))
    done: list[ContactMerge] = []

    def act() -> None:
        other = form.cleaned_data["other"]
        done.append(actions.merge(actor=person(request), survivor=one, merged=other, now=clock.now()))

    if request.method == "POST" and form.is_valid() and refused_to(form, act):
        _told(request, one, done)
        return redirect(contact_url(one.pk))
    return form_page(
        request, form, title=_("Merge another contact into %(name)s") % {"name": one.display_name},
        lead=_("Everything known of the other one comes here; what is filled in here stays. It can be undone."),
        back=contact_url(pk), submit=_("Merge"),
    )  # fmt: skip


@gate("accounts.merge")
@require_POST
def part(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a merge, whenever it was."""
    row = get_object_or_404(policy.scope(ContactMerge.objects.all(), request.user, _RIGHT), pk=pk)
    if refused_to(request, lambda: actions.part(actor=person(request), merge=row, now=clock.now())):
        toast(request, _("The contacts are two again."))
    return redirect("contact_doubles")
