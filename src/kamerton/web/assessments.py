"""Answering an instrument, and what came of it: one renderer for every questionnaire and checklist."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kamerton.access import policy
from kamerton.core import clock
from kamerton.core.refused import Refused
from kamerton.instruments import actions, queries, rules, subjects
from kamerton.instruments.models import Assessment, Instrument
from kamerton.instruments.subjects import Subject
from kamerton.web import assessment_parts as parts_of
from kamerton.web import instrument_forms
from kamerton.web.addresses import account_url
from kamerton.web.gates import gate, person
from kamerton.web.instrument_words import ABOUT, said
from kamerton.web.parts import Link, Pages, page_url
from kamerton.web.toasts import toast

ASSESSMENTS_A_PAGE = 50


@gate("instruments.assess")
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, key: str) -> HttpResponse:
    """Begin with ?id= of the subject; POST makes the assessment, GET says what will begin."""
    instrument, subject = _asked(request, key)
    if request.method == "POST":
        actor = person(request)
        made = actions.start_assessment(actor=actor, instrument=instrument, subject=subject, now=clock.now())
        return redirect("assessment", pk=made.pk)
    definition = queries.definition_of(instrument)
    context = {
        "title": said(definition.title),
        "lead": said(definition.purpose),
        "about": subject.name or ABOUT[definition.about],
        "crumbs": _crumbs(subject),
        "history_url": history_url(instrument.key, subject.pk),
    }
    return render(request, "instruments/start.html", context)


def _asked(request: HttpRequest, key: str) -> tuple[Instrument, Subject]:
    """The active instrument and the subject that the address names; 404 where either is out of reach."""
    instrument = queries.active(key)
    if instrument is None:
        raise Http404
    asked = request.GET.get("id", "0")
    about = queries.definition_of(instrument).about
    if not asked.isdecimal() or len(asked) > 18:
        raise Http404
    try:
        return instrument, subjects.find(person(request), about, int(asked))
    except subjects.OutOfReach:
        raise Http404 from None


def start_url(key: str, number: int = 0) -> str:
    """Where an assessment of a subject begins: for the pages of the rooms that have subjects."""
    return _with_id("instrument_start", key, number)


def _with_id(name: str, key: str, number: int) -> str:
    query = f"?{urlencode({'id': number})}" if number else ""
    return reverse(name, args=[key]) + query


def history_url(key: str, number: int = 0) -> str:
    """Every assessment of a subject."""
    return _with_id("instrument_history", key, number)


def _crumbs(subject: Subject) -> list[Link]:
    """Back to the subject's page where it has one, else to the list."""
    if subject.account_number:
        return [Link(subject.name, account_url(subject.account_number))]
    return [Link(_("Questionnaires and checklists"), reverse("instruments"))]


def _about_link(instrument: Instrument) -> Link:
    return Link(_("How it scores"), reverse("instrument", args=[instrument.key]), "info-circle")


def _found(request: HttpRequest, pk: int) -> Assessment:
    """Within reach; an open one is its rater's alone."""
    actor = person(request)
    visible = queries.assessments(actor).filter(Q(finished_at__isnull=False) | Q(rater=actor))
    return get_object_or_404(visible, pk=pk)


def _subject(request: HttpRequest, found: Assessment) -> Subject:
    """What it is about, without a name where that is gone or out of reach."""
    numbers = [found.subject_id]
    about = subjects.found(person(request), found.subject_kind, numbers)
    return about.get(found.subject_id) or Subject(found.subject_kind, found.subject_id)


@gate("instruments.view")
@require_GET
def assessment(request: HttpRequest, pk: int) -> HttpResponse:
    """An open one is the form, a finished one its result."""
    found = _found(request, pk)
    return _form(request, found) if found.is_open else _result(request, found)


def _form(
    request: HttpRequest,
    found: Assessment,
    *,
    wrong: Mapping[str, str] | None = None,
    posted: Mapping[str, actions.Reply] | None = None,
    refused: Refused | None = None,
) -> HttpResponse:
    subject = _subject(request, found)
    definition, answers = queries.definition_of(found.instrument), queries.answers_of(found)
    today = clock.today()
    missing = {one.item: one.what for one in getattr(refused, "missing", ())}
    context = {
        "assessment": found,
        "title": said(definition.title),
        "about": subject.name,
        "lead": said(definition.purpose),
        "blocks": parts_of.form_blocks(definition, answers, today, wrong or {}, posted or {}, missing),
        "progress": parts_of.progress(definition, answers, today),
        "refused": refused,
        "wrong": parts_of.named(definition, wrong or {}),
        "missing": parts_of.named(definition, missing),
        "crumbs": _crumbs(subject),
    }
    return render(request, "instruments/assess.html", context, status=422 if wrong or refused else 200)


