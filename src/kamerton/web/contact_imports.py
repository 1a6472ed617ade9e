"""The import wizard for contacts and accounts: choose files, look, check, import; and its undoing.

A run is its owner's alone: it shows rows of a file. Each step is a page that can be reloaded, left and found again.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kamerton.access import policy
from kamerton.core import clock
from kamerton.core.refused import Refused
from kamerton.core.telling import told_refusal
from kamerton.exchange import actions, importing
from kamerton.exchange.models import Run
from kamerton.web import contact_import_parts as show
from kamerton.web import formats, import_parts, jobs, uploads
from kamerton.web.gates import gate, person
from kamerton.web.parameters import words
from kamerton.web.parts import Link
from kamerton.web.toasts import toast

RIGHT = "accounts.import"
#: Address books with pictures are large; what is read of them is not.
MOST_BYTES = 64 * 1024 * 1024
RUNS_SHOWN = 20


def _crumbs() -> list[Link]:
    return [
        Link(_("Contacts"), reverse("contacts")),
        Link(_("Import contacts"), reverse("contact_import_new")),
    ]


@gate(RIGHT)
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Choose files; below, one's own imports of before."""
    error = ""
    if request.method == "POST":
        try:
            return redirect("contact_import", pk=_new_run(request).pk)
        except Refused as refused:
            error = told_refusal(refused)
    own = (
        Run.objects.filter(owner=person(request))
        .select_related("job")
        .defer("inspection", "result", "answers")
    )
    hint = _("vCard, CSV or Excel, packed or not, several at once; %(limit)s MB at the most.")
    context = {
        "error": error,
        "hint": hint % {"limit": formats.number(MOST_BYTES // 2**20)},
        "limit_bytes": min(MOST_BYTES, settings.UPLOAD_LIMIT_BYTES),
        "steps": import_parts.STEPS,
        "crumbs": _crumbs()[:1],
        "runs": show.run_table(own.exclude(state="abandoned")[:RUNS_SHOWN]),
    }
    return render(request, "contact_imports/upload.html", context, status=422 if error else 200)


def _new_run(request: HttpRequest) -> Run:
    uploads.require_whole(request)
    files = request.FILES.getlist("files")
    if not files:
        raise Refused(_("No file was chosen."), hint=_("Choose one or several files and try again."))
    if sum(file.size or 0 for file in files) > MOST_BYTES:
        raise Refused(
            _("More than %(limit)s MB of contacts at once are not taken. Nothing was kept.")
            % {"limit": formats.number(MOST_BYTES // 2**20)},
            hint=_("Leave pictures out, or split the file."),
        )
    return actions.create_run(actor=person(request), files=files, now=clock.now())


def _run(request: HttpRequest, pk: uuid.UUID) -> Run:
    """One's own; somebody else's is 404."""
    return get_object_or_404(Run.objects.filter(owner=person(request)).select_related("job"), pk=pk)


@gate(RIGHT)
@require_GET
def run(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The step at which the run stands. Looks at the files first if nobody has."""
    found = _run(request, pk)
    if found.state == "abandoned":
        toast(request, _("This import was discarded."), level="info")
        return redirect("contact_import_new")
    error = ""
    if found.state == "uploaded" and not _busy(found):
        try:
            found = actions.inspect(actor=person(request), run=found, now=clock.now())
        except Refused as refused:
            error = told_refusal(refused)
    return _step(request, found, error)


def _busy(found: Run) -> bool:
    return bool(found.job and found.job.is_open)


def _failed(found: Run) -> str:
    """Why the last work on it failed, unless something was answered since."""
    job = found.job
    if job is None or job.state != "failed" or (job.finished_at and job.finished_at < found.changed_at):
        return ""
    return job.error


def _step(request: HttpRequest, found: Run, error: str = "") -> HttpResponse:
    context: dict[str, Any] = {
        "run": found,
        "steps": import_parts.STEPS,
        "error": error or _failed(found),
        "crumbs": _crumbs(),
    }
    status = 422 if error else 200
    if found.job and _busy(found):
        context |= jobs.progress(found.job, back=reverse("contact_import", args=[found.pk]))
        context |= {"step": 4 if found.job.kind == "exchange.import" else 3, "can_discard": found.is_open}
        return render(request, "contact_imports/busy.html", context)
    if found.state in {"importing", "imported", "undone"}:
        context |= show.done_parts(found)
        return render(request, "contact_imports/done.html", context | {"step": 4}, status=status)
    if not found.inspection:
        return render(request, "contact_imports/unreadable.html", context | {"step": 1})
    if found.state == "checked" and "look" not in request.GET:
        context |= show.check_parts(found)
        return render(request, "contact_imports/check.html", context | {"step": 3}, status=status)
    context |= show.look_parts(found, may_add=policy.can(request.user, "accounts.create"))
    return render(request, "contact_imports/look.html", context | {"step": 2}, status=status)


@gate(RIGHT)
@require_POST
def settle(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take the answers of the look step; then check all rows, unless something is still open."""
    found, now = _run(request, pk), clock.now()
    if not found.inspection:
        return redirect("contact_import", pk=pk)
    try:
        answers = show.answers_from_form(request.POST, found)
        found = actions.settle(actor=person(request), run=found, answers=answers, now=now)
        if request.POST.get("next") == "check" and show.is_settled(found):
            actions.start_check(actor=person(request), run=found, now=now)
        elif request.POST.get("next") == "check":
            toast(request, _("Not checked yet: please answer what is still open first."), level="warn")
    except Refused as refused:
        found.refresh_from_db()
        return _step(request, found, told_refusal(refused))
    return redirect("contact_import", pk=pk)


@gate(RIGHT)
@require_POST
def decide(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take what a person says of possible doubles, and check again."""
    found, now = _run(request, pk), clock.now()
    try:
        people, companies = show.decisions_from_form(request.POST, found)
        found = actions.decide(actor=person(request), run=found, people=people, companies_=companies, now=now)
        actions.start_check(actor=person(request), run=found, now=now)
    except Refused as refused:
        found.refresh_from_db()
        return _step(request, found, told_refusal(refused))
    return redirect("contact_import", pk=pk)


@gate(RIGHT)
@require_POST
def start(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Import what was checked, or go on with an import that stopped."""
    found, now = _run(request, pk), clock.now()
    try:
        if found.state not in {"checked", "importing"}:
            raise Refused(_("The rows are not checked yet. Nothing was imported."), code="unchecked")
        if name := words(request.POST.get("mapping_name", "")):
            actions.name_mapping(actor=person(request), run=found, name=name, now=now)
        actions.start_import(actor=person(request), run=found, now=now)
    except Refused as refused:
        found.refresh_from_db()
        return _step(request, found, told_refusal(refused))
    return redirect("contact_import", pk=pk)


@gate(RIGHT)
@require_POST
def undo(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = _run(request, pk)
    try:
        done = importing.undo(actor=person(request), run=found, now=clock.now())
    except Refused as refused:
        found.refresh_from_db()
        return _step(request, found, told_refusal(refused))
    text = ngettext(
        "The import is undone: %(n)s contact was taken out.",
        "The import is undone: %(n)s contacts were taken out.",
        done.contacts,
    ) % {"n": formats.number(done.contacts)}
    toast(request, text)
    return redirect("contact_import", pk=pk)


@gate(RIGHT)
@require_POST
def discard(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = _run(request, pk)
    try:
        actions.abandon(actor=person(request), run=found, now=clock.now())
    except Refused as refused:
        found.refresh_from_db()
        return _step(request, found, told_refusal(refused))
    toast(request, _("The import was discarded. Nothing of it was used."))
    return redirect("contact_import_new")


@gate(RIGHT)
@require_GET
def report(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """What becomes of every row, as CSV: of the dry run, then of the import."""
    path = importing.report_path(_run(request, pk))
    if not path.is_file():
        raise Http404
    return FileResponse(
        path.open("rb"), as_attachment=True, filename="import-report.csv", content_type="text/csv"
    )
