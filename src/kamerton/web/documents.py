"""What can be made, making it, what was made, and the address of one's calendar."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.core import clock
from kamerton.core.refused import Refused
from kamerton.documents import queries, registry, subjects
from kamerton.documents.actions import jobs as job_actions
from kamerton.documents.actions import make as making
from kamerton.documents.models import MadeDocument, formats
from kamerton.documents.office import paper
from kamerton.documents.registry import DocumentKind
from kamerton.plans import queries as plan_queries
from kamerton.plans.models import Plan
from kamerton.web import formats as words
from kamerton.web import lists, made_documents
from kamerton.web.account_frame import found as found_account
from kamerton.web.account_frame import frame
from kamerton.web.addresses import account_url
from kamerton.web.document_words import languages, offer, tabs
from kamerton.web.gates import gate, person
from kamerton.web.lists import Blank, Field, Filter, Here, ListPage
from kamerton.web.parts import Badge, Cell, Link
from kamerton.web.toasts import toast
from kamerton.web.work_parts import back, options

_LATEST = 5


@gate("export")
@require_GET
def documents(request: HttpRequest) -> HttpResponse:
    actor = person(request)
    portfolio = [offer(each) for each in registry.about("portfolio") if policy.can(actor, each.right)]
    people, persons = (
        [offer(each) for each in registry.about("person") if policy.can(actor, each.right)],
        _people(actor),
    )
    latest = list(queries.made(actor).filter(made_by=actor)[:_LATEST])
    context = {
        "tabs": tabs(actor, "documents"),
        "portfolio": portfolio,
        "people": people if persons else [],
        "persons": persons,
        "address": queries.live_address(actor),
        "latest": [_latest(each) for each in latest],
        "no_paper": not paper.is_ready(),
        **_asked(request),
    }
    return render(request, "documents/documents.html", context)


def _asked(request: HttpRequest) -> dict[str, Any]:
    """The language of a document is the reader's unless they choose another; afterwards one comes back here."""
    return {"languages": languages(), "language": translation.get_language(), "here": request.get_full_path()}


def _people(actor: User) -> list[User]:
    """Whose accounts one may have a report on: those in reach who answer for some."""
    seen = subjects.rows("person").filter(is_external=False)
    if not policy.can(actor, "portfolio.view_all"):
        seen = seen.filter(pk__in=policy.people_in_reach(actor))
    held = seen.filter(coverage__role="responsible").distinct()
    return list(held.order_by("first_name", "last_name", "pk"))


def _latest(each: MadeDocument) -> dict[str, Any]:
    waits = each.stored_name and each.kept_until and each.kept_until > clock.now()
    return {
        "title": each.title,
        "when": words.date(each.made_at.date(), short=True),
        "format": each.get_format_display(),
        "url": reverse("document_file", args=[each.pk]) if waits else "",
        "secret": each.secrecy >= Secrecy.SECRET,
    }


@gate("export")
@require_POST
def make(request: HttpRequest, kind: str, form: str) -> HttpResponse:
    """The file, or a job that makes it. A refusal is told on the page from which it was asked."""
    of, actor = registry.find(kind), person(request)
    if of is None or form not in of.formats:
        raise Http404
    subject = _subject(request, of, actor)
    language = request.POST.get("language", "")
    told = {"language": language if language in dict(languages()) else "", "subject": subject}
    try:
        if of.is_long:
            job = job_actions.start(actor=actor, kind=of, format=form, now=clock.now(), **told)
            return redirect(f"{reverse('job', args=[job.pk])}?{urlencode({'back': reverse('documents')})}")
        made = making.make(actor=actor, kind=of, format=form, now=clock.now(), **told)
    except policy.Forbidden:
        raise
    except Refused as refused:
        toast(request, str(refused), level="warn")
        return back(request, reverse("documents"))
    return made_documents.answer(made, clock.today())


def _subject(request: HttpRequest, kind: DocumentKind, actor: User) -> Any:
    if kind.about == "portfolio":
        return None
    told = request.POST.get("subject", "")
    found = subjects.find(kind.about, int(told), actor, kind.right) if told.isdecimal() else None
    if found is None:
        raise Http404
    return found


@gate("export")
@require_GET
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """A document that was made by a job, for whoever had it made."""
    row = get_object_or_404(MadeDocument.objects.filter(made_by=person(request)), pk=pk)
    try:
        blob = making.fetch(actor=person(request), document=row, now=clock.now())
    except policy.Forbidden:
        raise
    except Refused as refused:
        toast(request, str(refused), level="warn")
        return redirect("documents")
    return made_documents.given(row, blob, clock.today())


