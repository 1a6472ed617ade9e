"""The shell around every page: home, appearance, language, palette, the page of parts."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from kamerton.access.actions import choose_language
from kamerton.web import navigation, showcase
from kamerton.web.context import THEMES
from kamerton.web.gates import ANYBODY, SIGNED_IN, gate

_YEAR_SECONDS = 365 * 24 * 3600


@gate(SIGNED_IN)
def home(_request: HttpRequest) -> HttpResponse:
    """Today, for everybody."""
    return redirect("today")


@gate(SIGNED_IN)
def palette(request: HttpRequest) -> HttpResponse:
    """GET ?q=: what the palette offers for the words typed so far."""
    words = request.GET.get("q", "").strip()[:100]
    return render(
        request, "ui/palette_list.html", {"groups": navigation.found(request, words), "words": words}
    )


@gate(SIGNED_IN)
def parts(request: HttpRequest) -> HttpResponse:
    """Every part of templates/ui in all its states."""
    return render(request, "ui/parts.html", showcase.context(request))


@gate(SIGNED_IN)
def parts_drawer(request: HttpRequest) -> HttpResponse:
    """What the example figure of the page of parts opens."""
    return render(request, "ui/parts_drawer.html", showcase.drawer())


@gate(SIGNED_IN)
def parts_picture(request: HttpRequest, kind: str) -> HttpResponse:  # noqa: ARG001
    """The example data of one picture."""
    return showcase.picture(kind)


@gate(ANYBODY)
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """POST value=light|dark|system."""
    chosen = request.POST.get("value", "")
    response = _back(request)
    if chosen in THEMES:
        response.set_cookie(
            "theme", chosen, max_age=_YEAR_SECONDS, samesite="Lax", secure=request.is_secure()
        )
    return response


@gate(ANYBODY)
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """POST value=en|it|pl|ru: for this browser and, signed in, for the person."""
    chosen = request.POST.get("value", "")
    response = _back(request)
    if chosen in dict(settings.LANGUAGES):
        if request.user.is_authenticated:
            choose_language(actor=request.user, language=chosen)
        translation.activate(chosen)
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, max_age=_YEAR_SECONDS, samesite="Lax")
    return response


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page that the form named, if it is one of ours."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(target if safe else "/")
