"""The private address of one's calendar: opened, closed, and read by a calendar program that signs in nowhere."""

from __future__ import annotations

import hashlib

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from kamerton.access import policy
from kamerton.core import clock
from kamerton.documents.actions import calendar
from kamerton.documents.registry import TYPES
from kamerton.web.document_words import tabs
from kamerton.web.gates import ANYBODY, SIGNED_IN, gate, person
from kamerton.web.toasts import toast

_FRESH_SECONDS = 15 * 60


@gate("export")
@require_POST
@never_cache
def opened(request: HttpRequest) -> HttpResponse:
    """A new address, shown this once: only a digest of it is kept."""
    actor = person(request)
    policy.require(actor, "work.view")
    token = calendar.renew(actor=actor, now=clock.now())
    url = request.build_absolute_uri(reverse("calendar_feed", args=[token]))
    context = {
        "tabs": tabs(actor, "documents"),
        "url": url,
        "webcal": url.replace("https://", "webcal://").replace("http://", "webcal://"),
    }
    return render(request, "documents/calendar.html", context)


@gate(SIGNED_IN)
@require_POST
def closed(request: HttpRequest) -> HttpResponse:
    if calendar.revoke(actor=person(request), now=clock.now()):
        toast(request, _("The address is closed. Calendars that read it get nothing more."))
    return redirect("documents" if policy.can(request.user, "export") else "you")


@gate(ANYBODY)
@require_GET
def feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """What is closed, unknown or not allowed any more looks alike: nothing is there."""
    blob = calendar.read(token=token, now=clock.now(), address=request.build_absolute_uri("/"))
    if blob is None:
        raise Http404
    etag = quote_etag(hashlib.sha256(blob).hexdigest())
    response = HttpResponse(blob, content_type=TYPES["ics"])
    answer: HttpResponseBase = get_conditional_response(request, etag=etag, response=response) or response
    answer["ETag"] = etag
    answer["Cache-Control"] = f"private, max-age={_FRESH_SECONDS}"
    answer["Content-Disposition"] = 'inline; filename="kamerton.ics"'
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
