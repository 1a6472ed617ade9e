"""The review of the whole base: what it proposes, accepted or declined one by one or many at once; the segments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from kamerton.access import policy
from kamerton.access.models import User
from kamerton.core import clock
from kamerton.portfolio import queries, review_queries, status_queries
from kamerton.portfolio.actions import review as actions
from kamerton.portfolio.models import Review, ReviewItem, SegmentNote
from kamerton.portfolio.models.review import answers, changes, segments
from kamerton.web import formats, lists
from kamerton.web.form_pages import form_page, refused_to
from kamerton.web.gates import gate, person
from kamerton.web.lists import Blank, BulkAction, Done, Field, Filter, Here, ListPage
from kamerton.web.parts import Badge, Cell, Column, Link, Row, State, Table
from kamerton.web.status_lists import key_url, short
from kamerton.web.status_words import level_name
from kamerton.web.toasts import toast

_STATES: dict[str, State] = {"open": "warn", "accepted": "good", "declined": "off"}
_CHANGES: dict[str, State] = {"promote": "key", "demote": "bad", "watch": "info"}


def _ground(_here: Here) -> dict[str, Any]:
    written = status_queries.written()
    return {
        "review": review_queries.current(),
        "written": written,
        "words": status_queries.definition_words(written),
        "due": review_queries.due_on(written),
    }


def _rows(here: Here) -> Any:
    rows = ReviewItem.objects.filter(review=here.ground["review"])
    rows = rows.select_related("account", "answered_by", "approval")
    return policy.scope(rows, here.actor, "portfolio.view").order_by("rank", "pk")


def _change(row: ReviewItem, here: Here) -> Cell:
    words = ", ".join(str(here.ground["words"][name]) for name in row.definitions)
    return Cell(words, badges=(Badge(_CHANGES[row.change], row.get_change_display(), soft=True),))


def _silence(row: ReviewItem, here: Here) -> Cell | str:
    last = here.gathered.get(row.account_id)
    if last is None:
        return Cell(_("never"), tone="warn" if row.change == "watch" else "muted")
    return formats.date(last, short=True)


def _answer(row: ReviewItem, _here: Here) -> Cell:
    badge = Badge(_STATES[row.answer], row.get_answer_display(), soft=True)
    if row.approval is not None:
        return Cell(
            row.approval.get_state_display(), url=reverse("approval", args=[row.approval.pk]), badges=(badge,)
        )
    return Cell(badges=(badge,))


def _accept(
    *,
    actor: User,
    rows: Sequence[ReviewItem],
    cleaned: dict[str, Any],  # noqa: ARG001
    now: dt.datetime,
) -> Done:
    done, refused = lists.each(
        rows, lambda row: actions.accept(actor=actor, item=row, now=now), name=lambda row: row.account.name
    )
    text = ngettext("%(n)s proposal accepted.", "%(n)s proposals accepted.", len(done)) % {"n": len(done)}
    return Done(text=text if done else "", refused=refused)


def _decline(*, actor: User, rows: Sequence[ReviewItem], cleaned: dict[str, Any], now: dt.datetime) -> Done:
    done, refused = lists.each(
        rows,
        lambda row: actions.decline(actor=actor, item=row, why=cleaned["why"], now=now),
        name=lambda row: row.account.name,
    )
    text = ngettext("%(n)s proposal declined.", "%(n)s proposals declined.", len(done)) % {"n": len(done)}
    return Done(text=text if done else "", refused=refused)


class DeclineForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("Why it stays as it is"), max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )


def _decline_form(*told: Any, **more: Any) -> DeclineForm:
    more.pop("actor", None)
    return DeclineForm(*told, **more)


def _lead(_count: int, here: Here) -> str:
    review, due = here.ground["review"], here.ground["due"]
    if review is None:
        return _overdue(due, here.today) or _("Nobody has looked at the whole base yet.")
    if not review.is_open:
        closed = _("The last review was closed on %(day)s.") % {
            "day": formats.date(timezone.localdate(review.closed_at))
        }
        return f"{closed} {_overdue(due, here.today)}".strip()
    left = review.items.filter(answer="open").count()
    told = {"day": formats.date(timezone.localdate(review.begun_at)), "all": formats.number(review.looked_at)}
    text = ngettext(
        "Of %(all)s accounts, looked at on %(day)s, %(n)s proposal waits for an answer.",
        "Of %(all)s accounts, looked at on %(day)s, %(n)s proposals wait for an answer.",
        left,
    )
    return text % (told | {"n": formats.number(left)})


def _overdue(due: dt.date | None, today: dt.date) -> str:
    if due is None:
        return ""
    day = {"day": formats.date(due)}
    return (
        _("The next one has been due since %(day)s.") if due < today else _("The next one is due on %(day)s.")
    ) % day


def overdue_words(today: dt.date) -> str:
    """For the pages of the portfolio: that the review is overdue; "" where it is not. Three queries."""
    due = review_queries.due_on(status_queries.written())
    return (
        _("The review of the whole base has been due since %(day)s.") % {"day": formats.date(due)}
        if due and due < today
        else ""
    )


def _segments(here: Here) -> dict[str, Any]:
    snapshot = queries.latest_snapshot(with_figures=False)
    names, may = dict(segments()), policy.can(here.actor, "work.propose")
    columns = (
        Column(_("Segment")), Column(_("Accounts"), numeric=True),
        Column(_("12 months"), numeric=True, unit=snapshot.currency if snapshot else ""),
        Column(_("Open needs"), numeric=True), Column(_("What they need and expect")),
    )  # fmt: skip
    rows = [
        Row((
            Cell(str(names[each.key]), url=reverse("segment", args=[each.key]) if may else "", drawer=True),
            formats.number(each.accounts), formats.money(each.amount, decimals=0), formats.number(each.open_needs),
            each.note.text if each.note and each.note.text else Cell(_("not written down"), tone="muted"),
        ))
        for each in review_queries.segments_of(snapshot, here.actor)
    ]  # fmt: skip
    return {"table": Table(columns, rows, _("Segments"))}


def _more(here: Here) -> dict[str, Any]:
    review = here.ground["review"]
    may = policy.can(here.actor, "work.propose")
    return {
        "segments": _segments(here)["table"],
        "begin": may and here.ground["written"] is not None and (review is None or not review.is_open),
        "close_review": review if may and review is not None and review.is_open else None,
        "profile_missing": here.ground["written"] is None,
    }


REVIEW = ListPage(
    name="review",
    title=gettext_lazy("Review of the whole base"),
    right="portfolio.view_all",
    rows=_rows,
    columns={
        "account": Field(
            label=gettext_lazy("Account"), sort="account__name", plain=lambda row: row.account.name,
            cell=lambda row, _here: Cell(row.account.name, url=key_url(row.account.number)),
        ),
        "change": Field(
            label=gettext_lazy("Proposal"), cell=_change, plain=lambda row: str(row.get_change_display()), sort="change"
        ),
        "reasons": Field(
            label=gettext_lazy("Because"), plain=lambda row: " ".join(row.reasons),
            cell=lambda row, _here: Cell(short(" ".join(row.reasons)), sub=row.why),
        ),
        "level": Field(
            label=gettext_lazy("Level"), plain=lambda row: level_name(row.level, row.of), default=False,
            cell=lambda row, _here: level_name(row.level, row.of) if row.change == "promote" else "",
        ),
        "contact": Field(
            label=gettext_lazy("Last contact"), cell=_silence, plain=lambda _row: "",
            in_file=lambda row, here: here.gathered.get(row.account_id),
        ),
        "answer": Field(
            label=gettext_lazy("Answer"), cell=_answer, plain=lambda row: str(row.get_answer_display()), sort="answer"
        ),
        "why": lists.text("why", gettext_lazy("Reason"), default=False),
        "answered_by": lists.text("answered_by.display_name", gettext_lazy("Answered by"), default=False),
    },
    counted=lambda n: ngettext("%(n)s proposal", "%(n)s proposals", n),
    units=gettext_lazy("proposals"),
    search=lambda rows, words: rows.filter(account__search_text__contains=words.casefold()),
    search_hint=gettext_lazy("Account"),
    filters={
        "change": Filter(
            label=gettext_lazy("Proposal"), apply="change", options=lambda _here: [(k, str(v)) for k, v in changes()]
        ),
        "answer": Filter(
            label=gettext_lazy("Answer"), apply="answer", options=lambda _here: [(k, str(v)) for k, v in answers()]
        ),
    },
    actions=[
        BulkAction(key="accept", label=gettext_lazy("Accept"), right="work.propose", icon="check", run=_accept),
        BulkAction(
            key="decline", label=gettext_lazy("Decline"), right="work.propose", icon="x", run=_decline,
            form=_decline_form, tone="bad",
        ),
    ],
    row_name=lambda row: row.account.name,
    row_url=lambda row: key_url(row.account.number),
    faint=lambda row: row.answer != "open",
    ground=_ground,
    gather=lambda rows, _here: review_queries.last_contact([row.account_id for row in rows]),
    lead=_lead,
    crumbs=lambda _here: [Link(_("Key accounts"), reverse("key_accounts"))],
    empty=Blank(
        title=gettext_lazy("Nothing is proposed"),
        text=gettext_lazy("A review looks at every account: who becomes key, who ceases to be, whom not to forget."),
        icon="refresh",
    ),
    template="portfolio/review.html",
    more=_more,
)  # fmt: skip


@gate("portfolio.view_all", also="work.propose")
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    if refused_to(request, lambda: actions.begin(actor=person(request), now=clock.now())):
        toast(request, _("Everybody was looked at; answer what is proposed."))
    return redirect("review")


@gate("portfolio.view_all", also="work.propose")
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Review, pk=pk)
    if refused_to(request, lambda: actions.close(actor=person(request), review=row, now=clock.now())):
        toast(request, _("The review is closed."))
    return redirect("review")


class SegmentForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("What they need and expect"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip


@gate("portfolio.view_all", also="work.propose")
@require_http_methods(["GET", "POST"])
def segment(request: HttpRequest, key: str) -> HttpResponse:
    names = dict(segments())
    if key not in names:
        raise Http404
    row = SegmentNote.objects.filter(segment=key).first()
    form = SegmentForm(request.POST or None, initial={"text": row.text if row else ""})
    if request.method == "POST" and form.is_valid() and refused_to(
        form,
        lambda: actions.write_segment(actor=person(request), segment=key, now=clock.now(), **form.cleaned_data),
    ):  # fmt: skip
        toast(request, _("Written down."))
        return redirect("review")
    return form_page(request, form, title=str(names[key]), back=reverse("review"), submit=_("Save"))
