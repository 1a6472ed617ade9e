"""Your account: name, address, language, password, second factor, passkeys, sessions, colours."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from kamerton.access import sign_in
from kamerton.access.models import User
from kamerton.core import clock
from kamerton.core.refused import Refused
from kamerton.web import language_words
from kamerton.web.gates import SIGNED_IN, gate, person
from kamerton.web.toasts import toast


class ProfileForm(forms.ModelForm):
    spoken = forms.MultipleChoiceField(
        label=gettext_lazy("You speak"), required=False, choices=language_words.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Told where an account and its contacts need somebody who speaks their language."),
    )  # fmt: skip

    class Meta:
        model = User
        fields = ["first_name", "last_name", "spoken"]
        labels = {"first_name": gettext_lazy("First name"), "last_name": gettext_lazy("Last name")}


class EmailForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


@gate(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def you(request: HttpRequest) -> HttpResponse:
    user = person(request)
    spoken = list(user.spoken)
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        if "spoken_asked" not in request.POST and "spoken" not in request.POST:
            told = {
                **told,
                "spoken": spoken,
            }  # not asked: no box ticked is an answer only where there were boxes
        sign_in.change_profile(actor=user, now=clock.now(), **told)
        toast(request, _("Saved."))
        return redirect("you")
    told = {"form": form, **_told(user)}
    return render(request, "you/you.html", told, status=422 if form.errors else 200)


def _told(user: User) -> dict[str, Any]:
    """What the page says about the own sign-in."""
    kinds = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return {
        "totp": Authenticator.Type.TOTP in kinds,
        "passkeys": kinds.count(Authenticator.Type.WEBAUTHN),
        "recovery": Authenticator.Type.RECOVERY_CODES in kinds,
        "sessions": UserSession.objects.filter(user=user).count(),
        "verified": sign_in.known_by_verified_email(user.email) == user if user.email else False,
        "identity": settings.OPENID_NAME and SocialAccount.objects.filter(user=user).exists(),
    }


@gate(SIGNED_IN)
@reauthentication_required(app="allauth.account")
@require_http_methods(["GET", "POST"])
def email(request: HttpRequest) -> HttpResponse:
    user = person(request)
    form = EmailForm(request.POST or None, initial={"email": user.email})
    if request.method == "POST" and form.is_valid():
        try:
            sign_in.change_email(actor=user, email=form.cleaned_data["email"], now=clock.now())
        except Refused as refused:
            form.add_error("email", str(refused))
        else:
            toast(request, _("Your e-mail is saved."))
            return redirect("you")
    return render(request, "you/email.html", {"form": form}, status=422 if form.errors else 200)


@gate(SIGNED_IN)
@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    session = get_object_or_404(UserSession, pk=pk, user=user)
    sign_in.end_session(actor=user, session=session, now=clock.now())
    toast(request, _("That session has ended."))
    return redirect("usersessions_list")
