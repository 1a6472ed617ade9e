"""What every page shares: the person's language, and refusals that no view caught."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from kamerton.access import sign_in
from kamerton.access.models import User
from kamerton.access.policy import Forbidden
from kamerton.core.refused import Refused
from kamerton.web import errors, key_words, toasts


class ShellMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self._speak(request)
        with key_words.of_request():
            response = self.get_response(request)
        patch_vary_headers(response, ["HX-Request", "HX-Request-Type"])
        if request.headers.get("HX-Request") == "true":
            toasts.attach(request, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Forbidden):
            return errors.forbidden(request, exception)
        if isinstance(exception, Refused):
            return errors.refused(request, exception)
        return None

    def _speak(self, request: HttpRequest) -> None:
        """The language that the person has chosen goes before the browser's."""
        language = getattr(request.user, "language", "")
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = language


class SignInMiddleware:
    """Remembers when a session was last used, and keeps who needs a second factor at setting it up."""

    SEEN_EVERY_SECONDS = 600  # what the list of sessions shows need not be more exact
    _WITHOUT = frozenset({"account_logout", "account_reauthenticate", "choose_language", "choose_theme"})

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            self._remember(request)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        if not settings.REQUIRE_MFA or not isinstance(request.user, User) or self._is_open(request):
            return None
        if sign_in.has_second_factor(request.user):
            return None
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(status=204, headers={"HX-Redirect": reverse("mfa_index")})
        return redirect("mfa_index")

    def _is_open(self, request: HttpRequest) -> bool:
        name = request.resolver_match.url_name if request.resolver_match else ""
        return (name or "").startswith("mfa_") or name in self._WITHOUT

    def _remember(self, request: HttpRequest) -> None:
        now = int(timezone.now().timestamp())
        if now - request.session.get("seen_at", 0) >= self.SEEN_EVERY_SECONDS:
            request.session["seen_at"] = now
            sign_in.remember_session(request.session.session_key or "", timezone.now())
