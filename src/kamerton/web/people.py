"""Who may sign in and how, and who is invited; what administrators do about one person's sign-in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kamerton.access import inviting, policy, sign_in
from kamerton.access.invitations import Invitation
from kamerton.access.models import User
from kamerton.access.rights import role_choices
from kamerton.core import clock
from kamerton.core.refused import Refused
from kamerton.web import formats
from kamerton.web.company_parts import tabs
from kamerton.web.gates import gate, person
from kamerton.web.parts import Badge, Cell, Column, Pages, Row, Table, page_url
from kamerton.web.toasts import toast

PAGE_ROWS = 50


class InviteForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=role_choices, initial=User._meta.get_field("role").default
    )


@gate("people.manage")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_ins(request: HttpRequest) -> HttpResponse:
    """The list. POST invites, and shows the link this one time."""
    form = InviteForm(request.POST or None)
    link = ""
    if request.method == "POST" and form.is_valid():
        link = _invited(request, form)
    shown = InviteForm() if link else form
    status = 422 if form.errors else 200
    return render(
        request, "people/sign_ins.html", {"form": shown, "link": link, **_listed(request)}, status=status
    )


def _invited(request: HttpRequest, form: InviteForm) -> str:
    try:
        invitation, token = inviting.invite(actor=person(request), now=clock.now(), **form.cleaned_data)
    except Refused as refused:
        form.add_error("email", str(refused))
        return ""
    toast(request, _("%(email)s is invited.") % {"email": invitation.email})
    return request.build_absolute_uri(reverse("invitation", kwargs={"token": token}))


def _listed(request: HttpRequest) -> dict[str, Any]:
    """Five queries whatever the number of rows."""
    rows = policy.scope(User.objects.select_related("own_role"), request.user, "people.manage")
    shown = sign_in.with_second_factor(rows).order_by("-is_active", "last_name", "first_name", "username")
    page = Paginator(shown, PAGE_ROWS).get_page(request.GET.get("page"))
    waiting = list(inviting.waiting(request.user))
    total = page.paginator.count
    pages = Pages(page.number, PAGE_ROWS, total, page_url(request), _("people"))
    return {
        "table": _table(page.object_list),
        "pages": pages,
        "lead": _lead(total, sign_in.without_second_factor(rows).count()),
        "waiting": [_waiting(invitation) for invitation in waiting],
        "tabs": tabs(request.user, "sign_ins"),
    }


def _lead(total: int, without: int) -> str:
    counted = ngettext("%(count)s person may sign in", "%(count)s people may sign in", total) % {
        "count": total
    }
    if not without:
        return _("%(counted)s; all of them have a second factor.") % {"counted": counted}
    rest = ngettext("%(count)s has no second factor", "%(count)s have no second factor", without)
    return f"{counted}; {rest % {'count': without}}."


def _table(rows: Iterable[User]) -> Table:
    columns = [Column(_("Name")), Column(_("Role")), Column(_("Last sign-in")), Column(_("Second factor"))]
    return Table(columns, [_row(user) for user in rows], _("People"))


def _row(user: Any) -> Row:
    closed = () if user.is_active else (Badge("off", _("closed")),)
    name = Cell(
        user.display_name,
        url=reverse("person", kwargs={"pk": user.pk}),
        sub=user.email if user.email != user.display_name else "",
        badges=closed,
    )
    last = _moment(user.last_login)
    factor = (
        Badge("good", _("yes"), soft=True) if user.second_factor else Badge("neutral", _("no"), soft=True)
    )
    return Row([name, user.get_role_display(), last, Cell(badges=(factor,))], faint=not user.is_active)


def _moment(value: dt.datetime | None) -> str:
    return formats.moment(timezone.localtime(value)) if value else _("never")


def _waiting(invitation: Invitation) -> dict[str, Any]:
    state = invitation.state(clock.now())
    told = {
        "date": _moment(invitation.expires_at),
        "name": invitation.created_by.display_name,
        "role": invitation.get_role_display(),
    }
    text = _("%(role)s, invited by %(name)s, open until %(date)s")
    if state == "expired":
        text = _("%(role)s, invited by %(name)s, ran out on %(date)s")
    return {"invitation": invitation, "text": text % told, "expired": state == "expired"}


@gate("people.manage")
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(inviting.waiting(request.user), pk=pk)
    inviting.revoke(actor=person(request), invitation=invitation, now=clock.now())
    toast(request, _("The invitation of %(email)s is withdrawn.") % {"email": invitation.email})
    return redirect("sign_ins")


# --- one person -----------------------------------------------------------------------------------


def _person(request: HttpRequest, pk: int) -> Any:
    rows = policy.scope(User.objects.all(), request.user, "people.manage")
    return get_object_or_404(sign_in.with_second_factor(rows), pk=pk)


@gate("people.manage")
@require_POST
def confirm_email(request: HttpRequest, pk: int) -> HttpResponse:
    user = _person(request, pk)
    sign_in.confirm_email(actor=person(request), user=user, now=clock.now())
    toast(request, _("%(email)s is confirmed.") % {"email": user.email})
    return redirect("person", pk=pk)


@gate("people.manage")
@require_POST
def forget_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    user = _person(request, pk)
    sign_in.forget_second_factor(actor=person(request), user=user, now=clock.now())
    toast(request, _("%(name)s signs in without a second factor now.") % {"name": user.display_name})
    return redirect("person", pk=pk)