@gate("instruments.assess")
@require_POST
def answer(request: HttpRequest, pk: int, item: str) -> HttpResponse:
    """Keep one answer as it is given; the part beside it says that it is kept, or why not."""
    found = _found(request, pk)
    definition = queries.definition_of(found.instrument)
    if item not in definition.by_key:
        raise Http404
    given = instrument_forms.reply(item, request.POST)
    context: dict[str, Any] = {"key": item, "error": ""}
    now = clock.now()
    try:
        actions.answer(actor=person(request), assessment=found, item=item, reply=given, now=now)
    except rules.WrongKind as error:
        context["error"] = str(error)
    answers = queries.answers_of(found)
    context["progress"] = parts_of.progress(definition, answers, clock.today())
    context["state"] = parts_of.state_of(definition.by_key[item], answers.get(item), clock.today())
    status = 422 if context["error"] else 200
    return render(request, "instruments/saved.html", context, status=status)


@gate("instruments.assess")
@require_POST
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole form: kept as far as it goes; with do=finish it is closed."""
    found, actor, now = _found(request, pk), person(request), clock.now()
    posted = instrument_forms.replies(queries.definition_of(found.instrument), request.POST)
    wrong = actions.answer_all(actor=actor, assessment=found, replies=posted, now=now)
    if wrong:
        return _form(request, found, wrong=wrong, posted=posted)
    if request.POST.get("do") == "finish":
        try:
            actions.finish(actor=actor, assessment=found, now=now)
        except actions.Unfinished as unfinished:
            return _form(request, found, refused=unfinished)
    else:
        toast(request, _("Your answers are kept; finish whenever you like."))
    return redirect("assessment", pk=pk)


@gate("instruments.assess")
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    key, number = found.instrument.key, found.subject_id
    actions.discard(actor=person(request), assessment=found, now=clock.now())
    toast(request, _("The open assessment was discarded; finished ones stay."))
    return redirect(history_url(key, number))


def _result(request: HttpRequest, found: Assessment) -> HttpResponse:
    """Score with its parts, what moved since the last one, how several raters see it."""
    actor, subject = person(request), _subject(request, found)
    actions.read_secret(actor=actor, assessment=found, now=clock.now())
    before = queries.before(actor, found)
    rated = queries.latest_by_rater(actor, found.instrument.key, found.subject_kind, found.subject_id)
    answers = queries.answers_of_all([found, *([before] if before else []), *rated])
    context = parts_of.result(found, before, rated, answers, subject, clock.today())
    context["crumbs"] = _crumbs(subject)
    context["history_url"] = history_url(found.instrument.key, subject.pk)
    context["others"] = [_about_link(found.instrument)]
    if (
        policy.can(actor, actions.ASSESS)
        and queries.active(found.instrument.key)
        and (subject.name or not subject.pk)
    ):
        url = start_url(found.instrument.key, found.subject_id)
        context["action"] = Link(_("Assess again"), url, method="post")
    return render(request, "instruments/result.html", context)


@gate("instruments.view")
@require_GET
def history(request: HttpRequest, key: str) -> HttpResponse:
    """Every finished assessment of one subject, by all raters within reach, newest first."""
    instrument, subject = _asked(request, key)
    actor = person(request)
    found = queries.finished(actor, key, subject.kind, subject.pk)
    page = Paginator(found, ASSESSMENTS_A_PAGE).get_page(request.GET.get("page"))
    definition = queries.definition_of(instrument)
    context = {
        "title": said(definition.title),
        "lead": parts_of.history_sentence(page.paginator.count, subject),
        "table": parts_of.history_table(page.object_list),
        "pages": Pages(
            page.number, ASSESSMENTS_A_PAGE, page.paginator.count, page_url(request), _("assessments")
        ),
        "found": page.paginator.count > 0,
        "others": [_about_link(instrument)],
        "crumbs": _crumbs(subject),
        "action": Link(_("Start"), start_url(key, subject.pk), method="post")
        if policy.can(actor, actions.ASSESS)
        else None,
    }
    return render(request, "instruments/history.html", context)
