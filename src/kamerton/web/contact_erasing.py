"""The rights of a person: everything that is kept, taken out; and erasing it for good (REL-15)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kamerton.accounts.actions import erasing, personal
from kamerton.accounts.actions.erasing import Named
from kamerton.accounts.models import Contact
from kamerton.core import clock
from kamerton.web.contact import found
from kamerton.web.contacts import contact_url
from kamerton.web.form_pages import form_page, refused_to
from kamerton.web.gates import gate, person
from kamerton.web.personal_forms import EraseForm
from kamerton.web.toasts import toast


@gate("accounts.erase")
@require_GET
def kept(request: HttpRequest, pk: int, kind: str = "html") -> HttpResponse:
    """Everything that is kept of a person: to read, or as JSON."""
    one = found(request, pk, "accounts.erase")
    if kind not in ("html", "json"):
        raise Http404
    told = personal.export(actor=person(request), contact=one, now=clock.now())
    if kind == "json":
        answer: HttpResponse = JsonResponse(
            {each.key: each.rows for each in told}, json_dumps_params={"indent": 2, "ensure_ascii": False}
        )
    else:
        answer = render(request, "contacts/kept.html", {"contact": one, "kept": told, "day": clock.today()})
    answer["Content-Disposition"] = f'attachment; filename="contact-{pk}.{kind}"'
    return answer


@gate("accounts.erase")
@require_http_methods(["GET", "POST"])
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows what goes and what stays, asks why and what becomes of files; says that it cannot be undone."""
    one = found(request, pk, "accounts.erase")
    form = EraseForm(request.POST or None)
    chosen = [int(each) for each in request.POST.getlist("file") if each.isdecimal()]

    def act() -> None:
        erasing.erase(
            actor=person(request),
            contact=one,
            reason=form.cleaned_data["reason"],
            files=chosen,
            now=clock.now(),
        )

    if request.method == "POST" and form.is_valid() and refused_to(form, act):
        toast(request, _("The person is erased. What took place still adds up, without a name."))
        return redirect("contacts")
    return form_page(
        request, form, title=_("Erase %(name)s") % {"name": one.display_name}, back=contact_url(pk), tone="bad",
        submit=_("Erase for good"), note=_("This cannot be undone."), template="contacts/erase.html",
        lead=_("Name, post, addresses and everything known or thought of this person go."),
        **_shown(request, one, chosen),
    )  # fmt: skip


def _shown(request: HttpRequest, one: Contact, chosen: list[int]) -> dict[str, Any]:
    files = erasing.files_of(person(request), one)
    return {
        "surname": one.name.split()[-1] if one.name.strip() else "",
        "goes": erasing.preview(one), "namesake": erasing.has_namesake(one),
        "files": [_file(each, chosen if request.method == "POST" else None) for each in files],
    }  # fmt: skip


def _file(each: Named, chosen: list[int] | None) -> dict[str, Any]:
    """A file that names the person goes unless somebody wants it otherwise; one that nobody can search stays."""
    reasons = {
        "name": _("its name names the person"),
        "content": _("names the person"),
        "note": _("belongs to a note about the person"),
        "unread": _("cannot be searched: open it and look"),
    }
    picked = each.why in ("name", "content") if chosen is None else each.file.pk in chosen
    return {"row": each.file, "why": reasons[each.why], "picked": picked, "unread": each.why == "unread"}
