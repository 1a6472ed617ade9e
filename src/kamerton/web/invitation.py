"""The page behind the link of an invitation: give a name and a password, and be in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from kamerton.access import inviting
from kamerton.core import clock
from kamerton.core.refused import Refused
from kamerton.web.gates import ANYBODY, gate
from kamerton.web.toasts import toast


class JoinForm(forms.Form):
    first_name = forms.CharField(
        label=gettext_lazy("First name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = forms.CharField(
        label=gettext_lazy("Last name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        help_text=gettext_lazy("At least ten characters; a sentence is easier to remember than a word."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


@gate(ANYBODY)
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    try:
        asked = inviting.opened(token, now=clock.now())
    except inviting.InvitationClosed as closed:
        return _closed(request, closed)
    if request.user.is_authenticated:
        return render(request, "people/invitation_signed_in.html", {"invitation": asked})
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _join(request, token, form.cleaned_data)
        except inviting.InvitationClosed as closed:
            return _closed(request, closed)
        except Refused as refused:
            form.add_error("password", str(refused))
    told = {"form": form, "invitation": asked}
    return render(request, "people/invitation.html", told, status=422 if form.errors else 200)


def _join(request: HttpRequest, token: str, told: dict[str, Any]) -> HttpResponse:
    user = inviting.accept(token=token, now=clock.now(), **told)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    toast(request, _("Welcome, %(name)s.") % {"name": user.first_name})
    return redirect("home")


def _closed(request: HttpRequest, closed: inviting.InvitationClosed) -> HttpResponse:
    return render(request, "people/invitation_closed.html", {"reason": closed}, status=410)
