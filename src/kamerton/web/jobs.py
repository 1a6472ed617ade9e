"""Long work as a page sees it: a progress line that survives a reload."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET

from kamerton.access import policy
from kamerton.core import clock, jobs
from kamerton.core.models import Job
from kamerton.web.gates import SIGNED_IN, gate


@gate(SIGNED_IN)
@require_GET
def job(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One job: the whole page, or with htmx its progress line; a job of somebody else's is 404."""
    jobs.sweep(now=clock.now())
    found = policy.scope(Job.objects.all(), request.user, "jobs.view_all").filter(pk=pk).first()
    if found is None:
        raise Http404
    context = progress(found, back=_safe_back(request))
    if request.headers.get("HX-Request") != "true":
        return render(request, "jobs/job.html", context)
    response = render(request, "ui/progress.html", context)
    if not found.is_open:
        response["HX-Refresh"] = "true"  # the page around it shows what came of the work
    return response


def progress(found: Job, *, back: str = "") -> dict[str, Any]:
    """What ui/progress.html needs."""
    return {"job": found, "url": reverse("job", args=[found.pk]), "done_url": back}


def _safe_back(request: HttpRequest) -> str:
    """Where the page came from, when it is a path of ours."""
    back = request.GET.get("back", "")
    return back if back.startswith("/") and url_has_allowed_host_and_scheme(back, None) else ""
