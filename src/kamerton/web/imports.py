"""The import wizard and the list of imports.

A run of the wizard is a draft: upload, look, check, import. Each step is a page of its own that can be
reloaded, left and found again; long work is a job whose progress line stands in the page.
"""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count, F, QuerySet, Sum
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kamerton.access import policy
from kamerton.core import clock
from kamerton.core.models import Company
from kamerton.core.refused import Refused
from kamerton.core.telling import told_refusal
from kamerton.demo.export import write_export
from kamerton.ledger import actions, queries
from kamerton.ledger.models import Batch, Draft
from kamerton.web import formats, import_parts, jobs, uploads
from kamerton.web.gates import gate, person
from kamerton.web.parameters import words
from kamerton.web.parts import Link
from kamerton.web.toasts import toast

#: Looking at a file up to this size is quick enough to be done while the page waits.
LOOK_AT_ONCE_BYTES = 32 * 1024 * 1024
BATCHES_A_PAGE = 50


@gate("ledger.view")
@require_GET
def batches(request: HttpRequest) -> HttpResponse:
    """All imports, newest first, and the runs of the wizard that wait for the person."""
    found = Batch.objects.select_related("imported_by")
    page = Paginator(found, BATCHES_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "lead": import_parts.ledger_sentence(queries.span(), _live_lines()),
        "primary": _import_link() if policy.can(request.user, "ledger.import") else None,
        "others": [Link(_("Exchange rates"), reverse("import_rates"))]
        if policy.can(request.user, "ledger.import")
        else [],
        "table": import_parts.batch_table(page.object_list),
        "pages": import_parts.pages(page),
        "drafts": import_parts.draft_rows(_open_drafts(request)),
        "has_batches": page.paginator.count > 0,
    }
    return render(request, "imports/batches.html", context)


def _import_link() -> Link:
    return Link(_("Import sales"), reverse("import_new"), icon="file-import")


def _crumbs() -> list[Link]:
    return [Link(_("Imports"), reverse("imports"))]


def _live_lines() -> tuple[int, int]:
    """Number of live imports and of their lines."""
    told = Batch.objects.filter(state="live").aggregate(
        count=Count("pk"), lines=Sum(F("rows_used") + F("rows_unassigned"))
    )
    return told["count"], told["lines"] or 0


def _open_drafts(request: HttpRequest) -> QuerySet[Draft]:
    """One's own runs that are neither imported nor discarded; without what was found in the files."""
    own = Draft.objects.filter(owner=person(request)).exclude(state__in=["imported", "abandoned"])
    return own.select_related("job").defer("inspection", "result", "choices")


