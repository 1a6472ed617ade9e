"""One reference: its story, and the forms that write it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.accounts.models import Account
from kamerton.core import clock
from kamerton.portfolio.actions import references as actions
from kamerton.portfolio.models import Reference
from kamerton.web import edits, formats
from kamerton.web.account_frame import found
from kamerton.web.form_pages import form_page, refused_to
from kamerton.web.gates import gate, person
from kamerton.web.parts import Link
from kamerton.web.toasts import toast
from kamerton.web.work_fields import AccountField, Day


def _story() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("What exactly we did for them"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("The problem, what we did, what came of it. Without it the reference cannot be used."),
    )  # fmt: skip


class ReferenceForm(forms.Form):
    story = _story()
    may_name = forms.BooleanField(label=gettext_lazy("They agreed to be named"), required=False)
    on = Day(label=gettext_lazy("Of"), help_text=gettext_lazy("When we did it."))


class ReferenceEdit(edits.Versioned, ReferenceForm):
    pass


def _seen(actor: User, right: str) -> Any:
    return policy.scope(Reference.objects.select_related("account", "account__industry", "by"), actor, right)


def _lead(row: Reference) -> str:
    """What one may do with it."""
    if not row.is_usable:
        return str(_("Without its story this reference cannot be used yet."))
    if not row.may_name:
        return str(_("Tell the story without the name, or ask them before you name them."))
    return str(_("They agreed to be named: tell the story with their name."))


@gate("accounts.view")
@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    actor = person(request)
    row = get_object_or_404(_seen(actor, "accounts.view"), pk=pk)
    context = {
        "row": row,
        "lead": _lead(row),
        "may": policy.can(actor, "accounts.edit", row),
        "crumbs": [Link(_("References"), reverse("references"))],
        "terms": [
            (_("Account"), row.account.name),
            (_("Industry"), row.account.industry.name if row.account.industry else formats.MISSING),
            (_("Of"), formats.date(row.on)),
            (_("Written by"), row.by.display_name),
        ],
    }
    return render(request, "portfolio/reference.html", context)


@gate("accounts.edit")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, account: str) -> HttpResponse:
    """Of one account."""
    known = found(request, account, "accounts.edit")
    form = ReferenceForm(request.POST or None, initial={"on": clock.today()})
    back = reverse("account_key", args=[known.number])
    if request.method == "POST" and form.is_valid() and _written(request, form, known):
        return redirect(back)
    return form_page(
        request, form, title=_("Reference: %(name)s") % {"name": known.name}, back=back, submit=_("Save")
    )


@gate("accounts.edit")
@require_http_methods(["GET", "POST"])
def new_any(request: HttpRequest) -> HttpResponse:
    """Of an account that the form asks for."""
    fields = {"account": AccountField(actor=person(request), day=clock.today(), right="accounts.edit")}
    asked = type("AnyReference", (ReferenceForm,), fields)
    form: Any = asked(request.POST or None, initial={"on": clock.today()})
    form.order_fields(["account", "story", "may_name", "on"])
    if request.method == "POST" and form.is_valid():
        known = form.cleaned_data.pop("account")
        if _written(request, form, known):
            return redirect("references")
    return form_page(
        request, form, title=_("Write down a reference"), back=reverse("references"), submit=_("Save")
    )


def _written(request: HttpRequest, form: Any, known: Account) -> bool:
    act = partial(actions.write_reference, actor=person(request), account=known, now=clock.now())
    done = refused_to(form, lambda: act(**form.cleaned_data))
    if done:
        toast(request, _("The reference is written down."))
    return done


@gate("accounts.edit")
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(_seen(person(request), "accounts.edit"), pk=pk)
    form = ReferenceEdit(request.POST or None, record=row)
    act = partial(actions.edit_reference, actor=person(request), reference=row, now=clock.now())
    if request.method == "POST" and edits.saved(form, act):
        toast(request, _("Saved."))
        return redirect("reference", row.pk)
    return form_page(
        request, form, title=_("Reference: %(name)s") % {"name": row.account.name},
        back=reverse("reference", args=[row.pk]), submit=_("Save"),
    )  # fmt: skip


@gate("accounts.edit")
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(_seen(person(request), "accounts.edit"), pk=pk)
    actions.remove_reference(actor=person(request), reference=row, now=clock.now())
    toast(request, _("The reference is taken away."))
    return redirect("references")
