"""Templates of a company's own: what there is, one of them with its placeholders and versions, trying it out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kamerton.core import clock
from kamerton.core.refused import Refused
from kamerton.documents import queries, registry, writing
from kamerton.documents.actions import templates as actions
from kamerton.documents.models import Template, formats
from kamerton.documents.office import checking, vocabulary
from kamerton.documents.office.vocabulary import Vocabulary
from kamerton.documents.registry import TYPES, DocumentKind, Format
from kamerton.web import formats as words
from kamerton.web import uploads
from kamerton.web.document_words import languages, tabs
from kamerton.web.gates import gate, person
from kamerton.web.parts import Badge, Cell, Column, Link, Row, Table
from kamerton.web.toasts import toast

RIGHT = actions.RIGHT


@gate(RIGHT)
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    active = queries.active_templates()
    rows = [_row(kind, each, active) for kind in registry.all_kinds() for each in kind.template_formats]
    columns = (
        Column(_("Document")),
        Column(_("Format")),
        Column(_("Template")),
        Column(_("Since"), minor=True),
    )
    own = sum(len(each) for each in active.values())
    context = {
        "tabs": tabs(request.user, "document_templates"),
        "lead": _overview_lead(own),
        "table": Table(columns, rows, _("Templates")),
    }
    return render(request, "documents/templates.html", context)


def _overview_lead(own: int) -> str:
    if not own:
        return _("Every document is made with the template of the product.")
    return ngettext(
        "%(n)d template is your own; every other document is made with that of the product.",
        "%(n)d templates are your own; every other document is made with that of the product.",
        own,
    ) % {"n": own}


def _row(kind: DocumentKind, format: Format, active: dict[tuple[str, str], list[Template]]) -> Row:  # noqa: A002
    own = active.get((kind.key, format), [])
    names = dict(languages())
    told = ", ".join(
        f"{each.name} ({names.get(each.language, each.language)})" if each.language else each.name
        for each in own
    )
    state = Cell(told, badges=(Badge("info", _("Your own"), soft=True),)) if own else _("Of the product")
    since = words.date(max(each.uploaded_at for each in own).date()) if own else ""
    url = reverse("document_template", args=[kind.key, format])
    return Row((Cell(str(kind.name), url=url), str(dict(formats())[format]), state, since))


class UploadForm(forms.Form):
    language = forms.ChoiceField(label=gettext_lazy("For documents in"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["language"]
        field.choices = [("", _("every language")), *languages()]  # type: ignore[attr-defined]


def _asked(kind: str, form: str) -> tuple[DocumentKind, Format]:
    found = registry.find(kind)
    if found is None or form not in found.template_formats:
        raise Http404
    return found, form


@gate(RIGHT)
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, kind: str, form: str) -> HttpResponse:
    """Its placeholders and versions; POST checks a file and puts it in force."""
    of, as_format = _asked(kind, form)
    asked = UploadForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and asked.is_valid() and _uploaded(request, of, as_format, asked):
        return redirect("document_template", kind=kind, form=form)
    status = 422 if asked.is_bound else 200
    return render(request, "documents/template.html", _context(request, of, as_format, asked), status=status)


def _uploaded(request: HttpRequest, kind: DocumentKind, format: Format, asked: UploadForm) -> bool:  # noqa: A002
    try:
        uploads.require_whole(request)
        sent = request.FILES.get("file")
        if sent is None:
            asked.add_error(None, _("Choose a file first."))
            return False
        row = actions.upload(
            actor=person(request), kind=kind, format=format, language=asked.cleaned_data["language"],
            name=sent.name or "", pieces=sent.chunks(), now=clock.now(),
        )  # fmt: skip
    except Refused as refused:
        asked.add_error(None, str(refused))
        return False
    toast(request, _("Version %(n)d is in force. %(found)d placeholders were found, and all are known.") % {
        "n": row.version, "found": len(row.placeholders)})  # fmt: skip
    return True


def _context(request: HttpRequest, kind: DocumentKind, format: Format, form: UploadForm) -> dict[str, Any]:  # noqa: A002
    assert kind.example is not None  # noqa: S101 - it takes templates
    told, names = vocabulary.of(kind.example()), dict(languages())
    rows = queries.versions(kind.key, format)
    word = str(dict(formats())[format])
    url = reverse("document_template_file", args=[kind.key, format])
    return {
        "tabs": tabs(request.user, "document_templates"),
        "title": _("%(document)s: template for %(format)s") % {"document": kind.name, "format": word},
        "lead": _context_lead([each for each in rows if each.is_active]),
        "crumbs": [Link(_("Templates"), reverse("document_templates"))],
        "form": form,
        "accept": f".{format}",
        "limit_bytes": checking.LARGEST_BYTES,
        "versions": [
            {"row": each, "language": names.get(each.language, "") or _("every language"),
             "when": words.moment(each.uploaded_at), "found": len(each.placeholders)}
            for each in rows
        ],
        "kind": kind.key,
        "format": format,
        "file_url": url,
        "groups": list(_groups(told, format)),
    }  # fmt: skip


def _context_lead(active: list[Template]) -> str:
    if not active:
        return _("The template of the product is in force.")
    return _("Your own template “%(name)s” is in force.") % {"name": active[0].name}


def _groups(told: Vocabulary, format: Format) -> Iterator[tuple[str, Table]]:  # noqa: A002
    """The placeholders with what they stand for, by where they are written."""
    text, row = _("Anywhere in a text"), _("In a row of a table, which is repeated")
    alone = _("Alone in a paragraph") if format == "docx" else _("Alone in a shape")
    parts = told.parts
    for where, known in ((text, told.fields), (row, told.columns), (alone, told.blocks)):
        yield from _group(where, known, format)
    if parts is not None:
        new = {key: label for key, label in parts.fields.items() if key not in told.fields}
        each = _("on slides that are repeated for each account")
        for where, known in ((text, new), (row, parts.columns), (alone, parts.blocks)):
            yield from _group(f"{where}, {each}", known, format)


def _group(where: str, known: Any, format: Format) -> Iterator[tuple[str, Table]]:  # noqa: A002
    shown = {key: label for key, label in known.items() if format == "docx" or key != vocabulary.CONTENT}
    if shown:
        columns = (Column(_("Write")), Column(_("It becomes")))
        yield where, Table(columns, [Row((f"{{{{{key}}}}}", label)) for key, label in shown.items()], where)


@gate(RIGHT)
@require_GET
def given(request: HttpRequest, kind: str, form: str) -> HttpResponse:
    """The template itself, ours or a version of the company's (?version=); ?example=1: filled with made-up values."""
    of, as_format = _asked(kind, form)
    version = request.GET.get("version", "")
    row = None
    if version:
        rows = Template.objects.filter(kind=kind, format=form, pk=int(version) if version.isdecimal() else 0)
        row = get_object_or_404(rows)
    try:
        if request.GET.get("example") and of.example is not None:
            blob, stem = writing.written(of, as_format, of.example(), row), f"{kind}-example"
        else:
            blob, stem = (
                (writing.bytes_of(row) if row else writing.default(of, as_format)),
                f"{kind}-template",
            )
    except Refused as refused:
        toast(request, str(refused), level="warn")
        return redirect("document_template", kind=kind, form=form)
    response = HttpResponse(blob, content_type=TYPES[form])
    name = f"{slugify(row.name.rpartition('.')[0]) or stem}" if row and stem.endswith("template") else stem
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response


@gate(RIGHT)
@require_POST
def use(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Template, pk=pk)
    try:
        actions.use(actor=person(request), template=row, now=clock.now())
        toast(request, _("Version %(n)d is in force.") % {"n": row.version})
    except Refused as refused:
        toast(request, str(refused), level="warn")
    return redirect("document_template", kind=row.kind, form=row.format)


@gate(RIGHT)
@require_POST
def reset(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Template, pk=pk)
    actions.reset(actor=person(request), template=row, now=clock.now())
    toast(request, _("The template of the product is in force again."))
    return redirect("document_template", kind=row.kind, form=row.format)