@gate("accounts.view", also="export")
@require_GET
def of_account(request: HttpRequest, account: str) -> HttpResponse:
    """What can be made about one account, and what was made of it."""
    at, actor = found_account(request, account), person(request)
    offers = [offer(each, at.pk) for each in registry.about("account") if policy.can(actor, each.right, at)]
    rows = list(queries.made(actor).filter(account=at)[:20])
    plan = _plan(request, plan_queries.plans_of(actor, at))
    of_plan = registry.about("plan") if plan else []
    context = frame(request, at, "account_make") | {
        "lead": _lead(rows),
        "offers": offers,
        "plan": plan,
        "plan_offers": [
            offer(each, plan.pk) for each in of_plan if plan and policy.can(actor, each.right, plan)
        ],
        "made": [{**_latest(each), "who": each.made_by.display_name} for each in rows],
        "no_paper": not paper.is_ready(),
        **_asked(request),
    }
    return render(request, "documents/account.html", context)


def _plan(request: HttpRequest, plans: list[Plan]) -> Plan | None:
    """The one that was asked for, else the newest."""
    asked = request.GET.get("plan", "")
    return next((each for each in plans if str(each.pk) == asked), next(iter(plans), None))


def _lead(rows: list[MadeDocument]) -> str:
    if not rows:
        return _("Nothing was made of this account yet.")
    told = {"title": rows[0].title, "day": words.date(rows[0].made_at.date())}
    return _("The latest document is “%(title)s” of %(day)s.") % told


# --- what was made -----------------------------------------------------------------------------------------------


def _search(rows: Any, typed: str) -> Any:
    for word in typed.split():
        rows = rows.filter(Q(title__icontains=word) | Q(account__search_text__contains=word.casefold()))
    return rows


def _kinds(_here: object) -> list[tuple[str, str]]:
    return [(each.key, str(each.name)) for each in registry.all_kinds()]


def _kind(row: MadeDocument) -> str:
    kind = registry.find(row.kind)
    return str(kind.name) if kind else row.kind


def _title(row: MadeDocument, _here: Here) -> Cell:
    marks = (Badge("warn", _("Secret"), soft=True),) if row.secrecy >= Secrecy.SECRET else ()
    waits = row.stored_name and row.kept_until and row.kept_until > clock.now()
    mine = row.made_by_id == getattr(_here.actor, "pk", None)
    url = reverse("document_file", args=[row.pk]) if waits and mine else ""
    return Cell(row.title, url=url, badges=marks)


MADE = ListPage(
    name="documents_made",
    title=gettext_lazy("Made documents"),
    right="export",
    rows=lambda here: queries.made(here.actor),
    columns={
        "title": Field(label=gettext_lazy("Title"), sort="title", plain=lambda row: row.title, cell=_title),
        "kind": Field(
            label=gettext_lazy("Document"), sort="kind", plain=_kind, cell=lambda row, _here: _kind(row)
        ),
        "format": lists.text("get_format_display", gettext_lazy("Format"), sort="format"),
        "account": Field(
            label=gettext_lazy("Account"),
            sort="account__name",
            plain=lambda row: row.account.name if row.account else "",
            cell=lambda row, _here: (
                Cell(row.account.name, url=account_url(row.account.number)) if row.account else ""
            ),
        ),
        "made_by": Field(
            label=gettext_lazy("Made by"),
            sort="made_by__first_name",
            plain=lambda row: row.made_by.display_name,
            cell=lambda row, _here: row.made_by.display_name,
        ),
        "made_at": lists.moment("made_at", gettext_lazy("Made")),
    },
    counted=lambda n: ngettext("%(n)s document", "%(n)s documents", n),
    units=gettext_lazy("documents"),
    search=_search,
    search_hint=gettext_lazy("Title or account"),
    filters={
        "kind": Filter(label=gettext_lazy("Document"), apply="kind", options=_kinds),
        "format": Filter(label=gettext_lazy("Format"), apply="format", options=options(formats)),
    },
    default_sort="-made_at",
    empty=Blank(
        title=gettext_lazy("Nothing was made yet"),
        text=gettext_lazy("Documents that you and your colleagues take out are written down here."),
        icon="file-text",
        action=lambda _here: Link(_("Make a document"), reverse("documents"), "file-text"),
    ),
    template="documents/list.html",
    more=lambda here: {"tabs": tabs(here.actor, "documents_made")},
)
