"""Every assessment within reach, as a list: finished ones of anybody, open ones of one's own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from kamerton.access import secrets
from kamerton.access.models import User
from kamerton.access.secrecy import Secrecy
from kamerton.accounts.models import Account, Contact
from kamerton.instruments import queries, rules, subjects
from kamerton.instruments.models import Assessment
from kamerton.instruments.subjects import Subject
from kamerton.web import formats, lists
from kamerton.web.assessments import history_url
from kamerton.web.instrument_words import ABOUT, result_badge, result_words, said, score_words
from kamerton.web.lists import Here
from kamerton.web.parts import Badge, Cell, Link
from kamerton.web.work_parts import tabs


@dataclass(frozen=True, slots=True)
class Beside:
    """What the rows of a page need together: what each is about, by kind and number."""

    subjects: Mapping[tuple[str, int], Subject]


def _gather(rows: Sequence[Assessment], here: Here) -> Beside:
    """A query or two for each kind of subject on the page."""
    match = here.request.resolver_match
    if match is None or match.url_name == here.page.name:  # a file leaves its trace as a whole
        secrets.reading(here.actor, [row for row in rows if row.finished_at], here.now)
    numbers: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        numbers[row.subject_kind].add(row.subject_id)
    return Beside({
        (kind, number): subject
        for kind, wanted in numbers.items()
        for number, subject in subjects.found(here.actor, kind, wanted).items()
    })  # fmt: skip


def _rows(here: Here) -> Any:
    mine = Q(rater=here.actor.pk)
    return queries.assessments(here.actor).filter(Q(finished_at__isnull=False) | mine)


def _title(row: Assessment) -> str:
    return said(queries.definition_of(row.instrument).title)


def _subject(row: Assessment, here: Here) -> str:
    found = here.gathered.subjects.get((row.subject_kind, row.subject_id))
    return (found.name if found else "") or str(ABOUT.get(row.subject_kind, ""))


def _subject_cell(row: Assessment, here: Here) -> Cell:
    return Cell(_subject(row, here), url=history_url(row.instrument.key, row.subject_id))


def _score(row: Assessment) -> str:
    return score_words(rules.score_from_json(row.parts)) if row.parts else ""


def _result(row: Assessment) -> str:
    return result_words(queries.definition_of(row.instrument), row.result)


def _result_cell(row: Assessment, _here: Here) -> Cell:
    if row.is_open:
        return Cell(badges=(Badge("warn", pgettext_lazy("assessment", "Not finished"), soft=True),))
    badge = result_badge(queries.definition_of(row.instrument), row.result)
    return Cell(badges=(badge,) if badge else ())


def _finished(row: Assessment) -> str:
    return formats.date(timezone.localdate(row.finished_at), short=True) if row.finished_at else ""


def _instruments(_here: Here) -> list[tuple[str, str]]:
    found = [(one.key, said(queries.definition_of(one).title)) for one in queries.all_active()]
    return sorted(found, key=lambda pair: pair[1].casefold())


def _raters(here: Here) -> list[tuple[str, str]]:
    """Whoever has answered something that the reader may see."""
    theirs = _rows(here).order_by().filter(rater=OuterRef("pk"))
    people = User.objects.filter(Exists(theirs)).order_by("first_name", "last_name")
    return [(str(each.pk), each.display_name) for each in people]


def _search(rows: Any, words: str) -> Any:
    """By the account, the person or whoever answered."""
    for word in words.split():
        accounts = Account.objects.search(word).values("pk")
        people = Contact.objects.search(word).values("pk")
        rater = Q(rater__first_name__icontains=word) | Q(rater__last_name__icontains=word)
        person = Q(subject_kind="contact", subject_id__in=people)
        rows = rows.filter(Q(account_id__in=accounts) | person | rater)
    return rows


def _latest(rows: Any, _here: Here) -> Any:
    """The newest finished one of each subject with each questionnaire."""
    newer = Assessment.objects.filter(
        instrument__key=OuterRef("instrument__key"), subject_kind=OuterRef("subject_kind"),
        subject_id=OuterRef("subject_id"), finished_at__gt=OuterRef("finished_at"),
    )  # fmt: skip
    return rows.filter(finished_at__isnull=False).exclude(Exists(newer))


ASSESSMENTS = lists.ListPage(
    name="assessments",
    title=_("Assessments"),
    right=queries.VIEW,
    rows=_rows,
    columns={
        "title": lists.Field(
            label=_("Questionnaire"), sort="instrument__key", plain=_title,
            cell=lambda row, _here: Cell(_title(row), url=reverse("assessment", args=[row.pk])),
        ),
        "subject": lists.Field(
            label=pgettext_lazy("assessment", "About"), cell=_subject_cell, plain=lambda _row: "", in_file=_subject
        ),
        "result": lists.Field(label=_("Result"), sort="result", cell=_result_cell, plain=_result),
        "score": lists.Field(label=_("Score"), cell=lambda row, _here: _score(row), plain=_score, numeric=True),
        "value": lists.number("score", _("Score as a number"), decimals=1, default=False),
        "rater": lists.text("rater.display_name", pgettext_lazy("assessment", "By"), sort="rater__last_name"),
        "finished": lists.Field(
            label=_("Finished"), sort="finished_at", cell=lambda row, _here: _finished(row),
            plain=lambda row: timezone.localdate(row.finished_at) if row.finished_at else "",
        ),
        "version": lists.number("instrument.version", _("Version"), default=False),
        "secrecy": lists.Field(
            label=_("Secrecy"), sort="secrecy", default=False,
            cell=lambda row, _here: Secrecy(row.secrecy).label, plain=lambda row: str(Secrecy(row.secrecy).label),
        ),
    },
    counted=lambda n: ngettext("%(n)s assessment", "%(n)s assessments", n),
    units=_("assessments"),
    search=_search,
    search_hint=_("Account, person or who answered"),
    filters={
        "instrument": lists.Filter(label=_("Questionnaire"), apply="instrument__key", options=_instruments),
        "about": lists.Filter(
            label=pgettext_lazy("assessment", "About"), apply="subject_kind",
            options=lambda _here: [(key, str(label)) for key, label in ABOUT.items()],
        ),
        "rater": lists.Filter(label=_("Who answered"), apply="rater", options=_raters),
        "account": lists.Filter(label=_("Account"), apply=lambda rows, number: rows.filter(
            account_id__in=Account.objects.filter(number=number).values("pk"))),
    },
    selections={
        "mine": lists.Selection(
            label=_("Mine"), narrow=lambda rows, here: rows.filter(rater=here.actor.pk, finished_at__isnull=False)
        ),
        "open": lists.Selection(
            label=pgettext_lazy("assessment", "Not finished"), narrow=lambda rows, _here: rows.filter(finished_at=None)
        ),
        "latest": lists.Selection(label=_("The latest of each"), narrow=_latest),
    },
    default_sort="-finished",
    row_name=_title,
    gather=_gather,
    secret=lambda rows: rows.filter(secrecy=Secrecy.SECRET).exists(),
    file_columns=("title", "subject", "result", "score", "value", "rater", "finished"),
    others=lambda _here: [Link(_("Questionnaires and checklists"), reverse("instruments"), "list-check")],
    template="work/list.html",
    more=lambda here: {"work_tabs": tabs(here.actor, "assessments")},
    empty=lists.Blank(
        title=_("Nothing assessed yet"),
        text=_("An assessment begins on the page of an account or a contact."),
    ),
)  # fmt: skip
