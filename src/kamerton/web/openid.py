"""The company's own sign-in (OpenID Connect). It lets in who is known or invited, and makes nobody by itself."""

from __future__ import annotations

from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from requests import RequestException

from kamerton.access import inviting, sign_in
from kamerton.access.models import User
from kamerton.core import clock
from kamerton.core.refused import Refused
from kamerton.web.gates import ANYBODY, gate


@gate(ANYBODY)
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """To the provider. A plain link: Chromium holds a form's whole way of redirects against form-action."""
    if not settings.OPENID_NAME:
        raise Http404
    if request.user.is_authenticated:
        return redirect("home")
    provider = get_adapter().get_provider(request, "company")
    try:
        return provider.redirect(request, process=AuthProcess.LOGIN, next_url=get_next_redirect_url(request))
    except RequestException:
        return _failed(request)


def _failed(request: HttpRequest) -> HttpResponse:
    return render(request, "socialaccount/authentication_error.html", status=502)


class IdentityAdapter(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:  # noqa: ARG002
        return False

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:  # noqa: ARG002
        """The provider is the company's own: what it says about addresses is believed where it says so."""
        return True

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[AbstractUser, str] | None:
        """The person who has a confirmed address that the provider has verified too."""
        for address in sociallogin.email_addresses:
            if address.verified and (user := sign_in.known_by_verified_email(address.email)):
                return user, address.email
        return None

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """An unknown identity joins by its invitation, or meets a page that says why not."""
        if sociallogin.is_existing:
            return
        user = self._invited(sociallogin)
        if user is None:
            addresses = [address.email for address in sociallogin.email_addresses]
            verified = any(address.verified for address in sociallogin.email_addresses)
            told = {"address": addresses[0] if addresses else "", "verified": verified}
            raise ImmediateHttpResponse(render(request, "socialaccount/unknown.html", told, status=403))
        sociallogin.connect(request, user)

    def _invited(self, sociallogin: SocialLogin) -> User | None:
        told: Any = sociallogin.user
        for address in sociallogin.email_addresses:
            if not address.verified:
                continue
            try:
                user = inviting.accept_with_identity(
                    email=address.email,
                    first_name=told.first_name,
                    last_name=told.last_name,
                    now=clock.now(),
                )
            except Refused:
                continue
            if user is not None:
                return user
        return None
