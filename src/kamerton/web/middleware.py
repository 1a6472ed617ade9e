"""What every page shares: the person's language, and refusals that no view caught."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from kamerton.access.policy import Forbidden
from kamerton.core.refused import Refused
from kamerton.web import errors, toasts


class ShellMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self._speak(request)
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