@gate("ledger.import")
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Choose files, or the demo company's export."""
    error = ""
    if request.method == "POST":
        try:
            return redirect("import_draft", pk=_new_draft(request).pk)
        except Refused as refused:
            error = told_refusal(refused)
    limit = settings.UPLOAD_LIMIT_BYTES
    hint = _("CSV, Excel, Parquet or JSON lines, packed or not, several at once; %(limit)s MB at the most.")
    context = {
        "error": error,
        "hint": hint % {"limit": formats.number(limit // 2**20)},
        "limit_bytes": limit,
        "steps": import_parts.STEPS,
        "crumbs": _crumbs(),
    }
    return render(request, "imports/upload.html", context, status=422 if error else 200)


def _new_draft(request: HttpRequest) -> Draft:
    now = clock.now()
    uploads.require_whole(request)
    if "demo" in request.POST:
        draft = _demo_draft(request, now)
    else:
        files = request.FILES.getlist("files")
        if not files:
            raise Refused(_("No file was chosen."), hint=_("Choose one or several files and try again."))
        draft = actions.create_draft(actor=person(request), files=files, now=now)
    if draft.size_bytes > LOOK_AT_ONCE_BYTES:
        actions.start_inspect(actor=person(request), draft=draft, now=now)
    return draft


def _demo_draft(request: HttpRequest, now: dt.datetime) -> Draft:
    """The export that the fictional company's ERP would give, with its everyday faults."""
    folder = settings.UPLOAD_DIR / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{uuid.uuid4()}" / "sales-export.csv"
    path.parent.mkdir()
    try:
        write_export(path, timezone.localdate(now))
        return actions.create_draft(actor=person(request), files=[path], now=now, title=_("Demo export"))
    finally:
        path.unlink(missing_ok=True)
        path.parent.rmdir()


def _draft(request: HttpRequest, pk: uuid.UUID) -> Draft:
    """One's own run; somebody else's is 404."""
    found = Draft.objects.filter(owner=person(request)).select_related("job", "batch")
    return get_object_or_404(found, pk=pk)


@gate("ledger.import")
@require_GET
def draft(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The step at which the run stands. Looks at the files first if nobody has."""
    found = _draft(request, pk)
    if found.batch:
        return redirect("import_batch", sequence=found.batch.sequence)
    if found.state == "abandoned":
        toast(request, _("This import was discarded."), level="info")
        return redirect("imports")
    error = ""
    if found.state == "uploaded" and not _busy(found) and not _failed(found):
        try:
            found = actions.inspect_draft(actor=person(request), draft=found, now=clock.now())
        except Refused as refused:
            error = told_refusal(refused)
    return _step(request, found, error)


def _busy(found: Draft) -> bool:
    return bool(found.job and found.job.is_open)


def _failed(found: Draft) -> str:
    """Why the last work on it failed, unless something was answered since."""
    job = found.job
    if job is None or job.state != "failed" or (job.finished_at and job.finished_at < found.changed_at):
        return ""
    return job.error


def _step(request: HttpRequest, found: Draft, error: str = "") -> HttpResponse:
    """The page of the step: busy, unreadable, look or check."""
    context: dict[str, Any] = {
        "draft": found,
        "steps": import_parts.STEPS,
        "error": error or _failed(found),
        "crumbs": _crumbs(),
    }
    if found.job and _busy(found):
        context |= jobs.progress(found.job, back=reverse("import_draft", args=[found.pk]))
        context["step"] = import_parts.step_of(found)
        return render(request, "imports/busy.html", context)
    if not found.inspection:
        return render(request, "imports/unreadable.html", context | {"step": 1})
    if found.state == "checked" and "look" not in request.GET:
        context |= import_parts.check_parts(found, Company.objects.get_or_create(pk=1)[0].currency)
        return render(request, "imports/check.html", context | {"step": 3})
    context |= import_parts.look_parts(found)
    return render(request, "imports/look.html", context | {"step": 2}, status=422 if error else 200)


@gate("ledger.import")
@require_POST
def settle(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take the answers of the look step; then check all rows, unless something is still open."""
    found, now = _draft(request, pk), clock.now()
    try:
        if not found.inspection:
            return redirect("import_draft", pk=pk)
        choices = import_parts.choices_from_form(request.POST, found)
        found = actions.settle(actor=person(request), draft=found, choices=choices, now=now)
        if request.POST.get("next") == "check":
            _check(request, found, now)
    except Refused as refused:
        found.refresh_from_db()
        return _step(request, found, told_refusal(refused))
    return redirect("import_draft", pk=pk)


def _check(request: HttpRequest, found: Draft, now: dt.datetime) -> None:
    """Start the check, or say what is still open."""
    if import_parts.is_settled(found):
        actions.start_check(actor=person(request), draft=found, now=now)
    else:
        toast(request, _("Not checked yet: please answer what is still open first."), level="warn")


@gate("ledger.import")
@require_POST
def start_import(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Make the checked lines live; keep the mapping under a name if asked."""
    found, now = _draft(request, pk), clock.now()
    name = words(request.POST.get("mapping_name", ""))
    try:
        if name:
            actions.save_mapping(actor=person(request), draft=found, name=name, now=now)
        actions.start_import(actor=person(request), draft=found, now=now)
    except Refused as refused:
        found.refresh_from_db()
        return _step(request, found, told_refusal(refused))
    return redirect("import_draft", pk=pk)


@gate("ledger.import")
@require_POST
def abandon(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    actions.abandon_draft(actor=person(request), draft=_draft(request, pk), now=clock.now())
    toast(request, _("The import was discarded. Nothing of it was used."))
    return redirect("import_new" if "again" in request.POST else "imports")


@gate("ledger.import")
@require_GET
def draft_refused(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Every refused row of the check as CSV."""
    return _refused_file(queries.refused_file(_draft(request, pk)))


def _refused_file(path: Path | None) -> FileResponse:
    if path is None:
        raise Http404
    return FileResponse(
        path.open("rb"), as_attachment=True, filename="refused-rows.csv", content_type="text/csv"
    )


@gate("ledger.view")
@require_GET
def batch(request: HttpRequest, sequence: int) -> HttpResponse:
    """One import: what it brought, what was refused, and the way to take it out again."""
    found = get_object_or_404(Batch.objects.select_related("imported_by", "changed_by"), sequence=sequence)
    context = import_parts.batch_parts(found) | {"crumbs": _crumbs()}
    context["primary"] = Link(_("See the portfolio"), reverse("portfolio"))
    context["can_withdraw"] = policy.can(request.user, "ledger.withdraw")
    waiting = import_parts.snapshot_job(person(request))
    if waiting:
        context |= {"waiting": waiting, "waiting_url": reverse("job", args=[waiting.pk])}
    return render(request, "imports/batch.html", context)


@gate("ledger.view")
@require_GET
def batch_refused(_request: HttpRequest, sequence: int) -> HttpResponseBase:
    return _refused_file(queries.refused_file(get_object_or_404(Batch, sequence=sequence)))


@gate("ledger.withdraw")
@require_POST
def withdraw(request: HttpRequest, sequence: int) -> HttpResponse:
    found = get_object_or_404(Batch, sequence=sequence)
    reason = words(request.POST.get("reason", "")) or _("No reason given")
    actions.withdraw(actor=person(request), batch=found, reason=reason, now=clock.now())
    text = ngettext(
        "Import %(number)s is withdrawn: %(lines)s line left every figure.",
        "Import %(number)s is withdrawn: %(lines)s lines left every figure.",
        found.lines,
    ) % {"number": sequence, "lines": formats.number(found.lines)}
    toast(request, text, undo_url=reverse("import_restore", args=[sequence]))
    return redirect("import_batch", sequence=sequence)


@gate("ledger.withdraw")
@require_POST
def restore(request: HttpRequest, sequence: int) -> HttpResponse:
    found = get_object_or_404(Batch, sequence=sequence)
    actions.restore(actor=person(request), batch=found, now=clock.now())
    toast(request, _("Import %(number)s counts again.") % {"number": sequence})
    return redirect("import_batch", sequence=sequence)


@gate("ledger.import")
@require_http_methods(["GET", "POST"])
def rates(request: HttpRequest) -> HttpResponse:
    """The exchange rates by which lines in other currencies count."""
    error = ""
    if request.method == "POST":
        try:
            _take_rates(request)
            return redirect("import_rates")
        except Refused as refused:
            error = told_refusal(refused)
    context = {
        "table": import_parts.rate_table(),
        "lead": import_parts.rate_sentence(Company.objects.get_or_create(pk=1)[0].currency),
        "crumbs": _crumbs(),
        "error": error,
        "limit_bytes": settings.UPLOAD_LIMIT_BYTES,
    }
    return render(request, "imports/rates.html", context, status=422 if error else 200)


def _take_rates(request: HttpRequest) -> None:
    uploads.require_whole(request)
    file = request.FILES.get("file")
    if file is None:
        raise Refused(
            _("No file was chosen."), hint=_("Choose a CSV or XLSX file with currency, date and rate.")
        )
    count = actions.import_rates(actor=person(request), file=file, now=clock.now())
    text = ngettext("%(count)s rate was taken over.", "%(count)s rates were taken over.", count)
    toast(request, text % {"count": formats.number(count)})
